//! What a site has before the import.

use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug, Default)]
pub struct ExistingSite {
    pub components: Vec<ExistingPart>,
    pub groups: Vec<ExistingPart>,
    pub slugs: BTreeSet<String>,
    /// Slugs of reports by `id`.
    pub reports: BTreeMap<String, String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExistingPart {
    pub id: String,
    pub api_id: Option<String>,
    pub name: String,
}
