//! Options of every command that changes a file.

use clap::Args;

use crate::cli::author::context::Locking;
use crate::cli::site_args::SiteArgs;

/// Options of every command that changes a file.
#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct WriteArgs {
    #[command(flatten)]
    pub(in crate::cli) site: SiteArgs,
    /// Show the change without writing it
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,
    /// Open the file in $VISUAL or $EDITOR before writing it
    #[arg(long)]
    pub(in crate::cli) edit: bool,
    /// Commit the report and the files it refers to
    #[arg(long)]
    pub(in crate::cli) commit: bool,
    /// Commit and push, on top of other people's pushes; earlier commits of the branch are pushed too
    #[arg(long)]
    pub(in crate::cli) push: bool,
    /// Print the result as JSON
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

impl WriteArgs {
    pub(in crate::cli) fn locking(&self) -> Locking {
        if self.dry_run { Locking::ReadOnly } else { Locking::Change }
    }
}
