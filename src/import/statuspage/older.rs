//! Outage of days before the last 90, which the management API tells only as totals of periods.
//!
//! As few periods are asked for as possible: six months at once, months where those have outage, and days only in months
//! whose total is not that of the reports.

use std::collections::BTreeMap;

use crate::import::history::PublishedDays;
use crate::model::uptime::Seconds;
use crate::time::{Day, Month};

/// The most months of a period.
const MONTHS: usize = 6;

/// The outage of days on which it may differ from the reports'. `None` if the page does not show the component's uptime.
///
/// `reported` has the days that count. `total` gives a period's outage, both days included.
///
/// # Errors
/// The first of `total`.
pub fn older<E>(
    reported: &BTreeMap<Day, Seconds>,
    mut total: impl FnMut(Day, Day) -> Result<Option<Seconds>, E>,
) -> Result<Option<PublishedDays>, E> {
    let mut days = PublishedDays::new();
    for half_year in periods(reported).chunks(MONTHS) {
        let (Some((first, _)), Some((_, last))) = (half_year.first(), half_year.last()) else { continue };
        let Some(mut left) = total(*first, *last)? else { return Ok(None) };
        for (place, (first, last)) in half_year.iter().enumerate() {
            let is_last = place + 1 == half_year.len();
            let all = match is_last || is_none(left) {
                true => left,
                false => total(*first, *last)?.unwrap_or_default(),
            };
            left = without(left, all);
            let month = reported.range(first..=last).map(|(day, seconds)| (*day, *seconds)).collect();
            days_of_month(&month, all, &mut total, &mut days)?;
        }
    }
    Ok(Some(days))
}

/// The days of a month with this outage. Days on which the reports have outage are asked for first: the rest is often none.
fn days_of_month<E>(
    reported: &BTreeMap<Day, Seconds>,
    all: Seconds,
    total: &mut impl FnMut(Day, Day) -> Result<Option<Seconds>, E>,
    days: &mut PublishedDays,
) -> Result<(), E> {
    if outage(all) == outage(reported.values().copied().sum()) {
        return Ok(());
    }
    let (with, without_any): (Vec<_>, Vec<_>) = reported.iter().partition(|(_, seconds)| !is_none(**seconds));
    let mut left = all;
    for (day, _) in with.into_iter().chain(without_any) {
        let seconds = if is_none(left) { left } else { total(*day, *day)?.unwrap_or_default() };
        left = without(left, seconds);
        days.insert(*day, seconds);
    }
    Ok(())
}

/// The months of these days, the first and the last cut to them.
fn periods(days: &BTreeMap<Day, Seconds>) -> Vec<(Day, Day)> {
    let mut periods: Vec<(Month, Day, Day)> = Vec::new();
    for day in days.keys() {
        match periods.last_mut() {
            Some((month, _, last)) if *month == day.month_of() => *last = *day,
            _ => periods.push((day.month_of(), *day, *day)),
        }
    }
    periods.into_iter().map(|(_, first, last)| (first, last)).collect()
}

fn outage(seconds: Seconds) -> (i64, i64) {
    (seconds.partial_outage, seconds.major_outage)
}

fn is_none(seconds: Seconds) -> bool {
    outage(seconds) == (0, 0)
}

fn without(seconds: Seconds, part: Seconds) -> Seconds {
    Seconds {
        partial_outage: (seconds.partial_outage - part.partial_outage).max(0),
        major_outage: (seconds.major_outage - part.major_outage).max(0),
        ..Seconds::default()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::convert::Infallible;

    use super::older;
    use crate::model::uptime::Seconds;
    use crate::time::Day;

    type Days<'a> = &'a [(&'a str, i64, i64)];

    fn outages(days: Days<'_>) -> BTreeMap<Day, Seconds> {
        let seconds =
            |partial_outage, major_outage| Seconds { partial_outage, major_outage, ..Seconds::default() };
        days.iter()
            .map(|(day, partial, major)| (Day::parse(day).unwrap(), seconds(*partial, *major)))
            .collect()
    }

    /// From 1 January 2024 to 20 August, the reports give and the page has these outages; the periods asked for, and the days
    /// that came of them with outage, or without it where the reports have some.
    #[track_caller]
    fn check(reported: Days<'_>, published: Days<'_>, asked: &[&str], expected: Days<'_>) {
        let first = Day::parse("2024-01-01").unwrap();
        let mut reports: BTreeMap<Day, Seconds> =
            (0..233).map(|ahead| (first.plus_days(ahead), Seconds::default())).collect();
        reports.extend(outages(reported));
        let published = outages(published);
        let mut periods = Vec::new();
        let total = |first: Day, last: Day| {
            periods.push(if first == last { first.to_string() } else { format!("{first}..{last}") });
            Ok::<_, Infallible>(Some(published.range(first..=last).map(|(_, seconds)| *seconds).sum()))
        };
        let mut days = older(&reports, total).unwrap().unwrap();
        days.retain(|day, seconds| *seconds != Seconds::default() || reports[day] != Seconds::default());
        assert_eq!(days, outages(expected));
        assert_eq!(periods, asked);
    }

    #[test]
    fn quiet_years_cost_two_requests() {
        check(&[], &[], &["2024-01-01..2024-06-30", "2024-07-01..2024-08-20"], &[]);
    }

    #[test]
    fn months_that_agree_are_not_asked_for_by_day() {
        let outage: Days<'_> = &[("2024-02-10", 60, 0), ("2024-02-11", 0, 30)];
        let asked = ["2024-01-01..2024-06-30", "2024-01-01..2024-01-31", "2024-02-01..2024-02-29"];
        check(outage, outage, &[&asked[..], &["2024-07-01..2024-08-20"]].concat(), &[]);
    }

    #[test]
    fn days_are_asked_for_where_months_disagree() {
        let asked = [
            "2024-01-01..2024-06-30",
            "2024-01-01..2024-01-31",
            "2024-02-01..2024-02-29",
            "2024-02-10",
            "2024-02-01",
            "2024-02-02",
            "2024-07-01..2024-08-20",
        ];
        let reported: Days<'_> = &[("2024-02-10", 60, 0), ("2024-03-05", 0, 9)];
        let published: Days<'_> = &[("2024-02-02", 0, 5), ("2024-02-10", 50, 0)];
        check(
            reported,
            published,
            &asked,
            &[("2024-02-02", 0, 5), ("2024-02-10", 50, 0), ("2024-03-05", 0, 0)],
        );
    }

    #[test]
    fn a_component_without_uptime_is_left_alone() {
        let days = older(&outages(&[("2024-01-01", 0, 0)]), |_, _| Ok::<_, Infallible>(None)).unwrap();
        assert_eq!(days, None);
    }
}
