//! The types that a description names: what each reads its value into.

use std::marker::PhantomData;

use serde_json::Value as Json;
use toml::de::DeValue;

use crate::model::report::Impact as AnyImpact;
use crate::model::state::State as AnyState;
use crate::model::uptime::Target;
use crate::parse::keys::description::{Table, Type};
use crate::parse::keys::fields::{Entries, Fields, Record, ValueType};
use crate::parse::keys::form::{
    ANNOUNCER, FEED, IMPACT, LEVEL, METHOD, OPENING, OPTION, RECOVERY, STATE, TARGET, URL_STYLE,
};
use crate::parse::keys::scalars::scalars;
use crate::parse::table::{Toml, Value, day_of, integer_of, json_of, percent_of, text_of, time_of};
use crate::source::Spanned;
use crate::time::Day as AnyDay;
use crate::time::written::Written;

scalars! {
    Text: Type::Text, String, |value, _| text_of(value);
    Line: Type::Line, String, |value, _| text_of(value);
    Flag: Type::Flag, bool, |value, _| value.as_bool();
    Time: Type::Time, Written, |value, written| time_of(value, written);
    Percent: Type::Percent, Target, |value, _| percent_of(value);
    Day: Type::Day, AnyDay, |value, _| day_of(value);
    Done: Type::Done, DoneDraft, |value, _| done_of(value);
    State: Type::Word(&STATE), AnyState, |value, _| AnyState::parse(value.as_str()?);
    Impact: Type::Word(&IMPACT), AnyImpact, |value, _| AnyImpact::parse(value.as_str()?);
    Level: Type::Word(&LEVEL), String, |value, _| text_of(value);
    UrlStyle: Type::Word(&URL_STYLE), String, |value, _| text_of(value);
    Feed: Type::Word(&FEED), String, |value, _| text_of(value);
    TargetKind: Type::Word(&TARGET), String, |value, _| text_of(value);
    AnnouncerKind: Type::Word(&ANNOUNCER), String, |value, _| text_of(value);
    Method: Type::Word(&METHOD), String, |value, _| text_of(value);
    Opening: Type::Word(&OPENING), String, |value, _| text_of(value);
    Recovery: Type::Word(&RECOVERY), String, |value, _| text_of(value);
    OptionKind: Type::Word(&OPTION), String, |value, _| text_of(value);
    Anything: Type::Anything, (), |_, _| None;
}

/// `done` of a follow-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DoneDraft {
    /// `false`: the same as leaving it out.
    No,
    /// `true`
    Sometime,
    On(AnyDay),
}

pub(in crate::parse) fn done_of(value: &DeValue<'_>) -> Option<DoneDraft> {
    match value {
        DeValue::Boolean(true) => Some(DoneDraft::Sometime),
        DeValue::Boolean(false) => Some(DoneDraft::No),
        value => day_of(value).map(DoneDraft::On),
    }
}

/// A whole number within bounds.
pub(crate) struct Integer<const LEAST: i64 = { i64::MIN }, const MOST: i64 = { i64::MAX }>;

impl<const LEAST: i64, const MOST: i64> ValueType for Integer<LEAST, MOST> {
    const TYPE: Type = Type::Integer(LEAST, MOST);
    type Draft = Option<Spanned<i64>>;

    fn read(toml: Toml<'_>, value: &Value<'_>) -> Option<Self::Draft> {
        Some(Some(Spanned::new(integer_of(value.get_ref())?, toml.span(value))))
    }
}

pub(crate) struct List<K>(PhantomData<K>);

pub(crate) type Texts = List<Text>;

impl<T, K: ValueType<Draft = Option<T>>> ValueType for List<K> {
    const TYPE: Type = Type::List(&K::TYPE);
    type Draft = Vec<T>;

    fn read(toml: Toml<'_>, value: &Value<'_>) -> Option<Vec<T>> {
        let list = value.get_ref().as_array()?;
        Some(list.iter().filter_map(|item| K::read(toml, item)?).collect())
    }
}

/// A table, read into its draft.
pub(crate) struct Sub<R>(PhantomData<R>);

impl<R: Record> ValueType for Sub<R> {
    const TYPE: Type = Type::Table(R::TABLE);
    type Draft = R;

    fn read(toml: Toml<'_>, value: &Value<'_>) -> Option<R> {
        Some(R::read(Fields::of(toml, value)?))
    }
}

pub(crate) struct Tables<R>(PhantomData<R>);

impl<R: Record> ValueType for Tables<R> {
    const TYPE: Type = Type::Tables(R::TABLE);
    type Draft = Vec<R>;

    fn read(toml: Toml<'_>, value: &Value<'_>) -> Option<Vec<R>> {
        let list = value.get_ref().as_array()?;
        Some(list.iter().filter_map(|item| Some(R::read(Fields::of(toml, item)?))).collect())
    }
}

/// A table of any names and their values.
pub(crate) struct Map<N, V>(PhantomData<(N, V)>);

impl<N: ValueType, V: ValueType> Map<N, V> {
    const TABLE: Table = Table { rest: Some((N::TYPE, V::TYPE)), ..Table::NONE };
    const PLACE: &'static Table = &Self::TABLE;
}

impl<N: ValueType, V: ValueType> ValueType for Map<N, V> {
    const TYPE: Type = Type::Table(Self::PLACE);
    type Draft = Entries<V>;

    fn read(toml: Toml<'_>, value: &Value<'_>) -> Option<Entries<V>> {
        Some(Fields::of(toml, value)?.others::<V>(&Table::NONE))
    }
}

#[derive(Clone, Debug)]
pub struct ComponentDraft {
    pub id: Spanned<String>,
    /// `None` in a list, or when it is not a state (which is a problem already).
    pub state: Option<Spanned<AnyState>>,
}

/// A list of components' ids, or a table of ids and states; `None` where there is neither.
pub(crate) struct Components;

impl ValueType for Components {
    const TYPE: Type = Type::Components;
    type Draft = Option<Vec<ComponentDraft>>;

    fn read(toml: Toml<'_>, value: &Value<'_>) -> Option<Self::Draft> {
        let listed = |ids: Vec<Spanned<String>>| {
            ids.into_iter().map(|id| ComponentDraft { id, state: None }).collect()
        };
        let states =
            |all: Entries<State>| all.into_iter().map(|(id, state)| ComponentDraft { id, state }).collect();
        Some(match Texts::read(toml, value) {
            Some(ids) => Some(listed(ids)),
            None => Map::<Text, State>::read(toml, value).map(states),
        })
    }
}

/// A table that others describe, as JSON; times are texts.
pub(crate) struct Free;

impl ValueType for Free {
    const TYPE: Type = Map::<Text, Anything>::TYPE;
    type Draft = Json;

    fn read(_toml: Toml<'_>, value: &Value<'_>) -> Option<Json> {
        value.get_ref().as_table().map(|_| json_of(value.get_ref()))
    }
}
