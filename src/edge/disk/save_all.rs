//! Writing many of the author's files at once: each is whole or not there, and none is written when one cannot be.
//!
//! All wait beside their places before the first is synced, so that the file system flushes them together: one by one,
//! ten thousand files would wait for the disk ten thousand times.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use walkdir::{DirEntry, WalkDir};

use crate::edge::Error;
use crate::edge::disk::save::{
    Expected, HALF_WRITTEN, create_waiting, expect, real_place, remove_half_written, sync_folder,
};
use crate::source::SourcePath;

/// A file to write, and what must stand there.
pub type Change<'a> = (&'a SourcePath, &'a [u8], Expected<'a>);

/// Writes files of the site, whose lock the caller holds, as [`save`](super::save()) does each.
///
/// # Errors
/// As for [`save`](super::save()); no file was changed then, unless the disk failed while files took their places.
pub fn save_all<'a>(site: &Path, changes: impl IntoIterator<Item = Change<'a>>) -> Result<(), Error> {
    remove_all_half_written(site);
    let mut folders = BTreeSet::new();
    let written = wait_and_move(site, changes, &mut folders);
    for folder in &folders {
        let _ = fs::remove_dir_all(waiting(folder));
    }
    written?;
    folders.iter().try_for_each(|folder| sync_folder(folder).map_err(Error::when("write", folder)))
}

/// Removes what a killed command left: all files of a folder may have been in their places by then, so that it has no change.
fn remove_all_half_written(site: &Path) {
    let is_folder = |entry: &DirEntry| entry.file_type().is_dir();
    let folders = WalkDir::new(site.join("content")).into_iter().filter_entry(is_folder).flatten();
    let folders: Vec<PathBuf> = folders.map(DirEntry::into_path).collect();
    folders.iter().for_each(|folder| remove_half_written(folder));
}

fn wait_and_move<'a>(
    site: &Path,
    changes: impl IntoIterator<Item = Change<'a>>,
    folders: &mut BTreeSet<PathBuf>,
) -> Result<(), Error> {
    let mut moves = Vec::new();
    for (number, (path, bytes, expected)) in changes.into_iter().enumerate() {
        let named = site.join(path.as_str());
        let (half, place) =
            wait(site, &named, number, (bytes, expected), folders).map_err(Error::when("write", &named))?;
        moves.push((half, place, named));
    }
    moves.par_iter().try_for_each(|(half, _, named)| {
        File::open(half).and_then(|file| file.sync_all()).map_err(Error::when("write", named))
    })?;
    moves
        .into_iter()
        .try_for_each(|(half, place, named)| fs::rename(half, place).map_err(Error::when("write", &named)))
}

/// Writes a file where it waits; returns that, and its place.
fn wait(
    site: &Path,
    named: &Path,
    number: usize,
    (bytes, expected): (&[u8], Expected<'_>),
    folders: &mut BTreeSet<PathBuf>,
) -> io::Result<(PathBuf, PathBuf)> {
    let place = real_place(site, named)?;
    let folder = place.parent().ok_or_else(|| io::Error::other("it has no folder"))?;
    let old = expect(&place, expected)?;
    if folders.insert(folder.to_owned()) {
        create_waiting(&waiting(folder))?;
    }
    let half = waiting(folder).join(number.to_string());
    fs::write(&half, bytes)?;
    if let Some(old) = old {
        fs::set_permissions(&half, old.permissions())?;
    }
    Ok((half, place))
}

fn waiting(folder: &Path) -> PathBuf {
    folder.join(format!("{HALF_WRITTEN}{}", std::process::id()))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::save_all;
    use crate::edge::disk::save::Expected;
    use crate::source::SourcePath;

    #[test]
    fn all_files_are_written_or_none() {
        let site = tempfile::tempdir().unwrap();
        let folder = site.path().join("content/incidents");
        fs::create_dir_all(folder.join(".allclear-new-1")).unwrap();
        fs::write(folder.join("a.md"), "old").unwrap();
        let [a, b, c] =
            ["a", "b", "2024/c"].map(|name| SourcePath::new(format!("content/incidents/{name}.md")));
        let read = |path: &SourcePath| fs::read_to_string(site.path().join(path.as_str())).ok();
        let refused = [
            (&b, b"b".as_slice(), Expected::Nothing),
            (&c, b"c".as_slice(), Expected::Nothing),
            (&a, b"a".as_slice(), Expected::Bytes(b"other")),
        ];
        let error = save_all(site.path(), refused).unwrap_err().to_string();
        assert!(error.contains("a.md") && error.contains("changed meanwhile"), "{error}");
        assert_eq!([&a, &b, &c].map(read), [Some("old".to_owned()), None, None]);

        let changes = [refused[0], refused[1], (&a, b"a".as_slice(), Expected::Bytes(b"old"))];
        save_all(site.path(), changes).unwrap();
        assert_eq!([&a, &b, &c].map(read), ["a", "b", "c"].map(|text| Some(text.to_owned())));
        let names = walkdir::WalkDir::new(&folder).into_iter().map(|entry| entry.unwrap());
        let mut names: Vec<_> = names.map(|entry| entry.file_name().to_owned()).collect();
        names.sort();
        assert_eq!(names, ["2024", "a.md", "b.md", "c.md", "incidents"]);
    }
}
