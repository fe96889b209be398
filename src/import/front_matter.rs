//! Front matter of Hugo, Jekyll and their like: YAML, TOML or JSON above a text in Markdown.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::import::yaml::{self, Node, Value};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Document<'a> {
    /// An empty map when there is none.
    pub(super) front: Node,
    pub(super) body: &'a str,
    /// The line of the body, from 1.
    pub(super) body_line: usize,
    pub(super) has_front: bool,
}

/// Splits a text and parses its front matter; the error names the line.
///
/// `---` above the front matter may be missing when the first line is one of `keys` and a `---` stands below.
pub(super) fn read<'a>(text: &'a str, keys: &[&str]) -> Result<Document<'a>, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let start = text.len() - text.trim_start().len();
    let first_line = text[..start].matches('\n').count() + 1;
    let rest = &text[start..];
    let first = rest.lines().next().unwrap_or_default().trim_end();
    let is_key = || first.split_once(':').is_some_and(|(key, _)| keys.contains(&key.trim_end()));
    let (fence, inside) = match first {
        "---" | "+++" => (first, rest.get(first.len()..).map_or("", after_line)),
        _ if is_key() => ("---", rest),
        _ => return Ok(Document { front: Node::empty(), body: text, body_line: 1, has_front: false }),
    };
    let line = first_line + usize::from(inside.len() < rest.len());
    let end = fence_at(inside, fence)
        .ok_or_else(|| format!("line {first_line}: no `{fence}` ends the front matter"))?;
    let front = &inside[..end];
    let front = if fence == "+++" { toml(front, line)? } else { yaml::parse(front, line)? };
    let body = after_line(&inside[end..]);
    let body_line = text[..text.len() - body.len()].matches('\n').count() + 1;
    Ok(Document { front, body, body_line, has_front: true })
}

fn after_line(text: &str) -> &str {
    text.find('\n').map_or("", |at| &text[at + 1..])
}

/// The start of the first line that is the fence.
fn fence_at(text: &str, fence: &str) -> Option<usize> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.trim_end() == fence {
            return Some(at);
        }
        at += line.len();
    }
    None
}

/// TOML as the same nodes.
pub(super) fn toml(text: &str, first_line: usize) -> Result<Node, String> {
    let line = |at: usize| text[..at].matches('\n').count() + first_line;
    let table = DeTable::parse(text).map_err(|error| {
        let message = error.message().lines().next().unwrap_or_default();
        format!("line {}: {message}", line(error.span().map_or(0, |span| span.start)))
    })?;
    Ok(Node { line: first_line, value: map(table.get_ref(), &line) })
}

fn map(table: &DeTable<'_>, line: &dyn Fn(usize) -> usize) -> Value {
    Value::Map(table.iter().map(|(key, value)| (key.get_ref().to_string(), node(value, line))).collect())
}

fn node(toml: &Spanned<DeValue<'_>>, line: &dyn Fn(usize) -> usize) -> Node {
    let value = match toml.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => Value::Text(number.as_str().to_owned()),
        DeValue::Float(number) => Value::Text(number.as_str().to_owned()),
        DeValue::Boolean(flag) => Value::Text(flag.to_string()),
        DeValue::Datetime(at) => Value::Text(at.to_string()),
        DeValue::Array(items) => Value::List(items.iter().map(|item| node(item, line)).collect()),
        DeValue::Table(table) => map(table, line),
    };
    Node { line: line(toml.span().start), value }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn front_matter_has_many_forms() {
        let check = |text: &str, title: Option<&str>, body: &str, line: usize| {
            let document = read(text, &["title", "date"]).unwrap();
            let found = (document.front.text_of("title"), document.body, document.body_line);
            assert_eq!(found, (title, body, line), "{text}");
        };
        check("---\ntitle: a\n---\nb\n---\nc\n", Some("a"), "b\n---\nc\n", 4);
        check("\u{feff}\r\n--- \r\ntitle: a\r\n---\r\nb", Some("a"), "b", 5);
        check("+++\ntitle = \"a\"\n+++\n\nb", Some("a"), "\nb", 4);
        check("title: a\ndate: 2020-01-01\n---\nb", Some("a"), "b", 4);
        check("# A\n\n---\nb", None, "# A\n\n---\nb", 1);
        check("", None, "", 1);
    }

    #[test]
    fn broken_front_matter_names_its_line() {
        let check = |text: &str, expected: &str| {
            let error = read(text, &["title"]).unwrap_err();
            assert!(error.starts_with(expected), "{error}");
        };
        check("---\ntitle: a\n", "line 1: no `---` ends");
        check("---\ntitle: a\nb: [c\n---\n", "line ");
        check("+++\na = 1\nb =\n+++\n", "line 3: ");
    }
}
