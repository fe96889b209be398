//! `--last-good REV`: files with errors are taken as an earlier commit has them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::check::Options;
use crate::cli::author::{AuthoringContext, usage};
use crate::cli::commit_snapshot::snapshot_with;
use crate::cli::failure::Failure;
use crate::cli::load::{self, ContentArgs, Source};
use crate::edge::git::{KeptFiles, Repository};
use crate::last_good::{Settled, Version, settle};
use crate::model::target::Target;
use crate::parse::files::is_text;
use crate::source::{Entry, Handle, Snapshot, SourcePath};

/// Options of commands that can publish a site whose files have errors.
#[derive(Clone, Debug, Default, clap::Args)]
pub(super) struct LastGoodArgs {
    /// For content with errors, use the last version without errors in this commit or an earlier one; leave
    /// out what was never published
    #[arg(long, value_name = "REV")]
    last_good: Option<String>,
    /// A file that must not be replaced by an earlier version: an error in it stops everything
    #[arg(long, value_name = "FILE", requires = "last_good")]
    require: Vec<PathBuf>,
    /// End with status 1, after everything is written, if a file was left out or replaced by an earlier
    /// version
    #[arg(long, requires = "last_good")]
    deny_broken: bool,
}

/// A site that can be published.
pub(super) struct Publishable {
    pub(super) source: Source,
    /// How the command ends once it is published.
    pub(super) verdict: Result<(), Failure>,
    /// Copied files of earlier commits, to be held until then.
    pub(super) kept: Option<KeptFiles>,
}

impl LastGoodArgs {
    /// Whether files with errors may be replaced.
    pub(super) fn is_given(&self) -> bool {
        self.last_good.is_some()
    }

    /// The site without its files that have errors, which are named. Without `--last-good` it stays as it is.
    pub(super) fn publishable(
        &self,
        site: &Path,
        (content, target): (&ContentArgs, Option<&Target>),
        source: Source,
    ) -> Result<Publishable, Failure> {
        let Some(rev) = &self.last_good else {
            return Ok(Publishable { source, verdict: Ok(()), kept: None });
        };
        let mut history = History::of(site, rev)?;
        let required = self.required(site)?;
        let options = source.options(content, target)?;
        let snapshot = &source.snapshot;
        let Settled { snapshot: settled, problems, broken } =
            history.settled(snapshot, &required, &options)?;
        source.report(&problems)?;
        match broken.len() {
            0 => {}
            1 => say!("1 file is not published as it stands"),
            files => say!("{files} files are not published as they stand"),
        }
        let is_denied = self.deny_broken && !broken.is_empty();
        let verdict = if is_denied { Err(Failure::Content) } else { Ok(()) };
        Ok(Publishable { source: source.with(settled), verdict, kept: Some(history.kept) })
    }

    fn required(&self, site: &Path) -> Result<BTreeSet<SourcePath>, Failure> {
        let missing = |file: &PathBuf| {
            usage(
                &format!("--require: `{}` is not in the site", file.display()),
                "name a file of the site that exists",
            )
        };
        let inside = |file: &PathBuf| {
            load::inside(site, file)
                .or_else(|| load::inside(site, &site.join(file)))
                .ok_or_else(|| missing(file))
        };
        self.require.iter().map(inside).collect()
    }
}

/// The reports with errors that are not open: as they stand in a commit, or in one before it, they are over, or no commit has
/// them without errors.
pub(super) fn not_open(context: &AuthoringContext, rev: &str) -> Result<BTreeSet<SourcePath>, Failure> {
    let now = &context.snapshot;
    let options = AuthoringContext::readers_options();
    let settled = History::of(&context.folder, rev)?.settled(now, &BTreeSet::new(), &options)?;
    let stops = settled.stops();
    let Some(edition) = context.readers_edition(&settled.snapshot).filter(|_| !stops) else {
        return Ok(BTreeSet::new());
    };
    let open: Vec<&SourcePath> =
        edition.incidents.iter().filter(|it| it.is_open()).map(|it| &it.report.source).collect();
    // One that stands for another file may stand for any of them.
    let is_stand_in = |path: &&&SourcePath| !now.files.contains_key(**path);
    let all = if open.iter().any(|path| is_stand_in(&path)) { BTreeSet::new() } else { settled.broken };
    Ok(all.into_iter().filter(|path| !open.contains(&path)).collect())
}

/// The commits of the site's repository, from the published one on back.
struct History<'a> {
    site: &'a Path,
    repository: Repository,
    /// The published commit's full name.
    rev: String,
    kept: KeptFiles,
}

impl<'a> History<'a> {
    fn of(site: &'a Path, rev: &str) -> Result<Self, Failure> {
        let repository = Repository::of(site).ok_or_else(|| {
            usage(
                "--last-good: the site is in no git repository",
                "leave it out, or run `git init` and commit the site",
            )
        })?;
        let unknown = || {
            let help = "fetch the whole history, as by `git fetch --unshallow`, or name another commit";
            usage(&format!("--last-good: there is no commit `{rev}` here"), help)
        };
        let rev = repository.id(rev).ok_or_else(unknown)?;
        Ok(Self { site, repository, rev, kept: KeptFiles::new().map_err(Failure::world)? })
    }

    /// The site without errors, by the versions that the commits have.
    fn settled(
        &mut self,
        now: &Snapshot,
        required: &BTreeSet<SourcePath>,
        options: &Options,
    ) -> Result<Settled, Failure> {
        let mut at = None;
        settle(now, required, options, |files| {
            at = match &at {
                None => Some(self.rev.clone()),
                Some(commit) => self.before(commit, files)?,
            };
            at.as_deref().map(|commit| self.version(now, commit)).transpose()
        })
    }

    fn before(&self, commit: &str, files: &[SourcePath]) -> Result<Option<String>, Failure> {
        let files: Vec<&str> = files.iter().map(SourcePath::as_str).collect();
        self.repository.before_change(self.site, commit, &files).map_err(Failure::world)
    }

    fn version(&mut self, on_disk: &Snapshot, commit: &str) -> Result<Version, Failure> {
        let Self { site, repository, kept, .. } = self;
        let changed = repository.changed_since(site, commit).map_err(Failure::world)?;
        let mut same = on_disk.clone();
        same.files.retain(|path, _| !changed.contains(path.as_str()));
        let copied = |path: &SourcePath, object: &str| {
            let (place, bytes) = kept.keep(repository, object)?;
            let len = bytes.len() as u64;
            let handle = Handle { kept: Some(place), ..Handle::new(path.clone(), len, 0) };
            Ok(match is_text(path) {
                true => Entry::Text(handle, bytes.into()),
                false => Entry::File(handle),
            })
        };
        let snapshot = snapshot_with((site, &same), repository, commit, copied).map_err(Failure::world)?;
        Ok(Version { name: self.repository.short_name(commit), snapshot })
    }
}
