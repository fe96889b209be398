//! What earlier builds left in the output's folder, by their own account or by the disk's.

use std::collections::BTreeMap;
use std::fs::{self, File, Metadata};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use crate::diff::{Damaged, Deployed, Manifest, Pending, Record, Unmanaged};
use crate::digest::{Digest, Hasher};
use crate::edge::Error;
use crate::edge::deploy::{DeployError, Refusal};
use crate::edge::disk::recall::Recall;
use crate::edge::disk::stamp::Stamp;
use crate::edge::disk::write::Proof;
use crate::model::out_path::{OWN_FOLDER, OutPath};

/// The folder in the output that is the writer's own.
#[derive(Clone, Debug)]
pub(super) struct OwnFolder {
    pub(super) path: PathBuf,
}

impl OwnFolder {
    pub(super) fn of(target: &Path) -> Self {
        Self { path: target.join(OWN_FOLDER) }
    }

    pub(super) fn record(&self, record: Record) -> PathBuf {
        self.path.join(record.name())
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
        let records = [Record::Manifest, Record::Retired, Record::Journal].map(|record| self.record(record));
        let mut files = records.into_iter().chain([self.inputs(), self.lock()]);
        files.try_for_each(|file| expect(&file, "a file", Metadata::is_file))
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
    /// What the records say.
    pub(super) deployed: Deployed,
    /// Managed files, retired ones included. The digests are those recorded, or the disk's after an interrupted build.
    pub(super) managed: Manifest,
    /// What was recorded of managed files; nothing after an interrupted build.
    pub(super) recall: Recall,
    /// While a file has its stamp of these, its digest is as `managed` says.
    pub(super) stamps: BTreeMap<OutPath, Stamp>,
}

impl State {
    /// The state of an output's folder, which may be absent.
    pub(super) fn load(target: &Path, proof: Proof, unmanaged: Unmanaged) -> Result<Self, DeployError> {
        let own = OwnFolder::of(target);
        let read = Deployed::read(|record| read_file(&own.record(record)), unmanaged)?;
        let deployed = read.map_err(|Damaged { record, problem }| {
            let message = format!("`{}` is damaged: {problem}", own.record(record).display());
            let help = "run the command again with `--adopt`: it takes over the files that stand where pages are to stand";
            Refusal::new(message, help)
        })?;
        let (mut managed, mut recall, mut stamps) = (deployed.managed(), Recall::default(), BTreeMap::new());
        match (&deployed.journal, &deployed.recorded) {
            (Some(journal), _) => (managed, stamps) = survey(target, &managed, journal)?,
            (None, Some(manifest)) => {
                let (known, at) = Recall::load(&own, manifest);
                if proof == Proof::Stamps && !deployed.is_damaged {
                    stamps = known.proofs(at);
                }
                recall = known;
            }
            (None, None) => {}
        }
        Ok(Self { deployed, managed, recall, stamps })
    }
}

/// Whether an earlier build wrote into this folder.
pub(super) fn is_ours(target: &Path) -> bool {
    let own = OwnFolder::of(target);
    own.record(Record::Manifest).exists() || own.record(Record::Journal).exists()
}

/// Managed files after an interrupted build: what was recorded, and what that build put in place. A file at one of its paths
/// that holds something else is unmanaged.
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
pub(in crate::edge) fn digest_file(path: &Path) -> io::Result<Digest> {
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

/// A file's bytes; `None` when there is no file.
pub fn read_file(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    match refuse_special(path).and_then(|()| fs::read(path)) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if is_absence(&error) => Ok(None),
        Err(error) => Err(Error::when("read", path)(error)),
    }
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
