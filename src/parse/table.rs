//! TOML tables with the places of their values in the file.
//!
//! Invariant: `toml` is named only here, in the types of keys, in `validate`, which reports what these functions leave out,
//! and in the front matter of imports.

use std::ops::Range;

use serde_json::Value as Json;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::Diagnostic;
use crate::model::uptime::Target;
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

/// A value's percentage, from 0 to 100 with at most two decimals.
pub(super) fn percent_of(value: &DeValue<'_>) -> Option<Target> {
    match value {
        DeValue::Float(float) => Target::parse(float.as_str()),
        whole => Target::parse(&integer_of(whole)?.to_string()),
    }
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
