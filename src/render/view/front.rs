//! The front page (`front.html`).

use serde::Serialize;

use crate::model::days::DayRow;
use crate::model::edition::{Edition, IncidentIx, Scope};
use crate::model::incident::Incident;
use crate::model::state::State;
use crate::model::uptime::Figure;
use crate::model::{ComponentIx, GroupIx};
use crate::plan::address;
use crate::plan::page::{Html, Page};
use crate::render::context::RenderContext;
use crate::render::format::{SpanView, TimeView};
use crate::render::markdown;
use crate::render::messages::Arg;
use crate::render::view::bars::{BarsOf, BarsView, bars};
use crate::render::view::group_rows::shows_rows;
use crate::render::view::list::{self, ReportRow};
use crate::render::view::live;
use crate::render::view::overall::{overall_id, overall_state};
use crate::render::view::past::{DayGroupView, past};
use crate::render::view::subject::Subject;
use crate::time::Instant;

/// With more components, groups are closed at first.
const OPEN_ALL: usize = 24;

/// From so many components on they can be filtered.
const FILTER_FROM: usize = 20;

/// Days in the list of recent reports, today included.
const PAST_DAYS: i64 = 15;

/// What the front page shows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FrontView {
    /// The whole service: `operational`, `maintenance`, `degraded`, `minor`, `major` or `critical`.
    pub overall: &'static str,
    /// The icon and colour for it: the short name of a state.
    pub icon: &'static str,
    /// The states of the components as scripts count them.
    pub states: String,
    /// The site's day, in days since 1970-01-01.
    pub today: i64,
    /// The components that are not operational, the worst first.
    pub troubled: Vec<Subject>,
    /// Incidents that are not resolved, newest first.
    pub incidents: Vec<OpenReport>,
    /// Maintenances that run.
    pub running: Vec<OpenReport>,
    /// Maintenances to come, the nearest first.
    pub coming: Vec<OpenReport>,
    /// When the last of the coming ones begins by itself, in seconds since 1970; none when one of them waits for an update.
    pub coming_until: Option<i64>,
    /// The coming maintenances that begin by themselves, as they will be; the nearest first.
    pub foreseen: Vec<ForeseenView>,
    /// Whether the components are so many that they can be filtered.
    pub is_filtered: bool,
    /// Components by group; those without a group come first, in a group without a name.
    pub groups: Vec<GroupView>,
    /// The last days, newest first, each with what touched it.
    pub past: Vec<DayGroupView>,
}

/// A report that is not over.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OpenReport {
    /// Its line as in lists.
    pub row: ReportRow,
    /// When it moves on by itself, in seconds since 1970.
    pub until: Option<i64>,
    /// Its last update; none without updates.
    pub last: Option<LatestUpdateView>,
    /// When the next update was promised.
    pub next_update: Option<TimeView>,
    /// The components it is about, in their states now.
    pub components: Vec<Subject>,
    /// A maintenance's window as planned.
    pub window: Option<SpanView>,
    /// A maintenance's file for calendars.
    pub calendar: Option<String>,
}

/// A maintenance from the moment it begins by itself.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ForeseenView {
    /// The moment, in seconds since 1970.
    pub from: i64,
    /// The report while it runs.
    pub running: OpenReport,
    /// Its line among the last days.
    pub row: ReportRow,
}

/// The last update of a report.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LatestUpdateView {
    /// The status it gave.
    pub status: &'static str,
    /// When.
    pub at: TimeView,
    /// Its text, as HTML.
    pub body: String,
}

/// A group with its components.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupView {
    /// Its id; empty for the components without a group.
    pub id: String,
    /// Its name; empty for the components without a group.
    pub name: String,
    /// Its page's path; empty for the components without a group.
    pub path: String,
    /// The worst state of its members.
    pub state: &'static str,
    /// The name of its icon and colour.
    pub icon: &'static str,
    /// How many of its living members are not operational.
    pub affected: usize,
    /// How many members live.
    pub count: usize,
    /// Whether it stands open at first: one of its members is not fine, or the site is small.
    pub open: bool,
    /// The mean of its members; none when none of them shows its uptime.
    pub uptime: Option<UptimeView>,
    /// Its members, those included that are still to come; empty on a site of so many components that only groups are shown.
    pub members: Vec<ComponentRow>,
}

/// A component's row.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ComponentRow {
    /// Its id.
    pub id: String,
    /// Its name, page and state.
    pub subject: Subject,
    /// What it is; may be empty.
    pub description: String,
    /// Whether its first day is still to come: its row is hidden until then.
    pub hidden: bool,
    /// Its days; none when it does not show its uptime.
    pub uptime: Option<UptimeView>,
}

/// Days and the figure they make.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UptimeView {
    /// The path of what its days hold, `components/ID/days.json`.
    pub days: String,
    /// The bars.
    pub bars: BarsView,
    /// `99.98`; none without a day of data.
    pub percent: Option<String>,
}

pub(in crate::render) fn view(context: &RenderContext<'_>) -> FrontView {
    let edition = context.edition;
    let overall = edition.overall();
    FrontView {
        overall: overall_id(overall),
        icon: overall_state(overall).short(),
        states: live::front_states(context),
        today: edition.today.number(),
        troubled: troubled(context),
        incidents: edition
            .open_incidents()
            .map(|(_, it)| open_report(context, it, edition.now, &Html::Front))
            .collect(),
        running: edition
            .running_maintenance()
            .map(|(_, it)| open_report(context, it, edition.now, &Html::Front))
            .collect(),
        coming: edition
            .coming_maintenance()
            .map(|(_, it)| open_report(context, it, edition.now, &Html::Front))
            .collect(),
        coming_until: coming_until(edition),
        foreseen: edition.coming_maintenance().filter_map(|(_, it)| foreseen(context, it)).collect(),
        is_filtered: context.edition.living().count() >= FILTER_FROM,
        groups: groups(context),
        past: past(context, (edition.today.plus_days(1 - PAST_DAYS), edition.today), |ix| {
            list::row(context, ix)
        }),
    }
}

fn troubled(context: &RenderContext<'_>) -> Vec<Subject> {
    let edition = context.edition;
    let mut states: Vec<(ComponentIx, State)> = edition.living().map(|ix| (ix, edition.state(ix))).collect();
    states.retain(|(_, state)| *state != State::Operational);
    states.sort_by_key(|&(ix, state)| (std::cmp::Reverse(state), ix));
    states.into_iter().map(|(ix, state)| Subject::component(context, ix, state)).collect()
}

/// The open incidents among some reports as cards of a page.
pub(super) fn open_incidents(
    context: &RenderContext<'_>,
    among: &[IncidentIx],
    page: &Html,
) -> Vec<OpenReport> {
    let open = context.edition.open_incidents().filter(|(ix, _)| among.contains(ix));
    open.map(|(_, it)| open_report(context, it, context.edition.now, page)).collect()
}

/// A report at an instant as a card of a page.
fn open_report(context: &RenderContext<'_>, incident: &Incident, at: Instant, page: &Html) -> OpenReport {
    let formatter = context.formatter();
    let state = |component: ComponentIx| incident.known_state_of(component, at);
    let window =
        incident.report.schedule.as_ref().map(|plan| formatter.planned().span(plan.from, Some(plan.to)));
    OpenReport {
        row: list::row_at(context, incident, at),
        until: incident.edges_ahead(at).first().map(|edge| edge.epoch_secs()),
        last: last_word(context, incident, page),
        next_update: incident.next_update().map(|at| formatter.time(at)),
        components: incident
            .components()
            .iter()
            .map(|&ix| Subject::component(context, ix, state(ix)))
            .collect(),
        window,
        calendar: address::event(incident),
    }
}

fn coming_until(edition: &Edition) -> Option<i64> {
    let begins = |incident: &Incident| incident.edges_ahead(edition.now).first().copied();
    let all: Option<Vec<Instant>> = edition.coming_maintenance().map(|(_, it)| begins(it)).collect();
    all?.into_iter().max().map(Instant::epoch_secs)
}

/// A future maintenance at its planned beginning; `None` when it does not begin by itself.
fn foreseen(context: &RenderContext<'_>, incident: &Incident) -> Option<ForeseenView> {
    let now = context.edition.now;
    let from = incident.edges_ahead(now).into_iter().next()?;
    let begun = incident.foreseen(context.site(), now, from)?;
    let row = list::row_at(context, &begun, from);
    Some(ForeseenView {
        from: from.epoch_secs(),
        running: open_report(context, &begun, from, &Html::Front),
        row,
    })
}

fn last_word(context: &RenderContext<'_>, incident: &Incident, page: &Html) -> Option<LatestUpdateView> {
    let update = incident.updates().last()?;
    let body = markdown::last_word(context, incident, &Page::Html(page.clone()))?;
    let status = incident.update_statuses().last()?.as_str();
    Some(LatestUpdateView { status, at: context.formatter().time(update.at), body })
}

/// Groups in site.toml's order, without those that have no living component.
fn groups(context: &RenderContext<'_>) -> Vec<GroupView> {
    let edition = context.edition;
    let living: Vec<ComponentIx> = edition.living().collect();
    let of = |group: Option<GroupIx>| -> Vec<ComponentIx> {
        living.iter().copied().filter(|&ix| context.site().component(ix).group == group).collect()
    };
    let named = (0..context.site().groups.len()).map(|ix| Some(GroupIx(ix)));
    let all = std::iter::once(None).chain(named).map(|group| (group, of(group)));
    let filled = all.filter(|(_, members)| !members.is_empty());
    filled.map(|(group, members)| group_view(context, group, &members, living.len())).collect()
}

fn group_view(
    context: &RenderContext<'_>,
    group: Option<GroupIx>,
    members: &[ComponentIx],
    living: usize,
) -> GroupView {
    let edition = context.edition;
    let state = members.iter().map(|&ix| edition.state(ix)).max().unwrap_or(State::Operational);
    let rows = edition.listed().filter(|&ix| context.site().component(ix).group == group);
    let rows = rows.filter(|_| shows_rows(living, group)).map(|ix| component_row(context, ix, edition.as_of));
    GroupView {
        id: group.map(|ix| context.site().groups[ix.0].id.clone()).unwrap_or_default(),
        name: group.map(|ix| context.site().groups[ix.0].name.clone()).unwrap_or_default(),
        path: group.map(|ix| context.link(&Page::Html(Html::Group(ix)))).unwrap_or_default(),
        state: state.as_str(),
        icon: state.short(),
        affected: members.iter().filter(|&&ix| edition.state(ix) != State::Operational).count(),
        count: members.len(),
        open: living <= OPEN_ALL || state != State::Operational,
        uptime: group.and_then(|ix| group_uptime(context, ix, edition.as_of)),
        members: rows.collect(),
    }
}

/// A component's row with its days up to `until`, the as-of of the page.
pub(in crate::render) fn component_row(
    context: &RenderContext<'_>,
    ix: ComponentIx,
    until: Instant,
) -> ComponentRow {
    let component = context.site().component(ix);
    ComponentRow {
        id: component.id.clone(),
        subject: Subject::component(context, ix, context.edition.state(ix)),
        description: component.description.clone(),
        hidden: component.is_to_come(context.edition.today),
        uptime: component.show_uptime.then(|| component_uptime(context, ix, until)),
    }
}

/// A component's days and figure up to `until`, the as-of of the page.
pub(in crate::render) fn component_uptime(
    context: &RenderContext<'_>,
    ix: ComponentIx,
    until: Instant,
) -> UptimeView {
    let edition = context.edition;
    let rows = edition.days(ix, edition.first_shown_day(), edition.today, until);
    let figure = edition.figure_of(&rows);
    uptime_view(context, Scope::Component(ix), &rows, figure.as_ref())
}

/// A group's days and figure up to `until`, the as-of of the page; `None` when no member has `show_uptime`.
pub(in crate::render) fn group_uptime(
    context: &RenderContext<'_>,
    group: GroupIx,
    until: Instant,
) -> Option<UptimeView> {
    let edition = context.edition;
    edition.counted_members(group).next()?;
    let (first, last) = (edition.first_shown_day(), edition.today);
    let rows = edition.group_days(group, first, last, until);
    let figure = edition.group_figure(group, first, last, until);
    Some(uptime_view(context, Scope::Group(group), &rows, figure.as_ref()))
}

fn uptime_view(
    context: &RenderContext<'_>,
    scope: Scope,
    rows: &[DayRow],
    figure: Option<&Figure>,
) -> UptimeView {
    let site = context.site();
    let (id, name) = match scope {
        Scope::Site => ("", site.config.title.as_str()),
        Scope::Component(ix) => (site.component(ix).id.as_str(), site.component(ix).name.as_str()),
        Scope::Group(ix) => (site.groups[ix.0].id.as_str(), site.groups[ix.0].name.as_str()),
    };
    let bars = bars(context.edition, context.formatter(), &BarsOf { id, name, rows, figure });
    UptimeView { days: context.link(&Page::Days(scope)), bars, percent: figure.map(Figure::floor2) }
}

/// One sentence for previews: the current problems, or that there are none.
pub(in crate::render) fn description(context: &RenderContext<'_>, view: &FrontView) -> String {
    let formatter = context.formatter();
    let named = view.incidents.iter().chain(&view.running).map(|report| report.row.title.as_str());
    let named: Vec<&str> = named.collect();
    match named.is_empty() {
        true => context.site().config.description.clone(),
        false => formatter.say("front-description", &[("reports", Arg::Text(&named.join("; ")))]),
    }
}
