//! `allclear import` of each kind but Statuspage's API: from foreign files to pages that show what they said.

use std::fs;
use std::path::Path;

use crate::import_folder::{MARKUP, SITE, allclear, folder, imported, says, succeeds};
use crate::support::read_files;

const NOW: &str = "2024-12-01T00:00:00Z";

/// Checks and builds the site.
#[track_caller]
fn built(folder: &Path) {
    succeeds(folder, &["check", "--now", NOW]);
    succeeds(folder, &["build", "--out", "out", "--now", NOW]);
}

/// The page contains these pieces in this order, and no markup as text.
#[track_caller]
fn shows(folder: &Path, page: &str, pieces: &[&str]) {
    let html = fs::read_to_string(folder.join("out").join(page)).unwrap();
    let main = html.split_once("<main").map_or(html.as_str(), |(_, main)| main);
    let mut rest = main;
    for piece in pieces {
        let at =
            rest.find(piece).unwrap_or_else(|| panic!("`{piece}` is not on {page}, or not here:\n{main}"));
        rest = &rest[at + piece.len()..];
    }
    for markup in MARKUP {
        assert!(!main.contains(markup), "`{markup}` on {page}:\n{main}");
    }
}

const PAGE: &str = "Logins fail & time out
Incident Report for Lumen
Postmortem

Root Cause

A disk was full:

  1. it filled
  2. it stopped

Task\tDone
Alert\tyes
Posted Apr 19, 2024 - 16:13 MDT

Resolved
Logins work again.
Posted Apr 16, 2024 - 10:33 MDT
Investigating
Some logins fail with \"<timeout>\".
Posted Apr 16, 2024 - 10:03 MDT
This incident affected: Web (Logins, Search) and API.
Powered by Atlassian Statuspage
";

#[test]
fn the_text_of_a_page_is_on_our_page() {
    let folder = folder(&[("page.txt", PAGE)]);
    let path = folder.path();
    let log = imported(path, &["statuspage-text", "page.txt", "--time-zone", "America/Edmonton"], 0);
    says(&log, "left_out", "Powered by");
    built(path);
    shows(
        path,
        "incidents/2024-04-16-logins-fail-time-out/index.html",
        &[
            "Logins fail &amp; time out",
            "Resolved",
            "2024-04-16T16:33:00Z",
            "Logins work again.",
            "Investigating",
            "2024-04-16T16:03:00Z",
            "Some logins fail with",
            "&lt;timeout&gt;",
            "<h4 id=\"root-cause\">Root Cause",
            "<ol",
            "it filled",
            "<td>Alert",
        ],
    );
    shows(path, "components/search/index.html", &["Search", "Logins fail &amp; time out"]);
    let site = fs::read_to_string(path.join("site/site.toml")).unwrap();
    assert!(site.starts_with(SITE) && site.contains("group = \"web\""), "{site}");
}

#[test]
fn a_page_without_components_is_whole() {
    let folder =
        folder(&[("page.txt", &PAGE.replace("This incident affected: Web (Logins, Search) and API.\n", ""))]);
    let path = folder.path();
    let log = imported(path, &["statuspage-text", "page.txt", "--time-zone", "America/Edmonton"], 0);
    says(&log, "guessed", "names no component");
    built(path);
}

#[test]
fn a_page_in_a_foreign_zone_is_left_out_and_said() {
    let folder = folder(&[("page.txt", PAGE)]);
    let log = imported(folder.path(), &["statuspage-text", "page.txt"], 1);
    says(&log, "unsettled", "line 14: `MDT` is not an abbreviation of the zone Etc/UTC");
    assert!(!folder.path().join("site/content").exists());
}

const CONFIG: &str = "title: Lumen
baseURL: https://status.lumen.test
params:
  categories:
    - name: Core
  systems:
    - name: API
      category: Core
";

const OUTAGE: &str = "---
title: API fails
date: 2024-05-01T09:00:00-00:00
resolved: true
resolvedWhen: \"2024-05-01 10:00:00\"
severity: down
affected:
  - API
section: issue
---
## Summary<br />

*Resolved* - Up again. {{< track \"2024-05-01 10:00:00\" >}}

*Investigating* - The [API](/api) is <b>down</b>. {{< track \"2024-05-01 09:05:00\" >}}
";

const MAINTENANCE: &str = "---
title: Maintenance of the old search
date: 2024-06-01 09:00
resolved: true
resolvedWhen: 2024-06-01 10:00
severity: notice
affected: [Search]
section: issue
---
We move the search.
";

#[test]
fn a_cstate_site_becomes_ours() {
    let folder = folder(&[
        ("old/config.yml", CONFIG),
        ("old/content/issues/2024-05-01-API.md", OUTAGE),
        ("old/content/issues/maintenance.md", MAINTENANCE),
        ("old/content/issues/broken.md", "---\ntitle: x\n  y: [\n---\n"),
        ("old/content/pages/about.md", "x"),
    ]);
    let path = folder.path();
    let log = imported(path, &["cstate", "old"], 1);
    says(&log, "unsettled", "line 3: mapping values");
    says(&log, "left_out", "content/pages/");
    says(&log, "guessed", "no system `Search`");
    built(path);
    shows(
        path,
        "incidents/2024-05-01-api-fails/index.html",
        &[
            "API fails",
            "Resolved",
            "2024-05-01T10:00:00Z",
            "Up again.",
            "Investigating",
            "2024-05-01T09:05:00Z",
            "<a href=\"https://status.lumen.test/api\"",
            "<strong>down</strong>",
        ],
    );
    shows(
        path,
        "maintenance/2024-06-01-maintenance-of-the-old-search/index.html",
        &["Search", "We move the search."],
    );
    shows(path, "issues/2024-05-01-api/index.html", &["incidents/2024-05-01-api-fails/"]);
    let feed = fs::read_to_string(path.join("out/index.xml")).unwrap();
    assert!(feed.contains(">https://status.lumen.test/issues/2024-05-01-api/<"), "{feed}");
    let site = fs::read_to_string(path.join("site/site.toml")).unwrap();
    for table in ["[[groups]]\nid = \"core\"", "id = \"search\"", "retired = 2024-06-02"] {
        assert!(site.contains(table), "{site}");
    }
}

#[test]
fn two_files_of_one_address_are_two_reports() {
    let other = OUTAGE.replace("title: API fails", "title: API fails again").replace("down", "disrupted");
    let folder = folder(&[
        ("old/config.yml", CONFIG),
        ("old/content/issues/2024-05-01-API.md", OUTAGE),
        ("old/content/issues/2024-05-01-api.md", &other),
        ("old/content/issues/2024-05-01-copy.md", &OUTAGE.replace("section: issue", "slug: 2024-05-01-api")),
    ]);
    let path = folder.path();
    let log = imported(path, &["cstate", "old"], 0);
    let first = "“API fails”, content/issues/2024-05-01-API.md";
    says(
        &log,
        "guessed",
        &format!(
            "“API fails again”: it has the id `2024-05-01-api` of {first}: its own is `2024-05-01-api-2`"
        ),
    );
    for title in ["API fails again", "API fails"] {
        says(
            &log,
            "left_out",
            &format!("“{title}”: the address `/issues/2024-05-01-api/` is that of {first}"),
        );
    }
    built(path);
    shows(path, "issues/2024-05-01-api/index.html", &["incidents/2024-05-01-api-fails/"]);
    shows(path, "incidents/2024-05-01-api-fails-again/index.html", &["API fails again"]);
    shows(path, "incidents/2024-05-01-api-fails-2/index.html", &["API fails"]);
}

const UPPTIME: &str = "owner: lumen
repo: status
sites:
  - name: API
    url: https://api.lumen.test
";

const MINUTES: &str = "[{\"name\": \"API\", \"slug\": \"api\", \"dailyMinutesDown\": {\"2024-05-01\": 30, \"2024-05-03\": 10}}]";

const GITHUB: &str = r#"[
 {"number": 7, "title": "🛑 API is down", "state": "closed", "labels": [{"name": "status"}, {"name": "api"}],
  "created_at": "2024-05-01T10:00:00Z", "closed_at": "2024-05-01T11:00:05Z", "comments": 1,
  "body": "In [`1b59`](https://github.com/lumen/status/commit/1b59\r\n), API was **down**:\r\n- HTTP code: 0"},
 {"number": 8, "title": "Move", "state": "closed", "labels": [{"name": "maintenance"}], "created_at": "2024-05-02T10:00:00Z",
  "body": "<!--\r\nstart: 2024-05-04T10:00:00.220Z\r\nend: 2024-05-04T11:00:00.220Z\r\nexpectedDown: api\r\n-->\r\nWe move the <b>disks</b>."}
][
 {"id": 71, "issue_url": "https://api.github.com/repos/lumen/status/issues/7", "created_at": "2024-05-01T11:00:00Z",
  "author_association": "OWNER", "body": "**Resolved:** API is back up."}
]"#;

#[test]
fn an_issue_that_github_lists_twice_is_taken_once_and_another_of_its_number_is_named() {
    let issue = |title: &str, at: &str| {
        format!(
            r#"{{"number": 7, "title": "{title}", "state": "closed", "labels": ["status"], "created_at": "{at}", "closed_at": "{at}"}}"#
        )
    };
    let (one, other) =
        (issue("API is down", "2024-05-01T10:00:00Z"), issue("Mail is down", "2024-06-01T10:00:00Z"));
    let folder = folder(&[
        ("old/.upptimerc.yml", UPPTIME),
        ("old/history/summary.json", MINUTES),
        ("issues.json", &format!("[{one},\n{one}]\n[{other}]")),
    ]);
    let path = folder.path();
    let log = imported(path, &["upptime", "old", "--issues", "issues.json"], 1);
    let unsettled: Vec<_> =
        log.iter().filter(|(finding, _)| finding == "unsettled").map(|(_, text)| text).collect();
    let said =
        "line 3: “Mail is down” is left out: it has the number 7 of “API is down” (issues.json, line 1)";
    assert_eq!(unsettled, [said]);
    assert_eq!(read_files(&path.join("site/content/incidents")).len(), 1);
    built(path);
}

#[test]
fn an_upptime_repository_becomes_ours() {
    let folder = folder(&[
        ("old/.upptimerc.yml", UPPTIME),
        ("old/history/summary.json", MINUTES),
        ("old/history/api.yml", "startTime: 2024-04-20T00:00:00Z\nlastUpdated: 2024-05-10T00:00:00Z\n"),
        ("issues.json", GITHUB),
    ]);
    let path = folder.path();
    let log = imported(path, &["upptime", "old", "--issues", "issues.json"], 0);
    says(&log, "made", "2024-05-01 replaces the reports");
    built(path);
    shows(
        path,
        "incidents/2024-05-01-api-is-down/index.html",
        &[
            "API is down",
            "Resolved",
            "2024-05-01T11:00:00Z",
            "API is back up.",
            "2024-05-01T10:00:00Z",
            "HTTP code: 0",
        ],
    );
    shows(
        path,
        "maintenance/2024-05-04-move/index.html",
        &["Move", "API", "We move the <strong>disks</strong>."],
    );
    shows(path, "incident/7/index.html", &["incidents/2024-05-01-api-is-down/"]);
    // The issue lasted an hour, and Upptime counted half of it.
    let days = fs::read_to_string(path.join("site/content/downtime/api.csv")).unwrap();
    for day in ["2024-05-01,0,0,1800,0,replace", "2024-05-03,0,0,600,0,add"] {
        assert!(days.contains(day), "{days}");
    }
}

const POSTMORTEM: &str = "# Postmortem: Disk full

| Date | 2024-05-05 |
|---|---|
| Services | API |

## Timeline

- 14:05 - alert<br>from <img src=\"https://a.example/x.png\" alt=\"a graph\">
- 15:10 - over

Cause
-----

<p align=\"center\">A log.</p>
";

#[test]
fn postmortems_in_a_folder_become_reports() {
    let folder =
        folder(&[("old/disk.md", POSTMORTEM), ("old/2024-06-01-net.md", "Lost.\n"), ("old/README.md", "x")]);
    let path = folder.path();
    let log = imported(path, &["markdown", "old", "--time-zone", "Europe/Berlin"], 1);
    says(&log, "unsettled", "fill in `started`, `ended`, `components`");
    built(path);
    shows(
        path,
        "incidents/2024-05-05-disk-full/index.html",
        &[
            "Disk full",
            "2024-05-05T12:05:00Z",
            "2024-05-05T13:10:00Z",
            "Timeline",
            "https://a.example/x.png",
            "Cause",
            "A log.",
        ],
    );
    shows(path, "incidents/2024-05-31-net/index.html", &["net", "Lost."]);
}

#[test]
fn images_beside_a_postmortem_come_along() {
    let text = "# Disk full\n\nDate: 2024-05-05\n\n<p align=\"center\"><img src=\"img/My%20graph.PNG\" alt=\"A graph\"></p>\n\n\
                ![Out](../../secret.png) ![Gone](img/gone.png) [the log](img/log.txt)\n";
    let folder = folder(&[
        ("old/2024/disk.md", text),
        (
            "old/2024/net.md",
            "# Net\n\nDate: 2024-05-06\n\n![One](img/My%20graph.PNG) ![Two](../my_graph.png)\n",
        ),
        ("old/2024/img/My graph.PNG", "first"),
        ("old/2024/img/log.txt", "text"),
        ("old/my_graph.png", "second"),
        ("secret.png", "secret"),
    ]);
    let path = folder.path();
    let log = imported(path, &["markdown", "old"], 1);
    for target in ["../../secret.png", "img/gone.png", "img/log.txt"] {
        let text = format!("the target `{target}` of a link or image leads nowhere: its text is kept");
        says(&log, "left_out", &text);
    }
    built(path);
    shows(
        path,
        "incidents/2024-05-05-disk-full/index.html",
        &["/my-graph.png\"", "alt=\"A graph\"", "Out Gone the log"],
    );
    shows(path, "incidents/2024-05-06-net/index.html", &["/my-graph.png\"", "/my-graph-2.png\""]);
    let files = read_files(&path.join("site/content"));
    let images: Vec<_> = files.iter().filter(|(path, _)| path.ends_with(".png")).collect();
    let bytes: Vec<&[u8]> = images.iter().map(|(_, bytes)| bytes.as_slice()).collect();
    assert_eq!(bytes, [b"first".as_slice(), b"second", b"first"], "{images:?}");
}

#[test]
fn an_update_brings_in_changed_images_and_leaves_those_of_a_person() {
    let text =
        "# Disk full\n\nDate: 2024-05-05\n\n![One](a.png) ![Two](b.png) ![Three](c.png) ![Four](d.png)\n";
    let names = ["a.png", "b.png", "c.png", "d.png"];
    let folder = folder(&[("old/disk.md", text)]);
    let path = folder.path();
    for name in names {
        fs::write(path.join("old").join(name), format!("first {name}")).unwrap();
    }
    imported(path, &["markdown", "old"], 1);
    let beside = path.join("site/content/incidents/2024/2024-05-05-disk-full");
    fs::write(path.join("old/a.png"), "second a.png").unwrap();
    fs::write(path.join("old/b.png"), "second b.png").unwrap();
    fs::write(beside.join("b.png"), "a person's").unwrap();
    fs::remove_file(beside.join("c.png")).unwrap();
    let update = |status: i32, expected: &[(&str, &str)]| {
        let said = allclear(path, &["import", "markdown", "old", "--update"]).ended(status).stdout;
        for (finding, text) in expected {
            assert!(said.contains(&format!("{finding}: {text}")), "{finding}: {text}\n{said}");
        }
        assert!(
            !said.contains("made: ")
                && said.matches("updated: ").count()
                    == expected.iter().filter(|it| it.0 == "updated").count(),
            "{said}"
        );
        names.map(|name| fs::read_to_string(beside.join(name)).unwrap_or_default())
    };
    let folder_of = "content/incidents/2024/2024-05-05-disk-full";
    let updated = format!("a.png: {folder_of}/a.png");
    let edited = format!(
        "b.png: `{folder_of}/b.png` was edited after its import: left as it is, without what changed in the source"
    );
    let deleted = format!("c.png: `{folder_of}/c.png` was deleted after its import: not written again");
    let after = ["second a.png", "a person's", "", "first d.png"];
    assert_eq!(update(0, &[("updated", &updated), ("kept", &edited), ("kept", &deleted)]), after);
    assert_eq!(update(0, &[("kept", &edited), ("kept", &deleted)]), after);
    // One that the source no longer shows stays until a person removes it.
    fs::write(path.join("old/disk.md"), text.replace(" ![Four](d.png)", "")).unwrap();
    let updated = format!("disk.md: {folder_of}/index.md");
    let stays =
        format!("disk.md: `{folder_of}/d.png` stays, which the source no longer shows: remove it by hand");
    let missing = format!("{folder_of}/index.md: line 12: the check says: the image leads nowhere");
    let expected = [("updated", &*updated), ("kept", &stays), ("needs a person", &missing)];
    assert_eq!(update(1, &expected), after);
}
