//! How keys are described. One line a key says its name, type, default and meaning, and from that line it is read,
//! validated, put into JSON Schemas and into the reference of `docs/content.md`.
//!
//! Invariant: a key has a field that it is read into; every other key is an unknown one, so nothing is skipped in silence.

mod described;
mod description;
pub(super) mod fields;
pub mod form;
mod report;
mod scalars;
mod site;
mod text;
mod theme;
pub(super) mod value_type;

use described::{described, described_key, plain_value};
pub use description::{FIRST_VERSION, Key, Table, Type};
pub use form::{Form, Words};
pub use report::{
    FiredDraft, FollowUpDraft, FrontMatter, INCIDENT, MAINTENANCE, OutageDraft, PAGE, PageFront, front_matter,
};
pub use site::{AnnouncerDraft, ComponentTable, GroupDraft, SITE, SiteToml, TargetDraft};
pub(crate) use site::{FollowUpRequestDraft, MappingDraft, PlainTexts};
pub use theme::{OPTION_KINDS, OptionDraft, SCHEMES, THEME, ThemeToml};
pub use value_type::{ComponentDraft, DoneDraft};

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{INCIDENT, MAINTENANCE, PAGE, SITE, THEME, Table, Type};

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
