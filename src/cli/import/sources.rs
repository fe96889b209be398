//! The files of a source.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use crate::cli::failure::Failure;
use crate::edge::Error;
use crate::import::log::{Finding, ImportLog};
use crate::import::text;

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
    /// What cannot be read is logged, and the rest is read.
    ///
    /// # Errors
    /// When the source is not there.
    pub(super) fn add(
        &mut self,
        source: &Path,
        is_shown: impl Fn(&DirEntry) -> bool,
        name: impl Fn(&Path) -> String,
        wanted: impl Fn(&str) -> Wanted,
    ) -> Result<(), Failure> {
        fs::symlink_metadata(source).map_err(Error::when("read", source)).map_err(Failure::world)?;
        let (mut is_empty, said) = (true, self.log.entries.len());
        let entries = WalkDir::new(source).sort_by_file_name().into_iter();
        for entry in entries.filter_entry(|entry| entry.depth() == 0 || is_shown(entry)) {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    self.unreadable(source, error, &name);
                    continue;
                }
            };
            let name = name(entry.path());
            let wanted = wanted(&name);
            if entry.file_type().is_dir() || wanted == Wanted::Nothing {
                continue;
            }
            is_empty = false;
            let is_file = entry.file_type().is_file() || entry.depth() == 0 && entry.path().is_file();
            match wanted {
                _ if !is_file => {
                    self.log.add(Finding::LeftOut, &name, "this is a link or no file: it is not followed");
                }
                Wanted::Bytes(most) => self.read(name, entry.path(), most),
                Wanted::Name | Wanted::Nothing => drop(self.files.insert(name, Vec::new())),
            }
        }
        if is_empty && self.log.entries.len() == said {
            let text = "there is no file here that this import reads";
            self.log.add(Finding::Unsettled, &source.display().to_string(), text);
        }
        Ok(())
    }

    fn unreadable(&mut self, source: &Path, error: walkdir::Error, name: impl Fn(&Path) -> String) {
        let path = error.path().unwrap_or(source).to_owned();
        let cause = error.into_io_error().unwrap_or_else(|| std::io::Error::other("a link leads back to it"));
        let shown = Some(name(&path)).filter(|name| !name.is_empty());
        let shown = shown.unwrap_or_else(|| path.display().to_string());
        self.log.add(Finding::Unsettled, &shown, Error::when("read", &path)(cause).to_string());
    }

    fn read(&mut self, name: String, path: &Path, most: u64) {
        let failed = |cause| Error::when("read", path)(cause).to_string();
        let bytes = fs::metadata(path).map_err(failed).and_then(|file| {
            check_length(file.len(), most, MOST_BYTES_OF_ALL - self.bytes)?;
            fs::read(path).map_err(failed)
        });
        match bytes {
            Ok(bytes) => {
                self.bytes += bytes.len() as u64;
                self.files.insert(name, bytes);
            }
            Err(why) => self.log.add(Finding::Unsettled, &name, why),
        }
    }
}

/// Whether a file may be read that has this many bytes, given those that are left; the error is one sentence.
fn check_length(length: u64, most: u64, left: u64) -> Result<(), String> {
    if length > most {
        return Err(text::too_large(most));
    }
    if length > left {
        let all = MOST_BYTES_OF_ALL >> 20;
        return Err(format!("all files together have more than {all} MiB: import them in parts"));
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::{MOST_BYTES_OF_ALL, SourceFiles, WHOLE, Wanted};
    use crate::import::log::ImportLog;

    #[test]
    fn each_limit_is_the_last_size_that_is_read() {
        let check = |held: u64, wanted: Wanted, expected: &[&str], why: &str| {
            let folder = TempDir::new().unwrap();
            for length in [3, 4] {
                fs::write(folder.path().join(length.to_string()), vec![b'x'; length]).unwrap();
            }
            let mut log = ImportLog::default();
            let mut files = SourceFiles::new(&mut log);
            files.bytes = held;
            let name = |path: &std::path::Path| path.file_name().unwrap().to_str().unwrap().to_owned();
            files.add(folder.path(), |_| true, name, |_| wanted).unwrap();
            assert_eq!(files.into_files().into_keys().collect::<Vec<_>>(), expected);
            let said = log.entries.iter().map(|entry| entry.text.as_str()).collect::<Vec<_>>().join("\n");
            assert!(said.contains(why) && said.is_empty() == why.is_empty(), "{said}");
        };
        check(0, WHOLE, &["3", "4"], "");
        check(0, Wanted::Bytes(3), &["3"], "this file has more than 3 bytes, which is the limit");
        check(MOST_BYTES_OF_ALL - 7, WHOLE, &["3", "4"], "");
        check(MOST_BYTES_OF_ALL - 6, WHOLE, &["3"], "all files together have more than 1024 MiB");
    }
}
