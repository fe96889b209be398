//! TOML tables with the places of their values in the file.
//!
//! Invariant: `toml` is named only here, in the types of keys, and in `validate`, which reports what these functions leave out.

use std::ops::Range;

use serde_json::Value as Json;
use toml::de::{DeString, DeTable, DeValue};

use crate::diagnostic::Diagnostic;
use crate::parse::draft::DoneDraft;
use crate::parse::keys::Table;
use crate::parse::keys::value_type::{Entries, ValueType};
use crate::parse::text;
use crate::rules;
use crate::source::{SourcePath, Spanned};
use crate::time::Day;
use crate::time::written::{self, Written};

/// A TOML value and its place in the piece it was read from.
pub(crate) type Value<'a> = toml::Spanned<DeValue<'a>>;

/// A piece of a file that is TOML.
#[derive(Clone, Copy)]
pub(crate) struct Toml<'a> {
    /// The file.
    pub(super) path: &'a SourcePath,
    /// Its whole text.
    pub(super) text: &'a str,
    /// Where the piece begins.
    pub(super) offset: usize,
}

impl<'a> Toml<'a> {
    /// The tables of the piece that ends at `end`.
    ///
    /// # Errors
    /// The parser's first error.
    pub(super) fn parse(self, end: usize) -> Result<DeTable<'a>, Diagnostic> {
        DeTable::parse(&self.text[self.offset..end]).map(toml::Spanned::into_inner).map_err(|error| {
            let span = error.span().unwrap_or_default();
            let span = text::on_boundaries(self.text, self.offset + span.start..self.offset + span.end);
            let message = format!("invalid TOML: {}", error.message());
            let line = text::line_at(self.text, span.start);
            if let Some((quote, straight)) = curly_quote(&self.text[line.clone()]) {
                let at = line.start + self.text[line.clone()].find(quote).unwrap_or_default();
                let message = format!("invalid TOML: `{quote}` is a curly quote");
                let problem =
                    Diagnostic::new(rules::INVALID_TOML, self.path, at..at + quote.len_utf8(), message);
                return problem.help(format!("write straight quotes: `{straight}`"));
            }
            let help = match error.message() {
                "duplicate key" => "leave only one of the two",
                _ => "write `key = value`, texts in quotes",
            };
            Diagnostic::new(rules::INVALID_TOML, self.path, span, message).help(help)
        })
    }

    /// Where a value of the piece stands in the file.
    pub(super) fn span<T>(self, value: &toml::Spanned<T>) -> Range<usize> {
        let span = value.span();
        text::on_boundaries(self.text, self.offset + span.start..self.offset + span.end)
    }
}

/// The first quote of a line that an editor made round, where a value begins, and the one of TOML.
fn curly_quote(line: &str) -> Option<(char, char)> {
    let begins =
        |at: usize| line[..at].trim_end().is_empty() || line[..at].trim_end().ends_with(['=', '[', '{', ',']);
    line.char_indices().find_map(|(at, c)| {
        let straight = match c {
            '\u{201c}'..='\u{201f}' | '\u{ab}' | '\u{bb}' => '"',
            '\u{2018}'..='\u{201b}' => '\'',
            _ => return None,
        };
        begins(at).then_some((c, straight))
    })
}

/// Every text of the TOML at this place of a file with its place, addresses among the keys included; the keys `except` of the
/// top are left out with all below them. Nothing of TOML that cannot be read.
pub(crate) fn texts(text: &str, range: Range<usize>, except: &[&str]) -> Vec<Spanned<String>> {
    let path = SourcePath::new("");
    let toml = Toml { path: &path, text, offset: range.start };
    let Ok(table) = toml.parse(range.end) else { return Vec::new() };
    let mut texts = Vec::new();
    for (_, value) in table.iter().filter(|(key, _)| !except.contains(&key.get_ref().as_ref())) {
        note_texts(toml, value, &mut texts);
    }
    texts.sort_by_key(|text| text.span.start);
    texts
}

fn note_texts(toml: Toml<'_>, value: &toml::Spanned<DeValue<'_>>, texts: &mut Vec<Spanned<String>>) {
    match value.get_ref() {
        DeValue::String(text) => texts.push(Spanned::new(text.to_string(), toml.span(value))),
        DeValue::Array(list) => list.iter().for_each(|item| note_texts(toml, item, texts)),
        DeValue::Table(table) => {
            for (key, value) in table.iter() {
                if key.get_ref().starts_with('/') {
                    texts.push(Spanned::new(key.get_ref().to_string(), toml.span(key)));
                }
                note_texts(toml, value, texts);
            }
        }
        _ => {}
    }
}

/// A table and the file it stands in.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'a> {
    toml: Toml<'a>,
    table: &'a DeTable<'a>,
    /// Where its header or its braces stand.
    header: (usize, usize),
}

impl<'a> Fields<'a> {
    /// The whole file's own.
    pub(super) fn new(toml: Toml<'a>, table: &'a DeTable<'a>) -> Self {
        Self { toml, table, header: (toml.offset, toml.offset) }
    }

    /// Those of a value that is a table.
    pub(super) fn of(toml: Toml<'a>, value: &'a Value<'_>) -> Option<Self> {
        let span = toml.span(value);
        Some(Self { toml, table: value.get_ref().as_table()?, header: (span.start, span.end) })
    }

    /// Where its header and body stand.
    pub(super) fn span(&self) -> Range<usize> {
        let ends = self.table.values().map(|value| self.toml.span(value).end);
        self.header.0..ends.fold(self.header.1, usize::max)
    }

    /// What a key's value says; the type's default when the key is absent or its value of another type.
    pub(super) fn read<K: ValueType>(&self, name: &str) -> K::Draft {
        self.table.get(name).and_then(|value| K::read(self.toml, value)).unwrap_or_default()
    }

    /// The names and values of all keys but those of a table, in the order of the file.
    pub(super) fn others<K: ValueType>(&self, known: &Table) -> Entries<K> {
        let others = self.table.iter().filter(|(key, _)| known.key(key.get_ref()).is_none());
        let entry = |(key, value): (&toml::Spanned<DeString<'_>>, &Value<'_>)| {
            let name = Spanned::new(key.get_ref().to_string(), self.toml.span(key));
            (name, K::read(self.toml, value).unwrap_or_default())
        };
        let mut entries: Entries<K> = others.map(entry).collect();
        entries.sort_by_key(|(key, _)| key.span.start);
        entries
    }

    /// Whether a list of tables is here in full: each has this text, and no key but those of `known` holds a list of tables,
    /// which may have been meant.
    pub(super) fn has_all(&self, list: &str, id: &str, known: &Table) -> bool {
        let is_whole = |item: &Value<'_>| {
            let id = item.get_ref().as_table().and_then(|table| table.get(id));
            id.is_some_and(|id| id.get_ref().is_str())
        };
        let is_list = |value: &DeValue<'_>| {
            value.as_array().is_some_and(|list| list.iter().any(|it| it.get_ref().is_table()))
        };
        let mut others = self.table.iter().filter(|(key, _)| known.key(key.get_ref()).is_none());
        let own = self.table.get(list).map(|value| value.get_ref().as_array());
        let is_here = own.is_none_or(|list| list.is_some_and(|list| list.iter().all(is_whole)));
        is_here && !others.any(|(_, value)| is_list(value.get_ref()))
    }
}

/// A value's text.
pub(super) fn text_of(value: &DeValue<'_>) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// A value's whole number; one that is out of range is the nearest in range, so that it is outside of each key's range too.
pub(super) fn integer_of(value: &DeValue<'_>) -> Option<i64> {
    let integer = value.as_integer()?;
    let nearest = if integer.as_str().starts_with('-') { i64::MIN } else { i64::MAX };
    Some(i64::from_str_radix(integer.as_str(), integer.radix()).unwrap_or(nearest))
}

/// A value's time, read from what its author wrote; only one with a date.
pub(super) fn time_of(value: &DeValue<'_>, written: &str) -> Option<Written> {
    value.as_datetime()?;
    written::parse(written).ok().filter(|time| time.day.is_some())
}

/// A value that says whether something is done.
pub(super) fn done_of(value: &DeValue<'_>) -> Option<DoneDraft> {
    match value {
        DeValue::Boolean(true) => Some(DoneDraft::Sometime),
        DeValue::Boolean(false) => Some(DoneDraft::No),
        value => day_of(value).map(DoneDraft::On),
    }
}

/// A value's day, from 1970 to 2100; only without a time of day.
pub(super) fn day_of(value: &DeValue<'_>) -> Option<Day> {
    let datetime = value.as_datetime()?;
    let date = datetime.date.filter(|_| datetime.time.is_none())?;
    let day = Day::from_ymd(i32::from(date.year), u32::from(date.month), u32::from(date.day))?;
    written::check_year(day).is_ok().then_some(day)
}

fn json_of_table(table: &DeTable<'_>) -> Json {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    let entries = entries.into_iter();
    Json::Object(entries.map(|(key, value)| (key.get_ref().to_string(), json_of(value.get_ref()))).collect())
}

pub(super) fn json_of(value: &DeValue<'_>) -> Json {
    match value {
        DeValue::String(text) => Json::from(&**text),
        DeValue::Integer(_) => integer_of(value).map_or(Json::Null, Json::from),
        DeValue::Float(float) => float.as_str().parse::<f64>().map_or(Json::Null, Json::from),
        DeValue::Boolean(flag) => Json::from(*flag),
        DeValue::Datetime(datetime) => Json::from(datetime.to_string()),
        DeValue::Array(list) => list.iter().map(|item| json_of(item.get_ref())).collect(),
        DeValue::Table(table) => json_of_table(table),
    }
}
