//! A site as an import leaves it.

use std::sync::Arc;

use crate::import::write::Files;
use crate::parse::{self, draft::Drafts};
use crate::source::{Entry, Snapshot, SourcePath};

/// A site's files with those that an import made, and what they say.
#[derive(Debug)]
pub struct ImportedSite {
    pub snapshot: Snapshot,
    pub drafts: Drafts,
}

impl ImportedSite {
    /// `drafts` are those of the snapshot. Reports are not parsed again.
    pub fn new(snapshot: &Snapshot, drafts: &Drafts, made: &Files, site_toml: &str) -> Self {
        let mut snapshot = snapshot.clone();
        let entry = |text: &str| Entry::Bytes(Arc::from(text.as_bytes()));
        snapshot.files.insert(SourcePath::new("site.toml"), entry(site_toml));
        snapshot.files.extend(made.files.iter().map(|(path, text)| (path.clone(), entry(text))));
        let image = |bytes: &Arc<[u8]>| Entry::Bytes(Arc::clone(bytes));
        snapshot.files.extend(made.images.iter().map(|(path, bytes)| (path.clone(), image(bytes))));
        let kept = drafts.reports.iter().filter(|draft| !made.files.contains_key(&draft.path));
        let known = Drafts { reports: kept.chain(&made.drafts).cloned().collect(), ..Drafts::default() };
        let drafts = parse::all_reusing(&snapshot, &known, &snapshot);
        Self { snapshot, drafts }
    }
}
