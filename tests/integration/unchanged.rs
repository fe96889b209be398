//! A build that has nothing to do: its result is the recorded one. Any other request is built.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::{read_files, write_files};

const SITE: &str = "title = \"S\"\nbase_url = \"https://s.example.org/\"\n\
    [[components]]\nid = \"web\"\nname = \"Web\"\nsince = 2024-01-01\n";

const REPORT: &str = "+++\ntitle = \"Down\"\ncomponents = { web = \"major_outage\" }\n+++\n\n\
    ## Investigating, 2025-05-01 10:00\n\nSee ![a picture](p.png) and ![another](https://h.example.org/p.png).\n\n\
    ## Resolved, 11:00\n\nDone.\n";

const NOW: &str = "2025-06-01T12:00:00Z";

fn site() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let files =
        [("site.toml", SITE), ("content/incidents/down.md", REPORT), ("content/incidents/p.png", "1")];
    write_files(folder.path(), &files);
    folder
}

fn build(site: &Path, now: &str, args: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_allclear"));
    command.args(["build", "--now", now]).args(args).arg("--site").arg(site).env_remove("SOURCE_DATE_EPOCH");
    let output = command.output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&said));
    String::from_utf8(said).unwrap()
}

/// Marks the recorded result, and tells whether the next build gives it.
fn is_answered(site: &Path, now: &str, args: &[&str]) -> bool {
    const MARK: &str = "the recorded result";
    let record = site.join("public/.allclear/inputs");
    let text = fs::read_to_string(&record).unwrap();
    let marked = text.replacen("warning[", &format!("{MARK}: warning["), 1);
    assert_ne!(marked, text);
    fs::write(&record, marked).unwrap();
    let is_answered = build(site, now, args).contains(MARK);
    fs::remove_file(&record).unwrap();
    build(site, NOW, &[]);
    is_answered
}

#[test]
fn the_same_question_gets_the_same_answer_and_no_file_is_touched() {
    let site = site();
    for args in [&[][..], &["--json"]] {
        let first = build(site.path(), NOW, args);
        assert!(first.contains("warning[remote-image]"), "{first}");
        let second = build(site.path(), NOW, args);
        let files = || {
            let files = read_files(&site.path().join("public"));
            let time = |path: &String| {
                fs::metadata(site.path().join("public").join(path)).unwrap().modified().unwrap()
            };
            files.into_iter().map(|(path, bytes)| (time(&path), path, bytes)).collect::<Vec<_>>()
        };
        let before = files();
        assert_eq!(build(site.path(), NOW, args), second);
        assert_eq!(build(site.path(), "2025-06-01T23:59:59Z", args), second);
        assert!(files() == before);
        let fresh = tempfile::tempdir().unwrap();
        let out = fresh.path().join("public");
        build(site.path(), NOW, &["--out", out.to_str().unwrap()]);
        let kept = |path: &str| !path.starts_with(".allclear/");
        let outputs =
            |folder: &Path| read_files(folder).into_iter().filter(|(path, _)| kept(path)).collect::<Vec<_>>();
        assert!(outputs(&out) == outputs(&site.path().join("public")));
    }
}

#[test]
fn only_the_same_question_gets_the_recorded_answer() {
    let site = site();
    build(site.path(), NOW, &[]);
    let is_answered = |now: &str, args: &[&str]| is_answered(site.path(), now, args);
    assert!(is_answered(NOW, &[]));
    assert!(is_answered("2025-06-01T23:59:59Z", &[]));
    assert!(!is_answered("2025-06-02T00:00:00Z", &[]), "the site's midnight");
    assert!(!is_answered("2025-06-01T11:59:59Z", &[]), "before the recorded build");
    for args in [&["--drafts"][..], &["--base-url", "https://t.example.org/"], &["--all"], &["--adopt"]] {
        assert!(!is_answered(NOW, args), "{args:?}");
    }
    fs::remove_file(site.path().join("public/index.html")).unwrap();
    assert!(!is_answered(NOW, &[]), "an output that is gone");
    fs::write(site.path().join("public/index.html"), "mine").unwrap();
    assert!(!is_answered(NOW, &[]), "an output that somebody changed");
    let report = site.path().join("content/incidents/down.md");
    fs::write(&report, format!("{REPORT}\nMore.\n")).unwrap();
    assert!(!is_answered(NOW, &[]), "a report that was edited");
    fs::create_dir_all(site.path().join("themes/default/i18n")).unwrap();
    fs::write(site.path().join("themes/default/i18n/en.ftl"), "history = The past\n").unwrap();
    assert!(!is_answered(NOW, &[]), "a file of the theme");
    assert!(is_answered(NOW, &[]), "nothing");
    // A copied file is looked at each time.
    fs::write(site.path().join("content/incidents/p.png"), "2").unwrap();
    assert!(is_answered(NOW, &[]));
    let outputs = read_files(&site.path().join("public"));
    let picture = outputs.iter().find(|(path, _)| path.ends_with("/p.png"));
    assert_eq!(picture.unwrap().1, b"2");
}
