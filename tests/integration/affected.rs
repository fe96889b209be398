//! Components that a report names without a state: listed as affected, never called operational, and without downtime.

use std::collections::BTreeMap;

use allclear::pipeline;
use serde_json::{Value, json};

use crate::support::{options, snapshot};

const SITE: &str = r#"
title = "Status"
base_url = "https://status.test/"

[[components]]
id = "api"
name = "API"
since = 2024-05-01
"#;

const INCIDENT: &str = r#"+++
title = "Some requests may fail"
components = ["api"]
+++

## Investigating, 2024-05-20 10:00

We look into reports of failed requests.

## Resolved, 10:30

It was our provider.

## Update, 2024-05-22 09:00

The provider has published its report.
"#;

const CANCELLED: &str = r#"+++
title = "New disks"
components = ["api"]
from = 2024-05-20 22:00
to = 2024-05-20 23:00
+++

## Scheduled, 2024-05-19 10:00

Requests may fail.

## Cancelled, 2024-05-20 10:00

The disks are late.
"#;

/// The text outputs at an instant of a site with one report.
fn outputs(path: &str, report: &str, now: &str) -> BTreeMap<String, String> {
    let outcome = pipeline::run(&snapshot(&[("site.toml", SITE), (path, report)]), &options(now));
    assert_eq!(outcome.problems, []);
    crate::support::outputs(&outcome)
}

/// What a page says under "Affected".
fn affected(page: &str) -> &str {
    let (_, section) = page.split_once("<h2>Affected</h2>").expect("the page names what is affected");
    section.split_once("</section>").expect("a section ends").0
}

#[test]
fn an_unknown_state_is_never_operational() {
    for now in ["2024-05-20T10:10:00Z", "2024-05-20T10:30:00Z", "2024-05-23T00:00:00Z"] {
        let outputs = outputs("content/incidents/slow.md", INCIDENT, now);
        let section = affected(&outputs["incidents/slow/index.html"]);
        assert!(section.contains("API") && !section.contains("perational"), "{section}");
        assert!(section.contains("<p class=\"meta\">Affected</p>"), "{section}");
        assert!(
            outputs["history.atom"].contains("label=\"API\"")
                && !outputs["history.atom"].contains("perational")
        );
        assert!(
            outputs["updates.atom"].contains("label=\"API\"")
                && !outputs["updates.atom"].contains("perational")
        );
        let body: Value = serde_json::from_str(&outputs["api/v2/incidents.json"]).unwrap();
        let incident = &body["incidents"][0];
        assert_eq!((&incident["components"][0]["id"], &incident["impact"]), (&json!("api"), &json!("none")));
        let updates = incident["incident_updates"].as_array().unwrap();
        assert!(updates.iter().all(|update| update["affected_components"].is_null()), "{updates:?}");
        let uptime: Value = serde_json::from_str(&outputs["api/uptime.json"]).unwrap();
        assert_eq!(uptime["components"][0]["uptime"], "100.00");
        assert!(outputs["components/api/index.html"].contains("Some requests may fail"));
    }
}

#[test]
fn a_last_word_changes_no_status() {
    let outputs = outputs("content/incidents/slow.md", INCIDENT, "2024-05-23T00:00:00Z");
    let body: Value = serde_json::from_str(&outputs["api/v2/incidents.json"]).unwrap();
    let incident = &body["incidents"][0];
    assert_eq!(
        (&incident["status"], &incident["resolved_at"]),
        (&json!("resolved"), &json!("2024-05-20T10:30:00.000Z"))
    );
    assert_eq!(incident["updated_at"], "2024-05-22T09:00:00.000Z");
    assert_eq!(incident["incident_updates"][0]["status"], "resolved");
    assert!(outputs["history.atom"].contains("<updated>2024-05-22T09:00:00Z</updated>"));
}

#[test]
fn a_cancelled_maintenance_calls_nothing_operational() {
    let outputs = outputs("content/maintenance/disks.md", CANCELLED, "2024-05-21T00:00:00Z");
    let section = affected(&outputs["maintenance/disks/index.html"]);
    assert!(section.contains("API") && !section.contains("perational"), "{section}");
}
