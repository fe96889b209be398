//! The changes that lead from one manifest to another, and the order that is safe for readers.

use std::fmt;

use serde::Serialize;

use crate::diff::manifest::Manifest;
use crate::model::out_path::OutPath;

/// The changes from one state of the output to another. Paths are in order; as JSON the fields keep their names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Changes {
    pub added: Vec<OutPath>,
    pub changed: Vec<OutPath>,
    pub removed: Vec<OutPath>,
    pub unchanged: usize,
}

/// Changes that may be made in any order, or at once, when those of the batch before are all made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Batch<'a> {
    Put(Vec<&'a OutPath>),
    Delete(Vec<&'a OutPath>),
}

impl Changes {
    pub fn between(old: &Manifest, new: &Manifest) -> Self {
        let mut changes = Self::default();
        for (path, digest) in &new.files {
            match old.digest(path) {
                None => changes.added.push(path.clone()),
                Some(before) if before != digest => changes.changed.push(path.clone()),
                Some(_) => changes.unchanged += 1,
            }
        }
        changes.removed.extend(old.files.keys().filter(|path| new.digest(path).is_none()).cloned());
        changes
    }

    /// Counts files that stay the same as changed where they are to be written all the same.
    pub(super) fn rewrite(&mut self, new: &Manifest, is_rewritten: impl Fn(&OutPath) -> bool) {
        let is_written = |path: &OutPath| {
            self.added.binary_search(path).is_ok() || self.changed.binary_search(path).is_ok()
        };
        let rewritten = new.files.keys().filter(|path| is_rewritten(path) && !is_written(path));
        let rewritten: Vec<OutPath> = rewritten.cloned().collect();
        self.unchanged -= rewritten.len();
        self.changed.extend(rewritten);
        self.changed.sort();
    }

    pub fn is_empty(&self) -> bool {
        self.written() == 0 && self.removed.is_empty()
    }

    pub fn written(&self) -> usize {
        self.added.len() + self.changed.len()
    }

    /// The changes in the order that is safe for readers: assets; added files; changed files; the front page; deletions.
    ///
    /// So whatever a page shows or links to is there before the page is, and goes after the last page that names it.
    /// Batches with nothing to do are left out.
    pub fn batches(&self) -> Vec<Batch<'_>> {
        let assets = self.added.iter().chain(&self.changed).filter(|path| path.is_hashed_asset());
        let page = |path: &&OutPath| !path.is_hashed_asset() && !path.is_front_page();
        let front_page = self.added.iter().chain(&self.changed).filter(|path| path.is_front_page());
        let mut batches = vec![
            Batch::Put(assets.collect()),
            Batch::Put(self.added.iter().filter(page).collect()),
            Batch::Put(self.changed.iter().filter(page).collect()),
            Batch::Put(front_page.collect()),
            Batch::Delete(self.removed.iter().collect()),
        ];
        batches.retain(|batch| !batch.paths().is_empty());
        batches
    }
}

impl Batch<'_> {
    pub fn paths(&self) -> &[&OutPath] {
        match self {
            Batch::Put(paths) | Batch::Delete(paths) => paths,
        }
    }
}

impl fmt::Display for Changes {
    /// A line a file (`+` added, `~` changed, `-` removed), in order of paths, and a line that counts them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let marked =
            |paths: &'_ [OutPath], mark: char| paths.iter().map(move |path| (path.clone(), mark)).collect();
        let mut lines: Vec<(OutPath, char)> = marked(&self.added, '+');
        lines.append(&mut marked(&self.changed, '~'));
        lines.append(&mut marked(&self.removed, '-'));
        lines.sort();
        lines.iter().try_for_each(|(path, mark)| writeln!(f, "{mark} {path}"))?;
        let (added, changed, removed) = (self.added.len(), self.changed.len(), self.removed.len());
        write!(f, "{added} added, {changed} changed, {removed} removed, {} unchanged", self.unchanged)
    }
}

#[cfg(test)]
mod tests {
    use super::{Batch, Changes, OutPath};
    use crate::diff::manifest::manifest;

    const STYLE: &str = "assets/style.0123456789abcdef.css";

    #[track_caller]
    fn check(old: &str, new: &str, expected: &str) {
        assert_eq!(Changes::between(&manifest(old), &manifest(new)).to_string(), expected);
    }

    #[test]
    fn changes_are_listed_in_order_of_paths() {
        check("", "", "0 added, 0 changed, 0 removed, 0 unchanged");
        check("a=1 b=1", "a=1 b=1", "0 added, 0 changed, 0 removed, 2 unchanged");
        check("a=1 b=1 c=1", "b=2 c=1 d=1", "- a\n~ b\n+ d\n1 added, 1 changed, 1 removed, 1 unchanged");
    }

    #[test]
    fn machines_read_the_same() {
        let changes = Changes::between(&manifest("a=1 b=1 c=1"), &manifest("b=2 c=1 d=1"));
        let json = r#"{"added":["d"],"changed":["b"],"removed":["a"],"unchanged":1}"#;
        assert_eq!(serde_json::to_string(&changes).unwrap(), json);
    }

    #[test]
    fn what_a_page_needs_comes_before_it_and_goes_after_it() {
        let old = manifest("index.html=1 a.html=1 old.html=1");
        let new = manifest(&format!("index.html=2 a.html=2 new.html=1 {STYLE}=1"));
        let changes = Changes::between(&old, &new);
        let batches = changes.batches();
        let shown: Vec<(char, Vec<&str>)> = batches
            .iter()
            .map(|batch| {
                let mark = if matches!(batch, Batch::Put(_)) { '+' } else { '-' };
                (mark, batch.paths().iter().map(|path| path.as_str()).collect())
            })
            .collect();
        let expected = [
            ('+', vec![STYLE]),
            ('+', vec!["new.html"]),
            ('+', vec!["a.html"]),
            ('+', vec!["index.html"]),
            ('-', vec!["old.html"]),
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_fresh_front_page_comes_last_too() {
        let changes = Changes::between(&manifest(""), &manifest("index.html=1 z.html=1"));
        let last = changes.batches().pop();
        assert_eq!(last, Some(Batch::Put(vec![&OutPath::new("index.html").unwrap()])));
    }
}
