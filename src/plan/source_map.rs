//! The page that each source file becomes.

use std::collections::BTreeMap;

use crate::model::edition::Edition;
use crate::plan::address;
use crate::source::SourcePath;

/// The pages that source files become: file to link path from the root.
#[derive(Clone, Debug, Default)]
pub(super) struct SourceMap(BTreeMap<SourcePath, String>);

impl SourceMap {
    /// The map of what is public in an edition.
    pub(super) fn new(edition: &Edition) -> Self {
        let site = &edition.site;
        let style = site.config.url_style;
        let reports =
            edition.incidents.iter().map(|it| (it.report.source.clone(), address::incident(it, style)));
        let pages = site.pages.iter().map(|it| (it.source.clone(), address::document(&it.name, style)));
        let copies = edition.copies.iter().map(|(out, handle)| (handle.path.clone(), out.to_string()));
        Self(reports.chain(pages).chain(copies).collect())
    }

    /// The link path of the page that a file becomes.
    pub(super) fn link(&self, source: &SourcePath) -> Option<&String> {
        self.0.get(source)
    }
}
