//! From API responses to files: what is written, and that our parser reads it back.

use std::collections::BTreeMap;

use proptest::prelude::proptest;

use crate::import::existing::{ExistingPart, ExistingSite};
use crate::import::history::{History, Report, Update};
use crate::import::html;
use crate::import::log::Finding;
use crate::import::statuspage::{self, SavedFile, convert};
use crate::import::write::{self, Files};
use crate::model::report::{Kind, Status};
use crate::parse::testing::joined;
use crate::time::{Instant, Zone};

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
    let source = convert::SourceBody { name: "body.json".to_owned(), body: *body };
    convert::history(vec![source], &[], Zone::UTC)
}

fn files(history: &History, existing: &ExistingSite) -> Files {
    write::files(history, existing, Zone::parse("America/Edmonton").unwrap())
}

fn texts(files: &Files) -> BTreeMap<&str, &str> {
    files.files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect()
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
fn a_second_import_makes_nothing() {
    let history = history(BODY);
    let slug = |id: &str| (id.to_owned(), format!("slug-of-{id}"));
    let reports = ["inc1", "inc1-2", "m1"].map(slug).into_iter().collect();
    let existing = ExistingSite { reports, ..ExistingSite::default() };
    assert_eq!(files(&history, &existing).files.len(), 0);
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

/// What has a meaning in HTML, Markdown or our grammar.
const PIECES: &str = "word ·\n·\n\n·<br />·<p>·</p>·<ul><li>·</li></ul>·<strong>·</strong>·<pre>·</pre>·# Postmortem·\
    ## Resolved, 2024-04-16 10:33·+++\n·api: major\n·id: x\n·===\n·---\n·```\n·~~~\n·<!-- ·-->·\
    <details>·<h1>·</h1>·&lt;br&gt;·&amp;lt;·<script>·</script>·|a|b|\n|-|-|\n·[a](b)·> ·    ·- ·\
    1. ·\\·`·*·_·~~·<https://a.example>·https://a.example/b_c ·\\r\\n·<a href=\"·\">·</a>·\
    <img src=x alt=\"a·\u{200b}·\t·$·[^1]·[^1]: x\n·:·é";

fn update(at: &str, body: &str) -> Update {
    Update {
        id: None,
        status: Some(Status::Investigating),
        at: Instant::parse_rfc3339(at).unwrap(),
        states: Vec::new(),
        body: html::to_markdown(body, "https://status.example.com"),
    }
}

proptest! {
    #[test]
    fn no_text_is_read_as_anything_else(first in joined(PIECES), second in joined(PIECES), title in joined(PIECES)) {
        let title = html::to_line(&title);
        let mut report = Report::new("x", Kind::Incident, if title.is_empty() { "x" } else { &title });
        report.updates = vec![update("2024-04-16T10:00:00Z", &first), update("2024-04-16T11:00:00Z", &second)];
        report.updates[1].status = None;
        let history = History { reports: vec![report], ..History::default() };
        let files = files(&history, &ExistingSite::default());
        let wrong = files.log.entries.iter().find(|entry| entry.finding == Finding::Unsettled);
        assert!(wrong.is_none(), "{wrong:?}\n{:?}", files.files);
    }
}
