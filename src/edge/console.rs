//! The one way to standard output and standard error: no text of others controls a terminal or forges a line of a log.
//!
//! Invariant: nothing else in this crate writes to either; a test reads the sources.

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use crate::diagnostic::secrets::masked;
use crate::diagnostic::visible::{json, visible};
use crate::edge::Error;

/// Says a line to the user, on standard error, without passwords in addresses. Whether it can be written changes nothing.
pub fn say(text: &str) {
    show(&format!("{}\n", masked(text)));
}

/// Shows a text on standard error, as [`say`] does, without ending its line.
pub fn show(text: &str) {
    let mut stream = io::stderr().lock();
    let text = visible(text, is_coloured(&stream));
    let _ = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
}

/// Shows a line that the next one takes the place of, on standard error.
pub fn show_over(text: &str) {
    let _ = write!(io::stderr(), "\r{}", visible(text, false));
}

/// Clears the line that the cursor is on, on a terminal.
pub fn clear_line() {
    let mut stream = io::stderr();
    if stream.is_terminal() {
        let _ = write!(stream, "\r\u{1b}[2K");
    }
}

/// Where questions are asked, one piece of text after another.
#[derive(Debug)]
pub struct Questions;

impl Write for Questions {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        let shown = visible(&String::from_utf8_lossy(text), false);
        io::stderr().write_all(shown.as_bytes()).map(|()| text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

/// Writes text to standard output.
///
/// # Errors
/// When it cannot be written. A reader that closed it wants no more: that is no error.
pub fn print(text: &str) -> Result<(), Error> {
    print_bytes(visible(text, is_coloured(&io::stdout())).as_bytes())
}

/// Writes JSON to standard output.
pub fn print_json(text: &str) -> Result<(), Error> {
    print_bytes(json(text).as_bytes())
}

/// Writes bytes of our own to standard output as they are.
pub fn print_bytes(bytes: &[u8]) -> Result<(), Error> {
    let mut stream = io::stdout().lock();
    match stream.write_all(bytes).and_then(|()| stream.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::when("write to", Path::new("standard output"))(error))
        }
        _ => Ok(()),
    }
}

/// Whether a terminal reads along and wants colours.
pub fn is_coloured(stream: &impl IsTerminal) -> bool {
    let is_unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    !is_unwanted && !is_dumb && stream.is_terminal()
}
