//! What differs between two states of an output, known by path and digest alone, and the order in which to bring it about.
//!
//! Invariant: no bytes of an output, and no word on where either state came from.

mod changes;
mod deployment;
mod journal;
mod manifest;
mod possible_contents;
mod retired;

pub use changes::{Batch, Changes};
pub use deployment::{Damaged, Deployed, Deployment, DesiredState, Record, Unmanaged, Writer};
pub use journal::Journal;
pub use manifest::Manifest;
pub use retired::{KEEP_SECS, Retired};
