//! Seconds in each state, and what a second costs.

use std::iter::Sum;
use std::ops::Add;

use crate::model::state::State;

/// A number for each state except operational, which counts for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PerState<T> {
    pub degraded_performance: T,
    pub partial_outage: T,
    pub major_outage: T,
    pub under_maintenance: T,
}

/// Seconds in each state; never negative.
pub type Seconds = PerState<i64>;

/// The cost of a second in each state, in percent, 0 to 100.
pub type Weights = PerState<u32>;

impl<T: Copy + Default> PerState<T> {
    pub fn of(number: impl Fn(State) -> T) -> Self {
        Self {
            degraded_performance: number(State::DegradedPerformance),
            partial_outage: number(State::PartialOutage),
            major_outage: number(State::MajorOutage),
            under_maintenance: number(State::UnderMaintenance),
        }
    }

    fn get_mut(&mut self, state: State) -> Option<&mut T> {
        match state {
            State::Operational => None,
            State::UnderMaintenance => Some(&mut self.under_maintenance),
            State::DegradedPerformance => Some(&mut self.degraded_performance),
            State::PartialOutage => Some(&mut self.partial_outage),
            State::MajorOutage => Some(&mut self.major_outage),
        }
    }

    /// The number of `state`; 0 for operational.
    pub fn get(mut self, state: State) -> T {
        self.get_mut(state).copied().unwrap_or_default()
    }
}

impl Default for Weights {
    /// Statuspage's: 30 for a partial outage, 100 for a major one.
    fn default() -> Self {
        Self { degraded_performance: 0, partial_outage: 30, major_outage: 100, under_maintenance: 0 }
    }
}

impl Default for Seconds {
    fn default() -> Self {
        Self::of(|_| 0)
    }
}

impl Seconds {
    /// Adds `secs` to `state`; operational is not counted.
    pub fn count(&mut self, state: State, secs: i64) {
        if let Some(sum) = self.get_mut(state) {
            *sum += secs;
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

    fn add(self, other: Self) -> Self {
        Self::of(|state| self.get(state) + other.get(state))
    }
}

impl Sum for Seconds {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), Add::add)
    }
}
