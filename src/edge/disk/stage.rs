//! The stage: new files wait here until all of them are ready to take their places.

use std::fs::File;
use std::path::{Path, PathBuf};

use crate::digest::{Digest, Hasher};
use crate::edge::Error;
use crate::edge::disk::file::in_pieces;
use crate::edge::disk::ops::Disk;
use crate::edge::disk::stamp::Stamp;
use crate::model::out_path::OutPath;

/// A folder in the writer's own folder. It is made by the first file put into it, and a killed build may leave one behind.
#[derive(Clone)]
pub(super) struct Stage<'a> {
    disk: Disk<'a>,
    folder: PathBuf,
}

impl<'a> Stage<'a> {
    /// The stage in this folder, without what a killed build left there.
    pub(super) fn cleared(disk: Disk<'a>, folder: PathBuf) -> Result<Self, Error> {
        let stage = Self { disk, folder };
        stage.clear()?;
        Ok(stage)
    }

    /// Takes the stage down with all that is left on it.
    pub(super) fn clear(&self) -> Result<(), Error> {
        self.disk.delete_tree(&self.folder)
    }

    /// Where a file or a folder of the output waits.
    pub(super) fn place(&self, relative: &str) -> PathBuf {
        self.folder.join("out").join(relative)
    }

    /// Puts an output's bytes on the stage; returns the file's stamp.
    pub(super) fn put(&self, path: &OutPath, bytes: &[u8]) -> Result<Stamp, Error> {
        let place = self.place(path.as_str());
        let mut file = self.disk.create_file(&place)?;
        self.disk.fill(&mut file, &place, bytes)?;
        stamp(&file, &place)
    }

    /// Puts a copy of the file `source` on the stage, piece by piece; returns the digest of what was copied, and the copy's
    /// stamp.
    pub(super) fn copy(&self, path: &OutPath, source: &Path) -> Result<(Digest, Stamp), Error> {
        let place = self.place(path.as_str());
        let mut copy = self.disk.create_file(&place)?;
        let mut hasher = Hasher::new();
        in_pieces(source, |piece| {
            hasher.update(piece);
            self.disk.fill(&mut copy, &place, piece).map_err(CopyError::Written)
        })
        .map_err(|error| match error {
            CopyError::Read(error) => Error::when("read", source)(error),
            CopyError::Written(error) => error,
        })?;
        Ok((hasher.finish(), stamp(&copy, &place)?))
    }

    /// Gives one of the writer's own files a new text: whole at every instant, and on the medium before this returns.
    pub(super) fn replace(&self, path: &Path, text: &str) -> Result<(), Error> {
        let name = path.file_name().expect("the writer's own files have names");
        let waiting = self.folder.join(name);
        let mut file: File = self.disk.create_file(&waiting)?;
        self.disk.fill(&mut file, &waiting, text.as_bytes())?;
        self.disk.sync_file(&file, &waiting)?;
        self.disk.rename(&waiting, path)?;
        self.disk.sync_folder(path.parent().expect("the writer's own files lie in its folder"))
    }
}

/// A staged file's stamp, which it keeps when it takes its place.
fn stamp(file: &File, place: &Path) -> Result<Stamp, Error> {
    file.metadata().map(|metadata| Stamp::of(&metadata)).map_err(Error::when("read", place))
}

/// Which side of a copy failed.
enum CopyError {
    Read(std::io::Error),
    Written(Error),
}

impl From<std::io::Error> for CopyError {
    fn from(error: std::io::Error) -> Self {
        Self::Read(error)
    }
}
