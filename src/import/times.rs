//! Times in foreign texts.

use crate::time::written;
use crate::time::{Day, Instant, Resolved, Zone};

/// The instant of a written time; a bare one falls on `day`. `None` when it is no time or ambiguous.
pub(super) fn unambiguous(text: &str, zone: Zone, day: Option<Day>) -> Option<Instant> {
    let written = written::parse(text).ok()?;
    match written.resolved(zone, written.day.or(day)?) {
        Ok(Resolved::One(instant)) => Some(instant),
        _ => None,
    }
}
