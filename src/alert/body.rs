//! Bodies that monitoring sends: Alertmanager's webhook and what has its fields, or any JSON by a mapping.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::digest::Digest;
use crate::model::alerts::{AlertRules, Mapping};
use crate::model::state::State;
use crate::time::Instant;

/// Digits of the digests that stand for groups and alerts: labels are not published.
const DIGITS: usize = 16;

/// One message of monitoring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// A digest of what tells one incident from another.
    pub group: String,
    /// By beginning, then by id.
    pub alerts: Vec<Alert>,
    /// Whether it has all alerts of the group that fire.
    pub is_whole: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    pub id: String,
    /// `None`: the value that names it stands for no component.
    pub component: Option<String>,
    /// `None`: the value that says it stands for no state in which something is wrong.
    pub state: Option<State>,
    pub since: Since,
    pub end: End,
    /// The published texts, as they were sent.
    pub title: Option<String>,
    pub message: Option<String>,
    /// The component and the state as they were sent.
    pub said: (String, String),
}

/// When an alert began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Since {
    /// This time tells it from earlier alerts with the same id.
    Fired(Instant),
    /// It says how its component is now; the whole incident began then, if that is said.
    Now(Option<Instant>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Fires,
    /// `None`: when it ended is not said.
    Over(Option<Instant>),
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BodyError {
    #[error("it is not JSON: {0}")]
    Json(String),
    #[error("it is neither a body of Alertmanager's webhook nor one that a mapping of `[alerts]` fits")]
    Unknown,
    #[error("there is no mapping `[alerts.{0}]` in site.toml")]
    NoMapping(String),
    #[error("the mappings {0} fit it")]
    Several(String),
    #[error("it has nothing at `{path}`, where `[alerts.{mapping}]` looks for the {what}")]
    Missing { mapping: String, path: String, what: &'static str },
    #[error("the alert {number} has no usable `{field}`")]
    Field { number: usize, field: &'static str },
}

/// Reads a body, also one inside an event of GitHub (`client_payload.alert`). `mapping` names the mapping to read it by.
///
/// # Errors
/// What is no JSON, or no body that is known.
pub fn read(
    bytes: &[u8],
    components: &[String],
    rules: &AlertRules,
    mapping: Option<&str>,
) -> Result<Delivery, BodyError> {
    let json = |bytes: &[u8]| {
        serde_json::from_slice::<Value>(bytes).map_err(|error| BodyError::Json(error.to_string()))
    };
    let mut body = json(bytes)?;
    let inner = ["/client_payload/alert", "/alert"].iter().find_map(|path| body.pointer(path)).cloned();
    // A body of a mapping may have a field `alert` of its own.
    let fits_itself = match mapping {
        Some(name) => rules.mappings.iter().any(|it| it.name == name && text_at(&body, &it.key).is_some()),
        None => !matches!(fitting(rules, &body), Err(BodyError::Unknown)),
    };
    if let Some(inner) = inner.filter(|_| body.get("alerts").is_none() && !fits_itself) {
        body = inner;
        // Templates put the body in as a text, some as a text in a text.
        while let Value::String(text) = &body {
            body = json(text.as_bytes())?;
        }
    }
    let known = Known { rules, components };
    match mapping {
        Some(name) => match rules.mappings.iter().find(|mapping| mapping.name == name) {
            Some(mapping) => known.mapped(mapping, &body),
            None => Err(BodyError::NoMapping(name.to_owned())),
        },
        None => match (group(&body), body.get("alerts")) {
            (Some(group), Some(Value::Array(alerts))) => known.webhook(&body, &group, alerts),
            _ => known.mapped(fitting(rules, &body)?, &body),
        },
    }
}

/// What tells a group of alerts from others. Templates of Alertmanager know the group's labels, and not its key.
fn group(body: &Value) -> Option<String> {
    if let Some(key) = body.get("groupKey").and_then(Value::as_str) {
        return Some(key.to_owned());
    }
    let labels: BTreeMap<&String, &Value> = body.get("groupLabels")?.as_object()?.iter().collect();
    let receiver = body.get("receiver").and_then(Value::as_str).unwrap_or_default();
    Some(format!("{receiver}\n{labels:?}"))
}

/// The only mapping whose key and state the body has.
fn fitting<'r>(rules: &'r AlertRules, body: &Value) -> Result<&'r Mapping, BodyError> {
    let fits =
        |mapping: &&Mapping| [&mapping.key, &mapping.state].iter().all(|path| text_at(body, path).is_some());
    let fitting: Vec<&Mapping> = rules.mappings.iter().filter(fits).collect();
    match fitting.as_slice() {
        [only] => Ok(only),
        [] => Err(BodyError::Unknown),
        several => {
            let names: Vec<String> = several.iter().map(|it| format!("`{}`", it.name)).collect();
            Err(BodyError::Several(names.join(" and ")))
        }
    }
}

struct Known<'a> {
    rules: &'a AlertRules,
    components: &'a [String],
}

impl Known<'_> {
    /// Alertmanager's webhook, version 4; unknown fields are ignored.
    fn webhook(&self, body: &Value, group: &str, alerts: &[Value]) -> Result<Delivery, BodyError> {
        let all: Result<Vec<Alert>, BodyError> =
            alerts.iter().enumerate().map(|(place, alert)| self.alert(alert, place + 1)).collect();
        Ok(Delivery {
            group: digest(group),
            alerts: sorted(all?),
            // Where it is not said how many are left out, some may be.
            is_whole: body.get("truncatedAlerts").and_then(Value::as_u64) == Some(0),
        })
    }

    fn alert(&self, alert: &Value, number: usize) -> Result<Alert, BodyError> {
        let field = |field| BodyError::Field { number, field };
        let part = |name: &str| alert.get(name).and_then(Value::as_object);
        let label = |name: &str| part("labels").and_then(|labels| labels.get(name)).and_then(Value::as_str);
        let text = |name: &Option<String>| {
            let name = name.as_deref()?;
            let of = |texts: Option<&Map<String, Value>>| texts?.get(name)?.as_str().map(str::to_owned);
            of(part("annotations")).or_else(|| of(part("labels"))).filter(|text| !text.trim().is_empty())
        };
        let time = |name: &str| alert.get(name).and_then(Value::as_str).and_then(Instant::parse_rfc3339);
        let from = time("startsAt").ok_or(field("startsAt"))?;
        let end = match alert.get("status").and_then(Value::as_str) {
            Some("firing") => End::Fires,
            Some("resolved") => End::Over(time("endsAt")),
            _ => return Err(field("status")),
        };
        let (component, state) = (label(&self.rules.component_label), label(&self.rules.state_label));
        let id = match alert.get("fingerprint").and_then(Value::as_str) {
            Some(fingerprint) => digest(fingerprint),
            None => digest(&alert.get("labels").unwrap_or(&Value::Null).to_string()),
        };
        Ok(Alert {
            id,
            component: self.component(component.unwrap_or_default()),
            state: self.rules.state(state.unwrap_or_default()).filter(|it| *it != State::Operational),
            since: Since::Fired(from),
            end,
            title: text(&self.rules.title),
            message: text(&self.rules.message),
            said: (component.unwrap_or_default().to_owned(), state.unwrap_or_default().to_owned()),
        })
    }

    fn mapped(&self, mapping: &Mapping, body: &Value) -> Result<Delivery, BodyError> {
        let needed = |path: &str, what| {
            text_at(body, path).ok_or_else(|| BodyError::Missing {
                mapping: mapping.name.clone(),
                path: path.to_owned(),
                what,
            })
        };
        let text =
            |path: &Option<String>| text_at(body, path.as_deref()?).filter(|text| !text.trim().is_empty());
        let time = |path: &Option<String>| time(at(body, path.as_deref()?)?);
        let key = needed(&mapping.key, "key")?;
        let state = needed(&mapping.state, "state")?;
        let component = needed(&mapping.component, "component")?;
        let means = self.rules.state(&state);
        let is_over = means == Some(State::Operational);
        let alert = Alert {
            id: digest(&format!("{component}\n{state}")),
            component: self.component(&component),
            state: means.filter(|_| !is_over),
            since: Since::Now(time(&mapping.started)),
            end: if is_over { End::Over(time(&mapping.ended)) } else { End::Fires },
            title: text(&mapping.title),
            message: text(&mapping.message),
            said: (component, state),
        };
        let group = digest(&format!("{}\n{key}", mapping.name));
        Ok(Delivery { group, alerts: vec![alert], is_whole: false })
    }

    /// The id of the component that a value stands for: as site.toml says, else by its own id.
    fn component(&self, value: &str) -> Option<String> {
        let id = self.rules.components.get(value).map_or(value, String::as_str);
        self.components.iter().find(|known| *known == id).cloned()
    }
}

fn sorted(mut alerts: Vec<Alert>) -> Vec<Alert> {
    alerts.sort_by(|a, b| (a.since, &a.id).cmp(&(b.since, &b.id)));
    alerts
}

fn digest(text: &str) -> String {
    Digest::of(text.as_bytes()).short(DIGITS)
}

/// The value at a path: names and numbers of list items, with dots between them.
fn at<'v>(body: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(body, |value, part| match value {
        Value::Array(items) => items.get(part.parse::<usize>().ok()?),
        value => value.get(part),
    })
}

fn text_at(body: &Value, path: &str) -> Option<String> {
    match at(body, path)? {
        Value::String(text) => Some(text.clone()),
        value @ (Value::Number(_) | Value::Bool(_)) => Some(value.to_string()),
        _ => None,
    }
}

/// A time as RFC 3339, or as seconds or milliseconds since 1970.
fn time(value: &Value) -> Option<Instant> {
    /// From here on a number is in milliseconds: as seconds it would be the year 5138.
    const FIRST_MILLIS: f64 = 100_000_000_000.0;
    let number = |number: f64| {
        let secs = if number >= FIRST_MILLIS { number / 1_000.0 } else { number };
        (0.0..FIRST_MILLIS).contains(&secs).then(|| Instant::from_epoch_secs(secs as i64))
    };
    match value {
        Value::String(text) => {
            Instant::parse_rfc3339(text.trim()).or_else(|| text.trim().parse().ok().and_then(number))
        }
        value => value.as_f64().and_then(number),
    }
}
