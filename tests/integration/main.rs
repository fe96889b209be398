//! Everything that is tested from outside, in one binary.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "the bans keep the core pure and patient; tests look at it from outside and fail at once"
)]

mod affected;
mod agreement;
mod alerting;
mod announcing;
mod author;
mod book;
mod broken;
mod checking;
mod command;
mod encoded;
mod environments;
mod export;
mod git;
mod golden;
mod growth;
mod import;
mod import_ends;
mod import_folder;
mod import_killed;
mod import_kinds;
mod import_live;
mod import_names;
mod import_samples;
mod import_unsettled;
mod keys;
mod kills;
mod kills_third;
mod last_good;
mod layering;
mod package;
mod preview;
mod publicity;
mod publish;
mod publish_git;
mod raw_html;
mod reference;
mod support;
#[cfg(target_os = "linux")]
mod terminal;
mod theme_copy;
mod transcript;
mod unchanged;
