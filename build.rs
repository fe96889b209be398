//! Names this version of the program: builds of a site by another version are never taken for its own, and `--version` names
//! the commit.

#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "the rule is for the program")]

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::Path;
use std::process::Command;

/// What decides over the program's outputs.
const SOURCES: [&str; 4] = ["Cargo.toml", "Cargo.lock", "src", "themes"];

/// What cargo writes into a package about the repository that it was made from.
const PACKAGED: &str = ".cargo_vcs_info.json";

/// Digits of the commit that are shown.
const SHOWN: usize = 12;

fn main() -> io::Result<()> {
    let mut hasher = DefaultHasher::new();
    for source in SOURCES {
        println!("cargo:rerun-if-changed={source}");
        hash(Path::new(source), &mut hasher)?;
    }
    println!("cargo:rustc-env=ALLCLEAR_SOURCES={:016x}", hasher.finish());
    // A debug build would be compiled anew after each commit.
    let is_release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let commit = if is_release { commit(Path::new("."), &SOURCES) } else { "debug build".to_owned() };
    println!("cargo:rustc-env=ALLCLEAR_COMMIT={commit}");
    Ok(())
}

fn hash(path: &Path, hasher: &mut DefaultHasher) -> io::Result<()> {
    if !path.is_dir() {
        (path, fs::read(path)?).hash(hasher);
        return Ok(());
    }
    let mut entries: Vec<_> = fs::read_dir(path)?.collect::<Result<_, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    entries.iter().try_for_each(|entry| hash(&entry.path(), hasher))
}

/// The commit that a folder holds, as `commit 0123456789ab`, with `, changed` where `sources` differ from it. In a package it
/// is the commit that cargo recorded; a folder inside another project's repository has none.
pub(crate) fn commit(folder: &Path, sources: &[&str]) -> String {
    let found = match fs::read_to_string(folder.join(PACKAGED)) {
        Ok(record) => packaged(&record),
        Err(_) => of_repository(folder, sources),
    };
    match found {
        Some((commit, changed)) => {
            let shown = &commit[..SHOWN.min(commit.len())];
            format!("commit {shown}{}", if changed { ", changed" } else { "" })
        }
        None => "unknown commit".to_owned(),
    }
}

/// The commit of cargo's record, and whether files were changed.
fn packaged(record: &str) -> Option<(String, bool)> {
    let (_, behind) = record.split_once("\"sha1\"")?;
    let commit = behind.split('"').nth(1)?;
    let changed = record.split_once("\"dirty\"").is_some_and(|(_, behind)| behind.contains("true"));
    commit.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| (commit.to_owned(), changed))
}

fn of_repository(folder: &Path, sources: &[&str]) -> Option<(String, bool)> {
    let git = |args: &[&str]| {
        let output = Command::new("git").arg("-C").arg(folder).args(args).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    // Packages are unpacked below other repositories, too.
    if !git(&["rev-parse", "--show-prefix"])?.is_empty() {
        return None;
    }
    // Each commit and checkout adds a line to the log of HEAD.
    if let Some(log) = git(&["rev-parse", "--git-path", "logs/HEAD"]) {
        println!("cargo:rerun-if-changed={log}");
    }
    let commit = git(&["rev-parse", "HEAD"])?;
    let diff = [&["diff", "--name-only", "HEAD", "--"], sources].concat();
    Some((commit, git(&diff).is_none_or(|files| !files.is_empty())))
}
