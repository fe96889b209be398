//! `allclear build`: content to site.

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::cli::failure::Failure;
use crate::cli::last_good::{LastGoodArgs, Publishable};
use crate::cli::load::{self, ContentArgs, Ready, Source};
use crate::cli::output::{print_json, say_unmanaged};
use crate::cli::output_folder::refuse_source;
use crate::cli::site_args::SiteArgs;
use crate::cli::unchanged::{BuildRequest, BuildResult};
use crate::diff::{Changes, Unmanaged};
use crate::edge::deploy::{DeployError, Render};
use crate::edge::disk::{self, ChangeDetection, Job, Outcome};
use crate::source::Snapshot;

/// Build the site
///
/// Everything is rendered before the output is touched, so a mistake in a report changes nothing, and a build that is
/// killed is finished by the next one. Only files that an earlier build wrote are overwritten or deleted.
#[derive(Debug, clap::Args)]
#[command(before_help = "Example:\n  allclear build --out public --base-url https://status.example.org/")]
pub(super) struct Build {
    #[command(flatten)]
    site: SiteArgs,
    #[command(flatten)]
    content: ContentArgs,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    last_good: LastGoodArgs,
    /// Print what was done as JSON
    #[arg(long)]
    json: bool,
}

/// Where a site is written.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct OutputArgs {
    /// The output's folder [default: public in the site's folder]
    #[arg(short, long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Replace files that no build wrote and that are in the place of pages
    #[arg(long)]
    pub(super) adopt: bool,
    /// Read every file of the output again, even if its size, time and number are unchanged
    #[arg(long)]
    pub(super) all: bool,
}

impl OutputArgs {
    /// The folder.
    ///
    /// # Errors
    /// One that lies in what the site is made from: the next build would read what this one wrote.
    pub(super) fn folder(&self, site: &Path) -> Result<PathBuf, Failure> {
        let Some(out) = &self.out else { return Ok(site.join("public")) };
        refuse_source(site, out, "--out")?;
        Ok(out.clone())
    }

    pub(super) fn run(
        &self,
        (site, target, result): (&SiteArgs, &Path, &str),
        snapshot: &Snapshot,
        ready: &Ready,
        work: impl FnOnce(&Job<'_>, Render<'_>) -> Result<Outcome, DeployError>,
    ) -> Result<Outcome, Failure> {
        let Ready { prepared, outputs, keys, .. } = ready;
        let unmanaged = if self.adopt { Unmanaged::Adopt } else { Unmanaged::Refuse };
        let detection = if self.all { ChangeDetection::Digests } else { ChangeDetection::Stamps };
        let job = Job::new(target, &site.site, outputs, prepared.edition.now);
        let job = Job { keys, result, detection, unmanaged, ..job };
        work(&job, &|path| prepared.render(path)).map_err(|error| load::failure(error, snapshot))
    }
}

#[derive(Serialize)]
pub(super) struct Summary<'a> {
    #[serde(flatten)]
    changes: &'a Changes,
    as_of: &'a str,
    next_change: &'a str,
}

impl<'a> Summary<'a> {
    pub(super) fn new(changes: &'a Changes, result: &'a BuildResult) -> Self {
        Self { changes, as_of: &result.as_of, next_change: &result.next_change }
    }

    pub(super) fn print(&self) -> Result<(), Failure> {
        print_json(self)
    }
}

pub(super) fn run(args: &Build) -> Result<(), Failure> {
    let target = args.output.folder(&args.site.site)?;
    let snapshot = load::read(&args.site.site)?;
    let request = BuildRequest::new(&args.content, None, &snapshot)?;
    // What an earlier commit has is not part of a request.
    let request = request.filter(|_| !args.last_good.is_given());
    let is_plain = !args.output.adopt && !args.output.all;
    if let Some(request) = request.as_ref().filter(|_| is_plain) {
        let again = build_again(&args.site.site, &target, request);
        if let Some((result, outcome)) = again.map_err(|error| load::failure(error, &snapshot))? {
            result.problems.print();
            return finish(args, &target, &outcome, &result);
        }
    }
    let source = Source::new(snapshot);
    let Publishable { source, verdict, kept: _kept } =
        args.last_good.publishable(&args.site.site, (&args.content, None), source)?;
    let ready = source.ready(&args.content, None)?;
    // From here on only a template can be at fault: a large site's reports need not be held twice.
    let mut snapshot = source.into_snapshot();
    snapshot.keep_below("themes");
    let result = BuildResult::new(request.as_ref(), &ready);
    let line = result.line();
    let outcome = args.output.run((&args.site, &target, &line), &snapshot, &ready, disk::build)?;
    if args.output.adopt {
        let others = disk::others(&target, &ready.outputs).map_err(Failure::world)?;
        say_unmanaged(&target.display().to_string(), &others);
    }
    finish(args, &target, &outcome, &result)?;
    verdict
}

/// The recorded result, and what was done to the outputs; `None` when the site has to be built.
fn build_again(
    site: &Path,
    target: &Path,
    request: &BuildRequest,
) -> Result<Option<(BuildResult, Outcome)>, DeployError> {
    let Some(line) = disk::last_result(target) else { return Ok(None) };
    let Some(result) = request.recorded(&line) else { return Ok(None) };
    let job = Job { result: &line, ..Job::new(target, site, &[], request.now) };
    let outcome = disk::build_unchanged(&job, &|path| result.copied(path))?;
    Ok(outcome.map(|outcome| (result, outcome)))
}

/// Says what was done.
fn finish(args: &Build, target: &Path, outcome: &Outcome, result: &BuildResult) -> Result<(), Failure> {
    if args.json {
        Summary::new(&outcome.changes, result).print()?;
    }
    if outcome.finished_earlier {
        say!("finished a build that had been interrupted");
    }
    say!("{}", last_line(&outcome.changes, result, target));
    Ok(())
}

fn last_line(changes: &Changes, result: &BuildResult, target: &Path) -> String {
    let next = &result.next_change;
    let written = changes.written();
    let files = if written == 1 { "file" } else { "files" };
    let removed = match changes.removed.len() {
        0 => String::new(),
        removed => format!(", removed {removed}"),
    };
    format!(
        "wrote {written} {files}{removed}, left {} unchanged in `{}`; the site next changes by itself at {next}",
        changes.unchanged,
        target.display()
    )
}
