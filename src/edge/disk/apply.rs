//! Makes the changes in the output's folder: staged files take their places, superseded ones are deleted.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

use walkdir::WalkDir;

use crate::diff::{Batch, Changes, Record, Writer};
use crate::edge::Error;
use crate::edge::disk::ops::Disk;
use crate::edge::disk::own_folder::OwnFolder;
use crate::edge::disk::stage::Stage;
use crate::edge::disk::unmanaged::{identities, identity};
use crate::model::out_path::OutPath;

/// The output's folder while changes are made in it.
pub(super) struct Apply<'a> {
    pub(super) disk: Disk<'a>,
    pub(super) target: &'a Path,
    pub(super) own: &'a OwnFolder,
    pub(super) stage: &'a Stage<'a>,
    pub(super) changes: &'a Changes,
    /// The files that are there afterwards.
    pub(super) live: BTreeSet<&'a OutPath>,
    /// Paths whose folders may have been left empty by an interrupted build.
    pub(super) forsaken: Vec<&'a OutPath>,
    pub(super) folders: RefCell<Folders>,
}

/// Each file is whole at every instant. A path that turns from a file into a folder, or back, has neither for a moment: no
/// file system swaps the two in an order that suits both old and new pages.
impl Writer for Apply<'_> {
    type Error = Error;

    fn put_record(&self, record: Record, text: &str) -> Result<(), Error> {
        self.stage.replace(&self.own.record(record), text)
    }

    fn apply(&self, batch: &Batch<'_>) -> Result<(), Error> {
        match batch {
            Batch::Put(paths) => paths.iter().try_for_each(|path| self.put(path)),
            Batch::Delete(paths) => self.delete(paths),
        }
    }

    fn finish(&self) -> Result<(), Error> {
        let gone = self.changes.removed.iter().chain(self.forsaken.iter().copied());
        self.prune(gone.flat_map(OutPath::folders).collect())?;
        self.disk.delete_file(&self.own.record(Record::Journal))
    }
}

impl Apply<'_> {
    /// Gives a staged file its place; with it everything else that is staged in the same folder when the output has no
    /// such folder yet: one rename instead of thousands.
    fn put(&self, path: &OutPath) -> Result<(), Error> {
        let folders = &mut *self.folders.borrow_mut();
        for folder in path.folders() {
            if folders.moved.contains(folder) {
                return Ok(());
            }
            if !folders.present.contains(folder) && !self.has_folder(folder)? {
                folders.moved.insert(folder.to_owned());
                return self.disk.rename(&self.stage.place(folder), &self.target.join(folder));
            }
            folders.present.insert(folder.to_owned());
        }
        let place = self.target.join(path.as_str());
        if fs::symlink_metadata(&place).is_ok_and(|metadata| metadata.is_dir()) {
            self.clear_folder(path)?;
        }
        self.disk.rename(&self.stage.place(path.as_str()), &place)
    }

    /// Whether the output has this folder. A file in its place is one of ours that goes: it makes way now.
    fn has_folder(&self, folder: &str) -> Result<bool, Error> {
        let place = self.target.join(folder);
        match fs::symlink_metadata(&place) {
            Ok(metadata) if metadata.is_dir() => Ok(true),
            Ok(_) => self.disk.delete_file(&place).map(|()| false),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(Error::when("read", &place)(error)),
        }
    }

    /// Makes way for a file where a folder stands that holds only files of ours that go, or none.
    fn clear_folder(&self, path: &OutPath) -> Result<(), Error> {
        let inside = format!("{path}/");
        let below: Vec<&OutPath> =
            self.changes.removed.iter().filter(|removed| removed.as_str().starts_with(&inside)).collect();
        self.delete(&below)?;
        let place = self.target.join(path.as_str());
        for entry in WalkDir::new(&place).contents_first(true) {
            let entry = entry.map_err(io::Error::from).map_err(Error::when("read", &place))?;
            if entry.file_type().is_dir() {
                self.disk.delete_if_empty(entry.path())?;
            }
        }
        Ok(())
    }

    /// Deletes files, except one that is the same as a live one under another spelling.
    fn delete(&self, paths: &[&OutPath]) -> Result<(), Error> {
        let live = identities(self.target, self.live.iter().copied())?;
        let mut real = BTreeMap::new();
        for path in paths {
            let place = self.target.join(path.as_str());
            let is_reached =
                path.folders().all(|folder| *real.entry(folder).or_insert_with(|| self.is_folder(folder)));
            let Some(identity) = identity(&place)?.filter(|_| is_reached) else { continue };
            if !live.contains(&identity) {
                self.disk.delete_file(&place)?;
            }
        }
        Ok(())
    }

    /// Whether this is a folder of the output's own: what a symbolic link leads to is not ours.
    fn is_folder(&self, folder: &str) -> bool {
        fs::symlink_metadata(self.target.join(folder)).is_ok_and(|metadata| metadata.is_dir())
    }

    /// Deletes those of these folders that are empty.
    fn prune(&self, folders: BTreeSet<&str>) -> Result<(), Error> {
        // Backwards, a folder comes after the folders in it.
        for folder in folders.into_iter().rev().filter(|folder| self.is_folder(folder)) {
            self.disk.delete_if_empty(&self.target.join(folder))?;
        }
        Ok(())
    }
}

/// What is known of the output's folders while files take their places.
#[derive(Default)]
pub(super) struct Folders {
    present: BTreeSet<String>,
    moved: BTreeSet<String>,
}
