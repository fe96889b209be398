//! `allclear export`: the content in another status page's form.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use crate::cli::failure::Failure;
use crate::cli::load::{self, ContentArgs, Source};
use crate::cli::output_folder::refuse_source;
use crate::cli::site_args::SiteArgs;
use crate::edge::deploy::DeployError;
use crate::edge::disk::{self, Job};
use crate::model::out_path::OutPath;

/// Export the content in the form of another status page
///
/// Other tools read this form, and so does `allclear import`.
#[derive(Debug, Args)]
#[command(before_help = "Example:\n  allclear export statuspage moving-out")]
pub(super) struct Export {
    #[command(subcommand)]
    kind: Kind,
}

#[derive(Debug, Subcommand)]
enum Kind {
    /// Export as responses of Statuspage's API v2
    ///
    /// Writes incidents/ID.json for every incident and maintenance, incidents.json, scheduled-maintenances.json,
    /// components.json and summary.json. A second export into the same folder brings it up to date.
    #[command(before_help = "Example:\n  allclear export statuspage moving-out")]
    Statuspage(Statuspage),
}

#[derive(Debug, Args)]
struct Statuspage {
    /// The folder to write; it may hold an earlier export, and nothing else
    dir: PathBuf,
    #[command(flatten)]
    site: SiteArgs,
    #[command(flatten)]
    content: ContentArgs,
}

/// The result that is recorded in the folder, which tells it from a site's output.
const RESULT: &str = "export statuspage";

pub(super) fn run(args: &Export) -> Result<(), Failure> {
    let Kind::Statuspage(args) = &args.kind;
    refuse_source(&args.site.site, &args.dir, "DIR")?;
    refuse_site(&args.dir)?;
    let source = Source::read(&args.site)?;
    let ready = source.ready(&args.content, None)?;
    let exported = ready.prepared.plan.exported();
    let outputs: Vec<OutPath> = exported.keys().cloned().collect();
    let job = Job::new(&args.dir, &args.site.site, &outputs, ready.prepared.edition.now);
    let job = Job { result: RESULT, ..job };
    let outcome = disk::build(&job, &|path| ready.prepared.render(exported[path]));
    let outcome = outcome.map_err(|error| failure(error, &source))?;
    let written = outcome.changes.written();
    say!("wrote {written} of {} files in `{}`", outputs.len(), args.dir.display());
    Ok(())
}

/// Refuses a folder that a build wrote: its pages would be removed.
fn refuse_site(dir: &Path) -> Result<(), Failure> {
    match disk::last_result(dir) {
        Some(result) if result != RESULT => {
            Err(refused(&format!("`{}` is the output of a build", dir.display())))
        }
        _ => Ok(()),
    }
}

fn failure(error: DeployError, source: &Source) -> Failure {
    match error {
        DeployError::Refused(refusal) => refused(&refusal.to_string()),
        error => load::failure(error, &source.snapshot),
    }
}

fn refused(message: &str) -> Failure {
    Failure::World(format!("{message}\nhelp: name another folder for the export"))
}
