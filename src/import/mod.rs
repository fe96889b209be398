//! Converts another status page's history to our files.
//!
//! ```text
//! foreign bytes -> History (our terms, foreign ids) -> files of content/ and site.toml + ImportLog
//! ```
//!
//! Each kind of source has a module that reads it into a [`history::History`]; one writer makes the files.
//!
//! Invariant: pure; nothing is fetched, read or written here. Input is hostile: it must never become a heading, a
//! setting, front matter or a path by accident.

mod address;
mod clean;
pub mod cstate;
pub mod distinct;
pub mod existing;
pub mod fate;
mod front_matter;
pub mod guard;
#[cfg(test)]
mod habits_tests;
pub mod history;
pub mod html;
mod ids;
pub mod imported_site;
mod json;
mod lives;
pub mod log;
mod markdown;
mod moment;
mod never_began;
mod plain_text;
pub mod postmortems;
pub mod published;
pub mod record;
mod slugs;
pub mod statuspage;
pub mod statuspage_text;
#[cfg(test)]
mod tests;
pub mod text;
mod timeline;
mod times;
pub mod upptime;
mod verify;
pub mod write;
mod yaml;
