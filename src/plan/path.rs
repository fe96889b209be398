//! Where an output stands: a checked path relative to the output's folder.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use crate::digest::Digest;

/// The folder in the output that holds the manifest, the journal and the like; no output stands in it.
pub const OWN_FOLDER: &str = ".allclear";

/// How many digits of the content's digest stand in an asset's name.
const HASH_DIGITS: usize = 16;

/// A path relative to the output's folder, `/` between its parts on every system.
///
/// No part is empty, `.` or `..`, none holds a backslash or a control character, and the first is not `.allclear`: so
/// joined to a folder it always lies inside, and it stands on one line of a manifest as it is. Ordered by bytes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutPath(Arc<str>);

/// Why a text cannot be an output's path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPath {
    /// Nothing at all, or nothing between two slashes, before the first or after the last.
    #[error("`{0}` has an empty part")]
    EmptyPart(String),
    /// `.` or `..`, which would name another place.
    #[error("`{0}` has a part `.` or `..`")]
    Dots(String),
    /// A backslash, a line's end or another control character.
    #[error("`{}` holds a backslash or a control character", .0.escape_debug())]
    BadCharacter(String),
    /// The folder that the writer keeps for itself.
    #[error("`{0}` lies in `.allclear`, where no output may stand")]
    Reserved(String),
}

impl OutPath {
    /// The path that `text` says.
    ///
    /// # Errors
    /// When a part is empty, `.` or `..`, when it holds a backslash or a control character, or lies in `.allclear`.
    pub fn new(text: impl AsRef<str>) -> Result<Self, BadPath> {
        let text = text.as_ref();
        if text.chars().any(|c| c == '\\' || c.is_control()) {
            return Err(BadPath::BadCharacter(text.to_owned()));
        }
        for part in text.split('/') {
            match part {
                "" => return Err(BadPath::EmptyPart(text.to_owned())),
                "." | ".." => return Err(BadPath::Dots(text.to_owned())),
                _ => {}
            }
        }
        match text.split('/').next() {
            // A file system that folds case would take `.Allclear` for ours.
            Some(first) if first.eq_ignore_ascii_case(OWN_FOLDER) => Err(BadPath::Reserved(text.to_owned())),
            _ => Ok(Self(Arc::from(text))),
        }
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

    #[track_caller]
    fn check(text: &str, problem: &str) {
        assert_eq!(OutPath::new(text).unwrap_err().to_string(), problem);
    }

    #[test]
    fn what_could_leave_the_output_is_refused() {
        check("", "`` has an empty part");
        check("/etc/passwd", "`/etc/passwd` has an empty part");
        check("a//b", "`a//b` has an empty part");
        check("a/", "`a/` has an empty part");
        check("../a", "`../a` has a part `.` or `..`");
        check("a/./b", "`a/./b` has a part `.` or `..`");
        check("a\\b", "`a\\\\b` holds a backslash or a control character");
        check("a\nb", "`a\\nb` holds a backslash or a control character");
        check("a\0", "`a\\0` holds a backslash or a control character");
        check(".allclear/manifest", "`.allclear/manifest` lies in `.allclear`, where no output may stand");
        check(".AllClear", "`.AllClear` lies in `.allclear`, where no output may stand");
    }

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
