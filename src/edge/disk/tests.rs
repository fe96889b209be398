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
fn building_again_changes_no_files_time() {
    let output = Output::new();
    let site = format!("index.html=1 a/b.html=1 {STYLE}=1");
    output.build(&site);
    output.age(&site);
    let before = snapshot(&output.target());
    let steps = Mutex::new(Vec::new());
    let watch = |step: Step<'_>| {
        steps.lock().unwrap().push(step.action);
        Ok(())
    };
    let outcome = output.run(&site, Unmanaged::Refuse, &watch).unwrap();
    assert!(outcome.changes.is_empty());
    assert_eq!(steps.into_inner().unwrap(), []);
    assert_eq!(snapshot(&output.target()), before);
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

#[test]
fn a_file_changed_at_equal_length_comes_back() {
    let output = Output::new();
    let site = "index.html=123 a.html=456";
    output.build(site);
    // Right after the build, when the file system's clock has not gone on, as later.
    for _ in 0..2 {
        fs::write(output.at("a.html"), "xyz").unwrap();
        assert_eq!(output.build(site), "~ a.html\n0 added, 1 changed, 0 removed, 1 unchanged");
        output.check("a.html=456 index.html=123");
        output.age(site);
    }
}

#[test]
fn a_change_behind_the_same_stamp_is_found_by_digests_and_after_a_restart() {
    let mut output = Output::new();
    let site = "index.html=123 a.html=456";
    output.build(site);
    output.age(site);
    let record = output.at(".allclear/inputs");
    let boot = super::stamp::boot();
    let damage = |output: &Output| {
        let time = fs::metadata(output.at("a.html")).unwrap().modified().unwrap();
        fs::write(output.at("a.html"), "\0\0\0").unwrap();
        set_time(&output.at("a.html"), time);
    };
    let mended = "~ a.html\n0 added, 1 changed, 0 removed, 1 unchanged";
    damage(&output);
    if boot.is_some() {
        assert_eq!(output.build(site), "0 added, 0 changed, 0 removed, 2 unchanged");
    }
    output.detection = ChangeDetection::Digests;
    assert_eq!(output.build(site), mended);
    output.detection = ChangeDetection::Stamps;

    output.age(site);
    damage(&output);
    let text = fs::read_to_string(&record).unwrap();
    let another_boot = text.replace(&boot.unwrap_or("-".to_owned()), "another-boot");
    assert_ne!(another_boot, text);
    fs::write(&record, another_boot).unwrap();
    assert_eq!(output.build(site), mended);
    output.check("a.html=456 index.html=123");

    output.age(site);
    damage(&output);
    fs::remove_file(&record).unwrap();
    assert_eq!(output.build(site), mended);
    output.check("a.html=456 index.html=123");
}

/// A copied file in the site's folder.
fn logo() -> Body {
    Body::File(Handle { path: SourcePath::new("logo.png"), len: 1, stamp: 1 })
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
fn what_was_made_of_the_same_is_not_rendered_again() {
    let output = Output::new();
    let source = output.folder.path().join("logo.png");
    fs::write(&source, "x").unwrap();
    let rendered = Mutex::new(Vec::new());
    let target = output.target();
    let paths = ["index.html", "a.html", "logo.png"].map(|path| OutPath::new(path).unwrap());
    let run = |made_of: &str, text: &str, watch: super::Watch<'_>| {
        rendered.lock().unwrap().clear();
        let key = |(path, key): (&OutPath, &str)| (path.clone(), Digest::of(key.as_bytes()).into());
        let keys = paths.iter().zip(made_of.split(' ')).map(key).collect();
        let job = Job::new(&target, output.folder.path(), &paths, Instant::from_epoch_secs(0));
        let built = build(&Job { keys: &keys, watch, ..job }, &|path| {
            if path.as_str() == "logo.png" {
                return Ok(logo());
            }
            rendered.lock().unwrap().push(path.to_string());
            Ok(Body::Bytes(text.as_bytes().to_vec()))
        });
        let mut rendered = rendered.lock().unwrap().clone();
        rendered.sort();
        (built.map(|outcome| outcome.changes.written()).ok(), rendered.join(" "))
    };
    let check = |(written, rendered): (Option<usize>, String), expected: (Option<usize>, &str)| {
        assert_eq!((written, rendered.as_str()), expected);
    };
    check(run("one one", "1", &unwatched), (Some(3), "a.html index.html"));
    let before = snapshot(&target);
    check(run("one one", "1", &unwatched), (Some(0), ""));
    assert_eq!(snapshot(&target), before);

    // What is gone or cut short is made again, and that alone; a copied file is looked at each time.
    fs::remove_file(output.at("a.html")).unwrap();
    check(run("one one", "1", &unwatched), (Some(1), "a.html"));
    fs::write(&source, "yy").unwrap();
    check(run("one one", "1", &unwatched), (Some(1), ""));
    check(run("one one", "1", &unwatched), (Some(0), ""));

    // Only what has another key is rendered.
    check(run("one three", "3", &unwatched), (Some(1), "a.html"));
    check(run("one one", "1", &unwatched), (Some(1), "a.html"));

    // Other keys say nothing of these, the old ones nothing any more.
    check(run("two two", "2", &unwatched), (Some(2), "a.html index.html"));
    check(run("one one", "1", &unwatched), (Some(2), "a.html index.html"));

    // Nor does a record beside a manifest it was not made with, or after a build that did not end.
    let fails = |step: Step<'_>| match step.path.ends_with("manifest") && step.action == Action::Rename {
        true => Err(io::Error::other("the disk is full")),
        false => Ok(()),
    };
    check(run("two two", "2", &fails), (None, "a.html index.html"));
    check(run("one one", "2", &unwatched), (Some(0), "a.html index.html"));
    output.check("a.html=2 index.html=2 logo.png=yy");
}

#[test]
fn what_a_build_did_is_done_again_by_its_answer_alone() {
    let output = Output::new();
    let (target, paths) =
        (output.target(), ["index.html", "logo.png"].map(|path| OutPath::new(path).unwrap()));
    let source = output.folder.path().join("logo.png");
    fs::write(&source, "x").unwrap();
    let keys: Keys = [(paths[0].clone(), Digest::of(b"1").into())].into();
    let job = Job::new(&target, output.folder.path(), &paths, Instant::from_epoch_secs(0));
    let job = Job { keys: &keys, result: "one", ..job };
    let is_copy = |path: &OutPath| path.as_str() == "logo.png";
    let render = |path: &OutPath| Ok(if is_copy(path) { logo() } else { Body::Bytes(b"1".to_vec()) });
    let copied = |path: &OutPath| match logo() {
        Body::File(handle) if is_copy(path) => Some(handle),
        _ => None,
    };
    let again = |result: &str| {
        let outputs = [];
        let built =
            build_unchanged(&Job { result, outputs: &outputs, keys: &NO_KEYS, ..job }, &copied).unwrap();
        built.map(|outcome| outcome.changes.to_string())
    };
    let unchanged = || Some("0 added, 0 changed, 0 removed, 2 unchanged".to_owned());
    assert_eq!((last_result(&target), again("one")), (None, None));
    build(&job, &render).unwrap();
    assert_eq!(
        (last_result(&target), again("one"), again("two")),
        (Some("one".to_owned()), unchanged(), None)
    );
    fs::write(&source, "y").unwrap();
    assert_eq!(again("one").unwrap(), "~ logo.png\n0 added, 1 changed, 0 removed, 1 unchanged");
    fs::write(output.at("index.html"), "mine").unwrap();
    assert_eq!(again("one"), None);
    build(&job, &render).unwrap();
    assert_eq!(again("one"), unchanged());
    let fails = |step: Step<'_>| match step.path.ends_with("manifest") && step.action == Action::Rename {
        true => Err(io::Error::other("the disk is full")),
        false => Ok(()),
    };
    let other = Job { keys: &NO_KEYS, result: "two", watch: &fails, ..job };
    build(&other, &|path| Ok(if is_copy(path) { logo() } else { Body::Bytes(b"2".to_vec()) })).unwrap_err();
    assert_eq!((last_result(&target), again("one")), (Some("one".to_owned()), None));
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
fn a_folder_that_is_not_ours_is_refused_unless_taken_over() {
    let output = Output::new();
    output.write("notes.txt", "mine");
    output.write("index.html", "mine");
    output.write("same.html", "1");
    let site = "index.html=1 same.html=1 a.html=1";
    assert_eq!(output.refused(site), "`OUT` holds files, and no build has written there before");
    assert!(!output.at(".allclear").exists());
    let outcome = output.run(site, Unmanaged::Adopt, &unwatched).unwrap();
    let expected = "+ a.html\n~ index.html\n1 added, 1 changed, 0 removed, 1 unchanged";
    assert_eq!(outcome.changes.to_string(), expected);
    output.check("a.html=1 index.html=1 notes.txt=mine same.html=1");
    output.build("");
    output.check("notes.txt=mine");
}

#[test]
fn a_file_that_is_not_ours_stops_the_build() {
    let output = Output::new();
    output.build("index.html=1");
    output.write("a/b.html", "mine");
    let before = snapshot(&output.target());
    let refused = output.refused("index.html=2 a/b.html=1");
    assert_eq!(refused, "not written by any build, but in the place of an output: `OUT/a/b.html`");
    assert_eq!(snapshot(&output.target()), before);
    output.run("index.html=2 a/b.html=1", Unmanaged::Adopt, &unwatched).unwrap();
    output.check("a/b.html=1 index.html=2");
}

#[test]
fn what_stands_in_the_way_is_never_overwritten() {
    let output = Output::new();
    output.build("index.html=1");
    output.write("a", "mine");
    output.write("b/mine.txt", "mine");
    for unmanaged in [Unmanaged::Refuse, Unmanaged::Adopt] {
        output.check_in_the_way("a/x.html=1 b=1", unmanaged, "`OUT/a`, `OUT/b`");
    }
    output.check("a=mine b/mine.txt=mine index.html=1");
}

#[test]
fn a_folder_in_the_place_of_our_own_file_stops_the_build_unless_it_is_empty() {
    let output = Output::new();
    output.build("a.html=1 index.html=1");
    fs::remove_file(output.at("index.html")).unwrap();
    output.write("index.html/mine.txt", "mine");
    for unmanaged in [Unmanaged::Refuse, Unmanaged::Adopt] {
        output.check_in_the_way("a.html=2 index.html=2", unmanaged, "`OUT/index.html`");
    }
    output.check("a.html=1 index.html/mine.txt=mine");
    assert!(!output.at(".allclear/journal").exists());
    fs::remove_file(output.at("index.html/mine.txt")).unwrap();
    fs::create_dir(output.at("index.html/empty")).unwrap();
    output.build("a.html=2 index.html=2");
    output.check("a.html=2 index.html=2");
}

#[test]
fn foreign_files_keep_their_folders() {
    let output = Output::new();
    output.build("a/b/c.html=1 a/d.html=1");
    output.write("a/b/mine.txt", "mine");
    output.build("");
    output.check("a/b/mine.txt=mine");
}

#[test]
fn files_turn_into_folders_and_back() {
    let output = Output::new();
    output.build("x=1 index.html=1");
    output.build("x/y/z.html=1 index.html=1");
    output.check("index.html=1 x/y/z.html=1");
    output.build("x/y=2 index.html=1");
    output.check("index.html=1 x/y=2");
    output.build("x=3 index.html=1");
    output.check("index.html=1 x=3");
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

#[test]
fn a_file_put_where_a_killed_build_was_to_write_stays_its_owners() {
    let output = Output::new();
    output.build("index.html=1");
    let watch = |step: Step<'_>| {
        let is_due = step.path.ends_with("a.html") && step.action == Action::Rename;
        if is_due { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    };
    output.run("index.html=1 a.html=1", Unmanaged::Refuse, &watch).unwrap_err();
    assert!(output.at(".allclear/journal").exists());
    output.write("a.html", "mine");
    output.refused("index.html=1 a.html=1");
    output.build("index.html=1");
    output.check("a.html=mine index.html=1");
}

#[test]
fn a_damaged_file_of_our_own_says_what_to_do_which_then_works() {
    let damages: [(&str, &[u8], &str); 6] = [
        ("manifest", b"", "line 1: it is cut: it ends after 0 of its files"),
        ("manifest", b"# files: 2\n", "line 1: it is cut: it ends after 0 of 2 files"),
        ("manifest", b"<<<<<<< HEAD\n", "line 1: not a digest, two spaces and a path"),
        ("manifest", b"\xff\0\0", "it is not text"),
        ("journal", b"\0\0\0", "line 1: the line is cut"),
        ("retired", b"x\n", "line 1: not a time, a digest and a path"),
    ];
    for (name, damage, problem) in damages {
        let output = Output::new();
        let site = "index.html=123 a.html=456";
        output.build(site);
        fs::write(output.at(&format!(".allclear/{name}")), damage).unwrap();
        let error = output.run(site, Unmanaged::Refuse, &unwatched).unwrap_err();
        let DeployError::Refused(refusal) = error else { panic!("{error:?}") };
        assert!(refusal.help.contains("`--adopt`"));
        let file = output.at(&format!(".allclear/{name}"));
        assert_eq!(refusal.to_string(), format!("`{}` is damaged: {problem}", file.display()));
        fs::write(output.at("a.html"), "xyz").unwrap();
        output.run(site, Unmanaged::Adopt, &unwatched).unwrap();
        assert_eq!(output.build(site), "0 added, 0 changed, 0 removed, 2 unchanged");
        output.check("a.html=456 index.html=123");
    }
}

#[cfg(unix)]
mod unix {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::{Output, Unmanaged, unwatched};

    #[test]
    fn a_link_in_place_of_a_folder_is_not_followed() {
        let output = Output::new();
        output.build("a/x.html=1 a/y.html=1 index.html=1");
        let elsewhere = output.folder.path().join("elsewhere");
        fs::rename(output.at("a"), &elsewhere).unwrap();
        symlink(&elsewhere, output.at("a")).unwrap();
        output.check_in_the_way("a/x.html=2 a/y.html=1 index.html=1", Unmanaged::Adopt, "`OUT/a`");
        output.build("index.html=1");
        assert_eq!(fs::read_to_string(elsewhere.join("x.html")).unwrap(), "1");
    }

    /// Where a new output is to go.
    #[test]
    fn a_fifo_socket_or_device_in_the_place_of_a_new_output_ends_the_build() {
        let output = Output::new();
        output.build("index.html=1");
        let made = std::process::Command::new("mkfifo").arg(output.at("fifo")).status();
        assert!(made.unwrap().success());
        let _socket = std::os::unix::net::UnixListener::bind(output.at("socket")).unwrap();
        symlink("/dev/zero", output.at("device")).unwrap();
        for path in ["fifo", "socket", "device"] {
            for site in [format!("index.html=1 {path}=1"), format!("index.html=1 {path}/x.html=1")] {
                for unmanaged in [Unmanaged::Refuse, Unmanaged::Adopt] {
                    // A link in the place of a file is replaced, not followed.
                    let is_replaced =
                        path == "device" && site.ends_with("device=1") && unmanaged == Unmanaged::Adopt;
                    if !is_replaced {
                        assert!(output.run(&site, unmanaged, &unwatched).is_err(), "{site}");
                        assert_eq!(fs::read_to_string(output.at("index.html")).unwrap(), "1");
                    }
                }
            }
        }
    }

    /// Opening a FIFO waits for a writer without end.
    #[test]
    fn what_is_neither_file_nor_folder_ends_the_build() {
        for path in
            ["a.html", ".allclear/manifest", ".allclear/journal", ".allclear/retired", ".allclear/lock"]
        {
            for unmanaged in [Unmanaged::Refuse, Unmanaged::Adopt] {
                let output = Output::new();
                output.build("a.html=1 index.html=1");
                let _ = fs::remove_file(output.at(path));
                let made = std::process::Command::new("mkfifo").arg(output.at(path)).status();
                assert!(made.unwrap().success());
                let error = output.run("a.html=1 index.html=1", unmanaged, &unwatched).unwrap_err();
                assert!(error.to_string().contains("it is neither file nor folder"), "{path}: {error}");
            }
        }
    }

    #[test]
    fn what_stands_where_builds_keep_their_own_is_neither_followed_nor_overwritten() {
        let names = ["manifest", "journal", "retired", "inputs", "lock", "stage", ""];
        for (name, unmanaged) in names
            .iter()
            .flat_map(|name| [Unmanaged::Refuse, Unmanaged::Adopt].map(|unmanaged| (name, unmanaged)))
        {
            let output = Output::new();
            output.build("a.html=1 index.html=1");
            let place = output.at(format!(".allclear/{name}").trim_end_matches('/'));
            let elsewhere = output.folder.path().join("elsewhere");
            let kind = if ["stage", ""].contains(name) { "a folder" } else { "a file" };
            let check = |found: &str| {
                let before = fs::read_to_string(output.at("a.html")).unwrap();
                let error = output.run("a.html=2 index.html=1", unmanaged, &unwatched).unwrap_err();
                let said = format!(
                    "cannot use `{}`: it is {found}, where builds keep {kind} of their own; move it away",
                    place.display()
                );
                assert_eq!(error.to_string(), said);
                assert!(!elsewhere.exists());
                assert_eq!(fs::read_to_string(output.at("a.html")).unwrap(), before);
            };
            let clear = || match fs::symlink_metadata(&place) {
                Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(&place).unwrap(),
                Ok(_) => fs::remove_file(&place).unwrap(),
                Err(_) => {}
            };
            clear();
            symlink(&elsewhere, &place).unwrap();
            check("a link");
            clear();
            match kind {
                "a file" => {
                    fs::create_dir(&place).unwrap();
                    check("a folder");
                }
                _ => {
                    fs::write(&place, "x").unwrap();
                    check("a file");
                }
            }
            clear();
            output.run("a.html=2 index.html=1", Unmanaged::Adopt, &unwatched).unwrap();
        }
    }

    #[test]
    fn a_link_in_place_of_a_file_is_replaced_not_followed() {
        let output = Output::new();
        output.build("a.html=1");
        let elsewhere = output.folder.path().join("elsewhere");
        fs::write(&elsewhere, "mine").unwrap();
        fs::remove_file(output.at("a.html")).unwrap();
        symlink(&elsewhere, output.at("a.html")).unwrap();
        output.build("a.html=1");
        output.check("a.html=1");
        assert_eq!(fs::read_to_string(elsewhere).unwrap(), "mine");
    }

    /// A hard link stands in for a file system that folds case: two spellings, one file.
    #[test]
    fn a_live_file_is_not_deleted_under_its_old_spelling() {
        let output = Output::new();
        output.build("About.html=1 index.html=1");
        let watch = |step: super::Step<'_>| {
            let is_first_delete = step.action == super::Action::Rename && step.path.ends_with("about.html");
            if is_first_delete && !step.path.starts_with(output.at(".allclear")) {
                fs::remove_file(output.at("About.html"))?;
                fs::hard_link(output.at(".allclear/stage/out/about.html"), output.at("About.html"))?;
            }
            Ok(())
        };
        output.run("about.html=2 index.html=1", Unmanaged::Refuse, &watch).unwrap();
        output.check("About.html=2 about.html=2 index.html=1");
    }

    /// Hard links of another tool's making are separate files to us.
    #[test]
    fn hard_links_with_other_names_are_deleted() {
        let output = Output::new();
        output.build("a.html=1 b.html=1");
        fs::remove_file(output.at("b.html")).unwrap();
        fs::hard_link(output.at("a.html"), output.at("b.html")).unwrap();
        output.build("a.html=1");
        output.check("a.html=1");
    }
}
