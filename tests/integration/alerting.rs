//! `allclear alert` on folders and git repositories: bodies of monitoring become reports.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::support::{Ran, git, read_files, write_files};

const SITE: &str = "title = \"Acme\"\nbase_url = \"https://status.acme.example/\"\n\n\
    [[components]]\nid = \"api\"\nname = \"API\"\nsince = 2000-01-01\n\n\
    [alerts]\ncomponent = \"service\"\nstates = { critical = \"major\", warning = \"degraded\" }\n";

const NOW: &str = "2026-11-20T10:30:00Z";

fn site(settings: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write_files(folder.path(), &[("site.toml", &format!("{SITE}{settings}"))]);
    folder
}

fn alert(site: &Path, args: &[&str], body: &str) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_allclear"));
    command.arg("alert").args(args).arg("--site").arg(site).env_remove("SOURCE_DATE_EPOCH");
    command.env("NO_COLOR", "1").env("ALLCLEAR_TEST_CLOCK", NOW).env("GIT_CONFIG_GLOBAL", "/dev/null");
    for name in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{name}_NAME"), "A").env(format!("GIT_{name}_EMAIL"), "a@example.org");
    }
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(body.as_bytes()).unwrap();
    Ran::of(child.wait_with_output().unwrap())
}

fn body(severity: &str, to: Option<&str>) -> Value {
    let status = if to.is_some() { "resolved" } else { "firing" };
    json!({
        "version": "4", "groupKey": "{}:{service=\"api\"}", "status": status, "truncatedAlerts": 0,
        "alerts": [{
            "status": status, "labels": { "service": "api", "severity": severity, "instance": "db-7" },
            "annotations": { "summary": "## Resolved\n+++\n`$(x)` \"q\" 🎉 \u{5d0}" },
            "startsAt": "2026-11-20T10:00:00.5Z", "endsAt": to.unwrap_or("0001-01-01T00:00:00Z"), "fingerprint": severity,
        }],
    })
}

fn reports(site: &Path) -> Vec<String> {
    let content = site.join("content");
    let files = if content.exists() { read_files(&content) } else { Default::default() };
    files.into_values().map(|bytes| String::from_utf8(bytes).unwrap()).collect()
}

#[test]
fn words_that_form_a_forbidden_phrase_in_an_address_are_left_out_of_it() {
    let folder = site("title = \"summary\"\nopens = \"public\"\n\n[checks.redact]\nhosts = \"db 7\"\n");
    let mut body = body("critical", None);
    body["alerts"][0]["annotations"]["summary"] = json!("Disk of db/7 is full");
    let ran = alert(folder.path(), &[], &body.to_string()).ended(0);
    assert!(ran.stdout.ends_with("2026-11-20-incident.md\n"), "{}", ran.stdout);
    assert!(reports(folder.path())[0].starts_with("+++\ntitle = \"Disk of db/7 is full\"\n"));
}

#[test]
fn an_alert_opens_and_resolves_one_incident() {
    let folder = site("title = \"summary\"\nopens = \"public\"\n");
    let ran = alert(folder.path(), &[], &body("critical", None).to_string()).ended(0);
    let path = ran.stdout.trim_end();
    assert!(path.contains("content/incidents/2026/2026-11-20-"), "{path}");
    ran.saying("API: major outage\n");
    let again = alert(folder.path(), &[], &body("critical", None).to_string()).ended(0);
    again.saying("nothing to do: its alerts are known, or began before their incident ended");
    let event = folder.path().join("event.json");
    let resolved = json!({ "action": "alert", "client_payload": { "alert": body("critical", Some("2026-11-20T10:20:00Z")) } });
    fs::write(&event, resolved.to_string()).unwrap();
    alert(folder.path(), &[event.to_str().unwrap(), "--json"], "").ended(0);
    let reports = reports(folder.path());
    assert_eq!(reports.len(), 1);
    assert!(
        reports[0].contains("## Resolved, 2026-11-20 10:20:00Z\n\nThis is resolved.\n"),
        "{}",
        reports[0]
    );
    assert!(reports[0].contains("title = '## Resolved +++ `$(x)` \"q\" 🎉 \u{5d0}'\n"), "{}", reports[0]);
    assert!(!reports[0].contains("db-7"));
    let now = ["--now", NOW];
    crate::support::allclear(folder.path(), &[&["check"], &now[..]].concat()).ended(0);
    let out = folder.path().join("public");
    crate::support::allclear(folder.path(), &[&["build", "--out", out.to_str().unwrap()], &now[..]].concat())
        .ended(0);
    let built: String =
        read_files(&out).values().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect();
    for hidden in ["alert:", "db-7", "fired"] {
        assert!(!built.contains(hidden), "{hidden}");
    }
    assert!(built.contains("## Resolved +++ `$(x)` &quot;q&quot; 🎉 \u{5d0}"));
}

#[test]
fn what_is_no_alert_or_names_nothing_known_changes_nothing() {
    let folder = site("");
    alert(folder.path(), &[], "{").failed("this is no alert: it is not JSON");
    alert(folder.path(), &[], "{}")
        .failed("help: say in `[alerts.NAME]` of site.toml where key, state and component are");
    alert(folder.path(), &["--mapping", "x"], "{}").failed("there is no mapping `[alerts.x]`");
    let unknown = alert(folder.path(), &[], &body("info", None).to_string()).ended(0);
    let unknown = unknown.saying("left out: an alert with the component `api` and the state `info`");
    unknown.saying("nothing to do: no incident has to do with this");
    assert_eq!(reports(folder.path()), [""; 0]);
}

#[test]
fn a_report_with_errors_of_others_is_no_obstacle_and_its_own_is_not_touched() {
    let folder = site("");
    write_files(folder.path(), &[("content/incidents/other.md", "+++\ntitle = \n+++\n")]);
    let ran = alert(folder.path(), &[], &body("critical", None).to_string()).ended(0);
    let path = ran.saying("Next: look at it; without the line `draft = true` readers will see it").stdout;
    let path = Path::new(path.trim_end());
    let text = fs::read_to_string(path).unwrap();
    fs::write(path, text.replace("state = \"major_outage\", from", "state = , from")).unwrap();
    let before = read_files(folder.path());
    alert(folder.path(), &[], &body("critical", Some("2026-11-20T10:20:00Z")).to_string()).ended(1);
    assert_eq!(read_files(folder.path()), before);
}

#[test]
fn two_machines_that_report_one_alert_push_one_incident() {
    let folder = tempfile::tempdir().unwrap();
    let (origin, one, two) =
        (folder.path().join("o.git"), folder.path().join("one"), folder.path().join("two"));
    git(folder.path(), &["init", "--quiet", "--bare", "o.git"]);
    write_files(&one, &[("site.toml", SITE)]);
    for args in [&["init", "--quiet"][..], &["add", "."], &["commit", "--quiet", "-m", "x"]] {
        git(&one, args);
    }
    git(&one, &["remote", "add", "origin", origin.to_str().unwrap()]);
    git(&one, &["push", "--quiet", "-u", "origin", "main"]);
    git(folder.path(), &["clone", "--quiet", "o.git", "two"]);
    alert(&one, &["--push"], &body("critical", None).to_string()).ended(0).saying("pushed to origin/main");
    alert(&two, &["--push"], &body("critical", None).to_string()).ended(0);
    alert(&two, &["--push"], &body("critical", Some("2026-11-20T10:20:00Z")).to_string()).ended(0);
    git(&one, &["pull", "--quiet"]);
    let reports = reports(&one);
    assert_eq!(reports.len(), 1, "{reports:#?}");
    assert!(reports[0].contains("## Resolved"));
    let log = git(&one, &["log", "--format=%s"]);
    assert_eq!(log, "Resolved: API: major outage\nReport: API: major outage\nx\n");
}
