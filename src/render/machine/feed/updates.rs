//! The feed of updates: one entry per update or postmortem, for bots that post each one.
//!
//! An entry holds what was known at its time, so that later updates do not change it.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::model::ComponentIx;
use crate::model::incident::Incident;
use crate::plan::address;
use crate::render::machine::context::Context;
use crate::render::machine::feed::content;
use crate::render::machine::feed::entry::{Entry, components, tag};
use crate::time::Instant;

/// An update or postmortem, in the feed's order.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct UpdateRef<'a> {
    at: Reverse<Instant>,
    incident: &'a str,
    /// The update's index in its incident, last first; a postmortem has the highest.
    place: Reverse<usize>,
}

/// The newest updates and postmortems of all reports, newest first.
pub(super) fn entries(context: &Context<'_>) -> Vec<Entry> {
    let most = context.edition.site.config.feeds.entries;
    let newest = places(context).into_iter().take(most);
    newest.map(|(incident, place)| entry(context, incident, place)).collect()
}

/// All updates and postmortems with their places in their incidents, newest first.
pub(super) fn places<'a>(context: &Context<'a>) -> Vec<(&'a Incident, usize)> {
    let mut said: Vec<(UpdateRef<'_>, &Incident)> = context.edition.incidents.iter().flat_map(said).collect();
    said.sort_by(|(a, _), (b, _)| a.cmp(b));
    said.into_iter().map(|(said, incident)| (incident, said.place.0)).collect()
}

fn said(incident: &Incident) -> Vec<(UpdateRef<'_>, &Incident)> {
    let updates = incident.updates().iter().map(|update| update.at);
    let all = updates.chain(incident.postmortem().map(|(_, at)| at)).enumerate();
    let said =
        |(place, at)| UpdateRef { at: Reverse(at), incident: &incident.report.id, place: Reverse(place) };
    all.map(|said_at| (said(said_at), incident)).collect()
}

pub(super) fn entry(context: &Context<'_>, incident: &Incident, place: usize) -> Entry {
    let (label, id, anchor, at, html) = match (incident.updates().get(place), incident.postmortem()) {
        (Some(update), _) => {
            let label = context.label(update);
            let html = content::update_html(context, incident, place);
            (label, format!("update/{}", update.id), address::update_anchor(&update.id), update.at, html)
        }
        (None, Some((_, at))) => {
            let html = content::postmortem_html(context, incident);
            (
                context.say("postmortem", &[]),
                "postmortem".to_owned(),
                address::POSTMORTEM_ANCHOR.to_owned(),
                at,
                html,
            )
        }
        (None, None) => unreachable!("what was said is an update or the postmortem"),
    };
    Entry {
        id: tag(context, &format!("incident/{}/{id}", incident.report.id)),
        title: context.say("feed-update-title", &[("status", &label), ("title", &incident.report.title)]),
        page: format!("{}#{anchor}", context.incident_url(incident)),
        published: at,
        updated: at,
        components: components(context, &named_so_far(incident, place)),
        html: format!("{}{html}", content::plan(context, incident)),
    }
}

/// The components that the report had named up to this update.
pub(super) fn named_so_far(incident: &Incident, place: usize) -> Vec<ComponentIx> {
    let report = &incident.report;
    let claimed = report.components.iter().map(|&(ix, _)| ix).chain(report.affected.iter().copied());
    let exact = report.outages.iter().map(|outage| outage.component);
    let updates = incident.updates();
    let said =
        updates[..updates.len().min(place + 1)].iter().flat_map(|update| &update.states).map(|&(ix, _)| ix);
    claimed.chain(exact).chain(said).collect::<BTreeSet<_>>().into_iter().collect()
}
