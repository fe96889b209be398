//! The skeleton of a postmortem: sections to fill in, with durations and timeline from the report.

use crate::edit::{front, spliced, update, written};
use crate::model::Site;
use crate::model::incident::Incident;
use crate::model::report::Status;
use crate::model::state::State;
use crate::parse::draft::{PostmortemDraft, ReportDraft};
use crate::parse::markdown::{RawHtml, plain_text};
use crate::parse::near;
use crate::time::{Day, Instant, Resolved, Zone};

/// The default template, unless the site has `templates/postmortem.md`.
pub const TEMPLATE: &str = include_str!("postmortem.md");

/// The fields that a template may use as `{{field}}`.
const FIELDS: [&str; 7] = ["title", "began", "ended", "duration", "components", "timeline", "zone"];

/// A template field that is not in [`FIELDS`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown field `{{{{ {name} }}}}`; {help}")]
pub struct UnknownField {
    pub name: String,
    /// The nearest field, or all of them.
    pub help: String,
}

pub fn skeleton(template: &str, incident: &Incident, site: &Site) -> Result<String, UnknownField> {
    let zone = site.config.zone;
    let mut filled = String::new();
    let mut rest = template;
    while let Some((before, behind)) = rest.split_once("{{") {
        let Some((field, behind)) = behind.split_once("}}") else { break };
        filled.push_str(before);
        filled.push_str(&value(field.trim(), incident, site, zone)?);
        rest = behind;
    }
    filled.push_str(rest);
    Ok(filled.replace("\r\n", "\n").trim().to_owned())
}

pub fn insert(draft: &ReportDraft, skeleton: &str) -> String {
    let text: &str = &draft.text;
    let end = front::line_end(text);
    let section = format!("\n\n# Postmortem, draft\n\n{skeleton}\n").replace('\n', end);
    [text.trim_end_matches(['\r', '\n']), &section].concat()
}

/// The report with its postmortem published at `at`.
pub fn publish(draft: &ReportDraft, postmortem: &PostmortemDraft, at: Instant, zone: Zone) -> String {
    let heading = &draft.text[postmortem.heading.clone()];
    let hashes = heading.len() - heading.trim_start_matches('#').len();
    let new = format!("{} Postmortem, {}", "#".repeat(hashes.max(1)), written::time(at, zone));
    spliced(&draft.text, postmortem.heading.clone(), &new)
}

fn value(field: &str, incident: &Incident, site: &Site, zone: Zone) -> Result<String, UnknownField> {
    let shown = |at: Instant| clock(at, zone, None);
    Ok(match field {
        "title" => incident.report.title.clone(),
        "began" => shown(incident.began),
        "ended" => incident.ended.map_or_else(|| "now".to_owned(), shown),
        "duration" => duration(incident),
        "components" => components(incident, site),
        "timeline" => timeline(incident, site),
        "zone" => zone.name().to_owned(),
        other => {
            return Err(UnknownField {
                name: other.to_owned(),
                help: near::help_with(other, "field", FIELDS.iter().copied()),
            });
        }
    })
}

fn duration(incident: &Incident) -> String {
    match incident.span() {
        Some(span) => written::duration(span.secs()),
        None => "not over yet".to_owned(),
    }
}

/// One line per component and state: duration, beginning and end.
fn components(incident: &Incident, site: &Site) -> String {
    let zone = site.config.zone;
    let lines = incident.windows.iter().map(|window| {
        let name = &site.component(window.component).name;
        let from = clock(window.from, zone, None);
        let state = words(window.state);
        match window.to {
            Some(to) => {
                let until = clock(to, zone, Some(zone.local(window.from).day()));
                format!(
                    "- {name}: {state} for {} ({from} to {until})",
                    written::duration(to.secs_since(window.from))
                )
            }
            None => format!("- {name}: {state} since {from}"),
        }
    });
    let lines: Vec<String> = lines.collect();
    if lines.is_empty() { "- No component was affected.".to_owned() } else { lines.join("\n") }
}

struct Event {
    at: Instant,
    /// Order of simultaneous events, lowest first.
    order: usize,
    text: String,
}

/// A table of events from the report's times, windows and updates.
fn timeline(incident: &Incident, site: &Site) -> String {
    let zone = site.config.zone;
    let mut rows = String::from("| Time | What happened |\n|---|---|");
    let mut day: Option<Day> = None;
    for event in events(incident, site) {
        let time = clock(event.at, zone, day);
        day = Some(zone.local(event.at).day());
        rows.push_str(&format!("\n| {time} | {} |", event.text.replace('|', "\\|")));
    }
    rows
}

fn events(incident: &Incident, site: &Site) -> Vec<Event> {
    let mut events: Vec<Event> = Vec::new();
    let mut add = |at: Instant, order: usize, text: String| events.push(Event { at, order, text });
    if incident.windows.iter().all(|window| window.from != incident.began) {
        add(incident.began, 0, "It began".to_owned());
    }
    for window in &incident.windows {
        add(window.from, 1, format!("{}: {}", site.component(window.component).name, words(window.state)));
    }
    if let Some(detected) = incident.report.detected {
        add(detected, 2, "We noticed".to_owned());
    }
    for update in incident.updates() {
        add(update.at, 3, new_update(update::word(update.status), first_sentence(update.body.as_str())));
    }
    for (component, at) in recoveries(incident) {
        add(at, 4, format!("{}: operational", site.component(component).name));
    }
    if let Some(ended) = incident.ended {
        let is_said =
            incident.updates().iter().any(|it| it.at == ended && it.status.is_some_and(Status::is_final));
        if !is_said {
            add(ended, 5, "It was over".to_owned());
        }
    }
    events.sort_by_key(|event| (event.at, event.order));
    events
}

fn new_update(status: &str, sentence: String) -> String {
    if sentence.is_empty() { status.to_owned() } else { format!("{status}: {sentence}") }
}

/// When components became operational before the incident's end.
fn recoveries(incident: &Incident) -> Vec<(crate::model::ComponentIx, Instant)> {
    let follows =
        |component, at| incident.windows.iter().any(|it| it.component == component && it.from == at);
    let ends = incident.windows.iter().filter_map(|window| Some((window.component, window.to?)));
    ends.filter(|&(component, at)| Some(at) != incident.ended && !follows(component, at)).collect()
}

/// The first sentence of the first line, without markup; may be empty.
fn first_sentence(markdown: &str) -> String {
    let text = plain_text(markdown, RawHtml::Text);
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let line = line.strip_prefix("- ").unwrap_or(line);
    let end = [". ", "! ", "? "].iter().filter_map(|mark| line.find(mark)).min();
    line[..end.map_or(line.len(), |end| end + 1)].to_owned()
}

/// The time of day, with the date when it is not `day`'s; in full where the clock shows it twice.
fn clock(at: Instant, zone: Zone, day: Option<Day>) -> String {
    let local = zone.local(at);
    if matches!(zone.resolve(local), Resolved::Doubled { .. }) {
        return written::time(at, zone);
    }
    let shown = local.to_string();
    match day {
        Some(day) if day == local.day() => {
            shown.split_once(' ').map_or(shown.clone(), |(_, time)| time.to_owned())
        }
        _ => shown,
    }
}

fn words(state: State) -> String {
    state.as_str().replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::clock;
    use crate::time::{Instant, Zone};

    #[test]
    fn an_hour_that_the_clock_shows_twice_is_written_in_full() {
        let zone = Zone::parse("Europe/Berlin").unwrap();
        let at = |time: &str| Instant::parse_rfc3339(time).unwrap();
        let day = Some(zone.local(at("2026-10-25T00:00:00Z")).day());
        assert_eq!(clock(at("2026-10-24T23:59:00Z"), zone, day), "01:59");
        assert_eq!(clock(at("2026-10-25T00:50:00Z"), zone, day), "2026-10-25 02:50:00+02:00");
        assert_eq!(clock(at("2026-10-25T01:10:00Z"), zone, day), "2026-10-25 02:10:00+01:00");
        assert_eq!(clock(at("2026-10-25T02:10:00Z"), zone, day), "03:10");
    }
}
