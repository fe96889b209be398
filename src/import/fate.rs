//! What becomes of a file that an import would write: edits of people stay.

use crate::digest::Digest;
use crate::import::existing::{ExistingDowntime, ExistingFile, ExistingSite};
use crate::import::record::{self, Record};
use crate::parse::files;
use crate::source::SourcePath;
use crate::time::Zone;

/// What an import does with files that the site has already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Leaves them alone.
    Add,
    /// Rewrites those that nobody edited since an import wrote them.
    Update,
}

/// Where a history is written to.
#[derive(Clone, Copy, Debug)]
pub struct Destination<'a> {
    pub existing: &'a ExistingSite,
    /// What earlier imports wrote.
    pub record: &'a Record,
    /// The kind of source: keys of two kinds do not meet.
    pub kind: &'a str,
    pub mode: Mode,
    /// Of written times.
    pub zone: Zone,
}

/// What the site has of something that the source tells.
#[derive(Debug)]
pub(super) enum Existing {
    Nothing,
    /// An import wrote this file, which is no longer there.
    Deleted(SourcePath),
    File(ExistingFile),
}

/// What becomes of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    New,
    Rewritten,
    /// It has the very text already.
    Same,
    /// It stays as it is; the words follow its path.
    Kept(&'static str),
    /// It stays as it is until a person has changed it; the words say why and how.
    Stuck(&'static str),
    /// It stays as it is, and nobody asked for more.
    Untouched,
}

/// The file of a report, by its `id`, else by what the source calls it.
pub(super) fn of_report<'a>(destination: &Destination<'a>, id: Option<&str>, key: &str) -> Existing {
    let Destination { existing, record, .. } = destination;
    let by_id = id.and_then(|id| existing.files.get(existing.reports.get(id)?));
    if let Some(file) = by_id {
        return Existing::File(file.clone());
    }
    let Some(path) = record.path(destination.kind, key) else { return Existing::Nothing };
    let by_path = files::slug(path, None).and_then(|slug| existing.files.get(slug.as_str()));
    by_path
        .filter(|file| file.path == *path)
        .map_or(Existing::Deleted(path.clone()), |file| Existing::File(file.clone()))
}

pub(super) fn of_downtime<'a>(
    destination: &Destination<'a>,
    known: Option<&ExistingDowntime>,
    path: &'a SourcePath,
) -> Existing {
    match known {
        Some(known) => Existing::File(ExistingFile { path: path.clone(), digest: known.digest }),
        None if destination.record.digest(path).is_some() => Existing::Deleted(path.clone()),
        None => Existing::Nothing,
    }
}

/// An image beside a report.
pub(super) fn of_image(destination: &Destination<'_>, path: &SourcePath) -> Existing {
    match destination.existing.images.get(path) {
        Some(bytes) => Existing::File(ExistingFile { path: path.clone(), digest: record::digest(bytes) }),
        None if destination.record.digest(path).is_some() => Existing::Deleted(path.clone()),
        None => Existing::Nothing,
    }
}

/// What becomes of the file at `path` that an import would write with bytes of this digest.
///
/// An author may have moved it: the record knows it by its key, too.
pub(super) fn fate(
    destination: &Destination<'_>,
    (path, key): (&SourcePath, &str),
    new: Digest,
    found: &Existing,
) -> Fate {
    let file = match found {
        Existing::Nothing => return Fate::New,
        Existing::Deleted(_) => return Fate::Kept("was deleted after its import: not written again"),
        Existing::File(file) => file,
    };
    let Destination { record, kind, mode, .. } = destination;
    let written = record.path(kind, key).and_then(|path| record.digest(path)).or(record.digest(path));
    if file.digest == new {
        return Fate::Same;
    }
    match (mode, written) {
        (Mode::Add, _) if path.folder() == "content/downtime" => {
            Fate::Kept("stays as it is: `--update` adds days to it")
        }
        (Mode::Add, _) => Fate::Untouched,
        (Mode::Update, Some(written)) if written == file.digest => Fate::Rewritten,
        (Mode::Update, Some(written)) if written == new => {
            Fate::Kept("was edited after its import: left as it is")
        }
        (Mode::Update, Some(_)) => {
            Fate::Kept("was edited after its import: left as it is, without what changed in the source")
        }
        (Mode::Update, None) => Fate::Kept("is no file that an import wrote: left as it is"),
    }
}
