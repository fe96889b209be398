//! The one way to standard output and standard error: no text of others controls a terminal or forges a line of a log.
//!
//! Invariant: nothing else in this crate writes to either, questions and the progress line apart.

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use crate::diagnostic::visible::{json, visible};
use crate::edge::Error;

/// Says a line to the user, on standard error. Whether it can be written changes nothing.
pub fn say(text: &str) {
    show(&format!("{text}\n"));
}

/// Shows a text on standard error, as [`say`] does, without ending its line.
pub fn show(text: &str) {
    let mut stream = io::stderr().lock();
    let text = visible(text, is_coloured(&stream));
    let _ = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
}

/// Writes text to standard output.
///
/// # Errors
/// When it cannot be written. A reader that closed it wants no more: that is no error.
pub fn print(text: &str) -> Result<(), Error> {
    print_bytes(visible(text, is_coloured(&io::stdout())).as_bytes())
}

/// Writes JSON to standard output.
///
/// # Errors
/// As [`print`].
pub fn print_json(text: &str) -> Result<(), Error> {
    print_bytes(json(text).as_bytes())
}

/// Writes bytes of our own to standard output as they are.
///
/// # Errors
/// As [`print`].
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
