//! Files of earlier commits, written out for as long as a command runs.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::edge::Error;
use crate::edge::git::repository::Repository;
use crate::edge::git::scratch::create_folder;

/// Files in the system's folder for such things; they go with this value.
#[derive(Debug)]
pub struct KeptFiles {
    folder: PathBuf,
    /// By object.
    files: BTreeMap<String, Arc<Path>>,
}

impl KeptFiles {
    /// A folder for files.
    pub fn new() -> Result<Self, Error> {
        Ok(Self { folder: create_folder()?, files: BTreeMap::new() })
    }

    /// Where the bytes of an object are, and how many.
    pub fn keep(&mut self, repository: &Repository, object: &str) -> Result<(Arc<Path>, Vec<u8>), Error> {
        let bytes = repository.contents(&[object.to_owned()])?.remove(object).unwrap_or_default();
        if let Some(place) = self.files.get(object) {
            return Ok((Arc::clone(place), bytes));
        }
        let place: Arc<Path> = self.folder.join(object).into();
        fs::write(&place, &bytes).map_err(Error::when("write", &place))?;
        self.files.insert(object.to_owned(), Arc::clone(&place));
        Ok((place, bytes))
    }
}

impl Drop for KeptFiles {
    fn drop(&mut self) {
        // What cannot be removed is in the system's folder for such things.
        let _ = fs::remove_dir_all(&self.folder);
    }
}
