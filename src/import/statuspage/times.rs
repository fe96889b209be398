//! Updates with their times.

use crate::import::statuspage::body::Update;
use crate::time::{Day, Instant, Zone, written};

pub(super) struct TimedUpdate<'a> {
    pub(super) at: Instant,
    pub(super) update: &'a Update,
}

pub(super) fn time_of(update: &Update) -> Option<Instant> {
    time(update.display_at.as_deref()).or_else(|| time(update.created_at.as_deref()))
}

/// An RFC 3339 time without its fraction; `None` for one that no report can have.
pub(super) fn time(text: Option<&str>) -> Option<Instant> {
    let text = text?;
    let at = match text.split_once('.') {
        None => Instant::parse_rfc3339(text)?,
        Some((whole, rest)) => {
            let zone = rest.trim_start_matches(|c: char| c.is_ascii_digit());
            Instant::parse_rfc3339(&format!("{whole}{zone}"))?
        }
    };
    let day = Zone::UTC.day_of(at);
    let fits = |day: Day| written::check_year(day).is_ok();
    // In another zone, it may be the day before or after.
    (fits(day) && fits(day.prev()) && fits(day.next())).then_some(at)
}
