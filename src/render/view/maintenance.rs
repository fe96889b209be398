//! A maintenance: its plan, and the steps that it takes by itself.

use serde::Serialize;

use crate::model::incident::Incident;
use crate::model::overall::Overall;
use crate::model::report::Status;
use crate::model::state::State;
use crate::render::format::SpanView;
use crate::render::view::list::{ReportRow, TransitionView};

/// The plan of a maintenance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlanView {
    /// From when to when.
    pub span: SpanView,
    /// The message that names its length: `planned-length`, or `would-have-lasted` when it was cancelled.
    pub length_label: &'static str,
    /// Whether it begins when somebody says so.
    pub waits: bool,
}

/// A status that a maintenance will have by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StepView {
    /// From when on, in seconds since 1970.
    pub at: i64,
    /// `in_progress`.
    pub status: &'static str,
    /// Whether it ends the maintenance.
    pub is_end: bool,
    /// The icon and colour of the status.
    pub icon: &'static str,
    /// The name of the favicon that the page has then.
    pub favicon: &'static str,
    /// The state whose colour the page has then; empty at the end.
    pub tone: &'static str,
    /// Until when, in seconds since 1970; none at the end.
    pub until: Option<i64>,
}

/// Whether it is a maintenance that has not begun or was cancelled.
pub(super) fn is_plan(incident: &Incident) -> bool {
    incident.is_maintenance() && matches!(incident.status, Status::Scheduled | Status::Cancelled)
}

/// Its plan; `planned` is what was planned where the row shows something else.
pub(super) fn plan(incident: &Incident, row: &ReportRow, planned: Option<&SpanView>) -> Option<PlanView> {
    let is_cancelled = incident.status == Status::Cancelled;
    is_plan(incident).then(|| PlanView {
        span: planned.unwrap_or(&row.span).clone(),
        length_label: if is_cancelled { "would-have-lasted" } else { "planned-length" },
        waits: row.waits && !is_cancelled,
    })
}

/// The steps of a row's report.
pub(super) fn steps(then: &[TransitionView]) -> Vec<StepView> {
    let last = then.last().map(|step| step.at);
    let step = |&TransitionView { at, status }: &TransitionView| {
        let is_end = status == Status::Completed.as_str();
        let running = State::UnderMaintenance.short();
        StepView {
            at,
            status,
            is_end,
            icon: if is_end { State::Operational.short() } else { running },
            favicon: if is_end { Overall::Operational } else { Overall::Maintenance }.indicator(),
            tone: if is_end { "" } else { running },
            until: last.filter(|_| !is_end),
        }
    };
    then.iter().map(step).collect()
}
