//! Our pages show what another system's files tell: titles, updates with status, time and words, components and windows.
//!
//! Fixtures have the shapes of real files. `ALLCLEAR_TEST_SAMPLES` names a folder of others, which are compared then:
//! `statuspage/**`, `cstate/NAME/` and `upptime/site/` with `upptime/issues.json`.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use allclear::time::Instant;
use serde_json::Value;

use crate::export::words;
use crate::import_folder::{MARKUP, allclear, folder, succeeds};
use crate::support::read_files;

const NOW: &str = "2027-01-01T00:00:00Z";

/// What a source tells of an incident or maintenance.
#[derive(Default)]
struct Told {
    /// Its address on the old page, or on ours.
    address: String,
    title: String,
    /// Newest first: label, time and words; all of the page's.
    updates: Vec<Shown>,
    /// Words that stand somewhere on the page.
    words: Vec<String>,
    components: Vec<String>,
    /// In UTC, to the second.
    times: Vec<String>,
}

type Shown = (String, String, String);

fn samples(kind: &str) -> PathBuf {
    env::var("ALLCLEAR_TEST_SAMPLES").map_or_else(|_| fixtures(), PathBuf::from).join(kind)
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

/// Imports into a new site, builds it, and compares its pages with what the source tells.
#[track_caller]
fn check(args: &[&str], told: &[Told]) {
    let folder = folder(&[]);
    let path = folder.path();
    let ran = allclear(path, &[&["import"], args].concat());
    assert!(ran.code < Some(2), "{}", ran.stderr);
    println!("{args:?}\n{}", ran.stdout);
    succeeds(path, &["check", "--now", NOW]);
    succeeds(path, &["build", "--out", "out", "--now", NOW]);
    let out = path.join("out");
    let mut wrong = Vec::new();
    for told in told {
        let found = differences(told, &page(&out, &told.address));
        wrong.extend(found.into_iter().map(|why| format!("{}: {why}", told.address)));
    }
    // That page shows code to copy.
    let is_page = |name: &str| name.ends_with(".html") && name != "subscribe/index.html";
    for (name, bytes) in read_files(&out).into_iter().filter(|(name, _)| is_page(name)) {
        let html = String::from_utf8(bytes).unwrap();
        let main = main_of(&html);
        wrong.extend(MARKUP.iter().filter(|it| main.contains(**it)).map(|it| format!("`{it}` on {name}")));
    }
    assert!(wrong.is_empty(), "{args:?}: {wrong:#?}");
}

/// The page at an address; of an old one the pages that it leads to: the report, and those that broke out of it again.
fn page(out: &Path, address: &str) -> String {
    let found = fs::read_to_string(out.join(address).join("index.html")).unwrap();
    let Some((_, rest)) = found.split_once("url=../../") else { return main_of(&found).to_owned() };
    let read =
        |path: &str| main_of(&fs::read_to_string(out.join(path).join("index.html")).unwrap()).to_owned();
    let mut html = read(rest.split_once('"').unwrap().0);
    for number in 2.. {
        let relapse = fs::read(out.join(format!("api/v2/{address}-{number}.json")));
        let Ok(relapse) = relapse else { return html };
        let relapse: Value = serde_json::from_slice(&relapse).unwrap();
        let link = relapse["incident"]["shortlink"].as_str().unwrap();
        html = read(link.splitn(4, '/').nth(3).unwrap()) + &html;
    }
    html
}

fn main_of(html: &str) -> &str {
    html.split_once("<main").map_or(html, |(_, main)| main)
}

fn differences(told: &Told, html: &str) -> Vec<String> {
    let text = letters(&visible(html));
    let mut wrong = Vec::new();
    for words in [&told.title].into_iter().chain(&told.words).chain(&told.components) {
        if !text.contains(&letters(words)) {
            wrong.push(format!("“{words}” is not on the page"));
        }
    }
    let shown: Vec<String> = html.split("=\"").filter_map(|rest| time(rest.split('"').next()?)).collect();
    let absent = told.times.iter().filter(|time| !shown.contains(time));
    wrong.extend(absent.map(|time| format!("{time} is not on the page")));
    let shown = updates(html);
    if !told.updates.is_empty() && shown.len() != told.updates.len() {
        wrong.push(format!("{} updates became {}", told.updates.len(), shown.len()));
    }
    let updates = told.updates.iter().zip(&shown).filter(|(told, shown)| told != shown);
    wrong.extend(updates.map(|(told, shown)| format!("{told:?} became {shown:?}")));
    wrong
}

/// The updates of a page, newest first. Their headings hold a link to themselves, those of texts do not.
fn updates(html: &str) -> Vec<Shown> {
    const LINK: &str = " <a class=\"at\" href=\"#_";
    let mut updates: Vec<Shown> = Vec::new();
    for part in html.split(LINK).collect::<Vec<_>>().windows(2) {
        // The newest update of what is open has a heading of a higher level.
        let label = part[0].rsplit_once("<h").unwrap().1.split_once('>').unwrap().1;
        let time = part[1].split_once("datetime=\"").unwrap().1.split('"').next().unwrap();
        let body = part[1].split_once("<div class=\"prose\" dir=\"auto\">").map_or("", |(_, body)| body);
        let end = ["</div>\n<ul class=\"changes\"", "</div>\n</li>\n"]
            .into_iter()
            .filter_map(|end| body.find(end))
            .min();
        let body = letters(&visible(&body[..end.unwrap_or_default()]));
        updates.push((label.to_owned(), self::time(time).unwrap(), body));
    }
    updates
}

/// The text of HTML of ours.
fn visible(html: &str) -> String {
    let mut text = String::new();
    for part in html.split('<') {
        text.push_str(part.split_once('>').map_or(part, |(_, text)| text));
    }
    words(&text.replace("&#39;", "'").replace("&#x27;", "'"))
}

/// What is left of words whose marks and spaces differ.
fn letters(words: &str) -> String {
    words.chars().filter(|c| c.is_alphanumeric()).collect()
}

fn time(written: &str) -> Option<String> {
    let (whole, rest) = written.split_at_checked("2024-04-16T10:00:00".len())?;
    let zone = rest.trim_start_matches(|c: char| c == '.' || c.is_ascii_digit());
    let zone = if zone.is_empty() { "Z" } else { zone };
    Some(Instant::parse_rfc3339(&format!("{}{zone}", whole.replace(' ', "T")))?.to_string())
}

/// `in_progress` as `In progress`.
fn label(status: &str) -> String {
    let words = status.replace('_', " ");
    words[..1].to_uppercase() + &words[1..]
}

#[test]
fn saved_bodies_and_feeds_of_statuspage_are_on_our_pages() {
    let root = samples("statuspage");
    let files = read_files(&root);
    let mut count = 0;
    for (name, bytes) in &files {
        let told = match name.rsplit_once('.').unwrap().1 {
            "json" => told_by_body(&serde_json::from_slice(bytes).unwrap()),
            "atom" => told_by_feed(std::str::from_utf8(bytes).unwrap()),
            _ => continue,
        };
        count += told.len();
        check(&["statuspage", root.join(name).to_str().unwrap()], &told);
    }
    assert!(count > 10, "{count} incidents");
}

fn told_by_body(body: &Value) -> Vec<Told> {
    let list = |key: &str| body[key].as_array().cloned().unwrap_or_default();
    let one = Some(body["incident"].clone()).filter(|it| !it.is_null());
    let all = one.into_iter().chain(list("incidents")).chain(list("scheduled_maintenances"));
    all.map(|incident| told_by_incident(&incident)).collect()
}

fn told_by_incident(incident: &Value) -> Told {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut told = Told {
        address: format!("incidents/{}", text(&incident["id"])),
        title: words(incident["name"].as_str().unwrap()),
        components: incident["components"].as_array().unwrap().iter().map(|it| text(&it["name"])).collect(),
        ..Told::default()
    };
    told.times = ["scheduled_for", "scheduled_until"]
        .iter()
        .filter_map(|key| time(incident[*key].as_str()?))
        .collect();
    let mut before = String::new();
    for update in incident["incident_updates"].as_array().unwrap().iter().rev() {
        let (status, said) = (text(&update["status"]), words(update["body"].as_str().unwrap_or_default()));
        if status == "postmortem" {
            told.words.push(said);
            continue;
        }
        let shown = if status == before { "Update".to_owned() } else { label(&status) };
        told.updates
            .insert(0, (shown, time(update["display_at"].as_str().unwrap()).unwrap(), letters(&said)));
        before = status;
    }
    told
}

/// Entries tell label, day, minute and words of each update.
fn told_by_feed(feed: &str) -> Vec<Told> {
    let between = |text: &str, from: &str, to: &str| {
        text.split_once(from).unwrap().1.split_once(to).unwrap().0.to_owned()
    };
    let plain = |text: &str| {
        text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
    };
    let entries = feed.split("<entry>").skip(1).map(|entry| {
        let content = plain(&between(entry, "<content type=\"html\">", "</content>"));
        let updates = content.split("</small><br>").skip(1);
        let said = updates
            .map(|update| update.split("<small>").next().unwrap().split_once("</strong> - ").unwrap().1);
        Told {
            address: format!("incidents/{}", between(entry, "/incidents/", "\"")),
            title: words(&plain(&between(entry, "<title>", "</title>"))),
            words: said.map(words).collect(),
            ..Told::default()
        }
    });
    entries.collect()
}

#[test]
fn issues_of_cstate_are_on_our_pages() {
    let mut count = 0;
    for site in fs::read_dir(samples("cstate")).unwrap().map(|it| it.unwrap().path()) {
        let issues = site.join("content/issues");
        let told: Vec<Told> = read_files(&issues)
            .into_iter()
            .filter(|(name, _)| name.ends_with(".md") && name != "_index.md")
            .map(|(name, bytes)| told_by_issue(&name, std::str::from_utf8(&bytes).unwrap()))
            .collect();
        count += told.len();
        check(&["cstate", site.to_str().unwrap()], &told);
    }
    assert!(count > 2, "{count} issues");
}

fn told_by_issue(name: &str, text: &str) -> Told {
    let (front, body) = text.strip_prefix("---\n").unwrap().split_once("\n---\n").unwrap();
    let mut told = Told {
        address: format!("issues/{}", name.trim_end_matches(".md").to_lowercase().replace(' ', "-")),
        ..Told::default()
    };
    let mut key = "";
    for line in front.lines() {
        if let Some(item) = line.trim().strip_prefix("- ").filter(|_| key == "affected") {
            told.components.push(item.to_owned());
        } else if let Some((name, value)) = line.split_once(':') {
            key = name.trim();
            let value = value.trim().trim_matches(['"', '\'']);
            match key {
                "title" => value.clone_into(&mut told.title),
                // Hugo reads times without a zone in UTC.
                "date" | "resolvedWhen" => told.times.extend(time(value)),
                _ => {}
            }
        }
    }
    let config_name = |name: &mut String| *name = name.replace("workers", "Workers");
    told.components.iter_mut().for_each(config_name);
    told.times.extend(body.split("track \"").skip(1).filter_map(|rest| time(rest.split('"').next()?)));
    told.words = body.lines().map(words_of_markdown).filter(|words| !words.is_empty()).collect();
    told
}

/// The words of a line of Markdown; empty for one that is a label of a message or holds code marks.
fn words_of_markdown(line: &str) -> String {
    let line = line.trim();
    let is_label =
        line.starts_with('[') && line.ends_with(']') || line.starts_with("**") && line.ends_with("UTC**");
    if is_label || line.starts_with("```") {
        return String::new();
    }
    let number = line.split_once(". ").filter(|(number, _)| number.parse::<u32>().is_ok());
    let line = number.map_or(line, |(_, rest)| rest);
    let mut text = line.to_owned();
    for (open, close) in [("{{<", ">}}"), ("<!--", "-->"), ("](", ")")] {
        while let Some((before, rest)) = text.split_once(open) {
            let after = rest.split_once(close).map_or("", |(_, after)| after);
            text = format!("{before} {after}");
        }
    }
    let label = text.split_once(" - ").filter(|(label, _)| label.starts_with('*') && label.ends_with('*'));
    words(label.map_or(text.as_str(), |(_, rest)| rest))
}

#[test]
fn issues_of_upptime_are_on_our_pages() {
    let root = samples("upptime");
    let issues: Value = serde_json::from_slice(&fs::read(root.join("issues.json")).unwrap()).unwrap();
    let told: Vec<Told> = issues.as_array().unwrap().iter().map(told_by_github).collect();
    assert!(told.len() > 1);
    let [site, issues] = [root.join("site"), root.join("issues.json")];
    check(&["upptime", site.to_str().unwrap(), "--issues", issues.to_str().unwrap()], &told);
}

fn told_by_github(issue: &Value) -> Told {
    let text = |key: &str| issue[key].as_str().unwrap_or_default();
    let mut told = Told {
        address: format!("incident/{}", issue["number"]),
        title: text("title").trim_start_matches(|c: char| !c.is_alphanumeric()).to_owned(),
        times: time(text("created_at")).into_iter().collect(),
        ..Told::default()
    };
    let visible = text("body").rsplit_once("-->\n").filter(|_| text("body").starts_with("<!--"));
    let body = visible.map_or(text("body"), |(_, body)| body);
    let comments = issue["comments"].as_array().into_iter().flatten();
    told.times.extend(comments.clone().filter_map(|it| time(it["created_at"].as_str()?)));
    let bodies = comments.filter_map(|it| it["body"].as_str()).chain([body]);
    // GitHub breaks an address at the end of a line.
    let bodies = bodies.map(|body| body.replace("\r\n", "\n").replace("\n)", ")"));
    told.words = bodies.flat_map(|body| body.lines().map(words_of_markdown).collect::<Vec<_>>()).collect();
    for line in text("body").lines() {
        match line.trim().split_once(": ") {
            Some(("start" | "end", at)) => told.times.extend(time(at)),
            Some(("expectedDown", _)) => {
                told.components.extend(line[13..].split(", ").map(|it| it.trim().to_owned()))
            }
            _ => {}
        }
    }
    told
}

/// File, address, title, beginning and end, components.
type Postmortem = (&'static str, &'static str, &'static str, [&'static str; 2], &'static [&'static str]);

const POSTMORTEMS: [Postmortem; 3] = [
    (
        "2024-03-12-database-failover.md",
        "2024-03-12-database-failover-took-40-minutes",
        "Database: failover took 40 minutes",
        ["2024-03-12T09:12:00Z", "2024-03-12T09:52:00Z"],
        &["API", "Reports"],
    ),
    (
        "2023/Certificate expired.md",
        "2023-11-02-certificate-of-the-cdn-expired",
        "Certificate of the CDN expired",
        ["2023-11-02T08:10:00Z", "2023-11-02T09:05:00Z"],
        &["CDN", "Website"],
    ),
    (
        "queue.markdown",
        "2024-06-01-queue-was-stuck",
        "Queue was stuck",
        ["2024-06-01T22:30:00Z", "2024-06-02T00:15:00Z"],
        &["Reports"],
    ),
];

#[test]
fn postmortems_in_a_folder_are_on_our_pages() {
    let folder = fixtures().join("markdown/lumen");
    let told = POSTMORTEMS.map(|(name, slug, title, times, components)| {
        let text = fs::read_to_string(folder.join(name)).unwrap().replace("\r\n", "\n");
        let body = ["---\n", "+++\n"]
            .into_iter()
            .find_map(|fence| Some(text.strip_prefix(fence)?.split_once(fence)?.1));
        Told {
            address: format!("incidents/{slug}"),
            title: title.to_owned(),
            words: body
                .unwrap_or(&text)
                .lines()
                .filter(|line| is_text(line))
                .map(words_of_markdown)
                .collect(),
            components: components.iter().map(|name| (*name).to_owned()).collect(),
            times: times.map(str::to_owned).to_vec(),
            ..Told::default()
        }
    });
    check(&["markdown", folder.to_str().unwrap(), "--time-zone", "UTC"], &told);
}

/// Whether the words of a line of Markdown are words of the page.
fn is_text(line: &str) -> bool {
    let marks = ["# Postmortem", "===", "---", "|-", "```", "<img", "![", "</", "<p", "<details", "<summary"];
    !marks.iter().any(|mark| line.trim().starts_with(mark))
}
