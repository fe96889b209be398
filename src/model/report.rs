//! A report's facts: what its author wrote, with times and components resolved, independent of the current time.

use std::fmt;

use crate::model::component::ComponentIx;
use crate::model::state::State;
use crate::source::{SourcePath, Text};
use crate::time::{Day, Instant};

/// A part of a report with a publication time of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Index into the updates.
    Update(usize),
    Postmortem,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Incident: the cause is being searched for.
    Investigating,
    /// Incident: the cause is known.
    Identified,
    /// Incident: a fix is in place and watched.
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

    /// The API's name, and the word of headings.
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Status::Investigating => ("investigating", "Investigating"),
            Status::Identified => ("identified", "Identified"),
            Status::Monitoring => ("monitoring", "Monitoring"),
            Status::Resolved => ("resolved", "Resolved"),
            Status::Scheduled => ("scheduled", "Scheduled"),
            Status::InProgress => ("in_progress", "In progress"),
            Status::Verifying => ("verifying", "Verifying"),
            Status::Completed => ("completed", "Completed"),
            Status::Cancelled => ("cancelled", "Cancelled"),
        }
    }

    /// The API's name: `in_progress`.
    pub fn as_str(self) -> &'static str {
        self.names().0
    }

    /// The word of headings: `In progress`.
    pub fn word(self) -> &'static str {
        self.names().1
    }

    /// The statuses of a kind of report, in their order.
    pub fn of(kind: Kind) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |status| status.fits(kind))
    }

    pub fn fits(self, kind: Kind) -> bool {
        let incident = matches!(
            self,
            Status::Investigating | Status::Identified | Status::Monitoring | Status::Resolved
        );
        incident == (kind == Kind::Incident)
    }

    pub fn is_final(self) -> bool {
        matches!(self, Status::Resolved | Status::Completed | Status::Cancelled)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Impact {
    /// No component is affected.
    None,
    /// Something is degraded or partly out.
    Minor,
    /// A component is out.
    Major,
    /// Most components are out.
    Critical,
}

impl Impact {
    pub fn as_str(self) -> &'static str {
        match self {
            Impact::None => "none",
            Impact::Minor => "minor",
            Impact::Major => "major",
            Impact::Critical => "critical",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Impact::None, Impact::Minor, Impact::Major, Impact::Critical]
            .into_iter()
            .find(|impact| impact.as_str() == text)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Incident,
    Maintenance,
}

impl Kind {
    /// The first part of its URLs: `incidents/`.
    pub fn folder(self) -> &'static str {
        match self {
            Kind::Incident => "incidents/",
            Kind::Maintenance => "maintenance/",
        }
    }
}

/// A report's URL part and, without an `id`, its identity: `[a-z0-9._-]+`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(String);

/// A tag of reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// As written.
    pub name: String,
    /// Equal for every spelling of the tag.
    pub key: String,
    /// Its name in addresses, lowercase ASCII; empty for a tag without a letter or digit, which has no page.
    pub slug: String,
}

impl Slug {
    /// `None` when the text is empty, begins with a dot, or has a character that is not allowed.
    pub fn new(text: &str) -> Option<Self> {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-');
        (!text.is_empty() && !text.starts_with('.') && text.chars().all(fits)).then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A window of one component, from `[[outages]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outage {
    pub component: ComponentIx,
    pub state: State,
    pub from: Instant,
    /// The first second after it; `None`: until the incident's end.
    pub to: Option<Instant>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    pub from: Instant,
    pub to: Instant,
    /// Whether it begins and ends by itself.
    pub automatic: bool,
    /// `None`: announced by its first update, without one at its beginning.
    pub announced: Option<Instant>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// Identity within the report: its `id`, else its time plus an ordinal.
    pub id: String,
    /// `None` for `Update`, which keeps the previous status.
    pub status: Option<Status>,
    pub at: Instant,
    /// States from this update on.
    pub states: Vec<(ComponentIx, State)>,
    /// The promised time of the next update.
    pub next_update: Option<Instant>,
    pub body: Text,
}

impl Update {
    /// Whether the author gave it an id, unlike the generated `20240416T163300Z` or `20240416T163300Z-2`.
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

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Postmortem {
    /// Publication time; `None`: the incident's end.
    pub at: Option<Instant>,
    pub body: Text,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// The day is not known; shown from the incident's end.
    Sometime,
    On(Day),
}

/// A corrective action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowUp {
    /// Plain text.
    pub text: String,
    pub owner: Option<String>,
    pub due: Option<Day>,
    pub done: Option<Done>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pub kind: Kind,
    pub slug: Slug,
    /// Identity in API and feeds: the `id` key, else the slug.
    pub id: String,
    /// Verbatim id of its entry in incident feeds; `None`: derived from `id`.
    pub feed_id: Option<String>,
    /// Its short link in the API, if it had one elsewhere; `None`: the URL of its page.
    pub shortlink: Option<String>,
    pub source: SourcePath,
    pub digest: [u8; 32],
    pub title: String,
    /// The components' states from its beginning (`components`).
    pub components: Vec<(ComponentIx, State)>,
    /// Components that are affected in an unknown state.
    pub affected: Vec<ComponentIx>,
    /// Windows of `[[outages]]`; a component is either here or in `components` and updates.
    pub outages: Vec<Outage>,
    /// When it really began, if given.
    pub started: Option<Instant>,
    /// When it was noticed, if given.
    pub detected: Option<Instant>,
    /// When it really ended, if given.
    pub ended: Option<Instant>,
    /// `Some` exactly for maintenances.
    pub schedule: Option<Schedule>,
    /// As given; `None`: derived.
    pub impact: Option<Impact>,
    /// The last edit that feeds should announce.
    pub edited: Option<Instant>,
    /// The report that this one is a relapse of.
    pub after: Option<Slug>,
    /// Fingerprints for idempotent commands.
    pub keys: Vec<String>,
    pub tags: Vec<Tag>,
    /// Old URLs (`/a/b/` or `/a/b.html`), which become redirects.
    pub aliases: Vec<String>,
    /// Whether it is a draft; only present when drafts were requested.
    pub draft: bool,
    pub follow_ups: Vec<FollowUp>,
    /// Oldest first; equal times in the file's order.
    pub updates: Vec<Update>,
    /// GitHub's anchors of the headings of updates and postmortem, each with its part.
    pub anchors: Vec<(String, Part)>,
    /// Without a draft, unless drafts were requested.
    pub postmortem: Option<Postmortem>,
    /// Targets of its links and images that may lie in the site, as written.
    pub links: Vec<String>,
}
