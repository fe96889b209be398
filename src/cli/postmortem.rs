//! `allclear postmortem`: writes the skeleton, and later publishes it.

use clap::Args;

use crate::check::postmortem::{PLACEHOLDER, TEMPLATE, first_placeholder};
use crate::cli::author::{self, AttemptOutcome, AuthoringContext, Change, Report, WriteArgs, usage};
use crate::cli::clock::{Nearest, real_now};
use crate::cli::failure::Failure;
use crate::edit::postmortem;
use crate::edit::relink;
use crate::model::incident::Incident;
use crate::model::report::{Kind, Status};
use crate::parse::draft::PostmortemDraft;
use crate::parse::files;
use crate::source::SourcePath;
use crate::time::Instant;

/// Begin or publish an incident's postmortem
///
/// Writes a skeleton below the updates: summary, impact, root cause, timeline and follow-ups, from
/// templates/postmortem.md if the site has one. Durations and timeline come from the report. Readers see it after
/// --publish.
#[derive(Debug, Args)]
#[command(before_help = "Examples:
  allclear postmortem donations --edit
  allclear postmortem donations --publish --push")]
pub(super) struct Postmortem {
    /// A report's slug, a unique part of it, or its file [default: the only closed incident without a postmortem]
    incident: Option<String>,
    /// Move SLUG.md to SLUG/index.md, so that images can be stored beside it
    #[arg(long)]
    with_images: bool,
    /// Publish the postmortem
    #[arg(long)]
    publish: bool,
    /// Its publication time [default: now]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, requires = "publish")]
    at: Option<String>,
    #[command(flatten)]
    write: WriteArgs,
}

pub(super) fn run(args: &Postmortem) -> Result<(), Failure> {
    author::repeated(|_| write(args))
}

fn write(args: &Postmortem) -> Result<AttemptOutcome, Failure> {
    let context = AuthoringContext::open(&args.write.site, args.write.locking())?;
    let given = args.at.as_deref().map(|text| author::instant(&context, "--at", text, Nearest::Past));
    let at = given.transpose()?.unwrap_or_else(real_now);
    let awaits = |report: &Report| match &report.draft.postmortem {
        _ if report.is_unreadable() => true,
        None => !args.publish && is_over(report),
        Some(postmortem) => args.publish && postmortem.draft,
    };
    let what =
        if args.publish { "postmortem under review" } else { "incident that is over without a postmortem" };
    let report = author::find(&context, args.incident.as_deref(), what, awaits)?;
    if let Some(why) = is_done(args, &report) {
        return author::nothing_to_do(&context, "postmortem", &report, &args.write, why);
    }
    let text = match (&report.draft.postmortem, args.publish) {
        (Some(postmortem), true) => published(&context, &report, postmortem, at)?,
        (None, true) => {
            let help = format!("begin it with `allclear postmortem {}`", report.slug);
            return Err(usage(&format!("`{}` has no postmortem", report.slug), &help));
        }
        (Some(_), false) => {
            let help =
                format!("edit `{}`, then run `allclear postmortem {} --publish`", report.path(), report.slug);
            return Err(usage(&format!("`{}` has a postmortem already", report.slug), &help));
        }
        (None, false) => begun(&context, &report)?,
    };
    let change = change(args, &report, text)?;
    author::carry_out(context, change, &args.write)
}

/// Why nothing is left but a commit that failed before.
fn is_done(args: &Postmortem, report: &Report) -> Option<&'static str> {
    let postmortem = report.draft.postmortem.as_ref().filter(|_| args.write.commit || args.write.push)?;
    let is_moved = !args.with_images || files::is_index(report.path());
    match args.publish {
        true => Some("its postmortem is published").filter(|_| !postmortem.draft && is_moved),
        false => Some("it has a postmortem").filter(|_| is_moved),
    }
}

/// Whether an incident needs no more updates. One with errors may be over.
fn is_over(report: &Report) -> bool {
    let is_over = report.incident.as_ref().is_some_and(has_ended) || report.has_errors();
    report.draft.kind == Kind::Incident && is_over
}

fn has_ended(incident: &Incident) -> bool {
    !incident.is_open() && incident.ended.is_some()
}

fn begun(context: &AuthoringContext, report: &Report) -> Result<String, Failure> {
    let incident = report.incident.as_ref();
    let incident = incident.filter(|it| has_ended(it)).ok_or_else(|| not_over(report))?;
    let source = SourcePath::new(TEMPLATE);
    let template = match context.snapshot.bytes(&source) {
        None => postmortem::TEMPLATE,
        Some(bytes) => {
            std::str::from_utf8(bytes).map_err(|_| Failure::World(format!("{TEMPLATE} is not UTF-8")))?
        }
    };
    let skeleton = postmortem::skeleton(template, incident, &context.edition.site)
        .map_err(|why| Failure::World(format!("{TEMPLATE}: {why}")))?;
    Ok(postmortem::insert(&report.draft, &skeleton))
}

fn not_over(report: &Report) -> Failure {
    let slug = &report.slug;
    match report.incident.as_ref().map(|it| it.status) {
        Some(Status::Cancelled) => usage(
            &format!("`{slug}` was cancelled, so it has no timeline"),
            "write what there is to say in its file, below a line `# Postmortem`",
        ),
        Some(status) if status.is_final() => {
            usage(&format!("`{slug}` ends later than now"), "wait for the end that its file gives")
        }
        _ => usage(
            &format!("`{slug}` is not over yet"),
            &format!("resolve it first: `allclear resolve {slug}`"),
        ),
    }
}

fn published(
    context: &AuthoringContext,
    report: &Report,
    postmortem: &PostmortemDraft,
    at: Instant,
) -> Result<String, Failure> {
    if !postmortem.draft {
        return Err(usage(
            &format!("the postmortem of `{}` is published already", report.slug),
            "edit it in its file",
        ));
    }
    if let Some(line) = first_placeholder(&report.draft, postmortem) {
        let message = format!("the postmortem of `{}` still holds a {PLACEHOLDER}", report.slug);
        return Err(usage(&message, &format!("write line {line} of `{}` first", report.path())));
    }
    Ok(postmortem::publish(&report.draft, postmortem, at, context.zone()))
}

fn change(args: &Postmortem, report: &Report, text: String) -> Result<Change, Failure> {
    let (path, moved_from, text) = match args.with_images {
        true => moved(report, &text)?,
        false => (report.path().clone(), None, text),
    };
    let (subject, next) = match args.publish {
        true => (format!("Postmortem: {}", report.title()), "allclear build".to_owned()),
        false => {
            let next = format!("write it in `{path}`, then `allclear postmortem {} --publish`", report.slug);
            (format!("Begin the postmortem: {}", report.title()), next)
        }
    };
    let (slug, title) = (report.slug.clone(), report.title().to_owned());
    Ok(Change { action: "postmortem", path, moved_from, text, slug, title, subject, next })
}

/// Moves the report into its own folder, with adjusted links.
fn moved(report: &Report, text: &str) -> Result<(SourcePath, Option<SourcePath>, String), Failure> {
    let path = report.path();
    if files::is_index(path) {
        return Ok((path.clone(), None, text.to_owned()));
    }
    let stem = files::without_type(path.as_str(), "md").unwrap_or(path.as_str());
    let to = SourcePath::new(format!("{stem}/index.md"));
    let text = relink::one_deeper(path, report.draft.kind, text);
    Ok((to, Some(path.clone()), text))
}
