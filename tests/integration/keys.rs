//! Keys of outputs against bytes: after every edit of a made-up site, an output whose key is the same has the same bytes, and
//! what was published after some is what a fresh site is.
//!
//! `ALLCLEAR_TEST_EDITS=100000 cargo test --release --test integration keys` tries that many edits.

mod edits;
mod fields;
mod world;

use std::collections::BTreeMap;
use std::env;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use allclear::check::{Clock, Options, Variant};
use allclear::diagnostic::Diagnostic;
use allclear::edge::publish::{Destination as _, Newer, PublishOptions, Release};
use allclear::model::out_path::OutPath;
use allclear::parse;
use allclear::pipeline::{Body, Keys, Memory, Prepared, prepare, run};
use allclear::plan::headers::ResponseHeaders;
use allclear::source::{Entry, Snapshot, SourcePath};
use allclear::time::Instant;
use rayon::iter::{IntoParallelIterator as _, IntoParallelRefIterator as _, ParallelIterator as _};

use self::world::World;
use crate::kills::Dice;
use crate::publish::{Memory as Bucket, objects};
use crate::support;

/// How many edits are tried unless `ALLCLEAR_TEST_EDITS` says otherwise.
const EDITS: u64 = 200;

/// How many edits a site lives through.
const LIFE: u64 = 100;

/// After how many edits it is published.
const PUBLISHED: u64 = 10;

/// A site that was prepared, with its keys.
struct Built {
    prepared: Arc<Prepared>,
    keys: Keys,
}

/// Prepares a site again and again.
#[derive(Default)]
struct Builder {
    memory: Memory,
    snapshot: Snapshot,
}

impl Builder {
    /// `None` where the site has errors.
    fn build(&mut self, world: &World) -> Option<Built> {
        let snapshot = world.snapshot(&self.snapshot);
        self.build_snapshot(snapshot, world.now).ok()
    }

    fn build_snapshot(&mut self, snapshot: Snapshot, now: Instant) -> Result<Built, Vec<Diagnostic>> {
        self.snapshot = snapshot;
        let options = Options { now, clock: Clock::Fixed, variant: Variant::default() };
        let drafts = parse::all(&self.snapshot);
        let outcome = prepare(&self.snapshot, &drafts, &options, &mut self.memory);
        let prepared = outcome.prepared.ok_or(outcome.problems)?;
        let keys = prepared.keys(&options.variant);
        Ok(Built { prepared: Arc::new(prepared), keys })
    }
}

/// What an earlier build would have left of an output: it is rendered when it is to be compared.
type Left = (Arc<Prepared>, Option<Vec<u8>>);

fn rendered(prepared: &Prepared, path: &OutPath) -> Vec<u8> {
    match prepared.render(path).unwrap() {
        Body::Bytes(bytes) => bytes,
        Body::File(handle) => panic!("{} is copied and has no key", handle.path),
    }
}

/// The outputs of a folder that is built again and again, by the key that each was rendered with.
#[derive(Clone, Default)]
struct Output {
    left: BTreeMap<OutPath, (String, Left)>,
    reused: usize,
    all: usize,
}

impl Output {
    /// Builds; an output with the same key must be what rendering it gives.
    fn take(&mut self, built: &Built, told: &str) {
        let mut old = std::mem::take(&mut self.left);
        let outputs: Vec<_> =
            built.keys.iter().map(|(path, key)| (path.clone(), key.to_string(), old.remove(path))).collect();
        let one = |(path, key, old): (OutPath, String, Option<(String, Left)>)| match old {
            Some((known, (prepared, bytes))) if known == key => {
                let bytes = bytes.unwrap_or_else(|| rendered(&prepared, &path));
                let fresh = rendered(&built.prepared, &path);
                assert!(bytes == fresh, "{told}: {}", difference(&path, &bytes, &fresh));
                (path, (key, (prepared, Some(bytes))))
            }
            _ => (path, (key, (Arc::clone(&built.prepared), None))),
        };
        self.left = outputs.into_par_iter().map(one).collect();
        self.all += self.left.len();
        self.reused += self.left.values().filter(|(_, (_, bytes))| bytes.is_some()).count();
    }
}

/// Publishes to a bucket, with the record of the last publish; returns how many outputs were rendered.
fn publish(bucket: &Bucket, built: &Built) -> usize {
    let outputs: Vec<OutPath> = built.keys.keys().cloned().collect();
    let count = AtomicUsize::new(0);
    let edition = &built.prepared.edition;
    let release = Release {
        site: Path::new("."),
        outputs: &outputs,
        keys: &built.keys,
        record: &bucket.record(),
        result: "",
        now: edition.now,
        as_of: edition.as_of,
        headers: &|path| ResponseHeaders::of_file(path.as_str()),
        render: &|path| {
            count.fetch_add(1, Ordering::SeqCst);
            built.prepared.render(path)
        },
    };
    // An edit can take back the newest update.
    let options = PublishOptions { newer: Newer::Overwrite, ..PublishOptions::careful() };
    objects(bucket).publish(&release, &options).unwrap();
    count.into_inner()
}

/// What stands in a bucket is what a fresh site is.
fn check_published(bucket: &Bucket, built: &Built, told: &str) {
    let files = bucket.files();
    built.keys.par_iter().for_each(|(path, _)| {
        let fresh = rendered(&built.prepared, path);
        let there = files.get(path.as_str());
        assert!(there == Some(&fresh), "{told}: `{path}` was published before, and is not as it is now");
    });
    let manifest = String::from_utf8(files["allclear-manifest.txt"].clone()).unwrap();
    assert_eq!(manifest.lines().count(), built.keys.len() + 1, "{told}");
}

/// Where two versions of an output differ first.
fn difference(path: &OutPath, old: &[u8], new: &[u8]) -> String {
    let [old, new] = [old, new].map(String::from_utf8_lossy);
    let place = old.chars().zip(new.chars()).take_while(|(old, new)| old == new).count();
    let [old, new] =
        [old, new].map(|text| text.chars().skip(place.saturating_sub(80)).take(200).collect::<String>());
    format!("`{}` has the same key and other bytes: {old:?}, now {new:?}", path.as_str())
}

#[test]
fn an_output_with_the_same_key_has_the_same_bytes() {
    let edits = env::var("ALLCLEAR_TEST_EDITS").map_or(EDITS, |edits| edits.parse().unwrap());
    let (mut reused, mut all, mut valid, mut published, mut planned) = (0, 0, 0, 0, 0);
    for seed in 0..edits.div_ceil(LIFE) {
        let mut dice = Dice::new(seed);
        let mut world = World::new(&mut dice);
        let (mut builder, mut output, bucket) = (Builder::default(), Output::default(), Bucket::default());
        let mut built =
            builder.build(&world).unwrap_or_else(|| panic!("seed {seed}: a new world has errors"));
        publish(&bucket, &built);
        output.take(&built, "a new world");
        for number in 0..LIFE {
            let mut edited = world.clone();
            let what = edited.edit(&mut dice, built.prepared.edition.next_change);
            // What an author would be told to mend is not built.
            let Some(next) = builder.build(&edited) else { continue };
            (world, built, valid) = (edited, next, valid + 1);
            let told = format!("seed {seed}, edit {number}, {what}");
            output.take(&built, &told);
            if valid % PUBLISHED == 0 {
                (published, planned) = (published + publish(&bucket, &built), planned + built.keys.len());
                check_published(&bucket, &built, &told);
            }
        }
        (reused, all) = (reused + output.reused, all + output.all);
        if seed % 50 == 49 {
            println!("{} edits so far, {valid} built", (seed + 1) * LIFE);
        }
    }
    println!("{edits} edits, {valid} built, {reused} of {all} outputs with the same key");
    assert!(valid * 2 > edits, "only {valid} of {edits} edits gave a valid site");
    assert!(reused * 3 > all, "only {reused} of {all} outputs were reused");
    assert!(published < planned, "all {planned} outputs were rendered to be published");
}

/// Before the instant that a build tells, a build on the same or another clock says and shows the same.
#[test]
fn nothing_changes_before_the_instant_that_is_told() {
    let mut later = 0;
    for seed in 0..8 {
        let mut dice = Dice::new(seed);
        let mut world = World::new(&mut dice);
        let mut memory = Memory::default();
        for number in 0..20 {
            let snapshot = world.snapshot(&Snapshot::default());
            let drafts = parse::all(&snapshot);
            let mut at = |now: Instant, clock: Clock| {
                let options = Options { now, clock, variant: Variant::default() };
                prepare(&snapshot, &drafts, &options, &mut memory)
            };
            let clock = if number % 2 == 0 { Clock::Real } else { Clock::Fixed };
            let outcome = at(world.now, clock);
            let Some(prepared) = &outcome.prepared else { continue };
            let secs = outcome.until.secs_since(world.now);
            for ahead in [secs - 1, secs - 2, dice.below(secs.max(1) as u64) as i64] {
                if ahead > 0 {
                    later += 1;
                    let (told, then) =
                        (format!("seed {seed}, site {number}, {ahead} s later"), world.now.plus_secs(ahead));
                    let after = at(then, clock);
                    assert_eq!(after.problems, outcome.problems, "{told}");
                    let variant = Variant::default();
                    assert!(after.prepared.unwrap().keys(&variant) == prepared.keys(&variant), "{told}");
                }
            }
            let next = if dice.below(3) == 0 { outcome.until } else { prepared.edition.next_change };
            world.edit(&mut dice, next);
        }
    }
    assert!(later > 100, "{later}");
}

/// What an update's words change: the outputs of the report and its lists, and those of the whole site.
#[test]
fn one_report_changes_the_keys_of_its_own_outputs_alone() {
    let report = |number: u64, component: u64| {
        let day = 10 + number;
        let text = format!(
            "+++\ntitle = \"R{number}\"\ncomponents = {{ c{component} = \"major_outage\" }}\n+++\n\n\
             ## Investigating, 2025-{:02}-{day} 10:00Z\n\nWords.\n\n## Resolved, 11:00Z\n\nDone.\n",
            number % 12 + 1,
        );
        (format!("content/incidents/r{number}.md"), text)
    };
    let component =
        |ix: u64| format!("[[components]]\nid = \"c{ix}\"\nname = \"C{ix}\"\nsince = 2024-01-01\n");
    let site = "title = \"S\"\nbase_url = \"https://s.example.org/\"\n".to_owned()
        + &(0..3).map(component).collect::<String>();
    let files: BTreeMap<String, String> =
        (0..9).map(|number| report(number, number % 3)).chain([("site.toml".to_owned(), site)]).collect();
    let keys = |files: &BTreeMap<String, String>| {
        let entry = |(path, text): (&String, &String)| {
            (SourcePath::new(path), Entry::Bytes(Arc::from(text.clone().into_bytes())))
        };
        let snapshot = Snapshot { files: files.iter().map(entry).collect() };
        let now = Instant::parse_rfc3339("2026-01-20T12:00:00Z").unwrap();
        let options = Options { now, clock: Clock::Fixed, variant: Variant::default() };
        let prepared = run(&snapshot, &options).prepared.unwrap();
        prepared.keys(&options.variant)
    };
    let before = keys(&files);
    let mut edited = files.clone();
    edited.get_mut("content/incidents/r4.md").unwrap().push_str("\nMore.\n");
    let after = keys(&edited);
    let changed = after.iter().filter(|(path, key)| before.get(*path) != Some(*key));
    let changed: Vec<&str> = changed.map(|(path, _)| path.as_str()).collect();
    let grows = |path: &&&str| {
        ["incidents/", "components/", "history/", "uptime/20"].iter().any(|it| path.contains(it))
    };
    let own = [
        "api/history/2025.json",
        "api/v2/incidents/r4.json",
        "api/v2/incidents/unresolved.json",
        "components/c1/2025/index.html",
        "components/c1/badge-uptime.json",
        "components/c1/badge-uptime.svg",
        "components/c1/badge.json",
        "components/c1/badge.svg",
        "components/c1/days.json",
        "components/c1/feed.json",
        "components/c1/history.atom",
        "components/c1/history.rss",
        "components/c1/index.html",
        "components/c1/maintenance.ics",
        "history/2025-05/index.html",
        "history/2025.json",
        "history/index.html",
        "incidents/r4/index.html",
        "uptime/2025-totals.csv",
        "uptime/2025.csv",
        "uptime/2025/index.html",
    ];
    assert_eq!(changed.iter().filter(grows).copied().collect::<Vec<_>>(), own);
}

/// An open report is listed under each year that it touches: a year that begins changes its lists.
#[test]
fn a_year_that_begins_changes_the_lists_of_an_open_report() {
    let site = "title = \"S\"\nbase_url = \"https://s.example.org/\"\n[[components]]\nid = \"c\"\nname = \"C\"\nsince = 2024-01-01\n";
    let open = "+++\ntitle = \"Open\"\ntags = [\"t\"]\ncomponents = { c = \"major_outage\" }\n+++\n\n\
                ## Investigating, 2025-11-30 10:00Z\n\nWords.\n\n# Postmortem, 2025-12-02 10:00Z\n\nTold.\n";
    let files = support::snapshot(&[("site.toml", site), ("content/incidents/open.md", open)]);
    let (mut builder, mut output) = (Builder::default(), Output::default());
    for now in
        ["2025-12-30T12:00:00Z", "2025-12-31T12:00:00Z", "2026-01-01T12:00:00Z", "2027-01-01T12:00:00Z"]
    {
        let built = builder.build_snapshot(files.clone(), Instant::parse_rfc3339(now).unwrap()).unwrap();
        output.take(&built, now);
    }
    assert!(output.left.keys().any(|path| path.as_str() == "tags/t/index.html"));
    assert!(output.left.keys().any(|path| path.as_str() == "postmortems/index.html"));
}
