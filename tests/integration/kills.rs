//! Fifty builds killed for good (SIGKILL) at random steps, and what readers and the next build find afterwards.
//!
//! The sites are small and made up from a seed: pages that link to each other and to a style sheet whose name carries its
//! digest. The doomed build runs in a process of its own: this very binary, asked for the test [`victim`] alone.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::{env, io, thread};

use allclear::digest::Digest;
use allclear::edge::disk::{Action, Job, Outcome, Step, Watch, build, unwatched};
use allclear::model::out_path::OutPath;
use allclear::pipeline::Body;
use allclear::time::Instant;

use crate::support::{copy_folder, read_files, write_files};

/// How many builds are killed.
const KILLS: u64 = 50;

/// Where the parent tells its victim what to build: `TARGET\nSEED\nVERSION\nSTEP`.
const ORDERS: &str = "ALLCLEAR_TEST_VICTIM";

/// What the victim says when it waits for its end.
const READY: &str = "the victim is ready";

const FOREIGN: [(&str, &str); 3] =
    [("notes.txt", "mine"), ("page/mine.txt", "mine"), ("own/deep/file", "mine")];

/// An output by its path.
pub(crate) type Site = BTreeMap<OutPath, Vec<u8>>;

#[test]
fn a_killed_build_harms_nothing_and_the_next_one_converges() {
    let mut killed = 0;
    for seed in 0.. {
        if killed >= KILLS {
            break;
        }
        killed += story(seed);
    }
}

/// One folder's life: built, killed once or more on the way to other versions, and built in the end. Returns the number of
/// kills.
fn story(seed: u64) -> u64 {
    println!("seed {seed}");
    let mut dice = Dice(seed);
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("public");
    if dice.below(4) > 0 {
        write(&target, &site(seed, 0), &unwatched);
        write_files(&target, &FOREIGN);
    }
    let mut versions = vec![0];
    let mut kills = 0;
    for round in 1..=1 + dice.below(3) {
        // Now and then the same version is tried again, and what was killed is what is wanted.
        let version = if dice.below(3) == 0 { versions[versions.len() - 1] } else { round };
        let Some(step) = step(&mut dice, &target, seed, version) else { continue };
        kills += u64::from(kill(&target, seed, version, step));
        versions.push(version);
        let told = format!("seed {seed}, versions {versions:?}, killed at step {step}");
        check_whole(&target, seed, &versions, &told);
        check_links(&target, &told);
    }
    let last = if dice.below(2) == 0 { versions[versions.len() - 1] } else { 0 };
    check_convergence(&target, seed, last, &format!("seed {seed}, versions {versions:?}, then {last}"));
    kills
}

/// Builds in a process of its own, which is killed just before its change number `step`. `false` when it was done before:
/// threads that come to a deep folder first make those above it in one change.
fn kill(target: &Path, seed: u64, version: u64, step: u64) -> bool {
    let orders = format!("{}\n{seed}\n{version}\n{step}", target.display());
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["kills::victim", "--exact", "--nocapture", "--test-threads=1"])
        .env(ORDERS, orders)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let is_ready = lines.any(|line| line.unwrap().contains(READY));
    if is_ready {
        child.kill().unwrap();
    }
    let status = child.wait().unwrap();
    assert!(
        is_ready || status.success(),
        "seed {seed}, version {version}: no build to kill at {step} ({status})"
    );
    is_ready
}

/// The doomed build; when nobody gives orders, a build like it that is let live.
#[test]
fn victim() {
    let Ok(orders) = env::var(ORDERS) else {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &site(1, 0), &unwatched);
        return check_convergence(folder.path(), 1, 1, "seed 1, unharmed");
    };
    let orders: Vec<&str> = orders.lines().collect();
    let [target, seed, version, step] = orders[..] else { panic!("four lines of orders: {orders:?}") };
    let (seed, version, step) = (number(seed), number(version), number(step));
    let made = AtomicU64::new(0);
    let watch = |_: Step<'_>| {
        if made.fetch_add(1, Ordering::SeqCst) == step {
            println!("{READY}");
            loop {
                thread::park();
            }
        }
        Ok(())
    };
    write(Path::new(target), &site(seed, version), &watch);
}

fn number(text: &str) -> u64 {
    text.parse().unwrap()
}

/// A change of the disk that the build of this version will make, counted from 0. Every other time one of those after the
/// journal's: most steps only fill the stage. `None` when there is nothing to do.
fn step(dice: &mut Dice, target: &Path, seed: u64, version: u64) -> Option<u64> {
    let folder = tempfile::tempdir().unwrap();
    copy_folder(target, folder.path());
    let made = Mutex::new(Vec::new());
    let watch = |step: Step<'_>| {
        made.lock().unwrap().push(step.action);
        Ok(())
    };
    // With one thread no folder is tried twice, so that the victim makes about this many changes at least.
    let one_thread = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    one_thread.install(|| write(folder.path(), &site(seed, version), &watch));
    let made = made.into_inner().unwrap();
    let journal = made.iter().position(|action| *action == Action::Rename).unwrap_or_default();
    let first = if dice.below(2) == 0 { 0 } else { journal };
    let steps = (made.len() - first) as u64;
    (steps > 0).then(|| first as u64 + dice.below(steps))
}

pub(crate) fn write(target: &Path, site: &Site, watch: Watch<'_>) -> Outcome {
    let outputs: Vec<OutPath> = site.keys().cloned().collect();
    let now = Instant::from_epoch_secs(1_714_957_200);
    let keys = site.iter().map(|(path, bytes)| (path.clone(), Digest::of(bytes).into())).collect();
    let job = Job { keys: &keys, watch, ..Job::new(target, target, &outputs, now) };
    build(&job, &|path| Ok(Body::Bytes(site[path].clone()))).unwrap()
}

/// The outputs in a folder, without what is the writer's own.
fn outputs(target: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = read_files(target);
    files.retain(|path, _| !path.starts_with(".allclear/"));
    files
}

/// Every file holds what one of the versions has there, from its first byte to its last; every foreign file what it held.
fn check_whole(target: &Path, seed: u64, versions: &[u64], told: &str) {
    let sites: Vec<Site> = versions.iter().map(|version| site(seed, *version)).collect();
    for (path, bytes) in outputs(target) {
        let is_foreign = FOREIGN.iter().any(|(foreign, text)| *foreign == path && text.as_bytes() == bytes);
        let is_whole = sites.iter().any(|site| site.get(path.as_str()) == Some(&bytes));
        assert!(is_foreign || is_whole, "{told}: `{path}` is not whole");
    }
    for (path, _) in FOREIGN.iter().filter(|_| target.join("notes.txt").exists()) {
        assert!(target.join(path).exists(), "{told}: `{path}` is gone");
    }
}

/// Every link on a page that the front page leads to, directly or not, leads to a file.
pub(crate) fn check_links(target: &Path, told: &str) {
    let files = outputs(target);
    let mut seen = BTreeSet::new();
    let mut open: Vec<String> =
        files.contains_key("index.html").then(|| "index.html".to_owned()).into_iter().collect();
    while let Some(page) = open.pop() {
        if !seen.insert(page.clone()) {
            continue;
        }
        let text = String::from_utf8_lossy(&files[&page]);
        for link in text.split("href=\"/").skip(1).map(|rest| rest.split('"').next().unwrap_or_default()) {
            assert!(files.contains_key(link), "{told}: `{page}` links to `{link}`, which is not there");
            open.push(link.to_owned());
        }
    }
}

/// The next build leaves what a fresh one writes, the foreign files, superseded assets and nothing else.
pub(crate) fn check_convergence(target: &Path, seed: u64, version: u64, told: &str) {
    let wanted = site(seed, version);
    let has_foreign = target.join("notes.txt").exists();
    write(target, &wanted, &unwatched);
    let mut left = outputs(target);
    for (path, bytes) in &wanted {
        assert_eq!(left.remove(path.as_str()).as_ref(), Some(bytes), "{told}: `{path}`");
    }
    for (path, text) in FOREIGN.iter().filter(|_| has_foreign) {
        assert_eq!(left.remove(*path).as_deref(), Some(text.as_bytes()), "{told}: `{path}`");
    }
    left.retain(|path, _| !OutPath::new(path).unwrap().is_hashed_asset());
    assert!(left.is_empty(), "{told}: forgotten: {:?}", left.keys());
    let lines: String =
        wanted.iter().map(|(path, bytes)| format!("{}  {path}\n", Digest::of(bytes))).collect();
    let manifest = format!("# files: {}\n{lines}", wanted.len());
    assert_eq!(own_files(target), BTreeMap::from([("manifest".to_owned(), manifest)]), "{told}");
    let again = write(target, &wanted, &|step| Err(io::Error::other(format!("{told}: {step:?}"))));
    assert!(again.changes.is_empty());
}

/// The writer's own files but its lock, the retirements and what the outputs were rendered from.
fn own_files(target: &Path) -> BTreeMap<String, String> {
    let mut files = read_files(&target.join(".allclear"));
    files.retain(|path, _| !["lock", "retired", "inputs"].contains(&path.as_str()));
    files.into_iter().map(|(path, bytes)| (path, String::from_utf8(bytes).unwrap())).collect()
}

/// A made-up site: two versions of one seed share most pages, differ in some, and each has some that the other lacks.
pub(crate) fn site(seed: u64, version: u64) -> Site {
    let mut shared = Dice(seed.wrapping_mul(1_000));
    let mut own = Dice(seed.wrapping_mul(1_000) + 1 + version);
    let style = format!("/* {} */", own.below(3)).into_bytes();
    let style_path = OutPath::hashed("assets", "style.css", &Digest::of(&style)).unwrap();
    let mut names: Vec<String> = (0..12 + shared.below(12)).map(|_| name(&mut shared)).collect();
    names.retain(|_| own.below(4) > 0);
    names.extend((0..own.below(8)).map(|_| name(&mut own)));
    let names: BTreeSet<String> = names.into_iter().collect();
    let names: Vec<String> = names.into_iter().collect();
    let mut page = |text: &str, links: usize| {
        let some = |_| names.get(usize::try_from(own.below(names.len() as u64 + 1)).unwrap());
        let links = (0..links).filter_map(some).map(|name| format!("<a href=\"/{name}\">{name}</a>\n"));
        format!("<link href=\"/{style_path}\">\n{text}\n{}</html>\n", links.collect::<String>()).into_bytes()
    };
    let mut site: Site = names
        .iter()
        .map(|name| {
            let text = format!("{name} {}", Digest::of(name.as_bytes()).as_bytes()[0] as u64 % (version + 2));
            (OutPath::new(name).unwrap(), page(&text, 3))
        })
        .collect();
    site.insert(OutPath::new("index.html").unwrap(), page(&format!("front page {version}"), 20));
    site.insert(style_path.clone(), style);
    site
}

/// The name of a page, in folders that several share.
fn name(dice: &mut Dice) -> String {
    let number = dice.below(40);
    match dice.below(4) {
        0 => format!("page/{number}/index.html"),
        1 => format!("history/{}/{number}.html", number % 3),
        2 => format!("deep/{}/{}/{number}/index.html", number % 2, number % 5),
        _ => format!("{number}.html"),
    }
}

/// Numbers that look random and are the same for the same seed (SplitMix64).
pub(crate) struct Dice(u64);

impl Dice {
    /// The dice of a seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number from 0 to just below `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}
