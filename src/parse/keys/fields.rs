//! Reads the fields of a table by their types.

use std::ops::Range;

use toml::de::{DeString, DeTable, DeValue};

use crate::parse::keys::description::{Table, Type};
use crate::parse::table::{Toml, Value};
use crate::source::Spanned;

pub(crate) trait ValueType {
    const TYPE: Type;
    /// What it is read into. Its default stands for a key that is absent or of another type, which is a problem already.
    type Draft: Default;
    fn read(toml: Toml<'_>, value: &Value<'_>) -> Option<Self::Draft>;
}

/// A value that may have a default.
pub(crate) trait Plain {
    type Of<'a>
    where
        Self: 'a;
    fn plain(&self) -> Option<Self::Of<'_>>;
}

impl Plain for Option<Spanned<String>> {
    type Of<'a> = &'a str;

    fn plain(&self) -> Option<&str> {
        self.as_ref().map(|text| text.value.as_str())
    }
}

impl Plain for Option<Spanned<bool>> {
    type Of<'a> = bool;

    fn plain(&self) -> Option<bool> {
        self.as_ref().map(|flag| flag.value)
    }
}

impl Plain for Option<Spanned<i64>> {
    type Of<'a> = i64;

    fn plain(&self) -> Option<i64> {
        self.as_ref().map(|number| number.value)
    }
}

/// A table with a draft of its own.
pub(crate) trait Record: Default {
    const TABLE: &'static Table;
    fn read(fields: Fields<'_>) -> Self;
}

pub(crate) type Entries<K> = Vec<(Spanned<String>, <K as ValueType>::Draft)>;

/// A table and the file it stands in.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'a> {
    toml: Toml<'a>,
    table: &'a DeTable<'a>,
    /// Where its header or its braces stand.
    header: (usize, usize),
}

impl<'a> Fields<'a> {
    pub(in crate::parse) fn new(toml: Toml<'a>, table: &'a DeTable<'a>) -> Self {
        Self { toml, table, header: (toml.offset, toml.offset) }
    }

    pub(in crate::parse) fn of(toml: Toml<'a>, value: &'a Value<'_>) -> Option<Self> {
        let span = toml.span(value);
        Some(Self { toml, table: value.get_ref().as_table()?, header: (span.start, span.end) })
    }

    /// Where its header and body stand.
    pub(in crate::parse) fn span(&self) -> Range<usize> {
        let ends = self.table.values().map(|value| self.toml.span(value).end);
        self.header.0..ends.fold(self.header.1, usize::max)
    }

    /// What a key's value says; the type's default when the key is absent or its value of another type.
    pub(in crate::parse) fn read<K: ValueType>(&self, name: &str) -> K::Draft {
        self.table.get(name).and_then(|value| K::read(self.toml, value)).unwrap_or_default()
    }

    /// The names and values of all keys but those of a table, in the order of the file.
    pub(in crate::parse) fn others<K: ValueType>(&self, known: &Table) -> Entries<K> {
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
    pub(in crate::parse) fn has_all(&self, list: &str, id: &str, known: &Table) -> bool {
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
