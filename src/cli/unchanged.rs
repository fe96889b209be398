//! Skips an up-to-date build: when the sources and options are unchanged and the last result is still valid, it is reused.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::cli::clock;
use crate::cli::failure::Failure;
use crate::cli::load::{ContentArgs, PrintedProblems, Ready};
use crate::digest::{Digest, Hasher};
use crate::edge::deploy::DeployError;
use crate::edge::disk::{self, Job, Outcome};
use crate::model::out_path::OutPath;
use crate::plan::page::Page;
use crate::source::{Handle, Snapshot, SourcePath};
use crate::time::{Instant, Zone};

/// The digest of a build's inputs and options, and its moment.
pub(super) struct BuildRequest {
    digest: Digest,
    now: Instant,
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
    pub(super) fn new(content: &ContentArgs, snapshot: &Snapshot) -> Result<Option<Self>, Failure> {
        let given = content.now.as_deref();
        if given.is_some_and(|text| Instant::parse_rfc3339(text).is_none()) {
            return Ok(None);
        }
        let now = clock::now(given, Zone::UTC).map_err(Failure::World)?;
        let mut hasher = Hasher::new();
        hasher.update(env!("ALLCLEAR_SOURCES").as_bytes());
        hasher.update(snapshot.digest().as_bytes());
        hasher.update(format!("{:?} {:?}", content.variant(None)?, now.clock).as_bytes());
        Ok(Some(Self { digest: hasher.finish(), now: now.at }))
    }

    /// The recorded result, and what was done to the outputs; `None` when the site has to be built.
    ///
    /// # Errors
    /// As [`disk::build`].
    pub(super) fn recorded(
        &self,
        site: &Path,
        target: &Path,
    ) -> Result<Option<(BuildResult, Outcome)>, DeployError> {
        let Some(line) = disk::last_result(target) else { return Ok(None) };
        let Ok(result) = serde_json::from_str::<BuildResult>(&line) else { return Ok(None) };
        let is_in_time = (result.from..result.until).contains(&self.now.epoch_secs());
        if result.request != self.digest.to_string() || !is_in_time {
            return Ok(None);
        }
        let copied = |path: &OutPath| {
            let source = result.copies.get(path.as_str())?;
            Some(Handle { path: SourcePath::new(source), len: 0, stamp: 0 })
        };
        let job = Job { result: &line, ..Job::new(target, site, &[], self.now) };
        let outcome = disk::build_unchanged(&job, &copied)?;
        Ok(outcome.map(|outcome| (result, outcome)))
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

    /// The line that is recorded.
    pub(super) fn line(&self) -> String {
        serde_json::to_string(self).expect("a result is plain data")
    }
}
