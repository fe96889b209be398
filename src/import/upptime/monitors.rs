//! The monitored sites: configuration, summary, and a file each.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::edit::slug;
use crate::import::html;
use crate::import::json::{ItemReader, Json};
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
#[serde(default)]
struct Summary {
    name: String,
    slug: String,
    url: String,
    /// Minutes down; days without any are missing.
    #[serde(skip)]
    minutes: BTreeMap<Day, i64>,
    /// Its line in the summary, from 1.
    #[serde(skip)]
    line: usize,
}

const CONFIG: &str = ".upptimerc.yml";
const SUMMARY: &str = "history/summary.json";

/// The sites of the configuration, else of the summary, in their order.
pub(super) fn read(files: &BTreeMap<String, Vec<u8>>, log: &mut ImportLog) -> Vec<Monitor> {
    let summaries = summaries(files, log);
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
    for summary in summaries.into_iter().rev() {
        match monitors.iter_mut().find(|monitor| monitor.slug == summary.slug) {
            Some(monitor) => monitor.minutes = summary.minutes,
            None => {
                let (line, slug) = (summary.line, &summary.slug);
                let text =
                    format!("line {line}: no site has the slug `{slug}`, whose minutes down are left out");
                log.add(Finding::LeftOut, SUMMARY, text);
            }
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
    let mut reader = ItemReader::default();
    let items = match text::decoded(bytes).and_then(|text| Json::of(text).map_err(|why| why.to_string())) {
        Ok(json) => reader.list("the summary", Some(json)),
        Err(why) => {
            reader.wrong.push(format!("this is not a summary of Upptime: {why}"));
            Vec::new()
        }
    };
    let summaries = items.into_iter().filter_map(|(name, item)| summary(&name, item, &mut reader)).collect();
    reader.wrong.into_iter().for_each(|why| log.add(Finding::Unsettled, SUMMARY, why));
    summaries
}

/// An entry of the summary, day by day.
fn summary(name: &str, json: Json<'_>, reader: &mut ItemReader) -> Option<Summary> {
    let mut summary: Summary = reader.item_but(name, json, &["dailyMinutesDown"])?;
    summary.line = json.line;
    let Some(days) = json.get("dailyMinutesDown") else { return Some(summary) };
    let slug = &summary.slug;
    let Some(entries) = days.entries() else {
        reader.leave_out(days.line, &format!("`dailyMinutesDown` of `{slug}` is no object and is left out"));
        return Some(summary);
    };
    for (text, count) in entries.into_iter().filter(|(_, count)| !count.is_null()) {
        let why = match (written::parse_day(&text), count.value().ok().and_then(|count| count.as_i64())) {
            (Ok(day), Some(minutes)) => {
                summary.minutes.extend((minutes > 0).then_some((day, minutes)));
                continue;
            }
            (Err(_), _) => format!("`{text}` is not a day"),
            (Ok(_), None) => format!("`{text}` of `{slug}` has `{}`, not minutes", count.text()),
        };
        reader.leave_out(count.line, &why);
    }
    Some(summary)
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
