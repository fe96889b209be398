//! Parses a heading's text: `STATUS, TIME`, `Postmortem, TIME` or something else.

use std::ops::Range;

use crate::model::report::{Kind, Status};
use crate::parse::line::is_invisible;
use crate::parse::near::{as_seen, is_misspelled, near};
use crate::parse::text::trimmed;
use crate::time::written;

/// A heading's text, split at the comma or its substitute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct HeadingParts {
    /// All of the text when there is no separator.
    pub(super) name: Range<usize>,
    /// The text after the separator, may be empty.
    pub(super) rest: Option<Range<usize>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HeadingName {
    Status(Status),
    Update,
    Postmortem,
    Unknown,
}

/// A heading's text without the `#`s at both ends and without a comment at its end.
pub(super) fn content(text: &str, line: Range<usize>) -> Range<usize> {
    let line = trimmed(text, line);
    let line = match text[line.clone()].find("<!--") {
        Some(comment) if text[line.clone()].ends_with("-->") => {
            trimmed(text, line.start..line.start + comment)
        }
        _ => line,
    };
    let hashes = text[line.clone()].bytes().take_while(|&byte| byte == b'#').count();
    let line = trimmed(text, line.start + hashes..line.end);
    let opened = text[line.clone()].trim_end_matches('#');
    let is_closed = opened.is_empty() || opened.ends_with([' ', '\t']);
    if is_closed { trimmed(text, line.start..line.start + opened.len()) } else { line }
}

/// Splits at the first comma, dash, `|` or `at`. A hyphen counts when it has a space beside it.
pub(super) fn split(text: &str, content: Range<usize>) -> HeadingParts {
    let written = &text[content.clone()];
    match separator(written) {
        None => HeadingParts { name: content, rest: None },
        Some(separator) => HeadingParts {
            name: trimmed(text, content.start..content.start + separator.start),
            rest: Some(trimmed(text, content.start + separator.end..content.end)),
        },
    }
}

fn separator(written: &str) -> Option<Range<usize>> {
    let sign = written.char_indices().find_map(|(at, c)| {
        let end = at + c.len_utf8();
        let is_separator = match c {
            ',' | '|' | '–' | '—' => true,
            '-' => {
                let space = |c: Option<char>| c.is_none_or(char::is_whitespace);
                space(written[..at].chars().next_back()) || space(written[end..].chars().next())
            }
            _ => false,
        };
        is_separator.then_some(at..end)
    });
    let word = written.as_bytes().windows(4).position(|four| {
        four[0].is_ascii_whitespace()
            && four[1..3].eq_ignore_ascii_case(b"at")
            && four[3].is_ascii_whitespace()
    });
    let word = word.map(|at| at..at + 4);
    match (sign, word) {
        (Some(sign), Some(word)) => Some(if sign.start < word.start { sign } else { word }),
        (sign, word) => sign.or(word),
    }
}

/// Parses the text before the separator; case, spaces, underscores and invisible characters are ignored.
pub(super) fn name(written: &str) -> HeadingName {
    if written.len() > 32 {
        return HeadingName::Unknown;
    }
    let mut plain = [0; 32];
    let mut len = 0;
    for c in written.chars().filter(|c| !c.is_whitespace() && *c != '_' && !is_invisible(*c)) {
        if !c.is_ascii() {
            return HeadingName::Unknown;
        }
        plain[len] = c.to_ascii_lowercase() as u8;
        len += 1;
    }
    match std::str::from_utf8(&plain[..len]).unwrap_or_default() {
        "update" => HeadingName::Update,
        "postmortem" => HeadingName::Postmortem,
        "inprogress" => HeadingName::Status(Status::InProgress),
        plain => {
            let status = Status::ALL.into_iter().find(|status| status.as_str() == plain);
            status.map_or(HeadingName::Unknown, HeadingName::Status)
        }
    }
}

/// Whether the text is a valid status and time.
pub(super) fn reads_as_update(text: &str, content: Range<usize>) -> bool {
    let parts = split(text, content);
    let is_named = matches!(name(&text[parts.name]), HeadingName::Status(_) | HeadingName::Update);
    is_named && parts.rest.is_some_and(|rest| written::is_time(&text[rest]))
}

/// Whether the text names a status or the postmortem, or is a valid update heading. That tells a heading without a
/// space after its `#`s from `#42` and `#hashtag`.
pub(super) fn reads_as_heading(text: &str, content: Range<usize>) -> bool {
    let parts = split(text, content.clone());
    match name(&text[parts.name]) {
        HeadingName::Status(_) | HeadingName::Postmortem => true,
        HeadingName::Update => reads_as_update(text, content),
        HeadingName::Unknown => false,
    }
}

/// The heading of a postmortem that is not public yet.
pub(super) const DRAFT: &str = "# Postmortem, draft";

/// Whether a line says nothing but that the postmortem is a draft, in whatever notation: `**Postmortem (draft)**`.
pub(super) fn reads_as_draft(line: &str) -> bool {
    let letters = letters(line);
    ["postmortemdraft", "draftpostmortem", "draftofpostmortem", "postmortemindraft", "retrospectivedraft"]
        .iter()
        .any(|form| is_misspelled(&letters, form))
}

/// Whether a heading ends with a mark of a draft: `Cause (draft)`, `Cause, WIP`.
pub(super) fn is_of_draft(content: &str) -> bool {
    let last = content.trim_end_matches(|c: char| !c.is_alphanumeric());
    let word = last.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    ["draft", "wip"].iter().any(|mark| word.eq_ignore_ascii_case(mark))
}

/// Whether a line says nothing but that something is a draft: `draft: true`, `**Draft**`.
pub(super) fn says_draft(line: &str) -> bool {
    ["draft", "drafttrue", "draftyes", "statusdraft", "thisisadraft"].contains(&letters(line).as_str())
}

/// The letters that readers see in a line, small: all, or one more than a draft heading may have.
fn letters(line: &str) -> String {
    let mut is_tag = false;
    let mut letters = String::new();
    for c in as_seen(line) {
        is_tag = c == '<' || is_tag && c != '>';
        if !is_tag && c.is_alphabetic() {
            letters.extend(c.to_lowercase());
        }
        if letters.len() > MOST_LETTERS {
            break;
        }
    }
    letters
}

/// The letters of the longest draft heading, and a misspelt one: longer lines need no comparison.
const MOST_LETTERS: usize = "retrospectivedraft".len() + 1;

/// `Resolved, 10:33` for `Resolved 10:33` or `Resolved: 10:33`, which only lack the comma.
pub(super) fn with_comma(written: &str) -> Option<String> {
    let (before, time) = written.split_at(written.find(|c: char| c.is_ascii_digit())?);
    let before = before.trim_end_matches(|c: char| !c.is_alphanumeric());
    let is_known = name(before) != HeadingName::Unknown && written::is_time(time);
    is_known.then(|| format!("{before}, {}", time.trim()))
}

/// The words that headings of this kind of report may begin with.
pub(super) fn words(kind: Kind) -> impl Iterator<Item = &'static str> {
    Status::of(kind).map(Status::word).chain(["Update", "Postmortem"])
}

pub(super) fn near_word(written: &str, kind: Kind) -> Option<&'static str> {
    near(written, words(kind))
}

#[cfg(test)]
mod tests {
    use super::{HeadingName, content, name, reads_as_heading, reads_as_update, split, with_comma};
    use crate::model::report::Status;

    #[track_caller]
    fn check(line: &str, expected_name: &str, expected_rest: Option<&str>) {
        let parts = split(line, content(line, 0..line.len()));
        assert_eq!(
            (&line[parts.name], parts.rest.map(|rest| &line[rest])),
            (expected_name, expected_rest),
            "{line}"
        );
    }

    #[test]
    fn headings_are_split_at_whatever_stands_for_the_comma() {
        check("## Resolved, 2024-04-16 10:33", "Resolved", Some("2024-04-16 10:33"));
        check("## Resolved,10:33", "Resolved", Some("10:33"));
        check("## Resolved - 2024-04-16 10:33 ##", "Resolved", Some("2024-04-16 10:33"));
        check("## Resolved -10:33", "Resolved", Some("10:33"));
        check("## Resolved – 10:33", "Resolved", Some("10:33"));
        check("## Resolved—10:33", "Resolved", Some("10:33"));
        check("##\tIn_Progress | 10:33 MDT", "In_Progress", Some("10:33 MDT"));
        check("## in progress AT 10:33", "in progress", Some("10:33"));
        check("## Resolved, 10:33 <!-- late -->", "Resolved", Some("10:33"));
        check("## Resolved,", "Resolved", Some(""));
        check("## Resolved 10:33", "Resolved 10:33", None);
        check("## Post-mortem", "Post-mortem", None);
        check("## What, at last - us", "What", Some("at last - us"));
        check("# C#", "C#", None);
        check("#", "", None);
        check("## #", "", None);
    }

    #[test]
    fn names_are_read_in_any_case() {
        let check = |written: &str, expected: HeadingName| assert_eq!(name(written), expected, "{written}");
        check("RESOLVED", HeadingName::Status(Status::Resolved));
        check("in_ progress", HeadingName::Status(Status::InProgress));
        check("In progress", HeadingName::Status(Status::InProgress));
        check("post mortem", HeadingName::Postmortem);
        check("\u{200b}Re\u{feff}solved", HeadingName::Status(Status::Resolved));
        check("Reso\u{301}lved", HeadingName::Unknown);
        check("update", HeadingName::Update);
        check("in-progress", HeadingName::Unknown);
        check("", HeadingName::Unknown);
    }

    #[test]
    fn likeness_is_judged() {
        let check = |text: &str, update: bool, heading: bool| {
            let found = (reads_as_update(text, 0..text.len()), reads_as_heading(text, 0..text.len()));
            assert_eq!(found, (update, heading), "{text}");
        };
        check("Resolved, 10:33", true, true);
        check("Update, 10:33", true, true);
        check("Update", false, false);
        check("Resolved", false, true);
        check("Postmortem, draft", false, true);
        check("Resolved, we think", false, true);
        check("Resolved by 10:33", false, false);
        check("42", false, false);
        assert_eq!(with_comma("Resolved\u{ff0c}10:33").as_deref(), Some("Resolved, 10:33"));
        assert_eq!(with_comma("Resolved: 10:33").as_deref(), Some("Resolved, 10:33"));
        assert_eq!(with_comma("Update 2024-04-16 10:33").as_deref(), Some("Update, 2024-04-16 10:33"));
        assert_eq!(with_comma("Step 1"), None);
        assert_eq!(with_comma("Resolved"), None);
    }
}
