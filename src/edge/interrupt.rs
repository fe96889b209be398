//! Ctrl-C.
//!
//! Invariant: `ctrlc` is named nowhere else.

/// From now on calls `asked`, on a thread of its own, when the user or the system asks the process to end (Ctrl-C, SIGTERM,
/// SIGHUP, the window closing).
///
/// # Panics
/// When called twice in a process.
pub fn listen(asked: impl FnMut() + Send + 'static) {
    ctrlc::set_handler(asked).expect("nobody else in the process listens for Ctrl-C");
}
