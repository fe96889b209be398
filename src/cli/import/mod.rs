//! `allclear import`: converts another status page's history.

use clap::{Args, Subcommand};

use crate::cli::failure::Failure;
use crate::cli::import::run::KindArgs;

mod cstate;
mod existing;
mod folder;
mod live;
mod markdown;
mod run;
mod sources;
mod statuspage;
mod statuspage_text;
mod time_zone;
mod upptime;

/// Import the history of another status page
///
/// Writes reports, recorded downtime, and components that are missing in site.toml. Prints for every source what was
/// imported, guessed and left out. What the site has already stays as it is, unless you ask for updates.
/// Exit status 1: a person must look at something.
#[derive(Debug, Args)]
#[command(before_help = "Example:\n  allclear import statuspage incidents.json components.json --dry-run")]
pub(super) struct Import {
    #[command(subcommand)]
    kind: Kind,
}

/// One function per kind reads its sources as a [`History`].
#[derive(Debug, Subcommand)]
enum Kind {
    /// Import from Statuspage
    #[command(
        before_help = "Example:\n  allclear import statuspage incidents.json components.json --dry-run"
    )]
    Statuspage(KindArgs<statuspage::Statuspage>),
    /// Import the text of Statuspage's incident pages, or postmortems as text
    #[command(
        before_help = "Example:\n  allclear import statuspage-text page.txt --time-zone America/Edmonton"
    )]
    StatuspageText(KindArgs<statuspage_text::StatuspageText>),
    /// Import from a cState site
    #[command(before_help = "Example:\n  allclear import cstate ../old-status --dry-run")]
    Cstate(KindArgs<cstate::Cstate>),
    /// Import from an Upptime repository
    #[command(before_help = "Example:\n  allclear import upptime ../upptime --issues issues.json")]
    Upptime(KindArgs<upptime::Upptime>),
    /// Import a folder of postmortems in Markdown
    #[command(before_help = "Example:\n  allclear import markdown ../postmortems --dry-run")]
    Markdown(KindArgs<markdown::Markdown>),
}

/// Fails with [`Failure::Content`] when the user has to settle something.
pub(super) fn run(args: &Import) -> Result<(), Failure> {
    match &args.kind {
        Kind::Statuspage(args) => statuspage::run(args),
        Kind::StatuspageText(args) => run::import(args, "statuspage-text", statuspage_text::history),
        Kind::Cstate(args) => run::import(args, "cstate", cstate::history),
        Kind::Upptime(args) => run::import(args, "upptime", upptime::history),
        Kind::Markdown(args) => run::import(args, "markdown", markdown::history),
    }
}
