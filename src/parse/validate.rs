//! A TOML table against the keys it may have: every unknown key, wrong type and missing key at once.

use std::ops::Range;

use toml::de::{DeArray, DeString, DeTable, DeValue};

use crate::diagnostic::{Diagnostic, Rule};
use crate::parse::keys::form::STATE;
use crate::parse::keys::value_type::done_of;
use crate::parse::keys::{Form, OptionDraft, SCHEMES, Table, Type};
use crate::parse::line::{LineError, line};
use crate::parse::near;
use crate::parse::table::{Toml, Value, day_of, integer_of, percent_of, time_of};
use crate::rules;
use crate::source::{SourcePath, Spanned};
use crate::time::written;

/// A table of component ids and states.
static STATES: Table = Table { rest: Some((Type::Text, Type::Word(&STATE))), ..Table::NONE };

/// What is wrong with the tables of a file whose keys are those of `top`; `header` is the place that missing keys are
/// reported at.
pub(super) fn problems(
    toml: Toml<'_>,
    table: &DeTable<'_>,
    top: &'static Table,
    header: Range<usize>,
) -> Vec<Diagnostic> {
    let mut validation = Validation::new(toml, top);
    validation.table(table, top, &Place::Top);
    validation.missing(table, top, &Place::Top, header);
    validation.problems
}

enum Place {
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

/// A text of a form in a table that a theme describes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FormText {
    /// The option it stands in.
    pub(crate) option: String,
    pub(crate) scheme: Option<&'static str>,
    pub(crate) form: Form,
    pub(crate) text: Spanned<String>,
}

/// What is wrong with the `[theme_options]` of a site.toml, and the texts in it that have a form.
pub(crate) fn theme_options(
    path: &SourcePath,
    text: &str,
    options: &[(Spanned<String>, OptionDraft)],
) -> (Vec<FormText>, Vec<Diagnostic>) {
    let toml = Toml { path, text, offset: 0 };
    let Ok(file) = toml.parse(text.len()) else { return Default::default() };
    let Some(table) = file.get("theme_options").and_then(|value| value.get_ref().as_table()) else {
        return Default::default();
    };
    let (mut texts, mut problems) = (Vec::new(), Vec::new());
    for (key, value) in table.iter() {
        let name = key.get_ref().as_ref();
        let mut validation = Validation::new(toml, &Table::NONE);
        match options.iter().find(|(option, _)| option.value == name) {
            Some((_, option)) => {
                validation.option(name, value, option);
                if option.word() == "form" {
                    validation.form_fields(value);
                }
            }
            None => {
                let help =
                    near::help_with(name, "option", options.iter().map(|(name, _)| name.value.as_str()));
                let message = format!("the theme has no option `{name}`");
                validation.report(rules::UNKNOWN_KEY, toml.span(key), message, help);
            }
        }
        let formed = |(scheme, form, text)| FormText { option: name.to_owned(), scheme, form, text };
        texts.extend(validation.texts.into_iter().map(formed));
        problems.extend(validation.problems);
    }
    (texts, problems)
}

struct Validation<'a> {
    toml: Toml<'a>,
    top: &'static Table,
    /// Keys of the file that were found, but misspelt or in a wrong place: they are not missing too.
    excused: Vec<&'static str>,
    /// The colour scheme whose values are looked at.
    scheme: Option<&'static str>,
    texts: Vec<(Option<&'static str>, Form, Spanned<String>)>,
    problems: Vec<Diagnostic>,
}

impl<'a> Validation<'a> {
    fn new(toml: Toml<'a>, top: &'static Table) -> Self {
        Self { toml, top, excused: Vec::new(), scheme: None, texts: Vec::new(), problems: Vec::new() }
    }

    fn report(&mut self, rule: Rule, span: Range<usize>, message: String, help: String) {
        self.problems.push(Diagnostic::new(rule, self.toml.path, span, message).help(help));
    }

    fn table(&mut self, table: &DeTable<'_>, spec: &Table, place: &Place) {
        for (key, value) in table.iter() {
            let name = key.get_ref().as_ref();
            let known = spec.key(name);
            let slid = match (known, place) {
                (None, Place::Header(header, span)) => self.top.key(name).map(|key| (key.name, header, span)),
                _ => None,
            };
            let before = self.problems.len();
            match (known, spec.rest) {
                // That it is empty is said where it is missed.
                (Some(key), _) if key.required && is_blank(value) => {}
                (Some(key), _) => self.value(name, value, key.kind),
                // Beside keys of their own, tables have names; anything else is a key that is not known.
                (None, Some((_, Type::Table(_)))) if !spec.all.is_empty() && !value.get_ref().is_table() => {
                    self.unknown(key, spec, place);
                }
                (None, Some((names, kind))) => {
                    self.text(names, self.toml.span(key), name);
                    self.value(name, value, kind);
                }
                (None, None) if slid.is_none() => self.unknown(key, spec, place),
                (None, None) => {}
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

    fn unknown(&mut self, key: &toml::Spanned<DeString<'_>>, spec: &Table, place: &Place) {
        let name = key.get_ref().as_ref();
        let hint = spec.hints.iter().find(|(wrong, _)| *wrong == name);
        let help = match (hint, spec.foreign_key(name)) {
            (Some((_, help)), _) => (*help).to_owned(),
            (None, Some(foreign)) => {
                let kinds: Vec<String> = foreign.only.iter().map(|kind| format!("`{kind}`")).collect();
                format!("leave it out: it belongs to {}, not to `{}`", kinds.join(" and "), spec.kind)
            }
            (None, None) => near::help_with(name, "key", spec.names()),
        };
        if matches!(place, Place::Top) {
            self.excused
                .extend(near::near(name, spec.names()).and_then(|near| spec.key(near)).map(|key| key.name));
        }
        let message = format!("unknown key `{name}`{}", place.in_words());
        self.report(rules::UNKNOWN_KEY, self.toml.span(key), message, help);
    }

    fn missing(&mut self, table: &DeTable<'_>, spec: &Table, place: &Place, header: Range<usize>) {
        let is_top = matches!(place, Place::Top);
        // Which keys another kind must have is not known.
        let required =
            spec.keys().filter(|key| key.required && (key.only.is_empty() || !spec.kind.is_empty()));
        for key in required.filter(|key| !is_top || !self.excused.contains(&key.name)).collect::<Vec<_>>() {
            let (span, what) = match table.get(key.name) {
                None => (header.clone(), "missing"),
                Some(value) if is_blank(value) => (self.toml.span(value), "empty"),
                Some(_) => continue,
            };
            let rule = if key.name == "title" { rules::MISSING_TITLE } else { rules::MISSING_KEY };
            let message = format!("`{}` is {what}{}", key.name, place.in_words());
            self.report(rule, span, message, format!("write `{} = {}`", key.name, key.kind.words().example));
        }
    }

    fn value(&mut self, name: &str, value: &Value<'_>, kind: Type) {
        match (kind, value.get_ref()) {
            (Type::Table(spec), DeValue::Table(table)) => self.sub_table(name, value, table, spec),
            (Type::Components, DeValue::Table(table)) => self.sub_table(name, value, table, &STATES),
            (Type::Tables(spec), DeValue::Array(list)) => {
                for item in list.iter() {
                    match item.get_ref() {
                        DeValue::Table(table) => self.sub_table(name, item, table, spec),
                        _ => self.wrong_type(name, item, kind),
                    }
                }
            }
            (Type::List(of), DeValue::Array(list)) => self.items(name, list, *of),
            (Type::Components, DeValue::Array(list)) => self.items(name, list, Type::Text),
            (Type::Line, DeValue::String(text)) => {
                if let Err(why) = line(text) {
                    let message = format!("`{name}` cannot be used: {why}");
                    let help = "write it as one line of characters that are shown".to_owned();
                    self.report(rules::WRONG_TYPE, self.toml.span(value), message, help);
                }
            }
            (Type::Form(_) | Type::Word(_), DeValue::String(text)) => {
                self.text(kind, self.toml.span(value), text)
            }
            (Type::Integer(least, most), number) if integer_of(number).is_some() => {
                if integer_of(number).is_none_or(|number| !(least..=most).contains(&number)) {
                    // As written, since a number may be too large to be read.
                    let text = &self.toml.text[self.toml.span(value)];
                    let message = format!("`{name}` is `{text}`, outside {least} to {most}");
                    let help = format!("write a whole number from {least} to {most}");
                    self.report(rules::INVALID_SETTING, self.toml.span(value), message, help);
                }
            }
            (Type::Percent, number) if is_number(number) && percent_of(number).is_none() => {
                let text = &self.toml.text[self.toml.span(value)];
                let message =
                    format!("`{name}` is `{text}`, not a percentage from 0 to 100 with two decimals");
                let help = "write a number such as `99.9` or `99.95`".to_owned();
                self.report(rules::INVALID_SETTING, self.toml.span(value), message, help);
            }
            (_, scalar) if fits(scalar, kind, &self.toml.text[self.toml.span(value)]) => {}
            _ => self.wrong_type(name, value, kind),
        }
    }

    fn items(&mut self, name: &str, list: &DeArray<'_>, of: Type) {
        list.iter().for_each(|item| self.value(&format!("each of `{name}`"), item, of));
    }

    fn option(&mut self, name: &str, value: &Value<'_>, option: &OptionDraft) {
        let Some(kind) = option.value_type() else { return };
        let Some(both) = value.get_ref().as_table().filter(|_| option.schemes()) else {
            return self.value(name, value, *kind);
        };
        for (key, value) in both.iter() {
            self.scheme = SCHEMES.into_iter().find(|scheme| *scheme == key.get_ref());
            match self.scheme {
                Some(scheme) => self.value(scheme, value, *kind),
                None => self.report(
                    rules::UNKNOWN_KEY,
                    self.toml.span(key),
                    format!("unknown scheme `{}` in `{name}`", key.get_ref()),
                    near::help_with(key.get_ref(), "scheme", SCHEMES),
                ),
            }
        }
    }

    /// A form has one field of the address, which its reader fills in.
    fn form_fields(&mut self, form: &Value<'_>) {
        let get = |key: &str| form.get_ref().get(key).map(toml::Spanned::get_ref);
        let email = get("email").and_then(DeValue::as_str).unwrap_or("email");
        let hidden = get("hidden").and_then(DeValue::as_table).into_iter().flat_map(DeTable::iter);
        for (key, _) in hidden.filter(|(key, _)| key.get_ref() == email) {
            let message = format!("`hidden` sets `{email}`, the field that the reader fills in");
            let help = format!("remove `{email}` from `hidden`, or name the field of the address in `email`");
            self.report(rules::INVALID_SETTING, self.toml.span(key), message, help);
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
        let spec = spec.of_kind(table);
        self.table(table, &spec, &place);
        self.missing(table, &spec, &place, span);
    }

    fn text(&mut self, kind: Type, span: Range<usize>, text: &str) {
        match kind {
            Type::Form(form) => match form.problem(self.toml.path, span.clone(), text) {
                Some(problem) => self.problems.push(problem),
                None => self.texts.push((self.scheme, form, Spanned::new(text.to_owned(), span))),
            },
            Type::Word(words) if !(words.knows)(text) => {
                let what = words.bare_noun();
                let help = match near::near(text, words.spellings()) {
                    Some(name) => format!("did you mean `{name}`?"),
                    None => near::help_with("", what, words.all.iter().copied()),
                };
                self.report(words.rule, span, format!("unknown {what} `{text}`"), help);
            }
            _ => {}
        }
    }

    fn wrong_type(&mut self, name: &str, value: &Value<'_>, kind: Type) {
        let span = self.toml.span(value);
        let written = &self.toml.text[span.clone()];
        let subject = if name.contains('`') { name.to_owned() } else { format!("`{name}`") };
        if let Some((error, help)) = impossible_time(value.get_ref(), kind, written) {
            return self.report(rules::INVALID_TIME, span, format!("{subject}: {error}"), help.to_owned());
        }
        let message = format!("{subject} must be {}, not {}", kind.words().expected, found(value.get_ref()));
        let help = match kind {
            Type::Tables(_) => format!("write `[[{name}]]` on a line of its own, its keys below"),
            _ => help(value.get_ref(), written, kind),
        };
        self.report(rules::WRONG_TYPE, span, message, help);
    }
}

/// Whether a value is a text that says nothing.
fn is_blank(value: &Value<'_>) -> bool {
    value.get_ref().as_str().is_some_and(|text| line(text) == Err(LineError::Empty))
}

/// Whether a value fits a type of which only the type counts.
fn fits(value: &DeValue<'_>, kind: Type, written: &str) -> bool {
    match kind {
        Type::Text | Type::Line | Type::Form(_) | Type::Word(_) => value.is_str(),
        Type::Flag => value.is_bool(),
        Type::Integer(..) => integer_of(value).is_some(),
        Type::Percent => is_number(value),
        Type::Time => time_of(value, written).is_some(),
        Type::Day => day_of(value).is_some(),
        Type::Done => done_of(value).is_some(),
        Type::Anything => true,
        _ => false,
    }
}

fn is_number(value: &DeValue<'_>) -> bool {
    value.is_integer() || value.is_float()
}

/// Why a time or a date of the right type is none that its key takes, and how to mend it.
fn impossible_time(value: &DeValue<'_>, kind: Type, written: &str) -> Option<(String, &'static str)> {
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

/// The found value, in words.
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
    let is_text = matches!(kind, Type::Text | Type::Line | Type::Form(_));
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
        (_, DeValue::Array(_) | DeValue::Table(_)) if is_text => {
            "write one text, such as `\"text\"`".to_owned()
        }
        _ if is_text => format!("write it in quotes: `\"{written}\"`"),
        (Type::List(_) | Type::Components, DeValue::String(_)) => format!("write a list: `[{written}]`"),
        (Type::Time, DeValue::Datetime(datetime)) if datetime.time.is_none() => {
            format!("add the time of day: `{written} 09:20`")
        }
        (Type::Day, DeValue::Datetime(datetime)) if datetime.date.is_some() => {
            format!("write the date alone: `{}`", written.get(..10).unwrap_or("2024-05-01"))
        }
        _ => format!("write `{}`", kind.words().example),
    }
}
