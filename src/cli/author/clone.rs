//! The site as a clone of a commit would have it.

use std::collections::BTreeSet;

use crate::cli::author::AuthoringContext;
use crate::cli::commit_snapshot::snapshot_of;
use crate::diagnostic::{Diagnostic, Severity};
use crate::edge::Error;
use crate::edge::git::Repository;
use crate::source::{Entry, Snapshot, SourcePath};

/// The site as a commit has it.
pub(super) fn of(
    context: &AuthoringContext,
    repository: &Repository,
    commit: &str,
) -> Result<Snapshot, Error> {
    snapshot_of((&context.folder, &context.snapshot), repository, commit)
}

/// The errors that a change adds.
pub(super) fn new_errors(context: &AuthoringContext, before: &Snapshot, after: &Snapshot) -> Vec<Diagnostic> {
    let errors = |snapshot: &Snapshot| {
        let mut problems = context.problems_of(snapshot);
        problems.retain(|problem| problem.severity == Severity::Error);
        problems
    };
    let mut problems = errors(after);
    if problems.is_empty() || !after.files.contains_key(&SourcePath::new("site.toml")) {
        return problems;
    }
    let key = |it: &Diagnostic| (it.rule, it.message.clone(), it.labels[0].file.clone());
    let known: BTreeSet<_> = errors(before).iter().map(key).collect();
    problems.retain(|problem| !known.contains(&key(problem)));
    problems
}

/// Whether two snapshots have the same file, whatever its line ends are.
pub(super) fn have_same(a: &Snapshot, b: &Snapshot, path: &SourcePath) -> bool {
    match (a.files.get(path), b.files.get(path)) {
        (Some(Entry::Bytes(a)), Some(Entry::Bytes(b))) => {
            let text = |bytes: &[u8]| bytes.iter().copied().filter(|byte| *byte != b'\r').collect::<Vec<_>>();
            a == b || text(a) == text(b)
        }
        (a, b) => a.is_some() == b.is_some(),
    }
}
