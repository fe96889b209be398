//! The monitored sites: configuration, summary, and a file each.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::edit::slug;
use crate::import::html;
use crate::import::json::{self, ItemReader};
use crate::import::log::{Finding, ImportLog};
use crate::import::moment;
use crate::import::text;
use crate::import::yaml::{self, Node};
use crate::parse::words;
use crate::time::written;
use crate::time::{Day, Zone};

#[derive(Clone, Debug, Default)]
pub(super) struct Monitor {
    pub(super) slug: String,
    pub(super) name: String,
    /// Empty when it is a secret.
    pub(super) url: String,
    /// The day of the first check, and of the last.
    first: Option<Day>,
    pub(super) last: Option<Day>,
    /// Minutes down; days without any are missing.
    pub(super) minutes: BTreeMap<Day, i64>,
}

impl Monitor {
    pub(super) fn since(&self) -> Option<Day> {
        let first = self.minutes.keys().next().copied();
        self.first.into_iter().chain(first).min()
    }
}

/// An entry of `history/summary.json`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Summary {
    name: String,
    slug: String,
    url: String,
    daily_minutes_down: BTreeMap<String, Value>,
}

const CONFIG: &str = ".upptimerc.yml";
const SUMMARY: &str = "history/summary.json";

/// The sites of the configuration, else of the summary, in their order.
pub(super) fn read(files: &BTreeMap<String, Vec<u8>>, log: &mut ImportLog) -> Vec<Monitor> {
    let summaries = summaries(files, log);
    let json = files.get(SUMMARY).map_or(&[][..], |bytes| bytes);
    let mut monitors = match yaml_of(files, CONFIG, log) {
        Some(config) => configured(&config, &summaries, log),
        None => {
            log.add(
                Finding::Guessed,
                CONFIG,
                "there is no configuration: the sites are those of the summary",
            );
            summaries.iter().map(|summary| monitor(&summary.slug, &summary.name, &summary.url)).collect()
        }
    };
    for monitor in &mut monitors {
        if let Some(summary) = summaries.iter().find(|summary| summary.slug == monitor.slug) {
            monitor.minutes = minutes(summary, json, log);
        }
    }
    histories(files, &mut monitors, log);
    monitors
}

fn summaries(files: &BTreeMap<String, Vec<u8>>, log: &mut ImportLog) -> Vec<Summary> {
    let Some(bytes) = files.get(SUMMARY) else {
        log.add(Finding::Unsettled, SUMMARY, "there is no summary: no day has a record");
        return Vec::new();
    };
    let value = serde_json::from_slice(bytes).unwrap_or_else(|why| {
        log.add(Finding::Unsettled, SUMMARY, format!("this is not a summary of Upptime: {why}"));
        Value::Null
    });
    let lines = text::decoded(bytes).map(|text| json::lines(text, "slug")).unwrap_or_default();
    let mut reader = ItemReader::new(&lines);
    let summaries = reader.items("the summary", value);
    reader.wrong.into_iter().for_each(|why| log.add(Finding::Unsettled, SUMMARY, why));
    summaries
}

/// A file as YAML; `None` when it is missing or broken.
fn yaml_of(files: &BTreeMap<String, Vec<u8>>, path: &str, log: &mut ImportLog) -> Option<Node> {
    let node = text::of(files.get(path)?).and_then(|text| yaml::parse(&text, 1));
    node.map_err(|why| log.add(Finding::Unsettled, path, why)).ok()
}

fn configured(config: &Node, summaries: &[Summary], log: &mut ImportLog) -> Vec<Monitor> {
    let mut monitors = Vec::new();
    for site in config.get("sites").map_or(&[][..], Node::items) {
        let Some(name) = site.text_of("name") else {
            log.add(Finding::Unsettled, CONFIG, format!("line {}: a site has no `name`", site.line));
            continue;
        };
        let summary = summaries.iter().find(|summary| summary.name == name);
        let slug = site.text_of("slug").map(str::to_owned).or(summary.map(|summary| summary.slug.clone()));
        let mut slug = slug.unwrap_or_else(|| words::words(name));
        let is_taken = |slug: &str| monitors.iter().any(|it: &Monitor| it.slug == slug);
        if is_taken(&slug) {
            let text = format!(
                "line {}: “{name}” has the slug `{slug}` of another site, which keeps its history and issues",
                site.line
            );
            log.add(Finding::Guessed, CONFIG, text);
            slug = slug::free(slug, is_taken);
        }
        monitors.push(monitor(&slug, name, site.text_of("url").unwrap_or_default()));
    }
    monitors
}

fn monitor(slug: &str, name: &str, url: &str) -> Monitor {
    let url = if url.contains('$') { String::new() } else { html::to_line(url) };
    Monitor { slug: slug.to_owned(), name: html::to_line(name), url, ..Monitor::default() }
}

fn minutes(summary: &Summary, json: &[u8], log: &mut ImportLog) -> BTreeMap<Day, i64> {
    let mut minutes = BTreeMap::new();
    for (day, count) in &summary.daily_minutes_down {
        let why = match (written::parse_day(day), count.as_i64()) {
            (Ok(day), Some(count)) if count > 0 => {
                minutes.insert(day, count);
                continue;
            }
            (Ok(_), Some(_)) => continue,
            (Err(_), _) => format!("`{day}` is not a day"),
            (Ok(_), None) => format!("`{day}` of `{}` has `{count}`, not minutes", summary.slug),
        };
        let line = line_of(&[&summary.slug, day], json);
        log.add(Finding::Unsettled, SUMMARY, format!("line {line}: {why}"));
    }
    minutes
}

/// The line of the last of these texts, each of which stands behind the one before.
fn line_of(texts: &[&str], json: &[u8]) -> usize {
    let mut at = 0;
    for text in texts {
        let text = format!("\"{text}\"");
        at += json[at..].windows(text.len()).position(|it| it == text.as_bytes()).unwrap_or_default();
    }
    text::line_at(json, at)
}

/// First and last day of `history/SLUG.yml`.
fn histories(files: &BTreeMap<String, Vec<u8>>, monitors: &mut [Monitor], log: &mut ImportLog) {
    let paths: Vec<&String> =
        files.keys().filter(|path| path.starts_with("history/") && *path != SUMMARY).collect();
    for path in paths {
        let slug = path["history/".len()..].trim_end_matches(".yml");
        let Some(monitor) = monitors.iter_mut().find(|monitor| monitor.slug == slug) else {
            log.add(Finding::LeftOut, path, "no site has this slug");
            continue;
        };
        let Some(node) = yaml_of(files, path, log) else { continue };
        let day = |key: &str| {
            let at = moment::whole(node.text_of(key)?, Zone::UTC)?.instant(Zone::UTC, None).ok()?;
            Some(Zone::UTC.day_of(at))
        };
        (monitor.first, monitor.last) = (day("startTime"), day("lastUpdated"));
    }
}
