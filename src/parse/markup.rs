//! Problems of the HTML and images in a file's Markdown.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::diagnostic::Diagnostic;
use crate::parse::heading;
use crate::parse::markdown::{self, HtmlProblem, Scan, TagProblem};
use crate::parse::text::{lines, trimmed};
use crate::rules;
use crate::source::SourcePath;

/// A text that is shown on its own, and the heading after it.
pub(super) struct Section {
    pub(super) body: Range<usize>,
    pub(super) next: Option<Range<usize>>,
}

pub(super) fn problems(path: &SourcePath, text: &str, sections: &[Section]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut reported: BTreeMap<&str, usize> = BTreeMap::new();
    for section in sections {
        for problem in markdown::problems(text, section.body.clone()) {
            match problem {
                HtmlProblem::Unbalanced(fault, name, span) => {
                    // The end tag of a reported start tag is not reported too.
                    let reported = reported.entry(name).or_default();
                    match (fault, &*reported) {
                        (TagProblem::NotOpened, 1..) => *reported -= 1,
                        (TagProblem::NotOpened, 0) => {
                            found.push(unbalanced(path, fault, name, span, section))
                        }
                        _ => {
                            *reported += 1;
                            found.push(unbalanced(path, fault, name, span, section));
                        }
                    }
                }
                HtmlProblem::InDetails(span) => found.extend(heading_in_details(path, text, span)),
                HtmlProblem::Unsupported(name, span) => found.push(unsupported(path, &name, span)),
                HtmlProblem::Attribute(name, span) => found.push(attribute(path, &name, span)),
            }
        }
    }
    found
}

/// The errors about comments that are not closed, and about text that only reads like a comment.
pub(super) fn comments(path: &SourcePath, scan: &Scan) -> impl Iterator<Item = Diagnostic> {
    let problem = |span: &Range<usize>, message: &str, help: &str| {
        Diagnostic::new(rules::UNCLOSED_COMMENT, path, span.clone(), message).help(help)
    };
    let unclosed = scan.unclosed_comments.iter().map(move |span| {
        let help =
            "write `-->` at its end, without a blank line in between unless the comment begins its line";
        problem(span, "this comment is not closed", help)
    });
    let visible = scan.visible_comments.iter().map(move |span| {
        let help = "write `<!-- words -->` at the beginning of a line; put code between backticks";
        problem(span, "this reads like a comment, but readers would see it", help)
    });
    unclosed.chain(visible)
}

pub(super) fn without_alt_text(path: &SourcePath, span: &Range<usize>) -> Diagnostic {
    let message = "this image has no alternative text";
    let problem = Diagnostic::new(rules::MISSING_ALT_TEXT, path, span.clone(), message);
    problem.help("describe the image between the brackets of `![…](…)`, or in `alt`")
}

pub(super) fn nested_too_deep(path: &SourcePath, text: &str, body: Range<usize>) -> Option<Diagnostic> {
    let line = markdown::too_deep(text, body)?;
    let message = format!("lists and quotes are nested more than {} levels deep here", markdown::DEEPEST);
    let problem = Diagnostic::new(rules::NESTED_TOO_DEEP, path, line, message);
    Some(problem.help("remove some of the `>`, `-` or numbers, or indent the list less"))
}

fn unbalanced(
    path: &SourcePath,
    fault: TagProblem,
    name: &str,
    span: Range<usize>,
    section: &Section,
) -> Diagnostic {
    if let (TagProblem::LeftOpen, "details", Some(next)) = (fault, name, &section.next) {
        let message = "this `<details>` is still open at the heading below";
        return Diagnostic::new(rules::HEADING_IN_DETAILS, path, span, message)
            .also(path, next.clone(), "the heading")
            .help("write `</details>` above the heading");
    }
    let (message, help) = match (fault, name) {
        (TagProblem::NotClosed | TagProblem::LeftOpen, _) => (
            format!("`<{name}>` is not closed in its paragraph, list item or section"),
            format!("write `</{name}>` where it ends"),
        ),
        (TagProblem::NotOpened, _) => (
            format!("`</{name}>` ends nothing: no `<{name}>` is open here"),
            format!("remove it, or write `<{name}>` where it begins"),
        ),
        (TagProblem::Misplaced, "summary") => {
            ("`<summary>` is outside `<details>`".to_owned(), "write it right inside `<details>`".to_owned())
        }
        (TagProblem::Misplaced, _) => (
            format!("`<{name}>` cannot stand inside a heading, a link, emphasis or a summary"),
            "write it on a line of its own".to_owned(),
        ),
    };
    Diagnostic::new(rules::UNBALANCED_HTML, path, span, message).help(help)
}

/// A line that reads as an update's heading but is text, since HTML reaches to the next empty line.
fn heading_in_details(path: &SourcePath, text: &str, span: Range<usize>) -> Option<Diagnostic> {
    let is_heading = |line: &Range<usize>| {
        let is_marked = text[line.clone()].starts_with('#');
        is_marked && heading::reads_as_heading(text, heading::content(text, line.clone()))
    };
    let line = lines(text, span).map(|line| trimmed(text, line)).find(is_heading)?;
    let message = "this heading is inside `<details>`, so it is text";
    let problem = Diagnostic::new(rules::HEADING_IN_DETAILS, path, line, message);
    Some(problem.help("write `</details>` above the heading"))
}

fn unsupported(path: &SourcePath, name: &str, span: Range<usize>) -> Diagnostic {
    let message = match name {
        "" => "this HTML shows as text".to_owned(),
        name => format!("the HTML element `{name}` shows as text"),
    };
    let problem = Diagnostic::new(rules::UNSUPPORTED_HTML, path, span, message);
    problem.help("write it in Markdown, or set `raw_html = true` in `[markdown]` of site.toml")
}

fn attribute(path: &SourcePath, name: &str, span: Range<usize>) -> Diagnostic {
    let message = format!("the attribute `{name}` is left out");
    let problem = Diagnostic::new(rules::UNSUPPORTED_HTML, path, span, message);
    problem.help("remove it, or set `raw_html = true` in `[markdown]` of site.toml")
}

#[cfg(test)]
mod tests {
    use crate::model::report::Kind;
    use crate::parse;
    use crate::source::SourcePath;

    #[track_caller]
    fn check(body: &str, expected: &[(&str, &str)]) {
        let text = format!(
            "+++\ntitle = \"x\"\n+++\n\n## Investigating, 2024-04-16 10:03\n\n{body}\n\n## Resolved, 10:33\n\nx\n"
        );
        let draft =
            parse::report(&SourcePath::new("content/incidents/x.md"), text.as_bytes(), Kind::Incident)
                .unwrap();
        let found: Vec<(&str, &str)> = draft
            .problems
            .iter()
            .map(|problem| (problem.rule, draft.text[problem.labels[0].span.clone()].trim()))
            .collect();
        assert_eq!(found, expected, "{body}");
    }

    #[test]
    fn what_github_pastes_is_fine() {
        check("<details>\n<summary>a <kbd>b</kbd></summary>\n\n- c<br>\n\n</details>", &[]);
        check("H<sub>2</sub>O <del>x</del>\n\n<img width=\"1\" height=\"2\" alt=\"a\" src=\"a.png\" />", &[]);
        check("| a |\n|---|\n| <details><summary>b</summary>c</details> |", &[]);
        check("`<b>` \\<i> <https://e.example>\n\n    <div>", &[]);
    }

    #[test]
    fn elements_begin_and_end_in_one_place() {
        check("<sub>a", &[("unbalanced-html", "<sub>")]);
        check("a</sub>", &[("unbalanced-html", "</sub>")]);
        check("<sub>a *b</sub>*", &[("unbalanced-html", "<sub>")]);
        check("<summary>a</summary>", &[("unbalanced-html", "<summary>")]);
        check("[a <details>b</details>](https://e.example)", &[("unbalanced-html", "<details>")]);
        check("- <details>\n\n</details>", &[("unbalanced-html", "<details>")]);
    }

    #[test]
    fn no_heading_of_an_update_stands_in_details() {
        check("<details>\n\n## Monitoring, 10:10\n\n</details>", &[("heading-in-details", "<details>")]);
        check(
            "<details>\n## Monitoring, 10:10\n</details>",
            &[("heading-in-details", "## Monitoring, 10:10")],
        );
        check("<details>\n### Log\n</details>", &[]);
    }

    #[test]
    fn other_html_is_said_to_be_text_once() {
        check("<b>a</b> <b>c</b> </i>", &[("unsupported-html", "<b>"), ("unsupported-html", "</i>")]);
        check(
            "<br class=x> <details open></details>",
            &[("unsupported-html", "<br class=x>"), ("unsupported-html", "<details open>")],
        );
        check("<img alt=\"x\">", &[("unsupported-html", "<img alt=\"x\">")]);
        check("<!-- <b> -->\n\na <!-- <sub> -->", &[]);
    }

    #[test]
    fn images_are_to_be_described() {
        check("![](a.png) ![b](b.png)", &[("missing-alt-text", "![](a.png)")]);
        check(
            "<img src=\"a.png\"> <img src=\"b.png\" alt=\"\">",
            &[("missing-alt-text", "<img src=\"a.png\">")],
        );
    }
}
