//! The theme's texts: Fluent messages with arguments and plurals.
//!
//! Most messages are plain text with arguments. Those are parsed once and formatted without Fluent, since a site of ten
//! thousand pages formats a million of them. Invariant: `fluent_bundle` and `fluent_syntax` are named nowhere else.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::{self, Write as _};
use std::ops::Range;
use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use fluent_syntax::ast::{Entry, Expression, InlineExpression, PatternElement};
use unic_langid::{CharacterDirection, LanguageIdentifier};

/// The messages of one language; a theme's own override the built-in ones.
pub struct Messages {
    bundle: FluentBundle<FluentResource>,
    /// By name, in a hash table: an incident's page looks up 250.
    plain: HashMap<String, Vec<Piece>>,
    /// Texts of short lengths by message and count, each formatted on first use.
    lengths: BTreeMap<&'static str, [OnceLock<String>; 60]>,
    /// The messages that stay English among texts from right to left.
    english: HashSet<String>,
}

/// Unicode's marks around a text from left to right. They work in attributes and titles, too, where no element can stand.
const ISOLATE: [char; 2] = ['\u{2066}', '\u{2069}'];

/// The messages of a length in one unit.
pub(super) const LENGTHS: [&str; 4] = ["length-days", "length-hours", "length-minutes", "length-seconds"];

/// A part of a message without selectors.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Argument(String),
}

/// A message that returns its number's plural category, by the rules that all messages follow.
const CATEGORY: &str = "plural-category = { $count ->
    [zero] zero
    [one] one
    [two] two
    [few] few
    [many] many
   *[other] other
}
";

#[derive(Clone, Debug, PartialEq)]
pub enum Arg<'a> {
    /// Shown unchanged.
    Text(&'a str),
    /// Shown as a number; selects the plural form.
    Number(i64),
}

/// A syntax error in a message file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxProblem {
    /// Byte offsets into the file, half open.
    pub span: Range<usize>,
    pub text: String,
}

/// Why a message cannot be formatted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    #[error("no message is called `{0}`")]
    Unknown(String),
    /// It refers to a missing argument, term or message.
    #[error("the message `{id}` cannot be said: {reason}")]
    Incomplete {
        id: String,
        /// Fluent's description.
        reason: String,
    },
}

impl Messages {
    /// The messages of `sources`, later ones first. Unknown languages use English rules. The errors are all syntax
    /// errors, with the index of their source.
    pub fn new(language: &str, sources: &[&str]) -> Result<Self, Vec<(usize, SyntaxProblem)>> {
        let english = LanguageIdentifier::default;
        let language = language.parse().unwrap_or_else(|_| english());
        let mut bundle =
            FluentBundle::new_concurrent(vec![language, "en".parse().unwrap_or_else(|_| english())]);
        bundle.set_use_isolating(false);
        let mut problems = Vec::new();
        let mut plain = HashMap::new();
        let category = FluentResource::try_new(CATEGORY.to_owned()).expect("it is Fluent");
        bundle.add_resource_overriding(category);
        for (index, source) in sources.iter().enumerate() {
            match FluentResource::try_new((*source).to_owned()) {
                Ok(resource) => {
                    take_apart(&resource, &mut plain);
                    bundle.add_resource_overriding(resource);
                }
                Err((_, errors)) => problems.extend(errors.into_iter().map(|error| {
                    (index, SyntaxProblem { span: error.pos.clone(), text: error.kind.to_string() })
                })),
            }
        }
        let lengths = LENGTHS.map(|id| (id, [const { OnceLock::new() }; 60])).into();
        let english = HashSet::new();
        if problems.is_empty() { Ok(Self { bundle, plain, lengths, english }) } else { Err(problems) }
    }

    /// Isolates the messages of `english` that `own`, the source of a language from right to left, does not have: their
    /// punctuation and numbers would move otherwise.
    #[must_use]
    pub(super) fn isolating(mut self, english: &[&str], own: &str) -> Self {
        let translated: HashSet<&str> = names(own).map(|(name, _)| name).collect();
        let all = english.iter().flat_map(|source| names(source)).map(|(name, _)| name);
        self.english = all.filter(|name| !translated.contains(name)).map(str::to_owned).collect();
        self
    }

    /// Formats the message `id`.
    pub fn get(&self, id: &str, args: &[(&str, Arg<'_>)]) -> Result<String, MessageError> {
        let text = match self.plain.get(id).and_then(|pieces| put_together(pieces, args)) {
            Some(text) => text,
            None => self.format(id, args)?,
        };
        let [begin, end] = ISOLATE;
        Ok(if self.english.contains(id) { format!("{begin}{text}{end}") } else { text })
    }

    fn format(&self, id: &str, args: &[(&str, Arg<'_>)]) -> Result<String, MessageError> {
        let pattern = self.bundle.get_message(id).and_then(|message| message.value());
        let pattern = pattern.ok_or_else(|| MessageError::Unknown(id.to_owned()))?;
        let mut given = FluentArgs::with_capacity(args.len());
        for (name, arg) in args {
            given.set(*name, fluent_value(arg));
        }
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(&given), &mut errors);
        match errors.first() {
            None => Ok(text.into_owned()),
            Some(error) => Err(MessageError::Incomplete { id: id.to_owned(), reason: error.to_string() }),
        }
    }

    /// Formats a length in one unit: `5 minutes`.
    pub(super) fn length(&self, id: &str, count: i64) -> String {
        let say = || self.say(id, &[("count", Arg::Number(count))]);
        let short = usize::try_from(count).ok().and_then(|count| self.lengths.get(id)?.get(count));
        short.map_or_else(say, |text| text.get_or_init(say).clone())
    }

    /// CLDR's plural category of a number in this language: `zero`, `one`, `two`, `few`, `many`, `other`.
    pub fn plural_category(&self, number: i64) -> String {
        self.say("plural-category", &[("count", Arg::Number(number))])
    }

    /// Formats a message that the built-in theme has, so it always exists. When a site's own version refers to a
    /// missing argument, the argument's name is shown.
    pub(super) fn say(&self, id: &str, args: &[(&str, Arg<'_>)]) -> String {
        match self.get(id, args) {
            Ok(text) => text,
            Err(MessageError::Incomplete { reason, .. }) => format!("{{{id}: {reason}}}"),
            Err(MessageError::Unknown(id)) => unreachable!("the built-in messages have `{id}`"),
        }
    }
}

impl fmt::Debug for Messages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Messages").field("locales", &self.bundle.locales).finish_non_exhaustive()
    }
}

/// The direction of a language's script for `dir`: `rtl` or `ltr`. An unknown language counts as `ltr`.
pub(super) fn direction(language: &str) -> &'static str {
    let direction = language.parse().map(|language: LanguageIdentifier| language.character_direction());
    if direction == Ok(CharacterDirection::RTL) { "rtl" } else { "ltr" }
}

/// The names and positions of a source's messages.
pub fn names(source: &str) -> impl Iterator<Item = (&str, Range<usize>)> {
    let mut start = 0;
    source.split_inclusive('\n').filter_map(move |line| {
        let at = start;
        start += line.len();
        let name = line.split_once('=')?.0.trim_end();
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        is_name.then(|| (name, at..at + name.len()))
    })
}

/// Adds the messages without selectors; replaces earlier ones of the same name.
fn take_apart(resource: &FluentResource, plain: &mut HashMap<String, Vec<Piece>>) {
    for entry in resource.entries() {
        let Entry::Message(message) = entry else { continue };
        let pieces = message.value.iter().flat_map(|pattern| &pattern.elements).map(piece);
        match pieces.collect::<Option<Vec<Piece>>>() {
            Some(pieces) => plain.insert(message.id.name.to_owned(), pieces),
            None => plain.remove(message.id.name),
        };
    }
}

/// `None` for selectors and other expressions of Fluent.
fn piece(element: &PatternElement<&str>) -> Option<Piece> {
    match element {
        PatternElement::TextElement { value } => Some(Piece::Text((*value).to_owned())),
        PatternElement::Placeable {
            expression: Expression::Inline(InlineExpression::VariableReference { id }),
        } => Some(Piece::Argument(id.name.to_owned())),
        PatternElement::Placeable { .. } => None,
    }
}

/// Joins the parts with their arguments; `None` when one is missing, which Fluent then reports.
fn put_together(pieces: &[Piece], args: &[(&str, Arg<'_>)]) -> Option<String> {
    let text_len = |piece: &Piece| if let Piece::Text(text) = piece { text.len() } else { 0 };
    let arg_len = |(_, arg): &(&str, Arg<'_>)| if let Arg::Text(text) = arg { text.len() } else { 0 };
    let len: usize = pieces.iter().map(text_len).chain(args.iter().map(arg_len)).sum();
    let mut text = String::with_capacity(len);
    for piece in pieces {
        match piece {
            Piece::Text(piece) => text.push_str(piece),
            Piece::Argument(name) => match &args.iter().find(|(given, _)| given == name)?.1 {
                Arg::Text(given) => text.push_str(given),
                Arg::Number(given) => write!(text, "{given}").ok()?,
            },
        }
    }
    Some(text)
}

fn fluent_value<'a>(arg: &Arg<'a>) -> FluentValue<'a> {
    match arg {
        Arg::Text(text) => FluentValue::from(*text),
        Arg::Number(number) => FluentValue::from(*number),
    }
}

#[cfg(test)]
mod tests {
    use super::{Arg, MessageError, Messages, direction, names};

    const ENGLISH: &str =
        "hello = Hello\nhours = { $n ->\n    [one] { $n } hour\n   *[other] { $n } hours\n}\n";

    #[test]
    fn plurals_follow_the_language() {
        let messages = Messages::new("en", &[ENGLISH]).unwrap();
        assert_eq!(messages.get("hours", &[("n", Arg::Number(1))]).unwrap(), "1 hour");
        assert_eq!(messages.get("hours", &[("n", Arg::Number(18))]).unwrap(), "18 hours");
        assert_eq!(messages.get("hours", &[("n", Arg::Number(1_000_000))]).unwrap(), "1000000 hours");
    }

    #[test]
    fn the_script_decides_the_direction() {
        let check = |language: &str, expected: &str| assert_eq!(direction(language), expected, "{language}");
        for language in ["ar", "ar-EG", "he", "fa", "ur", "yi", "ps", "dv", "az-Arab", "ks-Arab-IN"] {
            check(language, "rtl");
        }
        for language in ["en", "de-CH", "ar-Latn", "ja", "mn", "az", "x", ""] {
            check(language, "ltr");
        }
    }

    #[test]
    fn messages_are_found_by_their_names() {
        let source = "# a = b\nhours = { $n ->\n    [one] x\n   *[other] y = z\n}\r\n-term = t\nb-2=c\n";
        let found: Vec<_> = names(source).map(|(name, span)| (name, &source[span])).collect();
        assert_eq!(found, [("hours", "hours"), ("b-2", "b-2")]);
    }

    #[test]
    fn later_sources_win_and_earlier_ones_fill_in() {
        let messages = Messages::new("en", &[ENGLISH, "hello = Good day\n"]).unwrap();
        assert_eq!(messages.get("hello", &[]).unwrap(), "Good day");
        assert_eq!(messages.get("hours", &[("n", Arg::Number(2))]).unwrap(), "2 hours");
    }

    #[test]
    fn arguments_carry_no_isolation_marks() {
        let messages = Messages::new("en", &["since = Since { $time }\n"]).unwrap();
        assert_eq!(messages.get("since", &[("time", Arg::Text("noon <b>"))]).unwrap(), "Since noon <b>");
    }

    #[test]
    fn plain_messages_are_said_as_fluent_says_them() {
        let source = include_str!("../../themes/default/i18n/en.ftl");
        let messages =
            Messages::new("en", &[source, "skip = { \"\" }Go on\ntwo =\n    first { $n }\n    second\n"])
                .unwrap();
        assert!(messages.plain.len() > 100, "{}", messages.plain.len());
        assert!(!messages.plain.contains_key("skip"), "a later message takes the place of an earlier one");
        assert_eq!(messages.get("skip", &[]).unwrap(), "Go on");
        let names =
            ["n", "day", "month", "year", "clock", "zone", "first", "last", "from", "to", "about", "title"];
        let more =
            ["site", "state", "status", "when", "components", "reports", "name", "hour", "minute", "second"];
        let rest = ["long", "short", "percent", "gap"];
        let all: Vec<_> =
            names.iter().chain(&more).chain(&rest).map(|name| (*name, Arg::Number(1_234_567))).collect();
        let mut said = 0;
        for id in super::names(source).map(|(name, _)| name).filter(|name| messages.plain.contains_key(*name))
        {
            if let Ok(text) = messages.format(id, &all) {
                assert_eq!(messages.get(id, &all).unwrap(), text, "{id}");
                said += 1;
            }
        }
        assert!(said > 100, "{said}");
    }

    #[test]
    fn what_cannot_be_said_is_told() {
        let messages = Messages::new("en", &["since = Since { $time }\n"]).unwrap();
        let unknown = messages.get("until", &[]).unwrap_err();
        assert_eq!(unknown, MessageError::Unknown("until".to_owned()));
        let incomplete = messages.get("since", &[]).unwrap_err();
        assert_eq!(
            incomplete.to_string(),
            "the message `since` cannot be said: Resolver error: Unknown variable: $time"
        );
    }

    #[test]
    fn english_is_isolated_among_words_from_right_to_left() {
        let own = "hours = ساعات\n";
        let messages = Messages::new("ar", &[ENGLISH, own]).unwrap().isolating(&[ENGLISH], own);
        assert_eq!(messages.get("hello", &[]).unwrap(), "\u{2066}Hello\u{2069}");
        assert_eq!(messages.get("hours", &[]).unwrap(), "ساعات");
        assert_eq!(messages.plural_category(2), "two");
    }

    #[test]
    fn broken_sources_are_told_with_their_place() {
        let problems = Messages::new("en", &[ENGLISH, "ok = fine\nbroken { 2\n"]).unwrap_err();
        let told: Vec<_> =
            problems.iter().map(|(source, it)| (*source, it.span.start, it.text.as_str())).collect();
        assert_eq!(told, [(1, 17, "Expected a token starting with \"=\"")]);
    }
}
