//! Links, devices and names that only Unix has.

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
    for path in ["a.html", ".allclear/manifest", ".allclear/journal", ".allclear/retired", ".allclear/lock"] {
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
    for (name, unmanaged) in
        names.iter().flat_map(|name| [Unmanaged::Refuse, Unmanaged::Adopt].map(|unmanaged| (name, unmanaged)))
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
