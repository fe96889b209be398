//! Copies of an incident in several sources.

use std::collections::{BTreeMap, BTreeSet};

use crate::import::log::{Finding, ImportLog};
use crate::import::statuspage::body::{Incident, SourceBody};
use crate::import::statuspage::times::{time, time_of};
use crate::time::Instant;

/// Each incident once, oldest first. The log names one that has the id of another.
pub(super) fn incidents<'a>(
    sources: &'a [SourceBody],
    log: &mut ImportLog,
) -> Vec<(&'a SourceBody, &'a Incident)> {
    let mut newest: BTreeMap<&str, (&SourceBody, &Incident)> = BTreeMap::new();
    for source in sources {
        let body = &source.body;
        for incident in body.incident.iter().chain(&body.incidents).chain(&body.scheduled_maintenances) {
            let known = newest.get(incident.id.as_str()).copied();
            let is_taken = known.is_none_or(|(_, known)| is_better(incident, known));
            if is_taken {
                newest.insert(&incident.id, (source, incident));
            }
            if let Some(known) = known {
                let own = (source, incident);
                let (out, taken) = if is_taken { (known, own) } else { (own, known) };
                tell(out, taken, log);
            }
        }
    }
    let mut incidents: Vec<_> = newest.into_values().collect();
    incidents.sort_by_cached_key(|(_, incident)| (first_time(incident), incident.id.clone()));
    incidents
}

/// Whether a copy of an incident is taken before another: the newer one, else the one with more updates.
fn is_better(copy: &Incident, known: &Incident) -> bool {
    match (updated(copy), updated(known)) {
        (Some(own), Some(known)) if own != known => own > known,
        _ => copy.incident_updates.len() > known.incident_updates.len(),
    }
}

/// The time of its last change.
fn updated(incident: &Incident) -> Option<Instant> {
    let updates = incident.incident_updates.iter().map(|update| &update.updated_at);
    updates.chain([&incident.updated_at]).filter_map(|at| time(at.as_deref())).max()
}

/// Tells of a copy that is left out: an older one, or another incident.
fn tell(
    (source, out): (&SourceBody, &Incident),
    (from, taken): (&SourceBody, &Incident),
    log: &mut ImportLog,
) {
    // Its id stands twice, and the ids of its updates once.
    let update = out.incident_updates.first().map_or("", |update| &update.id);
    let (place, id) = (source.body.place(update), &out.id);
    if are_apart(out, taken) {
        let text =
            format!("{place}“{}” is left out: it has the id `{id}` of “{}”", out.title(), taken.title());
        log.add(Finding::Unsettled, &source.name, text);
    } else if updated(out).zip(updated(taken)).is_some_and(|(out, taken)| out < taken) {
        let text =
            format!("{place}this copy of “{}” is left out: {} has a newer one", taken.title(), from.name);
        log.add(Finding::LeftOut, &source.name, text);
    }
}

/// Whether two incidents of one id have no update in common; else one is a later body of the other.
fn are_apart(one: &Incident, other: &Incident) -> bool {
    let ids = |incident: &Incident| -> BTreeSet<String> {
        incident.incident_updates.iter().map(|update| update.id.clone()).collect()
    };
    let (one, other) = (ids(one), ids(other));
    !one.is_empty() && !other.is_empty() && one.is_disjoint(&other)
}

fn first_time(incident: &Incident) -> Option<Instant> {
    let times = incident.incident_updates.iter().filter_map(time_of);
    times.min().or_else(|| time(incident.created_at.as_deref()))
}
