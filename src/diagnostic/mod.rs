//! Problems of the author's files: message, place and help.
//!
//! Invariant: nothing here knows the domain; a rule is a name and a severity.

use std::borrow::Cow;
use std::ops::Range;

use crate::diagnostic::secrets::masked;
use crate::source::SourcePath;

pub mod github;
pub mod json;
pub mod place;
pub mod sarif;
pub mod secrets;
pub mod summary;
pub mod text;
pub mod visible;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The site is not built.
    Error,
    /// The site is built; the author should look.
    Warning,
    /// A thought on how something is said; no check fails for it.
    Hint,
}

/// A named rule. Its name is its bracket in the message, its fixture's folder and its row in `docs/rules.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Lower case with hyphens.
    pub name: &'static str,
    /// The mistake, in one line.
    pub about: &'static str,
    /// The severity unless `[checks]` says otherwise.
    pub severity: Severity,
    /// Whether `[checks]` may turn it off or make it a warning; all but errors may be.
    pub overridable: bool,
}

impl Severity {
    /// `error`, `warning` or `hint`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Hint => "hint",
        }
    }
}

impl Rule {
    pub const fn error(name: &'static str) -> Self {
        Self { name, about: "", severity: Severity::Error, overridable: false }
    }

    /// A rule that stops the build unless `[checks]` says otherwise.
    pub const fn overridable(name: &'static str) -> Self {
        Self { overridable: true, ..Self::error(name) }
    }

    pub const fn warning(name: &'static str) -> Self {
        Self { severity: Severity::Warning, ..Self::overridable(name) }
    }

    pub const fn hint(name: &'static str) -> Self {
        Self { severity: Severity::Hint, ..Self::overridable(name) }
    }
}

/// A marked place, with a few words beside the carets (may be empty).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    pub file: SourcePath,
    /// Byte offsets into it, half open; an empty span marks a point.
    pub span: Range<usize>,
    pub text: String,
}

/// One problem. Texts are lower case without a full stop, names in backticks; `help` is one action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    pub rule: &'static str,
    /// How bad it is, `[checks]` included.
    pub severity: Severity,
    pub message: String,
    /// Places: the first is where the problem is, others explain it.
    pub labels: Vec<Label>,
    pub help: Option<String>,
}

impl Diagnostic {
    pub fn new(rule: Rule, file: &SourcePath, span: Range<usize>, message: impl Into<String>) -> Self {
        let label = Label { file: file.clone(), span, text: String::new() };
        Self {
            rule: rule.name,
            severity: rule.severity,
            message: shortened(masked(&message.into())),
            labels: vec![label],
            help: None,
        }
    }

    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(shortened(masked(&help.into())));
        self
    }

    /// The same with words beside the first place's carets.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.labels[0].text = shortened(text.into());
        self
    }

    /// The same with another place that explains it.
    #[must_use]
    pub fn also(mut self, file: &SourcePath, span: Range<usize>, text: impl Into<String>) -> Self {
        self.labels.push(Label { file: file.clone(), span, text: shortened(text.into()) });
        self
    }
}

/// The most characters of a word in what is said of a file: what an author wrote may have any length.
const LONGEST_WORD: usize = 300;

/// The most characters of a text in what is said of a file.
const LONGEST_TEXT: usize = 3_000;

/// A text whose words, and which itself, have a length that one can read: the middle of what is longer is left out.
fn shortened(text: String) -> String {
    if text.len() <= LONGEST_WORD {
        return text;
    }
    let words: String =
        text.split_inclusive(char::is_whitespace).map(|word| cut(word, LONGEST_WORD)).collect();
    cut(&words, LONGEST_TEXT).into_owned()
}

/// The beginning and the end of a text that is longer than so many characters.
fn cut(text: &str, longest: usize) -> Cow<'_, str> {
    let at = |place: usize| text.char_indices().nth(place).map(|(at, _)| at);
    let (Some(_), Some(head)) = (at(longest), at(longest * 2 / 3)) else { return Cow::Borrowed(text) };
    let tail = text.char_indices().nth_back(longest / 3 - 2).map_or(text.len(), |(at, _)| at);
    Cow::Owned(format!("{}…{}", &text[..head], &text[tail..]))
}

#[cfg(test)]
mod tests {
    use super::{Diagnostic, LONGEST_TEXT, LONGEST_WORD, Rule};
    use crate::source::SourcePath;

    #[test]
    fn what_is_quoted_is_cut_in_its_middle() {
        let check = |text: &str, expected: &str| {
            let problem = Diagnostic::new(Rule::error("x"), &SourcePath::new("a"), 0..0, text);
            let problem = problem.help(text).label(text).also(&SourcePath::new("b"), 0..0, text);
            let [first, second] = &problem.labels[..] else { panic!() };
            let texts = [&problem.message, problem.help.as_ref().unwrap(), &first.text, &second.text];
            assert_eq!(texts, [expected; 4]);
        };
        let (head, tail) = ("é".repeat(190), "ü".repeat(98));
        let whole = format!("no `{head}12345678{tail}` here");
        check(&whole, &whole);
        check(
            &format!("no `{}{}` here", "é".repeat(500_000), "ü".repeat(500_000)),
            &format!("no `{}…{}` here", "é".repeat(199), "ü".repeat(97)),
        );
        let words = "ab ".repeat(1_000_000);
        let problem = Diagnostic::new(Rule::error("x"), &SourcePath::new("a"), 0..0, words);
        assert_eq!(problem.message.chars().count(), LONGEST_TEXT);
        assert!(problem.message.chars().count() > LONGEST_WORD);
    }
}
