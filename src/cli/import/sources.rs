//! The files of a source.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::cli::author::usage;
use crate::cli::failure::Failure;
use crate::edge::Error;

/// The largest source file, in bytes.
pub(super) const MOST_BYTES: u64 = 200 << 20;

/// The given files and all files in the given folders, by name; hidden ones are left out.
pub(super) fn read_all(sources: &[PathBuf]) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
    let mut files = BTreeMap::new();
    for source in sources {
        let is_shown = |entry: &walkdir::DirEntry| {
            entry.depth() == 0 || !entry.file_name().as_encoded_bytes().starts_with(b".")
        };
        for entry in walkdir::WalkDir::new(source).sort_by_file_name().into_iter().filter_entry(is_shown) {
            let entry = entry.map_err(|error| {
                let path = error.path().unwrap_or(source).to_owned();
                let cause = error.into_io_error();
                let cause = cause.unwrap_or_else(|| std::io::Error::other("a link in it leads back to it"));
                Failure::world(Error::when("read", &path)(cause))
            })?;
            if entry.file_type().is_file() {
                files.insert(entry.path().display().to_string(), read(entry.path())?);
            }
        }
    }
    Ok(files)
}

/// A file of at most [`MOST_BYTES`].
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let length = fs::metadata(path).map_err(Error::when("read", path)).map_err(Failure::world)?.len();
    if length > MOST_BYTES {
        let message = format!("`{}` has {} MB", path.display(), length >> 20);
        return Err(usage(&message, "split it: a source may have 200 MB"));
    }
    fs::read(path).map_err(Error::when("read", path)).map_err(Failure::world)
}
