//! Writing the output so that what is live is never harmed: everything is rendered before anything is touched, every file
//! is whole at every instant, and a build that was killed is finished by the next one.
//!
//! The order of events: lock; state (by the disk itself when a journal is there); render and stage what differs; journal;
//! new files take their places; journal; changed files do; the manifest; journal; files go; the journal goes.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::diff::{Changes, Journal, Manifest, Pending, Phase, Retired, Run};
use crate::digest::Digest;
use crate::edge::Error;
use crate::edge::disk::apply::Apply;
use crate::edge::disk::lock::Lock;
use crate::edge::disk::ops::{Disk, Watch};
use crate::edge::disk::recall::{Proven, Recall};
use crate::edge::disk::refusal::{BuildError, Refusal};
use crate::edge::disk::stage::Stage;
use crate::edge::disk::stamp::Stamp;
use crate::edge::disk::state::{OwnFolder, State, digest_file, is_empty, is_ours, look};
use crate::edge::disk::strangers;
use crate::plan::path::OutPath;
use crate::time::Instant;

/// What to write, and where.
#[derive(Clone, Copy)]
pub struct Job<'a> {
    /// The output's folder; it may be absent.
    pub target: &'a Path,
    /// Every output, each once.
    pub outputs: &'a [OutPath],
    /// The clock: superseded assets stay for a day from here.
    pub now: Instant,
    /// The digest of everything that decides over the bytes that are rendered: outputs that the last build made of the same
    /// are not rendered again. `None` renders all.
    pub inputs: Option<Digest>,
    /// How files that an earlier build wrote are compared with what it wrote.
    pub proof: Proof,
    /// What becomes of files that are not ours and stand where outputs are to stand.
    pub strangers: Strangers,
    /// Hears of every change of the disk; [`crate::edge::disk::unwatched`] unless a test wants to know.
    pub watch: Watch<'a>,
}

/// What becomes of files that are not ours and stand where outputs are to stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strangers {
    /// They stop the build.
    Refuse,
    /// They become ours, and are overwritten where they differ.
    Adopt,
}

/// How files that an earlier build wrote are compared with what it wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// By their stamps, and by their digests where these differ.
    Stamps,
    /// All by their digests.
    Digests,
}

/// An output's bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// Bytes that were rendered.
    Bytes(Vec<u8>),
    /// The bytes of this file.
    File(PathBuf),
}

/// What a build did, or would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Files added, changed and removed.
    pub changes: Changes,
    /// Every output with its digest.
    pub manifest: Manifest,
    /// Whether an earlier build had been killed half-way, and was finished by this one.
    pub finished_earlier: bool,
}

/// Writes the outputs that `render` yields, which is asked on many threads at once. When nothing differs from what is there,
/// nothing is written: no file's time changes.
///
/// # Errors
/// When a page cannot be rendered, when the folder or a file in it is not ours, when another writer is at work, and when the
/// disk fails.
pub fn build<E, R>(job: &Job<'_>, render: R) -> Result<Outcome, BuildError<E>>
where
    E: Send,
    R: Fn(&OutPath) -> Result<Body, E> + Sync,
{
    refuse_foreign_folder(job)?;
    let disk = Disk::new(job.watch);
    let own = OwnFolder::of(job.target);
    disk.create_folder(&own.path)?;
    let _lock = Lock::take(&own.lock())?.ok_or_else(|| Refusal::Busy(job.target.to_owned()))?;
    let stage = Stage::cleared(disk, own.stage())?;
    let built = prepare(job, Some(&stage), render).and_then(|prepared| {
        commit(job, &own, disk, &stage, &prepared)?;
        remember(&own, &stage, &prepared)?;
        Ok(prepared.outcome())
    });
    match (built, stage.clear()) {
        (Ok(outcome), cleared) => cleared.map(|()| outcome).map_err(BuildError::World),
        // The first failure says more than a stage that would not go, which the next build clears.
        (Err(error), _) => Err(error),
    }
}

/// What [`build`] would do now. Writes nothing.
///
/// # Errors
/// As [`build`], but for other writers.
pub fn compare<E, R>(job: &Job<'_>, render: R) -> Result<Outcome, BuildError<E>>
where
    E: Send,
    R: Fn(&OutPath) -> Result<Body, E> + Sync,
{
    prepare(job, None, render).map(Prepared::outcome)
}

/// Everything that is known before the first change.
struct Prepared {
    state: State,
    /// What of ours the disk holds, without retired assets that stay.
    old: Manifest,
    new: Manifest,
    retired: Retired,
    changes: Changes,
    recall: Recall,
}

impl Prepared {
    fn outcome(self) -> Outcome {
        Outcome { changes: self.changes, manifest: self.new, finished_earlier: self.state.journal.is_some() }
    }

    /// Whether the output, the manifest and the rest are all as they are to be.
    fn is_done(&self) -> bool {
        self.changes.is_empty()
            && self.state.journal.is_none()
            && !self.state.is_damaged
            && self.state.recorded.as_ref() == Some(&self.new)
            && self.state.retired == self.retired
    }

    /// What may stand where from a phase on: what is touched, and what is ours without standing in the old manifest.
    fn journal(&self, phase: Phase) -> Pending {
        let Self { state, old, new, changes, .. } = self;
        let mut touched = Journal::of(changes, old, new);
        let is_recorded =
            |path: &OutPath| state.recorded.as_ref().is_some_and(|recorded| recorded.digest(path).is_some());
        for (path, digest) in state.owned.files.iter().filter(|(path, _)| !is_recorded(path)) {
            touched.insert(path.clone(), *digest);
        }
        Pending::at(phase, None, Run { changes, new, touched: &touched, left: &state.left })
    }
}

/// Renders everything, stages what differs, and finds out what is to be done.
fn prepare<E, R>(job: &Job<'_>, stage: Option<&Stage<'_>>, render: R) -> Result<Prepared, BuildError<E>>
where
    E: Send,
    R: Fn(&OutPath) -> Result<Body, E> + Sync,
{
    refuse_foreign_folder(job)?;
    let mut state = State::load(job.target, job.proof, job.strangers)?;
    take_over(job, &mut state)?;
    let rendered = render_all(job, &state, stage, render)?;
    let new: Manifest = rendered.iter().map(|output| (output.path.clone(), output.digest)).collect();
    assert_eq!(new.files.len(), job.outputs.len(), "a plan names each output once");
    let recall = Recall::new(job.inputs, &rendered);
    let retired = state.retired.renewed(&state.owned, &new, job.now);
    let mut old = state.owned.clone();
    old.files.retain(|path, _| !retired.files.contains_key(path));
    for output in rendered {
        // What no page leads to is mended with what is new, before anything leads there.
        let is_mended = output.in_place != Some(output.digest) && state.left.contains(&output.path);
        match output.in_place.filter(|_| !is_mended) {
            Some(digest) => old.files.insert(output.path, digest),
            None => old.files.remove(&output.path),
        };
    }
    let changes = Changes::between(&old, &new);
    let written = changes.added.iter().chain(&changes.changed);
    let blocked = strangers::blocked(job.target, &state.owned, written)?;
    if !blocked.is_empty() {
        return Err(Refusal::InTheWay(blocked.into_iter().collect()).into());
    }
    Ok(Prepared { state, old, new, retired, changes, recall })
}

fn refuse_foreign_folder<E>(job: &Job<'_>) -> Result<(), BuildError<E>> {
    OwnFolder::of(job.target).check()?;
    if job.strangers == Strangers::Adopt || is_ours(job.target) || is_empty(job.target)? {
        return Ok(());
    }
    Err(Refusal::NotOurs(job.target.to_owned()).into())
}

/// Refuses files that are not ours where outputs are to stand, or makes them ours.
fn take_over<E>(job: &Job<'_>, state: &mut State) -> Result<(), BuildError<E>> {
    let found = strangers::look(job.target, &state.owned, job.outputs)?;
    if !found.in_the_way.is_empty() {
        return Err(Refusal::InTheWay(found.in_the_way.into_iter().collect()).into());
    }
    if job.strangers == Strangers::Refuse && !found.files.is_empty() {
        let files = found.files.into_iter().collect();
        return Err(Refusal::Foreign(job.target.to_owned(), files).into());
    }
    for path in found.files {
        let place = job.target.join(path.as_str());
        if let Some((digest, stamp)) = look(&place).map_err(Error::when("read", &place))? {
            state.stamps.insert(path.clone(), stamp);
            state.owned.files.insert(path, digest);
        }
    }
    Ok(())
}

/// An output that was rendered, and staged when it differs.
pub(super) struct Rendered {
    pub(super) path: OutPath,
    pub(super) digest: Digest,
    /// Whether it is a file that was only copied.
    pub(super) is_copy: bool,
    /// What stands in its place now, as far as it is ours.
    pub(super) in_place: Option<Digest>,
    /// The stamp of the file that is right: the one in place, or the one on the stage; `None` where it was only compared.
    pub(super) stamp: Option<Stamp>,
}

/// A rendered output, or why it cannot be rendered.
type Settled<E> = Result<Rendered, (OutPath, E)>;

fn render_all<E, R>(
    job: &Job<'_>,
    state: &State,
    stage: Option<&Stage<'_>>,
    render: R,
) -> Result<Vec<Rendered>, BuildError<E>>
where
    E: Send,
    R: Fn(&OutPath) -> Result<Body, E> + Sync,
{
    let proven = Proven { target: job.target, owned: &state.owned, stamps: &state.stamps };
    let recalled = |path: &OutPath| match state.recall.is_rendered_from(job.inputs, path) {
        true => recalled(&proven, path),
        false => Ok(None),
    };
    let one = |path: &OutPath| match recalled(path)? {
        Some(rendered) => Ok(Ok(rendered)),
        None => match render(path) {
            Ok(body) => settle(&proven, stage, path, body).map(Ok),
            Err(problem) => Ok(Err((path.clone(), problem))),
        },
    };
    let outputs: Result<Vec<Settled<E>>, Error> = job.outputs.par_iter().map(one).collect();
    let mut rendered = Vec::with_capacity(job.outputs.len());
    let mut problems = Vec::new();
    for output in outputs? {
        match output {
            Ok(output) => rendered.push(output),
            Err(problem) => problems.push(problem),
        }
    }
    problems.sort_by(|(a, _), (b, _)| a.cmp(b));
    if problems.is_empty() { Ok(rendered) } else { Err(BuildError::Render(problems)) }
}

/// An output that need not be rendered: what was written from the same stands in its place.
fn recalled(proven: &Proven<'_>, path: &OutPath) -> Result<Option<Rendered>, Error> {
    let there = proven.in_place(path)?.filter(|(digest, _)| proven.owned.digest(path) == Some(digest));
    Ok(there.map(|(digest, stamp)| {
        let (in_place, stamp) = (Some(digest), Some(stamp));
        Rendered { path: path.clone(), digest, is_copy: false, in_place, stamp }
    }))
}

/// Compares an output with what is there, and stages it when it differs.
fn settle(
    proven: &Proven<'_>,
    stage: Option<&Stage<'_>>,
    path: &OutPath,
    body: Body,
) -> Result<Rendered, Error> {
    let is_copy = matches!(body, Body::File(_));
    let mut digest = match &body {
        Body::Bytes(bytes) => Digest::of(bytes),
        Body::File(source) => digest_file(source).map_err(Error::when("read", source))?,
    };
    let (in_place, mut stamp) = match proven.owned.digest(path) {
        Some(recorded) if *recorded == digest => proven.in_place(path)?.unzip(),
        // It is replaced, whatever stands there.
        recorded => (recorded.copied(), None),
    };
    if in_place != Some(digest) {
        stamp = match (stage, body) {
            (None, _) => None,
            (Some(stage), Body::Bytes(bytes)) => Some(stage.put(path, &bytes)?),
            (Some(stage), Body::File(source)) => {
                let (copied, stamp) = stage.copy(path, &source)?;
                // The file may have changed since it was read: what was copied counts.
                digest = copied;
                Some(stamp)
            }
        };
    }
    Ok(Rendered { path: path.clone(), digest, is_copy, in_place, stamp })
}

/// Records the outputs' stamps and what they were rendered from, when that is not recorded yet. The outputs are all in place
/// by now, and no reader minds when this record is lost.
fn remember(own: &OwnFolder, stage: &Stage<'_>, prepared: &Prepared) -> Result<(), Error> {
    let Prepared { state, new, recall, .. } = prepared;
    if *recall == state.recall && state.recorded.as_ref() == Some(new) {
        return Ok(());
    }
    stage.replace(&own.inputs(), &recall.record(new))
}

/// Brings everything about that was prepared.
fn commit(
    job: &Job<'_>,
    own: &OwnFolder,
    disk: Disk<'_>,
    stage: &Stage<'_>,
    prepared: &Prepared,
) -> Result<(), Error> {
    if prepared.is_done() {
        return Ok(());
    }
    let Prepared { state, new, retired, changes, .. } = prepared;
    let live: BTreeSet<&OutPath> = new.files.keys().chain(retired.files.keys()).collect();
    let journalled = state.journal.iter().flat_map(Pending::files).map(|(path, _)| path);
    let forsaken = journalled.filter(|path| !live.contains(path)).collect();
    let apply = Apply { disk, target: job.target, stage, changes, live: &live, forsaken };
    let is_put_down = Cell::new(false);
    apply.run(|phase| {
        if phase == Phase::Removing {
            put_down(own, stage, prepared)?;
            is_put_down.set(true);
        }
        stage.replace(&own.journal(), &prepared.journal(phase).to_string())
    })?;
    if !is_put_down.get() {
        put_down(own, stage, prepared)?;
    }
    disk.delete_file(&own.journal())
}

/// Puts down what the output consists of, when all of it is there. Superseded assets come first: a manifest without them
/// would let them be forgotten.
fn put_down(own: &OwnFolder, stage: &Stage<'_>, prepared: &Prepared) -> Result<(), Error> {
    let Prepared { state, new, retired, .. } = prepared;
    if *retired != state.retired || state.is_damaged {
        stage.replace(&own.retired(), &retired.to_string())?;
    }
    if state.recorded.as_ref() != Some(new) {
        stage.replace(&own.manifest(), &new.to_string())?;
    }
    Ok(())
}
