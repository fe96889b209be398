//! Values of a body that cannot be used. Each is named and left out; the rest of its incident or component is taken.

use crate::import::statuspage::body::{Affected, Body, Component, Incident, Update};
use crate::import::statuspage::site::day;
use crate::import::statuspage::times::time;
use crate::model::report::{Impact, Status};
use crate::model::state::State;

/// Statuses of incidents that no update of ours has.
const OTHER_STATUSES: [&str; 2] = ["draft", "postmortem"];

/// The day of times that are not known.
const UNKNOWN_DAY: &str = "1970-01-01T";

/// One sentence for each value, with its line.
pub(super) fn of(body: &Body) -> Vec<String> {
    let incidents = body.all_incidents().flat_map(of_incident);
    incidents.chain(body.components.iter().flat_map(of_component)).collect()
}

fn of_incident(incident: &Incident) -> Vec<String> {
    let owner = format!("“{}”", incident.title());
    let is_status = |text: &str| {
        OTHER_STATUSES.contains(&text) || Status::ALL.iter().any(|status| status.as_str() == text)
    };
    let is_impact = |text: &str| text == "maintenance" || Impact::parse(text).is_some();
    let mut found = Found { line: incident.line, owner: &owner, sentences: Vec::new() };
    found.value("status", &incident.status, is_status);
    found.value("impact", &incident.impact, is_impact);
    found.times([
        ("created_at", &incident.created_at),
        ("started_at", &incident.started_at),
        ("resolved_at", &incident.resolved_at),
        ("updated_at", &incident.updated_at),
        ("scheduled_for", &incident.scheduled_for),
        ("scheduled_until", &incident.scheduled_until),
        ("postmortem_published_at", &incident.postmortem_published_at),
    ]);
    let mut sentences = found.sentences;
    sentences.extend(incident.incident_updates.iter().flat_map(|update| of_update(update, &owner)));
    sentences
}

fn of_update(update: &Update, incident: &str) -> Vec<String> {
    let owner = format!("update `{}` of {incident}", update.id);
    let mut found = Found { line: update.line, owner: &owner, sentences: Vec::new() };
    found.times([
        ("display_at", &update.display_at),
        ("created_at", &update.created_at),
        ("updated_at", &update.updated_at),
    ]);
    for Affected { code, name, new_status, .. } in update.affected_components.iter().flatten() {
        found.value("new_status", new_status, |text| State::parse(text).is_some());
        // Old bodies say in words, with neither code nor state, that no component was affected.
        if code.is_empty() && !new_status.is_empty() {
            let text = format!("the component `{name}` has no `code`, and is left out");
            found.add(&text);
        }
    }
    found.sentences
}

fn of_component(component: &Component) -> Vec<String> {
    let owner = format!("the component `{}`", component.name);
    let mut found = Found { line: component.line, owner: &owner, sentences: Vec::new() };
    for (key, text) in [("start_date", &component.start_date), ("created_at", &component.created_at)] {
        found.value(key, text.as_deref().unwrap_or_default(), |text| day(Some(text)).is_some());
    }
    found.times([("updated_at", &component.updated_at)]);
    found.sentences
}

struct Found<'a> {
    line: usize,
    owner: &'a str,
    sentences: Vec<String>,
}

impl Found<'_> {
    fn times<const N: usize>(&mut self, keys: [(&str, &Option<String>); N]) {
        for (key, text) in keys {
            let is_time = |text: &str| time(Some(text)).is_some() || text.starts_with(UNKNOWN_DAY);
            self.value(key, text.as_deref().unwrap_or_default(), is_time);
        }
    }

    fn value(&mut self, key: &str, text: &str, is_known: impl Fn(&str) -> bool) {
        if !text.is_empty() && !is_known(text) {
            self.add(&format!("`{key}` is `{text}`, which is not understood and is left out"));
        }
    }

    fn add(&mut self, text: &str) {
        self.sentences.push(format!("line {}: {}: {text}", self.line, self.owner));
    }
}
