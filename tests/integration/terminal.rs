//! Standard output and standard error that are full, closed or read by a terminal.

use std::fs::{self, OpenOptions};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::support::write_files;

const SITE: &str = "title = \"S\"\nbase_url = \"https://s.example.org/\"\n[[components]]\nid = \"api\"\n\
                    name = \"API\"\ndescription = \"Calls\\u202e\\u2066\"\nsince = 2026-05-01\n";
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
fn no_password_in_an_address_is_shown() {
    let site = site();
    let targets = "\n[publish.a]\nkind = \"s3\"\nbucket = \"status\"\nendpoint = \"https://u:s3cret@host\"\n\
                   [publish.b]\nkind = \"directory\"\npath = \"x\"\nbase_url = \"https://u:s3cret@host/\"\n";
    let address = "http://u:s3cret@127.0.0.1:1/";
    let commands: [&[&str]; 9] = [
        &["status", "--url", address],
        &["status", "--json", "--url", address],
        &["verify", address],
        &["build", NOW, "--base-url", address],
        &["check", NOW],
        &["check", NOW, "--format", "json"],
        &["check", NOW, "--format", "github"],
        &["check", NOW, "--format", "sarif"],
        &["publish", "a", NOW],
    ];
    for (ix, args) in commands.into_iter().enumerate() {
        if ix == 4 {
            fs::write(site.path().join("site.toml"), format!("{SITE}{targets}")).unwrap();
        }
        let output = allclear(site.path(), args).output().unwrap();
        let said = text(&output);
        assert!(
            !output.status.success() && said.contains("***@") && !said.contains("s3cret"),
            "{args:?}: {said}"
        );
    }
}

#[test]
fn an_output_that_was_hardly_meant_is_refused() {
    let site = site();
    std::fs::create_dir(site.path().join(".git")).unwrap();
    for (out, why) in [
        ("a\nb", "holds a line break"),
        ("a\u{1b}[2J", "holds a line break or another control character"),
        ("-x", "looks like an option\nhelp: write `./-x`"),
        ("--", "looks like an option"),
        (".git", "is inside `.git`"),
        (".git/x", "is inside `.git`"),
        ("public/../.GIT/hooks", "is inside `.git`"),
    ] {
        for command in ["build", "plan"] {
            let output = allclear(site.path(), &[command, NOW, &format!("--out={out}")]).output().unwrap();
            assert_eq!(output.status.code(), Some(2), "{out:?}: {}", text(&output));
            assert!(text(&output).contains(why), "{out:?}: {}", text(&output));
        }
    }
    assert_eq!(std::fs::read_dir(site.path().join(".git")).unwrap().count(), 0);
    let output = allclear(site.path(), &["build", NOW, "--out=./-x"]).output().unwrap();
    assert!(output.status.success(), "{}", text(&output));
}

#[test]
fn an_output_inside_a_builds_own_folder_is_refused() {
    let site = site();
    assert!(allclear(site.path(), &["build", NOW]).output().unwrap().status.success());
    for out in
        ["public/.allclear", "public/.allclear/stage", ".allclear/x", "public/./.allclear/../.allclear/x"]
    {
        let output = allclear(site.path(), &["build", NOW, "--out", out]).output().unwrap();
        let said = text(&output);
        assert_eq!(output.status.code(), Some(2), "{out}: {said}");
        assert!(said.contains("is inside a folder where a build keeps its records"), "{out}: {said}");
    }
    // The link itself leads there.
    std::os::unix::fs::symlink("public/.allclear", site.path().join("link")).unwrap();
    let output = allclear(site.path(), &["build", NOW, "--out", "link/x"]).output().unwrap();
    assert!(
        text(&output).contains("is inside a folder where a build keeps its records"),
        "{}",
        text(&output)
    );
    std::os::unix::fs::symlink("nowhere", site.path().join("dangling")).unwrap();
    for out in ["dangling", "dangling/x"] {
        let output = allclear(site.path(), &["build", NOW, "--out", out]).output().unwrap();
        let said = text(&output);
        assert!(!output.status.success() && !said.contains("File exists"), "{said}");
        assert!(said.contains("a link that leads nowhere"), "{said}");
    }
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
        let is_dangerous =
            |char: char| (char.is_control() && char != '\n') || "\u{202e}\u{2066}".contains(char);
        assert!(!said.contains(is_dangerous), "{args:?}: {said:?}");
        assert!(!said.lines().any(|line| line.starts_with("error: forged")), "{args:?}: {said}");
    }
    let usage = allclear(site.path(), &["build", "--no\u{1b}[2J\u{202e}"]).output().unwrap();
    assert!(!text(&usage).contains(['\u{1b}', '\u{202e}']), "{:?}", text(&usage));
    let built = allclear(site.path(), &["build", NOW]).output().unwrap();
    assert!(built.status.success(), "{}", text(&built));
    for path in ["metrics", "status.txt", "llms.txt"] {
        let shown = fs::read_to_string(site.path().join("public").join(path)).unwrap();
        assert!(!shown.contains(['\u{1b}', '\u{9b}', '\u{202e}', '\u{2066}']), "{path}: {shown:?}");
    }
}
