//! What templates see: the public interface of themes.
//!
//! Every template sees `site` ([`site::SiteView`], the same on every page), `page` ([`PageView`]), `root` (the way back to the
//! site's root, as in `page.root`) and `view`, whose fields depend on the kind of page: a file here for each. Paths lead
//! from the site's root and have no slash in front, so a link is `{{ root }}{{ view.path }}`. States, statuses and impacts
//! are their names in Statuspage's API; the words for them are messages (`state-major_outage`). Times come with their
//! words ([`crate::render::format`]). Invariant: no view holds `now`.

use serde::Serialize;

use crate::render::format::TimeView;
use crate::render::templates::RootPath;

pub mod bars;
pub mod calendar;
pub mod component;
pub mod content;
pub mod embed;
pub mod front;
pub mod group;
mod group_rows;
pub mod history;
pub mod incident;
pub mod list;
pub mod lists;
pub(in crate::render) mod live;
pub mod maintenance;
pub mod overall;
pub mod past;
pub mod record;
pub(in crate::render) mod search;
pub mod site;
pub mod subject;
pub mod subscribe;
pub mod uptime;
mod uptime_table;
pub mod year_strip;

/// What every page has (`page`).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct PageView {
    /// Which kind it is: `front`, `incident`, `history`, `month`, `tags`, `tag`, `postmortems`, `component`, `component-year`, `group`, `uptime`,
    /// `uptime-year`, `subscribe`, `embed`, `content`, `pages`, `not-found` or `redirect`.
    pub kind: &'static str,
    /// The way back to the site's root: `../../`, or `base_url`'s path on the 404 page.
    pub root: String,
    /// Its own path.
    pub path: String,
    /// Its absolute address.
    pub canonical: String,
    /// For `<title>`, the site's title included.
    pub title: String,
    /// One sentence for search engines and previews; may be empty.
    pub description: String,
    /// The state whose colour it carries (`major`, short), or empty.
    pub tone: &'static str,
    /// The favicon that shows what it is about: `none`, `maintenance`, `minor`, `major` or `critical`; empty on a page that
    /// shows no state of its own, for there it could become untrue.
    pub indicator: &'static str,
    /// Feeds about what it shows.
    pub feeds: Vec<FeedView>,
    /// The last instant at which what it shows changed; none when nothing on it is dated.
    pub as_of: Option<TimeView>,
    /// Whether it shows how things are now, so that it is worth asking for a newer one.
    pub is_current: bool,
    /// What it says of itself to search engines, as JSON-LD; only on a report's page.
    pub linked_data: Option<String>,
    /// What is known ahead, as JSON for scripts; none on a page without components' states.
    pub known: Option<String>,
}

/// A feed to subscribe to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FeedView {
    /// `application/atom+xml`, `application/rss+xml` or `application/feed+json`.
    pub mime: &'static str,
    /// `atom`, `rss` or `json`.
    pub form: &'static str,
    /// What it is about.
    pub title: String,
    /// Its path.
    pub path: String,
}

impl RootPath for PageView {
    fn root(&self) -> &str {
        &self.root
    }
}
