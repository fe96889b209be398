//! `--help` of every command: golden, of kinds too, at most 80 columns, with an example. `UPDATE_GOLDEN=1` rewrites the texts.

use std::fs;
use std::path::{Path, PathBuf};

use super::Desk;

fn golden(command: &[String]) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/help").join(format!("{}.txt", command.join("-")))
}

/// The names of all commands, as `allclear --help` lists them.
pub(super) fn commands(desk: &Desk) -> Vec<String> {
    names(&desk.done(&["--help"]))
}

/// The names of the commands in a help text.
fn names(help: &str) -> Vec<String> {
    let list = help.split("Commands:\n").nth(1).unwrap_or_default().split("\n\n").next().unwrap_or_default();
    let name = |line: &str| {
        line.strip_prefix("  ")?.split(' ').next().filter(|name| !name.is_empty()).map(str::to_owned)
    };
    list.lines().filter_map(name).filter(|name| name != "help").collect()
}

#[test]
fn every_help_fits_has_an_example_and_is_as_it_was() {
    let desk = Desk::with(&[]);
    let commands = commands(&desk);
    assert!(commands.len() >= 10, "{commands:?}");
    let mut left: Vec<Vec<String>> = commands.into_iter().map(|command| vec![command]).collect();
    while let Some(command) = left.pop() {
        let mut args: Vec<&str> = command.iter().map(String::as_str).collect();
        args.push("--help");
        let help = desk.done(&args) + "\n";
        left.extend(names(&help).into_iter().map(|inner| [command.as_slice(), &[inner]].concat()));
        let long: Vec<&str> = help.lines().filter(|line| line.chars().count() > 80).collect();
        assert!(long.is_empty(), "{command:?}: {long:?}");
        assert!(
            help.contains("\nExample:\n  allclear ") || help.contains("\nExamples:\n  allclear "),
            "{command:?}"
        );
        let path = golden(&command);
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &help).unwrap();
        }
        let expected = fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(help, expected, "{} differs; UPDATE_GOLDEN=1 rewrites it", path.display());
    }
}
