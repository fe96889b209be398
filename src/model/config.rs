//! site.toml's settings, valid and complete.

use std::collections::BTreeMap;

use crate::model::uptime::Weights;
use crate::time::Zone;

/// How pages are addressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UrlStyle {
    /// `incidents/x/index.html`, linked as `incidents/x/`.
    Directory,
    /// `incidents/x.html`, for hosts without a directory index.
    File,
}

/// Where the site will stand: scheme, host and path, always with a slash at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(String);

impl Default for BaseUrl {
    /// Stands in for an address that is wrong, while what else is wrong is looked for.
    fn default() -> Self {
        Self("https://status.example.org/".to_owned())
    }
}

impl BaseUrl {
    /// What a new site has while its address is not known. The name is reserved (RFC 2606), so it leads nowhere.
    pub const PLACEHOLDER: &str = "https://status.your-domain.example/";

    /// Takes `http://` or `https://`, a host, and a path; adds the last slash. `None` when it is no such address or has
    /// a query, a fragment, user information or white space.
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
        let host = rest.split('/').next()?;
        let plain =
            |c: char| c.is_ascii_graphic() && !matches!(c, '?' | '#' | '@' | '"' | '<' | '>' | '\\' | '\'');
        if host.is_empty() || host.starts_with([':', '.']) || !rest.chars().all(plain) {
            return None;
        }
        let slash = if text.ends_with('/') { "" } else { "/" };
        Some(Self(format!("{text}{slash}")))
    }

    /// The whole address, with the slash at its end.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Host, and port where one is given.
    pub fn host(&self) -> &str {
        self.0.split('/').nth(2).unwrap_or_default()
    }

    /// The path with slashes at both ends: `/` or `/repo/`.
    pub fn path(&self) -> &str {
        let scheme_end = self.0.find("://").map_or(0, |at| at + 3);
        self.0[scheme_end..].find('/').map_or("/", |at| &self.0[scheme_end + at..])
    }

    /// The absolute address of a path below the site's root, given without a slash in front.
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }
}

/// Settings of the feeds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feeds {
    /// The most entries a feed holds.
    pub entries: usize,
    /// The date in `tag:` URIs (RFC 4151), a year, month or day; it must never change.
    pub tag_date: String,
    /// The host in ids of feeds and calendars; `None`: that of the site's address.
    pub tag_host: Option<String>,
    /// Copies of feeds at old addresses: output path without a slash in front, to the feed's file name.
    pub also_at: BTreeMap<String, String>,
}

impl Config {
    /// The host that ids are made of, with a port where the address has one.
    pub fn tag_host(&self) -> &str {
        self.feeds.tag_host.as_deref().unwrap_or(self.base_url.host())
    }
}

/// How uptime is computed and shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uptime {
    /// Days in a bar, today included.
    pub days: u32,
    /// What a second in each state costs, in percent.
    pub weights: Weights,
}

/// site.toml's settings. Every field has its documented default when the key is left out.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// The site's title.
    pub title: String,
    /// Where it will stand.
    pub base_url: BaseUrl,
    /// One sentence; may be empty.
    pub description: String,
    /// Whose days and clock readers see.
    pub zone: Zone,
    /// BCP 47.
    pub language: String,
    /// All languages, the main one first.
    pub languages: Vec<String>,
    /// The theme's name.
    pub theme: String,
    /// How pages are addressed.
    pub url_style: UrlStyle,
    /// What "edit this report" links begin with; empty: no such links.
    pub edit_url: String,
    /// Whether search engines are told to stay away.
    pub noindex: bool,
    /// The site's id in the API; `None`: made of its host and `tag_date`.
    pub page_id: Option<String>,
    /// Seconds after which a page says how old it is.
    pub stale_after_secs: i64,
    /// How uptime is computed and shown.
    pub uptime: Uptime,
    /// Whether HTML in Markdown is passed through.
    pub raw_html: bool,
    /// Settings of the feeds.
    pub feeds: Feeds,
    /// What the theme documents; a JSON object.
    pub theme_options: serde_json::Value,
}
