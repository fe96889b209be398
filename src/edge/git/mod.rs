//! Git, by its command: the author's repository, and a scratch repository for a publish.

mod command;
mod repository;
pub(in crate::edge) mod scratch;

pub(in crate::edge) use command::ATTEMPTS;
pub use repository::{Pushed, Repository};
