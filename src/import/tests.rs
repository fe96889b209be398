//! From API responses to files: what is written, and that our parser reads it back.

mod ends;
mod round_trip;

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{ProptestConfig, Strategy, any, proptest};

use crate::import::existing::{ExistingDowntime, ExistingFile, ExistingPart, ExistingSite};
use crate::import::fate::{Destination, Mode};
use crate::import::history::{self, History, Plan, Postmortem, Report, Update};
use crate::import::html;
use crate::import::log::{Finding, ImportLog, LogEntry};
use crate::import::record::{self, Record};
use crate::import::statuspage::body::SourceBody;
use crate::import::statuspage::{self, SavedFile, convert};
use crate::import::write::{self, Files};
use crate::model::report::{Impact, Kind, Status};
use crate::model::state::State;
use crate::model::uptime::{Recorded, Seconds};
use crate::parse::{self, testing::joined};
use crate::source::SourcePath;
use crate::time::{Day, Instant, Zone};

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

/// The site after an import, each of its files passed through `edit`, which removes those it gives nothing for.
fn after(files: &Files, edit: impl Fn(&str, &str) -> Option<String>) -> ExistingSite {
    let mut site = ExistingSite::default();
    for (path, text) in &files.files {
        let Some(text) = edit(path.as_str(), text) else { continue };
        let digest = record::digest(text.as_bytes());
        let stem = path.file_name().rsplit_once('.').unwrap().0.to_owned();
        if path.as_str().ends_with(".csv") {
            let days = parse::downtime(path, text.as_bytes()).unwrap().days;
            let days = days.into_iter().map(|day| day.value).collect();
            site.downtime.insert(stem, ExistingDowntime { digest, days });
            continue;
        }
        if let Some((_, rest)) = text.split_once("\nid = \"") {
            site.reports.insert(rest[..rest.find('"').unwrap()].to_owned(), stem.clone());
        }
        site.files.insert(stem, ExistingFile { path: path.clone(), digest });
    }
    site
}

/// The history of [`BODY`] with a recorded day.
fn with_downtime(body: &str, day: &str, seconds: u32) -> History {
    let mut history = history(body);
    let seconds = Seconds { major_outage: seconds.into(), ..Seconds::default() };
    let days = [(Day::parse(day).unwrap(), Recorded { seconds, replaces: false })];
    history.downtime.insert("c1".to_owned(), days.into());
    history
}

/// The log without what is known of a source from its first import.
fn said(log: &ImportLog) -> Vec<String> {
    let news = |finding: Finding| matches!(finding, Finding::Made | Finding::Updated | Finding::Kept);
    let line = |entry: &LogEntry| format!("{:?} {}", entry.finding, entry.text);
    log.entries.iter().filter(|entry| news(entry.finding)).map(line).collect()
}

const LOGINS: &str = "content/incidents/2024/2024-04-16-logins-fail.md";

#[test]
fn a_second_import_makes_nothing() {
    let history = with_downtime(BODY, "2024-02-01", 60);
    let first = files(&history, &ExistingSite::default());
    assert_eq!((first.files.len(), first.record.text().lines().count()), (4, 8));
    let site = after(&first, |_, text| Some(text.to_owned()));
    for record in [&first.record, &Record::default()] {
        for mode in [Mode::Add, Mode::Update] {
            let again = written(&history, &site, record, mode);
            assert_eq!((again.files.len(), said(&again.log)), (0, vec![]));
            assert_eq!(again.record, first.record);
        }
    }
}

#[test]
fn an_update_writes_what_changed_and_leaves_what_a_person_edited() {
    let first = files(&with_downtime(BODY, "2024-02-01", 60), &ExistingSite::default());
    let changed = BODY.replace("We are <b>looking</b>.", "We look.").replace("Planned.", "Planned!");
    let changed = with_downtime(&changed, "2024-02-02", 120);
    let site = after(&first, |path, text| match path {
        LOGINS => Some(text.replace("title = \"Logins fail\"", "title = \"Nobody gets in\"")),
        _ => Some(text.to_owned()),
    });
    let nothing = written(&changed, &site, &first.record, Mode::Add);
    assert_eq!(nothing.files.len(), 0);
    assert_eq!(
        said(&nothing.log),
        ["Kept `content/downtime/api.csv` stays as it is: `--update` adds days to it"]
    );
    let update = written(&changed, &site, &first.record, Mode::Update);
    assert_eq!(
        said(&update.log),
        [
            format!(
                "Kept `{LOGINS}` was edited after its import: left as it is, without what changed in the source"
            ),
            "Updated content/maintenance/2024/2024-04-30-upgrade.md".to_owned(),
            "Updated content/downtime/api.csv".to_owned(),
        ]
    );
    let texts = texts(&update);
    assert!(texts["content/maintenance/2024/2024-04-30-upgrade.md"].contains("Planned!"));
    let days = "2024-02-01,0,0,60,0,add\n2024-02-02,0,0,120,0,add\n";
    assert!(texts["content/downtime/api.csv"].ends_with(days), "{texts:?}");
}

#[test]
fn a_file_that_was_moved_is_known_and_one_that_was_deleted_stays_so() {
    let first = files(&history(BODY), &ExistingSite::default());
    let changed = history(&BODY.replace("We are <b>looking</b>.", "We look."));
    let mut site = after(&first, |path, text| Some(text.to_owned()).filter(|_| path == LOGINS));
    let mut moved = site.files.remove("2024-04-16-logins-fail").unwrap();
    moved.path = SourcePath::new("content/incidents/logins/logins.md");
    site.files.insert("logins".to_owned(), moved);
    site.reports.insert("inc1".to_owned(), "logins".to_owned());
    let update = written(&changed, &site, &first.record, Mode::Update);
    assert_eq!(
        said(&update.log),
        [
            "Updated content/incidents/logins/logins.md",
            "Kept `content/incidents/2024/2024-04-16-logins-fail-2.md` was deleted after its import: not written again",
            "Kept `content/maintenance/2024/2024-04-30-upgrade.md` was deleted after its import: not written again",
        ]
    );
}

#[test]
fn recorded_days_of_a_person_are_never_overwritten() {
    let history = with_downtime(BODY, "2024-02-01", 60);
    let first = files(&history, &ExistingSite::default());
    let own = |_: &str, text: &str| Some(text.replace("60", "90"));
    for (record, why) in [
        (&first.record, "was edited after its import"),
        (&Record::default(), "is no file that an import wrote"),
    ] {
        let update = written(&history, &after(&first, own), record, Mode::Update);
        assert_eq!(said(&update.log), [format!("Kept `content/downtime/api.csv` {why}: left as it is")]);
        let add = written(&history, &after(&first, own), record, Mode::Add);
        assert!(update.files.is_empty() && add.files.is_empty());
    }
}

#[test]
fn a_report_without_an_id_is_known_by_its_source() {
    let mut report = Report::new("notes/a.md", Kind::Incident, "Down");
    report.updates = vec![update("2024-04-16T10:00:00Z", "One.")];
    let history = |report: &Report| History { reports: vec![report.clone()], ..History::default() };
    let first = files(&history(&report), &ExistingSite::default());
    let site = after(&first, |_, text| Some(text.to_owned()));
    assert_eq!(written(&history(&report), &site, &first.record, Mode::Add).files.len(), 0);
    report.updates[0].body = "Two.".to_owned();
    let update = written(&history(&report), &site, &first.record, Mode::Update);
    assert_eq!(update.files.keys().collect::<Vec<_>>(), first.files.keys().collect::<Vec<_>>());
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

/// What has a meaning in ids, addresses and titles.
const SHORT: &str = "a·b-2·.·/·..·?·#·:· ·\n·\r\n·\"·'·\\·=·+++·[x]·{·}·,·id: x·## Resolved, 10:33·<b>·&amp;·é·\u{202e}·%2e·null·true·\t";

/// A report with every field that a source can fill, hostile wherever it is text.
fn report() -> impl Strategy<Value = Report> {
    let short = || joined(SHORT).prop_filter("a text", |text| text.len() < 80);
    let texts = (joined(PIECES), [joined(PIECES), joined(PIECES), joined(PIECES)], vec(short(), 6));
    let moments = vec(option::of(0_i64..400_000_000), 6);
    let flags = (0_usize..2, vec(0_usize..6, 8), vec(any::<bool>(), 4));
    (texts, moments, flags).prop_map(|((title, bodies, short), moments, (kind, picks, flags))| {
        let at = |place: usize| moments[place].map(|secs| Instant::from_epoch_secs(1_400_000_000 + secs));
        let kind = [Kind::Incident, Kind::Maintenance][kind];
        let title = html::to_line(&title);
        let mut report = Report::new("x", kind, if title.is_empty() { "x" } else { &title });
        let given = |place: usize| Some(short[place].clone()).filter(|text| !text.is_empty());
        (report.id, report.feed_id) = (given(0), given(1));
        report.aliases = given(2).into_iter().map(|text| format!("/{text}")).collect();
        report.tags = given(3).into_iter().collect();
        let state = |place: usize| State::ALL.get(picks[place]).copied();
        report.components = vec![("a".to_owned(), state(0)), ("b".to_owned(), state(0).and(state(1)))];
        report.components.retain(|(_, it)| it.is_some() == state(0).is_some());
        report.components.truncate(picks[2]);
        report.draft = flags[0];
        let said = |place: usize, secs: i64, status: Option<Status>| Update {
            id: given(4 + place),
            status,
            at: Instant::from_epoch_secs(1_400_000_000 + secs),
            states: state(3 + place).map(|state| ("b".to_owned(), state)).into_iter().collect(),
            body: html::to_markdown(&bodies[place], "https://status.example.com"),
        };
        let first = Status::of(kind).next();
        report.updates = vec![said(0, 0, first), said(1, 3_600, first.filter(|_| flags[1]))];
        match kind {
            Kind::Incident => {
                (report.started, report.ended) = (at(0), at(1));
                report.impact = Impact::parse(["none", "minor", "major", "critical", "", "x"][picks[5]]);
            }
            Kind::Maintenance => {
                let from = at(2).unwrap_or(Instant::from_epoch_secs(1_400_000_000));
                let to = from.plus_secs(60);
                report.plan = Some(Plan { from, to, announced: at(3), automatic: flags[2] });
            }
        }
        let body = html::to_markdown(&bodies[2], "");
        report.postmortem = flags[3].then_some(Postmortem { at: at(4), is_draft: false, body });
        report
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// [`write::files`] reads each report back and compares it with the intermediate form.
    #[test]
    fn no_text_is_read_as_anything_else(report in report(), names in vec(joined(SHORT), 2)) {
        let component = |(key, name): (&str, &String)| history::Component::new(key, &html::to_line(name));
        let site = history::Site { components: ["a", "b"].into_iter().zip(&names).map(component).collect(), ..history::Site::default() };
        let files = files(&History { site, reports: vec![report], ..History::default() }, &ExistingSite::default());
        let reported = files.log.entries.iter().filter(|entry| entry.source == "x");
        let wrong = reported.into_iter().find(|entry| entry.finding == Finding::Unsettled);
        assert!(wrong.is_none(), "{wrong:?}\n{:?}", files.files);
        assert_eq!(files.files.len(), 1);
    }
}
