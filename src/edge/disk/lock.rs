//! One writer at a time: a lock on `.allclear/lock`, which the system lets go when its holder ends, however it ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;

use crate::edge::Error;

/// Held while the output is written. The file stays when the lock goes, so that two writers never lock two files.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
}

impl Lock {
    /// The lock on this file, which is made where it is absent; `None` when another writer holds it.
    pub(super) fn take(path: &Path) -> Result<Option<Self>, Error> {
        let file = open(path).map_err(Error::when("lock", path))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(Error::when("lock", path)(error)),
        }
    }
}

/// Opens the file. Nothing is ever written into it: a build that changes nothing changes no file's time. A link that leads
/// nowhere makes no file where it leads: a new file takes no link's place.
fn open(path: &Path) -> io::Result<File> {
    let open = |is_new: bool| OpenOptions::new().write(true).create_new(is_new).open(path);
    match open(false) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        opened => return opened,
    }
    match open(true) {
        // Another writer was quicker.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => open(false),
        opened => opened,
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing the file is not enough: a process that is being started holds it, too, until its program is loaded. Where
        // this fails it is let go when that process closes it.
        let _ = self.file.unlock();
    }
}

#[cfg(test)]
mod tests {
    use super::Lock;

    #[test]
    fn it_is_let_go_although_another_process_holds_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let lock = Lock::take(&folder.path().join("lock")).unwrap().unwrap();
        let _held_elsewhere = lock.file.try_clone().unwrap();
        drop(lock);
        assert!(Lock::take(&folder.path().join("lock")).unwrap().is_some());
    }

    #[cfg(unix)]
    #[test]
    fn no_file_is_made_where_a_link_leads() {
        let folder = tempfile::tempdir().unwrap();
        let (lock, elsewhere) = (folder.path().join("lock"), folder.path().join("elsewhere"));
        std::os::unix::fs::symlink(&elsewhere, &lock).unwrap();
        assert!(Lock::take(&lock).is_err());
        assert!(!elsewhere.exists());
    }

    #[test]
    fn the_second_writer_waits_until_the_first_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let first = Lock::take(&folder.path().join("lock")).unwrap();
        assert!(first.is_some());
        assert!(Lock::take(&folder.path().join("lock")).unwrap().is_none());
        drop(first);
        assert!(Lock::take(&folder.path().join("lock")).unwrap().is_some());
    }
}
