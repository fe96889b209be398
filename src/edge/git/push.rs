//! Pushes, and what brings a branch on top of what others pushed.
//!
//! Invariant: the user's files change in one step of git's, `git switch`, which refuses when it would touch a change that is
//! not committed. Commits are rebased in a folder of our own.

use std::path::Path;
use std::{fs, io};

use crate::diagnostic::secrets::masked;
use crate::edge::Error;
use crate::edge::git::command::{refused, was_overtaken, words};
use crate::edge::git::repository::{Repository, git_in};
use crate::edge::git::scratch::create_folder;

/// Where a push went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pushed {
    /// The remote's name.
    pub remote: String,
    /// The branch there.
    pub branch: String,
    /// How many commits it gained, where that was known here.
    pub commits: usize,
}

/// The local copy of a remote's branch: `refs/remotes/origin/main`.
fn tracked(remote: &str, branch: &str) -> String {
    branch.replacen("refs/heads", &format!("refs/remotes/{remote}"), 1)
}

/// The branch that is checked out, and where it is pushed.
struct Upstream {
    branch: String,
    remote: String,
    /// `refs/heads/main`
    there: String,
    is_followed: bool,
}

impl Repository {
    /// Pushes the current branch to where it is pulled from, once; `None` when others have pushed before.
    ///
    /// # Errors
    /// No branch, no remote, and what git says.
    pub fn push(&self) -> Result<Option<Pushed>, Error> {
        let Upstream { remote, there, is_followed, .. } = self.upstream()?;
        let commits = self.ahead_of(&tracked(&remote, &there)).unwrap_or_default();
        let mut push = git_in(self.root());
        push.arg("push").args((!is_followed).then_some("--set-upstream"));
        push.args([&remote, &format!("HEAD:{there}")]);
        let output = push.output().map_err(Error::when("push", self.root()))?;
        if output.status.success() {
            let branch = there.trim_start_matches("refs/heads/").to_owned();
            return Ok(Some(Pushed { remote: masked(&remote), branch, commits }));
        }
        if was_overtaken(&output) { Ok(None) } else { Err(refused("push", self.root(), &output)) }
    }

    /// The newest commit there, fetched.
    ///
    /// # Errors
    /// A branch that was rewritten there, and what git says.
    pub fn fetch(&self) -> Result<String, Error> {
        let Upstream { remote, there, .. } = self.upstream()?;
        let known = self.id(&tracked(&remote, &there));
        self.run("fetch", git_in(self.root()).args(["fetch", "--quiet", &remote, &there]))?;
        let theirs = self.id("FETCH_HEAD").ok_or_else(|| self.refuse("fetch", "there is no such branch"))?;
        match known.is_none_or(|known| self.is_ancestor(&known, &theirs)) {
            true => Ok(theirs),
            false => {
                Err(self.refuse("push", "the branch was rewritten there; compare the two with `git log`"))
            }
        }
    }

    /// A commit that has the commits of `theirs` and, on top of them, those that only `ours` has. Neither branch nor work tree
    /// change.
    ///
    /// # Errors
    /// Changes that conflict, and what git says.
    pub fn rebased(&self, ours: &str, theirs: &str) -> Result<String, Error> {
        if self.is_ancestor(ours, theirs) {
            return Ok(theirs.to_owned());
        }
        let folder = create_folder()?;
        let result = self.rebase_in(&folder, ours, theirs);
        // What cannot be removed is in the system's folder for such things, and git forgets it then.
        let _ = git_in(self.root()).args(["worktree", "remove", "--force"]).arg(&folder).output();
        let _ = fs::remove_dir_all(&folder);
        result
    }

    fn rebase_in(&self, folder: &Path, ours: &str, theirs: &str) -> Result<String, Error> {
        let mut add = git_in(self.root());
        add.args(["-c", "core.hooksPath=/dev/null", "worktree", "add", "--quiet", "--force", "--detach"]);
        self.run("rebase", add.arg(folder).arg(ours))?;
        let mut rebase = git_in(folder);
        // No other branch moves along.
        rebase.args(["-c", "core.hooksPath=/dev/null", "-c", "rebase.updateRefs=false"]);
        rebase.args(["rebase", "--quiet", "--rebase-merges", theirs]);
        let output = rebase.output().map_err(Error::when("rebase", self.root()))?;
        if !output.status.success() {
            let said = words(&output);
            let is_conflict = said.contains("CONFLICT") || said.contains("could not apply");
            let why = "others changed the same lines";
            return Err(self.refuse("rebase", if is_conflict { why } else { &said }));
        }
        let head = git_in(folder).args(["rev-parse", "HEAD"]).output();
        let head = head.map_err(Error::when("rebase", self.root()))?;
        Ok(String::from_utf8_lossy(&head.stdout).trim().to_owned())
    }

    /// Lets the current branch and the work tree be at another commit. What is not committed stays as it is.
    ///
    /// # Errors
    /// When a file that differs between the commits has changes that are not committed, or stands in the way, and what git
    /// says: nothing has changed then.
    pub fn move_to(&self, commit: &str) -> Result<(), Error> {
        let Upstream { branch, .. } = self.upstream()?;
        let mut switch = git_in(self.root());
        switch.args(["switch", "--quiet", "--no-overwrite-ignore", "--no-track", "--force-create"]);
        self.run("move to what others pushed in", switch.args([&branch, commit]))
    }

    /// A commit's full name; `None` when there is none.
    pub fn id(&self, commit: &str) -> Option<String> {
        self.read(&["rev-parse", "--verify", "--quiet", &format!("{commit}^{{commit}}")])
    }

    /// How many commits `HEAD` has that another has not; `None` when there is no such commit.
    fn ahead_of(&self, other: &str) -> Option<usize> {
        self.read(&["rev-list", "--count", &format!("{other}..HEAD")])?.parse().ok()
    }

    fn is_ancestor(&self, old: &str, new: &str) -> bool {
        let mut ask = git_in(self.root());
        ask.args(["merge-base", "--is-ancestor", old, new]);
        ask.status().is_ok_and(|status| status.success())
    }

    fn upstream(&self) -> Result<Upstream, Error> {
        let branch = self
            .read(&["symbolic-ref", "--short", "HEAD"])
            .ok_or_else(|| self.refuse("push", "no branch is checked out"))?;
        let remote =
            self.read(&["config", &format!("branch.{branch}.remote")]).or_else(|| self.default_remote());
        let remote = remote.ok_or_else(|| {
            self.refuse("push", "there is no remote to push to; add one with `git remote add`")
        })?;
        let there = self.read(&["config", &format!("branch.{branch}.merge")]);
        let is_followed = there.is_some();
        let there = there.unwrap_or_else(|| format!("refs/heads/{branch}"));
        Ok(Upstream { branch, remote, there, is_followed })
    }

    fn refuse(&self, action: &'static str, why: &str) -> Error {
        Error::when(action, self.root())(io::Error::other(why.to_owned()))
    }
}
