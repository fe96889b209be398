//! Why an output was not written, and what the user can do about it.

use std::path::{Path, PathBuf};

use crate::edge::Error;
use crate::plan::path::OutPath;

/// Why an output was not written.
#[derive(Debug, thiserror::Error)]
pub enum BuildError<E> {
    /// These pages could not be rendered, in order of paths, each with its own problem. Nothing was changed.
    #[error("{} of the pages cannot be rendered", .0.len())]
    Render(Vec<(OutPath, E)>),
    /// The output is not touched.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The disk failed. What was changed is whole, and the next build goes on from there.
    #[error(transparent)]
    World(#[from] Error),
}

/// Why the output is not touched. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Another writer is at work in this folder.
    #[error("another build is writing `{}`", .0.display())]
    Busy(PathBuf),
    /// The folder holds files, and no build of ours has written there before.
    #[error("`{}` holds files, and no build has written there before", .0.display())]
    NotOurs(PathBuf),
    /// Files in this folder that are not ours stand where outputs are to stand.
    #[error("not written by any build, but in the place of an output: {}", listed(&joined(.0, .1)))]
    Foreign(PathBuf, Vec<OutPath>),
    /// One of our own files in the output cannot be read, with what is wrong with it.
    #[error("`{}` is damaged: {}", .0.display(), .1)]
    Damaged(PathBuf, String),
    /// Files, folders or links that are not ours stand where they cannot be overwritten.
    #[error("not written by any build, but in the way of an output: {}", listed(.0))]
    InTheWay(Vec<PathBuf>),
}

impl Refusal {
    /// What the user can do about it, in one line.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Busy(_) => "wait until it is done",
            Self::NotOurs(_) => {
                "choose another folder, or take this one over with `--adopt`: other files in it stay"
            }
            Self::Foreign(..) => "move away what is yours, or let the build overwrite it with `--adopt`",
            Self::Damaged(..) => {
                "run the command again with `--adopt`: it takes over the files that stand where pages are to stand"
            }
            Self::InTheWay(_) => "move away what is yours",
        }
    }
}

/// How many files a refusal names before it only counts the rest.
const NAMED: usize = 5;

fn listed(paths: &[PathBuf]) -> String {
    let named: Vec<String> = paths.iter().take(NAMED).map(|path| format!("`{}`", path.display())).collect();
    match paths.len().saturating_sub(NAMED) {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

fn joined(target: &Path, paths: &[OutPath]) -> Vec<PathBuf> {
    paths.iter().map(|path| target.join(path.as_str())).collect()
}
