//! Files with names that need percent-encoding: every address that leads into the site names one of its outputs.

use std::collections::{BTreeMap, BTreeSet};

use allclear::pipeline;
use percent_encoding::percent_decode_str;
use regex::Regex;

use crate::support::{options, snapshot};

const BASE: &str = "https://status.example.org/sub/";

/// Names of files, and how they stand in an address.
const NAMES: [(&str, &str); 9] = [
    ("a#b.pdf", "a%23b.pdf"),
    ("100%.pdf", "100%25.pdf"),
    ("%41.pdf", "%2541.pdf"),
    ("a?b.pdf", "a%3Fb.pdf"),
    ("a b.pdf", "a%20b.pdf"),
    ("ü.pdf", "%C3%BC.pdf"),
    ("a&b='c'.pdf", "a%26b%3D%27c%27.pdf"),
    ("10:33+1;[2].pdf", "10%3A33%2B1%3B%5B2%5D.pdf"),
    ("plain.pdf", "plain.pdf"),
];

fn site_toml(url_style: &str) -> String {
    format!(
        "title = \"Status\"\nbase_url = \"{BASE}\"\nurl_style = \"{url_style}\"\nedit_url = \
         \"https://git.example.org/edit/\"\n\n[[components]]\nid = \"api\"\nname = \"API\"\nsince = 2026-01-01\n\n\
         [theme_options]\nnav = [{{ title = \"Odd\", url = \"/a%23b.pdf\" }}]\n"
    )
}

/// A report in a folder of its own, whose updates and postmortem link to every name from the root and beside it.
fn report() -> String {
    let links: Vec<String> = NAMES
        .iter()
        .map(|(_, encoded)| format!("[x](/{encoded}?v=1&w=ü#part) ![x]({encoded}) [x](<{encoded}>)"))
        .collect();
    let links = links.join(" ");
    format!(
        "+++\ntitle = \"Links\"\ncomponents = {{ api = \"major_outage\" }}\n+++\n\n\
         ## Investigating, 2026-05-01 10:00\n\n{links}\n\n[own](#%C3%BCber-uns)\n\n### Über uns\n\n\
         ## Resolved, 2026-05-01 11:00\n\n[page](../about.md) {links}\n\n# Postmortem\n\n{links}\n"
    )
}

fn outputs(url_style: &str) -> BTreeMap<String, String> {
    let page = NAMES.map(|(_, encoded)| format!("[x](/{encoded})\n")).concat();
    let folder = "content/incidents/odd #1 folder/links";
    let mut files = vec![
        ("site.toml".to_owned(), site_toml(url_style)),
        (format!("{folder}/index.md"), report().replace("../about.md", "../../../pages/about.md")),
        ("content/pages/about.md".to_owned(), format!("+++\ntitle = \"About\"\n+++\n\n{page}")),
    ];
    for folder in ["static", folder] {
        files.extend(NAMES.map(|(name, _)| (format!("{folder}/{name}"), "x".to_owned())));
    }
    let files: Vec<(&str, &String)> = files.iter().map(|(path, text)| (path.as_str(), text)).collect();
    let outcome = pipeline::run(&snapshot(&files), &options("2026-05-02T00:00:00Z"));
    // That Windows cannot hold some of the names is said, and changes no address.
    assert!(outcome.problems.iter().all(|it| it.rule == "unportable-name"), "{:?}", outcome.problems);
    let mut outputs = crate::support::outputs(&outcome);
    let copies = outcome.prepared.as_ref().unwrap().plan.outputs.keys();
    for path in copies {
        outputs.entry(path.as_str().to_owned()).or_default();
    }
    outputs
}

/// The output that a path of an address, from the site's root, leads to.
fn output(path: &str) -> String {
    let path = path.split(['?', '#']).next().unwrap();
    let plain = percent_decode_str(path).decode_utf8().unwrap().into_owned();
    if plain.is_empty() || plain.ends_with('/') { format!("{plain}index.html") } else { plain }
}

/// A relative path, seen from the site's root.
fn joined(page: &str, relative: &str) -> String {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in relative.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop().unwrap()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Every path into the site that an output names.
fn paths(page: &str, text: &str) -> BTreeSet<String> {
    let absolute = Regex::new(&format!("{BASE}([^\"<>\\s\\\\)]*)")).unwrap();
    // RFC 5545 §3.1 folds lines.
    let text = text
        .replace("\r\n ", "")
        .replace("&quot;", "\"")
        .replace("&gt;", ">")
        .replace("&lt;", "<")
        .replace("&#39;", "'")
        .replace("&amp;", "&");
    let mut found: BTreeSet<String> = absolute.captures_iter(&text).map(|it| it[1].to_owned()).collect();
    if page.ends_with(".html") {
        let attribute = Regex::new(" (?:href|src)=\"([^\"]*)\"").unwrap();
        let scheme = Regex::new("^[a-z]+:").unwrap();
        let targets = attribute.captures_iter(&text).map(|it| it[1].to_owned());
        let targets = targets.filter(|target| !target.starts_with(['#', '/']) && !scheme.is_match(target));
        found.extend(targets.map(|target| joined(page, target.split(['?', '#']).next().unwrap())));
    }
    found
}

#[track_caller]
fn check(url_style: &str, page: &str) {
    let outputs = outputs(url_style);
    let dead: Vec<String> = outputs
        .iter()
        .flat_map(|(from, text)| paths(from, text).into_iter().map(move |path| (from, path)))
        .filter(|(_, path)| !outputs.contains_key(&output(path)))
        .map(|(from, path)| format!("{from}: {path}"))
        .collect();
    assert_eq!(dead, Vec::<String>::new());
    for (_, encoded) in NAMES {
        let beside = format!("incidents/links/{encoded}");
        let from_page = joined_back(page);
        let html = &outputs[page];
        for address in [
            format!("href=\"{from_page}{encoded}?v=1&amp;w=%C3%BC#part\""),
            format!("src=\"{from_page}{beside}\""),
        ] {
            assert_eq!(html.matches(&address).count(), 3, "{address}");
        }
        let feeds = ["history.atom", "history.rss", "feed.json", "updates.atom", "api/v2/incidents.json"];
        for feed in feeds {
            assert!(paths(feed, &outputs[feed]).contains(&beside), "{feed} leads to {beside}");
        }
    }
    assert!(outputs[page].contains("href=\"#_0-%C3%BCber-uns\""));
    let edit = "https://git.example.org/edit/content/incidents/odd%20%231%20folder/links/index.md";
    assert!(outputs[page].contains(&format!("href=\"{edit}\"")));
}

/// The way from a page to the site's root.
fn joined_back(page: &str) -> String {
    "../".repeat(page.matches('/').count())
}

#[test]
fn encoded_names_lead_to_their_files_in_folders() {
    check("directory", "incidents/links/index.html");
}

#[test]
fn encoded_names_lead_to_their_files_without_folders() {
    check("file", "incidents/links.html");
}
