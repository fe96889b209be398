//! What templates see: the public interface of themes.
//!
//! Every template sees `site` ([`SiteView`], the same on every page), `page` ([`PageView`]), `root` (the way back to the
//! site's root, as in `page.root`) and `view`, whose fields depend on the kind of page: a file here for each. Paths lead
//! from the site's root and have no slash in front, so a link is `{{ root }}{{ view.path }}`. States, statuses and impacts
//! are their names in Statuspage's API; the words for them are messages (`state-major_outage`). Times come with their
//! words ([`crate::render::format`]). Invariant: no view holds `now`.

use serde::Serialize;

use crate::model::Site;
use crate::model::state::State;
use crate::plan::{self, address};
use crate::render::context::RenderContext;
use crate::render::format::TimeView;
use crate::render::messages::direction;
use crate::render::templates::RootPath;

pub mod bars;
pub mod calendar;
pub mod component;
pub mod content;
pub mod embed;
pub mod front;
pub mod group;
pub mod history;
pub mod incident;
pub mod list;
pub(in crate::render) mod live;
pub mod maintenance;
pub mod past;
pub mod record;
pub mod subscribe;
pub mod uptime;

/// What is the same on every page (`site`).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SiteView {
    /// site.toml's `title`.
    pub title: String,
    /// site.toml's `description`; may be empty.
    pub description: String,
    /// site.toml's `language`, for `<html lang>`.
    pub language: String,
    /// The direction of its script, for `<html dir>`: `ltr` or `rtl`.
    pub direction: &'static str,
    /// The absolute address, with a slash at its end.
    pub base_url: String,
    /// IANA's name of the zone of all times.
    pub time_zone: String,
    /// The path of the front page: empty, or `index.html`.
    pub home: String,
    /// The path of the history.
    pub history: String,
    /// The path of the uptime page.
    pub uptime: String,
    /// The path of the page on subscribing.
    pub subscribe: String,
    /// The first content pages of the navigation, in its order.
    pub pages: Vec<Link>,
    /// The path of the page that lists all of them; empty where `pages` does.
    pub all_pages: String,
    /// Whether search engines are to stay away.
    pub noindex: bool,
    /// Days in a bar.
    pub days: u32,
    /// Seconds after which a page says how old it is.
    pub stale_after_secs: i64,
    /// The Content-Security-Policy.
    pub policy: String,
    /// The text of the one inline script, whose hash the policy names.
    pub inline_script: String,
    /// site.toml's `theme_options`, those of a known kind in one form: both colour schemes, `url` or `path`.
    pub options: serde_json::Value,
}

/// A page to link to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Link {
    /// Its title.
    pub title: String,
    /// Its path.
    pub path: String,
}

/// What every page has (`page`).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct PageView {
    /// Which kind it is: `front`, `incident`, `history`, `month`, `component`, `component-year`, `group`, `uptime`,
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

impl SiteView {
    pub(super) fn new(site: &Site, policy: String, inline_script: String) -> Self {
        let config = &site.config;
        let document = |path: &str| address::document(path, config.url_style);
        let has_more = site.in_navigation().nth(plan::MOST_IN_NAVIGATION).is_some();
        Self {
            title: config.title.clone(),
            description: config.description.clone(),
            language: config.language.clone(),
            direction: direction(&config.language),
            base_url: config.base_url.as_str().to_owned(),
            time_zone: config.zone.name().to_owned(),
            home: document(""),
            history: document("history"),
            uptime: document("uptime"),
            subscribe: document("subscribe"),
            pages: content::links(site).take(plan::MOST_IN_NAVIGATION).collect(),
            all_pages: if has_more { document("pages") } else { String::new() },
            noindex: config.noindex,
            days: config.uptime.days,
            stale_after_secs: config.stale_after_secs,
            policy,
            inline_script,
            options: config.theme_options.clone(),
        }
    }
}

impl RootPath for PageView {
    fn root(&self) -> &str {
        &self.root
    }
}

/// A component or group with its state, as lists name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Subject {
    /// Its name.
    pub name: String,
    /// Its page's path.
    pub path: String,
    /// `partial_outage`; empty when it is not known.
    pub state: &'static str,
    /// `partial`: the name of its icon and colour; empty when its state is not known.
    pub icon: &'static str,
}

impl Subject {
    /// A component in a state, which may be unknown.
    pub(super) fn component(
        context: &RenderContext<'_>,
        ix: crate::model::ComponentIx,
        state: impl Into<Option<State>>,
    ) -> Self {
        let state = state.into();
        Self {
            name: context.site().component(ix).name.clone(),
            path: context.link(&crate::plan::page::Page::Html(crate::plan::page::Html::Component(ix))),
            state: state.map_or("", State::as_str),
            icon: state.map_or("", State::short),
        }
    }
}
