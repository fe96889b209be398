//! JSON in parts, each with its line, which `serde_json` does not keep; one bad part spoils no other.

use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::{Deserializer, Error, Value};

/// A value of a text that is valid JSON up to the value's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Json<'a> {
    text: &'a str,
    /// Where it begins, from 1.
    pub(super) line: usize,
}

impl<'a> Json<'a> {
    /// The only value of a text.
    pub(super) fn of(text: &'a str) -> Result<Self, Error> {
        serde_json::from_str::<IgnoredAny>(text)?;
        Self::leading(text, 1)
    }

    /// The value at the start of a text, whatever follows; `line` is that of the text.
    pub(super) fn leading(text: &'a str, line: usize) -> Result<Self, Error> {
        let first = Parts { rest: text, line }.next();
        first.map_or_else(|| serde_json::from_str(text).map(|IgnoredAny| Self { text, line }), Ok)
    }

    /// The values that stand one after another, up to the first that is broken, which is the error.
    pub(super) fn all(text: &'a str) -> (Vec<Self>, Option<Error>) {
        let broken = Deserializer::from_str(text).into_iter::<IgnoredAny>().find_map(Result::err);
        (Parts { rest: text, line: 1 }.collect(), broken)
    }

    /// The items of a list; `None` for another value.
    pub(super) fn items(self) -> Option<Vec<Self>> {
        self.inside('[').map(Iterator::collect)
    }

    /// The keys and values of an object; `None` for another value.
    pub(super) fn entries(self) -> Option<Vec<(String, Self)>> {
        let mut parts = self.inside('{')?;
        let mut entries = Vec::new();
        while let (Some(key), Some(value)) = (parts.next(), parts.next()) {
            entries.push((key.string().unwrap_or_default(), value));
        }
        Some(entries)
    }

    /// The value of a key, the last one where it stands twice; `None` for null, too.
    pub(super) fn get(self, key: &str) -> Option<Self> {
        let mut parts = self.inside('{')?;
        let mut found = None;
        while let (Some(name), Some(value)) = (parts.next(), parts.next()) {
            if name.string().is_some_and(|name| name == key) {
                found = Some(value);
            }
        }
        found.filter(|value| !value.is_null())
    }

    pub(super) fn is_null(self) -> bool {
        self.text == "null"
    }

    /// As it is written.
    pub(super) fn text(self) -> &'a str {
        self.text
    }

    fn string(self) -> Option<String> {
        serde_json::from_str(self.text).ok()
    }

    fn inside(self, open: char) -> Option<Parts<'a>> {
        Some(Parts { rest: self.text.strip_prefix(open)?, line: self.line })
    }

    /// What it holds; the error is the line and one sentence.
    pub(super) fn value(self) -> Result<Value, (usize, String)> {
        serde_json::from_str(self.text).map_err(|error| {
            let (text, place) =
                (error.to_string(), format!(" at line {} column {}", error.line(), error.column()));
            (self.line + error.line() - 1, text.strip_suffix(&place).unwrap_or(&text).to_owned())
        })
    }
}

/// The values between the brackets of a list or object, keys included.
struct Parts<'a> {
    rest: &'a str,
    line: usize,
}

impl<'a> Iterator for Parts<'a> {
    type Item = Json<'a>;

    fn next(&mut self) -> Option<Json<'a>> {
        let start = self.rest.trim_start_matches([' ', '\t', '\r', '\n', ',', ':']);
        let mut values = Deserializer::from_str(start).into_iter::<IgnoredAny>();
        values.next()?.ok()?;
        let (text, rest) = start.split_at(values.byte_offset());
        let lines = |text: &str| text.bytes().filter(|byte| *byte == b'\n').count();
        let line = self.line + lines(&self.rest[..self.rest.len() - start.len()]);
        *self = Self { rest, line: line + lines(text) };
        Some(Json { text, line })
    }
}

/// Reads values one by one; `wrong` says which are left out, and why.
#[derive(Debug, Default)]
pub(super) struct ItemReader {
    pub(super) wrong: Vec<String>,
}

impl ItemReader {
    /// The items of a list that is called so, with their names; an absent one has none.
    pub(super) fn list<'a>(&mut self, name: &str, list: Option<Json<'a>>) -> Vec<(String, Json<'a>)> {
        let Some(list) = list else { return Vec::new() };
        let Some(items) = list.items() else {
            self.leave_out(list.line, &format!("{name} is no list and is left out"));
            return Vec::new();
        };
        let items = items.into_iter().enumerate();
        items.map(|(at, item)| (format!("item {} of {name}", at + 1), item)).collect()
    }

    /// The items of a list that can be read, each with its line.
    pub(super) fn items<T: DeserializeOwned>(
        &mut self,
        name: &str,
        list: Option<Json<'_>>,
    ) -> Vec<(usize, T)> {
        let items = self.list(name, list).into_iter();
        items.filter_map(|(name, item)| Some((item.line, self.item(&name, item)?))).collect()
    }

    /// One value without the keys in `others`, which are read apart; a key that is null counts as absent.
    pub(super) fn item_but<T: DeserializeOwned>(
        &mut self,
        name: &str,
        item: Json<'_>,
        others: &[&str],
    ) -> Option<T> {
        let read = item.value().and_then(|value| {
            let mut value = without_nulls(value);
            if let Value::Object(entries) = &mut value {
                others.iter().for_each(|key| drop(entries.remove(*key)));
            }
            serde_json::from_value(value).map_err(|why| (item.line, why.to_string()))
        });
        read.map_err(|(line, why)| self.leave_out(line, &format!("{name} is left out: {why}"))).ok()
    }

    /// One value; a key that is null counts as absent.
    pub(super) fn item<T: DeserializeOwned>(&mut self, name: &str, item: Json<'_>) -> Option<T> {
        self.item_but(name, item, &[])
    }

    pub(super) fn leave_out(&mut self, line: usize, text: &str) {
        self.wrong.push(format!("line {line}: {text}"));
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
    use super::{ItemReader, Json};

    #[test]
    fn each_part_knows_its_line() {
        let json =
            Json::of("\n{\"a\" :\n [1, \"]\\\"\",\n{\"b\": null}, \n\n[2]] , \"a\\u0062\": 7,\n\"x\": {}}")
                .unwrap();
        let found = json.entries().unwrap();
        let found: Vec<_> = found.iter().map(|(key, value)| (key.as_str(), value.text, value.line)).collect();
        assert_eq!(found[1..], [("ab", "7", 6), ("x", "{}", 7)]);
        let items = json.get("a").unwrap().items().unwrap();
        let lines: Vec<_> = items.iter().map(|item| (item.text, item.line)).collect();
        assert_eq!(lines, [("1", 3), ("\"]\\\"\"", 3), ("{\"b\": null}", 4), ("[2]", 6)]);
        assert_eq!(
            (items[2].get("b"), items[2].get("c"), items[0].get("b"), items[0].items()),
            (None, None, None, None)
        );
        assert_eq!((Json::of("{} ").unwrap().entries(), json.line), (Some(Vec::new()), 2));
        assert!(Json::of("{").is_err() && Json::of("").is_err() && Json::of("{} x").is_err());
        assert_eq!(Json::leading("{}; x", 3).unwrap(), Json { text: "{}", line: 3 });
    }

    #[test]
    fn lists_stand_one_after_another() {
        let (all, error) = Json::all("[1]\n[2,\n3][\n");
        assert_eq!(all.iter().map(|json| json.line).collect::<Vec<_>>(), [1, 2]);
        assert!(error.unwrap().to_string().contains("line 4"));
    }

    #[test]
    fn a_bad_item_is_named_by_its_line() {
        let mut reader = ItemReader::default();
        let list = Json::of("[\n\"a\",\n5,\n\"\\ud800\"]").unwrap();
        assert_eq!(reader.items::<String>("x", Some(list)), [(2, "a".to_owned())]);
        assert_eq!(reader.items::<String>("y", Json::of("\n7").ok()), []);
        assert_eq!(reader.wrong.len(), 3);
        assert_eq!(
            reader.wrong[0],
            "line 3: item 2 of x is left out: invalid type: integer `5`, expected a string"
        );
        assert!(reader.wrong[1].starts_with("line 4: item 3 of x is left out: "), "{:?}", reader.wrong);
        assert_eq!(reader.wrong[2], "line 2: y is no list and is left out");
    }
}
