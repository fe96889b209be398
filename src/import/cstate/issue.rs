//! One issue of cState as a report.

use crate::import::cstate::config::Config;
use crate::import::cstate::course::{Course, Span, course, said_end};
use crate::import::cstate::messages::messages;
use crate::import::cstate::planned;
use crate::import::cstate::shortcodes;
use crate::import::cstate::source::{ISSUES, Source};
use crate::import::front_matter::{self, Document};
use crate::import::history::{Component, History, Plan, Report};
use crate::import::html;
use crate::import::log::{Finding, ImportLog};
use crate::import::markdown::{self, Origin};
use crate::import::moment;
use crate::import::never_began;
use crate::import::text;
use crate::import::yaml::Node;
use crate::model::report::{Impact, Kind, Slug, Status};
use crate::model::state::State;
use crate::time::{Instant, Zone};

/// Keys that are read; `section`, `pin` and `automated` say nothing that we show.
const KEYS: [&str; 14] = [
    "title",
    "date",
    "resolved",
    "resolvedWhen",
    "severity",
    "affected",
    "section",
    "informational",
    "draft",
    "aliases",
    "url",
    "slug",
    "pin",
    "automated",
];

/// Reads an issue's file: its report, whose components are named as the issue names its systems, and the log.
pub(super) fn read(path: &str, bytes: &[u8], source: &Source<'_>) -> (Option<Report>, ImportLog) {
    let text = text::of(bytes);
    let document = text.as_deref().map_err(Clone::clone).and_then(|text| front_matter::read(text, &KEYS));
    match document {
        Ok(document) => {
            let &Source { config, zone, .. } = source;
            let mut issue = Issue { path, config, zone, document: &document, log: ImportLog::default() };
            (issue.report(), issue.log)
        }
        Err(why) => (None, ImportLog::of(Finding::Unsettled, path, why)),
    }
}

/// Replaces the names of a report's systems by their keys; systems that the configuration lacks are added.
pub(super) fn resolve_systems(report: &mut Report, log: &mut ImportLog, history: &mut History) {
    for (name, state) in std::mem::take(&mut report.components) {
        let key = system(&name, &report.source, log, history);
        if !report.components.iter().any(|(known, _)| *known == key) {
            report.components.push((key, state));
        }
    }
}

fn system(name: &str, source: &str, log: &mut ImportLog, history: &mut History) -> String {
    let known = &history.site.components;
    let exact = known.iter().find(|component| component.key == name);
    let similar = known.iter().find(|component| component.key.to_lowercase() == name.to_lowercase());
    if let Some(component) = exact.or(similar) {
        let key = component.key.clone();
        if key != name {
            log.add(Finding::Guessed, source, format!("the system `{name}` is “{key}”"));
        }
        return key;
    }
    let text = format!("the configuration has no system `{name}`: a component that is retired");
    log.add(Finding::Guessed, source, text);
    history.site.components.push(Component::new(name, &html::to_line(name)));
    name.to_owned()
}

struct Issue<'a> {
    path: &'a str,
    config: &'a Config,
    zone: Zone,
    document: &'a Document<'a>,
    log: ImportLog,
}

impl Issue<'_> {
    fn say(&mut self, finding: Finding, text: impl Into<String>) {
        self.log.add(finding, self.path, text);
    }

    fn front(&self) -> &Node {
        &self.document.front
    }

    fn line_of(&self, key: &str) -> usize {
        self.front().get(key).map_or(1, |node| node.line)
    }

    fn stem(&self) -> &str {
        let name = &self.path[ISSUES.len()..];
        let name = name.strip_suffix("/index.md").or_else(|| name.rsplit_once('.').map(|(stem, _)| stem));
        name.unwrap_or_default()
    }

    /// The path of the issue's page on the old site: Hugo's lower case.
    fn address(&self) -> String {
        let front = self.front();
        if let Some(url) = front.text_of("url") {
            return format!("/{}", url.trim_start_matches('/'));
        }
        let stem = front.text_of("slug").map_or(self.stem(), |slug| slug);
        format!("/issues/{}/", stem.to_lowercase().replace(' ', "-"))
    }

    fn report(&mut self) -> Option<Report> {
        if !self.document.has_front {
            self.say(
                Finding::Guessed,
                "this file has no front matter: what is known comes from its name and text",
            );
        }
        let title = self.title();
        let Some(from) = self.begin() else {
            let line = self.line_of("date");
            let text =
                format!("line {line}: “{title}” is left out: add `date` to the issue, then import again");
            self.say(Finding::Unsettled, text);
            return None;
        };
        let (kind, why) = planned::kind(&title, self.document);
        let before = self.log.entries.len();
        let messages = messages(&self.body(), self.zone);
        let said = self.log.entries.split_off(before);
        let (is_over, to) = self.end(from, said_end(&messages, from, self.zone));
        self.log.entries.extend(said);
        let mut report = Report::new(self.path, kind, &title);
        let is_informational = self.flag("informational") == Some(true);
        let to = if is_informational { Some(from) } else { to };
        let span = Span { kind, from, to: to.filter(|_| is_over || is_informational) };
        let course = course(messages, span, self.zone);
        self.contradictions(&course, is_informational);
        self.fill(&mut report, course, span);
        if let Some(why) = never_began::settle(&mut report) {
            let line = self.line_of("date");
            self.say(Finding::Unsettled, format!("line {line}: {why}"));
        }
        self.affect(&mut report, why);
        if is_informational {
            report.impact = Some(Impact::None);
            self.say(
                Finding::Guessed,
                "an informational post is an incident without impact that is over at once",
            );
        }
        self.identify(&mut report);
        self.unknown_keys();
        Some(report)
    }

    fn title(&mut self) -> String {
        if let Some(title) = self.front().text_of("title") {
            return html::to_line(title);
        }
        let name = self.stem().rsplit('/').next().unwrap_or_default();
        let words =
            name.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-').replace(['-', '_'], " ");
        let title = if words.trim().is_empty() { "Issue".to_owned() } else { html::to_line(&words) };
        self.say(Finding::Guessed, format!("there is no `title`: “{title}”, from the file's name"));
        title
    }

    /// `date`, else the day in the file's name.
    fn begin(&mut self) -> Option<Instant> {
        if self.front().get("date").is_some() {
            return self.time("date");
        }
        let name = self.stem().rsplit('/').next().unwrap_or_default().to_owned();
        let day = name.get(..10).and_then(|day| moment::whole(day, self.zone))?;
        let at = day.instant(self.zone, None).ok()?;
        self.say(Finding::Guessed, "there is no `date`: the first moment of the day in the file's name");
        Some(at)
    }

    /// A time of the front matter; what is not certain is said.
    fn time(&mut self, key: &str) -> Option<Instant> {
        let node = self.front().get(key)?;
        let (line, written) = (node.line, node.text().unwrap_or_default().trim().to_owned());
        let unclear = |why: &str| format!("line {line}: `{key}`: `{written}` {why}");
        let Some(moment) = moment::whole(&written, self.zone).filter(|moment| moment.day.is_some()) else {
            self.say(Finding::Unsettled, unclear("is not a certain time"));
            return None;
        };
        match moment.instant(self.zone, None) {
            Ok(at) => {
                if moment.clock.is_none() {
                    self.say(Finding::Guessed, unclear("is a day: taken as its first moment"));
                }
                return Some(at);
            }
            Err(why) => self.say(Finding::Unsettled, unclear(&why.why(self.zone))),
        }
        None
    }

    fn flag(&mut self, key: &str) -> Option<bool> {
        let node = self.front().get(key)?;
        let (line, flag) = (node.line, node.flag());
        if flag.is_none() {
            self.say(Finding::Unsettled, format!("line {line}: `{key}` is neither true nor false"));
        }
        flag
    }

    /// Whether it is over, and when that was; never before its beginning. `said` is the end that a message says.
    fn end(&mut self, from: Instant, said: Option<Instant>) -> (bool, Option<Instant>) {
        let to = self.time("resolvedWhen");
        let line = self.line_of("resolvedWhen");
        match (self.flag("resolved"), to) {
            (Some(false), Some(_)) => {
                self.say(
                    Finding::Guessed,
                    format!("line {line}: `resolvedWhen` of what is not resolved is left out"),
                );
                (false, None)
            }
            (Some(true) | None, Some(to)) if to < from => {
                let text = format!(
                    "line {line}: `resolvedWhen` is before `date`: it counts as over at once; correct `ended`"
                );
                self.say(Finding::Unsettled, text);
                (true, Some(from))
            }
            (Some(true), Some(to)) => (true, Some(to)),
            (None, Some(to)) => {
                self.say(Finding::Guessed, "there is no `resolved`, but a `resolvedWhen`: it is over");
                (true, Some(to))
            }
            (Some(true), None) if said.is_some() => {
                let line = self.line_of("resolved");
                let text =
                    format!("line {line}: there is no `resolvedWhen`: it ended when a message says so");
                self.say(Finding::Guessed, text);
                (true, said)
            }
            (Some(true), None) => {
                let line = self.line_of("resolved");
                let text = format!(
                    "line {line}: it is resolved, and `resolvedWhen` does not say when: it counts as over at once; write `ended`"
                );
                self.say(Finding::Unsettled, text);
                (true, Some(from))
            }
            (Some(false) | None, None) => (false, None),
        }
    }

    /// The text as our Markdown, with the times of `track` marked.
    fn body(&mut self) -> String {
        let (marked, others) = shortcodes::marked(self.document.body);
        for (line, name) in others {
            let line = self.document.body_line + line - 1;
            let text = format!("line {line}: the shortcode `{name}` is left out: say by hand what it showed");
            self.say(Finding::Unsettled, text);
        }
        let page = if self.config.base_url.is_empty() {
            String::new()
        } else {
            self.config.base_url.clone() + &self.address()
        };
        let converted = markdown::converted(&marked, Origin { page: &page, line_ends_break: false });
        for text in converted.dropped {
            self.say(Finding::LeftOut, text);
        }
        converted.markdown
    }

    /// What messages say of the end, and front matter does not.
    fn contradictions(&mut self, course: &Course, is_informational: bool) {
        for message in &course.early {
            let line = self.line_of("date");
            let text = format!(
                "line {line}: {message}, says that it was over before `date`: it counts as over at once; correct its time"
            );
            self.say(Finding::Unsettled, text);
        }
        let is_over = course.updates.iter().any(|update| update.status.is_some_and(Status::is_final));
        let is_open = self.front().get("resolved").and_then(Node::flag) == Some(false);
        if is_over && is_open && !is_informational {
            let line = self.line_of("resolved");
            let text = format!(
                "line {line}: `resolved` is false, and a message says that it is over: it counts as over"
            );
            self.say(Finding::Unsettled, text);
        }
    }

    fn fill(&mut self, report: &mut Report, course: Course, span: Span) {
        report.updates = course.updates;
        report.postmortem = course.postmortem;
        let origin = Origin { page: &self.config.base_url, line_ends_break: false };
        for body in report
            .updates
            .iter_mut()
            .map(|it| &mut it.body)
            .chain(report.postmortem.iter_mut().map(|it| &mut it.body))
        {
            *body = markdown::part(body, origin);
        }
        if !course.undated.is_empty() {
            let labels: Vec<String> = course.undated.iter().map(|label| format!("“{label}”")).collect();
            let text =
                format!("without a certain time: {}; the update after it has the text", labels.join(", "));
            self.say(Finding::Guessed, text);
        }
        if report.kind == Kind::Maintenance {
            report.plan = Some(self.plan(span));
            return;
        }
        let first = report.updates.first().map(|update| update.at);
        report.started = Some(span.from).filter(|from| first != Some(*from));
        let over = report.updates.iter().find(|update| update.status.is_some_and(Status::is_final));
        report.ended = span.to.filter(|to| over.is_some_and(|over| over.at != *to));
    }

    fn plan(&mut self, span: Span) -> Plan {
        let to = span.to.filter(|to| *to > span.from);
        if to.is_none() {
            let line = self.line_of("date");
            let text = format!(
                "line {line}: the end of this maintenance is not known: `to` is an hour after its beginning"
            );
            self.say(Finding::Unsettled, text);
        }
        Plan {
            from: span.from,
            to: to.unwrap_or(span.from.plus_secs(3_600)),
            announced: None,
            automatic: true,
        }
    }

    fn affect(&mut self, report: &mut Report, word: Option<&str>) {
        let severity = self.front().text_of("severity").unwrap_or_default().to_lowercase();
        let state = match severity.as_str() {
            "down" => Some(State::MajorOutage),
            "disrupted" => Some(State::PartialOutage),
            _ => None,
        };
        let state = state.filter(|_| report.kind == Kind::Incident);
        if let Some(word) = word {
            let lost = if severity == "notice" || severity.is_empty() {
                String::new()
            } else {
                format!("; its systems are under maintenance, not `{severity}`")
            };
            self.say(Finding::Guessed, format!("“{word}” in the title makes it a maintenance{lost}"));
        } else if !["", "down", "disrupted", "notice"].contains(&severity.as_str()) {
            let line = self.line_of("severity");
            self.say(Finding::Unsettled, format!("line {line}: the severity `{severity}` is unknown: the states of its systems are not known"));
        }
        let affected =
            self.front().get("affected").map_or(&[][..], Node::items).iter().filter_map(Node::text);
        let names = affected.map(str::trim).filter(|name| !name.is_empty());
        report.components = names.map(|name| (name.to_owned(), state)).collect();
    }

    /// Ids and addresses.
    fn identify(&mut self, report: &mut Report) {
        let stem = self.stem().to_lowercase();
        report.id = Some(match Slug::new(&stem) {
            Some(slug) => slug.to_string(),
            None => crate::parse::words::words(&stem),
        });
        report.draft = self.flag("draft") == Some(true);
        let address = self.address();
        if !self.config.base_url.is_empty() {
            report.feed_id = Some(format!("{}{address}", self.config.base_url));
        }
        report.aliases = vec![address];
        let others = self.front().get("aliases").map_or(&[][..], Node::items).iter().filter_map(Node::text);
        report.aliases.extend(others.map(|alias| format!("/{}", alias.trim_start_matches('/'))));
    }

    fn unknown_keys(&mut self) {
        let others = self
            .front()
            .entries()
            .iter()
            .filter(|(key, _)| !KEYS.iter().any(|known| known.eq_ignore_ascii_case(key)));
        let others: Vec<String> =
            others.map(|(key, node)| format!("line {}: the key `{key}` is left out", node.line)).collect();
        for text in others {
            self.say(Finding::LeftOut, text);
        }
    }
}
