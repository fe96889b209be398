//! Deliveries, and the reports that they make.

mod orders;

use std::sync::Arc;

use serde_json::{Value, json};

use crate::alert::{BodyError, Edit, Incoming, KnownReport, key, read, respond};
use crate::check;
use crate::model::Component;
use crate::model::alerts::AlertRules;
use crate::model::report::{Kind, Status};
use crate::parse::{self, draft::ReportDraft, draft::SiteDraft};
use crate::source::SourcePath;
use crate::time::{Instant, Resolved, Zone};

const SITE: &str = "title = \"t\"\nbase_url = \"https://status.example.org/\"\n\
    [[components]]\nid = \"api\"\nname = \"API\"\n[[components]]\nid = \"web\"\nname = \"Web app\"\n";

const ALERTS: &str = "[alerts]\ncomponent = \"service\"\ncomponents = { shop = \"web\" }\n\
    states = { critical = \"major_outage\", warning = \"degraded_performance\" }\n";

fn minute(minute: i64) -> Instant {
    Instant::parse_rfc3339("2026-11-20T10:00:00Z").unwrap().plus_secs(minute * 60)
}

/// An alert of a component from one minute on; `to` is the minute of its end.
fn alert(service: &str, severity: &str, from: i64, to: Option<i64>) -> Value {
    let (status, ends) = match to {
        Some(to) => ("resolved", minute(to).to_string()),
        None => ("firing", "0001-01-01T00:00:00Z".to_owned()),
    };
    json!({
        "status": status, "labels": { "service": service, "severity": severity, "instance": "host-7" },
        "annotations": { "summary": "host-7 burns" }, "startsAt": minute(from).to_string(), "endsAt": ends,
        "fingerprint": format!("{service}-{severity}"), "generatorURL": "http://host-7/graph",
    })
}

fn body(alerts: &[Value], truncated: u64) -> Value {
    let fires = alerts.iter().any(|alert| alert["status"] == "firing");
    json!({
        "version": "4", "groupKey": "{}:{alertname=\"Down\"}", "truncatedAlerts": truncated, "receiver": "page",
        "status": if fires { "firing" } else { "resolved" }, "alerts": alerts, "externalURL": "http://am",
    })
}

/// The reports of a site, and what deliveries make of them.
struct Desk {
    site: SiteDraft,
    rules: AlertRules,
    components: Vec<Component>,
    reports: Vec<String>,
}

impl Desk {
    fn new(settings: &str) -> Self {
        let text = format!("{SITE}{settings}");
        let site = parse::site_toml(&SourcePath::new("site.toml"), text.as_bytes()).unwrap();
        let (rules, problems) = check::alerts(&site);
        assert!(problems.is_empty() && site.problems.is_empty(), "{problems:?} {:?}", site.problems);
        let component = |id: &str, name: &str| Component {
            id: id.to_owned(),
            name: name.to_owned(),
            ..crate::model::testing::site_of(Vec::new()).components[0].clone()
        };
        let components = vec![component("api", "API"), component("web", "Web app")];
        Self { site, rules, components, reports: Vec::new() }
    }

    fn read(text: &str) -> ReportDraft {
        let path = SourcePath::new("content/incidents/x.md");
        let draft = parse::report(&path, text.as_bytes(), Kind::Incident).unwrap();
        assert!(draft.problems.is_empty(), "{:?}\n{text}", draft.problems);
        draft
    }

    fn known(text: &str) -> KnownReport {
        let draft = Self::read(text);
        let time = |update: &parse::draft::UpdateDraft| match update
            .at
            .value
            .resolved(Zone::UTC, update.at.value.day.unwrap())
        {
            Ok(Resolved::One(at)) => at,
            other => panic!("{other:?}"),
        };
        let ended = draft.updates.iter().find(|it| it.status.value.is_some_and(Status::is_final)).map(time);
        let (first, last) = (draft.updates.first().map(time), draft.updates.last().map(time));
        KnownReport { draft: Arc::new(draft), ended, first, last }
    }

    /// Whether the delivery changed anything.
    fn deliver(&mut self, body: &Value, now: i64) -> bool {
        self.deliver_by(body, now, None)
    }

    fn deliver_by(&mut self, body: &Value, now: i64, mapping: Option<&str>) -> bool {
        let ids: Vec<String> = self.components.iter().map(|it| it.id.clone()).collect();
        let bytes = serde_json::to_vec(body).unwrap();
        let delivery = read(&bytes, &ids, &self.rules, mapping).unwrap();
        let incoming = Incoming {
            site: &self.site,
            components: &self.components,
            language: "en",
            rules: &self.rules,
            zone: Zone::UTC,
            now: minute(now),
        };
        let known: Vec<KnownReport> = self.reports.iter().map(|text| Self::known(text)).collect();
        assert!(known.iter().all(|it| it.draft.front.keys[0].value == key(&delivery)));
        let edits = respond(&incoming, &known, &delivery).edits;
        let is_changed = !edits.is_empty();
        for edit in edits {
            match edit {
                Edit::New { text, .. } => self.reports.push(text),
                Edit::Changed { place, text, .. } => self.reports[place] = text,
            }
        }
        is_changed
    }

    /// The headings, settings and messages of the only report, a line each.
    #[track_caller]
    fn course(&self) -> Vec<String> {
        let [only] = self.reports.as_slice() else { panic!("{:#?}", self.reports) };
        let text = only.rsplit("+++\n").next().unwrap();
        let lines = text.lines().map(|line| line.replace("2026-11-20 ", ""));
        lines.filter(|line| line.starts_with("## ") || line.contains(": ")).collect()
    }
}

#[test]
fn a_sequence_is_one_incident_with_its_course() {
    let mut desk = Desk::new(ALERTS);
    let fire = body(&[alert("api", "warning", 0, None)], 0);
    let worse = body(&[alert("api", "warning", 0, None), alert("api", "critical", 5, None)], 0);
    let more = body(
        &[
            alert("api", "warning", 0, None),
            alert("api", "critical", 5, None),
            alert("shop", "warning", 6, None),
        ],
        0,
    );
    let resolved = body(
        &[
            alert("api", "warning", 0, Some(20)),
            alert("api", "critical", 5, Some(20)),
            alert("shop", "warning", 6, Some(15)),
        ],
        0,
    );
    let all = [&fire, &worse, &more, &resolved];
    for (place, body) in all.into_iter().enumerate() {
        assert!(desk.deliver(body, place as i64 * 7 + 1));
        assert!(!desk.deliver(body, place as i64 * 7 + 2), "again");
    }
    let course = [
        "## Investigating, 10:00:00Z",
        "## Update, 10:05:00Z",
        "api: major_outage",
        "API: major outage.",
        "## Update, 10:06:00Z",
        "web: degraded_performance",
        "Web app: degraded performance.",
        "## Update, 10:15:00Z",
        "web: operational",
        "Web app: operational.",
        "## Resolved, 10:20:00Z",
    ];
    assert_eq!(desk.course(), course);
    let text = desk.reports[0].clone();
    assert!(text.contains("title = \"API: degraded performance\"\n"), "{text}");
    assert!(
        text.contains("components = { api = \"degraded_performance\" }\n") && text.contains("draft = true\n")
    );
    assert!(!text.contains("host-7") && !text.contains("Down"), "{text}");
    for late in all {
        assert!(!desk.deliver(late, 90));
    }
    assert_eq!(desk.reports, [text]);
    assert!(desk.deliver(&body(&[alert("api", "warning", 60, None)], 0), 61), "a new episode");
    assert_eq!(desk.reports.len(), 2);
    assert!(!desk.deliver(&resolved, 62));
    assert!(desk.deliver(&body(&[alert("api", "warning", 60, Some(70))], 0), 71));
    assert!(!desk.deliver(&body(&[alert("web", "critical", 70, None)], 0), 72), "it began before the end");
    assert!(desk.reports[1].contains("## Resolved, 2026-11-20 11:10:00Z"));
}

#[test]
fn what_was_left_out_for_its_length_has_not_recovered() {
    let mut desk = Desk::new(ALERTS);
    desk.deliver(&body(&[alert("api", "warning", 0, None), alert("web", "warning", 0, None)], 0), 1);
    desk.deliver(&body(&[alert("api", "warning", 0, Some(9))], 1), 10);
    let course =
        ["## Investigating, 10:00:00Z", "## Update, 10:09:00Z", "api: operational", "API: operational."];
    assert_eq!(desk.course(), course);
    desk.deliver(&body(&[alert("api", "warning", 0, Some(9))], 0), 20);
    assert_eq!(
        desk.course()[1..],
        ["## Resolved, 10:09:00Z"],
        "with nothing left out, the whole group is over"
    );
}

#[test]
fn the_next_incident_is_told_apart_once_the_end_of_the_last_is_known() {
    for (service, severity, truncated) in
        [("api", "warning", 0), ("api", "critical", 3), ("web", "warning", 0)]
    {
        let mut desk = Desk::new(ALERTS);
        desk.deliver(&body(&[alert("api", "warning", 0, None)], 0), 1);
        // The body that says its end comes late.
        assert!(desk.deliver(&body(&[alert(service, severity, 30, None)], truncated), 31));
        assert!(desk.deliver(&body(&[alert("api", "warning", 0, Some(20))], truncated), 32));
        assert!(desk.deliver(&body(&[alert(service, severity, 30, Some(40))], truncated), 41));
        let [first, second] = desk.reports.as_slice() else { panic!("{:#?}", desk.reports) };
        assert!(first.ends_with("## Resolved, 2026-11-20 10:20:00Z\n\nThis is resolved.\n"), "{first}");
        assert!(
            !first.contains("10:30") && second.contains("## Investigating, 2026-11-20 10:30:00Z"),
            "{second}"
        );
        assert!(second.ends_with("## Resolved, 2026-11-20 10:40:00Z\n\nThis is resolved.\n"), "{second}");
    }
}

/// Alertmanager sends one alert of a fingerprint: the end of an earlier one may never be said.
#[test]
fn an_alert_that_fires_anew_ends_the_earlier_one() {
    let mut desk = Desk::new(ALERTS);
    desk.deliver(&body(&[alert("api", "warning", 0, None)], 1), 1);
    assert!(desk.deliver(&body(&[alert("api", "warning", 10, None)], 1), 11));
    assert!(desk.deliver(&body(&[alert("api", "warning", 10, Some(20))], 1), 21));
    assert_eq!(desk.course(), ["## Investigating, 10:00:00Z", "## Resolved, 10:20:00Z"]);
}

#[test]
fn what_a_later_whole_body_does_not_have_has_recovered() {
    let both = [alert("api", "warning", 0, None), alert("web", "warning", 6, None)];
    let without = [alert("api", "warning", 0, None), alert("api", "critical", 9, None)];
    let recovered = ["## Update, 10:09:00Z", "api: major_outage", "web: operational"];
    for truncated in [0, 1] {
        let mut desk = Desk::new(ALERTS);
        desk.deliver(&body(&both, 0), 7);
        assert!(!desk.deliver(&body(&both[..1], truncated), 8), "it may be from before the alert");
        assert!(desk.deliver(&body(&without, truncated), 10));
        assert_eq!(desk.course().contains(&recovered[2].to_owned()), truncated == 0, "{:#?}", desk.course());
        let before = desk.reports.clone();
        assert!(!desk.deliver(&body(&both, 0), 11) && !desk.deliver(&body(&without, truncated), 12));
        assert_eq!(desk.reports, before);
    }
    // Inhibited and not over: it is there again.
    let mut desk = Desk::new(ALERTS);
    desk.deliver(&body(&both, 0), 7);
    desk.deliver(&body(&without, 0), 10);
    let back = body(&[both[1].clone(), alert("api", "critical", 9, Some(15))], 1);
    assert!(desk.deliver(&back, 16));
    assert!(!desk.deliver(&body(&without, 0), 17), "an older body");
    assert!(!desk.course().contains(&recovered[2].to_owned()), "{:#?}", desk.course());
    let end = [both[0].clone(), both[1].clone()].map(|mut it| {
        (it["status"], it["endsAt"]) = ("resolved".into(), minute(20).to_string().into());
        it
    });
    assert!(desk.deliver(&body(&end, 0), 21));
    assert_eq!(desk.course().last().unwrap(), "## Resolved, 10:20:00Z");
}

/// Alertmanager's `payload:` has no key of the group, and does not say what was left out.
#[test]
fn a_body_made_by_a_template_has_its_groups_labels() {
    let mut desk = Desk::new(ALERTS);
    let event = |alerts: &[Value]| {
        let fires = alerts.iter().any(|alert| alert["status"] == "firing");
        let status = if fires { "firing" } else { "resolved" };
        let labels = json!({ "alertname": "Down", "team": "shop" });
        let alert = json!({ "receiver": "page", "status": status, "alerts": alerts, "groupLabels": labels });
        json!({ "event_type": "alert", "client_payload": { "alert": alert } })
    };
    assert!(desk.deliver(&event(&[alert("api", "warning", 0, None), alert("web", "warning", 0, None)]), 1));
    assert!(desk.deliver(&event(&[alert("api", "warning", 0, Some(9))]), 10));
    assert!(desk.deliver(&event(&[alert("web", "warning", 0, Some(11))]), 12));
    let course = [
        "## Investigating, 10:00:00Z",
        "## Update, 10:09:00Z",
        "api: operational",
        "API: operational.",
        "## Resolved, 10:11:00Z",
    ];
    assert_eq!(desk.course(), course);
}

#[test]
fn what_a_person_wrote_stays() {
    let mut desk = Desk::new(&format!("{ALERTS}opens = \"public\"\nrecovery = \"monitoring\"\n"));
    desk.deliver(&body(&[alert("api", "warning", 0, None)], 0), 1);
    assert!(!desk.reports[0].contains("draft"));
    let report = &mut desk.reports[0];
    *report = report.replace("title = ", "# ours\ntitle = ");
    report.push_str("\n## Identified, 2026-11-20 10:07:00Z\n\nA disk.\n");
    let before = report.clone();
    let worse = [alert("api", "warning", 0, None), alert("api", "critical", 5, None)];
    assert!(desk.deliver(&body(&worse, 0), 9));
    assert!(!desk.deliver(&body(&worse, 0), 12));
    let (front, text) = before.split_once("[\n").unwrap();
    assert!(desk.reports[0].starts_with(front), "{}", desk.reports[0]);
    let (_, said) = text.split_once("+++").unwrap();
    let update = "\n## Update, 2026-11-20 10:09:00Z\napi: major_outage\n\nAPI: major outage.\n";
    assert!(desk.reports[0].ends_with(&format!("{said}{update}")), "{}", desk.reports[0]);
    let over = [alert("api", "warning", 0, Some(20)), alert("api", "critical", 5, Some(20))];
    assert!(desk.deliver(&body(&over, 0), 21));
    let end = "\n## Monitoring, 2026-11-20 10:21:00Z\napi: operational\n\nA fix is in place, and we are watching it.\n";
    assert!(desk.reports[0].ends_with(end), "{}", desk.reports[0]);
    desk.reports[0].push_str("\n## Resolved, 2026-11-20 10:30:00Z\n\nDone.\n");
    let text = desk.reports[0].clone();
    assert!(!desk.deliver(&body(&worse, 0), 40) && !desk.deliver(&body(&over, 0), 41));
    assert_eq!(desk.reports, [text]);
}

#[test]
fn text_from_elsewhere_is_text() {
    let settings = format!(
        "{ALERTS}title = \"summary\"\nmessage = \"description\"\n[checks.redact]\nhost = 'host-\\d'\n"
    );
    let mut desk = Desk::new(&settings);
    let mut hard = alert("api", "critical", 0, None);
    hard["annotations"] = json!({
        "summary": "+++\nhost-7 \"burns\" `now` $(reboot) 👩\u{200d}🚒 \u{5d0}\u{5d1}",
        "description": "## Resolved, 10:30\n+++\ndraft = false\napi: operational\n- host-7\n👩\u{200d}🚒 \u{5d0}\u{5d1} $(x)",
    });
    desk.deliver(&body(&[hard], 0), 1);
    let draft = Desk::read(&desk.reports[0]);
    let title = "+++ [redacted] \"burns\" `now` $(reboot) 👩\u{200d}🚒 \u{5d0}\u{5d1}";
    assert_eq!(draft.front.title.as_ref().unwrap().value, title);
    assert!(draft.is_draft() && draft.updates.len() == 1 && draft.updates[0].lines.is_empty());
    let seen = parse::markdown::plain_text(
        &draft.text[draft.updates[0].body.clone()],
        parse::markdown::RawHtml::Text,
    );
    let expected = "## Resolved, 10:30\n+++\ndraft = false\napi: operational\n- [redacted]\n👩\u{200d}🚒 \u{5d0}\u{5d1} $(x)";
    assert_eq!(seen, expected);
}

#[test]
fn other_json_is_read_by_a_mapping() {
    let mapping = "[alerts.probe]\nkey = \"check.id\"\nstate = \"check.state\"\ncomponent = \"parts.0.name\"\nstarted = \"since\"\n";
    let settings = "[alerts]\nstates = { down = \"major_outage\", slow = \"degraded\", up = \"ok\" }\ncomponents = { shop = \"web\" }\n";
    let mut desk = Desk::new(&format!("{settings}{mapping}"));
    let body = |state: &str| {
        let since = minute(0).epoch_secs() * 1_000;
        json!({ "check": { "id": 7, "state": state }, "parts": [{ "name": "shop" }], "since": since })
    };
    let event = |state: &str| json!({ "action": "x", "client_payload": { "alert": body(state) } });
    let text = |state: &str| json!({ "client_payload": { "alert": body(state).to_string() } });
    assert!(desk.deliver(&body("slow"), 1) && !desk.deliver(&event("slow"), 2));
    assert!(desk.deliver(&text("down"), 3) && !desk.deliver(&body("down"), 4));
    assert!(desk.deliver(&event("up"), 9) && !desk.deliver(&event("up"), 10));
    assert!(!desk.deliver(&body("down"), 11), "it began before the end");
    let course = [
        "## Investigating, 10:00:00Z",
        "## Update, 10:03:00Z",
        "web: major_outage",
        "Web app: major outage.",
        "## Resolved, 10:09:00Z",
    ];
    assert_eq!(desk.course(), course);

    let begins = |since: Value| {
        let mut desk = Desk::new(&format!("{settings}{mapping}"));
        let mut down = body("down");
        down["since"] = since;
        desk.deliver(&down, 5);
        desk.course()[0].clone()
    };
    let secs = minute(0).epoch_secs();
    for since in
        [json!(secs), json!(secs as f64 + 0.5), json!(secs.to_string()), json!(minute(0).to_string())]
    {
        assert_eq!(begins(since.clone()), "## Investigating, 10:00:00Z", "{since}");
    }
    for since in [json!("yesterday"), json!(-99_999_999_999_999_999_i64), json!(1e300), Value::Null] {
        assert_eq!(begins(since.clone()), "## Investigating, 10:05:00Z", "{since}: when it is received");
    }
}

#[test]
fn a_mapped_body_may_have_a_field_that_is_called_alert() {
    let settings = "[alerts]\nstates = { Create = \"major_outage\" }\n[alerts.genie]\nkey = \"alert.id\"\nstate = \"action\"\ncomponent = \"alert.entity\"\n";
    let body = json!({ "action": "Create", "alert": { "id": "a1", "entity": "api" } });
    for mapping in [None, Some("genie")] {
        let desk = Desk::new(settings);
        let read = |body: Value| read(body.to_string().as_bytes(), &["api".to_owned()], &desk.rules, mapping);
        let delivery = read(body.clone()).unwrap();
        assert_eq!(delivery.alerts[0].component.as_deref(), Some("api"));
        assert_eq!(read(json!({ "client_payload": { "alert": body.clone() } })), Ok(delivery));
    }
}

#[test]
fn an_end_before_the_arrival_of_the_beginning_ends_an_alert_without_a_beginning() {
    let settings = "[alerts]\nstates = { down = \"major_outage\", up = \"ok\" }\n[alerts.probe]\nkey = \"id\"\nstate = \"s\"\ncomponent = \"c\"\nended = \"e\"\n";
    let mut desk = Desk::new(settings);
    assert!(desk.deliver(&json!({ "id": 7, "s": "down", "c": "api" }), 5));
    assert!(desk.deliver(&json!({ "id": 7, "s": "up", "c": "api", "e": minute(4).to_string() }), 6));
    assert_eq!(desk.course(), ["## Investigating, 10:05:00Z", "## Resolved, 10:05:01Z"]);
}

#[test]
fn what_is_no_alert_says_why() {
    let mapping = |name: &str| format!("[alerts.{name}]\nkey = \"id\"\nstate = \"s\"\ncomponent = \"c\"\n");
    let desk = Desk::new(&format!("{ALERTS}{}{}", mapping("a"), mapping("b")));
    let check = |text: &str, mapping: Option<&str>, expected: BodyError| {
        assert_eq!(read(text.as_bytes(), &[], &desk.rules, mapping).unwrap_err(), expected, "{text}");
    };
    check("{}", None, BodyError::Unknown);
    check(r#"{"id":1,"s":"x"}"#, None, BodyError::Several("`a` and `b`".to_owned()));
    check("{}", Some("c"), BodyError::NoMapping("c".to_owned()));
    let missing = BodyError::Missing { mapping: "a".to_owned(), path: "c".to_owned(), what: "component" };
    check(r#"{"id":1,"s":"x"}"#, Some("a"), missing);
    check(r#"{"groupKey":"g","alerts":[{}]}"#, None, BodyError::Field { number: 1, field: "startsAt" });
    let error = read(b"{", &[], &desk.rules, None).unwrap_err().to_string();
    assert!(error.starts_with("it is not JSON: EOF"), "{error}");
}
