//! Titles and messages from the command line, a pipe or an editor.

use crate::parse::line::visible;
pub use crate::parse::line::{LineError, line as title};
use crate::parse::markdown::shows;

/// The message with `\n` line ends and without surrounding blank lines; empty when nothing in it is visible. Control
/// characters are an error.
pub fn message(text: &str) -> Result<String, LineError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n");
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let text = lines.join("\n");
    let text = visible(text.trim_start_matches('\n').trim_end())?;
    Ok(if shows(text) { text.to_owned() } else { String::new() })
}

#[cfg(test)]
mod tests {
    use super::{LineError, message};

    #[test]
    fn a_message_keeps_its_lines_and_loses_what_surrounds_them() {
        assert_eq!(message("\u{feff}\r\n\n  a \r\n\tb\n\n").as_deref(), Ok("  a\n\tb"));
        for nothing in [" \n ", "\u{200b}", "<!-- x -->", "[x]: y"] {
            assert_eq!(message(nothing).as_deref(), Ok(""), "{nothing}");
        }
        assert_eq!(message("a\0b"), Err(LineError::Control('\0')));
    }
}
