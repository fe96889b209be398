//! Our figures and colours compared with those that real status pages published.

use std::collections::BTreeMap;

use super::{Figure, Seconds, Weights, bar_color};
use crate::time::Day;

const SERIES: &str = include_str!("../../../tests/fixtures/uptime-series.txt");

/// A published series: of a component, or of a group when it has members.
struct Series<'a> {
    number: &'a str,
    days: i64,
    shown: &'a str,
    members: Vec<&'a str>,
    downtime: Vec<(Seconds, &'a str)>,
}

impl Series<'_> {
    fn figure(&self) -> Figure {
        let total = self.downtime.iter().map(|(seconds, _)| *seconds).sum();
        Figure::new(total, self.days, &Weights::default())
    }
}

fn read() -> Vec<Series<'static>> {
    let mut all: Vec<Series<'_>> = Vec::new();
    for line in SERIES.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let fields: Vec<&str> = line.split(' ').collect();
        match fields[..] {
            ["series" | "mean", number, first, last, shown, ref members @ ..] => {
                let day = |text| Day::parse(text).unwrap();
                all.push(Series {
                    number,
                    days: day(last).days_since(day(first)) + 1,
                    shown,
                    members: members.iter().skip(1).copied().collect(),
                    downtime: Vec::new(),
                });
            }
            [_, partial, major, color] => {
                let (partial_outage, major_outage) = (partial.parse().unwrap(), major.parse().unwrap());
                let seconds = Seconds { partial_outage, major_outage, ..Seconds::default() };
                all.last_mut().unwrap().downtime.push((seconds, color));
            }
            _ => panic!("neither a series nor a day: {line}"),
        }
    }
    all
}

#[test]
fn figures_are_the_published_ones() {
    let all = read();
    assert_eq!(all.len(), 20);
    let mut figures =
        BTreeMap::from([("spotless", Figure::new(Seconds::default(), 90, &Weights::default()))]);
    for series in all.iter().filter(|series| series.members.is_empty()) {
        let figure = series.figure();
        assert_eq!(figure.floor2(), series.shown, "series {}", series.number);
        figures.insert(series.number, figure);
    }
    let groups: Vec<_> = all.iter().filter(|series| !series.members.is_empty()).collect();
    assert_eq!(groups.len(), 2);
    for group in groups {
        let members: Vec<Figure> = group.members.iter().map(|number| figures[number].clone()).collect();
        let mean = Figure::mean(&members).unwrap();
        assert_eq!(mean.floor2(), group.shown, "group {}", group.number);
    }
}

#[test]
fn bar_colours_are_within_a_step_of_the_published_ones() {
    let all = read();
    let bars: Vec<_> =
        all.iter().flat_map(|series| &series.downtime).filter(|(_, color)| *color != "-").collect();
    assert_eq!(bars.len(), 36);
    for (seconds, published) in bars {
        let ours = bar_color(seconds.weighted(&Weights::default()));
        for (a, b) in channels(&ours).zip(channels(published)) {
            assert!((a - b).abs() <= 1, "{seconds:?}: {ours} instead of {published}");
        }
    }
}

fn channels(color: &str) -> impl Iterator<Item = i32> {
    [1, 3, 5].map(|at| i32::from_str_radix(&color[at..at + 2], 16).unwrap()).into_iter()
}
