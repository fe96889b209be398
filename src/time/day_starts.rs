//! When the days of a range begin, resolved in a zone once.

use super::{Day, Instant, Interval, Zone};

/// The beginnings of consecutive days. Those of other days are resolved when they are asked for.
#[derive(Clone, Debug)]
pub struct DayStarts {
    zone: Zone,
    first: Day,
    starts: Vec<Instant>,
}

impl DayStarts {
    /// Of the days from `first` to `last`, both included.
    pub fn new(zone: Zone, first: Day, last: Day) -> Self {
        let days = 0..=last.days_since(first);
        Self { zone, first, starts: days.map(|ahead| zone.start_of(first.plus_days(ahead))).collect() }
    }

    /// As [`Zone::start_of`].
    pub fn start_of(&self, day: Day) -> Instant {
        let place = usize::try_from(day.days_since(self.first)).ok();
        let known = place.and_then(|place| self.starts.get(place));
        known.map_or_else(|| self.zone.start_of(day), |start| *start)
    }

    /// As [`Zone::bounds`].
    pub fn bounds(&self, day: Day) -> Interval {
        Interval { from: self.start_of(day), to: self.start_of(day.next()) }
    }

    /// The bounds of each day from `first` to `last`, both included; none when `last` is before `first`.
    pub fn between(&self, first: Day, last: Day) -> impl Iterator<Item = (Day, Interval)> + '_ {
        let mut from = self.start_of(first);
        (0..=last.days_since(first)).map(move |ahead| {
            let day = first.plus_days(ahead);
            let to = self.start_of(day.next());
            (day, Interval { from: std::mem::replace(&mut from, to), to })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::DayStarts;
    use crate::time::{Day, Interval, Zone};

    #[test]
    fn days_begin_as_the_zone_says_inside_and_outside_of_the_range() {
        let day = |text: &str| Day::parse(text).unwrap();
        // A day of 25 hours, one that the zone skipped, and days before and after the range.
        for (zone, first, last) in
            [("America/Havana", "2024-10-30", "2024-11-03"), ("Pacific/Apia", "2011-12-28", "2011-12-31")]
        {
            let zone = Zone::parse(zone).unwrap();
            let starts = DayStarts::new(zone, day(first), day(last));
            let (from, to) = (day(first).plus_days(-2), day(last).plus_days(3));
            let found: Vec<(Day, Interval)> = starts.between(from, to).collect();
            let days = (0..=to.days_since(from)).map(|ahead| from.plus_days(ahead));
            let expected: Vec<(Day, Interval)> = days.map(|day| (day, zone.bounds(day))).collect();
            assert_eq!(found, expected);
            assert!(found.iter().all(|&(day, bounds)| starts.bounds(day) == bounds));
        }
    }
}
