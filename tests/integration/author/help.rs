//! `--help` of every command: golden, at most 80 columns, with an example. `UPDATE_GOLDEN=1` rewrites the texts.

use std::fs;
use std::path::{Path, PathBuf};

use super::Desk;

fn golden(command: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/help").join(format!("{command}.txt"))
}

/// The names of all commands, as `allclear --help` lists them.
pub(super) fn commands(desk: &Desk) -> Vec<String> {
    let help = desk.done(&["--help"]);
    let list = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
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
    for command in commands {
        let help = desk.done(&[command.as_str(), "--help"]) + "\n";
        let long: Vec<&str> = help.lines().filter(|line| line.chars().count() > 80).collect();
        assert!(long.is_empty(), "{command}: {long:?}");
        assert!(
            help.contains("\nExample:\n  allclear ") || help.contains("\nExamples:\n  allclear "),
            "{command}"
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
