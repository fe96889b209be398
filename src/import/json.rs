//! Lines of JSON, which `serde_json` does not keep.

use std::collections::BTreeMap;

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

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn a_value_is_found_at_its_first_line() {
        let json = "{\"id\" :\n \"a\", \"body\": \"\\\"id\\\": \\\"x\\\"\",\n\"name\": \"id\", \"id\": 7,\n\"id\": \"a\"}";
        assert_eq!(lines(json, "id"), [("a".to_owned(), 1), ("7".to_owned(), 3)].into());
    }
}
