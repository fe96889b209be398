//! `allclear uptime`: the uptime figure and every window it is made of.

use clap::{Args, ValueEnum};
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use crate::cli::author::usage;
use crate::cli::failure::Failure;
use crate::cli::load::{self, ContentArgs, Source};
use crate::cli::site_args::SiteArgs;
use crate::edge::console;
use crate::edit::written::duration;
use crate::model::ComponentIx;
use crate::model::edition::{Edition, IncidentIx};
use crate::model::state::State;
use crate::model::uptime::Seconds;
use crate::parse::near::help_with;
use crate::time::{Day, Month, written};

/// Show uptime and every window it is made of
///
/// A component's figure over the days that pages show, or over a month or days of your choice, with the report behind
/// each second of downtime. Without COMPONENT, the figures of all components.
#[derive(Debug, Args)]
#[command(before_help = "Examples:
  allclear uptime api --month 2026-10
  allclear uptime --all --format csv --from 2026-01-01 > downtime.csv")]
pub(super) struct Uptime {
    /// A component's id
    component: Option<String>,
    /// A calendar month, as 2026-10
    #[arg(long, value_name = "MONTH", conflicts_with_all = ["from", "to"])]
    month: Option<String>,
    /// The first day [default: the first day that pages show]
    #[arg(long, value_name = "DAY")]
    from: Option<String>,
    /// The last day [default: today]
    #[arg(long, value_name = "DAY")]
    to: Option<String>,
    /// Every window of all components
    #[arg(long, conflicts_with = "component")]
    all: bool,
    /// The output format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    site: SiteArgs,
    #[command(flatten)]
    content: ContentArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// An array of components
    Json,
    /// One line for each window, as in /uptime/YYYY.csv
    Csv,
}

#[derive(Debug, Serialize)]
struct Account {
    component: String,
    name: String,
    from: String,
    to: String,
    /// The first day counted.
    #[serde(skip)]
    first: String,
    /// The number of days counted: those in the component's life, today included.
    days: usize,
    /// Percent with two decimals, rounded down; `None` when no day counts.
    uptime: Option<String>,
    seconds: BySeconds,
    windows: Vec<Row>,
}

#[derive(Debug, Serialize)]
struct BySeconds {
    major_outage: i64,
    partial_outage: i64,
    degraded_performance: i64,
    under_maintenance: i64,
}

/// A window, or a recorded day.
#[derive(Debug, Serialize)]
struct Row {
    state: &'static str,
    from: String,
    to: String,
    seconds: i64,
    /// The report's slug; `None` for a recorded day.
    report: Option<String>,
}

pub(super) fn run(args: &Uptime) -> Result<(), Failure> {
    let source = Source::read(&args.site)?;
    let (outcome, _) = source.prepare(&args.content, None)?;
    let Some(prepared) = &outcome.prepared else {
        load::report(&outcome.problems, &source.snapshot)?;
        return Err(Failure::Content);
    };
    let edition = &prepared.edition;
    let period = period(args, edition)?;
    let components: Vec<ComponentIx> = match &args.component {
        Some(id) => vec![component(edition, id)?],
        None => edition.site.component_ixs().collect(),
    };
    let accounts: Vec<Account> = components.into_iter().map(|ix| account(edition, ix, period)).collect();
    let text = match args.format {
        Format::Json => serde_json::to_string_pretty(&accounts).expect("accounts are plain data") + "\n",
        Format::Csv => csv(&accounts),
        Format::Text if args.component.is_some() || args.all => {
            accounts.iter().map(|account| detailed(account, edition)).collect::<Vec<_>>().join("\n")
        }
        Format::Text => figures(&accounts),
    };
    let printed = match args.format {
        Format::Json => console::print_json(&text),
        _ => console::print(&text),
    };
    printed.map_err(Failure::world)
}

fn component(edition: &Edition, id: &str) -> Result<ComponentIx, Failure> {
    let components = &edition.site.components;
    let found = components.iter().position(|component| component.id == id).map(ComponentIx);
    let ids = components.iter().map(|component| component.id.as_str());
    found.ok_or_else(|| usage(&format!("unknown component `{id}`"), &help_with(id, "component", ids)))
}

fn period(args: &Uptime, edition: &Edition) -> Result<(Day, Day), Failure> {
    if let Some(text) = &args.month {
        let wrong = || usage(&format!("--month: `{text}` is not a month"), "write it as 2026-10");
        let month = Month::parse(text).ok_or_else(wrong)?;
        let outside = |error| usage(&format!("--month: {error}"), "write it as 2026-10");
        written::check_year(month.first_day()).map_err(outside)?;
        return Ok((month.first_day(), month.last_day().min(edition.today).max(month.first_day())));
    }
    let day = |flag: &str, text: Option<&String>, default: Day| match text {
        None => Ok(default),
        Some(text) => written::parse_day(text)
            .map_err(|error| usage(&format!("{flag}: {error}"), "write it as 2026-10-01")),
    };
    let to = day("--to", args.to.as_ref(), edition.today)?;
    let shown = i64::from(edition.site.config.uptime.days);
    let from = day("--from", args.from.as_ref(), to.plus_days(1 - shown))?;
    if to < from {
        return Err(usage(&format!("--to: {to} is before --from, {from}"), "swap them"));
    }
    Ok((from, to))
}

fn account(edition: &Edition, ix: ComponentIx, (first, last): (Day, Day)) -> Account {
    let component = edition.site.component(ix);
    let counted = last.min(edition.today);
    let rows = if first <= counted { edition.days(ix, first, counted, edition.now) } else { Vec::new() };
    let days: Vec<Seconds> = rows.iter().filter_map(|row| row.seconds).collect();
    let total = days.iter().copied().sum::<Seconds>();
    Account {
        component: component.id.clone(),
        name: component.name.clone(),
        from: first.to_string(),
        to: last.to_string(),
        first: rows.iter().find(|row| row.seconds.is_some()).map_or(first, |row| row.day).to_string(),
        days: days.len(),
        uptime: edition.figure_of(&rows).map(|figure| figure.floor2()),
        seconds: BySeconds {
            major_outage: total.major_outage,
            partial_outage: total.partial_outage,
            degraded_performance: total.degraded_performance,
            under_maintenance: total.under_maintenance,
        },
        windows: windows(edition, ix, first, last),
    }
}

fn windows(edition: &Edition, ix: ComponentIx, first: Day, last: Day) -> Vec<Row> {
    let zone = edition.site.config.zone;
    let traced = edition.trace(ix, first, last, edition.now).into_iter().map(|window| Row {
        state: window.state.as_str(),
        from: zone.rfc3339(window.interval.from),
        to: zone.rfc3339(window.interval.to),
        seconds: window.interval.secs(),
        report: Some(edition.incident(IncidentIx(window.source)).report.slug.to_string()),
    });
    let recorded =
        edition.recorded_between(ix, first, last, edition.now).into_iter().flat_map(|(day, recorded)| {
            let states = State::ALL.into_iter().rev().filter(move |state| recorded.get(*state) > 0);
            states.map(move |state| Row {
                state: state.as_str(),
                from: day.to_string(),
                to: day.next().to_string(),
                seconds: recorded.get(state),
                report: None,
            })
        });
    traced.chain(recorded).collect()
}

fn csv(accounts: &[Account]) -> String {
    let mut text = String::from("component,state,from,to,seconds,report\r\n");
    for account in accounts {
        for row in &account.windows {
            let report = row.report.as_deref().unwrap_or_default();
            let (id, state, seconds) = (&account.component, row.state, row.seconds);
            text.push_str(&format!("{id},{state},{},{},{seconds},{report}\r\n", row.from, row.to));
        }
    }
    text
}

fn figures(accounts: &[Account]) -> String {
    let widest = accounts.iter().map(|account| account.name.width()).max().unwrap_or(0);
    let line = |account: &Account| {
        let gap = " ".repeat(widest - account.name.width());
        format!("{}{gap}  {:>8}\n", account.name, figure(account))
    };
    let period = accounts.first().map_or(String::new(), |it| format!("From {} to {}\n", it.from, it.to));
    period + &accounts.iter().map(line).collect::<String>()
}

fn figure(account: &Account) -> String {
    account.uptime.as_ref().map_or("no data".to_owned(), |uptime| format!("{uptime} %"))
}

/// A component's figure, its windows and their sum.
fn detailed(account: &Account, edition: &Edition) -> String {
    let mut text = format!(
        "{}: {} from {} to {} ({} {})\n",
        account.name,
        figure(account),
        account.first,
        account.to,
        account.days,
        if account.days == 1 { "day" } else { "days" }
    );
    for row in &account.windows {
        let from = row.from.replacen('T', " ", 1);
        let state = row.state.replace('_', " ");
        let source = row.report.as_deref().unwrap_or("recorded downtime");
        text.push_str(&format!("  {from}  {:<10}  {state}\n    {source}\n", duration(row.seconds)));
    }
    let weights = edition.site.config.uptime.weights;
    let seconds = &account.seconds;
    let all = [
        (State::MajorOutage, seconds.major_outage),
        (State::PartialOutage, seconds.partial_outage),
        (State::DegradedPerformance, seconds.degraded_performance),
        (State::UnderMaintenance, seconds.under_maintenance),
    ];
    for (state, secs) in all.into_iter().filter(|(_, secs)| *secs > 0) {
        let name = state.as_str().replace("under_", "").replace('_', " ");
        text.push_str(&format!("  {secs} s of {name}, each counts {} %\n", weights.get(state)));
    }
    text
}
