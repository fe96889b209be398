//! What a report's page says of itself to search engines: JSON-LD in the words of schema.org.
//!
//! An incident is a LiveBlogPosting (an Article when nothing was said while it lasted), a maintenance an Event. A data
//! block is not executed, so the policy has nothing to say about it.

use serde_json::{Value, json};

use crate::model::edition::IncidentIx;
use crate::model::incident::Incident;
use crate::model::report::{Status, Update};
use crate::plan::address;
use crate::render::press::Press;
use crate::render::view::list;
use crate::time::Instant;

/// A report as JSON that may stand in a `<script>` element.
pub(super) fn report(press: &Press<'_>, ix: IncidentIx) -> String {
    let incident = press.edition.incident(ix);
    let mut data = if incident.is_maintenance() { event(press, incident) } else { posting(press, incident) };
    let about: Vec<Value> = list::component_names(press, incident)
        .into_iter()
        .map(|name| json!({"@type": "Service", "name": name}))
        .collect();
    if !about.is_empty() {
        data["about"] = Value::Array(about);
    }
    data.to_string().replace('<', "\\u003c")
}

fn posting(press: &Press<'_>, incident: &Incident) -> Value {
    let url = url(press, incident);
    let time = |at: Instant| press.site().config.zone.rfc3339(at);
    let told = !incident.updates().is_empty();
    let end = incident.ended.map_or("..".to_owned(), time);
    let mut data = json!({
        "@context": "https://schema.org",
        "@type": if told { "LiveBlogPosting" } else { "Article" },
        "headline": incident.report.title,
        "url": url,
        "inLanguage": press.site().config.language,
        "datePublished": time(incident.published),
        "dateModified": time(incident.updated),
        "temporalCoverage": format!("{}/{end}", time(incident.began)),
        "publisher": publisher(press),
    });
    if told {
        data["coverageStartTime"] = time(incident.began).into();
        if let Some(end) = incident.ended {
            data["coverageEndTime"] = time(end).into();
        }
        let statuses = incident.update_statuses();
        let updates = incident.updates().iter().zip(statuses).rev();
        data["liveBlogUpdate"] =
            updates.map(|(update, status)| blog_update(press, &url, update, status)).collect();
    }
    data
}

fn blog_update(press: &Press<'_>, page: &str, update: &Update, status: Status) -> Value {
    json!({
        "@type": "BlogPosting",
        "headline": press.words().say(&format!("status-{}", status.as_str()), &[]),
        "datePublished": press.site().config.zone.rfc3339(update.at),
        "url": format!("{page}#{}", address::update_anchor(&update.id)),
    })
}

fn event(press: &Press<'_>, incident: &Incident) -> Value {
    let time = |at: Instant| press.site().config.zone.rfc3339(at);
    let cancelled = incident.status == Status::Cancelled;
    let mut data = json!({
        "@context": "https://schema.org",
        "@type": "Event",
        "name": incident.report.title,
        "url": url(press, incident),
        "startDate": time(incident.began),
        "eventStatus": format!("https://schema.org/Event{}", if cancelled { "Cancelled" } else { "Scheduled" }),
        "location": {"@type": "VirtualLocation", "url": press.site().config.base_url.as_str()},
        "organizer": publisher(press),
    });
    let planned = incident.report.schedule.as_ref().map(|plan| plan.to);
    if let Some(end) = incident.ended.or(planned) {
        data["endDate"] = time(end).into();
    }
    data
}

fn publisher(press: &Press<'_>) -> Value {
    let config = &press.site().config;
    json!({"@type": "Organization", "name": config.title, "url": config.base_url.as_str()})
}

fn url(press: &Press<'_>, incident: &Incident) -> String {
    press.site().config.base_url.join(&press.incident_link(incident))
}
