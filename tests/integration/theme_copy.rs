//! `allclear theme copy`: what it writes, what it refuses, and the warning about an original that changed.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::support::{allclear, read_files, write_files};

const SITE: &str = "title = \"Lumen\"\nbase_url = \"https://status.example.org/\"\ntheme = \"brand\"\n\n\
    [[components]]\nid = \"api\"\nname = \"API\"\nsince = 2024-01-01\n";

const RECORD: &str = "themes/brand/originals.txt";

/// A site whose theme has a file of its own already.
fn site() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write_files(folder.path(), &[("site.toml", SITE), ("themes/brand/i18n/en.ftl", "history = Log\n")]);
    folder
}

/// Exit status, stdout and stderr.
fn run(site: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    let ran = allclear(site, args);
    (ran.code, ran.stdout, ran.stderr)
}

fn original(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("themes/default").join(path)).unwrap()
}

const NOW: [&str; 2] = ["--now", "2024-06-01T12:00:00Z"];

#[test]
fn copies_are_the_originals_and_change_no_page() {
    let site = site();
    let build = |out: &str| {
        let out = site.path().join(out);
        let args = [&["build", "--out", out.to_str().unwrap()], &NOW[..]].concat();
        assert_eq!(run(site.path(), &args).0, Some(0));
        let mut files = read_files(&out);
        files.retain(|path, _| !path.starts_with(".allclear/"));
        files
    };
    let before = build("before");
    let (code, shown, talk) = run(site.path(), &["theme", "copy", "templates/front.html", "static"]);
    assert_eq!((code, talk.as_str()), (Some(0), ""));
    assert!(shown.starts_with("themes/brand/static/bars.js\n"), "{shown}");
    assert!(shown.ends_with(&format!("themes/brand/templates/front.html\n{RECORD}\n")), "{shown}");
    let copy = fs::read_to_string(site.path().join("themes/brand/templates/front.html")).unwrap();
    assert_eq!(copy, original("templates/front.html"));
    let after = build("after");
    let differs: Vec<&String> = after.keys().filter(|path| after.get(*path) != before.get(*path)).collect();
    assert_eq!((differs, after.len()), (Vec::new(), before.len()));
    let (code, problems, _) = run(site.path(), &[&["check", "--deny", "warnings"], &NOW[..]].concat());
    assert_eq!((code, problems.as_str()), (Some(0), ""));
}

#[test]
fn a_file_of_your_own_is_never_overwritten() {
    let site = site();
    let before = read_files(site.path());
    let (code, shown, talk) = run(site.path(), &["theme", "copy", "i18n", "theme.toml"]);
    assert_eq!((code, shown.as_str()), (Some(2), ""));
    assert!(talk.contains("`themes/brand/i18n/en.ftl` exists"), "{talk}");
    assert_eq!(read_files(site.path()), before);
    let (code, shown, _) = run(site.path(), &["theme", "copy", "i18n", "theme.toml", "--keep"]);
    assert_eq!((code, shown), (Some(0), format!("themes/brand/theme.toml\n{RECORD}\n")));
    let after = read_files(site.path());
    assert_eq!(after["themes/brand/i18n/en.ftl"], before["themes/brand/i18n/en.ftl"]);
}

#[test]
fn a_newer_original_is_warned_about_until_it_is_recorded() {
    let site = site();
    assert_eq!(run(site.path(), &["theme", "copy", "templates/month.html"]).0, Some(0));
    let record = fs::read_to_string(site.path().join(RECORD)).unwrap();
    let line = record.lines().nth(1).unwrap();
    let older = record.replace(&line[..64], &"0".repeat(64));
    write_files(site.path(), &[(RECORD, &older), ("themes/brand/templates/month.html", "<p>Mine")]);
    let check = [&["check"], &NOW[..]].concat();
    let (code, problems, _) = run(site.path(), &check);
    assert_eq!(code, Some(0));
    assert!(
        problems.contains("warning[outdated-copy]") && problems.contains("originals.txt:2:1"),
        "{problems}"
    );
    assert_eq!(run(site.path(), &["theme", "copy", "--keep", "templates/month.html"]).0, Some(0));
    assert_eq!(fs::read_to_string(site.path().join(RECORD)).unwrap(), record);
    assert_eq!(run(site.path(), &check).1, "");
}

#[test]
fn wrong_names_are_refused() {
    let site = site();
    let check = |args: &[&str], expected: &str| {
        let (code, shown, talk) = run(site.path(), &[&["theme", "copy"], args].concat());
        assert_eq!((code, shown.as_str(), talk.as_str()), (Some(2), "", expected));
    };
    check(
        &["templates/fornt.html"],
        "error: the built-in theme has no `templates/fornt.html`\nhelp: did you mean `templates/front.html`?\n",
    );
    check(
        &["--theme", "../x"],
        "error: --theme: `../x` cannot be a folder's name\nhelp: use letters, digits and hyphens\n",
    );
    check(&["--print", "static"], "error: --print takes one file\nhelp: name it, as templates/front.html\n");
    let (code, shown, _) = run(site.path(), &["theme", "copy", "--print", "templates/month.html"]);
    assert_eq!((code, shown), (Some(0), original("templates/month.html")));
    let (code, _, talk) = run(site.path(), &["theme", "copy", "--theme", "new", "templates/month.html"]);
    assert_eq!((code, talk.as_str()), (Some(0), "Set `theme = \"new\"` in site.toml to use it\n"));
}
