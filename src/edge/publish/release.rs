//! A rendered site that is ready to go anywhere.

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::LazyLock;

use crate::diff::Manifest;
use crate::digest::Digest;
use crate::edge::Error;
use crate::plan::headers::ResponseHeaders;
use crate::plan::path::OutPath;
use crate::time::Instant;

/// Where the manifest is published: some hosts drop files whose names begin with a dot.
pub static MANIFEST: LazyLock<OutPath> = LazyLock::new(OutPath::published_manifest);

/// How an output's bytes are made.
pub(super) type Render<'a> = &'a (dyn Fn(&OutPath) -> Result<Vec<u8>, Error> + Sync);

/// How an output is served, as far as a destination lets us say.
pub(super) type Serve<'a> = &'a (dyn Fn(&OutPath) -> ResponseHeaders + Sync);

/// A rendered site: what its files are, and how to come by their bytes.
#[derive(Clone)]
pub struct Release<'a> {
    /// Every output with its digest; the published manifest itself is not among them.
    pub manifest: Manifest,
    /// The clock: superseded assets stay for a day from here.
    pub now: Instant,
    /// As of when the site is true: tells which of two releases is the newer one.
    pub as_of: Instant,
    /// How an output is served.
    pub headers: Serve<'a>,
    /// Makes an output's bytes, on many threads at once.
    pub render: Render<'a>,
}

impl fmt::Debug for Release<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Release").field("as_of", &self.as_of).finish_non_exhaustive()
    }
}

impl Release<'_> {
    /// The bytes of one of its files.
    ///
    /// # Errors
    /// When they cannot be read, or are no longer those that the manifest speaks of.
    pub(super) fn body(&self, path: &OutPath) -> Result<Vec<u8>, Error> {
        if *path == *MANIFEST {
            return Ok(self.manifest.to_string().into_bytes());
        }
        let bytes = (self.render)(path)?;
        match self.manifest.digest(path) {
            Some(digest) if *digest == Digest::of(&bytes) => Ok(bytes),
            _ => Err(Error::when("publish", Path::new(path.as_str()))(io::Error::other(
                "it changed while it was published; run the command again",
            ))),
        }
    }

    /// Every output with its digest, the published manifest among them.
    pub(super) fn with_manifest(&self) -> Manifest {
        let mut all = self.manifest.clone();
        all.files.insert(MANIFEST.clone(), Digest::of(self.manifest.to_string().as_bytes()));
        all
    }
}
