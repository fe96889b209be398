//! One writer at a time: a lock on `.allclear/lock`, which the system lets go when its holder ends, however it ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use crate::edge::Error;
use crate::edge::disk::state::refuse_special;

/// Held while the output is written. The file stays when the lock goes, so that two writers never lock two files.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
}

impl Lock {
    /// The lock of the output whose own folder this is; `None` when another writer holds it.
    pub(super) fn take(own_folder: &Path) -> Result<Option<Self>, Error> {
        let path = own_folder.join("lock");
        refuse_special(&path).map_err(Error::when("lock", &path))?;
        // Nothing is ever written into it: a build that changes nothing changes no file's time.
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
        let file = file.map_err(Error::when("lock", &path))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(Error::when("lock", &path)(error)),
        }
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
        let lock = Lock::take(folder.path()).unwrap().unwrap();
        let _held_elsewhere = lock.file.try_clone().unwrap();
        drop(lock);
        assert!(Lock::take(folder.path()).unwrap().is_some());
    }

    #[test]
    fn the_second_writer_waits_until_the_first_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let first = Lock::take(folder.path()).unwrap();
        assert!(first.is_some());
        assert!(Lock::take(folder.path()).unwrap().is_none());
        drop(first);
        assert!(Lock::take(folder.path()).unwrap().is_some());
    }
}
