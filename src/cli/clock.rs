//! The instant a command works with: `--now`, else SOURCE_DATE_EPOCH, else the clock.

use std::time::Duration;

use crate::check::Clock;
use crate::time::written::{self, parse_relative};
use crate::time::{Instant, LocalTime, Resolved, Zone};

/// An instant and its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Now {
    pub(crate) at: Instant,
    pub(crate) clock: Clock,
}

/// `--now`, else SOURCE_DATE_EPOCH, else the clock. The error says what is wrong with the given time.
pub(crate) fn now(given: Option<&str>, zone: Zone) -> Result<Now, String> {
    let real = real_now();
    if let Some(text) = given {
        let at = time_argument(text, zone, real, Nearest::Past).map_err(|why| format!("--now: {why}"))?;
        return Ok(Now { at, clock: Clock::Fixed });
    }
    let epoch = std::env::var_os("SOURCE_DATE_EPOCH").unwrap_or_default();
    let epoch = epoch.to_string_lossy();
    // Some shells and pipelines set an empty variable instead of none.
    if epoch.trim().is_empty() {
        return Ok(Now { at: real, clock: Clock::Real });
    }
    let at = epoch.trim().parse().ok().map(Instant::from_epoch_secs).filter(|at| is_known(*at, zone));
    let wrong = || {
        let epoch = epoch.escape_debug();
        format!(
            "SOURCE_DATE_EPOCH is `{epoch}`; it takes seconds since 1970, up to the year 2100, or leave it unset"
        )
    };
    Ok(Now { at: at.ok_or_else(wrong)?, clock: Clock::Fixed })
}

/// The clock in whole seconds. A debug build reads `TEST_CLOCK` first.
pub(crate) fn real_now() -> Instant {
    if let Some(at) = test_clock() {
        return at;
    }
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Instant::from_epoch_secs(since.map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX)))
}

/// Sets the clock of a debug build (RFC 3339), for tests. Release builds ignore it.
const TEST_CLOCK: &str = "ALLCLEAR_TEST_CLOCK";

fn test_clock() -> Option<Instant> {
    let text = cfg!(debug_assertions).then(|| std::env::var(TEST_CLOCK).ok())??;
    Some(Instant::parse_rfc3339(&text).unwrap_or_else(|| panic!("{TEST_CLOCK} is `{text}`, not RFC 3339")))
}

/// Pauses. A debug build does not where [`TEST_PAUSES`] is `none`.
pub(crate) fn pause(time: Duration) {
    let is_skipped = cfg!(debug_assertions) && std::env::var_os(TEST_PAUSES).is_some_and(|it| it == "none");
    if !is_skipped {
        std::thread::sleep(time);
    }
}

/// Whether a debug build pauses between requests, for tests. Release builds ignore it.
const TEST_PAUSES: &str = "ALLCLEAR_TEST_PAUSES";

/// Which day a bare time such as `14:30` falls on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nearest {
    Past,
    Future,
}

/// Reads a TIME argument: RFC 3339, a local time in the site's zone, a bare time of day, or relative (`-10m`, `+2d`,
/// `now`). The error gives both readings of a time that daylight saving doubles or skips.
pub(crate) fn time_argument(text: &str, zone: Zone, now: Instant, bare: Nearest) -> Result<Instant, String> {
    let at = any_time(text.trim(), zone, now, bare)?;
    match is_known(at, zone) {
        true => Ok(at),
        false => Err(format!("`{text}` is not between 1970 and 2100")),
    }
}

/// Whether the instant lies between 1970 and 2100, like every written time.
pub(crate) fn is_known(at: Instant, zone: Zone) -> bool {
    written::check_year(zone.day_of(at)).is_ok()
}

fn any_time(text: &str, zone: Zone, now: Instant, bare: Nearest) -> Result<Instant, String> {
    if text == "now" {
        return Ok(now);
    }
    if let Some(secs) = parse_relative(text) {
        return Ok(now.plus_secs(secs));
    }
    let hint = "as `2026-11-20 14:30`, `2026-11-20T14:30:00Z`, `14:30` or `-10m`";
    let time = written::parse(text).map_err(|why| format!("{why}; write it {hint}"))?;
    if time.day.is_some() {
        return read(&time, time.local(zone.day_of(now)), zone);
    }
    let today = zone.day_of(now);
    let candidates = [today.prev(), today, today.next()].map(|day| read(&time, time.local(day), zone));
    let [yesterday, today, tomorrow] = candidates;
    match bare {
        Nearest::Past => today.and_then(|at| if at <= now { Ok(at) } else { yesterday }),
        Nearest::Future => today.and_then(|at| if at > now { Ok(at) } else { tomorrow }),
    }
}

fn read(time: &written::Written, local: LocalTime, zone: Zone) -> Result<Instant, String> {
    match &time.zone {
        written::WrittenZone::Offset(offset) => Ok(local.at_offset(*offset)),
        written::WrittenZone::Abbreviation(name) => zone.by_abbreviation(local, name).ok_or_else(|| {
            format!(
                "`{name}` is not an abbreviation of {}; write an offset, as in `{local}+02:00`",
                zone.name()
            )
        }),
        written::WrittenZone::Site => match zone.resolve(local) {
            Resolved::One(at) => Ok(at),
            Resolved::Skipped { before, after } => Err(format!(
                "{local} does not exist in {}: daylight saving skips it; write {} or {}",
                zone.name(),
                zone.rfc3339(before),
                zone.rfc3339(after)
            )),
            Resolved::Doubled { first, second } => Err(format!(
                "{local} exists twice in {}: write {} or {}",
                zone.name(),
                zone.rfc3339(first),
                zone.rfc3339(second)
            )),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_the_sites_zone() {
        let zone = Zone::parse("America/Denver").expect("a zone");
        let now = Instant::parse_rfc3339("2026-11-20T19:00:00Z").expect("a time");
        let check = |text: &str, bare: Nearest, expected: &str| {
            let shown = match time_argument(text, zone, now, bare) {
                Ok(at) => at.to_string(),
                Err(why) => why,
            };
            assert!(shown.starts_with(expected), "{text}: {shown}");
        };
        check("now", Nearest::Past, "2026-11-20T19:00:00Z");
        check("-10m", Nearest::Past, "2026-11-20T18:50:00Z");
        check("+2d", Nearest::Past, "2026-11-22T19:00:00Z");
        check("2026-11-20 14:30", Nearest::Past, "2026-11-20T21:30:00Z");
        check("2026-11-20T14:30:00Z", Nearest::Past, "2026-11-20T14:30:00Z");
        check("2026-11-20T14:30:00.739266876Z", Nearest::Past, "2026-11-20T14:30:00Z");
        check("11:30", Nearest::Past, "2026-11-20T18:30:00Z");
        check("12:30", Nearest::Past, "2026-11-19T19:30:00Z");
        check("12:30", Nearest::Future, "2026-11-20T19:30:00Z");
        check("11:30", Nearest::Future, "2026-11-21T18:30:00Z");
        check("2026-03-08 02:30", Nearest::Past, "2026-03-08 02:30 does not exist");
        check("2026-11-01 01:30", Nearest::Past, "2026-11-01 01:30 exists twice");
        check("soon", Nearest::Past, "`soon` is not a time; write it as");
        check("-99999999d", Nearest::Past, "`-99999999d` is not between 1970 and 2100");
        check("2101-01-01 00:00", Nearest::Future, "the year of `2101-01-01` is not between 1970 and 2100");
        check("0026-11-20 14:30", Nearest::Past, "the year of `0026-11-20` is not between 1970 and 2100");
    }
}
