//! A build or publish that has nothing to do: its result is the recorded one. Any other request is built.

use std::fs;
use std::path::Path;
use std::process::Command;

use allclear::digest::Digest;

use crate::support::{allclear, copy_folder, git, read_files, write_files};

const SITE: &str = "title = \"S\"\nbase_url = \"https://s.example.org/\"\n\
    [[components]]\nid = \"web\"\nname = \"Web\"\nsince = 2024-01-01\n\
    [publish.folder]\nkind = \"directory\"\npath = \"out\"\n\
    [publish.pages]\nkind = \"github-pages\"\nremote = \"bare.git\"\n";

/// Where a site goes, and where that is recorded.
#[derive(Clone, Copy)]
struct Way {
    command: &'static [&'static str],
    record: &'static str,
    /// The output's folder, where it is one.
    output: Option<&'static str>,
}

const BUILD: Way = Way { command: &["build"], record: "public/.allclear/inputs", output: Some("public") };

const WAYS: [Way; 3] = [
    BUILD,
    Way { command: &["publish", "folder"], record: "out/.allclear/inputs", output: Some("out") },
    Way { command: &["publish", "pages"], record: ".allclear/published/pages", output: None },
];

const REPORT: &str = "+++\ntitle = \"Down\"\ncomponents = { web = \"major_outage\" }\n+++\n\n\
    ## Investigating, 2025-05-01 10:00\n\nSee ![a picture](p.png) and ![another](https://h.example.org/p.png).\n\n\
    ## Resolved, 11:00\n\nDone.\n";

const NOW: &str = "2025-06-01T12:00:00Z";

fn site() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let files =
        [("site.toml", SITE), ("content/incidents/down.md", REPORT), ("content/incidents/p.png", "1")];
    write_files(folder.path(), &files);
    git(folder.path(), &["init", "--quiet", "--bare", "bare.git"]);
    folder
}

fn build(site: &Path, now: &str, args: &[&str]) -> String {
    run(site, BUILD, now, args)
}

fn run(site: &Path, way: Way, now: &str, args: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_allclear"));
    command.args(way.command).args(["--now", now]).args(args).arg("--site").arg(site);
    command.env_remove("SOURCE_DATE_EPOCH");
    let output = command.output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&said));
    String::from_utf8(said).unwrap()
}

/// Marks the recorded result, and tells whether the next run gives it.
fn is_answered(site: &Path, way: Way, now: &str, args: &[&str]) -> bool {
    const MARK: &str = "the recorded result";
    let record = site.join(way.record);
    let text = fs::read_to_string(&record).unwrap();
    let (head, text) = text.split_once('\n').unwrap();
    let marked = text.replacen("warning[", &format!("{MARK}: warning["), 1);
    assert_ne!(marked, text);
    let (form, _) = head.split_once(' ').unwrap();
    fs::write(&record, format!("{form} {}\n{marked}", Digest::of(marked.as_bytes()))).unwrap();
    let is_answered = run(site, way, now, args).contains(MARK);
    fs::remove_file(&record).unwrap();
    // What was true as of a later moment is published again as of an earlier one.
    run(site, way, NOW, if way.command[0] == "publish" { &["--force"] } else { &[] });
    is_answered
}

#[test]
fn targets_with_the_same_problems_print_them_once() {
    let site = site();
    for args in [&[][..], &["--all"]] {
        let all = Way { command: &["publish"], record: "", output: None };
        let said = run(site.path(), all, NOW, args);
        assert_eq!(said.matches("warning[remote-image]").count(), 1, "{args:?}: {said}");
        assert!(said.contains("`folder`: ") && said.contains("`pages`: "), "{said}");
    }
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
    for way in WAYS {
        let site = site();
        run(site.path(), way, NOW, &[]);
        let is_answered = |now: &str, args: &[&str]| is_answered(site.path(), way, now, args);
        assert!(is_answered(NOW, &[]));
        assert!(is_answered("2025-06-01T23:59:59Z", &[]));
        assert!(!is_answered("2025-06-02T00:00:00Z", &[]), "the site's midnight");
        assert!(!is_answered("2025-06-01T11:59:59Z", &[]), "before the recorded build");
        for args in [&["--drafts"][..], &["--base-url", "https://t.example.org/"], &["--all"], &["--adopt"]] {
            assert!(!is_answered(NOW, args), "{args:?}");
        }
        if let Some(output) = way.output {
            let front = site.path().join(output).join("index.html");
            fs::remove_file(&front).unwrap();
            assert!(!is_answered(NOW, &[]), "an output that is gone");
            fs::write(&front, "mine").unwrap();
            assert!(!is_answered(NOW, &[]), "an output that somebody changed");
        }
        let report = site.path().join("content/incidents/down.md");
        fs::write(&report, format!("{REPORT}\nMore.\n")).unwrap();
        assert!(!is_answered(NOW, &[]), "a report that was edited");
        fs::create_dir_all(site.path().join("themes/default/i18n")).unwrap();
        fs::write(site.path().join("themes/default/i18n/en.ftl"), "history = The past\n").unwrap();
        assert!(!is_answered(NOW, &[]), "a file of the theme");
        assert!(is_answered(NOW, &[]), "nothing");
        // A copied file is looked at each time.
        fs::write(site.path().join("content/incidents/p.png"), "2").unwrap();
        assert_eq!(is_answered(NOW, &[]), way.output.is_some());
        let Some(output) = way.output else {
            let bare = site.path().join("bare.git");
            let listed = git(&bare, &["ls-tree", "-r", "--name-only", "gh-pages"]);
            let picture = listed.lines().find(|path| path.ends_with("/p.png")).unwrap();
            let shown = git(&bare, &["show", &format!("gh-pages:{picture}")]);
            assert_eq!(shown, "2");
            continue;
        };
        let outputs = read_files(&site.path().join(output));
        let picture = outputs.iter().find(|(path, _)| path.ends_with("/p.png"));
        assert_eq!(picture.unwrap().1, b"2");
    }
}

/// Two copies of a site, one target: what one machine recorded says nothing of what another published since.
#[test]
fn a_record_counts_only_while_nobody_else_published() {
    let site = site();
    let other = tempfile::tempdir().unwrap();
    copy_folder(&site.path().join("content"), &other.path().join("content"));
    let bare = site.path().join("bare.git");
    let settings = SITE.replace("bare.git", bare.to_str().unwrap());
    fs::write(other.path().join("site.toml"), settings.replace("name = \"Web\"", "name = \"Other\""))
        .unwrap();
    let publish = |site: &Path, args: &[&str]| run(site, WAYS[2], NOW, args);
    let front = || git(&bare, &["show", "gh-pages:index.html"]);
    publish(site.path(), &[]);
    let first = front();
    for _ in 0..2 {
        publish(other.path(), &[]);
        assert!(front().contains("Other"));
        publish(site.path(), &[]);
        assert_eq!(front(), first);
    }
    // git leaves the record out.
    git(site.path(), &["init", "--quiet"]);
    assert!(site.path().join(".allclear/published/pages").exists());
    let untracked = git(site.path(), &["status", "--porcelain", "--untracked-files=all"]);
    assert!(!untracked.contains(".allclear"), "{untracked}");
}

/// An error of the target alone is no warning that a build recorded in the same folder.
#[test]
fn a_build_answers_no_publish() {
    let site = site();
    let placeholder = SITE.replace("https://s.example.org/", "https://status.your-domain.example/");
    fs::write(site.path().join("site.toml"), placeholder).unwrap();
    assert!(
        build(site.path(), NOW, &["--out", site.path().join("out").to_str().unwrap()])
            .contains("placeholder")
    );
    allclear(site.path(), &["publish", "folder", "--now", NOW]).ended(1).saying("placeholder");
}
