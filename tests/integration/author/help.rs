//! `--help` of every command: golden, of kinds too, at most 80 columns, with an example first. docs/commands.md is made of
//! them. `UPDATE_GOLDEN=1` rewrites all.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::Desk;
use crate::broken::check_golden;

/// The names of all commands, as `allclear --help` lists them.
pub(super) fn commands(desk: &Desk) -> Vec<String> {
    names(&desk.done(&["--help"]))
}

/// The names of the commands in a help text, in its order.
fn names(help: &str) -> Vec<String> {
    let list = help.split("\nUsage: ").nth(1).unwrap().split("\nOptions:\n").next().unwrap();
    let name = |line: &str| {
        let name = line.strip_prefix("  ")?.split(' ').next()?;
        name.starts_with(|first: char| first.is_ascii_lowercase()).then(|| name.to_owned())
    };
    list.lines().filter_map(name).filter(|name| name != "help").collect()
}

/// The titles of the groups in the list of all commands, with their commands.
fn groups(help: &str) -> Vec<(String, Vec<String>)> {
    let parts = help.split("\n\n").filter_map(|part| part.split_once(":\n"));
    let groups = parts.filter(|(title, _)| ["Write", "Look", "Publish", "Machines"].contains(title));
    groups.map(|(title, list)| (title.to_owned(), names(&format!("\nUsage: \n{list}")))).collect()
}

/// The help text of a command and those of its kinds below it.
fn texts(desk: &Desk, command: &[&str]) -> Vec<(String, String)> {
    let help = desk.done(&[command, &["--help"]].concat()) + "\n";
    let inner = if command.is_empty() { Vec::new() } else { names(&help) };
    let mut texts = vec![(command.join(" "), help)];
    texts.extend(inner.iter().flat_map(|name| self::texts(desk, &[command, &[name]].concat())));
    texts
}

/// Lines of the examples that are neither a command nor the rest of a line that ends with a backslash.
fn broken_examples(help: &str) -> Vec<&str> {
    let examples: Vec<&str> = help.lines().skip(1).take_while(|line| !line.is_empty()).collect();
    let begins = |line: &str| line.starts_with("  allclear ");
    let goes_on = |before: Option<&&str>| before.is_some_and(|before| before.ends_with('\\'));
    let places = examples.iter().enumerate();
    let broken = places.filter(|(place, line)| {
        let before = place.checked_sub(1).and_then(|before| examples.get(before));
        begins(line) == goes_on(before)
    });
    broken.map(|(_, line)| *line).collect()
}

#[test]
fn an_example_broken_by_its_width_is_found() {
    assert_eq!(broken_examples("Examples:\n  allclear a\n  allclear b \\\n    c\n\nText"), [""; 0]);
    assert_eq!(broken_examples("Example:\n  allclear a >\n  b\n\nText"), ["  b"]);
}

#[test]
fn every_help_fits_has_an_example_and_is_as_it_was() {
    let desk = Desk::with(&[]);
    let commands = commands(&desk);
    assert!(commands.len() >= 10, "{commands:?}");
    let all = commands.iter().flat_map(|name| texts(&desk, &[name])).chain(texts(&desk, &[]));
    for (command, help) in all {
        let long: Vec<&str> = help.lines().filter(|line| line.chars().count() > 80).collect();
        assert!(long.is_empty(), "{command}: {long:?}");
        let begins = ["Example:\n  allclear ", "Examples:\n  allclear "];
        assert!(begins.iter().any(|begin| help.starts_with(begin)), "{command}");
        assert_eq!(broken_examples(&help), [""; 0], "{command}: this cannot be copied into a shell");
        let name = if command.is_empty() { "allclear".to_owned() } else { command.replace(' ', "-") };
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/help").join(format!("{name}.txt"));
        check_golden(&path, &help);
    }
}

#[test]
fn the_page_of_commands_is_made_of_the_help_texts() {
    let desk = Desk::with(&[]);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/commands.md");
    let page = fs::read_to_string(&path).unwrap();
    let (before, _) = page.split_once("<!-- commands -->\n").unwrap();
    let mut made = format!("{before}<!-- commands -->\n");
    let groups = groups(&desk.done(&["--help"]));
    assert_eq!(groups.iter().map(|(_, names)| names.len()).sum::<usize>(), commands(&desk).len());
    for (title, names) in groups {
        let _ = write!(made, "\n## {title}\n");
        for (command, help) in names.iter().flat_map(|name| texts(&desk, &[name])) {
            let _ = write!(made, "\n### `allclear {command}`\n\n```text\n{help}```\n");
        }
    }
    check_golden(&path, &made);
}
