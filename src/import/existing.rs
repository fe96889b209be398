//! What a site has before the import.

use std::collections::{BTreeMap, BTreeSet};

use crate::time::Zone;

#[derive(Clone, Debug)]
pub struct ExistingSite {
    /// The site's time zone.
    pub zone: Zone,
    pub components: Vec<ExistingPart>,
    pub groups: Vec<ExistingPart>,
    pub slugs: BTreeSet<String>,
    /// Slugs of reports by `id`.
    pub reports: BTreeMap<String, String>,
}

impl Default for ExistingSite {
    fn default() -> Self {
        Self {
            zone: Zone::UTC,
            components: Vec::new(),
            groups: Vec::new(),
            slugs: BTreeSet::new(),
            reports: BTreeMap::new(),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExistingPart {
    pub id: String,
    pub api_id: Option<String>,
    pub name: String,
}
