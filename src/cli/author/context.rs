//! The site as an author's command finds it. What is broken elsewhere is no reason not to write: a site without its broken
//! files stands in for the whole one.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::check::{self, Checked, Clock, Drafts, Options, Variant};
use crate::cli::clock::real_now;
use crate::cli::{Failure, SiteArgs, load};
use crate::diagnostic::{Diagnostic, Severity};
use crate::edge::disk::{self, SiteLock};
use crate::model::Site;
use crate::model::edition::Edition;
use crate::parse::{self, draft};
use crate::pipeline::{self, Memory};
use crate::source::{Entry, Snapshot, SourcePath};
use crate::time::{Instant, Zone};

/// Whether a command may change files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Locking {
    /// It waits until it is the only one that does.
    Change,
    /// It only looks.
    Look,
}

/// The site's folder at one moment, locked if it is to be changed.
pub(in crate::cli) struct AuthoringContext {
    /// As the user names it.
    pub(in crate::cli) folder: PathBuf,
    /// What was read.
    pub(in crate::cli) snapshot: Snapshot,
    /// What it says, file by file.
    pub(in crate::cli) drafts: draft::Drafts,
    /// The site with drafts and without broken files, at `now`.
    pub(in crate::cli) edition: Edition,
    /// The real clock, or content at most five minutes ahead of it.
    pub(in crate::cli) now: Instant,
    problems: Vec<Diagnostic>,
    memory: RefCell<Memory>,
    lock: Option<SiteLock>,
}

impl AuthoringContext {
    /// Reads the site, after waiting for other commands if it is to be changed: no change of theirs is overlooked then, and
    /// the clock is read when it is our turn.
    ///
    /// # Errors
    /// No site, a site.toml with errors (which are shown), and what the disk says.
    pub(in crate::cli) fn open(site: &SiteArgs, locking: Locking) -> Result<Self, Failure> {
        let folder = site.site.clone();
        // A folder without site.toml has nothing to lock, and reading it says so.
        let is_locked = locking == Locking::Change && folder.join("site.toml").exists();
        let lock = if is_locked { Some(lock(&folder)?) } else { None };
        let snapshot = load::read(&folder)?;
        let drafts = parse::all(&snapshot);
        let options = options(real_now(), Drafts::Show);
        let mut memory = Memory::default();
        let problems = pipeline::prepare(&snapshot, &drafts, &options, &mut memory).problems;
        let (site, now) = sound_site(&drafts, &snapshot, &options).map_err(|problems| {
            let _ = load::report(&problems, &snapshot);
            Failure::Content
        })?;
        let edition = Edition::new(Arc::new(site), now);
        Ok(Self { folder, snapshot, drafts, edition, now, problems, memory: RefCell::new(memory), lock })
    }

    /// Lets other commands write while someone thinks.
    pub(in crate::cli) fn unlock(&mut self) {
        self.lock = None;
    }

    /// Waits for the lock again.
    ///
    /// # Errors
    /// What the disk says.
    pub(in crate::cli) fn lock_again(&mut self) -> Result<(), Failure> {
        self.lock = Some(lock(&self.folder)?);
        Ok(())
    }

    /// The zone of times on the command line and in what is written.
    pub(in crate::cli) fn zone(&self) -> Zone {
        self.edition.site.config.zone
    }

    /// What is wrong with a file so that it is not edited.
    pub(in crate::cli) fn errors_of(&self, path: &SourcePath) -> Vec<Diagnostic> {
        let is_error = |it: &&Diagnostic| it.severity == Severity::Error && it.labels[0].file == *path;
        self.problems.iter().filter(is_error).cloned().collect()
    }

    /// How many errors there are in files other than this one.
    pub(in crate::cli) fn errors_elsewhere(&self, path: &SourcePath) -> usize {
        let is_error = |it: &&Diagnostic| it.severity == Severity::Error && it.labels[0].file != *path;
        self.problems.iter().filter(is_error).count()
    }

    /// The snapshot with another text in a file, and a file gone.
    pub(in crate::cli) fn with(&self, path: &SourcePath, text: &str, gone: Option<&SourcePath>) -> Snapshot {
        let mut snapshot = self.snapshot.clone();
        if let Some(gone) = gone {
            snapshot.files.remove(gone);
        }
        snapshot.files.insert(path.clone(), Entry::Bytes(Arc::from(text.as_bytes())));
        snapshot
    }

    /// What would be wrong with a changed site and is not wrong now: errors anywhere, warnings about the file at `path`,
    /// which stood at `moved_from` before. Where a file has the same problem more often than before, the last are new.
    pub(in crate::cli) fn new_problems(
        &self,
        snapshot: &Snapshot,
        path: &SourcePath,
        moved_from: Option<&SourcePath>,
    ) -> Vec<Diagnostic> {
        let mut all = self.problems_of(snapshot);
        all.retain(|it| it.severity == Severity::Error || it.labels[0].file == *path);
        let place = |it: &Diagnostic| {
            let file = &it.labels[0].file;
            let file = if moved_from == Some(file) { path } else { file };
            // Warnings say how long something has lasted, which another moment or update changes.
            let message = (it.severity == Severity::Error).then(|| it.message.clone());
            (it.rule, message, file.clone())
        };
        let mut known: BTreeMap<(&str, Option<String>, SourcePath), usize> = BTreeMap::new();
        for it in &self.problems {
            *known.entry(place(it)).or_default() += 1;
        }
        all.retain(|it| match known.get_mut(&place(it)) {
            Some(left) if *left > 0 => {
                *left -= 1;
                false
            }
            _ => true,
        });
        all
    }

    /// The drafts of a snapshot that differs little from this one.
    pub(in crate::cli) fn drafts_of(&self, snapshot: &Snapshot) -> draft::Drafts {
        parse::all_reusing(snapshot, &self.drafts, &self.snapshot)
    }

    /// Everything that is wrong with such a snapshot.
    pub(in crate::cli) fn problems_of(&self, snapshot: &Snapshot) -> Vec<Diagnostic> {
        let options = options(real_now(), Drafts::Show);
        let drafts = self.drafts_of(snapshot);
        pipeline::prepare(snapshot, &drafts, &options, &mut self.memory.borrow_mut()).problems
    }

    /// What readers see of a snapshot, what is broken left out.
    pub(in crate::cli) fn readers_edition(&self, snapshot: &Snapshot) -> Option<Edition> {
        let drafts = self.drafts_of(snapshot);
        let (site, now) = sound_site(&drafts, snapshot, &options(real_now(), Drafts::Hide)).ok()?;
        Some(Edition::new(Arc::new(site), now))
    }
}

fn lock(folder: &Path) -> Result<SiteLock, Failure> {
    disk::lock_site(folder, &|| say!("waiting for another allclear command")).map_err(Failure::world)
}

fn options(now: Instant, drafts: Drafts) -> Options {
    Options { now, clock: Clock::Real, variant: Variant { drafts, ..Variant::default() } }
}

/// The site that is left without the files that have errors, and the instant it stands for.
///
/// # Errors
/// The errors of site.toml, without which there is no site.
fn sound_site(
    drafts: &draft::Drafts,
    snapshot: &Snapshot,
    options: &Options,
) -> Result<(Site, Instant), Vec<Diagnostic>> {
    let Checked { site, mut problems, now, .. } = check::site(drafts, snapshot, options);
    let of_site =
        |it: &Diagnostic| it.severity == Severity::Error && it.labels[0].file.as_str() == "site.toml";
    problems.retain(of_site);
    site.filter(|_| problems.is_empty()).map(|site| (site, now)).ok_or(problems)
}
