//! From API responses to files: what is written, and that our parser reads it back.

mod again;
mod ends;
mod hostile;
mod round_trip;

use std::collections::BTreeMap;

use crate::import::existing::{ExistingPart, ExistingSite};
use crate::import::fate::{Destination, Mode};
use crate::import::history::{History, Report};
use crate::import::log::{Finding, ImportLog, LogEntry};
use crate::import::record::Record;
use crate::import::statuspage::body::SourceBody;
use crate::import::statuspage::{self, SavedFile, convert};
use crate::import::write::{self, Files};
use crate::time::Zone;

/// A page with a grouped component, an unlisted component, a reopened incident and a maintenance.
const BODY: &str = r##"{
 "page": {"id": "pg1", "name": "Lumen &amp; Co", "url": "https://status.lumen.example", "time_zone": "America/Edmonton"},
 "components": [
  {"id": "g1", "name": "Core", "group": true, "position": 1},
  {"id": "c1", "name": "API", "description": "What apps talk to", "position": 1, "group_id": "g1", "start_date": "2024-01-01"}
 ],
 "incidents": [{
  "id": "inc1", "name": "Logins fail", "impact": "major", "started_at": "2024-04-16T10:00:00.123-06:00",
  "components": [{"id": "c1", "name": "API"}, {"id": "c9", "name": "Old"}],
  "incident_updates": [
   {"id": "u5", "status": "resolved", "display_at": "2024-04-16T12:00:00.000-06:00", "body": "Fixed for good."},
   {"id": "u4", "status": "identified", "display_at": "2024-04-16T11:40:00.000-06:00", "body": "It is back."},
   {"id": "u3", "status": "postmortem", "display_at": "2024-04-18T09:00:00.000-06:00", "body": "<h2>Why</h2>A disk."},
   {"id": "u2", "status": "resolved", "display_at": "2024-04-16T11:00:00.000-06:00", "body": "Done.",
    "affected_components": [{"code": "c1", "name": "Core - API", "old_status": "major_outage", "new_status": "operational"}]},
   {"id": "u1b", "status": "investigating", "display_at": "2024-04-16T10:20:00.000-06:00", "body": "api: major\r\n# Still looking"},
   {"id": "u1", "status": "investigating", "display_at": "2024-04-16T10:03:00.000-06:00", "body": "We are <b>looking</b>.",
    "affected_components": [{"code": "c1", "name": "Core - API", "old_status": "operational", "new_status": "major_outage"}]}
  ]}],
 "scheduled_maintenances": [{
  "id": "m1", "name": "Upgrade", "impact": "maintenance", "scheduled_for": "2024-05-01T02:00:00Z", "scheduled_until": "2024-05-01T03:00:00Z",
  "components": [{"id": "c1", "name": "API"}],
  "incident_updates": [{"id": "u9", "status": "scheduled", "display_at": "2024-04-20T00:00:00Z", "body": "Planned."}]}]
}"##;

fn history(body: &str) -> History {
    let Ok(SavedFile::Body(body)) = statuspage::read(body.as_bytes()) else { panic!("it is a body") };
    let source = SourceBody { name: "body.json".to_owned(), body: *body };
    convert::history(vec![source], &[], Zone::UTC)
}

fn files(history: &History, existing: &ExistingSite) -> Files {
    written(history, existing, &Record::default(), Mode::Add)
}

fn written(history: &History, existing: &ExistingSite, record: &Record, mode: Mode) -> Files {
    let zone = Zone::parse("America/Edmonton").unwrap();
    write::files(history, &Destination { existing, record, kind: "statuspage", mode, zone })
}

fn texts(files: &Files) -> BTreeMap<&str, &str> {
    files.files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect()
}

/// The log without what is known of a source from its first import.
fn said(log: &ImportLog) -> Vec<String> {
    let news = |finding: Finding| matches!(finding, Finding::Made | Finding::Updated | Finding::Kept);
    let line = |entry: &LogEntry| format!("{:?} {}", entry.finding, entry.text);
    log.entries.iter().filter(|entry| news(entry.finding)).map(line).collect()
}

#[test]
fn an_incident_that_broke_out_again_is_two_reports() {
    let files = files(&history(BODY), &ExistingSite::default());
    let texts = texts(&files);
    assert_eq!(
        texts.keys().copied().collect::<Vec<_>>(),
        [
            "content/incidents/2024/2024-04-16-logins-fail-2.md",
            "content/incidents/2024/2024-04-16-logins-fail.md",
            "content/maintenance/2024/2024-04-30-upgrade.md",
        ]
    );
    assert_eq!(
        texts["content/incidents/2024/2024-04-16-logins-fail.md"],
        "+++
title = \"Logins fail\"
started = 2024-04-16 10:00:00-06:00
impact = \"major\"
aliases = [\"/incidents/inc1\"]
id = \"inc1\"
+++

## Investigating, 2024-04-16 10:03:00-06:00
api: major_outage
id: u1

We are **looking**.

## Update, 2024-04-16 10:20:00-06:00
id: u1b

api: major\\
\\# Still looking

## Resolved, 2024-04-16 11:00:00-06:00
id: u2

Done.
"
    );
    assert_eq!(
        texts["content/incidents/2024/2024-04-16-logins-fail-2.md"],
        "+++
title = \"Logins fail\"
components = [\"api\", \"old\"]
impact = \"major\"
after = \"2024-04-16-logins-fail\"
id = \"inc1-2\"
+++

## Identified, 2024-04-16 11:40:00-06:00
id: u4

It is back.

## Resolved, 2024-04-16 12:00:00-06:00
id: u5

Fixed for good.

# Postmortem, 2024-04-18 09:00:00-06:00

### Why

A disk.
"
    );
}

#[test]
fn a_maintenance_that_was_completed_late_lasted_until_then() {
    let check = |completed: &str, automatic: bool| {
        let said =
            |status: &str, at: &str| format!(r#"{{"status": "{status}", "display_at": "2024-05-01T{at}Z"}}"#);
        let updates = [said("completed", completed), said("in_progress", "02:00:05")].join(", ");
        let body = format!(
            r#"{{"incident": {{"id": "m", "name": "x", "scheduled_for": "2024-05-01T02:00:00Z",
            "scheduled_until": "2024-05-01T03:00:00Z", "incident_updates": [{updates}]}}}}"#
        );
        assert_eq!(history(&body).reports[0].plan.unwrap().automatic, automatic, "{completed}");
    };
    check("03:00:20", true);
    check("02:30:00", true);
    check("04:10:00", false);
}

#[test]
fn site_toml_gains_what_it_lacks() {
    let files = files(&history(BODY), &ExistingSite::default());
    assert_eq!(
        files.tables.join("\n"),
        "[[groups]]
id = \"core\"
name = \"Core\"
api_id = \"g1\"

[[components]]
id = \"api\"
name = \"API\"
description = \"What apps talk to\"
group = \"core\"
since = 2024-01-01
api_id = \"c1\"

[[components]]
id = \"old\"
name = \"Old\"
since = 2024-04-16
retired = 2024-04-17
api_id = \"c9\"
"
    );
    let core = ExistingPart { id: "kern".to_owned(), api_id: Some("g1".to_owned()), name: "Kern".to_owned() };
    let existing = ExistingSite { groups: vec![core], ..ExistingSite::default() };
    let tables = self::files(&history(BODY), &existing).tables;
    assert!(
        tables[0].starts_with("[[components]]") && tables[0].contains("group = \"kern\""),
        "{}",
        tables[0]
    );
}

#[test]
fn a_component_that_the_site_calls_otherwise_keeps_its_name() {
    let part = |id: &str, api_id: &str, name: &str| ExistingPart {
        id: id.to_owned(),
        api_id: Some(api_id.to_owned()),
        name: name.to_owned(),
    };
    let existing = ExistingSite {
        components: vec![part("api", "c1", "Interface")],
        groups: vec![part("core", "g1", "Core")],
        ..ExistingSite::default()
    };
    let files = files(&history(BODY), &existing);
    assert_eq!(said(&files.log)[0], "Kept `api` is called “Interface” here and “API” in the source");
    assert!(!files.tables.concat().contains("\"API\""));
}

#[test]
fn a_component_without_a_name_is_called_by_its_id() {
    let body = r#"{"components": [{"id": "e1", "name": " "}, {"id": "g1", "name": "", "group": true}]}"#;
    let history = history(body);
    let mut files = files(&history, &ExistingSite::default());
    let tables = files.tables.concat();
    assert!(
        tables.contains("id = \"g1\"\nname = \"g1\"\n") && tables.contains("id = \"e1\"\nname = \"e1\"\n")
    );
    let site_toml = write::site_toml("title = \"x\"\n", &history, &files.tables);
    write::tell_unnamed(&mut files, &site_toml);
    let told = |(line, id): (usize, &str)| {
        let name = site_toml.lines().nth(line - 1).unwrap();
        assert_eq!(name, format!("name = \"{id}\""));
        format!("Unsettled line {line}: `{id}` has no name in the source: its id stands for it: write `name`")
    };
    assert_eq!(lost(&files.log), [(5, "g1"), (10, "e1")].map(told));
}

/// What the log says that is not as in the source.
fn lost(log: &ImportLog) -> Vec<String> {
    let is_lost = |finding: Finding| matches!(finding, Finding::LeftOut | Finding::Unsettled);
    let lost = log.entries.iter().filter(|entry| is_lost(entry.finding));
    lost.map(|entry| format!("{:?} {}", entry.finding, entry.text)).collect()
}

/// An incident with more keys, and what the log says of it.
fn told(keys: &str, updates: &str) -> (Report, Vec<String>) {
    let body =
        format!(r#"{{"incidents": [{{"id": "a", "name": "A", {keys}, "incident_updates": [{updates}]}}]}}"#);
    let mut history = history(&body);
    (history.reports.remove(0), lost(&history.log))
}

#[test]
fn a_second_postmortem_is_not_lost_in_silence() {
    let over = r#"{"id": "p", "status": "postmortem", "display_at": "2024-02-09T10:00:00Z", "body": "<h1>Why</h1><p>A <b>disk</b>.</p>"},
        {"id": "u", "status": "resolved", "display_at": "2024-02-08T10:00:00Z", "body": "over"}"#;
    let (report, log) = told(r##""postmortem_body": "# Why\r\n\r\nA *disk*.""##, over);
    assert_eq!((report.postmortem.unwrap().body.contains("disk"), log), (true, vec![]));
    let (_, log) = told(r##""postmortem_body": "A fuse.""##, over);
    let expected = "Unsettled line 1: “A”: its `postmortem_body` is left out, which is not the postmortem of its updates: “A fuse.”";
    assert_eq!(log, [expected]);
}

#[test]
fn a_beginning_after_the_first_update_is_said() {
    let over = r#"{"id": "u", "status": "resolved", "display_at": "2024-02-08T10:00:00Z", "body": "over"}"#;
    let (report, log) = told(r#""started_at": "2024-02-08T10:01:00Z""#, over);
    let expected = "LeftOut “A”: `started_at` (2024-02-08T10:01:00Z) is after its first update, which counts";
    assert_eq!((report.started, log), (None, vec![expected.to_owned()]));
    let (report, log) = told(r#""started_at": "2024-02-08T09:59:00Z""#, over);
    assert_eq!((report.started.unwrap().to_string().as_str(), log), ("2024-02-08T09:59:00Z", vec![]));
}

#[test]
fn one_bad_value_loses_nothing_else() {
    let update = |id: &str, body: &str| {
        format!(
            r#"{{"id": "{id}", "status": "resolved", "display_at": "2024-02-08T10:00:00Z", "body": {body}}}"#
        )
    };
    let incident = |id: &str, name: &str, updates: &str| {
        format!(r#"{{"id": "{id}", "name": {name}, "incident_updates": [{updates}], "components": null}}"#)
    };
    let list = [
        incident("a", "\"A\"", &update("u1", "null")),
        incident("b", "null", &update("u2", "\"x\"")),
        incident("c", "5", &update("u3", "\"x\"")),
        incident("d", "\"D\"", &format!("{}, {}", update("u4", "5"), update("u5", "\"x\""))),
        "null".to_owned(),
    ];
    let list = format!("[{}]", list.join(",\n"));
    let no_name = "Unsettled line 2: this incident has no name: “Incident b”: write its `title`";
    let no_text = "is left out: invalid type: integer `5`, expected a string";
    for (body, name) in [(list.clone(), "the list"), (format!("{{\"incidents\": {list}}}"), "`incidents`")] {
        let history = history(&body);
        let found: Vec<(&str, usize)> =
            history.reports.iter().map(|it| (it.id.as_deref().unwrap(), it.updates.len())).collect();
        assert_eq!(found, [("a", 1), ("b", 1), ("d", 1)]);
        assert_eq!(
            lost(&history.log),
            [
                format!("Unsettled line 3: item 3 of {name} {no_text}"),
                format!("Unsettled line 4: item 1 of `incident_updates` of `d` {no_text}"),
                format!(
                    "Unsettled line 5: item 5 of {name} is left out: invalid type: null, expected struct Incident"
                ),
                no_name.to_owned(),
            ]
        );
    }
}

#[test]
fn a_broken_body_says_where() {
    let check = |text: &str, expected: &str| {
        let error = statuspage::read(text.as_bytes()).map(|_| ()).unwrap_err();
        assert!(error.contains(expected), "{error}");
    };
    check("{\n\"incidents\": [}", "line 2");
    check("{}", "neither an incident nor a component");
    check("<feed>", "not an Atom feed");
}
