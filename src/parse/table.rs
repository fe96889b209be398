//! TOML tables with the places of their values in the file.
//!
//! Invariant: `toml` is named only here and in `validate`, which reports what these functions leave out in silence.

use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::Value as Json;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::Diagnostic;
use crate::model::report::Impact;
use crate::model::state::State;
use crate::parse::draft::{DoneDraft, OptionPlace};
use crate::parse::text;
use crate::rules;
use crate::source::{SourcePath, Spanned};
use crate::time::Day;
use crate::time::written::{self, Written};

/// A piece of a file that is TOML.
#[derive(Clone, Copy)]
pub(super) struct Toml<'a> {
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
pub(super) struct Fields<'a> {
    toml: Toml<'a>,
    table: &'a DeTable<'a>,
}

/// Each reads the key of that name; a key that is absent or of another type is `None` or empty.
impl<'a> Fields<'a> {
    pub(super) fn new(toml: Toml<'a>, table: &'a DeTable<'a>) -> Self {
        Self { toml, table }
    }

    pub(super) fn text(&self, name: &str) -> Option<Spanned<String>> {
        self.get(name, |value, _| text_of(value))
    }

    pub(super) fn flag(&self, name: &str) -> Option<Spanned<bool>> {
        self.get(name, |value, _| value.as_bool())
    }

    pub(super) fn integer(&self, name: &str) -> Option<Spanned<i64>> {
        self.get(name, |value, _| integer_of(value))
    }

    pub(super) fn time(&self, name: &str) -> Option<Spanned<Written>> {
        self.get(name, time_of)
    }

    pub(super) fn day(&self, name: &str) -> Option<Spanned<Day>> {
        self.get(name, |value, _| day_of(value))
    }

    pub(super) fn done(&self, name: &str) -> Option<Spanned<DoneDraft>> {
        self.get(name, |value, _| match value {
            DeValue::Boolean(true) => Some(DoneDraft::Sometime),
            DeValue::Boolean(false) => Some(DoneDraft::No),
            value => day_of(value).map(DoneDraft::On),
        })
    }

    pub(super) fn state(&self, name: &str) -> Option<Spanned<State>> {
        self.get(name, |value, _| State::parse(value.as_str()?))
    }

    pub(super) fn impact(&self, name: &str) -> Option<Spanned<Impact>> {
        self.get(name, |value, _| Impact::parse(value.as_str()?))
    }

    /// The texts of a list, in order.
    pub(super) fn texts(&self, name: &str) -> Option<Vec<Spanned<String>>> {
        let list = self.table.get(name)?.get_ref().as_array()?;
        Some(list.iter().filter_map(|item| self.spanned(item, |value, _| text_of(value))).collect())
    }

    /// Whether the table or list of that name is there and holds nothing.
    pub(super) fn is_empty(&self, name: &str) -> bool {
        match self.table.get(name).map(toml::Spanned::get_ref) {
            Some(DeValue::Table(table)) => table.is_empty(),
            Some(DeValue::Array(list)) => list.is_empty(),
            _ => false,
        }
    }

    /// The table of that name.
    pub(super) fn table(&self, name: &str) -> Option<Fields<'a>> {
        let table = self.table.get(name)?.get_ref().as_table()?;
        Some(Fields::new(self.toml, table))
    }

    /// A list of tables, each with the place of its header and body.
    pub(super) fn tables(&self, name: &str) -> Vec<(Range<usize>, Fields<'a>)> {
        let list = self.table.get(name).and_then(|list| list.get_ref().as_array());
        let tables = list.into_iter().flat_map(|list| list.iter());
        tables
            .filter_map(|value| {
                let table = value.get_ref().as_table()?;
                let ends = table.values().map(|value| self.toml.span(value).end);
                let span = self.toml.span(value);
                let end = ends.fold(span.end, usize::max);
                Some((span.start..end, Fields::new(self.toml, table)))
            })
            .collect()
    }

    /// The table's keys with what `read` makes of their values, in the order of the file.
    pub(super) fn entries<T>(
        &self,
        read: impl Fn(&'a toml::Spanned<DeValue<'a>>) -> Option<T>,
    ) -> Vec<(Spanned<String>, T)> {
        let mut entries: Vec<(Spanned<String>, T)> = self
            .table
            .iter()
            .filter_map(|(key, value)| {
                Some((Spanned::new(key.get_ref().to_string(), self.toml.span(key)), read(value)?))
            })
            .collect();
        entries.sort_by_key(|(key, _)| key.span.start);
        entries
    }

    /// The table's keys and texts, in the order of the file.
    pub(super) fn text_entries(&self) -> Vec<(Spanned<String>, Spanned<String>)> {
        self.entries(|value| self.spanned(value, |value, _| text_of(value)))
    }

    /// The table's keys and flags, in the order of the file.
    pub(super) fn flag_entries(&self) -> Vec<(Spanned<String>, Spanned<bool>)> {
        self.entries(|value| self.spanned(value, |value, _| value.as_bool()))
    }

    /// The tables in this one by name, in the order of the file.
    pub(super) fn named_tables(&self) -> Vec<(Spanned<String>, Fields<'a>)> {
        self.entries(|value| Some(Fields::new(self.toml, value.get_ref().as_table()?)))
    }

    /// The table's keys and states, in the order of the file; a state is `None` when it is none.
    pub(super) fn state_entries(&self) -> Vec<(Spanned<String>, Option<Spanned<State>>)> {
        self.entries(|value| Some(self.spanned(value, |value, _| State::parse(value.as_str()?))))
    }

    /// Whether a list of tables is here in full: each has this text, and no key but those of `known` holds a list of tables, which
    /// may have been meant.
    pub(super) fn has_all(&self, list: &str, id: &str, known: &[&str]) -> bool {
        let is_whole = |item: &toml::Spanned<DeValue<'_>>| {
            item.get_ref()
                .as_table()
                .is_some_and(|table| table.get(id).is_some_and(|id| id.get_ref().is_str()))
        };
        let is_list = |value: &DeValue<'_>| {
            value.as_array().is_some_and(|list| list.iter().any(|it| it.get_ref().is_table()))
        };
        let may_be_meant =
            |(key, value): (&toml::Spanned<toml::de::DeString<'_>>, &toml::Spanned<DeValue<'_>>)| {
                !known.contains(&key.get_ref().as_ref()) && is_list(value.get_ref())
            };
        let own = self.table.get(list).map(|value| value.get_ref().as_array());
        let is_here = own.is_none_or(|list| list.is_some_and(|list| list.iter().all(is_whole)));
        is_here && !self.table.iter().any(may_be_meant)
    }

    /// The table as JSON, times as text.
    pub(super) fn json(&self) -> Json {
        json_of_table(self.table)
    }

    /// Where everything in the table stands, by its path: `nav.0.url`.
    pub(super) fn places(&self) -> BTreeMap<String, OptionPlace> {
        let mut places = BTreeMap::new();
        self.note_table("", self.table, &mut places);
        places
    }

    fn note_table(&self, path: &str, table: &DeTable<'_>, places: &mut BTreeMap<String, OptionPlace>) {
        for (key, value) in table {
            self.note(&format!("{path}{}", key.get_ref()), self.toml.span(key), value, places);
        }
    }

    fn note(
        &self,
        path: &str,
        key: Range<usize>,
        value: &toml::Spanned<DeValue<'_>>,
        places: &mut BTreeMap<String, OptionPlace>,
    ) {
        let span = self.toml.span(value);
        match value.get_ref() {
            DeValue::Table(table) => self.note_table(&format!("{path}."), table, places),
            DeValue::Array(list) => list.iter().enumerate().for_each(|(place, item)| {
                self.note(&format!("{path}.{place}"), self.toml.span(item), item, places);
            }),
            _ => {}
        }
        places.insert(path.to_owned(), OptionPlace { key, value: span });
    }

    fn get<T>(&self, name: &str, read: impl Fn(&DeValue<'a>, &str) -> Option<T>) -> Option<Spanned<T>> {
        self.spanned(self.table.get(name)?, read)
    }

    fn spanned<T>(
        &self,
        value: &toml::Spanned<DeValue<'a>>,
        read: impl Fn(&DeValue<'a>, &str) -> Option<T>,
    ) -> Option<Spanned<T>> {
        let span = self.toml.span(value);
        let read = read(value.get_ref(), &self.toml.text[span.clone()])?;
        Some(Spanned::new(read, span))
    }
}

/// A value's text.
fn text_of(value: &DeValue<'_>) -> Option<String> {
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
