//! `imported.txt`: the files that imports wrote, and their digests, which tell whether a person has edited them since; and
//! the ids of components and groups, which a person may rename.
//!
//! A line is `DIGEST  PATH  KIND  KEY`: the SHA-256 of the file as it was written, its path, the kind of source, and what
//! the source calls it; or `component  ID  KIND  KEY`, or the same of a group. The file is committed with the site and
//! never published.

use std::collections::{BTreeMap, BTreeSet};

use crate::digest::Digest;
use crate::source::SourcePath;

/// The record's path in the site's folder.
pub const PATH: &str = "imported.txt";

const HEAD: &str =
    "# What `allclear import` wrote, as it wrote it: `--update` leaves files alone that were edited since.\n";

const SEPARATOR: &str = "  ";

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    files: BTreeMap<SourcePath, Written>,
    /// Paths by kind and key.
    by_key: BTreeMap<(String, String), SourcePath>,
    /// Ids by kind and key.
    parts: BTreeMap<(Part, String, String), String>,
}

/// What site.toml defines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Group,
    Component,
}

impl Part {
    const ALL: [Self; 2] = [Self::Group, Self::Component];

    fn word(self) -> &'static str {
        match self {
            Self::Group => "group",
            Self::Component => "component",
        }
    }
}

/// A file as an import wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Written {
    digest: Digest,
    kind: String,
    key: String,
}

impl Record {
    /// Reads a record; the error is the number of the first line that is none.
    pub fn parse(text: &str) -> Result<Self, usize> {
        let mut record = Self::default();
        for (number, line) in text.lines().enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let mut parts = line.splitn(4, SEPARATOR);
            let mut next = || parts.next().ok_or(number + 1);
            let (first, name) = (next()?, next()?);
            let (kind, key) = (next()?, next()?);
            if let Some(part) = Part::ALL.into_iter().find(|part| part.word() == first) {
                record.add_part(part, name, kind, key);
                continue;
            }
            let digest = first.parse().map_err(|_| number + 1)?;
            record.add(&SourcePath::new(name), digest, kind, key);
        }
        Ok(record)
    }

    /// Empty for an empty record.
    pub fn text(&self) -> String {
        if self.files.is_empty() && self.parts.is_empty() {
            return String::new();
        }
        let part = |((part, kind, key), id): (&(Part, String, String), &String)| {
            format!("{}{SEPARATOR}{id}{SEPARATOR}{kind}{SEPARATOR}{key}\n", part.word())
        };
        let parts = self.parts.iter().map(part);
        let line = |(path, Written { digest, kind, key }): (&SourcePath, &Written)| {
            format!("{digest}{SEPARATOR}{path}{SEPARATOR}{kind}{SEPARATOR}{key}\n")
        };
        HEAD.to_owned() + &parts.chain(self.files.iter().map(line)).collect::<String>()
    }

    pub(super) fn add(&mut self, path: &SourcePath, digest: Digest, kind: &str, key: &str) {
        self.insert(path.clone(), Written { digest, kind: kind.to_owned(), key: on_one_line(key) });
    }

    pub(super) fn add_part(&mut self, part: Part, id: &str, kind: &str, key: &str) {
        self.parts.insert((part, kind.to_owned(), on_one_line(key)), id.to_owned());
    }

    /// The id that an import gave to this component or group.
    pub(super) fn part(&self, part: Part, kind: &str, key: &str) -> Option<&String> {
        self.parts.get(&(part, kind.to_owned(), on_one_line(key)))
    }

    /// What sources of this kind call components.
    pub fn component_keys(&self, kind: &str) -> BTreeSet<String> {
        let of_kind = self.parts.keys().filter(|(part, of, _)| *part == Part::Component && of == kind);
        of_kind.map(|(.., key)| key.clone()).collect()
    }

    /// Where an import wrote this.
    pub(super) fn path(&self, kind: &str, key: &str) -> Option<&SourcePath> {
        self.by_key.get(&(kind.to_owned(), on_one_line(key)))
    }

    /// The digest of the file as an import wrote it.
    pub(super) fn digest(&self, path: &SourcePath) -> Option<Digest> {
        self.files.get(path).map(|written| written.digest)
    }

    /// The files in a folder that an import of this kind wrote.
    pub(super) fn in_folder<'a>(
        &'a self,
        kind: &'a str,
        folder: &'a str,
    ) -> impl Iterator<Item = &'a SourcePath> {
        let of_kind = self.files.iter().filter(move |(_, written)| written.kind == kind);
        of_kind.map(|(path, _)| path).filter(move |path| path.folder() == folder)
    }

    fn insert(&mut self, path: SourcePath, written: Written) {
        let old = self.by_key.insert((written.kind.clone(), written.key.clone()), path.clone());
        if let Some(old) = old.filter(|old| *old != path) {
            self.files.remove(&old);
        }
        self.files.insert(path, written);
    }
}

/// The digest of a file's bytes, whatever line ends git gave them.
pub fn digest(bytes: &[u8]) -> Digest {
    match std::str::from_utf8(bytes) {
        Ok(text) if text.contains('\r') => Digest::of(text.replace("\r\n", "\n").as_bytes()),
        _ => Digest::of(bytes),
    }
}

fn on_one_line(key: &str) -> String {
    key.replace(char::is_control, "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use super::{Part, Record, digest};
    use crate::source::SourcePath;

    #[test]
    fn a_record_is_read_as_it_is_written() {
        let mut record = Record::default();
        let path = |path: &str| SourcePath::new(path);
        record.add(&path("content/incidents/a.md"), digest(b"A"), "statuspage", "inc1");
        record.add(&path("content/incidents/b.md"), digest(b"B"), "cstate", "issues/b  c\n.md");
        let read = Record::parse(&record.text()).unwrap();
        assert_eq!(read, record);
        assert_eq!(read.path("cstate", "issues/b  c\n.md"), Some(&path("content/incidents/b.md")));
        assert_eq!(read.path("statuspage", "issues/b  c\n.md"), None);
    }

    #[test]
    fn ids_are_kept_apart_by_part_and_kind() {
        let mut record = Record::default();
        record.add_part(Part::Component, "copr", "cstate", "Copr");
        record.add_part(Part::Group, "copr-2", "cstate", "Copr");
        let read = Record::parse(&record.text()).unwrap();
        assert_eq!(read, record);
        assert_eq!(read.part(Part::Component, "cstate", "Copr").unwrap(), "copr");
        assert_eq!(read.part(Part::Group, "cstate", "Copr").unwrap(), "copr-2");
        assert_eq!(read.part(Part::Component, "upptime", "Copr"), None);
    }

    #[test]
    fn a_line_that_is_none_is_named() {
        let line =
            "df7e70e5021544f4834bbee64a9e3789febc4be81470df629cad6ddb03320a5c  content/a.md  statuspage  x";
        assert!(Record::parse(&format!("# Head\n\n{line}\n")).is_ok());
        for wrong in
            ["<<<<<<< HEAD", "component  copr  cstate", "df7e  content/a.md  statuspage  x", &line[..80]]
        {
            assert_eq!(Record::parse(&format!("{line}\n{wrong}\n")), Err(2), "{wrong}");
        }
    }
}
