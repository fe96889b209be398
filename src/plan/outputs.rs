//! The planned outputs, looked up by path.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::config::UrlStyle;
use crate::model::edition::Edition;
use crate::model::out_path::OutPath;
use crate::plan::address;
use crate::plan::api::Api;
use crate::plan::conflict::{Collision, Refused, Unportable};
use crate::plan::page::Page;
use crate::plan::source_map::SourceMap;

/// Every output path and the page it holds, in order of paths.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    pub outputs: BTreeMap<OutPath, Page>,
    pub(super) style: Option<UrlStyle>,
    /// The targets of links in Markdown.
    pub(super) sources: SourceMap,
}

impl Plan {
    /// The output that a link path (`incidents/x/`, `badge.svg`, `history`) from the site's root leads to, written as
    /// in either style of addresses.
    pub fn find(&self, link: &str) -> Option<(&OutPath, &Page)> {
        let bare = link.trim_end_matches('/');
        let document = address::document(bare, self.style.unwrap_or(UrlStyle::Directory));
        let candidates = [address::file(&document), link.to_owned()];
        candidates.iter().find_map(|path| self.outputs.get_key_value(path.as_str()))
    }

    /// The documents with their link paths, in order of paths.
    pub fn documents<'a>(&'a self, edition: &'a Edition) -> impl Iterator<Item = (String, &'a Page)> {
        let documents = self.outputs.values().filter(|page| page.is_document());
        documents.filter_map(|page| Some((address::link(page, edition)?, page)))
    }

    /// The outputs that an export in Statuspage's form holds, by their paths in it: `incidents/ID.json`, `summary.json` and
    /// so on.
    pub fn exported(&self) -> BTreeMap<OutPath, &OutPath> {
        use Api::{Components, Incident, Incidents, Maintenances, Summary};
        let is_exported = |page: &Page| {
            matches!(page, Page::Api(Summary | Components | Incidents | Maintenances | Incident(_)))
        };
        let exported = self.outputs.iter().filter(|(_, page)| is_exported(page));
        exported
            .filter_map(|(path, _)| Some((OutPath::new(path.as_str().strip_prefix("api/v2/")?).ok()?, path)))
            .collect()
    }

    /// How many parts the sitemap has; none while one file holds all documents.
    pub fn sitemap_parts(&self) -> usize {
        self.outputs.values().filter(|page| matches!(page, Page::SitemapPart(_))).count()
    }
}

/// A plan, and the paths that two things want.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The first claim of each path stands.
    pub plan: Arc<Plan>,
    /// Paths claimed twice, also by names that differ only in case.
    pub collisions: Vec<Collision>,
    /// Paths where no output may stand.
    pub refused: Vec<Refused>,
    /// Names that Windows cannot hold.
    pub unportable: Vec<Unportable>,
}
