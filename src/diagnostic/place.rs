//! Lines and columns of places in files, as people and their tools count them.

use std::borrow::Cow;
use std::ops::Range;

use crate::diagnostic::Label;
use crate::source::{Snapshot, SourcePath};

/// A place in a file: lines and columns from 1, columns in characters; the end is the first place that is not
/// in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The line it begins in.
    pub line: usize,
    /// The column it begins at.
    pub column: usize,
    /// The line it ends in.
    pub end_line: usize,
    /// The column after its last character.
    pub end_column: usize,
}

impl Place {
    /// Where a label stands; `None` when its file was not read.
    pub fn of(label: &Label, snapshot: &Snapshot) -> Option<Self> {
        let shown = Shown::of(label, snapshot)?;
        let (line, column) = line_column(&shown.text, shown.span.start);
        let (end_line, end_column) = line_column(&shown.text, shown.span.end);
        Some(Self { line, column, end_line, end_column })
    }
}

/// The line and column, both from 1, of a byte offset into `text`. Columns count characters; a line ends with
/// `\n`. An offset inside a character is that character's, one behind the text its end.
pub fn line_column(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..text.floor_char_boundary(offset)];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
    (line, before[line_start..].chars().count() + 1)
}

/// A label's file as it can be shown, without a byte order mark, and the label's span in that text.
pub(super) struct Shown<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) span: Range<usize>,
}

impl<'a> Shown<'a> {
    /// `None` when the file was not read.
    pub(super) fn of(label: &Label, snapshot: &'a Snapshot) -> Option<Self> {
        let text = text(&label.file, snapshot)?;
        let span = match &text {
            Cow::Borrowed(_) => label.span.clone(),
            Cow::Owned(_) => lossy_span(bytes(&label.file, snapshot)?, &label.span),
        };
        let span = settled(&text, span);
        Some(Self { text, span })
    }
}

/// The span moved to character boundaries; a point behind the last line end belongs to the last line.
fn settled(text: &str, span: Range<usize>) -> Range<usize> {
    let last_line = text.strip_suffix('\n').map_or(text, |text| text.strip_suffix('\r').unwrap_or(text));
    let start = match span.start >= text.len() {
        true => last_line.len(),
        false => text.floor_char_boundary(span.start),
    };
    let end = match span.is_empty() {
        true => start,
        false => text.ceil_char_boundary(span.end),
    };
    start..end.max(start)
}

/// A file's text without a byte order mark; what is not UTF-8 in it is replaced by `U+FFFD`.
fn text<'a>(file: &SourcePath, snapshot: &'a Snapshot) -> Option<Cow<'a, str>> {
    bytes(file, snapshot).map(String::from_utf8_lossy)
}

/// A file's bytes without a byte order mark, as spans count them.
fn bytes<'a>(file: &SourcePath, snapshot: &'a Snapshot) -> Option<&'a [u8]> {
    let bytes: &[u8] = snapshot.bytes(file)?;
    Some(bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes))
}

/// A span of a file that is not UTF-8, moved to the same place of its text with replacements.
fn lossy_span(bytes: &[u8], span: &Range<usize>) -> Range<usize> {
    let moved = |offset: usize| String::from_utf8_lossy(&bytes[..offset.min(bytes.len())]).len();
    moved(span.start)..moved(span.end)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Place, line_column};
    use crate::diagnostic::Label;
    use crate::source::{Entry, Snapshot, SourcePath};

    #[test]
    fn lines_and_columns_count_from_one_in_characters() {
        let text = "a\r\nbü漢x\n\nend";
        let at = |piece: &str| line_column(text, text.find(piece).unwrap());
        assert_eq!(line_column(text, 0), (1, 1));
        assert_eq!(at("b"), (2, 1));
        assert_eq!(at("漢"), (2, 3));
        assert_eq!(at("x"), (2, 4));
        assert_eq!(at("end"), (4, 1));
        assert_eq!(line_column(text, text.len()), (4, 4));
        assert_eq!(line_column(text, 999), (4, 4));
        assert_eq!(line_column("", 0), (1, 1));
        assert_eq!(line_column("ü", 1), (1, 1));
    }

    #[test]
    fn spans_count_behind_a_byte_order_mark_and_over_broken_bytes() {
        let check = |bytes: &[u8], span: std::ops::Range<usize>, expected: (usize, usize, usize, usize)| {
            let file = SourcePath::new("x.md");
            let mut snapshot = Snapshot::default();
            snapshot.files.insert(file.clone(), Entry::Bytes(Arc::from(bytes)));
            let place = Place::of(&Label { file, span, text: String::new() }, &snapshot).unwrap();
            assert_eq!((place.line, place.column, place.end_line, place.end_column), expected);
        };
        check("\u{feff}ab\ncd".as_bytes(), 3..5, (2, 1, 2, 3));
        check(b"ab\n\xff\xffcd", 5..6, (2, 3, 2, 4));
        check(b"\xef\xbb\xbfab\n\xffcd", 3..4, (2, 1, 2, 2));
        check(b"ab\n\xffcd", 99..99, (2, 4, 2, 4));
    }

    #[test]
    fn a_file_that_was_not_read_has_no_place() {
        let label = Label { file: SourcePath::new("site.toml"), span: 0..0, text: String::new() };
        assert_eq!(Place::of(&label, &Snapshot::default()), None);
    }
}
