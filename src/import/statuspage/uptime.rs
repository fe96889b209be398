//! Seconds of outage per day, as a page publishes them: `/uptime_showcase`, and `uptimeData` in the HTML of pages saved
//! before September 2026. Days are in the page's zone.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::import::history::{History, PublishedDays};
use crate::import::log::Finding;
use crate::model::uptime::Seconds;
use crate::time::{Day, written};

/// Timelines by the component's id.
pub type Timelines = BTreeMap<String, Timeline>;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Timeline {
    component: Component,
    days: Vec<Value>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Component {
    start_date: Value,
    is_group: Value,
}

/// `{ "date": "2026-10-24", "outages": { "p": SECONDS, "m": SECONDS } }` with partial and major outage; `null` and absent
/// are none. `None` if it cannot be read.
fn published(day: &Value) -> Option<(Day, Seconds)> {
    let outages = day.get("outages").unwrap_or(&Value::Null);
    let secs = |key: &str| match outages.get(key) {
        None | Some(Value::Null) => Some(0),
        Some(number) => number.is_number().then(|| whole(number)),
    };
    let seconds = Seconds { partial_outage: secs("p")?, major_outage: secs("m")?, ..Seconds::default() };
    Some((Day::parse(day.get("date")?.as_str()?)?, seconds))
}

impl Timeline {
    /// The days from the component's start date; a group has none of its own.
    pub fn days(&self) -> PublishedDays {
        let start = self.start();
        let is_group = self.component.is_group == true;
        let days = self.days.iter().filter(|_| !is_group).filter_map(published);
        let is_counted = |day: Day| start.is_none_or(|start| start <= day);
        days.filter(|(day, _)| is_counted(*day) && written::check_year(*day).is_ok()).collect()
    }

    /// The first day that the page counts; `None` if it counts all of them.
    pub fn start(&self) -> Option<Day> {
        Day::parse(self.component.start_date.as_str()?)
    }

    /// The days that cannot be read.
    fn wrong(&self) -> impl Iterator<Item = &Value> {
        self.days.iter().filter(|day| published(day).is_none())
    }
}

/// Whole seconds, none below 0.
fn whole(number: &Value) -> i64 {
    let cut = |number: f64| number as i64;
    number.as_i64().or(number.as_f64().map(cut)).unwrap_or(0).max(0)
}

/// The outage of a period, as v1 answers.
pub fn total(answer: &Value) -> Seconds {
    let secs = |key: &str| answer.get(key).map_or(0, whole);
    Seconds {
        partial_outage: secs("partial_outage"),
        major_outage: secs("major_outage"),
        ..Seconds::default()
    }
}

/// Parses the answer of `/uptime_showcase`; empty for components that are not published.
pub fn showcase(json: &str) -> Result<Timelines, serde_json::Error> {
    #[derive(Deserialize)]
    struct Showcase {
        timelines: Timelines,
    }
    serde_json::from_str(json).map(|showcase: Showcase| showcase.timelines)
}

/// The `uptimeData` in a page's HTML; `None` if it has none. The error says what is wrong with it.
pub fn inline(html: &str) -> Option<Result<Timelines, serde_json::Error>> {
    let after = |(at, name): (usize, &str)| html[at + name.len()..].trim_start().strip_prefix('=');
    let json = html.match_indices("uptimeData").filter_map(after).map(str::trim_start);
    let json = json.into_iter().find(|value| value.starts_with('{'))?;
    serde_json::Deserializer::from_str(json).into_iter().next()
}

/// Adds the days of all sources to a history, whose components then count from the first of them. Logs which source had
/// days, or that none had.
pub fn publish(sources: &[(String, Timelines)], history: &mut History) {
    let before = history.published.len();
    for (name, timelines) in sources {
        let mut count = 0;
        for component in &mut history.site.components {
            let Some(timeline) = timelines.get(&component.key) else { continue };
            for day in timeline.wrong() {
                let text = format!("a day of “{}” cannot be read and is left out: `{day}`", component.name);
                history.log.add(Finding::Unsettled, name, text);
            }
            let days = timeline.days();
            let Some((first, _)) = days.first_key_value() else { continue };
            let first = timeline.start().unwrap_or(*first);
            component.since = Some(component.since.map_or(first, |since| since.min(first)));
            history.published.entry(component.key.clone()).or_default().extend(days);
            count += 1;
        }
        let text = format!("has seconds of outage per day for {count} components");
        history.log.add(if count > 0 { Finding::Made } else { Finding::LeftOut }, name, text);
    }
    if history.published.len() == before && sources.is_empty() {
        let text = "no source has seconds of outage per day (`/uptime_showcase` of a live page, or a page saved as HTML \
                    before September 2026): uptime rests on the reports alone";
        history.log.add(Finding::LeftOut, "statuspage", text);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Timeline, inline, showcase};

    fn shown(timeline: &Timeline) -> Vec<(String, i64, i64)> {
        let days = timeline.days().into_iter();
        days.map(|(day, seconds)| (day.to_string(), seconds.partial_outage, seconds.major_outage)).collect()
    }

    #[test]
    fn a_showcase_is_read_from_the_start_date() {
        let days = json!([
            { "date": "2026-10-24", "outages": { "m": 60 } },
            { "date": "2026-10-25", "outages": { "p": 5909, "m": 697.4 }, "related_events": [] },
            { "date": "2026-10-26", "outages": {} },
            { "date": "2026-10-27", "outages": { "p": -1, "m": null } },
            { "date": "soon", "outages": {} },
        ]);
        let component = json!({ "code": "c1", "name": "API", "startDate": "2026-10-25" });
        let group = json!({ "component": { "isGroup": true, "group": ["c1"] }, "days": days });
        let value = json!({ "timelines": { "c1": { "component": component, "days": days }, "g1": group } });
        let timelines = showcase(&value.to_string()).unwrap();
        let day = |day: &str, partial, major| (day.to_owned(), partial, major);
        assert_eq!(
            shown(&timelines["c1"]),
            [day("2026-10-25", 5909, 697), day("2026-10-26", 0, 0), day("2026-10-27", 0, 0)]
        );
        assert_eq!(shown(&timelines["g1"]), []);
        assert!(showcase(r#"{"timelines": {}}"#).unwrap().is_empty());
    }

    #[test]
    fn the_data_of_a_saved_page_is_found() {
        let html = "<script>window.uptimeData = window.uptimeData || {};\n var uptimeData = {\"c1\": {\"component\": \
                    {\"code\": \"c1\"}, \"days\": [{\"date\": \"2021-01-22\", \"outages\": {\"p\": 61}}]}};\nvar x = 1;</script>";
        let timelines = inline(html).unwrap().unwrap();
        assert_eq!(shown(&timelines["c1"]), [("2021-01-22".to_owned(), 61, 0)]);
        assert!(inline("<p>uptimeData</p>").is_none());
        assert!(inline("uptimeData = {\"c1\":").unwrap().is_err());
    }
}
