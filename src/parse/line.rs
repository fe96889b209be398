//! Texts that readers see as one line: titles and names.

use unicode_width::UnicodeWidthChar;

/// Why a text is not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unfit {
    /// Not one character that is shown.
    #[error("it is empty")]
    Empty,
    /// More than one line.
    #[error("it has more than one line")]
    Lines,
    /// A character that acts on terminals and editors instead of being shown.
    #[error("it holds the control character U+{:04X}", u32::from(*.0))]
    Control(char),
}

/// A title or a name without white space around it: one line that can be shown.
///
/// # Errors
/// What keeps it from being one.
pub fn line(text: &str) -> Result<&str, Unfit> {
    let text = text.trim();
    if !shows(text) {
        return Err(Unfit::Empty);
    }
    if text.contains(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']) {
        return Err(Unfit::Lines);
    }
    visible(text)
}

/// Whether one of the text's characters is seen: neither white space nor of no width.
pub(super) fn shows(text: &str) -> bool {
    text.chars().any(|c| !c.is_whitespace() && c.width() != Some(0))
}

/// A text without control characters, line ends and tabs apart.
///
/// # Errors
/// The first of them.
pub fn visible(text: &str) -> Result<&str, Unfit> {
    let control = |c: &char| c.is_control() && !matches!(c, '\n' | '\t');
    text.chars().find(control).map_or(Ok(text), |c| Err(Unfit::Control(c)))
}

#[cfg(test)]
mod tests {
    use super::{Unfit, line};

    #[test]
    fn a_title_is_one_visible_line() {
        assert_eq!(line("  Donations fail "), Ok("Donations fail"));
        assert_eq!(line("寄付 💸"), Ok("寄付 💸"));
        for empty in ["", " \n", "\u{200b}", "\u{feff}\u{2060} \u{ad}\u{200d}", "\u{3164}"] {
            assert_eq!(line(empty), Err(Unfit::Empty), "{empty:?}");
        }
        for lines in ["a\nb", "a\rb", "a\u{2028}b"] {
            assert_eq!(line(lines), Err(Unfit::Lines), "{lines:?}");
        }
        assert_eq!(line("a\u{1b}[31m"), Err(Unfit::Control('\u{1b}')));
        assert_eq!(line("a\u{1b}").unwrap_err().to_string(), "it holds the control character U+001B");
    }
}
