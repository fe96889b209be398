//! The site as a clone of a commit would have it.

use std::collections::{BTreeMap, BTreeSet};

use crate::cli::author::AuthoringContext;
use crate::diagnostic::{Diagnostic, Severity};
use crate::edge::Error;
use crate::edge::disk;
use crate::edge::git::{Repository, TreeFile};
use crate::source::{Entry, Handle, Snapshot, SourcePath};

/// How many symbolic links may follow each other.
const MOST_LINKS: usize = 3;

/// The site as a commit has it. Files that are only copied are taken from the disk, where it has them.
pub(super) fn of(
    context: &AuthoringContext,
    repository: &Repository,
    commit: &str,
) -> Result<Snapshot, Error> {
    let tree = repository.tree(&context.folder, commit)?;
    let (links, files): (Vec<TreeFile>, Vec<TreeFile>) = tree.into_iter().partition(|file| file.is_link);
    let mut objects: BTreeMap<SourcePath, String> =
        files.into_iter().map(|file| (SourcePath::new(file.path), file.object)).collect();
    follow(repository, &links, &mut objects)?;
    objects.retain(|path, _| disk::is_part(path.as_str()));
    let read = objects.iter().filter(|(path, _)| disk::matters(path)).map(|(_, object)| object.clone());
    let contents = repository.contents(&read.collect::<Vec<_>>())?;
    let entry =
        |path: &SourcePath, object: &str| match (context.snapshot.files.get(path), contents.get(object)) {
            (Some(known @ (Entry::File(_) | Entry::Text(..))), _) => known.clone(),
            (_, Some(bytes)) => Entry::Bytes(bytes.as_slice().into()),
            _ => Entry::File(Handle { path: path.clone(), len: 0, stamp: 0 }),
        };
    let files = objects.iter().map(|(path, object)| (path.clone(), entry(path, object))).collect();
    Ok(Snapshot { files })
}

/// Adds what symbolic links lead to. A link that leads nowhere adds nothing.
fn follow(
    repository: &Repository,
    links: &[TreeFile],
    objects: &mut BTreeMap<SourcePath, String>,
) -> Result<(), Error> {
    let targets = repository.contents(&links.iter().map(|link| link.object.clone()).collect::<Vec<_>>())?;
    let target = |link: &TreeFile| {
        let target = std::str::from_utf8(targets.get(&link.object)?).ok()?;
        SourcePath::new(&link.path).sibling(target).filter(|_| !target.starts_with('/'))
    };
    for _ in 0..MOST_LINKS {
        for link in links {
            let Some(end) = target(link) else { continue };
            let rest = |path: &str| {
                let rest = path.strip_prefix(end.as_str())?;
                (rest.is_empty() || rest.starts_with('/')).then(|| format!("{}{rest}", link.path))
            };
            let found = |(path, object): (&SourcePath, &String)| {
                Some((SourcePath::new(rest(path.as_str())?), object.clone()))
            };
            let found: Vec<_> = objects.iter().filter_map(found).collect();
            objects.extend(found);
        }
    }
    Ok(())
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
