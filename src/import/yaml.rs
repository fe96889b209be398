//! YAML with raw scalars: `015` stays `015`, `yes` stays `yes`, and a repeated key is no error.
//!
//! Invariant: `granit_parser` is named only here. Depth and aliases are bounded.

use std::collections::BTreeMap;

use granit_parser::{Event, Parser, ScalarStyle};

/// The most nodes of a document, with copies by aliases.
const MOST_NODES: usize = 200_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Node {
    /// From 1.
    pub(super) line: usize,
    pub(super) value: Value,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Null,
    Text(String),
    List(Vec<Node>),
    /// In the order of the source.
    Map(Vec<(String, Node)>),
}

impl Node {
    pub(super) fn empty() -> Self {
        Self { line: 1, value: Value::Map(Vec::new()) }
    }

    /// The value of a key, letter case ignored as Hugo does; the last of repeated keys. `None` for null.
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        let found = self.entries().iter().rev().find(|(name, _)| name.eq_ignore_ascii_case(key));
        found.map(|(_, node)| node).filter(|node| node.value != Value::Null)
    }

    pub(super) fn entries(&self) -> &[(String, Node)] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    pub(super) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The text of a key.
    pub(super) fn text_of(&self, key: &str) -> Option<&str> {
        self.get(key)?.text().map(str::trim).filter(|text| !text.is_empty())
    }

    /// The items of a list; a single value counts as a list.
    pub(super) fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            Value::Text(_) | Value::Map(_) => std::slice::from_ref(self),
            Value::Null => &[],
        }
    }

    /// `true`, `yes` and `on` in any case; `None` for other texts.
    pub(super) fn flag(&self) -> Option<bool> {
        match self.text()?.trim().to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "1" => Some(true),
            "false" | "no" | "off" | "0" => Some(false),
            _ => None,
        }
    }
}

/// Parses the first document; an empty one is an empty map. The error names the line, counted from `first_line`.
pub(super) fn parse(text: &str, first_line: usize) -> Result<Node, String> {
    let mut builder = Builder { first_line, ..Builder::default() };
    for next in Parser::new_from_str(text) {
        let (event, span) = next.map_err(|error| {
            format!("line {}: {}", error.marker().line() + first_line - 1, one_line(&error.to_string()))
        })?;
        let line = span.start.line() + first_line - 1;
        if builder.event(&event, line)? {
            break;
        }
    }
    Ok(builder.root.unwrap_or_else(Node::empty))
}

/// A message without its place, which is said before it.
fn one_line(message: &str) -> &str {
    let line = message.lines().next().unwrap_or_default();
    line.split(" at char ").next().unwrap_or_default().trim_end_matches([',', ':', ' '])
}

#[derive(Default)]
struct Builder {
    first_line: usize,
    /// Open collections, with the anchor and, for maps, the key that waits for its value.
    open: Vec<(Node, usize, Option<String>)>,
    anchors: BTreeMap<usize, Node>,
    count: usize,
    root: Option<Node>,
}

impl Builder {
    /// Takes an event; whether the document has ended.
    fn event(&mut self, event: &Event<'_>, line: usize) -> Result<bool, String> {
        match event {
            Event::Scalar(text, style, anchor, _) => {
                let is_null = *style == ScalarStyle::Plain && matches!(text.as_ref(), "" | "~" | "null");
                let value = if is_null { Value::Null } else { Value::Text(text.to_string()) };
                self.add(Node { line, value }, *anchor)?;
            }
            Event::SequenceStart(_, anchor, _) => {
                self.open.push((Node { line, value: Value::List(Vec::new()) }, *anchor, None));
            }
            Event::MappingStart(_, anchor, _) => {
                self.open.push((Node { line, value: Value::Map(Vec::new()) }, *anchor, None));
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let (node, anchor, _) = self.open.pop().expect("what ends has begun");
                self.add(node, anchor)?;
            }
            Event::Alias(anchor) => {
                let node = self.anchors.get(anchor).cloned();
                self.count += node.as_ref().map_or(0, size);
                self.add(node.unwrap_or(Node { line, value: Value::Null }), 0)?;
            }
            Event::DocumentEnd | Event::StreamEnd => return Ok(self.root.is_some()),
            _ => {}
        }
        Ok(false)
    }

    fn add(&mut self, node: Node, anchor: usize) -> Result<(), String> {
        self.count += 1;
        if self.count > MOST_NODES {
            return Err(format!("line {}: the document has over {MOST_NODES} values", self.first_line));
        }
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
        }
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some((Node { value: Value::List(items), .. }, _, _)) => items.push(node),
            Some((Node { value: Value::Map(entries), .. }, _, key)) => match key.take() {
                Some(key) => entries.push((key, node)),
                None => *key = Some(node.text().unwrap_or_default().to_owned()),
            },
            Some(_) => {}
        }
        Ok(())
    }
}

fn size(node: &Node) -> usize {
    1 + match &node.value {
        Value::List(items) => items.iter().map(size).sum(),
        Value::Map(entries) => entries.iter().map(|(_, node)| size(node)).sum(),
        Value::Null | Value::Text(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::{Value, parse};

    #[test]
    fn scalars_stay_as_they_are_written() {
        let node = parse(
            "hour: 015\nresolved: yes\nempty:\nquoted: \"true\"\nResolved: no\nlist: [a, 'b']\nmany: |\n  x\n  y\n",
            2,
        )
        .unwrap();
        assert_eq!(node.text_of("hour"), Some("015"));
        assert_eq!(node.get("resolved").and_then(super::Node::flag), Some(false));
        assert_eq!(node.get("quoted").and_then(super::Node::flag), Some(true));
        assert_eq!(node.get("empty"), None);
        assert_eq!(node.get("list").unwrap().line, 7);
        assert_eq!(node.get("list").unwrap().items().len(), 2);
        assert_eq!(node.get("hour").unwrap().items().len(), 1);
        assert_eq!(node.text_of("many"), Some("x\ny"));
    }

    #[test]
    fn an_error_names_its_line() {
        let error = parse("a: 1\nb: [x\n", 2).unwrap_err();
        assert!(error.starts_with("line "), "{error}");
        assert_eq!(parse("", 1).unwrap().value, Value::Map(Vec::new()));
    }

    #[test]
    fn copies_are_bounded() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..9 {
            let copies = vec![format!("*a{}", level - 1); 9].join(", ");
            text.push_str(&format!("a{level}: &a{level} [{copies}]\n"));
        }
        assert!(parse(&text, 1).unwrap_err().contains("over 200000 values"));
    }
}
