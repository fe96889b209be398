//! Deliveries in any order, against the reports that they make in theirs.

use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, Strategy, any, prop_assert_eq, proptest};
use serde_json::Value;

use super::{ALERTS, Desk, alert, body};

/// Windows of alerts inside the first one's, by minutes: service, severity, beginning and end.
fn windows() -> impl Strategy<Value = Vec<(usize, usize, i64, i64)>> {
    vec((0_usize..3, 0_usize..2, 0_i64..19, 1_i64..20), 0..5)
}

/// What Alertmanager sends of an incident of twenty minutes: at each change all that fires, and what is over since the last
/// time.
fn notifications(first: i64, windows: &[(usize, usize, i64, i64)]) -> Vec<Value> {
    let mut all = vec![(0, 0, 0, 20)];
    for &(service, severity, from, length) in windows {
        let to = (from + length).min(20);
        // An alert fires once at a time.
        let overlaps =
            |it: &(usize, usize, i64, i64)| (it.0, it.1) == (service, severity) && it.2 <= to && from <= it.3;
        if !all.iter().any(overlaps) {
            all.push((service, severity, from, to));
        }
    }
    let name = |(service, severity, from, _): (usize, usize, i64, i64), to: Option<i64>| {
        let service = ["api", "web", "shop"][service];
        alert(service, ["warning", "critical"][severity], first + from, to.map(|to| first + to))
    };
    let mut last = -1;
    let mut bodies = Vec::new();
    for now in 0..=20 {
        if !all.iter().any(|it| it.2 == now || it.3 == now) {
            continue;
        }
        let firing = all.iter().filter(|it| it.2 <= now && now < it.3).map(|it| name(*it, None));
        let over = all.iter().filter(|it| it.3 <= now && it.3 > last).map(|it| name(*it, Some(it.3)));
        bodies.push(body(&firing.chain(over).collect::<Vec<_>>(), 0));
        last = now;
    }
    bodies
}

/// The reports that deliveries make.
fn reports(bodies: &[&Value]) -> Vec<String> {
    let mut desk = Desk::new(ALERTS);
    for (now, body) in bodies.iter().enumerate() {
        desk.deliver(body, now as i64 + 100);
    }
    desk.reports.sort();
    desk.reports
}

/// Every body at least once, in an order of its own.
fn shuffled<'b>(bodies: &'b [Value], again: &[proptest::sample::Index], shuffle: u64) -> Vec<&'b Value> {
    let mut places: Vec<usize> = (0..bodies.len()).collect();
    places.sort_by_key(|place| (*place as u64 + 1).wrapping_mul(shuffle | 1));
    again.iter().map(|it| it.index(bodies.len())).chain(places).map(|place| &bodies[place]).collect()
}

fn again() -> impl Strategy<Value = Vec<proptest::sample::Index>> {
    vec(any::<proptest::sample::Index>(), 0..30)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Any order, any repetition, any delay: the same report.
    #[test]
    fn every_order_of_deliveries_makes_the_same_report(windows in windows(), again in again(), shuffle in any::<u64>()) {
        let bodies = notifications(0, &windows);
        let straight = reports(&bodies.iter().collect::<Vec<_>>());
        prop_assert_eq!(straight.len(), 1);
        prop_assert_eq!(reports(&shuffled(&bodies, &again, shuffle)), straight);
    }

    /// The next incident's deliveries may come before the end of the last one is known.
    #[test]
    fn deliveries_of_two_incidents_are_told_apart_in_every_order(
        windows in vec(windows(), 2),
        again in again(),
        shuffle in any::<u64>(),
    ) {
        let mut bodies = notifications(0, &windows[0]);
        bodies.extend(notifications(40, &windows[1]));
        let straight = reports(&bodies.iter().collect::<Vec<_>>());
        prop_assert_eq!(straight.len(), 2);
        let mut mixed = shuffled(&bodies, &again, shuffle);
        mixed.insert(0, &bodies[0]);
        prop_assert_eq!(reports(&mixed), straight);
    }
}
