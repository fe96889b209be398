//! Statuspage: responses of its public API (v2) and its management API (v1), and its feed.

use std::collections::BTreeMap;

use crate::import::json::{ItemReader, Json};
use crate::import::statuspage::body::{Body, Component, Incident, Page, Update};
use crate::import::statuspage::feed::Feed;
use crate::import::statuspage::uptime::Uptime;
use crate::import::text;

pub mod body;
pub mod convert;
mod copies;
mod course;
pub mod feed;
mod feed_parts;
pub mod listing;
pub mod older;
mod postmortem;
mod site;
mod states;
pub mod subscribers;
mod timed_list;
mod times;
mod unusable;
pub mod uptime;
mod window;

#[derive(Clone, Debug)]
pub enum SavedFile {
    Body(Box<Body>),
    Feed(Feed),
    /// Seconds of outage per day.
    Uptime(Uptime),
}

/// Parses a saved file: JSON or Atom by its first character. A bare list is one of incidents or components, as v1
/// serves them. The error names the line.
pub fn read(bytes: &[u8]) -> Result<SavedFile, String> {
    let text = text::decoded(bytes)?;
    let is_markup = text.trim_start().starts_with('<');
    if let Some(timelines) = uptime::inline(text).filter(|_| is_markup) {
        return timelines.map(SavedFile::Uptime).map_err(|why| format!("its `uptimeData` is broken: {why}"));
    }
    if is_markup {
        return feed::parse(text).map(SavedFile::Feed).map_err(|why| match is_page(text) {
            true => {
                "this is a page of HTML, without the figures of its components: save the JSON or the feed"
                    .to_owned()
            }
            false => format!("this is not an Atom feed: {why}"),
        });
    }
    let not_one = |why: serde_json::Error| format!("this is not a response body of Statuspage: {why}");
    let json = Json::of(text).map_err(not_one)?;
    if let Some(timelines) = json.get("timelines") {
        return Uptime::of(timelines).map(SavedFile::Uptime);
    }
    let mut reader = ItemReader::default();
    let body = body(json, &mut reader);
    let mut body = Body { wrong: reader.wrong, ..body };
    if body.is_empty() {
        return Err("this body holds neither an incident nor a component".to_owned());
    }
    body.wrong.extend(unusable::of(&body));
    Ok(SavedFile::Body(Box::new(body)))
}

fn is_page(text: &str) -> bool {
    let start = text.trim_start().get(..14).unwrap_or_default().to_ascii_lowercase();
    start.starts_with("<!doctype html") || start.starts_with("<html")
}

/// A v2 response, or one of v1 without a wrapper.
fn body(json: Json<'_>, reader: &mut ItemReader) -> Body {
    let is_incident = |json: &Json<'_>| json.get("incident_updates").is_some();
    let whole = "this body";
    if let Some(list) = json.items() {
        return match list.iter().any(is_incident) {
            true => Body { incidents: incidents("the list", Some(json), reader), ..Body::default() },
            false => Body { components: components("the list", Some(json), reader), ..Body::default() },
        };
    }
    let parts: BTreeMap<String, Json<'_>> = json.entries().unwrap_or_default().into_iter().collect();
    let part = |key: &str| parts.get(key).copied().filter(|part| !part.is_null());
    if part("incident_updates").is_some() {
        return Body { incident: incident(whole, json, reader), ..Body::default() };
    }
    if part("subdomain").is_some() {
        return Body { page: page(whole, json, reader), ..Body::default() };
    }
    Body {
        page: part("page").and_then(|json| page("`page`", json, reader)),
        incident: part("incident").and_then(|json| incident("`incident`", json, reader)),
        incidents: incidents("`incidents`", part("incidents"), reader),
        scheduled_maintenances: incidents("`scheduled_maintenances`", part("scheduled_maintenances"), reader),
        components: components("`components`", part("components"), reader),
        ..Body::default()
    }
}

fn page(name: &str, json: Json<'_>, reader: &mut ItemReader) -> Option<Page> {
    let zone_line = json.get("time_zone").map_or(json.line, |zone| zone.line);
    reader.item(name, json).map(|page| Page { zone_line, ..page })
}

fn components(name: &str, list: Option<Json<'_>>, reader: &mut ItemReader) -> Vec<Component> {
    let components = reader.items(name, list).into_iter();
    components.map(|(line, component)| Component { line, ..component }).collect()
}

fn incidents(name: &str, list: Option<Json<'_>>, reader: &mut ItemReader) -> Vec<Incident> {
    let list = reader.list(name, list).into_iter();
    list.filter_map(|(name, json)| incident(&name, json, reader)).collect()
}

/// An incident, its updates and components one by one.
fn incident(name: &str, json: Json<'_>, reader: &mut ItemReader) -> Option<Incident> {
    let incident: Incident = reader.item_but(name, json, &["incident_updates", "components"])?;
    let place = |key: &str| match incident.id.as_str() {
        "" => format!("`{key}` of {name}"),
        id => format!("`{key}` of `{id}`"),
    };
    let updates = reader.items(&place("incident_updates"), json.get("incident_updates")).into_iter();
    let incident_updates = updates.map(|(line, update)| Update { line, ..update }).collect();
    let components = components(&place("components"), json.get("components"), reader);
    Some(Incident { incident_updates, components, line: json.line, ..incident })
}
