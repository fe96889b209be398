//! Files to drafts: front matter, site.toml, the report's update grammar, Markdown, recorded downtime.
//!
//! Each file is read alone and never given up at the first problem. Invariant: no file knows of another.

pub mod draft;
pub mod files;
mod front;
mod heading;
pub mod keys;
mod likeness;
pub mod markdown;
pub mod near;
mod report;
pub mod rules;
mod settings;
mod table;
#[cfg(test)]
mod testing;
mod text;
mod validate;

pub use report::report;
