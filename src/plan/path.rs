//! Where an output stands: a checked path relative to the output's folder.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use crate::digest::Digest;
use crate::model::out_path;

pub use crate::model::out_path::{BadPath, OWN_FOLDER};

/// How many digits of the content's digest stand in an asset's name.
const HASH_DIGITS: usize = 16;

/// A path relative to the output's folder, `/` between its parts on every system.
///
/// [`out_path::check`] accepts it: so joined to a folder it always lies inside, and it stands on one line of a manifest as
/// it is. Ordered by bytes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutPath(Arc<str>);

impl OutPath {
    /// The path that `text` says.
    ///
    /// # Errors
    /// As [`out_path::check`].
    pub fn new(text: impl AsRef<str>) -> Result<Self, BadPath> {
        out_path::check(text.as_ref()).map(|()| Self(Arc::from(text.as_ref())))
    }

    /// The path of an asset whose name carries its content's digest: `assets/style.0123456789abcdef.css` for the folder
    /// `assets` (may be empty) and the name `style.css`. It may be cached for ever, and stays a day when superseded.
    ///
    /// # Errors
    /// As [`OutPath::new`].
    pub fn hashed(folder: &str, name: &str, digest: &Digest) -> Result<Self, BadPath> {
        let hash = digest.short(HASH_DIGITS);
        let name = match name.rsplit_once('.') {
            Some((stem, extension)) if !stem.is_empty() => format!("{stem}.{hash}.{extension}"),
            _ => format!("{name}.{hash}"),
        };
        if folder.is_empty() { Self::new(name) } else { Self::new(format!("{folder}/{name}")) }
    }

    /// Where a publisher writes the manifest once more; no output can stand there.
    pub fn published_manifest() -> Self {
        Self(Arc::from(out_path::PUBLISHED_MANIFEST))
    }

    /// A path that a record names: an output's, or that of the published manifest.
    ///
    /// # Errors
    /// As [`OutPath::new`].
    pub fn recorded(text: &str) -> Result<Self, BadPath> {
        if text == out_path::PUBLISHED_MANIFEST { Ok(Self::published_manifest()) } else { Self::new(text) }
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// The folder that holds it, without a slash at its end; empty for the output's own folder.
    pub fn folder(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// The folders it lies in, from the top: `a`, `a/b` for `a/b/c`. The output's own folder is left out.
    pub fn folders(&self) -> impl Iterator<Item = &str> {
        self.0.match_indices('/').map(|(end, _)| &self.0[..end])
    }

    /// Whether it is the site's front page, which changes last.
    pub fn is_front_page(&self) -> bool {
        self.as_str() == "index.html"
    }

    /// Whether its name carries a digest as [`OutPath::hashed`] writes it.
    pub fn is_hashed_asset(&self) -> bool {
        let is_hash = |part: &str| {
            part.len() == HASH_DIGITS && part.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        };
        self.file_name().split('.').skip(1).any(is_hash)
    }
}

impl fmt::Display for OutPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for OutPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

impl Borrow<str> for OutPath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl Serialize for OutPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::OutPath;
    use crate::digest::Digest;

    #[test]
    fn what_stays_inside_is_kept_as_it_is() {
        for text in ["index.html", "a/b/c.html", ".nojekyll", "..a/b..", "é/日本", "a b", "x/.allclear"] {
            assert_eq!(OutPath::new(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn parts_are_taken_apart() {
        let path = OutPath::new("a/b/c.html").unwrap();
        assert_eq!((path.folder(), path.file_name()), ("a/b", "c.html"));
        assert_eq!(path.folders().collect::<Vec<_>>(), ["a", "a/b"]);
        let top = OutPath::new("index.html").unwrap();
        assert_eq!((top.folder(), top.file_name(), top.folders().count()), ("", "index.html", 0));
        assert!(top.is_front_page());
    }

    #[test]
    fn a_hashed_name_is_recognised() {
        let digest = Digest::of(b"abc");
        let hashed = |folder, name| OutPath::hashed(folder, name, &digest).unwrap();
        assert_eq!(hashed("assets", "style.css").as_str(), "assets/style.ba7816bf8f01cfea.css");
        assert_eq!(hashed("", "LICENSE").as_str(), "LICENSE.ba7816bf8f01cfea");
        assert_eq!(hashed("", ".x").as_str(), ".x.ba7816bf8f01cfea");
        assert!(hashed("assets", "style.css").is_hashed_asset());
        assert!(hashed("", "LICENSE").is_hashed_asset());
        for plain in ["style.css", "a.ba7816bf/b.css", "ba7816bf8f01cfea.css", "a.BA7816BF8F01CFEA.css"] {
            assert!(!OutPath::new(plain).unwrap().is_hashed_asset(), "{plain}");
        }
    }
}
