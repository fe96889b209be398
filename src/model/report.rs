//! A report's facts: what its author wrote, resolved to instants and components, whenever it is read.

use std::fmt;

use crate::model::state::State;
use crate::model::{ComponentIx, Part};
use crate::source::{SourcePath, Text};
use crate::time::{Day, Instant};

/// What an update says about where things stand. Field terms of Statuspage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Incident: the cause is looked for.
    Investigating,
    /// Incident: the cause is known.
    Identified,
    /// Incident: a remedy is in place and watched.
    Monitoring,
    /// Incident: over.
    Resolved,
    /// Maintenance: announced.
    Scheduled,
    /// Maintenance: running.
    InProgress,
    /// Maintenance: done and watched.
    Verifying,
    /// Maintenance: over.
    Completed,
    /// Maintenance: will not happen.
    Cancelled,
}

impl Status {
    /// Every status.
    pub const ALL: [Status; 9] = [
        Status::Investigating,
        Status::Identified,
        Status::Monitoring,
        Status::Resolved,
        Status::Scheduled,
        Status::InProgress,
        Status::Verifying,
        Status::Completed,
        Status::Cancelled,
    ];

    /// The name as APIs write it: `in_progress`.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Investigating => "investigating",
            Status::Identified => "identified",
            Status::Monitoring => "monitoring",
            Status::Resolved => "resolved",
            Status::Scheduled => "scheduled",
            Status::InProgress => "in_progress",
            Status::Verifying => "verifying",
            Status::Completed => "completed",
            Status::Cancelled => "cancelled",
        }
    }

    /// Whether a report of this kind may have it.
    pub fn fits(self, kind: Kind) -> bool {
        let incident = matches!(
            self,
            Status::Investigating | Status::Identified | Status::Monitoring | Status::Resolved
        );
        incident == (kind == Kind::Incident)
    }

    /// Whether it ends what it speaks of.
    pub fn is_final(self) -> bool {
        matches!(self, Status::Resolved | Status::Completed | Status::Cancelled)
    }
}

/// How bad an incident is as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Impact {
    /// No component suffers.
    None,
    /// Something is degraded or partly out.
    Minor,
    /// A component is out.
    Major,
    /// Most components are out.
    Critical,
}

impl Impact {
    /// The name as APIs write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Impact::None => "none",
            Impact::Minor => "minor",
            Impact::Major => "major",
            Impact::Critical => "critical",
        }
    }

    /// Reads one of `none`, `minor`, `major`, `critical`.
    pub fn parse(text: &str) -> Option<Self> {
        [Impact::None, Impact::Minor, Impact::Major, Impact::Critical]
            .into_iter()
            .find(|impact| impact.as_str() == text)
    }
}

/// An incident or a scheduled maintenance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Something went wrong.
    Incident,
    /// Something is going to be worked on.
    Maintenance,
}

impl Kind {
    /// What its reports' addresses begin with: `incidents/`.
    pub fn folder(self) -> &'static str {
        match self {
            Kind::Incident => "incidents/",
            Kind::Maintenance => "maintenance/",
        }
    }
}

/// A report's address and, unless it has an `id`, its identity: `[a-z0-9._-]+`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(String);

impl Slug {
    /// The slug of these lower-case characters; `None` when another character stands in it, it is empty, or it begins
    /// with a dot.
    pub fn new(text: &str) -> Option<Self> {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-');
        (!text.is_empty() && !text.starts_with('.') && text.chars().all(fits)).then(|| Self(text.to_owned()))
    }

    /// The slug as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An exact window of one component, as `[[outages]]` gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outage {
    /// Which component.
    pub component: ComponentIx,
    /// Its state in the window.
    pub state: State,
    /// The first second.
    pub from: Instant,
    /// The first second after it; `None`: until the incident's end.
    pub to: Option<Instant>,
}

/// A maintenance's window and how it moves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// Planned beginning.
    pub from: Instant,
    /// Planned end.
    pub to: Instant,
    /// Whether it begins and ends by itself.
    pub automatic: bool,
    /// When it was announced; `None`: by its first update, without one by its beginning.
    pub announced: Option<Instant>,
}

/// One thing that was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// Identity inside the report: its `id`, else its time plus an ordinal.
    pub id: String,
    /// What it says; `None` for `Update`, which keeps the status before.
    pub status: Option<Status>,
    /// When it was said.
    pub at: Instant,
    /// States that hold from it on.
    pub states: Vec<(ComponentIx, State)>,
    /// When the next word was promised.
    pub next_update: Option<Instant>,
    /// Markdown, may be empty.
    pub body: Text,
}

impl Update {
    /// Whether its id is one that its author gave it: not its time, as `20240416T163300Z` or `20240416T163300Z-2`.
    pub fn is_named(&self) -> bool {
        let (time, ordinal) = self.id.split_once('-').unwrap_or((&self.id, "2"));
        let is_digit = |byte: &u8| byte.is_ascii_digit();
        let is_time = match time.as_bytes() {
            [date @ .., b'T', h1, h2, m1, m2, s1, s2, b'Z'] => {
                date.len() == 8 && date.iter().chain([h1, h2, m1, m2, s1, s2]).all(is_digit)
            }
            _ => false,
        };
        !(is_time && !ordinal.is_empty() && ordinal.as_bytes().iter().all(is_digit))
    }
}

/// What was learned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Postmortem {
    /// When it was published; `None`: at the incident's end.
    pub at: Option<Instant>,
    /// Markdown.
    pub body: Text,
}

/// When a corrective action was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// The day is not known; shown from the incident's end.
    Sometime,
    /// On this day of the site.
    On(Day),
}

/// A corrective action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowUp {
    /// What is to be done; plain text.
    pub text: String,
    /// Who does it.
    pub owner: Option<String>,
    /// By when.
    pub due: Option<Day>,
    /// Whether and when it was done.
    pub done: Option<Done>,
}

/// A report's facts. Nothing here depends on when it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Incident or maintenance.
    pub kind: Kind,
    /// Its address.
    pub slug: Slug,
    /// Identity in API and feeds: the `id` key, else the slug.
    pub id: String,
    /// Its entry's id in feeds of incidents, verbatim; `None`: made of `id`.
    pub feed_id: Option<String>,
    /// Its file, from which relative links are read.
    pub source: SourcePath,
    /// SHA-256 of its file.
    pub digest: [u8; 32],
    /// What readers see first.
    pub title: String,
    /// The components' states while it lasts, from its beginning (`components`).
    pub components: Vec<(ComponentIx, State)>,
    /// Components that are affected, in a state that `components` does not say.
    pub affected: Vec<ComponentIx>,
    /// Exact windows (`[[outages]]`); a component is either here or in `components` and updates.
    pub outages: Vec<Outage>,
    /// When it truly began, if said.
    pub started: Option<Instant>,
    /// When it was noticed, if said.
    pub detected: Option<Instant>,
    /// When it truly ended, if said.
    pub ended: Option<Instant>,
    /// A maintenance's plan; `Some` exactly for maintenances.
    pub schedule: Option<Schedule>,
    /// As the author gives it; `None`: derived.
    pub impact: Option<Impact>,
    /// The last edit that readers of feeds should notice.
    pub edited: Option<Instant>,
    /// The report this one is a relapse of.
    pub after: Option<Slug>,
    /// Fingerprints for idempotent commands.
    pub keys: Vec<String>,
    /// Free words.
    pub tags: Vec<String>,
    /// Old addresses (`/a/b/` or `/a/b.html`), each of which becomes a redirect page.
    pub aliases: Vec<String>,
    /// Whether it is a draft (and was asked for).
    pub draft: bool,
    /// Corrective actions.
    pub follow_ups: Vec<FollowUp>,
    /// Oldest first; equal times in the order of the file.
    pub updates: Vec<Update>,
    /// What GitHub calls the headings of its updates and its postmortem, each with its part.
    pub anchors: Vec<(String, Part)>,
    /// What was learned; absent while it is a draft, unless drafts were asked for.
    pub postmortem: Option<Postmortem>,
}
