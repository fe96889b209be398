//! The recipes of docs/authoring.md: their scripts are run on payloads as Alertmanager and PagerDuty send them.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::pushes::published;
use super::{Desk, binary};

/// The script below a comment of the page.
fn script(name: &str) -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/authoring.md");
    let page = fs::read_to_string(page).unwrap();
    let behind = page.split(&format!("<!-- script: {name} -->\n```sh\n")).nth(1).unwrap();
    behind.split("```\n").next().unwrap().to_owned()
}

/// Runs a script with a payload, as a job would.
#[track_caller]
fn job(desk: &Desk, name: &str, payload: &str) {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), payload).unwrap();
    let path = format!("{}:{}", binary().parent().unwrap().display(), std::env::var("PATH").unwrap());
    let git = desk.command(&[]);
    let mut sh = Command::new("sh");
    sh.args(["-c", &script(name), "sh"]).arg(file.path()).current_dir(desk.path());
    sh.envs(git.get_envs().filter_map(|(name, value)| Some((name, value?)))).env("PATH", path);
    let output = sh.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The only report.
fn report(desk: &Desk) -> String {
    let reports: Vec<String> = desk.files().into_keys().filter(|path| path.starts_with("content/")).collect();
    assert_eq!(reports.len(), 1, "{reports:?}");
    desk.read(&reports[0])
}

#[test]
fn alertmanager_fires_twice_and_resolves_twice() {
    let desk = Desk::with(&[]);
    let _remote = published(&desk);
    let payload = |status: &str| {
        format!(
            r#"{{"version":"4","groupKey":"{{}}:{{alertname=\"HighErrors\"}}","status":"{status}","receiver":"status","truncatedAlerts":0,
                "groupLabels":{{"alertname":"HighErrors"}},"commonLabels":{{}},"commonAnnotations":{{}},"externalURL":"http://am:9093",
                "alerts":[{{"status":"{status}","labels":{{"alertname":"HighErrors","component":"api","state":"partial"}},
                "annotations":{{"summary":"5 % of requests to the \"API\" fail"}},"startsAt":"2026-11-20T14:30:05.739266876Z",
                "endsAt":"0001-01-01T00:00:00Z","generatorURL":"http://p:9090/g","fingerprint":"c0ffee1234567890"}}]}}"#
        )
    };
    job(&desk, "alertmanager", &payload("firing"));
    job(&desk, "alertmanager", &payload("firing"));
    let text = report(&desk);
    assert!(
        text.contains("components = { api = \"partial_outage\" }\nstarted = 2026-11-20 07:30:05-07:00\n"),
        "{text}"
    );
    assert!(text.contains("keys = [\"c0ffee1234567890\"]\ndraft = true\n"), "{text}");
    job(&desk, "alertmanager", &payload("resolved"));
    job(&desk, "alertmanager", &payload("resolved"));
    assert_eq!(report(&desk).matches("\n## Resolved, ").count(), 1);
    desk.is_sound();
}

/// Titles, keys and states come from other systems.
#[test]
fn a_title_may_begin_with_a_hyphen() {
    for title in ["-5% errors", "--help", "-- ", "- slow"] {
        let desk = Desk::with(&[]);
        let _remote = published(&desk);
        let alert = format!(
            r#"{{"alerts":[{{"status":"firing","labels":{{"alertname":"x","component":"api"}},"annotations":{{"summary":"{title}"}},
                "startsAt":"2026-11-20T14:30:05Z","fingerprint":"-f1"}}]}}"#
        );
        job(&desk, "alertmanager", &alert);
        job(&desk, "alertmanager", &alert);
        job(&desk, "alertmanager", &alert.replace("firing", "resolved"));
        let text = report(&desk);
        assert!(text.contains(&format!("title = \"{}\"\n", title.trim())), "{text}");
        assert!(text.contains("\n## Resolved, "), "{text}");
        let event = format!(
            r#"{{"event":{{"id":"5","event_type":"incident.triggered","occurred_at":"2026-11-20T14:30:05Z",
                "data":{{"id":"P","title":"{title}","service":{{"summary":"Public API"}}}}}}}}"#
        );
        let desk = Desk::with(&[]);
        let _remote = published(&desk);
        job(&desk, "pagerduty", &event);
        assert!(report(&desk).contains(&format!("title = \"{}\"\n", title.trim())), "{}", report(&desk));
    }
}

#[test]
fn pagerduty_triggers_and_resolves() {
    let desk = Desk::with(&[]);
    let _remote = published(&desk);
    let payload = |event: &str| {
        format!(
            r#"{{"event":{{"id":"5ac64822","event_type":"incident.{event}","resource_type":"incident",
                "occurred_at":"2026-11-20T14:30:05.123Z","agent":null,"client":null,"data":{{"id":"PGR0VU2","type":"incident",
                "status":"{event}","incident_key":"d3640fbd","title":"A little bump in the road","urgency":"high",
                "service":{{"id":"PF9KMXH","summary":"Public API","type":"service_reference"}}}}}}}}"#
        )
    };
    for event in ["triggered", "triggered", "resolved", "resolved"] {
        job(&desk, "pagerduty", &payload(event));
    }
    let text = report(&desk);
    assert!(
        text.contains("title = \"A little bump in the road\"\ncomponents = { api = \"major_outage\" }\n"),
        "{text}"
    );
    assert_eq!(text.matches("\n## Resolved, ").count(), 1);
    desk.is_sound();
}
