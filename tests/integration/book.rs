//! The documentation as a book: every page stands in its table of contents, and what the pages show is run.

mod blocks;
mod described;
mod words;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use regex::Regex;

use crate::support::{allclear, read_files};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn page(name: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join(name)).unwrap()
}

/// Every page that a user or a contributor reads: path and text.
fn pages() -> Vec<(String, String)> {
    let docs = read_files(&Path::new(ROOT).join("docs")).into_keys();
    let docs = docs.filter(|path| path.ends_with(".md")).map(|path| format!("docs/{path}"));
    let names = ["README.md", "CONTRIBUTING.md", "SECURITY.md"].map(str::to_owned).into_iter().chain(docs);
    names.map(|name| (name.clone(), page(&name))).collect()
}

#[test]
fn every_page_stands_in_the_table_of_contents_once() {
    let summary = page("docs/SUMMARY.md");
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
    let text = page("docs/uptime.md");
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
    let readme = page("README.md");
    let times = Regex::new(r"--now (\S+)").unwrap();
    let found: BTreeSet<&str> = times.captures_iter(&readme).map(|found| found.extract::<1>().1[0]).collect();
    assert_eq!(found.len(), 1, "{found:?}");
    for time in found {
        let said = allclear(Path::new(ROOT), &["status", "--now", time]).ended(0).stdout;
        assert!(said.contains("Outage") && said.contains("investigating"), "{said}");
    }
}
