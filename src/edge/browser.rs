//! The user's browser.

use std::io::{self, ErrorKind};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use crate::edge::Error;

/// The system's command that opens an address.
#[cfg(target_os = "macos")]
const OPENER: &[&str] = &["open"];
/// The system's command that opens an address.
#[cfg(windows)]
const OPENER: &[&str] = &["cmd", "/C", "start", ""];
/// The system's command that opens an address.
#[cfg(not(any(target_os = "macos", windows)))]
const OPENER: &[&str] = &["xdg-open"];

/// Opens an address in the user's browser, without waiting for it. `failed` is told when that did not work.
pub fn open(url: &str, failed: impl FnOnce(Error) + Send + 'static) {
    let mut command = Command::new(OPENER[0]);
    command.args(&OPENER[1..]).arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let url = url.to_owned();
    // Some openers end at once, others with the browser.
    thread::spawn(move || {
        if let Err(cause) = ended_well(command) {
            failed(Error::when("open", Path::new(&url))(cause));
        }
    });
}

fn ended_well(mut command: Command) -> io::Result<()> {
    let problem = match command.status() {
        Ok(status) if status.success() => return Ok(()),
        Ok(status) => format!("`{}` ended with {status}", OPENER[0]),
        Err(cause) if cause.kind() == ErrorKind::NotFound => format!("there is no `{}` here", OPENER[0]),
        Err(cause) => format!("`{}`: {cause}", OPENER[0]),
    };
    Err(io::Error::other(problem))
}
