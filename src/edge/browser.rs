//! The user's browser.

use std::io;
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

/// Opens an address in the user's browser, without waiting for it.
///
/// # Errors
/// When the system has no command for it.
pub fn open(url: &str) -> Result<(), Error> {
    let mut command = Command::new(OPENER[0]);
    command.args(&OPENER[1..]).arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(|cause| missing(url, cause))?;
    // Somebody must take note of its end, or the system keeps it.
    thread::spawn(move || child.wait());
    Ok(())
}

fn missing(url: &str, cause: io::Error) -> Error {
    Error::when("open", Path::new(url))(cause)
}
