//! Seconds of outage per day, as a page publishes them: `/uptime_showcase`, and `uptimeData` in the HTML of pages saved
//! before September 2026. Days are in the page's zone.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::import::history::{History, PublishedDays, Site};
use crate::import::json::{ItemReader, Json};
use crate::import::log::Finding;
use crate::import::text::line_at;
use crate::model::uptime::Seconds;
use crate::time::{Day, written};

/// The timelines of a source, by the component's id.
#[derive(Clone, Debug, Default)]
pub struct Uptime {
    timelines: BTreeMap<String, Timeline>,
    /// Which of its parts are left out, and why.
    wrong: Vec<String>,
}

#[derive(Clone, Debug, Default)]
struct Timeline {
    component: Component,
    days: PublishedDays,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Component {
    start_date: Value,
    is_group: Value,
}

impl Uptime {
    /// Reads the `timelines` of `/uptime_showcase`; empty for components that are not published. The error names the line.
    pub(super) fn of(timelines: Json<'_>) -> Result<Self, String> {
        let entries = timelines
            .entries()
            .ok_or_else(|| format!("line {}: `timelines` is no object", timelines.line))?;
        let mut reader = ItemReader::default();
        let timeline =
            |(id, json): (String, Json<'_>)| Some((id.clone(), Timeline::of(&id, json, &mut reader)?));
        let timelines = entries.into_iter().filter_map(timeline).collect();
        Ok(Self { timelines, wrong: reader.wrong })
    }
}

impl Timeline {
    fn of(id: &str, json: Json<'_>, reader: &mut ItemReader) -> Option<Self> {
        if json.is_null() {
            return None;
        }
        if json.entries().is_none() {
            reader.leave_out(json.line, &format!("the timeline of `{id}` is no object and is left out"));
            return None;
        }
        let component =
            json.get("component").and_then(|part| reader.item(&format!("`component` of `{id}`"), part));
        let mut days = PublishedDays::new();
        for (name, json) in reader.list(&format!("`days` of `{id}`"), json.get("days")) {
            match json.value().ok().as_ref().and_then(published) {
                Some((day, seconds)) => drop(days.insert(day, seconds)),
                None => reader.leave_out(
                    json.line,
                    &format!("{name} cannot be read and is left out: `{}`", json.text()),
                ),
            }
        }
        Some(Self { component: component.unwrap_or_default(), days })
    }

    /// The days from the component's start date; a group has none of its own.
    fn days(&self) -> PublishedDays {
        let start = self.start();
        let is_counted =
            |day: Day| start.is_none_or(|start| start <= day) && written::check_year(day).is_ok();
        let days = self.days.iter().filter(|(day, _)| self.component.is_group != true && is_counted(**day));
        days.map(|(day, seconds)| (*day, *seconds)).collect()
    }

    /// The first day that the page counts; `None` if it counts all of them.
    fn start(&self) -> Option<Day> {
        Day::parse(self.component.start_date.as_str()?).filter(|day| written::check_year(*day).is_ok())
    }
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

/// The `uptimeData` in a page's HTML; `None` if it has none. The error says what is wrong with it.
pub(super) fn inline(html: &str) -> Option<Result<Uptime, String>> {
    let after = |(at, name): (usize, &str)| html[at + name.len()..].trim_start().strip_prefix('=');
    let json = html.match_indices("uptimeData").filter_map(after).map(str::trim_start);
    let json = json.into_iter().find(|value| value.starts_with('{'))?;
    let json = Json::leading(json, line_at(html, html.len() - json.len()));
    Some(json.map_err(|why| why.to_string()).and_then(Uptime::of))
}

/// Adds the days of all sources to a history, whose components then count from the first of them. Logs which source had
/// days, or that none had.
pub fn publish(sources: &[(String, Uptime)], history: &mut History) {
    let before = history.published.len();
    for (name, Uptime { timelines, wrong }) in sources {
        wrong.iter().for_each(|why| history.log.add(Finding::Unsettled, name, why));
        let mut count = 0;
        for component in &mut history.site.components {
            let Some(timeline) = timelines.get(&component.key) else { continue };
            let days = timeline.days();
            let Some((first, _)) = days.first_key_value() else { continue };
            let first = timeline.start().unwrap_or(*first);
            component.since = Some(component.since.map_or(first, |since| since.min(first)));
            history.published.entry(component.key.clone()).or_default().extend(days);
            count += 1;
        }
        for text in unknown(timelines, &history.site) {
            history.log.add(Finding::LeftOut, name, text);
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

/// Timelines of components that no source lists.
fn unknown(timelines: &BTreeMap<String, Timeline>, site: &Site) -> Vec<String> {
    let is_known = |id: &String| {
        site.components.iter().any(|it| it.key == *id) || site.groups.iter().any(|it| it.key == *id)
    };
    let unknown = timelines.iter().filter(|(id, timeline)| !timeline.days().is_empty() && !is_known(id));
    unknown
        .map(|(id, _)| format!("no source lists the component `{id}`, whose outage per day is left out"))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Timeline, Uptime, inline};
    use crate::import::json::Json;

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
        let value = json!({ "c1": { "component": component, "days": days }, "g1": group });
        let Uptime { timelines, wrong } = Uptime::of(Json::of(&value.to_string()).unwrap()).unwrap();
        let day = |day: &str, partial, major| (day.to_owned(), partial, major);
        assert_eq!(
            shown(&timelines["c1"]),
            [day("2026-10-25", 5909, 697), day("2026-10-26", 0, 0), day("2026-10-27", 0, 0)]
        );
        assert_eq!(shown(&timelines["g1"]), []);
        let said = |id: &str| {
            format!(
                "line 1: item 5 of `days` of `{id}` cannot be read and is left out: `{{\"date\":\"soon\",\"outages\":{{}}}}`"
            )
        };
        assert_eq!(wrong, [said("c1"), said("g1")]);
        assert!(Uptime::of(Json::of("{}").unwrap()).unwrap().timelines.is_empty());
        assert_eq!(Uptime::of(Json::of("\n[]").unwrap()).unwrap_err(), "line 2: `timelines` is no object");
    }

    #[test]
    fn one_bad_timeline_loses_no_other() {
        let json = "{\n\"a\": 5,\n\"b\": {\"component\": 7,\n\"days\": [{\"date\": \"2026-10-24\", \"outages\": {\"m\": 60}},\n8]},\n\"c\": {\"days\": {}}}";
        let Uptime { timelines, wrong } = Uptime::of(Json::of(json).unwrap()).unwrap();
        assert_eq!(shown(&timelines["b"]), [("2026-10-24".to_owned(), 0, 60)]);
        assert_eq!(
            wrong,
            [
                "line 2: the timeline of `a` is no object and is left out",
                "line 3: `component` of `b` is left out: invalid type: integer `7`, expected struct Component",
                "line 5: item 2 of `days` of `b` cannot be read and is left out: `8`",
                "line 6: `days` of `c` is no list and is left out",
            ]
        );
    }

    #[test]
    fn the_data_of_a_saved_page_is_found() {
        let html = "<script>window.uptimeData = window.uptimeData || {};\n var uptimeData = {\"c1\": {\"component\": \
                    {\"code\": \"c1\"}, \"days\": [{\"date\": \"2021-01-22\", \"outages\": {\"p\": 61}}]}, \"c2\": 7};\nvar x = 1;</script>";
        let Uptime { timelines, wrong } = inline(html).unwrap().unwrap();
        assert_eq!(shown(&timelines["c1"]), [("2021-01-22".to_owned(), 61, 0)]);
        assert_eq!(wrong, ["line 2: the timeline of `c2` is no object and is left out"]);
        assert!(inline("<p>uptimeData</p>").is_none());
        assert!(inline("uptimeData = {\"c1\":").unwrap().is_err());
    }
}
