//! Slugs of new reports, apart from those in use.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::edit::slug;
use crate::import::fate::Destination;
use crate::import::history::Report;
use crate::parse::files::{self, Role};
use crate::source::SourcePath;
use crate::time::{Instant, Zone};

/// Where the report of a file is shown: `/incidents/SLUG`.
pub(super) fn address(path: &SourcePath) -> Option<String> {
    let Role::Report(kind) = files::role(path) else { return None };
    Some(format!("/{}{}", kind.folder(), files::slug(path, None)?))
}

/// Slugs in use, addresses in use, and slugs of reports by id.
pub(super) struct SlugMap {
    taken: BTreeSet<String>,
    /// Ids of reports by the slug that an old address of theirs has.
    reserved: BTreeMap<String, String>,
    pub(super) addresses: BTreeSet<String>,
    pub(super) by_id: BTreeMap<String, String>,
}

impl SlugMap {
    pub(super) fn new(reports: &[Cow<'_, Report>], destination: &Destination<'_>) -> Self {
        let mut reserved = BTreeMap::new();
        for report in reports {
            let slug = old_slug(report, destination.zone);
            if let Some((slug, id)) = slug.zip(report.id.clone()) {
                reserved.entry(slug).or_insert(id);
            }
        }
        let existing = destination.existing;
        Self {
            reserved,
            taken: existing.files.keys().cloned().collect(),
            addresses: existing.files.values().filter_map(|file| address(&file.path)).collect(),
            by_id: existing.reports.clone(),
        }
    }

    pub(super) fn take(&mut self, report: &Report, began: Instant, zone: Zone) -> String {
        let day = zone.day_of(began);
        let id = report.id.as_ref();
        let is_taken = |slug: &str| {
            let owner = self.reserved.get(slug);
            self.taken.contains(slug) || owner.is_some_and(|owner| Some(owner) != id)
        };
        let own = old_slug(report, zone).filter(|slug| self.reserved.contains_key(slug) && !is_taken(slug));
        let slug = own.unwrap_or_else(|| slug::slug(day, &report.title, report.kind, is_taken));
        self.taken.insert(slug.clone());
        if let Some(id) = &report.id {
            self.by_id.insert(id.clone(), slug.clone());
        }
        slug
    }
}

/// The slug that day and title give, perhaps with a number, in an address that the report had: an export of ours tells it.
fn old_slug(report: &Report, zone: Zone) -> Option<String> {
    let plain = slug::slug(zone.day_of(report.began()?), &report.title, report.kind, |_| false);
    let slugs = report.aliases.iter().filter_map(|alias| alias.strip_prefix('/')?.split_once('/'));
    let is_number =
        |rest: &str| rest.is_empty() || rest.strip_prefix('-').is_some_and(|it| it.parse::<u32>().is_ok());
    let own = slugs.filter(|(folder, _)| *folder == report.kind.folder().trim_end_matches('/'));
    let own = own.map(|(_, slug)| slug).find(|slug| slug.strip_prefix(plain.as_str()).is_some_and(is_number));
    own.map(str::to_owned)
}
