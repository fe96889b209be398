//! Commits and pushes a report together with the files it refers to, so that a clone can always be built.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::check::links::{self, Target};
use crate::cli::author::push::{self, RetryMode, WithdrawnCommit};
use crate::cli::author::{AuthoringContext, WriteArgs, clone};
use crate::cli::failure::Failure;
use crate::cli::load;
use crate::edge::disk;
use crate::edge::git::{CommitFiles, Following, Pushed, Repository};
use crate::parse;
use crate::parse::draft::ReportDraft;
use crate::parse::files::{self, Role};
use crate::source::{Snapshot, SourcePath};

/// How many files an error message lists.
const MOST_NAMED: usize = 8;

pub(super) struct Written<'a> {
    /// The site with it.
    pub(super) snapshot: &'a Snapshot,
    pub(super) path: &'a SourcePath,
    /// Where it was before; `None` for a new report.
    pub(super) previous: Option<&'a SourcePath>,
    pub(super) subject: &'a str,
    pub(super) repeat: RetryMode,
}

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
        let pushed = self.pushed.as_ref().map_or(0, |pushed| pushed.commits);
        match (&self.commit, self.pushed_to()) {
            (Some(commit), Some(to)) if pushed > 2 => {
                say!("Committed {commit}, pushed to {to} with {} earlier commits", pushed - 1);
            }
            (Some(commit), Some(to)) if pushed == 2 => {
                say!("Committed {commit}, pushed to {to} with an earlier commit");
            }
            (Some(commit), Some(to)) => say!("Committed {commit}, pushed to {to}"),
            (Some(commit), None) => say!("Committed {commit}"),
            (None, Some(to)) if pushed > 1 => say!("Pushed {pushed} commits to {to}"),
            (None, Some(to)) => say!("Pushed to {to}"),
            (None, None) => {}
        }
    }
}

/// The result for a written report.
pub(super) enum Recorded {
    Done(CommitResult),
    /// Others had pushed: the folder is at their commits now, and the command is to run again.
    Overtaken(Option<WithdrawnCommit>),
}

/// Commits a report with the files that belong to it, unless git has all of them; then pushes. Fails when a clone of the
/// commit would have new errors.
pub(super) fn record(
    context: &AuthoringContext,
    written: &Written<'_>,
    args: &WriteArgs,
) -> Result<Recorded, Failure> {
    if args.dry_run || !(args.commit || args.push) {
        return Ok(Recorded::Done(CommitResult::default()));
    }
    let failure = |cause: String| {
        let path = context.folder.join(written.path.as_str());
        Failure::World(format!("`{}` is written, but {cause}", shown(&path)))
    };
    let refused = |cause: String| {
        failure(format!("not committed: {cause}\nhelp: correct that, then commit the file with git"))
    };
    let repository = Repository::of(&context.folder)
        .ok_or_else(|| refused("the site is in no git repository".to_owned()))?;
    let work = WorkTree::read(context, &repository).map_err(|error| refused(error.to_string()))?;
    let own = work.own(written).map_err(refused)?;
    let commit = (!own.is_empty()).then(|| repository.commit(&context.folder, own.files(), written.subject));
    let commit = commit.transpose().map_err(|error| refused(error.to_string()))?;
    if !args.push {
        return Ok(Recorded::Done(CommitResult { commit, pushed: None }));
    }
    let is_ours = commit.is_some() && work.was_committed(written, &own);
    let repeat = if written.repeat == RetryMode::Anew && !is_ours { RetryMode::Push } else { written.repeat };
    match push::push(context, &repository, repeat).map_err(|cause| failure(format!("not pushed: {cause}")))? {
        Ok(pushed) => Ok(Recorded::Done(CommitResult { commit, pushed: Some(pushed) })),
        Err(replaced) => Ok(Recorded::Overtaken(replaced)),
    }
}

#[derive(Default)]
struct Own {
    present: BTreeSet<SourcePath>,
    gone: BTreeSet<SourcePath>,
}

impl Own {
    fn is_empty(&self) -> bool {
        self.present.is_empty() && self.gone.is_empty()
    }

    fn files(&self) -> CommitFiles<'_> {
        CommitFiles {
            present: self.present.iter().map(SourcePath::as_str).collect(),
            gone: self.gone.iter().map(SourcePath::as_str).collect(),
        }
    }
}

/// The differences between the site's folder and the last commit.
struct WorkTree<'a> {
    context: &'a AuthoringContext,
    repository: &'a Repository,
    /// The site in the last commit.
    head: Snapshot,
    /// The files that git sees as changed.
    changed: BTreeSet<SourcePath>,
}

impl<'a> WorkTree<'a> {
    fn read(context: &'a AuthoringContext, repository: &'a Repository) -> Result<Self, crate::edge::Error> {
        let head = clone::of(context, repository, "HEAD")?;
        let changed = repository.changed(&context.folder)?.into_iter().map(SourcePath::new).collect();
        Ok(Self { context, repository, head, changed })
    }

    /// The changed files that belong to the report: itself, the files it refers to, with the symbolic links on the way, and
    /// all of its move. Fails when a clone would have new errors.
    fn own(&self, written: &Written<'_>) -> Result<Own, String> {
        let (mut own, mut after) = (Own::default(), self.head.clone());
        self.moved(written, &mut own);
        after.files.retain(|file, _| !own.gone.contains(file));
        let companions: Vec<SourcePath> = own.present.iter().cloned().collect();
        let mut lacking = BTreeMap::new();
        for file in self.referred(written).into_iter().chain(companions).chain([written.path.clone()]) {
            match self.way(written, &file) {
                Ok(way) => {
                    own.present.extend(way.into_iter().filter(|file| self.changed.contains(file)));
                    after.files.extend(written.snapshot.files.get(&file).map(|entry| (file, entry.clone())));
                }
                Err(why) if file == *written.path => return Err(why),
                Err(why) => drop(lacking.insert(file, why)),
            }
        }
        let problems = clone::new_errors(self.context, &self.head, &after);
        if problems.is_empty() {
            return Ok(own);
        }
        let _ = load::report(&problems, &after);
        let why: String = lacking.into_values().map(|why| format!("; {why}")).collect();
        Err(format!(
            "a clone would have these errors; git does not have {} as it is{why}",
            left(written, &after)
        ))
    }

    /// The links on the way to a file, and the file; or why a clone would not have it as it is.
    fn way(&self, written: &Written<'_>, file: &SourcePath) -> Result<Vec<SourcePath>, String> {
        let folder = &self.context.folder;
        let way = disk::way(folder, file).map_err(|error| error.to_string())?;
        let names: Vec<&str> = way.iter().map(SourcePath::as_str).collect();
        let followed = self.repository.followed(folder, &names).map_err(|error| error.to_string())?;
        let is_same = clone::have_same(&self.head, written.snapshot, file);
        for part in way.iter().filter(|part| !self.changed.contains(part)) {
            match followed.get(part.as_str()) {
                None => return Err(self.why_unknown(part)),
                Some(Following::Overlooked) if !is_same => {
                    let command = format!("git update-index --no-assume-unchanged --no-skip-worktree {part}");
                    return Err(format!(
                        "git was told to overlook changes of `{part}`; undo that with `{command}`"
                    ));
                }
                Some(_) => {}
            }
        }
        Ok(way)
    }

    fn why_unknown(&self, file: &SourcePath) -> String {
        let folder = self.context.folder.join(file.folder());
        match Repository::of(&folder) {
            Some(other) if other.root() != self.repository.root() => {
                format!(
                    "`{file}` is in a git repository of its own, `{}`: commit it there",
                    other.root().display()
                )
            }
            _ => {
                let help = "remove it from .gitignore, or add it once with `git add --force`";
                format!("git ignores `{file}`; {help}")
            }
        }
    }

    /// The copied files that the report links to or shows.
    fn referred(&self, written: &Written<'_>) -> Vec<SourcePath> {
        let drafts = self.context.drafts_of(written.snapshot);
        let reports = drafts.reports.iter().filter(|draft| draft.path == *written.path);
        let files = reports.flat_map(|draft| &draft.links).filter_map(|link| {
            match links::resolve(written.path, &link.target) {
                Target::File(file, _) => Some(file),
                // A file of `static/`, or one beside another report, by its public address.
                Target::Root(address, _) => {
                    let copied = self.context.edition.site.copies.get(address.as_str());
                    copied.map(|handle| handle.path.clone())
                }
                _ => None,
            }
        });
        let is_copied =
            |file: &SourcePath| matches!(files::role(file), Role::Attachment | Role::UnlikelyAttachment);
        files.filter(|file| is_copied(file) && written.snapshot.files.contains_key(file)).collect()
    }

    /// Adds the report's earlier file, if it is gone, and a moved folder's other files at the old place and at the new one.
    fn moved(&self, written: &Written<'_>, own: &mut Own) {
        let slug = files::slug(written.path, None);
        let is_gone = |file: &&SourcePath| !written.snapshot.files.contains_key(*file);
        let is_earlier = |file: &&SourcePath| {
            matches!(files::role(file), Role::Report(_))
                && (files::slug(file, None) == slug || self.is_earlier(written, file))
        };
        for earlier in self.changed.iter().filter(is_gone).filter(is_earlier) {
            own.gone.insert(earlier.clone());
            if !files::is_index(earlier) {
                continue;
            }
            let inside = |file: &SourcePath| {
                file.as_str().strip_prefix(&format!("{}/", earlier.folder())).map(str::to_owned)
            };
            for file in self.changed.iter().filter(is_gone) {
                let Some(rest) = inside(file) else { continue };
                own.gone.insert(file.clone());
                let new = SourcePath::new(format!("{}/{rest}", written.path.folder()));
                let is_new = self.changed.contains(&new) && written.snapshot.files.contains_key(&new);
                own.present.extend(is_new.then_some(new));
            }
        }
    }

    /// Whether a file of the last commit is the written report under another name: both have the same title, or begin with
    /// the same update.
    fn is_earlier(&self, written: &Written<'_>, file: &SourcePath) -> bool {
        let Some(previous) = written.previous.filter(|path| !self.head.files.contains_key(path)) else {
            return false;
        };
        let drafts = &self.context.drafts.reports;
        let now = drafts.iter().find(|draft| draft.path == *previous);
        let bytes = self.head.bytes(file).map(|bytes| &**bytes).unwrap_or_default();
        let earlier = now.and_then(|now| parse::report(file, bytes, now.kind).ok());
        let title = |draft: &ReportDraft| draft.front.title.as_ref().map(|title| title.value.clone());
        let first =
            |draft: &ReportDraft| draft.updates.first().map(|it| draft.text[it.heading.clone()].to_owned());
        let are_equal = |a: Option<String>, b: Option<String>| a.is_some() && a == b;
        now.zip(earlier).is_some_and(|(now, earlier)| {
            are_equal(title(now), title(&earlier)) || are_equal(first(now), first(&earlier))
        })
    }

    /// Whether the commit holds what the command did to the report and nothing else: nothing by hand is lost with it.
    fn was_committed(&self, written: &Written<'_>, own: &Own) -> bool {
        let before = written.previous.unwrap_or(written.path);
        let all = own.present.iter().chain(&own.gone);
        let is_the_report = |file: &SourcePath| file == written.path || file == before;
        all.into_iter().all(is_the_report) && clone::have_same(&self.head, &self.context.snapshot, before)
    }
}

/// The first files that a clone would have otherwise or not at all.
fn left(written: &Written<'_>, clone: &Snapshot) -> String {
    let all: BTreeSet<&SourcePath> = written.snapshot.files.keys().chain(clone.files.keys()).collect();
    let left: Vec<&SourcePath> =
        all.into_iter().filter(|file| !clone::have_same(written.snapshot, clone, file)).collect();
    let names: Vec<String> = left.iter().take(MOST_NAMED).map(|file| format!("`{file}`")).collect();
    let more = if left.len() > MOST_NAMED { " and more" } else { "" };
    format!("{}{more}", names.join(", "))
}

/// The path without the default site's `./`.
pub(super) fn shown(path: &Path) -> String {
    path.strip_prefix(".").unwrap_or(path).display().to_string()
}
