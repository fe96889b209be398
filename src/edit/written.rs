//! Writes times: full date, seconds and offset, so that a time is unambiguous everywhere.

use crate::time::{Instant, Zone};

/// `2024-04-16 10:33:00-06:00`, the same in headings and front matter; `Z` for UTC.
pub fn time(instant: Instant, zone: Zone) -> String {
    zone.rfc3339(instant).replacen('T', " ", 1)
}

/// A duration in its two largest units, rounded down, seconds only below a minute: `1 h 10 min`, `3 d 2 h`, `40 s`.
pub fn duration(secs: i64) -> String {
    const UNITS: [(i64, &str); 4] = [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")];
    let secs = secs.max(0);
    let at = UNITS.iter().position(|(unit, _)| secs >= *unit).unwrap_or(UNITS.len() - 1);
    let (unit, name) = UNITS[at];
    let first = format!("{} {name}", secs / unit);
    match UNITS.get(at + 1) {
        Some((smaller, name)) if *smaller > 1 && secs % unit >= *smaller => {
            format!("{first} {} {name}", secs % unit / smaller)
        }
        _ => first,
    }
}

#[cfg(test)]
mod tests {
    use super::{duration, time};
    use crate::time::{Instant, Zone, written};

    #[test]
    fn a_time_is_written_in_full_and_read_back() {
        let check = |zone: &str, instant: &str, expected: &str| {
            let (zone, instant) = (Zone::parse(zone).unwrap(), Instant::parse_rfc3339(instant).unwrap());
            let shown = time(instant, zone);
            assert_eq!(shown, expected);
            assert!(written::parse(&shown).is_ok());
            let value: toml_edit::Value = shown.parse().unwrap();
            assert!(value.is_datetime());
        };
        check("America/Edmonton", "2024-04-16T16:33:00Z", "2024-04-16 10:33:00-06:00");
        check("Etc/UTC", "2024-04-16T16:33:07Z", "2024-04-16 16:33:07Z");
        check("Europe/London", "2024-01-16T16:33:07Z", "2024-01-16 16:33:07+00:00");
    }

    #[test]
    fn a_duration_shows_two_units() {
        let check = |secs: i64, expected: &str| assert_eq!(duration(secs), expected);
        check(0, "0 s");
        check(40, "40 s");
        check(60, "1 min");
        check(61, "1 min");
        check(4_200, "1 h 10 min");
        check(3_605, "1 h");
        check(266_400, "3 d 2 h");
        check(-5, "0 s");
    }
}
