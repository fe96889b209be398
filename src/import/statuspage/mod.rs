//! Statuspage: responses of its public API (v2) and its management API (v1), and its feed.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::import::json::{self, ItemReader};
use crate::import::statuspage::body::{Body, Incident};
use crate::import::statuspage::feed::Feed;
use crate::import::statuspage::uptime::Timelines;
use crate::import::text;

pub mod body;
pub mod convert;
mod copies;
mod course;
pub mod feed;
pub mod listing;
pub mod older;
mod postmortem;
mod site;
mod states;
pub mod subscribers;
mod timed_list;
mod times;
pub mod uptime;
mod window;

#[derive(Clone, Debug)]
pub enum SavedFile {
    Body(Box<Body>),
    Feed(Feed),
    /// Seconds of outage per day.
    Uptime(Timelines),
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
        return feed::parse(text)
            .map(SavedFile::Feed)
            .map_err(|why| format!("this is not an Atom feed: {why}"));
    }
    let not_one = |why: serde_json::Error| format!("this is not a response body of Statuspage: {why}");
    let value: Value = serde_json::from_str(text).map_err(not_one)?;
    if value.get("timelines").is_some() {
        return uptime::showcase(text).map(SavedFile::Uptime).map_err(not_one);
    }
    let lines: BTreeMap<_, _> =
        ["id", "time_zone"].map(|key| json::lines(text, key)).into_iter().flatten().collect();
    let mut reader = ItemReader::new(&lines);
    let body = body(value, &mut reader);
    let body = Body { wrong: reader.wrong, lines, ..body };
    if body.is_empty() {
        return Err("this body holds neither an incident nor a component".to_owned());
    }
    Ok(SavedFile::Body(Box::new(body)))
}

/// A v2 response, or one of v1 without a wrapper.
fn body(mut value: Value, reader: &mut ItemReader<'_>) -> Body {
    let is_incident = |value: &Value| value.get("incident_updates").is_some();
    let whole = "this body";
    if let Value::Array(list) = &value {
        return match list.iter().any(is_incident) {
            true => Body { incidents: incidents("the list", value, reader), ..Body::default() },
            false => Body { components: reader.items("the list", value), ..Body::default() },
        };
    }
    if is_incident(&value) {
        return Body { incident: incident(whole, value, reader), ..Body::default() };
    }
    if value.get("subdomain").is_some() {
        return Body { page: reader.item(whole, value), ..Body::default() };
    }
    let mut take = |key: &str| value.get_mut(key).map(Value::take).unwrap_or_default();
    let one = |value: Value| Some(value).filter(|value| !value.is_null());
    Body {
        page: one(take("page")).and_then(|page| reader.item("`page`", page)),
        incident: one(take("incident")).and_then(|value| incident("`incident`", value, reader)),
        incidents: incidents("`incidents`", take("incidents"), reader),
        scheduled_maintenances: incidents("`scheduled_maintenances`", take("scheduled_maintenances"), reader),
        components: reader.items("`components`", take("components")),
        ..Body::default()
    }
}

fn incidents(name: &str, list: Value, reader: &mut ItemReader<'_>) -> Vec<Incident> {
    let list = reader.values(name, list).into_iter().enumerate();
    list.filter_map(|(at, value)| incident(&format!("item {} of {name}", at + 1), value, reader)).collect()
}

/// An incident, its updates and components one by one.
fn incident(name: &str, mut value: Value, reader: &mut ItemReader<'_>) -> Option<Incident> {
    let mut take = |key: &str| value.get_mut(key).map(Value::take).unwrap_or_default();
    let (updates, components) = (take("incident_updates"), take("components"));
    let incident: Incident = reader.item(name, value)?;
    let place = |key: &str| format!("`{key}` of `{}`", incident.id);
    let incident_updates = reader.items(&place("incident_updates"), updates);
    let components = reader.items(&place("components"), components);
    Some(Incident { incident_updates, components, ..incident })
}
