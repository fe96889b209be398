//! Every rule has a small site that breaks it, with the exact text it gives, and the same site mended.
//!
//! `tests/fixtures/broken/RULE/` is the broken site, with `about.md` (what the rule is for), `expected.txt`
//! (what is said) and `good/`: the mended content, its site.toml only where that is what was wrong.
//! `allclear explain` prints them, and `docs/rules.md` lists the rules. `UPDATE_GOLDEN=1` rewrites the texts and the
//! page; read the difference before you commit it. Where there is a `rev/`, the site is built with `--last-good`, and `rev/`
//! is the published commit.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use allclear::check::{Clock, Options, Variant};
use allclear::diagnostic::text::{Style, render};
use allclear::diagnostic::{Diagnostic, Severity};
use allclear::edge::disk;
use allclear::last_good::{Version, settle};
use allclear::pipeline::{self, Outcome, Prepared};
use allclear::rules;
use allclear::source::{Entry, Snapshot, SourcePath};
use allclear::time::Instant;

/// The instant at which all fixtures are checked, as if it were the clock's.
const NOW: &str = "2024-06-01T12:00:00Z";

fn fixtures(kind: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(kind)
}

/// The names of a folder's folders, in order.
fn folders(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_dir());
    entries.map(|entry| entry.file_name().into_string().unwrap()).collect()
}

/// A fixture as a snapshot. What is no part of a site in its folder (`good/`, `about.md`) is not read.
fn snapshot(folder: &Path) -> Snapshot {
    let mut snapshot = disk::read(folder).unwrap();
    // The file that `padded` names is too long for a repository.
    if let Ok(path) = fs::read_to_string(folder.join("padded")) {
        let entry = snapshot.files.get_mut(&SourcePath::new(path.trim())).unwrap();
        let Entry::Bytes(bytes) = entry else { panic!("{path} is a text") };
        let mut padded = bytes.to_vec();
        padded.resize(10_000_001, b' ');
        *bytes = padded.into();
    }
    snapshot
}

fn options() -> Options {
    let now = Instant::parse_rfc3339(NOW).unwrap();
    Options { now, clock: Clock::Real, variant: Variant::default() }
}

fn outcome(snapshot: &Snapshot) -> Outcome {
    pipeline::run(snapshot, &options())
}

/// Everything that is wrong with a site. Its pages are rendered where it has templates of its own that may
/// fail.
fn problems(snapshot: &Snapshot) -> Vec<Diagnostic> {
    let outcome = outcome(snapshot);
    let has_theme = snapshot.below("themes").next().is_some();
    let rendered = outcome.prepared.iter().filter(|_| has_theme).flat_map(Prepared::render_problems);
    outcome.problems.into_iter().chain(rendered).collect()
}

/// What is said of a site.
fn said(snapshot: &Snapshot) -> String {
    render(&problems(snapshot), snapshot, Style::Plain)
}

/// What is said of a rule's broken site.
fn said_of(folder: &Path) -> String {
    let site = snapshot(folder);
    if !folder.join("rev").exists() {
        return said(&site);
    }
    let rev = Version { name: "REV".to_owned(), snapshot: snapshot(&folder.join("rev")) };
    let mut versions = vec![rev];
    let settled =
        settle(&site, &BTreeSet::new(), &options(), |_| Ok::<_, Infallible>(versions.pop())).unwrap();
    render(&settled.problems, &site, Style::Plain)
}

/// The mended site of a rule: the files of `good/`, and the broken site's site.toml where that was not at
/// fault.
fn mended(folder: &Path) -> Snapshot {
    let mut site = snapshot(&folder.join("good"));
    let site_toml = SourcePath::new("site.toml");
    let broken = snapshot(folder);
    if let Some(entry) = broken.files.get(&site_toml) {
        site.files.entry(site_toml).or_insert_with(|| entry.clone());
    }
    site
}

/// Whether golden files are to be written instead of compared.
fn updates() -> bool {
    std::env::var_os("UPDATE_GOLDEN").is_some()
}

/// Compares a text with a golden file, or writes it.
#[track_caller]
pub(crate) fn check_golden(path: &Path, text: &str) {
    if updates() {
        fs::write(path, text).unwrap();
    }
    let golden = fs::read_to_string(path).unwrap_or_default();
    assert_eq!(text, golden, "{} differs; UPDATE_GOLDEN=1 rewrites it\n{text}", path.display());
}

#[test]
fn every_rule_has_a_fixture_and_every_fixture_a_rule() {
    let rules: BTreeSet<String> = rules::ALL.iter().map(|rule| rule.name.to_owned()).collect();
    assert_eq!(rules, folders(&fixtures("broken")));
}

#[test]
fn broken_sites_say_exactly_what_is_wrong() {
    for rule in rules::ALL {
        let folder = fixtures("broken").join(rule.name);
        let text = said_of(&folder);
        check_golden(&folder.join("expected.txt"), &text);
        let level = rule.severity.as_str();
        assert!(text.contains(&format!("{level}[{}]", rule.name)), "{} is not among\n{text}", rule.name);
    }
}

#[test]
fn mended_sites_say_nothing() {
    for rule in rules::ALL {
        let site = mended(&fixtures("broken").join(rule.name));
        assert_eq!(said(&site), "", "{}", rule.name);
    }
}

#[test]
fn accepted_sites_say_nothing() {
    let folders = folders(&fixtures("accepted"));
    assert!(!folders.is_empty());
    for name in folders {
        let snapshot = snapshot(&fixtures("accepted").join(&name));
        assert_eq!(said(&snapshot), "", "{name}");
        let prepared = outcome(&snapshot).prepared.unwrap();
        assert_eq!(prepared.render_problems(), [], "{name}");
    }
}

#[test]
fn every_rule_is_in_the_index() {
    let intro = fs::read_to_string(fixtures("broken").join("about.md")).unwrap();
    let mut page = format!("{intro}\n| rule | level | what is wrong |\n|---|---|---|\n");
    for rule in rules::ALL {
        let level = match rule.severity {
            Severity::Error if rule.overridable => "error, can be lowered",
            severity => severity.as_str(),
        };
        writeln!(page, "| `{}` | {level} | {} |", rule.name, rule.about).unwrap();
    }
    check_golden(&Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules.md"), &page);
}
