//! Files that were read before, and what tells that they did not change since.

use std::fs::Metadata;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A file that was read.
#[derive(Clone, Debug)]
pub(super) struct CachedFile {
    pub(super) mark: Mark,
    /// When the reading began.
    pub(super) read: SystemTime,
    pub(super) bytes: Arc<[u8]>,
}

impl CachedFile {
    /// Whether the bytes are still those of the file that now has this mark.
    ///
    /// A file system's clock ticks: a file that was changed again within the tick in which it was read looks the same. So
    /// the mark of a file that was young when it was read proves nothing.
    pub(super) fn is_still(&self, mark: Mark) -> bool {
        /// FAT counts in two seconds, the coarsest clock in use.
        const TICK: Duration = Duration::from_secs(2);
        let was_young = mark.youngest.checked_add(TICK).is_none_or(|settled| settled >= self.read);
        self.mark == mark && !was_young
    }
}

/// The stamp of a file: tells two states apart without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    len: u64,
    /// The later of the last changes of its content and, where the system keeps it, of its name or place.
    youngest: SystemTime,
    modified: i128,
    /// Where the system keeps it: which file it is, so that another one put in its place is told from it.
    identity: (u64, u64),
}

impl Mark {
    /// The mark of a file with this metadata.
    pub(super) fn of(metadata: &Metadata) -> Self {
        let modified = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
        let (identity, changed) = system_mark(metadata);
        Self {
            len: metadata.len(),
            youngest: modified.max(changed),
            modified: modified_nanos(metadata),
            identity,
        }
    }
}

#[cfg(unix)]
fn system_mark(metadata: &Metadata) -> ((u64, u64), SystemTime) {
    use std::os::unix::fs::MetadataExt as _;
    let secs = u64::try_from(metadata.ctime()).unwrap_or(0);
    let nanos = u64::try_from(metadata.ctime_nsec()).unwrap_or(0);
    let changed = UNIX_EPOCH + Duration::from_secs(secs) + Duration::from_nanos(nanos);
    ((metadata.dev(), metadata.ino()), changed)
}

#[cfg(not(unix))]
fn system_mark(_: &Metadata) -> ((u64, u64), SystemTime) {
    ((0, 0), UNIX_EPOCH)
}

/// Nanoseconds between 1970 and the file's last change, negative before; 0 where the system does not say.
pub(super) fn modified_nanos(metadata: &Metadata) -> i128 {
    let nanos = |duration: std::time::Duration| i128::try_from(duration.as_nanos()).unwrap_or(i128::MAX);
    match metadata.modified().map(|changed| changed.duration_since(UNIX_EPOCH)) {
        Ok(Ok(since)) => nanos(since),
        Ok(Err(before)) => -nanos(before.duration()),
        Err(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::{CachedFile, Mark};

    #[test]
    fn a_mark_proves_nothing_of_a_file_that_was_young_when_it_was_read() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let mark = Mark::of(&file.as_file().metadata().unwrap());
        let known = |secs: u64| {
            let read = mark.youngest + Duration::from_secs(secs);
            CachedFile { mark, read, bytes: Arc::from([].as_slice()) }
        };
        assert!(!known(1).is_still(mark));
        assert!(known(3).is_still(mark));
        assert!(!known(3).is_still(Mark { len: mark.len + 1, ..mark }));
        assert!(!known(3).is_still(Mark { identity: (0, 0), ..mark }) || cfg!(not(unix)));
    }
}
