//! The site as a commit has it, without a work tree of its own.

use std::collections::BTreeMap;
use std::path::Path;

use crate::edge::Error;
use crate::edge::disk;
use crate::edge::git::{Repository, TreeFile};
use crate::source::{Entry, Handle, Snapshot, SourcePath};

/// How many symbolic links may follow each other.
const MOST_LINKS: usize = 3;

/// The site in a folder as a commit has it. Files that are only copied are taken from the disk, as `on_disk` has them; others have
/// no bytes.
pub(super) fn snapshot_of(
    site: (&Path, &Snapshot),
    repository: &Repository,
    commit: &str,
) -> Result<Snapshot, Error> {
    snapshot_with(site, repository, commit, |path, _| Ok(Entry::File(Handle::new(path.clone(), 0, 0))))
}

/// As [`snapshot_of`], where `copied` makes the entry of a copied file that the disk lacks, from its path and object.
pub(super) fn snapshot_with(
    (folder, on_disk): (&Path, &Snapshot),
    repository: &Repository,
    commit: &str,
    mut copied: impl FnMut(&SourcePath, &str) -> Result<Entry, Error>,
) -> Result<Snapshot, Error> {
    let tree = repository.tree(folder, commit)?;
    let (links, files): (Vec<TreeFile>, Vec<TreeFile>) = tree.into_iter().partition(|file| file.is_link);
    let mut objects: BTreeMap<SourcePath, String> =
        files.into_iter().map(|file| (SourcePath::new(file.path), file.object)).collect();
    follow(repository, &links, &mut objects)?;
    objects.retain(|path, _| disk::is_part(path.as_str()));
    let read = objects.iter().filter(|(path, _)| disk::matters(path)).map(|(_, object)| object.clone());
    let contents = repository.contents(&read.collect::<Vec<_>>())?;
    let mut files = BTreeMap::new();
    for (path, object) in objects {
        let entry = match (on_disk.files.get(&path), contents.get(&object)) {
            (Some(known @ (Entry::File(_) | Entry::Text(..))), _) => known.clone(),
            (_, Some(bytes)) if disk::matters(&path) => Entry::Bytes(bytes.as_slice().into()),
            _ => copied(&path, &object)?,
        };
        files.insert(path, entry);
    }
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
