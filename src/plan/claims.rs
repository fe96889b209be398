//! Assigns output paths to pages, and detects duplicate, invalid and unportable paths.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Bound::{Included, Unbounded};
use std::sync::Arc;

use rayon::prelude::*;

use crate::model::config::UrlStyle;
use crate::model::out_path::{self, windows_trouble};
use crate::model::out_path::{BadPath, OutPath};
use crate::model::target::Host;
use crate::parse::near;
use crate::plan::conflict::{Collision, Refused, Unportable};
use crate::plan::outputs::{Plan, Planned};
use crate::plan::owner::Owner;
use crate::plan::page::{Html, Page};
use crate::plan::source_map::SourceMap;

/// The paths claimed so far.
#[derive(Default)]
pub(super) struct Claims {
    outputs: BTreeMap<OutPath, (Page, Owner)>,
    /// Paths that differ from their case-folded form, keyed by that form.
    folded: BTreeMap<String, OutPath>,
    collisions: Vec<Collision>,
    /// Invalid paths, keyed by the path up to its first invalid part.
    refused: BTreeMap<String, Refused>,
}

/// A path, the page to write there, and the page's owner.
pub(super) type Claim = (String, Page, Owner);

impl Claims {
    /// The claims of pages, then those of files, in their order.
    pub(super) fn of(pages: &[Claim], files: &[Claim]) -> Self {
        let (mut claims, rest) = match Self::without_conflict(pages) {
            Some(claims) => (claims, &[][..]),
            None => (Self::default(), pages),
        };
        for (path, page, owner) in rest.iter().chain(files) {
            claims.claim(path, page.clone(), owner.clone());
        }
        claims
    }

    /// Fast path for lowercase, unique paths: building the map from a sorted list is much faster.
    fn without_conflict(claims: &[Claim]) -> Option<Self> {
        let out = |(path, page, owner): &Claim| {
            let out = OutPath::new(path).ok().filter(|_| matches!(folded(path), Cow::Borrowed(_)))?;
            Some((out, (page.clone(), owner.clone())))
        };
        let mut all: Vec<_> = claims.par_iter().map(out).collect::<Option<_>>()?;
        all.par_sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        let is_twice = all.windows(2).any(|pair| pair[0].0 == pair[1].0);
        (!is_twice).then(|| Self { outputs: all.into_iter().collect(), ..Self::default() })
    }

    /// Claims a path. The first claim wins. A later one is a collision, even when it differs only in letter case or in Unicode
    /// normalisation. But a copied file takes the place of a file for machines (robots.txt).
    fn claim(&mut self, path: &str, page: Page, owner: Owner) {
        let out = match OutPath::new(path) {
            Ok(out) => out,
            Err(why) => return self.refuse(path, why, owner),
        };
        let folded = folded(path);
        if let (Page::Copy(_), Some((holder, _))) = (&page, self.outputs.get(&out))
            && holder.is_replaceable()
        {
            self.outputs.remove(&out);
            self.folded.remove(&*folded);
        }
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

    /// Records an invalid path, once for all outputs below its invalid part.
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
            let is_seen = |end: usize| end <= shared && last.as_bytes().get(end) == Some(&b'/');
            let ends = path.match_indices('/').map(|(end, _)| end).chain([path.len()]);
            for end in ends.filter(|&end| !is_seen(end)) {
                let place = &path[..end];
                let name = place.rsplit('/').next().unwrap_or(place);
                if let Some(trouble) = windows_trouble(name) {
                    let owner = self.owner_below(place).unwrap_or(owner).clone();
                    found.push(Unportable { path: place.to_owned(), name: name.to_owned(), trouble, owner });
                }
            }
            last = path;
        }
        found
    }

    /// The owner to report for a path: the first, among the outputs at or below it, that is not [`Owner::Site`].
    fn owner_below(&self, place: &str) -> Option<&Owner> {
        let from = self.outputs.range::<str, _>((Included(place), Unbounded));
        let after = from.map_while(|(path, (_, owner))| Some((path.as_str().strip_prefix(place)?, owner)));
        let below = after.filter(|(rest, _)| rest.is_empty() || rest.starts_with('/'));
        below.map(|(_, owner)| owner).find(|owner| **owner != Owner::Site)
    }

    pub(super) fn finish(mut self, style: UrlStyle, sources: SourceMap, host: &Host) -> Planned {
        self.find_files_as_folders();
        let unportable = self.unportable();
        let mut outputs = self.outputs.into_iter().map(|(path, (page, _))| (path, page)).collect();
        add_host_files(&mut outputs, style, host);
        let plan = Arc::new(Plan { outputs, style: Some(style), sources });
        Planned {
            plan,
            collisions: self.collisions,
            refused: self.refused.into_values().collect(),
            unportable,
        }
    }
}

/// Adds files that a host requires. Conflicts are not checked: the target's domain replaces any `CNAME`, and hosts that need
/// exact names have no folders.
fn add_host_files(outputs: &mut BTreeMap<OutPath, Page>, style: UrlStyle, host: &Host) {
    if host.needs_exact_names && style == UrlStyle::File {
        let redirects = outputs.iter().filter(|(_, page)| matches!(page, Page::Html(Html::Redirect(_))));
        let bare = |path: &OutPath| {
            let path = path.as_str();
            OutPath::new(path.strip_suffix("/index.html").or_else(|| path.strip_suffix(".html"))?).ok()
        };
        let bare: Vec<_> = redirects.filter_map(|(path, page)| Some((bare(path)?, page.clone()))).collect();
        for (path, page) in bare {
            outputs.entry(path).or_insert(page);
        }
    }
    if let Some(domain) = &host.cname {
        let path = OutPath::new("CNAME").expect("a plain name is an output's path");
        outputs.insert(path, Page::Cname(domain.clone()));
    }
}

/// A path as file systems that ignore case and Unicode normalisation compare it.
fn folded(path: &str) -> Cow<'_, str> {
    let is_small = |byte: u8| byte.is_ascii() && !byte.is_ascii_uppercase();
    if path.bytes().all(is_small) { Cow::Borrowed(path) } else { Cow::Owned(near::folded(path)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fast_and_slow_path_give_the_same_claims() {
        let claim = |path: &str, id: &str| (path.to_owned(), Page::NoJekyll, Owner::SiteToml(id.to_owned()));
        let check = |paths: &[&str], expected: &[&str], collisions: usize| {
            let pages = paths.iter().enumerate().map(|(place, path)| claim(path, &place.to_string()));
            let claims = Claims::of(&pages.collect::<Vec<_>>(), &[]);
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
    fn a_folder_that_windows_cannot_hold_is_named_beside_a_longer_name() {
        let mut claims = Claims::default();
        for path in
            ["components/aux-api/index.html", "components/aux/index.html", "components/aux/2024/index.html"]
        {
            claims.claim(path, Page::NoJekyll, Owner::SiteToml(path.to_owned()));
        }
        let found = claims.finish(UrlStyle::Directory, SourceMap::default(), &Host::default()).unportable;
        let found: Vec<_> = found.into_iter().map(|it| (it.path, it.owner)).collect();
        let owner = Owner::SiteToml("components/aux/2024/index.html".to_owned());
        assert_eq!(found, [("components/aux".to_owned(), owner)]);
    }

    #[test]
    fn a_file_cannot_be_a_folder_too() {
        let mut claims = Claims::default();
        for path in ["metrics", "a/b", "Metrics/index.html", "a/c", "Metrics/a/b", "metrics-2", "metrics/x"] {
            claims.claim(path, Page::NoJekyll, Owner::SiteToml(path.to_owned()));
        }
        let collisions =
            claims.finish(UrlStyle::Directory, SourceMap::default(), &Host::default()).collisions;
        let owner = |id: &str| Owner::SiteToml(id.to_owned());
        let collision =
            |path: &str| Collision { path: path.to_owned(), first: owner("metrics"), second: owner(path) };
        assert_eq!(collisions, ["Metrics/a/b", "Metrics/index.html", "metrics/x"].map(collision));
    }
}
