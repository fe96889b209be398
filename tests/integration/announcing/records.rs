//! Delivery records: how they begin, and a branch that keeps them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::support::{Ran, git};

use super::{Answer, Desk, NOW, SLACK, subjects};

#[test]
fn a_record_begins_before_the_deploy() {
    let desk = Desk::new(SLACK);
    desk.deploy();
    desk.incident("new", "2026-11-20 11:00", "x");
    let (ran, taken) = desk.announce(&["--begin"]);
    ran.ended(0);
    assert!(taken.is_empty());
    let begun = fs::read_to_string(desk.record()).unwrap();
    // Killed before it says anything: what was deployed since is still new.
    desk.deploy();
    desk.announce(&["--begin"]).0.ended(0);
    assert_eq!(fs::read_to_string(desk.record()).unwrap(), begun, "it begins once");
    assert_eq!(subjects(&desk.announce(&[]).1), ["Investigating: About new"]);
}

#[test]
fn a_record_of_a_site_without_updates_is_one() {
    for is_deployed in [false, true] {
        let desk = Desk::new(SLACK);
        fs::remove_dir_all(desk.path().join("content")).unwrap();
        if is_deployed {
            desk.deploy();
        }
        desk.announce(&["--begin"]).0.ended(0);
        desk.incident("new", "2026-11-20 11:00", "x");
        desk.deploy();
        assert_eq!(subjects(&desk.announce(&[]).1), ["Investigating: About new"]);
    }
}

#[test]
fn a_site_without_announcers_has_nothing_to_do() {
    let desk = Desk::new("");
    desk.announce(&[]).0.ended(0).saying("nothing to do: site.toml names no announcer");
    desk.announce(&["chat"]).0.failed("there is no announcer `chat` in site.toml");
}

/// A feed's address may have a query, to get past caches.
#[test]
fn a_feed_is_read_by_its_address() {
    let desk = Desk::new(SLACK);
    desk.deploy();
    let mut command = Command::new(env!("CARGO_BIN_EXE_allclear"));
    command.args(["announce", "--begin", "--site"]).arg(desk.path());
    command.args(["--against", &format!("{}/updates.atom?run=1-1", desk.service.url)]);
    command.env("ALLCLEAR_TEST_CLOCK", NOW);
    Ran::of(command.output().unwrap()).ended(0);
    assert!(fs::read_to_string(desk.record()).unwrap().contains("\"told\""));
}

/// A branch that keeps records, in `records.git`; the clone that began it.
fn branch(desk: &Desk) -> PathBuf {
    git(desk.path(), &["init", "--quiet", "--bare", "--initial-branch=announced", "records.git"]);
    let seed = desk.path().join("seed");
    git(desk.path(), &["clone", "--quiet", "records.git", "seed"]);
    git(&seed, &["switch", "--quiet", "--orphan", "announced"]);
    git(&seed, &["commit", "--quiet", "--allow-empty", "-m", "Delivery records"]);
    git(&seed, &["push", "--quiet", "--set-upstream", "origin", "announced"]);
    seed
}

/// A clone of the branch that keeps records, as a new machine makes it.
fn clone(desk: &Desk, name: &str) -> PathBuf {
    git(desk.path(), &["clone", "--quiet", "--branch", "announced", "records.git", name]);
    desk.path().join(name)
}

fn announced(desk: &Desk, records: &Path) -> Command {
    let mut command = desk.command(&["--push", "--record", records.to_str().unwrap()], NOW);
    for name in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{name}_NAME"), "A").env(format!("GIT_{name}_EMAIL"), "a@example.org");
    }
    command.env("GIT_CONFIG_GLOBAL", "/dev/null");
    command
}

#[test]
fn a_branch_keeps_each_step_of_a_machine_that_dies() {
    let desk = Desk::new(SLACK);
    desk.deploy();
    let seed = branch(&desk);
    for (slug, minute) in [("one", 1), ("two", 2), ("three", 3)] {
        desk.incident(slug, &format!("2026-11-20 11:0{minute}"), "x");
    }
    // The first one is answered, the second one hangs when the machine dies.
    desk.service.fail(&[Answer::Taken, Answer::Hang]);
    let mut child =
        announced(&desk, &clone(&desk, "dead")).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    desk.service.hangs.recv().unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    fs::remove_dir_all(desk.path().join("dead")).unwrap();
    assert_eq!(desk.service.taken().len(), 2);
    let ran = Ran::of(announced(&desk, &clone(&desk, "next")).output().unwrap()).ended(0);
    ran.saying("not known whether it arrived, and not sent again: Investigating: About two");
    assert_eq!(subjects(&desk.service.taken()), ["Investigating: About three"]);
    let last = clone(&desk, "last");
    Ran::of(announced(&desk, &last).output().unwrap()).ended(0);
    assert!(desk.service.taken().is_empty());
    // What nobody can keep is not sent.
    git(&seed, &["pull", "--quiet"]);
    git(&seed, &["commit", "--quiet", "--allow-empty", "-m", "Another machine"]);
    git(&seed, &["push", "--quiet"]);
    desk.incident("four", "2026-11-20 11:30", "x");
    Ran::of(announced(&desk, &last).output().unwrap()).failed("others pushed before");
    assert!(desk.service.taken().is_empty());
}

#[test]
fn records_are_pushed_from_a_clone_of_their_own_alone() {
    let desk = Desk::new(SLACK);
    desk.deploy();
    git(desk.path(), &["init", "--quiet"]);
    fs::create_dir(desk.path().join("records")).unwrap();
    for records in ["records", "absent"] {
        let ran = Ran::of(announced(&desk, &desk.path().join(records)).output().unwrap());
        ran.failed("is in no clone of its own");
        assert!(!desk.path().join(records).join("chat.jsonl").exists());
    }
}

#[cfg(unix)]
#[test]
fn a_push_that_is_refused_loses_no_update_and_is_made_up_for() {
    use std::os::unix::fs::PermissionsExt as _;

    let desk = Desk::new(SLACK);
    desk.deploy();
    branch(&desk);
    let records = clone(&desk, "records");
    let hook = desk.path().join("records.git/hooks/pre-receive");
    let refuse = || {
        fs::create_dir_all(hook.parent().unwrap()).unwrap();
        fs::write(&hook, "#!/bin/sh\nexit 1\n").unwrap();
        fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    };
    let begin = || Ran::of(announced(&desk, &records).arg("--begin").output().unwrap());
    let is_kept = |state: &str| {
        let name = format!("kept-{state}");
        let text = fs::read_to_string(clone(&desk, &name).join("chat.jsonl")).unwrap_or_default();
        fs::remove_dir_all(desk.path().join(name)).unwrap();
        text.contains(&format!("\"{state}\""))
    };
    refuse();
    begin().failed("hook declined");
    assert!(!is_kept("told"));
    fs::remove_file(&hook).unwrap();
    begin().ended(0);
    assert!(is_kept("told"));
    desk.incident("new", "2026-11-20 11:00", "x");
    refuse();
    Ran::of(announced(&desk, &records).output().unwrap()).failed("hook declined");
    assert!(desk.service.taken().is_empty());
    fs::remove_file(&hook).unwrap();
    Ran::of(announced(&desk, &records).output().unwrap()).ended(0);
    assert_eq!(subjects(&desk.service.taken()), ["Investigating: About new"]);
    assert!(is_kept("posted"));
}
