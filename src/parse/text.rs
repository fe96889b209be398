//! Decodes text, and splits it into lines.

use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::rules;
use crate::source::SourcePath;

/// Written by some editors before UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The longest text, in bytes: nobody writes more, and each page with it would be as long.
pub const LARGEST: usize = 10_000_000;

/// The problem of a file that is too long.
pub fn too_large(path: &SourcePath) -> Diagnostic {
    let message = format!("this file has more than {} MB, and a text may not", LARGEST / 1_000_000);
    let problem = Diagnostic::new(rules::TOO_LARGE, path, 0..0, message);
    problem.help("split it, or remove what was pasted in")
}

/// The file's text without a byte order mark. Errors: too long, not UTF-8 (positions count after the mark), or an
/// unresolved merge conflict.
pub(super) fn decode(path: &SourcePath, bytes: &[u8]) -> Result<Arc<str>, Diagnostic> {
    if bytes.len() > LARGEST {
        return Err(too_large(path));
    }
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let span = at..at + error.error_len().unwrap_or(bytes.len() - at);
        let is_utf16 = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
        let message = if is_utf16 { "this file is UTF-16, not UTF-8" } else { "this file is not UTF-8" };
        Diagnostic::new(rules::NOT_UTF8, path, span, message).help("save it again with the encoding UTF-8")
    })?;
    if let Some(mark) = merge_mark(text) {
        let message = "this file holds a merge conflict";
        let help = "keep one of the two sides, and remove the lines `<<<<<<<`, `=======` and `>>>>>>>`";
        return Err(Diagnostic::new(rules::MERGE_CONFLICT, path, mark, message).help(help));
    }
    Ok(Arc::from(text))
}

/// The first line that git left in a merge conflict. Code blocks show such lines as examples, and `=======` below a line of
/// text is a heading of Markdown.
fn merge_mark(text: &str) -> Option<Range<usize>> {
    if !["<<<<<<<", "|||||||", "=======", ">>>>>>>"].iter().any(|mark| text.contains(mark)) {
        return None;
    }
    let (mut fence, mut above) = ("", "");
    lines(text, 0..text.len()).find(|line| {
        let written = &text[line.clone()];
        let own = fence_of(written);
        let is_code = !fence.is_empty();
        if !is_code {
            fence = own;
        } else if own.starts_with(fence) && written.trim() == own {
            fence = "";
        }
        let is_heading = !above.trim().is_empty() && !above.starts_with('#');
        above = written;
        !is_code && is_merge_mark(written) && !(written.starts_with('=') && is_heading)
    })
}

/// The backticks or tildes that open or close fenced code; else empty.
fn fence_of(line: &str) -> &str {
    let line = line.trim_start();
    let length = |mark| line.len() - line.trim_start_matches(mark).len();
    let length = length('`').max(length('~'));
    if length >= 3 { &line[..length] } else { "" }
}

/// Whether the line is one of the four that git writes: a sign seven times, and behind three of them a name.
fn is_merge_mark(line: &str) -> bool {
    let line = line.trim_end();
    let named = |sign: &str| line.strip_prefix(sign).and_then(|rest| rest.strip_prefix(' '));
    line == "======="
        || ["<<<<<<<", ">>>>>>>"].iter().any(|sign| line == *sign || named(sign).is_some())
        || named("|||||||").is_some_and(|name| !name.contains('|'))
}

/// The end of the line that begins at `start`, without and with its line end. Lines end as in Markdown.
pub(super) fn line_end(text: &str, start: usize) -> (usize, usize) {
    let bytes = text.as_bytes();
    let end = bytes[start..].iter().position(|byte| matches!(byte, b'\n' | b'\r'));
    let end = end.map_or(text.len(), |at| start + at);
    let next = match (bytes.get(end), bytes.get(end + 1)) {
        (None, _) => end,
        (Some(b'\r'), Some(b'\n')) => end + 2,
        _ => end + 1,
    };
    (end, next)
}

/// The lines in `range`, without line ends.
pub(super) fn lines(text: &str, range: Range<usize>) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut start = range.start;
    std::iter::from_fn(move || {
        if start >= range.end {
            return None;
        }
        let (end, next) = line_end(text, start);
        let line = start..end.min(range.end);
        start = next;
        Some(line)
    })
}

/// The line that holds byte `at`, without its line end.
pub(super) fn line_at(text: &str, at: usize) -> Range<usize> {
    let start = text[..at].rfind(['\n', '\r']).map_or(0, |end| end + 1);
    start..line_end(text, start).0
}

/// `range` without surrounding white space; an empty span at its start when nothing remains.
pub(super) fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let part = &text[range.clone()];
    let start = range.start + (part.len() - part.trim_start().len());
    let end = start.max(range.start + part.trim_end().len());
    if start == range.end { range.start..range.start } else { start..end }
}

/// The span clamped to the text and extended to character boundaries.
pub(super) fn on_boundaries(text: &str, span: Range<usize>) -> Range<usize> {
    let start = text.floor_char_boundary(span.start);
    let end = text.ceil_char_boundary(span.end.max(span.start));
    start..end
}

#[cfg(test)]
mod tests {
    use super::{decode, lines, trimmed};
    use crate::source::SourcePath;

    #[test]
    fn only_utf8_is_text() {
        let path = SourcePath::new("x.md");
        let check = |bytes: &[u8], expected: Result<&str, (&str, std::ops::Range<usize>)>| {
            let found = decode(&path, bytes);
            let found =
                found.as_deref().map_err(|problem| (&*problem.message, problem.labels[0].span.clone()));
            assert_eq!(found, expected, "{bytes:?}");
        };
        check(b"", Ok(""));
        check("é".as_bytes(), Ok("é"));
        check(b"\xef\xbb\xbf+++\r\n", Ok("+++\r\n"));
        check(b"ab\xffcd", Err(("this file is not UTF-8", 2..3)));
        check(b"\xef\xbb\xbfab\xc3", Err(("this file is not UTF-8", 2..3)));
        check(b"\xff\xfea\0", Err(("this file is UTF-16, not UTF-8", 0..1)));
    }

    #[test]
    fn a_merge_that_is_not_done_is_no_text() {
        let path = SourcePath::new("x.md");
        let place =
            |text: &str| decode(&path, text.as_bytes()).err().map(|problem| problem.labels[0].span.clone());
        let conflict = "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> other\n";
        assert_eq!(place(&format!("x\r\n{conflict}")), Some(3..15));
        assert_eq!(place(&conflict.replace('\n', "\r\n")), Some(0..12));
        for (half, at) in [
            ("<<<<<<< HEAD\na\n", 0..12),
            ("a\n\n=======\nb\n>>>>>>> x\n", 3..10),
            ("a\n=======\nb\n>>>>>>> 1c0ffee (Word it)\n", 12..37),
            ("a\n\n=======\n", 3..10),
            ("# a\n=======\n", 4..11),
            ("a\n||||||| 1c0ffee\n", 2..17),
            ("```\na\n```\n>>>>>>> x", 10..19),
            ("````\n```\n````\n>>>>>>>", 14..21),
        ] {
            assert_eq!(place(half), Some(at), "{half}");
        }
        for text in [
            &format!("```\n{conflict}```\n"),
            &format!("~~~~ text\n```\n~~~\n{conflict}~~~~\n"),
            "a\n=======\n",
            "a\n\n======\n\n========\n",
            " <<<<<<< a\n",
            "<<<<<<<<< a\n>>>>>> a\n>>>>>>>a\n>>>>>>>> a\n",
            "| a |\n|||||||\n||||||| |\n",
        ] {
            assert_eq!(place(text), None, "{text}");
        }
    }

    #[test]
    fn lines_end_as_their_author_ended_them() {
        let text = "a\r\nbc\n\rd";
        let found: Vec<&str> = lines(text, 0..text.len()).map(|line| &text[line]).collect();
        assert_eq!(found, ["a", "bc", "", "d"]);
        assert_eq!(lines(text, 3..4).next(), Some(3..4));
        assert_eq!(lines("", 0..0).count(), 0);
    }

    /// Searching the next line feed from each line would take hours.
    #[test]
    fn lines_that_end_with_carriage_returns_are_read_once() {
        let text = "a\r".repeat(2_000_000);
        assert_eq!(lines(&text, 0..text.len()).count(), 2_000_000);
    }

    #[test]
    fn trimming_keeps_the_place() {
        assert_eq!(trimmed("x  é y ", 1..7), 3..7);
        assert_eq!(trimmed("  ", 0..2), 0..0);
    }
}
