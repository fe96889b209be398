//! The texts of scripts, as JavaScript modules: `{name}` stands for an argument, plurals are listed by form.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::overall::Overall;
use crate::model::state::State;
use crate::render::messages::{Arg, Messages};
use crate::render::view::overall::overall_id;

/// The texts of every page, including names of months.
const WORDS: &str = "words.js";

/// Texts of states, listed by number.
const STATES: &str = "states-words.js";

struct Vocabulary {
    /// The module's name below `static/`.
    name: &'static str,
    /// Messages, each with its arguments.
    said: &'static [(&'static str, &'static [&'static str])],
    /// Messages with a plural on `count`, each with its other arguments.
    counted: &'static [(&'static str, &'static [&'static str])],
}

const VOCABULARIES: [Vocabulary; 7] = [
    Vocabulary {
        name: WORDS,
        said: &[
            ("ago", &["length"]),
            ("ahead", &["length"]),
            ("day-of-year", &["day", "month"]),
            ("ends", &["length"]),
            ("last-known", &[]),
            ("late", &["length"]),
            ("latest", &[]),
            ("length-join", &["long", "short"]),
            ("moment", &[]),
            ("newer", &[]),
            ("newer-show", &[]),
            ("newer-shown", &[]),
            ("ongoing", &["length"]),
            ("own", &["time"]),
            ("own-day", &["day", "clock"]),
            ("planned-day", &["weekday", "day"]),
            ("span", &["from", "to"]),
            ("stale", &["length"]),
            ("unchecked", &["time", "length"]),
            ("unknown", &["length"]),
        ],
        counted: &[("length-days", &[]), ("length-hours", &[]), ("length-minutes", &[])],
    },
    Vocabulary {
        name: STATES,
        said: &[
            ("bars-fine", &["name", "percent", "days"]),
            ("bars-no-data", &["name"]),
            ("bars-trouble", &["name", "percent", "days", "which"]),
            ("changed", &["name", "state"]),
            ("day", &["day", "month", "year"]),
            ("no-data", &[]),
            ("percent", &["percent"]),
        ],
        counted: &[("bars-days", &[]), ("bars-which", &["last"]), ("more", &[])],
    },
    Vocabulary {
        name: "bars-words.js",
        said: &[
            ("day", &["day", "month", "year"]),
            ("day-fine", &[]),
            ("means", &[]),
            ("no-data", &[]),
            ("recorded", &[]),
            ("state-degraded_performance", &[]),
            ("state-major_outage", &[]),
            ("state-partial_outage", &[]),
            ("state-under_maintenance", &[]),
        ],
        counted: &[],
    },
    Vocabulary {
        name: "periods-words.js",
        said: &[
            ("day", &["day", "month", "year"]),
            ("percent", &["percent"]),
            ("recorded", &[]),
            ("state-degraded_performance", &[]),
            ("state-major_outage", &[]),
            ("state-partial_outage", &[]),
            ("state-under_maintenance", &[]),
            ("target-left", &["length"]),
            ("target-missed", &[]),
            ("target-none", &[]),
            ("target-over", &["length"]),
        ],
        counted: &[],
    },
    Vocabulary {
        name: "range-words.js",
        said: &[("days-ago", &["days"]), ("last-days", &["days"])],
        counted: &[],
    },
    Vocabulary {
        name: "history-words.js",
        said: &[
            ("find-failed", &[]),
            ("find-none", &[]),
            ("impact-critical", &[]),
            ("impact-major", &[]),
            ("impact-minor", &[]),
            ("postmortem", &[]),
            ("status-cancelled", &[]),
            ("status-completed", &[]),
            ("status-identified", &[]),
            ("status-in_progress", &[]),
            ("status-investigating", &[]),
            ("status-monitoring", &[]),
            ("status-resolved", &[]),
            ("status-scheduled", &[]),
            ("status-verifying", &[]),
        ],
        counted: &[("find-first", &[]), ("find-some", &[])],
    },
    Vocabulary {
        name: "front-words.js",
        said: &[
            ("days", &["first", "last"]),
            ("days-unseen", &[]),
            ("filter-none", &[]),
            ("group-affected", &["affected", "count"]),
            ("mine-add", &["name"]),
        ],
        counted: &[],
    },
];

#[derive(Serialize)]
#[serde(untagged)]
enum Word {
    Pattern(String),
    /// By plural category, or by the number itself when it has its own form.
    Counted(BTreeMap<String, String>),
    /// By a state's number, with names of files and classes.
    Listed(Vec<String>),
}

/// The modules by name below `static/`; each exports its texts by message name. Without messages they are empty.
pub(super) fn modules(messages: Option<&Messages>) -> impl Iterator<Item = (&'static str, String)> {
    VOCABULARIES
        .iter()
        .map(move |it| (it.name, messages.map_or_else(String::new, |messages| module(messages, it))))
}

fn module(messages: &Messages, vocabulary: &Vocabulary) -> String {
    let said = vocabulary.said.iter().map(|(id, names)| (*id, Word::Pattern(pattern(messages, id, names))));
    let counted =
        vocabulary.counted.iter().map(|(id, names)| (*id, Word::Counted(forms(messages, id, names))));
    let listed = match vocabulary.name {
        WORDS => vec![(
            "month",
            Word::Listed((1..=12).map(|it| messages.say(&format!("month-{it}"), &[])).collect()),
        )],
        STATES => lists(messages).into(),
        _ => Vec::new(),
    };
    let words: BTreeMap<&str, Word> = said.chain(counted).chain(listed).collect();
    let text = serde_json::to_string(&words).expect("text is JSON");
    format!("export default {text};\n")
}

/// Names and icons of component states and overall states.
fn lists(messages: &Messages) -> [(&'static str, Word); 4] {
    let say = |id: String| messages.say(&id, &[]);
    let states = State::ALL.map(|state| say(format!("state-{}", state.as_str())));
    let overall = Overall::ALL.map(|overall| say(format!("overall-{}", overall_id(overall))));
    [
        ("favicon", Word::Listed(Overall::ALL.map(|it| it.indicator().to_owned()).into())),
        ("icon", Word::Listed(State::ALL.map(|state| state.short().to_owned()).into())),
        ("overall", Word::Listed(overall.into())),
        ("state", Word::Listed(states.into())),
    ]
}

/// A message with `{name}` for its arguments.
fn pattern(messages: &Messages, id: &str, names: &[&str]) -> String {
    let places = places(names);
    let args: Vec<_> = places.iter().map(|(name, place)| (*name, Arg::Text(place))).collect();
    messages.say(id, &args)
}

fn places<'a>(names: &[&'a str]) -> Vec<(&'a str, String)> {
    names.iter().map(|&name| (name, format!("{{{name}}}"))).collect()
}

/// The forms of a plural message: one per plural category, and those of 0, 1 and 2 when they differ.
fn forms(messages: &Messages, id: &str, names: &[&str]) -> BTreeMap<String, String> {
    // These numbers cover all plural categories of every language, except some for millions.
    const SAMPLES: [i64; 14] = [100, 22, 21, 20, 12, 11, 8, 6, 5, 4, 3, 2, 1, 0];
    let places = places(names);
    let mut forms = BTreeMap::new();
    for number in SAMPLES {
        let mut args: Vec<_> = places.iter().map(|(name, place)| (*name, Arg::Text(place))).collect();
        args.push(("count", Arg::Number(number)));
        let text = messages.say(id, &args).replace(&number.to_string(), "{count}");
        let form = forms.entry(messages.plural_category(number)).or_insert_with(|| text.clone());
        if *form != text {
            forms.insert(number.to_string(), text);
        }
    }
    forms
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{forms, modules};
    use crate::render::messages::Messages;

    const ENGLISH: &str = include_str!("../../themes/default/i18n/en.ftl");

    #[test]
    fn words_keep_places_for_their_arguments() {
        let messages = Messages::new("en", &[ENGLISH]).unwrap();
        let words: BTreeMap<&str, serde_json::Value> = modules(Some(&messages))
            .map(|(name, module)| {
                let json = module.strip_prefix("export default ").unwrap().strip_suffix(";\n").unwrap();
                (name, serde_json::from_str(json).unwrap())
            })
            .collect();
        let said = |module: &str, id: &str| words[module][id].clone();
        assert_eq!(said("states-words.js", "changed"), "{name}: {state}");
        assert_eq!(said("words.js", "month")[11], "December");
        let hours = serde_json::json!({ "one": "{count} hour", "other": "{count} hours" });
        assert_eq!(said("words.js", "length-hours"), hours);
        assert_eq!(said("states-words.js", "bars-which")["one"], "one of them, {last}");
        assert_eq!(said("states-words.js", "state")[4], "Major outage");
        assert_eq!(said("states-words.js", "overall")[5], "Major system outage");
        assert_eq!(said("states-words.js", "favicon")[2], "minor");
    }

    #[test]
    fn plurals_have_every_form_of_their_language() {
        let check = |language: &str, message: &str, expected: &[(&str, &str)]| {
            let messages = Messages::new(language, &[message]).unwrap();
            let forms = forms(&messages, "n", &[]);
            let found: Vec<_> = forms.iter().map(|(form, text)| (form.as_str(), text.as_str())).collect();
            assert_eq!(found, expected, "{language}");
        };
        let polish = "n = { $count ->\n    [one] { $count } dzień\n   *[other] { $count } dni\n}\n";
        let dni = "{count} dni";
        check("pl", polish, &[("few", dni), ("many", dni), ("one", "{count} dzień")]);
        let exact = "n = { $count ->\n    [0] none\n    [2] both\n   *[other] { $count }\n}\n";
        check("en", exact, &[("0", "none"), ("2", "both"), ("one", "{count}"), ("other", "{count}")]);
        let every = "n = { $count ->\n    [zero] z\n    [one] o\n    [two] t\n    [few] f\n    [many] m\n   *[other] x\n}\n";
        check(
            "ar",
            every,
            &[("few", "f"), ("many", "m"), ("one", "o"), ("other", "x"), ("two", "t"), ("zero", "z")],
        );
        check("ja", every, &[("other", "x")]);
    }
}
