//! Branches, and earlier commits.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use crate::edge::Error;
use crate::edge::git::command::{output, printed};
use crate::edge::git::repository::{Repository, git_in};

impl Repository {
    /// The branch that is checked out; `None` when a commit is.
    pub fn branch(&self) -> Option<String> {
        self.read(&["symbolic-ref", "--short", "HEAD"])
    }

    pub fn short_name(&self, commit: &str) -> String {
        self.read(&["rev-parse", "--short", commit]).unwrap_or_else(|| commit.to_owned())
    }

    /// The files below a folder, by their paths in it, that the work tree has otherwise than a commit, or that only one of both
    /// has. Files that git does not follow count as absent.
    pub fn changed_since(&self, folder: &Path, commit: &str) -> Result<BTreeSet<String>, Error> {
        let mut diff = git_in(folder);
        diff.args([
            "diff",
            "--name-only",
            "-z",
            "--relative",
            "--no-renames",
            "--no-ext-diff",
            commit,
            "--",
            ".",
        ]);
        let listed = output("read", self.root(), &mut diff)?;
        let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
        Ok(listed.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect())
    }

    /// The commit before the newest change of one of these files of a folder, at `commit` or before it; of merges the branch's
    /// own side is followed. `None` when there was no change, or nothing before it.
    ///
    /// # Errors
    /// What git says, and a history that was not fetched to its beginning.
    pub fn before_change(
        &self,
        folder: &Path,
        commit: &str,
        files: &[&str],
    ) -> Result<Option<String>, Error> {
        let mut list = git_in(folder);
        list.args(["--literal-pathspecs", "rev-list", "--first-parent", "--max-count=1", commit, "--"]);
        let listed = output("read", self.root(), list.args(files))?;
        let change = String::from_utf8_lossy(&listed.stdout).trim().to_owned();
        if change.is_empty() {
            return Ok(None);
        }
        let parent =
            printed(git_in(folder).args(["rev-parse", "--verify", "--quiet", &format!("{change}^")]));
        let is_shallow =
            || self.read(&["rev-parse", "--is-shallow-repository"]).is_some_and(|it| it == "true");
        if parent.is_none() && is_shallow() {
            let why = "the history was not fetched to its beginning; fetch it with `git fetch --unshallow`";
            return Err(Error::when("read", self.root())(io::Error::other(why)));
        }
        Ok(parent)
    }
}
