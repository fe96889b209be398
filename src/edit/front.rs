//! Edits front matter: sets a key, extends a list, closes a window. Everything else keeps every byte: comments, order,
//! spaces, line ends and notation.
//!
//! `toml_edit` finds the positions; it is named nowhere else. The text is spliced by hand, since `toml_edit` would
//! normalise line ends. The input is valid TOML: a report with errors is not edited.

use toml_edit::{Array, Document, InlineTable, Item, Table, TableLike, Value};

use crate::edit::spliced;
use crate::parse::keys;

/// Sets a top-level key to a value in TOML. An existing value is replaced in place; a new key is inserted in the order of
/// `table`.
pub fn set(front: &str, table: &keys::Table, key: &str, toml: &str) -> String {
    let document = parse(front);
    if let Some(span) = document.get(key).and_then(Item::as_value).and_then(Value::span) {
        return spliced(front, span, toml);
    }
    let at = place(front, &document, table, key);
    spliced(front, at..at, &format!("{key} = {toml}{}", line_end(front)))
}

/// New front matter with the keys that have a value in TOML, in the order of `table`.
pub fn new<const N: usize>(table: &keys::Table, values: [(&str, Option<String>); N]) -> String {
    let value = |name: &str| values.iter().find(|(key, _)| *key == name)?.1.as_deref();
    table.names().filter_map(|name| Some(format!("{name} = {}\n", value(name)?))).collect()
}

/// Sets the keys that have a value in TOML.
pub fn set_all<const N: usize>(
    front: &str,
    table: &keys::Table,
    values: [(&str, Option<String>); N],
) -> String {
    let given = values.into_iter().filter_map(|(key, toml)| Some((key, toml?)));
    given.fold(front.to_owned(), |front, (key, toml)| set(&front, table, key, &toml))
}

/// Whether there is a key, or a key of a table: `feeds.also_at`.
pub fn has(front: &str, path: &str) -> bool {
    let document = parse(front);
    let mut parts = path.splitn(3, '.');
    let first = parts.next().and_then(|key| document.get(key));
    parts.fold(first, |item, key| item?.as_table_like()?.get(key)).is_some()
}

/// Sets a key that a top-level table lacks; the table is added at the end when it is missing, too.
pub fn set_in(front: &str, table: &str, key: &str, toml: &str) -> String {
    let document = parse(front);
    let end = line_end(front);
    match document.get(table) {
        Some(Item::Table(found)) if !found.is_dotted() => {
            let header = found.span().expect("what was parsed has a place").start;
            let at = line_after(front, header);
            let gap = if front[..at].ends_with('\n') { "" } else { end };
            spliced(front, at..at, &format!("{gap}{key} = {toml}{end}"))
        }
        Some(Item::Value(Value::InlineTable(inline))) => {
            let at = inline.span().expect("what was parsed has a place").start + 1;
            let separator = if inline.is_empty() { " " } else { "," };
            spliced(front, at..at, &format!(" {key} = {toml}{separator}"))
        }
        // Dotted keys stand where other keys of the file do.
        Some(_) => format!("{table}.{key} = {toml}{end}{front}"),
        None => {
            let gap = if front.is_empty() || front.ends_with('\n') { "" } else { end };
            format!("{front}{gap}{end}[{table}]{end}{key} = {toml}{end}")
        }
    }
}

/// Appends a text to a top-level list, which is created when missing.
pub fn push(front: &str, table: &keys::Table, key: &str, text: &str) -> String {
    let document = parse(front);
    let Some(array) = document.get(key).and_then(Item::as_array) else {
        return set(front, table, key, &texts([text]));
    };
    let value = self::text(text);
    let span = array.span().expect("what was parsed has a place");
    match array.iter().last().and_then(Value::span) {
        Some(last) => {
            let separator = separator(front, array, span.start, last.start);
            spliced(front, last.end..last.end, &format!(",{separator}{value}"))
        }
        None => spliced(front, span, &format!("[{value}]")),
    }
}

/// The separator before a list's last element: a line end and indentation for one element per line, else a space.
fn separator<'a>(front: &'a str, array: &Array, start: usize, last: usize) -> &'a str {
    let before = &front[start + 1..last];
    let spaces = before.len() - before.trim_end_matches([' ', '\t', '\r', '\n']).len();
    let gap = &before[before.len() - spaces..];
    if array.len() == 1 && !gap.contains('\n') {
        " "
    } else {
        gap.get(..).filter(|gap| !gap.is_empty()).unwrap_or(" ")
    }
}

/// Ends every open window of `[[outages]]` whose component `is_meant`.
pub fn end_outages(front: &str, at: &str, is_meant: impl Fn(&str) -> bool) -> String {
    let document = parse(front);
    let mut edits: Vec<(usize, String)> = Vec::new();
    match document.get("outages") {
        Some(Item::ArrayOfTables(tables)) => {
            let open = tables.iter().filter(|table| is_open(*table, &is_meant));
            edits.extend(
                open.map(|table| (end_of_last_line(front, table), format!("to = {at}{}", line_end(front)))),
            );
        }
        Some(Item::Value(Value::Array(array))) => {
            let open =
                array.iter().filter_map(Value::as_inline_table).filter(|table| is_open(*table, &is_meant));
            edits.extend(open.map(|table| (end_of_last_value(table), format!(", to = {at}"))));
        }
        _ => {}
    }
    edits.sort_by_key(|(at, _)| *at);
    let backwards = edits.into_iter().rev();
    backwards.fold(front.to_owned(), |text, (at, line)| spliced(&text, at..at, &line))
}

/// Adds an open window to `[[outages]]`.
pub fn add_outage(front: &str, component: &str, state: &str, from: &str) -> String {
    let document = parse(front);
    let (component, state) = (Value::from(component), Value::from(state));
    match document.get("outages") {
        Some(Item::Value(Value::Array(array))) if !array.is_empty() => {
            let last = array.iter().last().and_then(Value::span).expect("what was parsed has a place");
            let start = array.span().expect("what was parsed has a place").start;
            let separator = separator(front, array, start, last.start);
            let table = format!(",{separator}{{ component = {component}, state = {state}, from = {from} }}");
            spliced(front, last.end..last.end, &table)
        }
        found => {
            let end = line_end(front);
            let table =
                format!("[[outages]]{end}component = {component}{end}state = {state}{end}from = {from}{end}");
            let at = match found {
                Some(Item::ArrayOfTables(tables)) => {
                    tables.iter().map(|table| end_of_last_line(front, table)).max().unwrap_or(front.len())
                }
                _ => front.len(),
            };
            spliced(front, at..at, &format!("{end}{table}"))
        }
    }
}

fn is_open(table: &dyn TableLike, is_meant: impl Fn(&str) -> bool) -> bool {
    let component = table.get("component").and_then(Item::as_str).unwrap_or_default();
    !table.contains_key("to") && is_meant(component)
}

/// The end of the line that holds the table's last value.
fn end_of_last_line(front: &str, table: &Table) -> usize {
    let ends = table.iter().filter_map(|(_, item)| item.as_value()?.span()).map(|span| span.end);
    let header = table.span().expect("what was parsed has a place").start;
    line_after(front, ends.max().unwrap_or(header))
}

fn end_of_last_value(table: &InlineTable) -> usize {
    let ends = table.iter().filter_map(|(_, value)| value.span()).map(|span| span.end);
    ends.max().expect("a window names its component")
}

/// Where to insert a new top-level key, in the order of `table`.
fn place(front: &str, document: &Document<&str>, table: &keys::Table, key: &str) -> usize {
    let rank = |name: &str| table.names().position(|known| known == name).unwrap_or(usize::MAX);
    let present = document.iter().filter_map(|(name, item)| Some((rank(name), item.as_value()?.span()?)));
    let before = present.filter(|(other, _)| *other < rank(key)).max_by_key(|(other, _)| *other);
    before.map_or(0, |(_, span)| line_after(front, span.end))
}

/// A text as TOML on one line: a line `+++` in it would end the front matter.
pub fn text(text: &str) -> String {
    if !text.contains(['\n', '\r']) {
        return Value::from(text).to_string();
    }
    let json = serde_json::Value::from(text).to_string();
    json.replace('\u{7f}', "\\u007f")
}

pub fn texts(all: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let texts: Vec<String> = all.into_iter().map(|it| text(it.as_ref())).collect();
    format!("[{}]", texts.join(", "))
}

pub fn table(pairs: impl IntoIterator<Item = (String, String)>) -> String {
    pairs.into_iter().map(|(key, text)| (key, Value::from(text))).collect::<InlineTable>().to_string()
}

/// Checks that the text is TOML; the error is one line.
pub fn validate(front: &str) -> Result<(), String> {
    let error = match Document::parse(front) {
        Ok(_) => return Ok(()),
        Err(error) => error,
    };
    let line = error.span().map_or(1, |span| front[..span.start].matches('\n').count() + 1);
    Err(format!("line {line}: {}", error.message().lines().next().unwrap_or_default()))
}

/// The end of the line that holds byte `at`.
fn line_after(front: &str, at: usize) -> usize {
    front[at..].find('\n').map_or(front.len(), |end| at + end + 1)
}

pub(super) fn line_end(text: &str) -> &'static str {
    let first = text.find('\n').unwrap_or(0);
    if text[..first].ends_with('\r') { "\r\n" } else { "\n" }
}

fn parse(front: &str) -> Document<&str> {
    Document::parse(front).expect("front matter with errors is not edited")
}

#[cfg(test)]
mod tests {
    use super::{add_outage, end_outages, has, push, set, set_in, table, text};
    use crate::parse::keys::INCIDENT;

    const FRONT: &str = "# ours\ntitle  =  'x'   # why\nstarted = 2024-04-16 09:20 # seen\n\n# later\n[[follow_ups]]\ntext = \"a\"\n";

    #[test]
    fn a_key_is_replaced_in_its_place_or_put_where_it_belongs() {
        let check = |key: &str, value: &str, from: &str, to: &str| {
            assert_eq!(set(FRONT, INCIDENT, key, value), FRONT.replacen(from, to, 1), "{key}");
        };
        let time = "2024-04-16 10:30:00Z";
        check("started", time, "2024-04-16 09:20", "2024-04-16 10:30:00Z");
        check("ended", time, "# seen\n", "# seen\nended = 2024-04-16 10:30:00Z\n");
        check("title", &text("say \"hi\"\\"), "'x'", "'say \"hi\"\\'");
        let states =
            table([("api", "major_outage"), ("a.b", "x")].map(|(id, state)| (id.into(), state.into())));
        let line = "# why\ncomponents = { api = \"major_outage\", \"a.b\" = \"x\" }\n";
        check("components", &states, "# why\n", line);
        assert_eq!(set("", INCIDENT, "title", "'x'"), "title = 'x'\n");
        let table_first = "[components]\napi = \"major\"\n";
        assert_eq!(set(table_first, INCIDENT, "title", "'x'"), format!("title = 'x'\n{table_first}"));
    }

    #[test]
    fn a_text_stands_on_one_line() {
        let check = |words: &str, expected: &str| {
            assert_eq!(text(words), expected);
            let read: toml_edit::Value = text(words).parse().unwrap();
            assert_eq!(read.as_str(), Some(words));
        };
        check("a\n+++\n\"b\"", r#""a\n+++\n\"b\"""#);
        check("\r\n\u{7f}\u{1}\t\\é", r#""\r\n\u007f\u0001\t\\é""#);
    }

    #[test]
    fn a_table_gains_a_key_wherever_it_stands() {
        let check = |front: &str, expected: &str| {
            let text = set_in(front, "feeds", "also_at", "{}");
            assert_eq!(text, expected);
            assert!(has(&text, "feeds.also_at") && !has(front, "feeds.also_at"), "{front}");
        };
        check("title = 1\n", "title = 1\n\n[feeds]\nalso_at = {}\n");
        check("[feeds] # f\nentries = 2\n\n[b]\n", "[feeds] # f\nalso_at = {}\nentries = 2\n\n[b]\n");
        check("[feeds]", "[feeds]\nalso_at = {}\n");
        check("feeds = { entries = 2 }\n", "feeds = { also_at = {}, entries = 2 }\n");
        check("feeds = {}\n", "feeds = { also_at = {} }\n");
        check("feeds.entries = 2\n", "feeds.also_at = {}\nfeeds.entries = 2\n");
        assert!(has("[feeds]\nalso_at = { \"/a.xml\" = 'b' }", "feeds.also_at./a.xml"));
    }

    #[test]
    fn line_ends_stay() {
        let front = "title = \"x\"\r\ntags = []\r\n";
        let expected = "title = \"x\"\r\nended = 2024-04-16 10:30:00Z\r\ntags = []\r\n";
        assert_eq!(set(front, INCIDENT, "ended", "2024-04-16 10:30:00Z"), expected);
    }

    #[test]
    fn a_list_grows_in_its_own_style() {
        let check = |front: &str, expected: &str| assert_eq!(push(front, INCIDENT, "keys", "b"), expected);
        check("title = 1\n", "title = 1\nkeys = [\"b\"]\n");
        check("keys = []\n", "keys = [\"b\"]\n");
        check("keys = ['a'] # x\n", "keys = ['a', \"b\"] # x\n");
        check("keys = [ 'a', 'c' ]\n", "keys = [ 'a', 'c', \"b\" ]\n");
        check("keys = [\n  'a',\n]\n", "keys = [\n  'a',\n  \"b\",\n]\n");
    }

    #[test]
    fn open_windows_end_and_others_stay() {
        let front = "title = 1\n\n[[outages]]\ncomponent = \"a\" # x\nfrom = 2024-04-16 09:00 # y\n\n[[outages]]\ncomponent = \"b\"\nto = 1\n\n# z\n[[outages]]\ncomponent = \"c\"\n";
        let expected = front.replacen("# y\n", "# y\nto = T\n", 1).replacen(
            "component = \"c\"\n",
            "component = \"c\"\nto = T\n",
            1,
        );
        assert_eq!(end_outages(front, "T", |_| true), expected);
        let only_c = front.replacen("component = \"c\"\n", "component = \"c\"\nto = T\n", 1);
        assert_eq!(end_outages(front, "T", |id| id == "c"), only_c);
        let inline = "outages = [{ component = 'a', from = 1 }, { component = 'b', to = 2 }]\n";
        let expected = "outages = [{ component = 'a', from = 1, to = T }, { component = 'b', to = 2 }]\n";
        assert_eq!(end_outages(inline, "T", |_| true), expected);
        assert_eq!(end_outages("title = 1\n", "T", |_| true), "title = 1\n");
    }

    #[test]
    fn a_window_follows_the_others() {
        let front = "title = 1\n\n[[outages]]\ncomponent = \"a\"\n\n[[follow_ups]]\ntext = 1\n";
        let window = "\n[[outages]]\ncomponent = \"b\"\nstate = \"major_outage\"\nfrom = T\n";
        let expected = front.replacen("\"a\"\n", &format!("\"a\"\n{window}"), 1);
        assert_eq!(add_outage(front, "b", "major_outage", "T"), expected);
        assert_eq!(add_outage("title = 1\n", "b", "major_outage", "T"), format!("title = 1\n{window}"));
        let inline = "outages = [{ component = 'a' }]\n";
        let expected = "outages = [{ component = 'a' }, { component = \"b\", state = \"s\", from = T }]\n";
        assert_eq!(add_outage(inline, "b", "s", "T"), expected);
    }
}
