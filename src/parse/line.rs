//! Texts on one line: titles and names.

use unicode_normalization::char::is_combining_mark;
use unicode_width::UnicodeWidthChar;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LineError {
    #[error("it is empty")]
    Empty,
    #[error("it has more than one line")]
    Lines,
    /// A control character, which would act on terminals and editors.
    #[error("it holds the control character U+{:04X}", u32::from(*.0))]
    Control(char),
}

/// A title or name without surrounding white space.
pub fn line(text: &str) -> Result<&str, LineError> {
    let text = text.trim();
    if !shows(text) {
        return Err(LineError::Empty);
    }
    if text.contains(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']) {
        return Err(LineError::Lines);
    }
    visible(text)
}

/// Whether the text has a visible character: neither white space nor of zero width.
pub(super) fn shows(text: &str) -> bool {
    text.chars().any(|c| !c.is_whitespace() && c.width() != Some(0))
}

/// Whether a reader sees nothing of the character, not even white space: zero-width spaces, byte order marks.
pub(super) fn is_invisible(c: char) -> bool {
    !c.is_whitespace() && !is_combining_mark(c) && c.width() == Some(0)
}

/// The text, if it has no control characters except line ends and tabs; the error is the first one.
pub fn visible(text: &str) -> Result<&str, LineError> {
    let control = |c: &char| c.is_control() && !matches!(c, '\n' | '\t');
    text.chars().find(control).map_or(Ok(text), |c| Err(LineError::Control(c)))
}

#[cfg(test)]
mod tests {
    use super::{LineError, line};

    #[test]
    fn a_title_is_one_visible_line() {
        assert_eq!(line("  Donations fail "), Ok("Donations fail"));
        assert_eq!(line("寄付 💸"), Ok("寄付 💸"));
        for empty in ["", " \n", "\u{200b}", "\u{feff}\u{2060} \u{ad}\u{200d}", "\u{3164}"] {
            assert_eq!(line(empty), Err(LineError::Empty), "{empty:?}");
        }
        for lines in ["a\nb", "a\rb", "a\u{2028}b"] {
            assert_eq!(line(lines), Err(LineError::Lines), "{lines:?}");
        }
        assert_eq!(line("a\u{1b}[31m"), Err(LineError::Control('\u{1b}')));
        assert_eq!(line("a\u{1b}").unwrap_err().to_string(), "it holds the control character U+001B");
    }
}
