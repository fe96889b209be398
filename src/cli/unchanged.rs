//! Skips an up-to-date build or publish: when the sources and options are unchanged and the last result is still valid, it
//! is reused.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::cli::clock;
use crate::cli::failure::Failure;
use crate::cli::load::{ContentArgs, PrintedProblems, Ready};
use crate::digest::{Digest, Hasher};
use crate::model::out_path::OutPath;
use crate::model::target::Target;
use crate::plan::page::Page;
use crate::source::{Handle, Snapshot, SourcePath};
use crate::time::{Instant, Zone};

/// The digest of a build's inputs and options, and its moment.
pub(super) struct BuildRequest {
    digest: Digest,
    pub(super) now: Instant,
}

/// The warnings and the summary of a build, recorded beside its outputs.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct BuildResult {
    request: String,
    /// The first second at which it holds, since 1970.
    from: i64,
    /// The first second at which it may no longer hold.
    until: i64,
    pub(super) problems: PrintedProblems,
    pub(super) as_of: String,
    pub(super) next_change: String,
    /// The sources of copied files, by output.
    copies: BTreeMap<String, String>,
}

impl BuildRequest {
    /// `None` where a local `--now` needs the site's zone.
    pub(super) fn new(
        content: &ContentArgs,
        target: Option<&Target>,
        snapshot: &Snapshot,
    ) -> Result<Option<Self>, Failure> {
        let given = content.now.as_deref();
        if given.is_some_and(|text| Instant::parse_rfc3339(text).is_none()) {
            return Ok(None);
        }
        let now = clock::now(given, Zone::UTC).map_err(Failure::World)?;
        let mut hasher = Hasher::new();
        hasher.update(env!("ALLCLEAR_SOURCES").as_bytes());
        hasher.update(snapshot.digest().as_bytes());
        // A target has problems of its own.
        hasher.update(format!("{:?} {:?} {target:?}", content.variant(target)?, now.clock).as_bytes());
        Ok(Some(Self { digest: hasher.finish(), now: now.at }))
    }

    /// The result that a line records, if it is that of this request.
    pub(super) fn recorded(&self, line: &str) -> Option<BuildResult> {
        let result: BuildResult = serde_json::from_str(line).ok()?;
        let is_in_time = (result.from..result.until).contains(&self.now.epoch_secs());
        (is_in_time && result.request == self.digest.to_string()).then_some(result)
    }
}

impl BuildResult {
    /// The result of a build; without a request it is never reused.
    pub(super) fn new(request: Option<&BuildRequest>, ready: &Ready) -> Self {
        let edition = &ready.prepared.edition;
        let zone = edition.site.config.zone;
        let copies = ready.prepared.plan.outputs.iter().filter_map(|(path, page)| match page {
            Page::Copy(handle) => Some((path.to_string(), handle.path.to_string())),
            _ => None,
        });
        Self {
            request: request.map_or_else(String::new, |request| request.digest.to_string()),
            from: ready.from.epoch_secs(),
            until: ready.until.epoch_secs(),
            problems: ready.problems.clone(),
            as_of: zone.rfc3339(edition.as_of),
            next_change: zone.rfc3339(edition.next_change),
            copies: copies.collect(),
        }
    }

    /// The source of a copied file.
    pub(super) fn copied(&self, path: &OutPath) -> Option<Handle> {
        let source = self.copies.get(path.as_str())?;
        Some(Handle::new(SourcePath::new(source), 0, 0))
    }

    /// The line that is recorded.
    pub(super) fn line(&self) -> String {
        serde_json::to_string(self).expect("a result is plain data")
    }
}
