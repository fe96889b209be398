//! `--last-good` as it is typed, against real repositories.

use std::fs;
use std::path::Path;

use crate::support::{allclear, git, read_files, write_files};

use super::{SITE, UNTERMINATED, report};

/// A repository with a site in a folder of its own, and its first commit.
fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "--quiet"]);
    let published = format!("{SITE}\n[publish.stage]\nkind = \"directory\"\npath = \"../stage\"\n");
    let (a, b) = (report("api", 3), report("web", 4));
    let files = [("site.toml", published.as_str()), (A, &a), (B, &b), (".gitignore", "public\n")];
    write_files(&folder.path().join("status"), &files);
    commit(folder.path(), "first");
    folder
}

const A: &str = "content/incidents/a.md";
const B: &str = "content/incidents/b.md";

fn commit(folder: &Path, subject: &str) {
    git(folder, &["add", "."]);
    git(folder, &["commit", "--quiet", "--allow-empty", "-m", subject]);
}

const BUILD: [&str; 6] = ["build", "--now", "2026-11-20T12:00:00Z", "--json", "--last-good", "HEAD~1"];

#[test]
fn a_broken_file_of_a_colleague_does_not_stop_an_update() {
    let folder = repository();
    let site = folder.path().join("status");
    write_files(&site, &[(A, UNTERMINATED), (B, &report("web", 4).replace("All is well", "All is fine"))]);
    commit(folder.path(), "second");
    let ran = allclear(&site, &BUILD).ended(0);
    let first = git(folder.path(), &["rev-parse", "--short", "HEAD~1"]);
    let warning = format!(
        "warning[last-good]: this file has errors, so it is published as it stands in `{}`\n --> {A}:1:1",
        first.trim()
    );
    assert!(ran.stderr.contains(&warning), "{}", ran.stderr);
    assert!(ran.stderr.contains("warning[unterminated-front-matter]"), "{}", ran.stderr);
    let pages = read_files(&site.join("public"));
    let page = |path: &str| String::from_utf8_lossy(&pages[path]).into_owned();
    assert!(page("incidents/a/index.html").contains("All is well after day 3."));
    assert!(page("incidents/b/index.html").contains("All is fine after day 4."));
    // The same is published, and the red mark is there when it is asked for.
    let published =
        ["publish", "stage", "--last-good", "HEAD~1", "--now", "2026-11-20T12:00:00Z", "--deny-broken"];
    allclear(&site, &published).ended(1);
    let staged = fs::read_to_string(folder.path().join("stage/incidents/a/index.html")).unwrap();
    assert!(staged.contains("All is well after day 3."));
    allclear(&site, &[&BUILD[..], &["--deny-broken"]].concat()).ended(1);
    fs::write(site.join(A), report("api", 3)).unwrap();
    allclear(&site, &[&BUILD[..], &["--deny-broken"]].concat()).ended(0);
}

#[test]
fn what_stops_it_changes_nothing() {
    let folder = repository();
    let site = folder.path().join("status");
    allclear(&site, &BUILD[..4]).ended(0);
    let before = read_files(&site.join("public"));
    write_files(&site, &[(A, UNTERMINATED), (B, &report("web", 4).replace("All", "Not all"))]);
    commit(folder.path(), "second");
    for required in [A.to_owned(), site.join(A).display().to_string()] {
        let ran = allclear(&site, &[&BUILD[..], &["--require", &required]].concat()).ended(1);
        assert!(ran.stderr.contains("error[unterminated-front-matter]"), "{}", ran.stderr);
    }
    assert_eq!(read_files(&site.join("public")), before);
    let unknown = ["build", "--last-good", "nothing"];
    allclear(&site, &unknown).ended(2).saying("--last-good: there is no commit `nothing` here");
    let missing = [&BUILD[..], &["--require", "content/incidents/z.md"]].concat();
    allclear(&site, &missing).ended(2).saying("--require: `content/incidents/z.md` is not in the site");
    allclear(&site, &["build", "--deny-broken"]).ended(2).saying("--last-good");
}

#[test]
fn a_file_that_stays_broken_is_published_as_it_was_before() {
    let folder = repository();
    let site = folder.path().join("status");
    for (text, subject) in [(UNTERMINATED, "second"), ("+++\n", "third"), ("+++\n+++\n", "fourth")] {
        write_files(&site, &[(A, text)]);
        commit(folder.path(), subject);
    }
    allclear(&site, &BUILD).ended(0).saying("[last-good]");
    let page = fs::read_to_string(site.join("public/incidents/a/index.html")).unwrap();
    assert!(page.contains("All is well after day 3."));
    // A history that was cut off could hide that it was published.
    let clone = tempfile::tempdir().unwrap();
    let from = format!("file://{}", folder.path().display());
    git(clone.path(), &["clone", "--quiet", "--depth=2", &from, "."]);
    allclear(&clone.path().join("status"), &BUILD).ended(2).saying("git fetch --unshallow");
}

#[test]
fn what_a_published_report_shows_is_published_with_it() {
    let folder = repository();
    let site = folder.path().join("status");
    let text = format!("{}\n![Graph](graph.svg), [figures](/figures.csv)\n", report("api", 3));
    write_files(
        &site,
        &[(A, &text), ("content/incidents/graph.svg", "<svg/>"), ("static/figures.csv", "1,2")],
    );
    commit(folder.path(), "second");
    fs::remove_file(site.join("content/incidents/graph.svg")).unwrap();
    fs::remove_file(site.join("static/figures.csv")).unwrap();
    write_files(&site, &[(A, UNTERMINATED)]);
    commit(folder.path(), "third");
    allclear(&site, &BUILD).ended(0).saying("[last-good]");
    let pages = read_files(&site.join("public"));
    assert_eq!((&pages["incidents/graph.svg"][..], &pages["figures.csv"][..]), (&b"<svg/>"[..], &b"1,2"[..]));
    assert_eq!(read_files(&site.join("content")).len(), 2);
    // What must not be published is found in them, too.
    let toml = fs::read_to_string(site.join("site.toml")).unwrap();
    write_files(&site, &[("site.toml", &format!("{toml}\n[checks.redact]\nfigures = \"1,2\"\n"))]);
    allclear(&site, &BUILD).ended(1).saying("error[unredacted]");
}
