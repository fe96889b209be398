//! The edges: the only code that touches the world. They know nothing of each other; the command line composes them.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "the bans keep the world out of the core; the edges are where it is let in"
)]

use std::io;
use std::path::{Path, PathBuf};

use crate::diagnostic::secrets::masked;
use crate::diagnostic::visible::{quoted, visible_line};

pub mod announce;
pub mod browser;
pub mod console;
pub mod deploy;
pub mod disk;
pub mod fetch;
pub mod git;
pub mod http;
pub mod interrupt;
pub mod publish;
mod retry;
pub mod serve;
pub mod statuspage;
pub mod terminal;
pub mod watch;

/// The world failed: the exit status is 2. `cannot write `public/x`: No space left on device`.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} `{}`: {}", masked(&visible_line(&name(.path))), plain(.cause))]
pub struct Error {
    /// The action, as a verb: `write`.
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
        move |cause| match dangling_link(path).filter(|_| cause.kind() == io::ErrorKind::AlreadyExists) {
            Some(link) => {
                Self { action, path: link, cause: io::Error::other("it is a link that leads nowhere") }
            }
            None => Self { action, path: path.to_owned(), cause },
        }
    }
}

/// A path as it is shown: bytes that are no text as `\xFF`, so that it can be found.
fn name(path: &Path) -> String {
    match path.to_str() {
        Some(text) => text.to_owned(),
        None => format!("{path:?}").trim_matches('"').to_owned(),
    }
}

/// The link without a target that a path is, or leads through. The system says of one that "File exists".
fn dangling_link(path: &Path) -> Option<PathBuf> {
    let is_dangling = |path: &&Path| path.is_symlink() && !path.exists();
    path.ancestors().find(is_dangling).map(Path::to_owned)
}

/// The cause in words, without the system's number, which says nothing more.
fn plain(cause: &io::Error) -> String {
    let text = masked(&quoted(&cause.to_string()));
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

    #[cfg(unix)]
    #[test]
    fn a_link_that_leads_nowhere_is_called_so() {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("link");
        std::os::unix::fs::symlink("nowhere", &link).unwrap();
        let place = link.join("a/b");
        let cause = std::fs::create_dir_all(&place).unwrap_err();
        assert_eq!(cause.kind(), io::ErrorKind::AlreadyExists);
        let said = Error::when("create", &place)(cause).to_string();
        assert_eq!(said, format!("cannot create `{}`: it is a link that leads nowhere", link.display()));
    }

    #[cfg(unix)]
    #[test]
    fn a_name_that_is_no_text_is_shown_by_its_bytes() {
        use std::os::unix::ffi::OsStrExt as _;
        let path = Path::new(std::ffi::OsStr::from_bytes(b"static/a\xff.png"));
        let said = Error::when("read", path)(io::Error::other("no")).to_string();
        assert_eq!(said, "cannot read `static/a\\xFF.png`: no");
    }

    #[test]
    fn an_error_says_action_path_and_cause() {
        let full = io::Error::from(io::ErrorKind::StorageFull);
        assert_eq!(
            Error::when("write", Path::new("public/x"))(full).to_string(),
            "cannot write `public/x`: no storage space"
        );
        let several = io::Error::other("remote: no\nerror: forged\n\nfatal: https://u:p@h/x".to_owned());
        assert_eq!(
            Error::when("fetch", Path::new("https://u:p@h/x"))(several).to_string(),
            "cannot fetch `https://***@h/x`: remote: no\n  error: forged\n  fatal: https://***@h/x"
        );
        let missing = std::fs::read("no/such/file").unwrap_err();
        assert_eq!(
            Error::when("read", Path::new("no/such/file"))(missing).to_string(),
            "cannot read `no/such/file`: No such file or directory"
        );
    }
}
