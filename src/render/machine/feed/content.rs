//! The HTML of a feed entry: a maintenance's window, affected components, postmortem, and updates, newest first.
//!
//! Nothing depends on the clock: a maintenance shows its plan, an incident its real window once something was posted
//! after its end.

use crate::model::incident::{Incident, MOST_NAMED};
use crate::model::report::Status;
use crate::render::machine::context::Context;
use crate::render::machine::xml::escape;
use crate::time::Instant;

pub(super) fn html(context: &Context<'_>, incident: &Incident) -> String {
    let updates = (0..incident.updates().len()).rev();
    let updates: String = updates.map(|place| update_html(context, incident, place)).collect();
    format!("{}{}{updates}", lead(context, incident), postmortem_html(context, incident))
}

/// Window and components.
fn lead(context: &Context<'_>, incident: &Incident) -> String {
    let window = window(context, incident);
    let window = window.map_or_else(String::new, |it| format!("<p><strong>{}</strong></p>\n", escape(&it)));
    let name = |&ix| context.edition.site.component(ix).name.clone();
    let (named, more) = incident.named_components();
    if named.is_empty() {
        return window;
    }
    let names = named.iter().map(name).chain(context.formatter.and_more(more)).collect::<Vec<_>>().join(", ");
    let components = context.say("feed-components", &[("names", &names)]);
    format!("{window}<p>{}</p>\n", escape(&components))
}

/// A maintenance's plan as the first line of an update; empty for an incident.
pub(super) fn plan(context: &Context<'_>, incident: &Incident) -> String {
    let Some(plan) = &incident.report.schedule else { return String::new() };
    let when = context.formatter.planned().span(plan.from, Some(plan.to)).text;
    format!("<p><strong>{}</strong></p>\n", escape(&context.say("feed-planned", &[("when", &when)])))
}

/// The postmortem with its publication time; empty without one.
pub(super) fn postmortem_html(context: &Context<'_>, incident: &Incident) -> String {
    let Some((postmortem, at)) = incident.postmortem() else { return String::new() };
    let body = context.postmortem_html(incident, postmortem);
    format!("{}{body}", said_at(context, &context.say("postmortem", &[]), at))
}

/// The public update at this index, counted from the oldest, with status and time.
pub(super) fn update_html(context: &Context<'_>, incident: &Incident, place: usize) -> String {
    let update = &incident.updates()[place];
    let (shown, more) = update.states.split_at(update.states.len().min(MOST_NAMED));
    let states = shown.iter().map(|&(ix, state)| {
        let state = context.say(&format!("state-{}", state.as_str()), &[]);
        let name = context.edition.site.component(ix).name.as_str();
        let line = context.say("feed-state", &[("name", name), ("state", &state)]);
        item(&line)
    });
    let more = context.formatter.and_more(more.len()).map(|text| item(&text));
    let states: String = states.chain(more).collect();
    let states = if states.is_empty() { states } else { format!("<ul>\n{states}</ul>\n") };
    let body = context.update_html(incident, place);
    format!("{}{states}{body}", said_at(context, &context.label(update), update.at))
}

fn item(text: &str) -> String {
    format!("<li>{}</li>\n", escape(text))
}

fn said_at(context: &Context<'_>, label: &str, at: Instant) -> String {
    let (label, time) = (escape(label), context.formatter.time(at));
    let (exact, shown) = (time.datetime, escape(&time.text));
    format!("<p><strong>{label}</strong> – <time datetime=\"{exact}\">{shown}</time></p>\n")
}

/// A maintenance's plan; an incident's beginning and end.
fn window(context: &Context<'_>, incident: &Incident) -> Option<String> {
    let span = |from, to| context.formatter.span(from, to).text;
    if let Some(plan) = &incident.report.schedule {
        let message = if incident.status == Status::Cancelled { "feed-cancelled" } else { "feed-planned" };
        return Some(context.say(message, &[("when", &span(plan.from, Some(plan.to)))]));
    }
    let told = |end: &Instant| *end <= incident.updated;
    match incident.ended.filter(told) {
        Some(ended) => Some(span(incident.began, Some(ended))),
        None if incident.updates().is_empty() => Some(span(incident.began, None)),
        None => None,
    }
}
