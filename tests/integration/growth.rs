//! How a site's size grows: with its components and its reports, never with their product or a square.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use allclear::check::{Clock, Drafts};
use allclear::pipeline::{Body, Options, run};
use allclear::source::{Entry, Snapshot, SourcePath};
use allclear::time::Instant;

/// A site of so many components, in a group for each ten, with reports about all of them: closed, open and planned.
fn snapshot(components: usize, reports: usize) -> Snapshot {
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
    let entry =
        |(path, text): (String, String)| (SourcePath::new(&path), Entry::Bytes(Arc::from(text.into_bytes())));
    Snapshot { files: files.into_iter().map(entry).collect() }
}

/// The bytes of all outputs.
fn size(components: usize, reports: usize) -> usize {
    let now = Instant::parse_rfc3339("2026-06-01T12:00:00Z").unwrap();
    let options = Options { now, clock: Clock::Fixed, drafts: Drafts::Hide, base_url: None };
    let outcome = run(&snapshot(components, reports), &options);
    let prepared = outcome.prepared.unwrap_or_else(|| panic!("{:?}", outcome.problems));
    let len = |body| if let Body::Bytes(bytes) = body { bytes.len() } else { 0 };
    prepared.plan.outputs.keys().map(|path| len(prepared.render(path).unwrap())).sum()
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
