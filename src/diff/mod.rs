//! What differs between two states of an output, known by path and digest alone, and the order in which to bring it about.
//!
//! Invariant: no bytes of an output, and no word on where either state came from.

mod changes;
mod journal;
mod manifest;
mod pending;
mod retired;

pub use changes::{Changes, Wave};
pub use journal::Journal;
pub use manifest::{BadLine, Manifest};
pub use pending::{Pending, Phase, Run};
pub use retired::{KEEP_SECS, Retired};
