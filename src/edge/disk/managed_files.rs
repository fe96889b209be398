//! Managed files as they stand, read only where their stamps prove nothing.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use crate::diff::Manifest;
use crate::digest::Digest;
use crate::edge::Error;
use crate::edge::disk::file::{is_absence, look};
use crate::edge::disk::stamp::Stamp;
use crate::model::out_path::OutPath;

/// The managed files of an output, with the stamps that prove that they are as they were recorded.
#[derive(Clone, Debug)]
pub(super) struct ManagedFiles<'a> {
    pub(super) target: &'a Path,
    /// The site's folder, which holds the files that are copied.
    pub(super) site: &'a Path,
    pub(super) managed: &'a Manifest,
    pub(super) stamps: &'a BTreeMap<OutPath, Stamp>,
}

impl ManagedFiles<'_> {
    /// The digest and the stamp of what stands at the place of an output that is ours; `None` where there is no file. A
    /// file with the stamp that was recorded is not read.
    ///
    /// # Errors
    /// Errors of the disk.
    pub(super) fn in_place(&self, path: &OutPath) -> Result<Option<(Digest, Stamp)>, Error> {
        let Some(&digest) = self.managed.digest(path) else { return Ok(None) };
        let place = self.target.join(path.as_str());
        let proof = self.stamps.get(path);
        let found = match fs::symlink_metadata(&place) {
            Ok(metadata) if metadata.is_file() && proof == Some(&Stamp::of(&metadata)) => {
                return Ok(Some((digest, Stamp::of(&metadata))));
            }
            Ok(_) => look(&place),
            Err(error) => Err(error),
        };
        match found {
            Err(error) if is_absence(&error) => Ok(None),
            found => found.map_err(|error: io::Error| Error::when("read", &place)(error)),
        }
    }
}
