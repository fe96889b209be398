//! Changes to an author's files that keep their author's formatting: what is not changed keeps every byte.
//!
//! Invariant: pure. What comes out is parsed again and held against what was meant before anyone writes it.

pub mod diff;
pub mod front;
pub mod message;
pub mod postmortem;
pub mod relink;
pub mod report;
pub mod sample;
pub mod site;
pub mod slug;
pub mod update;
pub mod verify;
pub mod written;

use std::ops::Range;

#[cfg(test)]
mod tests;

/// The text with another piece at a place.
fn spliced(text: &str, range: Range<usize>, piece: &str) -> String {
    [&text[..range.start], piece, &text[range.end..]].concat()
}
