//! The files of another system's folder, by their paths in it.

use std::collections::BTreeMap;
use std::path::Path;

use walkdir::DirEntry;

use crate::cli::author::usage;
use crate::cli::failure::Failure;
use crate::cli::import::sources::{SourceFiles, Wanted};
use crate::import::log::ImportLog;

/// The files below a folder that are wanted by their path in it, with `/` between its parts. Links are not followed.
pub(super) fn files(
    folder: &Path,
    wanted: impl Fn(&str) -> Wanted,
    log: &mut ImportLog,
) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
    if !folder.is_dir() {
        return Err(usage(
            &format!("`{}` is not a folder", folder.display()),
            "name the folder with the other system's files",
        ));
    }
    let name = |path: &Path| {
        let inside = path.strip_prefix(folder).unwrap_or(path);
        inside.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
    };
    let mut files = SourceFiles::new(log);
    files.add(folder, |entry| !is_machinery(entry), name, wanted)?;
    Ok(files.into_files())
}

/// Folders of tools, which hold no content.
fn is_machinery(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    let is_tool = matches!(name.as_ref(), ".git" | "node_modules" | "public" | "resources" | "themes");
    entry.file_type().is_dir() && is_tool
}
