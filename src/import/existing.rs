//! The site before the import.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::digest::Digest;
use crate::import::history::{History, Report};
use crate::import::log::ImportLog;
use crate::model::uptime::Recorded;
use crate::source::SourcePath;
use crate::time::{Day, Zone};

#[derive(Clone, Debug)]
pub struct ExistingSite {
    /// The site's time zone.
    pub zone: Zone,
    pub components: Vec<ExistingPart>,
    pub groups: Vec<ExistingPart>,
    /// What earlier imports of the same kind called components, which a person may have renamed.
    pub keys: BTreeSet<String>,
    /// What site.toml says of components' lives, by id.
    pub lives: BTreeMap<String, ExistingLife>,
    /// All of its files.
    pub paths: BTreeSet<SourcePath>,
    /// The bytes of reports.
    pub texts: BTreeMap<SourcePath, Arc<[u8]>>,
    /// Files of reports by slug.
    pub files: BTreeMap<String, ExistingFile>,
    /// Slugs of reports by `id`.
    pub reports: BTreeMap<String, String>,
    /// The files that old addresses lead to, by the address as [`comparable`] makes it.
    ///
    /// [`comparable`]: crate::import::distinct::comparable
    pub aliases: BTreeMap<String, SourcePath>,
    /// Old addresses of imported reports at which another page or file of the site stands, as [`comparable`] makes them.
    ///
    /// [`comparable`]: crate::import::distinct::comparable
    pub pages: BTreeSet<String>,
    /// Recorded downtime by the component's id.
    pub downtime: BTreeMap<String, ExistingDowntime>,
    /// The bytes of images that an import may replace.
    pub images: BTreeMap<SourcePath, Arc<[u8]>>,
}

impl Default for ExistingSite {
    fn default() -> Self {
        Self {
            zone: Zone::UTC,
            components: Vec::new(),
            groups: Vec::new(),
            keys: BTreeSet::new(),
            lives: BTreeMap::new(),
            paths: BTreeSet::new(),
            texts: BTreeMap::new(),
            files: BTreeMap::new(),
            reports: BTreeMap::new(),
            aliases: BTreeMap::new(),
            pages: BTreeSet::new(),
            downtime: BTreeMap::new(),
            images: BTreeMap::new(),
        }
    }
}

impl ExistingSite {
    /// Whether it has a component of this name, or an import of the same kind called one by this key.
    pub(super) fn has_component(&self, key: &str, name: &str) -> bool {
        self.keys.contains(key) || self.components.iter().any(|known| known.name == name)
    }

    /// Adds a report and its log to a history. Of a report that is there already, the log was said when it was made.
    pub fn add(&self, report: Option<Report>, mut log: ImportLog, history: &mut History) {
        let id = report.as_ref().and_then(|report| report.id.as_ref());
        if id.is_none_or(|id| !self.reports.contains_key(id)) {
            history.log.entries.append(&mut log.entries);
        }
        history.reports.extend(report);
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExistingLife {
    /// The component's line in site.toml, from 1.
    pub line: usize,
    pub since: Option<Day>,
    pub retired: Option<Day>,
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
