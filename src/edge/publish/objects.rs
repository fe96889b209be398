//! Publishing to a store of objects, which changes one object at a time: journal, batches, manifest, and a lock around them.
//!
//! Besides the site's files a store holds the published manifest and, below `.allclear/`, the superseded assets, the journal
//! while a publish is under way or was interrupted, and the lock while one is under way.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use flate2::Compression as Level;
use flate2::write::GzEncoder;

use crate::diff::{
    Batch, Damaged, Deployed, Deployment, DesiredState, Journal, Manifest, Record, Unmanaged, Writer,
};
use crate::digest::Digest;
use crate::edge::Error;
use crate::edge::deploy::{DeployError, Progress};
use crate::edge::publish::lock::Lock;
use crate::edge::publish::parallel::in_parallel;
use crate::edge::publish::release::{HELD_BYTES, Rendered};
use crate::edge::publish::store::{Condition, Store, Upload, own_file};
use crate::edge::publish::{
    Destination, LastRelease, PublishOptions, Published, Release, Seen, UnchangedFiles, Verdict, as_of,
    damaged, judge, published_manifest, record_path, refuse_older, refuse_unmanaged, verdict,
};
use crate::model::out_path::OutPath;
use crate::model::target::Compression;
use crate::plan::headers::{Caching, ResponseHeaders};

/// How many objects are written or deleted at once.
const THREADS: usize = 16;

/// How objects are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Headers {
    /// The `Cache-Control` of everything whose name does not carry its content's digest.
    pub cache_pages: String,
    /// The `Cache-Control` of assets whose names carry their content's digest.
    pub cache_assets: String,
    /// Whether texts are stored compressed.
    pub compression: Compression,
}

/// A site in a store.
pub struct Objects<S> {
    store: S,
    headers: Headers,
    /// Time since some beginning: tells when a sign of life is due.
    clock: Box<dyn Fn() -> Duration + Send + Sync>,
}

impl<S: std::fmt::Debug> std::fmt::Debug for Objects<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Objects").field("store", &self.store).finish_non_exhaustive()
    }
}

/// The changes of a publish, and the state that it found.
struct Prepared {
    deployment: Deployment,
    foreign: Vec<String>,
}

impl<S: Store> Objects<S> {
    /// A site in this store. `clock` tells the time since some beginning.
    pub fn new(store: S, headers: Headers, clock: impl Fn() -> Duration + Send + Sync + 'static) -> Self {
        Self { store, headers, clock: Box::new(clock) }
    }

    /// The store's records.
    fn deployed(&self, unmanaged: Unmanaged) -> Result<Deployed, DeployError> {
        let get = |record| Ok::<_, Error>(self.store.get(&record_path(record))?.map(|object| object.bytes));
        let damaged = |it: Damaged| damaged(&it, &record_path(it.record), &self.store.place());
        Ok(Deployed::read(get, unmanaged)?.map_err(damaged)?)
    }

    fn refuse_older(
        &self,
        deployed: &Deployed,
        release: &Release<'_>,
        options: &PublishOptions<'_>,
    ) -> Result<(), DeployError> {
        // Without a manifest there is no site of ours, and `build.json` is someone else's.
        let build_json =
            deployed.recorded.as_ref().map(|_| self.store.get("build.json")).transpose()?.flatten();
        let published = build_json.and_then(|object| as_of(&object.bytes));
        let interrupted = deployed.journal.as_ref().and_then(|journal| journal.as_of);
        Ok(refuse_older(release, published.max(interrupted), &self.store.place(), options)?)
    }

    /// The changes that the stored files need.
    fn prepare(
        &self,
        deployed: &Deployed,
        desired: DesiredState<'_>,
        options: &PublishOptions<'_>,
    ) -> Result<Prepared, DeployError> {
        let (new, journal) = (desired.manifest, deployed.journal.as_ref());
        let mut managed = deployed.managed();
        let mut foreign = Vec::new();
        let lists = journal.is_some() || deployed.is_damaged || options.unchanged == UnchangedFiles::Rewrite;
        if lists || new.files.keys().any(|path| managed.digest(path).is_none()) {
            let there = self.store.list()?;
            for (path, contents) in journal.into_iter().flat_map(Journal::files) {
                let digest = contents.iter().next().copied().unwrap_or_else(|| Digest::of(b""));
                managed.files.entry(path.clone()).or_insert(digest);
            }
            managed.files.retain(|path, _| there.contains(path.as_str()));
            self.take_over(&there, new, options, &mut managed)?;
            foreign = verdict::foreign(there.iter().map(String::as_str), |path| {
                managed.files.contains_key(path) || new.files.contains_key(path)
            });
        }
        // What an interrupted publish left at a path is not known; beside a damaged record nothing is.
        let journalled: BTreeSet<&OutPath> =
            journal.into_iter().flat_map(Journal::files).map(|(path, _)| path).collect();
        let is_unknown = |path: &OutPath| {
            options.unchanged == UnchangedFiles::Rewrite || deployed.is_damaged || journalled.contains(path)
        };
        Ok(Prepared { deployment: Deployment::new(deployed, managed, desired, is_unknown), foreign })
    }

    /// Makes unmanaged objects managed that are the site's own, or that are to be adopted.
    fn take_over(
        &self,
        there: &BTreeSet<String>,
        new: &Manifest,
        options: &PublishOptions<'_>,
        managed: &mut Manifest,
    ) -> Result<(), DeployError> {
        let mut found = Vec::new();
        let unmanaged = |path: &&OutPath| there.contains(path.as_str()) && managed.digest(path).is_none();
        for path in new.files.keys().filter(unmanaged) {
            let object = self.store.get(path.as_str())?;
            found.extend(object.map(|object| (path.clone(), Some(Digest::of(&object.bytes)))));
        }
        let others = options.unmanaged.take_over(managed, new, found);
        Ok(refuse_unmanaged(&self.store.place(), &others)?)
    }

    fn published(deployed: &Deployed, prepared: Prepared) -> Published {
        Published {
            changes: prepared.deployment.changes,
            foreign: prepared.foreign,
            finished_earlier: deployed.journal.is_some(),
            commit: None,
        }
    }

    /// Publishes with the lock in hand: what was seen before may have changed since.
    fn publish_locked(
        &self,
        lock: &Lock<'_, S>,
        rendered: &Rendered<'_>,
        options: &PublishOptions<'_>,
    ) -> Result<Published, DeployError> {
        let deployed = self.deployed(options.unmanaged)?;
        self.refuse_older(&deployed, rendered.release, options)?;
        let prepared = self.prepare(&deployed, rendered.desired(), options)?;
        let deployment = &prepared.deployment;
        if !deployment.is_done() {
            let all = deployment.changes.written() + deployment.changes.removed.len();
            let run = Run { objects: self, lock, rendered, options, done: AtomicUsize::new(0), all };
            deployment.run(&run).map_err(|cause| DeployError::HalfWay { progress: run.progress(), cause })?;
        }
        Ok(Self::published(&deployed, prepared))
    }

    fn put(&self, rendered: &Rendered<'_>, path: &OutPath) -> Result<(), Error> {
        let bytes = rendered.body(path)?;
        let ResponseHeaders { content_type, caching, .. } = (rendered.release.headers)(path);
        let is_compressed = self.headers.compression == Compression::Gzip && is_text(content_type);
        let bytes = if is_compressed { Cow::Owned(compressed(&bytes)) } else { bytes };
        let Headers { cache_pages, cache_assets, .. } = &self.headers;
        let upload = Upload {
            path: path.as_str(),
            bytes: &bytes,
            content_type,
            cache_control: if caching == Caching::Immutable { cache_assets } else { cache_pages },
            encoding: is_compressed.then_some("gzip"),
        };
        self.store.put(&upload, Condition::None).map(drop)
    }

    /// The published manifest and the paths of all objects, with those among them that are not ours.
    fn look(&self) -> Result<(Manifest, BTreeSet<String>, Vec<String>), DeployError> {
        let Deployed { recorded, retired, .. } = self.deployed(Unmanaged::Refuse)?;
        let manifest = published_manifest(recorded, &self.store.place())?;
        let there = self.store.list()?;
        let foreign = verdict::foreign(there.iter().map(String::as_str), |path| {
            manifest.files.contains_key(path) || retired.files.contains_key(path)
        });
        Ok((manifest, there, foreign))
    }
}

/// A publish under way.
struct Run<'a, S> {
    objects: &'a Objects<S>,
    lock: &'a Lock<'a, S>,
    rendered: &'a Rendered<'a>,
    options: &'a PublishOptions<'a>,
    done: AtomicUsize,
    all: usize,
}

impl<S: Store> Run<'_, S> {
    fn progress(&self) -> Progress {
        Progress { done: self.done.load(Ordering::SeqCst), all: self.all }
    }

    fn step(&self, change: impl FnOnce() -> Result<(), Error>) -> Result<(), String> {
        if (self.options.stops)() {
            return Err("stopped".to_owned());
        }
        self.lock.beat()?;
        change().map_err(|error| error.to_string())?;
        self.done.fetch_add(1, Ordering::SeqCst);
        (self.options.progress)(self.progress());
        Ok(())
    }
}

impl<S: Store> Writer for Run<'_, S> {
    type Error = String;

    fn put_record(&self, record: Record, text: &str) -> Result<(), String> {
        let path = record_path(record);
        let put = self.objects.store.put(&own_file(&path, text), Condition::None);
        put.map(drop).map_err(|error| error.to_string())
    }

    fn apply(&self, batch: &Batch<'_>) -> Result<(), String> {
        let Self { objects, rendered, .. } = self;
        match batch {
            Batch::Put(paths) => {
                in_parallel(paths, THREADS, |path| self.step(|| objects.put(rendered, path)))
            }
            Batch::Delete(paths) => {
                in_parallel(paths, THREADS, |path| self.step(|| objects.store.delete(path.as_str())))
            }
        }
        .map(drop)
    }

    fn finish(&self) -> Result<(), String> {
        self.lock.beat()?;
        let deleted = self.objects.store.delete(&record_path(Record::Journal));
        deleted.map_err(|error| error.to_string())
    }
}

impl<S: Store> Destination for Objects<S> {
    fn publish(&self, release: &Release<'_>, options: &PublishOptions<'_>) -> Result<Published, DeployError> {
        let deployed = self.deployed(options.unmanaged)?;
        self.refuse_older(&deployed, release, options)?;
        let rendered = Rendered::new(release, &deployed, options.unchanged, HELD_BYTES)?;
        // While rendering took its time, another publish may have begun: only its lock tells.
        if deployed.recorded.as_ref() == Some(&rendered.manifest) {
            let prepared = self.prepare(&deployed, rendered.desired(), options)?;
            if prepared.deployment.is_done() {
                rendered.record();
                return Ok(Self::published(&deployed, prepared));
            }
        }
        let lock = Lock::take(&self.store, options.stale_lock, &*self.clock)?;
        let published = self.publish_locked(&lock, &rendered, options);
        lock.release();
        if published.is_ok() {
            rendered.record();
        }
        published
    }

    fn publish_again(
        &self,
        last: &LastRelease<'_>,
        options: &PublishOptions<'_>,
    ) -> Result<Option<Published>, DeployError> {
        let deployed = self.deployed(options.unmanaged)?;
        let Some(manifest) = last.manifest(&deployed)? else { return Ok(None) };
        let desired = DesiredState { manifest, now: last.now, as_of: None };
        let prepared = self.prepare(&deployed, desired, options)?;
        Ok(prepared.deployment.is_done().then(|| Self::published(&deployed, prepared)))
    }

    fn compare(&self, release: &Release<'_>, options: &PublishOptions<'_>) -> Result<Published, DeployError> {
        let deployed = self.deployed(options.unmanaged)?;
        self.refuse_older(&deployed, release, options)?;
        let rendered = Rendered::new(release, &deployed, options.unchanged, 0)?;
        let prepared = self.prepare(&deployed, rendered.desired(), options)?;
        Ok(Self::published(&deployed, prepared))
    }

    fn read(&self, path: &OutPath) -> Result<Option<Vec<u8>>, Error> {
        Ok(self.store.get(path.as_str())?.map(|object| object.bytes))
    }

    fn verify(&self) -> Result<Verdict, DeployError> {
        let (manifest, _, foreign) = self.look()?;
        let look = |path: &OutPath| Ok(Seen::of(self.read(path)?.as_ref()));
        let mut verdict = judge(&manifest, look)?;
        verdict.missing.append(&mut verdict.hidden);
        verdict.missing.sort();
        Ok(Verdict { foreign, ..verdict })
    }

    fn survey(&self) -> Result<Verdict, DeployError> {
        let (manifest, there, foreign) = self.look()?;
        let (present, missing): (Vec<&OutPath>, Vec<&OutPath>) =
            manifest.files.keys().partition(|path| there.contains(path.as_str()));
        let missing = missing.into_iter().cloned().collect();
        Ok(Verdict { right: present.len(), missing, foreign, ..Verdict::default() })
    }
}

/// Whether compression is worth its while.
fn is_text(content_type: &str) -> bool {
    content_type.contains("charset=utf-8")
}

/// RFC 1952, without name and time: the same bytes become the same bytes.
fn compressed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 2), Level::best());
    let written = encoder.write_all(bytes).and_then(|()| encoder.finish());
    written.expect("memory takes every byte")
}
