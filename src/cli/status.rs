//! `allclear status`: the current status of this site or of any page with Statuspage's API v2.

use std::io;

use clap::Args;
use serde::Deserialize;
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use crate::cli::author::{Paint, usage};
use crate::cli::clock::real_now;
use crate::cli::failure::Failure;
use crate::cli::load::{self, ContentArgs, Source};
use crate::cli::output::print_json;
use crate::cli::site_args::SiteArgs;
use crate::diagnostic::visible::quoted;
use crate::edge::{console, fetch};
use crate::edit::written;
use crate::model::out_path::OutPath;
use crate::model::state::State;
use crate::pipeline::Body;
use crate::time::{Instant, Zone};

const SUMMARY: &str = "api/v2/summary.json";

/// Show the current status
///
/// Shows the status of this site or, with --url, of any status page with Statuspage's API v2.
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  allclear status\n  allclear status --url https://www.githubstatus.com")]
pub(super) struct Status {
    /// The URL of a status page
    #[arg(long, value_name = "URL", conflicts_with_all = ["now", "drafts", "base_url"])]
    url: Option<String>,
    /// Print the API's summary as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    site: SiteArgs,
    #[command(flatten)]
    content: ContentArgs,
}

/// The parts of `summary.json` that are shown; missing ones are empty.
#[derive(Debug, Deserialize)]
struct Summary {
    page: Page,
    status: Overall,
    #[serde(default)]
    components: Vec<Component>,
    #[serde(default)]
    incidents: Vec<Incident>,
    #[serde(default)]
    scheduled_maintenances: Vec<Incident>,
}

#[derive(Debug, Deserialize)]
struct Page {
    name: String,
    time_zone: Option<String>,
    updated_at: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Overall {
    #[serde(default)]
    indicator: String,
    description: String,
}

#[derive(Debug, Deserialize)]
struct Component {
    #[serde(default)]
    id: String,
    name: String,
    status: String,
    #[serde(default)]
    group: bool,
    group_id: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Incident {
    name: String,
    status: String,
    shortlink: Option<String>,
    started_at: Option<String>,
    created_at: Option<String>,
    updated_at: Option<String>,
    scheduled_for: Option<String>,
    scheduled_until: Option<String>,
}

pub(super) fn run(args: &Status) -> Result<(), Failure> {
    let (text, now) = match &args.url {
        Some(url) => (remote(url)?, real_now()),
        None => local(args)?,
    };
    let value: Value = serde_json::from_str(&text).map_err(|why| unreadable(args, &why.to_string()))?;
    if args.json {
        return print_json(&value);
    }
    let summary: Summary = serde_json::from_value(value).map_err(|why| unreadable(args, &why.to_string()))?;
    let shown = show(&summary, now, Paint::of(&io::stdout()));
    console::print(&shown).map_err(Failure::world)
}

fn remote(url: &str) -> Result<String, Failure> {
    let with_scheme = if url.contains("://") { url.to_owned() } else { format!("https://{url}") };
    let rest = with_scheme.strip_prefix("https://").or_else(|| with_scheme.strip_prefix("http://"));
    let host = rest.map_or("", |rest| rest.split('/').next().unwrap_or_default());
    if host.is_empty() || with_scheme.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(usage(
            &format!("--url: `{url}` is not an address"),
            "write it as https://status.example.org",
        ));
    }
    let base = with_scheme.trim_end_matches('/').trim_end_matches(SUMMARY).trim_end_matches('/');
    fetch::text(&format!("{base}/{SUMMARY}")).map_err(Failure::world)
}

fn unreadable(args: &Status, why: &str) -> Failure {
    let whose = args.url.as_deref().unwrap_or("the site");
    usage(
        &format!("the summary of {whose} cannot be read: {}", quoted(why)),
        "the page must serve Statuspage's API v2",
    )
}

/// The summary that a build would write.
fn local(args: &Status) -> Result<(String, Instant), Failure> {
    let source = Source::read(&args.site)?;
    let (outcome, _) = source.prepare(&args.content, None)?;
    let Some(prepared) = &outcome.prepared else {
        load::report(&outcome.problems, &source.snapshot)?;
        return Err(Failure::Content);
    };
    let path = OutPath::new(SUMMARY).expect("the summary's path is an output's");
    let bytes = match prepared.render(&path) {
        Ok(Body::Bytes(bytes)) => bytes,
        Ok(Body::File(_)) => {
            return Err(Failure::World(format!("`static/{SUMMARY}` replaces the summary")));
        }
        Err(problem) => {
            load::report(&[problem], &source.snapshot)?;
            return Err(Failure::Content);
        }
    };
    let text = String::from_utf8(bytes).expect("JSON is UTF-8");
    Ok((text, prepared.edition.now))
}

fn show(summary: &Summary, now: Instant, paint: Paint) -> String {
    let zone = summary.page.time_zone.as_deref().and_then(Zone::parse).unwrap_or(Zone::UTC);
    let overall = match summary.status.indicator.as_str() {
        "none" => State::Operational,
        "maintenance" => State::UnderMaintenance,
        "minor" => State::PartialOutage,
        _ => State::MajorOutage,
    };
    let description = paint.state(overall, &visible(&summary.status.description));
    let mut text = format!("{}: {description}\n", paint.with("1", &visible(&summary.page.name)));
    if let Some(at) = instant(summary.page.updated_at.as_ref()) {
        text.push_str(&format!("as of {} {}\n", minute(at, zone), zone.abbreviation(at)));
    }
    text.push_str(&components(summary, paint));
    let open: Vec<String> =
        summary.incidents.iter().map(|incident| open_incident(incident, now, paint)).collect();
    let planned: Vec<String> =
        summary.scheduled_maintenances.iter().map(|it| maintenance(it, zone, paint)).collect();
    for (title, lines) in [("Incidents", open), ("Maintenance", planned)] {
        if !lines.is_empty() {
            text.push_str(&format!("\n{}\n{}", paint.with("1", title), lines.concat()));
        }
    }
    text
}

/// One line per component, groups before their members.
fn components(summary: &Summary, paint: Paint) -> String {
    let widest =
        summary.components.iter().map(|component| visible(&component.name).width()).max().unwrap_or(0);
    let line = |component: &Component, indent: &str| {
        let name = visible(&component.name);
        let state = visible(&component.status);
        let painted = match State::parse(&state) {
            Some(of) => paint.state(of, &state.replace('_', " ")),
            None => state,
        };
        format!("{indent}{name}{}  {painted}\n", " ".repeat(widest.saturating_sub(name.width())))
    };
    let mut text = String::from("\n");
    for component in summary.components.iter().filter(|component| component.group_id.is_none()) {
        if !component.group {
            text.push_str(&line(component, "  "));
            continue;
        }
        text.push_str(&format!("  {}\n", paint.with("1", &visible(&component.name))));
        let members = summary.components.iter().filter(|it| it.group_id.as_ref() == Some(&component.id));
        text.extend(members.map(|member| line(member, "    ")));
    }
    if summary.components.is_empty() { String::new() } else { text }
}

fn open_incident(incident: &Incident, now: Instant, paint: Paint) -> String {
    let since = |time: Option<&String>| instant(time).map(|at| written::duration(now.secs_since(at)));
    let began = incident.started_at.as_ref().or(incident.created_at.as_ref());
    let lasting = since(began).map_or(String::new(), |lasting| format!(", open for {lasting}"));
    let word =
        since(incident.updated_at.as_ref()).map_or(String::new(), |ago| format!(", last word {ago} ago"));
    let status = paint.with("33", &visible(&incident.status).replace('_', " "));
    format!("  {}: {status}{lasting}{word}\n{}", visible(&incident.name), address(incident))
}

fn maintenance(incident: &Incident, zone: Zone, paint: Paint) -> String {
    let time = |time: Option<&String>| instant(time).map(|at| minute(at, zone));
    let window = match (time(incident.scheduled_for.as_ref()), time(incident.scheduled_until.as_ref())) {
        (Some(from), Some(to)) => format!(", {from} to {to}"),
        (Some(from), None) => format!(", {from}"),
        _ => String::new(),
    };
    let status = paint.with("34", &visible(&incident.status).replace('_', " "));
    format!("  {}: {status}{window}\n{}", visible(&incident.name), address(incident))
}

fn address(incident: &Incident) -> String {
    incident.shortlink.as_ref().map_or(String::new(), |link| format!("    {}\n", visible(link)))
}

fn instant(time: Option<&String>) -> Option<Instant> {
    time.and_then(|time| Instant::parse_rfc3339(time))
}

fn minute(at: Instant, zone: Zone) -> String {
    let local = zone.local(at);
    format!("{} {:02}:{:02}", local.day(), local.hour(), local.minute())
}

/// Removes characters from a remote text that would control the terminal.
fn visible(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::{Summary, show};
    use crate::cli::author::Paint;
    use crate::time::Instant;

    #[track_caller]
    fn check(summary: &str, expected: &str) {
        let summary: Summary = serde_json::from_str(summary).unwrap();
        let now = Instant::parse_rfc3339("2026-11-20T15:00:00Z").unwrap();
        assert_eq!(show(&summary, now, Paint::plain()), expected);
    }

    #[test]
    fn a_page_is_shown_in_a_few_lines() {
        check(
            r#"{"page":{"id":"x","name":"Acme \u001b[31m","time_zone":"America/Denver","updated_at":"2026-11-20T14:50:00Z"},
                "status":{"indicator":"minor","description":"Minor Service Outage"},
                "components":[
                  {"id":"g","name":"Core","status":"partial_outage","group":true,"group_id":null},
                  {"id":"a","name":"API","status":"partial_outage","group":false,"group_id":"g"},
                  {"id":"w","name":"Web app","status":"new_state","group":false,"group_id":null}],
                "incidents":[{"name":"Slow","status":"identified","started_at":"2026-11-20T13:50:00Z",
                  "updated_at":"2026-11-20T14:50:00Z","shortlink":"https://s.example/x"}],
                "scheduled_maintenances":[{"name":"Move","status":"in_progress","scheduled_for":"2026-11-20T14:00:00Z",
                  "scheduled_until":"2026-11-20T16:00:00Z"}]}"#,
            "Acme [31m: Minor Service Outage\n\
             as of 2026-11-20 07:50 MST\n\n\
             \x20 Core\n\
             \x20   API      partial outage\n\
             \x20 Web app  new_state\n\n\
             Incidents\n\
             \x20 Slow: identified, open for 1 h 10 min, last word 10 min ago\n\
             \x20   https://s.example/x\n\n\
             Maintenance\n\
             \x20 Move: in progress, 2026-11-20 07:00 to 2026-11-20 09:00\n",
        );
    }

    #[test]
    fn a_page_may_leave_out_almost_everything() {
        check(
            r#"{"page":{"name":"Acme"},"status":{"description":"All Systems Operational"}}"#,
            "Acme: All Systems Operational\n",
        );
    }
}
