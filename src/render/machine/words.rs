//! English for files whose readers are programs or people without our pages: times with their year and zone, statuses
//! and states.

use crate::model::report::Status;
use crate::model::state::State;
use crate::time::{Day, Instant, Zone};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// `Resolved`.
pub(super) fn status(status: Status) -> &'static str {
    match status {
        Status::Investigating => "Investigating",
        Status::Identified => "Identified",
        Status::Monitoring => "Monitoring",
        Status::Resolved => "Resolved",
        Status::Scheduled => "Scheduled",
        Status::InProgress => "In progress",
        Status::Verifying => "Verifying",
        Status::Completed => "Completed",
        Status::Cancelled => "Cancelled",
    }
}

/// `partial outage`.
pub(super) fn state(state: State) -> &'static str {
    match state {
        State::Operational => "operational",
        State::UnderMaintenance => "under maintenance",
        State::DegradedPerformance => "degraded performance",
        State::PartialOutage => "partial outage",
        State::MajorOutage => "major outage",
    }
}

/// `16 April 2024`.
pub(super) fn day(day: Day) -> String {
    let month = MONTHS[usize::try_from(day.month() - 1).expect("months count from 1")];
    format!("{} {month} {}", day.day_of_month(), day.year())
}

/// `16 April 2024, 10:33 MDT`, with seconds where there are any.
pub(super) fn time(instant: Instant, zone: Zone) -> String {
    format!("{}, {} {}", day(zone.local(instant).day()), clock(instant, zone), zone_name(instant, zone))
}

/// `15 November 2026, 01:00 – 04:00 MST`; both ends in full when they lie on two days or daylight saving moves between.
pub(super) fn span(from: Instant, to: Instant, zone: Zone) -> String {
    let same_day = zone.local(from).day() == zone.local(to).day();
    if same_day && zone_name(from, zone) == zone_name(to, zone) {
        let first = format!("{}, {}", day(zone.local(from).day()), clock(from, zone));
        return format!("{first} – {} {}", clock(to, zone), zone_name(to, zone));
    }
    format!("{} – {}", time(from, zone), time(to, zone))
}

/// `10:33` or `10:33:05`.
fn clock(instant: Instant, zone: Zone) -> String {
    let local = zone.local(instant);
    let seconds = if local.second() == 0 { String::new() } else { format!(":{:02}", local.second()) };
    format!("{:02}:{:02}{seconds}", local.hour(), local.minute())
}

/// `MDT`; zones without letters show their offset: `UTC-03:00`.
fn zone_name(instant: Instant, zone: Zone) -> String {
    let name = zone.abbreviation(instant);
    if name.starts_with(['+', '-']) { format!("UTC{}", zone.offset(instant)) } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_their_year_and_zone() {
        let at = |text: &str| Instant::parse_rfc3339(text).unwrap();
        let edmonton = Zone::parse("America/Edmonton").unwrap();
        assert_eq!(time(at("2024-04-16T10:33:00-06:00"), edmonton), "16 April 2024, 10:33 MDT");
        assert_eq!(time(at("2024-01-02T03:04:05Z"), Zone::UTC), "2 January 2024, 03:04:05 UTC");
        let brasilia = Zone::parse("America/Sao_Paulo").unwrap();
        assert_eq!(time(at("2024-01-02T03:04:00Z"), brasilia), "2 January 2024, 00:04 UTC-03:00");
    }

    #[test]
    fn spans_say_the_day_once_where_they_can() {
        let at = |text: &str| Instant::parse_rfc3339(text).unwrap();
        let zone = Zone::parse("America/Edmonton").unwrap();
        let check = |from: &str, to: &str, expected: &str| assert_eq!(span(at(from), at(to), zone), expected);
        let night = "2026-11-15T01:00:00-07:00";
        check(night, "2026-11-15T04:00:00-07:00", "15 November 2026, 01:00 – 04:00 MST");
        check(
            night,
            "2026-11-16T04:00:00-07:00",
            "15 November 2026, 01:00 MST – 16 November 2026, 04:00 MST",
        );
        check(
            "2026-11-01T01:00:00-06:00",
            "2026-11-01T03:00:00-07:00",
            "1 November 2026, 01:00 MDT – 1 November 2026, 03:00 MST",
        );
    }
}
