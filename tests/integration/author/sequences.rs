//! Whatever authors type, in whatever order: the content passes `check`, and what someone wrote by hand stays.

use proptest::prelude::{Just, Strategy, prop_oneof};
use proptest::test_runner::{Config, TestRunner};

use super::{Desk, OPEN, OPEN_PATH};

/// One command.
fn command() -> impl Strategy<Value = Vec<&'static str>> {
    let message = prop_oneof![
        Just("Plain words."),
        Just("# A heading"),
        Just("api: major\nweb: ok"),
        Just("```\nopen"),
        Just("a\n---\nb"),
        Just("<!-- open"),
        Just("- [ ] list\n\n> quote\n\n| a |\n|---|\n| b |"),
        Just("\u{202e}right to left, \u{1f525}"),
        Just("## Resolved, 10:33"),
        Just("[dead](nowhere.md)"),
    ];
    let verb = prop_oneof![
        Just(vec!["new", "API down", "--affects", "api=major", "--message"]),
        Just(vec!["new", "\"Quoted\" = [title]\\", "--since", "-2h", "--next-update", "+1h", "--message"]),
        Just(vec!["new", "As a draft", "--draft", "--key", "k", "--message"]),
        Just(vec!["schedule", "Move", "--from", "+1d", "--for", "2h", "--affects", "web", "--message"]),
        Just(vec![
            "schedule",
            "Now",
            "--from",
            "-1h",
            "--for",
            "2h",
            "--affects",
            "api=ok",
            "--manual",
            "--message"
        ]),
        Just(vec!["update", "slow", "--affects", "api=ok,web=partial", "--message"]),
        Just(vec!["update", "slow", "--status", "monitoring", "--next-update", "+30m", "--message"]),
        Just(vec!["update", "down", "--affects", "web=degraded", "--message"]),
        Just(vec!["update", "exact", "--affects", "api=partial", "--message"]),
        Just(vec!["update", "exact", "--affects", "api=ok", "--at", "2024-05-01 10:30", "--message"]),
        Just(vec!["update", "now", "--status", "in progress", "--message"]),
        Just(vec!["update", "move", "--status", "cancelled", "--message"]),
        Just(vec!["update", "--key", "k", "--message"]),
        Just(vec!["resolve", "slow", "--message"]),
        Just(vec!["resolve", "exact", "--message"]),
        Just(vec!["resolve", "down", "--message"]),
        Just(vec!["resolve", "now", "--message"]),
        Just(vec!["postmortem", "slow"]),
        Just(vec!["postmortem", "exact", "--with-images"]),
        Just(vec!["postmortem", "slow", "--publish"]),
    ];
    (verb, message).prop_map(|(mut verb, message)| {
        if verb.last() == Some(&"--message") {
            verb.push(message);
        }
        verb
    })
}

const EXACT: &str = "+++\r\ntitle = 'Exact'   # by hand\r\n\r\n[[outages]]\r\ncomponent = 'api'\r\nstate = 'major' # at first\r\n\
                     from = 2024-05-01 10:00\r\n\r\n# the end\r\n+++\r\n\r\n## Investigating - 2024-05-01 10:05\r\n\r\nWords.\r\n";

#[test]
fn any_sequence_of_commands_leaves_sound_content_and_every_line_of_others() {
    let config = Config { cases: 24, failure_persistence: None, ..Config::default() };
    let commands = proptest::collection::vec(command(), 1..9);
    TestRunner::new(config)
        .run(&commands, |commands| {
            let desk = Desk::with(&[(OPEN_PATH, OPEN), ("content/incidents/exact.md", EXACT)]);
            for command in &commands {
                let before = desk.files();
                let ran = desk.run(command);
                match ran.code {
                    Some(0) => {}
                    Some(2) => assert_eq!(desk.files(), before, "{command:?} was refused and wrote"),
                    code => panic!("{command:?} ended with {code:?}: {}", ran.stderr),
                }
            }
            desk.is_sound();
            let files = desk.files();
            let text = |end: &str| {
                let (_, bytes) = files.iter().find(|(path, _)| path.contains(end)).unwrap();
                String::from_utf8(bytes.clone()).unwrap()
            };
            keeps(OPEN, &text("slow-api"));
            keeps(EXACT, &text("exact"));
            Ok(())
        })
        .unwrap();
}

/// Checks that the lines of the old text are in the new one, in their order.
#[track_caller]
fn keeps(old: &str, new: &str) {
    let mut lines = new.split_inclusive('\n');
    for line in old.split_inclusive('\n') {
        assert!(lines.any(|other| other == line), "{line:?} is gone from {new:?}");
    }
}
