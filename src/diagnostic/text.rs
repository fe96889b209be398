//! Diagnostics as text for people, in the form of cargo's.
//!
//! Invariant: `annotate-snippets` is named nowhere else.

use std::ops::Range;

use annotate_snippets::{
    AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet, normalize_untrusted_str,
};

use super::place::Places;
use crate::diagnostic::secrets::masked_in_place;
use crate::diagnostic::visible::visible_line;
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::source::{Snapshot, SourcePath};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    Plain,
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
    let (mut places, mut text) = (Places::new(snapshot), String::new());
    for problem in problems {
        let mut cuts = Vec::new();
        let shown = renderer.render(&[group(problem, &mut places, &mut cuts)]);
        text.push_str(
            &cuts.iter().fold(shown, |shown, cut| shown.replacen(&cut.counted, &cut.true_place, 1)),
        );
        text.push_str("\n\n");
    }
    text
}

/// A place in a line whose beginning was cut: the renderer counts columns in what is left.
struct Cut {
    counted: String,
    true_place: String,
}

/// How many there are of each severity: `2 errors, 1 warning and 1 hint`; `None` when there are none.
pub fn count(problems: &[Diagnostic]) -> Option<String> {
    let words = |severity: Severity| {
        let count = problems.iter().filter(|problem| problem.severity == severity).count();
        let plural = if count == 1 { "" } else { "s" };
        (count > 0).then(|| format!("{count} {}{plural}", severity.as_str()))
    };
    let severities = [Severity::Error, Severity::Warning, Severity::Hint];
    let counted: Vec<String> = severities.into_iter().filter_map(words).collect();
    let (last, rest) = counted.split_last()?;
    Some(if rest.is_empty() { last.clone() } else { format!("{} and {last}", rest.join(", ")) })
}

/// One problem: its title, the lines its labels mark file by file, its help.
fn group<'a>(problem: &'a Diagnostic, places: &mut Places<'_>, cuts: &mut Vec<Cut>) -> Group<'a> {
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Hint => Level::NOTE.with_name("hint"),
    };
    let mut group =
        Group::with_title(level.primary_title(problem.message.replace('\n', "\\n")).id(problem.rule));
    for file in files(&problem.labels) {
        let labels = problem.labels.iter().enumerate().filter(|(_, label)| label.file == *file);
        let labels: Vec<(usize, &Label)> = labels.collect();
        for near in labels.chunk_by(|(_, one), (_, other)| stand_near(&one.span, &other.span)) {
            group = group.element(snippet(file, near, places, cuts));
        }
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

/// Whether two places of a file are shown as one piece: what lies between them is read, though it may not be shown.
fn stand_near(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start.abs_diff(other.start) <= 4096
}

/// The lines of a file that carry these labels, each with its position among the problem's; the bare path when the file was
/// not read.
fn snippet<'a>(
    file: &'a SourcePath,
    labels: &[(usize, &'a Label)],
    places: &mut Places<'_>,
    cuts: &mut Vec<Cut>,
) -> Element<'a> {
    let mut marks: Vec<(AnnotationKind, &str, Range<usize>)> = Vec::new();
    for &(at, label) in labels {
        let Some((shown, span)) = places.shown(label) else {
            return Origin::path(visible_line(file.as_str())).into();
        };
        let kind = if at == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
        marks.push((kind, &label.text, first_line(&shown.text, span)));
    }
    let Some((shown, _)) = places.shown(labels[0].1) else {
        return Origin::path(visible_line(file.as_str())).into();
    };
    let lines = lines_around(&shown.text, &marks.iter().map(|(.., span)| span.clone()).collect::<Vec<_>>());
    let (line_start, cut) = shown.line_column(lines.start);
    if let (line, column) = shown.line_column(marks[0].2.start)
        && line == line_start
        && cut > 1
    {
        let place = |column| format!("{}:{line}:{column}", visible_line(file.as_str()));
        cuts.push(Cut { counted: place(column + 1 - cut), true_place: place(column) });
    }
    let source = masked_in_place(&shown.text[lines.clone()]);
    let mut snippet = Snippet::source(source).line_start(line_start).path(visible_line(file.as_str()));
    for (kind, words, span) in marks {
        let words = (!words.is_empty()).then_some(words);
        let annotation = kind.span(span.start - lines.start..span.end - lines.start).label(words);
        snippet = snippet.annotation(annotation);
    }
    snippet.into()
}

/// Bytes of a line that are shown at most on either side of what is marked, and of that: several times [`WIDTH`] in any
/// script.
const MARGIN: usize = 1024;

/// The part of a span in the line it begins in, as far as it is shown: a whole table underlined helps no one.
fn first_line(text: &str, span: Range<usize>) -> Range<usize> {
    let end = text.floor_char_boundary(span.end.min(span.start + MARGIN));
    let line = text[span.start..end].split('\n').next().unwrap_or_default();
    span.start..span.start + line.trim_end_matches('\r').len()
}

/// The lines from the first of the spans to the last, without the last line end, long ones cut: so that a renderer's work
/// does not grow with the file.
fn lines_around(text: &str, spans: &[Range<usize>]) -> Range<usize> {
    let first = spans.iter().map(|span| span.start).min().unwrap_or(0);
    let last = spans.iter().map(|span| span.end).max().unwrap_or(0);
    let least = text.ceil_char_boundary(first.saturating_sub(MARGIN));
    let most = text.floor_char_boundary(last + MARGIN);
    let start = text[least..first].rfind('\n').map_or(least, |at| least + at + 1);
    let end = text[last..most].find('\n').map_or(most, |at| last + at);
    start..end - usize::from(last < end && text[..end].ends_with('\r'))
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
    fn a_very_long_line_is_cut_before_it_is_rendered() {
        let check = |before: usize, after: usize, end: &str| {
            let long = format!("x\n{}wrong{}{end}", "wörd ".repeat(before), " word".repeat(after));
            let at = 2 + before * 6;
            let problem = Diagnostic::new(ERROR, &SourcePath::new("x.md"), at..at + 5, "wrong");
            render(&[problem], &snapshot(&[("x.md", long.as_bytes())]), Style::Plain)
        };
        let expected = check(1_000, 1_000, "").replace("2:5001", "2:50001");
        assert_eq!(check(10_000, 10_000, "\nx"), expected);
        assert!(expected.contains("--> x.md:2:50001\n"), "{expected}");
        assert_eq!(check(10_000, 0, "\r\nx"), check(1_000, 0, "").replace("2:5001", "2:50001"));
    }

    /// Rendering the whole line for each problem would take hours.
    #[test]
    fn many_problems_on_one_line_are_rendered_in_linear_time() {
        let text = "wrong ".repeat(200_000);
        let file = SourcePath::new("x.md");
        let problems = (0..2_000).map(|at| {
            let span = at * 600..at * 600 + 5;
            Diagnostic::new(ERROR, &file, span.clone(), "wrong").also(
                &file,
                1_200_000 - 6 - span.start..1_199_999,
                "here",
            )
        });
        let problems: Vec<Diagnostic> = problems.collect();
        let shown = render(&problems, &snapshot(&[("x.md", text.as_bytes())]), Style::Plain);
        assert!(shown.len() < 2_000 * 1_000, "{}", &shown[..2_000]);
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
