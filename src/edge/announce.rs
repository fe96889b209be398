//! Posts announcements, and keeps the delivery record.
//!
//! Invariant: a step is on the disk before the next one is taken, and no error holds an address or a header.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use crate::edge::Error;
use crate::edge::git::{CommitFiles, Repository};
use crate::edge::http::{Client, Redirects, Request, Response};
use crate::edge::retry::{Pauses, Retry, asked};

/// How long a service may take for each step of an answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// The most bytes of an answer: 8 MiB.
const LIMIT: u64 = 8 << 20;

/// What gateways say that got no answer, or none that they understand: RFC 9110 §15.6, and Cloudflare's codes.
const NO_ANSWER: [u16; 5] = [502, 504, 520, 522, 524];

/// The pauses before a deployed file is asked for again.
const DEPLOYED_PAUSES: [Duration; 3] =
    [Duration::from_millis(300), Duration::from_secs(1), Duration::from_secs(4)];

const PAUSES: Pauses = Pauses { first: Duration::from_secs(2), longest: Duration::from_secs(60) };

/// The result of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Posted {
    /// It was taken; the body of the answer.
    Answered(Vec<u8>),
    /// It was refused for certain, or never left.
    Refused(String),
    /// It was refused for certain, and nothing may be sent for so long.
    Busy(Duration),
    /// Nobody knows whether it arrived.
    Unanswered(String),
}

/// Sends a request; again when the service asks to wait (429), which `wait` does.
///
/// # Errors
/// Those of `wait`.
pub fn post<E>(request: &Request<'_>, mut wait: impl FnMut(Duration) -> Result<(), E>) -> Result<Posted, E> {
    let retry = Retry::new(PAUSES, |_| ());
    let mut attempt = 1;
    loop {
        // A connection that was kept may be gone when it is used again, and nobody could tell what arrived.
        let answer = Client::new(Redirects::Return, PATIENCE).with_limit(LIMIT).send(request);
        let busy = answer.as_ref().ok().filter(|answer| answer.status == 429);
        let Some(pause) = busy.and_then(|answer| retry.before_next(attempt, Some(answer))) else {
            return Ok(posted(answer));
        };
        wait(pause)?;
        attempt += 1;
    }
}

fn posted(answer: io::Result<Response>) -> Posted {
    match answer {
        Ok(answer) if answer.is_success() => Posted::Answered(answer.body),
        Ok(answer) if NO_ANSWER.contains(&answer.status) => {
            Posted::Unanswered(format!("the server answers {}", answer.status))
        }
        Ok(answer) => match asked(&answer).filter(|_| answer.status == 429) {
            Some(pause) => Posted::Busy(pause),
            None => Posted::Refused(format!("the server answers {}", answer.status)),
        },
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
    let mut last = read();
    for pause in DEPLOYED_PAUSES {
        if !matches!(&last, Err(error) if !never_left(error)) {
            break;
        }
        thread::sleep(pause);
        last = read();
    }
    last.map_err(Error::when("read", Path::new(url)))
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
    keeping: Keeping,
}

/// Where the steps of a record are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeping {
    /// On this machine's disk.
    Local,
    /// Also where git pushes the branch that the record is on.
    Pushed,
}

impl RecordFile {
    /// Opens a record, waits until no other process writes it, and returns its text. A last line without its end goes.
    pub fn open(path: &Path, keeping: Keeping) -> Result<(Self, String), Error> {
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
        Ok((Self { file, path: path.to_owned(), keeping }, text))
    }

    /// Appends lines; they are kept afterwards.
    pub fn append(&mut self, lines: &str) -> Result<(), Error> {
        if lines.is_empty() {
            return Ok(());
        }
        let write = |file: &mut File| {
            file.write_all(lines.as_bytes())?;
            file.sync_all()
        };
        write(&mut self.file).map_err(Error::when("write", &self.path))?;
        self.keep()
    }

    /// Commits and pushes all lines that are not there yet, where the record is kept on a branch.
    pub fn keep(&self) -> Result<(), Error> {
        if self.keeping == Keeping::Local {
            return Ok(());
        }
        let refused = |why: &str| Error::when("push", &self.path)(io::Error::other(why.to_owned()));
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        let repository = Repository::of(folder).ok_or_else(|| refused("it is in no git repository"))?;
        let has_lines = self.file.metadata().is_ok_and(|file| file.len() > 0);
        if has_lines && repository.changed(folder)?.iter().any(|file| *file == name) {
            let files = CommitFiles { present: vec![&*name], gone: Vec::new() };
            repository.commit(folder, files, &format!("Record {name}"))?;
        }
        let pushed = repository.push()?;
        pushed
            .map(drop)
            .ok_or_else(|| refused("others pushed before; run `git pull --rebase` there, or clone again"))
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
