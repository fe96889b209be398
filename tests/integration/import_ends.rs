//! Sources whose ends contradict their beginnings: the site passes the check, and a person is told.

use crate::import_folder::{allclear, folder, succeeds};

/// Imports, which needs a person for these lines; the site passes the check.
#[track_caller]
fn check(source: &[(&str, &str)], args: &[&str], expected: &[&str]) {
    let folder = folder(source);
    let ran = allclear(folder.path(), &[&["import"], args].concat()).ended(1);
    let lines = ran.stdout.lines().filter(|line| line.starts_with("needs a person: "));
    let lines: Vec<&str> = lines.map(|line| &line["needs a person: ".len()..]).collect();
    let all = lines.len() == expected.len()
        && lines.iter().zip(expected).all(|(line, start)| line.starts_with(start));
    assert!(all, "{lines:#?}");
    succeeds(folder.path(), &["check", "--now", "2024-12-01T00:00:00Z"]);
}

#[test]
fn what_ended_before_it_began_passes_the_check() {
    let config = "baseURL: https://a.test\nparams:\n  systems:\n    - name: API\n";
    let issue = "---\ntitle: x\ndate: 2024-05-01T15:00:00Z\nresolved: false\nseverity: down\naffected: [API]\n---\n_Resolved_ - 10:33\n\nx\n";
    let [early, open] = [
        "content/issues/a.md: line 3: “Resolved”, 10:33",
        "content/issues/a.md: line 4: `resolved` is false",
    ];
    check(
        &[("old/config.yml", config), ("old/content/issues/a.md", issue)],
        &["cstate", "old"],
        &[early, open],
    );
    let planned = issue
        .replace("title: x", "title: Maintenance of the API")
        .replace("false", "true\nresolvedWhen: 2024-05-01T14:00:00Z");
    check(
        &[("old/config.yml", config), ("old/content/issues/a.md", &planned)],
        &["cstate", "old"],
        &[
            "content/issues/a.md: line 5: `resolvedWhen` is before `date`",
            early,
            "content/issues/a.md: line 3: the end of this maintenance is not known",
            "content/issues/a.md: line 3: it was completed before it should begin",
        ],
    );
    let planned = r#"{"scheduled_maintenances": [{"id": "m1", "name": "x", "status": "completed",
        "scheduled_for": "2024-05-01T12:00:00Z", "scheduled_until": "2024-05-01T14:00:00Z", "incident_updates": [
        {"status": "completed", "display_at": "2024-05-01T08:00:00Z"}, {"status": "scheduled", "display_at": "2024-04-30T08:00:00Z"}]}]}"#;
    check(
        &[("m.json", planned)],
        &["statuspage", "m.json"],
        &["m.json: line 1: “x”: it was completed before"],
    );
    let issues = r#"[{"number": 1, "title": "x", "labels": ["maintenance"], "created_at": "2024-04-30T08:00:00Z", "state": "closed",
        "body": "<!--\nstart: 2024-05-01T12:00:00Z\nend: 2024-05-01T14:00:00Z\n-->\nx"},
        {"id": 2, "issue_url": "https://api.github.com/repos/a/b/issues/1", "created_at": "2024-05-01T08:00:00Z", "body": "Resolved: put off"}]"#;
    let upptime = [
        ("old/.upptimerc.yml", "sites:\n  - name: API\n"),
        ("old/history/summary.json", "[]"),
        ("i.json", issues),
    ];
    check(
        &upptime,
        &["upptime", "old", "--issues", "i.json"],
        &["i.json: line 1: issue 1 “x”: it was completed before"],
    );
    let page = "Move\nScheduled Maintenance Report for Lumen\nCompleted\nPut off.\nPosted May 01, 2024 - 08:00 UTC\nScheduled\n\
        From May 1st, 2024, 12:00 UTC to May 1st, 2024, 14:00 UTC.\nPosted Apr 30, 2024 - 08:00 UTC\nThis scheduled maintenance affected: API.\n";
    check(
        &[("p.txt", page)],
        &["statuspage-text", "p.txt"],
        &["p.txt: line 5: “Move”: it was completed before"],
    );
}
