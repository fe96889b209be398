//! Publishing: a rendered site goes to a folder, a branch or a bucket, in an order that is safe for readers at every moment.
//!
//! A release is compared with the manifest that stands at its destination; what differs is applied batch by batch. Only files
//! that an earlier publish wrote are overwritten or deleted. What a destination cannot change at once it journals before,
//! so that a publish that did not end is finished by the next one.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::diff::{Changes, Damaged, Manifest, Record, Unmanaged};
use crate::edge::Error;
use crate::edge::deploy::{DeployError, Progress, Refusal, named};
use crate::model::out_path::{OWN_FOLDER, OutPath};
use crate::time::Instant;

pub mod branch;
pub mod directory;
mod local_record;
mod lock;
pub mod objects;
mod parallel;
mod release;
pub mod s3;
pub mod store;
mod verdict;
pub mod website;

pub use local_record::{LastRelease, LocalRecord};
pub use release::{MANIFEST, Release, UnchangedFiles};
pub use verdict::{Seen, Verdict, judge};

/// A place that a site can be published to.
pub trait Destination: Sync {
    /// Brings the release about.
    ///
    /// # Errors
    /// What stands in the way, and what the world says. What was done by then is whole, and the next publish goes on.
    fn publish(&self, release: &Release<'_>, options: &PublishOptions<'_>) -> Result<Published, DeployError>;

    /// Publishes the last release again; `None` when that is not what stands there, or when an output is to be rendered.
    ///
    /// # Errors
    /// As [`Destination::publish`].
    fn publish_again(
        &self,
        last: &LastRelease<'_>,
        options: &PublishOptions<'_>,
    ) -> Result<Option<Published>, DeployError>;

    /// The changes that [`Destination::publish`] would make now. Writes nothing.
    fn compare(&self, release: &Release<'_>, options: &PublishOptions<'_>) -> Result<Published, DeployError>;

    /// The bytes of a published file; `None` when there is none.
    fn read(&self, path: &OutPath) -> Result<Option<Vec<u8>>, Error>;

    /// What stands there against the manifest that was published with it, as far as that costs no look at every file.
    fn survey(&self) -> Result<Verdict, DeployError> {
        self.verify()
    }

    /// Every file against the manifest that was published with it.
    ///
    /// # Errors
    /// When nothing was published there, and what the world says.
    fn verify(&self) -> Result<Verdict, DeployError>;
}

/// How a release is published.
#[derive(Clone, Copy)]
pub struct PublishOptions<'a> {
    /// Whether unmanaged files at paths of the site are overwritten.
    pub unmanaged: Unmanaged,
    /// Whether a site that is newer than the release is overwritten.
    pub newer: Newer,
    /// Whether files with the right content are written again.
    pub unchanged: UnchangedFiles,
    /// Whether the lock of a silent publish is taken over.
    pub stale_lock: StaleLock,
    /// Hears how far the publish is.
    pub progress: &'a (dyn Fn(Progress) + Sync),
    /// Whether the user wants it to stop.
    pub stops: &'a (dyn Fn() -> bool + Sync),
}

impl PublishOptions<'_> {
    /// Safe defaults, no progress, no cancellation.
    pub const fn careful() -> PublishOptions<'static> {
        PublishOptions {
            unmanaged: Unmanaged::Refuse,
            newer: Newer::Refuse,
            unchanged: UnchangedFiles::Keep,
            stale_lock: StaleLock::Wait,
            progress: &|_| {},
            stops: &|| false,
        }
    }
}

impl fmt::Debug for PublishOptions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublishOptions").field("unmanaged", &self.unmanaged).finish_non_exhaustive()
    }
}

/// Whether a site that is newer than the release is overwritten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Newer {
    /// It stops the publish.
    Refuse,
    /// It is overwritten.
    Overwrite,
}

/// Whether the lock of a silent publish is taken over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StaleLock {
    /// It may go on for two minutes after its last sign of life.
    Wait,
    /// It is known to be over.
    TakeOver,
}

/// The result of a publish, or of a comparison.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// Files added, changed and removed.
    pub changes: Changes,
    /// Files there that are not ours, as far as they were seen, in order.
    pub foreign: Vec<String>,
    /// Whether an earlier publish had ended half-way, and was finished by this one.
    pub finished_earlier: bool,
    /// The commit that was pushed.
    pub commit: Option<String>,
}

/// Unmanaged files stand where files of the site are to stand.
fn refuse_unmanaged(place: &str, paths: &[OutPath]) -> Result<(), Refusal> {
    let named = named(paths.iter().map(OutPath::as_str));
    let message =
        format!("not written by any publish, but in the place of a file of the site in {place}: {named}");
    let help = "move away what is yours, or let the publish overwrite it with `--adopt`";
    if paths.is_empty() { Ok(()) } else { Err(Refusal::new(message, help)) }
}

/// A record in a place that cannot be read.
fn damaged(damaged: &Damaged, path: &str, place: &str) -> Refusal {
    let help = "publish again with `--adopt`: it replaces files that are in the place of files of the site";
    Refusal::new(format!("`{path}` in {place} is damaged: {}", damaged.problem), help)
}

/// The manifest of a place, to which something must have been published.
fn published_manifest(recorded: Option<Manifest>, place: &str) -> Result<Manifest, Refusal> {
    let nothing = || Refusal::new(format!("nothing was published to {place}"), "publish there first");
    recorded.ok_or_else(nothing)
}

/// Where a record stands in a bucket or a branch.
fn record_path(record: Record) -> String {
    match record {
        Record::Manifest => MANIFEST.to_string(),
        Record::Retired | Record::Journal => format!("{OWN_FOLDER}/{}", record.name()),
    }
}

/// The part of `/build.json` that tells which of two sites is newer.
#[derive(Debug, Serialize, Deserialize)]
struct BuildJson {
    as_of: String,
}

/// As of when a published site is true, by its `/build.json`; `None` when that does not say.
fn as_of(build_json: &[u8]) -> Option<Instant> {
    let build: BuildJson = serde_json::from_slice(build_json).ok()?;
    Instant::parse_rfc3339(&build.as_of)
}

fn refuse_older(
    release: &Release<'_>,
    published: Option<Instant>,
    place: &str,
    options: &PublishOptions<'_>,
) -> Result<(), Refusal> {
    match published {
        Some(published) if published > release.as_of && options.newer == Newer::Refuse => Err(Refusal::new(
            format!(
                "the site in {place} is newer: it is true as of {published}, this one as of {}",
                release.as_of
            ),
            "bring your copy of the site up to date; where something was taken back on purpose, such as the newest update, use `--force`",
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::as_of;

    #[test]
    fn a_site_says_as_of_when_it_is_true() {
        let said = as_of(br#"{"as_of": "2024-05-06T03:00:00+02:00", "content": "x"}"#).unwrap();
        assert_eq!(said.to_string(), "2024-05-06T01:00:00Z");
        assert!(as_of(b"{}").is_none() && as_of(b"<html>").is_none());
    }
}
