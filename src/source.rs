//! What was read: a snapshot of the site's folder, and places in its files.
//!
//! Invariant: nothing here knows what a file means.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::digest::{Digest, Hasher};

/// A file's path relative to the site's folder, `/` between its parts on every system.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourcePath(Arc<str>);

impl SourcePath {
    /// The path of these parts; the caller has split it at the system's separator and joined it with `/`.
    pub fn new(path: impl AsRef<str>) -> Self {
        Self(Arc::from(path.as_ref()))
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// The folder that holds the file, without a slash at its end; empty for the site's own folder.
    pub fn folder(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// The path that `relative` (`a.png`, `../b.md`) names from this file; `None` when it leaves the site.
    pub fn sibling(&self, relative: &str) -> Option<SourcePath> {
        let mut parts: Vec<&str> = self.folder().split('/').filter(|part| !part.is_empty()).collect();
        for part in relative.split('/') {
            match part {
                "" | "." => {}
                ".." => drop(parts.pop()?),
                part => parts.push(part),
            }
        }
        Some(SourcePath::new(parts.join("/")))
    }
}

impl fmt::Display for SourcePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for SourcePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

/// A file that is only copied (an image, something in `static/`): its bytes stay on the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handle {
    /// Where it stands in the site's folder.
    pub path: SourcePath,
    /// Its length in bytes.
    pub len: u64,
    /// Nanoseconds of its last change, as the disk gives them: tells two states of the file apart, never shown.
    pub stamp: i128,
    /// Where its bytes are when they are not in the site's folder: the file of an earlier version.
    pub kept: Option<Arc<Path>>,
}

impl Handle {
    /// A file of the site's folder.
    pub fn new(path: SourcePath, len: u64, stamp: i128) -> Self {
        Self { path, len, stamp, kept: None }
    }

    /// Where its bytes are, for a site in this folder.
    pub fn place(&self, site: &Path) -> PathBuf {
        self.kept.as_deref().map_or_else(|| site.join(self.path.as_str()), Path::to_owned)
    }
}

/// One file of the snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A file whose content matters to us: a report, site.toml, recorded downtime, anything of a theme.
    Bytes(Arc<[u8]>),
    /// A file that is only copied.
    File(Handle),
    /// A file that is only copied, with its text, in which what must not be published is looked for.
    Text(Handle, Arc<[u8]>),
}

/// The site's folder at one moment, in order of paths. Dot files but those of `static/`, the output and what no one may read are not in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// Every file by its path.
    pub files: BTreeMap<SourcePath, Entry>,
}

impl Snapshot {
    /// The bytes of a file that was read; `None` when it is absent or only a handle.
    pub fn bytes(&self, path: &SourcePath) -> Option<&Arc<[u8]>> {
        match self.files.get(path) {
            Some(Entry::Bytes(bytes)) => Some(bytes),
            _ => None,
        }
    }

    /// A file's bytes as text, without a byte order mark's being removed; `None` when absent or not UTF-8.
    pub fn text(&self, path: &SourcePath) -> Option<&str> {
        std::str::from_utf8(self.bytes(path)?).ok()
    }

    /// A digest of all that was read: of every path, and of the bytes that matter to us. A file that is only copied counts by
    /// its path and length.
    pub fn digest(&self) -> Digest {
        let digests = |(path, entry): (&SourcePath, &Entry)| {
            let content = match entry {
                Entry::Bytes(bytes) | Entry::Text(_, bytes) => Digest::of(bytes),
                Entry::File(handle) => {
                    Digest::of(format!("{path} is only copied, {} bytes", handle.len).as_bytes())
                }
            };
            [Digest::of(path.as_str().as_bytes()), content]
        };
        let files: Vec<[Digest; 2]> = self.files.par_iter().map(digests).collect();
        let mut hasher = Hasher::new();
        files.iter().flatten().for_each(|digest| hasher.update(digest.as_bytes()));
        hasher.finish()
    }

    /// Lets go of every file that does not lie below a folder.
    pub fn keep_below(&mut self, folder: &str) {
        let prefix = format!("{folder}/");
        self.files.retain(|path, _| path.as_str().starts_with(&prefix));
    }

    /// The files below a folder (`"content/incidents"`), in order of paths.
    pub fn below<'a>(&'a self, folder: &str) -> impl Iterator<Item = (&'a SourcePath, &'a Entry)> {
        let prefix = format!("{folder}/");
        let from = SourcePath::new(&prefix);
        self.files.range(from..).take_while(move |(path, _)| path.as_str().starts_with(&prefix))
    }
}

/// A value and the bytes of its file that say it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// What is said.
    pub value: T,
    /// Byte offsets into the file, half open.
    pub span: Range<usize>,
}

impl<T> Spanned<T> {
    /// A value with its place.
    pub fn new(value: T, span: Range<usize>) -> Self {
        Self { value, span }
    }
}

/// A piece of a file's text, shared with the file: no copy.
#[derive(Clone)]
pub struct Text {
    file: Arc<str>,
    range: Range<usize>,
}

impl Text {
    /// The piece of `file` at these byte offsets.
    ///
    /// # Panics
    /// When the offsets do not lie on character boundaries of the file.
    pub fn new(file: &Arc<str>, range: Range<usize>) -> Self {
        assert!(file.get(range.clone()).is_some(), "a text's range lies on character boundaries of its file");
        Self { file: Arc::clone(file), range }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.file[self.range.clone()]
    }

    /// Where the text begins in its file, in bytes.
    pub fn offset(&self) -> usize {
        self.range.start
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Text {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn siblings_stay_inside_the_site() {
        let path = SourcePath::new("content/incidents/2024/x.md");
        let check = |relative: &str, expected: Option<&str>| {
            assert_eq!(path.sibling(relative).as_ref().map(SourcePath::as_str), expected, "{relative}");
        };
        check("a.png", Some("content/incidents/2024/a.png"));
        check("../b.md", Some("content/incidents/b.md"));
        check("../../../site.toml", Some("site.toml"));
        check("../../../../etc/passwd", None);
    }

    #[test]
    fn a_digest_tells_whatever_matters_apart() {
        let bytes = |text: &str| Entry::Bytes(Arc::from(text.as_bytes()));
        let file = |stamp| Entry::File(Handle::new(SourcePath::new("b"), 1, stamp));
        let of = |files: &[(&str, Entry)]| {
            let files = files.iter().map(|(path, entry)| (SourcePath::new(path), entry.clone())).collect();
            Snapshot { files }.digest()
        };
        let one = of(&[("a", bytes("x")), ("b", file(1))]);
        assert_eq!(one, of(&[("a", bytes("x")), ("b", file(2))]));
        let others = [
            of(&[("a", bytes("y")), ("b", file(1))]),
            of(&[("a", bytes("x"))]),
            of(&[("a", bytes("x")), ("b", Entry::File(Handle::new(SourcePath::new("b"), 2, 1)))]),
            of(&[("a", bytes("x")), ("c", file(1))]),
            of(&[("a", bytes("x")), ("b", bytes("a file that is only copied"))]),
            of(&[]),
        ];
        assert!(others.iter().all(|other| *other != one));
    }
}
