//! How a site's size grows: with its components and its reports, never with their product or a square. What is said of a site
//! takes time of the same kind: work of a square would take hours in the tests with many of a thing.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use allclear::diagnostic::Diagnostic;
use allclear::pipeline::run;
use allclear::source::Snapshot;

use crate::support::{options, outputs, snapshot};

const NOW: &str = "2026-06-01T12:00:00Z";

/// A site of so many components, in a group for each ten, with reports about all of them: closed, open and planned.
fn site(components: usize, reports: usize) -> Snapshot {
    let mut site = String::from("title = \"S\"\nbase_url = \"https://s.example.org/\"\n");
    for group in 0..components.div_ceil(10) {
        writeln!(site, "[[groups]]\nid = \"g{group:03}\"\nname = \"Group {group:03}\"").unwrap();
    }
    let mut all = String::new();
    for ix in 0..components {
        let group = ix / 10;
        writeln!(site, "[[components]]\nid = \"c{ix:03}\"\nname = \"Component {ix:03}\"").unwrap();
        writeln!(site, "since = 2026-05-01\ngroup = \"g{group:03}\"").unwrap();
        writeln!(all, "c{ix:03} = \"partial_outage\"").unwrap();
    }
    let mut files = BTreeMap::from([("site.toml".to_owned(), site)]);
    let front = format!("+++\ntitle = \"Down\"\n[components]\n{all}+++\n\n");
    for number in 0..reports {
        let said = "## Investigating, 2026-05-10 10:00\n\nWe look.\n\n## Monitoring, 11:00\n\nBetter.\n\n";
        let end = if number % 3 == 0 { "" } else { "## Resolved, 12:00\n\nDone.\n" };
        files.insert(format!("content/incidents/r{number}.md"), format!("{front}{said}{end}"));
    }
    let ids: Vec<String> = (0..components).map(|ix| format!("\"c{ix:03}\"")).collect();
    let plan = format!(
        "+++\ntitle = \"Work\"\nfrom = 2026-06-10 10:00\nto = 2026-06-10 12:00\nannounced = 2026-05-10 10:00\n\
         components = [{}]\n+++\n",
        ids.join(", ")
    );
    files.insert("content/maintenance/work.md".to_owned(), plan);
    snapshot(&files.iter().map(|(path, text)| (path.as_str(), text)).collect::<Vec<_>>())
}

/// The bytes of all outputs.
fn size(components: usize, reports: usize) -> usize {
    outputs(&run(&site(components, reports), &options(NOW))).values().map(String::len).sum()
}

#[test]
fn twice_the_components_are_twice_the_bytes() {
    let (one, two) = (size(40, 6), size(80, 6));
    assert!(two < one * 21 / 10, "40 components: {one} bytes, 80: {two}");
}

#[test]
fn twice_the_reports_are_less_than_twice_the_bytes() {
    let (one, two) = (size(40, 6), size(40, 12));
    assert!(two < one * 2, "6 reports: {one} bytes, 12: {two}");
}

/// What is said of a site of these files.
fn said(files: &[(&str, String)]) -> Vec<Diagnostic> {
    run(&snapshot(files), &options(NOW)).problems
}

const SITE: &str = "title = \"S\"\nbase_url = \"https://s.example.org/\"\n";

fn report(front: &str, text: &str) -> String {
    format!("+++\ntitle = \"x\"\n{front}+++\n\n## Investigating, 2026-05-01 10:00\n\n{text}\n")
}

fn list(count: usize, item: impl Fn(usize) -> String) -> String {
    (0..count).map(|place| format!("\"{}\", ", item(place))).collect()
}

#[test]
fn many_aliases_that_collide_are_each_looked_up_once() {
    let count = 60_000;
    let front = format!("components = []\naliases = [{}]\n", list(count, |place| format!("/a/{place}")));
    let site = format!("{SITE}[[components]]\nid = \"api\"\nname = \"API\"\n");
    let [x, y] = ["content/incidents/x.md", "content/incidents/y.md"];
    let text = report(&front, "We look.");
    let problems = said(&[("site.toml", site), (x, text.clone()), (y, text.clone())]);
    let collisions: Vec<&Diagnostic> = problems.iter().filter(|it| it.rule == "output-collision").collect();
    assert_eq!(collisions.len(), count);
    let places = collisions.iter().map(|problem| &text[problem.labels[0].span.clone()]);
    assert!(places.zip(&collisions).all(|(place, it)| it.message.contains(place.trim_matches('"'))));
}

#[test]
fn near_names_are_sought_for_the_first_unknown_components_only() {
    let count = 30_000;
    let tables = |at: usize| format!("[[components]]\nid = \"c{at:05}\"\nname = \"C {at}\"\n");
    let site = format!("{SITE}{}", (0..count).map(tables).collect::<String>());
    let front = format!("components = [{}]\n", list(count, |at| format!("b{at:05}")));
    let lines: String = (0..count).map(|at| format!("d{at:05}: major\n")).collect();
    let text = format!("x\n\n## Update, 11:00\n{lines}\nx");
    let report = report(&front, &text);
    let problems = said(&[("site.toml", site), ("content/incidents/x.md", report)]);
    let unknown: Vec<&Diagnostic> = problems.iter().filter(|it| it.rule == "unknown-component").collect();
    assert_eq!(unknown.len(), 2 * count);
    assert_eq!(unknown[0].help.as_deref(), Some("did you mean `c00000`?"));
    assert!(unknown[20..].iter().all(|it| it.help.as_ref().unwrap().contains("[[components]]")));
}

#[test]
fn templates_and_messages_are_no_longer_than_a_text_may_be() {
    let long = || " ".repeat(10_000_001);
    let files = ["templates/incident.md", "themes/x/i18n/en.ftl", "themes/x/templates/front.html"];
    let site = format!("theme = \"x\"\n{SITE}");
    let mut all = vec![("site.toml", site), ("themes/x/static/a.js", long())];
    all.extend(files.map(|path| (path, long())));
    let problems = said(&all);
    let large = problems.iter().filter(|it| it.rule == "too-large");
    let large: Vec<&str> = large.map(|it| it.labels[0].file.as_str()).collect();
    assert_eq!(large, files);
}

/// The parser looks at every open list and quote for each line: it would take hours.
#[test]
fn texts_that_nest_too_deep_are_not_parsed() {
    for marker in ["- ", "> ", "1. ", "- > ", "[^a]: "] {
        let deep = format!("{}a\n{}", marker.repeat(500_000), "a\n".repeat(1_000_000));
        let text = report("components = []\n", &deep);
        let page = format!("+++\ntitle = \"x\"\n+++\n\n{deep}");
        let files = ["content/incidents/x.md", "content/pages/x.md"];
        let problems = said(&[("site.toml", SITE.to_owned()), (files[0], text), (files[1], page)]);
        let deep = problems.iter().filter(|it| it.rule == "nested-too-deep");
        let deep: Vec<&str> = deep.map(|it| it.labels[0].file.as_str()).collect();
        assert_eq!(deep, files, "{marker:?}");
    }
}
