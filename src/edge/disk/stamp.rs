//! Stamps: what tells that a file of the output is as it was written, without reading it.
//!
//! Limit: a stamp proves nothing after a power cut, when a file can have its length and time and hold zeros. So stamps count
//! only during the boot in which they were recorded.

use std::fs::{self, Metadata};
use std::process::Command;
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use std::{fmt, io};

use super::cached_file::modified_nanos;

/// Length in bytes, time of the last change in nanoseconds since 1970, and the file's number in its file system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    len: u64,
    modified: i128,
    inode: u64,
}

impl Stamp {
    /// The stamp of a file with this metadata.
    pub(super) fn of(metadata: &Metadata) -> Self {
        Self { len: metadata.len(), modified: modified_nanos(metadata), inode: inode(metadata) }
    }

    /// Whether the file was at rest when its stamp was recorded, by the same file system's clock. A clock ticks: a file
    /// that is changed twice within a tick has the same time twice.
    pub(super) fn is_settled(self, recorded: SystemTime) -> bool {
        /// Linux counts in 1 to 10 ms, Windows in 15.6 ms.
        const FINE: Duration = Duration::from_millis(20);
        /// FAT counts in two seconds, HFS+ in one.
        const COARSE: Duration = Duration::from_secs(2);
        let tick = if self.modified % 1_000_000_000 == 0 { COARSE } else { FINE };
        let recorded = recorded.duration_since(UNIX_EPOCH).unwrap_or_default();
        recorded.checked_sub(tick).is_some_and(|latest| {
            self.modified < i128::try_from(latest.as_nanos()).expect("2^128 ns are not reached")
        })
    }
}

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.len, self.modified, self.inode)
    }
}

impl FromStr for Stamp {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.split(':');
        let mut next = || parts.next().ok_or(());
        let (len, modified, inode) = (next()?, next()?, next()?);
        Ok(Self {
            len: len.parse().map_err(drop)?,
            modified: modified.parse().map_err(drop)?,
            inode: inode.parse().map_err(drop)?,
        })
    }
}

#[cfg(unix)]
fn inode(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn inode(_: &Metadata) -> u64 {
    0
}

/// Names the time since the system was started; `None` where the system has no such name. Then no stamp counts.
pub(super) fn boot() -> Option<String> {
    let id = if cfg!(target_os = "macos") {
        let asked = Command::new("/usr/sbin/sysctl").args(["-n", "kern.bootsessionuuid"]).output();
        asked.and_then(|output| String::from_utf8(output.stdout).map_err(io::Error::other))
    } else {
        fs::read_to_string("/proc/sys/kernel/random/boot_id")
    };
    id.ok().map(|id| id.trim().to_owned()).filter(|id| !id.is_empty() && !id.contains(char::is_whitespace))
}

/// How files that an earlier build wrote are compared with what it wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeDetection {
    /// By their stamps, and by their digests where these differ.
    Stamps,
    /// All by their digests.
    Digests,
}

#[cfg(test)]
mod tests {
    use super::{Duration, Stamp, UNIX_EPOCH};

    #[test]
    fn it_is_read_back_as_written() {
        let stamp = Stamp { len: 3, modified: -1, inode: u64::MAX };
        assert_eq!(stamp.to_string().parse(), Ok(stamp));
        for bad in ["", "1:2", "1:2:x"] {
            assert_eq!(bad.parse::<Stamp>(), Err(()));
        }
    }

    #[test]
    fn a_file_is_at_rest_a_tick_after_its_change() {
        let changed = |modified| Stamp { len: 0, modified, inode: 0 };
        let at = |millis| UNIX_EPOCH + Duration::from_millis(millis);
        let fine = changed(10_000_000_001);
        assert!(!fine.is_settled(at(10_020)) && fine.is_settled(at(10_021)));
        let coarse = changed(10_000_000_000);
        assert!(!coarse.is_settled(at(12_000)) && coarse.is_settled(at(12_001)));
        assert!(!fine.is_settled(at(0)));
    }
}
