//! `allclear import statuspage` from a live page, which a server on loopback plays: public and through the management API,
//! with throttling, failures, changes while it is read, and a client that is killed.

mod guide;
mod page;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::import_folder::{self, allclear};
use crate::support::{Ran, read_files};

use page::{Answer, Page};

const KEY: &str = "s3cret-k3y";

fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = import_folder::command(folder, &[&["import", "statuspage"], args].concat());
    command.env("ALLCLEAR_TEST_PAUSES", "none").env("ALLCLEAR_TEST_CLOCK", "2024-06-03T12:00:00Z");
    command.env("ALLCLEAR_STATUSPAGE_KEY", KEY);
    command
}

/// Imports; the key is in nothing that it says or writes.
#[track_caller]
fn import(folder: &Path, args: &[&str]) -> Ran {
    let ran = Ran::of(command(folder, args).output().unwrap());
    let files = read_files(folder).into_values().flatten().collect::<Vec<u8>>();
    for said in [&ran.stdout, &ran.stderr, &String::from_utf8_lossy(&files).into_owned()] {
        assert!(!said.contains(KEY), "{said}");
    }
    ran
}

fn files(folder: &Path) -> BTreeMap<String, String> {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    read_files(&folder.join("site")).into_iter().map(|(path, bytes)| (path, text(bytes))).collect()
}

#[track_caller]
fn report<'a>(files: &'a BTreeMap<String, String>, name: &str) -> &'a str {
    let found = files.iter().find(|(path, _)| path.contains(name));
    found.unwrap_or_else(|| panic!("no {name} in {:?}", files.keys())).1
}

/// An update of the month May 2024.
fn update(id: &str, status: &str, at: &str, body: &str, state: Option<&str>) -> Value {
    let affected = state.map(|state| json!([{ "code": "c1", "name": "Core - API", "new_status": state }]));
    let at = format!("2024-05-{at}.000Z");
    json!({ "id": id, "status": status, "display_at": at, "body": body, "affected_components": affected })
}

fn incident(id: &str, name: &str, updates: &[Value]) -> Value {
    json!({
        "id": id, "name": name, "status": "resolved", "impact": "major", "components": [{ "id": "c1", "name": "API" }],
        "created_at": updates.last().map(|update| update["display_at"].clone()), "incident_updates": updates,
        "shortlink": format!("https://stspg.io/{id}"),
    })
}

/// A page with an outage of an hour on 16 May, one that only the history lists, and a coming maintenance.
fn page() -> Page {
    let outage = [
        update("u2", "resolved", "16T11:00:00", "Fixed.", Some("operational")),
        update("u1", "investigating", "16T10:00:00", "Looking.", Some("major_outage")),
    ];
    let mut old =
        incident("inc1", "Old trouble", &[update("u0", "resolved", "02T10:00:00", "It was slow.", None)]);
    old["postmortem_body"] = json!("A disk was full.");
    old["postmortem_published_at"] = json!("2024-05-05T09:00:00.000Z");
    let mut planned =
        incident("m1", "Upgrade", &[update("u9", "scheduled", "20T10:00:00", "Planned.", None)]);
    planned["impact"] = json!("maintenance");
    planned["scheduled_for"] = json!("2024-07-01T02:00:00.000Z");
    planned["scheduled_until"] = json!("2024-07-01T03:00:00.000Z");
    planned["scheduled_auto_in_progress"] = json!(false);
    Page::new(vec![old, incident("inc2", "Logins fail", &outage), planned])
}

/// What the page shows is in the site, and each day has its published outage.
#[track_caller]
fn is_complete(folder: &Path) {
    let files = files(folder);
    assert!(report(&files, "logins-fail").contains("feed_id = \"tag:127.0.0.1,2005:Incident/inc2\""));
    let old = report(&files, "old-trouble");
    assert!(old.contains("# Postmortem, 2024-05-05 09:00:00Z\n\nA disk was full."), "{old}");
    let planned = report(&files, "upgrade");
    assert!(planned.contains("automatic = false"), "{planned}");
    let toml = &files["site.toml"];
    let lines = [
        "page_id = \"pg1\"",
        "name = \"Core\"",
        "group = \"core\"",
        "description = \"What apps use\"",
        "api_id = \"c1\"",
        "since = 2024-01-01",
    ];
    for line in lines {
        assert!(toml.contains(line), "{line}\n{toml}");
    }
    let csv = &files["content/downtime/api.csv"];
    assert!(csv.ends_with("2024-05-16,0,60,3500,0,replace\n2024-05-20,0,7,0,0,add\n"), "{csv}");
    assert!(!files.keys().any(|path| path.starts_with(".allclear")), "{:?}", files.keys());
}

#[track_caller]
fn passes_check(folder: &Path) {
    allclear(folder, &["check", "--now", "2024-06-03T12:00:00Z"]).ended(0);
}

#[test]
fn a_live_page_becomes_a_site_once() {
    let (folder, server) = (import_folder::folder(&[]), page().serve());
    let ran = import(folder.path(), &[&server.url]).ended(0);
    is_complete(folder.path());
    passes_check(folder.path());
    let said = "/uptime_showcase?components=c1: has seconds of outage per day for 1 components\n";
    assert!(ran.stdout.contains(said), "{}", ran.stdout);
    assert_eq!((server.count("/incidents/inc1.json"), server.count("/history.json?page=2")), (1, 2));
    let before = files(folder.path());
    import(folder.path(), &[&server.url]).ended(0);
    assert_eq!(files(folder.path()), before);
}

#[test]
fn failures_that_pass_are_waited_for() {
    let mut page = page();
    page.faults = vec![
        ("/history.json", Answer::Status(420, "Retry-After: 7")),
        ("/history.json", Answer::Status(429, "")),
        ("/history.json?page=2", Answer::Status(503, "")),
        ("/incidents/inc1.json", Answer::Nothing),
        ("/incidents/inc1.json", Answer::Status(500, "")),
        ("/incidents/inc1.json", Answer::Status(500, "")),
        ("/api/v2/components.json", Answer::Status(502, "")),
        ("/history.atom", Answer::Nothing),
        ("/uptime_showcase", Answer::Status(429, "Retry-After: 1")),
    ];
    let (folder, server) = (import_folder::folder(&[]), page.serve());
    import(folder.path(), &[&server.url]).ended(0).saying("waiting 7 s: the server is busy\n");
    is_complete(folder.path());
}

#[test]
fn a_failure_that_stays_ends_the_import_and_writes_nothing() {
    let mut page = page();
    page.faults = vec![("/incidents/inc2.json", Answer::Status(500, "")); 7];
    let (folder, server) = (import_folder::folder(&[]), page.serve());
    let said = format!("cannot read `{}/incidents/inc2.json`: the server answers 500", server.url);
    import(folder.path(), &[&server.url]).failed(&said);
    assert!(!files(folder.path()).keys().any(|path| path.starts_with("content/")));
    import(folder.path(), &[&server.url]).ended(0);
    is_complete(folder.path());
    assert_eq!(server.count("/incidents/inc1.json"), 1);
}

#[test]
fn an_incident_that_is_listed_and_missing_is_said() {
    let mut page = page();
    page.faults = vec![("incidents/inc1.json", Answer::Status(404, "")); 2];
    let (folder, server) = (import_folder::folder(&[]), page.serve());
    let ran = import(folder.path(), &[&server.url]).ended(1);
    assert!(ran.stdout.contains("it lists the incident `inc1`, which cannot be read"), "{}", ran.stdout);
    report(&files(folder.path()), "logins-fail");
}

#[test]
fn a_page_that_changes_while_it_is_read_ends_consistent() {
    let mut page = page();
    // An update of an incident that was read, a new incident, and one that is deleted.
    page.changes = vec![
        ("/incidents/inc2.json", |incidents| {
            incidents[0]["incident_updates"][0]["body"] = json!("It was very slow.");
            incidents.push(incident(
                "inc3",
                "Fresh",
                &[update("u5", "resolved", "30T10:00:00", "Short.", None)],
            ));
        }),
        ("/incidents/inc3.json", |incidents| drop(incidents.remove(1))),
    ];
    let (folder, server) = (import_folder::folder(&[]), page.serve());
    import(folder.path(), &[&server.url]).ended(0);
    let files = files(folder.path());
    assert!(report(&files, "old-trouble").contains("It was very slow."));
    assert!(report(&files, "fresh").contains("Short."));
    assert!(!files.keys().any(|path| path.contains("logins-fail")), "{:?}", files.keys());
}

#[test]
fn a_killed_client_goes_on_where_it_stopped() {
    let mut page = page();
    page.faults = vec![("/incidents/inc2.json", Answer::Hang)];
    let (folder, server) = (import_folder::folder(&[]), page.serve());
    let mut client = command(folder.path(), &[&server.url]);
    let mut client = client.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    server.hangs.recv().unwrap();
    client.kill().unwrap();
    client.wait().unwrap();
    let kept = files(folder.path());
    assert!(kept.keys().any(|path| path == ".allclear/import/.gitignore"), "{:?}", kept.keys());
    assert!(!kept.keys().any(|path| path.starts_with("content/")));
    import(folder.path(), &[&server.url]).ended(0);
    is_complete(folder.path());
    assert_eq!(server.count("/incidents/inc1.json"), 1);
}

#[test]
fn a_killed_client_of_the_management_api_goes_on_where_it_stopped() {
    let mut page = managed();
    let more = (0..120).map(|number| {
        let said = update(&format!("m{number}"), "resolved", "03T10:00:00", "Short.", None);
        incident(&format!("more{number}"), &format!("Trouble {number}"), &[said])
    });
    page.incidents.extend(more);
    page.others = 130;
    page.faults = vec![("/v1/pages/pg1/incidents?limit=100&page=2", Answer::Hang)];
    let (folder, server) = (import_folder::folder(&[]), page.serve());
    let api = format!("{}/v1", server.url);
    let args = with_key(&server.url, &api);
    let mut client = command(folder.path(), &args);
    let mut client = client.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    server.hangs.recv().unwrap();
    client.kill().unwrap();
    client.wait().unwrap();
    let asked = |page: &str| server.count(page);
    let (first, components) = ("incidents?limit=100&page=1", "components?per_page=100&page=2");
    let before = (asked(first), asked(components));
    import(folder.path(), &args).ended(0);
    // What was kept serves for the first round, the second one sees what changed since.
    assert_eq!((asked(first), asked(components)), (before.0 + 1, before.1 + 1));
    is_complete(folder.path());
    passes_check(folder.path());
    let files = files(folder.path());
    assert_eq!(files.keys().filter(|path| path.contains("trouble-")).count(), 120);
    assert_eq!(files["site.toml"].matches("[[components]]").count(), 1 + 130 + 1);
}

#[test]
fn outage_of_many_components_is_asked_for_in_parts() {
    let mut page = page();
    page.others = 120;
    let (folder, server) = (import_folder::folder(&[]), page.serve());
    import(folder.path(), &[&server.url]).ended(0);
    is_complete(folder.path());
    let requests = server.requests.lock().unwrap().clone();
    let asked = requests.iter().filter_map(|path| path.strip_prefix("/uptime_showcase?components="));
    assert_eq!(asked.map(|ids| ids.split(',').count()).collect::<Vec<_>>(), [60, 60, 1]);
}

#[test]
fn outage_that_is_not_published_is_said() {
    let mut page = page();
    page.outage = None;
    let (folder, server) = (import_folder::folder(&[]), page.serve());
    let ran = import(folder.path(), &[&server.url]).ended(0);
    let said = "/uptime_showcase?components=c1: has seconds of outage per day for 0 components\n";
    assert!(ran.stdout.contains(said), "{}", ran.stdout);
    assert!(!files(folder.path()).contains_key("content/downtime/api.csv"));
}

#[test]
fn only_what_ended_since_a_day_is_taken() {
    let (folder, server) = (import_folder::folder(&[]), page().serve());
    let ran = import(folder.path(), &[&server.url, "--since", "2024-05-16"]).ended(0);
    let files = files(folder.path());
    assert!(!files.keys().any(|path| path.contains("old-trouble")), "{:?}", files.keys());
    assert!(ran.stdout.contains("1 reports ended before 2024-05-16"), "{}", ran.stdout);
    report(&files, "logins-fail");
    let (folder, api) = (import_folder::folder(&[]), format!("{}/v1", server.url));
    let args = [with_key(&server.url, &api), vec!["--since", "2024-05-16"]].concat();
    import(folder.path(), &args).ended(0);
    let by_key = self::files(folder.path());
    assert!(!by_key.keys().any(|path| path.contains("old-trouble")), "{:?}", by_key.keys());
    assert!(report(&by_key, "site.toml").contains("name = \"API\""));
}

/// The page as its owners see it: with a draft, and an incident of a component that was removed.
fn managed() -> Page {
    let mut page = page();
    let mut removed =
        incident("inc4", "Fax down", &[update("u4", "resolved", "01T10:00:00", "Fax is back.", None)]);
    removed["components"] = json!([{ "id": "c9", "name": "Fax" }]);
    removed["postmortem_body"] = json!("##### Why\r\n\r\nNot **finished**.\r\n\r\n- one");
    let mut draft =
        incident("inc5", "Not yet public", &[update("u6", "investigating", "31T10:00:00", "Hm.", None)]);
    draft["status"] = json!("draft");
    page.incidents.extend([removed, draft]);
    page.subscribers = vec![json!({ "id": "s1", "mode": "email", "email": "ada@example.org" })];
    page
}

fn with_key<'a>(url: &'a str, api: &'a str) -> Vec<&'a str> {
    vec![url, "--page-id", "pg1", "--api-url", api]
}

#[test]
fn the_management_api_tells_more() {
    let mut page = managed();
    page.faults = vec![
        ("/v1/pages/pg1/incidents", Answer::Status(420, "Retry-After: 60")),
        ("/v1/pages/pg1/components/c1/uptime", Answer::Status(503, "")),
    ];
    let (folder, server) = (import_folder::folder(&[]), page.serve());
    let api = format!("{}/v1", server.url);
    import(folder.path(), &with_key(&server.url, &api)).ended(0);
    is_complete(folder.path());
    passes_check(folder.path());
    let before = files(folder.path());
    assert!(report(&before, "not-yet-public").contains("draft = true"));
    assert!(
        report(&before, "fax-down")
            .contains("# Postmortem, draft\n\n##### Why\n\nNot **finished**.\n\n- one\n")
    );
    assert!(before["site.toml"].contains("name = \"Fax\"") && before["site.toml"].contains("retired = "));
    // Before the days of the public page: half a year, then its months until all outage is found, then days.
    let csv = &before["content/downtime/api.csv"];
    assert!(csv.contains("\n2024-02-10,0,0,30,0,add\n"), "{csv}");
    let requests = server.requests.lock().unwrap().clone();
    let asked = requests.iter().filter_map(|path| path.split_once("/uptime?")).map(|(_, query)| query);
    let period = |from: &str, to: &str| format!("start={from}&end={to}&skip_related_events=true");
    let half_year = period("2024-01-01", "2024-05-14");
    let mut expected = vec![half_year.clone(), half_year];
    expected.extend([period("2024-01-01", "2024-01-31"), period("2024-02-01", "2024-02-29")]);
    let day = |day: u32| format!("2024-02-{day:02}");
    expected.extend((1..=10).map(|number| period(&day(number), &day(number))));
    assert_eq!(asked.collect::<Vec<_>>(), expected);
    import(folder.path(), &with_key(&server.url, &api)).ended(0);
    assert_eq!(files(folder.path()), before);
}

#[test]
fn subscribers_are_written_outside_of_the_site() {
    let (folder, server) = (import_folder::folder(&[]), managed().serve());
    let api = format!("{}/v1", server.url);
    let mut args = with_key(&server.url, &api);
    args.extend(["--subscribers", "site/static/people.csv"]);
    fs::create_dir(folder.path().join("site/static")).unwrap();
    import(folder.path(), &args).failed("is in the site's folder");
    *args.last_mut().unwrap() = "people.csv";
    import(folder.path(), &args).ended(0).saying("1 subscribers are in `people.csv`");
    let text = fs::read_to_string(folder.path().join("people.csv")).unwrap();
    assert_eq!(text, "mode,address,created_at,quarantined_at,components\r\nemail,ada@example.org,,,\r\n");
}

#[test]
fn the_key_is_needed_and_never_travels_in_the_clear() {
    let (folder, server) = (import_folder::folder(&[]), page().serve());
    let api = format!("{}/v1", server.url);
    let run = |key: &str| {
        let mut command = command(folder.path(), &with_key(&server.url, &api));
        Ran::of(command.env("ALLCLEAR_STATUSPAGE_KEY", key).output().unwrap())
    };
    run("").failed("`ALLCLEAR_STATUSPAGE_KEY` does not hold a key");
    let ran = run("wr0ng").failed("the server answers 401: the key is wrong");
    assert!(!ran.stderr.contains("wr0ng"));
    let ran = run("wr0ng\nX: y").failed("does not hold a key");
    assert!(!ran.stderr.contains("wr0ng"));
    let in_the_clear = with_key(&server.url, "http://api.example/v1");
    import(folder.path(), &in_the_clear).failed("--api-url is not `https://`");
}

#[test]
fn wrong_sources_are_said() {
    let (folder, server) = (import_folder::folder(&[]), page().serve());
    import(folder.path(), &[&server.url, &server.url]).failed("there are two URLs");
    import(folder.path(), &[&server.url, "--since", "soon"]).failed("--since");
    let below = format!("{}/elsewhere", server.url);
    import(folder.path(), &[&below]).failed("there is no /api/v2/ below it, so it is not a Statuspage");
}
