//! The files of a commit, read without touching the work tree.

use std::collections::BTreeMap;
use std::path::Path;

use crate::edge::Error;
use crate::edge::git::command::{output, printed};
use crate::edge::git::objects::objects;
use crate::edge::git::repository::{Repository, git_in};

/// A file or a symbolic link of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeFile {
    /// From the folder that was asked for.
    pub path: String,
    /// Whether its bytes are the path that a symbolic link leads to.
    pub is_link: bool,
    /// The object that holds its bytes.
    pub object: String,
}

impl Repository {
    /// The files and symbolic links that a commit has in a folder; none where there is no such commit. Files of submodules
    /// are not among them.
    pub fn tree(&self, folder: &Path, commit: &str) -> Result<Vec<TreeFile>, Error> {
        let commit = format!("{commit}^{{commit}}");
        if printed(git_in(folder).args(["rev-parse", "--verify", "--quiet", &commit])).is_none() {
            return Ok(Vec::new());
        }
        let listed = output("read", self.root(), git_in(folder).args(["ls-tree", "-r", "-z", &commit]))?;
        let file = |entry: &str| {
            let (facts, path) = entry.split_once('\t')?;
            let facts: Vec<&str> = facts.split(' ').collect();
            let &[mode, "blob", object] = facts.as_slice() else { return None };
            Some(TreeFile { path: path.to_owned(), is_link: mode == "120000", object: object.to_owned() })
        };
        Ok(String::from_utf8_lossy(&listed.stdout).split('\0').filter_map(file).collect())
    }

    /// The bytes of objects.
    pub fn contents(&self, ids: &[String]) -> Result<BTreeMap<String, Vec<u8>>, Error> {
        objects(git_in(self.root()), self.root(), ids, Vec::extend_from_slice)
    }
}
