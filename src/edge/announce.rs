//! Posts announcements, and keeps the delivery record.
//!
//! Invariant: a step is on the disk before the next one is taken, and no error holds an address or a header.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::edge::Error;
use crate::edge::http::{Client, Redirects, Request, Response};
use crate::edge::retry::{Pauses, Retry};

/// How long a service may take for each step of an answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// The most bytes of an answer: 8 MiB.
const LIMIT: u64 = 8 << 20;

const PAUSES: Pauses = Pauses { first: Duration::from_secs(2), longest: Duration::from_secs(60) };

/// The result of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Posted {
    /// It was taken; the body of the answer.
    Answered(Vec<u8>),
    /// It was refused for certain, or never left.
    Refused(String),
    /// Nobody knows whether it arrived.
    Unanswered(String),
}

/// Sends a request; again when the service asks to wait (429), which `sleep` does.
pub fn post(request: &Request<'_>, sleep: impl Fn(Duration) + Send + Sync + 'static) -> Posted {
    let is_busy = |answer: &io::Result<Response>| answer.as_ref().is_ok_and(|answer| answer.status == 429);
    // A connection that was kept may be gone when it is used again, and nobody could tell what arrived.
    let send = || Client::new(Redirects::Return, PATIENCE).with_limit(LIMIT).send(request);
    match Retry::new(PAUSES, sleep).run(is_busy, send) {
        Ok(answer) if answer.is_success() => Posted::Answered(answer.body),
        // A gateway that got no answer itself.
        Ok(answer) if answer.status == 504 => Posted::Unanswered("the server answers 504".to_owned()),
        Ok(answer) => Posted::Refused(format!("the server answers {}", answer.status)),
        Err(error) if never_left(&error) => Posted::Refused(error.to_string()),
        Err(error) => Posted::Unanswered(error.to_string()),
    }
}

/// Whether there was no connection that could have carried the request.
fn never_left(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused)
}

/// The text of a deployed file; `None` where there is none (404).
///
/// # Errors
/// No connection, and other answers than 2xx.
pub fn deployed(url: &str) -> Result<Option<String>, Error> {
    let client = Client::new(Redirects::Follow, PATIENCE).with_limit(LIMIT);
    let request = Request { method: "GET", address: url, headers: &[], body: None };
    let read = || {
        let answer = client.send(&request)?;
        match answer.status {
            404 => Ok(None),
            _ if answer.is_success() => String::from_utf8(answer.body).map(Some).map_err(io::Error::other),
            status => Err(io::Error::other(format!("the server answers {status}"))),
        }
    };
    read().map_err(Error::when("read", Path::new(url)))
}

/// The text of a delivery record; empty where there is none.
pub fn read_record(path: &Path) -> Result<String, Error> {
    match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        read => read.map_err(Error::when("read", path)),
    }
}

/// A delivery record that is being written, by one process at a time.
pub struct RecordFile {
    file: File,
    path: PathBuf,
}

impl RecordFile {
    /// Opens a record, waits until no other process writes it, and returns its text. A last line without its end goes.
    pub fn open(path: &Path) -> Result<(Self, String), Error> {
        let failed = |cause| Error::when("open", path)(cause);
        let is_new = !path.exists();
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        let mut options = OpenOptions::new();
        let mut file = options.read(true).append(true).create(true).open(path).map_err(failed)?;
        file.lock().map_err(failed)?;
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(failed)?;
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        if whole < text.len() {
            text.truncate(whole);
            file.set_len(whole as u64).map_err(failed)?;
        }
        file.seek(SeekFrom::End(0)).map_err(failed)?;
        if is_new {
            sync_folder(path).map_err(failed)?;
        }
        Ok((Self { file, path: path.to_owned() }, text))
    }

    /// Appends lines; they are on the disk afterwards.
    pub fn append(&mut self, lines: &str) -> Result<(), Error> {
        let write = |file: &mut File| {
            file.write_all(lines.as_bytes())?;
            file.sync_all()
        };
        write(&mut self.file).map_err(Error::when("write", &self.path))
    }
}

/// A new file's name is on the disk, too.
#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    path.parent().filter(|it| !it.as_os_str().is_empty()).map_or(Ok(()), |it| File::open(it)?.sync_all())
}

#[cfg(not(unix))]
fn sync_folder(_path: &Path) -> io::Result<()> {
    Ok(())
}

/// Makes a folder whose files git ignores, where it is absent.
pub fn ignored_folder(path: &Path) -> Result<(), Error> {
    let ignore = path.join(".gitignore");
    if ignore.exists() {
        return Ok(());
    }
    fs::create_dir_all(path).and_then(|()| fs::write(&ignore, "*\n")).map_err(Error::when("create", path))
}
