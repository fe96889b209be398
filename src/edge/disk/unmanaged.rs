//! Unmanaged files in the output's folder: no build put them there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::diff::Manifest;
use crate::edge::Error;
use crate::edge::disk::file::is_absence;
use crate::model::out_path::{OWN_FOLDER, OutPath};

/// Where the output's files cannot be put without harm to what is not ours.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// Files that stand where an output is to stand.
    pub(super) files: BTreeSet<OutPath>,
    /// Files and links that stand where a folder is to be, and folders with files in them where a file is to be.
    pub(super) in_the_way: BTreeSet<PathBuf>,
}

/// Unmanaged files at paths of outputs.
pub(super) fn look<'a>(
    target: &Path,
    managed: &Manifest,
    outputs: impl Iterator<Item = &'a OutPath>,
) -> Result<Found, Error> {
    let mut search = Search::new(target, managed);
    for path in outputs.filter(|path| managed.digest(path).is_none()) {
        search.place(path)?;
    }
    Ok(search.found)
}

/// What stands where a folder or a file of ours was, so that what is to be written is out of reach: files and links in a
/// folder's place, and folders with files that are not ours in a file's.
pub(super) fn blocked<'a>(
    target: &Path,
    managed: &Manifest,
    paths: impl Iterator<Item = &'a OutPath>,
) -> Result<BTreeSet<PathBuf>, Error> {
    let mut search = Search::new(target, managed);
    for path in paths {
        for folder in path.folders() {
            let kind = kind(&mut search.folders, target, folder)?;
            if kind == Kind::Other && !managed.files.contains_key(folder) {
                search.found.in_the_way.insert(target.join(folder));
            }
        }
        let place = target.join(path.as_str());
        if kind_of(&place)? == Kind::Folder && !search.holds_only_ours(&place)? {
            search.found.in_the_way.insert(place);
        }
    }
    Ok(search.found.in_the_way)
}

/// The kind of entry at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Absent,
    Folder,
    /// A file, a symbolic link, anything else.
    Other,
}

struct Search<'a> {
    target: &'a Path,
    managed: &'a Manifest,
    folders: BTreeMap<String, Kind>,
    /// Of all files that are ours; found out when it first matters.
    identities: Option<BTreeSet<Identity>>,
    found: Found,
}

impl<'a> Search<'a> {
    fn new(target: &'a Path, managed: &'a Manifest) -> Self {
        Self { target, managed, folders: BTreeMap::new(), identities: None, found: Found::default() }
    }

    /// Looks at the place of one output that is not ours yet.
    fn place(&mut self, path: &OutPath) -> Result<(), Error> {
        for folder in path.folders() {
            match kind(&mut self.folders, self.target, folder)? {
                Kind::Absent => return Ok(()),
                Kind::Folder => {}
                Kind::Other if self.managed.files.contains_key(folder) => return Ok(()),
                Kind::Other => {
                    self.found.in_the_way.insert(self.target.join(folder));
                    return Ok(());
                }
            }
        }
        let place = self.target.join(path.as_str());
        match kind_of(&place)? {
            Kind::Absent => {}
            Kind::Folder if self.holds_only_ours(&place)? => {}
            Kind::Folder => drop(self.found.in_the_way.insert(place)),
            Kind::Other if self.is_ours(&place)? => {}
            Kind::Other => drop(self.found.files.insert(path.clone())),
        }
        Ok(())
    }

    fn holds_only_ours(&self, folder: &Path) -> Result<bool, Error> {
        for entry in WalkDir::new(folder) {
            let entry = entry.map_err(io::Error::from).map_err(Error::when("read", folder))?;
            let relative = entry.path().strip_prefix(self.target).expect("the walk stays in the output");
            let is_ours = relative.to_str().is_some_and(|path| {
                self.managed.files.contains_key(path.replace(std::path::MAIN_SEPARATOR, "/").as_str())
            });
            if !entry.file_type().is_dir() && !is_ours {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether a file is one of ours under another spelling, as file systems have it that fold case or normalise names.
    fn is_ours(&mut self, place: &Path) -> Result<bool, Error> {
        let identities = match &mut self.identities {
            Some(identities) => identities,
            none => none.insert(identities(self.target, self.managed.files.keys())?),
        };
        Ok(identity(place)?.is_some_and(|identity| identities.contains(&identity)))
    }
}

fn kind(known: &mut BTreeMap<String, Kind>, target: &Path, folder: &str) -> Result<Kind, Error> {
    if let Some(kind) = known.get(folder) {
        return Ok(*kind);
    }
    let kind = kind_of(&target.join(folder))?;
    known.insert(folder.to_owned(), kind);
    Ok(kind)
}

fn kind_of(path: &Path) -> Result<Kind, Error> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_dir() => Ok(Kind::Folder),
        Ok(_) => Ok(Kind::Other),
        Err(error) if is_absence(&error) => Ok(Kind::Absent),
        Err(error) => Err(Error::when("read", path)(error)),
    }
}

/// Which file it is, whatever name it was asked for by: its device, its number there, and, when it has several names in
/// earnest, the name in lower case.
#[cfg(unix)]
pub(super) type Identity = (u64, u64, Option<String>);

/// Which file it is, whatever name it was asked for by: the name as the system spells it.
#[cfg(not(unix))]
pub(super) type Identity = PathBuf;

/// Which files these are; absent ones are left out.
pub(super) fn identities<'a>(
    target: &Path,
    paths: impl Iterator<Item = &'a OutPath>,
) -> Result<BTreeSet<Identity>, Error> {
    let mut identities = BTreeSet::new();
    for path in paths {
        identities.extend(identity(&target.join(path.as_str()))?);
    }
    Ok(identities)
}

/// Which file this is; `None` when it is absent or no regular file.
#[cfg(unix)]
pub(super) fn identity(path: &Path) -> Result<Option<Identity>, Error> {
    use std::os::unix::fs::MetadataExt as _;

    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_file() => {
            let name = (metadata.nlink() > 1).then(|| path.to_string_lossy().to_lowercase());
            Ok(Some((metadata.dev(), metadata.ino(), name)))
        }
        Ok(_) => Ok(None),
        Err(error) if is_absence(&error) => Ok(None),
        Err(error) => Err(Error::when("read", path)(error)),
    }
}

/// Which file this is; `None` when it is absent or no regular file.
#[cfg(not(unix))]
pub(super) fn identity(path: &Path) -> Result<Option<Identity>, Error> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_file() => {
            fs::canonicalize(path).map(Some).map_err(Error::when("read", path))
        }
        Ok(_) => Ok(None),
        Err(error) if is_absence(&error) => Ok(None),
        Err(error) => Err(Error::when("read", path)(error)),
    }
}

/// Every file below a folder by its path from there, in order.
///
/// # Errors
/// A folder that cannot be read.
pub fn files_below(folder: &Path) -> Result<Vec<String>, Error> {
    let mut files = Vec::new();
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.map_err(io::Error::from).map_err(Error::when("read", folder))?;
        if !entry.file_type().is_dir() {
            let path = entry.path().strip_prefix(folder).unwrap_or(entry.path());
            files.push(path.to_string_lossy().replace('\\', "/"));
        }
    }
    Ok(files)
}

/// The files of an output's folder that are neither outputs nor assets of earlier builds.
///
/// # Errors
/// A folder that cannot be read.
pub fn others(target: &Path, outputs: &[OutPath]) -> Result<Vec<String>, Error> {
    let outputs: BTreeSet<&str> = outputs.iter().map(OutPath::as_str).collect();
    let mut files = files_below(target)?;
    files.retain(|path| {
        let is_own = path.split('/').next() == Some(OWN_FOLDER);
        let is_asset = OutPath::new(path).is_ok_and(|path| path.is_hashed_asset());
        !is_own && !is_asset && !outputs.contains(path.as_str())
    });
    Ok(files)
}
