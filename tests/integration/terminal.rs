//! Standard output and standard error that are full, closed or read by a terminal.

use std::fs::{self, OpenOptions};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::support::write_files;

const SITE: &str = "title = \"S\"\nbase_url = \"https://s.example.org/\"\n[[components]]\nid = \"api\"\n\
                    name = \"API\\u001b[31m\\u009b1m\\u202e\"\nsince = 2026-05-01\n";
const REPORT: &str = "+++\ntitle = \"Down\"\ncomponents = { api = \"major_outage\" }\n+++\n\n\
                      ## Investigating, 2026-05-10 10:00\n\nWe look.\n";

fn site() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write_files(folder.path(), &[("site.toml", SITE), ("content/incidents/down.md", REPORT)]);
    folder
}

fn allclear(site: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_allclear"));
    command.args(args).current_dir(site).stdin(Stdio::null());
    command
}

fn full() -> Stdio {
    OpenOptions::new().write(true).open("/dev/full").unwrap().into()
}

fn text(output: &Output) -> String {
    [&output.stdout[..], &output.stderr[..]].map(String::from_utf8_lossy).concat()
}

const NOW: &str = "--now=2026-06-01T12:00:00Z";

/// Every command that prints to standard output and changes nothing.
const PRINTING: [&[&str]; 12] = [
    &["--help"],
    &["--version"],
    &["schema", "site"],
    &["completions", "bash"],
    &["man"],
    &["check", NOW],
    &["check", "--format", "json", NOW],
    &["plan", NOW],
    &["plan", "--json", NOW],
    &["status", NOW],
    &["status", "--json", NOW],
    &["uptime", NOW],
];

#[test]
fn a_full_standard_output_is_told_and_a_closed_one_is_not() {
    let site = site();
    // Without problems of its own, `check` prints nothing.
    fs::write(site.path().join("stray.txt"), "").unwrap();
    fs::write(site.path().join("content/stray.txt"), "").unwrap();
    for args in PRINTING {
        let output = allclear(site.path(), args).stdout(full()).output().unwrap();
        let said = text(&output);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {said}");
        assert!(said.contains("error: cannot write to `standard output`: No space left on device"), "{said}");

        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = allclear(site.path(), args).stdout(writer).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{args:?}: {}", text(&output));
    }
}

#[test]
fn a_full_standard_error_changes_nothing() {
    let site = site();
    let update = ["update", "down", "--message", "On it.", "--at", "2026-05-10 11:00"];
    for args in [&update[..], &["check", NOW], &["build", NOW], &["status", NOW]] {
        let output = allclear(site.path(), args).stderr(full()).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{args:?}: {}", text(&output));
    }
    let report = fs::read_to_string(site.path().join("content/incidents/down.md")).unwrap();
    assert_eq!(report.matches("On it.").count(), 1);
    let usage = allclear(site.path(), &["nonsense"]).stderr(full()).output().unwrap();
    assert_eq!(usage.status.code(), Some(2));
}

#[test]
fn no_name_controls_the_terminal() {
    let site = site();
    let forged = "content/incidents/a\nerror: forged\u{1b}[2J.txt";
    write_files(site.path(), &[(forged, "")]);
    let update = ["update", "down", "--message", "Still \u{9b}31m.", "--at", "2026-05-10 11:00", "--dry-run"];
    let commands: [&[&str]; 9] = [
        &["check", NOW],
        &["check", "--format", "github", NOW],
        &["check", "--format", "json", NOW],
        &["check", "--format", "sarif", NOW],
        &["uptime", NOW],
        &["uptime", "--format", "json", NOW],
        &["status", NOW],
        &["status", "--json", NOW],
        &update,
    ];
    for args in commands {
        let output = allclear(site.path(), args).output().unwrap();
        let said = text(&output);
        let is_dangerous = |char: char| (char.is_control() && char != '\n') || "\u{202e}".contains(char);
        assert!(!said.contains(is_dangerous), "{args:?}: {said:?}");
        assert!(!said.lines().any(|line| line.starts_with("error: forged")), "{args:?}: {said}");
    }
    let built = allclear(site.path(), &["build", NOW]).output().unwrap();
    assert!(built.status.success(), "{}", text(&built));
    for path in ["metrics", "status.txt", "llms.txt"] {
        let shown = fs::read_to_string(site.path().join("public").join(path)).unwrap();
        assert!(!shown.contains(['\u{1b}', '\u{9b}', '\u{202e}']), "{path}: {shown:?}");
    }
}
