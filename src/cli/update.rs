//! `allclear update` and `allclear resolve`: adds an update to a report.

use std::collections::BTreeSet;

use clap::Args;

use crate::cli::author::{
    self, Affected, AttemptOutcome, AuthoringContext, Change, Locking, MessageArgs, Report, WriteArgs, usage,
};
use crate::cli::failure::Failure;
use crate::cli::last_good;
use crate::edge::terminal;
use crate::edit::update::{NewUpdate, append, word};
use crate::edit::{front, verify};
use crate::model::report::{self, Impact, Kind, Status};
use crate::parse;
use crate::parse::keys;

/// Add an update to an incident or a maintenance
///
/// Without INCIDENT it is added to the only open one. Without --status it keeps the previous status. Without arguments
/// at a terminal, it asks.
#[derive(Debug, Args)]
#[command(before_help = "Examples:
  allclear update --status identified --message \"It is the database.\"
  allclear update donations --affects giving=partial --next-update +30m \\
    --message \"Some donations go through again.\"")]
pub(super) struct Update {
    /// A report's slug, a unique part of it, or its file [default: the only open one]
    incident: Option<String>,
    /// investigating, identified, monitoring, resolved; for a maintenance scheduled, in_progress, verifying, completed,
    /// cancelled [default: the previous one]
    #[arg(short, long)]
    status: Option<String>,
    #[command(flatten)]
    message: MessageArgs,
    /// A component and its state from now on: degraded, partial, major, maintenance or ok
    #[arg(short, long, value_name = "ID=STATE")]
    affects: Vec<String>,
    /// When the next update will follow, as `+30m` or `15:00`
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    next_update: Option<String>,
    /// The time of the update [default: now]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    at: Option<String>,
    /// A fingerprint: finds the incident with this key; an equal update is not repeated
    #[arg(long, allow_hyphen_values = true)]
    key: Option<String>,
    #[command(flatten)]
    open: OpenArgs,
    #[command(flatten)]
    write: WriteArgs,
}

/// Resolve an incident, or complete a maintenance
///
/// All components are operational from then on, and open windows of `[[outages]]` end. Without INCIDENT it is the only
/// open one.
#[derive(Debug, Args)]
#[command(before_help = "Examples:
  allclear resolve --message \"Donations work again.\"
  allclear resolve --key \"$FINGERPRINT\" --push")]
pub(super) struct Resolve {
    /// A report's slug, a unique part of it, or its file [default: the only open one]
    incident: Option<String>,
    #[command(flatten)]
    message: MessageArgs,
    /// The time of the update [default: now]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    at: Option<String>,
    /// A fingerprint: finds the incident with this key; a resolved one stays unchanged
    #[arg(long, allow_hyphen_values = true)]
    key: Option<String>,
    #[command(flatten)]
    open: OpenArgs,
    #[command(flatten)]
    write: WriteArgs,
}

/// How both commands find the only open incident while other reports have errors.
#[derive(Debug, Args)]
struct OpenArgs {
    /// Without INCIDENT: take reports with errors as this commit, or one before it, has them without errors. Else each of them
    /// may be the one that is meant, and the command stops
    #[arg(long, value_name = "REV")]
    last_good: Option<String>,
}

/// The input of both commands.
struct UpdateInput<'a> {
    action: &'static str,
    incident: Option<&'a str>,
    key: Option<String>,
    at: Option<&'a str>,
    message: Option<String>,
    last_good: Option<&'a str>,
}

pub(super) fn run(args: &Update) -> Result<(), Failure> {
    let message = args.message.read()?;
    let says_nothing =
        message.is_none() && args.status.is_none() && args.affects.is_empty() && args.next_update.is_none();
    let asked = if says_nothing { Some(ask(args)?) } else { None };
    let (message, asked_status) = match asked {
        Some((status, message)) => (message, Some(status)),
        None => (message, None),
    };
    let key = author::key(args.key.as_deref())?;
    let input = UpdateInput {
        action: "update",
        incident: args.incident.as_deref(),
        key,
        at: args.at.as_deref(),
        message,
        last_good: args.open.last_good.as_deref(),
    };
    author::repeated(|_| update(args, &input, asked_status))
}

fn update(
    args: &Update,
    input: &UpdateInput<'_>,
    asked_status: Option<Option<Status>>,
) -> Result<AttemptOutcome, Failure> {
    let context = AuthoringContext::open(&args.write.site, args.write.locking())?;
    let report = target(&context, input)?;
    let kind = report.draft.kind;
    let given = args.status.as_deref().map(|text| author::status(text, kind)).transpose()?;
    let status = given.or(asked_status).flatten();
    let states = author::affected(&context, &args.affects, None)?;
    say(context, &report, input, (status, states, args.next_update.as_deref()), &args.write)
}

pub(super) fn resolve(args: &Resolve) -> Result<(), Failure> {
    let input = UpdateInput {
        action: "resolve",
        incident: args.incident.as_deref(),
        key: author::key(args.key.as_deref())?,
        at: args.at.as_deref(),
        message: args.message.read()?,
        last_good: args.open.last_good.as_deref(),
    };
    author::repeated(|_| {
        let context = AuthoringContext::open(&args.write.site, args.write.locking())?;
        let report = target(&context, &input)?;
        let status = match report.draft.kind {
            Kind::Incident => Status::Resolved,
            Kind::Maintenance => Status::Completed,
        };
        say(context, &report, &input, (Some(status), Affected::new(), None), &args.write)
    })
}

fn ask(args: &Update) -> Result<(Option<Status>, Option<String>), Failure> {
    if !terminal::is_interactive() {
        return Err(usage(
            "there is nothing to say",
            "give at least one of --message, --status and --affects",
        ));
    }
    let context = AuthoringContext::open(&args.write.site, Locking::ReadOnly)?;
    let report = open(&context, args.incident.as_deref(), args.open.last_good.as_deref())?;
    say!("{} ({})", report.title(), report.slug);
    let status = author::ask_status(report.draft.kind)?;
    let message = author::ask_message()?;
    if message.is_empty() && status.is_none() {
        return Err(Failure::World("there is nothing to say, nothing was written".to_owned()));
    }
    Ok((status, Some(message).filter(|text| !text.is_empty())))
}

/// The report to update: by name, by key, or the only open one.
fn target(context: &AuthoringContext, input: &UpdateInput<'_>) -> Result<Report, Failure> {
    match (input.incident, &input.key) {
        (None, Some(key)) => match author::with_key(context, key)?.as_slice() {
            [] => {
                Err(usage(&format!("no incident has the key `{key}`"), "`allclear new --key` gives it one"))
            }
            [only] => Ok(only.clone()),
            several => author::pick(&several.iter().collect::<Vec<_>>(), "incident"),
        },
        (named, key) => {
            let report = open(context, named, input.last_good)?;
            let key = key.as_deref().filter(|key| !report.has_key(key));
            match author::open_with_key(context, key, 1)? {
                Some(other) => Err(usage(
                    &format!("the open incident `{}` has this key", other.slug),
                    "leave out the incident to update that one, or choose another key",
                )),
                None => Ok(report),
            }
        }
    }
}

/// The named report, or the only open one.
fn open(context: &AuthoringContext, named: Option<&str>, last_good: Option<&str>) -> Result<Report, Failure> {
    let not_open = match last_good.filter(|_| named.is_none()) {
        Some(rev) => last_good::not_open(context, rev)?,
        None => BTreeSet::new(),
    };
    let is_open = |report: &Report| report.is_open() && !not_open.contains(report.path());
    author::find(context, named, "open incident", is_open)
}

fn say(
    context: AuthoringContext,
    report: &Report,
    input: &UpdateInput<'_>,
    (status, states, next_update): (Option<Status>, Affected, Option<&str>),
    write: &WriteArgs,
) -> Result<AttemptOutcome, Failure> {
    if let Some(end) = report.end() {
        let ended =
            format!("it is {} since {}", word(end.status).to_lowercase(), context.zone().local(end.at));
        if input.key.is_some() {
            return author::nothing_to_do(&context, input.action, report, write, &ended);
        }
        if status.is_some() {
            return Err(over(report, &ended));
        }
    }
    let last = report.facts.as_ref().and_then(|facts| facts.updates.last()).map(|update| update.at);
    let at = author::after_message(&context, input.at, last)?;
    let message = match &input.message {
        Some(message) => message.clone(),
        None => author::default_words(&context, status, &states),
    };
    let next_update = author::promised(&context, next_update, at)?;
    let new_update = NewUpdate { status, at, states, next_update, message };
    let is_linked = input.key.as_ref().is_none_or(|key| report.has_key(key));
    if input.key.is_some() && is_linked && is_said(&context, report, &new_update) {
        let why = "this was said already";
        return author::nothing_to_do(&context, input.action, report, write, why);
    }
    let mut text = append(&report.draft, &new_update, context.zone());
    verify::one_update_more(&report.draft, &text, &new_update)
        .map_err(|why| Failure::World(why.to_string()))?;
    if let Some(key) = input.key.as_ref().filter(|_| !is_linked) {
        text = with_key(report, &text, key);
    }
    let next = next_command(&context, report, &new_update);
    let change = Change {
        action: input.action,
        path: report.path().clone(),
        moved_from: None,
        text,
        slug: report.slug.clone(),
        title: report.title().to_owned(),
        subject: format!("{}: {}", word(new_update.status), report.title()),
        next,
    };
    author::carry_out(context, change, write)
}

fn over(report: &Report, ended: &str) -> Failure {
    let help = match report.draft.kind {
        Kind::Incident => {
            format!("if it is back, report it with `allclear new TITLE --after {}`", report.slug)
        }
        Kind::Maintenance => "announce another one with `allclear schedule TITLE`".to_owned(),
    };
    let help = format!("{help}; a last word is an `allclear update` without a status");
    usage(&format!("`{}` takes no other status: {ended}", report.slug), &help)
}

/// Whether the report has an equal update already, and none after it says otherwise. Promises of times are equal also when they
/// lie as far ahead: a command that is repeated promises anew.
fn is_said(context: &AuthoringContext, report: &Report, new_update: &NewUpdate) -> bool {
    let Some(facts) = &report.facts else { return false };
    let id = |ix| context.edition.site.component(ix).id.as_str();
    let promises = |update: &report::Update| match (update.next_update, new_update.next_update) {
        (Some(old), Some(new)) => {
            old == new || old.secs_since(update.at).abs_diff(new.secs_since(new_update.at)) < 60
        }
        (old, new) => old == new,
    };
    let equal = facts.updates.iter().rposition(|update| {
        let states = update.states.iter().map(|&(ix, state)| (id(ix), state));
        let body = update.body.as_str().replace("\r\n", "\n");
        update.status == new_update.status
            && body.trim() == new_update.message.trim()
            && states.eq(new_update.states.iter().map(|(id, state)| (id.as_str(), *state)))
            && promises(update)
    });
    let says_nothing_else = |update: &report::Update| {
        update.status.is_none() && update.states.is_empty() && update.next_update.is_none()
    };
    equal.is_some_and(|at| facts.updates[at + 1..].iter().all(says_nothing_else))
}

/// The text with the key added to its front matter.
fn with_key(report: &Report, text: &str, key: &str) -> String {
    let draft = parse::report(report.path(), text.as_bytes(), report.draft.kind).expect("a string is UTF-8");
    let table = keys::front_matter(report.draft.kind);
    let span = draft.front_span;
    let front = front::push(&text[span.clone()], table, "keys", key);
    [&text[..span.start], &front, &text[span.end..]].concat()
}

fn next_command(context: &AuthoringContext, report: &Report, new_update: &NewUpdate) -> String {
    let is_only = author::reports(context).iter().filter(|report| report.is_open()).count() == 1;
    let name = if is_only && report.is_open() { String::new() } else { format!(" {}", report.slug) };
    let is_grave = report.incident.as_ref().is_some_and(|it| it.impact >= Impact::Major);
    match new_update.status {
        None if report.end().is_some() => match report.draft.kind {
            Kind::Incident => {
                format!("allclear build; if it is back, allclear new TITLE --after {}", report.slug)
            }
            Kind::Maintenance => "allclear build".to_owned(),
        },
        Some(Status::Resolved) if is_grave => format!("allclear postmortem {}", report.slug),
        Some(status) if status.is_final() => "allclear build".to_owned(),
        _ => format!("allclear resolve{name} --message \u{2026}"),
    }
}
