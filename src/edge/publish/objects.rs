//! Publishing to a store of objects, which changes one object at a time: journal, waves, manifest, and a lock around them.
//!
//! Besides the site's files a store holds the published manifest and, below `.allclear/`, the superseded assets, the journal
//! while a publish is under way or was interrupted, and the lock while one is under way.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use flate2::Compression as Level;
use flate2::write::GzEncoder;

use crate::diff::{Changes, Journal, Manifest, Pending, Phase, Retired, Run, Wave};
use crate::digest::Digest;
use crate::edge::Error;
use crate::edge::publish::deployed::{Deployed, JOURNAL, RETIRED, own};
use crate::edge::publish::lock::Lock;
use crate::edge::publish::store::{Condition, Store, Upload, own_file};
use crate::edge::publish::{
    Destination, MANIFEST, Order, Progress, PublishError, Published, Refusal, Release, Same, Seen, Strangers,
    Verdict, in_parallel, judge, refuse_older, renew, verdict,
};
use crate::model::target::Compression;
use crate::plan::headers::{Caching, ResponseHeaders};
use crate::plan::path::OutPath;

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

/// Everything that is known before the first change.
struct Prepared {
    /// What of ours is there, without retired assets that stay.
    old: Manifest,
    retired: Retired,
    changes: Changes,
    /// Ours, but not in the manifest that stands there.
    unrecorded: Manifest,
    /// Ours, and no page leads there.
    left: BTreeSet<OutPath>,
    foreign: Vec<String>,
    is_done: bool,
}

impl<S: Store> Objects<S> {
    /// A site in this store. `clock` tells the time since some beginning.
    pub fn new(store: S, headers: Headers, clock: impl Fn() -> Duration + Send + Sync + 'static) -> Self {
        Self { store, headers, clock: Box::new(clock) }
    }

    /// What is to be done, from what is there.
    fn prepare(
        &self,
        deployed: &Deployed,
        release: &Release<'_>,
        order: &Order<'_>,
    ) -> Result<Prepared, PublishError> {
        refuse_older(release, deployed.as_of, &self.store.place(), order)?;
        let mut owned = deployed.recorded.clone().unwrap_or_default();
        let retired = deployed.retired.files.iter();
        owned.files.extend(retired.map(|(path, (digest, _))| (path.clone(), *digest)));
        let mut foreign = Vec::new();
        let is_new = |path: &OutPath| owned.digest(path).is_none();
        let lists = deployed.journal.is_some() || deployed.is_damaged || order.same == Same::Rewrite;
        if lists || release.manifest.files.keys().any(is_new) {
            let there = self.store.list()?;
            for (path, contents) in deployed.journal.iter().flat_map(Pending::files) {
                let digest = contents.iter().next().copied().unwrap_or_else(|| Digest::of(b""));
                owned.files.entry(path.clone()).or_insert(digest);
            }
            owned.files.retain(|path, _| there.contains(path.as_str()));
            self.take_over(&there, release, order, &mut owned)?;
            foreign = verdict::foreign(there.iter().map(String::as_str), |path| {
                owned.files.contains_key(path) || release.manifest.files.contains_key(path)
            });
        }
        Ok(self.settle(deployed, release, order, owned, foreign))
    }

    /// Makes objects ours that are not, where they are the site's own, or where the order says so.
    fn take_over(
        &self,
        there: &BTreeSet<String>,
        release: &Release<'_>,
        order: &Order<'_>,
        owned: &mut Manifest,
    ) -> Result<(), PublishError> {
        let mut in_the_way = Vec::new();
        let strangers = release.manifest.files.iter().filter(|(path, _)| there.contains(path.as_str()));
        let strangers: Vec<_> = strangers.filter(|(path, _)| owned.digest(path).is_none()).collect();
        for (path, digest) in strangers {
            let found = self.store.get(path.as_str())?.map(|object| Digest::of(&object.bytes));
            match found {
                Some(found) if found == *digest || order.strangers == Strangers::Adopt => {
                    owned.files.insert(path.clone(), found);
                }
                Some(_) => in_the_way.push(path.clone()),
                None => {}
            }
        }
        match in_the_way.is_empty() {
            true => Ok(()),
            false => Err(Refusal::foreign(&self.store.place(), &in_the_way).into()),
        }
    }

    fn settle(
        &self,
        deployed: &Deployed,
        release: &Release<'_>,
        order: &Order<'_>,
        owned: Manifest,
        foreign: Vec<String>,
    ) -> Prepared {
        let new = &release.manifest;
        let retired = deployed.retired.renewed(&owned, new, release.now);
        let left = deployed.journal.as_ref().map(|pending| pending.left(&owned)).unwrap_or_default();
        let mut old = owned.clone();
        // What no page leads to is mended with what is new, before anything leads there.
        old.files.retain(|path, _| {
            let is_mended = left.contains(path) && new.files.contains_key(path);
            !retired.files.contains_key(path) && !is_mended
        });
        let mut changes = Changes::between(&old, new);
        // What an interrupted publish left at a path is not known; beside a damaged file nothing is.
        let is_unknown = |path: &OutPath| {
            let journal = deployed.journal.as_ref();
            deployed.is_damaged || journal.is_some_and(|pending| pending.reachable.files.contains_key(path))
        };
        renew(&mut changes, new, |path| order.same == Same::Rewrite || is_unknown(path));
        let is_done = changes.is_empty()
            && deployed.journal.is_none()
            && !deployed.is_damaged
            && deployed.recorded.as_ref() == Some(new)
            && deployed.retired == retired;
        let mut unrecorded = owned;
        let recorded = deployed.recorded.as_ref();
        unrecorded.files.retain(|path, _| recorded.is_none_or(|recorded| recorded.digest(path).is_none()));
        Prepared { old, retired, changes, unrecorded, left, foreign, is_done }
    }

    fn published(deployed: &Deployed, prepared: &Prepared) -> Published {
        Published {
            changes: prepared.changes.clone(),
            foreign: prepared.foreign.clone(),
            finished_earlier: deployed.journal.is_some(),
            commit: None,
        }
    }

    /// Publishes with the lock in hand. What is there was read before the lock was, and may have changed since.
    fn publish_locked(
        &self,
        lock: &Lock<'_, S>,
        before: (Deployed, Prepared),
        release: &Release<'_>,
        order: &Order<'_>,
    ) -> Result<Published, PublishError> {
        let deployed = Deployed::of(&self.store, order.strangers)?;
        let prepared = match before {
            (earlier, prepared) if earlier == deployed => prepared,
            _ => self.prepare(&deployed, release, order)?,
        };
        if !prepared.is_done {
            self.apply(lock, &deployed, &prepared, release, order)?;
        }
        Ok(Self::published(&deployed, &prepared))
    }

    fn apply(
        &self,
        lock: &Lock<'_, S>,
        deployed: &Deployed,
        prepared: &Prepared,
        release: &Release<'_>,
        order: &Order<'_>,
    ) -> Result<(), PublishError> {
        let changes = &prepared.changes;
        let done = AtomicUsize::new(0);
        let all = changes.written() + changes.removed.len();
        let count = || Progress { done: done.load(Ordering::SeqCst), all };
        let half_way = |cause: String| PublishError::HalfWay { progress: count(), cause };
        let step = |work: &dyn Fn() -> Result<(), Error>| -> Result<(), String> {
            if (order.stops)() {
                return Err("stopped".to_owned());
            }
            lock.beat()?;
            work().map_err(|error| error.to_string())?;
            done.fetch_add(1, Ordering::SeqCst);
            (order.progress)(count());
            Ok(())
        };
        let mut phase = None;
        for wave in changes.waves() {
            let next = Phase::of(&wave, changes);
            if next == Phase::Removing {
                self.put_down(deployed, prepared, release).map_err(|error| half_way(error.to_string()))?;
            }
            if phase != Some(next) {
                self.put_journal(next, prepared, release).map_err(|error| half_way(error.to_string()))?;
                phase = Some(next);
            }
            let applied = match &wave {
                Wave::Put(paths) => in_parallel(paths, THREADS, |path| step(&|| self.put(release, path))),
                Wave::Delete(paths) => {
                    in_parallel(paths, THREADS, |path| step(&|| self.store.delete(path.as_str())))
                }
            };
            applied.map_err(half_way)?;
        }
        lock.beat().map_err(half_way)?;
        let is_put_down = phase == Some(Phase::Removing);
        let finish = || {
            if !is_put_down {
                self.put_down(deployed, prepared, release)?;
            }
            self.store.delete(JOURNAL)
        };
        finish().map_err(|error: Error| half_way(error.to_string()))
    }

    /// Puts down what is about to be done.
    fn put_journal(&self, phase: Phase, prepared: &Prepared, release: &Release<'_>) -> Result<(), Error> {
        let Prepared { old, changes, unrecorded, left, .. } = prepared;
        let new = &release.manifest;
        let mut touched = Journal::of(changes, old, new);
        unrecorded.files.iter().for_each(|(path, digest)| touched.insert(path.clone(), *digest));
        let run = Run { changes, new, touched: &touched, left };
        self.put_own(JOURNAL, &Pending::at(phase, Some(release.as_of), run).to_string())
    }

    /// Puts down what the site consists of, when all of it is there. Superseded assets come first: a manifest without them
    /// would let them be forgotten.
    fn put_down(&self, deployed: &Deployed, prepared: &Prepared, release: &Release<'_>) -> Result<(), Error> {
        if prepared.retired != deployed.retired || deployed.is_damaged {
            self.put_own(RETIRED, &prepared.retired.to_string())?;
        }
        self.put_own(MANIFEST.as_str(), &release.manifest.to_string())
    }

    fn put(&self, release: &Release<'_>, path: &OutPath) -> Result<(), Error> {
        let bytes = release.body(path)?;
        let ResponseHeaders { content_type, caching, .. } = (release.headers)(path);
        let is_compressed = self.headers.compression == Compression::Gzip && is_text(content_type);
        let bytes = if is_compressed { compressed(&bytes) } else { bytes };
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

    fn put_own(&self, path: &str, text: &str) -> Result<(), Error> {
        self.store.put(&own_file(path, text), Condition::None).map(drop)
    }

    fn manifest(&self) -> Result<Manifest, PublishError> {
        let manifest = own(&self.store, MANIFEST.as_str(), Manifest::parse)??;
        Ok(manifest.ok_or_else(|| {
            Refusal::new(format!("nothing was published to {}", self.store.place()), "publish there first")
        })?)
    }

    /// What the store holds besides the site and its superseded assets.
    fn foreign(&self, there: &BTreeSet<String>, manifest: &Manifest) -> Result<Vec<String>, PublishError> {
        let retired = Deployed::of(&self.store, Strangers::Refuse)?.retired;
        Ok(verdict::foreign(there.iter().map(String::as_str), |path| {
            manifest.files.contains_key(path) || retired.files.contains_key(path)
        }))
    }
}

impl<S: Store> Destination for Objects<S> {
    fn publish(&self, release: &Release<'_>, order: &Order<'_>) -> Result<Published, PublishError> {
        let deployed = Deployed::of(&self.store, order.strangers)?;
        let prepared = self.prepare(&deployed, release, order)?;
        if prepared.is_done {
            return Ok(Self::published(&deployed, &prepared));
        }
        let lock = Lock::take(&self.store, order.silent, &*self.clock)?;
        let published = self.publish_locked(&lock, (deployed, prepared), release, order);
        lock.release();
        published
    }

    fn compare(&self, release: &Release<'_>, order: &Order<'_>) -> Result<Published, PublishError> {
        let deployed = Deployed::of(&self.store, order.strangers)?;
        let prepared = self.prepare(&deployed, release, order)?;
        Ok(Self::published(&deployed, &prepared))
    }

    fn read(&self, path: &OutPath) -> Result<Option<Vec<u8>>, Error> {
        Ok(self.store.get(path.as_str())?.map(|object| object.bytes))
    }

    fn verify(&self) -> Result<Verdict, PublishError> {
        let manifest = self.manifest()?;
        let look = |path: &OutPath| Ok(Seen::of(self.read(path)?.as_ref()));
        let mut verdict = judge(&manifest, look)?;
        verdict.missing.append(&mut verdict.hidden);
        verdict.missing.sort();
        verdict.foreign = self.foreign(&self.store.list()?, &manifest)?;
        Ok(verdict)
    }

    fn survey(&self) -> Result<Verdict, PublishError> {
        let manifest = self.manifest()?;
        let there = self.store.list()?;
        let (present, missing): (Vec<&OutPath>, Vec<&OutPath>) =
            manifest.files.keys().partition(|path| there.contains(path.as_str()));
        Ok(Verdict {
            right: present.len(),
            missing: missing.into_iter().cloned().collect(),
            foreign: self.foreign(&there, &manifest)?,
            ..Verdict::default()
        })
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
