//! The files of another system's folder, by their paths in it.

use std::collections::BTreeMap;
use std::path::Path;

use walkdir::{DirEntry, WalkDir};

use crate::cli::author::usage;
use crate::cli::failure::Failure;
use crate::cli::import::sources::read;
use crate::edge::Error;

/// The files below a folder whose path in it is wanted, with `/` between its parts. Links are not followed.
pub(super) fn files(
    folder: &Path,
    is_wanted: impl Fn(&str) -> bool,
) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
    if !folder.is_dir() {
        return Err(usage(
            &format!("`{}` is not a folder", folder.display()),
            "name the folder with the other system's files",
        ));
    }
    let mut files = BTreeMap::new();
    let entries = WalkDir::new(folder).sort_by_file_name().into_iter();
    for entry in entries.filter_entry(|entry| !is_machinery(entry)) {
        let entry = entry.map_err(|error| {
            let path = error.path().unwrap_or(folder).to_owned();
            let cause =
                error.into_io_error().unwrap_or_else(|| std::io::Error::other("a link leads back to it"));
            Failure::world(Error::when("read", &path)(cause))
        })?;
        let inside = entry.path().strip_prefix(folder).unwrap_or(entry.path());
        let parts: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
        let name = parts.join("/");
        if entry.file_type().is_file() && is_wanted(&name) {
            files.insert(name, read(entry.path())?);
        }
    }
    Ok(files)
}

/// Folders of tools, which hold no content.
fn is_machinery(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    let is_tool = matches!(name.as_ref(), ".git" | "node_modules" | "public" | "resources" | "themes");
    entry.depth() > 0 && entry.file_type().is_dir() && is_tool
}
