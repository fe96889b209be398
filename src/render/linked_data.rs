//! JSON-LD of a report's page for search engines, in schema.org's terms.
//!
//! An incident is a LiveBlogPosting (an Article when it had no updates while open), a maintenance an Event. Data blocks
//! are not executed, so the Content-Security-Policy does not apply.

use serde_json::{Value, json};

use crate::model::edition::IncidentIx;
use crate::model::incident::Incident;
use crate::model::report::{Status, Update};
use crate::plan::address;
use crate::render::context::RenderContext;
use crate::render::view::list;
use crate::time::Instant;

/// A report as JSON for a `<script>` element.
pub(super) fn report(context: &RenderContext<'_>, ix: IncidentIx) -> String {
    let incident = context.edition.incident(ix);
    let mut data =
        if incident.is_maintenance() { event(context, incident) } else { posting(context, incident) };
    let about: Vec<Value> = list::component_names(context, incident)
        .into_iter()
        .map(|name| json!({"@type": "Service", "name": name}))
        .collect();
    if !about.is_empty() {
        data["about"] = Value::Array(about);
    }
    data.to_string().replace('<', "\\u003c")
}

fn posting(context: &RenderContext<'_>, incident: &Incident) -> Value {
    let url = url(context, incident);
    let time = |at: Instant| context.site().config.zone.rfc3339(at);
    let told = !incident.updates().is_empty();
    let end = incident.ended.map_or("..".to_owned(), time);
    let mut data = json!({
        "@context": "https://schema.org",
        "@type": if told { "LiveBlogPosting" } else { "Article" },
        "headline": incident.report.title,
        "url": url,
        "inLanguage": context.site().config.language,
        "datePublished": time(incident.published),
        "dateModified": time(incident.updated),
        "temporalCoverage": format!("{}/{end}", time(incident.began)),
        "publisher": publisher(context),
    });
    if told {
        data["coverageStartTime"] = time(incident.began).into();
        if let Some(end) = incident.ended {
            data["coverageEndTime"] = time(end).into();
        }
        let statuses = incident.update_statuses();
        let updates = incident.updates().iter().zip(statuses).rev();
        data["liveBlogUpdate"] =
            updates.map(|(update, status)| blog_update(context, &url, update, status)).collect();
    }
    data
}

fn blog_update(context: &RenderContext<'_>, page: &str, update: &Update, status: Status) -> Value {
    json!({
        "@type": "BlogPosting",
        "headline": context.formatter().say(&format!("status-{}", status.as_str()), &[]),
        "datePublished": context.site().config.zone.rfc3339(update.at),
        "url": format!("{page}#{}", address::update_anchor(&update.id)),
    })
}

fn event(context: &RenderContext<'_>, incident: &Incident) -> Value {
    let time = |at: Instant| context.site().config.zone.rfc3339(at);
    let cancelled = incident.status == Status::Cancelled;
    let mut data = json!({
        "@context": "https://schema.org",
        "@type": "Event",
        "name": incident.report.title,
        "url": url(context, incident),
        "startDate": time(incident.began),
        "eventStatus": format!("https://schema.org/Event{}", if cancelled { "Cancelled" } else { "Scheduled" }),
        "location": {"@type": "VirtualLocation", "url": context.site().config.base_url.as_str()},
        "organizer": publisher(context),
    });
    let planned = incident.report.schedule.as_ref().map(|plan| plan.to);
    if let Some(end) = incident.ended.or(planned) {
        data["endDate"] = time(end).into();
    }
    data
}

fn publisher(context: &RenderContext<'_>) -> Value {
    let config = &context.site().config;
    json!({"@type": "Organization", "name": config.title, "url": config.base_url.as_str()})
}

fn url(context: &RenderContext<'_>, incident: &Incident) -> String {
    context.site().config.base_url.join(&context.incident_link(incident))
}
