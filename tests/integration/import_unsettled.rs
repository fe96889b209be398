//! What an import leaves to a person, and what it leaves out: empty sources, another kind, addresses that are taken.

use std::fs;

use crate::import_folder::{allclear, folder, imported, says, succeeds};
use crate::support::read_files;

const CONFIG: &str = "baseURL: https://a.test\nparams:\n  systems:\n    - name: API\n";

#[test]
fn a_folder_without_sources_needs_a_person() {
    for args in [
        &["statuspage", "old"][..],
        &["statuspage-text", "old"],
        &["cstate", "old"],
        &["upptime", "old"],
        &["markdown", "old"],
    ] {
        let folder = folder(&[]);
        fs::create_dir(folder.path().join("old")).unwrap();
        let before = read_files(folder.path());
        let ran = allclear(folder.path(), &[&["import"], args].concat()).ended(1);
        let line = "needs a person: old: there is no file here that this import reads\n";
        assert!(ran.stdout.contains(line), "{args:?}: {}", ran.stdout);
        assert!(read_files(folder.path()) == before, "{args:?}");
    }
}

#[test]
fn a_report_that_changes_its_kind_waits_for_a_person() {
    let issue = |title: &str| {
        format!(
            "---\ntitle: '{title}'\ndate: 2024-05-01T09:00:00Z\nresolved: true\nresolvedWhen: 2024-05-01T10:00:00Z\nseverity: down\n\
             affected: [API]\n---\nx\n"
        )
    };
    let folder = folder(&[("old/config.yml", CONFIG), ("old/content/issues/a.md", &issue("Move"))]);
    let path = folder.path();
    imported(path, &["cstate", "old"], 0);
    let [first, second] =
        ["incidents", "maintenance"].map(|kind| format!("content/{kind}/2024/2024-05-01-move.md"));
    let before = fs::read_to_string(path.join("site").join(&first)).unwrap();
    fs::write(path.join("old/content/issues/a.md"), issue("Maintenance: move")).unwrap();

    imported(path, &["cstate", "old"], 0);
    let ran = allclear(path, &["import", "cstate", "old", "--update"]).ended(1);
    let line = format!(
        "needs a person: {first}: line 1: the source calls this a maintenance now: move it to `content/maintenance/`, and import again\n"
    );
    assert!(ran.stdout.contains(&line), "{}", ran.stdout);
    assert_eq!(fs::read_to_string(path.join("site").join(&first)).unwrap(), before);

    fs::create_dir_all(path.join("site/content/maintenance/2024")).unwrap();
    fs::rename(path.join("site").join(&first), path.join("site").join(&second)).unwrap();
    let said = succeeds(path, &["import", "cstate", "old", "--update"]);
    assert!(said.contains(&format!("updated: content/issues/a.md: {second}\n")), "{said}");
    let after = fs::read_to_string(path.join("site").join(&second)).unwrap();
    assert!(after.contains("title = \"Maintenance: move\"") && after.contains("from = "), "{after}");
    succeeds(path, &["check", "--now", "2024-12-01T00:00:00Z"]);
}

/// A page that every site has, one of a component, a month of the history, and a file that is copied.
#[test]
fn an_old_address_where_the_site_has_something_else_is_left_out() {
    let addresses = ["/history/", "/components/api/", "/history/2024-05/", "/old.html", "/kept/"];
    let issue = |address: &str| {
        format!(
            "---\ntitle: Down at {address}\ndate: 2024-05-01T09:00:00Z\nresolved: true\nresolvedWhen: 2024-05-01T10:00:00Z\n\
             severity: down\naffected: [API]\naliases: [{address}]\n---\nx\n"
        )
    };
    let mut sources = vec![("old/config.yml".to_owned(), CONFIG.to_owned())];
    sources.push(("site/static/old.html".to_owned(), "<title>Ours</title>".to_owned()));
    sources.extend(
        addresses.iter().enumerate().map(|(at, it)| (format!("old/content/issues/{at}.md"), issue(it))),
    );
    let sources: Vec<(&str, &str)> =
        sources.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let folder = folder(&sources);
    let path = folder.path();
    let log = imported(path, &["cstate", "old"], 0);
    for address in &addresses[..4] {
        let text = format!("“Down at {address}”: another page of the site stands at `{address}`");
        says(&log, "left_out", &text);
    }
    assert!(!log.iter().any(|(_, text)| text.contains("stands at `/kept/`")), "{log:#?}");
    succeeds(path, &["check", "--now", "2024-12-01T00:00:00Z"]);
    let before = read_files(path);
    succeeds(path, &["import", "cstate", "old", "--update"]);
    assert!(read_files(path) == before, "an update changes something");
    succeeds(path, &["build", "--out", "out", "--now", "2024-12-01T00:00:00Z"]);
    assert!(path.join("out/kept/index.html").exists());
}
