//! Tests window and figure arithmetic against an oracle that counts second by second.

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::prop_assert_eq;
use proptest::sample::select;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use super::{Figure, PerState, Seconds, StateWindow, Weights, by_day, flatten, with_recorded};
use crate::model::state::State;
use crate::time::{Day, DayStarts, Instant, Interval, Zone};

/// Zones and days with unusual lengths.
const ODD_DAYS: [(&str, &str); 7] = [
    ("Etc/UTC", "2024-02-29"),
    ("America/Edmonton", "2024-03-10"),
    ("America/Edmonton", "2024-11-03"),
    ("America/Sao_Paulo", "2018-11-04"),
    ("America/Havana", "2024-11-03"),
    ("Australia/Lord_Howe", "2024-04-07"),
    ("Pacific/Apia", "2011-12-30"),
];

/// Tests `cases` values of `strategy`; reports the smallest failing one.
fn check<S: Strategy>(cases: u32, strategy: S, test: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    if let Err(failure) = TestRunner::new(config).run(&strategy, test) {
        panic!("{failure}");
    }
}

/// Windows that begin in the `span_secs` from `start`, mostly short, some overlapping.
fn windows(start: Instant, span_secs: i64) -> impl Strategy<Value = Vec<StateWindow>> {
    let len_secs = prop_oneof![Just(0), 1..600_i64, 1..90_000_i64];
    let window = (select(State::ALL.as_slice()), 0..span_secs, len_secs, 0..3_usize);
    let window = window.prop_map(move |(state, ahead_secs, len_secs, source)| {
        let from = start.plus_secs(ahead_secs);
        StateWindow { state, interval: Interval { from, to: from.plus_secs(len_secs) }, source }
    });
    vec(window, 0..8)
}

/// The worst state of one second, and its first listed source.
fn worst_at(windows: &[StateWindow], second: Instant) -> Option<(State, usize)> {
    let open = windows.iter().filter(|window| window.interval.contains(second));
    let open = open.filter(|window| window.state != State::Operational);
    open.map(|window| (window.state, window.source)).reduce(|a, b| if b.0 > a.0 { b } else { a })
}

fn per_state<T: Copy>(
    [degraded_performance, partial_outage, major_outage, under_maintenance]: [T; 4],
) -> PerState<T> {
    PerState { degraded_performance, partial_outage, major_outage, under_maintenance }
}

fn weights() -> impl Strategy<Value = Weights> {
    [0..=100_u32, 0..=100, 0..=100, 0..=100].prop_map(per_state)
}

fn seconds(most: i64) -> impl Strategy<Value = Seconds> {
    [0..=most, 0..=most, 0..=most, 0..=most].prop_map(per_state)
}

#[test]
fn every_second_is_in_its_worst_state_once() {
    let start = Instant::from_epoch_secs(1_000_000_000);
    check(48, windows(start, 60_000), |windows| {
        let flat = flatten(&windows);
        for pair in flat.windows(2) {
            let [a, b] = [pair[0], pair[1]];
            assert!(a.interval.to <= b.interval.from, "{a:?} {b:?}");
            let joins = a.interval.to == b.interval.from && (a.state, a.source) == (b.state, b.source);
            assert!(!joins, "{a:?} and {b:?} are one stretch");
        }
        assert!(flat.iter().all(|window| !window.interval.is_empty()));
        let mut ahead = flat.iter().peekable();
        for second in (0..150_001).map(|count| start.plus_secs(count)) {
            ahead.next_if(|window| window.interval.to <= second);
            let ours = ahead.peek().filter(|window| window.interval.contains(second));
            let ours = ours.map(|window| (window.state, window.source));
            prop_assert_eq!(ours, worst_at(&windows, second), "{}", second);
        }
        Ok(())
    });
}

#[test]
fn days_hold_the_seconds_that_the_calendar_shows() {
    for (name, odd) in ODD_DAYS {
        let (zone, odd) = (Zone::parse(name).unwrap(), Day::parse(odd).unwrap());
        let (first, last) = (odd.prev(), odd.next());
        // A day before the first and one after the last must not count.
        let start = zone.start_of(first).plus_secs(-40_000);
        let span_secs = zone.start_of(last.next()).secs_since(start) + 40_000;
        let calendar: Vec<i64> =
            (0..span_secs).map(|count| zone.local(start.plus_secs(count)).day().days_since(first)).collect();
        check(12, windows(start, span_secs), |windows| {
            let mut expected = [Seconds::default(); 3];
            for (second, day) in calendar.iter().enumerate() {
                let second = start.plus_secs(i64::try_from(second).unwrap());
                let day = usize::try_from(*day).ok().and_then(|day| expected.get_mut(day));
                if let (Some(day), Some((state, _))) = (day, worst_at(&windows, second)) {
                    day.count(state, 1);
                }
            }
            let ours = by_day(
                &flatten(&windows),
                DayStarts::new(zone, first, last).between(first, last).map(|(_, day)| day),
            );
            prop_assert_eq!(&ours[..], &expected[..], "{} {}", name, odd);
            Ok(())
        });
    }
}

#[test]
fn recorded_seconds_fill_the_day_one_by_one() {
    let day_lens = select(vec![0, 82_800_i64, 86_400, 90_000]);
    check(64, (day_lens, seconds(20_000), seconds(60_000)), |(day_len, window, recorded)| {
        let window = if window.total() > day_len { Seconds::default() } else { window };
        let mut expected = window;
        let mut free = day_len - window.total();
        for state in
            [State::MajorOutage, State::PartialOutage, State::DegradedPerformance, State::UnderMaintenance]
        {
            for _ in 0..recorded.get(state) {
                if free > 0 {
                    expected.count(state, 1);
                    free -= 1;
                }
            }
        }
        prop_assert_eq!(with_recorded(window, recorded, day_len), expected);
        Ok(())
    });
}

#[test]
fn figures_are_the_floor_of_the_exact_fraction() {
    check(2_000, (seconds(200_000), 1..=40_i64, weights()), |(total, days, weights)| {
        let period = i128::from(86_400 * days);
        let left = 10_000 * period - 100 * i128::from(total.weighted(&weights));
        let expected = left.max(0) / period;
        prop_assert_eq!(i128::from(Figure::new(total, days, &weights).hundredths()), expected);
        Ok(())
    });
}

#[test]
fn means_are_the_floor_of_the_exact_mean() {
    // A multiple of every number of days up to 30, so that the sum's denominator fits 128 bits.
    const DAYS: i128 = 2_329_089_562_800;
    let member = (seconds(20_000), 1..=30_i64, any::<bool>());
    check(2_000, (vec(member, 1..12), weights()), |(members, weights)| {
        let mut left = 0;
        let mut figures = Vec::new();
        for (total, days, is_spotless) in members {
            let total = if is_spotless { Seconds::default() } else { total };
            let downtime = i128::from(total.weighted(&weights)) * (DAYS / i128::from(days));
            left += (86_400 * DAYS * 100 - downtime).max(0);
            figures.push(Figure::new(total, days, &weights));
        }
        let expected = 100 * left / (86_400 * DAYS * i128::try_from(figures.len()).unwrap());
        let mean = Figure::mean(&figures).unwrap();
        prop_assert_eq!(i128::from(mean.hundredths()), expected);
        Ok(())
    });
}
