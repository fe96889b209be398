//! A TOML table against the keys it may have: every unknown key, wrong type and missing key at once.

use std::ops::Range;

use toml::de::{DeString, DeTable, DeValue};

use crate::diagnostic::{Diagnostic, Rule};
use crate::model::report::Impact;
use crate::model::state::State;
use crate::parse::keys::{Key, Table, Type};
use crate::parse::line::{Unfit, line};
use crate::parse::near;
use crate::parse::table::{Toml, day_of, integer_of, time_of};
use crate::rules;
use crate::time::written::{self, WrittenError};

/// A TOML value and its place in the piece it was read from.
type Value<'a> = toml::Spanned<DeValue<'a>>;

/// A table of component ids and states.
const STATES: Table = Table { keys: &[], rest: Some(Type::State), hints: &[] };

/// What is wrong with the tables of a file whose keys are those of `top`; `header` is the place that missing keys are
/// reported at.
pub(super) fn problems(
    toml: Toml<'_>,
    table: &DeTable<'_>,
    top: &'static Table,
    header: Range<usize>,
) -> Vec<Diagnostic> {
    let mut validation = Validation { toml, top, excused: Vec::new(), problems: Vec::new() };
    validation.table(table, top, &Place::Top);
    validation.missing(table, top, &Place::Top, header);
    validation.problems
}

/// Where a table stands, as messages say it.
enum Place {
    /// The file's own keys.
    Top,
    /// Below a header: keys that follow belong to it.
    Header(String, Range<usize>),
    /// In braces.
    Inline(String),
}

impl Place {
    /// ` in X`, empty for the file's own keys.
    fn in_words(&self) -> String {
        match self {
            Place::Top => String::new(),
            Place::Header(name, _) | Place::Inline(name) => format!(" in `{name}`"),
        }
    }
}

struct Validation<'a> {
    toml: Toml<'a>,
    top: &'static Table,
    /// Keys of the file that were found, but misspelt or in a wrong place: they are not missing too.
    excused: Vec<&'static str>,
    problems: Vec<Diagnostic>,
}

impl Validation<'_> {
    fn report(&mut self, rule: Rule, span: Range<usize>, message: String, help: String) {
        self.problems.push(Diagnostic::new(rule, self.toml.path, span, message).help(help));
    }

    /// Looks at every key of a table and its value.
    fn table(&mut self, table: &DeTable<'_>, spec: &'static Table, place: &Place) {
        for (key, value) in table.iter() {
            let name = key.get_ref().as_ref();
            let known = spec.key(name);
            let slid = match (known, place) {
                (None, Place::Header(header, span)) => self.top.key(name).map(|key| (key.name, header, span)),
                _ => None,
            };
            let before = self.problems.len();
            match known.map(|key| key.kind).or(spec.rest) {
                Some(kind) => self.value(name, value, kind),
                None if slid.is_none() => self.unknown(key, spec, place),
                None => {}
            }
            let is_wrong = spec.rest.is_none() || self.problems.len() > before;
            if let (true, Some((name, header, header_span))) = (is_wrong, slid) {
                self.problems.truncate(before);
                self.under_table(self.toml.span(key), name, header, header_span.clone());
            }
        }
    }

    /// A key of the file that stands below a table's header.
    fn under_table(
        &mut self,
        key: Range<usize>,
        name: &'static str,
        header: &str,
        header_span: Range<usize>,
    ) {
        let message = format!("`{name}` is a key of the whole file, but here it belongs to `{header}`");
        let help = format!("move it up, above the first `[` header (this one is `{header}`)");
        let problem = Diagnostic::new(rules::KEY_UNDER_TABLE, self.toml.path, key, message).help(help);
        self.problems.push(problem.also(
            self.toml.path,
            header_span,
            "everything below this line belongs to it",
        ));
        self.excused.push(name);
    }

    fn unknown(&mut self, key: &toml::Spanned<DeString<'_>>, spec: &'static Table, place: &Place) {
        let name = key.get_ref().as_ref();
        let hint = spec.hints.iter().find(|(wrong, _)| *wrong == name);
        let help = match hint {
            Some((_, help)) => (*help).to_owned(),
            None => near::help_with(name, "key", spec.names()),
        };
        if matches!(place, Place::Top) {
            self.excused
                .extend(near::near(name, spec.names()).and_then(|near| spec.key(near)).map(|key| key.name));
        }
        let message = format!("unknown key `{name}`{}", place.in_words());
        self.report(rules::UNKNOWN_KEY, self.toml.span(key), message, help);
    }

    /// Reports the keys that the table must have and has not, or has empty.
    fn missing(&mut self, table: &DeTable<'_>, spec: &Table, place: &Place, header: Range<usize>) {
        let is_top = matches!(place, Place::Top);
        for key in spec.keys.iter().filter(|key| key.required) {
            if is_top && self.excused.contains(&key.name) {
                continue;
            }
            let rule = if key.name == "title" { rules::MISSING_TITLE } else { rules::MISSING_KEY };
            let (span, what) = match table.get(key.name) {
                None => (header.clone(), "missing"),
                Some(value) => match value.get_ref().as_str().map(line) {
                    Some(Err(Unfit::Empty)) => (self.toml.span(value), "empty"),
                    Some(Err(why)) if matches!(key.name, "title" | "name") => {
                        self.unfit(key.name, value, why);
                        continue;
                    }
                    _ => continue,
                },
            };
            let message = format!("`{}` is {what}{}", key.name, place.in_words());
            self.report(rule, span, message, format!("write `{}`", example(key)));
        }
    }

    /// A title or a name that is not one line.
    fn unfit(&mut self, name: &str, value: &Value<'_>, why: Unfit) {
        let message = format!("`{name}` cannot be used: {why}");
        let help = "write it as one line of characters that are shown".to_owned();
        self.report(rules::WRONG_TYPE, self.toml.span(value), message, help);
    }

    /// Looks at the value of a key.
    fn value(&mut self, name: &str, value: &Value<'_>, kind: Type) {
        match (kind, value.get_ref()) {
            (Type::Table(spec), DeValue::Table(table)) => self.sub_table(name, value, table, spec),
            (Type::Components, DeValue::Table(table)) => {
                self.sub_table(name, value, table, &STATES);
            }
            (Type::Tables(spec), DeValue::Array(list)) => {
                for item in list.iter() {
                    match item.get_ref() {
                        DeValue::Table(table) => self.sub_table(name, item, table, spec),
                        _ => self.wrong_type(name, item, kind),
                    }
                }
            }
            (Type::Texts | Type::Components, DeValue::Array(list)) => {
                for item in list.iter().filter(|item| !item.get_ref().is_str()) {
                    self.wrong_type(&format!("each of `{name}`"), item, Type::Text);
                }
            }
            (Type::State, DeValue::String(text)) => self.state(value, text),
            (Type::Impact, DeValue::String(text)) => self.impact(value, text),
            (_, scalar) if fits(scalar, kind, &self.toml.text[self.toml.span(value)]) => {}
            _ => self.wrong_type(name, value, kind),
        }
    }

    fn sub_table(&mut self, name: &str, value: &Value<'_>, table: &DeTable<'_>, spec: &'static Table) {
        let span = self.toml.span(value);
        let written = &self.toml.text[span.clone()];
        let place = if written.starts_with('[') {
            Place::Header(written.to_owned(), span.clone())
        } else {
            Place::Inline(name.to_owned())
        };
        self.table(table, spec, &place);
        self.missing(table, spec, &place, span);
    }

    fn state(&mut self, value: &Value<'_>, text: &str) {
        if State::parse(text).is_some() {
            return;
        }
        let names = State::ALL.into_iter().rev().flat_map(|state| [state.as_str(), state.short()]);
        let help = match near::near(text, names) {
            Some(name) => format!("did you mean `{name}`?"),
            None => near::help_with("", "state", State::ALL.into_iter().rev().map(State::as_str)),
        };
        self.report(rules::UNKNOWN_STATE, self.toml.span(value), format!("unknown state `{text}`"), help);
    }

    fn impact(&mut self, value: &Value<'_>, text: &str) {
        if Impact::parse(text).is_none() {
            let help = near::help_with(text, "impact", ["none", "minor", "major", "critical"]);
            self.report(
                rules::UNKNOWN_IMPACT,
                self.toml.span(value),
                format!("unknown impact `{text}`"),
                help,
            );
        }
    }

    fn wrong_type(&mut self, name: &str, value: &Value<'_>, kind: Type) {
        let span = self.toml.span(value);
        let written = &self.toml.text[span.clone()];
        let subject = if name.contains('`') { name.to_owned() } else { format!("`{name}`") };
        if let Some((error, help)) = impossible_time(value.get_ref(), kind, written) {
            return self.report(rules::INVALID_TIME, span, format!("{subject}: {error}"), help.to_owned());
        }
        let message = format!("{subject} must be {}, not {}", expected(kind), found(value.get_ref()));
        let help = match kind {
            Type::Tables(_) => format!("write `[[{name}]]` on a line of its own, its keys below"),
            _ => help(value.get_ref(), written, kind),
        };
        self.report(rules::WRONG_TYPE, span, message, help);
    }
}

/// Whether a value that is no table, list, state or impact is what its key takes.
fn fits(value: &DeValue<'_>, kind: Type, written: &str) -> bool {
    match kind {
        Type::Text => value.is_str(),
        Type::Flag => value.is_bool(),
        Type::Integer => integer_of(value).is_some(),
        Type::Time => time_of(value, written).is_some(),
        Type::Day => day_of(value).is_some(),
        Type::Done => value.is_bool() || day_of(value).is_some(),
        Type::Level => value.as_str().is_some_and(|text| ["off", "warning", "error"].contains(&text)),
        Type::Anything => true,
        _ => false,
    }
}

/// Why a time or a date of the right type is none that its key takes, and how to mend it.
fn impossible_time(value: &DeValue<'_>, kind: Type, written: &str) -> Option<(WrittenError, &'static str)> {
    let has_time = value.as_datetime()?.time.is_some();
    match kind {
        Type::Time if has_time => {
            Some((written::parse(written).err()?, "write a time such as `2024-04-16 09:20`"))
        }
        Type::Day | Type::Done if !has_time => {
            Some((written::parse_day(written).err()?, "write a date such as `2024-05-01`"))
        }
        _ => None,
    }
}

/// What a key takes, in words.
fn expected(kind: Type) -> &'static str {
    match kind {
        Type::Text => "a text in quotes",
        Type::Flag => "`true` or `false`",
        Type::Integer => "a whole number",
        Type::Time => "a time",
        Type::Day => "a date",
        Type::Done => "a date, `true` or `false`",
        Type::State => "a state in quotes",
        Type::Impact => "an impact in quotes",
        Type::Level => "`\"off\"`, `\"warning\"` or `\"error\"`",
        Type::Texts => "a list of texts",
        Type::Components => "a list of components, or a table of them and their states",
        Type::Table(_) => "a table",
        Type::Tables(_) => "a list of tables",
        Type::Anything => "any value",
    }
}

/// What stands there instead, in words.
fn found(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text in quotes",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a fraction",
        DeValue::Boolean(_) => "`true` or `false`",
        DeValue::Datetime(datetime) => match (datetime.date, datetime.time) {
            (Some(_), Some(_)) => "a time",
            (Some(_), None) => "a date without a time of day",
            _ => "a time of day without a date",
        },
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// How to mend it.
fn help(value: &DeValue<'_>, written: &str, kind: Type) -> String {
    let unquoted = value.as_str().map(str::trim).filter(|text| {
        let document = format!("x = {text}");
        DeTable::parse(&document).is_ok_and(|table| {
            let value = table.get_ref().get("x");
            value.is_some_and(|value| fits(value.get_ref(), kind, text))
        })
    });
    match (kind, value) {
        (_, DeValue::String(_)) if unquoted.is_some() => {
            format!("write it without quotes: `{}`", unquoted.unwrap_or_default())
        }
        (Type::Text, DeValue::Array(_) | DeValue::Table(_)) => {
            "write one text, such as `\"text\"`".to_owned()
        }
        (Type::Text, _) => format!("write it in quotes: `\"{written}\"`"),
        (Type::Texts, DeValue::String(_)) => format!("write a list: `[{written}]`"),
        (Type::Components, DeValue::String(_)) => format!("write a list: `[{written}]`"),
        (Type::Time, DeValue::Datetime(datetime)) if datetime.time.is_none() => {
            format!("add the time of day: `{written} 09:20`")
        }
        (Type::Day, DeValue::Datetime(datetime)) if datetime.date.is_some() => {
            format!("write the date alone: `{}`", written.get(..10).unwrap_or("2024-05-01"))
        }
        _ => format!("write {}", example_of(kind)),
    }
}

/// A line that gives the key a value.
fn example(key: &Key) -> String {
    format!("{} = {}", key.name, example_of(key.kind).trim_matches('`'))
}

/// A value a key takes, in backticks.
fn example_of(kind: Type) -> &'static str {
    match kind {
        Type::Text | Type::Anything => "`\"…\"`",
        Type::Flag => "`true`",
        Type::Integer => "`90`",
        Type::Time => "`2024-04-16 09:20`",
        Type::Day | Type::Done => "`2024-05-01`",
        Type::State => "`\"partial_outage\"`",
        Type::Impact => "`\"minor\"`",
        Type::Level => "`\"warning\"`",
        Type::Texts => "`[\"…\"]`",
        Type::Components => "`{ api = \"partial_outage\" }`",
        Type::Table(_) => "`{ }`",
        Type::Tables(_) => "`[{ }]`",
    }
}
