//! Parts shared by builds and publishing: the bytes of outputs, and the errors of a deployment.

use std::fs;
use std::path::Path;

use crate::diagnostic::Diagnostic;
use crate::edge::Error;
use crate::model::out_path::OutPath;
use crate::pipeline::Body;

/// Renders an output, on many threads at once.
pub type Render<'a> = &'a (dyn Fn(&OutPath) -> Result<Body, Diagnostic> + Sync);

/// How far a deployment or an import is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Files written or deleted, or incidents read.
    pub done: usize,
    /// Of so many.
    pub all: usize,
}

/// Why a deployment did not end well.
#[derive(Debug, thiserror::Error)]
pub enum DeployError {
    /// Pages cannot be rendered, each problem once, in order of paths. Nothing was changed.
    #[error("{} of the pages cannot be rendered", .0.len())]
    Render(Vec<Diagnostic>),
    /// Nothing was changed.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The world failed. What was changed by a build is whole, and the next one goes on from there.
    #[error(transparent)]
    World(#[from] Error),
    /// The world failed half-way through a publish, or the user stopped it.
    #[error("{cause}; {} of {} files were written or deleted by then", .progress.done, .progress.all)]
    HalfWay {
        /// How far it was.
        progress: Progress,
        /// Why it ended.
        cause: String,
    },
}

impl DeployError {
    /// The help for the user, in one line.
    pub fn help(&self) -> Option<&str> {
        match self {
            Self::Refused(refusal) => Some(&refusal.help),
            Self::Render(_) | Self::World(_) => None,
            Self::HalfWay { .. } => {
                Some("what readers see is whole; run the same command again to finish it")
            }
        }
    }
}

/// Something that stands in the way of a deployment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// What it is.
    pub message: String,
    /// The help for the user, in one line.
    pub help: String,
}

impl Refusal {
    pub(super) fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { message: message.into(), help: help.into() }
    }
}

/// The first few of these, and how many more there are.
pub fn named<S: AsRef<str>>(names: impl ExactSizeIterator<Item = S>) -> String {
    const NAMED: usize = 5;
    let more = names.len().saturating_sub(NAMED);
    let first: Vec<String> = names.take(NAMED).map(|name| format!("`{}`", name.as_ref())).collect();
    match more {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

/// The outputs that were rendered, or everything that is wrong with the others.
pub(super) fn all_rendered<T>(
    outputs: Result<Vec<Result<T, Diagnostic>>, Error>,
) -> Result<Vec<T>, DeployError> {
    let outputs = outputs?;
    let mut rendered = Vec::with_capacity(outputs.len());
    let mut problems = Vec::new();
    for output in outputs {
        match output {
            Ok(output) => rendered.push(output),
            Err(problem) => problems.push(problem),
        }
    }
    crate::check::sort(&mut problems);
    problems.dedup();
    if problems.is_empty() { Ok(rendered) } else { Err(DeployError::Render(problems)) }
}

/// An output's bytes; a copied file lies in the site's folder.
pub fn bytes_of(body: Body, site: &Path) -> Result<Vec<u8>, Error> {
    match body {
        Body::Bytes(bytes) => Ok(bytes),
        Body::File(handle) => {
            let file = handle.place(site);
            fs::read(&file).map_err(Error::when("read", &file))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn few_names_are_all_said() {
        assert_eq!(named(["a", "b"].iter()), "`a`, `b`");
        assert_eq!(named(["x"; 7].iter()), "`x`, `x`, `x`, `x`, `x` and 2 more");
    }
}
