//! Components and their groups.

use crate::model::uptime::Target;
use crate::time::Day;

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
    /// What its uptime is to be each month: its own target, else the site's.
    pub target: Option<Target>,
    /// `None`: its `id`.
    pub api_id: Option<String>,
}

impl Component {
    pub fn api_id(&self) -> &str {
        self.api_id.as_deref().unwrap_or(&self.id)
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
