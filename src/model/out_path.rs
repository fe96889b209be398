//! Where an output stands: one rule for aliases, copied files, prefixes and everything that is planned.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use crate::digest::Digest;

/// The folder in the output that holds the manifest, the journal and the like; no output stands in it.
pub const OWN_FOLDER: &str = ".allclear";

/// The longest name of a file or folder, in bytes: the limit of ext4, APFS, NTFS and most others.
const MOST_NAME_BYTES: usize = 255;

/// The file in the output's top at which a publisher writes the manifest once more, since some hosts drop dot files.
const PUBLISHED_MANIFEST: &str = "allclear-manifest.txt";

/// The longest path, in bytes: Amazon S3 user guide, "Naming Amazon S3 objects". Systems hold longer ones
/// (Linux's PATH_MAX is 4,096).
const MOST_PATH_BYTES: usize = 1_024;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPath {
    #[error("`{0}` has an empty part")]
    EmptyPart(String),
    #[error("`{0}` has a part `.` or `..`")]
    Dots(String),
    #[error("`{}` holds a backslash or a control character", .0.escape_debug())]
    BadCharacter(String),
    #[error("`{0}` lies where allclear keeps its own records, in `.allclear` or `allclear-manifest.txt`")]
    Reserved(String),
    #[error("`{0}` has a part that git takes for a file of its own")]
    Git(String),
    #[error("a part of `{0}` is longer than 255 bytes")]
    TooLong(String),
    #[error("`{}…` is {} bytes long: buckets hold at most 1,024", .0.chars().take(60).collect::<String>(), .0.len())]
    TooLongInAll(String),
}

/// Checks a path relative to the output's folder, `/` between its parts.
pub fn check(text: &str) -> Result<(), BadPath> {
    if text.chars().any(|c| c == '\\' || c.is_control()) {
        return Err(BadPath::BadCharacter(text.to_owned()));
    }
    for part in text.split('/') {
        match part {
            "" => return Err(BadPath::EmptyPart(text.to_owned())),
            "." | ".." => return Err(BadPath::Dots(text.to_owned())),
            _ if part.len() > MOST_NAME_BYTES => return Err(BadPath::TooLong(text.to_owned())),
            _ if is_git_name(part) => return Err(BadPath::Git(text.to_owned())),
            _ => {}
        }
    }
    // A file system that folds case would take `.Allclear` for ours.
    let first = text.split('/').next().unwrap_or_default();
    let is_own = |name: &str| name == OWN_FOLDER || name == PUBLISHED_MANIFEST;
    if is_special(first) && is_own(&as_systems_read_it(first)) {
        return Err(BadPath::Reserved(text.to_owned()));
    }
    match text.len() > MOST_PATH_BYTES {
        true => Err(BadPath::TooLongInAll(text.to_owned())),
        false => Ok(()),
    }
}

/// Names that git acts on, and the short names that NTFS gives them (git's `path.c`, `is_ntfs_dot_generic`).
const GIT_NAMES: [&str; 4] = [".git", ".gitmodules", ".gitattributes", ".gitignore"];
const GIT_SHORT_NAMES: [&str; 7] = ["git~", "gitmod~", "gitatt~", "gitign~", "gi7eba~", "gi7d29~", "gi250a~"];

/// Whether git reads this name of a file or folder as its own, on some system at least.
pub fn is_git_name(part: &str) -> bool {
    if !is_special(part) {
        return false;
    }
    let name = as_systems_read_it(part);
    let is_number = |rest: &str| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit());
    GIT_NAMES.contains(&name.as_str())
        || GIT_SHORT_NAMES.iter().any(|short| name.strip_prefix(short).is_some_and(is_number))
}

/// Whether a name may be read as another one: nearly none may, and then nothing more is looked at.
fn is_special(part: &str) -> bool {
    part.starts_with(['.', 'g', 'G', 'a', 'A']) || !part.is_ascii()
}

/// A name as the least careful file systems read it: HFS+ skips some characters (git's `utf8.c`, `next_hfs_char`) and
/// folds case, NTFS cuts dots and spaces at the end and what follows a colon.
fn as_systems_read_it(part: &str) -> String {
    let is_skipped = |c: char| matches!(c, '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{206a}'..='\u{206f}' | '\u{feff}');
    let read: String = part.chars().filter(|&c| !is_skipped(c)).flat_map(char::to_lowercase).collect();
    let name = read.split(':').next().unwrap_or_default();
    name.trim_end_matches(['.', ' ']).to_owned()
}

/// Why Windows cannot hold a name that others can, in words; `None` when it can.
///
/// Windows, "Naming Files, Paths, and Namespaces": devices with any extension, nine characters, no dot or space last.
pub fn windows_trouble(part: &str) -> Option<&'static str> {
    const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];
    let stem = part.split('.').next().unwrap_or_default().trim_end_matches(' ');
    let is_numbered = |name: &str| {
        let (start, rest) = stem.split_at_checked(name.len()).unwrap_or_default();
        start.eq_ignore_ascii_case(name)
            && (matches!(rest.as_bytes(), [b'1'..=b'9']) || matches!(rest, "¹" | "²" | "³"))
    };
    let is_device = DEVICES.iter().any(|device| stem.eq_ignore_ascii_case(device));
    if is_device || ["com", "lpt"].iter().any(|name| is_numbered(name)) {
        return Some("names a device");
    }
    if part.contains(['<', '>', ':', '"', '|', '?', '*']) {
        return Some("holds one of `<`, `>`, `:`, `\"`, `|`, `?` and `*`");
    }
    part.ends_with(['.', ' ']).then_some("ends in a dot or a space")
}

/// How many digits of the content's digest stand in an asset's name.
const HASH_DIGITS: usize = 16;

/// A path relative to the output's folder, `/` between its parts on every system.
///
/// [`check`] accepts it: so joined to a folder it always lies inside, and it stands on one line of a manifest as
/// it is. Ordered by bytes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutPath(Arc<str>);

impl OutPath {
    /// The path that `text` says.
    pub fn new(text: impl AsRef<str>) -> Result<Self, BadPath> {
        check(text.as_ref()).map(|()| Self(Arc::from(text.as_ref())))
    }

    /// The path of an asset whose name carries its content's digest: `assets/style.0123456789abcdef.css` for the folder
    /// `assets` (may be empty) and the name `style.css`. It may be cached for ever, and stays a day when superseded.
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
        Self(Arc::from(PUBLISHED_MANIFEST))
    }

    /// A path that a record names: an output's, or that of the published manifest.
    pub fn recorded(text: &str) -> Result<Self, BadPath> {
        if text == PUBLISHED_MANIFEST { Ok(Self::published_manifest()) } else { Self::new(text) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
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
    use super::{OutPath, check, windows_trouble};
    use crate::digest::Digest;

    #[test]
    fn what_could_leave_the_output_is_refused() {
        let refused = |text: &str, problem: &str| assert_eq!(check(text).unwrap_err().to_string(), problem);
        refused("", "`` has an empty part");
        refused("/etc/passwd", "`/etc/passwd` has an empty part");
        refused("a//b", "`a//b` has an empty part");
        refused("a/", "`a/` has an empty part");
        refused("../a", "`../a` has a part `.` or `..`");
        refused("a/./b", "`a/./b` has a part `.` or `..`");
        refused("a\\b", "`a\\\\b` holds a backslash or a control character");
        refused("a\nb", "`a\\nb` holds a backslash or a control character");
        refused("a\0", "`a\\0` holds a backslash or a control character");
        let own = "lies where allclear keeps its own records, in `.allclear` or `allclear-manifest.txt`";
        for text in [".allclear/manifest", ".AllClear", "allclear-manifest.txt", "Allclear-Manifest.TXT/x"] {
            refused(text, &format!("`{text}` {own}"));
        }
        assert_eq!(check("x/allclear-manifest.txt"), Ok(()));
        refused("x/.git/config", "`x/.git/config` has a part that git takes for a file of its own");
    }

    #[test]
    fn names_of_git_are_refused_in_every_spelling() {
        let spellings = ".git .GIT .Git/x a/.git git~1 GIT~1 git~12 .git. .git::$DATA .git:x .g\u{200c}it \
                         \u{feff}.git .gitmodules .gitattributes .GitIgnore gitmod~1 GITATT~4 gi7eba~1 gitign~2";
        for text in spellings.split(' ').chain([".git ", ".git . .", "a/.gitignore "]) {
            let problem = check(text).unwrap_err().to_string();
            assert!(problem.ends_with("git takes for a file of its own"), "{text}");
        }
        for text in ".github git git.md a.git .gitx git~ git~x .nojekyll git-outage".split(' ') {
            assert_eq!(check(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn a_name_has_at_most_255_bytes() {
        assert_eq!(check(&format!("a/{}/b", "é".repeat(127))), Ok(()));
        assert_eq!(check(&"a".repeat(255)), Ok(()));
        for text in ["a".repeat(256), format!("a/{}/b", "é".repeat(128))] {
            assert!(check(&text).unwrap_err().to_string().ends_with("is longer than 255 bytes"));
        }
        assert_eq!(check(&vec!["a".repeat(204); 5].join("/")), Ok(()));
    }

    #[test]
    fn a_path_has_at_most_1024_bytes() {
        assert_eq!(check(&format!("{}/abcd", "a".repeat(203) + &"/b".repeat(408))), Ok(()));
        let problem = check(&format!("{}/abcde", "é".repeat(101) + "a" + &"/b".repeat(408))).unwrap_err();
        assert!(problem.to_string().ends_with("…` is 1025 bytes long: buckets hold at most 1,024"));
    }

    #[test]
    fn what_windows_cannot_hold_is_known() {
        for name in "con CON.html aux.tar.gz com1 LPT9.md com¹ a:b a? a.".split(' ').chain(["nul ", "b "]) {
            assert!(windows_trouble(name).is_some(), "{name}");
        }
        for name in "console com com0 com10 comé lpt a.con index.html .nojekyll é".split(' ') {
            assert_eq!(windows_trouble(name), None, "{name}");
        }
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
        assert_eq!(path.file_name(), "c.html");
        assert_eq!(path.folders().collect::<Vec<_>>(), ["a", "a/b"]);
        let top = OutPath::new("index.html").unwrap();
        assert_eq!((top.file_name(), top.folders().count()), ("index.html", 0));
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
