//! Helpers for this module's tests.

use proptest::prelude::{Strategy, any, prop};
use proptest::strategy::Union;

use crate::diagnostic::Diagnostic;

/// Texts made of pieces (separated by `·`), so that constructs meet and nest.
pub(crate) fn joined(pieces: &'static str) -> impl Strategy<Value = String> {
    let piece = prop::sample::select(pieces.split('·').collect::<Vec<_>>());
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

/// Texts made of pieces, and texts of any characters.
pub(crate) fn texts(pieces: &'static str) -> impl Strategy<Value = String> {
    Union::new([joined(pieces).boxed(), any::<String>().boxed()])
}

/// Problems by position: rule and marked text of each, such as `unknown-key <titel>`.
pub(crate) fn marked(text: &str, problems: &[Diagnostic]) -> String {
    listed(text, problems, |_| String::new()).join(", ")
}

/// Problems one per line, by position: rule, marked text, message and help.
pub(crate) fn shown(text: &str, problems: &[Diagnostic]) -> String {
    let words = |it: &Diagnostic| format!(" {} / {}\n", it.message, it.help.as_deref().unwrap_or_default());
    listed(text, problems, words).concat()
}

fn listed(text: &str, problems: &[Diagnostic], words: impl Fn(&Diagnostic) -> String) -> Vec<String> {
    let mut problems: Vec<&Diagnostic> = problems.iter().collect();
    problems.sort_by_key(|problem| problem.labels[0].span.start);
    let line = |problem: &&Diagnostic| {
        for label in &problem.labels {
            assert!(text.get(label.span.clone()).is_some(), "{problem:?} lies on character boundaries");
        }
        let marked = &text[problem.labels[0].span.clone()];
        format!("{} <{}>{}", problem.rule, marked.replace('\n', "\\n"), words(problem))
    };
    problems.iter().map(line).collect()
}
