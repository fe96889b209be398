//! The binary, run on copies of the demo and on small sites.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use tempfile::TempDir;

use crate::support::{Ran, allclear, copy_folder, read_files, write_files};

/// Noon of a day on which nothing of the demo is open.
const NOW: &str = "2026-11-21T12:00:00Z";

/// A copy of the repository's own site.
fn demo() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::copy(root.join("site.toml"), folder.path().join("site.toml")).unwrap();
    for part in ["content", "static"] {
        copy_folder(&root.join(part), &folder.path().join(part));
    }
    folder
}

#[track_caller]
fn build(site: &Path, now: &str) -> String {
    allclear(site, &["build", "--now", now]).ended(0).stderr
}

fn public(site: &Path) -> BTreeMap<String, Vec<u8>> {
    let own = |path: &str| path.starts_with(".allclear/");
    read_files(&site.join("public")).into_iter().filter(|(path, _)| !own(path)).collect()
}

fn times(folder: &Path) -> BTreeMap<PathBuf, SystemTime> {
    let files = read_files(folder).into_keys();
    files
        .map(|path| folder.join(path))
        .map(|path| (path.clone(), fs::metadata(&path).unwrap().modified().unwrap()))
        .collect()
}

#[test]
fn an_empty_source_date_epoch_is_none() {
    let site = demo();
    let mut command = Command::new(env!("CARGO_BIN_EXE_allclear"));
    command.args(["status", "--json", "--site"]).arg(site.path());
    let mut run = |epoch: &OsStr| Ran::of(command.env("SOURCE_DATE_EPOCH", epoch).output().unwrap());
    run(OsStr::new("")).ended(0);
    run(OsStr::new("1790000000")).ended(0);
    // Not a number, the years 9999 and 1953, and what is not UTF-8: never the real clock.
    let wrong: [&[u8]; 4] = [b"soon", b"253402300799", b"-536457600", b"1790000000\xff"];
    for epoch in wrong {
        let shown = String::from_utf8_lossy(epoch);
        run(OsStr::from_bytes(epoch)).failed(&format!("SOURCE_DATE_EPOCH is `{shown}`"));
    }
}

#[test]
fn the_demo_has_nothing_to_complain_about() {
    let site = demo();
    let ran = allclear(site.path(), &["check", "--now", NOW, "--deny", "warnings"]);
    assert_eq!(ran.ended(0).stdout, "");
}

#[test]
fn a_hint_fails_no_check_unless_the_site_says_so() {
    let site = tempfile::tempdir().unwrap();
    copy_folder(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/broken/blaming-phrase"),
        site.path(),
    );
    let check =
        |args: &[&str]| allclear(site.path(), &[&["check", "--now", "2024-06-01T12:00:00Z"], args].concat());
    let ran = check(&["--deny", "warnings"]).ended(0);
    assert_eq!(ran.stderr, "1 hint\n");
    assert!(ran.stdout.starts_with("hint[blaming-phrase]: "), "{}", ran.stdout);
    assert!(check(&["--format", "github"]).stdout.starts_with("::notice file="));
    assert!(check(&["--format", "json"]).stdout.contains("\"severity\":\"hint\""));
    let toml = fs::read_to_string(site.path().join("site.toml")).unwrap();
    let strict = format!("{toml}\n[checks]\nblaming-phrase = \"warning\"\n");
    fs::write(site.path().join("site.toml"), strict).unwrap();
    check(&[]).ended(0);
    check(&["--deny", "warnings"]).ended(1);
}

#[test]
fn building_again_writes_nothing() {
    let site = demo();
    build(site.path(), NOW);
    let before = times(&site.path().join("public"));
    let talk = build(site.path(), "2026-11-21T13:00:00Z");
    assert!(talk.starts_with("wrote 0 files,"), "{talk}");
    assert_eq!(times(&site.path().join("public")), before);
    allclear(site.path(), &["plan", "--exit-code", "--now", NOW]).ended(0);
}

#[test]
fn a_day_later_every_resolved_incident_is_as_it_was() {
    let site = demo();
    build(site.path(), NOW);
    let before = public(site.path());
    build(site.path(), "2026-11-22T12:00:00Z");
    let after = public(site.path());
    let incidents = |path: &&String| path.starts_with("incidents/") || path.starts_with("history");
    let kept =
        before.keys().filter(incidents).inspect(|path| assert_eq!(before[*path], after[*path], "{path}"));
    assert!(kept.count() > 10, "the demo has incidents");
    assert_ne!(before["index.html"], after["index.html"], "a new day appears on the front page");
}

#[test]
fn the_long_outage_runs_while_it_ran() {
    let site = demo();
    build(site.path(), "2024-05-06T01:00:00Z");
    let files = public(site.path());
    let front = String::from_utf8(files["index.html"].clone()).unwrap();
    let page = &files["incidents/2024-05-05-web-services-outage/index.html"];
    let page = String::from_utf8(page.clone()).unwrap();
    assert!(front.contains("Web services are unavailable"), "the open incident is on the front page");
    assert!(page.contains("Investigating") && !page.contains("18 hours"), "it has not ended");
    let status = String::from_utf8(files["api/v2/status.json"].clone()).unwrap();
    assert!(status.contains("\"indicator\":\"major\""), "{status}");
}

#[test]
fn a_broken_report_changes_no_byte() {
    let site = demo();
    build(site.path(), NOW);
    let before = times(&site.path().join("public"));
    write_files(
        site.path(),
        &[("content/incidents/new.md", "+++\ntitle = \"x\"\n+++\n\n## Resolvd, 2026-11-20 10:00\n")],
    );
    allclear(site.path(), &["build", "--now", NOW]).ended(1).saying("content/incidents/new.md:5:");
    assert_eq!(times(&site.path().join("public")), before);
}

#[test]
fn ten_builds_give_equal_bytes() {
    let site = demo();
    let mut builds = (0..10).map(|number| {
        let out = site.path().join(format!("out-{number}"));
        allclear(site.path(), &["build", "--now", NOW, "--out", out.to_str().unwrap()]).ended(0);
        let mut files = read_files(&out);
        // The record of inputs holds the files' numbers and times on this disk, and is not published.
        files.remove(".allclear/inputs").expect("every build leaves it");
        files
    });
    let first = builds.next().unwrap();
    assert!(first.len() > 50);
    assert!(builds.all(|build| build == first));
}

/// Without its manifest a build cannot know which files were its own: it names those that it does not write.
#[test]
fn adopting_a_folder_names_what_is_left_in_it() {
    let site = demo();
    let spoken =
        |args: &[&str]| allclear(site.path(), &[&["build", "--now", NOW], args].concat()).ended(0).stderr;
    let report = site.path().join("content/incidents/2024-06-01-slow.md");
    let text =
        "+++\ntitle = \"Slow\"\ncomponents = {}\n+++\n\n## Resolved, 2024-06-01 10:00\n\nFast again.\n";
    fs::write(&report, text).unwrap();
    spoken(&[]);
    assert!(!spoken(&["--adopt"]).contains("no part of the site"));
    fs::remove_file(&report).unwrap();
    fs::write(site.path().join("public/.allclear/manifest"), "").unwrap();
    let said = spoken(&["--adopt"]);
    assert!(
        said.contains("no part of the site, and left: ")
            && said.contains("`incidents/2024-06-01-slow/index.html`"),
        "{said}"
    );
}

#[test]
fn nothing_is_published_into_what_the_site_is_made_from() {
    let site = demo();
    let settings = fs::read_to_string(site.path().join("site.toml")).unwrap();
    let check = |path: &str, expected: &str| {
        let target = format!("{settings}\n[publish.share]\nkind = \"directory\"\npath = \"{path}\"\n");
        fs::write(site.path().join("site.toml"), target).unwrap();
        let before = read_files(site.path());
        for command in [&["publish", "--adopt"][..], &["plan", "share"]] {
            let named = format!("[publish.share]: `{}`", site.path().join(path).display());
            let ran = allclear(site.path(), command).failed(&named);
            ran.saying(expected).saying("help: choose a folder beside it");
        }
        assert_eq!(read_files(site.path()), before, "{path}");
    };
    check("content", "lies in `content`");
    check("content/public", "lies in `content`");
    check("absent/../themes/own/static", "lies in `themes`");
    check("static/", "lies in `static`");
    check(".", "contains the files of the site");
    check("..", "contains the files of the site");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(site.path().join("content"), site.path().join("elsewhere")).unwrap();
        check("elsewhere/share", "lies in `content`");
    }
}

#[test]
fn a_folder_that_is_not_ours_is_refused_with_a_way_out() {
    let site = demo();
    write_files(site.path(), &[("public/mine.txt", "x")]);
    let help = "help: choose another folder, or take this one over";
    allclear(site.path(), &["build", "--now", NOW]).failed(help);
    assert_eq!(fs::read(site.path().join("public/mine.txt")).unwrap(), b"x");
}

/// A site of one component, `api`, with these files.
fn small(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let site = "title = \"Lumen\"\nbase_url = \"https://status.example.org/\"\n[[components]]\nid = \"api\"\nname = \"API\"\nsince = 2000-01-01\n";
    write_files(folder.path(), &[("site.toml", site)]);
    write_files(folder.path(), files);
    folder
}

#[test]
fn fresh_builds_an_hour_apart_are_equal_also_while_a_maintenance_lies_ahead() {
    let plan = "+++\ntitle = \"New machines\"\ncomponents = [\"api\"]\nfrom = 2026-11-25 10:00\nto = 2026-11-25 12:00\nannounced = 2026-11-20 10:00\n+++\n";
    let site = small(&[("content/maintenance/new-machines.md", plan)]);
    let fresh = |now: &str| {
        let _ = fs::remove_dir_all(site.path().join("public"));
        build(site.path(), now);
        public(site.path())
    };
    let (first, second) = (fresh("2026-11-23T01:00:07Z"), fresh("2026-11-23T02:00:09Z"));
    let moved: Vec<&String> = first.keys().filter(|path| first.get(*path) != second.get(*path)).collect();
    assert_eq!((moved, first.len()), (Vec::new(), second.len()));
    let page = String::from_utf8(first["maintenance/new-machines/index.html"].clone()).unwrap();
    assert!(
        page.contains("As of</span> <time datetime=\"2026-11-20T10:00:00Z\""),
        "it was announced then: {page}"
    );
}

#[test]
fn links_to_parts_lead_to_them_from_wherever_the_text_is_shown() {
    let report = "+++\ntitle = \"Slow\"\ncomponents = { api = \"major_outage\" }\n+++\n\n\
        ## Investigating, 2026-11-20 10:00\n\n[why](#why) and [mine](#mine).\n\n### Mine\n\nWords.\n\n\
        # Postmortem, 2026-11-20 11:00\n\n## Why\n\nSee [above](#_0-mine) and [this](#why).\n";
    let site = small(&[("content/incidents/slow.md", report)]);
    build(site.path(), "2026-11-20T12:00:00Z");
    let files = public(site.path());
    let text = |path: &str| String::from_utf8(files[path].clone()).unwrap();
    let page = text("incidents/slow/index.html");
    for id in ["why", "_0-mine"] {
        assert!(page.contains(&format!("id=\"{id}\"")) && page.contains(&format!("href=\"#{id}\"")), "{id}");
    }
    let front = text("index.html");
    assert!(front.contains("incidents/slow/#why\"") && front.contains("href=\"#_slow-mine\""), "{front}");
    let body = text("api/v2/incidents/slow.json");
    for part in ["#why", "#_0-mine"] {
        assert!(body.contains(&format!("https://status.example.org/incidents/slow/{part}")), "{part}");
    }
    assert!(!body.contains("#_0-why"), "{body}");
}

#[test]
fn many_problems_of_one_rule_are_summed_up_for_people() {
    let report = "+++\ntitle = \"Slow\"\n+++\n\n## Resolved, 2026-11-20 10:00\n\nFast. 10.0.0.1\n";
    let paths: Vec<String> = (0..25).map(|place| format!("content/incidents/{place}.md")).collect();
    let files: Vec<(&str, &str)> = paths.iter().map(|path| (path.as_str(), report)).collect();
    let site = small(&files);
    let shown = |more: &[&str]| {
        let arguments = [&["check", "--now", "2026-11-20T12:00:00Z"], more].concat();
        let ran = allclear(site.path(), &arguments);
        (ran.stdout, ran.stderr)
    };
    let count = |text: &str, word: &str| text.matches(word).count();
    let (text, total) = shown(&[]);
    assert!(text.contains("warning[no-components]: 24 more of this rule, in 24 files"), "{text}");
    assert!(text.contains("warning[private-address]: 22 more of this rule, in 22 files"), "{text}");
    assert!(text.contains("help: `allclear check --all` shows all"), "{text}");
    assert_eq!((count(&text, "[no-components]"), count(&text, "[private-address]")), (2, 4), "{text}");
    assert!(total.contains("50 warnings"), "{total}");
    assert_eq!(count(&shown(&["--all"]).0, "[no-components]"), 25);
    assert_eq!(count(&shown(&["--format", "json"]).0, "\"no-components\""), 25);
    assert_eq!(count(&shown(&["--format", "sarif"]).0, "\"ruleId\": \"no-components\""), 25);
}

#[test]
fn a_broken_theme_hides_no_dead_link() {
    let report = "+++\ntitle = \"Slow\"\ncomponents = { api = \"major_outage\" }\n+++\n\n\
        ## Investigating, 2026-11-20 10:00\n\nSee [there](/nowhere/).\n";
    let site =
        small(&[("content/incidents/slow.md", report), ("themes/default/templates/front.html", "{% if %}")]);
    let ran = allclear(site.path(), &["check", "--now", "2026-11-20T12:00:00Z"]);
    let shown = ran.stdout + &ran.stderr;
    for rule in ["dead-link", "template-error"] {
        assert!(shown.contains(&format!("error[{rule}]")), "{shown}");
    }
}

#[test]
fn a_rule_is_explained_by_its_name_and_by_its_bracket() {
    let explain = |args: &[&str]| {
        Ran::of(Command::new(env!("CARGO_BIN_EXE_allclear")).arg("explain").args(args).output().unwrap())
    };
    let text = explain(&["unknown-key"]).ended(0).stdout;
    assert!(text.starts_with("# unknown-key\n\nAn error. ") && text.contains("\n## Good\n"), "{text}");
    assert_eq!(explain(&["error[unknown-key]:"]).stdout, text);
    let ran = explain(&["unknwon-key"]).ended(2);
    assert_eq!(ran.stdout, "");
    assert_eq!(ran.stderr, "error: unknown rule `unknwon-key`\nhelp: did you mean `unknown-key`?\n");
    let list = explain(&[]).stdout;
    assert_eq!(list.lines().count(), allclear::rules::ALL.len(), "{list}");
}
