//! The page of an incident or a maintenance (`incident.html`).

use std::collections::BTreeSet;

use serde::Serialize;

use crate::model::ComponentIx;
use crate::model::course::Window;
use crate::model::edition::IncidentIx;
use crate::model::incident::Incident;
use crate::model::report::{Done, FollowUp, Status, Update};
use crate::model::state::State;
use crate::plan::address;
use crate::plan::page::{Html, Page};
use crate::render::context::RenderContext;
use crate::render::format::{DayView, LengthView, SpanView, TimeView};
use crate::render::markdown::{self, Heading};
use crate::render::view::content::{contents, edit_url};
use crate::render::view::list::{self, ReportRow};
use crate::render::view::lists;
use crate::render::view::maintenance::{self, PlanView, StepView, is_plan};
use crate::render::view::site::Link;
use crate::render::view::subject::{Subject, report_link};
use crate::time::{Instant, Interval};

/// What the page of an incident or a maintenance shows. It has no field that depends on when it is read.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct IncidentView {
    /// Its line as in lists: title, path, kind, status, impact, span, components.
    pub row: ReportRow,
    /// The icon and colour of where it stands: `ok` once it is over, `info` when cancelled, else as in lists.
    pub icon: &'static str,
    /// The icons that the page needs, each once.
    pub icons: BTreeSet<&'static str>,
    /// Whether it is a draft (and drafts were asked for).
    pub draft: bool,
    /// When it was noticed, if said.
    pub detected: Option<TimeView>,
    /// When it was first posted, where that differs from its beginning.
    pub posted: Option<PostedView>,
    /// A maintenance's plan, where its course was another one.
    pub planned: Option<SpanView>,
    /// The plan of a maintenance that has not begun or was cancelled; the page shows it in place of a beginning and an end.
    pub plan: Option<PlanView>,
    /// When it ended; none while it is open.
    pub ended: Option<TimeView>,
    /// What it will be by itself, in order.
    pub steps: Vec<StepView>,
    /// The time of the first step, in seconds since 1970.
    pub begins_at: Option<i64>,
    /// The time of the last step, in seconds since 1970.
    pub ends_at: Option<i64>,
    /// Its file for calendars: of a maintenance that is planned or runs.
    pub calendar: Option<String>,
    /// Whether a maintenance begins and ends by itself.
    pub automatic: bool,
    /// When the next update was promised; none once it is over.
    pub next_update: Option<TimeView>,
    /// The components it is about: those of the same course together.
    pub affected: Vec<AffectedView>,
    /// Its updates, newest first.
    pub updates: Vec<UpdateView>,
    /// Whether the newest update stands above the facts: that of an open incident.
    pub leads: bool,
    /// Its postmortem, once published.
    pub postmortem: Option<PostmortemView>,
    /// Corrective actions, in the author's order; empty while it is open and has no postmortem.
    pub follow_ups: Vec<FollowUpView>,
    /// Its tags; one without a page has an empty path.
    pub tags: Vec<Link>,
    /// The report that this one is a relapse of.
    pub after: Option<Link>,
    /// The reports that are relapses of this one, oldest first.
    pub relapses: Vec<Link>,
    /// The report of its kind that began before it.
    pub previous: Option<Link>,
    /// The report of its kind that began after it.
    pub next: Option<Link>,
    /// Where it is edited; empty without `edit_url`.
    pub edit_url: String,
}

/// The time between the beginning of an incident and its first update.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PostedView {
    /// The first update's time.
    pub at: TimeView,
    /// How long before or after the beginning.
    pub gap: LengthView,
    /// Whether it was posted before the incident began by its own account.
    pub before: bool,
}

/// Components and how their state changed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AffectedView {
    /// The components that share the course, each with its name and page; their state is the worst of all windows, and empty
    /// when it is not known.
    pub subjects: Vec<Subject>,
    /// Its windows, oldest first.
    pub windows: Vec<WindowView>,
    /// The same as a strip from the incident's beginning to its end, 1000 wide; empty while there is no end, when its state is
    /// not known, and for a maintenance that has not begun or was cancelled.
    pub strip: Vec<SegmentView>,
}

impl AffectedView {
    fn shares_course_of(&self, other: &Self) -> bool {
        let state = |it: &Self| it.subjects.first().map(|subject| subject.state);
        (&self.windows, &self.strip, state(self)) == (&other.windows, &other.strip, state(other))
    }
}

/// A stretch of time in one state.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WindowView {
    /// `partial_outage`.
    pub state: &'static str,
    /// The name of its icon and colour.
    pub icon: &'static str,
    /// When.
    pub span: SpanView,
    /// The message for a window as long as the report: `whole-time`, or `as-planned` for a maintenance that is not completed. None
    /// where the times of the window are to be shown.
    pub same_as: Option<&'static str>,
}

/// A piece of a strip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SegmentView {
    /// The name of its colour.
    pub icon: &'static str,
    /// Where it begins, 0 to 1000.
    pub x: i64,
    /// How wide it is, at least 4.
    pub width: i64,
}

/// An update.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UpdateView {
    /// Its id on the page, which no edit changes.
    pub anchor: String,
    /// The status it gave or kept.
    pub status: &'static str,
    /// Whether it gave a status of its own.
    pub changes_status: bool,
    /// When.
    pub at: TimeView,
    /// The states it set.
    pub states: Vec<Subject>,
    /// When it promised the next update; only on the last one, while open.
    pub next_update: Option<TimeView>,
    /// Its text, as HTML; may be empty.
    pub body: String,
}

/// A postmortem.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PostmortemView {
    /// When it was published.
    pub at: TimeView,
    /// Its text as HTML, headings from the third level on.
    pub body: String,
    /// Its headings; empty for a short one.
    pub contents: Vec<Heading>,
}

/// A corrective action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FollowUpView {
    /// What is to be done.
    pub text: String,
    /// Who does it; may be empty.
    pub owner: String,
    /// By when.
    pub due: Option<DayView>,
    /// Whether it is done.
    pub done: bool,
    /// On which day, where it is known.
    pub done_on: Option<DayView>,
}

pub(in crate::render) fn view(context: &RenderContext<'_>, ix: IncidentIx) -> IncidentView {
    let incident = context.edition.incident(ix);
    let (report, formatter) = (&incident.report, context.formatter());
    let neighbours = context.neighbours(ix);
    let link = |ix: IncidentIx| report_link(context, context.edition.incident(ix));
    let row = list::row(context, ix);
    let (affected, updates) = (all_affected(context, incident, &row), updates(context, ix));
    let (steps, planned) = (maintenance::steps(&row.then), planned(context, incident));
    let follow_ups = follow_ups(context, incident);
    let icon = icon(incident);
    IncidentView {
        icon,
        icons: icons([icon, foreseen_icon(context, incident, icon)], &affected, &updates, &follow_ups),
        draft: report.draft,
        detected: report.detected.filter(|&at| at <= context.edition.now).map(|at| formatter.time(at)),
        posted: posted(context, incident),
        plan: maintenance::plan(incident, &row, planned.as_ref()),
        planned,
        ended: row.span.to.clone().filter(|_| !row.open),
        begins_at: steps.first().map(|step| step.at),
        ends_at: steps.last().map(|step| step.at),
        steps,
        calendar: address::event(incident).filter(|_| incident.is_open()),
        automatic: report.schedule.as_ref().is_some_and(|plan| plan.automatic),
        next_update: incident.next_update().map(|at| formatter.time(at)),
        affected,
        leads: row.open && !incident.is_maintenance() && !updates.is_empty(),
        updates,
        postmortem: postmortem(context, ix),
        follow_ups,
        tags: report.tags.iter().map(|tag| lists::tag_link(context, tag)).collect(),
        after: context.original_of(report).map(link),
        relapses: context.relapses_of(&report.slug).iter().copied().map(link).collect(),
        previous: neighbours.previous.map(link),
        next: neighbours.next.map(link),
        edit_url: edit_url(context, report.source.as_str()),
        row,
    }
}

fn icon(incident: &Incident) -> &'static str {
    match incident.is_open() || incident.status == Status::Cancelled {
        true => list::icon(incident),
        false => State::Operational.short(),
    }
}

/// The icons that the page uses, so that it need not embed all.
fn icons(
    own: [&'static str; 2],
    affected: &[AffectedView],
    updates: &[UpdateView],
    follow_ups: &[FollowUpView],
) -> BTreeSet<&'static str> {
    let windows = affected.iter().flat_map(|it| it.windows.iter().map(|window| window.icon));
    let whole = affected.iter().filter(|it| it.windows.is_empty()).flat_map(|it| &it.subjects);
    let whole = whole.map(|subject| subject.icon).filter(|icon| !icon.is_empty());
    let told = updates.iter().flat_map(|update| update.states.iter().map(|it| it.icon));
    let done = follow_ups.iter().filter(|it| it.done).map(|_| State::Operational.short());
    own.into_iter().chain(windows).chain(whole).chain(told).chain(done).collect()
}

/// The icon after its next automatic change; its own if there is none.
fn foreseen_icon(context: &RenderContext<'_>, incident: &Incident, own: &'static str) -> &'static str {
    match incident.edges_ahead(context.edition.now).is_empty() {
        true => own,
        false => State::Operational.short(),
    }
}

/// The delay between beginning and first update; `None` for a maintenance and without a delay.
fn posted(context: &RenderContext<'_>, incident: &Incident) -> Option<PostedView> {
    let first = incident.updates().first().filter(|_| !incident.is_maintenance())?;
    let gap_secs = first.at.secs_since(incident.began);
    let formatter = context.formatter();
    (gap_secs != 0).then(|| PostedView {
        at: formatter.time(first.at),
        gap: formatter.length(gap_secs.abs()),
        before: gap_secs < 0,
    })
}

/// A maintenance's plan, unless it ran or will run exactly so.
fn planned(context: &RenderContext<'_>, incident: &Incident) -> Option<SpanView> {
    let plan = incident.report.schedule.as_ref()?;
    let as_planned = incident.began == plan.from && incident.ended.is_some_and(|end| end == plan.to);
    (!as_planned).then(|| context.formatter().planned().span(plan.from, Some(plan.to)))
}

fn all_affected(context: &RenderContext<'_>, incident: &Incident, row: &ReportRow) -> Vec<AffectedView> {
    let mut all: Vec<AffectedView> = Vec::new();
    for &ix in incident.components() {
        let next = affected(context, incident, row, ix);
        match all.iter_mut().find(|it| it.shares_course_of(&next)) {
            Some(same) => same.subjects.extend(next.subjects),
            None => all.push(next),
        }
    }
    all
}

fn affected(
    context: &RenderContext<'_>,
    incident: &Incident,
    row: &ReportRow,
    component: ComponentIx,
) -> AffectedView {
    let own: Vec<&Window> = incident.windows_of(component).iter().collect();
    let window = |window: &&Window| {
        let span = list::formatter_of(context, incident).span(window.from, window.to);
        let same_as = same_as(incident, row, &span);
        WindowView { state: window.state.as_str(), icon: window.state.short(), span, same_as }
    };
    AffectedView {
        subjects: vec![Subject::component(context, component, incident.known_worst_of(component))],
        windows: own.iter().map(window).collect(),
        strip: incident
            .span()
            .filter(|_| incident.known_worst_of(component).is_some() && !is_plan(incident))
            .map(|span| strip(span, &own))
            .unwrap_or_default(),
    }
}

/// The message for a window from the report's beginning to its end.
fn same_as(incident: &Incident, row: &ReportRow, span: &SpanView) -> Option<&'static str> {
    let is_ongoing = !incident.is_maintenance() && incident.is_open();
    let is_past = !incident.is_maintenance() || incident.status == Status::Completed;
    (span.text == row.span.text && !is_ongoing).then_some(if is_past { "whole-time" } else { "as-planned" })
}

/// The windows as segments from the incident's beginning to its end; gaps are operational.
fn strip(span: Interval, windows: &[&Window]) -> Vec<SegmentView> {
    const WIDTH: i64 = 1_000;
    const LEAST_WIDTH: i64 = 4;
    let length = span.secs().max(1);
    let place = |at: Instant| (at.secs_since(span.from) * WIDTH / length).clamp(0, WIDTH);
    let segment = |window: &&Window| {
        let (from, to) = (place(window.from), place(window.to.unwrap_or(span.to)));
        let width = (to - from).max(LEAST_WIDTH);
        SegmentView { icon: window.state.short(), x: from.min(WIDTH - width), width }
    };
    let mut segments = vec![SegmentView { icon: State::Operational.short(), x: 0, width: WIDTH }];
    segments.extend(windows.iter().map(segment));
    segments
}

fn updates(context: &RenderContext<'_>, ix: IncidentIx) -> Vec<UpdateView> {
    let incident = context.edition.incident(ix);
    let statuses = incident.update_statuses();
    let last = statuses.len().saturating_sub(1);
    let update = |(place, update): (usize, &Update)| UpdateView {
        anchor: address::update_anchor(&update.id),
        status: statuses[place].as_str(),
        changes_status: update.status.is_some(),
        at: context.formatter().time(update.at),
        states: update.states.iter().map(|&(ix, state)| Subject::component(context, ix, state)).collect(),
        next_update: incident.next_update().filter(|_| place == last).map(|at| context.formatter().time(at)),
        body: markdown::update(context, incident, place, &Page::Html(Html::Incident(ix))),
    };
    incident.updates().iter().enumerate().map(update).rev().collect()
}

fn postmortem(context: &RenderContext<'_>, ix: IncidentIx) -> Option<PostmortemView> {
    let incident = context.edition.incident(ix);
    let (postmortem, at) = incident.postmortem()?;
    let (body, headings) = markdown::article(
        context,
        &incident.report.source,
        &postmortem.body,
        &Page::Html(Html::Incident(ix)),
        3,
    );
    Some(PostmortemView { at: context.formatter().time(at), body, contents: contents(headings) })
}

/// Follow-ups become public at the end, or with the postmortem.
fn follow_ups(context: &RenderContext<'_>, incident: &Incident) -> Vec<FollowUpView> {
    let public = !incident.is_open() || incident.postmortem().is_some();
    let all = incident.report.follow_ups.iter().filter(|_| public);
    all.map(|it| follow_up(context, incident, it)).collect()
}

fn follow_up(context: &RenderContext<'_>, incident: &Incident, follow_up: &FollowUp) -> FollowUpView {
    let formatter = context.formatter();
    let done =
        follow_up.done.filter(|&done| incident.done_is_public(done, context.site(), context.edition.now));
    FollowUpView {
        text: follow_up.text.clone(),
        owner: follow_up.owner.clone().unwrap_or_default(),
        due: follow_up.due.map(|day| formatter.day(day)),
        done: done.is_some(),
        done_on: match done {
            Some(Done::On(day)) => Some(formatter.day(day)),
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::strip;
    use crate::model::ComponentIx;
    use crate::model::course::Window;
    use crate::model::state::State;
    use crate::model::testing::at;
    use crate::time::Interval;

    #[test]
    fn a_strip_runs_from_beginning_to_end() {
        let window = |from: &str, to: Option<&str>| Window {
            component: ComponentIx(0),
            state: State::PartialOutage,
            from: at(from),
            to: to.map(at),
        };
        let span = Interval { from: at("10:00"), to: at("12:00") };
        let windows = [window("10:00", Some("10:30")), window("11:59", Some("12:00")), window("11:00", None)];
        let segments: Vec<_> = strip(span, &windows.iter().collect::<Vec<_>>())
            .iter()
            .map(|it| (it.icon, it.x, it.width))
            .collect();
        assert_eq!(
            segments,
            [("ok", 0, 1_000), ("partial", 0, 250), ("partial", 991, 9), ("partial", 500, 500)]
        );
    }
}
