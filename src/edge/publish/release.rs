//! A site that is ready to be published, and its outputs rendered for one destination.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::Path;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use crate::diagnostic::Diagnostic;
use crate::diff::{Deployed, DesiredState, Manifest};
use crate::digest::Digest;
use crate::edge::Error;
use crate::edge::deploy::{DeployError, Render, all_rendered, bytes_of};
use crate::edge::disk::{BuildRecord, digest_file};
use crate::edge::publish::local_record::LocalRecord;
use crate::model::out_path::OutPath;
use crate::pipeline::{Body, Keys};
use crate::plan::headers::ResponseHeaders;
use crate::time::Instant;

/// Where the manifest is published: some hosts drop files whose names begin with a dot.
pub static MANIFEST: LazyLock<OutPath> = LazyLock::new(OutPath::published_manifest);

/// How many rendered bytes are held until they are written. Beyond that, pages are rendered again.
pub(super) const HELD_BYTES: usize = 256 * 1024 * 1024;

/// How an output is served, as far as a destination lets us say.
pub(super) type Serve<'a> = &'a (dyn Fn(&OutPath) -> ResponseHeaders + Sync);

/// Whether files with the right content are written again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnchangedFiles {
    /// They stay.
    Keep,
    /// They are written again, with the headers of today's settings.
    Rewrite,
}

/// A site that is ready to be published.
#[derive(Clone, Copy)]
pub struct Release<'a> {
    /// The site's folder, which holds the files that are copied.
    pub site: &'a Path,
    /// Every output, each once; the published manifest is not among them.
    pub outputs: &'a [OutPath],
    /// Outputs that the last release had with the same key are not rendered again.
    pub keys: &'a Keys,
    /// The record of the last release.
    pub record: &'a LocalRecord,
    /// A line that is recorded for [`LocalRecord::last_result`] and has no meaning here.
    pub result: &'a str,
    /// The clock: superseded assets stay for a day from here.
    pub now: Instant,
    /// As of when the site is true: tells which of two releases is the newer one.
    pub as_of: Instant,
    /// How an output is served.
    pub headers: Serve<'a>,
    /// Renders an output.
    pub render: Render<'a>,
}

impl fmt::Debug for Release<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Release").field("as_of", &self.as_of).finish_non_exhaustive()
    }
}

/// A release whose outputs were rendered: every digest is known, and the bytes of what differs.
pub(super) struct Rendered<'a> {
    pub(super) release: &'a Release<'a>,
    /// Every output with its digest; the published manifest itself is not among them.
    pub(super) manifest: Manifest,
    held: BTreeMap<OutPath, Vec<u8>>,
}

impl<'a> Rendered<'a> {
    /// Renders what may differ from what is deployed, and holds at most so many bytes of it.
    pub(super) fn new(
        release: &'a Release<'a>,
        deployed: &Deployed,
        unchanged: UnchangedFiles,
        most_held: usize,
    ) -> Result<Self, DeployError> {
        let (held_bytes, site) = (AtomicUsize::new(0), release.site);
        let known = match unchanged {
            UnchangedFiles::Keep => release.record.beside(deployed),
            UnchangedFiles::Rewrite => BuildRecord::default(),
        };
        let recorded = |path: &OutPath| deployed.recorded.as_ref().and_then(|manifest| manifest.digest(path));
        let one = |path: &OutPath| -> Result<Result<_, Diagnostic>, Error> {
            if let Some(digest) = recorded(path)
                && known.has_key(path, release.keys.get(path))
            {
                return Ok(Ok((path.clone(), *digest, None)));
            }
            Ok(Ok(match (release.render)(path) {
                Err(problem) => return Ok(Err(problem)),
                Ok(Body::File(handle)) => {
                    let file = handle.place(site);
                    (path.clone(), digest_file(&file).map_err(Error::when("read", &file))?, None)
                }
                Ok(Body::Bytes(bytes)) => {
                    let digest = Digest::of(&bytes);
                    let is_held = recorded(path) != Some(&digest)
                        && held_bytes.fetch_add(bytes.len(), Ordering::Relaxed) < most_held;
                    (path.clone(), digest, is_held.then_some(bytes))
                }
            }))
        };
        let outputs = all_rendered(release.outputs.par_iter().map(one).collect())?;
        let manifest = outputs.iter().map(|(path, digest, _)| (path.clone(), *digest)).collect();
        let held = outputs.into_iter().filter_map(|(path, _, bytes)| Some((path, bytes?))).collect();
        Ok(Self { release, manifest, held })
    }

    /// The site as it is to be.
    pub(super) fn desired(&self) -> DesiredState<'_> {
        let Release { now, as_of, .. } = *self.release;
        DesiredState { manifest: &self.manifest, now, as_of: Some(as_of) }
    }

    /// Records that all of it is published.
    pub(super) fn record(&self) {
        let Release { record, keys, result, .. } = *self.release;
        record.save(keys, result, &self.manifest);
    }

    /// The bytes of an output.
    ///
    /// # Errors
    /// When a copied file cannot be read, or is not the one that the manifest speaks of any more.
    pub(super) fn body(&self, path: &OutPath) -> Result<Cow<'_, [u8]>, Error> {
        if let Some(bytes) = self.held.get(path) {
            return Ok(Cow::Borrowed(bytes));
        }
        let changed = || {
            let why = io::Error::other("it changed while it was published; run the command again");
            Error::when("publish", Path::new(path.as_str()))(why)
        };
        let body = (self.release.render)(path).map_err(|_| changed())?;
        let bytes = bytes_of(body, self.release.site)?;
        let is_right = self.manifest.digest(path) == Some(&Digest::of(&bytes));
        if is_right { Ok(Cow::Owned(bytes)) } else { Err(changed()) }
    }
}
