//! Reads one file, and never waits for a FIFO, a socket or a device.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use crate::digest::{Digest, Hasher};
use crate::edge::Error;
use crate::edge::disk::stamp::Stamp;

/// The digest of a regular file's bytes, and its stamp; `None` when there is something else, or nothing. Symbolic links are
/// not followed.
pub(super) fn look(path: &Path) -> io::Result<Option<(Digest, Stamp)>> {
    match fs::symlink_metadata(path) {
        // The stamp is taken first: a change while the file is read is then noticed later.
        Ok(metadata) if metadata.is_file() => Ok(Some((digest_file(path)?, Stamp::of(&metadata)))),
        Ok(metadata) if metadata.is_symlink() => Ok(None),
        Ok(_) => refuse_special(path).map(|()| None),
        Err(error) if is_absence(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

pub(in crate::edge) fn digest_file(path: &Path) -> io::Result<Digest> {
    let mut hasher = Hasher::new();
    in_pieces(path, |piece| {
        hasher.update(piece);
        Ok::<_, io::Error>(())
    })?;
    Ok(hasher.finish())
}

/// Hands a file's bytes over in pieces.
pub(super) fn in_pieces<E: From<io::Error>>(
    path: &Path,
    mut take: impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<(), E> {
    refuse_special(path)?;
    let mut file = File::open(path)?;
    let mut buffer = vec![0; 128 * 1024];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(()),
            read => take(&buffer[..read])?,
        }
    }
}

/// Whether an error only says that there is nothing at the path, or that a part above it is no folder.
pub(super) fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// A file's bytes; `None` when there is no file.
pub fn read_file(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    match refuse_special(path).and_then(|()| fs::read(path)) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if is_absence(&error) => Ok(None),
        Err(error) => Err(Error::when("read", path)(error)),
    }
}

/// Refuses a FIFO, a socket or a device, which could be waited for without end.
pub(in crate::edge) fn refuse_special(path: &Path) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() && !metadata.is_dir() => {
            Err(io::Error::other("it is neither file nor folder; remove it"))
        }
        _ => Ok(()),
    }
}
