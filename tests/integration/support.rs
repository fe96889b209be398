//! What tests share: sites in memory, folders that are written, read and copied whole, and how commands end.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

use allclear::check::{Clock, Options, Variant};
use allclear::pipeline::{Body, Outcome};
use allclear::source::{Entry, Handle, Snapshot, SourcePath};
use allclear::time::Instant;
use walkdir::WalkDir;

pub(crate) fn at(time: &str) -> Instant {
    Instant::parse_rfc3339(time).unwrap()
}

/// A fixed clock, and nothing else that is not usual.
pub(crate) fn options(now: &str) -> Options {
    Options { now: at(now), clock: Clock::Fixed, variant: Variant::default() }
}

/// A snapshot of these files; what is no theme and does not end in `.md`, `.toml` or `.csv` is a handle.
pub(crate) fn snapshot<T: AsRef<str>>(files: &[(&str, T)]) -> Snapshot {
    let mut snapshot = Snapshot::default();
    for (path, text) in files {
        let (path, text) = (SourcePath::new(*path), text.as_ref());
        let ends = |end: &&str| path.as_str().ends_with(end);
        let is_text = path.as_str().starts_with("themes/") || [".md", ".toml", ".csv"].iter().any(ends);
        let entry = match is_text {
            true => Entry::Bytes(Arc::from(text.as_bytes())),
            false => Entry::File(Handle::new(path.clone(), text.len() as u64, 0)),
        };
        snapshot.files.insert(path, entry);
    }
    snapshot
}

/// The rendered outputs of a site without errors, as text.
pub(crate) fn outputs(outcome: &Outcome) -> BTreeMap<String, String> {
    let prepared = outcome.prepared.as_ref().unwrap();
    let text = |path| match prepared.render(path).unwrap() {
        Body::Bytes(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
        Body::File(_) => None,
    };
    let paths = prepared.plan.outputs.keys();
    paths.filter_map(|path| Some((path.as_str().to_owned(), text(path)?))).collect()
}

/// Every file below a folder: path with `/`, and bytes.
pub(crate) fn read_files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files =
        WalkDir::new(folder).into_iter().map(Result::unwrap).filter(|entry| entry.file_type().is_file());
    let relative = |path: &Path| path.strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/");
    files.map(|entry| (relative(entry.path()), fs::read(entry.path()).unwrap())).collect()
}

/// Writes files below a folder, their folders included.
pub(crate) fn write_files(folder: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// Copies a folder with everything in it; an absent one is copied as nothing.
pub(crate) fn copy_folder(from: &Path, to: &Path) {
    if !from.exists() {
        return;
    }
    for (path, bytes) in read_files(from) {
        let path = to.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

/// Writes files below a folder, their folders included.
pub(crate) fn write_bytes(folder: &Path, files: &BTreeMap<String, Vec<u8>>) {
    for (path, bytes) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

/// How a command ended.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    pub(crate) fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    #[track_caller]
    pub(crate) fn ended(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}{}", self.stdout, self.stderr);
        self
    }

    #[track_caller]
    pub(crate) fn failed(self, why: &str) -> Self {
        self.ended(2).saying(why)
    }

    #[track_caller]
    pub(crate) fn saying(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "{}", self.stderr);
        self
    }
}

/// Runs a command on a site.
pub(crate) fn allclear(site: &Path, args: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_allclear"));
    Ran::of(command.args(args).arg("--site").arg(site).env_remove("SOURCE_DATE_EPOCH").output().unwrap())
}

/// Runs git in a folder, as nobody's machine is set up; returns what it prints.
#[track_caller]
pub(crate) fn git(folder: &Path, args: &[&str]) -> String {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).env("GIT_CONFIG_GLOBAL", "/dev/null");
    command.args(["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]);
    let output = command.args(args).output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
