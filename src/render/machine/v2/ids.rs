//! Ids and times in the form of API v2.

use crate::digest::Digest;
use crate::render::machine::context::Context;
use crate::time::Instant;

/// The site's id: `page_id`, else derived from its host and `tag_date`, so that it stays the same.
pub(super) fn page_id(context: &Context<'_>) -> String {
    let config = &context.edition.site.config;
    let own = || short_id(&format!("{},{}", config.tag_host(), config.feeds.tag_date));
    config.page_id.clone().unwrap_or_else(own)
}

/// An id of twelve digits and letters derived from a text, similar to Statuspage's.
pub(super) fn short_id(text: &str) -> String {
    Digest::of(text.as_bytes()).short(12)
}

/// `2024-04-16T09:20:00.000-06:00`: RFC 3339 with milliseconds.
pub(super) fn timestamp(context: &Context<'_>, at: Instant) -> String {
    /// The length of `2024-04-16T09:20:00`.
    const WITHOUT_OFFSET: usize = 19;
    let mut text = context.edition.site.config.zone.rfc3339(at);
    text.insert_str(WITHOUT_OFFSET, ".000");
    text
}
