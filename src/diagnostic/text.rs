//! Diagnostics as text for people, in the form of cargo's.
//!
//! Invariant: `annotate-snippets` is named nowhere else.

use std::borrow::Cow;
use std::ops::Range;

use annotate_snippets::{
    Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet, normalize_untrusted_str,
};

use super::place::Shown;
use crate::diagnostic::visible::visible_line;
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::source::{Snapshot, SourcePath};

/// Whether the text carries colours for a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Plain text.
    Plain,
    /// With ANSI escape sequences.
    Coloured,
}

/// Columns of a source line that are shown; longer lines are cut around their carets.
const WIDTH: usize = 120;

/// The problems in the order given, a blank line after each; the source lines come from `snapshot`.
pub fn render(problems: &[Diagnostic], snapshot: &Snapshot, style: Style) -> String {
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Coloured => Renderer::styled(),
    };
    let renderer = renderer.term_width(WIDTH);
    let mut text = String::new();
    for problem in problems {
        text.push_str(&renderer.render(&[group(problem, snapshot)]));
        text.push_str("\n\n");
    }
    text
}

/// How many there are of each severity: `2 errors, 1 warning and 1 hint`; `None` when there are none.
pub fn count(problems: &[Diagnostic]) -> Option<String> {
    let words = |(severity, word): (Severity, &str)| {
        let count = problems.iter().filter(|problem| problem.severity == severity).count();
        let plural = if count == 1 { "" } else { "s" };
        (count > 0).then(|| format!("{count} {word}{plural}"))
    };
    let severities = [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Hint, "hint")];
    let counted: Vec<String> = severities.into_iter().filter_map(words).collect();
    let (last, rest) = counted.split_last()?;
    Some(if rest.is_empty() { last.clone() } else { format!("{} and {last}", rest.join(", ")) })
}

/// One problem: its title, the lines its labels mark file by file, its help.
fn group<'a>(problem: &'a Diagnostic, snapshot: &'a Snapshot) -> Group<'a> {
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Hint => Level::NOTE.with_name("hint"),
    };
    let mut group =
        Group::with_title(level.primary_title(problem.message.replace('\n', "\\n")).id(problem.rule));
    for file in files(&problem.labels) {
        group = match snippet(file, &problem.labels, snapshot) {
            Some(snippet) => group.element(snippet),
            None => group.element(Origin::path(visible_line(file.as_str()))),
        };
    }
    if let Some(help) = &problem.help {
        group = group.element(Level::HELP.message(normalize_untrusted_str(help)));
    }
    group
}

/// The files of the labels, each once, in the order of their first labels.
fn files(labels: &[Label]) -> Vec<&SourcePath> {
    let mut files: Vec<&SourcePath> = Vec::new();
    for label in labels {
        if !files.contains(&&label.file) {
            files.push(&label.file);
        }
    }
    files
}

/// The lines of a file that carry labels; `None` when the file was not read.
fn snippet<'a>(
    file: &'a SourcePath,
    labels: &'a [Label],
    snapshot: &'a Snapshot,
) -> Option<Snippet<'a, Annotation<'a>>> {
    let mut marks: Vec<(AnnotationKind, &str, Range<usize>)> = Vec::new();
    let mut text: Cow<'a, str> = Cow::Borrowed("");
    for (at, label) in labels.iter().enumerate().filter(|(_, label)| label.file == *file) {
        let shown = Shown::of(label, snapshot)?;
        let kind = if at == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
        marks.push((kind, &label.text, first_line(&shown.text, shown.span)));
        text = shown.text;
    }
    let lines = lines_around(&text, &marks.iter().map(|(.., span)| span.clone()).collect::<Vec<_>>());
    let line_start = text[..lines.start].matches('\n').count() + 1;
    let mut snippet =
        Snippet::source(cut(text, lines.clone())).line_start(line_start).path(visible_line(file.as_str()));
    for (kind, words, span) in marks {
        let words = (!words.is_empty()).then_some(words);
        let annotation = kind.span(span.start - lines.start..span.end - lines.start).label(words);
        snippet = snippet.annotation(annotation);
    }
    Some(snippet)
}

/// The part of a span in the line it begins in: a whole table underlined helps no one.
fn first_line(text: &str, span: Range<usize>) -> Range<usize> {
    let line = text[span.clone()].split('\n').next().unwrap_or_default();
    span.start..span.start + line.trim_end_matches('\r').len()
}

/// The whole lines from the first of the spans to the last, without the last line end: so that a renderer's
/// work does not grow with the file.
fn lines_around(text: &str, spans: &[Range<usize>]) -> Range<usize> {
    let first = spans.iter().map(|span| span.start).min().unwrap_or(0);
    let last = spans.iter().map(|span| span.end).max().unwrap_or(0);
    let start = text[..first].rfind('\n').map_or(0, |at| at + 1);
    let end = text[last..].find('\n').map_or(text.len(), |at| last + at);
    start..end - usize::from(last < end && text[..end].ends_with('\r'))
}

/// The piece of a text at these byte offsets.
fn cut(text: Cow<'_, str>, range: Range<usize>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[range]),
        Cow::Owned(text) => Cow::Owned(text[range].to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Style, count, render};
    use crate::diagnostic::{Diagnostic, Rule};
    use crate::source::{Entry, Snapshot, SourcePath};

    const ERROR: Rule = Rule::error("unknown-key");
    const WARNING: Rule = Rule::warning("stray-file");

    fn snapshot(files: &[(&str, &[u8])]) -> Snapshot {
        let entry = |&(path, bytes): &(&str, &[u8])| (SourcePath::new(path), Entry::Bytes(Arc::from(bytes)));
        Snapshot { files: files.iter().map(entry).collect() }
    }

    /// A problem at `piece` of a file's text.
    #[track_caller]
    fn check(text: &str, piece: &str, expected: &str) {
        let start = text.trim_start_matches('\u{feff}').find(piece).unwrap();
        let problem = Diagnostic::new(ERROR, &SourcePath::new("x.md"), start..start + piece.len(), "wrong");
        let shown = render(&[problem], &snapshot(&[("x.md", text.as_bytes())]), Style::Plain);
        assert_eq!(shown, expected, "{shown}");
    }

    #[test]
    fn the_form_is_cargos() {
        let file = SourcePath::new("content/incidents/x.md");
        let problem =
            Diagnostic::new(ERROR, &file, 4..9, "unknown key `titel`").help("did you mean `title`?");
        let files = snapshot(&[("content/incidents/x.md", b"+++\ntitel = \"x\"\n+++\n")]);
        let expected = "\
error[unknown-key]: unknown key `titel`
 --> content/incidents/x.md:2:1
  |
2 | titel = \"x\"
  | ^^^^^
  |
  = help: did you mean `title`?

";
        assert_eq!(render(&[problem], &files, Style::Plain), expected);
    }

    #[test]
    fn line_ends_tabs_marks_and_wide_characters_keep_the_carets_in_place() {
        check(
            "a\r\nb wrong\r\nc",
            "wrong",
            "error[unknown-key]: wrong\n --> x.md:2:3\n  |\n2 | b wrong\n  |   ^^^^^\n\n",
        );
        let wide = "\
error[unknown-key]: wrong
 --> x.md:2:5
  |
2 |     漢字    wrong = 1
  |             ^^^^^

";
        check("\u{feff}a\n\t漢字\twrong = 1", "wrong", wide);
        check("", "", "error[unknown-key]: wrong\n --> x.md:1:1\n  |\n1 |\n  | ^\n\n");
    }

    #[test]
    fn of_a_long_span_the_first_line_is_marked() {
        let expected = "error[unknown-key]: wrong\n --> x.md:2:3\n  |\n2 | b wrong\n  |   ^^^^^\n\n";
        check("a\r\nb wrong\r\nc", "wrong\r\nc", expected);
        check("a\nb wrong\nc\n", "wrong\nc\n", expected);
    }

    #[test]
    fn a_long_line_is_cut_around_its_carets() {
        let long = format!("{}wrong{}", "word ".repeat(100), " word".repeat(100));
        let problem = Diagnostic::new(ERROR, &SourcePath::new("x.md"), 500..505, "wrong");
        let shown = render(&[problem], &snapshot(&[("x.md", long.as_bytes())]), Style::Plain);
        let lines: Vec<&str> = shown.lines().collect();
        assert!(lines.iter().all(|line| line.chars().count() <= 130), "{shown}");
        assert_eq!(lines[3].find("wrong"), lines[4].find('^'), "{shown}");
    }

    #[test]
    fn further_places_follow_and_nothing_controls_the_terminal() {
        let files = snapshot(&[("a", b"a\nb\nc\n"), ("b", b"x\ny\n")]);
        let problem = Diagnostic::new(WARNING, &SourcePath::new("a"), 6..6, "odd \x1b[31m")
            .label("here")
            .also(&SourcePath::new("b"), 2..3, "first here")
            .also(&SourcePath::new("a"), 2..3, "and")
            .help("rename \x1b one");
        let absent = Diagnostic::new(ERROR, &SourcePath::new("site.toml"), 0..0, "absent");
        let expected = "\
warning[stray-file]: odd ␛[31m
 --> a:3:2
  |
2 | b
  | - and
3 | c
  |  ^ here
  |
 ::: b:2:1
  |
2 | y
  | - first here
  |
  = help: rename ␛ one

error[unknown-key]: absent
--> site.toml

";
        let shown = render(&[problem, absent], &files, Style::Plain);
        assert_eq!(shown, expected, "{shown}");
    }

    #[test]
    fn a_file_that_is_not_utf8_is_shown_with_replacements() {
        let problem = Diagnostic::new(ERROR, &SourcePath::new("a"), 4..5, "wrong");
        let shown = render(&[problem], &snapshot(&[("a", b"a\nb \xff\xfe x\nc\n")]), Style::Plain);
        assert_eq!(
            shown,
            "error[unknown-key]: wrong\n --> a:2:3\n  |\n2 | b \u{fffd}\u{fffd} x\n  |   ^\n\n"
        );
    }

    #[test]
    fn colours_are_asked_for() {
        let problem = [Diagnostic::new(ERROR, &SourcePath::new("a"), 0..1, "wrong")];
        let files = snapshot(&[("a", b"a\n")]);
        assert!(render(&problem, &files, Style::Coloured).contains('\x1b'));
        assert!(!render(&problem, &files, Style::Plain).contains('\x1b'));
    }

    #[test]
    fn problems_are_counted() {
        let problem = |rule: Rule| Diagnostic::new(rule, &SourcePath::new("a"), 0..0, "");
        assert_eq!(count(&[]), None);
        assert_eq!(count(&[problem(ERROR)]).as_deref(), Some("1 error"));
        assert_eq!(count(&[problem(WARNING), problem(WARNING)]).as_deref(), Some("2 warnings"));
        let both = [problem(ERROR), problem(ERROR), problem(WARNING)];
        assert_eq!(count(&both).as_deref(), Some("2 errors and 1 warning"));
    }
}
