//! What commands ask at a terminal: a real one, of util-linux's `script`.

use std::io::Write as _;
use std::process::Stdio;

use super::{Desk, OPEN, OPEN_PATH, binary};
use crate::support::Ran;

/// Runs a command at a terminal and types the answers.
fn at_terminal(desk: &Desk, args: &str, answers: &str) -> Ran {
    at_terminal_with(desk, args, answers, ("NO_COLOR", "1"))
}

fn at_terminal_with(desk: &Desk, args: &str, answers: &str, (name, value): (&str, &str)) -> Ran {
    let typed = format!("{} {args}", binary().display());
    let mut command = desk.command(&[]);
    let mut script = std::process::Command::new("script");
    script.args(["--quiet", "--return", "--echo", "never", "--command", &typed, "/dev/null"]);
    script.current_dir(desk.path()).env_remove("NO_COLOR").env(name, value).env_remove("SOURCE_DATE_EPOCH");
    command.env_clear();
    let mut child = script
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("script is there");
    child.stdin.take().unwrap().write_all(answers.as_bytes()).unwrap();
    Ran::of(child.wait_with_output().unwrap())
}

#[test]
fn a_terminal_shows_states_in_colour_unless_it_is_asked_not_to() {
    let desk = Desk::open();
    let colour = "\u{1b}[33mPartially Degraded Service\u{1b}[0m";
    let ran = at_terminal_with(&desk, "status", "", ("TERM", "xterm"));
    assert!(ran.stdout.contains(colour), "{}", ran.stdout);
    let plain =
        [("NO_COLOR", "1"), ("TERM", "dumb")].map(|it| at_terminal_with(&desk, "status", "", it).stdout);
    assert!(plain.iter().all(|text| !text.contains('\u{1b}') && text.contains("Degraded")), "{plain:?}");
    assert!(!desk.done(&["status"]).contains('\u{1b}'));
}

#[test]
fn new_asks_for_component_state_title_and_message() {
    let desk = Desk::with(&[]);
    let ran = at_terminal(&desk, "new", "2\n9\n1\n\nWeb is down\nWe know.\nWe are on it.\n\n").ended(0);
    let (path, bytes) = desk.files().into_iter().find(|(path, _)| path.contains("web-is-down")).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    assert!(
        text.contains("title = \"Web is down\"\ncomponents = { web = \"major_outage\" }\n"),
        "{path}: {text}"
    );
    assert!(text.ends_with("\n\nWe know.\nWe are on it.\n"), "{text}");
    assert!(
        ran.stdout.contains("a number from 1 to 3, please") && ran.stdout.contains("a title, please"),
        "{}",
        ran.stdout
    );
    desk.is_sound();
}

#[test]
fn update_asks_which_incident_what_status_and_what_to_say() {
    let desk = Desk::with(&[(OPEN_PATH, OPEN), ("content/incidents/second.md", OPEN)]);
    let ran = at_terminal(&desk, "update slow", "identifed\nidentified\nIt is the database.\n\n").ended(0);
    assert!(ran.stdout.contains("did you mean `identified`?"), "{}", ran.stdout);
    let text = desk.read(OPEN_PATH);
    assert!(text.contains("\n## Identified, ") && text.ends_with("\n\nIt is the database.\n"), "{text}");
    let ran = at_terminal(&desk, "resolve --message Over.", "1\n").ended(0);
    assert!(ran.stdout.contains("Which open incident?"), "{}", ran.stdout);
    assert!(desk.read("content/incidents/second.md").ends_with("\n\nOver.\n"));
}

#[test]
fn the_end_of_the_input_writes_nothing() {
    let desk = Desk::open();
    let before = desk.files();
    for (args, answers) in [("new", "1\n\u{4}"), ("update", "\u{4}"), ("update", "\n\n")] {
        let ran = at_terminal(&desk, args, answers).ended(2);
        assert!(ran.stdout.contains("nothing was written"), "{}", ran.stdout);
    }
    assert_eq!(desk.files(), before);
}
