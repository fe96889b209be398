//! A folder with the sources of an import, and a site beside them.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::support::{Ran, write_files};

pub(crate) const SITE: &str =
    "# Ours\ntitle = \"Lumen status\"\nbase_url = \"https://status.lumen.test/\"  # here\n";

/// A folder with an empty site and the sources.
pub(crate) fn folder(sources: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    write_files(folder.path(), &[("site/site.toml", SITE)]);
    write_files(folder.path(), sources);
    folder
}

/// A command on the folder's site that names sources by their paths in the folder.
pub(crate) fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_allclear"));
    command.args(args).args(["--site", "site"]).current_dir(folder);
    command
}

#[track_caller]
pub(crate) fn allclear(folder: &Path, args: &[&str]) -> Ran {
    Ran::of(command(folder, args).output().unwrap())
}

/// What a command prints that succeeds.
#[track_caller]
pub(crate) fn succeeds(folder: &Path, args: &[&str]) -> String {
    allclear(folder, args).ended(0).stdout
}
