//! The folder in the output that is the writer's own.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use crate::diff::Record;
use crate::edge::Error;
use crate::edge::disk::file::is_absence;
use crate::model::out_path::OWN_FOLDER;

#[derive(Clone, Debug)]
pub(super) struct OwnFolder {
    pub(super) path: PathBuf,
}

impl OwnFolder {
    pub(super) fn of(target: &Path) -> Self {
        Self { path: target.join(OWN_FOLDER) }
    }

    pub(super) fn record(&self, record: Record) -> PathBuf {
        self.path.join(record.name())
    }

    /// The outputs' stamps and what they were rendered from, so that the same is neither rendered nor read again.
    pub(super) fn inputs(&self) -> PathBuf {
        self.path.join("inputs")
    }

    /// Locked by the one who writes.
    pub(super) fn lock(&self) -> PathBuf {
        self.path.join("lock")
    }

    /// Where files wait until all of them are ready: inside the output, hence on its file system.
    pub(super) fn stage(&self) -> PathBuf {
        self.path.join("stage")
    }

    /// Refuses what stands in the place of one of the writer's own files or folders without being one. Links are not
    /// followed: they could lead out of the output.
    ///
    /// # Errors
    /// The first such place.
    pub(super) fn check(&self) -> Result<(), Error> {
        for folder in [self.path.clone(), self.stage()] {
            expect(&folder, "a folder", Metadata::is_dir)?;
        }
        let records = [Record::Manifest, Record::Retired, Record::Journal].map(|record| self.record(record));
        let mut files = records.into_iter().chain([self.inputs(), self.lock()]);
        files.try_for_each(|file| expect(&file, "a file", Metadata::is_file))
    }
}

/// Refuses what stands at a path of the writer's own unless it is of the right kind.
fn expect(path: &Path, what: &str, is_right: fn(&Metadata) -> bool) -> Result<(), Error> {
    let found = match fs::symlink_metadata(path) {
        Ok(metadata) if is_right(&metadata) => return Ok(()),
        Ok(metadata) if metadata.is_symlink() => "a link",
        Ok(metadata) if metadata.is_dir() => "a folder",
        Ok(metadata) if metadata.is_file() => "a file",
        Ok(_) => "neither file nor folder",
        Err(error) if is_absence(&error) => return Ok(()),
        Err(error) => return Err(Error::when("use", path)(error)),
    };
    let problem = format!("it is {found}, where builds keep {what} of their own; move it away");
    Err(Error::when("use", path)(io::Error::other(problem)))
}
