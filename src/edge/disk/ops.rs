//! The ways in which the output's folder is changed, one system call each, every one announced before it is made.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

use crate::edge::Error;

/// A change that is about to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// A folder is made, and those above it.
    CreateFolder,
    /// A file is made, empty so far.
    CreateFile,
    /// Bytes go into a file that was just made.
    Fill,
    /// A file's bytes, or a folder's names, are forced to the medium.
    Sync,
    /// A file or a whole folder takes its place.
    Rename,
    /// A file goes.
    DeleteFile,
    /// An empty folder, or the stage with all in it, goes.
    DeleteFolder,
}

/// A change of the disk that is about to be made.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// The kind of change.
    pub action: Action,
    /// With which file or folder; the new place of what is renamed.
    pub path: &'a Path,
}

/// Hears of every change of the disk before it is made, on whichever thread makes it. An error stops the build there, as
/// if the disk had given it.
pub type Watch<'a> = &'a (dyn Fn(Step<'_>) -> io::Result<()> + Sync);

/// Lets every change be made.
///
/// # Errors
/// Never.
pub fn unwatched(_: Step<'_>) -> io::Result<()> {
    Ok(())
}

/// The disk, with someone who hears of every change before it is made.
#[derive(Clone, Copy)]
pub(super) struct Disk<'a> {
    watch: Watch<'a>,
}

impl<'a> Disk<'a> {
    pub(super) fn new(watch: Watch<'a>) -> Self {
        Self { watch }
    }

    /// Makes a folder and those above it; one that is there already is fine and no change.
    pub(super) fn create_folder(self, path: &Path) -> Result<(), Error> {
        if path.is_dir() {
            return Ok(());
        }
        self.step(Action::CreateFolder, path, || fs::create_dir_all(path))
            .map_err(Error::when("create", path))
    }

    /// Makes a file, and the folders above it where they are missing.
    pub(super) fn create_file(self, path: &Path) -> Result<File, Error> {
        let create = || self.step(Action::CreateFile, path, || File::create_new(path));
        let folder = path.parent().expect("a file lies in a folder");
        match create() {
            // Most folders are there: trying first saves asking for each file.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.create_folder(folder)?;
                create()
            }
            created => created,
        }
        .map_err(Error::when("write", path))
    }

    /// Writes bytes into a file made by [`Disk::create_file`] at this path.
    pub(super) fn fill(self, file: &mut File, path: &Path, bytes: &[u8]) -> Result<(), Error> {
        self.step(Action::Fill, path, || file.write_all(bytes)).map_err(Error::when("write", path))
    }

    /// Forces a file's bytes to the medium.
    pub(super) fn sync_file(self, file: &File, path: &Path) -> Result<(), Error> {
        self.step(Action::Sync, path, || file.sync_data()).map_err(Error::when("write", path))
    }

    /// Forces a folder's names to the medium, on systems that can.
    pub(super) fn sync_folder(self, path: &Path) -> Result<(), Error> {
        if cfg!(unix) {
            let sync = || File::open(path)?.sync_all();
            self.step(Action::Sync, path, sync).map_err(Error::when("write", path))?;
        }
        Ok(())
    }

    /// Gives a file or a whole folder its new place, in one instant; a file that was there is gone.
    pub(super) fn rename(self, from: &Path, to: &Path) -> Result<(), Error> {
        self.step(Action::Rename, to, || fs::rename(from, to)).map_err(Error::when("write", to))
    }

    /// Deletes a file; one that is gone already is fine.
    pub(super) fn delete_file(self, path: &Path) -> Result<(), Error> {
        match self.step(Action::DeleteFile, path, || fs::remove_file(path)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            deleted => deleted.map_err(Error::when("delete", path)),
        }
    }

    /// Deletes a folder and all in it; one that is gone already is fine and no change.
    pub(super) fn delete_tree(self, path: &Path) -> Result<(), Error> {
        if fs::symlink_metadata(path).is_err() {
            return Ok(());
        }
        self.step(Action::DeleteFolder, path, || fs::remove_dir_all(path))
            .map_err(Error::when("delete", path))
    }

    /// Deletes a folder when it is empty.
    pub(super) fn delete_if_empty(self, path: &Path) -> Result<(), Error> {
        let is_empty = fs::read_dir(path).map(|mut entries| entries.next().is_none());
        if is_empty.map_err(Error::when("read", path))? {
            self.step(Action::DeleteFolder, path, || fs::remove_dir(path))
                .map_err(Error::when("delete", path))?;
        }
        Ok(())
    }

    fn step<T>(self, action: Action, path: &Path, change: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        (self.watch)(Step { action, path })?;
        change()
    }
}
