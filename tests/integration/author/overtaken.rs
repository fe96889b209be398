//! `--push` when others have pushed before.

use std::fs;

use super::pushes::{clone_builds, published};
use super::{Desk, OPEN_PATH, SITE};
use crate::support::git;

/// A site with one open incident on two machines that push to one repository, which stands first.
fn machines() -> (tempfile::TempDir, Desk, Desk) {
    let one = Desk::open();
    let remote = published(&one);
    git(one.path(), &["push", "--quiet", "--set-upstream", "origin", "main"]);
    git(remote.path(), &["symbolic-ref", "HEAD", "refs/heads/main"]);
    let two = Desk::with(&[]);
    fs::remove_file(two.path().join("site.toml")).unwrap();
    git(two.path(), &["clone", "--quiet", &remote.path().display().to_string(), "."]);
    (remote, one, two)
}

/// Commits everything in a folder and pushes it.
fn push(desk: &Desk, subject: &str) {
    git(desk.path(), &["add", "--all"]);
    git(desk.path(), &["commit", "--quiet", "-m", subject]);
    git(desk.path(), &["push", "--quiet"]);
}

fn subjects(desk: &Desk, commit: &str) -> String {
    git(desk.path(), &["log", "--format=%s", commit])
}

#[test]
fn updates_of_one_report_on_two_machines_both_arrive() {
    let (_remote, one, two) = machines();
    one.done(&["update", "--message", "One.", "--push"]);
    fs::write(two.path().join("site.toml"), SITE.replace("Acme", "Ours")).unwrap();
    fs::write(two.path().join("staged.txt"), "x").unwrap();
    git(two.path(), &["add", "staged.txt"]);
    two.done(&["update", "--message", "Two.", "--push"]);
    let text = git(two.path(), &["show", &format!("origin/main:{OPEN_PATH}")]);
    assert!(text.contains("\n\nOne.\n\n## Update, ") && text.ends_with("\n\nTwo.\n"), "{text}");
    assert_eq!(git(two.path(), &["status", "--porcelain"]), " M site.toml\nA  staged.txt\n");
    assert_eq!(git(two.path(), &["worktree", "list"]).lines().count(), 1);
}

#[test]
fn two_incidents_of_one_title_have_two_addresses() {
    let (_remote, one, two) = machines();
    one.done(&["new", "Web down", "--affects", "web=major", "--message", "One.", "--push"]);
    two.done(&["new", "Web down", "--affects", "web=major", "--message", "Two.", "--push"]);
    assert_eq!(
        git(two.path(), &["ls-tree", "-r", "--name-only", "origin/main", "content"]).lines().count(),
        3
    );
    clone_builds(&two);
}

#[test]
fn one_alert_on_two_machines_is_one_incident() {
    for title in ["Web down", "Web is down"] {
        let (_remote, one, two) = machines();
        one.done(&["new", "Web down", "--affects", "web=major", "--key", "k", "--message", "One.", "--push"]);
        let new = ["new", title, "--affects", "web=major", "--key", "k", "--message", "Two.", "--push"];
        let ran = two.run(&new).ended(0);
        assert!(ran.stderr.starts_with("nothing to do: an open incident has this key\n"), "{}", ran.stderr);
        assert!(ran.stdout.ends_with("-web-down.md\n"), "{}", ran.stdout);
        assert_eq!(subjects(&two, "origin/main"), "Report: Web down\nBegin\n");
        assert_eq!(git(two.path(), &["status", "--porcelain", "--branch"]), "## main...origin/main\n");
        for desk in [&one, &two] {
            desk.done(&["resolve", "--key", "k", "--push"]);
        }
        assert_eq!(subjects(&two, "origin/main"), "Resolved: Web down\nReport: Web down\nBegin\n");
    }
}

#[test]
fn two_incidents_with_one_key_are_not_pushed() {
    let (remote, one, two) = machines();
    git(two.path(), &["remote", "set-url", "origin", "/nowhere"]);
    let new = ["new", "Web is down", "--affects", "web=major", "--key", "k", "--push"];
    assert_eq!(two.run(&new).code, Some(2));
    one.done(&["new", "Web down", "--affects", "web=major", "--key", "k", "--push"]);
    git(two.path(), &["remote", "set-url", "origin", &remote.path().display().to_string()]);
    two.run(&new).failed("have the key `k`\nhelp: others pushed one of them before");
    assert_eq!(subjects(&two, "origin/main"), "Report: Web down\nBegin\n");
}

/// Others push a change that the command cannot go on top of: nothing is pushed, and the commit and all files stay.
#[track_caller]
fn check_refused(change: fn(&Desk), args: &[&str], expected: &[&str]) {
    let (_remote, one, two) = machines();
    change(&one);
    push(&one, "Theirs");
    let ran = two.run(&[args, &["--message", "Ours.", "--push"]].concat());
    assert!(matches!(ran.code, Some(1 | 2)), "{}", ran.stderr);
    for expected in expected.iter().chain(&["git pull --rebase"]) {
        assert!(ran.stderr.contains(expected), "{}", ran.stderr);
    }
    git(two.path(), &["fetch", "--quiet"]);
    assert_eq!(subjects(&two, "origin/main"), "Theirs\nBegin\n");
    assert_eq!(subjects(&two, "main").lines().count(), 2);
    assert_eq!(git(two.path(), &["status", "--porcelain"]), "");
    let files = two.files();
    assert!(files.values().any(|bytes| String::from_utf8_lossy(bytes).ends_with("\n\nOurs.\n")));
}

#[test]
fn what_does_not_fit_what_others_pushed_stays_here() {
    let renamed = |desk: &Desk| {
        fs::write(desk.path().join("site.toml"), SITE.replace("\"web\"", "\"www\"")).unwrap();
    };
    let new = ["new", "Web down", "--affects", "web=major"];
    check_refused(renamed, &new, &["unknown component `web`", "the commit "]);
    let removed = |desk: &Desk| fs::remove_file(desk.path().join(OPEN_PATH)).unwrap();
    check_refused(removed, &["update", "slow"], &["no report's slug is or contains `slow`"]);
    let broken = |desk: &Desk| fs::write(desk.path().join("site.toml"), "title = 1\n").unwrap();
    check_refused(broken, &new, &["site.toml:1:", "nothing was pushed"]);
    let ended = |desk: &Desk| drop(desk.done(&["resolve", "slow"]));
    check_refused(ended, &["resolve", "slow"], &["takes no other status"]);
}

#[test]
fn changes_that_are_not_committed_stay_and_are_named() {
    let (_remote, one, two) = machines();
    fs::write(one.path().join("site.toml"), SITE.replace("Acme", "Theirs")).unwrap();
    push(&one, "Theirs");
    let ours = SITE.replace("Acme", "Ours");
    fs::write(two.path().join("site.toml"), &ours).unwrap();
    let ran = two.run(&["update", "--message", "x", "--push"]).ended(2);
    ran.saying("site.toml").saying("commit or stash");
    assert_eq!(two.read("site.toml"), ours);
    assert_eq!(subjects(&two, "main"), "Update: The API is slow\nBegin\n");
    assert_eq!(git(two.path(), &["stash", "list"]), "");
}

#[test]
fn other_commits_go_on_top_of_what_others_pushed_unless_the_site_would_have_errors() {
    let (_remote, one, two) = machines();
    fs::write(one.path().join("site.toml"), SITE.replace("\"web\"", "\"www\"")).unwrap();
    push(&one, "Theirs");
    fs::write(two.path().join("x"), "x").unwrap();
    git(two.path(), &["add", "x"]);
    git(two.path(), &["commit", "--quiet", "-m", "Mine"]);
    two.done(&["update", "--message", "x", "--push"]);
    assert_eq!(subjects(&two, "origin/main"), "Update: The API is slow\nMine\nTheirs\nBegin\n");
    // This one names a component that is gone.
    one.done(&["update", "--message", "One.", "--push"]);
    git(two.path(), &["reset", "--quiet", "--hard", "HEAD~3"]);
    two.done(&["new", "Web down", "--affects", "web=major", "--commit"]);
    two.run(&["update", "slow", "--message", "Two.", "--push"])
        .failed("unknown component `web`")
        .saying("on top of what others pushed, your commits would have");
    assert_eq!(subjects(&two, "main"), "Update: The API is slow\nReport: Web down\nBegin\n");
}

#[test]
fn what_was_written_by_hand_comes_along() {
    let (_remote, one, two) = machines();
    one.done(&["resolve", "slow", "--push"]);
    git(two.path(), &["pull", "--quiet"]);
    let path = two.done(&["postmortem", "slow", "--with-images"]);
    super::pushes::add_image(&two, &path, "graph.gif");
    fs::write(one.path().join("x"), "x").unwrap();
    push(&one, "Theirs");
    two.done(&["postmortem", "slow", "--publish", "--push"]);
    assert_eq!(git(two.path(), &["status", "--porcelain", "--branch"]), "## main...origin/main\n");
    assert!(two.read(&path).ends_with("![A graph](graph.gif)\n"));
    clone_builds(&two);
}
