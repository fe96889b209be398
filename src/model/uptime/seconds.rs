//! Seconds in each state, and what a second costs.

use std::iter::Sum;
use std::ops::{Add, AddAssign};

use crate::model::state::State;

/// The cost of a second in each state, in percent, 0 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Weights {
    pub degraded_performance: u32,
    pub partial_outage: u32,
    pub major_outage: u32,
    pub under_maintenance: u32,
}

impl Weights {
    /// The cost of a second in `state`, in percent; 0 for operational.
    pub fn get(self, state: State) -> u32 {
        match state {
            State::Operational => 0,
            State::UnderMaintenance => self.under_maintenance,
            State::DegradedPerformance => self.degraded_performance,
            State::PartialOutage => self.partial_outage,
            State::MajorOutage => self.major_outage,
        }
    }
}

impl Default for Weights {
    /// Statuspage's: 30 for a partial outage, 100 for a major one.
    fn default() -> Self {
        Self { degraded_performance: 0, partial_outage: 30, major_outage: 100, under_maintenance: 0 }
    }
}

/// Seconds in each state except operational; never negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Seconds {
    pub degraded_performance: i64,
    pub partial_outage: i64,
    pub major_outage: i64,
    pub under_maintenance: i64,
}

impl Seconds {
    /// Seconds in `state`; 0 for operational, which is not counted.
    pub fn get(&self, state: State) -> i64 {
        match state {
            State::Operational => 0,
            State::UnderMaintenance => self.under_maintenance,
            State::DegradedPerformance => self.degraded_performance,
            State::PartialOutage => self.partial_outage,
            State::MajorOutage => self.major_outage,
        }
    }

    /// Adds `secs` to `state`; operational is not counted.
    pub fn count(&mut self, state: State, secs: i64) {
        match state {
            State::Operational => {}
            State::UnderMaintenance => self.under_maintenance += secs,
            State::DegradedPerformance => self.degraded_performance += secs,
            State::PartialOutage => self.partial_outage += secs,
            State::MajorOutage => self.major_outage += secs,
        }
    }

    pub fn total(&self) -> i64 {
        State::ALL.iter().map(|state| self.get(*state)).sum()
    }

    /// Weighted downtime in hundredths of a second: the sum of seconds times percent.
    pub fn weighted(&self, weights: &Weights) -> i64 {
        State::ALL.iter().map(|state| self.get(*state) * i64::from(weights.get(*state))).sum()
    }
}

impl Add for Seconds {
    type Output = Self;

    fn add(mut self, other: Self) -> Self {
        self += other;
        self
    }
}

impl AddAssign for Seconds {
    fn add_assign(&mut self, other: Self) {
        for state in State::ALL {
            self.count(state, other.get(state));
        }
    }
}

impl Sum for Seconds {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, seconds| sum + seconds)
    }
}
