//! Git, by its command: commits of exactly the files that changed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::edge::Error;
use crate::edge::git::command::{git, output, printed, refused};

/// A git repository with a work tree.
#[derive(Clone, Debug)]
pub struct Repository {
    root: PathBuf,
}

/// How git follows a file of the work tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Following {
    /// Its changes are seen.
    Watched,
    /// Its changes are overlooked: skip-worktree or assume-unchanged is set.
    Overlooked,
}

/// The files of a commit, by their paths in a folder.
#[derive(Clone, Debug, Default)]
pub struct CommitFiles<'a> {
    pub present: Vec<&'a str>,
    /// Files that the last commit or the index has, and the folder has no more.
    pub gone: Vec<&'a str>,
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

    /// What git's index says of these files of a folder, by their paths in it; a file that git does not follow is absent.
    pub fn followed(&self, folder: &Path, files: &[&str]) -> Result<BTreeMap<String, Following>, Error> {
        let mut list = git_in(folder);
        list.args(["--literal-pathspecs", "ls-files", "-v", "-z", "--"]).args(files);
        let listed = output("commit", &self.root, &mut list)?;
        let following = |entry: &str| {
            let (tag, path) = entry.split_once(' ')?;
            // git-ls-files(1), `-t` and `-v`: `S` skips the work tree, a small letter assumes that nothing changes.
            let is_overlooked = tag == "S" || tag.starts_with(char::is_lowercase);
            Some((path.to_owned(), if is_overlooked { Following::Overlooked } else { Following::Watched }))
        };
        Ok(String::from_utf8_lossy(&listed.stdout).split('\0').filter_map(following).collect())
    }

    /// Commits these files of a folder, by their paths in it, present ones and gone ones, and nothing else: what else is staged
    /// stays staged. Returns the commit's short name.
    ///
    /// # Errors
    /// What git says: no name set, a hook that refuses, a merge under way.
    pub fn commit(&self, folder: &Path, files: CommitFiles<'_>, subject: &str) -> Result<String, Error> {
        let followed = self.followed(folder, &files.present)?;
        let new: Vec<&str> =
            files.present.iter().copied().filter(|file| !followed.contains_key(*file)).collect();
        self.index(folder, &["add", "--intent-to-add"], &new)?;
        let mut commit = git_in(folder);
        commit.args(["--literal-pathspecs", "commit", "--quiet", "--only", "-m", subject, "--"]);
        commit.args(&files.present).args(&files.gone);
        if let Err(error) = self.run("commit", &mut commit) {
            // What was only announced would keep a merge from being given up.
            let _ = self.index(folder, &["rm", "--cached", "--quiet", "--force"], &new);
            return Err(error);
        }
        Ok(self.read(&["rev-parse", "--short", "HEAD"]).unwrap_or_default())
    }

    /// Changes what the index says of these files, if there are any.
    fn index(&self, folder: &Path, command: &[&str], files: &[&str]) -> Result<(), Error> {
        if files.is_empty() {
            return Ok(());
        }
        let mut index = git_in(folder);
        self.run("commit", index.arg("--literal-pathspecs").args(command).arg("--").args(files))
    }

    pub(super) fn default_remote(&self) -> Option<String> {
        let remotes = self.read(&["remote"])?;
        let remotes: Vec<&str> = remotes.lines().collect();
        let is_meant = |name: &&&str| remotes.len() == 1 || **name == "origin";
        remotes.iter().find(is_meant).map(|name| (*name).to_owned())
    }

    pub(super) fn read(&self, arguments: &[&str]) -> Option<String> {
        printed(git_in(&self.root).args(arguments))
    }

    pub(super) fn run(&self, action: &'static str, command: &mut Command) -> Result<(), Error> {
        output(action, &self.root, command).map(drop)
    }
}

pub(super) fn git_in(folder: &Path) -> Command {
    let mut git = git();
    git.arg("-C").arg(folder);
    git
}
