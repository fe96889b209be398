//! Many commands at once, and commands that are killed.

use std::process::{Child, Stdio};
use std::thread;
use std::time::Duration;

use super::{Desk, OPEN, OPEN_PATH};

/// How many commands run at once.
const CROWD: usize = 100;

/// Starts commands all at once and waits for their ends.
fn all_at_once(desk: &Desk, count: usize, args: impl Fn(usize) -> Vec<String>) {
    let start = |number: usize| -> Child {
        let args = args(number);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        desk.command(&args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    };
    let children: Vec<Child> = (0..count).map(start).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
}

#[test]
fn a_hundred_updates_at_once_are_all_there() {
    let desk = Desk::open();
    all_at_once(&desk, CROWD, |number| {
        ["update", "--message", &format!("Word {number}.")].map(str::to_owned).to_vec()
    });
    let text = desk.read(OPEN_PATH);
    assert!(text.starts_with(OPEN));
    for number in 0..CROWD {
        assert_eq!(text.matches(&format!("\nWord {number}.\n")).count(), 1, "{number}");
    }
    assert_eq!(text.matches("\n## Update, ").count(), CROWD);
    desk.is_sound();
}

#[test]
fn an_alert_that_fires_a_hundred_times_makes_one_incident() {
    let desk = Desk::with(&[]);
    all_at_once(&desk, CROWD, |_| {
        ["new", "API down", "--affects", "api=major", "--key", "x"].map(str::to_owned).to_vec()
    });
    assert_eq!(desk.files().len(), 2);
}

#[test]
fn incidents_of_one_title_are_as_many_files() {
    const INCIDENTS: usize = 30;
    let desk = Desk::with(&[]);
    all_at_once(&desk, INCIDENTS, |number| {
        ["new", "API down", "--message", &format!("Word {number}.")].map(str::to_owned).to_vec()
    });
    let files = desk.files();
    assert_eq!(files.len(), 1 + INCIDENTS);
    let all: String = files.into_values().map(|bytes| String::from_utf8(bytes).unwrap()).collect();
    assert!((0..INCIDENTS).all(|number| all.contains(&format!("\nWord {number}.\n"))));
    desk.is_sound();
}

#[test]
fn killed_at_any_instant_the_old_file_or_the_new_one_is_whole() {
    let desk = Desk::open();
    let (mut old, mut survived, mut written) = (OPEN.to_owned(), 0, 0);
    for number in 0..60 {
        let message = format!("Word {number}. {}", "More words. ".repeat(2_000));
        let mut child = desk
            .command(&["update", "--message", &message])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        thread::sleep(Duration::from_millis(number % 30));
        let _ = child.kill();
        child.wait().unwrap();
        let new = desk.read(OPEN_PATH);
        if new == old {
            survived += 1;
        } else {
            written += 1;
            let section = new.strip_prefix(&old).expect("the old text stays in front");
            assert!(section.ends_with(&format!("{}\n", message.trim_end())), "{section}");
        }
        old = new;
    }
    println!("{survived} times the old file, {written} times the new one");
    desk.done(&["update", "--message", "The last word."]);
    let files: Vec<String> = desk.files().into_keys().collect();
    assert_eq!(files, [OPEN_PATH, "site.toml"]);
    desk.is_sound();
}
