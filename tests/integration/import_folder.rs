//! A folder with the sources of an import, and a site beside them; and what every import holds to.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Ran, read_files, write_files};

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

/// What pages never show: tags, entities, shortcodes and line ends as text.
pub(crate) const MARKUP: [&str; 11] = [
    "&lt;br",
    "&lt;p&gt;",
    "&lt;/",
    "&lt;a ",
    "&lt;strong",
    "&lt;ul",
    "&lt;img",
    "&amp;lt;",
    "&amp;amp;",
    "{{",
    "\\r\\n",
];

/// What an import says, in order: the finding and the text.
pub(crate) type Said = Vec<(String, String)>;

/// The log of an import that ends with this status; a second one changes nothing.
#[track_caller]
pub(crate) fn imported(folder: &Path, args: &[&str], status: i32) -> Said {
    let shown = allclear(folder, &[&["import"], args, &["--dry-run"]].concat()).ended(status);
    let args = [&["import"], args, &["--json"]].concat();
    let ran = allclear(folder, &args).ended(status);
    let before = read_files(&folder.join("site"));
    let again = allclear(folder, &args);
    assert!(again.code < Some(2), "{}", again.stderr);
    assert!(read_files(&folder.join("site")) == before, "a second import changes something");
    let log: Value = serde_json::from_str(&ran.stdout).unwrap();
    let text = |entry: &Value, key: &str| entry[key].as_str().unwrap().to_owned();
    let entries = log["entries"].as_array().unwrap();
    let line = |entry: &Value| {
        let finding = text(entry, "finding").replace("unsettled", "needs a person").replace('_', " ");
        format!("{finding}: {}: {}\n", text(entry, "source"), text(entry, "text"))
    };
    assert_eq!(entries.iter().map(line).collect::<String>(), shown.stdout, "`--json` says something else");
    for entry in entries.iter().filter(|entry| entry["finding"] == "unsettled") {
        assert!(text(entry, "text").starts_with("line "), "no line is named: {entry}");
    }
    entries.iter().map(|entry| (text(entry, "finding"), text(entry, "text"))).collect()
}

#[track_caller]
pub(crate) fn says(log: &[(String, String)], finding: &str, text: &str) {
    assert!(
        log.iter().any(|(it, said)| it == finding && said.contains(text)),
        "{finding} `{text}`: {log:#?}"
    );
}
