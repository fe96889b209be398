//! Descriptions of keys and tables: names, types, defaults and meanings.

use toml::de::DeTable;

use crate::parse::keys::form::{Form, TypeWords, Words};

#[derive(Clone, Copy, Debug)]
pub enum Type {
    Text,
    /// A text of one line of characters that are shown.
    Line,
    Form(Form),
    /// One of a few words, in quotes.
    Word(&'static Words),
    Flag,
    /// A whole number from the first to the second.
    Integer(i64, i64),
    /// A percentage, 0 to 100, with at most two decimals.
    Percent,
    /// A date with a time of day, with an offset or without.
    Time,
    Day,
    Done,
    List(&'static Type),
    /// A list of component ids, or a table of ids and their states.
    Components,
    Table(&'static Table),
    Tables(&'static Table),
    Anything,
}

impl Type {
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
            Type::Percent => words("percentage", "a number of percent", "99.9"),
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

#[derive(Clone, Copy, Debug)]
pub struct Key {
    pub name: &'static str,
    pub kind: Type,
    /// Whether its table is wrong without it.
    pub required: bool,
    /// The default, as TOML; empty when there is none to write.
    pub default: &'static str,
    /// The default in words, where TOML cannot say it.
    pub otherwise: &'static str,
    /// The kinds of its table that take it; empty: all.
    pub only: &'static [&'static str],
    /// The version of the program in which it came to mean something.
    pub since: &'static str,
    /// The meaning, without a full stop.
    pub doc: &'static str,
}

impl Key {
    pub(super) const fn new(name: &'static str, kind: Type, doc: &'static str) -> Self {
        Self { name, kind, required: false, default: "", otherwise: "", only: &[], since: FIRST_VERSION, doc }
    }
}

/// The keys of a table.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    pub(in crate::parse) all: &'static [Key],
    /// The rule for other keys and their values; `None`: there are no others.
    pub rest: Option<(Type, Type)>,
    /// Keys from elsewhere that authors try, and what to do instead.
    pub hints: &'static [(&'static str, &'static str)],
    /// The table's kind, which keys may depend on; empty: none, or not known.
    pub kind: &'static str,
}

impl Table {
    pub(in crate::parse) const NONE: Table = Table { all: &[], rest: None, hints: &[], kind: "" };

    pub fn keys(&self) -> impl Iterator<Item = &'static Key> + Clone + use<> {
        let kind = self.kind;
        self.all.iter().filter(move |key| kind.is_empty() || key.only.is_empty() || key.only.contains(&kind))
    }

    pub fn names(&self) -> impl Iterator<Item = &'static str> + Clone + use<> {
        self.keys().map(|key| key.name)
    }

    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys().find(|key| key.name == name)
    }

    /// The key of that name of a table of another kind.
    pub(in crate::parse) fn foreign_key(&self, name: &str) -> Option<&'static Key> {
        self.all.iter().find(|key| key.name == name)
    }

    /// The same table as of the kind that its key `kind` says, where it has one.
    pub(in crate::parse) fn of_kind(self, table: &DeTable<'_>) -> Self {
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
