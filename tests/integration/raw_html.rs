//! HTML in reports: with `raw_html` its addresses lead where those of Markdown do, on pages, in feeds and in the API; without,
//! a few elements work and the rest is text.

use allclear::pipeline::{self, Outcome};

use crate::support::{options, outputs, snapshot};

const BASE: &str = "https://status.example.org/sub/";

/// The site with this text in its report's first update.
fn outcome(raw_html: bool, body: &str) -> Outcome {
    let site_toml = format!(
        "title = \"Status\"\nbase_url = \"{BASE}\"\n\n[[components]]\nid = \"api\"\nname = \"API\"\nsince = \
         2026-01-01\n\n[markdown]\nraw_html = {raw_html}\n"
    );
    let report = format!(
        "+++\ntitle = \"One\"\ncomponents = {{ api = \"major_outage\" }}\n+++\n\n## Investigating, 2026-05-01 \
         10:00\n\n{body}\n\n## Resolved, 2026-05-01 11:00\n\nAll is well.\n"
    );
    let page = "+++\ntitle = \"About\"\n+++\n\nUs.\n\n## X\n".to_owned();
    let mut files = vec![
        ("site.toml", site_toml),
        ("content/incidents/one/index.md", report),
        ("content/pages/about.md", page),
        ("static/s.png", "x".to_owned()),
    ];
    if body.contains("pic.png") {
        files.push(("content/incidents/one/pic.png", "x".to_owned()));
    }
    pipeline::run(&snapshot(&files), &options("2026-05-02T00:00:00Z"))
}

fn output(outcome: &Outcome, path: &str) -> String {
    outputs(outcome).remove(path).unwrap()
}

/// What `needle` follows up to the next quote, in the order of the text.
fn values(text: &str, needle: &str) -> Vec<String> {
    text.split(needle).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

/// The body of the report's first update in the API.
fn api_body(outcome: &Outcome) -> String {
    let json: serde_json::Value = serde_json::from_str(&output(outcome, "api/v2/incidents.json")).unwrap();
    let updates = json["incidents"][0]["incident_updates"].as_array().unwrap();
    updates.last().unwrap()["body"].as_str().unwrap().to_owned()
}

fn rules(outcome: &Outcome) -> Vec<(&str, &str)> {
    outcome.problems.iter().map(|problem| (problem.rule, problem.message.as_str())).collect()
}

#[test]
fn addresses_in_kept_html_are_resolved_and_absolute_for_machines() {
    let body = "<p><a class=k href=\"/about/\">a</a> <a class=k href=\"../../pages/about.md#x\">b</a> \
                <a class=k href='#_updates'>c</a> <a class=k href=\"https://e.example/\">d</a></p>\n\n\
                <img src=\"pic.png\" srcset=\"/s.png 2x\" alt=\"p\"> <b onclick=\"x\">unclosed";
    let outcome = outcome(true, body);
    assert_eq!(rules(&outcome), []);
    let page = output(&outcome, "incidents/one/index.html");
    assert_eq!(
        values(&page, "class=k href=\""),
        ["../../about/", "../../about/#x", "#_updates", "https://e.example/"]
    );
    assert!(
        page.contains("<img src=\"../../incidents/one/pic.png\" srcset=\"../../s.png 2x\" alt=\"p\">"),
        "{page}"
    );
    assert!(page.contains("<b onclick=\"x\">unclosed"), "{page}");

    let api = api_body(&outcome);
    let absolute = ["about/", "about/#x", "incidents/one/#_updates"].map(|path| format!("{BASE}{path}"));
    assert_eq!(values(&api, "class=k href=\"")[..3], absolute);
    assert_eq!(values(&api, " src=\""), [format!("{BASE}incidents/one/pic.png")]);
    assert_eq!(values(&api, " srcset=\""), [format!("{BASE}s.png 2x")]);
    let feed: serde_json::Value = serde_json::from_str(&output(&outcome, "feed.json")).unwrap();
    let html = feed["items"][0]["content_html"].as_str().unwrap();
    assert_eq!(values(html, "class=k href=\"")[..3], absolute);
    for feed in ["history.atom", "history.rss"] {
        let feed = output(&outcome, feed).replace("&lt;", "<").replace("&quot;", "\"");
        assert!(feed.contains(&format!("src=\"{BASE}incidents/one/pic.png\"")), "{feed}");
        assert!(!feed.contains("src=\"pic.png\""), "{feed}");
    }
}

#[test]
fn dead_addresses_in_kept_html_are_found() {
    let body = "<p><a href=\"nowhere.html\">a</a> <a href=\"/nope/\">b</a> <a href='#gone'>c</a> <video poster=\"no.png\"></video></p>\n\n\
                <img src=\"pic.png\" srcset=\"gone.png 2x, https://e.example/x.png 3x\" alt=\"\">";
    let kept = outcome(true, body);
    let mut found: Vec<&str> = kept.problems.iter().map(|problem| problem.rule).collect();
    found.sort_unstable();
    assert_eq!(found, ["dead-link", "dead-link", "dead-link", "dead-link", "dead-link", "remote-image"]);
    let shown = outcome(false, body);
    assert!(shown.problems.iter().all(|problem| problem.rule == "unsupported-html"), "{:?}", rules(&shown));
}

#[test]
fn images_of_other_hosts_are_links_everywhere() {
    for (raw_html, image) in [
        (false, "![A queue](https://e.example/q.png)"),
        (false, "<img width=\"5\" alt=\"A queue\" src=\"https://e.example/q.png\" />"),
        (true, "<img width=\"5\" alt=\"A queue\" src=\"https://e.example/q.png\" />"),
    ] {
        let outcome = outcome(raw_html, &format!("See {image}."));
        let found: Vec<&str> = outcome.problems.iter().map(|problem| problem.rule).collect();
        assert_eq!(found, ["remote-image"], "{image}");
        let link = "See <a href=\"https://e.example/q.png\">A queue</a>.";
        assert!(output(&outcome, "incidents/one/index.html").contains(link), "{image}");
        assert!(api_body(&outcome).contains(link), "{image}");
        let feed: serde_json::Value = serde_json::from_str(&output(&outcome, "feed.json")).unwrap();
        assert!(feed["items"][0]["content_html"].as_str().unwrap().contains(link), "{image}");
        assert!(output(&outcome, "status.txt").is_ascii(), "{image}");
    }
}

#[test]
fn pictures_in_html_are_published() {
    for raw_html in [false, true] {
        let outcome = outcome(raw_html, "<img src=\"pic.png\" alt=\"p\">");
        assert_eq!(rules(&outcome), []);
        let outputs = &outcome.prepared.as_ref().unwrap().plan.outputs;
        assert!(outputs.keys().any(|path| path.as_str() == "incidents/one/pic.png"));
    }
}

#[test]
fn an_updates_heading_in_details_stops_the_build() {
    let open = outcome(
        false,
        "<details>\n<summary>More</summary>\n\n## Monitoring, 2026-05-01 10:30\n\nx\n\n</details>",
    );
    assert_eq!(rules(&open), [("heading-in-details", "this `<details>` is still open at the heading below")]);
    let fine = outcome(false, "<details>\n<summary>More</summary>\n\n### Log\n\nx\n\n</details>");
    assert_eq!(rules(&fine), []);
    let page = output(&fine, "incidents/one/index.html");
    assert!(page.contains("<details>\n<summary>More</summary>\n"), "{page}");
}
