//! The site as authoring commands see it. Files with errors are left out, so that they do not block work on other
//! files.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::check::{self, Checked, Clock, Drafts, Options, Variant};
use crate::cli::clock::real_now;
use crate::cli::failure::Failure;
use crate::cli::load;
use crate::cli::site_args::SiteArgs;
use crate::diagnostic::{Diagnostic, Severity};
use crate::edge::disk::SiteLock;
use crate::model::Site;
use crate::model::edition::Edition;
use crate::parse::{self, draft};
use crate::pipeline::{self, Memory};
use crate::source::{Entry, Snapshot, SourcePath};
use crate::time::{Instant, Zone};

/// Whether a command may change files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Locking {
    /// Waits for the site's lock.
    Change,
    /// Takes no lock.
    ReadOnly,
}

/// The site's folder at one moment, locked when it is to be changed.
pub(in crate::cli) struct AuthoringContext {
    /// The folder as the user typed it.
    pub(in crate::cli) folder: PathBuf,
    pub(in crate::cli) snapshot: Snapshot,
    pub(in crate::cli) drafts: draft::Drafts,
    /// The site at `now` with drafts, without files that have errors.
    pub(in crate::cli) edition: Edition,
    /// The real clock, or content at most five minutes ahead of it.
    pub(in crate::cli) now: Instant,
    problems: Vec<Diagnostic>,
    memory: RefCell<Memory>,
    lock: Option<SiteLock>,
}

impl AuthoringContext {
    /// Reads the site. Takes the lock first, so that no other command's change is missed, and then reads the clock.
    pub(in crate::cli) fn open(site: &SiteArgs, locking: Locking) -> Result<Self, Failure> {
        let folder = site.site.clone();
        // Without site.toml there is nothing to lock; reading the folder reports that.
        let is_locked = locking == Locking::Change && folder.join("site.toml").exists();
        let lock = if is_locked { Some(load::lock(&folder)?) } else { None };
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

    /// Releases the lock while the user edits.
    pub(in crate::cli) fn unlock(&mut self) {
        self.lock = None;
    }

    pub(in crate::cli) fn lock_again(&mut self) -> Result<(), Failure> {
        self.lock = Some(load::lock(&self.folder)?);
        Ok(())
    }

    /// The time zone of times on the command line and in reports.
    pub(in crate::cli) fn zone(&self) -> Zone {
        self.edition.site.config.zone
    }

    /// The errors of a file, which must not be edited then.
    pub(in crate::cli) fn errors_of(&self, path: &SourcePath) -> Vec<Diagnostic> {
        let is_error = |it: &&Diagnostic| it.severity == Severity::Error && it.labels[0].file == *path;
        self.problems.iter().filter(is_error).cloned().collect()
    }

    /// The number of errors in all other files.
    pub(in crate::cli) fn errors_elsewhere(&self, path: &SourcePath) -> usize {
        let is_error = |it: &&Diagnostic| it.severity == Severity::Error && it.labels[0].file != *path;
        self.problems.iter().filter(is_error).count()
    }

    /// The snapshot with a changed file, and perhaps without another one.
    pub(in crate::cli) fn with(&self, path: &SourcePath, text: &str, gone: Option<&SourcePath>) -> Snapshot {
        let mut snapshot = self.snapshot.clone();
        if let Some(gone) = gone {
            snapshot.files.remove(gone);
        }
        snapshot.files.insert(path.clone(), Entry::Bytes(Arc::from(text.as_bytes())));
        snapshot
    }

    /// The problems that a change adds: errors in any file, warnings about the file at `path` (before: `moved_from`).
    /// When a problem occurs more often than before, the last ones count as new.
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
            // A warning's text may hold a duration, which changes with the time, so texts of warnings are not compared.
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

    /// The drafts of a similar snapshot; unchanged files are not parsed again.
    pub(in crate::cli) fn drafts_of(&self, snapshot: &Snapshot) -> draft::Drafts {
        parse::all_reusing(snapshot, &self.drafts, &self.snapshot)
    }

    /// All problems of a similar snapshot.
    pub(in crate::cli) fn problems_of(&self, snapshot: &Snapshot) -> Vec<Diagnostic> {
        let options = options(real_now(), Drafts::Show);
        let drafts = self.drafts_of(snapshot);
        pipeline::prepare(snapshot, &drafts, &options, &mut self.memory.borrow_mut()).problems
    }

    /// What readers see now.
    pub(in crate::cli) fn readers_options() -> Options {
        options(real_now(), Drafts::Hide)
    }

    /// The site as readers of that snapshot see it, without files that have errors.
    pub(in crate::cli) fn readers_edition(&self, snapshot: &Snapshot) -> Option<Edition> {
        let drafts = self.drafts_of(snapshot);
        let (site, now) = sound_site(&drafts, snapshot, &Self::readers_options()).ok()?;
        Some(Edition::new(Arc::new(site), now))
    }
}

fn options(now: Instant, drafts: Drafts) -> Options {
    Options { now, clock: Clock::Real, variant: Variant { drafts, ..Variant::default() } }
}

/// The site without the files that have errors, and its `now`. Errors in site.toml are fatal.
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
