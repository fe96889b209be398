//! Writing the output so that what is live is never harmed: everything is rendered before anything is touched, every file
//! is whole at every instant, and a build that was killed is finished by the next one.
//!
//! The order of events: lock; state (by the disk itself when a journal is there); render and stage what differs; journal;
//! new files take their places; journal; changed files do; the manifest; journal; files go; the journal goes.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rayon::iter::{IntoParallelIterator as _, IntoParallelRefIterator as _, ParallelIterator as _};

use crate::diagnostic::Diagnostic;
use crate::diff::{Changes, Deployed, Deployment, DesiredState, Journal, Manifest, Unmanaged};
use crate::digest::Digest;
use crate::edge::Error;
use crate::edge::deploy::{DeployError, Refusal, Render, all_rendered, named};
use crate::edge::disk::apply::Apply;
use crate::edge::disk::build_record::{BuildRecord, Rendered};
use crate::edge::disk::file::{digest_file, look};
use crate::edge::disk::lock::Lock;
use crate::edge::disk::managed_files::ManagedFiles;
use crate::edge::disk::ops::{Disk, Watch, unwatched};
use crate::edge::disk::own_folder::OwnFolder;
use crate::edge::disk::stage::Stage;
use crate::edge::disk::stamp::ChangeDetection;
use crate::edge::disk::state::{State, is_empty, is_ours};
use crate::edge::disk::unmanaged;
use crate::model::out_path::OutPath;
use crate::pipeline::{Body, Keys};
use crate::source::Handle;
use crate::time::Instant;

/// The outputs to write, and their folder.
#[derive(Clone, Copy)]
pub struct Job<'a> {
    /// The output's folder; it may be absent.
    pub target: &'a Path,
    /// The site's folder, which holds the files that are copied.
    pub site: &'a Path,
    /// Every output, each once.
    pub outputs: &'a [OutPath],
    /// Where the manifest itself is published as one more output, if anywhere.
    pub manifest: Option<&'a OutPath>,
    /// The clock: superseded assets stay for a day from here.
    pub now: Instant,
    /// Outputs that the last build made with the same key are not rendered again.
    pub keys: &'a Keys,
    /// A line that is recorded for [`last_result`] and has no meaning here.
    pub result: &'a str,
    /// How files that an earlier build wrote are compared with what it wrote.
    pub detection: ChangeDetection,
    /// Whether unmanaged files at paths of outputs are overwritten.
    pub unmanaged: Unmanaged,
    /// Hears of every change of the disk.
    pub watch: Watch<'a>,
}

pub(super) static NO_KEYS: Keys = Keys::new();

impl<'a> Job<'a> {
    /// These outputs of a site, rendered anew, with safe defaults.
    pub fn new(target: &'a Path, site: &'a Path, outputs: &'a [OutPath], now: Instant) -> Self {
        let (detection, unmanaged) = (ChangeDetection::Stamps, Unmanaged::Refuse);
        Self {
            target,
            site,
            outputs,
            manifest: None,
            now,
            keys: &NO_KEYS,
            result: "",
            detection,
            unmanaged,
            watch: &unwatched,
        }
    }
}

/// The result of a build, or of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Files added, changed and removed.
    pub changes: Changes,
    /// Whether an earlier build had been killed half-way, and was finished by this one.
    pub finished_earlier: bool,
}

/// Writes the outputs that `render` yields. When nothing differs from what is there, nothing is written: no file's time
/// changes.
///
/// # Errors
/// When a page cannot be rendered, when the folder or a file in it is not ours, when another writer is at work, and when the
/// disk fails.
pub fn build(job: &Job<'_>, render: Render<'_>) -> Result<Outcome, DeployError> {
    let built = locked(job, |stage| prepare(job, Some(stage), render).map(Some))?;
    Ok(built.expect("a build makes everything that is missing"))
}

/// The result that the last build recorded; its outputs may have changed since.
pub fn last_result(target: &Path) -> Option<String> {
    BuildRecord::last_result(&OwnFolder::of(target).inputs())
}

/// Repeats the last build, with its outputs and keys: only files that are missing or changed are written. `copied` gives
/// the sources of copied files.
/// `None` when the last build had another result, or when an output is to be rendered.
///
/// # Errors
/// As [`build`].
pub fn build_unchanged(
    job: &Job<'_>,
    copied: &(dyn Fn(&OutPath) -> Option<Handle> + Sync),
) -> Result<Option<Outcome>, DeployError> {
    locked(job, |stage| {
        let state = load(job)?;
        let Deployed { recorded: Some(recorded), journal: None, .. } = &state.deployed else {
            return Ok(None);
        };
        if state.last_build.result != job.result {
            return Ok(None);
        }
        let files = managed_files(job, &state);
        let keys = state.last_build.keys();
        let one = |path: &OutPath| match (keys.get(path), copied(path)) {
            (Some(_), _) => still_in_place(&files, path),
            (None, Some(handle)) => settle(&files, Some(stage), path, Body::File(handle)).map(Some),
            (None, None) => Ok(None),
        };
        let outputs = recorded.files.par_iter().filter(|(path, _)| Some(*path) != job.manifest);
        let rendered: Result<Vec<Option<Rendered>>, Error> = outputs.map(|(path, _)| one(path)).collect();
        let Some(rendered) = rendered?.into_iter().collect() else { return Ok(None) };
        let rendered = with_manifest(job, &files, Some(stage), rendered)?;
        Prepared::new(&Job { keys: &keys, ..*job }, state, rendered).map(Some)
    })
}

/// Works with the lock in hand, and makes the changes that were prepared.
fn locked(
    job: &Job<'_>,
    work: impl FnOnce(&Stage<'_>) -> Result<Option<Prepared>, DeployError>,
) -> Result<Option<Outcome>, DeployError> {
    refuse_unmanaged_folder(job)?;
    let disk = Disk::new(job.watch);
    let own = OwnFolder::of(job.target);
    disk.create_folder(&own.path)?;
    let busy = || Refusal::new(format!("another build is writing {}", shown(job)), "wait until it is done");
    let _lock = Lock::take(&own.lock())?.ok_or_else(busy)?;
    let stage = Stage::cleared(disk, own.stage())?;
    let built = work(&stage).and_then(|prepared| {
        let Some(prepared) = prepared else { return Ok(None) };
        prepared.commit(job, &own, disk, &stage)?;
        Ok(Some(prepared.outcome()))
    });
    match (built, stage.clear()) {
        (Ok(outcome), cleared) => cleared.map(|()| outcome).map_err(DeployError::World),
        // The first failure says more than a stage that would not go, which the next build clears.
        (Err(error), _) => Err(error),
    }
}

/// The changes that [`build`] would make now. Writes nothing.
///
/// # Errors
/// As [`build`], but for other writers.
pub fn compare(job: &Job<'_>, render: Render<'_>) -> Result<Outcome, DeployError> {
    prepare(job, None, render).map(Prepared::outcome)
}

/// Everything that is known before the first change.
struct Prepared {
    state: State,
    new: Manifest,
    deployment: Deployment,
    build_record: BuildRecord,
}

impl Prepared {
    /// The changes for these outputs.
    fn new(job: &Job<'_>, state: State, rendered: Vec<Rendered>) -> Result<Self, DeployError> {
        let new: Manifest = rendered.iter().map(|output| (output.path.clone(), output.digest)).collect();
        let build_record = BuildRecord::new(job.keys, job.result, &rendered);
        let mut managed = state.managed.clone();
        for output in rendered {
            match output.in_place {
                Some(digest) => managed.files.insert(output.path, digest),
                None => managed.files.remove(&output.path),
            };
        }
        let desired = DesiredState { manifest: &new, now: job.now, as_of: None };
        let deployment = Deployment::new(&state.deployed, managed, desired, |_| false);
        let changes = &deployment.changes;
        let written = changes.added.iter().chain(&changes.changed);
        refuse_in_the_way(unmanaged::blocked(job.target, &state.managed, written)?)?;
        Ok(Self { state, new, deployment, build_record })
    }

    fn outcome(self) -> Outcome {
        let finished_earlier = self.state.deployed.journal.is_some();
        Outcome { changes: self.deployment.changes, finished_earlier }
    }

    /// Makes the changes, and records what was rendered from what. That comes last: no reader minds when it is lost.
    fn commit(&self, job: &Job<'_>, own: &OwnFolder, disk: Disk<'_>, stage: &Stage<'_>) -> Result<(), Error> {
        let Self { state, new, deployment, build_record } = self;
        if !deployment.is_done() {
            let live: BTreeSet<&OutPath> = new.files.keys().chain(deployment.retired.files.keys()).collect();
            let journalled = state.deployed.journal.iter().flat_map(Journal::files).map(|(path, _)| path);
            let forsaken = journalled.filter(|path| !live.contains(path)).collect();
            let (target, changes, folders) = (job.target, &deployment.changes, RefCell::default());
            deployment.run(&Apply { disk, target, own, stage, changes, live, forsaken, folders })?;
        }
        match *build_record == state.last_build && state.deployed.recorded.as_ref() == Some(new) {
            true => Ok(()),
            false => stage.replace(&own.inputs(), &build_record.text(new)),
        }
    }
}

/// Renders everything, stages what differs, and finds out what is to be done.
fn prepare(job: &Job<'_>, stage: Option<&Stage<'_>>, render: Render<'_>) -> Result<Prepared, DeployError> {
    let state = load(job)?;
    let rendered = render_all(job, &state, stage, render)?;
    Prepared::new(job, state, rendered)
}

fn managed_files<'a>(job: &Job<'a>, state: &'a State) -> ManagedFiles<'a> {
    ManagedFiles { target: job.target, site: job.site, managed: &state.managed, stamps: &state.stamps }
}

fn load(job: &Job<'_>) -> Result<State, DeployError> {
    refuse_unmanaged_folder(job)?;
    let mut state = State::load(job.target, job.detection, job.unmanaged)?;
    take_over(job, &mut state)?;
    Ok(state)
}

/// The output's folder as it may be shown.
fn shown(job: &Job<'_>) -> String {
    format!("`{}`", job.target.display())
}

fn refuse_unmanaged_folder(job: &Job<'_>) -> Result<(), DeployError> {
    OwnFolder::of(job.target).check()?;
    if job.unmanaged == Unmanaged::Adopt || is_ours(job.target) || is_empty(job.target)? {
        return Ok(());
    }
    let message = format!("{} holds files, and no build has written there before", shown(job));
    let help = "choose another folder, or take this one over with `--adopt`: other files in it stay";
    Err(Refusal::new(message, help).into())
}

/// Refuses files, folders and links that cannot be overwritten.
fn refuse_in_the_way(paths: BTreeSet<PathBuf>) -> Result<(), Refusal> {
    let named = named(paths.iter().map(|path| path.to_string_lossy()));
    let message = format!("not written by any build, but in the way of an output: {named}");
    if paths.is_empty() { Ok(()) } else { Err(Refusal::new(message, "move away what is yours")) }
}

/// Refuses unmanaged files where outputs are to stand, or makes them managed.
fn take_over(job: &Job<'_>, state: &mut State) -> Result<(), DeployError> {
    let outputs = job.outputs.iter().chain(job.manifest);
    let unmanaged::Found { files, in_the_way } = unmanaged::look(job.target, &state.managed, outputs)?;
    refuse_in_the_way(in_the_way)?;
    let mut found = Vec::with_capacity(files.len());
    for path in files {
        let place = job.target.join(path.as_str());
        let (digest, stamp) = look(&place).map_err(Error::when("read", &place))?.unzip();
        state.stamps.extend(stamp.map(|stamp| (path.clone(), stamp)));
        found.push((path, digest));
    }
    // What the outputs will hold is not known yet: none is as it is to be.
    let others = job.unmanaged.take_over(&mut state.managed, &Manifest::default(), found);
    let named =
        named(others.iter().map(|path| job.target.join(path.as_str()).to_string_lossy().into_owned()));
    let message = format!("not written by any build, but in the place of an output: {named}");
    let help = "move away what is yours, or let the build overwrite it with `--adopt`";
    if others.is_empty() { Ok(()) } else { Err(Refusal::new(message, help).into()) }
}

fn render_all(
    job: &Job<'_>,
    state: &State,
    stage: Option<&Stage<'_>>,
    render: Render<'_>,
) -> Result<Vec<Rendered>, DeployError> {
    let files = managed_files(job, state);
    let one = |path: &OutPath| -> Result<Result<Rendered, Diagnostic>, Error> {
        if state.last_build.has_key(path, job.keys.get(path))
            && let Some(rendered) = still_in_place(&files, path)?
        {
            return Ok(Ok(rendered));
        }
        match render(path) {
            Ok(body) => settle(&files, stage, path, body).map(Ok),
            Err(problem) => Ok(Err(problem)),
        }
    };
    let outputs: Vec<&OutPath> = job.outputs.iter().filter(|path| Some(*path) != job.manifest).collect();
    let rendered = all_rendered(outputs.into_par_iter().map(one).collect())?;
    Ok(with_manifest(job, &files, stage, rendered)?)
}

/// These outputs and the manifest, where it is published as one of them.
fn with_manifest(
    job: &Job<'_>,
    files: &ManagedFiles<'_>,
    stage: Option<&Stage<'_>>,
    mut rendered: Vec<Rendered>,
) -> Result<Vec<Rendered>, Error> {
    if let Some(path) = job.manifest {
        let manifest: Manifest = rendered.iter().map(|output| (output.path.clone(), output.digest)).collect();
        let body = Body::Bytes(manifest.to_string().into_bytes());
        rendered.push(settle(files, stage, path, body)?);
    }
    Ok(rendered)
}

/// An output that need not be rendered: what was written from the same stands in its place.
fn still_in_place(files: &ManagedFiles<'_>, path: &OutPath) -> Result<Option<Rendered>, Error> {
    let there = files.in_place(path)?.filter(|(digest, _)| files.managed.digest(path) == Some(digest));
    Ok(there.map(|(digest, stamp)| Rendered {
        path: path.clone(),
        digest,
        in_place: Some(digest),
        stamp: Some(stamp),
    }))
}

/// Compares an output with what is there, and stages it when it differs.
fn settle(
    files: &ManagedFiles<'_>,
    stage: Option<&Stage<'_>>,
    path: &OutPath,
    body: Body,
) -> Result<Rendered, Error> {
    let source = |handle: &Handle| handle.place(files.site);
    let mut digest = match &body {
        Body::Bytes(bytes) => Digest::of(bytes),
        Body::File(handle) => digest_file(&source(handle)).map_err(Error::when("read", &source(handle)))?,
    };
    let (in_place, mut stamp) = match files.managed.digest(path) {
        Some(recorded) if *recorded == digest => files.in_place(path)?.unzip(),
        // It is replaced, whatever stands there.
        recorded => (recorded.copied(), None),
    };
    if in_place != Some(digest) {
        stamp = match (stage, body) {
            (None, _) => None,
            (Some(stage), Body::Bytes(bytes)) => Some(stage.put(path, &bytes)?),
            (Some(stage), Body::File(handle)) => {
                let (copied, stamp) = stage.copy(path, &source(&handle))?;
                // The file may have changed since it was read: what was copied counts.
                digest = copied;
                Some(stamp)
            }
        };
    }
    Ok(Rendered { path: path.clone(), digest, in_place, stamp })
}
