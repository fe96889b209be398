//! The contents that a run may leave at each path while it is under way.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::diff::changes::Changes;
use crate::diff::manifest::{BadLine, Manifest, numbered, parse_line};
use crate::digest::Digest;
use crate::model::out_path::OutPath;

/// Every path that a run touches, with the digest of every content it may leave there: the old one and the new one.
///
/// Written as a manifest is, with a line for each content.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PossibleContents {
    pub files: BTreeMap<OutPath, BTreeSet<Digest>>,
}

impl PossibleContents {
    pub fn of(changes: &Changes, old: &Manifest, new: &Manifest) -> Self {
        let touched = changes.added.iter().chain(&changes.changed).chain(&changes.removed);
        let possible =
            |path: &OutPath| [old.digest(path), new.digest(path)].into_iter().flatten().copied().collect();
        Self { files: touched.map(|path| (path.clone(), possible(path))).collect() }
    }

    pub fn insert(&mut self, path: OutPath, digest: Digest) {
        self.files.entry(path).or_default().insert(digest);
    }

    /// Whether the run may have left this content at this path: if not, someone else put it there since.
    pub fn explains(&self, path: &OutPath, digest: &Digest) -> bool {
        self.files.get(path).is_some_and(|contents| contents.contains(digest))
    }

    /// Reads what [`fmt::Display`] writes.
    pub fn parse(text: &str) -> Result<Self, BadLine> {
        let mut contents = Self::default();
        for (line, text) in numbered(text)? {
            let (digest, path) = parse_line(text).map_err(|problem| BadLine { line, problem })?;
            contents.insert(path, digest);
        }
        Ok(contents)
    }
}

impl fmt::Display for PossibleContents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (path, contents) in &self.files {
            contents.iter().try_for_each(|digest| writeln!(f, "{digest}  {path}"))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Changes, Digest, OutPath, PossibleContents};
    use crate::diff::manifest::manifest;

    #[test]
    fn it_explains_the_old_and_the_new_content_of_what_is_touched() {
        let old = manifest("changed=1 removed=1 same=1");
        let new = manifest("changed=2 added=2 same=1");
        let contents = PossibleContents::of(&Changes::between(&old, &new), &old, &new);
        let explains =
            |path, text: &str| contents.explains(&OutPath::new(path).unwrap(), &Digest::of(text.as_bytes()));
        assert!(explains("changed", "1") && explains("changed", "2") && !explains("changed", "3"));
        assert!(explains("removed", "1") && explains("added", "2") && !explains("added", "1"));
        assert!(!explains("same", "1") && !explains("unheard-of", "1"));
        assert_eq!(PossibleContents::parse(&contents.to_string()), Ok(contents));
    }

    #[test]
    fn a_damaged_line_is_named() {
        let error = PossibleContents::parse("x\n").unwrap_err();
        assert_eq!(error.to_string(), "line 1: not a digest, two spaces and a path");
    }
}
