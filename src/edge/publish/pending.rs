//! What a publish to a store of objects is about to leave there, put down before it begins: the next one finishes from it.
//!
//! A page that no other leads to may hold links to what is not there (any more): a publish that ended half-way leaves such
//! pages while it adds and while it removes. They are told apart, since they must be mended before anything leads to them.

use std::collections::BTreeSet;
use std::fmt;

use crate::diff::{BadLine, Changes, Journal};
use crate::plan::path::OutPath;
use crate::time::Instant;

/// How the first line begins: as of when the site is true that is being published.
const AS_OF: &str = "as of ";

/// The line above what no page leads to.
const UNREACHABLE: &str = "no page leads to:";

/// Every path that is touched, with what may stand there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Pending {
    /// As of when the site is true that is being published.
    pub(super) as_of: Option<Instant>,
    /// What readers may come to, each with links that lead somewhere.
    pub(super) reachable: Journal,
    /// What no page leads to.
    pub(super) unreachable: Journal,
}

/// How far a publish is. A stage is put down before its first change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// New files come, and nothing leads to them yet.
    Adding,
    /// Pages change: from now on readers may come to the new files.
    Changing,
    /// Nothing leads any more to what goes.
    Removing,
}

impl Pending {
    /// Of a publish at a stage. `garbage` is what was unreachable before and is not part of the site.
    pub(super) fn at(
        stage: Stage,
        as_of: Instant,
        touched: &Journal,
        changes: &Changes,
        garbage: &BTreeSet<OutPath>,
    ) -> Self {
        let is_added = |path: &OutPath| changes.added.binary_search(path).is_ok();
        let is_unreachable = |path: &OutPath| match stage {
            Stage::Adding => garbage.contains(path) || is_added(path),
            Stage::Changing => garbage.contains(path),
            Stage::Removing => changes.removed.binary_search(path).is_ok(),
        };
        let mut pending = Self { as_of: Some(as_of), ..Self::default() };
        for (path, contents) in &touched.files {
            match is_unreachable(path) {
                true => drop(pending.unreachable.files.insert(path.clone(), contents.clone())),
                // What stays stands in the new manifest by then.
                false if stage == Stage::Removing => {}
                false => drop(pending.reachable.files.insert(path.clone(), contents.clone())),
            }
        }
        pending
    }

    /// Reads what [`fmt::Display`] writes.
    pub(super) fn parse(text: &str) -> Result<Self, BadLine> {
        let (head, lines) = match text.split_once('\n') {
            Some((head, lines)) if head.starts_with(AS_OF) => (head, lines),
            _ => ("", text),
        };
        let parted = lines.split_once(&format!("{UNREACHABLE}\n")).unwrap_or((lines, ""));
        Ok(Self {
            as_of: head.strip_prefix(AS_OF).and_then(Instant::parse_rfc3339),
            reachable: Journal::parse(parted.0)?,
            unreachable: Journal::parse(parted.1)?,
        })
    }

    /// Everything that is touched.
    pub(super) fn files(&self) -> impl Iterator<Item = (&OutPath, &BTreeSet<crate::digest::Digest>)> {
        self.reachable.files.iter().chain(&self.unreachable.files)
    }
}

impl fmt::Display for Pending {
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

    use super::{Changes, Instant, Journal, OutPath, Pending, Stage};
    use crate::digest::Digest;

    fn path(text: &str) -> OutPath {
        OutPath::new(text).unwrap()
    }

    #[test]
    fn what_nothing_leads_to_depends_on_the_stage() {
        let (changed, removed) = (vec![path("changed")], vec![path("garbage"), path("removed")]);
        let changes = Changes { added: vec![path("added")], changed, removed, unchanged: 0 };
        let mut touched = Journal::default();
        for name in ["added", "changed", "garbage", "removed"] {
            touched.insert(path(name), Digest::of(name.as_bytes()));
        }
        let garbage = BTreeSet::from([path("garbage")]);
        let at = |stage| {
            let pending = Pending::at(stage, Instant::from_epoch_secs(0), &touched, &changes, &garbage);
            assert_eq!(Pending::parse(&pending.to_string()), Ok(pending.clone()));
            let names = |journal: &Journal| {
                journal.files.keys().map(OutPath::to_string).collect::<Vec<_>>().join(" ")
            };
            (names(&pending.reachable), names(&pending.unreachable))
        };
        let said = |reachable: &str, unreachable: &str| (reachable.to_owned(), unreachable.to_owned());
        assert_eq!(at(Stage::Adding), said("changed removed", "added garbage"));
        assert_eq!(at(Stage::Changing), said("added changed removed", "garbage"));
        assert_eq!(at(Stage::Removing), said("", "garbage removed"));
    }
}
