//! Upptime: a GitHub repository with its sites in `.upptimerc.yml`, their history in files, and issues as incidents.
//!
//! Source: <https://upptime.js.org/docs/>.

use std::collections::{BTreeMap, BTreeSet};

use crate::import::existing::ExistingSite;
use crate::import::history::{Component, History};
use crate::import::lives;
use crate::import::log::Finding;
use crate::import::upptime::monitors::Monitor;
use crate::model::uptime::Seconds;
use crate::time::{Day, Zone};

mod body;
mod copies;
mod issues;
mod monitors;

/// The history of a repository's files by path, and of saved responses of GitHub's API by name. Reports are dated in `zone`.
pub fn history(
    files: &BTreeMap<String, Vec<u8>>,
    issues: &BTreeMap<String, Vec<u8>>,
    zone: Zone,
    existing: &ExistingSite,
) -> History {
    let mut history = History::default();
    let monitors = monitors::read(files, &mut history.log);
    for monitor in &monitors {
        history.site.components.push(component(monitor));
        if let Some(published) = published(monitor) {
            history.published.insert(monitor.slug.clone(), published);
        }
    }
    let listed: BTreeSet<String> = monitors.iter().map(|monitor| monitor.slug.clone()).collect();
    issues::read(issues, &listed, existing, &mut history);
    if issues.is_empty() {
        let text = "no issues are given: without `--issues` there are recorded days, but no incidents";
        history.log.add(Finding::LeftOut, ".upptimerc.yml", text);
    }
    if zone != Zone::UTC && !history.published.is_empty() {
        let text = format!("minutes down are of days in UTC, and the site's are in {}", zone.name());
        history.log.add(Finding::Guessed, "history/summary.json", text);
    }
    lives::set(&mut history, Some(&listed).filter(|listed| !listed.is_empty()), zone);
    history
}

fn component(monitor: &Monitor) -> Component {
    Component {
        key: monitor.slug.clone(),
        api_id: None,
        name: monitor.name.clone(),
        description: monitor.url.clone(),
        group: None,
        since: monitor.since(),
        retired: None,
        show_uptime: true,
    }
}

/// The outage of every day from the first to the last that is known; `None` without a recorded minute.
fn published(monitor: &Monitor) -> Option<BTreeMap<Day, Seconds>> {
    let (last, _) = monitor.minutes.last_key_value()?;
    let last = monitor.last.map_or(*last, |day| day.max(*last));
    let mut days = BTreeMap::new();
    let mut day = monitor.since()?;
    while day <= last {
        let minutes = monitor.minutes.get(&day).copied().unwrap_or_default();
        days.insert(day, Seconds { major_outage: minutes.min(1_440) * 60, ..Seconds::default() });
        day = day.next();
    }
    Some(days)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::history;
    use crate::import::existing::ExistingSite;
    use crate::import::fate::{Destination, Mode};
    use crate::import::history::History;
    use crate::import::log::Finding;
    use crate::import::record::Record;
    use crate::import::write;
    use crate::time::{Day, Zone};

    const CONFIG: &str = "owner: lumen\nrepo: status\nsites:\n  - name: \"API \u{1f680}\"\n    url: https://api.lumen.test\n  - name: Mail\n    url: $SECRET\n    slug: post\n";

    const SUMMARY: &str = r#"[{"name": "API 🚀", "slug": "api-rocket", "dailyMinutesDown": {"2024-05-03": 10, "2024-05-01": 9999, "x": 1}}]"#;

    const ISSUES: &str = r#"[
      {"number": 7, "title": "🛑 API is down", "state": "closed", "labels": [{"name": "status"}, {"name": "api-rocket"}],
       "created_at": "2024-05-01T10:00:00Z", "closed_at": "2024-05-01T10:30:05Z", "body": "In `1b` was **down**:\r\n- HTTP code: 0",
       "comments": 2, "html_url": "https://github.com/lumen/status/issues/7"},
      {"number": 8, "title": "Move of the mail", "state": "closed", "labels": ["maintenance"],
       "created_at": "2024-05-02T10:00:00Z", "body": "<!--\nstart: 2024-05-03T10:00:00.220+02:00\nend: 2024-05-03T11:00:00Z\nexpectedDown: post, old-thing\n-->\nWe move."},
      {"number": 9, "title": "How do I?", "state": "open", "labels": [], "created_at": "2024-05-02T10:00:00Z", "body": "x"},
      {"number": 10, "title": "A fix", "pull_request": {}, "labels": [], "created_at": "2024-05-02T10:00:00Z"}
    ][
      {"id": 71, "issue_url": "https://api.github.com/repos/lumen/status/issues/7", "created_at": "2024-05-01T10:30:00Z",
       "body": "**Resolved:** API is back up after 30 minutes.", "author_association": "OWNER"},
      {"id": 70, "issue_url": "https://api.github.com/repos/lumen/status/issues/7", "created_at": "2024-05-01T10:10:00Z",
       "body": "A disk\nis full.", "author_association": "MEMBER"},
      {"id": 72, "issue_url": "https://api.github.com/repos/lumen/status/issues/7", "created_at": "2024-05-01T10:20:00Z",
       "body": "me too", "author_association": "NONE"}
    ]"#;

    fn imported() -> History {
        let bytes = |texts: &[(&str, &str)]| -> BTreeMap<String, Vec<u8>> {
            texts.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect()
        };
        let files = bytes(&[
            (".upptimerc.yml", CONFIG),
            ("history/summary.json", SUMMARY),
            (
                "history/api-rocket.yml",
                "url: x\nstartTime: 2024-04-30T17:13:33.373Z\nlastUpdated: 2024-05-04T00:00:00Z\n",
            ),
            ("history/gone.yml", "url: x\n"),
        ]);
        history(&files, &bytes(&[("issues.json", ISSUES)]), Zone::UTC, &ExistingSite::default())
    }

    #[test]
    fn issues_become_reports_with_comments_as_updates() {
        let existing = ExistingSite::default();
        let record = Record::default();
        let destination = Destination {
            existing: &existing,
            record: &record,
            kind: "upptime",
            mode: Mode::Add,
            zone: Zone::UTC,
        };
        let files = write::files(&imported(), &destination);
        let texts: Vec<&str> = files.files.values().map(String::as_str).collect();
        assert_eq!(
            texts,
            [
                "+++\ntitle = \"API is down\"\ncomponents = { api-rocket = \"major_outage\" }\naliases = [\"/incident/7\"]\nid = \"upptime-7\"\n+++\n\n## Investigating, 2024-05-01 10:00:00Z\n\nIn `1b` was **down**:\n- HTTP code: 0\n\n## Update, 2024-05-01 10:10:00Z\nid: 70\n\nA disk\\\nis full.\n\n## Resolved, 2024-05-01 10:30:00Z\nid: 71\n\n**Resolved:** API is back up after 30 minutes.\n",
                "+++\ntitle = \"Move of the mail\"\nfrom = 2024-05-03 08:00:00Z\nto = 2024-05-03 11:00:00Z\ncomponents = [\"mail\", \"old-thing\"]\naliases = [\"/incident/8\"]\nid = \"upptime-8\"\n+++\n\n## Scheduled, 2024-05-02 10:00:00Z\n\nWe move.\n",
            ]
        );
    }

    #[test]
    fn the_newer_copy_of_an_issue_is_taken() {
        let copy = |title: &str, day: u32| {
            let times =
                format!(r#""created_at": "2024-05-01T00:00:00Z", "updated_at": "2024-05-0{day}T00:00:00Z""#);
            format!(r#"[{{"number": 1, "title": "{title}", "labels": ["status"], {times}}}]"#)
        };
        for (first, second, newer) in [("Old", "New", "b.json"), ("New", "Old", "a.json")] {
            let day = |title: &str| if title == "New" { 3 } else { 2 };
            let issues = [("a.json", first), ("b.json", second)];
            let issues = issues.map(|(name, title)| (name.to_owned(), copy(title, day(title)).into_bytes()));
            let history = history(&BTreeMap::new(), &issues.into(), Zone::UTC, &ExistingSite::default());
            assert_eq!(history.reports.iter().map(|it| it.title.as_str()).collect::<Vec<_>>(), ["New"]);
            let text = format!("line 1: an older copy of issue 1 is left out: {newer} has a newer one");
            assert!(history.log.entries.iter().any(|entry| entry.text == text), "{:?}", history.log);
        }
    }

    #[test]
    fn what_is_left_out_is_said() {
        let log = imported().log;
        let said = |finding: Finding, text: &str| {
            let found = log.entries.iter().any(|entry| entry.finding == finding && entry.text.contains(text));
            assert!(found, "{text}: {log:#?}");
        };
        said(
            Finding::LeftOut,
            "line 7: issue 9 “How do I?”: it has neither the label `status` nor `maintenance`",
        );
        said(
            Finding::LeftOut,
            "issue 7 “🛑 API is down”: a comment by somebody outside of the project: “me too”",
        );
        said(Finding::LeftOut, "no site has this slug");
        said(Finding::Unsettled, "line 1: `x` is not a day");
        said(Finding::Guessed, "`old-thing`");
        assert!(!log.entries.iter().any(|entry| entry.text.contains("issue 10")), "{log:#?}");
    }

    #[test]
    fn a_number_that_stands_twice_and_a_comment_without_its_issue_are_said() {
        let issue = |title: &str, body: &str| {
            format!(
                r#"{{"number": 7, "title": "{title}", "labels": ["status"], "created_at": "2024-05-01T10:00:00Z", "body": "{body}"}}"#
            )
        };
        let comment =
            r#"{"id": 1, "issue_url": "x/issues/99", "created_at": "2024-05-01T10:00:00Z", "body": "lost"}"#;
        let said = |issues: &[String]| {
            let file = format!("[{}]", issues.join(",\n"));
            let files = [("issues.json".to_owned(), file.into_bytes())].into();
            let log = history(&BTreeMap::new(), &files, Zone::UTC, &ExistingSite::default()).log;
            let entries = log.entries.into_iter().filter(|entry| entry.source == "issues.json");
            entries.map(|entry| format!("{:?}: {}", entry.finding, entry.text)).collect::<Vec<_>>()
        };
        let first = issue("API", "x");
        assert_eq!(said(&[first.clone(), first.clone()]), [""; 0]);
        for other in [issue("Web", "x"), issue("API", "y")] {
            let said = said(&[first.clone(), other]);
            assert!(said.len() == 1 && said[0].starts_with("Unsettled: line 2: “"), "{said:?}");
        }
        assert_eq!(
            said(&[first, comment.to_owned()]),
            ["LeftOut: line 2: a comment on issue 99, which no file has, is left out: “lost”"]
        );
    }

    #[test]
    fn a_comment_that_stands_twice_is_one_update() {
        let comment = |body: &str, day: u32| {
            let at =
                format!(r#""created_at": "2024-05-01T11:00:00Z", "updated_at": "2024-05-0{day}T11:00:00Z""#);
            format!(r#"{{"id": 71, "issue_url": "x/issues/7", {at}, "body": "{body}"}}"#)
        };
        let issue = |comments: &str| {
            format!(
                r#"{{"number": 7, "title": "API", "labels": ["status"], "created_at": "2024-05-01T10:00:00Z", "comments": {comments}}}"#
            )
        };
        let check = |own: &str, others: [String; 2], expected: &str, said: &[&str]| {
            let issues = format!("[{},\n{}]", issue(own), issue("1"));
            let comments = format!("[{}]", others.join(",\n"));
            let files = [("i.json", issues), ("j.json", comments)]
                .map(|(name, text)| (name.to_owned(), text.into_bytes()));
            let history = history(&BTreeMap::new(), &files.into(), Zone::UTC, &ExistingSite::default());
            let bodies: Vec<_> =
                history.reports[0].updates.iter().skip(1).map(|it| it.body.as_str()).collect();
            assert_eq!(bodies, [expected]);
            let log = history
                .log
                .entries
                .iter()
                .filter(|entry| entry.source.ends_with(".json") && entry.source.len() == 6);
            let log: Vec<_> =
                log.map(|entry| format!("{:?} {}: {}", entry.finding, entry.source, entry.text)).collect();
            assert_eq!(log, said);
        };
        let own = format!("[{}]", comment("a", 1));
        let twice = "LeftOut j.json: line 1: comments that stand twice are taken once: 71, 71";
        check(&own, [comment("a", 1), comment("a", 1)], "a", &[twice]);
        check(
            &own,
            [comment("b", 2), comment("c", 1)],
            "b",
            &[
                "LeftOut i.json: line 1: comment 71 is left out, of which j.json, line 1, says something else: “a”",
                "LeftOut j.json: line 2: comment 71 is left out, of which j.json, line 1, says something else: “c”",
            ],
        );
    }

    #[test]
    fn one_bad_value_loses_nothing_else() {
        let issue = |number: u32, title: &str| {
            format!(
                r#"{{"number": {number}, "title": {title}, "labels": ["status"], "created_at": "2024-05-01T10:00:00Z", "comments": [5]}}"#
            )
        };
        let issues = format!("[{},\n{}]", issue(1, "\"A\""), issue(2, "5"));
        let summary = "[{\"name\": \"A\", \"slug\": \"a\", \"dailyMinutesDown\": {\"2024-05-02\": 1}},\n\
                       {\"name\": \"B\", \"slug\": \"b\", \"dailyMinutesDown\": {\"2024-05-01\": 2,\n\"2024-05-02\": \"x\"}},\n\
                       {\"name\": 5, \"slug\": \"c\"}]";
        let file = |name: &str, text: &str| [(name.to_owned(), text.as_bytes().to_vec())].into();
        let history = history(
            &file("history/summary.json", summary),
            &file("issues.json", &issues),
            Zone::UTC,
            &ExistingSite::default(),
        );
        assert_eq!(history.published.keys().collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(history.reports.len(), 1);
        let log = history.log.entries.iter().filter(|entry| entry.finding == Finding::Unsettled);
        assert_eq!(
            log.map(|entry| entry.text.as_str()).collect::<Vec<_>>(),
            [
                "line 3: `2024-05-02` of `b` has `\"x\"`, not minutes",
                "line 4: item 3 of the summary is left out: invalid type: integer `5`, expected a string",
                "line 1: item 1 of `comments` of issue 1 is left out: invalid type: integer `5`, expected struct Issue",
                "line 2: item 2 of the list is left out: invalid type: integer `5`, expected a string",
            ]
        );
    }

    #[test]
    fn minutes_down_are_published_days() {
        let history = imported();
        let day = |text: &str| Day::parse(text).unwrap();
        let found: Vec<(String, i64)> = history.published["api-rocket"]
            .iter()
            .map(|(day, it)| (day.to_string(), it.major_outage))
            .collect();
        let expected = [
            ("2024-04-30", 0),
            ("2024-05-01", 86_400),
            ("2024-05-02", 0),
            ("2024-05-03", 600),
            ("2024-05-04", 0),
        ];
        assert_eq!(found, expected.map(|(day, secs)| (day.to_owned(), secs)));
        let api = &history.site.components[0];
        assert_eq!((api.name.as_str(), api.since), ("API 🚀", Some(day("2024-04-30"))));
        assert_eq!(history.site.components[1].description, "");
    }
}
