//! What readers can be told: each entry of the feed of updates, and the maintenance that began or ended by itself.

use std::collections::BTreeSet;

use crate::model::edition::Scope;
use crate::model::incident::{Incident, MOST_NAMED};
use crate::model::report::{Impact, Schedule, Status, Update};
use crate::parse::markdown;
use crate::plan::address;
use crate::plan::page::{FeedForm, Page};
use crate::render::machine::context::Context;
use crate::render::machine::feed::entry::{Entry, tag};
use crate::render::machine::feed::updates::{entry, named_so_far, places};
use crate::time::Instant;

/// One thing to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The entry's id in `/updates.atom`; of a beginning or end, one like it.
    pub id: String,
    pub at: Instant,
    /// The report's identity.
    pub report: String,
    /// The report's title.
    pub title: String,
    /// `Investigating`
    pub status: String,
    /// The entry's title: `Investigating: TITLE`.
    pub subject: String,
    /// Names of components, with the state where the update says it: `API: Major outage`.
    pub components: Vec<String>,
    /// Without markup, a line for each paragraph; may be empty.
    pub text: String,
    /// With absolute URLs.
    pub html: String,
    pub link: String,
    /// The addresses of the feeds that have it; empty when no hub is told.
    pub feeds: Vec<String>,
    pub tone: Tone,
    /// Whether it is the beginning or end of a maintenance that nobody wrote an update for.
    pub is_transition: bool,
    /// Whether the report, or this update, brought its identity from elsewhere.
    pub is_imported: bool,
}

/// How good the news is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Bad,
    Warning,
    Planned,
    Good,
}

/// Everything that can be said by now, oldest first; nothing of drafts.
pub(in crate::render) fn said(context: &Context<'_>) -> Vec<Said> {
    let public = |incident: &Incident| !incident.report.draft;
    let entries = places(context).into_iter().rev().filter(|(incident, _)| public(incident));
    let mut all: Vec<Said> = entries.map(|(incident, place)| of_entry(context, incident, place)).collect();
    let maintenance = context.edition.incidents.iter().filter(|it| it.is_maintenance() && public(it));
    all.extend(maintenance.flat_map(|incident| transitions(context, incident)));
    all.sort_by_key(|said| said.at);
    all
}

/// The addresses of the feeds that have entries of an incident.
fn feeds(context: &Context<'_>, incident: &Incident) -> Vec<String> {
    let site = &context.edition.site;
    if site.config.hubs.is_empty() {
        return Vec::new();
    }
    let components = incident.components();
    let groups: BTreeSet<_> = components.iter().filter_map(|ix| site.component(*ix).group).collect();
    let parts = components.iter().copied().map(Scope::Component).chain(groups.into_iter().map(Scope::Group));
    let scopes = [Scope::Site].into_iter().chain(parts);
    let pages = scopes.flat_map(|scope| FeedForm::ALL.map(|form| Page::Feed(form, scope)));
    let pages = pages.chain(FeedForm::OF_UPDATES.map(Page::Updates));
    pages.filter_map(|page| context.url_of(&page)).collect()
}

fn of_entry(context: &Context<'_>, incident: &Incident, place: usize) -> Said {
    let Entry { id, title, page, published, html, .. } = entry(context, incident, place);
    let report = &incident.report;
    let update = incident.updates().get(place);
    let body = update.map(|update| &update.body).or(incident.postmortem().map(|(it, _)| &it.body));
    let body = body.map_or("", |body| body.as_str());
    let status = match update {
        Some(update) => context.label(update),
        None => context.say("postmortem", &[]),
    };
    Said {
        id,
        at: published,
        report: report.id.clone(),
        title: report.title.clone(),
        status,
        subject: title,
        components: components(context, incident, place),
        text: markdown::plain_text(body, context.raw_html()),
        html,
        link: page,
        feeds: feeds(context, incident),
        tone: tone(incident, update.map(|_| incident.update_statuses()[place])),
        is_transition: false,
        is_imported: report.id != report.slug.as_str() || update.is_some_and(Update::is_named),
    }
}

/// Names, with the states that the update at this place says; the first one says those of the beginning.
fn components(context: &Context<'_>, incident: &Incident, place: usize) -> Vec<String> {
    let named = named_so_far(incident, place);
    let said = incident.updates().get(place).map_or(&[][..], |update| &update.states[..]);
    let first = if place == 0 { &incident.report.components[..] } else { &[] };
    let line = |ix| {
        let name = context.edition.site.component(ix).name.clone();
        match said.iter().chain(first).find(|(known, _)| *known == ix) {
            Some((_, state)) => {
                let state = context.say(&format!("state-{}", state.as_str()), &[]);
                context.say("feed-state", &[("name", &name), ("state", &state)])
            }
            None => name,
        }
    };
    let more = named.len().saturating_sub(MOST_NAMED);
    let lines = named.iter().take(MOST_NAMED).map(|ix| line(*ix));
    lines.chain(context.formatter.and_more(more)).collect()
}

/// `None` stands for the postmortem.
fn tone(incident: &Incident, status: Option<Status>) -> Tone {
    match status {
        None => Tone::Good,
        Some(status) if status.is_final() => Tone::Good,
        Some(_) if incident.is_maintenance() => Tone::Planned,
        Some(_) if incident.impact >= Impact::Major => Tone::Bad,
        Some(_) => Tone::Warning,
    }
}

/// The beginning and the end that a maintenance had by itself.
fn transitions(context: &Context<'_>, incident: &Incident) -> Vec<Said> {
    let Some(plan) = incident.report.schedule.as_ref().filter(|plan| plan.automatic) else {
        return Vec::new();
    };
    let now = context.edition.now;
    let mut all = Vec::new();
    if plan.from <= now
        && incident.published <= plan.from
        && is_left_at(incident, plan.from, Status::InProgress)
    {
        all.push(transition(context, incident, plan, (plan.from, Status::InProgress)));
    }
    if plan.to <= now && incident.published <= plan.to && is_left_at(incident, plan.to, Status::Completed) {
        all.push(transition(context, incident, plan, (plan.to, Status::Completed)));
    }
    all
}

/// Whether no update had said that it is so far, or over, when its time came.
fn is_left_at(incident: &Incident, at: Instant, status: Status) -> bool {
    let statuses = incident.updates().iter().filter(|it| it.at <= at).filter_map(|it| it.status);
    !statuses
        .into_iter()
        .any(|said| said.is_final() || status == Status::InProgress && said > Status::Scheduled)
}

fn transition(
    context: &Context<'_>,
    incident: &Incident,
    plan: &Schedule,
    (at, status): (Instant, Status),
) -> Said {
    let report = &incident.report;
    let label = context.say(&format!("status-{}", status.as_str()), &[]);
    let when = context.formatter.planned().span(plan.from, Some(plan.to)).text;
    let text = context.say("feed-planned", &[("when", &when)]);
    let specific = format!("incident/{}/{}/{at}", report.id, status.as_str());
    let last = incident.updates().len().saturating_sub(1);
    Said {
        id: tag(context, &specific),
        at,
        report: report.id.clone(),
        title: report.title.clone(),
        subject: context.say("feed-update-title", &[("status", &label), ("title", &report.title)]),
        status: label,
        components: named_so_far(incident, last)
            .into_iter()
            .take(MOST_NAMED)
            .map(|ix| context.edition.site.component(ix).name.clone())
            .collect(),
        html: format!("<p>{}</p>\n", crate::render::machine::xml::escape(&text)),
        text,
        link: context.url(&address::incident(incident, context.edition.site.config.url_style)),
        feeds: feeds(context, incident),
        tone: if status == Status::InProgress { Tone::Planned } else { Tone::Good },
        is_transition: true,
        is_imported: false,
    }
}
