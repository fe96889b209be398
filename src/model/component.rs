//! Components and their groups.

use crate::model::uptime::Target;
use crate::time::{Day, DayStarts, Instant};

/// Index into [`Site::components`](crate::model::Site::components).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ComponentIx(pub usize);

/// Index into [`Site::groups`](crate::model::Site::groups).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupIx(pub usize);

/// A part of the service that readers know by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    /// `[a-z0-9-_.]+`: its URL and its name in reports.
    pub id: String,
    pub name: String,
    /// One sentence; may be empty.
    pub description: String,
    pub group: Option<GroupIx>,
    /// The first day of its life; `None`: it always existed, and counts from its earliest report or recorded day.
    pub since: Option<Day>,
    /// The first day that no longer counts; `None`: not retired.
    pub retired: Option<Day>,
    pub show_uptime: bool,
    /// The target for its uptime of each month: its own, else the site's.
    pub target: Option<Target>,
    /// `None`: its `id`.
    pub api_id: Option<String>,
}

impl Component {
    pub fn api_id(&self) -> &str {
        self.api_id.as_deref().unwrap_or(&self.id)
    }

    pub fn is_to_come(&self, day: Day) -> bool {
        self.since.is_some_and(|since| day < since)
    }

    /// Whether it exists on this day: from `since` until the day before `retired`.
    pub fn lives_on(&self, day: Day) -> bool {
        self.since.is_none_or(|since| since <= day) && self.retired.is_none_or(|retired| day < retired)
    }

    /// The last midnight at which its days moved on: today's, or that of its retirement.
    pub(super) fn last_midnight(&self, starts: &DayStarts, today: Day) -> Instant {
        starts.start_of(self.retired.map_or(today, |retired| retired.min(today)))
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its URL; unique among groups and components.
    pub id: String,
    pub name: String,
    /// `None`: its `id`.
    pub api_id: Option<String>,
}

impl Group {
    pub fn api_id(&self) -> &str {
        self.api_id.as_deref().unwrap_or(&self.id)
    }
}
