//! Small sites for tests: three components, 20 November 2026, UTC; times are `HH:MM` of that day.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::config::{BaseUrl, Config, Feeds, Uptime, UrlStyle};
use crate::model::report::{Kind, Outage, Report, Schedule, Slug, Status, Update};
use crate::model::state::State;
use crate::model::uptime::Weights;
use crate::model::{Component, ComponentIx, Site};
use crate::source::{SourcePath, Text};
use crate::time::{Instant, Zone};

pub(crate) fn at(time: &str) -> Instant {
    Instant::parse_rfc3339(&format!("2026-11-20T{time}:00Z")).expect("a time of the test's day")
}

#[expect(non_snake_case, reason = "a one-letter name keeps tables readable")]
pub(crate) fn T(instant: Instant) -> String {
    instant.to_string()[11..16].to_owned()
}

pub(crate) fn update(time: &str, status: Option<Status>, states: &[(usize, State)]) -> Update {
    let text: Arc<str> = Arc::from("Words.");
    Update {
        id: time.replace(':', ""),
        status,
        at: at(time),
        states: states.iter().map(|&(ix, state)| (ComponentIx(ix), state)).collect(),
        next_update: None,
        body: Text::new(&text, 0..text.len()),
    }
}

/// Updates such as `01:00 investigating 0=major; 02:00 resolved`; `update` keeps the status.
pub(crate) fn updates(text: &str) -> Vec<Update> {
    let state = |word: &str| {
        let (ix, state) = word.split_once('=').expect("a component and its state");
        (ix.parse().expect("an index"), State::parse(state).expect("a state"))
    };
    let one = |text: &str| {
        let mut words = text.split(' ');
        let (time, name) = (words.next().expect("a time"), words.next().expect("a status"));
        let status = Status::ALL.into_iter().find(|status| status.as_str() == name);
        update(time, status, &words.map(state).collect::<Vec<_>>())
    };
    text.split("; ").map(one).collect()
}

pub(crate) fn outage(component: usize, state: State, from: &str, to: Option<&str>) -> Outage {
    Outage { component: ComponentIx(component), state, from: at(from), to: to.map(at) }
}

/// An incident named `x`.
pub(crate) fn incident(updates: &[Update]) -> Report {
    Report {
        kind: Kind::Incident,
        slug: Slug::new("x").expect("a slug"),
        id: "x".to_owned(),
        feed_id: None,
        shortlink: None,
        source: SourcePath::new("content/incidents/x.md"),
        digest: [0; 32],
        title: "Title".to_owned(),
        components: Vec::new(),
        affected: Vec::new(),
        outages: Vec::new(),
        started: None,
        detected: None,
        ended: None,
        schedule: None,
        impact: None,
        edited: None,
        after: None,
        keys: Vec::new(),
        tags: Vec::new(),
        aliases: Vec::new(),
        draft: false,
        follow_ups: Vec::new(),
        updates: updates.to_vec(),
        anchors: Vec::new(),
        postmortem: None,
        links: Vec::new(),
    }
}

/// A maintenance of the first component, announced at midnight unless it has updates.
pub(crate) fn maintenance(from: &str, to: &str, automatic: bool, updates: &[Update]) -> Report {
    let announced = updates.is_empty().then(|| at("00:00"));
    let schedule = Schedule { from: at(from), to: at(to), automatic, announced };
    Report {
        kind: Kind::Maintenance,
        schedule: Some(schedule),
        components: vec![(ComponentIx(0), State::UnderMaintenance)],
        ..incident(updates)
    }
}

pub(crate) fn site_of(reports: Vec<Report>) -> Site {
    Site {
        config: Arc::new(config()),
        groups: Vec::new(),
        components: ["api", "web", "mail"].map(component).to_vec(),
        reports: reports.into_iter().map(Arc::new).collect(),
        recorded: vec![BTreeMap::new(); 3],
        pages: Vec::new(),
        copies: BTreeMap::new(),
        references: BTreeMap::new(),
    }
}

fn component(id: &str) -> Component {
    Component {
        id: id.to_owned(),
        name: id.to_uppercase(),
        description: String::new(),
        group: None,
        since: crate::time::Day::parse("2026-01-01"),
        retired: None,
        show_uptime: true,
        target: None,
        api_id: None,
    }
}

fn config() -> Config {
    Config {
        title: "Status".to_owned(),
        base_url: BaseUrl::parse("https://status.example.org/").expect("an address"),
        description: String::new(),
        zone: Zone::UTC,
        language: "en".to_owned(),
        languages: vec!["en".to_owned()],
        theme: "default".to_owned(),
        url_style: UrlStyle::Directory,
        edit_url: String::new(),
        noindex: false,
        banner: String::new(),
        page_id: None,
        stale_after_secs: 259_200,
        uptime: Uptime { days: 90, target: None, weights: Weights::default() },
        raw_html: false,
        feeds: Feeds { entries: 50, tag_date: "2024".to_owned(), tag_host: None, also_at: BTreeMap::new() },
        hubs: Vec::new(),
        theme_options: serde_json::Value::Object(serde_json::Map::new()),
    }
}
