//! Another page's history in our terms, with its own ids.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::import::log::ImportLog;
use crate::model::report::{Impact, Kind, Status};
use crate::model::state::State;
use crate::model::uptime::{Recorded, Seconds};
use crate::time::{Day, Instant, Zone};

/// Partial and major outage of days; a day without outage is listed too.
pub type PublishedDays = BTreeMap<Day, Seconds>;

#[derive(Clone, Debug, Default)]
pub struct History {
    /// Additions to site.toml.
    pub site: Site,
    /// In the order of the source.
    pub reports: Vec<Report>,
    /// By the component's key in the source.
    pub downtime: BTreeMap<String, BTreeMap<Day, Recorded>>,
    /// What the source published for days, by the component's key; recorded where the reports give something else.
    pub published: BTreeMap<String, PublishedDays>,
    pub log: ImportLog,
}

/// What the source says about the whole site; empty where it says nothing.
#[derive(Clone, Debug, Default)]
pub struct Site {
    pub title: Option<String>,
    pub base_url: Option<String>,
    /// The page's id in its API.
    pub page_id: Option<String>,
    pub zone: Option<Zone>,
    pub groups: Vec<Group>,
    pub components: Vec<Component>,
    /// Addresses of the old site's feeds, and ours that take their place: `/index.xml`, `history.rss`.
    pub old_feeds: Vec<(String, String)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub key: String,
    pub api_id: Option<String>,
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    pub key: String,
    pub api_id: Option<String>,
    pub name: String,
    /// One sentence; may be empty.
    pub description: String,
    pub group: Option<String>,
    /// The first day that counts.
    pub since: Option<Day>,
    /// The first day that no longer counts. Also set for components that only old reports name.
    pub retired: Option<Day>,
    pub show_uptime: bool,
}

impl Component {
    /// A component of which only key and name are known.
    pub fn new(key: &str, name: &str) -> Self {
        Self {
            key: key.to_owned(),
            api_id: None,
            name: name.to_owned(),
            description: String::new(),
            group: None,
            since: None,
            retired: None,
            show_uptime: true,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// A file name or a URL, for the log.
    pub source: String,
    pub kind: Kind,
    pub title: String,
    pub id: Option<String>,
    pub feed_id: Option<String>,
    /// A URL that led to it on the old page.
    pub shortlink: Option<String>,
    /// Id of the report that this one is a relapse of.
    pub after: Option<String>,
    pub aliases: Vec<String>,
    pub tags: Vec<String>,
    /// Components by key; without a state: affected, state unknown.
    pub components: Vec<(String, Option<State>)>,
    /// Whether the source may affect components that it does not name; else a report without components affects none.
    pub components_unknown: bool,
    /// When it really began, if not at its first update.
    pub started: Option<Instant>,
    /// When it really ended, if not at the resolving update.
    pub ended: Option<Instant>,
    pub plan: Option<Plan>,
    pub impact: Option<Impact>,
    pub draft: bool,
    pub updates: Vec<Update>,
    pub postmortem: Option<Postmortem>,
    /// Images beside it, by their names.
    pub images: BTreeMap<String, Image>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// Its path in the source.
    pub path: String,
    pub bytes: Arc<[u8]>,
}

/// A maintenance's planned window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    pub from: Instant,
    pub to: Instant,
    /// When it was announced, if no update says so.
    pub announced: Option<Instant>,
    pub automatic: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    pub id: Option<String>,
    /// `None` for `Update`, which keeps the previous status.
    pub status: Option<Status>,
    pub at: Instant,
    /// Components by key, and their states from then on.
    pub states: Vec<(String, State)>,
    /// Markdown made by [`crate::import::html`].
    pub body: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Postmortem {
    pub at: Option<Instant>,
    pub is_draft: bool,
    pub body: String,
}

impl Report {
    /// An empty title becomes the kind's name, since our reports need one.
    pub fn new(source: &str, kind: Kind, title: &str) -> Self {
        let untitled = match kind {
            Kind::Incident => "Incident",
            Kind::Maintenance => "Maintenance",
        };
        Self {
            source: source.to_owned(),
            kind,
            title: if title.is_empty() { untitled.to_owned() } else { title.to_owned() },
            id: None,
            feed_id: None,
            shortlink: None,
            after: None,
            aliases: Vec::new(),
            tags: Vec::new(),
            components: Vec::new(),
            components_unknown: false,
            started: None,
            ended: None,
            plan: None,
            impact: None,
            draft: false,
            updates: Vec::new(),
            postmortem: None,
            images: BTreeMap::new(),
        }
    }

    /// When it began, if known: the plan's beginning, else `started`, else the first update.
    pub fn began(&self) -> Option<Instant> {
        let first = self.updates.first().map(|update| update.at);
        self.plan.map(|plan| plan.from).or(self.started).or(first)
    }

    /// When its last word was said, or when it ends, whichever is later.
    pub fn last(&self) -> Option<Instant> {
        let ends = [self.plan.map(|plan| plan.to), self.ended, self.updates.last().map(|update| update.at)];
        ends.into_iter().flatten().max()
    }

    /// Whether its front matter says which components it affects; states below updates are said there.
    pub fn says_components(&self) -> bool {
        let is_said_below = self.updates.iter().any(|update| !update.states.is_empty());
        !self.components.is_empty() || !is_said_below && !self.components_unknown
    }

    /// The keys of all components it names, with repetitions.
    pub fn component_keys(&self) -> impl Iterator<Item = &str> {
        let states = self.updates.iter().flat_map(|update| &update.states).map(|(key, _)| key.as_str());
        self.components.iter().map(|(key, _)| key.as_str()).chain(states)
    }
}
