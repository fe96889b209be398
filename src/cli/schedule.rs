//! `allclear schedule`: announces a maintenance.

use clap::Args;

use crate::cli::author::{self, AttemptOutcome, AuthoringContext, MessageArgs, WriteArgs, usage};
use crate::cli::clock::{Nearest, is_known, real_now, time_argument};
use crate::cli::failure::Failure;
use crate::cli::new;
use crate::edit::report::{KindFields, NewReport};
use crate::edit::update::NewUpdate;
use crate::model::report::Status;
use crate::model::state::State;
use crate::time::Instant;
use crate::time::written::parse_duration;

/// The site's optional template for new maintenances.
const TEMPLATE: &str = "templates/maintenance.md";

/// Announce a maintenance
///
/// Writes content/maintenance/YYYY/YYYY-MM-DD-WORDS-OF-THE-TITLE.md. It begins and ends automatically, unless --manual.
#[derive(Debug, Args)]
#[command(before_help = "Examples:
  allclear schedule \"Database upgrade\" --from \"2026-11-22 02:00\" --for 2h \\
    --affects api --message \"Requests may fail for a minute or two.\"
  allclear schedule \"Move\" --from 22:00 --to 23:30 --affects web=partial")]
pub(super) struct Schedule {
    /// The maintenance's title
    title: String,
    /// When it begins, as `2026-11-22 02:00`, `22:00` or `+2d`
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    from: String,
    /// When it ends
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, conflicts_with = "lasting")]
    to: Option<String>,
    /// How long it lasts, as `2h` or `1h30m`
    #[arg(long = "for", value_name = "DURATION", id = "lasting", allow_hyphen_values = true)]
    lasting: Option<String>,
    /// A component; with a state if that is not under maintenance: degraded, partial, major or ok
    #[arg(short, long, value_name = "ID[=STATE]")]
    affects: Vec<String>,
    #[command(flatten)]
    message: MessageArgs,
    /// The time of the announcement [default: now]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    at: Option<String>,
    /// A fingerprint: while a maintenance with this key is planned or running, nothing is written
    #[arg(long, allow_hyphen_values = true)]
    key: Option<String>,
    /// Begin and end only by the updates `in_progress` and `completed`
    #[arg(long)]
    manual: bool,
    /// Hide the report from readers
    #[arg(long)]
    draft: bool,
    #[command(flatten)]
    write: WriteArgs,
}

pub(super) fn run(args: &Schedule) -> Result<(), Failure> {
    let (title, message) = (author::title(&args.title)?, args.message.read()?);
    let key = author::key(args.key.as_deref())?;
    author::repeated(|attempt| announce(args, (&title, message.as_deref()), key.as_deref(), attempt))
}

fn announce(
    args: &Schedule,
    (title, message): (&str, Option<&str>),
    key: Option<&str>,
    attempt: u32,
) -> Result<AttemptOutcome, Failure> {
    let context = AuthoringContext::open(&args.write.site, args.write.locking())?;
    if let Some(open) = author::open_with_key(&context, key, attempt)? {
        let why = "a maintenance with this key is planned or runs";
        return author::nothing_to_do(&context, "schedule", &open, &args.write, why);
    }
    let at = author::after_message(&context, args.at.as_deref(), None)?;
    let (from, to) = window(args, &context)?;
    let new_update = NewUpdate {
        status: Some(Status::Scheduled),
        at,
        states: Vec::new(),
        next_update: None,
        message: message.unwrap_or_default().to_owned(),
    };
    let report = NewReport {
        title: title.to_owned(),
        components: author::affected(&context, &args.affects, Some(State::UnderMaintenance))?,
        update: new_update,
        kind_fields: KindFields::Maintenance { from, to, automatic: !args.manual },
        after: None,
        keys: key.into_iter().map(str::to_owned).collect(),
        draft: args.draft,
    };
    let change = new::write(&context, &report, TEMPLATE)?;
    author::carry_out(context, change, &args.write)
}

fn window(args: &Schedule, context: &AuthoringContext) -> Result<(Instant, Instant), Failure> {
    let from = author::instant(context, "--from", &args.from, Nearest::Future)?;
    let to = match (&args.to, &args.lasting) {
        (Some(to), _) => end(context, to, from)?,
        (None, Some(lasting)) => from.plus_secs(length(lasting)?),
        (None, None) => return Err(usage("the end is missing", "give --to TIME or --for DURATION")),
    };
    if to <= from {
        let zone = context.zone();
        let message = format!("--to: {} is not after --from, {}", zone.local(to), zone.local(from));
        return Err(usage(&message, "give a later end, or `--for 2h`"));
    }
    if !is_known(to, context.zone()) {
        let message = format!("--for: the end, {}, is not between 1970 and 2100", context.zone().local(to));
        return Err(usage(&message, "give an end that someone will see, as `--for 2h`"));
    }
    Ok((from, to))
}

/// A bare end time is the next such time after the beginning.
fn end(context: &AuthoringContext, text: &str, from: Instant) -> Result<Instant, Failure> {
    time_argument(text, context.zone(), if is_bare(text) { from } else { real_now() }, Nearest::Future)
        .map_err(|why| Failure::World(format!("--to: {why}")))
}

fn is_bare(text: &str) -> bool {
    crate::time::written::parse(text).is_ok_and(|written| written.day.is_none())
}

fn length(text: &str) -> Result<i64, Failure> {
    let wrong =
        || usage(&format!("--for: `{text}` is not a length of time"), "write it as `2h`, `90m` or `1h30m`");
    parse_duration(text.trim()).filter(|secs| *secs > 0).ok_or_else(wrong)
}
