//! Incidents and maintenances of the API.

use std::collections::BTreeSet;

use crate::model::ComponentIx;
use crate::model::edition::IncidentIx;
use crate::model::incident::Incident;
use crate::model::report::{Kind, Status};
use crate::model::state::State;
use crate::model::uptime::{StateWindow, stretch_at};
use crate::render::machine::context::Context;
use crate::render::machine::v2::component;
use crate::render::machine::v2::ids::{page_id, short_id, timestamp};
use crate::render::machine::v2::shape::{
    AffectedObject, ComponentObject, IncidentObject, ScheduleObject, UpdateObject,
};
use crate::time::Instant;

pub(super) fn object(context: &Context<'_>, incident: &Incident) -> IncidentObject {
    let report = &incident.report;
    let time = |at| timestamp(context, at);
    let begun = incident.begun_by(context.edition.now);
    let started = if incident.is_maintenance() { incident.published } else { begun };
    IncidentObject {
        id: report.id.clone(),
        name: report.title.clone(),
        status: status(incident),
        created_at: time(incident.published),
        updated_at: time(incident.updated),
        monitoring_at: said_at(incident, Status::Monitoring).map(time),
        resolved_at: resolved_at(incident).map(time),
        impact: if incident.is_maintenance() { "maintenance" } else { incident.impact.as_str() },
        shortlink: report.shortlink.clone().unwrap_or_else(|| context.incident_url(incident)),
        started_at: time(started),
        page_id: page_id(context),
        incident_updates: updates(context, incident),
        components: components(context, incident),
        reminder_intervals: None,
        schedule: report
            .schedule
            .as_ref()
            .map(|plan| ScheduleObject { scheduled_for: time(plan.from), scheduled_until: time(plan.to) }),
    }
}

/// Statuspage's status for an incident with a published postmortem is `postmortem`.
fn status(incident: &Incident) -> &'static str {
    let is_told = incident.status == Status::Resolved && incident.postmortem().is_some();
    if is_told { "postmortem" } else { incident.status.as_str() }
}

/// When the first update with this status was posted.
fn said_at(incident: &Incident, status: Status) -> Option<Instant> {
    incident.updates().iter().find(|update| update.status == Some(status)).map(|update| update.at)
}

/// When the resolving update was posted; without one, when it ended by itself.
fn resolved_at(incident: &Incident) -> Option<Instant> {
    let last = if incident.is_maintenance() { Status::Completed } else { Status::Resolved };
    said_at(incident, last).or(incident.ended).filter(|_| !incident.is_open())
}

/// The components of a closed incident as they were at its end, so that the body never changes again; otherwise their
/// current states.
fn components(context: &Context<'_>, incident: &Incident) -> Vec<ComponentObject> {
    let end = incident.ended.filter(|&end| !incident.is_open() && end <= context.edition.now);
    let object = |ix| match end {
        Some(end) => at_end(context, incident, ix, end),
        None => component::now(context, ix),
    };
    incident.components().iter().copied().map(object).collect()
}

/// A component at an incident's end, without later changes by other reports: the body is published by then.
fn at_end(context: &Context<'_>, incident: &Incident, ix: ComponentIx, end: Instant) -> ComponentObject {
    let edition = context.edition;
    let other = edition.stretch_at(ix, end).filter(|stretch| {
        let other = edition.incident(IncidentIx(stretch.source));
        other.updates().first().is_none_or(|update| update.at <= end)
    });
    match other {
        Some(stretch) => component::object(context, ix, stretch.state, stretch.interval.from),
        None => component::object(context, ix, State::Operational, last_edge(incident, ix, end)),
    }
}

/// The last change of the component by this incident up to `now`; without one, the incident's beginning.
fn last_edge(incident: &Incident, ix: ComponentIx, now: Instant) -> Instant {
    let own = incident.windows_of(ix).iter();
    let edges = own.flat_map(|window| [Some(window.from), window.to]).flatten();
    edges.filter(|&at| at <= now).max().unwrap_or(incident.begun_by(now))
}

/// The postmortem and all updates, newest first, each with the resulting states; unknown states are left out, since the
/// API has no value for them. A report without updates gets an empty one for its beginning and its end, since clients
/// expect some.
fn updates(context: &Context<'_>, incident: &Incident) -> Vec<UpdateObject> {
    let affected: BTreeSet<ComponentIx> = incident.report.affected.iter().copied().collect();
    let unknown = |ix: &ComponentIx| affected.contains(ix) && incident.known_worst_of(*ix).is_none();
    let known = incident.components().iter().copied().filter(|ix| !unknown(ix));
    let said = said(context, incident);
    let first = said.first().map(|said| said.at);
    let course = |ix| {
        let stretches = incident.stretches_of(ix);
        let before = first.and_then(|first| stretch_at(&stretches, first.plus_secs(-1)));
        let before = before.map_or(State::Operational, |stretch| stretch.state);
        ComponentStates { ix, before, stretches }
    };
    let mut courses: Vec<ComponentStates> = known.map(course).collect();
    let mut all: Vec<UpdateObject> =
        said.into_iter().map(|said| update(context, incident, &mut courses, said)).collect();
    all.reverse();
    all
}

/// A component's states while updates are read, oldest first.
struct ComponentStates {
    ix: ComponentIx,
    before: State,
    stretches: Vec<StateWindow>,
}

/// An update or postmortem before it becomes an API object.
struct PostedUpdate {
    id: String,
    /// The id in the API, if the author gave one.
    api_id: Option<String>,
    status: &'static str,
    at: Instant,
    body: String,
}

fn said(context: &Context<'_>, incident: &Incident) -> Vec<PostedUpdate> {
    let statuses = incident.update_statuses();
    let updates =
        incident.updates().iter().zip(statuses).enumerate().map(|(place, (update, status))| PostedUpdate {
            id: update.id.clone(),
            api_id: Some(update.id.clone()).filter(|_| update.is_named()),
            status: status.as_str(),
            at: update.at,
            body: body(context.update_html(incident, place)),
        });
    let mut said: Vec<PostedUpdate> = updates.collect();
    if said.is_empty() {
        said = unsaid(incident);
    }
    let postmortem = incident.postmortem().map(|(postmortem, at)| PostedUpdate {
        id: "postmortem".to_owned(),
        api_id: None,
        status: "postmortem",
        at,
        body: body(context.postmortem_html(incident, postmortem)),
    });
    said.extend(postmortem);
    said
}

/// HTML as in Statuspage's bodies: a single paragraph without markup is plain text, since clients show it on one line.
fn body(html: String) -> String {
    let inner = html.trim_end().strip_prefix("<p>").and_then(|rest| rest.strip_suffix("</p>"));
    inner.filter(|text| !text.contains('<')).map(|text| text.trim().to_owned()).unwrap_or(html)
}

fn unsaid(incident: &Incident) -> Vec<PostedUpdate> {
    let empty = |status: Status, at| PostedUpdate {
        id: status.as_str().to_owned(),
        api_id: None,
        status: status.as_str(),
        at,
        body: String::new(),
    };
    match incident.report.kind {
        Kind::Maintenance => vec![empty(Status::Scheduled, incident.published)],
        Kind::Incident => {
            let end = incident.ended.map(|end| empty(Status::Resolved, end));
            [Some(empty(Status::Investigating, incident.began)), end].into_iter().flatten().collect()
        }
    }
}

/// An update with the components' states before and after it.
fn update(
    context: &Context<'_>,
    incident: &Incident,
    courses: &mut [ComponentStates],
    said: PostedUpdate,
) -> UpdateObject {
    let affected = |course: &mut ComponentStates| {
        let stretch = stretch_at(&course.stretches, said.at);
        let new = stretch.map_or(State::Operational, |stretch| stretch.state);
        let old = std::mem::replace(&mut course.before, new);
        AffectedObject {
            code: context.edition.site.component(course.ix).api_id().to_owned(),
            name: component::full_name(context, course.ix),
            old_status: old.as_str(),
            new_status: new.as_str(),
        }
    };
    let affected: Vec<AffectedObject> = courses.iter_mut().map(affected).collect();
    let at = timestamp(context, said.at);
    UpdateObject {
        id: said.api_id.unwrap_or_else(|| short_id(&format!("{}/{}", incident.report.id, said.id))),
        status: said.status,
        body: said.body,
        incident_id: incident.report.id.clone(),
        created_at: at.clone(),
        updated_at: at.clone(),
        display_at: at,
        affected_components: Some(affected).filter(|affected| !affected.is_empty()),
        deliver_notifications: true,
        custom_tweet: None,
        tweet_id: None,
    }
}
