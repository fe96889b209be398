//! Helpers for this module's tests.

use crate::diagnostic::Diagnostic;

/// Problems one per line, by position: rule, marked text, message and help.
pub(crate) fn shown(text: &str, problems: &[Diagnostic]) -> String {
    let mut problems: Vec<&Diagnostic> = problems.iter().collect();
    problems.sort_by_key(|problem| problem.labels[0].span.start);
    let lines = problems.iter().map(|problem| {
        for label in &problem.labels {
            assert!(text.get(label.span.clone()).is_some(), "{problem:?} lies on character boundaries");
        }
        let marked = &text[problem.labels[0].span.clone()];
        let help = problem.help.as_deref().unwrap_or_default();
        format!("{} <{}> {} / {help}\n", problem.rule, marked.replace('\n', "\\n"), problem.message)
    });
    lines.collect()
}
