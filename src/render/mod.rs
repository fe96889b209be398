//! Pages to bytes: pure, on demand, one output at a time.
//!
//! Invariant: no disk, no clock and no place in a source file is known here.

pub mod machine;
