//! Writes a history as files: reports, recorded downtime and additions to site.toml.

use std::collections::{BTreeMap, BTreeSet};

use crate::edit::front;
use crate::edit::site::with_tables;
use crate::edit::{slug, update, written};
use crate::import::existing::ExistingSite;
use crate::import::history::{History, Report, Update};
use crate::import::ids::IdMap;
use crate::import::log::{Finding, ImportLog};
use crate::import::verify;
use crate::model::state::State;
use crate::model::uptime::Recorded;
use crate::parse::keys;
use crate::source::SourcePath;
use crate::time::{Day, Instant, Zone};

#[derive(Clone, Debug, Default)]
pub struct Files {
    /// New files; without site.toml.
    pub files: BTreeMap<SourcePath, String>,
    /// `[[groups]]` and `[[components]]` to append to site.toml.
    pub tables: Vec<String>,
    pub log: ImportLog,
}

/// The files of a history, times written in `zone`. Reports whose `id` the site has already are left out.
pub fn files(history: &History, existing: &ExistingSite, zone: Zone) -> Files {
    let names = IdMap::new(history, existing);
    let mut files = Files { log: history.log.clone(), ..Files::default() };
    files.tables = names.tables(history);
    let mut slugs = SlugMap::new(existing);
    for report in &history.reports {
        if report.id.as_ref().is_some_and(|id| existing.reports.contains_key(id)) {
            continue;
        }
        files.add(report, &names, &mut slugs, zone);
    }
    for (key, days) in &history.downtime {
        let path = SourcePath::new(format!("content/downtime/{}.csv", names.component(key)));
        files.log.add(Finding::Made, path.as_str(), format!("{} recorded days", days.len()));
        files.files.insert(path, downtime(days));
    }
    files
}

impl Files {
    fn add(&mut self, report: &Report, names: &IdMap, slugs: &mut SlugMap, zone: Zone) {
        let Some(began) = report.began() else {
            let text = "the source does not say when it was; add it by hand";
            self.log.add(Finding::Unsettled, &report.source, format!("“{}”: {text}", report.title));
            return;
        };
        let day = zone.day_of(began);
        let slug = slugs.take(report, day);
        let path = SourcePath::new(slug::path(report.kind, day, &slug));
        let after = report.after.as_ref().and_then(|id| slugs.by_id.get(id).cloned());
        let text = text(report, names, after.as_deref(), zone);
        if let Err(why) = verify::reads_back(report, names, &path, &text) {
            let why = format!("{path} does not read back as it was meant: {why}");
            self.log.add(Finding::Unsettled, &report.source, why);
        }
        self.log.add(Finding::Made, &report.source, path.as_str());
        self.files.insert(path, text);
    }
}

/// Slugs in use, and slugs of reports by id.
struct SlugMap {
    taken: BTreeSet<String>,
    by_id: BTreeMap<String, String>,
}

impl SlugMap {
    fn new(existing: &ExistingSite) -> Self {
        Self { taken: existing.slugs.clone(), by_id: existing.reports.clone() }
    }

    fn take(&mut self, report: &Report, day: Day) -> String {
        let slug = slug::slug(day, &report.title, report.kind, |slug| self.taken.contains(slug));
        self.taken.insert(slug.clone());
        if let Some(id) = &report.id {
            self.by_id.insert(id.clone(), slug.clone());
        }
        slug
    }
}

fn text(report: &Report, names: &IdMap, after: Option<&str>, zone: Zone) -> String {
    let mut text = format!("+++\n{}+++\n", front_matter(report, names, after, zone));
    for update in &report.updates {
        text.push_str(&section(update, names, zone));
    }
    if let Some(postmortem) = &report.postmortem {
        let at = postmortem.at.map_or(String::new(), |at| format!(", {}", written::time(at, zone)));
        text.push_str(&format!("\n# Postmortem{at}\n\n{}\n", postmortem.body));
    }
    text
}

fn section(update: &Update, names: &IdMap, zone: Zone) -> String {
    let mut text = format!("\n## {}, {}\n", update::word(update.status), written::time(update.at, zone));
    for (key, state) in &update.states {
        text.push_str(&format!("{}: {state}\n", names.component(key)));
    }
    if let Some(id) = &update.id {
        text.push_str(&format!("id: {id}\n"));
    }
    // The empty line keeps the first words from being read as a setting.
    if !update.body.is_empty() {
        text.push_str(&format!("\n{}\n", update.body));
    }
    text
}

fn front_matter(report: &Report, names: &IdMap, after: Option<&str>, zone: Zone) -> String {
    let text = |text: &str| Some(front::text(text));
    let texts = |all: &[String]| (!all.is_empty()).then(|| front::texts(all));
    let time = |at: Instant| written::time(at, zone);
    let flag = |is_written: bool, value: &str| is_written.then(|| value.to_owned());
    let is_said_below = report.updates.iter().any(|update| !update.states.is_empty());
    let has_components = !report.components.is_empty() || !is_said_below;
    let values = [
        ("title", text(&report.title)),
        ("components", has_components.then(|| components(&report.components, names))),
        ("started", report.started.map(time)),
        ("ended", report.ended.map(time)),
        ("from", report.plan.map(|plan| time(plan.from))),
        ("to", report.plan.map(|plan| time(plan.to))),
        ("announced", report.plan.and_then(|plan| plan.announced).map(time)),
        ("automatic", flag(report.plan.is_some_and(|plan| !plan.automatic), "false")),
        ("impact", report.impact.and_then(|impact| text(impact.as_str()))),
        ("after", after.and_then(text)),
        ("tags", texts(&report.tags)),
        ("aliases", texts(&report.aliases)),
        ("id", report.id.as_deref().and_then(text)),
        ("feed_id", report.feed_id.as_deref().and_then(text)),
        ("draft", flag(report.draft, "true")),
    ];
    front::set_all("", keys::front_matter(report.kind), values)
}

/// A table if all components have states, else a list; an empty table for no component, which silences the check for
/// missing components.
fn components(components: &[(String, Option<State>)], names: &IdMap) -> String {
    let id = |key: &str| names.component(key).to_owned();
    let states: Option<Vec<_>> =
        components.iter().map(|(key, state)| Some((id(key), (*state)?.to_string()))).collect();
    states.map_or_else(|| front::texts(components.iter().map(|(key, _)| id(key))), front::table)
}

fn downtime(days: &BTreeMap<Day, Recorded>) -> String {
    let mut text =
        "date,degraded_performance,partial_outage,major_outage,under_maintenance,mode\n".to_owned();
    for (day, Recorded { seconds, replaces }) in days {
        let mode = if *replaces { "replace" } else { "add" };
        text.push_str(&format!(
            "{day},{},{},{},{},{mode}\n",
            seconds.degraded_performance,
            seconds.partial_outage,
            seconds.major_outage,
            seconds.under_maintenance
        ));
    }
    text
}

/// site.toml with the page's settings that it lacks, then the new tables.
pub fn site_toml(text: &str, history: &History, tables: &[String]) -> String {
    let zone = history.site.zone.map(|zone| zone.name().to_owned());
    let mut text = text.to_owned();
    for (key, value) in [("time_zone", zone), ("page_id", history.site.page_id.clone())] {
        if let Some(value) = value.filter(|_| !front::has(&text, key)) {
            text = front::set(&text, keys::SITE, key, &front::text(&value));
        }
    }
    if tables.is_empty() { text } else { with_tables(&text, tables) }
}
