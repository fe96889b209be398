//! Publishing to another folder: a mounted share, or what a synchroniser takes from there. The guarantees are a build's.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::diff::{Deployed, Record, Unmanaged};
use crate::edge::Error;
use crate::edge::deploy::{DeployError, Progress};
use crate::edge::disk::{self, Action, ChangeDetection, Job, Outcome, Step, read_file};
use crate::edge::publish::{
    Destination, LastRelease, MANIFEST, PublishOptions, Published, Release, Seen, UnchangedFiles, Verdict,
    as_of, damaged, judge, published_manifest, refuse_older, verdict,
};
use crate::model::out_path::{OWN_FOLDER, OutPath};

/// A folder that a site is published to; it may be absent.
#[derive(Clone, Debug)]
pub struct Directory {
    path: PathBuf,
}

impl Directory {
    /// The folder at a path.
    pub fn new(path: PathBuf) -> Self {
        Self { path }
    }

    fn place(&self) -> String {
        format!("`{}`", self.path.display())
    }

    fn run(
        &self,
        release: &Release<'_>,
        options: &PublishOptions<'_>,
        watch: disk::Watch<'_>,
        work: impl Fn(&Job<'_>) -> Result<Outcome, DeployError>,
    ) -> Result<Published, DeployError> {
        let published = read_file(&self.path.join("build.json"))?.and_then(|bytes| as_of(&bytes));
        refuse_older(release, published, &self.place(), options)?;
        let detection = match options.unchanged {
            UnchangedFiles::Keep => ChangeDetection::Stamps,
            UnchangedFiles::Rewrite => ChangeDetection::Digests,
        };
        let Release { keys, result, .. } = *release;
        let (manifest, unmanaged) = (Some(&*MANIFEST), options.unmanaged);
        let job = Job::new(&self.path, release.site, release.outputs, release.now);
        work(&Job { keys, result, manifest, detection, unmanaged, watch, ..job }).map(Published::from)
    }
}

impl From<Outcome> for Published {
    fn from(Outcome { changes, finished_earlier }: Outcome) -> Self {
        Self { changes, finished_earlier, ..Self::default() }
    }
}

/// How far a publish to a folder is, by the changes of the disk that it hears of before they are made.
struct Tally<'a> {
    target: &'a Path,
    counts: Mutex<Counts>,
}

#[derive(Clone, Copy, Default)]
struct Counts {
    rendered: usize,
    /// Files that wait for their places.
    staged: usize,
    /// Files that were written or deleted.
    done: usize,
    /// Of these the last, which may yet fail.
    last: usize,
}

impl Tally<'_> {
    fn change(&self, change: impl FnOnce(&mut Counts)) -> Counts {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut counts);
        *counts
    }

    fn hear(&self, step: Step<'_>, options: &PublishOptions<'_>) -> io::Result<()> {
        if (options.stops)() {
            return Err(io::Error::new(io::ErrorKind::Interrupted, "stopped"));
        }
        let Ok(place) = step.path.strip_prefix(self.target) else { return Ok(()) };
        let stage = Path::new(OWN_FOLDER).join("stage/out");
        let is_written = matches!(step.action, Action::Rename | Action::DeleteFile);
        if step.action == Action::CreateFile && place.starts_with(&stage) {
            self.change(|counts| counts.staged += 1);
        } else if is_written && !place.starts_with(OWN_FOLDER) {
            let waits = self.target.join(stage).join(place);
            let files = if step.action == Action::Rename { count_files(&waits) } else { 1 };
            self.change(|counts| {
                *counts = Counts { done: counts.done + counts.last, last: files, ..*counts }
            });
        }
        Ok(())
    }

    /// Tells a failure that left nothing changed from one half-way.
    fn judged(&self, error: DeployError, options: &PublishOptions<'_>) -> DeployError {
        let DeployError::World(error) = error else { return error };
        let Counts { staged, done, .. } = self.change(|_| {});
        let cause = if (options.stops)() { "stopped".to_owned() } else { error.to_string() };
        DeployError::HalfWay { progress: Progress { done, all: staged.max(done) }, cause }
    }
}

/// The files at and below a path.
fn count_files(path: &Path) -> usize {
    let entries = walkdir::WalkDir::new(path).into_iter().filter_map(Result::ok);
    entries.filter(|entry| !entry.file_type().is_dir()).count()
}

impl Destination for Directory {
    fn publish(&self, release: &Release<'_>, options: &PublishOptions<'_>) -> Result<Published, DeployError> {
        let tally = Tally { target: &self.path, counts: Mutex::default() };
        let watch = |step: Step<'_>| tally.hear(step, options);
        let render = |path: &OutPath| {
            let body = (release.render)(path);
            let done = tally.change(|counts| counts.rendered += 1).rendered;
            (options.progress)(Progress { done, all: release.outputs.len() });
            body
        };
        self.run(release, options, &watch, |job| disk::build(job, &render))
            .map_err(|error| tally.judged(error, options))
    }

    fn publish_again(
        &self,
        last: &LastRelease<'_>,
        options: &PublishOptions<'_>,
    ) -> Result<Option<Published>, DeployError> {
        let tally = Tally { target: &self.path, counts: Mutex::default() };
        let watch = |step: Step<'_>| tally.hear(step, options);
        let job = Job::new(&self.path, last.site, &[], last.now);
        let job = Job { result: last.result, manifest: Some(&MANIFEST), watch: &watch, ..job };
        let outcome =
            disk::build_unchanged(&job, last.copied).map_err(|error| tally.judged(error, options))?;
        Ok(outcome.map(Published::from))
    }

    fn compare(&self, release: &Release<'_>, options: &PublishOptions<'_>) -> Result<Published, DeployError> {
        self.run(release, options, &disk::unwatched, |job| disk::compare(job, release.render))
    }

    fn read(&self, path: &OutPath) -> Result<Option<Vec<u8>>, Error> {
        read_file(&self.path.join(path.as_str()))
    }

    fn verify(&self) -> Result<Verdict, DeployError> {
        let read = |record| if record == Record::Manifest { self.read(&MANIFEST) } else { Ok(None) };
        let deployed = Deployed::read(read, Unmanaged::Refuse)?;
        let deployed = deployed.map_err(|problem| damaged(&problem, MANIFEST.as_str(), &self.place()))?;
        let manifest = published_manifest(deployed.recorded, &self.place())?;
        let mut verdict = judge(&manifest, |path| Ok(Seen::of(self.read(path)?.as_ref())))?;
        let all = disk::files_below(&self.path)?;
        verdict.foreign = verdict::foreign(all.iter().map(String::as_str), |path| {
            manifest.files.contains_key(path) || OutPath::new(path).is_ok_and(|path| path.is_hashed_asset())
        });
        Ok(verdict)
    }
}
