//! The journal of a run, written before its changes: the next run finishes from it.
//!
//! A page that no other leads to may hold links to what is not there (any more): a run that ended half-way leaves such pages
//! while it adds and while it removes. They are told apart, since they must be mended before anything leads to them.

use std::collections::BTreeSet;
use std::fmt;

use crate::diff::changes::{Batch, Changes};
use crate::diff::manifest::{BadLine, Manifest};
use crate::diff::possible_contents::PossibleContents;
use crate::digest::Digest;
use crate::model::out_path::OutPath;
use crate::time::Instant;

/// How the first line begins, if there is one: as of when the site is true that is being written.
const AS_OF: &str = "as of ";

/// The line above what no page leads to.
const UNREACHABLE: &str = "no page leads to:";

/// Every path that a run touches, with the contents that may stand there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Journal {
    /// As of when the site is true that is being written, where that is told.
    pub as_of: Option<Instant>,
    /// What readers may come to, each with links that lead somewhere.
    pub reachable: PossibleContents,
    /// What no page leads to.
    pub unreachable: PossibleContents,
}

/// How far a run is. A phase is put down before its first change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// New files come, and nothing leads to them yet.
    Adding,
    /// Pages change: from now on readers may come to the new files.
    Changing,
    /// Nothing leads any more to what goes, and the new manifest stands.
    Removing,
}

impl Phase {
    /// When a batch may be applied. New files are mere additions until the front page, or any page that was there, changes.
    pub fn of(batch: &Batch<'_>, changes: &Changes) -> Self {
        let is_mere_addition = |path: &&&OutPath| {
            path.is_hashed_asset() || (!path.is_front_page() && changes.added.binary_search(path).is_ok())
        };
        match batch {
            Batch::Put(paths) if paths.iter().all(|path| is_mere_addition(&path)) => Self::Adding,
            Batch::Put(_) => Self::Changing,
            Batch::Delete(_) => Self::Removing,
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    pub changes: &'a Changes,
    pub new: &'a Manifest,
    /// Every path it touches, and what of ours is not in the manifest that stood before.
    pub touched: &'a PossibleContents,
    /// What earlier runs left where nothing leads to it.
    pub left: &'a BTreeSet<OutPath>,
}

impl Journal {
    pub fn at(phase: Phase, as_of: Option<Instant>, run: Run<'_>) -> Self {
        let Run { changes, new, touched, left } = run;
        let is_unreachable = |path: &OutPath| match phase {
            Phase::Adding => left.contains(path) || changes.added.binary_search(path).is_ok(),
            Phase::Changing => left.contains(path) && new.digest(path).is_none(),
            Phase::Removing => changes.removed.binary_search(path).is_ok(),
        };
        let mut journal = Self { as_of, ..Self::default() };
        for (path, contents) in &touched.files {
            match is_unreachable(path) {
                true => drop(journal.unreachable.files.insert(path.clone(), contents.clone())),
                // What stays stands in the new manifest by then.
                false if phase == Phase::Removing => {}
                false => drop(journal.reachable.files.insert(path.clone(), contents.clone())),
            }
        }
        journal
    }

    pub fn explains(&self, path: &OutPath, digest: &Digest) -> bool {
        self.reachable.explains(path, digest) || self.unreachable.explains(path, digest)
    }

    /// Those of our files that no page leads to.
    #[must_use]
    pub fn left(&self, owned: &Manifest) -> BTreeSet<OutPath> {
        self.unreachable.files.keys().filter(|path| owned.files.contains_key(*path)).cloned().collect()
    }

    /// Reads what [`fmt::Display`] writes.
    pub fn parse(text: &str) -> Result<Self, BadLine> {
        let (head, lines) = match text.split_once('\n') {
            Some((head, lines)) if head.starts_with(AS_OF) => (head, lines),
            _ => ("", text),
        };
        let parted = lines.split_once(&format!("{UNREACHABLE}\n")).unwrap_or((lines, ""));
        Ok(Self {
            as_of: head.strip_prefix(AS_OF).and_then(Instant::parse_rfc3339),
            reachable: PossibleContents::parse(parted.0)?,
            unreachable: PossibleContents::parse(parted.1)?,
        })
    }

    pub fn files(&self) -> impl Iterator<Item = (&OutPath, &BTreeSet<Digest>)> {
        self.reachable.files.iter().chain(&self.unreachable.files)
    }
}

impl fmt::Display for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(as_of) = self.as_of {
            writeln!(f, "{AS_OF}{as_of}")?;
        }
        write!(f, "{}{UNREACHABLE}\n{}", self.reachable, self.unreachable)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Changes, Instant, Journal, Manifest, OutPath, Phase, PossibleContents, Run};
    use crate::digest::Digest;

    fn path(text: &str) -> OutPath {
        OutPath::new(text).unwrap()
    }

    #[test]
    fn what_nothing_leads_to_depends_on_the_phase() {
        let (changed, removed) = (vec![path("changed")], vec![path("garbage"), path("removed")]);
        let changes = Changes { added: vec![path("added")], changed, removed, unchanged: 1 };
        let mut touched = PossibleContents::default();
        for name in ["added", "changed", "garbage", "right", "removed"] {
            touched.insert(path(name), Digest::of(name.as_bytes()));
        }
        let new = ["added", "changed", "right"].map(|name| (path(name), Digest::of(name.as_bytes())));
        let (new, left): (Manifest, _) = (new.into_iter().collect(), [path("garbage"), path("right")].into());
        let run = Run { changes: &changes, new: &new, touched: &touched, left: &left };
        let at = |phase| {
            let journal = Journal::at(phase, Some(Instant::from_epoch_secs(0)), run);
            assert_eq!(Journal::parse(&journal.to_string()), Ok(journal.clone()));
            let names = |contents: &PossibleContents| {
                contents.files.keys().map(OutPath::to_string).collect::<Vec<_>>().join(" ")
            };
            (names(&journal.reachable), names(&journal.unreachable))
        };
        let said = |reachable: &str, unreachable: &str| (reachable.to_owned(), unreachable.to_owned());
        assert_eq!(at(Phase::Adding), said("changed removed", "added garbage right"));
        assert_eq!(at(Phase::Changing), said("added changed removed right", "garbage"));
        assert_eq!(at(Phase::Removing), said("", "garbage removed"));
    }

    #[test]
    fn only_files_that_are_there_are_left() {
        let mut journal = Journal::default();
        journal.unreachable.insert(path("a"), Digest::of(b"a"));
        journal.unreachable.insert(path("b"), Digest::of(b"b"));
        journal.reachable.insert(path("c"), Digest::of(b"c"));
        let owned: Manifest =
            [(path("b"), Digest::of(b"x")), (path("c"), Digest::of(b"c"))].into_iter().collect();
        assert_eq!(journal.left(&owned), BTreeSet::from([path("b")]));
        assert!(
            journal.explains(&path("a"), &Digest::of(b"a"))
                && journal.explains(&path("c"), &Digest::of(b"c"))
        );
        assert!(!journal.explains(&path("b"), &Digest::of(b"x")));
    }
}
