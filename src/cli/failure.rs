//! Why a command failed.

use std::fmt::Display;

/// Why a command failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The content has errors, which were shown. Exit status 1.
    Content,
    /// `plan --exit-code` or `verify` found differences. Exit status 1.
    Differs,
    /// Wrong usage or a failure of the environment, to be printed to stderr. Exit status 2.
    World(String),
}

impl Failure {
    pub(crate) fn world(cause: impl Display) -> Self {
        Failure::World(cause.to_string())
    }
}
