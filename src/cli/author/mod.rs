//! Shared by authoring commands: opens the site, finds the report, writes, commits and pushes the change.

mod arguments;
mod change;
mod clone;
mod commit;
mod context;
mod find;
mod message_args;
mod public_view;
mod push;
mod questions;
mod write_args;

pub(super) use arguments::{
    Affected, affected, after_message, default_words, instant, key, promised, status, title, usage,
};
pub(super) use change::{Change, carry_out, nothing_to_do};
pub(super) use context::{AuthoringContext, Locking};
pub(super) use find::{Report, all as reports, find, pick, slugs, with_key};
pub(super) use message_args::MessageArgs;
pub(super) use public_view::{Paint, PublicView};
pub(super) use push::{AttemptOutcome, open_with_key, repeated};
pub(super) use questions::{ask_message, ask_state, ask_status, choose_component, input};
pub(super) use write_args::WriteArgs;
