//! What all authoring commands share: the site, finding the report, and writing, committing and pushing the change.

use clap::Args;

use crate::cli::SiteArgs;

mod arguments;
mod change;
mod commit;
mod context;
mod find;
mod public_view;
mod questions;

pub(super) use arguments::{
    Affected, affected, after_message, default_words, instant, key, message, promised, status, title, usage,
    words,
};
pub(super) use change::{Change, carry_out, nothing_to_do};
pub(super) use context::{AuthoringContext, Locking};
pub(super) use find::{Report, all as reports, find, pick, slugs, with_key};
pub(super) use public_view::{Paint, PublicView};
pub(super) use questions::{ask_message, ask_state, ask_status, choose_component, input};

/// Options of every command that changes a file.
#[derive(Clone, Debug, Args)]
pub(super) struct WriteArgs {
    #[command(flatten)]
    pub(super) site: SiteArgs,
    /// Show the change without writing it
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Open the file in $VISUAL or $EDITOR before writing it
    #[arg(long)]
    pub(super) edit: bool,
    /// Commit the report and the files it refers to
    #[arg(long)]
    pub(super) commit: bool,
    /// Commit and push, on top of other people's pushes
    #[arg(long)]
    pub(super) push: bool,
    /// Print the result as JSON
    #[arg(long)]
    pub(super) json: bool,
}

impl WriteArgs {
    pub(super) fn locking(&self) -> Locking {
        if self.dry_run { Locking::Look } else { Locking::Change }
    }
}
