//! A feed and its entries, independent of the format.

use crate::model::ComponentIx;
use crate::percent;
use crate::render::machine::context::Context;
use crate::time::Instant;

/// A feed, independent of its format.
pub(super) struct Feed {
    /// A `tag:` URI.
    pub(super) id: String,
    /// The site's title, and the part's name.
    pub(super) title: String,
    /// One sentence; may be empty.
    pub(super) description: String,
    /// The site's title.
    pub(super) author: String,
    /// BCP 47.
    pub(super) language: String,
    pub(super) page: String,
    pub(super) home: String,
    /// Its own URL, also in copies at other URLs.
    pub(super) own: String,
    /// The WebSub hubs where it can be subscribed to.
    pub(super) hubs: Vec<String>,
    /// URL of the theme's stylesheet for feeds, if any.
    pub(super) style: Option<String>,
    pub(super) updated: Instant,
    /// Newest first.
    pub(super) entries: Vec<Entry>,
}

/// An incident, a maintenance, or an update.
pub(super) struct Entry {
    /// A `tag:` URI, the same in all feeds, never changing.
    pub(super) id: String,
    pub(super) title: String,
    pub(super) page: String,
    pub(super) published: Instant,
    pub(super) updated: Instant,
    /// Ids and names of its components.
    pub(super) components: Vec<(String, String)>,
    /// HTML with tags balanced as in XML and absolute URLs.
    pub(super) html: String,
}

pub(super) fn components(context: &Context<'_>, ixs: &[ComponentIx]) -> Vec<(String, String)> {
    let component = |&ix| {
        let component = context.edition.site.component(ix);
        (component.id.clone(), component.name.clone())
    };
    ixs.iter().map(component).collect()
}

/// A `tag:` URI (RFC 4151) of this site, independent of its URL.
pub(super) fn tag(context: &Context<'_>, specific: &str) -> String {
    let config = &context.edition.site.config;
    let host = config.tag_host();
    let authority = host.split_once(':').map_or(host, |(name, _port)| name);
    let specific = percent::tidy(specific);
    format!("tag:{authority},{}:{specific}", config.feeds.tag_date)
}
