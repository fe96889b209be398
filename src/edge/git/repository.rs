//! Git, by its command: commits of exactly the files that changed, and pushes that follow what others pushed.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use crate::edge::Error;
use crate::edge::git::command::{ATTEMPTS, git, output, printed, refused, was_overtaken, words};

/// A git repository with a work tree.
#[derive(Clone, Debug)]
pub struct Repository {
    root: PathBuf,
}

/// Where a push went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pushed {
    /// The remote's name.
    pub remote: String,
    /// The branch there.
    pub branch: String,
}

impl Repository {
    /// The repository that holds a folder; `None` when there is none, or no git.
    pub fn of(folder: &Path) -> Option<Self> {
        let root = printed(git_in(folder).args(["rev-parse", "--show-toplevel"]))?;
        Some(Self { root: PathBuf::from(root) })
    }

    /// The folder of its work tree, as the system names it.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The address of the remote `origin`, else of the only one.
    pub fn remote_address(&self) -> Option<String> {
        let remote = self.default_remote()?;
        self.read(&["remote", "get-url", &remote])
    }

    /// The files below a folder, by their paths in it, that the last commit has otherwise or not at all, or that are gone.
    /// Those that git ignores are not among them.
    ///
    /// # Errors
    /// What git says.
    pub fn changed(&self, folder: &Path) -> Result<Vec<String>, Error> {
        let mut status = git_in(folder);
        status.args(["status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames", "--", "."]);
        let output = status.output().map_err(Error::when("commit", &self.root))?;
        if !output.status.success() {
            return Err(refused("commit", &self.root, &output));
        }
        // Git names files from its root, and those of the folder by what lies before them.
        let prefix = git_in(folder).args(["rev-parse", "--show-prefix"]).output();
        let prefix = prefix.map_err(Error::when("commit", &self.root))?;
        let prefix = String::from_utf8_lossy(&prefix.stdout).trim_end_matches(['\r', '\n']).to_owned();
        let listed = String::from_utf8_lossy(&output.stdout);
        let path = |entry: &str| entry.get(3..)?.strip_prefix(&prefix).map(str::to_owned);
        Ok(listed.split('\0').filter_map(path).collect())
    }

    /// A file of a folder, by its path in it, as the last commit has it; `None` when it has none.
    pub fn committed(&self, folder: &Path, path: &str) -> Option<Vec<u8>> {
        let output = git_in(folder).args(["show", &format!("HEAD:./{path}")]).output().ok()?;
        output.status.success().then_some(output.stdout)
    }

    /// Commits these files, present or gone, and nothing else: what else is staged stays staged. Returns the commit's short
    /// name.
    ///
    /// # Errors
    /// What git says: no name set, a hook that refuses, a merge under way.
    pub fn commit(&self, files: &[PathBuf], subject: &str) -> Result<String, Error> {
        let (present, gone): (Vec<&PathBuf>, Vec<&PathBuf>) = files.iter().partition(|file| file.exists());
        let known = gone.into_iter().filter(|file| self.knows(file));
        let new: Vec<&PathBuf> = present.iter().copied().filter(|file| !self.knows(file)).collect();
        self.index(&["add", "--intent-to-add"], &new)?;
        let mut commit = git_in(&self.root);
        commit.args(["--literal-pathspecs", "commit", "--quiet", "--only", "-m", subject, "--"]);
        commit.args(&present).args(known);
        if let Err(error) = self.run("commit", &mut commit) {
            // What was only announced would keep a merge from being given up.
            let _ = self.index(&["rm", "--cached", "--quiet", "--force"], &new);
            return Err(error);
        }
        Ok(self.read(&["rev-parse", "--short", "HEAD"]).unwrap_or_default())
    }

    /// Changes what the index says of these files, if there are any.
    fn index(&self, command: &[&str], files: &[&PathBuf]) -> Result<(), Error> {
        if files.is_empty() {
            return Ok(());
        }
        let mut index = git_in(&self.root);
        self.run("commit", index.arg("--literal-pathspecs").args(command).arg("--").args(files))
    }

    /// Pushes the current branch to where it is pulled from. When others have pushed meanwhile, our commits are rebased on
    /// theirs and pushed again.
    ///
    /// # Errors
    /// No branch, no remote, changes that conflict with others' (our commits stay as they were), and what git says.
    pub fn push(&self) -> Result<Pushed, Error> {
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
        let mut attempt = 1;
        loop {
            let mut push = git_in(&self.root);
            push.arg("push").args((!is_followed).then_some("--set-upstream"));
            push.args([&remote, &format!("HEAD:{there}")]);
            let output = push.output().map_err(Error::when("push", &self.root))?;
            if output.status.success() {
                let branch = there.trim_start_matches("refs/heads/").to_owned();
                return Ok(Pushed { remote, branch });
            }
            if attempt == ATTEMPTS || !was_overtaken(&output) {
                return Err(refused("push", &self.root, &output));
            }
            self.rebase(&remote, &there)?;
            thread::sleep(Duration::from_millis(50) * attempt);
            attempt += 1;
        }
    }

    /// Puts our commits on top of what others pushed.
    fn rebase(&self, remote: &str, there: &str) -> Result<(), Error> {
        let output = git_in(&self.root)
            .args(["pull", "--quiet", "--rebase", "--autostash", "--no-edit", remote, there])
            .output()
            .map_err(Error::when("push", &self.root))?;
        if output.status.success() {
            return Ok(());
        }
        let _ = git_in(&self.root).args(["rebase", "--abort"]).output();
        let why = "others changed the same lines; the commit is kept, put it on top of theirs with `git pull --rebase`";
        let said = words(&output);
        let is_conflict = said.contains("CONFLICT") || said.contains("could not apply");
        Err(self.refuse("push", &if is_conflict { why.to_owned() } else { said }))
    }

    fn default_remote(&self) -> Option<String> {
        let remotes = self.read(&["remote"])?;
        let remotes: Vec<&str> = remotes.lines().collect();
        let is_meant = |name: &&&str| remotes.len() == 1 || **name == "origin";
        remotes.iter().find(is_meant).map(|name| (*name).to_owned())
    }

    /// Whether git follows a file.
    pub fn knows(&self, file: &Path) -> bool {
        let mut list = git_in(&self.root);
        list.args(["--literal-pathspecs", "ls-files", "--error-unmatch", "--"]).arg(file);
        list.output().is_ok_and(|output| output.status.success())
    }

    fn read(&self, arguments: &[&str]) -> Option<String> {
        printed(git_in(&self.root).args(arguments))
    }

    fn run(&self, action: &'static str, command: &mut Command) -> Result<(), Error> {
        output(action, &self.root, command).map(drop)
    }

    fn refuse(&self, action: &'static str, why: &str) -> Error {
        Error::when(action, &self.root)(io::Error::other(why.to_owned()))
    }
}

/// Git in a folder.
fn git_in(folder: &Path) -> Command {
    let mut git = git();
    git.arg("-C").arg(folder);
    git
}
