//! Reports in lists: a line each.

use serde::Serialize;

use crate::model::edition::IncidentIx;
use crate::model::incident::Incident;
use crate::model::report::{Impact, Status};
use crate::model::state::State;
use crate::render::press::Press;
use crate::render::words::{DayView, SpanView};

/// An incident or maintenance in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReportRow {
    /// Its title.
    pub title: String,
    /// Its page's path.
    pub path: String,
    /// `incident` or `maintenance`.
    pub kind: &'static str,
    /// Where it stands: `resolved`.
    pub status: &'static str,
    /// Whether it still asks for attention.
    pub open: bool,
    /// `minor`.
    pub impact: &'static str,
    /// The icon for it: the short name of the worst state it gave, `info` without any.
    pub icon: &'static str,
    /// The day it began.
    pub day: DayView,
    /// From its beginning to its end.
    pub span: SpanView,
    /// The names of the components it is about.
    pub components: Vec<String>,
    /// Whether it has a postmortem.
    pub postmortem: bool,
}

/// A report's line.
pub(super) fn row(press: &Press<'_>, ix: IncidentIx) -> ReportRow {
    let incident = press.edition.incident(ix);
    let words = press.words();
    ReportRow {
        title: incident.report.title.clone(),
        path: press.incident_link(incident),
        kind: kind(incident),
        status: incident.status.as_str(),
        open: incident.is_open(),
        impact: incident.impact.as_str(),
        icon: icon(incident),
        day: words.day(press.site().config.zone.day_of(incident.began)),
        span: words.span(incident.began, incident.ended),
        components: component_names(press, incident),
        postmortem: incident.postmortem().is_some(),
    }
}

/// Lines of reports, in the order given.
pub(super) fn rows(press: &Press<'_>, ixs: impl IntoIterator<Item = IncidentIx>) -> Vec<ReportRow> {
    ixs.into_iter().map(|ix| row(press, ix)).collect()
}

/// `incident` or `maintenance`.
pub(super) fn kind(incident: &Incident) -> &'static str {
    if incident.is_maintenance() { "maintenance" } else { "incident" }
}

/// The icon of an incident: the short name of the state that stands for its impact, `info` for none.
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

/// The names of the components a report is about, in the order of site.toml.
pub(in crate::render) fn component_names(press: &Press<'_>, incident: &Incident) -> Vec<String> {
    incident.components().into_iter().map(|ix| press.site().component(ix).name.clone()).collect()
}
