//! A foreign history in our terms, with the ids of its source.

use std::collections::BTreeMap;

use crate::import::log::ImportLog;
use crate::model::report::{Impact, Kind, Status};
use crate::model::state::State;
use crate::model::uptime::Recorded;
use crate::time::{Day, Instant, Zone};

/// Everything that was read from a source.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// What site.toml gains.
    pub site: Site,
    /// Incidents and maintenances, in the order of the source.
    pub reports: Vec<Report>,
    /// Recorded downtime by the component's key in the source.
    pub downtime: BTreeMap<String, BTreeMap<Day, Recorded>>,
    /// What was guessed and left out while reading.
    pub log: ImportLog,
}

/// What a source says about the site as a whole; `None` and empty where it says nothing.
#[derive(Clone, Debug, Default)]
pub struct Site {
    /// The page's name.
    pub title: Option<String>,
    /// The page's address.
    pub base_url: Option<String>,
    /// The page's id in its API.
    pub page_id: Option<String>,
    /// The page's zone.
    pub zone: Option<Zone>,
    /// Groups in the order of the page.
    pub groups: Vec<Group>,
    /// Components in the order of the page.
    pub components: Vec<Component>,
    /// Old feed addresses and the feed that now stands there.
    pub also_at: BTreeMap<String, String>,
}

/// A group of components.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its key in the source.
    pub key: String,
    /// Its id in the v2 API, where the source has one.
    pub api_id: Option<String>,
    /// What readers see.
    pub name: String,
}

/// A component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    /// Its key in the source: an id, else its name.
    pub key: String,
    /// Its id in the v2 API, where the source has one.
    pub api_id: Option<String>,
    /// What readers see.
    pub name: String,
    /// One sentence about it; may be empty.
    pub description: String,
    /// The key of its group.
    pub group: Option<String>,
    /// The first day that counts.
    pub since: Option<Day>,
    /// The first day that no longer counts. `Some` too for what only old reports know.
    pub retired: Option<Day>,
    /// Whether bars and a figure are shown.
    pub show_uptime: bool,
}

/// An incident or maintenance.
#[derive(Clone, Debug)]
pub struct Report {
    /// Where it comes from: a file's name or an address, for the account.
    pub source: String,
    /// Incident or maintenance.
    pub kind: Kind,
    /// What readers see first.
    pub title: String,
    /// Its identity in the source's API.
    pub id: Option<String>,
    /// Its entry's id in the source's feeds, verbatim.
    pub feed_id: Option<String>,
    /// The id of the report of which it is a relapse.
    pub after: Option<String>,
    /// Old addresses.
    pub aliases: Vec<String>,
    /// Free words.
    pub tags: Vec<String>,
    /// Components by their keys; without a state: affected, state unknown.
    pub components: Vec<(String, Option<State>)>,
    /// When it truly began, where that is not the first update.
    pub started: Option<Instant>,
    /// When it truly ended, where that is not the resolving update.
    pub ended: Option<Instant>,
    /// The window of a maintenance.
    pub plan: Option<Plan>,
    /// As given.
    pub impact: Option<Impact>,
    /// Whether it is invisible for now.
    pub draft: bool,
    /// Oldest first.
    pub updates: Vec<Update>,
    /// The postmortem.
    pub postmortem: Option<Postmortem>,
}

/// The window of a maintenance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Planned beginning.
    pub from: Instant,
    /// Planned end.
    pub to: Instant,
    /// When it was announced, where no update says so.
    pub announced: Option<Instant>,
    /// Whether it begins and ends by itself.
    pub automatic: bool,
}

/// An update.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// Its identity in the source's API.
    pub id: Option<String>,
    /// `None` for `Update`, which keeps the status before.
    pub status: Option<Status>,
    /// When.
    pub at: Instant,
    /// Components by their keys, and their states from then on.
    pub states: Vec<(String, State)>,
    /// Markdown as [`crate::import::prose`] makes it.
    pub body: String,
}

/// A postmortem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Postmortem {
    /// When it was published.
    pub at: Option<Instant>,
    /// Markdown as [`crate::import::prose`] makes it.
    pub body: String,
}

impl Report {
    /// A report of which only the title is known.
    pub fn new(source: &str, kind: Kind, title: &str) -> Self {
        Self {
            source: source.to_owned(),
            kind,
            title: title.to_owned(),
            id: None,
            feed_id: None,
            after: None,
            aliases: Vec::new(),
            tags: Vec::new(),
            components: Vec::new(),
            started: None,
            ended: None,
            plan: None,
            impact: None,
            draft: false,
            updates: Vec::new(),
            postmortem: None,
        }
    }

    /// When it began, as far as is known: the plan's beginning, else `started`, else the first update.
    pub fn began(&self) -> Option<Instant> {
        let first = self.updates.first().map(|update| update.at);
        self.plan.map(|plan| plan.from).or(self.started).or(first)
    }

    /// The keys of all components that it names, each as often as it names it.
    pub fn component_keys(&self) -> impl Iterator<Item = &str> {
        let states = self.updates.iter().flat_map(|update| &update.states).map(|(key, _)| key.as_str());
        self.components.iter().map(|(key, _)| key.as_str()).chain(states)
    }
}
