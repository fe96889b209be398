//! Which file of an earlier version is a file of today, also under another name.

use std::collections::BTreeSet;

use crate::last_good::document::is_document;
use crate::parse::files;
use crate::source::{Snapshot, SourcePath};

/// The same file in an earlier version: by its path. Else, for a document, by its address, where that is no other file's today;
/// else the one that is gone today and has most lines in common, at least half of its own.
pub(super) fn of(file: &SourcePath, now: &Snapshot, earlier: &Snapshot) -> Option<SourcePath> {
    if earlier.files.contains_key(file) {
        return Some(file.clone());
    }
    if !is_document(file) {
        return None;
    }
    let folder = kind(file);
    let gone =
        || earlier.below(folder).map(|(path, _)| path).filter(|path| is_document(path) && is_gone(path, now));
    let slug = files::slug(file, None);
    let moved = gone().find(|path| files::slug(path, None) == slug && slug.is_some());
    moved.or_else(|| most_similar(gone(), earlier, &lines(file, now))).cloned()
}

/// The folder of such documents, as `content/incidents`.
fn kind(file: &SourcePath) -> &str {
    let end = file.as_str().match_indices('/').nth(1).map_or(file.as_str().len(), |(at, _)| at);
    &file.as_str()[..end]
}

fn is_gone(path: &SourcePath, now: &Snapshot) -> bool {
    !now.files.contains_key(path)
}

fn most_similar<'a>(
    gone: impl Iterator<Item = &'a SourcePath>,
    earlier: &Snapshot,
    today: &BTreeSet<&[u8]>,
) -> Option<&'a SourcePath> {
    let shared = |path: &'a SourcePath| {
        let lines = lines(path, earlier);
        let shared = lines.intersection(today).count();
        (shared * 2 >= lines.len().max(1)).then_some((shared, path))
    };
    gone.filter_map(shared).max_by_key(|(shared, _)| *shared).map(|(_, path)| path)
}

/// The lines of a file that say something.
fn lines<'a>(path: &SourcePath, snapshot: &'a Snapshot) -> BTreeSet<&'a [u8]> {
    let bytes = snapshot.bytes(path).map_or(&[][..], |bytes| &bytes[..]);
    let lines = bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    lines.filter(|line| line.len() > 3).collect()
}
