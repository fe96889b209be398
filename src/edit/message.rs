//! Titles and messages as they come from the command line, a pipe or an editor.

/// Why a text is not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unfit {
    /// A title without a character.
    #[error("it is empty")]
    Empty,
    /// A title of more than one line.
    #[error("it has more than one line")]
    Lines,
    /// A character that acts on terminals and editors instead of being shown.
    #[error("it holds the control character U+{:04X}", u32::from(*.0))]
    Control(char),
}

/// A title without white space around it: one line that can be shown.
///
/// # Errors
/// What keeps it from being one.
pub fn title(text: &str) -> Result<&str, Unfit> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Unfit::Empty);
    }
    if text.contains(['\n', '\r']) {
        return Err(Unfit::Lines);
    }
    visible(text)
}

/// A message with plain line ends, without blank lines around it; it may be empty.
///
/// # Errors
/// A control character in it.
pub fn message(text: &str) -> Result<String, Unfit> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n");
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let text = lines.join("\n");
    visible(text.trim_start_matches('\n').trim_end()).map(str::to_owned)
}

fn visible(text: &str) -> Result<&str, Unfit> {
    let control = |c: &char| c.is_control() && !matches!(c, '\n' | '\t');
    text.chars().find(control).map_or(Ok(text), |c| Err(Unfit::Control(c)))
}

#[cfg(test)]
mod tests {
    use super::{Unfit, message, title};

    #[test]
    fn a_title_is_one_visible_line() {
        assert_eq!(title("  Donations fail "), Ok("Donations fail"));
        assert_eq!(title(" \n"), Err(Unfit::Empty));
        assert_eq!(title("a\nb"), Err(Unfit::Lines));
        assert_eq!(title("a\u{1b}[31m"), Err(Unfit::Control('\u{1b}')));
        assert_eq!(title("a\u{1b}").unwrap_err().to_string(), "it holds the control character U+001B");
    }

    #[test]
    fn a_message_keeps_its_lines_and_loses_what_surrounds_them() {
        assert_eq!(message("\u{feff}\r\n\n  a \r\n\tb\n\n").as_deref(), Ok("  a\n\tb"));
        assert_eq!(message(" \n ").as_deref(), Ok(""));
        assert_eq!(message("a\0b"), Err(Unfit::Control('\0')));
    }
}
