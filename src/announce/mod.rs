//! Announcements: which updates readers have not been told of, and the requests that tell services of them.
//!
//! A delivery record holds what became of each update. A request is noted before it is sent and after it is answered, so that
//! an announcement that is killed is never sent twice when it was answered, and never forgotten.
//!
//! Invariant: pure. Clock, environment and network are arguments, and no error holds a secret.

mod choice;
mod colour;
mod discord;
mod endpoint;
mod feed;
mod fit;
mod outgoing;
mod post;
mod record;
mod slack;
mod teams;

pub use choice::{Baseline, Choice, Known, MOST_AT_ONCE, choose};
pub use feed::Feed;
pub use outgoing::{Outgoing, PostError};
pub use post::{Message, answer_values, follow_up, has_follow_up, message, publication};
pub use record::{Line, Record, State};

#[cfg(test)]
mod tests;
