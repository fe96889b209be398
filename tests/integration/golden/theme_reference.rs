//! `docs/themes.md`: the reference of the theme, made from the types of the views, the templates, the messages and the
//! scripts, and two examples that are built.
//!
//! What no type describes stands in `tests/fixtures/theme/names.toml`. A name without a description, and a description
//! without a name, fails. `UPDATE_GOLDEN=1` rewrites the page.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use regex::Regex;
use toml_edit::{DocumentMut, Table};

use super::theme_views::{Field, View, views};
use crate::broken::check_golden;
use crate::reference::made;
use crate::support::read_files;

pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn fixture() -> PathBuf {
    root().join("tests/fixtures/theme")
}

/// The descriptions of names that no type describes.
pub(crate) fn described() -> DocumentMut {
    fs::read_to_string(fixture().join("names.toml")).unwrap().parse().unwrap()
}

/// The texts of files of the built-in theme below a folder; pictures have none.
fn theme_files(folder: &str) -> BTreeMap<String, String> {
    let files = read_files(&root().join("themes/default").join(folder)).into_iter();
    files.filter_map(|(path, bytes)| Some((path, String::from_utf8(bytes).ok()?))).collect()
}

/// One section of the descriptions, with exactly these names.
#[track_caller]
fn section<'a>(all: &'a Table, name: &str, expected: &BTreeSet<String>) -> &'a Table {
    let table = all[name].as_table().unwrap();
    let described: BTreeSet<String> = table.iter().map(|(name, _)| name.to_owned()).collect();
    assert_eq!(&described, expected, "[{name}] of names.toml describes what the theme has");
    table
}

fn first_groups(pattern: &str, text: &str) -> Vec<String> {
    Regex::new(pattern).unwrap().captures_iter(text).map(|found| found[1].to_owned()).collect()
}

fn templates_part(all: &Table) -> String {
    let files = theme_files("templates");
    let table = section(all, "templates", &files.keys().cloned().collect());
    let mut text = String::from("### Templates\n\n| template | what it is | `view` |\n|---|---|---|\n");
    for (name, entry) in table.iter() {
        let about = entry["about"].as_str().unwrap();
        let view = entry.get("view").map(|view| linked(view.as_str().unwrap())).unwrap_or_default();
        writeln!(text, "| `{name}` | {about} | {view} |").unwrap();
    }
    text
}

fn blocks_part(all: &Table) -> String {
    let base = &theme_files("templates")["base.html"];
    let names = first_groups(r"\{% block (\w+) %\}", base);
    let table = section(all, "blocks", &names.iter().cloned().collect());
    let mut text = String::from("### Blocks\n\nA template that extends `base.html` fills these blocks.\n\n");
    text.push_str("| block | what it holds |\n|---|---|\n");
    for name in names {
        writeln!(text, "| `{name}` | {} |", table[&name].as_str().unwrap()).unwrap();
    }
    text
}

fn components_part(all: &Table) -> String {
    let component = Regex::new(r"\{%-? component (\w+)\((.*?)\)").unwrap();
    let mut found: Vec<(String, String, String)> = Vec::new();
    for (file, text) in theme_files("templates") {
        for it in component.captures_iter(&text) {
            let arguments = it[2].replace(", @root", "").replace("@root", "");
            found.push((it[1].to_owned(), arguments, file.clone()));
        }
    }
    let table = section(all, "components", &found.iter().map(|it| it.0.clone()).collect());
    let mut text = String::from(
        "### Components\n\nA call is `{{<state of={it.subject} />}}`. Those of `parts/parts.html` are there in every template; the \
         others only in their own file.\n\n| component | arguments | file | what it shows |\n|---|---|---|---|\n",
    );
    for (name, arguments, file) in found {
        writeln!(text, "| `{name}` | `{arguments}` | `{file}` | {} |", table[&name].as_str().unwrap())
            .unwrap();
    }
    text
}

/// What holds for all attributes.
const ATTRIBUTES: &str = "\
Scripts find what they change by these attributes. Without one of them, that part of the page stays as it was built.
`page.known` holds what the scripts know ahead. `document` gets the event `allclear:newer` when a newer build has
taken the place of the content. `globalThis.allclearNow`, in milliseconds since 1970, replaces the clock where it is defined.

";

/// `data-stale-after` in a template is `dataset.staleAfter` in a script.
fn in_script(attribute: &str) -> String {
    let mut words = attribute.trim_start_matches("data-").split('-');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| name + &word[..1].to_uppercase() + &word[1..])
}

/// Whether a script reads an attribute, by its name or as a property of `dataset`.
fn reads(script: &str, attribute: &str) -> bool {
    let property = in_script(attribute);
    let whole = format!(
        r#"\[{attribute}[\]=]|dataset\.{property}\b|"{property}" in dataset|\{{[^{{}}]*\b{property}\b[^{{}}]*\}} = [^;]*dataset"#
    );
    Regex::new(&whole).unwrap().is_match(script)
}

fn attributes_part(all: &Table) -> String {
    let (templates, scripts) = (theme_files("templates"), theme_files("static"));
    let attribute = r"[\s](data-[a-z-]+)";
    let names: BTreeSet<String> = templates.values().flat_map(|text| first_groups(attribute, text)).collect();
    let table = section(all, "attributes", &names);
    let mut text = String::from("### `data-` attributes\n\n");
    text.push_str(ATTRIBUTES);
    text.push_str("| attribute | in templates | read by | what it says |\n|---|---|---|---|\n");
    for name in names {
        let own = |text: &String| first_groups(attribute, text).contains(&name);
        let list =
            |files: Vec<&String>| files.iter().map(|file| format!("`{file}`")).collect::<Vec<_>>().join(", ");
        let places = list(templates.iter().filter(|(_, text)| own(text)).map(|(file, _)| file).collect());
        let readers =
            list(scripts.iter().filter(|(_, text)| reads(text, &name)).map(|(file, _)| file).collect());
        writeln!(text, "| `{name}` | {places} | {readers} | {} |", table[&name].as_str().unwrap()).unwrap();
    }
    text
}

/// Messages by the sections of the message file, each with its English text on one line and its arguments.
fn messages_part() -> String {
    let file = &theme_files("i18n")["en.ftl"];
    let mut text = String::from("### Messages\n\n");
    for part in file.split("\n## ").skip(1) {
        let (title, messages) = part.split_once('\n').unwrap();
        writeln!(text, "#### {title}\n\n| message | English | arguments |\n|---|---|---|").unwrap();
        for (name, english) in messages_of(messages) {
            let arguments: BTreeSet<String> = first_groups(r"\$(\w+)", &english).into_iter().collect();
            let arguments: Vec<String> = arguments.iter().map(|it| format!("`{it}`")).collect();
            writeln!(text, "| `{name}` | {} | {} |", english.replace('|', "\\|"), arguments.join(", "))
                .unwrap();
        }
        text.push('\n');
    }
    text
}

fn messages_of(text: &str) -> Vec<(&str, String)> {
    let mut messages: Vec<(&str, String)> = Vec::new();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match line.split_once(" = ").filter(|_| !line.starts_with([' ', '}'])) {
            Some((name, english)) => messages.push((name, english.to_owned())),
            None => {
                let (_, english) = messages.last_mut().unwrap();
                write!(english, " {}", line.trim()).unwrap();
            }
        }
    }
    messages
}

fn linked(view: &str) -> String {
    format!("[{view}](#{})", view.to_lowercase())
}

/// A type as a theme's author knows it.
fn kind(of: &str, known: &BTreeMap<String, View>) -> String {
    let inner = |wrapper: &str| of.strip_prefix(wrapper)?.strip_suffix('>');
    if let Some(item) = inner("Option<") {
        return format!("{}, or none", kind(item, known));
    }
    if let Some(item) = inner("Vec<").or_else(|| inner("BTreeSet<")) {
        return format!("list of {}", kind(item, known));
    }
    match of {
        "String" | "&'static str" | "char" => "text".to_owned(),
        "bool" => "true or false".to_owned(),
        "usize" | "u8" | "u32" | "i32" | "i64" => "number".to_owned(),
        "serde_json::Value" => "table".to_owned(),
        _ if known.contains_key(of) => linked(of),
        _ => panic!("a type that the reference does not know: {of}"),
    }
}

fn views_part(known: &BTreeMap<String, View>) -> String {
    let mut text = String::from(
        "### Views\n\n\
         Every template sees `site`, `page`, `root` (the same as `page.root`) and `view`.\n\n\
         - A path leads from the site's root and has no slash in front: a link is `{{ root }}{{ it.path }}`.\n\
         - States, statuses and impacts are the names of Statuspage's API; the words for them are messages: `t(id=\"state-\" ~ it.state)`.\n\
         - An icon is the short name of a state (`ok`, `maintenance`, `degraded`, `partial`, `major`) or `info`. It is a CSS class, too.\n\
         - HTML is text to print with `| safe`; everything else is escaped.\n\
         - No view holds the time at which the page is read. Scripts say what depends on it.\n\n\
         Two functions: `t(id=\"…\", name=…)` is a message with its arguments, `asset(name=\"…\")` the address of a file of `static/`.\n\n",
    );
    for (name, view) in known {
        assert!(!view.about.is_empty(), "{name} has no description");
        writeln!(text, "#### {name}\n\n{}\n\n| field | type | what it is |\n|---|---|---|", view.about)
            .unwrap();
        for Field { name: field, kind: of, about } in &view.fields {
            assert!(!about.is_empty(), "{name}.{field} has no description");
            writeln!(text, "| `{field}` | {} | {about} |", kind(of, known)).unwrap();
        }
        text.push('\n');
    }
    text
}

/// The examples with all of their files, the introduction and what came out left out.
fn examples_part() -> String {
    let mut text = String::from("## Examples\n\nBoth are whole sites: every file is shown.\n\n");
    for name in examples() {
        let folder = fixture().join("examples").join(&name);
        let about = fs::read_to_string(folder.join("about.md")).unwrap();
        writeln!(text, "{}\n", about.trim()).unwrap();
        for (path, bytes) in read_files(&folder) {
            if path == "about.md" || path.starts_with("expected/") {
                continue;
            }
            let language = path.rsplit('.').next().unwrap().replace("md", "markdown");
            let file = String::from_utf8(bytes).unwrap();
            writeln!(text, "`{path}`:\n```{language}\n{}\n```\n", file.trim_end()).unwrap();
        }
    }
    text.trim_end().to_owned()
}

/// The names of the examples.
pub(crate) fn examples() -> Vec<String> {
    let folders = fs::read_dir(fixture().join("examples")).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<String> = folders.map(|name| name.into_string().unwrap()).collect();
    names.sort();
    names
}

/// The folder of an example.
pub(crate) fn example(name: &str) -> PathBuf {
    fixture().join("examples").join(name)
}

/// The names of messages that code asks for, and the beginnings of names, which end in a hyphen: `"state-" ~ it.state`.
fn asked_for(code: &str) -> BTreeSet<String> {
    let quoted = first_groups(r#""([a-z][a-z0-9-]*)["{]"#, code);
    quoted.into_iter().chain(first_groups(r"\{ ([a-z][a-z0-9-]*) \}", code)).collect()
}

fn is_asked_for(message: &str, asked: &BTreeSet<String>) -> bool {
    let mut begins = message.match_indices('-').map(|(at, _)| &message[..=at]);
    asked.contains(message) || begins.any(|begin| asked.contains(begin))
}

#[test]
fn every_message_is_asked_for() {
    let messages = &theme_files("i18n")["en.ftl"];
    let rust = read_files(&root().join("src")).into_values();
    let rust = rust.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let theme = theme_files("templates").into_values().chain(theme_files("static").into_values());
    let asked = rust.chain(theme).chain([messages.clone()]).flat_map(|code| asked_for(&code)).collect();
    let names = messages_of(messages).into_iter().map(|(name, _)| name);
    let unused: Vec<&str> = names.filter(|name| !is_asked_for(name, &asked)).collect();
    assert_eq!(unused, [""; 0], "no template, no script and no code asks for these messages");
    let asked = asked_for("t(id=\"state-\" ~ it) t(id=\"loud\")");
    assert!(is_asked_for("state-ok", &asked) && !is_asked_for("loudest", &asked));
}

/// A new status changes views, not templates.
#[test]
fn templates_compare_no_states() {
    let comparison =
        Regex::new(r#"(?:status|state|impact|icon|it\.kind|of\.kind) (?:==|!=|in|not in) "#).unwrap();
    for (name, text) in theme_files("templates") {
        let found: Vec<&str> = comparison.find_iter(&text).map(|it| it.as_str()).collect();
        assert!(found.is_empty(), "{name}: {found:?}");
    }
}

#[test]
fn the_reference_holds_every_name_of_the_theme() {
    let all = described();
    let known = views(&root().join("src/render"));
    let parts = [
        templates_part(&all),
        views_part(&known),
        blocks_part(&all),
        components_part(&all),
        attributes_part(&all),
        messages_part(),
    ];
    let reference = format!("## Reference\n\n{}", parts.map(|part| part.trim_end().to_owned()).join("\n\n"));
    let about = fs::read_to_string(fixture().join("about.md")).unwrap();
    let page =
        made(&about).replace("<!-- examples -->", &examples_part()).replace("<!-- reference -->", &reference);
    check_golden(&root().join("docs/themes.md"), &page);
}
