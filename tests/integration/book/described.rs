//! The guides name what the program can do: every output that is for programs, every kind of target, announcer and import.

use std::collections::BTreeSet;
use std::path::Path;

use allclear::parse::keys::form;
use allclear::pipeline;
use allclear::plan::page::Page;
use regex::Regex;

use super::words::inline;
use super::{ROOT, page};
use crate::support::{options, read_files, snapshot};

/// An address as the page writes it: `components/ID/history.atom`.
fn pattern(path: &str) -> String {
    let parts = [
        (r"^(components|groups)/[^/]+/", "$1/ID/"),
        (r"^maintenance/[^/]+\.ics$", "maintenance/SLUG.ics"),
        (r"^api/schemas/[^/]+\.schema", "api/schemas/NAME.schema"),
        (r"\b20\d\d\b", "YYYY"),
    ];
    let pattern = parts
        .iter()
        .fold(path.to_owned(), |path, (from, to)| Regex::new(from).unwrap().replace(&path, *to).into_owned());
    match pattern.strip_prefix("api/v2/incidents/") {
        Some(name) if name != "unresolved.json" => "api/v2/incidents/ID.json".to_owned(),
        _ => pattern,
    }
}

/// The addresses of everything for programs in a made-up site with all kinds of content, as patterns.
fn addresses(site: &Path) -> BTreeSet<String> {
    let files = read_files(site);
    let files: Vec<(&str, String)> = files
        .iter()
        .map(|(path, bytes)| (path.as_str(), String::from_utf8_lossy(bytes).into_owned()))
        .collect();
    let outcome = pipeline::run(&snapshot(&files), &options("2026-11-20T12:00:00Z"));
    let plan = outcome.prepared.unwrap().plan;
    let for_programs = |page: &Page| !matches!(page, Page::Html(_) | Page::Asset(_) | Page::Copy(_));
    let found = plan.outputs.iter().filter(|(_, page)| for_programs(page));
    found.map(|(path, _)| pattern(path.as_str())).collect()
}

/// The addresses that no code within the lines of a page names.
fn undescribed(page: &str, addresses: &BTreeSet<String>) -> Vec<String> {
    let named: BTreeSet<String> = inline(page).into_iter().collect();
    let is_named = |path: &&String| {
        let below = path.strip_prefix("api/v2/").unwrap_or_default();
        named.contains(&format!("/{path}")) || named.contains(below)
    };
    addresses.iter().filter(|path| !is_named(path)).cloned().collect()
}

#[test]
fn every_format_for_machines_is_described() {
    let addresses = addresses(&Path::new(ROOT).join("tests/fixtures/whole"));
    assert!(addresses.len() > 40, "{addresses:?}");
    let guide = page("docs/machines.md");
    assert_eq!(undescribed(&guide, &addresses), [""; 0], "docs/machines.md does not name these addresses");
    let without = guide.replace("`/status.txt`", "");
    assert_eq!(undescribed(&without, &addresses), ["status.txt"]);
}

#[test]
fn every_kind_of_target_announcer_and_import_is_described() {
    let check = |guide: &str, kinds: &[&str], shown: fn(&str) -> String| {
        assert!(!kinds.is_empty(), "{guide}");
        let text = page(guide);
        for kind in kinds {
            assert!(text.contains(&shown(kind)), "{guide} does not show `{}`", shown(kind));
        }
    };
    let setting: fn(&str) -> String = |kind| format!("kind = \"{kind}\"");
    check("docs/publishing.md", form::TARGET.all, setting);
    check("docs/announcing.md", form::ANNOUNCER.all, setting);
    let helps = read_files(&Path::new(ROOT).join("tests/help"));
    let imports = helps.keys().filter_map(|file| file.strip_prefix("import-")?.strip_suffix(".txt"));
    check("docs/migrating.md", &imports.collect::<Vec<_>>(), |kind| format!("\nallclear import {kind} "));
}
