//! Component states, in Statuspage's terms.

use std::fmt;

/// A component's state; a greater one is worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    Operational,
    /// Planned work.
    UnderMaintenance,
    /// It works, but slowly or badly.
    DegradedPerformance,
    /// It fails for some.
    PartialOutage,
    /// It fails for all.
    MajorOutage,
}

impl State {
    pub const ALL: [Self; 5] = [
        Self::Operational,
        Self::UnderMaintenance,
        Self::DegradedPerformance,
        Self::PartialOutage,
        Self::MajorOutage,
    ];

    /// The API's name: `under_maintenance`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Operational => "operational",
            Self::UnderMaintenance => "under_maintenance",
            Self::DegradedPerformance => "degraded_performance",
            Self::PartialOutage => "partial_outage",
            Self::MajorOutage => "major_outage",
        }
    }

    /// The short name that authors may write: `maintenance`.
    pub fn short(self) -> &'static str {
        match self {
            Self::Operational => "ok",
            Self::UnderMaintenance => "maintenance",
            Self::DegradedPerformance => "degraded",
            Self::PartialOutage => "partial",
            Self::MajorOutage => "major",
        }
    }

    /// Parses a full or short name; spaces and hyphens count as underscores, ASCII case is ignored.
    pub fn parse(text: &str) -> Option<Self> {
        let name = text.trim().to_ascii_lowercase().replace([' ', '-'], "_");
        Self::ALL.into_iter().find(|state| name == state.as_str() || name == state.short())
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::State;

    #[test]
    fn names_are_read_in_every_form() {
        let cases = [
            ("ok", Some(State::Operational)),
            ("Operational", Some(State::Operational)),
            ("maintenance", Some(State::UnderMaintenance)),
            ("under-maintenance", Some(State::UnderMaintenance)),
            ("DEGRADED", Some(State::DegradedPerformance)),
            (" Degraded Performance ", Some(State::DegradedPerformance)),
            ("partial", Some(State::PartialOutage)),
            ("partial_outage", Some(State::PartialOutage)),
            ("major", Some(State::MajorOutage)),
            ("Major outage", Some(State::MajorOutage)),
            ("", None),
            ("down", None),
            ("major_outages", None),
            ("majoroutage", None),
        ];
        for (text, state) in cases {
            assert_eq!(State::parse(text), state, "{text}");
        }
    }

    #[test]
    fn every_state_is_worse_than_the_one_before() {
        assert!(State::ALL.is_sorted());
    }
}
