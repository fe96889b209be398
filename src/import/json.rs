//! Lines of JSON, which `serde_json` does not keep, and lists of which one bad item spoils no other.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::import::text::line_at;

/// The line of each value, from 1, that a key has: its first one. Values are texts and numbers as they are written.
pub(super) fn lines(json: &str, key: &str) -> BTreeMap<String, usize> {
    let key = format!("\"{key}\"");
    let mut lines = BTreeMap::new();
    let (mut line, mut before) = (1, 0);
    // A quote within a text stands after a backslash, so that only a whole text is found.
    for (at, _) in json.match_indices(&key) {
        let Some(value) = json[at + key.len()..].trim_start().strip_prefix(':').map(str::trim_start) else {
            continue;
        };
        line += line_at(&json[before..], at - before) - 1;
        before = at;
        let value = match value.strip_prefix('"') {
            Some(text) => text.split('"').next(),
            None => value.split(|c: char| !c.is_ascii_alphanumeric()).next(),
        };
        lines.entry(value.unwrap_or_default().to_owned()).or_insert(line);
    }
    lines
}

/// Reads lists item by item; `wrong` says which items are left out, and why.
pub(super) struct ItemReader<'a> {
    /// The lines of items by their ids, see [`lines`].
    pub(super) lines: &'a BTreeMap<String, usize>,
    pub(super) wrong: Vec<String>,
}

impl<'a> ItemReader<'a> {
    pub(super) fn new(lines: &'a BTreeMap<String, usize>) -> Self {
        Self { lines, wrong: Vec::new() }
    }

    /// The items of a list that is called so; null has none.
    pub(super) fn items<T: DeserializeOwned>(&mut self, name: &str, list: Value) -> Vec<T> {
        let items = self.values(name, list).into_iter().enumerate();
        items.filter_map(|(at, item)| self.item(&format!("item {} of {name}", at + 1), item)).collect()
    }

    pub(super) fn values(&mut self, name: &str, list: Value) -> Vec<Value> {
        match list {
            Value::Array(items) => items,
            Value::Null => Vec::new(),
            _ => {
                self.wrong.push(format!("{name} is no list and is left out"));
                Vec::new()
            }
        }
    }

    /// One value; a key that is null counts as absent.
    pub(super) fn item<T: DeserializeOwned>(&mut self, name: &str, item: Value) -> Option<T> {
        let line = self.line(&item);
        let read = serde_json::from_value(without_nulls(item));
        read.map_err(|why| self.wrong.push(format!("{line}{name} is left out: {why}"))).ok()
    }

    /// `line 7: ` for an item with an id; empty when its line is not known.
    fn line(&self, item: &Value) -> String {
        let ids = ["number", "id", "slug"].into_iter().filter_map(|key| item.get(key));
        let mut ids = ids.map(|id| id.as_str().map_or_else(|| id.to_string(), str::to_owned));
        ids.find_map(|id| self.lines.get(&id)).map_or(String::new(), |line| format!("line {line}: "))
    }
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(entries) => {
            let entries = entries.into_iter().filter(|(_, value)| !value.is_null());
            Value::Object(entries.map(|(key, value)| (key, without_nulls(value))).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(without_nulls).collect()),
        value => value,
    }
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn a_value_is_found_at_its_first_line() {
        let json = "{\"id\" :\n \"a\", \"body\": \"\\\"id\\\": \\\"x\\\"\",\n\"name\": \"id\", \"id\": 7,\n\"id\": \"a\"}";
        assert_eq!(lines(json, "id"), [("a".to_owned(), 1), ("7".to_owned(), 3)].into());
    }
}
