use std::sync::Arc;

use serde_json::{Value, json};

use crate::model::edition::{Edition, IncidentIx};
use crate::model::report::{Postmortem, Report, Slug, Status};
use crate::model::state::State;
use crate::model::testing::{at, incident, maintenance, outage, site_of, update};
use crate::model::{Component, ComponentIx, Group, GroupIx, Site};
use crate::plan::api::Api;
use crate::plan::page::Page;
use crate::render::machine::testing::{read, read_edition};
use crate::source::Text;
use crate::time::{Day, Instant};

fn named(slug: &str, report: Report) -> Report {
    Report { slug: Slug::new(slug).unwrap(), id: slug.to_owned(), ..report }
}

fn parsed(site: &Site, now: &str, api: Api) -> Value {
    serde_json::from_slice(&read(site.clone(), now, &Page::Api(api))).unwrap()
}

/// An outage of `api` that got worse and was resolved, and a maintenance of `web`; `api` is in a group.
fn site() -> Site {
    let mut report = incident(&[
        update("01:00", Some(Status::Investigating), &[(0, State::PartialOutage)]),
        update("01:30", None, &[(0, State::MajorOutage)]),
        update("02:00", Some(Status::Monitoring), &[(1, State::Operational)]),
        update("03:00", Some(Status::Resolved), &[]),
    ]);
    report.components = vec![(ComponentIx(1), State::DegradedPerformance)];
    report.started = Some(at("00:30"));
    let plan = maintenance("04:00", "05:00", true, &[update("01:10", Some(Status::Scheduled), &[])]);
    let mut site = site_of(vec![report, named("y", plan)]);
    site.reports.iter_mut().for_each(|report| {
        if report.slug.as_str() == "y" {
            Arc::make_mut(report).components = vec![(ComponentIx(1), State::UnderMaintenance)];
        }
    });
    site.groups = vec![Group { id: "core".to_owned(), name: "Core".to_owned(), api_id: None }];
    site.components[0] = Component {
        group: Some(GroupIx(0)),
        description: "The API.".to_owned(),
        since: Day::parse("2026-11-01"),
        ..site.components[0].clone()
    };
    site
}

/// `HH:MM` of the day in the API's format.
fn time(time: &str) -> String {
    format!("2026-11-20T{time}:00.000Z")
}

fn api_component(status: &str, updated_at: &str) -> Value {
    json!({
        "id": "api", "name": "API", "status": status, "created_at": "2026-11-01T00:00:00.000Z",
        "updated_at": updated_at, "position": 1, "description": "The API.", "showcase": true,
        "start_date": "2026-11-01", "group_id": "core", "page_id": "a011ab375b47", "group": false,
        "only_show_if_degraded": false
    })
}

fn web_component(status: &str, updated_at: &str) -> Value {
    json!({
        "id": "web", "name": "WEB", "status": status, "created_at": "2026-01-01T00:00:00.000Z",
        "updated_at": updated_at, "position": 1, "description": null, "showcase": true, "start_date": "2026-01-01",
        "group_id": null, "page_id": "a011ab375b47", "group": false, "only_show_if_degraded": false
    })
}

fn update_object(id: &str, status: &str, at: &str, affected: Value) -> Value {
    json!({
        "id": id, "status": status, "body": "Words.", "incident_id": "x", "created_at": time(at),
        "updated_at": time(at), "display_at": time(at), "affected_components": affected,
        "deliver_notifications": true, "custom_tweet": null, "tweet_id": null
    })
}

fn affected(api: [&str; 2], web: [&str; 2]) -> Value {
    let one = |code: &str, name: &str, [old, new]: [&str; 2]| json!({ "code": code, "name": name, "old_status": old, "new_status": new });
    json!([one("api", "Core - API", api), one("web", "WEB", web)])
}

#[test]
fn an_open_incident_has_its_components_as_they_are() {
    let page = json!({
        "id": "a011ab375b47", "name": "Status", "url": "https://status.example.org", "time_zone": "Etc/UTC",
        "updated_at": time("02:00")
    });
    let (fine, degraded, major) = ("operational", "degraded_performance", "major_outage");
    let expected = json!({
        "page": page,
        "incident": {
            "id": "x", "name": "Title", "status": "monitoring", "created_at": time("00:30"),
            "updated_at": time("02:00"), "monitoring_at": time("02:00"), "resolved_at": null, "impact": "major",
            "shortlink": "https://status.example.org/incidents/x/", "started_at": time("00:30"),
            "page_id": "a011ab375b47",
            "incident_updates": [
                update_object("0200", "monitoring", "02:00", affected([major, major], [degraded, fine])),
                update_object("0130", "investigating", "01:30",
                    affected(["partial_outage", major], [degraded, degraded])),
                update_object("0100", "investigating", "01:00",
                    affected([fine, "partial_outage"], [degraded, degraded])),
            ],
            "components": [api_component(major, &time("01:30")), web_component(fine, &time("02:00"))],
            "reminder_intervals": null
        }
    });
    let shown = parsed(&site(), "02:30", Api::Incident(IncidentIx(1)));
    assert_eq!(shown, expected, "{shown:#}");
}

#[test]
fn a_summary_tells_what_is_now() {
    let at_noon = |now| parsed(&site(), now, Api::Summary);
    let running = at_noon("04:30");
    let names: Vec<&str> =
        running["components"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap()).collect();
    assert_eq!(names, ["web", "mail", "core", "api"]);
    assert_eq!(running["components"][0], web_component("under_maintenance", &time("04:00")));
    let group = &running["components"][2];
    assert_eq!(
        (&group["group"], &group["position"], &group["components"], &group["status"]),
        (&json!(true), &json!(3), &json!(["api"]), &json!("operational"))
    );
    assert_eq!(
        running["status"],
        json!({ "indicator": "maintenance", "description": "Service Under Maintenance" })
    );
    assert_eq!(running["incidents"], json!([]));
    let plan = &running["scheduled_maintenances"][0];
    assert_eq!((&plan["status"], &plan["impact"]), (&json!("in_progress"), &json!("maintenance")));
    assert_eq!(
        (&plan["scheduled_for"], &plan["scheduled_until"]),
        (&json!(time("04:00")), &json!(time("05:00")))
    );
    assert_eq!(plan["incident_updates"][0]["affected_components"][0]["new_status"], "operational");
    assert_eq!(at_noon("02:30")["incidents"].as_array().unwrap().len(), 1);
    assert_eq!(at_noon("02:30")["scheduled_maintenances"][0]["status"], "scheduled");
    assert_eq!(at_noon("06:00")["scheduled_maintenances"], json!([]));
    assert_eq!(at_noon("06:00")["status"]["indicator"], "none");
}

#[test]
fn a_closed_body_never_changes_again() {
    let mut site = site();
    let mut later = named("z", incident(&[update("07:00", Some(Status::Investigating), &[])]));
    later.started = Some(at("02:45"));
    later.components = vec![(ComponentIx(0), State::MajorOutage)];
    site.reports.push(Arc::new(later));
    let body = |now: Instant| {
        let edition = Edition::new(Arc::new(site.clone()), now);
        let ix = edition.by_slug("x").unwrap();
        read_edition(&edition, &Page::Api(Api::Incident(ix)))
    };
    let first = body(at("03:30"));
    assert_eq!(first, body(at("08:00")));
    assert_eq!(first, body(at("08:00").plus_secs(900 * 86_400)));
    let shown: Value = serde_json::from_slice(&first).unwrap();
    assert_eq!(shown["page"]["updated_at"], time("03:00"));
    assert_eq!(shown["incident"]["resolved_at"], time("03:00"));
    assert_eq!(shown["incident"]["components"][0], api_component("operational", &time("03:00")));
}

#[test]
fn lists_hold_what_their_names_say() {
    let mut cancelled = named(
        "z",
        maintenance(
            "06:00",
            "07:00",
            true,
            &[update("01:10", Some(Status::Scheduled), &[]), update("01:20", Some(Status::Cancelled), &[])],
        ),
    );
    cancelled.title = "Never".to_owned();
    let mut site = site();
    site.reports.push(Arc::new(cancelled));
    let ids = |now: &str, api: Api, key: &str| -> Vec<String> {
        let list = parsed(&site, now, api);
        list[key].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids("02:30", Api::Incidents, "incidents"), ["x"]);
    assert_eq!(ids("02:30", Api::Unresolved, "incidents"), ["x"]);
    assert!(ids("03:00", Api::Unresolved, "incidents").is_empty());
    assert_eq!(ids("02:30", Api::Maintenances, "scheduled_maintenances"), ["y"]);
    assert_eq!(ids("02:30", Api::Upcoming, "scheduled_maintenances"), ["y"]);
    assert!(ids("02:30", Api::Active, "scheduled_maintenances").is_empty());
    assert_eq!(ids("04:30", Api::Active, "scheduled_maintenances"), ["y"]);
    assert_eq!(ids("06:30", Api::Maintenances, "scheduled_maintenances"), ["y"]);
    let links: Vec<String> = {
        let edition = Edition::new(Arc::new(site.clone()), at("02:30"));
        Api::all(&edition).into_iter().map(|api| api.link(&edition)).collect()
    };
    assert_eq!(
        links[8..],
        ["api/v2/incidents/y.json", "api/v2/incidents/x.json", "api/history.json", "api/history/2026.json"]
    );
}

#[test]
fn the_history_is_a_list_of_years() {
    let past = |slug: &str, year: i32| {
        let mut report = named(slug, incident(&[]));
        let started = Instant::parse_rfc3339(&format!("{year}-05-01T00:00:00Z")).unwrap();
        report.started = Some(started);
        report.ended = Some(started.plus_secs(60));
        report
    };
    let site = site_of(vec![past("a", 2019), past("b", 2023), past("c", 2025)]);
    let index = parsed(&site, "03:30", Api::History);
    let url = |year: i32| format!("https://status.example.org/api/history/{year}.json");
    let years: Vec<Value> = [2025, 2023, 2019].map(|year| json!({ "year": year, "url": url(year) })).to_vec();
    assert_eq!(index, json!({ "page": index["page"], "years": years }));
    let one = parsed(&site, "03:30", Api::HistoryYear(2019));
    let [report] = one["incidents"].as_array().unwrap().as_slice() else { panic!("one report, not {one}") };
    assert_eq!((&report["id"], one.get("years")), (&json!("a"), None));
    assert_eq!(one["page"]["updated_at"], "2019-05-01T00:01:00.000Z");
    let updates = &report["incident_updates"];
    assert_eq!((&updates[0]["status"], &updates[1]["status"]), (&json!("resolved"), &json!("investigating")));
    assert_eq!(updates[0]["affected_components"], Value::Null);
}

#[test]
fn a_postmortem_is_the_newest_update() {
    let mut report = incident(&[
        update("01:00", Some(Status::Investigating), &[]),
        update("02:00", Some(Status::Resolved), &[]),
    ]);
    let text: Arc<str> = Arc::from("# Why\n\n**Because.**");
    report.postmortem = Some(Postmortem { at: Some(at("05:00")), body: Text::new(&text, 0..text.len()) });
    let site = site_of(vec![report]);
    let incident = parsed(&site, "06:00", Api::Incident(IncidentIx(0)))["incident"].clone();
    assert_eq!((&incident["status"], &incident["updated_at"]), (&json!("postmortem"), &json!(time("05:00"))));
    let newest = &incident["incident_updates"][0];
    assert_eq!((&newest["status"], &newest["display_at"]), (&json!("postmortem"), &json!(time("05:00"))));
    assert!(newest["body"].as_str().unwrap().contains("<strong>Because.</strong>"));
    assert_eq!(parsed(&site, "04:00", Api::Incident(IncidentIx(0)))["incident"]["status"], "resolved");
}

#[test]
fn a_window_that_outlasts_the_word_is_seen_to_its_end() {
    let mut report = incident(&[
        update("01:00", Some(Status::Investigating), &[]),
        update("02:00", Some(Status::Resolved), &[]),
    ]);
    report.outages = vec![outage(0, State::PartialOutage, "01:00", Some("04:00"))];
    let site = site_of(vec![report]);
    let component = |now: &str| {
        let shown = parsed(&site, now, Api::Incident(IncidentIx(0)));
        shown["incident"]["components"][0]["status"].as_str().unwrap().to_owned()
    };
    assert_eq!((component("03:00").as_str(), component("05:00").as_str()), ("partial_outage", "operational"));
}

#[test]
fn ids_are_those_of_the_system_before() {
    let mut site = site();
    let report = Arc::make_mut(site.reports.iter_mut().find(|it| it.slug.as_str() == "x").unwrap());
    report.updates[1].id = "7yq9t4c2b1xp".to_owned();
    report.updates[2].id = "20261120T020000Z".to_owned();
    site.components[0].api_id = Some("p0qrs1tuv2wx".to_owned());
    site.groups[0].api_id = Some("k3lmn4opq5rs".to_owned());
    Arc::make_mut(&mut site.config).page_id = Some("b6cde7fgh8ij".to_owned());
    let shown = parsed(&site, "02:30", Api::Incident(IncidentIx(1)));
    assert_eq!(
        (&shown["page"]["id"], &shown["incident"]["page_id"]),
        (&json!("b6cde7fgh8ij"), &json!("b6cde7fgh8ij"))
    );
    let component = &shown["incident"]["components"][0];
    assert_eq!((&component["id"], &component["group_id"]), (&json!("p0qrs1tuv2wx"), &json!("k3lmn4opq5rs")));
    let updates = &shown["incident"]["incident_updates"];
    assert_eq!(updates[1]["id"], "7yq9t4c2b1xp");
    assert_eq!(updates[0]["affected_components"][0]["code"], "p0qrs1tuv2wx");
    // An id that a tool wrote to keep an update's identity when its time is corrected is our own, not an imported one.
    assert_eq!(updates[0]["id"], super::ids::short_id("x/20261120T020000Z"));
    let all = parsed(&site, "02:30", Api::Components)["components"].clone();
    let group = all.as_array().unwrap().iter().find(|it| it["group"] == true).unwrap();
    assert_eq!((&group["id"], &group["components"]), (&json!("k3lmn4opq5rs"), &json!(["p0qrs1tuv2wx"])));
}

#[test]
fn one_paragraph_without_markup_is_a_line() {
    let check = |body: &str, expected: &str| {
        let text: Arc<str> = Arc::from(body);
        let said = update("01:00", Some(Status::Investigating), &[]);
        let said = crate::model::report::Update { body: Text::new(&text, 0..text.len()), ..said };
        let shown = parsed(&site_of(vec![incident(&[said])]), "02:30", Api::Incident(IncidentIx(0)));
        assert_eq!(shown["incident"]["incident_updates"][0]["body"], expected, "{body}");
    };
    check("All is well.", "All is well.");
    check("All is well. <!-- or so -->", "All is well.");
    check("Two\nlines of R&D, a < b > c.", "Two lines of R&amp;D, a &lt; b &gt; c.");
    check("**All** is well.", "<p><strong>All</strong> is well.</p>\n");
    check("One.\n\nTwo.", "<p>One.</p>\n<p>Two.</p>\n");
    check("- One.", "<ul>\n<li>One.</li>\n</ul>\n");
}

#[test]
fn a_component_that_another_incident_holds_is_not_operational_at_the_end() {
    let mut site = site();
    let other = incident(&[
        update("02:10", Some(Status::Investigating), &[(0, State::DegradedPerformance)]),
        update("04:00", Some(Status::Resolved), &[]),
    ]);
    site.reports.push(Arc::new(named("z", other)));
    let component = |now: &str, slug: &str| {
        let edition = Edition::new(Arc::new(site.clone()), at(now));
        let body = read_edition(&edition, &Page::Api(Api::Incident(edition.by_slug(slug).unwrap())));
        serde_json::from_slice::<Value>(&body).unwrap()["incident"]["components"][0].clone()
    };
    for now in ["03:30", "08:00"] {
        assert_eq!(component(now, "x")["status"], "degraded_performance", "{now}");
    }
    assert_eq!(component("08:00", "z"), api_component("operational", &time("04:00")));
}

#[test]
fn a_list_holds_what_is_open_and_what_changed_last() {
    let mut reports: Vec<Report> = (0..60)
        .map(|number| {
            let second = |at: Instant| at.plus_secs(number * 60);
            let said = |hour: &str, status| {
                let said = update(hour, Some(status), &[]);
                crate::model::report::Update { at: second(said.at), ..said }
            };
            named(
                &format!("r{number:02}"),
                incident(&[said("02:00", Status::Investigating), said("02:01", Status::Resolved)]),
            )
        })
        .collect();
    // The oldest is still open; the next has a late postmortem.
    reports[0].updates.truncate(1);
    let text: Arc<str> = Arc::from("Why.");
    reports[1].postmortem = Some(Postmortem { at: Some(at("12:00")), body: Text::new(&text, 0..text.len()) });
    let shown = parsed(&site_of(reports), "13:00", Api::Incidents);
    let ids: Vec<&str> =
        shown["incidents"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap()).collect();
    assert_eq!((ids.len(), ids[0], ids[47], ids[48], ids[49]), (50, "r59", "r12", "r01", "r00"));
}
