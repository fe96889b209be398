//! Statuspage: responses of its public API (v2) and its management API (v1), and its feed.

use serde_json::Value;

use crate::import::json;
use crate::import::statuspage::body::Body;
use crate::import::statuspage::feed::Feed;
use crate::import::statuspage::uptime::Timelines;
use crate::import::text;

pub mod body;
pub mod convert;
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
    let mut body = body(&value, text).map_err(not_one)?;
    if body.is_empty() {
        return Err("this body holds neither an incident nor a component".to_owned());
    }
    body.lines = ["id", "time_zone"].map(|key| json::lines(text, key)).into_iter().flatten().collect();
    Ok(SavedFile::Body(Box::new(body)))
}

/// A v2 response, or one of v1 without a wrapper. It is read from the text, since errors name its lines.
fn body(value: &Value, text: &str) -> Result<Body, serde_json::Error> {
    let is_incident = |value: &Value| value.get("incident_updates").is_some();
    match value {
        Value::Array(list) if list.iter().any(is_incident) => {
            Ok(Body { incidents: serde_json::from_str(text)?, ..Body::default() })
        }
        Value::Array(_) => Ok(Body { components: serde_json::from_str(text)?, ..Body::default() }),
        value if is_incident(value) => {
            Ok(Body { incident: Some(serde_json::from_str(text)?), ..Body::default() })
        }
        value if value.get("subdomain").is_some() => {
            Ok(Body { page: Some(serde_json::from_str(text)?), ..Body::default() })
        }
        _ => serde_json::from_str(text),
    }
}
