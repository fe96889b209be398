//! Lines and columns of places in files, as people and their tools count them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use crate::diagnostic::Label;
use crate::source::{Entry, Snapshot, SourcePath};

/// A place in a file: lines and columns from 1, columns in characters; the end is the first place that is not
/// in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub line: usize,
    pub column: usize,
    pub end_line: usize,
    pub end_column: usize,
}

/// How many bytes of a file lie between two offsets whose line and column are kept.
const STEP: usize = 512;

/// Finds places in the files of a snapshot. Takes O(n) once for each file, and O(1) for each label.
pub(super) struct Places<'a> {
    snapshot: &'a Snapshot,
    files: BTreeMap<SourcePath, Option<File<'a>>>,
}

impl<'a> Places<'a> {
    pub(super) fn new(snapshot: &'a Snapshot) -> Self {
        Self { snapshot, files: BTreeMap::new() }
    }

    /// Where a label stands; `None` when its file was not read.
    pub(super) fn of(&mut self, label: &Label) -> Option<Place> {
        let (file, span) = self.shown(label)?;
        let (line, column) = file.line_column(span.start);
        let (end_line, end_column) = file.line_column(span.end);
        Some(Place { line, column, end_line, end_column })
    }

    /// A label's file, and the label's span in its text; `None` when the file was not read.
    pub(super) fn shown(&mut self, label: &Label) -> Option<(&File<'a>, Range<usize>)> {
        let read = || bytes(&label.file, self.snapshot).map(File::new);
        let file = self.files.entry(label.file.clone()).or_insert_with(read).as_ref()?;
        let span = match &file.text {
            Cow::Borrowed(_) => label.span.clone(),
            Cow::Owned(_) => lossy_span(file.bytes, &label.span),
        };
        Some((file, settled(&file.text, span)))
    }
}

/// A file as it can be shown, without a byte order mark; what is not UTF-8 in it is replaced by `U+FFFD`.
pub(super) struct File<'a> {
    pub(super) text: Cow<'a, str>,
    bytes: &'a [u8],
    /// The line and column of the character at every so many bytes.
    marks: Vec<(usize, usize)>,
}

impl<'a> File<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let (mut marks, mut place) = (Vec::with_capacity(text.len() / STEP + 1), (1, 1));
        for (at, c) in text.char_indices() {
            if marks.len() * STEP < at + c.len_utf8() {
                marks.push(place);
            }
            place = behind(place, c);
        }
        Self { text, bytes, marks }
    }

    /// The line and column, both from 1, of a byte offset. Columns count characters; a line ends with `\n`. An offset inside
    /// a character is that character's, one behind the text its end.
    pub(super) fn line_column(&self, offset: usize) -> (usize, usize) {
        let offset = self.text.floor_char_boundary(offset);
        let mark = (offset / STEP).min(self.marks.len().saturating_sub(1));
        let start = self.text.floor_char_boundary(mark * STEP);
        let place = self.marks.get(mark).copied().unwrap_or((1, 1));
        self.text[start..offset].chars().fold(place, behind)
    }
}

fn behind((line, column): (usize, usize), c: char) -> (usize, usize) {
    if c == '\n' { (line + 1, 1) } else { (line, column + 1) }
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

/// A file's bytes without a byte order mark, as spans count them.
fn bytes<'a>(file: &SourcePath, snapshot: &'a Snapshot) -> Option<&'a [u8]> {
    let bytes: &[u8] = match snapshot.files.get(file)? {
        Entry::Bytes(bytes) | Entry::Text(_, bytes) => bytes,
        Entry::File(_) => return None,
    };
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

    use super::{File, Places};
    use crate::diagnostic::Label;
    use crate::source::{Entry, Snapshot, SourcePath};

    #[test]
    fn lines_and_columns_count_from_one_in_characters() {
        let text = "a\r\nbü漢x\n\nend";
        let line_column = |text: &str, offset| File::new(text.as_bytes()).line_column(offset);
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
            let label = Label { file, span, text: String::new() };
            let place = Places::new(&snapshot).of(&label).unwrap();
            assert_eq!((place.line, place.column, place.end_line, place.end_column), expected);
        };
        check("\u{feff}ab\ncd".as_bytes(), 3..5, (2, 1, 2, 3));
        check(b"ab\n\xff\xffcd", 5..6, (2, 3, 2, 4));
        check(b"\xef\xbb\xbfab\n\xffcd", 3..4, (2, 1, 2, 2));
        check(b"ab\n\xffcd", 99..99, (2, 4, 2, 4));
    }

    #[test]
    fn every_offset_of_a_long_file_has_its_place() {
        let text = "漢ab\nü".repeat(1000) + &"é".repeat(2000);
        let file = File::new(text.as_bytes());
        for offset in (0..=text.len()).filter(|&at| text.is_char_boundary(at)) {
            let before = &text[..offset];
            let line_start = before.rfind('\n').map_or(0, |at| at + 1);
            let expected = (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1);
            assert_eq!(file.line_column(offset), expected, "{offset}");
        }
    }

    /// Reading the file, or its line, again for each label would take hours.
    #[test]
    fn many_labels_on_a_long_line_are_found_at_once() {
        let file = SourcePath::new("x.md");
        let mut snapshot = Snapshot::default();
        let text = "x".repeat(4_000_000);
        snapshot.files.insert(file.clone(), Entry::Bytes(Arc::from(text.as_bytes())));
        let mut places = Places::new(&snapshot);
        for at in (0..4_000_000).step_by(40) {
            let label = Label { file: file.clone(), span: at..at + 40, text: String::new() };
            assert_eq!(places.of(&label).map(|place| place.column), Some(at + 1));
        }
    }

    #[test]
    fn a_file_that_was_not_read_has_no_place() {
        let label = Label { file: SourcePath::new("site.toml"), span: 0..0, text: String::new() };
        assert_eq!(Places::new(&Snapshot::default()).of(&label), None);
    }
}
