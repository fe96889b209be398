//! Titles and messages as they come from the command line, a pipe or an editor.

use crate::parse::line::visible;
pub use crate::parse::line::{Unfit, line as title};

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

#[cfg(test)]
mod tests {
    use super::{Unfit, message};

    #[test]
    fn a_message_keeps_its_lines_and_loses_what_surrounds_them() {
        assert_eq!(message("\u{feff}\r\n\n  a \r\n\tb\n\n").as_deref(), Ok("  a\n\tb"));
        assert_eq!(message(" \n ").as_deref(), Ok(""));
        assert_eq!(message("a\0b"), Err(Unfit::Control('\0')));
    }
}
