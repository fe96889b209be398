//! Every part of the model against keys: each is changed alone, and an output whose bytes it changes must get another key.
//! The schemas say which keys authors write, and `Debug` which fields the model has: none may be left out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use allclear::parse::keys::{INCIDENT, MAINTENANCE, PAGE, SITE, Table, Type};
use allclear::time::Instant;

use super::edits::{self, Edit, Files};
use super::{Builder, Built, Output};
use crate::support::{at, read_files, snapshot};

const NOW: &str = "2026-02-10T12:00:00Z";

/// Fields that no edit changes: only a `Variant` shows drafts and has a banner, and it is a part of every key.
const NO_EDIT: [&str; 2] = ["Report.draft", "Config.banner"];

fn files() -> Files {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/whole");
    read_files(&folder).into_iter().map(|(path, text)| (path, String::from_utf8(text).unwrap())).collect()
}

fn build(builder: &mut Builder, files: &Files, now: Instant, told: &str) -> Built {
    let files: Vec<(&str, &String)> = files.iter().map(|(path, text)| (path.as_str(), text)).collect();
    builder.build_snapshot(snapshot(&files), now).unwrap_or_else(|problems| panic!("{told}: {problems:#?}"))
}

fn all_edits() -> impl Iterator<Item = &'static Edit> {
    let all = [edits::INCIDENT, edits::MAINTENANCE, edits::TEXT, edits::PAGE, edits::SETTINGS, edits::OTHERS];
    all.into_iter().flatten()
}

/// Each report and page under another name, gone, and with another title and other words.
fn edits_of_documents(files: &Files) -> Vec<(String, Files)> {
    let mut all = Vec::new();
    for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".md")) {
        let mut without = files.clone();
        without.remove(path);
        let other = (path.replace(".md", "-2.md"), text.clone());
        // It is named by its relapse.
        if !path.ends_with("/whole.md") {
            all.push((format!("{path} is renamed"), without.clone().into_iter().chain([other]).collect()));
            all.push((format!("{path} is gone"), without));
        }
        let mut other = |what: &str, text: String| {
            let all_files = files.clone().into_iter().chain([(path.clone(), text)]).collect();
            all.push((format!("{path}: {what}"), all_files));
        };
        other("title", text.replacen("title = \"", "title = \"A ", 1));
        if !text.ends_with("+++\n") {
            other("last words", format!("{text}\nMore.\n"));
        }
    }
    all
}

/// All edits of one part each, with what they are.
fn edited_alone(files: &Files) -> impl Iterator<Item = (String, Files)> {
    let edits = all_edits().map(|edit| (format!("{edit:?}"), edits::edited(files, edit)));
    edits.chain(edits_of_documents(files))
}

/// Also that each field of the model is changed by an edit: else none would show that its part of the keys is missing.
#[test]
fn a_part_that_changes_bytes_changes_keys() {
    let files = files();
    let mut builder = Builder::default();
    let built = build(&mut builder, &files, at(NOW), "as it is");
    let mut output = Output::default();
    (0..2).for_each(|_| output.take(&built, "nothing changed"));
    let mut unchanged = Unchanged::of(&built);
    for (told, edited) in edited_alone(&files) {
        let built = build(&mut builder, &edited, at(NOW), &told);
        output.clone().take(&built, &told);
        unchanged.except(&built);
    }
    for now in ["2025-03-04T10:00:00Z", "2025-09-01T11:30:00Z"] {
        unchanged.except(&build(&mut builder, &files, at(now), now));
    }
    let mut unchanged = unchanged.fields;
    NO_EDIT.iter().for_each(|field| assert!(unchanged.remove(*field), "{field} is changed by an edit"));
    assert!(unchanged.is_empty(), "no edit changes {unchanged:#?}");
}

/// The clock just before, at and after each instant that the site names, and on the days between.
#[test]
fn an_instant_that_changes_bytes_changes_keys() {
    let files = files();
    let mut instants: BTreeSet<Instant> = BTreeSet::new();
    for text in files.values() {
        for time in text.match_indices('Z').filter_map(|(end, _)| text.get(end.checked_sub(19)?..=end)) {
            let time = Instant::parse_rfc3339(&time.replace(' ', "T"));
            instants.extend(
                time.into_iter().flat_map(|time| [-1, 0, 1, 86_400].map(|secs| time.plus_secs(secs))),
            );
        }
    }
    assert!(instants.len() > 80, "{}", instants.len());
    let (mut builder, mut output) = (Builder::default(), Output::default());
    for now in instants {
        let told = now.to_string();
        output.take(&build(&mut builder, &files, now, &told), &told);
    }
}

#[test]
fn every_key_of_the_schemas_is_edited() {
    let tables = [
        (INCIDENT, edits::INCIDENT),
        (MAINTENANCE, edits::MAINTENANCE),
        (PAGE, edits::PAGE),
        (SITE, edits::SETTINGS),
    ];
    for (table, edits) in tables {
        let edited: BTreeSet<&str> = edits.iter().map(|(key, ..)| *key).collect();
        let absent: Vec<String> =
            names(table).into_iter().filter(|name| !edited.contains(name.as_str())).collect();
        assert!(absent.is_empty(), "no edit of {absent:?} in tests/integration/keys/edits.rs");
    }
}

/// The keys of a table, those of its tables after a dot.
fn names(table: &Table) -> Vec<String> {
    let mut all = Vec::new();
    for key in table.keys() {
        all.push(key.name.to_owned());
        if let Type::Table(table) | Type::Tables(table) = key.kind {
            all.extend(names(table).into_iter().map(|name| format!("{}.{name}", key.name)));
        }
    }
    all
}

/// The fields of the model that no edit so far has changed.
struct Unchanged {
    before: BTreeMap<String, Vec<String>>,
    fields: BTreeSet<String>,
}

impl Unchanged {
    fn of(built: &Built) -> Unchanged {
        let before = fields(built);
        Unchanged { fields: before.keys().cloned().collect(), before }
    }

    fn except(&mut self, built: &Built) {
        let after = fields(built);
        let before = &self.before;
        self.fields.extend(after.keys().filter(|field| !before.contains_key(*field)).cloned());
        // A report more or less is no change of its fields.
        let is_as_many = |of: &str| before.get(of) == after.get(of);
        self.fields.retain(|field| match field.split_once('.') {
            Some((of, _)) => !is_as_many(of) || before.get(field) == after.get(field),
            None => false,
        });
    }
}

/// The values of each field of the site and its public reports, as `Debug` writes them, by type and name.
fn fields(built: &Built) -> BTreeMap<String, Vec<String>> {
    let edition = &built.prepared.edition;
    let text = format!("{:#?}\n{:#?}", edition.site, edition.incidents);
    let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
    // The open structs and lists: a struct's type, and the field that it is the value of.
    let mut open: Vec<(Option<&str>, String)> = vec![(None, String::new())];
    for line in text.lines().map(|line| line.trim().trim_end_matches(',')) {
        let mut line = line;
        if line.starts_with(['}', ']', ')']) {
            open.pop();
            // The key of a map may end here, before its value.
            let Some((_, value)) = line.split_once(": ") else { continue };
            line = value;
        }
        let (of, field) = open.last().unwrap();
        let is_name = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let named = line.split_once(": ").filter(|(name, _)| is_name(name));
        let (field, value) = match (of, named) {
            (Some(of), Some((name, value))) => (format!("{of}.{name}"), value),
            _ => (field.clone(), line),
        };
        let is_open = value.ends_with(['{', '[', '(']);
        let opened = value.strip_suffix(" {").filter(|of| is_name(of));
        // A field that is a struct changes by that one's fields; a list of them by their number, too.
        if opened.is_none() || named.is_none() {
            values.entry(field.clone()).or_default().push(value.to_owned());
        }
        if is_open {
            values.entry(opened.unwrap_or_default().to_owned()).or_default().push(String::new());
            open.push((opened, field));
        }
    }
    assert!(values.len() > 50, "{values:?}");
    values
}
