//! Edits to an author's files. Everything that is not changed keeps every byte.
//!
//! Invariant: pure. Results are parsed again and compared with the intended change before they are written.

pub mod diff;
pub mod front;
pub mod message;
pub mod plain;
pub mod postmortem;
pub mod relink;
pub mod report;
pub mod sample;
pub mod site;
pub mod slug;
pub mod update;
pub mod verify;
pub mod words;
pub mod workflows;
pub mod written;

use std::ops::Range;

#[cfg(test)]
mod tests;

pub(crate) fn spliced(text: &str, range: Range<usize>, piece: &str) -> String {
    [&text[..range.start], piece, &text[range.end..]].concat()
}
