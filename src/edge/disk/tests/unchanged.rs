//! Outputs that did not change are neither rendered nor written.

use super::*;

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
    let boot = crate::edge::disk::stamp::boot();
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

#[test]
fn what_was_made_of_the_same_is_not_rendered_again() {
    let output = Output::new();
    let source = output.folder.path().join("logo.png");
    fs::write(&source, "x").unwrap();
    let rendered = Mutex::new(Vec::new());
    let target = output.target();
    let paths = ["index.html", "a.html", "logo.png"].map(|path| OutPath::new(path).unwrap());
    let run = |made_of: &str, text: &str, watch: crate::edge::disk::Watch<'_>| {
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
fn an_unchanged_build_repeats_the_recorded_result() {
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
