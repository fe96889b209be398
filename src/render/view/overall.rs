//! The name and colour of the state of the whole service.

use crate::model::overall::Overall;
use crate::model::state::State;

/// The suffix of the service's state in messages (`overall-minor`).
pub(in crate::render) fn overall_id(overall: Overall) -> &'static str {
    match overall {
        Overall::Operational => "operational",
        Overall::Maintenance => "maintenance",
        Overall::Degraded => "degraded",
        Overall::Minor => "minor",
        Overall::Major => "major",
        Overall::Critical => "critical",
    }
}

/// The component state whose colour and icon represent the overall state.
pub(in crate::render) fn overall_state(overall: Overall) -> State {
    match overall {
        Overall::Operational => State::Operational,
        Overall::Maintenance => State::UnderMaintenance,
        Overall::Degraded => State::DegradedPerformance,
        Overall::Minor => State::PartialOutage,
        Overall::Major | Overall::Critical => State::MajorOutage,
    }
}
