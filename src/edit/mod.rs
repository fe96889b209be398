//! Changes to an author's files that keep their author's formatting: what is not changed keeps every byte.
//!
//! Invariant: pure. What comes out is parsed again and held against what was meant before anyone writes it.

pub mod diff;
pub mod front;
pub mod slug;
pub mod written;
