//! Commands, options and keys that pages name within a line exist: each command is read by the program's own parser, each
//! option stands in a help text, each key is one that is read.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use allclear::parse::keys::{INCIDENT, MAINTENANCE, PAGE, SITE, THEME};
use allclear::parse::theme_toml;
use allclear::source::SourcePath;
use pulldown_cmark::{Event, Options, Parser};
use rayon::prelude::*;
use regex::Regex;

use super::{ROOT, pages};
use crate::reference::all_keys;
use crate::support::read_files;
use crate::transcript::blocks;

/// Options of other programs that pages name.
const FOREIGN: [&str; 2] = ["--delay-updates", "--profile"];

/// What looks like a table of TOML and is none.
const NO_KEY: [&str; 1] = ["[redacted]"];

/// The code within the lines of a page, without blocks.
pub(super) fn inline(page: &str) -> Vec<String> {
    let code = Parser::new_ext(page, Options::ENABLE_TABLES).filter_map(|event| match event {
        Event::Code(code) => Some(code.into_string()),
        _ => None,
    });
    code.collect()
}

/// Whether the program would take a command's words. What it does is not tried: help takes its place.
fn is_command(line: &str) -> bool {
    let ends = [" <", " >", " |", " &&"];
    let line = ends.iter().fold(line, |line, end| line.split(end).next().unwrap_or_default());
    // Words behind `--` are never options.
    let (options, rest) = line.split_once(" -- ").unwrap_or((line, ""));
    let asked = if line == "allclear help" { "" } else { "--help" };
    let command = format!("set -f; {options} {asked} {}", if rest.is_empty() { "" } else { "-- title" });
    let programs = Path::new(env!("CARGO_BIN_EXE_allclear")).parent().unwrap().display().to_string();
    let path = format!("{programs}:{}", std::env::var("PATH").unwrap());
    let mut sh = Command::new("sh");
    sh.args(["-ec", &command]).env("PATH", path).env("GITHUB_EVENT_PATH", "event.json");
    sh.output().unwrap().status.success()
}

/// The commands that a page names: within its lines, and as examples of help texts.
fn commands(page: &str) -> Vec<String> {
    let examples = blocks(page).into_iter().filter(|block| block.language == "text").flat_map(|block| {
        let text = block.text.replace("\\\n", " ");
        let examples =
            text.strip_prefix("Example").and_then(|text| Some(text.split_once("\n\n")?.0.to_owned()));
        let examples = examples.unwrap_or_default();
        examples.lines().map(|line| line.trim().to_owned()).collect::<Vec<_>>()
    });
    let named = inline(page).into_iter().chain(examples);
    named.filter(|code| code.starts_with("allclear ")).collect()
}

#[test]
fn every_command_that_a_page_names_exists() {
    let found: BTreeSet<(String, String)> = pages()
        .into_iter()
        .flat_map(|(page, text)| commands(&text).into_iter().map(move |line| (line, page.clone())))
        .collect();
    assert!(found.len() > 100, "{}", found.len());
    let wrong: Vec<_> = found.par_iter().filter(|(line, _)| !is_command(line)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    for wrong in ["allclear biuld", "allclear build --opne", "allclear new --at"] {
        assert!(!is_command(wrong), "{wrong}");
    }
}

#[test]
fn every_option_that_a_page_names_exists() {
    let folder = |path: &str| -> String {
        let files = read_files(&Path::new(ROOT).join(path)).into_values();
        files.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).collect()
    };
    let (helps, styles) = (folder("tests/help"), folder("themes/default/static"));
    let option = Regex::new(r"^--[a-z][a-z0-9-]*").unwrap();
    // Custom properties of style sheets begin as options do.
    let is_known = |name: &str| {
        FOREIGN.contains(&name)
            || [" ", "\n"].iter().any(|end| helps.contains(&format!("{name}{end}")))
            || styles.contains(&format!("{name}:"))
    };
    for (page, text) in pages() {
        for code in inline(&text) {
            let Some(name) = option.find(&code) else { continue };
            assert!(is_known(name.as_str()), "{page}: {code}");
        }
    }
    assert!(!is_known("--no-such-option"));
}

/// The names of all keys of site.toml, of front matter, of theme.toml, and of the built-in theme's options.
fn keys() -> BTreeSet<String> {
    let mut all = Vec::new();
    [SITE, INCIDENT, MAINTENANCE, PAGE, THEME].into_iter().for_each(|table| all_keys(table, &mut all));
    let options = include_bytes!("../../../themes/default/theme.toml");
    let options = theme_toml(&SourcePath::new("theme.toml"), options).unwrap();
    let options = options.iter().map(|(name, _)| name.value.to_string());
    let states = allclear::model::state::State::ALL.iter().map(|state| state.as_str().to_owned());
    all.into_iter().map(|key| key.name.to_owned()).chain(options).chain(states).collect()
}

#[test]
fn every_key_that_a_page_names_exists() {
    let known = keys();
    let assignment = Regex::new(r"^([a-z][a-z_]*) = ").unwrap();
    let header = Regex::new(r"^\[\[?([a-z][a-z_]*)[.\]][A-Za-z_.\]]*$").unwrap();
    let mut count = 0;
    for (page, text) in pages() {
        for code in inline(&text) {
            let Some(found) = assignment.captures(&code).or_else(|| header.captures(&code)) else { continue };
            assert!(known.contains(&found[1]) || NO_KEY.contains(&code.as_str()), "{page}: {code}");
            count += 1;
        }
    }
    assert!(count > 50, "{count}");
}

/// Whether a file of the repository has a name, from the root or from `tests/`, or a folder has it.
fn is_path(name: &str) -> bool {
    ["", "tests/"].iter().any(|folder| Path::new(ROOT).join(folder).join(name).exists())
}

/// The names of all tests, and of the modules that hold them.
fn tests() -> BTreeSet<String> {
    let function = Regex::new(r"\b(?:fn|mod) ([a-z][a-z_0-9]*)").unwrap();
    let files = ["src", "tests/integration"].map(|folder| read_files(&Path::new(ROOT).join(folder)));
    let code = files.into_iter().flatten().filter(|(path, _)| path.ends_with(".rs"));
    let names = code.flat_map(|(_, bytes)| {
        let text = String::from_utf8(bytes).unwrap();
        function.captures_iter(&text).map(|found| found[1].to_owned()).collect::<Vec<_>>()
    });
    names.collect()
}

/// A step of CONTRIBUTING.md names a file; its reminder names a test.
#[test]
fn every_file_and_test_that_contributors_are_told_of_exists() {
    let tests = tests();
    let file = Regex::new(r"^[a-zA-Z_.-]+/[a-z_./-]*$").unwrap();
    let test = Regex::new(r"^[a-z]+(_[a-z]+)+$|^[a-z_]+::[a-z_]+$").unwrap();
    let is_test = |name: &str| name.split("::").all(|part| tests.contains(part));
    let mut count = 0;
    for code in inline(&super::page("CONTRIBUTING.md")) {
        let is_known = match () {
            () if file.is_match(&code) => is_path(&code),
            () if test.is_match(&code) => is_test(&code),
            () => continue,
        };
        assert!(is_known, "CONTRIBUTING.md: {code}");
        count += 1;
    }
    assert!(count > 40, "{count}");
    assert!(!is_path("src/no_such_file.rs") && !is_test("no_such_test"));
}
