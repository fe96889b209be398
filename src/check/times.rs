//! Converts written times to instants.

use crate::check::context::{Context, listed};
use crate::diagnostic::Diagnostic;
use crate::rules;
use crate::source::{SourcePath, Spanned};
use crate::time::written::{Written, WrittenZone};
use crate::time::{Day, Instant, LocalTime, Resolved, Zone};

/// The instant of a time with a date; `None` after reporting why it has none.
pub(super) fn dated(
    context: &Context,
    file: &SourcePath,
    written: Option<&Spanned<Written>>,
    problems: &mut Vec<Diagnostic>,
) -> Option<Instant> {
    let written = written?;
    let day = written.value.day?;
    let zone = context.zone?;
    resolved(zone, &written.value, day).map_err(|wrong| problems.push(wrong.at(zone, file, written))).ok()
}

/// The instant of a time that follows another: a bare one takes the date of `previous`, in the zone it is written in.
/// `None` as for [`dated`], and for a bare time without a previous one.
pub(super) fn following(
    context: &Context,
    file: &SourcePath,
    written: &Spanned<Written>,
    previous: Option<Instant>,
    problems: &mut Vec<Diagnostic>,
) -> Option<Instant> {
    let zone = context.zone?;
    let day = match (written.value.day, previous) {
        (Some(day), _) => day,
        (None, Some(previous)) => day_in(zone, &written.value, previous),
        (None, None) => return None,
    };
    resolved(zone, &written.value, day).map_err(|wrong| problems.push(wrong.at(zone, file, written))).ok()
}

/// The instant of a `next_update`: a bare one is the next such time after `at`.
pub(super) fn next(
    context: &Context,
    file: &SourcePath,
    written: &Spanned<Written>,
    at: Instant,
    problems: &mut Vec<Diagnostic>,
) -> Option<Instant> {
    let zone = context.zone?;
    if written.value.day.is_some() {
        return dated(context, file, Some(written), problems);
    }
    let today = day_in(zone, &written.value, at);
    let reading = match resolved(zone, &written.value, today) {
        Ok(instant) if instant <= at => resolved(zone, &written.value, today.next()),
        reading => reading,
    };
    reading.map_err(|wrong| problems.push(wrong.at(zone, file, written))).ok()
}

enum TimeError {
    Foreign(LocalTime),
    Skipped(LocalTime, [Instant; 2]),
    Doubled(LocalTime, [Instant; 2]),
}

/// The instant of a time; a bare one falls on `day`.
fn resolved(zone: Zone, written: &Written, day: Day) -> Result<Instant, TimeError> {
    let local = written.local(day);
    match &written.zone {
        WrittenZone::Offset(secs) => Ok(local.at_offset(*secs)),
        WrittenZone::Abbreviation(name) => zone.by_abbreviation(local, name).ok_or(TimeError::Foreign(local)),
        WrittenZone::Site => match zone.resolve(local) {
            Resolved::One(instant) => Ok(instant),
            Resolved::Skipped { before, after } => Err(TimeError::Skipped(local, [after, before])),
            Resolved::Doubled { first, second } => Err(TimeError::Doubled(local, [first, second])),
        },
    }
}

/// The date at `instant` in the zone a time is written in.
fn day_in(zone: Zone, written: &Written, instant: Instant) -> Day {
    match &written.zone {
        WrittenZone::Site => zone.local(instant).day(),
        WrittenZone::Offset(secs) => LocalTime::from_offset(instant, *secs).day(),
        WrittenZone::Abbreviation(name) => {
            let shown = zone.local(instant);
            let named = zone.by_abbreviation(shown, name);
            // The abbreviation may belong to the other half of the year, with another date near midnight.
            let offset = named.map_or(0, |named| shown.at_offset(0).secs_since(named));
            named.map_or(shown.day(), |_| LocalTime::from_offset(instant.plus_secs(offset), 0).day())
        }
    }
}

impl TimeError {
    fn at(self, zone: Zone, file: &SourcePath, written: &Spanned<Written>) -> Diagnostic {
        let span = written.span.clone();
        let name = zone.name();
        match self {
            TimeError::Foreign(local) => {
                let WrittenZone::Abbreviation(foreign) = &written.value.zone else {
                    unreachable!("only an abbreviation can be foreign")
                };
                let message = format!("`{foreign}` is no abbreviation of `{name}`");
                Diagnostic::new(rules::FOREIGN_ZONE, file, span, message).help(foreign_help(zone, local))
            }
            TimeError::Skipped(local, readings) => {
                let message = format!("`{local}` does not exist in `{name}`: the clock goes forward over it");
                Diagnostic::new(rules::SKIPPED_TIME, file, span, message).help(readings_help(zone, readings))
            }
            TimeError::Doubled(local, readings) => {
                let message = format!("`{local}` happens twice in `{name}`: the clock goes back over it");
                Diagnostic::new(rules::DOUBLED_TIME, file, span, message).help(readings_help(zone, readings))
            }
        }
    }
}

fn readings_help(zone: Zone, [first, second]: [Instant; 2]) -> String {
    format!("write `{}` or `{}`", zone.rfc3339(first), zone.rfc3339(second))
}

fn foreign_help(zone: Zone, local: LocalTime) -> String {
    let own = zone.abbreviations(local.at_offset(0));
    let own: Vec<&str> =
        own.iter().map(String::as_str).filter(|name| name.starts_with(char::is_alphabetic)).collect();
    match own.is_empty() {
        true => "write the offset from UTC instead, as in `-05:00`".to_owned(),
        false => format!(
            "write the offset from UTC instead, as in `-05:00`, or one of {}",
            listed(own.into_iter())
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::{following, next};
    use crate::check::context::{Completeness, Context};
    use crate::check::options::Drafts;
    use crate::source::{SourcePath, Spanned};
    use crate::time::{Instant, Zone, written};

    fn context(zone: &str) -> Context {
        Context::new(Zone::parse(zone), Vec::new(), Completeness::Whole, Drafts::Hide)
    }

    /// What a time read after `previous` means: an instant, or the rule it breaks and the help.
    #[track_caller]
    fn check(zone: &str, text: &str, previous: Option<&str>, expected: &str) {
        let written = Spanned::new(written::parse(text).unwrap(), 0..text.len());
        let previous = previous.map(|previous| Instant::parse_rfc3339(previous).unwrap());
        let mut problems = Vec::new();
        let read = following(&context(zone), &SourcePath::new("x.md"), &written, previous, &mut problems);
        let problem =
            problems.first().map(|problem| format!("{}: {}", problem.rule, problem.help.as_deref().unwrap()));
        let found = read.map(|instant| instant.to_string()).or(problem).unwrap_or_default();
        assert_eq!(found, expected, "{text} in {zone}");
    }

    #[test]
    fn a_bare_time_takes_the_date_before_in_its_own_zone() {
        let edmonton = "America/Edmonton";
        check(edmonton, "10:06", Some("2024-04-16T16:03:00Z"), "2024-04-16T16:06:00Z");
        check(edmonton, "10:06", None, "");
        // 23:30 in Edmonton is the next day already in UTC.
        check(edmonton, "05:40Z", Some("2024-04-17T05:30:00Z"), "2024-04-17T05:40:00Z");
        check(edmonton, "23:40", Some("2024-04-17T05:30:00Z"), "2024-04-17T05:40:00Z");
        check(edmonton, "14:57-04:00", Some("2024-03-21T18:30:00Z"), "2024-03-21T18:57:00Z");
        // The standard time's abbreviation in summer is an hour behind, here on the day before.
        check(edmonton, "23:40 MST", Some("2024-07-02T06:10:00Z"), "2024-07-02T06:40:00Z");
        check(edmonton, "00:20 MDT", Some("2024-07-02T06:10:00Z"), "2024-07-02T06:20:00Z");
    }

    #[test]
    fn what_has_no_one_reading_is_an_error() {
        let berlin = "Europe/Berlin";
        let readings = "write `2024-03-31T01:30:00+01:00` or `2024-03-31T03:30:00+02:00`";
        check(berlin, "2024-03-31 02:30", None, &format!("skipped-time: {readings}"));
        let readings = "write `2023-10-29T02:30:00+02:00` or `2023-10-29T02:30:00+01:00`";
        check(berlin, "2023-10-29 02:30", None, &format!("doubled-time: {readings}"));
        check(berlin, "2023-10-29 02:30+01:00", None, "2023-10-29T01:30:00Z");
        check(berlin, "2023-10-29 02:30 CET", None, "2023-10-29T01:30:00Z");
        let help = "write the offset from UTC instead, as in `-05:00`, or one of `CEST`, `CET`";
        check(berlin, "2023-10-29 02:30 EST", None, &format!("foreign-zone: {help}"));
    }

    #[test]
    fn a_bare_next_update_is_the_next_such_time() {
        let check = |text: &str, at: &str, expected: &str| {
            let written = Spanned::new(written::parse(text).unwrap(), 0..text.len());
            let at = Instant::parse_rfc3339(at).unwrap();
            let mut problems = Vec::new();
            let context = context("America/Edmonton");
            let read = next(&context, &SourcePath::new("x.md"), &written, at, &mut problems);
            assert_eq!(read.map(|instant| instant.to_string()).as_deref(), Some(expected), "{text}");
        };
        check("10:30", "2024-04-16T16:06:00Z", "2024-04-16T16:30:00Z");
        check("10:06", "2024-04-16T16:06:00Z", "2024-04-17T16:06:00Z");
        check("00:15", "2024-04-17T05:50:00Z", "2024-04-17T06:15:00Z");
        check("02:00Z", "2024-04-16T16:06:00Z", "2024-04-17T02:00:00Z");
        check("2024-04-16 09:00", "2024-04-16T16:06:00Z", "2024-04-16T15:00:00Z");
    }
}
