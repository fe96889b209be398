//! Commits and pushes against real repositories.
//!
//! Not beside the code: a process that is started holds the locks of the others for a moment, which tests of locks in the same
//! process would see.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use allclear::edge::git::Repository;

#[track_caller]
fn run(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"])
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// An empty bare repository and two clones of its first commit, which holds `a` and `b`.
fn clones() -> (tempfile::TempDir, PathBuf, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    run(folder.path(), &["init", "--quiet", "--bare", "origin.git"]);
    for name in ["one", "two"] {
        run(folder.path(), &["clone", "--quiet", "origin.git", name]);
        run(&path(name), &["config", "user.name", "A"]);
        run(&path(name), &["config", "user.email", "a@example.org"]);
        if name == "one" {
            fs::write(path("one/a"), "a\n").unwrap();
            fs::write(path("one/b"), "b\n").unwrap();
            run(&path("one"), &["checkout", "--quiet", "-B", "main"]);
            run(&path("one"), &["add", "."]);
            run(&path("one"), &["commit", "--quiet", "-m", "first"]);
            run(&path("one"), &["push", "--quiet", "--set-upstream", "origin", "main"]);
            run(folder.path(), &["-C", "origin.git", "symbolic-ref", "HEAD", "refs/heads/main"]);
        }
    }
    let (one, two) = (path("one"), path("two"));
    (folder, one, two)
}

#[test]
fn a_commit_holds_exactly_its_files() {
    let (_folder, one, _) = clones();
    let repository = Repository::of(&one).unwrap();
    fs::write(one.join("a"), "staged\n").unwrap();
    run(&one, &["add", "a"]);
    fs::write(one.join("b"), "changed\n").unwrap();
    fs::write(one.join("new [x]*"), "new\n").unwrap();
    fs::write(one.join("new x"), "not ours\n").unwrap();
    let files = [one.join("b"), one.join("new [x]*"), one.join("never was")];
    let commit = repository.commit(&files, "Say what is wrong").unwrap();
    let shown = run(&one, &["show", "--format=%s", "--name-only", &commit]);
    assert_eq!(shown, "Say what is wrong\n\nb\nnew [x]*\n");
    assert_eq!(run(&one, &["diff", "--cached", "--name-only"]), "a\n");
}

#[test]
fn changed_files_are_named_from_their_folder() {
    let (_folder, one, _) = clones();
    let repository = Repository::of(&one).unwrap();
    fs::create_dir_all(one.join("site/new folder")).unwrap();
    for file in ["site/kept", "site/gone", "site/changed"] {
        fs::write(one.join(file), "x\n").unwrap();
    }
    run(&one, &["add", "."]);
    run(&one, &["commit", "--quiet", "-m", "second"]);
    fs::remove_file(one.join("site/gone")).unwrap();
    fs::write(one.join("site/changed"), "y\n").unwrap();
    fs::write(one.join("site/new folder/é \"x\""), "new\n").unwrap();
    fs::write(one.join("a"), "elsewhere\n").unwrap();
    let mut changed = repository.changed(&one.join("site")).unwrap();
    changed.sort();
    assert_eq!(changed, ["changed", "gone", "new folder/é \"x\""]);
    assert_eq!(repository.committed(&one.join("site"), "changed").as_deref(), Some(&b"x\n"[..]));
    assert_eq!(repository.committed(&one.join("site"), "new folder/é \"x\""), None);
}

#[test]
fn a_push_follows_what_others_pushed() {
    let (_folder, one, two) = clones();
    for (clone, file) in [(&one, "c"), (&two, "d")] {
        fs::write(clone.join(file), "x\n").unwrap();
        fs::write(clone.join("a"), "a\n").unwrap();
        let repository = Repository::of(clone).unwrap();
        repository.commit(&[clone.join(file)], file).unwrap();
        let pushed = repository.push().unwrap();
        assert_eq!((pushed.remote.as_str(), pushed.branch.as_str()), ("origin", "main"));
    }
    assert_eq!(run(&two, &["log", "--format=%s", "origin/main"]), "d\nc\nfirst\n");
}

#[test]
fn a_conflict_keeps_the_commit_and_says_so() {
    let (_folder, one, two) = clones();
    for (clone, text) in [(&one, "one\n"), (&two, "two\n")] {
        fs::write(clone.join("a"), text).unwrap();
        Repository::of(clone).unwrap().commit(&[clone.join("a")], text.trim()).unwrap();
    }
    Repository::of(&one).unwrap().push().unwrap();
    let error = Repository::of(&two).unwrap().push().unwrap_err().to_string();
    assert!(error.contains("others changed the same lines; the commit is kept"), "{error}");
    assert_eq!(run(&two, &["log", "--format=%s"]), "two\nfirst\n");
    assert_eq!(run(&two, &["status", "--porcelain"]), "");
    assert_eq!(fs::read_to_string(two.join("a")).unwrap(), "two\n");
}

#[test]
fn without_a_remote_there_is_no_push() {
    let folder = tempfile::tempdir().unwrap();
    assert!(Repository::of(folder.path()).is_none());
    run(folder.path(), &["init", "--quiet"]);
    let repository = Repository::of(folder.path()).unwrap();
    assert_eq!(repository.remote_address(), None);
    assert!(repository.push().unwrap_err().to_string().contains("there is no remote to push to"));
}
