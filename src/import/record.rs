//! `imported.txt`: the files that imports wrote, and their digests, which tell whether a person has edited them since.
//!
//! A line is `DIGEST  PATH  KIND  KEY`: the SHA-256 of the file as it was written, its path, the kind of source, and what
//! the source calls it. The file is committed with the site and never published.

use std::collections::BTreeMap;

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
            let digest = next()?.parse().map_err(|_| number + 1)?;
            let path = SourcePath::new(next()?);
            let (kind, key) = (next()?.to_owned(), next()?.to_owned());
            record.insert(path, Written { digest, kind, key });
        }
        Ok(record)
    }

    /// Empty for an empty record.
    pub fn text(&self) -> String {
        if self.files.is_empty() {
            return String::new();
        }
        let line = |(path, Written { digest, kind, key }): (&SourcePath, &Written)| {
            format!("{digest}{SEPARATOR}{path}{SEPARATOR}{kind}{SEPARATOR}{key}\n")
        };
        HEAD.to_owned() + &self.files.iter().map(line).collect::<String>()
    }

    pub(super) fn add(&mut self, path: &SourcePath, digest: Digest, kind: &str, key: &str) {
        self.insert(path.clone(), Written { digest, kind: kind.to_owned(), key: on_one_line(key) });
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
    use super::{Record, digest};
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
    fn a_line_that_is_none_is_named() {
        let line =
            "df7e70e5021544f4834bbee64a9e3789febc4be81470df629cad6ddb03320a5c  content/a.md  statuspage  x";
        assert!(Record::parse(&format!("# Head\n\n{line}\n")).is_ok());
        for wrong in ["<<<<<<< HEAD", "df7e  content/a.md  statuspage  x", &line[..80]] {
            assert_eq!(Record::parse(&format!("{line}\n{wrong}\n")), Err(2), "{wrong}");
        }
    }
}
