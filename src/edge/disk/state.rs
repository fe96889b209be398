//! The state of the output's folder before a build: the files of earlier builds, by manifest, journal and disk.

use std::collections::BTreeMap;
use std::fs::{self};
use std::io;
use std::path::Path;

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use crate::diff::{Damaged, Deployed, Journal, Manifest, Record, Unmanaged};
use crate::digest::Digest;
use crate::edge::Error;
use crate::edge::deploy::{DeployError, Refusal};
use crate::edge::disk::build_record::BuildRecord;
use crate::edge::disk::file::{look, read_file};
use crate::edge::disk::own_folder::OwnFolder;
use crate::edge::disk::stamp::{ChangeDetection, Stamp};
use crate::model::out_path::{OWN_FOLDER, OutPath};

/// The output's folder as earlier builds left it.
#[derive(Clone, Debug)]
pub(super) struct State {
    /// The records of earlier builds.
    pub(super) deployed: Deployed,
    /// Managed files, retired ones included. The digests are those recorded, or the disk's after an interrupted build.
    pub(super) managed: Manifest,
    /// The record of managed files; empty after an interrupted build.
    pub(super) last_build: BuildRecord,
    /// While a file has its stamp of these, its digest is as `managed` says.
    pub(super) stamps: BTreeMap<OutPath, Stamp>,
}

impl State {
    /// The state of an output's folder, which may be absent.
    pub(super) fn load(
        target: &Path,
        detection: ChangeDetection,
        unmanaged: Unmanaged,
    ) -> Result<Self, DeployError> {
        let own = OwnFolder::of(target);
        let read = Deployed::read(|record| read_file(&own.record(record)), unmanaged)?;
        let deployed = read.map_err(|Damaged { record, problem }| {
            let message = format!("`{}` is damaged: {problem}", own.record(record).display());
            let help =
                "run the command again with `--adopt`: it replaces files that are in the place of pages";
            Refusal::new(message, help)
        })?;
        let (mut managed, mut last_build, mut stamps) =
            (deployed.managed(), BuildRecord::default(), BTreeMap::new());
        match (&deployed.journal, &deployed.recorded) {
            (Some(journal), _) => (managed, stamps) = survey(target, &managed, journal)?,
            (None, Some(manifest)) => {
                let (known, at) = BuildRecord::load(&own.inputs(), manifest);
                if detection == ChangeDetection::Stamps && !deployed.is_damaged {
                    stamps = known.proofs(at);
                }
                last_build = known;
            }
            (None, None) => {}
        }
        Ok(Self { deployed, managed, last_build, stamps })
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
    journal: &Journal,
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
