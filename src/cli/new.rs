//! `allclear new`: a new incident.

use clap::Args;

use crate::cli::author::{
    self, AttemptOutcome, AuthoringContext, Change, Locking, MessageArgs, WriteArgs, usage,
};
use crate::cli::clock::Nearest;
use crate::cli::failure::Failure;
use crate::edge::terminal;
use crate::edit::report::{KindFields, NewReport, Template, compose, late_announcement, template};
use crate::edit::update::NewUpdate;
use crate::edit::{slug, verify};
use crate::model::report::{Impact, Kind, Status};
use crate::source::SourcePath;
use crate::time::{Day, Instant};

/// The site's optional template for new incidents.
const TEMPLATE: &str = "templates/incident.md";

/// Report a new incident
///
/// Writes content/incidents/YYYY/YYYY-MM-DD-WORDS-OF-THE-TITLE.md, from templates/incident.md if the site has one.
/// Without arguments at a terminal, it asks for the component, its state and a message.
#[derive(Debug, Args)]
#[command(before_help = "Examples:
  allclear new \"Donations fail\" --affects giving=major
  allclear new \"Slow\" --affects api=degraded --since -40m --message -
  allclear new --key \"$FINGERPRINT\" --affects api=major --push -- \"$ALERT\"")]
pub(super) struct New {
    /// The incident's title
    title: Option<String>,
    /// A component and its state: degraded, partial, major, maintenance or ok
    #[arg(short, long, value_name = "ID=STATE")]
    affects: Vec<String>,
    /// investigating, identified, monitoring or resolved
    #[arg(short, long, default_value = "investigating")]
    status: String,
    /// none, minor, major or critical [default: from the components' states]
    #[arg(long)]
    impact: Option<String>,
    #[command(flatten)]
    message: MessageArgs,
    /// When it really began, as `-40m` or `09:20` [default: at its first update]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    since: Option<String>,
    /// The time of the update [default: now]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    at: Option<String>,
    /// When the next update will follow, as `+30m` or `15:00`
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    next_update: Option<String>,
    /// The incident that this one is a relapse of
    #[arg(long, value_name = "INCIDENT")]
    after: Option<String>,
    /// A fingerprint: while an incident with this key is open, nothing is written
    #[arg(long, allow_hyphen_values = true)]
    key: Option<String>,
    /// Hide the report from readers
    #[arg(long)]
    draft: bool,
    #[command(flatten)]
    write: WriteArgs,
}

/// The input from arguments or questions.
struct IncidentInput {
    title: String,
    affects: Vec<String>,
    message: Option<String>,
}

pub(super) fn run(args: &New) -> Result<(), Failure> {
    let (input, key) = (input(args)?, author::key(args.key.as_deref())?);
    author::repeated(|attempt| begin(args, &input, key.as_deref(), attempt))
}

fn begin(
    args: &New,
    input: &IncidentInput,
    key: Option<&str>,
    attempt: u32,
) -> Result<AttemptOutcome, Failure> {
    let context = AuthoringContext::open(&args.write.site, args.write.locking())?;
    if let Some(open) = author::open_with_key(&context, key, attempt)? {
        let why = "an open incident has this key";
        return author::nothing_to_do(&context, "new", &open, &args.write, why);
    }
    let report = report(args, &context, (input, key))?;
    let change = write(&context, &report, TEMPLATE)?;
    author::carry_out(context, change, &args.write)
}

/// The change that writes a new report, from the site's template if there is one.
pub(super) fn write(
    context: &AuthoringContext,
    report: &NewReport,
    template_path: &str,
) -> Result<Change, Failure> {
    let template = site_template(context, template_path)?;
    let mut report = report.clone();
    if report.update.message.is_empty() && template.is_none_or(|it| it.message.is_empty()) {
        report.update.message = default_words(context, &report);
    }
    let day = first_day(&report, context);
    let kind = report.kind();
    let path_of = |slug: &str| SourcePath::new(slug::path(kind, day, slug));
    let taken = author::slugs(context);
    let is_taken = |slug: &str| taken.contains(slug) || context.snapshot.files.contains_key(&path_of(slug));
    let slug = slug::slug(day, &report.title, kind, is_taken);
    let path = path_of(&slug);
    let text = compose(&report, template, context.zone());
    let new_update = match template {
        Some(template) if report.update.message.is_empty() => {
            NewUpdate { message: template.message.to_owned(), ..report.update.clone() }
        }
        _ => report.update.clone(),
    };
    verify::new_report(&path, kind, &text, &new_update).map_err(|why| Failure::World(why.to_string()))?;
    let (subject, next) = match kind {
        Kind::Incident => (format!("Report: {}", report.title), next_of_incident(context, &slug)),
        Kind::Maintenance => (format!("Schedule: {}", report.title), "allclear build".to_owned()),
    };
    let action = if kind == Kind::Incident { "new" } else { "schedule" };
    Ok(Change { action, path, moved_from: None, text, slug, title: report.title.clone(), subject, next })
}

fn default_words(context: &AuthoringContext, report: &NewReport) -> String {
    let words = author::default_words(context, report.update.status, &report.components);
    match report.kind_fields {
        KindFields::Maintenance { from, to, .. } if !words.is_empty() && from <= report.update.at => {
            late_announcement(to, report.update.at).to_owned()
        }
        _ => words,
    }
}

/// Reads the arguments; without a title, asks at the terminal.
fn input(args: &New) -> Result<IncidentInput, Failure> {
    if let Some(title) = &args.title {
        let (title, message) = (author::title(title)?, args.message.read()?);
        return Ok(IncidentInput { title, affects: args.affects.clone(), message });
    }
    if !terminal::is_interactive() {
        return Err(usage(
            "the title is missing",
            "allclear new \"What is wrong\" --affects COMPONENT=STATE",
        ));
    }
    let context = AuthoringContext::open(&args.write.site, Locking::ReadOnly)?;
    let mut affects = args.affects.clone();
    if affects.is_empty()
        && let Some(id) = author::choose_component(&context)?
    {
        affects.push(format!("{id}={}", author::ask_state(&id)?));
    }
    let read = |line: &str| author::title(line).map_err(|_| "a title, please".to_owned());
    let title = author::input(terminal::asker().ask("What is wrong, in a few words?", read))?;
    let message = match args.message.is_given() {
        true => args.message.read()?,
        false => Some(author::ask_message()?).filter(|text| !text.is_empty()),
    };
    Ok(IncidentInput { title, affects, message })
}

fn report(
    args: &New,
    context: &AuthoringContext,
    (input, key): (&IncidentInput, Option<&str>),
) -> Result<NewReport, Failure> {
    let at = author::after_message(context, args.at.as_deref(), None)?;
    let started = args.since.as_deref().map(|text| author::instant(context, "--since", text, Nearest::Past));
    let started = started.transpose()?;
    if started.is_some_and(|started| started > at) {
        return Err(usage("--since is after the first update", "say when it began, as in `--since -40m`"));
    }
    let after = args.after.as_deref().map(|name| author::find(context, Some(name), "incident", |_| true));
    let new_update = NewUpdate {
        status: author::status(&args.status, Kind::Incident)?,
        at,
        states: Vec::new(),
        next_update: author::promised(context, args.next_update.as_deref(), at)?,
        message: input.message.clone().unwrap_or_default(),
    };
    Ok(NewReport {
        title: input.title.clone(),
        components: author::affected(context, &input.affects, None)?,
        update: new_update,
        kind_fields: KindFields::Incident { started, impact: impact(args.impact.as_deref())? },
        after: after.transpose()?.map(|report| report.slug),
        keys: key.into_iter().map(str::to_owned).collect(),
        draft: args.draft,
    })
}

fn impact(text: Option<&str>) -> Result<Option<Impact>, Failure> {
    let Some(text) = text else { return Ok(None) };
    let impact = Impact::parse(&text.trim().to_ascii_lowercase());
    let wrong = || usage(&format!("--impact: unknown impact `{text}`"), "use none, minor, major or critical");
    impact.map(Some).ok_or_else(wrong)
}

/// The date in the file name: the day the report begins.
fn first_day(report: &NewReport, context: &AuthoringContext) -> Day {
    let begins: Instant = match report.kind_fields {
        KindFields::Incident { started, .. } => started.unwrap_or(report.update.at),
        KindFields::Maintenance { from, .. } => from,
    };
    context.zone().day_of(begins)
}

fn site_template<'a>(context: &'a AuthoringContext, path: &str) -> Result<Option<Template<'a>>, Failure> {
    let source = SourcePath::new(path);
    let Some(bytes) = context.snapshot.bytes(&source) else { return Ok(None) };
    let text = std::str::from_utf8(bytes).map_err(|_| Failure::World(format!("{path} is not UTF-8")))?;
    template(text).map(Some).map_err(|why| Failure::World(format!("{path}: {why}")))
}

fn next_of_incident(context: &AuthoringContext, slug: &str) -> String {
    let is_only = !author::reports(context).iter().any(author::Report::is_open);
    let name = if is_only { String::new() } else { format!(" {slug}") };
    format!("allclear update{name} --status {} --message \u{2026}", Status::Identified.as_str())
}
