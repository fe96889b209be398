//! Writing one of the author's files: whole or not at all, one command at a time, never outside the site's folder.

use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::edge::Error;
use crate::edge::disk::file::refuse_special;
use crate::source::SourcePath;

/// How the names of the folders begin in which files wait until they are whole.
pub(super) const HALF_WRITTEN: &str = ".allclear-new-";

/// Held by the one command that changes the site's files. The system lets it go when its holder ends, however it ends.
#[derive(Debug)]
pub struct SiteLock {
    _file: File,
}

/// Waits until no other command changes the site's files; `waiting` is called once when one does.
///
/// It is site.toml that is locked, so that no file of ours lies in the author's folder. Where an editor puts a new site.toml
/// in place of the old one while we wait, the new one is locked instead.
///
/// # Errors
/// When there is no site.toml, or the file system has no locks.
pub fn lock_site(site: &Path, waiting: &dyn Fn()) -> Result<SiteLock, Error> {
    let path = site.join("site.toml");
    let mut is_said = false;
    loop {
        let file = File::open(&path).map_err(Error::when("open", &path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                if !is_said {
                    waiting();
                    is_said = true;
                }
                file.lock().map_err(Error::when("lock", &path))?;
            }
            Err(TryLockError::Error(error)) => return Err(Error::when("lock", &path)(error)),
        }
        if is_still_there(&file, &path) {
            return Ok(SiteLock { _file: file });
        }
    }
}

/// Whether the open file is the one that the path names now.
#[cfg(unix)]
fn is_still_there(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let same = |a: Metadata, b: Metadata| (a.dev(), a.ino()) == (b.dev(), b.ino());
    file.metadata().and_then(|open| Ok(same(open, fs::metadata(path)?))).unwrap_or(true)
}

#[cfg(not(unix))]
fn is_still_there(_file: &File, _path: &Path) -> bool {
    true
}

/// The condition for writing a path.
#[derive(Clone, Copy, Debug)]
pub enum Expected<'a> {
    Nothing,
    /// A file with these bytes: those the change was made from.
    Bytes(&'a [u8]),
}

/// Writes a file of the site, whose lock the caller holds. Whoever reads it meets the old bytes or the new ones, also when
/// we are killed. A file that is replaced keeps its mode; one behind a link is replaced where the link leads.
///
/// # Errors
/// When something else than expected stands there, when the path leads out of the site, when the file may not be written,
/// and what the disk says.
pub fn save(site: &Path, path: &SourcePath, bytes: &[u8], expected: Expected<'_>) -> Result<(), Error> {
    save_watched(site, path, bytes, expected, &|_| {})
}

/// Writes a file in the site's folder that may be lost or cut: who reads it can tell.
///
/// # Errors
/// When the path leads out of the site, and what the disk says.
pub(in crate::edge) fn overwrite(site: &Path, path: &SourcePath, bytes: &[u8]) -> Result<(), Error> {
    let named = site.join(path.as_str());
    let place = refuse_special(&named).and_then(|()| real_place(site, &named));
    place.and_then(|place| fs::write(place, bytes)).map_err(Error::when("write", &named))
}

/// Moves a file of the site to where nothing stands yet, making the folder for it; the caller holds the lock.
///
/// # Errors
/// As for [`save`].
pub fn rename(site: &Path, from: &SourcePath, to: &SourcePath) -> Result<(), Error> {
    let (old, new) = (site.join(from.as_str()), site.join(to.as_str()));
    let place = |site: &Path, path: &Path| real_place(site, path).map_err(Error::when("write", path));
    let (old_place, new_place) = (place(site, &old)?, place(site, &new)?);
    match fs::symlink_metadata(&new_place) {
        Ok(_) => Err(Error::when("write", &new)(io::ErrorKind::AlreadyExists.into())),
        Err(_) => fs::rename(old_place, new_place).map_err(Error::when("move", &old)),
    }
}

/// Makes a folder and those it stands in; one that is there is fine.
///
/// # Errors
/// Errors of the disk.
pub fn create_folder(folder: &Path) -> Result<(), Error> {
    fs::create_dir_all(folder).map_err(Error::when("create", folder))
}

fn save_watched(
    site: &Path,
    path: &SourcePath,
    bytes: &[u8],
    expected: Expected<'_>,
    before: &dyn Fn(&'static str),
) -> Result<(), Error> {
    let named = site.join(path.as_str());
    let write = || -> io::Result<()> {
        let place = real_place(site, &named)?;
        let folder = place.parent().ok_or_else(|| io::Error::other("it has no folder"))?;
        remove_half_written(folder);
        let old = expect(&place, expected)?;
        let waiting = folder.join(format!("{HALF_WRITTEN}{}", std::process::id()));
        let half = waiting.join("half");
        let written = create_waiting(&waiting)
            .and_then(|()| write_half(&half, bytes, old.as_ref(), before))
            .and_then(|()| {
                before("take its place");
                fs::rename(&half, &place)
            });
        let _ = fs::remove_dir_all(&waiting);
        written?;
        before("sync the folder");
        sync_folder(folder)
    };
    write().map_err(Error::when("write", &named))
}

/// Where the system puts what is written to a path, whose folder is made. Links inside the site are followed.
pub(super) fn real_place(site: &Path, path: &Path) -> io::Result<PathBuf> {
    let root = fs::canonicalize(site)?;
    if let Ok(real) = fs::canonicalize(path) {
        return inside(&root, real);
    }
    if fs::symlink_metadata(path).is_ok() {
        return Err(io::Error::other("the symbolic link leads nowhere"));
    }
    let folder = path.parent().ok_or_else(|| io::Error::other("it has no folder"))?;
    let present = folder.ancestors().find(|folder| fs::symlink_metadata(folder).is_ok());
    inside(&root, fs::canonicalize(present.unwrap_or(site))?)?;
    fs::create_dir_all(folder)?;
    let name = path.file_name().ok_or_else(|| io::Error::other("it has no name"))?;
    Ok(inside(&root, fs::canonicalize(folder)?)?.join(name))
}

fn inside(root: &Path, real: PathBuf) -> io::Result<PathBuf> {
    if real.starts_with(root) {
        return Ok(real);
    }
    Err(io::Error::other(format!("the symbolic link leads out of the site, to `{}`", real.display())))
}

/// The metadata of the file that stands there, when one is expected.
pub(super) fn expect(place: &Path, expected: Expected<'_>) -> io::Result<Option<Metadata>> {
    match expected {
        Expected::Nothing if fs::symlink_metadata(place).is_ok() => Err(io::ErrorKind::AlreadyExists.into()),
        Expected::Nothing => Ok(None),
        Expected::Bytes(bytes) => {
            if fs::read(place)? != bytes {
                return Err(io::Error::other("it was changed meanwhile; run the command again"));
            }
            let metadata = fs::metadata(place)?;
            if metadata.permissions().readonly() {
                return Err(io::Error::other("it is read-only"));
            }
            Ok(Some(metadata))
        }
    }
}

fn write_half(
    half: &Path,
    bytes: &[u8],
    old: Option<&Metadata>,
    before: &dyn Fn(&'static str),
) -> io::Result<()> {
    before("create");
    let mut file = OpenOptions::new().write(true).create_new(true).open(half)?;
    let (first, second) = bytes.split_at(bytes.len() / 2);
    file.write_all(first)?;
    before("write on");
    file.write_all(second)?;
    if let Some(old) = old {
        file.set_permissions(old.permissions())?;
    }
    before("sync");
    file.sync_all()
}

/// Makes a folder beside the file's place. git leaves it out, whenever we are killed.
pub(super) fn create_waiting(waiting: &Path) -> io::Result<()> {
    fs::create_dir(waiting)?;
    fs::write(waiting.join(".gitignore"), "*\n")
}

/// Removes what killed commands left. No other command is at work: the caller holds the lock.
pub(super) fn remove_half_written(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        if name.to_string_lossy().starts_with(HALF_WRITTEN) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Makes a new name last through a power cut, where the system can.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::fs;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::path::Path;

    use super::{Expected, lock_site, rename, save, save_watched};
    use crate::source::SourcePath;

    fn path() -> SourcePath {
        SourcePath::new("content/incidents/x.md")
    }

    /// A site whose one report holds `old`.
    fn site() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("content/incidents")).unwrap();
        fs::write(folder.path().join("site.toml"), "").unwrap();
        fs::write(folder.path().join("content/incidents/x.md"), "old").unwrap();
        folder
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[track_caller]
    fn check_refused(site: &Path, path: &SourcePath, expected: Expected<'_>, why: &str) {
        let error = save(site, path, b"new", expected).unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    }

    #[test]
    fn killed_anywhere_it_leaves_the_old_or_the_new_file_and_the_next_command_cleans_up() {
        let steps = Cell::new(0);
        save_watched(site().path(), &path(), b"new", Expected::Bytes(b"old"), &|_| {
            steps.set(steps.get() + 1)
        })
        .unwrap();
        assert!(steps.get() >= 5, "{}", steps.get());
        for killed_at in 0..steps.get() {
            let site = site();
            let folder = site.path().join("content/incidents");
            let at = Cell::new(0);
            let kill = |_: &'static str| {
                assert_ne!(at.get(), killed_at, "killed");
                at.set(at.get() + 1);
            };
            let run = || save_watched(site.path(), &path(), b"new", Expected::Bytes(b"old"), &kill);
            assert!(catch_unwind(AssertUnwindSafe(run)).is_err());
            for name in names(&folder).into_iter().filter(|name| name != "x.md") {
                assert_eq!(fs::read(folder.join(name).join(".gitignore")).unwrap(), b"*\n");
            }
            let left = fs::read(folder.join("x.md")).unwrap();
            assert!(left == b"old" || left == b"new");
            save(site.path(), &path(), b"newer", Expected::Bytes(&left)).unwrap();
            assert_eq!(fs::read(folder.join("x.md")).unwrap(), b"newer");
            assert_eq!(names(&folder), ["x.md"]);
        }
    }

    #[test]
    fn any_name_can_be_written() {
        let site = site();
        save(site.path(), &SourcePath::new(".gitignore"), b"/public/\n", Expected::Nothing).unwrap();
        assert_eq!(fs::read(site.path().join(".gitignore")).unwrap(), b"/public/\n");
    }

    #[test]
    fn only_what_was_expected_is_replaced() {
        let site = site();
        check_refused(site.path(), &path(), Expected::Nothing, "exists");
        check_refused(site.path(), &path(), Expected::Bytes(b"other"), "changed meanwhile");
        let new = SourcePath::new("content/incidents/2024/deep/y.md");
        check_refused(site.path(), &new, Expected::Bytes(b""), "No such file");
        save(site.path(), &new, b"y", Expected::Nothing).unwrap();
        assert_eq!(fs::read(site.path().join(new.as_str())).unwrap(), b"y");
        assert_eq!(fs::read(site.path().join(path().as_str())).unwrap(), b"old");
    }

    #[test]
    fn a_file_called_as_our_own_is_written() {
        let site = site();
        let path = SourcePath::new(".gitignore");
        save(site.path(), &path, b"public/\n", Expected::Nothing).unwrap();
        assert_eq!(fs::read(site.path().join(".gitignore")).unwrap(), b"public/\n");
    }

    #[test]
    fn a_file_is_moved_only_to_where_nothing_stands() {
        let site = site();
        let to = SourcePath::new("content/incidents/x/index.md");
        rename(site.path(), &path(), &to).unwrap();
        assert_eq!(fs::read(site.path().join(to.as_str())).unwrap(), b"old");
        save(site.path(), &path(), b"other", Expected::Nothing).unwrap();
        assert!(rename(site.path(), &path(), &to).is_err());
        assert_eq!(fs::read(site.path().join(path().as_str())).unwrap(), b"other");
    }

    #[test]
    fn the_lock_is_one_commands_at_a_time() {
        let site = site();
        let count = Cell::new(0);
        let lock = lock_site(site.path(), &|| count.set(count.get() + 1)).unwrap();
        let folder = site.path().to_owned();
        let (sender, receiver) = std::sync::mpsc::channel();
        let waiting = sender.clone();
        let other = std::thread::spawn(move || {
            let lock = lock_site(&folder, &|| waiting.send("waits").unwrap()).unwrap();
            sender.send("has it").unwrap();
            drop(lock);
        });
        assert_eq!(receiver.recv().unwrap(), "waits");
        assert!(receiver.try_recv().is_err());
        drop(lock);
        assert_eq!(receiver.recv().unwrap(), "has it");
        other.join().unwrap();
        assert_eq!(count.get(), 0);
    }

    #[cfg(unix)]
    #[test]
    fn a_mode_is_kept_and_read_only_is_respected() {
        use std::os::unix::fs::PermissionsExt;
        let site = site();
        let file = site.path().join(path().as_str());
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        save(site.path(), &path(), b"new", Expected::Bytes(b"old")).unwrap();
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
        fs::set_permissions(&file, fs::Permissions::from_mode(0o440)).unwrap();
        check_refused(site.path(), &path(), Expected::Bytes(b"new"), "read-only");
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_inside_the_site_and_nowhere_else() {
        use std::os::unix::fs::symlink;
        let (site, outside) = (site(), site());
        let folder = site.path().join("content/incidents");
        symlink("x.md", folder.join("link.md")).unwrap();
        save(site.path(), &SourcePath::new("content/incidents/link.md"), b"new", Expected::Bytes(b"old"))
            .unwrap();
        assert_eq!(fs::read(folder.join("x.md")).unwrap(), b"new");
        assert!(fs::symlink_metadata(folder.join("link.md")).unwrap().is_symlink());

        let secret = outside.path().join("content/incidents/x.md");
        symlink(&secret, folder.join("out.md")).unwrap();
        let out = SourcePath::new("content/incidents/out.md");
        check_refused(site.path(), &out, Expected::Bytes(b"old"), "leads out of the site");
        symlink(outside.path(), folder.join("2024")).unwrap();
        let deep = SourcePath::new("content/incidents/2024/deep/y.md");
        check_refused(site.path(), &deep, Expected::Nothing, "leads out of the site");
        assert!(!outside.path().join("deep").exists());
        symlink("absent.md", folder.join("dangling.md")).unwrap();
        let dangling = SourcePath::new("content/incidents/dangling.md");
        check_refused(site.path(), &dangling, Expected::Nothing, "leads nowhere");
        assert_eq!(fs::read(secret).unwrap(), b"old");
    }
}
