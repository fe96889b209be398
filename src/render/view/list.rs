//! Reports in lists, one line each.

use serde::Serialize;

use crate::model::edition::IncidentIx;
use crate::model::incident::Incident;
use crate::model::report::{Impact, Status};
use crate::model::state::State;
use crate::render::context::RenderContext;
use crate::render::format::{DayView, Formatter, LengthView, SpanView};
use crate::time::Instant;

/// An incident or maintenance in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReportRow {
    /// Its title.
    pub title: String,
    /// Its page's path.
    pub path: String,
    /// `incident` or `maintenance`.
    pub kind: &'static str,
    /// Its status: `resolved`.
    pub status: &'static str,
    /// The statuses it will have by itself, in order; empty when only an update changes it.
    pub then: Vec<TransitionView>,
    /// Whether it is not over.
    pub open: bool,
    /// `minor`.
    pub impact: &'static str,
    /// The impact, where there is one to name: none for a maintenance and for an incident without impact.
    pub shown_impact: Option<&'static str>,
    /// The icon for it: the short name of the worst state it gave, `info` without any.
    pub icon: &'static str,
    /// The day it began.
    pub day: DayView,
    /// From its beginning to its end, as planned while that is still to come.
    pub span: SpanView,
    /// How long it lasts; none while that is not known, and when it was cancelled.
    pub lasts: Option<LengthView>,
    /// Whether its times pass without a change: it was cancelled, or it begins when somebody says so.
    pub waits: bool,
    /// The names of the components it is about. Of many only the first, and then how many more there are, in words.
    pub components: Vec<String>,
    /// Whether it has a postmortem.
    pub postmortem: bool,
    /// The beginning of its last update as plain text, in lists of the history; else empty.
    pub words: String,
}

/// A status that a report will have by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TransitionView {
    /// From when on, in seconds since 1970.
    pub at: i64,
    /// `in_progress`.
    pub status: &'static str,
}

pub(in crate::render) fn row(context: &RenderContext<'_>, ix: IncidentIx) -> ReportRow {
    row_at(context, context.edition.incident(ix), context.edition.now)
}

/// A line with the last words.
pub(super) fn told(context: &RenderContext<'_>, ix: IncidentIx) -> ReportRow {
    ReportRow { words: context.last_words(ix).to_owned(), ..row(context, ix) }
}

/// The line of a report as of an instant.
pub(super) fn row_at(context: &RenderContext<'_>, incident: &Incident, at: Instant) -> ReportRow {
    let formatter = context.formatter();
    let is_planned = incident.status == Status::Scheduled || !incident.edges_ahead(at).is_empty();
    let plan = incident.report.schedule.as_ref().filter(|_| is_planned);
    let end = incident.over().or(plan.map(|plan| plan.to));
    let (then, span) =
        (then(context, incident, at), formatter_of(context, incident).span(incident.began, end));
    let is_cancelled = incident.status == Status::Cancelled;
    let has_impact = !incident.is_maintenance() && incident.impact != Impact::None;
    ReportRow {
        title: incident.report.title.clone(),
        path: context.incident_link(incident),
        kind: kind(incident),
        status: incident.status.as_str(),
        open: incident.is_open(),
        impact: incident.impact.as_str(),
        shown_impact: has_impact.then(|| incident.impact.as_str()),
        icon: icon(incident),
        day: formatter.day(incident.began_on),
        lasts: span.length.clone().filter(|_| !is_cancelled),
        waits: is_cancelled || incident.status == Status::Scheduled && then.is_empty(),
        then,
        span,
        components: named_components(context, incident),
        postmortem: incident.postmortem().is_some(),
        words: String::new(),
    }
}

fn then(context: &RenderContext<'_>, incident: &Incident, at: Instant) -> Vec<TransitionView> {
    let edges = incident.edges_ahead(at).into_iter();
    let status = |edge: Instant| Some(incident.foreseen(context.site(), at, edge)?.status.as_str());
    edges.filter_map(|edge| Some(TransitionView { at: edge.epoch_secs(), status: status(edge)? })).collect()
}

/// Lines of reports, in the given order.
pub(super) fn rows(context: &RenderContext<'_>, ixs: impl IntoIterator<Item = IncidentIx>) -> Vec<ReportRow> {
    ixs.into_iter().map(|ix| row(context, ix)).collect()
}

/// The formatter of a report's course: a maintenance is planned, and still says so when it is over.
pub(super) fn formatter_of<'a>(context: &RenderContext<'a>, incident: &Incident) -> Formatter<'a> {
    if incident.is_maintenance() { context.formatter().planned() } else { context.formatter() }
}

/// `incident` or `maintenance`.
pub(super) fn kind(incident: &Incident) -> &'static str {
    if incident.is_maintenance() { "maintenance" } else { "incident" }
}

/// The icon of an incident: the short name of the state that represents its impact, `info` for none.
pub(in crate::render) fn icon(incident: &Incident) -> &'static str {
    match incident.impact {
        _ if incident.status == Status::Cancelled => "info",
        _ if incident.is_maintenance() => State::UnderMaintenance.short(),
        Impact::None => "info",
        Impact::Minor if worst(incident) == State::DegradedPerformance => State::DegradedPerformance.short(),
        Impact::Minor => State::PartialOutage.short(),
        Impact::Major | Impact::Critical => State::MajorOutage.short(),
    }
}

fn worst(incident: &Incident) -> State {
    incident.windows.iter().map(|window| window.state).max().unwrap_or(State::Operational)
}

/// The names of a report's components, in site.toml's order.
pub(in crate::render) fn component_names(context: &RenderContext<'_>, incident: &Incident) -> Vec<String> {
    incident.components().iter().map(|&ix| context.site().component(ix).name.clone()).collect()
}

/// The names of the first components, then the number of the others, for a list.
pub(in crate::render) fn named_components(context: &RenderContext<'_>, incident: &Incident) -> Vec<String> {
    let (named, more) = incident.named_components();
    let names = named.iter().map(|&ix| context.site().component(ix).name.clone());
    names.chain(context.formatter().and_more(more)).collect()
}
