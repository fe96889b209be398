//! Ctrl-C.
//!
//! Invariant: `ctrlc` is named nowhere else.

use std::sync::mpsc;

/// Waits until the user or the system asks the process to end (Ctrl-C, SIGTERM, SIGHUP, the window closing).
///
/// # Panics
/// When called twice in a process.
pub fn wait() {
    let (sender, asked) = mpsc::channel();
    let tell = move || sender.send(()).unwrap_or_default();
    ctrlc::set_handler(tell).expect("nobody else in the process listens for Ctrl-C");
    // The handler holds the sender for ever.
    asked.recv().unwrap_or_default();
}
