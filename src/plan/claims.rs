//! Who claims which output path while a plan is made.

use std::collections::BTreeMap;

use crate::model::config::UrlStyle;
use crate::model::edition::Edition;
use crate::plan::api::Api;
use crate::plan::page::Page;
use crate::plan::path::OutPath;
use crate::plan::{Collision, Plan, Planned};
use crate::source::{Handle, SourcePath};

/// Where the wish for an output comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    /// A file: a report, an extra page, something in `static/`.
    File(SourcePath),
    /// An old address in a file's `aliases`.
    Alias {
        /// The file.
        file: SourcePath,
        /// The address as written.
        alias: String,
    },
    /// A copy of a feed, by its path in `also_at`.
    FeedCopy(String),
    /// A component or group in site.toml, by its id.
    SiteToml(String),
    /// The theme.
    Theme,
    /// What every site has: the front page, feeds, figures.
    Site,
}

impl Owner {
    /// Whose page it is.
    pub fn of(page: &Page, edition: &Edition) -> Self {
        match page {
            Page::Incident(ix) | Page::Api(Api::Incident(ix)) => {
                Owner::File(edition.incident(*ix).report.source.clone())
            }
            Page::Content(ix) => Owner::File(edition.site.pages[*ix].source.clone()),
            Page::Component(ix) | Page::ComponentYear(ix, _) => {
                Owner::SiteToml(edition.site.component(*ix).id.clone())
            }
            Page::Group(ix) => Owner::SiteToml(edition.site.groups[ix.0].id.clone()),
            _ => Owner::Site,
        }
    }
}

/// The paths claimed so far.
#[derive(Default)]
pub(super) struct Claims {
    outputs: BTreeMap<OutPath, (Page, Owner)>,
    folded: BTreeMap<String, OutPath>,
    collisions: Vec<Collision>,
}

impl Claims {
    /// Claims a path; the first claim stands, a later one is a collision, also when it differs only in case.
    pub(super) fn claim(&mut self, path: &str, page: Page, owner: Owner) {
        // A name that makes no path was reported when it was checked; such a site is planned only to find more problems.
        let Ok(out) = OutPath::new(path) else { return };
        let holder = self.folded.get(&path.to_lowercase()).and_then(|path| self.outputs.get(path));
        if let Some((_, first)) = holder {
            let (path, first) = (path.to_owned(), first.clone());
            self.collisions.push(Collision { path, first, second: owner });
            return;
        }
        self.folded.insert(path.to_lowercase(), out.clone());
        self.outputs.insert(out, (page, owner));
    }

    /// Claims a path for a copied file, which may take the place of a file for machines (robots.txt), never of a page.
    pub(super) fn copy(&mut self, path: &str, handle: &Handle) {
        let taken = self.outputs.get_key_value(path).map(|(out, _)| out.clone());
        if let Some(out) = taken
            && matches!(
                self.outputs[&out].0,
                Page::Robots | Page::Sitemap | Page::NoJekyll | Page::Headers | Page::Llms | Page::Asset(_)
            )
        {
            self.outputs.remove(&out);
            self.folded.remove(&path.to_lowercase());
        }
        self.claim(path, Page::Copy(handle.clone()), Owner::File(handle.path.clone()));
    }

    /// A file where another output needs a folder (`metrics` and `metrics/index.html`): no disk can hold both.
    fn find_files_as_folders(&mut self) {
        for (folded, out) in &self.folded {
            let slashes = folded.match_indices('/').map(|(end, _)| &folded[..end]);
            let Some(file) = slashes.filter_map(|folder| self.folded.get(folder)).next() else { continue };
            let owner = |out: &OutPath| self.outputs[out].1.clone();
            let (path, first, second) = (out.to_string(), owner(file), owner(out));
            self.collisions.push(Collision { path, first, second });
        }
    }

    pub(super) fn finish(mut self, style: UrlStyle) -> Planned {
        self.find_files_as_folders();
        let outputs = self.outputs.into_iter().map(|(path, (page, _))| (path, page)).collect();
        Planned { plan: Plan { outputs, style: Some(style) }, collisions: self.collisions }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_cannot_be_a_folder_too() {
        let mut claims = Claims::default();
        for path in ["metrics", "a/b", "Metrics/index.html", "a/c"] {
            claims.claim(path, Page::NoJekyll, Owner::SiteToml(path.to_owned()));
        }
        let collisions = claims.finish(UrlStyle::Directory).collisions;
        let owner = |id: &str| Owner::SiteToml(id.to_owned());
        let path = "Metrics/index.html".to_owned();
        assert_eq!(
            collisions,
            [Collision { path, first: owner("metrics"), second: owner("Metrics/index.html") }]
        );
    }
}
