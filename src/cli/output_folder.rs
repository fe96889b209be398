//! Refuses folders that must not hold an output.

use std::path::{Component, Path, PathBuf};

use crate::cli::failure::Failure;
use crate::model::out_path::OWN_FOLDER;

/// The folders a site is made from.
const SOURCES: [&str; 4] = ["content", "static", "templates", "themes"];

/// Refuses an output's folder that lies in what the site is made from, or around it: the next build would read what this
/// one wrote, or take the site's own files for the output's. So it does with a repository's folder, and with what was
/// hardly meant as a folder's name.
///
/// # Errors
/// Such a folder, which `by` names; what the disk says.
pub(super) fn refuse_source(site: &Path, out: &Path, by: &str) -> Result<(), Failure> {
    let (site, target) = (resolved(site)?, resolved(out)?);
    let (shown, help) = (out.display(), "help: choose a folder beside it, as `public`");
    if out.to_string_lossy().contains(char::is_control) {
        return Err(Failure::World(format!(
            "{by}: `{shown}` holds a line break or another control character"
        )));
    }
    if out.to_string_lossy().starts_with('-') {
        let help = format!("help: write `./{shown}` where a folder is called so");
        return Err(Failure::World(format!("{by}: `{shown}` looks like an option\n{help}")));
    }
    if target.iter().any(|part| part.eq_ignore_ascii_case(".git")) {
        return Err(Failure::World(format!("{by}: `{shown}` is inside `.git`\n{help}")));
    }
    if site.starts_with(&target) {
        return Err(Failure::World(format!("{by}: `{shown}` contains the files of the site\n{help}")));
    }
    if target.iter().any(|part| part == OWN_FOLDER) {
        return Err(Failure::World(format!(
            "{by}: `{shown}` is inside a folder where a build keeps its records\n{help}"
        )));
    }
    match SOURCES.iter().find(|folder| target.starts_with(site.join(folder))) {
        Some(folder) => Err(Failure::World(format!(
            "{by}: `{shown}` lies in `{folder}`, which the site is made from\n{help}"
        ))),
        None => Ok(()),
    }
}

/// A whole path as the system knows it, as far as it is there, without `..`.
fn resolved(path: &Path) -> Result<PathBuf, Failure> {
    let whole = std::path::absolute(path).map_err(Failure::world)?;
    Ok(whole.components().fold(PathBuf::new(), |mut resolved, part| {
        match part {
            Component::ParentDir => drop(resolved.pop()),
            part => resolved.push(part),
        }
        resolved.canonicalize().unwrap_or(resolved)
    }))
}
