//! Times in foreign texts.

use crate::time::written::{self, Written, WrittenZone};
use crate::time::{Day, Instant, Resolved, Zone};

/// The instant of a written time; a bare one falls on `day`. `None` when it is no time or ambiguous.
pub(super) fn unambiguous(text: &str, zone: Zone, day: Option<Day>) -> Option<Instant> {
    let written = written::parse(text).ok()?;
    let day = written.day.or(day)?;
    instant(&written, zone, day)
}

fn instant(written: &Written, zone: Zone, day: Day) -> Option<Instant> {
    let local = written.local(day);
    match &written.zone {
        WrittenZone::Offset(secs) => Some(local.at_offset(*secs)),
        WrittenZone::Abbreviation(name) => zone.by_abbreviation(local, name),
        WrittenZone::Site => match zone.resolve(local) {
            Resolved::One(instant) => Some(instant),
            Resolved::Skipped { .. } | Resolved::Doubled { .. } => None,
        },
    }
}
