//! Every word a theme says: Fluent messages with arguments and plurals.
//!
//! Invariant: `fluent_bundle` is named nowhere else.

use std::fmt;
use std::ops::Range;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

/// The messages of one language, those of a site's own theme before the built-in ones.
pub struct Messages {
    bundle: FluentBundle<FluentResource>,
}

/// What a message is given.
#[derive(Clone, Debug, PartialEq)]
pub enum Arg<'a> {
    /// Text, shown as it is.
    Text(&'a str),
    /// A number, which also chooses the plural form.
    Number(i64),
}

/// A place in a message file that is not Fluent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxProblem {
    /// Byte offsets into the file, half open.
    pub span: Range<usize>,
    /// What is wrong there.
    pub text: String,
}

/// Why a message cannot be said.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// No message file has it.
    #[error("no message is called `{0}`")]
    Unknown(String),
    /// It refers to an argument, a term or a message that is not there.
    #[error("the message `{id}` cannot be said: {reason}")]
    Incomplete {
        /// Its name.
        id: String,
        /// What Fluent says.
        reason: String,
    },
}

impl Messages {
    /// The messages of `sources`, later ones before earlier ones. An unknown language counts like English.
    ///
    /// # Errors
    /// Every place of every source that is not Fluent, with the source's index.
    pub fn new(language: &str, sources: &[&str]) -> Result<Self, Vec<(usize, SyntaxProblem)>> {
        let english = LanguageIdentifier::default;
        let language = language.parse().unwrap_or_else(|_| english());
        let mut bundle =
            FluentBundle::new_concurrent(vec![language, "en".parse().unwrap_or_else(|_| english())]);
        bundle.set_use_isolating(false);
        let mut problems = Vec::new();
        for (index, source) in sources.iter().enumerate() {
            match FluentResource::try_new((*source).to_owned()) {
                Ok(resource) => bundle.add_resource_overriding(resource),
                Err((_, errors)) => problems.extend(errors.into_iter().map(|error| {
                    (index, SyntaxProblem { span: error.pos.clone(), text: error.kind.to_string() })
                })),
            }
        }
        if problems.is_empty() { Ok(Self { bundle }) } else { Err(problems) }
    }

    /// The message `id` with its arguments.
    ///
    /// # Errors
    /// When there is no such message, or it names something that it is not given.
    pub fn get(&self, id: &str, args: &[(&str, Arg<'_>)]) -> Result<String, MessageError> {
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

    /// A message that the built-in theme has, so it can always be said. Where a site's own words for it name something
    /// they are not given, its name stands in the text.
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

fn fluent_value<'a>(arg: &Arg<'a>) -> FluentValue<'a> {
    match arg {
        Arg::Text(text) => FluentValue::from(*text),
        Arg::Number(number) => FluentValue::from(*number),
    }
}

#[cfg(test)]
mod tests {
    use super::{Arg, MessageError, Messages};

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
    fn broken_sources_are_told_with_their_place() {
        let problems = Messages::new("en", &[ENGLISH, "ok = fine\nbroken { 2\n"]).unwrap_err();
        let told: Vec<_> =
            problems.iter().map(|(source, it)| (*source, it.span.start, it.text.as_str())).collect();
        assert_eq!(told, [(1, 17, "Expected a token starting with \"=\"")]);
    }
}
