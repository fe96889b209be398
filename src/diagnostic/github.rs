//! Diagnostics as GitHub Actions workflow commands, which appear beside the changed lines.
//!
//! <https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions>

use super::place::Places;
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::Snapshot;

/// One line per problem, in order: `::error file=…,line=…,col=…,title=…::message`.
pub fn render(problems: &[Diagnostic], snapshot: &Snapshot) -> String {
    let mut places = Places::new(snapshot);
    problems.iter().map(|problem| command(problem, &mut places)).collect()
}

fn command(problem: &Diagnostic, places: &mut Places<'_>) -> String {
    let label = &problem.labels[0];
    let mut line = format!("::{} file={}", word(problem.severity), property(label.file.as_str()));
    if let Some(place) = places.of(label) {
        line.push_str(&format!(",line={},endLine={},col={}", place.line, place.end_line, place.column));
        // `endColumn` is ignored across lines.
        if place.line == place.end_line {
            line.push_str(&format!(",endColumn={}", place.end_column));
        }
    }
    let help = problem.help.as_ref().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
    let message = data(&format!("{}{help}", problem.message));
    format!("{line},title={}::{message}\n", property(problem.rule))
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Hint => "notice",
    }
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
