//! The files of a theme: the built-in ones, overlaid by the site's own.

use std::collections::BTreeMap;
use std::str::Utf8Error;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Rule};
use crate::digest::{Digest, Hasher};
use crate::embedded::THEME;
use crate::parse::files::ORIGINALS;
use crate::render::templates::Origin;
use crate::source::{Entry, Snapshot, SourcePath};

/// A file of a theme, built-in or the site's own.
pub(super) struct ThemeFile {
    pub(super) path: SourcePath,
    pub(super) bytes: Arc<[u8]>,
    pub(super) origin: Origin,
}

/// Every file of the theme by path; the site's own files replace built-in ones.
pub(super) fn overlaid(snapshot: &Snapshot, name: &str) -> BTreeMap<String, ThemeFile> {
    let built_in = THEME.files().into_iter().map(|(inside, bytes)| {
        let path = SourcePath::new(format!("themes/default/{inside}"));
        (inside, ThemeFile { path, bytes: Arc::from(bytes), origin: Origin::BuiltIn })
    });
    let mut files: BTreeMap<String, ThemeFile> = built_in.collect();
    let folder = format!("themes/{name}");
    for (path, entry) in snapshot.below(&folder) {
        let inside = path.as_str()[folder.len() + 1..].to_owned();
        if let Entry::Bytes(bytes) = entry {
            files.insert(
                inside,
                ThemeFile { path: path.clone(), bytes: Arc::clone(bytes), origin: Origin::Site },
            );
        }
    }
    files
}

/// The digest of the paths and bytes of all files but the record of copies, which no page shows.
pub(super) fn digest(files: &BTreeMap<String, ThemeFile>) -> Digest {
    let mut hasher = Hasher::new();
    for (path, file) in files.iter().filter(|(path, _)| *path != ORIGINALS) {
        for part in [path.as_bytes(), &file.bytes] {
            hasher.update(&(part.len() as u64).to_be_bytes());
            hasher.update(part);
        }
    }
    hasher.finish()
}

/// The files in a folder of the theme, by their path inside it.
pub(super) fn below<'a>(
    files: &'a BTreeMap<String, ThemeFile>,
    folder: &'a str,
) -> impl Iterator<Item = (&'a str, &'a ThemeFile)> {
    files.iter().filter_map(move |(path, file)| Some((path.strip_prefix(folder)?, file)))
}

pub(super) fn not_utf8(rule: Rule, file: &ThemeFile, error: Utf8Error, what: &str) -> Diagnostic {
    let at = error.valid_up_to();
    Diagnostic::new(rule, &file.path, at..at + 1, format!("the {what} is not UTF-8"))
        .help("save the file as UTF-8")
}
