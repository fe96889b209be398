//! `allclear alert`: what monitoring sends opens, updates and resolves incidents.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::alert::{self, BodyError, Delivery, Edit, Incoming, KnownReport, Response};
use crate::check;
use crate::cli::author::{self, AttemptOutcome, AuthoringContext, Change, Report, WriteArgs, usage};
use crate::cli::failure::Failure;
use crate::cli::load;
use crate::cli::output::print_json;
use crate::edit::update::word;
use crate::edit::{slug, verify};
use crate::model::alerts::AlertRules;
use crate::model::report::{Kind, Status};
use crate::parse::near::help_with;
use crate::source::SourcePath;
use crate::time::Instant;

/// The most bytes of a body: 4 MiB.
const LIMIT: u64 = 4 << 20;

/// Open, update or resolve an incident as monitoring says
///
/// Reads a body of Alertmanager's webhook, one of Grafana's alerting, or any JSON that a mapping of site.toml fits; also the
/// event of GitHub that holds it as `client_payload.alert`. One incident is written for each group of alerts until all of
/// them are over. A body that is repeated, late or out of order changes nothing that is known.
#[derive(Debug, Args)]
#[command(before_help = "Examples:
  allclear alert --push < body.json
  allclear alert \"$GITHUB_EVENT_PATH\" --push
  allclear alert --mapping uptimerobot body.json --dry-run")]
pub(super) struct Alert {
    /// The body; `-` reads standard input
    #[arg(default_value = "-")]
    file: PathBuf,
    /// The table `[alerts.NAME]` to read it by [default: the one that fits]
    #[arg(long, value_name = "NAME")]
    mapping: Option<String>,
    #[command(flatten)]
    write: WriteArgs,
}

pub(super) fn run(args: &Alert) -> Result<(), Failure> {
    let body = body(&args.file)?;
    let mut left = true;
    // One delivery may end an incident and open the next: each is a change of its own.
    while left {
        let more = std::cell::Cell::new(false);
        author::repeated(|_| {
            let (outcome, others) = attempt(args, &body)?;
            more.set(others);
            Ok(outcome)
        })?;
        left = more.get() && !args.write.dry_run;
    }
    Ok(())
}

fn body(file: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = match file.as_os_str() == "-" {
        true => io::stdin().lock().take(LIMIT + 1).read_to_end(&mut bytes),
        false => File::open(file).and_then(|file| file.take(LIMIT + 1).read_to_end(&mut bytes)),
    };
    read.map_err(|cause| Failure::World(format!("cannot read `{}`: {cause}", file.display())))?;
    match bytes.len() as u64 > LIMIT {
        true => Err(Failure::World(format!("`{}` has more than 4 MiB, which is the limit", file.display()))),
        false => Ok(bytes),
    }
}

/// Carries out the first change; whether there are others.
fn attempt(args: &Alert, body: &[u8]) -> Result<(AttemptOutcome, bool), Failure> {
    let context = AuthoringContext::open(&args.write.site, args.write.locking())?;
    let site = context.drafts.site.clone().unwrap_or_default();
    let rules = check::alerts(&site).0;
    let delivery = delivery(&context, &rules, body, args.mapping.as_deref())?;
    let reports = reports(&context, &alert::key(&delivery))?;
    let known: Vec<KnownReport> = reports.iter().map(known).collect();
    let config = &context.edition.site.config;
    let incoming = Incoming {
        site: &site,
        components: &context.edition.site.components,
        language: &config.language,
        rules: &rules,
        zone: config.zone,
        now: context.now,
    };
    let Response { edits, unknown } = alert::respond(&incoming, &known, &delivery);
    unknown.iter().for_each(|said| say_unknown(&rules, said));
    let others = edits.len() > 1;
    let Some(first) = edits.into_iter().next() else {
        return Ok((nothing(&context, &reports, args)?, false));
    };
    let change = change(&context, first, &reports)?;
    Ok((author::carry_out(context, change, &args.write)?, others))
}

fn delivery(
    context: &AuthoringContext,
    rules: &AlertRules,
    body: &[u8],
    mapping: Option<&str>,
) -> Result<Delivery, Failure> {
    let ids: Vec<String> = context.edition.site.components.iter().map(|it| it.id.clone()).collect();
    alert::read(body, &ids, rules, mapping).map_err(|why| {
        let names = rules.mappings.iter().map(|mapping| mapping.name.as_str());
        let help = match &why {
            BodyError::NoMapping(name) => help_with(name, "mapping", names),
            BodyError::Unknown => {
                "say in `[alerts.NAME]` of site.toml where key, state and component are".to_owned()
            }
            BodyError::Several(_) => "name one with `--mapping NAME`".to_owned(),
            _ => "send the body as monitoring writes it".to_owned(),
        };
        usage(&format!("this is no alert: {why}"), &help)
    })
}

/// The reports with the group's key. Fails when one has errors.
fn reports(context: &AuthoringContext, key: &str) -> Result<Vec<Report>, Failure> {
    let mut found = author::reports(context);
    // Where front matter cannot be read, its text tells whose it is.
    found.retain(|report| report.has_key(key) || report.has_errors() && report.draft.text.contains(key));
    if let Some(broken) = found.iter().find(|report| report.has_errors()) {
        load::report(&context.errors_of(broken.path()), &context.snapshot)?;
        return Err(Failure::World(format!("`{}` cannot be read as a report", broken.path())));
    }
    Ok(found)
}

fn known(report: &Report) -> KnownReport {
    let times = || report.facts.iter().flat_map(|facts| facts.updates.iter().map(|update| update.at));
    KnownReport {
        draft: report.draft.clone(),
        ended: report.end().map(|end| end.at),
        first: times().next(),
        last: times().next_back(),
    }
}

fn say_unknown(rules: &AlertRules, (component, state): &(String, String)) {
    say!(
        "left out: an alert with the component `{component}` and the state `{state}`\n\
         help: `components` and `states` of `[alerts]` say what the labels `{}` and `{}` stand for",
        rules.component_label,
        rules.state_label
    );
}

fn nothing(context: &AuthoringContext, reports: &[Report], args: &Alert) -> Result<AttemptOutcome, Failure> {
    if let Some(newest) = reports.first() {
        return author::nothing_to_do(
            context,
            "alert",
            newest,
            &args.write,
            "its alerts are known, or began before their incident ended",
        );
    }
    match args.write.json {
        true => print_json(&serde_json::json!({ "action": "alert", "changed": false }))?,
        false => say!("nothing to do: no incident has to do with this"),
    }
    Ok(AttemptOutcome::Done)
}

fn change(context: &AuthoringContext, edit: Edit, reports: &[Report]) -> Result<Change, Failure> {
    match edit {
        Edit::New { title, began, text } => Ok(opened(context, title, began, text)),
        Edit::Changed { place, text, update } => {
            let report = &reports[place];
            if let Some(update) = &update {
                // Its keys are written as well: the update alone is looked at.
                verify::one_update_more(&report.draft, &text, update)
                    .map_err(|why| Failure::World(why.to_string()))?;
            }
            let status = match &update {
                Some(update) => update.status,
                None => last_status(report.path(), &text),
            };
            Ok(Change {
                action: "alert",
                path: report.path().clone(),
                moved_from: None,
                text,
                slug: report.slug.clone(),
                title: report.title().to_owned(),
                subject: format!("{}: {}", word(status), report.title()),
                next: "allclear build".to_owned(),
            })
        }
    }
}

/// The status of a report's last update.
fn last_status(path: &SourcePath, text: &str) -> Option<Status> {
    let draft = crate::parse::report(path, text.as_bytes(), Kind::Incident).ok()?;
    draft.updates.last()?.status.value
}

fn opened(context: &AuthoringContext, title: String, began: Instant, text: String) -> Change {
    let day = context.zone().day_of(began);
    let path_of = |slug: &str| SourcePath::new(slug::path(Kind::Incident, day, slug));
    let taken = author::slugs(context);
    let is_taken = |slug: &str| taken.contains(slug) || context.snapshot.files.contains_key(&path_of(slug));
    // Words that are apart in a title may form a forbidden phrase in its address.
    let site = context.drafts.site.clone().unwrap_or_default();
    let slug = [&*title, ""].map(|words| slug::slug(day, words, Kind::Incident, is_taken));
    let is_allowed = |slug: &&String| !check::is_forbidden_address(&site, slug);
    let slug = slug.iter().find(is_allowed).unwrap_or(&slug[0]).clone();
    let is_draft = text.contains("\ndraft = true\n");
    Change {
        action: "alert",
        path: path_of(&slug),
        moved_from: None,
        text,
        slug,
        subject: format!("Report: {title}"),
        title,
        next: match is_draft {
            true => "look at it; without the line `draft = true` readers will see it".to_owned(),
            false => "allclear build".to_owned(),
        },
    }
}
