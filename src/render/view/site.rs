//! Values that are the same on every page (`site`).

use serde::Serialize;

use crate::model::{ContentPage, Site};
use crate::plan::{self, address};
use crate::render::messages::direction;

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
    /// A line above every page that tells the deployment from the real site; may be empty.
    pub banner: String,
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

impl SiteView {
    pub(in crate::render) fn new(site: &Site, policy: String, inline_script: String) -> Self {
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
            pages: links(site).take(plan::MOST_IN_NAVIGATION).collect(),
            all_pages: if has_more { document("pages") } else { String::new() },
            noindex: config.noindex,
            banner: config.banner.clone(),
            days: config.uptime.days,
            stale_after_secs: config.stale_after_secs,
            policy,
            inline_script,
            options: config.theme_options.clone(),
        }
    }
}

/// A page to link to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Link {
    /// Its title.
    pub title: String,
    /// Its path.
    pub path: String,
}

/// The pages of the navigation, in its order.
pub(super) fn links(site: &Site) -> impl Iterator<Item = Link> {
    let style = site.config.url_style;
    let link = move |page: &ContentPage| Link {
        title: page.title.clone(),
        path: address::document(&page.name, style),
    };
    site.in_navigation().map(link)
}
