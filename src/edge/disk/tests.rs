//! Tests of the writer against real folders: each builds small sites and looks at what the disk holds then.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use super::write::NO_KEYS;
use super::{
    Action, ChangeDetection, Job, Outcome, Step, build, build_unchanged, compare, last_result, unwatched,
};
use crate::diagnostic::Diagnostic;
use crate::diff::Unmanaged;
use crate::digest::Digest;
use crate::edge::deploy::DeployError;
use crate::model::out_path::OutPath;
use crate::pipeline::{Body, Keys};
use crate::rules::UNUSABLE_PATH;
use crate::source::{Handle, SourcePath};
use crate::time::Instant;

mod unchanged;
#[cfg(unix)]
mod unix;
mod unmanaged;

const STYLE: &str = "assets/style.0123456789abcdef.css";
const NEW_STYLE: &str = "assets/style.fedcba9876543210.css";

/// An output's folder and the clock.
struct Output {
    folder: tempfile::TempDir,
    now: AtomicI64,
    detection: ChangeDetection,
}

type Built = Result<Outcome, DeployError>;

impl Output {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            now: AtomicI64::new(1_714_957_200),
            detection: ChangeDetection::Stamps,
        }
    }

    fn target(&self) -> PathBuf {
        self.folder.path().join("public")
    }

    fn at(&self, path: &str) -> PathBuf {
        self.target().join(path)
    }

    /// Puts a file there that is not ours.
    fn write(&self, path: &str, text: &str) {
        fs::create_dir_all(self.at(path).parent().unwrap()).unwrap();
        fs::write(self.at(path), text).unwrap();
    }

    /// Builds a site of `path=content` words.
    fn run(&self, site: &str, unmanaged: Unmanaged, watch: super::Watch<'_>) -> Built {
        let files = files(site);
        let outputs: Vec<OutPath> = files.keys().cloned().collect();
        let now = Instant::from_epoch_secs(self.now.load(Ordering::Relaxed));
        let target = self.target();
        let detection = self.detection;
        let job = Job { detection, unmanaged, watch, ..Job::new(&target, &target, &outputs, now) };
        build(&job, &|path| Ok(Body::Bytes(files[path].clone())))
    }

    /// Makes every file look as if it had been written a while ago, and lets a build know that.
    fn age(&self, site: &str) {
        let past = SystemTime::now() - Duration::from_secs(1_000);
        for path in snapshot(&self.target()).keys() {
            set_time(&self.at(path), past);
        }
        self.build(site);
    }

    #[track_caller]
    fn build(&self, site: &str) -> String {
        self.run(site, Unmanaged::Refuse, &unwatched).unwrap().changes.to_string()
    }

    #[track_caller]
    fn refused(&self, site: &str) -> String {
        self.refused_with(site, Unmanaged::Refuse)
    }

    #[track_caller]
    fn check_in_the_way(&self, site: &str, unmanaged: Unmanaged, paths: &str) {
        let expected = format!("not written by any build, but in the way of an output: {paths}");
        assert_eq!(self.refused_with(site, unmanaged), expected);
    }

    #[track_caller]
    fn refused_with(&self, site: &str, unmanaged: Unmanaged) -> String {
        match self.run(site, unmanaged, &unwatched) {
            Err(DeployError::Refused(refusal)) => {
                refusal.to_string().replace(&self.target().display().to_string(), "OUT")
            }
            other => panic!("not refused: {other:?}"),
        }
    }

    /// The files outside the writer's own folder, as `path=content` words.
    #[track_caller]
    fn check(&self, expected: &str) {
        let shown = snapshot(&self.target());
        let shown = shown.iter().filter(|(path, _)| !path.starts_with(".allclear"));
        let words: Vec<String> = shown.map(|(path, (text, _))| format!("{path}={text}")).collect();
        assert_eq!(words.join(" "), expected);
    }
}

fn set_time(path: &Path, time: SystemTime) {
    fs::File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
}

fn files(site: &str) -> BTreeMap<OutPath, Vec<u8>> {
    let file = |word: &str| {
        let (path, text) = word.split_once('=').unwrap();
        (OutPath::new(path).unwrap(), text.as_bytes().to_vec())
    };
    site.split_whitespace().map(file).collect()
}

/// Every file and empty folder below a folder, with its content and the time of its last change.
fn snapshot(folder: &Path) -> BTreeMap<String, (String, SystemTime)> {
    let mut found = BTreeMap::new();
    for entry in walkdir::WalkDir::new(folder).min_depth(1) {
        let entry = entry.unwrap();
        let path = entry.path().strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
        let changed = entry.metadata().unwrap().modified().unwrap();
        if entry.file_type().is_dir() {
            if fs::read_dir(entry.path()).unwrap().next().is_none() {
                found.insert(format!("{path}/"), (String::new(), changed));
            }
        } else {
            found.insert(path, (fs::read_to_string(entry.path()).unwrap(), changed));
        }
    }
    found
}

#[test]
fn a_site_is_added_changed_and_removed() {
    let output = Output::new();
    assert_eq!(output.build(""), "0 added, 0 changed, 0 removed, 0 unchanged");
    let added = output.build("index.html=1 a/b/c.html=1 a/d.html=1");
    assert_eq!(added, "+ a/b/c.html\n+ a/d.html\n+ index.html\n3 added, 0 changed, 0 removed, 0 unchanged");
    output.check("a/b/c.html=1 a/d.html=1 index.html=1");
    let changed = output.build("index.html=2 a/d.html=1 a/e.html=1");
    assert_eq!(changed, "- a/b/c.html\n+ a/e.html\n~ index.html\n1 added, 1 changed, 1 removed, 1 unchanged");
    output.check("a/d.html=1 a/e.html=1 index.html=2");
    output.build("");
    output.check("");
}

#[test]
fn the_manifest_is_what_sha256sum_reads() {
    let output = Output::new();
    output.build("a/index.html=abc");
    let manifest = fs::read_to_string(output.at(".allclear/manifest")).unwrap();
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(manifest, format!("# files: 1\n{abc}  a/index.html\n"));
}

#[test]
fn only_what_differs_is_written() {
    let output = Output::new();
    output.build("index.html=1 a.html=1 b.html=1");
    let past = SystemTime::now() - Duration::from_secs(1_000);
    set_time(&output.at("a.html"), past);
    output.build("index.html=1 a.html=1 b.html=2");
    assert_eq!(snapshot(&output.target())["a.html"].1, past);
}

#[test]
fn lost_and_shortened_files_come_back() {
    let output = Output::new();
    let site = "index.html=1 a/b.html=1 c.html=123";
    output.build(site);
    fs::remove_dir_all(output.at("a")).unwrap();
    fs::write(output.at("c.html"), "").unwrap();
    assert_eq!(output.build(site), "+ a/b.html\n~ c.html\n1 added, 1 changed, 0 removed, 1 unchanged");
    output.check("a/b.html=1 c.html=123 index.html=1");
}

/// A copied file in the site's folder.
fn logo() -> Body {
    Body::File(Handle::new(SourcePath::new("logo.png"), 1, 1))
}

#[test]
fn files_are_copied_and_counted_like_pages() {
    let output = Output::new();
    let source = output.folder.path().join("logo.png");
    let outputs = [OutPath::new("logo.png").unwrap()];
    let target = output.target();
    let job = Job::new(&target, output.folder.path(), &outputs, Instant::from_epoch_secs(0));
    let copy = || build(&job, &|_| Ok(logo()));
    let error = copy().unwrap_err().to_string();
    assert_eq!(error, format!("cannot read `{}`: No such file or directory", source.display()));
    fs::write(&source, "x".repeat(300_000)).unwrap();
    assert_eq!(copy().unwrap().changes.added, outputs);
    assert_eq!(fs::read(output.at("logo.png")).unwrap(), fs::read(&source).unwrap());
    assert!(copy().unwrap().changes.is_empty());
    fs::write(&source, "y").unwrap();
    assert_eq!(copy().unwrap().changes.changed, outputs);
    output.check("logo.png=y");
}

#[test]
fn nothing_is_touched_when_a_page_cannot_be_rendered() {
    let output = Output::new();
    output.build("index.html=1 a.html=1 b.html=1");
    let before = snapshot(&output.target());
    let paths = ["index.html", "a.html", "c.html"].map(|path| OutPath::new(path).unwrap());
    let target = output.target();
    let job = Job::new(&target, &target, &paths, Instant::from_epoch_secs(0));
    let problem = |path: &str| Diagnostic::new(UNUSABLE_PATH, &SourcePath::new(path), 0..0, "no such field");
    let render = |path: &OutPath| match path.is_front_page() {
        true => Ok(Body::Bytes(b"2".to_vec())),
        false => Err(problem(path.as_str())),
    };
    let Err(DeployError::Render(problems)) = build(&job, &render) else { panic!("two pages fail") };
    assert_eq!(problems, ["a.html", "c.html"].map(problem));
    assert_eq!(snapshot(&output.target()), before);
}

#[test]
fn a_plan_says_the_same_and_writes_nothing() {
    let output = Output::new();
    let plan = |site: &str| {
        let files = files(site);
        let outputs: Vec<OutPath> = files.keys().cloned().collect();
        let now = Instant::from_epoch_secs(output.now.load(Ordering::Relaxed));
        let target = output.target();
        let job = Job::new(&target, &target, &outputs, now);
        compare(&job, &|path| Ok(Body::Bytes(files[path].clone()))).unwrap()
    };
    plan("index.html=1");
    assert!(!output.target().exists());
    output.build(&format!("index.html=1 a.html=1 {STYLE}=1"));
    let before = snapshot(&output.target());
    let planned = plan("index.html=2 b.html=1");
    assert_eq!(snapshot(&output.target()), before);
    assert_eq!(planned.changes.to_string(), output.build("index.html=2 b.html=1"));
}

#[test]
fn files_take_their_places_in_the_order_that_is_safe_for_readers() {
    let output = Output::new();
    output.build("index.html=1 a/x.html=1 old/y.html=1");
    let steps = Mutex::new(Vec::new());
    let watch = |step: Step<'_>| {
        let path = step.path.strip_prefix(output.target()).unwrap().to_str().unwrap().to_owned();
        if !path.starts_with(".allclear/stage") && step.action != Action::Sync {
            steps.lock().unwrap().push(format!("{:?} {path}", step.action));
        }
        Ok(())
    };
    let site = format!("index.html=2 a/x.html=2 a/new.html=1 fresh/1.html=1 fresh/sub/2.html=1 {STYLE}=1");
    output.run(&site, Unmanaged::Refuse, &watch).unwrap();
    let expected = [
        "Rename .allclear/journal",
        "Rename assets",
        "Rename a/new.html",
        "Rename fresh",
        "Rename .allclear/journal",
        "Rename a/x.html",
        "Rename index.html",
        "Rename .allclear/manifest",
        "Rename .allclear/journal",
        "DeleteFile old/y.html",
        "DeleteFolder old",
        "DeleteFile .allclear/journal",
        "Rename .allclear/inputs",
    ];
    assert_eq!(steps.into_inner().unwrap(), expected);
}

#[test]
fn superseded_assets_stay_a_day() {
    let output = Output::new();
    output.build(&format!("index.html=1 {STYLE}=1"));
    let superseded = output.build(&format!("index.html=2 {NEW_STYLE}=2"));
    assert_eq!(
        superseded,
        format!("+ {NEW_STYLE}\n~ index.html\n1 added, 1 changed, 0 removed, 0 unchanged")
    );
    output.check(&format!("{STYLE}=1 {NEW_STYLE}=2 index.html=2"));
    assert!(!fs::read_to_string(output.at(".allclear/manifest")).unwrap().contains(STYLE));
    output.now.fetch_add(86_399, Ordering::Relaxed);
    assert!(!output.build(&format!("index.html=2 {NEW_STYLE}=2")).contains(STYLE));
    output.now.fetch_add(1, Ordering::Relaxed);
    assert!(output.build(&format!("index.html=2 {NEW_STYLE}=2")).contains(&format!("- {STYLE}")));
    output.check(&format!("{NEW_STYLE}=2 index.html=2"));
    assert_eq!(fs::read_to_string(output.at(".allclear/retired")).unwrap(), "");
}

#[test]
fn an_asset_that_comes_back_is_not_written_again() {
    let output = Output::new();
    output.build(&format!("index.html=1 {STYLE}=1"));
    output.build(&format!("index.html=2 {NEW_STYLE}=2"));
    let back = output.build(&format!("index.html=1 {STYLE}=1"));
    assert_eq!(back, "~ index.html\n0 added, 1 changed, 0 removed, 1 unchanged");
    output.check(&format!("{STYLE}=1 {NEW_STYLE}=2 index.html=1"));
}

#[test]
fn one_writer_at_a_time() {
    let output = Output::new();
    let inner = Mutex::new(None);
    let watch = |step: Step<'_>| {
        if step.action == Action::Rename {
            *inner.lock().unwrap() = Some(output.refused("index.html=2"));
        }
        Ok(())
    };
    output.run("index.html=1", Unmanaged::Refuse, &watch).unwrap();
    assert_eq!(inner.into_inner().unwrap().as_deref(), Some("another build is writing `OUT`"));
}

#[test]
fn a_failing_disk_leaves_whole_files_and_the_next_build_goes_on() {
    let old = format!("index.html=1 a/x.html=1 b.html=1 gone/y.html=1 {STYLE}=1");
    let new = format!("index.html=2 a/x.html=2 b.html=1 c/d/e.html=1 f.html=1 {NEW_STYLE}=1");
    let mut steps = 0;
    for failing in 0.. {
        let output = Output::new();
        output.build(&old);
        output.write("mine.txt", "mine");
        let made = Mutex::new(0);
        let watch = |_: Step<'_>| {
            let mut made = made.lock().unwrap();
            *made += 1;
            if *made > failing { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
        };
        if output.run(&new, Unmanaged::Refuse, &watch).is_ok() {
            break;
        }
        steps += 1;
        output.build(&new);
        let left = format!("a/x.html=2 {STYLE}=1 {NEW_STYLE}=1 b.html=1 c/d/e.html=1 f.html=1 index.html=2");
        output.check(&format!("{left} mine.txt=mine"));
        assert!(!output.at(".allclear/journal").exists() && !output.at(".allclear/stage").exists());
        // No file was forgotten: all of them can go. Syncing makes this slow, so it is not asked after every step.
        if failing % 5 == 0 {
            output.build("");
            output.now.fetch_add(86_400, Ordering::Relaxed);
            output.build("");
            output.check("mine.txt=mine");
        }
    }
    assert!(steps > 30, "only {steps} steps were tried");
}
