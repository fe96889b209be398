//! What a site has before the import.

use std::collections::BTreeMap;

use crate::digest::Digest;
use crate::model::uptime::Recorded;
use crate::source::SourcePath;
use crate::time::{Day, Zone};

#[derive(Clone, Debug)]
pub struct ExistingSite {
    /// The site's time zone.
    pub zone: Zone,
    pub components: Vec<ExistingPart>,
    pub groups: Vec<ExistingPart>,
    /// Files of reports by slug.
    pub files: BTreeMap<String, ExistingFile>,
    /// Slugs of reports by `id`.
    pub reports: BTreeMap<String, String>,
    /// Recorded downtime by the component's id.
    pub downtime: BTreeMap<String, ExistingDowntime>,
}

impl Default for ExistingSite {
    fn default() -> Self {
        Self {
            zone: Zone::UTC,
            components: Vec::new(),
            groups: Vec::new(),
            files: BTreeMap::new(),
            reports: BTreeMap::new(),
            downtime: BTreeMap::new(),
        }
    }
}

impl ExistingSite {
    /// Whether a report with this `id` is there: what was guessed of it was said when it was made.
    pub fn has(&self, id: Option<&String>) -> bool {
        id.is_some_and(|id| self.reports.contains_key(id))
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExistingPart {
    pub id: String,
    pub api_id: Option<String>,
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExistingFile {
    pub path: SourcePath,
    /// Of its bytes.
    pub digest: Digest,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExistingDowntime {
    /// Of the file's bytes.
    pub digest: Digest,
    pub days: BTreeMap<Day, Recorded>,
}
