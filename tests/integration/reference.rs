//! The tables of keys in `docs/` are made of the descriptions by which keys are read. `UPDATE_GOLDEN=1` rewrites them.
//!
//! A table stands between `<!-- keys: NAME -->` and `<!-- end of keys -->`.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use allclear::parse::keys::{self, FIRST_VERSION, INCIDENT, Key, MAINTENANCE, PAGE, SITE, Table, Type};
use allclear::parse::theme_toml;
use allclear::source::SourcePath;

use crate::broken::check_golden;

const END: &str = "<!-- end of keys -->";

/// The table that a key of another holds.
fn inner(table: &Table, name: &str) -> Table {
    match table.key(name).map(|key| key.kind) {
        Some(Type::Table(inner) | Type::Tables(inner)) => match inner.rest {
            Some((_, Type::Table(named))) if inner.keys().next().is_none() => *named,
            _ => *inner,
        },
        other => panic!("{name} is {other:?}"),
    }
}

/// The rows of a table of that name.
fn rows(name: &str) -> String {
    let plain = |table: Table| table.keys().map(row).collect::<String>();
    let options = include_bytes!("../../themes/default/theme.toml");
    match name {
        // The tables in it have headings of their own.
        "site" => {
            SITE.keys().filter(|key| !matches!(key.kind, Type::Table(_) | Type::Tables(_))).map(row).collect()
        }
        "uptime.weights" => plain(inner(&inner(SITE, "uptime"), "weights")),
        "incident" => plain(*INCIDENT),
        "maintenance" => maintenance(),
        "page" => plain(*PAGE),
        "outages" | "follow_ups" | "fired" => plain(inner(INCIDENT, name)),
        "announce.follow_up" => plain(inner(&inner(SITE, "announce"), "follow_up")),
        "alerts.NAME" => match inner(SITE, "alerts").rest {
            Some((_, Type::Table(mapping))) => plain(*mapping),
            other => panic!("a mapping is {other:?}"),
        },
        "theme options" => theme_toml(&SourcePath::new("theme.toml"), options)
            .unwrap()
            .iter()
            .map(|(name, option)| {
                let schemes = if option.schemes_allowed() { ", or one for each scheme" } else { "" };
                format!("| `{}` | {}{schemes} | {} |\n", name.value, option.word(), option.description())
            })
            .collect(),
        name => plain(inner(SITE, name)),
    }
}

/// A maintenance's own keys; the others stand with those of an incident.
fn maintenance() -> String {
    let (own, shared): (Vec<&Key>, Vec<&Key>) = MAINTENANCE.keys().partition(|key| !key.only.is_empty());
    let shared: Vec<String> = shared.iter().map(|key| format!("`{}`", key.name)).collect();
    let own: String = own.into_iter().map(row).collect();
    format!("{own}| {} | | | as for an [incident](#incidents) |\n", shared.join(", "))
}

fn row(key: &Key) -> String {
    let default = match (key.required, key.default, key.otherwise) {
        (true, ..) => "**required**".to_owned(),
        (_, "", words) => words.to_owned(),
        (_, toml, _) => format!("`{toml}`"),
    };
    let kinds: Vec<String> = key.only.iter().map(|kind| format!("`{kind}`")).collect();
    // A report's kind is the table's.
    let is_written = |kind: &&str| {
        [&keys::form::TARGET, &keys::form::ANNOUNCER].iter().any(|words| words.all.contains(kind))
    };
    let kinds = if key.only.iter().all(is_written) { kinds.join(", ") } else { String::new() };
    let kinds = if kinds.is_empty() { kinds } else { format!("{kinds}: ") };
    let since = if key.since == FIRST_VERSION { String::new() } else { format!(". Since {}", key.since) };
    format!("| `{}` | {} | {default} | {kinds}{}{since} |\n", key.name, key.kind.words().short, key.doc)
}

/// A page with its tables made anew.
pub(crate) fn made(page: &str) -> String {
    let mut made = String::new();
    let mut rest = page;
    while let Some((before, behind)) = rest.split_once("<!-- keys: ") {
        let (name, behind) = behind.split_once(" -->\n").unwrap();
        let (_, after) = behind.split_once(END).unwrap();
        let header = if name == "theme options" {
            "| option | what it may be | what it does |\n|---|---|---|"
        } else {
            "| key | type | default | meaning |\n|---|---|---|---|"
        };
        write!(made, "{before}<!-- keys: {name} -->\n{header}\n{}{END}", rows(name)).unwrap();
        rest = after;
    }
    made + rest
}

#[test]
fn the_reference_is_made_of_the_descriptions() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/content.md");
    let page = fs::read_to_string(&path).unwrap();
    assert!(page.contains(END));
    let made = made(&page);
    check_golden(&path, &made);
    assert_eq!(left_out(&made), [""; 0]);
}

/// Every key of a table and of those below it.
pub(crate) fn all_keys(table: &Table, found: &mut Vec<Key>) {
    for key in table.keys() {
        found.push(*key);
        if let Type::Table(inner) | Type::Tables(inner) = key.kind {
            all_keys(inner, found);
        }
    }
    if let Some((_, Type::Table(inner))) = table.rest {
        all_keys(inner, found);
    }
}

/// The keys of site.toml and of front matter that a page has no row and no heading for.
fn left_out(page: &str) -> Vec<&'static str> {
    let mut all = Vec::new();
    [SITE, INCIDENT, MAINTENANCE, PAGE].into_iter().for_each(|table| all_keys(table, &mut all));
    let has_row = |name: &str| page.contains(&format!("\n| `{name}` |"));
    let forms = ["[NAME]", "[[NAME]]", "[NAME.NAME]"];
    let is_heading = |name: &str| {
        forms.iter().any(|form| page.contains(&format!("### `{}`", form.replacen("NAME", name, 1))))
    };
    all.into_iter().map(|key| key.name).filter(|name| !has_row(name) && !is_heading(name)).collect()
}
