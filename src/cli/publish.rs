//! `allclear publish`: the site goes to its targets.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Serialize;

use crate::cli::failure::Failure;
use crate::cli::feed_changes::FeedChanges;
use crate::cli::last_good::{LastGoodArgs, Publishable};
use crate::cli::load::ContentArgs;
use crate::cli::output::{print_json, say_unmanaged};
use crate::cli::progress::ProgressLine;
use crate::cli::site_args::SiteArgs;
use crate::cli::targets::Targets;
use crate::cli::unchanged::{BuildRequest, BuildResult};
use crate::cli::verify::say_verdict;
use crate::diff::{Changes, Unmanaged};
use crate::edge::publish::{
    LastRelease, Newer, PublishOptions, Published, StaleLock, UnchangedFiles, Verdict,
};
use crate::edge::{console, interrupt};
use crate::model::out_path::OutPath;
use crate::model::target::Target;

/// Publish the site
///
/// Only files that differ are written, in an order that is safe for readers: what a page needs is there before the page. Only
/// files that an earlier publish wrote are overwritten or deleted. A publish that was interrupted is finished by the next
/// one.
#[derive(Debug, clap::Args)]
#[command(before_help = "Example:\n  allclear publish web")]
pub(super) struct Publish {
    #[command(flatten)]
    site: SiteArgs,
    #[command(flatten)]
    content: ContentArgs,
    /// The targets, by their names in site.toml [default: all]
    #[arg(value_name = "TARGET")]
    targets: Vec<String>,
    /// Replace files that no publish wrote and that are in the place of files of the site
    #[arg(long)]
    adopt: bool,
    #[command(flatten)]
    care: CareArgs,
    #[command(flatten)]
    last_good: LastGoodArgs,
    /// Write unchanged files again, for example after a change of headers; in a folder, read every file and
    /// write what differs
    #[arg(long)]
    all: bool,
    /// Do not wait for an earlier publish that did not end: you know that it was killed
    #[arg(long)]
    take_over: bool,
    /// Afterwards, compare everything that is there with what was published
    #[arg(long)]
    verify: bool,
    /// Print what was done as JSON: the changed paths of each target
    #[arg(long)]
    json: bool,
}

/// Options for the checks before a publish.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(super) struct CareArgs {
    /// Publish an older site over a newer one
    #[arg(long)]
    force: bool,
}

/// The JSON of a target.
#[derive(Serialize)]
pub(super) struct Summary<'a> {
    target: &'a str,
    kind: &'a str,
    #[serde(flatten)]
    changes: &'a Changes,
    foreign: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    feeds: Option<FeedChanges>,
    as_of: &'a str,
    next_change: &'a str,
}

/// Publishes to each target; one that fails does not keep the others from being tried.
pub(super) fn run(args: &Publish) -> Result<(), Failure> {
    let source = Targets::read(&args.site)?;
    let targets = source.named(&args.targets)?;
    let stops = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&stops);
    interrupt::listen(move || heard(&asked));
    let mut summaries = Vec::new();
    let (mut failures, mut verdicts) = (Vec::new(), Vec::new());
    for target in &targets {
        let is_stopped = || stops.load(Ordering::SeqCst);
        match publish_settled(args, &source, target, &is_stopped) {
            Ok((summary, verdict)) => {
                summaries.push(summary);
                verdicts.push(verdict);
            }
            Err(failure) => failures.push((target.name.as_str(), failure)),
        }
        if is_stopped() {
            break;
        }
    }
    if args.json {
        print_json(&summaries)?;
    }
    worst(failures, targets.len())?;
    verdicts.into_iter().collect()
}

/// The first time, the publish ends where that leaves least to do; the second time at once, which harms nothing either.
fn heard(stops: &AtomicBool) {
    if stops.swap(true, Ordering::SeqCst) {
        std::process::exit(2);
    }
    console::clear_line();
    say!("stopping; once more stops at once");
}

/// One failure stands for all: those before it are said here.
fn worst(mut failures: Vec<(&str, Failure)>, targets: usize) -> Result<(), Failure> {
    if targets == 1 {
        return failures.pop().map_or(Ok(()), |(_, failure)| Err(failure));
    }
    for (name, failure) in &failures {
        match failure {
            Failure::World(cause) => say!("error: `{name}`: {cause}"),
            Failure::Content | Failure::Differs => say!("error: `{name}` was not published"),
        }
    }
    let is_world = |(_, failure): &(&str, Failure)| matches!(failure, Failure::World(_));
    match failures.len() {
        0 => Ok(()),
        count if failures.iter().any(is_world) => {
            Err(Failure::World(format!("{count} of {targets} targets were not published")))
        }
        _ => Err(Failure::Content),
    }
}

/// Publishes the site, its files with errors replaced as far as that is asked for, and says how the command ends.
fn publish_settled(
    args: &Publish,
    source: &Targets,
    target: &Target,
    stops: &(dyn Fn() -> bool + Sync),
) -> Result<(serde_json::Value, Result<(), Failure>), Failure> {
    if !args.last_good.is_given() {
        return Ok((publish(args, source, target, stops)?, Ok(())));
    }
    let all = source.source.with(source.source.snapshot.clone());
    let Publishable { source: settled, verdict, kept: _kept } =
        args.last_good.publishable(&source.site, (&args.content, Some(target)), all)?;
    Ok((publish(args, &source.with(settled), target, stops)?, verdict))
}

fn publish(
    args: &Publish,
    source: &Targets,
    target: &Target,
    stops: &(dyn Fn() -> bool + Sync),
) -> Result<serde_json::Value, Failure> {
    let line = ProgressLine::new(&target.name, "files");
    let progress = |progress| line.show(progress);
    let options = PublishOptions {
        stale_lock: if args.take_over { StaleLock::TakeOver } else { StaleLock::Wait },
        progress: &progress,
        stops,
        ..publish_options(args.adopt, args.all, args.care)
    };
    let request = BuildRequest::new(&args.content, Some(target), &source.source.snapshot)?;
    let request = request.filter(|_| !args.last_good.is_given());
    let is_plain = !args.adopt && !args.all;
    let again = request.as_ref().filter(|_| is_plain);
    let again = again.map_or(Ok(None), |request| publish_again(source, target, request, &options));
    let published = match again.transpose() {
        Some(again) => again,
        None => publish_anew(args, source, target, request.as_ref(), &options),
    };
    line.clear();
    let (result, published) = published?;
    say(target, &published);
    if args.verify {
        let verdict = source.destination(target)?.survey().map_err(|error| source.failure(error))?;
        require_right(target, &verdict)?;
    }
    Ok(summary(target, &result, &published, None))
}

/// Publishes a site that is prepared for this.
fn publish_anew(
    args: &Publish,
    source: &Targets,
    target: &Target,
    request: Option<&BuildRequest>,
    options: &PublishOptions<'_>,
) -> Result<(BuildResult, Published), Failure> {
    let ready = source.source.ready(&args.content, Some(target))?;
    let destination = source.destination(target)?;
    let result = BuildResult::new(request, &ready);
    let published = source.release(target, (&ready, &result), |it| destination.publish(it, options))?;
    Ok((result, published))
}

/// The recorded result, and what was done; `None` when the site has to be prepared.
fn publish_again(
    source: &Targets,
    target: &Target,
    request: &BuildRequest,
    options: &PublishOptions<'_>,
) -> Result<Option<(BuildResult, Published)>, Failure> {
    let Some(line) = source.last_result(target) else { return Ok(None) };
    let Some(result) = request.recorded(&line) else { return Ok(None) };
    let (site, record) = (&source.site, &source.record(target));
    let copied = |path: &OutPath| result.copied(path);
    let last = LastRelease { site, now: request.now, record, result: &line, copied: &copied };
    let published = source.destination(target)?.publish_again(&last, options);
    let Some(published) = published.map_err(|error| source.failure(error))? else { return Ok(None) };
    source.source.print(&result.problems);
    Ok(Some((result, published)))
}

/// Safe options, as far as the arguments do not say otherwise.
pub(super) fn publish_options(adopts: bool, all: bool, care: CareArgs) -> PublishOptions<'static> {
    let unchanged = if all { UnchangedFiles::Rewrite } else { UnchangedFiles::Keep };
    let newer = if care.force { Newer::Overwrite } else { Newer::Refuse };
    let unmanaged = if adopts { Unmanaged::Adopt } else { Unmanaged::Refuse };
    PublishOptions { unmanaged, newer, unchanged, ..PublishOptions::careful() }
}

/// The changes that a publish would make at a target, as text or JSON.
pub(super) fn plan(
    source: &Targets,
    content: &ContentArgs,
    target: &Target,
    options: &PublishOptions<'_>,
) -> Result<(Published, FeedChanges, serde_json::Value), Failure> {
    let ready = source.source.ready(content, Some(target))?;
    let destination = source.destination(target)?;
    let result = BuildResult::new(None, &ready);
    let published = source.release(target, (&ready, &result), |it| destination.compare(it, options))?;
    let feed = OutPath::new("feed.json").expect("a plain name is an output's path");
    let old = destination.read(&feed).map_err(Failure::world)?;
    let new = ready.bytes(&source.site, &feed).map_err(|error| source.failure(error))?;
    let news = FeedChanges::between(old.as_deref(), &new);
    let json = summary(target, &result, &published, Some(news.clone()));
    Ok((published, news, json))
}

fn summary(
    target: &Target,
    result: &BuildResult,
    published: &Published,
    feeds: Option<FeedChanges>,
) -> serde_json::Value {
    let summary = Summary {
        target: &target.name,
        kind: target.place.kind(),
        changes: &published.changes,
        foreign: &published.foreign,
        commit: published.commit.as_deref(),
        feeds,
        as_of: &result.as_of,
        next_change: &result.next_change,
    };
    serde_json::to_value(summary).expect("a summary is plain data")
}

fn say(target: &Target, published: &Published) {
    if published.finished_earlier {
        say!("`{}`: finished a publish that had been interrupted", target.name);
    }
    let changes = &published.changes;
    let (written, removed) = (changes.written(), changes.removed.len());
    let commit = match &published.commit {
        Some(commit) => format!(", commit {}", &commit[..commit.len().min(10)]),
        None => String::new(),
    };
    say!(
        "`{}`: wrote {written} {}, removed {removed}, left {} unchanged{commit}",
        target.name,
        if written == 1 { "file" } else { "files" },
        changes.unchanged,
    );
    say_unmanaged(&target.name, &published.foreign);
}

fn require_right(target: &Target, verdict: &Verdict) -> Result<(), Failure> {
    say_verdict(&target.name, verdict);
    match verdict.is_right() {
        true => Ok(()),
        false => Err(Failure::World(format!(
            "`{}` differs from what was published\nhelp: `allclear publish --all` writes every file again",
            target.name
        ))),
    }
}
