//! What earlier builds left in the output's folder, by their own account or by the disk's.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, Metadata};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use crate::diff::{BadLine, Manifest, Pending, Retired};
use crate::digest::{Digest, Hasher};
use crate::edge::Error;
use crate::edge::disk::recall::Recall;
use crate::edge::disk::refusal::{BuildError, Refusal};
use crate::edge::disk::stamp::Stamp;
use crate::edge::disk::write::{Proof, Strangers};
use crate::plan::path::{OWN_FOLDER, OutPath};

/// The folder in the output that is the writer's own.
#[derive(Clone, Debug)]
pub(super) struct OwnFolder {
    pub(super) path: PathBuf,
}

impl OwnFolder {
    pub(super) fn of(target: &Path) -> Self {
        Self { path: target.join(OWN_FOLDER) }
    }

    /// Every output with its digest.
    pub(super) fn manifest(&self) -> PathBuf {
        self.path.join("manifest")
    }

    /// There while files are being changed.
    pub(super) fn journal(&self) -> PathBuf {
        self.path.join("journal")
    }

    /// Superseded assets that are still there.
    pub(super) fn retired(&self) -> PathBuf {
        self.path.join("retired")
    }

    /// The outputs' stamps and what they were rendered from, so that the same is neither rendered nor read again.
    pub(super) fn inputs(&self) -> PathBuf {
        self.path.join("inputs")
    }

    /// Locked by the one who writes.
    pub(super) fn lock(&self) -> PathBuf {
        self.path.join("lock")
    }

    /// Where files wait until all of them are ready: inside the output, hence on its file system.
    pub(super) fn stage(&self) -> PathBuf {
        self.path.join("stage")
    }

    /// Refuses what stands in the place of one of the writer's own files or folders without being one. Links are not
    /// followed: they could lead out of the output.
    ///
    /// # Errors
    /// The first such place.
    pub(super) fn check(&self) -> Result<(), Error> {
        for folder in [self.path.clone(), self.stage()] {
            expect(&folder, "a folder", Metadata::is_dir)?;
        }
        let files = [self.manifest(), self.journal(), self.retired(), self.inputs(), self.lock()];
        files.iter().try_for_each(|file| expect(file, "a file", Metadata::is_file))
    }
}

/// Refuses what stands at a path of the writer's own unless it is of the right kind.
fn expect(path: &Path, what: &str, is_right: fn(&Metadata) -> bool) -> Result<(), Error> {
    let found = match fs::symlink_metadata(path) {
        Ok(metadata) if is_right(&metadata) => return Ok(()),
        Ok(metadata) if metadata.is_symlink() => "a link",
        Ok(metadata) if metadata.is_dir() => "a folder",
        Ok(metadata) if metadata.is_file() => "a file",
        Ok(_) => "neither file nor folder",
        Err(error) if is_absence(&error) => return Ok(()),
        Err(error) => return Err(Error::when("use", path)(error)),
    };
    let problem = format!("it is {found}, where builds keep {what} of their own; move it away");
    Err(Error::when("use", path)(io::Error::other(problem)))
}

/// What earlier builds left.
#[derive(Clone, Debug)]
pub(super) struct State {
    /// What the manifest says; `None` when there is no manifest.
    pub(super) recorded: Option<Manifest>,
    /// Superseded assets that stay for a while.
    pub(super) retired: Retired,
    /// What a build that did not end was about to do.
    pub(super) journal: Option<Pending>,
    /// The files that are ours, retired ones included. The digests are those recorded, or the disk's when a build did not
    /// end.
    pub(super) owned: Manifest,
    /// Those of our files that no page leads to.
    pub(super) left: BTreeSet<OutPath>,
    /// What was recorded of our files; nothing after a build that did not end.
    pub(super) recall: Recall,
    /// While a file has its stamp of these, its digest is as `owned` says.
    pub(super) stamps: BTreeMap<OutPath, Stamp>,
    /// Whether one of our own files was damaged, and counts as absent.
    pub(super) is_damaged: bool,
}

impl State {
    /// The state of an output's folder, which may be absent.
    pub(super) fn load<E>(target: &Path, proof: Proof, strangers: Strangers) -> Result<Self, BuildError<E>> {
        let own = OwnFolder::of(target);
        let mut is_damaged = false;
        let recorded = settled(parse(&own.manifest(), Manifest::parse)?, strangers, &mut is_damaged)?;
        let retired = settled(parse(&own.retired(), Retired::parse)?, strangers, &mut is_damaged)?;
        let journal = settled(parse(&own.journal(), Pending::parse)?, strangers, &mut is_damaged)?;
        let retired = retired.unwrap_or_default();
        let proof = if is_damaged { Proof::Digests } else { proof };
        let mut owned = recorded.clone().unwrap_or_default();
        owned.files.extend(retired.files.iter().map(|(path, (digest, _))| (path.clone(), *digest)));
        let (mut recall, mut stamps) = (Recall::default(), BTreeMap::new());
        match (&journal, &recorded) {
            (Some(journal), _) => (owned, stamps) = survey(target, &owned, journal)?,
            (None, Some(manifest)) => {
                let (known, at) = Recall::load(&own, manifest);
                if proof == Proof::Stamps {
                    stamps = known.proofs(at);
                }
                recall = known;
            }
            (None, None) => {}
        }
        let left = journal.as_ref().map(|journal| journal.left(&owned)).unwrap_or_default();
        Ok(Self { recorded, retired, journal, owned, left, recall, stamps, is_damaged })
    }
}

/// One of our own files as it was read: what it says, nothing when it is absent, or what is wrong with it.
type Own<T> = Result<Option<T>, Refusal>;

/// What one of our own files says. A damaged one counts as absent where files are taken over.
fn settled<T>(own: Own<T>, strangers: Strangers, is_damaged: &mut bool) -> Own<T> {
    match own {
        Err(_) if strangers == Strangers::Adopt => {
            *is_damaged = true;
            Ok(None)
        }
        own => own,
    }
}

/// Whether an earlier build wrote into this folder.
pub(super) fn is_ours(target: &Path) -> bool {
    let own = OwnFolder::of(target);
    own.manifest().exists() || own.journal().exists()
}

/// What of ours the disk holds after a build that did not end: what was recorded, and what that build put in place. A
/// file at one of its paths that holds something else was put there by someone else.
fn survey(
    target: &Path,
    recorded: &Manifest,
    journal: &Pending,
) -> Result<(Manifest, BTreeMap<OutPath, Stamp>), Error> {
    let fresh = journal.files().map(|(path, _)| path).filter(|path| recorded.digest(path).is_none());
    let paths: Vec<&OutPath> = recorded.files.keys().chain(fresh).collect();
    let look = |path: &OutPath| {
        let file = target.join(path.as_str());
        let found = look(&file).map_err(Error::when("read", &file))?;
        let is_ours = |digest: &Digest| recorded.digest(path).is_some() || journal.explains(path, digest);
        Ok(found.filter(|(digest, _)| is_ours(digest)).map(|found| (path.clone(), found)))
    };
    let found: Result<Vec<_>, Error> = paths.into_par_iter().map(look).collect();
    let found: Vec<_> = found?.into_iter().flatten().collect();
    let stamps = found.iter().map(|(path, (_, stamp))| (path.clone(), *stamp)).collect();
    Ok((found.into_iter().map(|(path, (digest, _))| (path, digest)).collect(), stamps))
}

/// Whether a folder is absent, or holds nothing but the writer's own folder.
pub(super) fn is_empty(target: &Path) -> Result<bool, Error> {
    let entries = match fs::read_dir(target) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        entries => entries.map_err(Error::when("read", target))?,
    };
    for entry in entries {
        if entry.map_err(Error::when("read", target))?.file_name() != OWN_FOLDER {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The digest of a regular file's bytes, and its stamp; `None` when there is something else, or nothing. Symbolic links are
/// not followed.
pub(super) fn look(path: &Path) -> io::Result<Option<(Digest, Stamp)>> {
    match fs::symlink_metadata(path) {
        // The stamp is taken first: a change while the file is read is then noticed later.
        Ok(metadata) if metadata.is_file() => Ok(Some((digest_file(path)?, Stamp::of(&metadata)))),
        Ok(metadata) if metadata.is_symlink() => Ok(None),
        Ok(_) => refuse_special(path).map(|()| None),
        Err(error) if is_absence(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The digest of a file.
pub(super) fn digest_file(path: &Path) -> io::Result<Digest> {
    let mut hasher = Hasher::new();
    in_pieces(path, |piece| {
        hasher.update(piece);
        Ok::<_, io::Error>(())
    })?;
    Ok(hasher.finish())
}

/// The digest of the program that is running; `None` where the system does not show it.
pub fn program() -> Option<Digest> {
    let path = std::env::current_exe().ok()?;
    digest_file(&path).ok()
}

/// Hands a file's bytes over in pieces.
pub(super) fn in_pieces<E: From<io::Error>>(
    path: &Path,
    mut take: impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<(), E> {
    refuse_special(path)?;
    let mut file = File::open(path)?;
    let mut buffer = vec![0; 128 * 1024];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(()),
            read => take(&buffer[..read])?,
        }
    }
}

/// Whether an error only says that there is nothing at the path, or that a part above it is no folder.
pub(super) fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Reads one of our own files; `None` when it is absent.
fn parse<T>(path: &Path, parse: impl FnOnce(&str) -> Result<T, BadLine>) -> Result<Own<T>, Error> {
    let bytes = match fs::read(path) {
        Err(error) if is_absence(&error) => return Ok(Ok(None)),
        bytes => bytes.map_err(Error::when("read", path))?,
    };
    let damaged = |problem: String| Refusal::Damaged(path.to_owned(), problem);
    Ok(String::from_utf8(bytes)
        .map_err(|_| damaged("it is not text".to_owned()))
        .and_then(|text| parse(&text).map(Some).map_err(|problem| damaged(problem.to_string()))))
}

/// Refuses a FIFO, a socket or a device, which could be waited for without end.
pub(in crate::edge) fn refuse_special(path: &Path) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() && !metadata.is_dir() => {
            Err(io::Error::other("it is neither file nor folder; remove it"))
        }
        _ => Ok(()),
    }
}
