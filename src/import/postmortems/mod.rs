//! A folder of postmortems as teams keep them: Markdown with or without front matter.
//!
//! Invariant: nothing is known of an incident but what its text says; the rest is a list for a person.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use crate::edit::slug;
use crate::import::address;
use crate::import::existing::ExistingSite;
use crate::import::front_matter::{self, Document};
use crate::import::history::{Component, History, Image, Postmortem, Report};
use crate::import::html;
use crate::import::lives;
use crate::import::log::{Finding, ImportLog};
use crate::import::markdown::{self, Origin};
use crate::import::postmortems::bounds::Bounds;
use crate::import::postmortems::facts::{Fact, Facts};
use crate::import::text;
use crate::model::report::Kind;
use crate::time::{Day, Zone};

mod bounds;
mod facts;

/// Files of a folder that are no postmortem, by the start of their names in lower case.
const OTHERS: [&str; 7] = ["readme", "index", "_index", "template", "contributing", "license", "summary"];

/// The most bytes of a title; a longer heading is a paragraph.
const LONGEST_TITLE: usize = 500;

/// The history of a folder's files by path; times are read in `zone`.
pub fn history(files: &BTreeMap<String, Vec<u8>>, zone: Zone, existing: &ExistingSite) -> History {
    let mut history = History::default();
    let (mut ids, mut postmortems, mut others) = (BTreeSet::new(), Vec::new(), Vec::new());
    for (path, bytes) in files {
        let name = path.rsplit('/').next().unwrap_or_default().to_lowercase();
        if name.starts_with('.') {
            continue;
        }
        let stem = name.strip_suffix(".md").or_else(|| name.strip_suffix(".markdown"));
        if stem.is_none_or(|stem| OTHERS.iter().any(|other| stem.starts_with(other))) {
            let why =
                if stem.is_some() { "this is no postmortem by its name" } else { "this is no Markdown" };
            others.push((path, why));
            continue;
        }
        postmortems.push((path, bytes, id(path, &mut ids)));
    }
    let read = postmortems.into_par_iter().map(|(path, bytes, id)| {
        let mut reader = Reader { path, files, zone, log: ImportLog::default() };
        (reader.read(bytes, id), reader.log)
    });
    for (report, log) in read.collect::<Vec<_>>() {
        report.iter().for_each(|report| add_components(report, &mut history));
        existing.add(report, log, &mut history);
    }
    let images = history.reports.iter().flat_map(|report| report.images.values());
    let shown: BTreeSet<&str> = images.map(|image| image.path.as_str()).collect();
    for (path, why) in others.into_iter().filter(|(path, _)| !shown.contains(path.as_str())) {
        history.log.add(Finding::LeftOut, path, why);
    }
    lives::set(&mut history, None, zone);
    history
}

/// An id from the path, each once.
fn id(path: &str, ids: &mut BTreeSet<String>) -> String {
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem).to_lowercase();
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-');
    let first: String = stem.chars().map(|c| if fits(c) { c } else { '-' }).collect();
    let id = slug::free(first.trim_start_matches('.').to_owned(), |id| ids.contains(id));
    ids.insert(id.clone());
    id
}

/// A component is called by its name.
fn add_components(report: &Report, history: &mut History) {
    for (name, _) in &report.components {
        if !history.site.components.iter().any(|component| component.key == *name) {
            history.site.components.push(Component::new(name, name));
        }
    }
}

struct Reader<'a> {
    path: &'a str,
    files: &'a BTreeMap<String, Vec<u8>>,
    zone: Zone,
    log: ImportLog,
}

impl Reader<'_> {
    fn say(&mut self, finding: Finding, text: impl Into<String>) {
        self.log.add(finding, self.path, text);
    }

    fn read(&mut self, bytes: &[u8], id: String) -> Option<Report> {
        let text = match text::of(bytes) {
            Ok(text) => text,
            Err(why) => {
                self.say(Finding::Unsettled, why);
                return None;
            }
        };
        match front_matter::read(&text, &[]) {
            Ok(document) => self.report(&document, id),
            Err(why) => {
                self.say(Finding::Unsettled, why);
                None
            }
        }
    }

    fn report(&mut self, document: &Document<'_>, id: String) -> Option<Report> {
        let facts = facts::facts(document);
        let (title, body) = self.title(document, &facts);
        let mut report = Report::new(self.path, Kind::Incident, &title);
        let (named, zone) = (self.day_of_name(), self.zone);
        let text = bounds::Text { path: self.path, body: document.body, facts: &facts, named, zone };
        let Bounds { times, mut missing, log } = text.bounds();
        self.log.entries.extend(log.entries);
        let Some((from, to)) = times else {
            let why = match facts.all(&facts::DAY).first() {
                Some(Fact { line, key, text }) => {
                    format!(
                        "line {line}: “{title}” is left out: `{key}`: `{text}` is not a certain day: write it as `YEAR-MONTH-DAY`"
                    )
                }
                None => {
                    format!("line 1: “{title}” is left out: write `date: YEAR-MONTH-DAY` in front matter")
                }
            };
            self.say(Finding::Unsettled, format!("{why}, and import again"));
            return None;
        };
        (report.started, report.ended) = (Some(from), Some(to));
        self.components(&facts, &mut report);
        if report.components.is_empty() {
            report.components_unknown = true;
            missing.push("`components`");
        }
        report.tags = facts.list(&facts::TAGS);
        report.id = Some(id);
        report.draft = document.front.get("draft").and_then(|node| node.flag()) == Some(true);
        report.postmortem = self.postmortem(body, &mut report);
        for (key, line) in facts.others() {
            self.say(Finding::LeftOut, format!("line {line}: the key `{key}` is left out"));
        }
        if !missing.is_empty() {
            self.say(Finding::Unsettled, format!("line 1: fill in {}", missing.join(", ")));
        }
        Some(report)
    }

    /// The title, and the body without its heading.
    fn title<'t>(&mut self, document: &Document<'t>, facts: &Facts<'_>) -> (String, &'t str) {
        let body = document.body.trim_start();
        let (line, rest) = body.split_once('\n').unwrap_or((body, ""));
        let heading =
            line.strip_prefix("# ").map(|title| without_label(&html::to_line(title.trim_end_matches('#'))));
        let front = document.front.get("title").and_then(|_| facts.text(&facts::TITLE)).map(html::to_line);
        match (front, heading) {
            (Some(front), Some(heading)) if front == heading => (front, rest),
            (Some(front), _) => (front, body),
            (None, Some(heading)) if (1..=LONGEST_TITLE).contains(&heading.len()) => (heading, rest),
            (None, heading) => {
                let body = if heading == Some(String::new()) { rest } else { body };
                let name = self.path.rsplit('/').next().unwrap_or_default();
                let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
                let words =
                    stem.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '-' | '_' | '.'));
                let words = html::to_line(&words.replace(['-', '_'], " "));
                let title = if words.is_empty() { "Incident".to_owned() } else { words };
                self.say(Finding::Guessed, format!("there is no title: “{title}”, from the file's name"));
                (title, body)
            }
        }
    }

    /// The day in the file's name, or in a folder's.
    fn day_of_name(&self) -> Option<Day> {
        self.path.rsplit('/').find_map(|part| {
            let starts = part.char_indices().map(|(at, _)| at);
            let days = starts.filter_map(|at| Day::parse(part.get(at..at + 10)?));
            days.into_iter().find(|day| crate::time::written::check_year(*day).is_ok())
        })
    }

    fn components(&mut self, facts: &Facts<'_>, report: &mut Report) {
        for name in facts.list(&facts::COMPONENTS) {
            let name = html::to_line(&name);
            if name.is_empty() || report.components.iter().any(|(known, _)| *known == name) {
                continue;
            }
            self.say(Finding::Guessed, format!("“{name}” is a component; its state is not known"));
            report.components.push((name, None));
        }
    }

    fn postmortem(&mut self, body: &str, report: &mut Report) -> Option<Postmortem> {
        let page = address::of_file(self.path);
        let origin = Origin { page: &page, line_ends_break: false };
        let converted = markdown::converted(body, origin);
        let part = markdown::part(&converted.markdown, origin);
        let mut images = std::mem::take(&mut report.images);
        let placed = markdown::placed(&part, |path| self.image(path, &mut images));
        report.images = images;
        for text in converted.dropped.into_iter().chain(placed.dropped) {
            self.say(Finding::LeftOut, text);
        }
        let body = placed.markdown;
        (!body.is_empty()).then_some(Postmortem { at: None, is_draft: false, body })
    }

    /// The name beside the report of an image in the folder.
    fn image(&mut self, path: &str, images: &mut BTreeMap<String, Image>) -> Option<String> {
        let bytes = self.files.get(path).filter(|_| is_image(path))?;
        if let Some((name, _)) = images.iter().find(|(_, image)| image.path == path) {
            return Some(name.clone());
        }
        let (stem, ending) = path.rsplit('/').next()?.rsplit_once('.')?;
        let name =
            slug::component_id(stem, |name| images.keys().any(|it| it.starts_with(&format!("{name}."))));
        let name = format!("{name}.{}", ending.to_ascii_lowercase());
        let image = Image { path: path.to_owned(), bytes: Arc::from(bytes.as_slice()) };
        images.insert(name.clone(), image);
        Some(name)
    }
}

/// Whether a file is copied beside the report that shows it; SVG is left out, since it may run scripts.
pub fn is_image(path: &str) -> bool {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    matches!(ending.as_str(), "png" | "jpg" | "jpeg" | "gif" | "webp" | "avif")
}

/// A title without `Postmortem:` before it.
fn without_label(title: &str) -> String {
    let label = title.split_once(':').filter(|(label, rest)| {
        let label = label.to_lowercase().replace(['-', ' '], "");
        matches!(label.as_str(), "postmortem" | "incidentreport" | "postmortemreport")
            && !rest.trim().is_empty()
    });
    label.map_or(title, |(_, rest)| rest.trim()).to_owned()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::history;
    use crate::import::existing::ExistingSite;
    use crate::import::fate::{Destination, Mode};
    use crate::import::log::Finding;
    use crate::import::record::Record;
    use crate::import::write;
    use crate::time::Zone;

    #[track_caller]
    fn check(files: &[(&str, &str)], expected: &str, expected_log: &[&str]) {
        let files: BTreeMap<String, Vec<u8>> =
            files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
        let existing = ExistingSite::default();
        let record = Record::default();
        let destination = Destination {
            existing: &existing,
            record: &record,
            kind: "markdown",
            mode: Mode::Add,
            zone: Zone::UTC,
        };
        let files = write::files(&history(&files, Zone::UTC, &existing), &destination);
        let text: String = files.files.values().map(String::as_str).collect();
        assert_eq!(text, expected);
        let log = files.log.entries.iter().filter(|entry| entry.finding != Finding::Made);
        let log: Vec<String> = log.map(|entry| format!("{:?}: {}", entry.finding, entry.text)).collect();
        assert_eq!(log, expected_log);
    }

    #[test]
    fn front_matter_and_tables_tell_the_times() {
        check(
            &[(
                "2024/2024-05-05-API down.md",
                "---\ntitle: API down\ntags: [disk]\nauthor: A. N.\n---\n# Summary\n\n| Started | 14:05 |\n|---|---|\n| Resolved | 15:10 UTC |\n\nx<br>y <b>z</b>\n",
            )],
            "+++\ntitle = \"API down\"\nstarted = 2024-05-05 14:05:00Z\nended = 2024-05-05 15:10:00Z\ntags = [\"disk\"]\nid = \"2024-2024-05-05-api-down\"\n+++\n\n# Postmortem\n\n### Summary\n\n| Started  | 14:05     |\n| -------- | --------- |\n| Resolved | 15:10 UTC |\n\nx\\\ny **z**\n",
            &["LeftOut: line 4: the key `author` is left out", "Unsettled: line 1: fill in `components`"],
        );
    }

    #[test]
    fn a_timeline_tells_the_times() {
        check(
            &[
                (
                    "disk.md",
                    "# Postmortem: Disk full\n\nDate: 2024-05-05\n\nServices: API, Web\n\n## Timeline\n\n- **14:05** - alert ![graph](g.png) [b](b.md)\n- **15:10** - over\n",
                ),
                ("g.png", "x"),
                ("README.md", "x"),
            ],
            "+++\ntitle = \"Disk full\"\ncomponents = [\"api\", \"web\"]\nstarted = 2024-05-05 14:05:00Z\nended = 2024-05-05 15:10:00Z\nid = \"disk\"\n+++\n\n# Postmortem\n\nDate: 2024-05-05\n\nServices: API, Web\n\n### Timeline\n\n- **14:05** - alert ![graph](<g.png>) b\n- **15:10** - over\n",
            &[
                "Guessed: `started` and `ended` are taken from “- **14:05** - alert ![graph](g.png) [b](b.md)” and what follows it",
                "Guessed: “API” is a component; its state is not known",
                "Guessed: “Web” is a component; its state is not known",
                "LeftOut: the target `b.md` of a link or image leads nowhere: its text is kept",
                "LeftOut: this is no postmortem by its name",
            ],
        );
    }

    #[test]
    fn a_date_with_a_time_is_the_beginning() {
        let started = |front: &str, expected: (&str, &str), expected_log: &[&str]| {
            let (from, to) = expected;
            check(
                &[("a.md", &format!("---\ntitle: A\nservices: []\n{front}---\nx\n"))],
                &format!(
                    "+++\ntitle = \"A\"\nstarted = 2024-05-05 {from}Z\nended = 2024-05-05 {to}Z\nid = \"a\"\n+++\n\n# Postmortem\n\nx\n"
                ),
                expected_log,
            );
        };
        let components = "Unsettled: line 1: fill in `components`";
        for front in [
            "date: 2024-05-05T10:00:00+02:00\nended: 2024-05-05T11:00:00+02:00\n",
            "date: \"2024-05-05 08:00\"\nresolved: \"09:00\"\n",
        ] {
            let guessed = "Guessed: line 4: `started` is taken from `date`";
            started(front, ("08:00:00", "09:00:00"), &[guessed, components]);
        }
        started(
            "date: 2024-05-05 18:00\nstarted: 08:00\nended: 09:00\n",
            ("08:00:00", "09:00:00"),
            &[components],
        );
        started(
            "date: 2024-05-05 08:00\nended: 05/04/2024\n",
            ("08:00:00", "08:00:00"),
            &[
                "Guessed: line 4: `started` is taken from `date`",
                "Unsettled: line 5: `ended`: `05/04/2024` is not a certain time",
                "Unsettled: line 1: fill in `ended`, `components`",
            ],
        );
    }

    #[test]
    fn times_that_contradict_each_other_are_told() {
        let front = "---\ntitle: A\nstarted: 2024-05-10T10:00:00Z\nended: 2024-05-10T09:00:00Z\n---\n";
        let text = |from: &str, to: &str, body: &str| {
            format!(
                "+++\ntitle = \"A\"\nstarted = 2024-05-10 {from}Z\nended = 2024-05-10 {to}Z\nid = \"a\"\n+++\n\n# Postmortem\n\n{body}\n"
            )
        };
        let told = "Unsettled: line 4: `ended`: `2024-05-10T09:00:00Z` is before `started`: `2024-05-10T10:00:00Z`: correct the report";
        let missing = "Unsettled: line 1: fill in `components`";
        check(&[("a.md", &format!("{front}x\n"))], &text("10:00:00", "10:00:00", "x"), &[told, missing]);
        let timeline = "- 10:10 - a\n- 10:20 - b";
        check(
            &[("a.md", &format!("{front}{timeline}\n"))],
            &text("10:10:00", "10:20:00", timeline),
            &[
                "Guessed: `started` and `ended` are taken from “- 10:10 - a” and what follows it",
                told,
                missing,
            ],
        );
    }

    #[test]
    fn what_a_person_must_fill_in_is_listed() {
        check(
            &[("2024-05-05_big-bang.md", "It hurt.\n"), ("undated.md", "# No day\n\nx\n")],
            "+++\ntitle = \"big bang\"\nstarted = 2024-05-05 00:00:00Z\nended = 2024-05-05 00:00:00Z\nid = \"2024-05-05_big-bang\"\n+++\n\n# Postmortem\n\nIt hurt.\n",
            &[
                "Guessed: there is no title: “big bang”, from the file's name",
                "Unsettled: line 1: fill in `started`, `ended`, `components`",
                "Unsettled: line 1: “No day” is left out: write `date: YEAR-MONTH-DAY` in front matter, and import again",
            ],
        );
        check(
            &[(
                "a.md",
                "---\ndate: 2023-06-07\nstarted: 2023-06-07 10:00 PDT\nended: 2023-06-07T19:00:00Z\n---\n# A\n\nx\n",
            )],
            "+++\ntitle = \"A\"\nstarted = 2023-06-07 19:00:00Z\nended = 2023-06-07 19:00:00Z\nid = \"a\"\n+++\n\n# Postmortem\n\nx\n",
            &[
                "Unsettled: line 3: `started`: `2023-06-07 10:00 PDT` has a zone `PDT` that Etc/UTC does not use",
                "Unsettled: line 1: fill in `started`, `components`",
            ],
        );
        let told = "Unsettled: line 2: “A” is left out: `date`: `2024-02-30` is not a certain day: write it as `YEAR-MONTH-DAY`, and import again";
        check(&[("a.md", "---\ndate: 2024-02-30\n---\n# A\n\nx\n")], "", &[told]);
    }

    #[test]
    fn a_heading_without_words_or_of_too_many_is_no_title() {
        let long = "long ".repeat(101);
        let long = long.trim_end();
        let report = |body: &str| {
            format!(
                "+++\ntitle = \"disk\"\nstarted = 2024-05-05 00:00:00Z\nended = 2024-05-05 00:00:00Z\nid = \"2024-05-05-disk\"\n+++\n\n# Postmortem\n\n{body}\n"
            )
        };
        for (heading, body) in [("", "x".to_owned()), (long, format!("### {long}\n\nx"))] {
            check(
                &[("2024-05-05-disk.md", &format!("# {heading}\n\nx\n"))],
                &report(&body),
                &[
                    "Guessed: there is no title: “disk”, from the file's name",
                    "Unsettled: line 1: fill in `started`, `ended`, `components`",
                ],
            );
        }
    }
}
