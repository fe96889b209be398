//! Foreign history as our files: foreign bytes in, files and an account out.
//!
//! ```text
//! foreign bytes -> History (our terms, foreign ids) -> files of content/ and site.toml + Account
//! ```
//!
//! Each kind of source has a module that reads its form into a [`history::History`]; one writer makes files of it.
//!
//! Invariant: pure. Nothing is fetched, and no file is read or written here. Input is hostile: no text of it becomes a
//! heading, a setting, front matter or a path that it was not meant to be.

pub mod history;
pub mod html;
pub mod log;
pub mod statuspage;
#[cfg(test)]
mod tests;
mod times;
mod verify;
pub mod write;
