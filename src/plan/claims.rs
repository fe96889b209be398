//! Who claims which output path while a plan is made.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Bound::{Included, Unbounded};
use std::sync::Arc;

use rayon::prelude::*;

use crate::model::config::UrlStyle;
use crate::model::edition::Edition;
use crate::model::out_path::{self, windows_trouble};
use crate::parse::near;
use crate::plan::api::Api;
use crate::plan::links::SourceMap;
use crate::plan::page::Page;
use crate::plan::path::{BadPath, OutPath};
use crate::plan::{Collision, Plan, Planned, Refused, Unportable};
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
    /// The paths that differ from what they are folded, by that.
    folded: BTreeMap<String, OutPath>,
    collisions: Vec<Collision>,
    /// By the path up to the part that is at fault.
    refused: BTreeMap<String, Refused>,
}

/// A path that something wishes for.
pub(super) type Wish = (String, Page, Owner);

impl Claims {
    /// The claims of all these, in their order.
    pub(super) fn of(wishes: Vec<Wish>) -> Self {
        Self::without_conflict(&wishes).unwrap_or_else(|| {
            let mut claims = Self::default();
            wishes.into_iter().for_each(|(path, page, owner)| claims.claim(&path, page, owner));
            claims
        })
    }

    /// The same where it takes no care: paths in small letters, each wished for once. Nearly all sites are such, and a map is
    /// made much faster of what is sorted.
    fn without_conflict(wishes: &[Wish]) -> Option<Self> {
        let out = |(path, page, owner): &Wish| {
            let out = OutPath::new(path).ok().filter(|_| matches!(folded(path), Cow::Borrowed(_)))?;
            Some((out, (page.clone(), owner.clone())))
        };
        let mut all: Vec<_> = wishes.par_iter().map(out).collect::<Option<_>>()?;
        all.par_sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        let is_twice = all.windows(2).any(|pair| pair[0].0 == pair[1].0);
        (!is_twice).then(|| Self { outputs: all.into_iter().collect(), ..Self::default() })
    }

    /// Claims a path; the first claim stands, a later one is a collision, also when it differs only in letter case or in Unicode
    /// normalisation.
    pub(super) fn claim(&mut self, path: &str, page: Page, owner: Owner) {
        let out = match OutPath::new(path) {
            Ok(out) => out,
            Err(why) => return self.refuse(path, why, owner),
        };
        let folded = folded(path);
        if let Some((_, (_, first))) = self.holder(&folded) {
            let (path, first) = (path.to_owned(), first.clone());
            self.collisions.push(Collision { path, first, second: owner });
            return;
        }
        if folded != path {
            self.folded.insert(folded.into_owned(), out.clone());
        }
        self.outputs.insert(out, (page, owner));
    }

    /// Remembers a path where no output may stand, once for all that would stand below it.
    fn refuse(&mut self, path: &str, why: BadPath, owner: Owner) {
        let ends = path.match_indices('/').map(|(end, _)| end).chain([path.len()]);
        let fault =
            ends.map(|end| &path[..end]).find_map(|place| Some((place, out_path::check(place).err()?)));
        let (place, why) = fault.unwrap_or((path, why));
        let is_better = self.refused.get(place).is_none_or(|known| known.owner == Owner::Site);
        if is_better {
            self.refused.insert(place.to_owned(), Refused { why, owner });
        }
    }

    /// The output that holds a path, which is given folded.
    fn holder(&self, folded: &str) -> Option<(&OutPath, &(Page, Owner))> {
        let capital = || self.outputs.get_key_value(self.folded.get(folded)?);
        self.outputs.get_key_value(folded).or_else(capital)
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
            self.folded.remove(&*folded(path));
        }
        self.claim(path, Page::Copy(handle.clone()), Owner::File(handle.path.clone()));
    }

    /// A file where another output needs a folder (`metrics` and `metrics/index.html`): no disk can hold both.
    fn find_files_as_folders(&mut self) {
        let mut collisions = Vec::new();
        // Neighbours share folders, which are looked up once: the last path, and where the file in its way ends.
        let (mut last, mut in_the_way) = ("", None);
        for (out, (_, second)) in &self.outputs {
            let path = out.as_str();
            let shared = path.bytes().zip(last.bytes()).take_while(|(one, other)| one == other).count();
            let file = |end: usize| self.holder(&folded(&path[..end])).map(|(_, (_, first))| (end, first));
            let new =
                || path.match_indices('/').map(|(end, _)| end).filter(|&end| end >= shared).find_map(file);
            in_the_way = in_the_way.filter(|&(end, _)| end < shared).or_else(new);
            last = path;
            if let Some((_, first)) = in_the_way {
                collisions.push(Collision {
                    path: path.to_owned(),
                    first: first.clone(),
                    second: second.clone(),
                });
            }
        }
        self.collisions.extend(collisions);
    }

    /// Names that Windows cannot hold, each once.
    fn unportable(&self) -> Vec<Unportable> {
        let mut found = Vec::new();
        // Neighbours share folders, which are looked at once.
        let mut last = "";
        for (out, (_, owner)) in &self.outputs {
            let path = out.as_str();
            let shared = path.bytes().zip(last.bytes()).take_while(|(one, other)| one == other).count();
            last = path;
            let ends = path.match_indices('/').map(|(end, _)| end).chain([path.len()]);
            for end in ends.filter(|&end| end > shared || end == path.len()) {
                let place = &path[..end];
                let name = place.rsplit('/').next().unwrap_or(place);
                if let Some(trouble) = windows_trouble(name) {
                    let owner = self.owner_below(place).unwrap_or(owner).clone();
                    found.push(Unportable { path: place.to_owned(), name: name.to_owned(), trouble, owner });
                }
            }
        }
        found
    }

    /// Whose name a path holds: the first, among the outputs there and below, who is no part of every site.
    fn owner_below(&self, place: &str) -> Option<&Owner> {
        let below = self.outputs.range::<str, _>((Included(place), Unbounded));
        let below =
            below.take_while(|(path, _)| path.as_str().starts_with(place)).map(|(_, (_, owner))| owner);
        below.into_iter().find(|owner| **owner != Owner::Site)
    }

    pub(super) fn finish(mut self, style: UrlStyle, sources: SourceMap) -> Planned {
        self.find_files_as_folders();
        let unportable = self.unportable();
        let outputs = self.outputs.into_iter().map(|(path, (page, _))| (path, page)).collect();
        let plan = Arc::new(Plan { outputs, style: Some(style), sources });
        Planned {
            plan,
            collisions: self.collisions,
            refused: self.refused.into_values().collect(),
            unportable,
        }
    }
}

/// A path as file systems see it that fold names.
fn folded(path: &str) -> Cow<'_, str> {
    let is_small = |byte: u8| byte.is_ascii() && !byte.is_ascii_uppercase();
    if path.bytes().all(is_small) { Cow::Borrowed(path) } else { Cow::Owned(near::folded(path)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_the_same_whether_care_is_taken_or_not() {
        let wish = |path: &str, id: &str| (path.to_owned(), Page::NoJekyll, Owner::SiteToml(id.to_owned()));
        let check = |paths: &[&str], expected: &[&str], collisions: usize| {
            let wishes = paths.iter().enumerate().map(|(place, path)| wish(path, &place.to_string()));
            let claims = Claims::of(wishes.collect());
            let outputs: Vec<&str> = claims.outputs.keys().map(OutPath::as_str).collect();
            assert_eq!((outputs.as_slice(), claims.collisions.len()), (expected, collisions));
        };
        check(&["b", "a/c", "a.b"], &["a.b", "a/c", "b"], 0);
        check(&["b", "a", "b"], &["a", "b"], 1);
        check(&["b", "A", "a"], &["A", "b"], 1);
        check(&["b", "../a"], &["b"], 0);
        for (one, other) in [
            ("caf\u{e9}.pdf", "cafe\u{301}.pdf"),
            ("cafe\u{301}.pdf", "caf\u{e9}.pdf"),
            ("cafe\u{301}.pdf", "CAF\u{c9}.pdf"),
            ("\u{c9}t\u{e9}/a", "e\u{301}te\u{301}/A"),
        ] {
            check(&[one, other], &[one], 1);
        }
        check(&["cafe.pdf", "caf\u{e9}.pdf"], &["cafe.pdf", "caf\u{e9}.pdf"], 0);
    }

    #[test]
    fn a_file_cannot_be_a_folder_too() {
        let mut claims = Claims::default();
        for path in ["metrics", "a/b", "Metrics/index.html", "a/c", "Metrics/a/b", "metrics-2", "metrics/x"] {
            claims.claim(path, Page::NoJekyll, Owner::SiteToml(path.to_owned()));
        }
        let collisions = claims.finish(UrlStyle::Directory, SourceMap::default()).collisions;
        let owner = |id: &str| Owner::SiteToml(id.to_owned());
        let collision =
            |path: &str| Collision { path: path.to_owned(), first: owner("metrics"), second: owner(path) };
        assert_eq!(collisions, ["Metrics/a/b", "Metrics/index.html", "metrics/x"].map(collision));
    }
}
