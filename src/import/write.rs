//! Writes a history as files: reports, recorded downtime and additions to site.toml.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use crate::digest::Digest;
use crate::edit::front;
use crate::edit::site::with_tables;
use crate::edit::{slug, update, written};
use crate::import::clean;
use crate::import::distinct::{comparable, distinct};
use crate::import::existing::{ExistingFile, ExistingSite};
use crate::import::fate::{self, Destination, Existing, Fate, Mode};
use crate::import::history::{History, Report, Update};
use crate::import::ids::IdMap;
use crate::import::lives;
use crate::import::log::{Finding, ImportLog};
use crate::import::record::{self, Record};
use crate::import::slugs::{SlugMap, address};
use crate::import::text::line_at;
use crate::import::verify;
use crate::model::report::Kind;
use crate::model::state::State;
use crate::model::uptime::Recorded;
use crate::parse::draft::ReportDraft;
use crate::parse::files::{self, Role};
use crate::parse::keys;
use crate::source::SourcePath;
use crate::time::{Day, Instant, Zone};

#[derive(Clone, Debug, Default)]
pub struct Files {
    /// New and rewritten files; without site.toml and the record.
    pub files: BTreeMap<SourcePath, String>,
    /// New and changed images beside reports.
    pub images: BTreeMap<SourcePath, Arc<[u8]>>,
    /// `[[groups]]` and `[[components]]` to append to site.toml.
    pub tables: Vec<String>,
    /// Ids in these tables that stand for a missing name.
    pub unnamed: Vec<String>,
    /// The reports of these files as they are read.
    pub drafts: Vec<Arc<ReportDraft>>,
    /// The record with these files.
    pub record: Record,
    pub log: ImportLog,
}

/// The reports of a history, and its components and groups.
pub fn reports(history: &History, destination: &Destination<'_>) -> Files {
    let names = IdMap::new(history, destination);
    let mut files = Files { record: destination.record.clone(), ..Files::default() };
    names.record(&mut files.record, destination.kind);
    files.tables = names.tables(history);
    files.unnamed = names.unnamed(history);
    for text in names.renamed(history, destination.existing) {
        files.log.add(Finding::Kept, "site.toml", text);
    }
    lives::check(history, destination, &names, &mut files.log);
    let reports = distinct(&history.reports, destination.existing, &mut files.log);
    let slugs = SlugMap::new(&reports, destination);
    let mut writer = Writer { destination, slugs, names, files };
    let placed: Vec<_> = reports.iter().filter_map(|report| writer.place(report)).collect();
    let made: Vec<_> = placed.into_par_iter().map(|placed| writer.made(placed)).collect();
    for made in made {
        writer.add_report(made);
    }
    writer.files
}

/// Adds the recorded days of a history to its reports.
pub fn add_downtime(history: &History, destination: &Destination<'_>, files: &mut Files) {
    let names = IdMap::new(history, destination);
    for (key, days) in &history.downtime {
        files.add_downtime((names.component(key), key), days, destination);
    }
}

/// All files of a history, and its log.
#[cfg(test)]
pub fn files(history: &History, destination: &Destination<'_>) -> Files {
    let mut files = reports(history, destination);
    add_downtime(history, destination, &mut files);
    files.log.entries.splice(0..0, history.log.entries.iter().cloned());
    files
}

/// A report, what the site has of it, and its file.
type Placed<'r> = (&'r Report, Existing, SourcePath);

struct MadeReport<'r> {
    report: &'r Report,
    path: SourcePath,
    text: String,
    draft: Option<ReportDraft>,
    fate: Fate,
    log: ImportLog,
}

struct Writer<'a> {
    destination: &'a Destination<'a>,
    names: IdMap,
    slugs: SlugMap,
    files: Files,
}

impl Writer<'_> {
    /// The report's file, which another report may refer to.
    fn place<'r>(&mut self, report: &'r Report) -> Option<Placed<'r>> {
        let Some(began) = report.began() else {
            let text = "the source does not say when it was; add it by hand";
            let text = format!("“{}”: {text}", report.title);
            self.files.log.add(Finding::Unsettled, &report.source, text);
            return None;
        };
        let found = fate::of_report(self.destination, report.id.as_deref(), key(report));
        let zone = self.destination.zone;
        let path = match &found {
            Existing::Nothing => {
                let slug = self.slugs.take(report, began, zone);
                let path = slug::path(report.kind, zone.day_of(began), &slug);
                SourcePath::new(if report.images.is_empty() { path } else { in_folder(&path) })
            }
            Existing::Deleted(path) | Existing::File(ExistingFile { path, .. }) => path.clone(),
        };
        self.slugs.addresses.extend(address(&path));
        Some((report, found, path))
    }

    /// The text of a report's file, and what becomes of the file.
    fn made<'r>(&self, (report, found, path): Placed<'r>) -> MadeReport<'r> {
        let mut log = ImportLog::default();
        let mut cleaned = clean::cleaned(report, &mut log);
        let own = address(&path);
        cleaned.aliases.retain(|alias| Some(comparable(alias)) != own);
        let ExistingSite { aliases, pages, .. } = self.destination.existing;
        let owner = |alias: &str| {
            let is_other = self.slugs.addresses.contains(alias)
                || aliases.get(alias).is_some_and(|owner| *owner != path);
            let is_page = pages.contains(alias);
            is_other.then_some("report").or(is_page.then_some("page of the site"))
        };
        clean::drop_addresses(&mut cleaned, owner, &mut log);
        let after = cleaned.after.as_ref().and_then(|id| self.slugs.by_id.get(id).cloned());
        let text = text(&cleaned, &self.names, after.as_deref(), self.destination.zone);
        let reads_back =
            |text: &str| verify::reads_back(&cleaned, (&self.names, after.as_deref()), &path, text);
        let fate = self.fate(report, &path, (&text, &found), &|old| reads_back(old).is_ok());
        let is_written = matches!(fate, Fate::New | Fate::Rewritten);
        let draft = is_written.then(|| reads_back(&text)).and_then(|read| {
            let why = |why| format!("{path} does not read back as it was meant: {why}");
            read.map_err(|it| log.add(Finding::Unsettled, &report.source, why(it))).ok()
        });
        MadeReport { report, path, text, draft, fate, log }
    }

    fn fate(
        &self,
        report: &Report,
        path: &SourcePath,
        (text, found): (&str, &Existing),
        says_the_same: &dyn Fn(&str) -> bool,
    ) -> Fate {
        let fate = fate::fate(self.destination, (path, key(report)), record::digest(text.as_bytes()), found);
        // Another form of the same facts, such as times in another zone, is no change.
        let old = self.destination.existing.texts.get(path).and_then(|bytes| std::str::from_utf8(bytes).ok());
        let is_of_kind = files::role(path) == Role::Report(report.kind);
        match fate {
            Fate::Rewritten | Fate::Kept(_) if old.is_some_and(says_the_same) => Fate::Untouched,
            Fate::Rewritten if !is_of_kind => Fate::Stuck(match report.kind {
                Kind::Incident => {
                    "the source calls this an incident now: move it to `content/incidents/`, and import again"
                }
                Kind::Maintenance => {
                    "the source calls this a maintenance now: move it to `content/maintenance/`, and import again"
                }
            }),
            Fate::Rewritten if !report.images.is_empty() && path.file_name() != INDEX => Fate::Stuck(
                "this has images in the source now: move it to `index.md` in a folder of its name, and import again",
            ),
            fate => fate,
        }
    }

    fn add_report(&mut self, made: MadeReport<'_>) {
        let MadeReport { report, path, text, draft, fate, log } = made;
        self.files.log.entries.extend(log.entries);
        self.files.drafts.extend(draft.map(Arc::new));
        let digest = record::digest(text.as_bytes());
        let is_written =
            self.files.take((&report.source, key(report)), (&path, digest), fate, self.destination);
        self.add_images(report, &path, fate);
        if is_written {
            self.files.files.insert(path, text);
        }
    }

    /// Images are files of their own: one changes without its report, and a person may have replaced it.
    fn add_images(&mut self, report: &Report, beside: &SourcePath, of_report: Fate) {
        let has_folder = beside.file_name() == INDEX && self.destination.existing.paths.contains(beside);
        for (name, image) in &report.images {
            let path = SourcePath::new(format!("{}/{name}", beside.folder()));
            let key = format!("{} in {}", image.path, key(report));
            let digest = record::digest(&image.bytes);
            let found = fate::of_image(self.destination, &path);
            let is_shown = matches!(of_report, Fate::New | Fate::Rewritten);
            let fate = match fate::fate(self.destination, (&path, &key), digest, &found) {
                // A report that stays as it is shows no new image.
                Fate::New if !is_shown && of_report != Fate::Same => continue,
                Fate::Untouched if is_shown => Fate::Kept("is there already: left as it is"),
                fate => fate,
            };
            if self.files.take((&image.path, &key), (&path, digest), fate, self.destination) {
                self.files.images.insert(path, Arc::clone(&image.bytes));
            }
        }
        if has_folder && self.destination.mode == Mode::Update {
            self.tell_old_images(report, beside);
        }
    }

    /// Images that an import wrote and that the source no longer shows.
    fn tell_old_images(&mut self, report: &Report, beside: &SourcePath) {
        let Destination { existing, record, kind, .. } = self.destination;
        for path in record.in_folder(kind, beside.folder()).filter(|path| existing.paths.contains(*path)) {
            if path != beside && !report.images.contains_key(path.file_name()) {
                let text = format!("`{path}` stays, which the source no longer shows: remove it by hand");
                self.files.log.add(Finding::Kept, &report.source, text);
            }
        }
    }
}

impl Files {
    /// Adds the days of a component, which has an id and a key. Days that the source no longer tells stay in the file.
    fn add_downtime(
        &mut self,
        (component, key): (&str, &str),
        days: &BTreeMap<Day, Recorded>,
        destination: &Destination<'_>,
    ) {
        let path = SourcePath::new(format!("content/downtime/{component}.csv"));
        let known = destination.existing.downtime.get(component);
        let mut all = known.map(|known| known.days.clone()).unwrap_or_default();
        all.extend(days);
        let key = format!("downtime of {key}");
        let found = fate::of_downtime(destination, known, &path);
        let text = downtime(&all);
        let digest = record::digest(text.as_bytes());
        let fate = fate::fate(destination, (&path, &key), digest, &found);
        let source = format!("{} recorded days", days.len());
        if self.take((&source, &key), (&path, digest), fate, destination) {
            self.files.insert(path, text);
        }
    }

    /// Whether a file is to be written; logs and records it.
    fn take(
        &mut self,
        (source, key): (&str, &str),
        (path, digest): (&SourcePath, Digest),
        fate: Fate,
        destination: &Destination<'_>,
    ) -> bool {
        let Self { record, log, .. } = self;
        match fate {
            Fate::New => log.add(Finding::Made, source, path.as_str()),
            Fate::Rewritten => log.add(Finding::Updated, source, path.as_str()),
            Fate::Same => {}
            Fate::Kept(why) => {
                log.add(Finding::Kept, source, format!("`{path}` {why}"));
                return false;
            }
            Fate::Stuck(why) => {
                log.add(Finding::Unsettled, path.as_str(), format!("line 1: {why}"));
                return false;
            }
            Fate::Untouched => return false,
        }
        record.add(path, digest, destination.kind, key);
        fate != Fate::Same
    }
}

/// The name of a report that has images beside it.
const INDEX: &str = "index.md";

/// `content/incidents/2024/x/index.md` for `content/incidents/2024/x.md`.
fn in_folder(path: &str) -> String {
    format!("{}/{INDEX}", path.strip_suffix(".md").unwrap_or(path))
}

/// What the source calls a report.
fn key(report: &Report) -> &str {
    report.id.as_deref().unwrap_or(&report.source)
}

fn text(report: &Report, names: &IdMap, after: Option<&str>, zone: Zone) -> String {
    let mut text = format!("+++\n{}+++\n", front_matter(report, names, after, zone));
    for update in &report.updates {
        text.push_str(&section(update, names, zone));
    }
    if let Some(postmortem) = &report.postmortem {
        let at = match postmortem.is_draft {
            true => ", draft".to_owned(),
            false => postmortem.at.map_or(String::new(), |at| format!(", {}", written::time(at, zone))),
        };
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
    let values = [
        ("title", text(&report.title)),
        ("components", report.says_components().then(|| components(&report.components, names))),
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
        ("shortlink", report.shortlink.as_deref().and_then(text)),
        ("draft", flag(report.draft, "true")),
    ];
    front::new(keys::front_matter(report.kind), values)
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

/// site.toml with the page's zone and the settings that it lacks, then the new tables.
pub fn site_toml(text: &str, history: &History, tables: &[String]) -> String {
    let zone = history.site.zone.map(|zone| zone.name().to_owned());
    let mut text = text.to_owned();
    for (key, value) in [("time_zone", zone), ("page_id", history.site.page_id.clone())] {
        if let Some(value) = value.filter(|_| key == "time_zone" || !front::has(&text, key)) {
            text = front::set(&text, keys::SITE, key, &front::text(&value));
        }
    }
    let pairs = history.site.old_feeds.iter().cloned();
    let text = match history.site.old_feeds.is_empty() || front::has(&text, "feeds.also_at") {
        true => text,
        false => front::set_in(&text, "feeds", "also_at", &front::table(pairs)),
    };
    if tables.is_empty() { text } else { with_tables(&text, tables) }
}

/// Asks for the names that the source lacks, at their lines of the new site.toml.
pub fn tell_unnamed(made: &mut Files, site_toml: &str) {
    for id in std::mem::take(&mut made.unnamed) {
        let at = site_toml.rfind(&format!("\nid = {}\n", front::text(&id))).map_or(0, |at| at + 1);
        let line = line_at(site_toml, at) + 1;
        let text =
            format!("line {line}: `{id}` has no name in the source: its id stands for it: write `name`");
        made.log.add(Finding::Unsettled, "site.toml", text);
    }
}

/// Addresses of the old site's feeds that site.toml does not serve, because it has an `also_at` of its own.
pub fn unserved_feeds<'a>(text: &str, history: &'a History) -> Vec<&'a str> {
    let addresses = history.site.old_feeds.iter().map(|(address, _)| address.as_str());
    addresses.filter(|address| !front::has(text, &format!("feeds.also_at.{address}"))).collect()
}
