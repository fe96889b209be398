//! Watching a site's folder: says that something changed, and where to look first.
//!
//! What a system tells of a change is not to be trusted: editors save by renaming, write twice, touch backup files; queues
//! overflow; folders come and go faster than they can be watched. So events are gathered until the folder has been quiet for
//! a moment, which makes a checkout of another branch one change, and a look at all of the folder has the last word.
//!
//! Invariant: `notify` is named nowhere else.

use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use notify::event::{AccessKind, AccessMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

/// How long nothing may happen before a change counts as done.
pub const QUIET: Duration = Duration::from_millis(40);
/// How long a change may go on before it is looked at all the same.
const PATIENCE: Duration = Duration::from_millis(1500);
/// How long after a change the folder is looked at once more: a file made in a new folder before that was watched told
/// nobody.
const AFTERTHOUGHT: Duration = Duration::from_millis(400);
/// How often it is seen to that what is watched is what stands there: a folder that is moved away takes its watch along, and
/// nobody tells of the one that comes in its place.
const RENEWAL: Duration = Duration::from_secs(1);
/// How often the folder is looked at when it cannot be watched.
const ROUND: Duration = Duration::from_secs(1);

/// How a folder is watched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Watching {
    /// By the system's events.
    Events,
    /// The system gives no events, for the reason given: the folder is looked at every second.
    Rounds(String),
}

/// Where to look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// At these paths, as the system names them, and below them; [`Change::Anywhere`] follows.
    At(Vec<PathBuf>),
    /// Everywhere.
    Anywhere,
}

/// The most paths that are told.
const MOST_PATHS: usize = 50;

/// Calls `changed` on a thread of its own after every change in these folders of `site` or of a file beside them, as long
/// as it returns `true`. It is called too often rather than too rarely.
pub fn watch(
    site: &Path,
    folders: &[&str],
    changed: impl FnMut(Change) -> bool + Send + 'static,
) -> Watching {
    let (sender, events) = mpsc::channel();
    let tell = move |event: notify::Result<Event>| {
        if event.as_ref().map_or(true, matters) {
            // It fails only when nobody watches any more.
            sender.send(place_of(event)).unwrap_or_default();
        }
    };
    let places = notify::recommended_watcher(tell).map(|watcher| Places::new(site, folders, watcher));
    match places.and_then(|mut places| places.renew().map(|_| places)) {
        Ok(places) => {
            thread::spawn(move || gather(&events, places, changed));
            Watching::Events
        }
        Err(error) => {
            thread::spawn(move || rounds(changed));
            Watching::Rounds(error.to_string())
        }
    }
}

/// Whether an event may be a change. Reading is none: it would make us read again for ever.
fn matters(event: &Event) -> bool {
    match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => true,
        EventKind::Access(_) => false,
        _ => true,
    }
}

fn place_of(event: notify::Result<Event>) -> Change {
    match event {
        Ok(event) if !event.need_rescan() && !event.paths.is_empty() => Change::At(event.paths),
        _ => Change::Anywhere,
    }
}

fn gather(events: &Receiver<Change>, mut places: Places, mut changed: impl FnMut(Change) -> bool) {
    let mut wait = RENEWAL;
    loop {
        let (is_told, change) = match events.recv_timeout(wait) {
            Ok(first) => (true, settle(first, events)),
            Err(RecvTimeoutError::Timeout) => (false, Change::Anywhere),
            Err(RecvTimeoutError::Disconnected) => return,
        };
        // A place that cannot be watched now, because it is just being replaced, is tried again the next time.
        let is_news = places.renew().unwrap_or_default() || is_told;
        if (is_news || wait == AFTERTHOUGHT) && !changed(change) {
            return;
        }
        wait = if is_news { AFTERTHOUGHT } else { RENEWAL };
    }
}

/// Takes events until there are none for a moment, or for too long.
fn settle(first: Change, events: &Receiver<Change>) -> Change {
    let begun = Instant::now();
    let mut all = first;
    while begun.elapsed() < PATIENCE
        && let Ok(more) = events.recv_timeout(QUIET)
    {
        all = all.and(more);
    }
    all
}

impl Change {
    fn and(self, other: Self) -> Self {
        let (Self::At(mut paths), Self::At(more)) = (self, other) else { return Self::Anywhere };
        let new = more.into_iter().filter(|path| !paths.contains(path)).collect::<Vec<_>>();
        paths.extend(new);
        if paths.len() > MOST_PATHS { Self::Anywhere } else { Self::At(paths) }
    }
}

fn rounds(mut changed: impl FnMut(Change) -> bool) {
    loop {
        thread::sleep(ROUND);
        if !changed(Change::Anywhere) {
            return;
        }
    }
}

/// What is watched: the site's own folder, and everything in those that make a site.
struct Places {
    /// As the user names it.
    site: PathBuf,
    folders: Vec<PathBuf>,
    watcher: RecommendedWatcher,
    /// As the system names them.
    watched: BTreeMap<PathBuf, Identity>,
}

impl Places {
    fn new(site: &Path, folders: &[&str], watcher: RecommendedWatcher) -> Self {
        let folders = folders.iter().map(PathBuf::from).collect();
        Self { site: site.to_owned(), folders, watcher, watched: BTreeMap::new() }
    }

    /// Watches what is new or has been replaced; whether there was any, or something has gone.
    fn renew(&mut self) -> notify::Result<bool> {
        let places = self.places();
        let is_here = |place: &PathBuf, identity: &Identity| {
            places.get(place).is_some_and(|(known, _)| known == identity)
        };
        let gone: Vec<PathBuf> = self
            .watched
            .iter()
            .filter(|(place, it)| !is_here(place, it))
            .map(|(place, _)| place.clone())
            .collect();
        for place in &gone {
            self.watched.remove(place);
            // What has gone is not watched any more anyway.
            self.watcher.unwatch(place).unwrap_or_default();
        }
        let mut is_news = !gone.is_empty();
        for (place, (identity, mode)) in places {
            if !self.watched.contains_key(&place) {
                self.watcher.watch(&place, mode)?;
                self.watched.insert(place, identity);
                is_news = true;
            }
        }
        Ok(is_news)
    }

    /// What there is to watch. The site is looked up anew: it may have been moved, or be a link that leads elsewhere now.
    fn places(&self) -> BTreeMap<PathBuf, (Identity, RecursiveMode)> {
        let site = fs::canonicalize(&self.site).unwrap_or_else(|_| self.site.clone());
        let below = self.folders.iter().map(|folder| (site.join(folder), RecursiveMode::Recursive));
        let all = below.chain([(site.clone(), RecursiveMode::NonRecursive)]);
        all.filter_map(|(place, mode)| {
            let identity = identity(&fs::metadata(&place).ok()?);
            Some((place, (identity, mode)))
        })
        .collect()
    }
}

/// Which folder stands at a path, as far as the system tells folders apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Identity {
    /// Device and number. A number is given again when its folder has gone.
    number: (u64, u64),
    /// Where the system keeps it.
    created: Option<SystemTime>,
}

fn identity(metadata: &Metadata) -> Identity {
    Identity { number: number(metadata), created: metadata.created().ok() }
}

#[cfg(unix)]
fn number(metadata: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt as _;
    (metadata.dev(), metadata.ino())
}

#[cfg(not(unix))]
fn number(_: &Metadata) -> (u64, u64) {
    (0, 0)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::mpsc::{self, Receiver};
    use std::time::{Duration, Instant};

    use super::{QUIET, Watching, watch};

    /// Longer than any change takes to be told of.
    const LONG: Duration = Duration::from_secs(10);
    /// Longer than the second look after a change.
    const SHORT: Duration = Duration::from_millis(700);

    struct Watched {
        site: tempfile::TempDir,
        changes: Receiver<()>,
    }

    fn watched() -> Watched {
        let site = tempfile::tempdir().unwrap();
        fs::create_dir_all(site.path().join("content/incidents")).unwrap();
        fs::write(site.path().join("content/incidents/a.md"), "a").unwrap();
        let (sender, changes) = mpsc::channel();
        let watching = watch(site.path(), &["content", "static"], move |_| sender.send(()).is_ok());
        assert_eq!(watching, Watching::Events);
        Watched { site, changes }
    }

    impl Watched {
        /// Does something, and counts how often a change was told of until all is quiet.
        fn changes_by(&self, act: impl FnOnce(&std::path::Path)) -> usize {
            act(self.site.path());
            let mut count = usize::from(self.changes.recv_timeout(LONG).is_ok());
            while self.changes.recv_timeout(SHORT).is_ok() {
                count += 1;
            }
            count
        }

        /// Does something that is one change: told once, and once more to be sure. On a busy machine the writer itself may
        /// pause for longer than the quiet that ends a change; no more changes than such pauses fit are told.
        #[track_caller]
        fn check_one(&self, what: &str, act: impl FnOnce(&std::path::Path)) {
            let mut pauses = 0;
            let count = self.changes_by(|site| {
                let begin = Instant::now();
                act(site);
                pauses = begin.elapsed().as_millis() / QUIET.as_millis();
            });
            let most = 2 + 2 * usize::try_from(pauses).unwrap();
            assert!((1..=most).contains(&count), "{what}: {count} times, {pauses} pauses");
        }
    }

    #[test]
    fn however_a_file_is_saved_it_is_one_change() {
        let watched = watched();
        let report = |site: &std::path::Path| site.join("content/incidents/a.md");
        watched.check_one("written", |site| fs::write(report(site), "b").unwrap());
        let by_rename = |site: &std::path::Path| {
            fs::write(site.join("content/incidents/.a.md.tmp"), "c").unwrap();
            fs::rename(report(site), site.join("content/incidents/a.md~")).unwrap();
            fs::rename(site.join("content/incidents/.a.md.tmp"), report(site)).unwrap();
            fs::remove_file(site.join("content/incidents/a.md~")).unwrap();
        };
        watched.check_one("renamed", by_rename);
        let checkout = |site: &std::path::Path| {
            for folder in 0..20 {
                let folder = site.join(format!("content/incidents/{folder}"));
                fs::create_dir(&folder).unwrap();
                (0..20).for_each(|file| fs::write(folder.join(format!("{file}.md")), "d").unwrap());
            }
        };
        watched.check_one("many files", checkout);
    }

    #[test]
    fn folders_that_come_go_and_come_again_are_watched() {
        let watched = watched();
        let told = |act: fn(&std::path::Path)| assert!(watched.changes_by(act) > 0);
        told(|site| fs::create_dir_all(site.join("static/a/b")).unwrap());
        told(|site| fs::write(site.join("static/a/b/c.txt"), "c").unwrap());
        told(|site| fs::remove_dir_all(site.join("content")).unwrap());
        told(|site| fs::create_dir_all(site.join("content/incidents")).unwrap());
        told(|site| fs::write(site.join("content/incidents/b.md"), "b").unwrap());
        told(|site| fs::write(site.join("site.toml"), "title = ''").unwrap());
    }

    #[test]
    fn a_site_that_is_moved_away_and_comes_again_is_watched() {
        let watched = watched();
        let site = watched.site.path().join("site");
        fs::create_dir_all(site.join("content")).unwrap();
        let (sender, changes) = mpsc::channel();
        assert_eq!(watch(&site, &["content"], move |_| sender.send(()).is_ok()), Watching::Events);
        let watched = Watched { changes, ..watched };
        let told = |act: fn(&std::path::Path)| assert!(watched.changes_by(act) > 0);
        told(|folder| fs::rename(folder.join("site"), folder.join("away")).unwrap());
        told(|folder| fs::rename(folder.join("away"), folder.join("site")).unwrap());
        told(|folder| fs::write(folder.join("site/content/a.md"), "b").unwrap());
        let replace = |folder: &std::path::Path| {
            fs::remove_dir_all(folder.join("site")).unwrap();
            fs::create_dir_all(folder.join("site/content")).unwrap();
        };
        told(replace);
        told(|folder| fs::write(folder.join("site/content/a.md"), "c").unwrap());
        told(|folder| fs::write(folder.join("site/site.toml"), "title = ''").unwrap());
    }

    #[test]
    fn reading_is_no_change_and_neither_is_what_makes_no_site() {
        let watched = watched();
        fs::read(watched.site.path().join("content/incidents/a.md")).unwrap();
        fs::read_dir(watched.site.path().join("content")).unwrap().count();
        fs::create_dir_all(watched.site.path().join("public")).unwrap();
        while watched.changes.recv_timeout(SHORT).is_ok() {}
        fs::write(watched.site.path().join("public/index.html"), "x").unwrap();
        fs::read(watched.site.path().join("content/incidents/a.md")).unwrap();
        assert!(watched.changes.recv_timeout(SHORT).is_err());
    }
}
