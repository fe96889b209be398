//! `allclear import`: bodies of Statuspage become a site that builds and shows what they said.

use std::fs;

use serde_json::{Value, json};

use crate::import_folder::{SITE, allclear, folder, imported, says, succeeds};
use crate::support::{read_files, write_files};

const FEED: &str =
    "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Lumen Status - Incident History</title>
<entry><id>tag:status.lumen.test,2005:Incident/7</id><published>2024-04-16T11:00:00-06:00</published>
<link rel=\"alternate\" href=\"https://status.lumen.test/incidents/inc1\"/><title>x</title></entry></feed>";

fn body() -> Value {
    let api =
        |old: &str, new: &str| json!([{ "code": "c1", "name": "API", "old_status": old, "new_status": new }]);
    let update = |id: &str, status: &str, at: &str, body: &str, affected: Value| {
        let at = format!("2024-04-16T{at}.250-06:00");
        json!({ "id": id, "status": status, "display_at": at, "body": body, "affected_components": affected })
    };
    json!({
        "page": {
            "id": "pg1", "name": "Lumen", "url": "https://status.lumen.test", "time_zone": "America/Edmonton",
        },
        "components": [{ "id": "c1", "name": "API", "position": 1, "start_date": "2024-01-01" }],
        "incidents": [{
            "id": "inc1", "name": "Logins fail &amp; time out", "impact": "major", "components": [{ "id": "c1", "name": "API" }],
            "incident_updates": [
                update("u2", "resolved", "11:00:00", "Fixed.<br />Sorry.", api("major_outage", "operational")),
                update("u1", "investigating", "10:00:00", "<ul><li>Web</li><li>App</li></ul>", api("operational", "major_outage")),
            ],
        }],
    })
}

#[test]
fn what_was_said_is_on_the_page_and_in_the_api() {
    let folder = folder(&[("saved/body.json", &body().to_string()), ("saved/history.atom", FEED)]);
    let path = folder.path();
    imported(path, &["statuspage", "saved"], 0);
    assert_eq!(succeeds(path, &["check", "--deny", "warnings", "--now", "2024-04-20T00:00:00Z"]), "");
    succeeds(path, &["build", "--out", "out", "--now", "2024-04-20T00:00:00Z"]);
    let page =
        fs::read_to_string(path.join("out/incidents/2024-04-16-logins-fail-time-out/index.html")).unwrap();
    for words in ["Logins fail &amp; time out", "<li>Web</li>", "Fixed.<br", "Major outage"] {
        assert!(page.contains(words), "{words}\n{page}");
    }
    assert!(
        path.join("out/incidents/inc1/index.html").exists() || path.join("out/incidents/inc1.html").exists()
    );
    let json = fs::read_to_string(path.join("out/api/v2/incidents/inc1.json")).unwrap();
    let json: Value = serde_json::from_str(&json).unwrap();
    let incident = &json["incident"];
    assert_eq!(json["page"]["id"], "pg1");
    assert_eq!(json["page"]["time_zone"], "America/Edmonton");
    assert_eq!(incident["impact"], "major");
    assert_eq!(incident["components"][0]["id"], "c1");
    let updates: Vec<_> = incident["incident_updates"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (&it["id"], &it["status"]))
        .collect();
    assert_eq!(updates, [(&json!("u2"), &json!("resolved")), (&json!("u1"), &json!("investigating"))]);
    let feed = fs::read_to_string(path.join("out/history.atom")).unwrap();
    assert!(feed.contains("<id>tag:status.lumen.test,2005:Incident/7</id>"), "{feed}");
}

#[test]
fn a_second_import_and_a_dry_run_change_nothing() {
    let folder = folder(&[("body.json", &body().to_string())]);
    let path = folder.path();
    let before = read_files(path);
    let said = succeeds(path, &["import", "statuspage", "body.json", "--dry-run"]);
    assert!(said.contains("content/incidents/2024/2024-04-16-logins-fail-time-out.md"), "{said}");
    assert_eq!(read_files(path), before);
    succeeds(path, &["import", "statuspage", "body.json"]);
    let after = read_files(path);
    assert_ne!(after, before);
    succeeds(path, &["import", "statuspage", "body.json"]);
    assert_eq!(read_files(path), after);
}

#[test]
fn an_update_brings_in_what_changed_and_leaves_what_was_edited() {
    let folder = folder(&[("body.json", &body().to_string())]);
    let path = folder.path();
    succeeds(path, &["import", "statuspage", "body.json"]);
    let report = path.join("site/content/incidents/2024/2024-04-16-logins-fail-time-out.md");
    let first = fs::read_to_string(&report).unwrap();
    let mut changed = body();
    changed["incidents"][0]["incident_updates"][0]["body"] = json!("Fixed at last.");
    changed["components"][0]["name"] = json!("Interface");
    let mut other = changed["incidents"][0].clone();
    (other["id"], other["name"]) = (json!("inc2"), json!("Slow"));
    changed["incidents"].as_array_mut().unwrap().push(other);
    write_files(path, &[("body.json", &changed.to_string())]);

    let said = succeeds(path, &["import", "statuspage", "body.json", "--update"]);
    assert!(said.contains("updated: body.json: content/incidents/2024/2024-04-16-logins-fail"), "{said}");
    assert!(said.contains("made: body.json: content/incidents/2024/2024-04-16-slow.md"), "{said}");
    assert!(said.contains("kept: site.toml: `api` is called “API” here and “Interface”"), "{said}");
    let second = fs::read_to_string(&report).unwrap();
    assert_eq!(second, first.replace("Fixed.\\\nSorry.", "Fixed at last."));
    let after = read_files(path);
    succeeds(path, &["import", "statuspage", "body.json", "--update"]);
    assert_eq!(read_files(path), after);

    let edited = second.replace("Fixed at last.", "Fixed, we hope.");
    fs::write(&report, &edited).unwrap();
    fs::remove_file(path.join("site/content/incidents/2024/2024-04-16-slow.md")).unwrap();
    let said = succeeds(path, &["import", "statuspage", "body.json", "--update"]);
    assert!(said.contains("was edited after its import: left as it is"), "{said}");
    assert!(said.contains("2024-04-16-slow.md` was deleted after its import: not written again"), "{said}");
    assert_eq!(fs::read_to_string(&report).unwrap(), edited);
    assert!(!path.join("site/content/incidents/2024/2024-04-16-slow.md").exists());
}

#[test]
fn the_pages_zone_takes_the_place_of_what_init_wrote() {
    let folder = folder(&[("body.json", &body().to_string())]);
    let path = folder.path();
    let site_toml = path.join("site/site.toml");
    let import = |zone: &str| {
        fs::write(&site_toml, format!("{SITE}time_zone = \"{zone}\"  # ours\n")).unwrap();
        let said = succeeds(path, &["import", "statuspage", "body.json", "--dry-run"]);
        assert_eq!(said.contains("kept: site.toml: `time_zone` is"), zone == "Asia/Tokyo", "{said}");
        succeeds(path, &["import", "statuspage", "body.json"]);
        let text = fs::read_to_string(&site_toml).unwrap();
        fs::remove_dir_all(path.join("site/content")).unwrap();
        fs::remove_file(path.join("site/imported.txt")).unwrap();
        text
    };
    assert!(import("Etc/UTC").starts_with(&format!("{SITE}time_zone = \"America/Edmonton\"  # ours\n")));
    assert!(import("Asia/Tokyo").starts_with(&format!("{SITE}time_zone = \"Asia/Tokyo\"  # ours\n")));
}

#[test]
fn another_time_zone_changes_no_report() {
    let folder = folder(&[("body.json", &body().to_string())]);
    let path = folder.path();
    succeeds(path, &["import", "statuspage", "body.json"]);
    let site_toml = path.join("site/site.toml");
    let text = fs::read_to_string(&site_toml).unwrap();
    fs::write(&site_toml, text.replace("America/Edmonton", "Asia/Tokyo")).unwrap();
    let before = read_files(path);
    let said = succeeds(path, &["import", "statuspage", "body.json", "--update"]);
    assert!(!said.contains("updated") && !said.contains("edited"), "{said}");
    assert_eq!(read_files(path), before);
}

#[test]
fn a_component_that_is_younger_or_retired_before_its_reports_is_named() {
    let folder = folder(&[("body.json", &body().to_string())]);
    let path = folder.path();
    let site_toml = path.join("site/site.toml");
    let text = fs::read_to_string(&site_toml).unwrap();
    let component = "[[components]]\nid = \"api\"\nname = \"API\"\nsince = 2024-05-01\n";
    fs::write(&site_toml, format!("{text}\n{component}")).unwrap();
    let ran = allclear(path, &["import", "statuspage", "body.json"]).ended(1);
    assert!(
        ran.stdout
            .contains("site.toml: line 6: `api` is in reports since 2024-04-16: set its `since` to that day"),
        "{}",
        ran.stdout
    );
    let text = fs::read_to_string(&site_toml).unwrap();
    let gone = text.replace("since = 2024-05-01", "since = 2024-04-16\nretired = 2024-04-16");
    fs::write(&site_toml, &gone).unwrap();
    let said = allclear(path, &["import", "statuspage", "body.json"]).ended(1).stdout;
    assert!(
        said.contains(
            "site.toml: line 8: `api` is in reports until 2024-04-16: set its `retired` to a later day"
        ),
        "{said}"
    );
    for retired in ["retired = 2024-04-17", ""] {
        fs::write(&site_toml, gone.replace("retired = 2024-04-16", retired)).unwrap();
        succeeds(path, &["import", "statuspage", "body.json"]);
        succeeds(path, &["check", "--now", "2024-04-20T00:00:00Z"]);
    }
}

#[test]
fn a_record_that_cannot_be_read_stops_the_import() {
    let folder =
        folder(&[("body.json", &body().to_string()), ("site/imported.txt", "# Head\n<<<<<<< HEAD\n")]);
    let ran = allclear(folder.path(), &["import", "statuspage", "body.json", "--update"]);
    ran.failed("imported.txt`, line 2: no record of an import");
    assert!(!folder.path().join("site/content").exists());
}

#[test]
fn the_record_is_no_part_of_the_output() {
    let folder = folder(&[("body.json", &body().to_string())]);
    let path = folder.path();
    succeeds(path, &["import", "statuspage", "body.json"]);
    assert!(path.join("site/imported.txt").exists());
    succeeds(path, &["build", "--out", "out", "--now", "2024-04-20T00:00:00Z"]);
    let published = read_files(&path.join("out"));
    assert!(published.keys().all(|path| !path.contains("imported")), "{:?}", published.keys());
}

#[test]
fn a_broken_source_is_named_and_the_others_are_taken() {
    let bodies = [
        ("bad/a.json", "{\n\"incidents\": [}"),
        ("bad/b.json", "\n\n{\"incidents\": [{\"id\": \"x\",\n\"name\": 5}]}"),
        ("bad/d.atom", "<feed>"),
        ("bad/folder.json/e.json", "[]"),
    ];
    let folder = folder(&[("good/b.json", &body().to_string())]);
    write_files(folder.path(), &bodies);
    fs::write(folder.path().join("bad/c.json"), b"{\n\xff}").unwrap();
    // Reading it fails for everybody.
    let unreadable = if cfg!(target_os = "linux") { &["/proc/self/mem"][..] } else { &[] };
    let args = [&["import", "statuspage", "bad", "good", "--json"], unreadable].concat();
    let ran = allclear(folder.path(), &args).ended(1);
    let account: Value = serde_json::from_str(&ran.stdout).unwrap();
    let entries = account["entries"].as_array().unwrap().iter();
    let mut said: Vec<_> =
        entries.filter(|it| it["finding"] == "unsettled").map(|it| (&it["source"], &it["text"])).collect();
    said.sort_by_key(|(source, _)| source.as_str());
    let mut expected = vec![
        ("bad/a.json", "line 2 column 15"),
        (
            "bad/b.json",
            "line 3: item 1 of `incidents` is left out: invalid type: integer `5`, expected a string",
        ),
        ("bad/c.json", "line 2: this file is not UTF-8"),
        ("bad/d.atom", "this is not an Atom feed"),
        ("bad/folder.json/e.json", "holds neither an incident nor a component"),
    ];
    expected
        .extend(unreadable.iter().map(|path| (*path, "cannot read `/proc/self/mem`: Input/output error")));
    expected.sort_unstable();
    assert_eq!(said.len(), expected.len(), "{said:#?}");
    for ((source, text), (path, why)) in said.into_iter().zip(expected) {
        assert!(source == path && text.as_str().unwrap().contains(why), "{source}: {text}: {why}");
    }
    assert!(folder.path().join("site/content/incidents/2024/2024-04-16-logins-fail-time-out.md").exists());
}

#[cfg(unix)]
#[test]
fn a_source_that_is_a_link_is_read_and_links_in_a_folder_are_not_followed() {
    let folder = folder(&[("real.json", &body().to_string()), ("saved/x.txt", "")]);
    let path = folder.path();
    std::os::unix::fs::symlink("real.json", path.join("link.json")).unwrap();
    std::os::unix::fs::symlink("../real.json", path.join("saved/link.json")).unwrap();
    let ran = allclear(path, &["import", "statuspage", "saved", "--dry-run"]);
    assert!(ran.stdout.contains("left out: saved/link.json: this is a link"), "{}", ran.stdout);
    let said = succeeds(path, &["import", "statuspage", "link.json"]);
    assert!(said.contains("made: link.json: content/incidents/2024/2024-04-16-logins-fail"), "{said}");
}

#[test]
fn an_incident_without_updates_is_named() {
    let bodies = [
        r#"{"incident": {"id": "n", "name": "Lost"}}"#,
        r#"{"incident": {"id": "m", "name": "Odd\n",
        "incident_updates": [{"id": "u", "status": "resolved", "display_at": "soon"}]}}"#,
    ];
    let folder = folder(&[("a.json", bodies[0]), ("b.json", bodies[1])]);
    allclear(folder.path(), &["import", "statuspage", "a.json"]).ended(1);
    let ran = allclear(folder.path(), &["import", "statuspage", "a.json", "b.json"]).ended(1);
    for line in [
        "needs a person: a.json: line 1: “Lost” is left out: no update of it has a time: add the report by hand",
        "needs a person: b.json: line 2: update `u` of “Odd” has no time and is left out",
        "needs a person: b.json: line 1: “Odd” is left out: no update of it has a time: add the report by hand",
    ] {
        assert!(ran.stdout.contains(line), "{}", ran.stdout);
    }
}

#[test]
fn values_that_cannot_be_used_are_named_and_spoil_nothing_else() {
    let body = r#"{"components": [
        {"id": "c1", "name": "API", "start_date": "long ago"},
        {"id": "c1", "name": "Gateway"}],
    "incidents": [
        {"id": "a", "name": "Down", "impact": "huge", "status": "over", "incident_updates": [
            {"id": "u", "status": "resolved", "created_at": "2024-05-01T10:00:00Z", "display_at": "soon", "affected_components": [
                {"code": "c1", "name": "Gateway", "new_status": "purple"},
                {"code": "", "name": "Web", "new_status": "major_outage"},
                {"code": null, "name": "No components were affected by this update."}]}]}]}"#;
    let folder = folder(&[("a.json", body), ("page.html", "<!DOCTYPE html><p>x")]);
    let ran = allclear(folder.path(), &["import", "statuspage", "a.json", "page.html"]).ended(1);
    let is_told = |line: &&str| line.starts_with("needs a person: ") || line.starts_with("guessed: ");
    let lines: Vec<&str> = ran.stdout.lines().filter(is_told).collect();
    let left_out = "which is not understood and is left out";
    let expected = [
        "needs a person: page.html: this is a page of HTML, without the figures of its components: save the JSON or the feed".to_owned(),
        format!("needs a person: a.json: line 5: “Down”: `status` is `over`, {left_out}"),
        format!("needs a person: a.json: line 5: “Down”: `impact` is `huge`, {left_out}"),
        format!("needs a person: a.json: line 6: update `u` of “Down”: `display_at` is `soon`, {left_out}"),
        format!("needs a person: a.json: line 6: update `u` of “Down”: `new_status` is `purple`, {left_out}"),
        "needs a person: a.json: line 6: update `u` of “Down”: the component `Web` has no `code`, and is left out".to_owned(),
        format!("needs a person: a.json: line 2: the component `API`: `start_date` is `long ago`, {left_out}"),
        "guessed: a.json: line 3: the component `c1` is `API` in one place and `Gateway` in another: the newer name, `Gateway`, is taken".to_owned(),
    ];
    assert_eq!(lines, expected, "{}", ran.stdout);
    let report =
        fs::read_to_string(folder.path().join("site/content/incidents/2024/2024-05-01-down.md")).unwrap();
    assert!(report.contains("components = [\"gateway\"]"), "{report}");
    allclear(folder.path(), &["check", "--now", "2024-05-02T00:00:00Z"]).ended(0);
}

#[test]
fn a_group_among_the_components_of_an_incident_needs_a_person() {
    let affected = |code: &str| json!({ "code": code, "name": "x", "new_status": "major_outage" });
    let body = json!({
        "components": [{ "id": "g1", "name": "Core", "group": true }, { "id": "c1", "name": "API", "group_id": "g1" }],
        "incidents": [{ "id": "a", "name": "Down", "components": [{ "id": "g1", "name": "Core" }], "incident_updates": [
            { "status": "investigating", "display_at": "2024-05-01T10:00:00Z",
                "affected_components": [affected("g1"), affected("c1")] },
        ] }],
    });
    let folder = folder(&[("a.json", &body.to_string())]);
    let ran = allclear(folder.path(), &["import", "statuspage", "a.json"]).ended(1);
    let line = "needs a person: a.json: line 1: “Down” affected the group `Core`: write `components` of its report\n";
    assert!(ran.stdout.contains(line), "{}", ran.stdout);
    let report = fs::read_to_string(folder.path().join("site/content/incidents/2024/2024-05-01-down.md"));
    assert!(report.unwrap().contains("\napi: major_outage\n"));
    allclear(folder.path(), &["check", "--now", "2024-05-02T00:00:00Z"]).ended(0);
}

#[test]
fn two_incidents_of_one_id_and_ids_that_cannot_be_kept_are_named() {
    let incident = |name: &str, update: &str| {
        json!({ "id": "dup", "name": name, "incident_updates": [
            { "id": update, "status": "resolved", "body": "Over.", "display_at": "2024-04-16T10:33:00Z" },
        ] })
    };
    let body = json!({
        "components": [{ "id": "../c", "name": "Search" }],
        "incidents": [incident("One", "u1"), incident("Two", "u2"), incident("One, renamed", "u1")],
    });
    let folder = folder(&[("a.json", &serde_json::to_string_pretty(&body).unwrap())]);
    let ran = allclear(folder.path(), &["import", "statuspage", "a.json"]).ended(1);
    for line in [
        "needs a person: a.json: line 21: “Two” is left out: it has the id `dup` of “One”\n",
        "left out: a.json: line 33: this copy of “One” is left out: that of a.json, line 9, is taken, which is no newer and has another `name`\n",
        "left out: statuspage: “Search”: the id `../c` cannot be kept\n",
    ] {
        assert!(ran.stdout.contains(line), "{}", ran.stdout);
    }
    assert!(!ran.stdout.contains("renamed"), "{}", ran.stdout);
    allclear(folder.path(), &["check"]).ended(0);
}

#[test]
fn a_source_that_is_not_there_is_said_in_our_words() {
    let folder = folder(&[]);
    let ran = allclear(folder.path(), &["import", "statuspage", "absent"]).ended(2);
    assert_eq!(ran.stderr, "error: cannot read `absent`: No such file or directory\n");
}

/// Outage per day as `/uptime_showcase` answers: more than the reports give, less, and as much; and of no component.
fn showcase() -> Value {
    let day = |date: &str, outages: Value| json!({ "date": date, "outages": outages });
    let days = [
        day("2024-04-14", json!({})),
        day("2024-04-15", json!({ "p": 61, "m": 5 })),
        day("2024-04-16", json!({ "m": 3500 })),
        day("2024-04-17", json!({ "m": 0 })),
    ];
    json!({ "timelines": {
        "c1": { "component": { "code": "c1", "name": "API" }, "days": days },
        "c7": { "component": { "code": "c7" }, "days": days },
    } })
}

#[test]
fn published_outage_is_the_figure_of_each_day() {
    let html = format!("<html><script>var uptimeData = {};</script></html>", showcase()["timelines"]);
    for (name, text) in [("saved/uptime.json", showcase().to_string()), ("saved/page.html", html)] {
        let folder = folder(&[("saved/body.json", &body().to_string()), (name, &text)]);
        let path = folder.path();
        let log = imported(path, &["statuspage", "saved"], 0);
        says(
            &log,
            "made",
            "2024-04-16 replaces the reports: 0 s partial and 3500 s major outage was published, they give 0 s partial and 3600 s major outage",
        );
        says(&log, "left_out", "no source lists the component `c7`, whose outage per day is left out");
        let csv = fs::read_to_string(path.join("site/content/downtime/api.csv")).unwrap();
        assert_eq!(
            csv,
            "date,degraded_performance,partial_outage,major_outage,under_maintenance,mode\n\
             2024-04-15,0,61,5,0,add\n2024-04-16,0,0,3500,0,replace\n"
        );
        assert_eq!(succeeds(path, &["check", "--deny", "warnings", "--now", "2024-04-20T00:00:00Z"]), "");
        succeeds(path, &["build", "--out", "out", "--now", "2024-04-20T00:00:00Z"]);
        let uptime = fs::read_to_string(path.join("out/api/uptime.json")).unwrap();
        let uptime: Value = serde_json::from_str(&uptime).unwrap();
        // 30 % of 61 s and all of 3,505 s, of 90 days, cut to two decimals.
        println!("{}", uptime["components"][0]);
        assert_eq!(uptime["components"][0]["uptime"], "99.95");
        let days = uptime["components"][0]["days"].as_array().unwrap();
        let days =
            days.iter().filter(|day| ("2024-04-14"..="2024-04-17").contains(&day["date"].as_str().unwrap()));
        let days: Vec<_> =
            days.map(|day| (day["partial_outage"].clone(), day["major_outage"].clone())).collect();
        assert_eq!(days, [(0, 0), (61, 5), (0, 3500), (0, 0)].map(|(p, m)| (json!(p), json!(m))));
    }
}
