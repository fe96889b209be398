//! Finds text that looks like a heading, and constructs that hide one.

use std::ops::Range;

use crate::diagnostic::Diagnostic;
use crate::parse::heading;
use crate::parse::line::is_invisible;
use crate::parse::markdown::{Block, BlockKind};
use crate::parse::text::{lines, trimmed};
use crate::rules;
use crate::source::SourcePath;

/// Text that looks like a heading in a block of an update.
pub(super) fn in_body(path: &SourcePath, text: &str, block: &Block) -> Vec<Diagnostic> {
    let drafts = drafts(path, text, block);
    if !drafts.is_empty() {
        return drafts;
    }
    match block.kind {
        BlockKind::Paragraph => lines(text, block.span.clone())
            .filter_map(|line| in_line(path, text, trimmed(text, line)))
            .collect(),
        BlockKind::Heading(_) => {
            let content = heading::content(text, block.span.clone());
            let span = block.span.clone();
            let is_update = heading::reads_as_update(text, content.clone());
            let update = is_update.then(|| like(path, span.clone(), "an update's heading has two `#`s"));
            let draft = heading::is_of_draft(&text[content]).then(|| {
                let message = "this heading says that its text is a draft, but readers see it";
                let help = format!("write it below `{}`, or word the heading differently", heading::DRAFT);
                Diagnostic::new(rules::HEADING_LIKE_LINE, path, span, message).help(help)
            });
            update.into_iter().chain(draft).collect()
        }
        BlockKind::Fenced if !is_closed(text, &block.span) => {
            swallowed(path, text, &block.span, "code").into_iter().collect()
        }
        BlockKind::Html if text[block.span.end..].trim_start().is_empty() => {
            swallowed(path, text, &block.span, "HTML").into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// Lines that say that the postmortem is a draft, but do not begin it, so that readers would see it.
pub(super) fn drafts(path: &SourcePath, text: &str, block: &Block) -> Vec<Diagnostic> {
    if block.kind == BlockKind::Fenced {
        return Vec::new();
    }
    let lines = lines(text, block.span.clone()).map(|line| trimmed(text, line));
    let like = lines
        .filter(|line| line.len() <= LONGEST_HEADING && heading::reads_as_draft(&text[line.clone()]))
        .filter(|line| !is_item(&text[line.clone()]));
    like.map(|line| {
        let message = format!(
            "`{}` does not begin a postmortem, so readers would see the text below it",
            &text[line.clone()]
        );
        let problem = Diagnostic::new(rules::UNKNOWN_HEADING, path, line, message);
        problem.help(format!("write `{}`", heading::DRAFT))
    })
    .collect()
}

/// Whether a line is a row of a table, or an item of a list that says what is to do: `- Draft the postmortem`.
fn is_item(line: &str) -> bool {
    let words = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let item = words.strip_prefix(['-', '*', '+', '.', ')']).and_then(|rest| rest.strip_prefix(' '));
    let begins_with_draft = |item: &str| item.trim_start().to_ascii_lowercase().starts_with("draft");
    line.starts_with('|') || item.is_some_and(begins_with_draft)
}

/// A mark of a draft in the first line of the postmortem's text.
pub(super) fn draft_mark(path: &SourcePath, text: &str, block: &Block) -> Option<Diagnostic> {
    let line = trimmed(text, lines(text, block.span.clone()).next()?);
    heading::says_draft(&text[line.clone()]).then(|| {
        let message = "this does not keep the postmortem back, so readers would see its draft";
        let help = format!("write `{}` as its heading", heading::DRAFT);
        Diagnostic::new(rules::UNKNOWN_HEADING, path, line, message).help(help)
    })
}

/// Text that looks like an update's heading, or a draft's, in a block of the postmortem.
pub(super) fn in_postmortem(path: &SourcePath, text: &str, block: &Block) -> Option<Diagnostic> {
    if !matches!(block.kind, BlockKind::Heading(_)) {
        return None;
    }
    if let Some(problem) = drafts(path, text, block).pop() {
        return Some(problem);
    }
    heading::reads_as_update(text, heading::content(text, block.span.clone())).then(|| {
        let message = "this heading is in the postmortem, so it is not an update";
        let problem = Diagnostic::new(rules::UPDATE_IN_POSTMORTEM, path, block.span.clone(), message);
        problem.help("move the update above the postmortem, or word the heading differently")
    })
}

/// The longest line that may be a heading, in bytes; real ones are far shorter.
const LONGEST_HEADING: usize = 80;

/// Text that looks like a heading in a line of a paragraph.
fn in_line(path: &SourcePath, text: &str, line: Range<usize>) -> Option<Diagnostic> {
    let written = &text[line.clone()];
    if written.len() > LONGEST_HEADING {
        return None;
    }
    let before = written.find(|c: char| !is_invisible(c) && !c.is_whitespace()).unwrap_or(0);
    let first = written[before..].chars().next()?;
    if matches!(first, '#' | '\u{ff03}') {
        return forgotten(path, text, line.start + before..line.end, &written[..before]);
    }
    let plain = written.trim_matches(['*', '_']);
    let start = line.start + (written.len() - written.trim_start_matches(['*', '_']).len());
    let plain = start..(start + plain.len()).max(start);
    let may_be = first.is_alphabetic() || matches!(first, '*' | '_');
    (may_be && heading::reads_as_update(text, plain)).then(|| like(path, line, "the line is text"))
}

/// A heading that Markdown reads as text, because of what stands behind or `before` its `#`s.
fn forgotten(path: &SourcePath, text: &str, line: Range<usize>, before: &str) -> Option<Diagnostic> {
    let written = &text[line.clone()];
    let hashes = written.chars().take_while(|c| matches!(c, '#' | '\u{ff03}')).count();
    let content = written.trim_start_matches(['#', '\u{ff03}']);
    let content = heading::content(text, line.end - content.len()..line.end);
    if !heading::reads_as_heading(text, content.clone()) {
        return None;
    }
    let why = match before {
        _ if before.contains(is_invisible) => "there is an invisible character before its `#`",
        _ if written.trim_start_matches('#').starts_with([' ', '\t']) => "it does not begin its line",
        _ if written.starts_with('\u{ff03}') => "its `\u{ff03}` is not `#`",
        _ => "there is no space after its `#`",
    };
    let message = format!("`{written}` is not a heading: {why}");
    let visible: String = text[content].chars().filter(|c| !is_invisible(*c)).collect();
    let help = format!("write `{} {}`", "#".repeat(hashes), visible.trim());
    Some(Diagnostic::new(rules::FORGOTTEN_HEADING, path, line, message).help(help))
}

/// The warning about text that reads as an update's heading.
fn like(path: &SourcePath, span: Range<usize>, why: &str) -> Diagnostic {
    let message = format!("this reads like an update, but {why}");
    let help = "begin an update's heading with `## `, or word the line differently";
    Diagnostic::new(rules::HEADING_LIKE_LINE, path, span, message).help(help)
}

/// Whether fenced code has a closing fence.
fn is_closed(text: &str, code: &Range<usize>) -> bool {
    let written = &text[code.clone()];
    let fence = written.chars().next();
    let last = written.lines().skip(1).last().map(str::trim);
    last.is_some_and(|last| last.len() >= 3 && last.chars().all(|c| Some(c) == fence))
}

/// The warning about code or HTML that reaches to the end of the file and contains a heading.
fn swallowed(path: &SourcePath, text: &str, block: &Range<usize>, what: &str) -> Option<Diagnostic> {
    let mut all = lines(text, block.clone());
    let opening = trimmed(text, all.next()?);
    let heading = all.find(|line| {
        let is_marked = text[line.clone()].trim_start().starts_with('#');
        is_marked && heading::reads_as_heading(text, heading::content(text, line.clone()))
    })?;
    let message = format!("this {what} is never closed, so the heading below is a part of it");
    let problem = Diagnostic::new(rules::UNCLOSED_CODE, path, opening, message);
    Some(
        problem
            .also(path, heading, "this is not a heading")
            .help(format!("close the {what} above the heading")),
    )
}
