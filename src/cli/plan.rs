//! `allclear plan`: what build or publish would do.

use crate::cli::build::{OutputArgs, Summary};
use crate::cli::failure::Failure;
use crate::cli::load::{ContentArgs, Source};
use crate::cli::output::{print_json, say_unmanaged};
use crate::cli::publish::{self, CareArgs};
use crate::cli::site_args::SiteArgs;
use crate::cli::targets::Targets;
use crate::cli::unchanged::BuildResult;
use crate::edge::{console, disk};

/// Show what build or publish would change, and write nothing
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:\n  allclear plan --exit-code && echo nothing to do\n  allclear plan web")]
pub(super) struct Plan {
    /// What would be published to this target of site.toml, and what is new in the feeds [default: what build would do]
    #[arg(value_name = "TARGET", conflicts_with = "out")]
    target: Option<String>,
    #[command(flatten)]
    site: SiteArgs,
    #[command(flatten)]
    content: ContentArgs,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    care: CareArgs,
    /// End with status 1 when something would change
    #[arg(long)]
    exit_code: bool,
    /// Print the changes as JSON
    #[arg(long)]
    json: bool,
}

/// Shows what build or publish would do.
///
/// # Errors
/// Problems of the content, what the world says, and [`Failure::Differs`] as asked for.
pub(super) fn run(args: &Plan) -> Result<(), Failure> {
    match &args.target {
        Some(target) => publishing(args, target),
        None => building(args),
    }
}

fn publishing(args: &Plan, target: &str) -> Result<(), Failure> {
    let targets = Targets::read(&args.site)?;
    let options = publish::publish_options(args.output.adopt, args.output.all, args.care);
    let (published, news, json) = publish::plan(&targets, &args.content, targets.target(target)?, &options)?;
    say_unmanaged(target, &published.foreign);
    match args.json {
        true => print_json(&json)?,
        false => {
            let mut lines = vec![published.changes.to_string()];
            lines.extend(news.lines());
            console::print(&format!("{}\n", lines.join("\n"))).map_err(Failure::world)?;
        }
    }
    if args.exit_code && !published.changes.is_empty() { Err(Failure::Differs) } else { Ok(()) }
}

fn building(args: &Plan) -> Result<(), Failure> {
    let target = args.output.folder(&args.site.site)?;
    let source = Source::read(&args.site)?;
    let ready = source.ready(&args.content, None)?;
    let outcome = args.output.run((&args.site, &target, ""), &source.snapshot, &ready, disk::compare)?;
    match args.json {
        true => Summary::new(&outcome.changes, &BuildResult::new(None, &ready)).print()?,
        false => {
            console::print(&format!("{}\n", outcome.changes)).map_err(Failure::world)?;
        }
    }
    if args.exit_code && !outcome.changes.is_empty() { Err(Failure::Differs) } else { Ok(()) }
}
