//! Written times to instants.

use crate::check::context::{Context, listed};
use crate::check::rules;
use crate::diagnostic::Diagnostic;
use crate::source::{SourcePath, Spanned};
use crate::time::written::{Written, WrittenZone};
use crate::time::{Day, Instant, LocalTime, Resolved, Zone};

/// The instant of a time in front matter, where a day is always written; `None` when there is none, which is then a
/// problem or site.toml's.
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

/// The instant of a time that follows another: a bare one takes the date of `previous`, read in the zone it is written in.
/// `None` as for [`dated`], and for a bare time without one before it.
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

/// Why a written time is no instant.
enum Wrong {
    Foreign(LocalTime),
    Skipped(LocalTime, [Instant; 2]),
    Doubled(LocalTime, [Instant; 2]),
}

/// The instant a time names, a bare one on `day`.
fn resolved(zone: Zone, written: &Written, day: Day) -> Result<Instant, Wrong> {
    let local = written.local(day);
    match &written.zone {
        WrittenZone::Offset(secs) => Ok(local.at_offset(*secs)),
        WrittenZone::Abbreviation(name) => zone.by_abbreviation(local, name).ok_or(Wrong::Foreign(local)),
        WrittenZone::Site => match zone.resolve(local) {
            Resolved::One(instant) => Ok(instant),
            Resolved::Skipped { before, after } => Err(Wrong::Skipped(local, [after, before])),
            Resolved::Doubled { first, second } => Err(Wrong::Doubled(local, [first, second])),
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
            // The abbreviation may be of the other half of the year, and its date another one near midnight.
            let offset = named.map_or(0, |named| shown.at_offset(0).secs_since(named));
            named.map_or(shown.day(), |_| LocalTime::from_offset(instant.plus_secs(offset), 0).day())
        }
    }
}

impl Wrong {
    fn at(self, zone: Zone, file: &SourcePath, written: &Spanned<Written>) -> Diagnostic {
        let span = written.span.clone();
        let name = zone.name();
        match self {
            Wrong::Foreign(local) => {
                let WrittenZone::Abbreviation(foreign) = &written.value.zone else {
                    unreachable!("only an abbreviation can be foreign")
                };
                let message = format!("`{foreign}` is no abbreviation of `{name}`");
                Diagnostic::new(rules::FOREIGN_ZONE, file, span, message).help(foreign_help(zone, local))
            }
            Wrong::Skipped(local, readings) => {
                let message = format!("`{local}` does not exist in `{name}`: the clock goes forward over it");
                Diagnostic::new(rules::SKIPPED_TIME, file, span, message).help(readings_help(zone, readings))
            }
            Wrong::Doubled(local, readings) => {
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
