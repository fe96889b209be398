//! One writer at a time: a lock on `.allclear/lock`, which the system lets go when its holder ends, however it ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use crate::edge::Error;

/// Held while the output is written. The file stays when the lock goes, so that two writers never lock two files.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// The lock of the output whose own folder this is; `None` when another writer holds it.
    pub(super) fn take(own_folder: &Path) -> Result<Option<Self>, Error> {
        let path = own_folder.join("lock");
        // Nothing is ever written into it: a build that changes nothing changes no file's time.
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
        let file = file.map_err(Error::when("lock", &path))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(Error::when("lock", &path)(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Lock;

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
