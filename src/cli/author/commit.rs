//! Commits and pushes a report together with the files it refers to, so that a clone can always be built.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::check::links::{self, Target};
use crate::cli::author::{AuthoringContext, WriteArgs};
use crate::cli::failure::Failure;
use crate::cli::load;
use crate::diagnostic::{Diagnostic, Severity};
use crate::edge::Error;
use crate::edge::git::{Pushed, Repository};
use crate::parse::files::{self, Role};
use crate::source::{Entry, Snapshot, SourcePath};

/// How many files an error message lists.
const MOST_NAMED: usize = 8;

/// A commit and the branch it was pushed to.
#[derive(Default)]
pub(super) struct CommitResult {
    pub(super) commit: Option<String>,
    pushed: Option<Pushed>,
}

impl CommitResult {
    /// `origin/main`
    pub(super) fn pushed_to(&self) -> Option<String> {
        self.pushed.as_ref().map(|pushed| format!("{}/{}", pushed.remote, pushed.branch))
    }

    pub(super) fn tell(&self) {
        match (&self.commit, self.pushed_to()) {
            (Some(commit), Some(to)) => say!("Committed {commit}, pushed to {to}"),
            (Some(commit), None) => say!("Committed {commit}"),
            (None, Some(to)) => say!("Pushed to {to}"),
            (None, None) => {}
        }
    }
}

/// Commits the report at `path` with the files that belong to it, unless git has all of them; then pushes. Fails when a
/// clone of the commit would have new errors.
pub(super) fn record(
    context: &AuthoringContext,
    snapshot: &Snapshot,
    path: &SourcePath,
    subject: &str,
    args: &WriteArgs,
) -> Result<CommitResult, Failure> {
    if args.dry_run || !(args.commit || args.push) {
        return Ok(CommitResult::default());
    }
    // git knows its files by their real paths, whatever symbolic link leads to the site.
    let folder = std::fs::canonicalize(&context.folder)
        .map_err(Error::when("read", &context.folder))
        .map_err(Failure::world)?;
    let absolute = |path: &SourcePath| folder.join(path.as_str());
    let written = |cause: String| {
        let path = context.folder.join(path.as_str());
        Failure::World(format!("`{}` is written, but {cause}", shown(&path)))
    };
    let repository = Repository::of(&context.folder)
        .ok_or_else(|| written("not committed: the site is in no git repository".to_owned()))?;
    let refused = |cause: String| written(format!("not committed: {cause}"));
    let changed = repository.changed(&context.folder).map_err(|error| refused(error.to_string()))?;
    let changed: BTreeSet<SourcePath> = changed.into_iter().map(SourcePath::new).collect();
    let referred = referred(context, snapshot, path);
    let own = own(path, &referred, snapshot, &changed);
    let is_ignored = |file: &&SourcePath| !changed.contains(*file) && !repository.knows(&absolute(file));
    if is_ignored(&path) {
        let help = "take it out of .gitignore, or add it once with `git add --force`";
        return Err(refused(format!("git ignores it; {help}")));
    }
    let ignored = referred.iter().filter(is_ignored);
    let left: Vec<&SourcePath> = changed.difference(&own).chain(ignored).collect();
    if let Some(cause) = missing(context, &repository, snapshot, (&own, &left)) {
        return Err(refused(cause));
    }
    let files: Vec<PathBuf> = own.iter().map(absolute).collect();
    let commit = (!own.is_empty()).then(|| repository.commit(&files, subject));
    let commit = commit.transpose().map_err(|error| refused(error.to_string()))?;
    let pushed = match args.push {
        true => Some(repository.push().map_err(|error| written(format!("not pushed: {error}")))?),
        false => None,
    };
    Ok(CommitResult { commit, pushed })
}

/// The copied files that the report links to or shows.
fn referred(context: &AuthoringContext, snapshot: &Snapshot, path: &SourcePath) -> BTreeSet<SourcePath> {
    let drafts = context.drafts_of(snapshot);
    let links = drafts.reports.iter().filter(|draft| draft.path == *path).flat_map(|draft| &draft.links);
    let files = links.filter_map(|link| match links::resolve(path, &link.target) {
        Target::File(file, _) => Some(file),
        // A file of `static/`, or one beside another report, by its public address.
        Target::Root(address, _) => {
            let copied = context.edition.site.copies.get(address.as_str());
            copied.map(|handle| handle.path.clone())
        }
        _ => None,
    });
    let is_copied = |file: &SourcePath| matches!(files::role(file), Role::Attachment | Role::Odd);
    files.filter(|file| is_copied(file) && snapshot.files.contains_key(file)).collect()
}

/// The changed files that belong to the report: itself, its previous path, and the files it refers to.
fn own(
    path: &SourcePath,
    referred: &BTreeSet<SourcePath>,
    snapshot: &Snapshot,
    changed: &BTreeSet<SourcePath>,
) -> BTreeSet<SourcePath> {
    let slug = files::slug(path, None);
    let is_gone = |file: &&SourcePath| !snapshot.files.contains_key(*file);
    let is_twin =
        |file: &&SourcePath| matches!(files::role(file), Role::Report(_)) && files::slug(file, None) == slug;
    let twins: Vec<&SourcePath> = changed.iter().filter(is_gone).filter(is_twin).collect();
    let beside = |file: &&SourcePath| {
        twins.iter().any(|twin| files::is_index(twin) && file.folder().starts_with(twin.folder()))
    };
    let moved = changed.iter().filter(is_gone).filter(beside);
    let own = [path].into_iter().chain(referred).filter(|file| changed.contains(*file));
    own.chain(moved).chain(twins.iter().copied()).cloned().collect()
}

/// The new errors that a clone of the commit would have; they are shown.
fn missing(
    context: &AuthoringContext,
    repository: &Repository,
    snapshot: &Snapshot,
    (own, left): (&BTreeSet<SourcePath>, &[&SourcePath]),
) -> Option<String> {
    if left.is_empty() {
        return None;
    }
    let committed = |snapshot: &Snapshot, files: &mut dyn Iterator<Item = &SourcePath>| {
        let mut snapshot = snapshot.clone();
        for file in files {
            match repository.committed(&context.folder, file.as_str()) {
                Some(bytes) => snapshot.files.insert(file.clone(), Entry::Bytes(bytes.into())),
                None => snapshot.files.remove(file),
            };
        }
        snapshot
    };
    let clone = committed(snapshot, &mut left.iter().copied());
    let before = context.problems_of(&committed(&clone, &mut own.iter()));
    let key = |it: &Diagnostic| (it.rule, it.message.clone(), it.labels[0].file.clone());
    let known: BTreeSet<_> = before.iter().map(key).collect();
    let mut problems = context.problems_of(&clone);
    let is_whole = clone.files.contains_key(&SourcePath::new("site.toml"));
    problems.retain(|it| it.severity == Severity::Error && (!is_whole || !known.contains(&key(it))));
    if problems.is_empty() {
        return None;
    }
    let _ = load::report(&problems, &clone);
    let names: Vec<String> = left.iter().take(MOST_NAMED).map(|file| format!("`{file}`")).collect();
    let more = if left.len() > MOST_NAMED { " and more" } else { "" };
    Some(format!("a clone would have these errors; git does not have {}{more} as it is", names.join(", ")))
}

/// The path without the default site's `./`.
pub(super) fn shown(path: &Path) -> String {
    path.strip_prefix(".").unwrap_or(path).display().to_string()
}
