//! Publishing to another folder: a mounted share, or what a synchroniser takes from there. The guarantees are a build's.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::diff::{Changes, Manifest};
use crate::digest::Digest;
use crate::edge::Error;
use crate::edge::disk::{self, Action, Body, BuildError, Job, Outcome, Proof, Step};
use crate::edge::publish::deployed::parsed;
use crate::edge::publish::{
    Destination, MANIFEST, Order, Progress, PublishError, Published, Refusal, Release, Same, Seen, Strangers,
    Verdict, as_of, judge, refuse_older, verdict,
};
use crate::plan::path::{OWN_FOLDER, OutPath};

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
        order: &Order<'_>,
        watch: disk::Watch<'_>,
        work: impl Fn(&Job<'_>) -> Result<Outcome, BuildError<Error>>,
    ) -> Result<Published, PublishError> {
        let build_json = OutPath::new("build.json").expect("a plain name is an output's path");
        let published = self.read(&build_json)?.and_then(|bytes| as_of(&bytes));
        refuse_older(release, published, &self.place(), order)?;
        let outputs: Vec<OutPath> = release.with_manifest().files.into_keys().collect();
        let strangers = match order.strangers {
            Strangers::Refuse => disk::Strangers::Refuse,
            Strangers::Adopt => disk::Strangers::Adopt,
        };
        let (target, now) = (self.path.as_path(), release.now);
        // The digests are those of the bytes themselves: what they were made of needs no other name.
        let inputs = Some(Digest::of(release.manifest.to_string().as_bytes()));
        let proof = match order.same {
            Same::Leave => Proof::Stamps,
            Same::Rewrite => Proof::Digests,
        };
        let job = Job { target, outputs: &outputs, now, inputs, proof, strangers, watch };
        let outcome = work(&job).map_err(failure)?;
        Ok(Published {
            changes: outcome.changes,
            finished_earlier: outcome.finished_earlier,
            ..Published::default()
        })
    }

    /// How many files a release will write, as far as the manifest of the last build tells.
    fn expected(&self, release: &Release<'_>) -> Result<usize, Error> {
        let recorded = read(&self.path.join(OWN_FOLDER).join("manifest"))?.unwrap_or_default();
        let recorded = Manifest::parse(&String::from_utf8_lossy(&recorded)).unwrap_or_default();
        Ok(Changes::between(&recorded, &release.with_manifest()).written())
    }
}

/// How far a publish to a folder is, by the changes of the disk that it hears of before they are made.
struct Tally<'a> {
    target: &'a Path,
    all: usize,
    counts: Mutex<Counts>,
}

#[derive(Default)]
struct Counts {
    /// Files that are rendered and wait for their places.
    staged: usize,
    /// Files that were written or deleted.
    done: usize,
    /// Of these the last, which may yet fail.
    last: usize,
}

impl Tally<'_> {
    fn hear(&self, step: Step<'_>, order: &Order<'_>) -> io::Result<()> {
        if (order.stops)() {
            return Err(io::Error::new(io::ErrorKind::Interrupted, "stopped"));
        }
        let Ok(place) = step.path.strip_prefix(self.target) else { return Ok(()) };
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        match step.action {
            Action::CreateFile => {
                counts.staged += 1;
                let done = counts.staged.min(self.all);
                (order.progress)(Progress { done, all: self.all });
            }
            Action::Rename | Action::DeleteFile if !place.starts_with(OWN_FOLDER) => {
                let waits = self.target.join(OWN_FOLDER).join("stage/out").join(place);
                let files = if step.action == Action::Rename { count_files(&waits) } else { 1 };
                *counts = Counts { done: counts.done + counts.last, last: files, ..*counts };
            }
            _ => {}
        }
        Ok(())
    }

    /// Tells a failure that left nothing changed from one half-way.
    fn judged(&self, error: PublishError, order: &Order<'_>) -> PublishError {
        let done = self.counts.lock().unwrap_or_else(PoisonError::into_inner).done;
        let PublishError::World(error) = error else { return error };
        let cause = if (order.stops)() { "stopped".to_owned() } else { error.to_string() };
        let progress = Progress { done, all: self.all.max(done) };
        PublishError::HalfWay { progress, cause }
    }
}

/// The files at and below a path.
fn count_files(path: &Path) -> usize {
    let entries = walkdir::WalkDir::new(path).into_iter().filter_map(Result::ok);
    entries.filter(|entry| !entry.file_type().is_dir()).count()
}

impl Destination for Directory {
    fn publish(&self, release: &Release<'_>, order: &Order<'_>) -> Result<Published, PublishError> {
        let tally = Tally { target: &self.path, all: self.expected(release)?, counts: Mutex::default() };
        let watch = |step: Step<'_>| tally.hear(step, order);
        let render = |path: &OutPath| release.body(path).map(Body::Bytes);
        self.run(release, order, &watch, |job| disk::build(job, render))
            .map_err(|error| tally.judged(error, order))
    }

    fn compare(&self, release: &Release<'_>, order: &Order<'_>) -> Result<Published, PublishError> {
        let render = |path: &OutPath| release.body(path).map(Body::Bytes);
        self.run(release, order, &disk::unwatched, |job| disk::compare(job, render))
    }

    fn read(&self, path: &OutPath) -> Result<Option<Vec<u8>>, Error> {
        read(&self.path.join(path.as_str()))
    }

    fn verify(&self) -> Result<Verdict, PublishError> {
        let path = self.path.join(MANIFEST.as_str());
        let bytes = read(&path)?.ok_or_else(|| {
            Refusal::new(format!("nothing was published to {}", self.place()), "publish there first")
        })?;
        let manifest = parsed(&bytes, (MANIFEST.as_str(), &self.place()), Manifest::parse)?;
        let mut verdict = judge(&manifest, |path| Ok(Seen::of(self.read(path)?.as_ref())))?;
        let all = files_below(&self.path).map_err(Error::when("read", &self.path))?;
        verdict.foreign = verdict::foreign(all.iter().map(String::as_str), |path| {
            manifest.files.contains_key(path) || OutPath::new(path).is_ok_and(|path| path.is_hashed_asset())
        });
        Ok(verdict)
    }
}

fn failure(error: BuildError<Error>) -> PublishError {
    match error {
        BuildError::Render(mut problems) => {
            let (_, problem) = problems.pop().expect("a failed build names what failed");
            PublishError::World(problem)
        }
        BuildError::Refused(refusal) => Refusal::new(refusal.to_string(), refusal.help()).into(),
        BuildError::World(error) => PublishError::World(error),
    }
}

/// A file's bytes; `None` when there is no file.
fn read(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    match disk::refuse_special(path).and_then(|()| fs::read(path)) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(None)
        }
        Err(error) => Err(Error::when("read", path)(error)),
    }
}

/// Every file below a folder by its path from there, in order.
fn files_below(folder: &Path) -> io::Result<Vec<String>> {
    let mut files = Vec::new();
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.map_err(io::Error::from)?;
        if !entry.file_type().is_dir() {
            let path = entry.path().strip_prefix(folder).unwrap_or(entry.path());
            files.push(path.to_string_lossy().replace('\\', "/"));
        }
    }
    Ok(files)
}
