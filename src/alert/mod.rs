//! What monitoring sends, as changes to reports.
//!
//! A delivery names alerts; each incident's front matter keeps those that were reported (`[[fired]]`), and its course
//! follows from them alone. So a delivery that is repeated, late or out of order changes nothing that is known already.
//!
//! Invariant: pure. `now` is an argument, and nothing here writes.

mod body;
mod course;
mod episodes;
mod fired;
mod response;

pub use body::{BodyError, Delivery, read};
pub use response::{Edit, Incoming, KnownReport, Response, key, respond};

#[cfg(test)]
mod tests;
