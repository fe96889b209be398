//! The state of the whole service, from the states of its components.

use crate::model::state::State;

/// The state of the whole service. It depends on components, not on open incidents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Overall {
    Operational,
    /// Maintenance, nothing worse.
    Maintenance,
    /// Degraded, nothing worse.
    Degraded,
    /// Some partial outage.
    Minor,
    /// Some major outage.
    Major,
    /// A major outage of more than half of the components.
    Critical,
}

impl Overall {
    pub const ALL: [Self; 6] =
        [Self::Operational, Self::Maintenance, Self::Degraded, Self::Minor, Self::Major, Self::Critical];

    /// Statuspage's indicator: `none`, `maintenance`, `minor`, `major` or `critical`.
    pub fn indicator(self) -> &'static str {
        match self {
            Overall::Operational => "none",
            Overall::Maintenance => "maintenance",
            Overall::Degraded | Overall::Minor => "minor",
            Overall::Major => "major",
            Overall::Critical => "critical",
        }
    }

    /// Statuspage's description, always in English.
    pub fn description(self) -> &'static str {
        match self {
            Overall::Operational => "All Systems Operational",
            Overall::Maintenance => "Service Under Maintenance",
            Overall::Degraded => "Partially Degraded Service",
            Overall::Minor => "Minor Service Outage",
            Overall::Major => "Partial System Outage",
            Overall::Critical => "Major System Outage",
        }
    }

    pub fn of(states: &[State]) -> Self {
        let out = states.iter().filter(|&&state| state == State::MajorOutage).count();
        match states.iter().max() {
            Some(State::MajorOutage) if out * 2 > states.len() => Overall::Critical,
            Some(State::MajorOutage) => Overall::Major,
            Some(State::PartialOutage) => Overall::Minor,
            Some(State::DegradedPerformance) => Overall::Degraded,
            Some(State::UnderMaintenance) => Overall::Maintenance,
            _ => Overall::Operational,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Overall;
    use crate::model::state::State;

    #[test]
    fn the_rollup_follows_components() {
        use State::{DegradedPerformance, MajorOutage, Operational, PartialOutage, UnderMaintenance};
        let check = |states: &[State], expected: &str| {
            assert_eq!(Overall::of(states).description(), expected, "{states:?}");
        };
        check(&[], "All Systems Operational");
        check(&[Operational; 3], "All Systems Operational");
        check(&[UnderMaintenance, Operational], "Service Under Maintenance");
        check(&[DegradedPerformance, UnderMaintenance], "Partially Degraded Service");
        check(&[PartialOutage, DegradedPerformance], "Minor Service Outage");
        check(&[MajorOutage, Operational], "Partial System Outage");
        check(&[MajorOutage, MajorOutage, Operational], "Major System Outage");
    }
}
