//! `--commit` and `--push` against real repositories.

use std::process::Command;

use super::{Desk, OPEN, OPEN_PATH};
use crate::support::{Ran, git};

/// The site of `desk` under version control, with a bare repository it pushes to.
pub(super) fn published(desk: &Desk) -> tempfile::TempDir {
    let remote = tempfile::tempdir().unwrap();
    git(remote.path(), &["init", "--quiet", "--bare", "."]);
    git(desk.path(), &["init", "--quiet", "."]);
    git(desk.path(), &["add", "."]);
    git(desk.path(), &["commit", "--quiet", "-m", "Begin"]);
    git(desk.path(), &["remote", "add", "origin", &remote.path().display().to_string()]);
    remote
}

#[test]
fn a_commit_holds_the_report_and_says_what_happened() {
    let desk = Desk::open();
    let _remote = published(&desk);
    std::fs::write(desk.path().join("site.toml"), super::SITE.replace("Acme", "Ours")).unwrap();
    git(desk.path(), &["add", "site.toml"]);
    desk.run(&["update", "--status", "identified", "--message", "x", "--commit"])
        .ended(0)
        .saying("\nCommitted ");
    let shown = git(desk.path(), &["show", "--format=%s", "--name-only"]);
    assert_eq!(shown, format!("Identified: The API is slow\n\n{OPEN_PATH}\n"));
    let path = desk.done(&["new", "Web down", "--affects", "web=major", "--commit"]);
    assert_eq!(
        git(desk.path(), &["show", "--format=%s", "--name-only"]),
        format!("Report: Web down\n\n{path}\n")
    );
    desk.done(&["resolve", "slow", "--commit"]);
    desk.done(&["postmortem", "slow", "--with-images", "--commit"]);
    let moved = git(desk.path(), &["show", "--format=%s", "--name-status", "--no-renames"]);
    let to = OPEN_PATH.replace(".md", "/index.md");
    assert_eq!(moved, format!("Begin the postmortem: The API is slow\n\nD\t{OPEN_PATH}\nA\t{to}\n"));
    assert_eq!(git(desk.path(), &["diff", "--cached", "--name-only"]), "site.toml\n");
}

/// Clones the repository of `desk` as committed and builds it; returns what `check` says of the clone.
#[track_caller]
pub(super) fn clone_builds(desk: &Desk) {
    let clone = tempfile::tempdir().unwrap();
    git(clone.path(), &["clone", "--quiet", &desk.path().display().to_string(), "."]);
    let site = clone.path().display().to_string();
    desk.run(&["check", "--site", &site]).ended(0);
    desk.run(&["build", "--site", &site]).ended(0);
}

/// Puts an image beside a report and shows it.
pub(super) fn add_image(desk: &Desk, report: &str, image: &str) {
    let path = desk.path().join(report);
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(path.parent().unwrap().join(image), "GIF89a").unwrap();
    std::fs::write(&path, text.replace("TODO: ", "") + &format!("\n![A graph]({image})\n")).unwrap();
}

#[test]
fn a_clone_builds_after_each_command_that_commits() {
    let desk = Desk::open();
    let _remote = published(&desk);
    let steps: [&[&str]; 6] = [
        &["new", "Web down", "--affects", "web=major"],
        &["update", "web-down", "--message", "Still."],
        &["schedule", "Works", "--from", "+2d", "--for", "2h", "--affects", "api"],
        &["resolve", "web-down"],
        &["resolve", "slow"],
        &["postmortem", "web-down"],
    ];
    for step in steps {
        desk.done(&[step, &["--commit"]].concat());
        clone_builds(&desk);
    }
}

#[test]
fn a_commit_takes_a_move_that_was_not_committed_and_the_images_of_the_report() {
    let desk = Desk::open();
    let _remote = published(&desk);
    desk.done(&["resolve", "slow", "--commit"]);
    let to = desk.done(&["postmortem", "slow", "--with-images"]);
    add_image(&desk, &to, "graph.gif");
    std::fs::write(desk.path().join("content/notes.txt"), "mine").unwrap();
    desk.done(&["postmortem", "slow", "--publish", "--commit"]);
    clone_builds(&desk);
    let left = git(desk.path(), &["status", "--porcelain", "--untracked-files=all"]);
    assert_eq!(left, "?? content/notes.txt\n");
    // The other way round, by hand.
    std::fs::rename(desk.path().join(&to), desk.path().join(OPEN_PATH)).unwrap();
    let image = OPEN_PATH.replace(".md", "/graph.gif");
    std::fs::rename(desk.path().join(&image), desk.path().join(OPEN_PATH).with_file_name("graph.gif"))
        .unwrap();
    let again =
        ["new", "Slow again", "--affects", "api=degraded", "--after", "2024-04-16-slow-api", "--commit"];
    desk.run(&again).ended(0);
    clone_builds(&desk);
}

#[test]
fn a_commit_takes_the_images_that_are_named_by_their_public_addresses() {
    let desk = Desk::open();
    let _remote = published(&desk);
    std::fs::create_dir(desk.path().join("static")).unwrap();
    for (image, named) in [("s.png", "/s.png"), ("an a.png", "/an%20a.png?x#y"), ("s.png", "/s.png")] {
        std::fs::write(desk.path().join("static").join(image), named).unwrap();
        desk.done(&["update", "slow", "--message", &format!("![a graph]({named})"), "--commit"]);
        clone_builds(&desk);
        assert_eq!(git(desk.path(), &["status", "--porcelain", "--untracked-files=all"]), "");
    }
    // One that nothing refers to stays its owner's.
    std::fs::write(desk.path().join("static/mine.png"), "x").unwrap();
    desk.done(&["update", "slow", "--message", "x", "--commit"]);
    assert_eq!(git(desk.path(), &["status", "--porcelain", "--untracked-files=all"]), "?? static/mine.png\n");
}

#[cfg(unix)]
#[test]
fn a_commit_finds_its_files_through_a_link_to_the_site() {
    let desk = Desk::open();
    let _remote = published(&desk);
    let elsewhere = tempfile::tempdir().unwrap();
    let link = elsewhere.path().join("site");
    std::os::unix::fs::symlink(desk.path(), &link).unwrap();
    let site = link.to_str().unwrap();
    let path = desk.done(&["update", "slow", "--message", "x", "--commit", "--site", site]);
    assert_eq!(path, format!("{site}/{OPEN_PATH}"));
    clone_builds(&desk);
    assert_eq!(git(desk.path(), &["status", "--porcelain", "--untracked-files=all"]), "");
}

#[test]
fn a_commit_that_a_clone_could_not_build_is_refused_and_names_what_is_missing() {
    let desk = Desk::open();
    let _remote = published(&desk);
    let site = format!("{}\n[[components]]\nid = \"mail\"\nname = \"Mail\"\n", super::SITE);
    std::fs::write(desk.path().join("site.toml"), &site).unwrap();
    let ran = desk
        .run(&["new", "Mail down", "--affects", "mail=major", "--commit"])
        .failed("unknown component `mail`");
    let end = "is written, but not committed: a clone would have these errors; git does not have `site.toml` as it is\nhelp: correct that, then commit the file with git\n";
    assert!(ran.stderr.ends_with(end), "{}", ran.stderr);
    git(desk.path(), &["commit", "--quiet", "-m", "Mail", "site.toml"]);
    desk.done(&["update", "mail", "--message", "Still.", "--commit"]);
    clone_builds(&desk);
    // An image that git ignores.
    std::fs::write(desk.path().join(".gitignore"), "*.gif\n").unwrap();
    desk.done(&["resolve", "slow", "--commit"]);
    let to = desk.done(&["postmortem", "slow", "--with-images", "--commit"]);
    add_image(&desk, &to, "graph.gif");
    let ran = desk.run(&["postmortem", "slow", "--publish", "--commit"]).ended(2);
    assert!(
        ran.stderr.contains("dead-link")
            && ran.stderr.contains("/graph.gif` as it is; git ignores `content/"),
        "{}",
        ran.stderr
    );
}

#[test]
fn pushes_of_two_machines_at_once_both_arrive() {
    let desk = Desk::open();
    let remote = published(&desk);
    git(desk.path(), &["push", "--quiet", "--set-upstream", "origin", "main"]);
    git(remote.path(), &["symbolic-ref", "HEAD", "refs/heads/main"]);
    let other = Desk::with(&[]);
    std::fs::remove_file(other.path().join("site.toml")).unwrap();
    git(other.path(), &["clone", "--quiet", &remote.path().display().to_string(), "."]);
    let start = |desk: &Desk, title: &str| {
        let mut command = desk.command(&["new", title, "--affects", "web=major", "--push"]);
        command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap()
    };
    let children = [start(&desk, "Here"), start(&other, "There")];
    for child in children {
        Ran::of(child.wait_with_output().unwrap())
            .ended(0)
            .saying(", pushed to origin/main\n")
            .saying("  https://status.acme.example/incidents/");
    }
    let mut subjects: Vec<String> =
        git(remote.path(), &["log", "--format=%s"]).lines().map(str::to_owned).collect();
    subjects.sort();
    assert_eq!(subjects, ["Begin", "Report: Here", "Report: There"]);
}

#[test]
fn commits_that_are_pushed_along_are_counted() {
    let desk = Desk::open();
    let _remote = published(&desk);
    git(desk.path(), &["push", "--quiet", "--set-upstream", "origin", "main"]);
    let commit = |name: &str| {
        std::fs::write(desk.path().join(name), name).unwrap();
        git(desk.path(), &["add", name]);
        git(desk.path(), &["commit", "--quiet", "-m", name]);
    };
    let update = |message: &str| desk.run(&["update", "--message", message, "--push"]).ended(0);
    update("1").saying(", pushed to origin/main\n");
    commit("a");
    update("2").saying(", pushed to origin/main with an earlier commit\n");
    ["b", "c"].into_iter().for_each(commit);
    update("3").saying(", pushed to origin/main with 2 earlier commits\n");
    let resolve = ["resolve", "slow", "--message", "Over.", "--key", "k"];
    desk.run(&[&resolve[..], &["--commit"]].concat()).ended(0);
    commit("d");
    desk.run(&[&resolve[..], &["--push"]].concat()).ended(0).saying("\nPushed 2 commits to origin/main\n");
}

#[test]
fn what_cannot_be_committed_or_pushed_is_written_and_said() {
    let desk = Desk::open();
    desk.run(&["update", "--message", "x", "--commit"])
        .failed("is written, but not committed: the site is in no git repository");
    assert!(desk.read(OPEN_PATH).len() > OPEN.len());
    git(desk.path(), &["init", "--quiet", "."]);
    git(desk.path(), &["add", "."]);
    git(desk.path(), &["commit", "--quiet", "-m", "Begin"]);
    desk.run(&["update", "--message", "y", "--push"])
        .failed("is written, but not pushed: ")
        .saying("there is no remote to push to");
    assert_eq!(git(desk.path(), &["log", "--format=%s", "-1"]), "Update: The API is slow\n");
}

#[test]
fn a_commit_that_git_refuses_leaves_the_index_as_it_was() {
    let desk = Desk::open();
    let _remote = published(&desk);
    git(desk.path(), &["checkout", "--quiet", "-b", "other"]);
    for (branch, text) in [("other", "a"), ("main", "b")] {
        git(desk.path(), &["checkout", "--quiet", branch]);
        std::fs::write(desk.path().join("x"), text).unwrap();
        git(desk.path(), &["add", "x"]);
        git(desk.path(), &["commit", "--quiet", "-m", text]);
    }
    let merge = Command::new("git").current_dir(desk.path()).args(["merge", "--quiet", "other"]).output();
    assert!(!merge.unwrap().status.success());
    desk.run(&["new", "Web down", "--affects", "web=major", "--commit"])
        .failed("is written, but not committed");
    assert_eq!(git(desk.path(), &["ls-files", "content"]), format!("{OPEN_PATH}\n"));
    git(desk.path(), &["merge", "--abort"]);
    desk.done(&["update", "web", "--message", "x", "--commit"]);
}

#[test]
fn a_commit_that_failed_is_made_when_the_command_is_given_again() {
    let desk = Desk::open();
    let _remote = published(&desk);
    // Git knows nobody but from the environment.
    git(desk.path(), &["config", "user.useConfigOnly", "true"]);
    let steps: [&[&str]; 3] = [
        &["resolve", "slow", "--key", "k", "--commit"],
        &["postmortem", "slow", "--with-images", "--commit"],
        &["postmortem", "slow", "--publish", "--commit"],
    ];
    for step in steps {
        if step.contains(&"--publish") {
            add_image(&desk, &OPEN_PATH.replace(".md", "/index.md"), "graph.gif");
        }
        let mut command = desk.command(step);
        for name in ["GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"] {
            command.env_remove(name);
        }
        Ran::of(command.output().unwrap()).failed("is written, but not committed");
        let ran = desk.run(step).ended(0);
        ran.saying("nothing to do: ").saying("\nCommitted ");
        clone_builds(&desk);
    }
    assert_eq!(git(desk.path(), &["status", "--porcelain"]), "");
}

#[test]
fn a_report_that_git_ignores_is_not_said_to_be_committed() {
    let desk = Desk::open();
    let _remote = published(&desk);
    std::fs::write(desk.path().join(".gitignore"), "content\n").unwrap();
    for option in ["--commit", "--push"] {
        desk.run(&["new", "Web down", "--affects", "web=major", option])
            .failed("is written, but not committed: git ignores `content/");
    }
    // Git follows this one, whatever is ignored.
    desk.done(&["update", "slow", "--message", "x", "--commit"]);
    assert_eq!(git(desk.path(), &["status", "--porcelain", "content"]), "");
}

#[test]
fn what_was_not_pushed_is_pushed_when_the_command_is_given_again() {
    let desk = Desk::with(&[]);
    let remote = published(&desk);
    let away = remote.path().with_extension("away");
    std::fs::rename(remote.path(), &away).unwrap();
    let new = ["new", "API down", "--affects", "api=major", "--key", "k", "--push"];
    desk.run(&new).failed("is written, but not pushed: ");
    std::fs::rename(&away, remote.path()).unwrap();
    let ran = desk.run(&new).ended(0);
    assert!(
        ran.stderr.ends_with("nothing to do: an open incident has this key\nPushed to origin/main\n"),
        "{}",
        ran.stderr
    );
    assert_eq!(git(remote.path(), &["log", "--format=%s", "main"]), "Report: API down\nBegin\n");
    // And what was not even committed.
    let resolve = ["resolve", "--key", "k", "--message", "Over."];
    assert_eq!(desk.run(&resolve).code, Some(0));
    let ran = desk.run(&[&resolve[..], &["--push"]].concat()).ended(0);
    ran.saying("nothing to do: ").saying("\nCommitted ");
    assert_eq!(git(remote.path(), &["log", "--format=%s", "-1", "main"]), "Update: API down\n");
    let ran = desk.run(&[&resolve[..], &["--push", "--dry-run"]].concat());
    assert!(ran.code == Some(0) && !ran.stderr.contains("ushed"), "{}", ran.stderr);
}

#[test]
fn a_new_site_takes_its_address_from_the_remote() {
    let desk = Desk::with(&[]);
    git(desk.path(), &["init", "--quiet", "."]);
    git(desk.path(), &["remote", "add", "origin", "git@github.com:Acme/status.git"]);
    assert_eq!(desk.run(&["init", "new", "--component", "API"]).code, Some(0));
    assert!(desk.read("new/site.toml").contains("\nbase_url = \"https://acme.github.io/status/\"\n"));
}
