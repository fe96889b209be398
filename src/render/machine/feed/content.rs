//! What an entry says: the window of a maintenance, what is affected, the postmortem, and every update, newest first.
//!
//! Nothing here moves with the clock: a maintenance shows its plan, an incident its true window once a word was said after
//! its end.

use crate::model::incident::Incident;
use crate::model::report::{Status, Update};
use crate::render::machine::{Context, escape, words};
use crate::time::Instant;

/// An entry's HTML.
pub(super) fn html(context: &Context<'_>, incident: &Incident) -> String {
    let updates = (0..incident.updates().len()).rev();
    let updates: String = updates.map(|place| update_html(context, incident, place)).collect();
    format!("{}{}{updates}", lead(context, incident), postmortem_html(context, incident))
}

/// The window and the components.
pub(super) fn lead(context: &Context<'_>, incident: &Incident) -> String {
    let window = window(context, incident);
    let window = window.map_or_else(String::new, |window| format!("<p><strong>{window}</strong></p>\n"));
    let name = |ix| escape(&context.edition.site.component(ix).name);
    let names: Vec<String> = incident.components().into_iter().map(name).collect();
    if names.is_empty() { window } else { format!("{window}<p>Components: {}</p>\n", names.join(", ")) }
}

/// The postmortem under a line that says when it was published; empty while there is none.
pub(super) fn postmortem_html(context: &Context<'_>, incident: &Incident) -> String {
    let Some((postmortem, at)) = incident.postmortem() else { return String::new() };
    let body = context.postmortem_html(incident, postmortem);
    format!("{}{body}", said_at(context, "Postmortem", at))
}

/// The visible update at this place, counted from the oldest, under a line that says what and when.
pub(super) fn update_html(context: &Context<'_>, incident: &Incident, place: usize) -> String {
    let update = &incident.updates()[place];
    let states = update.states.iter().map(|&(ix, state)| {
        let name = escape(&context.edition.site.component(ix).name);
        format!("<li>{name}: {}</li>\n", words::state(state))
    });
    let states: String = states.collect();
    let states = if states.is_empty() { states } else { format!("<ul>\n{states}</ul>\n") };
    let body = context.update_html(incident, place);
    format!("{}{states}{body}", said_at(context, label(update), update.at))
}

/// What an update calls itself: its status, or `Update` when it keeps the one before.
pub(super) fn label(update: &Update) -> &'static str {
    update.status.map_or("Update", words::status)
}

fn said_at(context: &Context<'_>, label: &str, at: Instant) -> String {
    let zone = context.edition.site.config.zone;
    let (exact, shown) = (zone.rfc3339(at), words::time(at, zone));
    format!("<p><strong>{label}</strong> – <time datetime=\"{exact}\">{shown}</time></p>\n")
}

/// A maintenance's plan; an incident's beginning and end.
fn window(context: &Context<'_>, incident: &Incident) -> Option<String> {
    let zone = context.edition.site.config.zone;
    if let Some(plan) = &incident.report.schedule {
        let cancelled = incident.status == Status::Cancelled;
        let lead = if cancelled { "Cancelled; was scheduled for" } else { "Scheduled for" };
        return Some(format!("{lead} {}", words::span(plan.from, plan.to, zone)));
    }
    let told = |end: &Instant| *end <= incident.updated;
    match incident.ended.filter(told) {
        Some(ended) => Some(words::span(incident.began, ended, zone)),
        None if incident.updates().is_empty() => Some(format!("Since {}", words::time(incident.began, zone))),
        None => None,
    }
}
