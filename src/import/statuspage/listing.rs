//! Which incidents a page lists, and in which state each is: what a reader must fetch, and fetch again.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::digest::Digest;
use crate::time::Day;

/// What tells the states of an incident apart, by its id.
pub type Fingerprints = BTreeMap<String, String>;

/// A page of `/history.json`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistoryPage {
    pub incidents: Fingerprints,
    /// Whether the page has no months: there is none after it.
    pub is_past_the_end: bool,
    /// The latest year of its months.
    pub year: Option<i32>,
}

#[derive(Deserialize)]
struct History {
    months: Vec<Month>,
}

#[derive(Deserialize)]
struct Month {
    year: Option<i32>,
    #[serde(default)]
    incidents: Vec<Value>,
}

pub fn history_page(bytes: &[u8]) -> Result<HistoryPage, String> {
    let history: History =
        serde_json::from_slice(bytes).map_err(|why| format!("this is not a page of the history: {why}"))?;
    let incidents = history.months.iter().flat_map(|month| &month.incidents);
    let incidents = incidents.filter_map(|entry| Some((id(entry, "code")?, fingerprint(entry))));
    Ok(HistoryPage {
        incidents: incidents.collect(),
        is_past_the_end: history.months.is_empty(),
        year: history.months.iter().filter_map(|month| month.year).max(),
    })
}

/// The incidents and maintenances of a list of the API, v1 or v2.
pub fn list(bytes: &[u8]) -> Result<Vec<Value>, String> {
    let not_one = |why: serde_json::Error| format!("this is not a list of the API: {why}");
    let found = match serde_json::from_slice(bytes).map_err(not_one)? {
        Value::Array(list) => list,
        Value::Object(mut body) => ["incidents", "scheduled_maintenances", "components"]
            .into_iter()
            .filter_map(|name| body.remove(name))
            .filter_map(|list| if let Value::Array(list) = list { Some(list) } else { None })
            .flatten()
            .collect(),
        _ => Vec::new(),
    };
    Ok(found)
}

/// The fingerprints of listed incidents.
pub fn fingerprints(list: &[Value]) -> Fingerprints {
    list.iter().filter_map(|incident| Some((id(incident, "id")?, fingerprint(incident)))).collect()
}

/// Ids of the components whose uptime the page shows; without groups.
pub fn with_uptime(components: &[Value]) -> Vec<String> {
    let is = |component: &Value, key: &str| component.get(key).and_then(Value::as_bool);
    let shown =
        components.iter().filter(|it| is(it, "group") != Some(true) && is(it, "showcase") != Some(false));
    shown.filter_map(|component| id(component, "id")).collect()
}

/// The last day on which a listed incident was announced, planned or updated; `None` without any time.
pub fn last_day(incident: &Value) -> Option<Day> {
    let updates = incident.get("incident_updates").and_then(Value::as_array);
    let own = ["created_at", "scheduled_for"].into_iter().map(|key| incident.get(key));
    let posted = updates.into_iter().flatten().map(|update| update.get("display_at"));
    let times = own.chain(posted).flatten().filter_map(Value::as_str);
    times.filter_map(|time| Day::parse(time.get(..10)?)).max()
}

/// An id that can be part of an address.
fn id(value: &Value, key: &str) -> Option<String> {
    let id = value.get(key)?.as_str()?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (!id.is_empty() && id.len() <= 64 && id.bytes().all(is_plain)).then(|| id.to_owned())
}

/// Its components are left out: their current states are no part of an incident.
fn fingerprint(entry: &Value) -> String {
    let mut entry = entry.clone();
    if let Value::Object(entry) = &mut entry {
        entry.remove("components");
    }
    Digest::of(entry.to_string().as_bytes()).short(32)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{fingerprints, history_page, last_day, list, with_uptime};

    #[test]
    fn a_page_of_the_history_names_its_incidents() {
        let entry = |code: &str, message: &str| json!({ "code": code, "name": "x", "message": message });
        let month = |year: i32, incidents: &[serde_json::Value]| json!({ "name": "May", "year": year, "incidents": incidents });
        let page = json!({ "months": [month(2024, &[entry("a", "1")]), month(2023, &[entry("../b", "1")])] });
        let page = history_page(page.to_string().as_bytes()).unwrap();
        assert_eq!(page.incidents.keys().collect::<Vec<_>>(), ["a"]);
        assert_eq!((page.year, page.is_past_the_end), (Some(2024), false));
        let changed = json!({ "months": [month(2024, &[entry("a", "2")])] });
        assert_ne!(history_page(changed.to_string().as_bytes()).unwrap().incidents["a"], page.incidents["a"]);
        assert!(history_page(b"{\"months\": []}").unwrap().is_past_the_end);
        assert!(history_page(b"<html>").is_err());
    }

    #[test]
    fn a_list_of_either_api_is_read() {
        let incident = json!({
            "id": "a", "created_at": "2024-05-01T00:00:00Z", "components": [{ "status": "operational" }],
            "incident_updates": [{ "display_at": "2024-05-03T01:00:00.000+02:00" }],
        });
        let body = json!({ "page": {}, "incidents": [incident] });
        let (v1, v2) = (json!([incident]).to_string(), body.to_string());
        assert_eq!(list(v1.as_bytes()).unwrap(), list(v2.as_bytes()).unwrap());
        let listed = list(v1.as_bytes()).unwrap();
        assert_eq!(last_day(&listed[0]).unwrap().to_string(), "2024-05-03");
        let mut later = incident.clone();
        later["components"][0]["status"] = json!("major_outage");
        assert_eq!(fingerprints(&[later.clone()]), fingerprints(&listed));
        later["incident_updates"][0]["body"] = json!("x");
        assert_ne!(fingerprints(&[later]), fingerprints(&listed));
    }

    #[test]
    fn groups_and_hidden_uptime_are_not_asked_for() {
        let components = [
            json!({ "id": "a", "showcase": true, "group": false }),
            json!({ "id": "b", "showcase": false }),
            json!({ "id": "g", "group": true }),
            json!({ "id": "c" }),
        ];
        assert_eq!(with_uptime(&components), ["a", "c"]);
    }
}
