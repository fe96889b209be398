//! The documentation as a book: every page stands in its table of contents, and what the pages show is run.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use allclear::pipeline;
use regex::Regex;

use crate::broken::check_golden;
use crate::support::{allclear, options, read_files, snapshot};
use crate::transcript::{NOON, loose_blocks, named_file, replayed};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn page(name: &str) -> (PathBuf, String) {
    let path = Path::new(ROOT).join(name);
    let text = fs::read_to_string(&path).unwrap();
    (path, text)
}

#[test]
fn every_page_stands_in_the_table_of_contents_once() {
    let (_, summary) = page("docs/SUMMARY.md");
    let listed: Vec<&str> =
        summary.split("](").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0)).collect();
    let pages: BTreeSet<String> = read_files(&Path::new(ROOT).join("docs")).into_keys().collect();
    let pages: BTreeSet<&str> = pages
        .iter()
        .map(String::as_str)
        .filter(|path| path.ends_with(".md") && *path != "SUMMARY.md")
        .collect();
    assert_eq!(listed.iter().copied().collect::<BTreeSet<_>>(), pages);
    assert_eq!(listed.len(), pages.len());
}

/// The blocks of a language in a page that are no files of a story, with the number of the line above each.
fn blocks<'a>(page: &'a str, language: &str) -> Vec<(usize, &'a str)> {
    let fence = format!("\n```{language}\n");
    let inside = |at: usize| page[at + fence.len()..].split("\n```\n").next().unwrap();
    let line = |at: usize| page[..at].lines().count();
    let is_file = |at: usize| page[..at].lines().last().is_some_and(|above| named_file(above).is_some());
    page.match_indices(&fence).filter(|(at, _)| !is_file(*at)).map(|(at, _)| (line(at), inside(at))).collect()
}

/// Rules that a file breaks which was not meant to be read so, or has a key that does not exist.
const FORM: [&str; 6] =
    ["invalid-toml", "unknown-key", "key-under-table", "wrong-type", "unknown-rule", "invalid-theme"];

/// Whether a piece of TOML is site.toml or a part of it, a report's front matter, or a theme.toml.
fn is_read(toml: &str) -> bool {
    let title = if toml.contains("title = ") && !toml.starts_with('[') { "" } else { "title = \"Lumen\"\n" };
    let address = if toml.contains("base_url = ") && !toml.starts_with('[') {
        ""
    } else {
        "base_url = \"https://status.example.org/\"\n"
    };
    let front = |updates: &str| format!("+++\n{title}{toml}\n+++\n\n{updates}");
    let incident = front("## Investigating, 2024-05-01 12:00\n\nSlow.\n");
    let site = "title = \"Lumen\"\nbase_url = \"https://status.example.org/\"\ntheme = \"calm\"\n";
    let sites = [
        vec![("site.toml", format!("{title}{address}{toml}\n"))],
        vec![("site.toml", site.to_owned()), ("content/incidents/slow.md", incident)],
        vec![("site.toml", site.to_owned()), ("content/maintenance/works.md", front(""))],
        vec![("site.toml", site.to_owned()), ("themes/calm/theme.toml", format!("{toml}\n"))],
    ];
    sites.iter().any(|files| {
        let outcome = pipeline::run(&snapshot(files), &options("2024-06-01T12:00:00Z"));
        outcome.problems.iter().all(|problem| !FORM.contains(&problem.rule))
    })
}

#[test]
fn every_configuration_that_a_page_shows_is_read() {
    let pages = read_files(&Path::new(ROOT).join("docs"));
    let texts = pages.iter().filter(|(path, _)| path.ends_with(".md"));
    let mut count = 0;
    for (path, bytes) in texts {
        for (line, toml) in blocks(std::str::from_utf8(bytes).unwrap(), "toml") {
            assert!(is_read(toml), "docs/{path}:{line} shows what is not read:\n{toml}");
            count += 1;
        }
    }
    assert!(count > 15, "{count}");
    for wrong in ["titel = \"Lumen\"", "[uptime]\nday = 90", "[options.phone]\nkinds = \"text\"", "title = "]
    {
        assert!(!is_read(wrong), "{wrong}");
    }
}

/// Runs a page whose every block is a file, commands, or plain text.
#[track_caller]
fn check(name: &str) {
    let (path, text) = page(name);
    assert!(text.contains("\n```console\n"), "{name}");
    let loose: Vec<&str> = loose_blocks(&text).into_iter().filter(|language| *language != "text").collect();
    assert!(loose.is_empty(), "{name} has blocks that nothing runs: {loose:?}");
    check_golden(&path, &replayed(&text, NOON));
}

#[test]
fn the_incident_file_is_as_it_is_shown() {
    check("docs/incident-file.md");
}

#[test]
fn components_are_as_they_are_shown() {
    check("docs/components.md");
}

#[test]
fn uptime_is_as_it_is_shown() {
    check("docs/uptime.md");
}

/// Each line `100 - (30 × A + 100 × B) / (86400 × DAYS) = FIGURE` of a page, as numbers and as the figure's text.
fn arithmetic(page: &str) -> Vec<([i64; 3], &str)> {
    let line =
        Regex::new(r"(?m)^100 - \(30 × (\d+) \+ 100 × (\d+)\) / \(86400 × (\d+)\) = (\d+\.\d\d)$").unwrap();
    let number = |text: &str| text.parse().unwrap();
    line.captures_iter(page)
        .map(|found| {
            let (_, [partial, major, days, figure]) = found.extract();
            ([number(partial), number(major), number(days)], figure)
        })
        .collect()
}

/// The figure in percent with two decimals, rounded down.
fn figure([partial, major, days]: [i64; 3]) -> String {
    let all = 86_400 * days;
    let hundredths = (100 * 100 * all - 100 * (30 * partial + 100 * major)).div_euclid(all);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

#[test]
fn the_arithmetic_of_the_examples_is_right() {
    let (_, text) = page("docs/uptime.md");
    let lines = arithmetic(&text);
    assert_eq!(lines.len(), text.lines().filter(|line| line.starts_with("100 - (")).count());
    assert!(lines.len() > 5);
    for (numbers, shown) in lines {
        assert_eq!(figure(numbers), shown, "{numbers:?}");
        // A command above printed it, too.
        assert!(text.contains(&format!(" {shown} %")), "{shown}");
    }
}

#[test]
fn the_readme_travels_to_a_running_outage_of_the_demo() {
    let (_, readme) = page("README.md");
    let times = Regex::new(r"--now (\S+)").unwrap();
    let found: BTreeSet<&str> = times.captures_iter(&readme).map(|found| found.extract::<1>().1[0]).collect();
    assert_eq!(found.len(), 1, "{found:?}");
    for time in found {
        let said = allclear(Path::new(ROOT), &["status", "--now", time]).ended(0).stdout;
        assert!(said.contains("Outage") && said.contains("investigating"), "{said}");
    }
}
