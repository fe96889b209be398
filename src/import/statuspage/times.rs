//! Updates with their times.

use crate::import::statuspage::body::Update;
use crate::time::Instant;

pub(super) struct TimedUpdate<'a> {
    pub(super) at: Instant,
    pub(super) update: &'a Update,
}

pub(super) fn time_of(update: &Update) -> Option<Instant> {
    time(update.display_at.as_deref()).or_else(|| time(update.created_at.as_deref()))
}

/// An RFC 3339 time without its fraction.
pub(super) fn time(text: Option<&str>) -> Option<Instant> {
    let text = text?;
    let Some((whole, rest)) = text.split_once('.') else { return Instant::parse_rfc3339(text) };
    let zone = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    Instant::parse_rfc3339(&format!("{whole}{zone}"))
}
