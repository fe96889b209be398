//! Finds copies in the sources: of an incident, and of its updates.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::digest::Digest;
use crate::import::html;
use crate::import::log::{Finding, ImportLog};
use crate::import::statuspage::body::{Incident, SourceBody, Update};
use crate::import::statuspage::postmortem::words;
use crate::import::statuspage::times::{time, time_of};
use crate::time::Instant;

type Found<'a> = (&'a SourceBody, &'a Incident);

/// Each incident once, oldest first. The log names one that has the id of another, and copies that say something else.
pub(super) fn incidents<'a>(sources: &'a [SourceBody], log: &mut ImportLog) -> Vec<Found<'a>> {
    let mut newest: BTreeMap<Cow<'a, str>, Found<'a>> = BTreeMap::new();
    for source in sources {
        for incident in source.body.all_incidents() {
            let own = (source, incident);
            let known = newest.get(&id(incident)).copied();
            let is_taken = known.is_none_or(|(_, known)| is_better(incident, known));
            if is_taken {
                newest.insert(id(incident), own);
            }
            if let Some(known) = known {
                let (out, taken) = if is_taken { (known, own) } else { (own, known) };
                tell(out, taken, log);
            }
        }
    }
    let mut incidents: Vec<_> = newest.into_iter().collect();
    incidents.sort_by_cached_key(|(id, (_, incident))| (first_time(incident), id.clone()));
    incidents.into_iter().map(|(_, found)| found).collect()
}

/// The incident's id; one without any gets one of its name and first update, so that a second import finds it.
pub(super) fn id(incident: &Incident) -> Cow<'_, str> {
    if !incident.id.is_empty() {
        return Cow::Borrowed(&incident.id);
    }
    let began = first_time(incident).map_or(String::new(), |began| began.to_string());
    Cow::Owned(Digest::of(format!("{}\n{began}", incident.name).as_bytes()).short(12))
}

/// Whether a copy of an incident is taken before another: one whose updates have ids, the newer one, the one with more
/// updates.
fn is_better(copy: &Incident, known: &Incident) -> bool {
    match (updated(copy), updated(known)) {
        _ if has_ids(copy) != has_ids(known) => has_ids(copy),
        (Some(own), Some(known)) if own != known => own > known,
        _ => copy.incident_updates.len() > known.incident_updates.len(),
    }
}

/// Feeds tell no ids of updates.
fn has_ids(incident: &Incident) -> bool {
    incident.incident_updates.iter().any(|update| !update.id.is_empty())
}

/// The time of its last change.
fn updated(incident: &Incident) -> Option<Instant> {
    let updates = incident.incident_updates.iter().map(|update| &update.updated_at);
    updates.chain([&incident.updated_at]).filter_map(|at| time(at.as_deref())).max()
}

/// Tells of a copy that is left out: an older one, one that says something else, or another incident.
fn tell((source, out): Found<'_>, (from, taken): Found<'_>, log: &mut ImportLog) {
    let (line, id, title) = (out.line, &out.id, taken.title());
    if are_apart(out, taken) {
        let text = format!("line {line}: “{}” is left out: it has the id `{id}` of “{title}”", out.title());
        log.add(Finding::Unsettled, &source.name, text);
        return;
    }
    let from = &from.name;
    let is_older = updated(out).zip(updated(taken)).is_some_and(|(out, taken)| out < taken);
    let lost = lost(out, taken);
    let why = match (is_older, lost.is_empty()) {
        (true, _) => format!("{from} has a newer one"),
        (false, true) => return,
        (false, false) => {
            let place = format!("{from}, line {}", taken.line);
            format!("that of {place}, is taken, which is no newer and has another {}", lost.join(", "))
        }
    };
    let text = format!("line {line}: this copy of “{title}” is left out: {why}");
    log.add(Finding::LeftOut, &source.name, text);
}

/// A value of an incident; empty where there is none.
type Value = fn(&Incident) -> String;

/// What a copy says that the one that is taken does not, by key.
fn lost(out: &Incident, taken: &Incident) -> Vec<String> {
    let keys: [(&str, Value); 7] = [
        ("name", Incident::title),
        ("status", |it| it.status.clone()),
        ("impact", |it| it.impact.clone()),
        ("started_at", |it| shown_time(it.started_at.as_deref())),
        ("scheduled_for", |it| shown_time(it.scheduled_for.as_deref())),
        ("scheduled_until", |it| shown_time(it.scheduled_until.as_deref())),
        ("postmortem_body", |it| words(it.postmortem_body.as_deref().unwrap_or_default())),
    ];
    let is_lost = |value: &dyn Fn(&Incident) -> String| {
        let said = value(out);
        !said.is_empty() && said != value(taken)
    };
    let keys = keys.iter().filter(|(_, value)| is_lost(value)).map(|(key, _)| format!("`{key}`"));
    let known: BTreeMap<&String, &Update> = taken.incident_updates.iter().map(|it| (&it.id, it)).collect();
    let updates = out.incident_updates.iter().filter(|update| {
        let same = known.get(&update.id);
        !update.id.is_empty() && same.is_none_or(|same| said(same) != said(update))
    });
    let updates = updates.map(|update| format!("update `{}`", update.id));
    let has_more = !has_ids(out) && out.incident_updates.len() > taken.incident_updates.len();
    let count = has_more.then(|| format!("number of updates, {}", out.incident_updates.len()));
    keys.chain(updates).chain(count).collect()
}

fn shown_time(text: Option<&str>) -> String {
    time(text).map_or(String::new(), |at| at.to_string())
}

/// What an update says, whatever its markup.
fn said(update: &Update) -> impl PartialEq + use<> {
    let words = words(&html::to_markdown(update.body.as_deref().unwrap_or_default(), ""));
    let affected = update.affected_components.clone().unwrap_or_default();
    (time_of(update), update.status.clone(), words, affected)
}

/// Whether two incidents of one id have no update in common; else one is a later body of the other.
fn are_apart(one: &Incident, other: &Incident) -> bool {
    let ids = |incident: &Incident| -> BTreeSet<String> {
        let ids = incident.incident_updates.iter().map(|update| update.id.clone());
        ids.filter(|id| !id.is_empty()).collect()
    };
    let (one, other) = (ids(one), ids(other));
    !one.is_empty() && !other.is_empty() && one.is_disjoint(&other)
}

fn first_time(incident: &Incident) -> Option<Instant> {
    let times = incident.incident_updates.iter().filter_map(time_of);
    times.min().or_else(|| time(incident.created_at.as_deref()))
}

/// The updates of an incident, each once; the log names those that stand twice.
pub(super) fn updates<'a>(
    source: &SourceBody,
    incident: &'a Incident,
    log: &mut ImportLog,
) -> Vec<&'a Update> {
    let (mut updates, mut places) = (Vec::<&Update>::new(), BTreeMap::new());
    for update in &incident.incident_updates {
        let place = *places.entry(&update.id).or_insert(updates.len());
        let Some(taken) = updates.get_mut(place).filter(|_| !update.id.is_empty()) else {
            updates.push(update);
            continue;
        };
        let changed = |update: &Update| time(update.updated_at.as_deref());
        let mut out = update;
        if changed(update) > changed(taken) {
            std::mem::swap(taken, &mut out);
        }
        let differs = said(taken) != said(out);
        let what = if differs { "something else than" } else { "the same as" };
        let (line, id, title) = (out.line, &out.id, incident.title());
        let text = format!(
            "line {line}: update `{id}` of “{title}” is left out: it says {what} line {}",
            taken.line
        );
        log.add(Finding::LeftOut, &source.name, text);
    }
    updates
}
