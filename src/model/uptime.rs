//! Exact uptime: seconds per state and day, and the figure they make.
//!
//! A component's windows are [flattened](flatten) so that every second has one state, the worst; [cut by the site's
//! days](by_day); recorded seconds are [added](with_recorded); a period's [`Seconds`] make a [`Figure`].
//!
//! Invariant: whole seconds and integers, no rounding before the last step, so every figure can be traced to its
//! seconds.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::model::state::State;
use crate::time::{Instant, Interval};

mod bar;
#[cfg(test)]
mod by_the_second;
mod figure;
#[cfg(test)]
mod published;
mod seconds;
mod target;

pub use bar::{LEVEL_STARTS_SECS, bar_color, bar_level};
pub use figure::Figure;
pub use seconds::{PerState, Seconds, Weights};
pub use target::Target;

/// Recorded downtime of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recorded {
    pub seconds: Seconds,
    /// Whether it replaces the reports' downtime of the day, or is added to it.
    pub replaces: bool,
}

/// A time window in one state. The caller cuts open windows at its as-of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StateWindow {
    pub state: State,
    pub interval: Interval,
    /// The caller's index of the incident or maintenance.
    pub source: usize,
}

/// Resolves all overlaps of one component's windows: sorted, disjoint, each second in its worst state.
///
/// Each window keeps the source that gave its state, the first listed of several. Touching windows of equal state and
/// source are joined. Empty and operational windows are dropped. Takes O(n log n).
pub fn flatten(windows: &[StateWindow]) -> Vec<StateWindow> {
    let mut edges: Vec<_> = windows
        .iter()
        .enumerate()
        .filter(|(_, window)| window.state > State::Operational && !window.interval.is_empty())
        .flat_map(|(index, window)| [(window.interval.from, index), (window.interval.to, index)])
        .collect();
    edges.sort();
    let mut flat: Vec<StateWindow> = Vec::new();
    // The open windows, worst first, then the first listed.
    let mut open = BTreeSet::new();
    let mut from = edges.first().map(|(at, _)| *at);
    for (at, index) in edges {
        if let (Some(from), Some((_, worst))) = (from, open.first()) {
            push_joined(&mut flat, StateWindow { interval: Interval { from, to: at }, ..windows[*worst] });
        }
        let key = (Reverse(windows[index].state), index);
        if !open.remove(&key) {
            open.insert(key);
        }
        from = Some(at);
    }
    flat
}

/// The [flattened](flatten) window that holds an instant. Takes O(log n).
pub fn stretch_at(flat: &[StateWindow], at: Instant) -> Option<&StateWindow> {
    let after = flat.partition_point(|stretch| stretch.interval.from <= at);
    flat[..after].last().filter(|stretch| stretch.interval.contains(at))
}

/// Appends a window that does not begin before the last one ends; joins them when they touch and agree.
fn push_joined(flat: &mut Vec<StateWindow>, next: StateWindow) {
    if next.interval.is_empty() {
        return;
    }
    match flat.last_mut() {
        Some(last)
            if (last.state, last.source, last.interval.to)
                == (next.state, next.source, next.interval.from) =>
        {
            last.interval.to = next.interval.to;
        }
        _ => flat.push(next),
    }
}

/// Seconds in each state for every day, in order of the days.
///
/// `flat` must be sorted and disjoint, as from [`flatten`]. Takes O(windows + days).
pub fn by_day(flat: &[StateWindow], days: impl IntoIterator<Item = Interval>) -> Vec<Seconds> {
    let mut rest = flat;
    let seconds = |day: Interval| {
        let ended = rest.iter().take_while(|window| window.interval.to <= day.from).count();
        rest = &rest[ended..];
        seconds_in(rest, day)
    };
    days.into_iter().map(seconds).collect()
}

/// Seconds of `span` in each state; looks at no window that begins after it.
fn seconds_in(flat: &[StateWindow], span: Interval) -> Seconds {
    let mut seconds = Seconds::default();
    for window in flat.iter().take_while(|window| window.interval.from < span.to) {
        let shared = window.interval.intersect(span);
        seconds.count(window.state, shared.map_or(0, Interval::secs));
    }
    seconds
}

/// Adds recorded seconds to a day, never beyond the day's length.
///
/// They fill what the windows leave, the worst state first; the rest is cut.
pub fn with_recorded(day: Seconds, recorded: Seconds, day_len_secs: i64) -> Seconds {
    let mut filled = day;
    for state in State::ALL.into_iter().rev() {
        let room_secs = (day_len_secs - filled.total()).max(0);
        filled.count(state, recorded.get(state).clamp(0, room_secs));
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::{Seconds, StateWindow, by_day, flatten, with_recorded};
    use crate::model::state::State;
    use crate::time::{Day, Instant, Interval, Zone};

    fn window(state: State, from: i64, to: i64, source: usize) -> StateWindow {
        let [from, to] = [from, to].map(Instant::from_epoch_secs);
        StateWindow { state, interval: Interval { from, to }, source }
    }

    #[test]
    fn the_worst_of_overlapping_windows_counts() {
        use State::{MajorOutage as Major, Operational, PartialOutage as Partial};
        let cases = [
            (vec![], vec![]),
            (vec![(Operational, 0, 10, 0), (Major, 5, 5, 1)], vec![]),
            (
                vec![(Partial, 0, 30, 0), (Major, 10, 20, 1)],
                vec![(Partial, 0, 10, 0), (Major, 10, 20, 1), (Partial, 20, 30, 0)],
            ),
            // Of equal states the first listed keeps its seconds.
            (vec![(Major, 5, 15, 7), (Major, 0, 10, 3)], vec![(Major, 0, 5, 3), (Major, 5, 15, 7)]),
            // Touching windows are joined only when their sources agree too.
            (
                vec![(Major, 0, 5, 1), (Major, 5, 9, 1), (Major, 9, 12, 2)],
                vec![(Major, 0, 9, 1), (Major, 9, 12, 2)],
            ),
            (vec![(Major, 0, 5, 1), (Major, 6, 9, 1)], vec![(Major, 0, 5, 1), (Major, 6, 9, 1)]),
        ];
        for (windows, flat) in cases {
            let of = |list: Vec<(State, i64, i64, usize)>| -> Vec<StateWindow> {
                list.into_iter().map(|(state, from, to, source)| window(state, from, to, source)).collect()
            };
            assert_eq!(flatten(&of(windows)), of(flat));
        }
    }

    #[test]
    fn a_stretch_is_cut_at_midnight() {
        let flat = [window(State::PartialOutage, 86_400 - 10, 3 * 86_400 + 7, 0)];
        let first = Day::parse("1970-01-01").unwrap();
        let days = by_day(&flat, (0..5).map(|ahead| Zone::UTC.bounds(first.plus_days(ahead))));
        let partial: Vec<i64> = days.iter().map(|seconds| seconds.partial_outage).collect();
        assert_eq!(partial, [10, 86_400, 86_400, 7, 0]);
        assert_eq!(days.iter().copied().sum::<Seconds>().total(), flat[0].interval.secs());
    }

    #[test]
    fn recorded_seconds_fill_what_is_left_of_the_day() {
        let seconds =
            |partial_outage, major_outage| Seconds { partial_outage, major_outage, ..Seconds::default() };
        let cases = [
            (seconds(0, 100), seconds(50, 200), seconds(50, 300)),
            (seconds(0, 86_000), seconds(300, 300), seconds(100, 86_300)),
            (seconds(0, 86_400), seconds(300, 300), seconds(0, 86_400)),
            (seconds(0, 0), seconds(-5, 0), seconds(0, 0)),
        ];
        for (day, recorded, sum) in cases {
            assert_eq!(with_recorded(day, recorded, 86_400), sum);
        }
    }
}
