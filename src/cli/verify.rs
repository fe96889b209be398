//! `allclear verify`: a deployed site against its manifest.

use crate::cli::failure::Failure;
use crate::cli::load;
use crate::cli::output::{print_json, say_unmanaged};
use crate::cli::site_args::SiteArgs;
use crate::cli::targets::Targets;
use crate::edge::deploy::named;
use crate::edge::publish::{Verdict, website};
use crate::model::out_path::OutPath;
use crate::source::Snapshot;

/// Compare a deployed site with its manifest
///
/// A URL is read as visitors see it; a target's name reads the target itself. Exit status 1: something differs.
#[derive(Debug, clap::Args)]
#[command(before_help = "Example:\n  allclear verify https://status.example.org/")]
pub(super) struct Verify {
    #[command(flatten)]
    site: SiteArgs,
    /// The site's URL, or a target's name in site.toml
    #[arg(value_name = "URL|TARGET")]
    place: String,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

/// Compares every file. Fails with [`Failure::Differs`] when one differs.
pub(super) fn run(args: &Verify) -> Result<(), Failure> {
    let verdict = match args.place.contains("://") {
        true => website::verify_url(&load::base_url(&args.place)?)
            .map_err(|error| load::failure(error, &Snapshot::default()))?,
        false => {
            let targets = Targets::read(&args.site)?;
            let destination = targets.destination(targets.target(&args.place)?)?;
            destination.verify().map_err(|error| targets.failure(error))?
        }
    };
    if args.json {
        print_json(&verdict)?;
    }
    say_verdict(&args.place, &verdict);
    if verdict.is_right() { Ok(()) } else { Err(Failure::Differs) }
}

/// Names the files that differ from the manifest.
pub(super) fn say_verdict(place: &str, verdict: &Verdict) {
    let parts = [
        ("differ from the manifest", &verdict.differing),
        ("are missing", &verdict.missing),
        ("are not shown, as many hosts do with such names", &verdict.hidden),
    ];
    for (what, paths) in parts.into_iter().filter(|(_, paths)| !paths.is_empty()) {
        let listed = named(paths.iter().map(OutPath::as_str));
        say!("`{place}`: {what}: {listed}");
    }
    say_unmanaged(place, &verdict.foreign);
    say!(
        "`{place}`: {} files are as they were built, {} differ, {} are missing",
        verdict.right,
        verdict.differing.len(),
        verdict.missing.len()
    );
}
