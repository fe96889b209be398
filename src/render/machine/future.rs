//! Tests that no feed, API body or calendar stamp lies ahead of the build's instant.

use std::sync::LazyLock;

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::{ProptestConfig, Strategy, any, prop_oneof, proptest};
use proptest::sample::select;
use regex::Regex;
use serde_json::Value;

use crate::model::ComponentIx;
use crate::model::Site;
use crate::model::edition::Edition;
use crate::model::report::{Outage, Postmortem, Report, Schedule, Slug, Status, Update};
use crate::model::state::State;
use crate::model::testing::{at, incident, maintenance, site_of, update};
use crate::plan;
use crate::plan::page::Page;
use crate::render::machine::testing::read_planned;
use crate::time::{Day, Instant};

/// A minute of the test's day or the next.
fn time() -> impl Strategy<Value = Instant> {
    (0..2_880_i64).prop_map(|minute| at("00:00").plus_secs(60 * minute))
}

fn updates(statuses: &'static [Status]) -> impl Strategy<Value = Vec<Update>> {
    let said = (time(), of(select(statuses)), of(select(&State::ALL[..])));
    vec(said, 0..4).prop_map(|mut all| {
        all.sort_by_key(|(at, ..)| *at);
        let update = |(place, (at, status, state)): (usize, (Instant, _, Option<State>))| {
            let states: Vec<_> = state.into_iter().map(|state| (2, state)).collect();
            Update { id: place.to_string(), at, ..update("00:00", status, &states) }
        };
        all.into_iter().enumerate().map(update).collect()
    })
}

fn an_incident() -> impl Strategy<Value = Report> {
    const STATUSES: &[Status] = &[Status::Investigating, Status::Monitoring, Status::Resolved];
    let outage = (time(), of(time())).prop_map(|(from, to)| Outage {
        component: ComponentIx(1),
        state: State::PartialOutage,
        from,
        to,
    });
    let facts = (of(time()), of(time()), of(time()), of(time()), of(of(time())));
    (updates(STATUSES), facts, vec(outage, 0..2), any::<bool>()).prop_map(
        |(updates, (started, detected, ended, edited, told), outages, is_out)| Report {
            started,
            detected,
            ended,
            edited,
            outages,
            components: is_out.then_some((ComponentIx(0), State::MajorOutage)).into_iter().collect(),
            postmortem: told.map(|at| Postmortem { at, body: update("00:00", None, &[]).body }),
            ..incident(&updates)
        },
    )
}

fn a_maintenance() -> impl Strategy<Value = Report> {
    const STATUSES: &[Status] =
        &[Status::Scheduled, Status::InProgress, Status::Completed, Status::Cancelled];
    let plan = (time(), 1..600_i64, any::<bool>(), of(time()));
    (updates(STATUSES), plan, of(time())).prop_map(
        |(updates, (from, minutes, automatic, announced), edited)| {
            let to = from.plus_secs(60 * minutes);
            let schedule = Some(Schedule { from, to, automatic, announced });
            Report { schedule, edited, ..maintenance("00:00", "01:00", automatic, &updates) }
        },
    )
}

fn site() -> impl Strategy<Value = Site> {
    let day = || of((18..24_u32).prop_map(|day| Day::from_ymd(2026, 11, day).unwrap()));
    let reports = vec(prop_oneof![an_incident(), a_maintenance()], 0..5);
    (reports, day(), day()).prop_map(|(mut reports, since, retired)| {
        for (place, report) in reports.iter_mut().enumerate() {
            report.id = format!("r{place}");
            report.slug = Slug::new(&report.id).unwrap();
        }
        let mut site = site_of(reports);
        site.components[1].since = since;
        site.components[0].retired = retired;
        site
    })
}

static STAMP: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?m)^(?:DTSTAMP|CREATED|LAST-MODIFIED):([0-9]{4})([0-9]{2})([0-9]{2})T([0-9]{2})([0-9]{2})([0-9]{2})Z").unwrap()
});
static ISO: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(?:Z|[+-][0-9]{2}:[0-9]{2})").unwrap());
static MAIL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} [+-][0-9]{4}").unwrap()
});

/// The times in an output, without the planned ones of a maintenance.
fn times(page: &Page, bytes: Vec<u8>) -> Vec<Instant> {
    let text = String::from_utf8(bytes).unwrap();
    match serde_json::from_str::<Value>(&text) {
        Ok(value) => in_json(&value),
        Err(_) if matches!(page, Page::Calendar(_) | Page::Event(_)) => {
            let written = STAMP
                .captures_iter(&text)
                .map(|it| format!("{}-{}-{}T{}:{}:{}Z", &it[1], &it[2], &it[3], &it[4], &it[5], &it[6]));
            written.map(|text| Instant::parse_rfc3339(&text).unwrap()).collect()
        }
        Err(_) => {
            let iso = ISO.find_iter(&text).map(|it| Instant::parse_rfc3339(it.as_str()).unwrap());
            iso.chain(MAIL.find_iter(&text).map(|it| Instant::parse_http_date(it.as_str()).unwrap()))
                .collect()
        }
    }
}

fn in_json(value: &Value) -> Vec<Instant> {
    match value {
        Value::String(text) => {
            let day = || Day::parse(text).map(|day| crate::time::Zone::UTC.start_of(day));
            Instant::parse_rfc3339(text).or_else(day).into_iter().collect()
        }
        Value::Array(list) => list.iter().flat_map(in_json).collect(),
        Value::Object(object) => {
            let is_plan = |key: &str| matches!(key, "scheduled_for" | "scheduled_until");
            object.iter().filter(|(key, _)| !is_plan(key)).flat_map(|(_, value)| in_json(value)).collect()
        }
        _ => Vec::new(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_for_machines_is_dated_ahead(site in site(), now in time()) {
        let edition = Edition::new(site.into(), now);
        let planned = plan::outputs(&edition, []).plan;
        let mut count = 0;
        for (path, page) in &planned.outputs {
            if !matches!(page, Page::Feed(..) | Page::Updates(_) | Page::Api(_) | Page::Calendar(_) | Page::Event(_) | Page::UptimeJson) {
                continue;
            }
            for time in times(page, read_planned(&edition, &planned, page)) {
                assert!(time <= now, "{}: {time} is after {now}", path.as_str());
                count += 1;
            }
        }
        assert!(count > 0, "no output has a time");
    }
}
