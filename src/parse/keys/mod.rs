//! How keys are described. One line a key says its name, type, default and meaning, and from that line it is read,
//! validated, put into JSON Schemas and into the reference of `docs/content.md`.
//!
//! Invariant: a key has a field that it is read into; every other key is an unknown one, so nothing is skipped in silence.

use toml::de::DeTable;

mod described;
pub mod form;
mod report;
mod site;
mod theme;
pub(super) mod value_type;

use described::{described, described_key, plain_value};
pub use form::{Form, Words};
pub use report::{
    FollowUpDraft, FrontMatter, INCIDENT, MAINTENANCE, OutageDraft, PAGE, PageFront, front_matter,
};
pub use site::{ComponentTable, GroupDraft, SITE, SiteToml, TargetDraft};
pub use theme::{OPTION_KINDS, OptionDraft, SCHEMES, THEME, ThemeToml};

/// What a key's value must be.
#[derive(Clone, Copy, Debug)]
pub enum Type {
    /// A text in quotes.
    Text,
    /// A text of one line of characters that are shown.
    Line,
    /// A text of a form.
    Form(Form),
    /// One of a few words, in quotes.
    Word(&'static Words),
    /// `true` or `false`.
    Flag,
    /// A whole number from the first to the second.
    Integer(i64, i64),
    /// A date with a time of day, with an offset or without.
    Time,
    /// A date.
    Day,
    /// A date, `true` or `false`.
    Done,
    /// A list.
    List(&'static Type),
    /// A list of component ids, or a table of ids and their states.
    Components,
    /// A table.
    Table(&'static Table),
    /// A list of tables.
    Tables(&'static Table),
    /// Whatever TOML can say.
    Anything,
}

/// How a type is called.
pub struct TypeWords {
    /// In the reference: `text`.
    pub short: String,
    /// In messages: `a text in quotes`.
    pub expected: String,
    /// A value, as TOML.
    pub example: String,
}

impl Type {
    /// How it is called, and an example of it.
    pub fn words(self) -> TypeWords {
        let words = |short: &str, expected: &str, example: &str| TypeWords {
            short: short.to_owned(),
            expected: expected.to_owned(),
            example: example.to_owned(),
        };
        match self {
            Type::Text | Type::Line => words("text", "a text in quotes", "\"…\""),
            Type::Form(form) => words("text", "a text in quotes", &format!("\"{}\"", form.spec().example)),
            Type::Word(all) => all.words(),
            Type::Flag => words("true or false", "`true` or `false`", "true"),
            Type::Integer(i64::MIN, _) => words("whole number", "a whole number", "90"),
            Type::Integer(least, most) => words(
                &format!("whole number, {least} to {most}"),
                "a whole number",
                &most.min(90).to_string(),
            ),
            Type::Time => words("time", "a time", "2024-04-16 09:20"),
            Type::Day => words("day", "a date", "2024-05-01"),
            Type::Done => words("day, or `true`", "a date, `true` or `false`", "2024-05-01"),
            Type::List(of) => {
                let noun = match of {
                    Type::Form(form) => form.bare_noun(),
                    _ => "text",
                };
                let example = format!("[{}]", of.words().example);
                words(&format!("list of {noun}s"), &format!("a list of {noun}s"), &example)
            }
            Type::Components => {
                let expected = "a list of components, or a table of them and their states";
                words("table, or list", expected, "{ api = \"partial_outage\" }")
            }
            Type::Table(_) => words("table", "a table", "{ }"),
            Type::Tables(_) => words("tables", "a list of tables", "[{ }]"),
            Type::Anything => words("any", "any value", "\"…\""),
        }
    }
}

/// The version in which a key came to mean something, where nothing else is said.
pub const FIRST_VERSION: &str = "0.1.0";

/// A key.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// As it is written.
    pub name: &'static str,
    /// What its value must be.
    pub kind: Type,
    /// Whether its table is wrong without it.
    pub required: bool,
    /// What holds when it is left out, as TOML; empty when there is nothing to write.
    pub default: &'static str,
    /// What holds when it is left out, in words, where TOML cannot say it.
    pub otherwise: &'static str,
    /// The kinds of its table that take it; empty: all.
    pub only: &'static [&'static str],
    /// The version of the program in which it came to mean something.
    pub since: &'static str,
    /// What it means, without a full stop.
    pub doc: &'static str,
}

impl Key {
    const fn new(name: &'static str, kind: Type, doc: &'static str) -> Self {
        Self { name, kind, required: false, default: "", otherwise: "", only: &[], since: FIRST_VERSION, doc }
    }
}

/// The keys of a table.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    pub(super) all: &'static [Key],
    /// What other keys and their values must be; `None`: there are no others.
    pub rest: Option<(Type, Type)>,
    /// Keys from elsewhere that authors try, and what to do instead.
    pub hints: &'static [(&'static str, &'static str)],
    /// The table's kind, which keys may depend on; empty: none, or not known.
    pub kind: &'static str,
}

impl Table {
    /// No keys.
    pub(super) const NONE: Table = Table { all: &[], rest: None, hints: &[], kind: "" };

    /// The keys it knows.
    pub fn keys(&self) -> impl Iterator<Item = &'static Key> + Clone + use<> {
        let kind = self.kind;
        self.all.iter().filter(move |key| kind.is_empty() || key.only.is_empty() || key.only.contains(&kind))
    }

    /// The names of all keys it knows.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + Clone + use<> {
        self.keys().map(|key| key.name)
    }

    /// The key of that name.
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys().find(|key| key.name == name)
    }

    /// The key of that name of a table of another kind.
    pub(super) fn foreign_key(&self, name: &str) -> Option<&'static Key> {
        self.all.iter().find(|key| key.name == name)
    }

    /// The same table as of the kind that its key `kind` says, where it has one.
    pub(super) fn of_kind(self, table: &DeTable<'_>) -> Self {
        let written = || table.get("kind")?.get_ref().as_str();
        match self.key("kind").map(|key| key.kind) {
            Some(Type::Word(words)) => Self {
                kind: written()
                    .and_then(|it| words.all.iter().find(|word| **word == it))
                    .copied()
                    .unwrap_or(""),
                ..self
            },
            _ => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{INCIDENT, MAINTENANCE, PAGE, SITE, THEME, Table, Type};

    /// A version's numbers.
    fn version(text: &str) -> Vec<u32> {
        text.split('.').map(|part| part.parse().unwrap()).collect()
    }

    #[track_caller]
    fn check(table: &Table) {
        let names: BTreeSet<&str> = table.names().collect();
        assert_eq!(names.len(), table.keys().count(), "a key stands twice");
        for (wrong, _) in table.hints {
            assert!(table.key(wrong).is_none(), "{wrong} is known and needs no hint");
        }
        for key in table.keys() {
            let (name, example) = (key.name, key.kind.words().example);
            assert!(!key.doc.is_empty() && !key.doc.ends_with('.'), "{name}");
            assert!(version(key.since) <= version(env!("CARGO_PKG_VERSION")), "{name} means nothing yet");
            for toml in [key.default, &example].into_iter().filter(|toml| !toml.is_empty()) {
                assert!(toml::de::DeValue::parse(toml).is_ok(), "{name}: {toml}");
            }
            for text in [key.default, &example]
                .into_iter()
                .filter_map(|toml| toml.strip_prefix('"')?.strip_suffix('"'))
            {
                match key.kind {
                    Type::Form(form) => assert_eq!((form.spec().check)(text), Ok(()), "{name}: {text}"),
                    Type::Word(words) => assert!((words.knows)(text), "{name}: {text}"),
                    _ => {}
                }
            }
            if let Type::Table(table) | Type::Tables(table) = key.kind {
                check(table);
            }
        }
    }

    #[test]
    fn the_descriptions_are_sound() {
        [INCIDENT, MAINTENANCE, PAGE, SITE, THEME].into_iter().for_each(check);
    }

    #[test]
    fn words_are_those_of_the_model() {
        use crate::model::state::State;
        let names: Vec<&str> = State::ALL.into_iter().rev().map(State::as_str).collect();
        assert_eq!(super::form::STATE.all, names);
        let short: Vec<&str> = State::ALL.into_iter().rev().map(State::short).collect();
        assert_eq!(super::form::STATE.short, short);
    }
}
