//! The files of a source.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use crate::cli::failure::Failure;
use crate::edge::Error;
use crate::import::log::{Finding, ImportLog};

/// The largest source file, in bytes.
pub(super) const MOST_BYTES: u64 = 200 << 20;

/// The most bytes of all source files, which are held in memory.
const MOST_BYTES_OF_ALL: u64 = 1 << 30;

/// What is read of a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    Nothing,
    /// That it is there.
    Name,
    /// Its bytes, if they are not more than these.
    Bytes(u64),
}

/// Its bytes, whatever a source may have.
pub(super) const WHOLE: Wanted = Wanted::Bytes(MOST_BYTES);

/// Reads the files of one source, and logs what it cannot take.
pub(super) struct SourceFiles<'a> {
    files: BTreeMap<String, Vec<u8>>,
    log: &'a mut ImportLog,
    bytes: u64,
}

impl<'a> SourceFiles<'a> {
    pub(super) fn new(log: &'a mut ImportLog) -> Self {
        Self { files: BTreeMap::new(), log, bytes: 0 }
    }

    pub(super) fn into_files(self) -> BTreeMap<String, Vec<u8>> {
        self.files
    }

    /// Adds the files below a folder, or a file, under the name that `name` gives them. Links in the folder are not followed.
    ///
    /// # Errors
    /// When a file or folder cannot be read.
    pub(super) fn add(
        &mut self,
        source: &Path,
        is_shown: impl Fn(&DirEntry) -> bool,
        name: impl Fn(&Path) -> String,
        wanted: impl Fn(&str) -> Wanted,
    ) -> Result<(), Failure> {
        let entries = WalkDir::new(source).sort_by_file_name().into_iter();
        for entry in entries.filter_entry(|entry| entry.depth() == 0 || is_shown(entry)) {
            let entry = entry.map_err(|error| unreadable(source, error))?;
            let name = name(entry.path());
            let wanted = wanted(&name);
            if entry.file_type().is_dir() || wanted == Wanted::Nothing {
                continue;
            }
            match wanted {
                _ if !entry.file_type().is_file() => {
                    self.log.add(Finding::LeftOut, &name, "this is a link or no file: it is not followed");
                }
                Wanted::Bytes(most) => self.read(name, entry.path(), most)?,
                Wanted::Name | Wanted::Nothing => {
                    self.files.insert(name, Vec::new());
                }
            }
        }
        Ok(())
    }

    fn read(&mut self, name: String, path: &Path, most: u64) -> Result<(), Failure> {
        let length = fs::metadata(path).map_err(Error::when("read", path)).map_err(Failure::world)?.len();
        let too_much = match (length > most, self.bytes + length > MOST_BYTES_OF_ALL) {
            (true, _) => Some(format!("this file has {} MB: it may have {} MB", length >> 20, most >> 20)),
            (false, true) => {
                Some(format!("all files have more than {} MB: import them in parts", MOST_BYTES_OF_ALL >> 20))
            }
            (false, false) => None,
        };
        if let Some(why) = too_much {
            self.log.add(Finding::Unsettled, &name, why);
            return Ok(());
        }
        self.bytes += length;
        let bytes = fs::read(path).map_err(Error::when("read", path)).map_err(Failure::world)?;
        self.files.insert(name, bytes);
        Ok(())
    }
}

fn unreadable(source: &Path, error: walkdir::Error) -> Failure {
    let path = error.path().unwrap_or(source).to_owned();
    let cause = error.into_io_error().unwrap_or_else(|| std::io::Error::other("a link leads back to it"));
    Failure::world(Error::when("read", &path)(cause))
}

/// The given files and all files in the given folders, by name; hidden ones are left out.
pub(super) fn read_all(
    sources: &[PathBuf],
    log: &mut ImportLog,
) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
    let mut files = SourceFiles::new(log);
    let is_shown = |entry: &DirEntry| !entry.file_name().as_encoded_bytes().starts_with(b".");
    for source in sources {
        files.add(source, is_shown, |path| path.display().to_string(), |_| WHOLE)?;
    }
    Ok(files.into_files())
}
