//! Publishing to a store of objects that fails, is killed and is shared, one request after another; and to folders.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use allclear::diff::Unmanaged;
use allclear::digest::Digest;
use allclear::edge::Error;
use allclear::edge::deploy::{DeployError, Progress};
use allclear::edge::publish::directory::Directory;
use allclear::edge::publish::objects::{Headers, Objects};
use allclear::edge::publish::store::{Condition, Object, Put, Store, Upload};
use allclear::edge::publish::{
    Destination, LastRelease, LocalRecord, Newer, PublishOptions, Published, Release, StaleLock,
    UnchangedFiles,
};
use allclear::model::edition::Scope;
use allclear::model::out_path::OutPath;
use allclear::model::target::Compression;
use allclear::pipeline::{Body, Keys};
use allclear::plan::headers::ResponseHeaders;
use allclear::plan::page::{FeedForm, Page};
use allclear::source::{Handle, SourcePath};
use allclear::time::Instant;

use crate::kills::{Site, site};

const MANIFEST: &str = "allclear-manifest.txt";
const LOCK: &str = ".allclear/lock";

/// 2024-05-06T01:00:00Z.
const NOW_SECS: i64 = 1_714_957_200;

const RESULT: &str = "the recorded result";

/// Objects in memory, with the requests that were made and a fault.
pub(crate) struct Memory {
    /// The folder of a site, where what is published is recorded.
    site: tempfile::TempDir,
    objects: Mutex<BTreeMap<String, Stored>>,
    requests: AtomicUsize,
    /// The request at which the client dies, and whether the store hears of that request.
    death: Mutex<Option<(usize, bool)>>,
    /// What can be neither written nor deleted.
    broken: Mutex<Option<String>>,
    /// How old everything is, in seconds.
    age_secs: Mutex<i64>,
    writes: AtomicUsize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Stored {
    bytes: Vec<u8>,
    content_type: String,
    cache_control: String,
    encoding: Option<String>,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            site: tempfile::tempdir().unwrap(),
            objects: Mutex::default(),
            requests: AtomicUsize::default(),
            death: Mutex::default(),
            broken: Mutex::default(),
            age_secs: Mutex::default(),
            writes: AtomicUsize::default(),
        }
    }
}

fn failure() -> Error {
    Error { action: "reach", path: "memory".into(), cause: io::Error::other("the line is dead") }
}

impl Memory {
    /// Does something at a request, unless the client is dead by then.
    fn request<T>(&self, work: impl FnOnce(&mut BTreeMap<String, Stored>) -> T) -> Result<T, Error> {
        let number = self.requests.fetch_add(1, Ordering::SeqCst);
        let death = *self.death.lock().unwrap();
        let mut objects = self.objects.lock().unwrap();
        match death {
            Some((at, is_heard)) if number == at => {
                if is_heard {
                    work(&mut objects);
                }
                Err(failure())
            }
            Some((at, _)) if number > at => Err(failure()),
            _ => Ok(work(&mut objects)),
        }
    }

    fn write<T>(
        &self,
        path: &str,
        work: impl FnOnce(&mut BTreeMap<String, Stored>) -> T,
    ) -> Result<T, Error> {
        if self.broken.lock().unwrap().as_deref() == Some(path) {
            return Err(failure());
        }
        self.writes.fetch_add(1, Ordering::SeqCst);
        self.request(work)
    }

    pub(crate) fn record(&self) -> LocalRecord {
        LocalRecord::of(self.site.path(), "web")
    }

    fn revive(&self) {
        *self.death.lock().unwrap() = None;
        self.requests.store(0, Ordering::SeqCst);
    }

    pub(crate) fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let objects = self.objects.lock().unwrap();
        objects.iter().map(|(path, stored)| (path.clone(), stored.bytes.clone())).collect()
    }

    fn stored(&self, path: &str) -> Stored {
        self.objects.lock().unwrap()[path].clone()
    }

    fn set(&self, path: &str, text: &str) {
        let stored = Stored {
            bytes: text.as_bytes().to_vec(),
            content_type: String::new(),
            cache_control: String::new(),
            encoding: None,
        };
        self.objects.lock().unwrap().insert(path.to_owned(), stored);
    }
}

fn tag(bytes: &[u8]) -> String {
    Digest::of(bytes).short(32)
}

impl Store for &Memory {
    fn place(&self) -> String {
        "memory".to_owned()
    }

    fn get(&self, path: &str) -> Result<Option<Object>, Error> {
        let age_secs = Some(*self.age_secs.lock().unwrap());
        self.request(|objects| {
            let object = objects.get(path)?;
            Some(Object { tag: tag(&object.bytes), bytes: object.bytes.clone(), age_secs })
        })
    }

    fn put(&self, upload: &Upload<'_>, condition: Condition<'_>) -> Result<Put, Error> {
        self.write(upload.path, |objects| {
            let there = objects.get(upload.path).map(|stored| tag(&stored.bytes));
            let is_met = match condition {
                Condition::None => true,
                Condition::Absent => there.is_none(),
                Condition::Unchanged(tag) => there.as_deref() == Some(tag),
            };
            if !is_met {
                return Put::Overtaken;
            }
            let stored = Stored {
                bytes: upload.bytes.to_vec(),
                content_type: upload.content_type.to_owned(),
                cache_control: upload.cache_control.to_owned(),
                encoding: upload.encoding.map(str::to_owned),
            };
            objects.insert(upload.path.to_owned(), stored);
            Put::Done(tag(upload.bytes))
        })
    }

    fn delete(&self, path: &str) -> Result<(), Error> {
        self.write(path, |objects| drop(objects.remove(path)))
    }

    fn list(&self) -> Result<BTreeSet<String>, Error> {
        self.request(|objects| objects.keys().cloned().collect())
    }
}

fn headers(compression: Compression) -> Headers {
    Headers { cache_pages: "pages".to_owned(), cache_assets: "assets".to_owned(), compression }
}

pub(crate) fn objects(memory: &Memory) -> Objects<&Memory> {
    Objects::new(memory, headers(Compression::None), || Duration::ZERO)
}

/// Hands a site over as a release that is true as of so many seconds, of which nothing was recorded.
pub(crate) fn with_release<T>(site: &Site, as_of: i64, work: impl FnOnce(&Release<'_>) -> T) -> T {
    let folder = tempfile::tempdir().unwrap();
    with_recorded(&LocalRecord::of(folder.path(), "web"), site, as_of, work)
}

/// The same with a record, and with the outputs' bytes for their keys.
fn with_recorded<T>(
    record: &LocalRecord,
    site: &Site,
    as_of: i64,
    work: impl FnOnce(&Release<'_>) -> T,
) -> T {
    let outputs: Vec<OutPath> = site.keys().cloned().collect();
    let keys: Keys = site.iter().map(|(path, bytes)| (path.clone(), Digest::of(bytes).into())).collect();
    let as_of = Instant::from_epoch_secs(as_of);
    work(&Release {
        site: Path::new("."),
        outputs: &outputs,
        keys: &keys,
        record,
        result: RESULT,
        now: Instant::from_epoch_secs(NOW_SECS),
        as_of,
        headers: &|path| ResponseHeaders::of_file(path.as_str()),
        render: &|path| Ok(Body::Bytes(site[path].clone())),
    })
}

fn publish(memory: &Memory, site: &Site, options: &PublishOptions<'_>) -> Result<Published, DeployError> {
    with_recorded(&memory.record(), site, 0, |release| objects(memory).publish(release, options))
}

pub(crate) const CAREFUL: PublishOptions<'static> = PublishOptions::careful();
const HASTY: PublishOptions<'static> = PublishOptions { stale_lock: StaleLock::TakeOver, ..CAREFUL };

/// Every link on a page that the front page leads to leads to a file, and every file is one of these versions' from its
/// first byte to its last.
#[track_caller]
fn check_readable(memory: &Memory, versions: &[&Site], told: &str) {
    let files = memory.files();
    let mut open: Vec<String> =
        files.contains_key("index.html").then(|| "index.html".to_owned()).into_iter().collect();
    let mut seen = BTreeSet::new();
    while let Some(page) = open.pop() {
        if !seen.insert(page.clone()) {
            continue;
        }
        let text = String::from_utf8_lossy(&files[&page]);
        for link in text.split("href=\"/").skip(1).map(|rest| rest.split('"').next().unwrap()) {
            assert!(files.contains_key(link), "{told}: `{page}` links to `{link}`, which is not there");
            open.push(link.to_owned());
        }
    }
    for (path, bytes) in files.iter().filter(|(path, _)| !path.starts_with(".allclear/") && *path != MANIFEST)
    {
        let is_whole = versions.iter().any(|site| site.get(path.as_str()) == Some(bytes));
        assert!(is_whole, "{told}: `{path}` is not whole");
    }
}

/// The store holds this site, its manifest, superseded assets, and nothing else but the lock of a publish that died right
/// before it let go.
#[track_caller]
fn check_is(memory: &Memory, site: &Site, told: &str) {
    let mut left = memory.files();
    for (path, bytes) in site {
        assert_eq!(left.remove(path.as_str()).as_ref(), Some(bytes), "{told}: `{path}`");
    }
    let lines: String = site.iter().map(|(path, bytes)| format!("{}  {path}\n", Digest::of(bytes))).collect();
    let manifest = format!("# files: {}\n{lines}", site.len());
    assert_eq!(left.remove(MANIFEST).unwrap(), manifest.into_bytes(), "{told}");
    left.remove(".allclear/retired");
    left.remove(LOCK);
    left.retain(|path, _| !OutPath::new(path).is_ok_and(|path| path.is_hashed_asset()));
    assert!(left.is_empty(), "{told}: forgotten: {:?}", left.keys());
}

#[test]
fn a_publish_that_dies_at_any_request_harms_nothing_and_the_next_converges() {
    for seed in 0..6 {
        let (old, new, newer) = (site(seed, 0), site(seed, 1), site(seed, 2));
        for is_heard in [false, true] {
            for death in 0.. {
                let told = format!("seed {seed}, dead at {death}, heard {is_heard}");
                let memory = Memory::default();
                publish(&memory, &old, &CAREFUL).unwrap();
                memory.revive();
                *memory.death.lock().unwrap() = Some((death, is_heard));
                let published = publish(&memory, &new, &CAREFUL);
                check_readable(&memory, &[&old, &new], &told);
                let has_ended = published.is_ok();
                memory.revive();
                let last = if (death + usize::from(is_heard)) % 3 == 0 { &newer } else { &new };
                // What happens on the way is looked at once more.
                *memory.death.lock().unwrap() = Some((8 + death % 11, is_heard));
                let _ = publish(&memory, last, &HASTY);
                check_readable(&memory, &[&old, &new, last], &told);
                memory.revive();
                publish(&memory, last, &HASTY).unwrap();
                check_is(&memory, last, &told);
                let writes = memory.writes.load(Ordering::SeqCst);
                publish(&memory, last, &CAREFUL).unwrap();
                assert_eq!(memory.writes.load(Ordering::SeqCst), writes, "{told}: nothing was left to do");
                if has_ended {
                    break;
                }
            }
        }
    }
}

#[test]
fn what_is_as_it_should_be_costs_four_looks() {
    let memory = Memory::default();
    let site = site(3, 0);
    publish(&memory, &site, &CAREFUL).unwrap();
    memory.revive();
    let writes = memory.writes.load(Ordering::SeqCst);
    let published = publish(&memory, &site, &CAREFUL).unwrap();
    assert_eq!(published.changes.unchanged, site.len());
    assert!(memory.requests.load(Ordering::SeqCst) <= 4);
    assert_eq!(memory.writes.load(Ordering::SeqCst), writes);
}

/// Publishes with a record; returns how many outputs were rendered.
fn rendered(memory: &Memory, record: &LocalRecord, site: &Site) -> usize {
    let rendered = AtomicUsize::new(0);
    with_recorded(record, site, 0, |release| {
        let render = |path: &OutPath| {
            rendered.fetch_add(1, Ordering::SeqCst);
            (release.render)(path)
        };
        objects(memory).publish(&Release { render: &render, ..*release }, &CAREFUL).unwrap();
    });
    check_is(memory, site, "published with a record");
    rendered.into_inner()
}

#[test]
fn what_has_the_same_key_is_not_rendered_and_the_same_is_uploaded_as_without_a_record() {
    let (recorded, plain) = (Memory::default(), Memory::default());
    let mut old = Site::new();
    for version in 0..3 {
        let new = site(3, version);
        let changed = new.iter().filter(|(path, bytes)| old.get(*path) != Some(*bytes)).count();
        assert_eq!(rendered(&recorded, &recorded.record(), &new), changed);
        with_release(&new, 0, |release| objects(&plain).publish(release, &CAREFUL).unwrap());
        assert_eq!(recorded.files(), plain.files());
        assert_eq!(recorded.writes.load(Ordering::SeqCst), plain.writes.load(Ordering::SeqCst));
        assert_eq!(rendered(&recorded, &recorded.record(), &new), 0);
        old = new;
    }
}

#[test]
fn a_record_that_is_not_of_what_stands_there_costs_time_alone() {
    let (memory, other) = (Memory::default(), tempfile::tempdir().unwrap());
    let (old, new) = (site(3, 0), site(3, 1));
    let (record, others) = (memory.record(), LocalRecord::of(other.path(), "web"));
    assert_eq!(rendered(&memory, &record, &old), old.len());
    // From another machine.
    assert_eq!(rendered(&memory, &others, &new), new.len());
    assert_eq!(rendered(&memory, &record, &new), new.len());
    assert_eq!(rendered(&memory, &record, &new), 0);
    // Beside the journal of a publish that ended before it changed anything.
    memory.set(".allclear/journal", "no page leads to:\n");
    assert_eq!(rendered(&memory, &record, &new), new.len());
    // Cut, damaged, gone, or no file.
    let file = memory.site.path().join(".allclear/published/web");
    let whole = std::fs::read(&file).unwrap();
    for cut in (0..whole.len()).step_by(whole.len() / 20) {
        let mut flipped = whole.clone();
        flipped[cut] ^= 1;
        for bytes in [&whole[..cut], &flipped] {
            std::fs::write(&file, bytes).unwrap();
            assert_eq!(rendered(&memory, &record, &new), new.len(), "{cut}");
            assert_eq!(std::fs::read(&file).unwrap(), whole);
        }
    }
    std::fs::remove_file(&file).unwrap();
    assert_eq!(rendered(&memory, &record, &new), new.len());
    std::fs::remove_file(&file).unwrap();
    std::fs::create_dir(&file).unwrap();
    assert_eq!(rendered(&memory, &record, &new), new.len());
}

#[test]
fn the_last_release_is_published_again_by_three_looks_while_it_stands_there() {
    let memory = Memory::default();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("logo.png"), "1").unwrap();
    let mut site = site(3, 0);
    let logo = OutPath::new("logo.png").unwrap();
    site.insert(logo.clone(), b"1".to_vec());
    let handle = Handle::new(SourcePath::new("logo.png"), 1, 0);
    let record = memory.record();
    let publish = |site: &Site| {
        with_recorded(&record, site, 0, |release| {
            let mut keys = release.keys.clone();
            keys.remove(&logo);
            objects(&memory).publish(&Release { keys: &keys, ..*release }, &CAREFUL).unwrap();
        });
    };
    let again = |result: &str, now_secs: i64| {
        let copied = |path: &OutPath| (*path == logo).then(|| handle.clone());
        let now = Instant::from_epoch_secs(now_secs);
        let last = LastRelease { site: folder.path(), now, record: &record, result, copied: &copied };
        let published = objects(&memory).publish_again(&last, &CAREFUL).unwrap();
        published.map(|published| published.changes.to_string())
    };
    assert_eq!(again(RESULT, NOW_SECS), None);
    publish(&site);
    memory.revive();
    let unchanged = Some(format!("0 added, 0 changed, 0 removed, {} unchanged", site.len()));
    assert_eq!(again(RESULT, NOW_SECS), unchanged);
    assert_eq!(memory.requests.load(Ordering::SeqCst), 3);
    assert_eq!(again("another result", NOW_SECS), None);
    std::fs::write(folder.path().join("logo.png"), "2").unwrap();
    assert_eq!(again(RESULT, NOW_SECS), None, "a copied file changed");
    std::fs::write(folder.path().join("logo.png"), "1").unwrap();
    memory.set(".allclear/journal", "no page leads to:\n");
    assert_eq!(again(RESULT, NOW_SECS), None, "another publish was interrupted");
    publish(&site);
    // A superseded asset goes when its day is over.
    let style = OutPath::hashed("assets", "style.css", &Digest::of(b"a")).unwrap();
    let styled: Site = site
        .iter()
        .map(|(path, bytes)| (path.clone(), bytes.clone()))
        .chain([(style, b"a".to_vec())])
        .collect();
    publish(&styled);
    publish(&site);
    assert_eq!(again(RESULT, NOW_SECS + 86_399), unchanged);
    assert_eq!(again(RESULT, NOW_SECS + 86_400), None);
    with_release(&styled, 0, |release| objects(&memory).publish(release, &CAREFUL).unwrap());
    assert_eq!(again(RESULT, NOW_SECS), None, "another machine published in between");
}

#[test]
fn only_what_differs_is_written() {
    let memory = Memory::default();
    let mut site = site(3, 0);
    publish(&memory, &site, &CAREFUL).unwrap();
    let writes = memory.writes.load(Ordering::SeqCst);
    *site.get_mut("index.html").unwrap() = b"changed".to_vec();
    let published = publish(&memory, &site, &CAREFUL).unwrap();
    assert_eq!(published.changes.changed, [OutPath::new("index.html").unwrap()]);
    // The lock comes and goes, and so does the journal; the page and the manifest are written.
    assert_eq!(memory.writes.load(Ordering::SeqCst) - writes, 6);
}

#[test]
fn two_at_once_do_not_mix() {
    for seed in 0..20 {
        let memory = Memory::default();
        let (first, second) = (site(seed, 0), site(seed, 1));
        let outcomes: Vec<_> = thread::scope(|scope| {
            let both = [&first, &second].map(|site| scope.spawn(|| publish(&memory, site, &CAREFUL)));
            both.map(|thread| thread.join().unwrap()).into()
        });
        let won: Vec<bool> = outcomes.iter().map(Result::is_ok).collect();
        assert!(won.contains(&true), "seed {seed}: {outcomes:?}");
        for outcome in outcomes.iter().filter_map(|outcome| outcome.as_ref().err()) {
            assert!(outcome.to_string().contains("another publish to memory is under way"), "{outcome}");
        }
        let told = format!("seed {seed}, {won:?}");
        check_readable(&memory, &[&first, &second], &told);
        match won[..] {
            [true, false] => check_is(&memory, &first, &told),
            [false, true] => check_is(&memory, &second, &told),
            _ => {}
        }
        publish(&memory, &first, &CAREFUL).unwrap();
        check_is(&memory, &first, &told);
    }
}

#[test]
fn a_silent_publish_is_taken_over_after_two_minutes() {
    let memory = Memory::default();
    let site = site(1, 0);
    memory.set(LOCK, "run of another");
    *memory.age_secs.lock().unwrap() = 119;
    let error = publish(&memory, &site, &CAREFUL).unwrap_err();
    assert_eq!(
        error.to_string(),
        "another publish to memory is under way; its last sign of life is 119 s old"
    );
    assert!(error.help().unwrap().contains("--take-over"));
    *memory.age_secs.lock().unwrap() = 120;
    publish(&memory, &site, &CAREFUL).unwrap();
    check_is(&memory, &site, "taken over");
}

#[test]
fn a_publish_that_was_taken_over_stops() {
    let memory = Memory::default();
    let (old, new) = (site(2, 0), site(2, 1));
    publish(&memory, &old, &CAREFUL).unwrap();
    // Time flies: a sign of life is due before each request, and at the third one the lock is another's.
    let ticks = AtomicUsize::new(0);
    let clock = {
        let ticks = std::sync::Arc::new(ticks);
        move || Duration::from_secs(31) * u32::try_from(ticks.fetch_add(1, Ordering::SeqCst)).unwrap()
    };
    let slow = Objects::new(&memory, headers(Compression::None), clock);
    let count = AtomicUsize::new(0);
    let progress = |_| {
        if count.fetch_add(1, Ordering::SeqCst) == 2 {
            memory.set(LOCK, "run of another");
        }
    };
    let options = PublishOptions { progress: &progress, ..CAREFUL };
    let error = with_release(&new, 0, |release| slow.publish(release, &options)).unwrap_err();
    assert!(error.to_string().contains("another publish took over"), "{error}");
    check_readable(&memory, &[&old, &new], "taken over");
    assert_eq!(memory.files()[LOCK], b"run of another", "the other's lock stays");
    publish(&memory, &new, &HASTY).unwrap();
    check_is(&memory, &new, "finished");
}

#[test]
fn foreign_objects_stay_and_are_named() {
    let memory = Memory::default();
    let site = site(4, 0);
    memory.set("notes.txt", "mine");
    memory.set("own/deep", "mine");
    let published = publish(&memory, &site, &CAREFUL).unwrap();
    assert_eq!(published.foreign, ["notes.txt", "own/deep"]);
    let smaller: Site =
        site.iter().filter(|(path, _)| path.is_front_page()).map(|(a, b)| (a.clone(), b.clone())).collect();
    publish(&memory, &smaller, &CAREFUL).unwrap();
    assert_eq!(memory.files()["notes.txt"], b"mine");
    assert_eq!(memory.files()["own/deep"], b"mine");
}

#[test]
fn foreign_objects_in_the_way_stop_it_unless_they_are_the_same() {
    let memory = Memory::default();
    let site = site(4, 0);
    let path = site.keys().next().unwrap().to_string();
    memory.set(&path, "mine");
    let error = publish(&memory, &site, &CAREFUL).unwrap_err();
    assert!(
        error.to_string().contains(&format!("in the place of a file of the site in memory: `{path}`")),
        "{error}"
    );
    assert!(error.help().unwrap().contains("--adopt"));
    assert_eq!(memory.files().len(), 1, "nothing was written");
    let adopting = PublishOptions { unmanaged: Unmanaged::Adopt, ..CAREFUL };
    publish(&memory, &site, &adopting).unwrap();
    check_is(&memory, &site, "adopted");

    memory.objects.lock().unwrap().remove(MANIFEST);
    let published = publish(&memory, &site, &CAREFUL).unwrap();
    assert_eq!(published.changes.written(), 0, "the manifest was lost, and everything is as it should be");
    check_is(&memory, &site, "found again");
}

#[test]
fn an_older_site_does_not_replace_a_newer_one() {
    let memory = Memory::default();
    let dated = |seconds: i64| {
        let mut site = site(5, u64::try_from(seconds).unwrap());
        let json = format!("{{\"as_of\": \"{}\"}}", Instant::from_epoch_secs(seconds));
        site.insert(OutPath::new("build.json").unwrap(), json.into_bytes());
        site
    };
    let (older, newer) = (dated(1), dated(2));
    let publish = |site, as_of, options| {
        with_release(site, as_of, |release| objects(&memory).publish(release, options))
    };
    publish(&newer, 2, &CAREFUL).unwrap();
    let error = publish(&older, 1, &CAREFUL).unwrap_err();
    assert!(error.to_string().contains("is newer: it is true as of 1970-01-01T00:00:02Z"), "{error}");
    check_is(&memory, &newer, "refused");
    publish(&older, 1, &PublishOptions { newer: Newer::Overwrite, ..CAREFUL }).unwrap();
    check_is(&memory, &older, "forced");
    // The newer one dies before `build.json` is there: it is known by its journal.
    memory.revive();
    *memory.death.lock().unwrap() = Some((15, false));
    publish(&newer, 2, &CAREFUL).unwrap_err();
    memory.revive();
    let error = publish(&older, 1, &HASTY).unwrap_err();
    assert!(error.to_string().contains("is newer"), "{error}");
}

#[test]
fn a_failure_says_what_was_done_and_lets_others_in() {
    let memory = Memory::default();
    let (old, new) = (site(6, 0), site(6, 1));
    publish(&memory, &old, &CAREFUL).unwrap();
    *memory.broken.lock().unwrap() = Some("index.html".to_owned());
    let error = publish(&memory, &new, &CAREFUL).unwrap_err();
    assert!(error.to_string().contains("the line is dead"), "{error}");
    assert!(error.to_string().contains("files were written or deleted by then"), "{error}");
    check_readable(&memory, &[&old, &new], "failed");
    *memory.broken.lock().unwrap() = None;
    let published = publish(&memory, &new, &CAREFUL).unwrap();
    assert!(published.finished_earlier);
    check_is(&memory, &new, "finished");
}

#[test]
fn who_is_asked_to_stop_stops_and_lets_others_in() {
    let memory = Memory::default();
    let (old, new) = (site(7, 0), site(7, 1));
    publish(&memory, &old, &CAREFUL).unwrap();
    let asked = AtomicUsize::new(0);
    let stops = || asked.fetch_add(1, Ordering::SeqCst) >= 3;
    let error = publish(&memory, &new, &PublishOptions { stops: &stops, ..CAREFUL }).unwrap_err();
    assert!(error.to_string().starts_with("stopped; 3 of "), "{error}");
    check_readable(&memory, &[&old, &new], "stopped");
    publish(&memory, &new, &CAREFUL).unwrap();
    check_is(&memory, &new, "finished");
}

#[test]
fn headers_say_what_an_object_is_and_how_long_it_keeps() {
    let memory = Memory::default();
    let path = |text: &str| OutPath::new(text).unwrap();
    let style = OutPath::hashed("assets", "style.css", &Digest::of(b"a")).unwrap();
    let mut site = Site::new();
    site.insert(path("index.html"), b"<html>front</html>".repeat(20));
    site.insert(style.clone(), b"a".to_vec());
    site.insert(path("logo.png"), b"\x89PNG".to_vec());
    site.insert(path("old-feed"), b"{}".to_vec());
    let packed = Objects::new(&memory, headers(Compression::Gzip), || Duration::ZERO);
    with_release(&site, 0, |release| {
        let serve = |path: &OutPath| match path.as_str() {
            name if name.starts_with("assets/") => ResponseHeaders::of(path, &Page::Asset(name.to_owned())),
            "old-feed" => ResponseHeaders::of(path, &Page::Feed(FeedForm::Json, Scope::Site)),
            name => ResponseHeaders::of_file(name),
        };
        let release = Release { headers: &serve, ..*release };
        packed.publish(&release, &CAREFUL).unwrap();
    });
    let front = memory.stored("index.html");
    assert_eq!(
        (front.content_type.as_str(), front.cache_control.as_str()),
        ("text/html; charset=utf-8", "pages")
    );
    assert_eq!(front.encoding.as_deref(), Some("gzip"));
    assert!(front.bytes.starts_with(&[0x1f, 0x8b]) && front.bytes.len() < 100);
    assert_eq!(memory.stored(style.as_str()).cache_control, "assets");
    assert_eq!(memory.stored("logo.png").encoding, None);
    assert_eq!(memory.stored("old-feed").content_type, "application/feed+json; charset=utf-8");
    assert_eq!(memory.stored(MANIFEST).encoding, None);

    let writes = memory.writes.load(Ordering::SeqCst);
    publish(&memory, &site, &PublishOptions { unchanged: UnchangedFiles::Rewrite, ..CAREFUL }).unwrap();
    assert!(memory.writes.load(Ordering::SeqCst) > writes + site.len());
    assert_eq!(memory.stored("index.html").encoding, None);
}

#[test]
fn what_was_published_is_verified() {
    let memory = Memory::default();
    let site = site(8, 0);
    assert!(objects(&memory).verify().unwrap_err().to_string().contains("nothing was published to memory"));
    publish(&memory, &site, &CAREFUL).unwrap();
    let verdict = objects(&memory).verify().unwrap();
    assert!(verdict.is_right() && verdict.foreign.is_empty());
    assert_eq!(verdict.right, site.len());
    let mut paths = site.keys();
    let (cut, gone) = (paths.next().unwrap(), paths.next().unwrap());
    memory.set(cut.as_str(), "cut");
    memory.objects.lock().unwrap().remove(gone.as_str());
    memory.set("mine", "x");
    let verdict = objects(&memory).verify().unwrap();
    assert_eq!((&verdict.differing[..], &verdict.missing[..]), (&[cut.clone()][..], &[gone.clone()][..]));
    assert_eq!(verdict.foreign, ["mine"]);
    let survey = objects(&memory).survey().unwrap();
    assert_eq!((survey.differing.len(), &survey.missing[..]), (0, &[gone.clone()][..]));
    publish(&memory, &site, &PublishOptions { unchanged: UnchangedFiles::Rewrite, ..CAREFUL }).unwrap();
    assert!(objects(&memory).verify().unwrap().is_right());
}

#[test]
fn a_damaged_file_of_our_own_says_what_to_do_which_then_works() {
    let adopting = PublishOptions { unmanaged: Unmanaged::Adopt, ..CAREFUL };
    for (path, problem) in [
        (MANIFEST, "line 1: not a digest, two spaces and a path"),
        (".allclear/journal", "line 1: not a digest, two spaces and a path"),
        (".allclear/retired", "line 1: `<<<<<<<` is not a time"),
    ] {
        let memory = Memory::default();
        let site = site(4, 0);
        publish(&memory, &site, &CAREFUL).unwrap();
        // What an interrupted publish left, whose journal was damaged.
        memory.set("index.html", "half");
        memory.set(path, "<<<<<<< HEAD\n");
        for options in [CAREFUL, HASTY] {
            let error = publish(&memory, &site, &options).unwrap_err();
            assert_eq!(error.to_string(), format!("`{path}` in memory is damaged: {problem}"));
            assert!(error.help().unwrap().contains("`--adopt`"));
        }
        with_release(&site, 0, |release| {
            assert!(objects(&memory).compare(release, &CAREFUL).is_err());
            assert!(objects(&memory).compare(release, &adopting).unwrap().changes.written() > 0);
        });
        publish(&memory, &site, &adopting).unwrap();
        check_is(&memory, &site, path);
        assert!(publish(&memory, &site, &CAREFUL).unwrap().changes.is_empty());
        assert!(objects(&memory).verify().unwrap().is_right());
    }
}

/// Opening a FIFO waits for a writer without end.
#[cfg(unix)]
#[test]
fn a_fifo_in_a_folder_that_is_published_to_ends_it() {
    for path in
        ["build.json", MANIFEST, ".allclear/manifest", ".allclear/journal", ".allclear/retired", "index.html"]
    {
        let folder = tempfile::tempdir().unwrap();
        let share = folder.path().join("share");
        let target = Directory::new(share.clone());
        let site = site(9, 0);
        let publish = || with_release(&site, 0, |release| target.publish(release, &CAREFUL));
        publish().unwrap();
        let _ = std::fs::remove_file(share.join(path));
        let made = std::process::Command::new("mkfifo").arg(share.join(path)).status();
        assert!(made.unwrap().success());
        let said = publish().unwrap_err().to_string();
        assert!(said.contains("it is neither file nor folder"), "{path}: {said}");
        if [MANIFEST, "index.html"].contains(&path) {
            let said = target.verify().unwrap_err().to_string();
            assert!(said.contains("it is neither file nor folder"), "{path}: {said}");
        }
    }
}

#[test]
fn a_folder_is_published_to_as_a_build_is() {
    let folder = tempfile::tempdir().unwrap();
    let target = Directory::new(folder.path().join("share"));
    let (old, new) = (site(9, 0), site(9, 1));
    let publish = |site| with_release(site, 0, |release| target.publish(release, &CAREFUL).unwrap());
    publish(&old);
    std::fs::write(folder.path().join("share/mine.txt"), "mine").unwrap();
    let published = publish(&new);
    assert!(published.changes.unchanged > 0 && published.changes.written() > 0);
    let verdict = target.verify().unwrap();
    assert!(verdict.is_right());
    assert_eq!(verdict.foreign, ["mine.txt"]);
    assert!(publish(&new).changes.is_empty());
    let manifest = std::fs::read_to_string(folder.path().join("share").join(MANIFEST)).unwrap();
    assert_eq!(manifest.lines().count(), new.len() + 1);
    check_folder(&folder.path().join("share"), &new);
}

#[test]
fn a_published_file_that_was_changed_at_equal_length_is_noticed_and_mended() {
    let folder = tempfile::tempdir().unwrap();
    let (share, site) = (folder.path().join("share"), site(9, 0));
    let target = Directory::new(share.clone());
    let publish =
        |options| with_release(&site, 0, |release| target.publish(release, options).unwrap().changes);
    publish(&CAREFUL);
    let (page, bytes) = site.iter().find(|(path, _)| path.is_front_page()).unwrap();
    let place = share.join(page.as_str());
    std::fs::write(&place, vec![0; bytes.len()]).unwrap();
    let planned = with_release(&site, 0, |release| target.compare(release, &CAREFUL).unwrap().changes);
    assert_eq!(planned.changed, std::slice::from_ref(page));
    assert_eq!(publish(&CAREFUL).changed, std::slice::from_ref(page));
    check_folder(&share, &site);

    // Behind the same time, after a while: only a look at every file finds it.
    let set = |time| std::fs::File::options().write(true).open(&place).unwrap().set_modified(time).unwrap();
    let past = std::time::SystemTime::now() - Duration::from_secs(1_000);
    set(past);
    publish(&CAREFUL);
    std::fs::write(&place, vec![0; bytes.len()]).unwrap();
    set(past);
    assert_eq!(
        publish(&PublishOptions { unchanged: UnchangedFiles::Rewrite, ..CAREFUL }).changed,
        std::slice::from_ref(page)
    );
    check_folder(&share, &site);
}

#[test]
fn a_folder_that_is_not_finished_says_how_far_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let share = folder.path().join("share");
    let target = Directory::new(share.clone());
    let (old, new) = (site(10, 0), site(10, 1));
    let publish = |site, options: &PublishOptions<'_>| {
        with_release(site, 0, |release| target.publish(release, options))
    };
    publish(&old, &CAREFUL).unwrap();
    let shown = Mutex::new(Vec::new());
    let progress = |progress: Progress| shown.lock().unwrap().push(progress);
    let mut told = BTreeSet::new();
    for stop in (0..).step_by(9) {
        let asked = AtomicUsize::new(0);
        let stops = || asked.fetch_add(1, Ordering::SeqCst) >= stop;
        match publish(&new, &PublishOptions { stops: &stops, progress: &progress, ..CAREFUL }) {
            Err(DeployError::HalfWay { progress, cause }) => {
                assert_eq!(cause, "stopped");
                told.insert(progress.done);
            }
            published => {
                // The attempt before may have been stopped behind the last change.
                let published = published.unwrap();
                assert!(published.finished_earlier || published.changes.written() == 0);
                break;
            }
        }
    }
    assert!(told.contains(&0) && told.len() > 2, "{told:?}");
    assert!(shown.lock().unwrap().iter().all(|progress| progress.done <= progress.all));
    check_folder(&share, &new);
    assert!(target.verify().unwrap().is_right());
}

fn check_folder(folder: &Path, site: &Site) {
    for (path, bytes) in site {
        assert_eq!(&std::fs::read(folder.join(path.as_str())).unwrap(), bytes);
    }
}
