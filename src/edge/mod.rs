//! The edges: the only code that touches the world. They know nothing of each other; the command line composes them.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "the bans keep the world out of the core; the edges are where it is let in"
)]

use std::io;
use std::path::{Path, PathBuf};

use crate::diagnostic::visible::visible_line;

pub mod browser;
pub mod console;
pub mod disk;
pub mod fetch;
pub mod git;
pub mod http;
pub mod interrupt;
pub mod publish;
pub mod serve;
pub mod terminal;
pub mod watch;

/// The world failed: the exit status is 2. `cannot write `public/x`: No space left on device`.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} `{}`: {}", visible_line(&.path.to_string_lossy()), plain(.cause))]
pub struct Error {
    /// What was tried, as a verb: `write`.
    pub action: &'static str,
    /// With what file, folder or address.
    pub path: PathBuf,
    /// Why it did not work.
    #[source]
    pub cause: io::Error,
}

impl Error {
    /// Takes an error of the system to one that says what was tried with what.
    pub(crate) fn when(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |cause| Self { action, path: path.to_owned(), cause }
    }
}

/// The cause in words, without the system's number, which says nothing more.
fn plain(cause: &io::Error) -> String {
    let text = cause.to_string();
    match text.rfind(" (os error ") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::path::Path;

    use super::Error;

    #[test]
    fn an_error_says_action_path_and_cause() {
        let full = io::Error::from(io::ErrorKind::StorageFull);
        assert_eq!(
            Error::when("write", Path::new("public/x"))(full).to_string(),
            "cannot write `public/x`: no storage space"
        );
        let missing = std::fs::read("no/such/file").unwrap_err();
        assert_eq!(
            Error::when("read", Path::new("no/such/file"))(missing).to_string(),
            "cannot read `no/such/file`: No such file or directory"
        );
    }
}
