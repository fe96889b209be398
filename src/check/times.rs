//! Converts written times to instants.

use crate::check::context::{Context, listed};
use crate::diagnostic::{Diagnostic, Rule};
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
    let read = resolved(context.zone?, file, written, written.value.day?);
    read.map_err(|problem| problems.push(problem)).ok()
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
    let day = written.value.day.or_else(|| Some(day_in(zone, &written.value, previous?)))?;
    resolved(zone, file, written, day).map_err(|problem| problems.push(problem)).ok()
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
    let day = written.value.day.unwrap_or_else(|| day_in(zone, &written.value, at));
    let read = match resolved(zone, file, written, day) {
        Ok(instant) if written.value.day.is_none() && instant <= at => {
            resolved(zone, file, written, day.next())
        }
        read => read,
    };
    read.map_err(|problem| problems.push(problem)).ok()
}

/// The instant of a time; a bare one falls on `day`.
fn resolved(
    zone: Zone,
    file: &SourcePath,
    written: &Spanned<Written>,
    day: Day,
) -> Result<Instant, Diagnostic> {
    let (local, name) = (written.value.local(day), zone.name());
    let problem = |rule: Rule, message: String, help: String| {
        Err(Diagnostic::new(rule, file, written.span.clone(), message).help(help))
    };
    let either = |first, second| format!("write `{}` or `{}`", zone.rfc3339(first), zone.rfc3339(second));
    match written.value.resolved(zone, day) {
        Ok(Resolved::One(instant)) => Ok(instant),
        Ok(Resolved::Skipped { before, after }) => {
            let message = format!("`{local}` does not exist in `{name}`: the clock goes forward over it");
            problem(rules::SKIPPED_TIME, message, either(after, before))
        }
        Ok(Resolved::Doubled { first, second }) => {
            let message = format!("`{local}` happens twice in `{name}`: the clock goes back over it");
            problem(rules::DOUBLED_TIME, message, either(first, second))
        }
        Err(foreign) => {
            let message = format!("`{foreign}` is not an abbreviation of `{name}`");
            problem(rules::FOREIGN_ZONE, message, foreign_help(zone, local))
        }
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

fn foreign_help(zone: Zone, local: LocalTime) -> String {
    let own = zone.abbreviations(local.at_offset(0));
    let own = listed(own.iter().map(String::as_str).filter(|name| name.starts_with(char::is_alphabetic)));
    let others = if own.is_empty() { String::new() } else { format!(", or one of {own}") };
    format!("write the offset from UTC instead, as in `-05:00`{others}")
}

#[cfg(test)]
mod tests {
    use super::{following, next};
    use crate::check::context::Context;
    use crate::source::{SourcePath, Spanned};
    use crate::time::{Instant, Zone, written};

    fn context(zone: &str) -> Context {
        Context { zone: Zone::parse(zone), ..Context::default() }
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
    fn skipped_doubled_and_foreign_times_are_errors() {
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
