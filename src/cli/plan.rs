//! `allclear plan`: what build would do.

use std::io::Write;

use crate::cli::build::{self, OutputArgs, Summary};
use crate::cli::load::{self, ContentArgs};
use crate::cli::{Failure, SiteArgs};
use crate::edge::disk;
use crate::plan::path::OutPath;

/// Show what build would add, change and remove, and write nothing
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  allclear plan --exit-code && echo nothing to do")]
pub(super) struct Plan {
    #[command(flatten)]
    site: SiteArgs,
    #[command(flatten)]
    content: ContentArgs,
    #[command(flatten)]
    output: OutputArgs,
    /// End with status 1 when something would change
    #[arg(long)]
    exit_code: bool,
    /// Print the changes as JSON
    #[arg(long)]
    json: bool,
}

/// Shows what build would do.
///
/// # Errors
/// Problems of the content, what the disk says, and [`Failure::Differs`] as asked for.
pub(super) fn run(args: &Plan) -> Result<(), Failure> {
    let target = args.output.folder(&args.site.site)?;
    let loaded = load::load(&args.site, &args.content, &target)?;
    load::report(&loaded.outcome.problems, &loaded.snapshot)?;
    let prepared = loaded.outcome.prepared.expect("a site without errors is prepared");
    let outputs: Vec<OutPath> = prepared.plan.outputs.keys().cloned().collect();
    let job = args.output.job(&target, &outputs, prepared.edition.now, loaded.inputs);
    let outcome = disk::compare(&job, build::renderer(&prepared, &args.site.site))
        .map_err(|error| build::failure(error, &loaded.snapshot))?;
    match args.json {
        true => Summary::new(&outcome.changes, &prepared).print(),
        false => {
            let _ = writeln!(std::io::stdout(), "{}", outcome.changes);
        }
    }
    if args.exit_code && !outcome.changes.is_empty() { Err(Failure::Differs) } else { Ok(()) }
}
