//! An earlier version of the site, and what of it was published.

use std::collections::BTreeSet;

use crate::check::links::{self, Target};
use crate::diagnostic::Severity;
use crate::parse;
use crate::parse::draft::Drafts;
use crate::parse::files;
use crate::pipeline::{self, Memory, Options};
use crate::source::{Snapshot, SourcePath};

/// The site as it was at one commit.
#[derive(Clone, Debug)]
pub struct Version {
    /// Its name, as authors know it.
    pub name: String,
    /// Its files. Those that are only copied may have no bytes.
    pub snapshot: Snapshot,
}

pub(super) struct PublishedVersion {
    pub(super) version: Version,
    drafts: Drafts,
    /// The files with errors.
    wrong: BTreeSet<SourcePath>,
}

impl PublishedVersion {
    pub(super) fn of(version: Version, options: &Options) -> Self {
        let drafts = parse::all(&version.snapshot);
        let outcome = pipeline::prepare(&version.snapshot, &drafts, options, &mut Memory::default());
        let errors = outcome.problems.iter().filter(|problem| problem.severity == Severity::Error);
        let wrong = errors.map(|problem| problem.labels[0].file.clone()).collect();
        Self { version, drafts, wrong }
    }

    /// Whether readers may have seen this document.
    pub(super) fn published(&self, document: &SourcePath) -> bool {
        !self.wrong.contains(document) && !self.is_hidden(document)
    }

    /// Whether its author kept this document from readers.
    pub(super) fn is_hidden(&self, document: &SourcePath) -> bool {
        let reports = self.drafts.reports.iter().map(|draft| (&draft.path, draft.is_draft()));
        let pages = self.drafts.pages.iter().map(|page| (&page.path, page.front.draft()));
        reports.chain(pages).any(|(path, is_draft)| path == document && is_draft)
    }

    /// The files that a document names: those that it links to or shows, and the report that it is a relapse of.
    pub(super) fn referred(&self, document: &SourcePath) -> Vec<SourcePath> {
        let reports = self.drafts.reports.iter().map(|draft| (&draft.path, &draft.links));
        let pages = self.drafts.pages.iter().map(|page| (&page.path, &page.links));
        let links = reports.chain(pages).filter(|(path, _)| *path == document).flat_map(|(_, links)| links);
        let named = links.filter_map(|link| match links::resolve(document, &link.target) {
            Target::File(file, _) => Some(file),
            Target::Root(address, _) => {
                let report = links::report_slug(&address).and_then(|slug| self.with_slug(slug));
                report.or_else(|| Some(SourcePath::new(format!("static/{address}"))))
            }
            _ => None,
        });
        let draft = self.drafts.reports.iter().find(|draft| draft.path == *document);
        let after = draft.and_then(|draft| self.with_slug(&draft.front.after.as_ref()?.value));
        named.chain(after).collect()
    }

    fn with_slug(&self, slug: &str) -> Option<SourcePath> {
        let mut reports = self.drafts.reports.iter().map(|draft| &draft.path);
        reports.find(|path| files::slug(path, None).is_some_and(|it| it.as_str() == slug)).cloned()
    }
}
