//! Files that no build wrote are neither overwritten nor removed.

use super::*;

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
