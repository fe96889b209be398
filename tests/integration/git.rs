//! Commits and pushes against real repositories.
//!
//! Not beside the code: a process that is started holds the locks of the others for a moment, which tests of locks in the same
//! process would see.

use std::fs;
use std::path::{Path, PathBuf};

use allclear::edge::git::{CommitFiles, Repository};

use crate::support::git;

/// An empty bare repository and two clones of its first commit, which holds `a` and `b`.
fn clones() -> (tempfile::TempDir, PathBuf, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    git(folder.path(), &["init", "--quiet", "--bare", "origin.git"]);
    for name in ["one", "two"] {
        git(folder.path(), &["clone", "--quiet", "origin.git", name]);
        git(&path(name), &["config", "user.name", "A"]);
        git(&path(name), &["config", "user.email", "a@example.org"]);
        if name == "one" {
            fs::write(path("one/a"), "a\n").unwrap();
            fs::write(path("one/b"), "b\n").unwrap();
            git(&path("one"), &["checkout", "--quiet", "-B", "main"]);
            git(&path("one"), &["add", "."]);
            git(&path("one"), &["commit", "--quiet", "-m", "first"]);
            git(&path("one"), &["push", "--quiet", "--set-upstream", "origin", "main"]);
            git(folder.path(), &["-C", "origin.git", "symbolic-ref", "HEAD", "refs/heads/main"]);
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
    git(&one, &["add", "a"]);
    fs::write(one.join("b"), "changed\n").unwrap();
    fs::write(one.join("new [x]*"), "new\n").unwrap();
    fs::write(one.join("new x"), "not ours\n").unwrap();
    let files = CommitFiles { present: vec!["b", "new [x]*"], gone: vec![] };
    let commit = repository.commit(&one, files, "Say what is wrong").unwrap();
    let shown = git(&one, &["show", "--format=%s", "--name-only", &commit]);
    assert_eq!(shown, "Say what is wrong\n\nb\nnew [x]*\n");
    // The index does not have it any more.
    git(&one, &["rm", "--quiet", "new [x]*"]);
    let files = CommitFiles { present: vec![], gone: vec!["new [x]*"] };
    let commit = repository.commit(&one, files, "Take it back").unwrap();
    let shown = git(&one, &["show", "--format=%s", "--name-status", &commit]);
    assert_eq!(shown, "Take it back\n\nD\tnew [x]*\n");
    assert_eq!(git(&one, &["diff", "--cached", "--name-only"]), "a\n");
}

#[test]
fn changed_files_are_named_from_their_folder() {
    let (_folder, one, _) = clones();
    let repository = Repository::of(&one).unwrap();
    fs::create_dir_all(one.join("site/new folder")).unwrap();
    for file in ["site/kept", "site/gone", "site/changed"] {
        fs::write(one.join(file), "x\n").unwrap();
    }
    git(&one, &["add", "."]);
    git(&one, &["commit", "--quiet", "-m", "second"]);
    fs::remove_file(one.join("site/gone")).unwrap();
    fs::write(one.join("site/changed"), "y\n").unwrap();
    fs::write(one.join("site/new folder/é \"x\""), "new\n").unwrap();
    fs::write(one.join("a"), "elsewhere\n").unwrap();
    let mut changed = repository.changed(&one.join("site")).unwrap();
    changed.sort();
    assert_eq!(changed, ["changed", "gone", "new folder/é \"x\""]);
    let tree = repository.tree(&one.join("site"), "HEAD").unwrap();
    let paths: Vec<&str> = tree.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["changed", "gone", "kept"]);
    let contents = repository.contents(&[tree[0].object.clone()]).unwrap();
    assert_eq!(contents[&tree[0].object], b"x\n");
    assert_eq!(repository.tree(&one.join("site"), "HEAD~9").unwrap(), []);
}

/// Commits a file in a clone; returns the clone's repository and the commit.
fn committed(clone: &Path, file: &str, text: &str) -> (Repository, String) {
    fs::write(clone.join(file), text).unwrap();
    let repository = Repository::of(clone).unwrap();
    repository.commit(clone, CommitFiles { present: vec![file], gone: vec![] }, text.trim()).unwrap();
    let commit = repository.id("HEAD").unwrap();
    (repository, commit)
}

#[test]
fn what_is_not_committed_is_never_touched() {
    let (_folder, one, two) = clones();
    for file in ["a", "new", "ignored"] {
        committed(&one, file, "theirs\n").0.push().unwrap();
    }
    fs::write(two.join(".git/info/exclude"), "ignored\n").unwrap();
    let (repository, ours) = committed(&two, "c", "ours\n");
    let base = repository.rebased(&ours, &repository.fetch().unwrap()).unwrap();
    for file in ["a", "new", "ignored"] {
        fs::write(two.join(file), "not committed\n").unwrap();
        let error = repository.move_to(&base).unwrap_err().to_string();
        assert!(error.contains("would be overwritten"), "{error}");
        assert_eq!(fs::read_to_string(two.join(file)).unwrap(), "not committed\n");
        assert_eq!(repository.id("HEAD").unwrap(), ours);
        if file == "a" {
            git(&two, &["checkout", "--quiet", "a"]);
        } else {
            fs::remove_file(two.join(file)).unwrap();
        }
    }
}

#[test]
fn a_conflict_keeps_the_commit_and_says_so() {
    let (_folder, one, two) = clones();
    committed(&one, "a", "one\n").0.push().unwrap();
    let (repository, ours) = committed(&two, "a", "two\n");
    let error = repository.rebased(&ours, &repository.fetch().unwrap()).unwrap_err().to_string();
    assert!(error.contains("others changed the same lines"), "{error}");
    assert_eq!(git(&two, &["log", "--format=%s"]), "two\nfirst\n");
    assert_eq!(git(&two, &["status", "--porcelain"]), "");
    assert_eq!(fs::read_to_string(two.join("a")).unwrap(), "two\n");
    assert_eq!(git(&two, &["worktree", "list"]).lines().count(), 1);
}

#[test]
fn commits_that_were_taken_back_there_do_not_come_again() {
    let (_folder, one, two) = clones();
    committed(&one, "secret", "x\n").0.push().unwrap();
    git(&two, &["pull", "--quiet"]);
    git(&one, &["commit", "--quiet", "--amend", "--allow-empty", "-m", "without"]);
    git(&one, &["push", "--quiet", "--force"]);
    let (repository, _) = committed(&two, "c", "ours\n");
    assert_eq!(repository.push().unwrap(), None);
    let error = repository.fetch().unwrap_err().to_string();
    assert!(error.contains("was rewritten there"), "{error}");
}
