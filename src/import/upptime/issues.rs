//! Issues with the label `status` as incidents, with `maintenance` as maintenance.

use std::collections::{BTreeMap, BTreeSet};

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::import::existing::ExistingSite;
use crate::import::history::{Component, History, Plan, Report, Update};
use crate::import::html;
use crate::import::log::{Finding, ImportLog};
use crate::import::markdown::{self, Origin};
use crate::import::never_began;
use crate::import::upptime::body::{self, Issue, time};
use crate::import::upptime::copies::{self, Comments, Found, once_each};
use crate::model::report::{Kind, Status};
use crate::model::state::State;
use crate::parse::words;
use crate::time::Instant;

/// How Upptime begins the titles of its own issues.
const SIGNS: [char; 4] = ['🛑', '⚠', '🟥', '🟨'];

pub(super) fn read(
    sources: &BTreeMap<String, Vec<u8>>,
    listed: &BTreeSet<String>,
    existing: &ExistingSite,
    history: &mut History,
) {
    let (mut issues, mut comments) = (Vec::new(), BTreeMap::<u64, Comments<'_>>::new());
    for (name, bytes) in sources {
        let (found, wrong) = body::parse(bytes);
        wrong.into_iter().for_each(|why| history.log.add(Finding::Unsettled, name, why));
        for mut issue in found {
            let own =
                std::mem::take(&mut issue.comments).into_iter().map(|comment| (name, comment)).collect();
            match issue.issue_number() {
                Some(number) => comments.entry(number).or_default().push((name, issue)),
                None => issues.push(Found { name, issue, comments: own }),
            }
        }
    }
    issues.sort_by_key(|found| found.issue.number);
    let mut issues = once_each(issues, &mut history.log);
    for Found { issue, comments: own, .. } in &mut issues {
        own.extend(comments.remove(&issue.number).unwrap_or_default());
    }
    let read = issues.par_iter().map(|Found { name, issue, comments }| {
        let mut reader = Reader { name, issue, listed, log: ImportLog::default() };
        let report = reader.report(comments);
        (report, reader)
    });
    for (mut report, mut reader) in read.collect::<Vec<_>>() {
        report.iter_mut().for_each(|report| reader.affect(report, history));
        existing.add(report, reader.log, history);
    }
    for (number, comments) in comments {
        for (name, Issue { line, body, .. }) in comments {
            let body = body.unwrap_or_default();
            let text =
                format!("line {line}: a comment on issue {number}, which no file has, is left out: “{body}”");
            history.log.add(Finding::LeftOut, name, text);
        }
    }
}

struct Reader<'a> {
    name: &'a str,
    issue: &'a Issue,
    listed: &'a BTreeSet<String>,
    log: ImportLog,
}

impl Reader<'_> {
    fn say(&mut self, finding: Finding, text: &str) {
        self.say_at((self.name, self.issue.line), finding, text);
    }

    fn say_at(&mut self, (file, line): (&str, usize), finding: Finding, text: &str) {
        let Issue { number, title, .. } = self.issue;
        self.log.add(finding, file, format!("line {line}: issue {number} “{title}”: {text}"));
    }

    /// The report without components.
    fn report(&mut self, comments: &Comments<'_>) -> Option<Report> {
        if self.issue.pull_request.is_some() {
            return None;
        }
        let labels = self.issue.labels();
        let is_status = labels.contains(&"status") || self.issue.title.starts_with(SIGNS);
        let kind = match (labels.contains(&"maintenance"), is_status) {
            (true, _) => Kind::Maintenance,
            (false, true) => Kind::Incident,
            (false, false) => {
                self.say(Finding::LeftOut, "it has neither the label `status` nor `maintenance`");
                return None;
            }
        };
        let Some(created) = time(self.issue.created_at.as_deref()) else {
            self.say(Finding::Unsettled, "`created_at` is not a time");
            return None;
        };
        let mut report = Report::new(self.name, kind, &title(&self.issue.title));
        report.id = Some(format!("upptime-{}", self.issue.number));
        report.aliases = vec![format!("/incident/{}", self.issue.number)];
        let comments = copies::comments_once(comments, &mut self.log);
        self.updates(&mut report, created, comments);
        match kind {
            Kind::Incident => self.end(&mut report),
            Kind::Maintenance => self.window(&mut report, created),
        }
        Some(report)
    }

    /// Components, which are added to the site unless they are there.
    fn affect(&mut self, report: &mut Report, history: &mut History) {
        match report.kind {
            Kind::Incident => self.site(report, history),
            Kind::Maintenance => self.expected(report, history),
        }
    }

    fn updates(&mut self, report: &mut Report, created: Instant, comments: Vec<(&String, &Issue)>) {
        let first = match report.kind {
            Kind::Incident => Status::Investigating,
            Kind::Maintenance => Status::Scheduled,
        };
        let body = self.markdown(self.issue.body.as_deref().unwrap_or_default());
        report.updates.push(Update { id: None, status: Some(first), at: created, states: Vec::new(), body });
        let mut dated: Vec<(Instant, &Issue)> = Vec::new();
        for (file, comment) in comments {
            let (place, text) = ((file.as_str(), comment.line), comment.body.clone().unwrap_or_default());
            match time(comment.created_at.as_deref()) {
                Some(_) if comment.is_foreign() => {
                    let text = format!("a comment by somebody outside of the project: “{text}”");
                    self.say_at(place, Finding::LeftOut, &text);
                }
                Some(at) => dated.push((at.max(created), comment)),
                None => {
                    let text = format!("a comment without a time is left out: “{text}”");
                    self.say_at(place, Finding::Unsettled, &text);
                }
            }
        }
        dated.sort_by_key(|(at, comment)| (*at, comment.id.as_u64()));
        let mut is_over = false;
        for (at, comment) in dated {
            let text = comment.body.clone().unwrap_or_default();
            let says_end = text.trim_start().trim_start_matches(['*', '_']).starts_with("Resolved");
            let status = (says_end && !is_over).then_some(match report.kind {
                Kind::Incident => Status::Resolved,
                Kind::Maintenance => Status::Completed,
            });
            is_over |= status.is_some();
            let id = comment.id.as_u64().map(|id| id.to_string());
            let body = self.markdown(&text);
            report.updates.push(Update { id, status, at, states: Vec::new(), body });
        }
    }

    fn markdown(&mut self, text: &str) -> String {
        let text = text.trim_start();
        let without = text.strip_prefix("<!--").and_then(|rest| rest.split_once("-->")).map(|(_, rest)| rest);
        let origin =
            Origin { page: self.issue.html_url.as_deref().unwrap_or_default(), line_ends_break: true };
        let converted = markdown::converted(without.unwrap_or(text), origin);
        for text in converted.dropped {
            self.say(Finding::LeftOut, &text);
        }
        markdown::part(&converted.markdown, origin)
    }

    /// The end of a closed issue.
    fn end(&mut self, report: &mut Report) {
        let is_over = report.updates.iter().any(|update| update.status == Some(Status::Resolved));
        let last = report.updates.last().map(|update| update.at);
        if let (true, false, Some(last)) = (self.issue.is_closed(), is_over, last) {
            let closed = time(self.issue.closed_at.as_deref());
            if closed.is_none() {
                self.say(
                    Finding::Unsettled,
                    "it is closed, and nothing says when: over with its last comment",
                );
            }
            let at = closed.unwrap_or(last).max(last);
            let resolved = Some(Status::Resolved);
            report.updates.push(Update {
                id: None,
                status: resolved,
                at,
                states: Vec::new(),
                body: String::new(),
            });
        }
    }

    /// The site that an incident affects.
    fn site(&mut self, report: &mut Report, history: &mut History) {
        let title = report.title.to_lowercase();
        let state = match (title.contains("degraded"), title.contains("down")) {
            (true, _) => Some(State::DegradedPerformance),
            (false, true) => Some(State::MajorOutage),
            (false, false) => None,
        };
        let own: Vec<String> = self
            .issue
            .labels()
            .into_iter()
            .filter(|label| self.listed.contains(*label))
            .map(str::to_owned)
            .collect();
        let keys = if own.is_empty() { self.named(history).into_iter().collect() } else { own };
        report.components_unknown = keys.is_empty();
        report.components = keys.into_iter().map(|key| (key, state)).collect();
    }

    /// The site of a title `🛑 NAME is down`; a new one has the label beside `status` as its slug.
    fn named(&mut self, history: &mut History) -> Option<String> {
        let title = self.issue.title.trim_start_matches(|c: char| !c.is_alphanumeric());
        let name = [" is down", " has degraded", " is degraded", " performance"]
            .iter()
            .find_map(|end| title.split_once(end));
        let name = html::to_line(name?.0);
        if let Some(known) = history.site.components.iter().find(|component| component.name == name) {
            return Some(known.key.clone());
        }
        let label = self.issue.labels().into_iter().find(|label| *label != "status").map(str::to_owned);
        let key = label.unwrap_or_else(|| words::words(&name));
        self.add(&key, &name, history);
        Some(key)
    }

    fn add(&mut self, key: &str, name: &str, history: &mut History) {
        if history.site.components.iter().any(|component| component.key == key) {
            return;
        }
        self.say(Finding::Guessed, &format!("no site is called `{key}`: a component that is retired"));
        history.site.components.push(Component::new(key, &html::to_line(name)));
    }

    /// The value of `KEY: VALUE`, a line of the text.
    fn value(&self, key: &str) -> Option<&str> {
        let body = self.issue.body.as_deref().unwrap_or_default();
        body.lines()
            .find_map(|line| Some(line.trim().strip_prefix(key)?.trim_start().strip_prefix(':')?.trim()))
    }

    /// A maintenance from `start` to `end`.
    fn window(&mut self, report: &mut Report, created: Instant) {
        let (from, to) = (time(self.value("start")), time(self.value("end")));
        if from.is_none() || to.is_none_or(|to| to <= from.unwrap_or(created)) {
            self.say(Finding::Unsettled, "its window is not certain: check `from` and `to`");
        }
        let from = from.unwrap_or(created);
        let closed = time(self.issue.closed_at.as_deref());
        let to = to.or(closed).filter(|to| *to > from).unwrap_or(from.plus_secs(3_600));
        report.plan = Some(Plan { from, to, announced: None, automatic: true });
        if let Some(why) = never_began::settle(report) {
            self.say(Finding::Unsettled, why);
        }
    }

    /// The sites of `expectedDown` and `expectedDegraded`.
    fn expected(&mut self, report: &mut Report, history: &mut History) {
        let expected = ["expectedDown", "expectedDegraded"].into_iter().filter_map(|key| self.value(key));
        let names = expected.flat_map(|names| names.split(',')).map(|name| name.trim().to_owned());
        let names: Vec<String> = names.filter(|name| !name.is_empty()).collect();
        for name in names {
            let known = history.site.components.iter().find(|it| it.key == name || it.name == name);
            let key = known.map_or(name.clone(), |known| known.key.clone());
            self.add(&key, &name, history);
            if !report.components.iter().any(|(other, _)| *other == key) {
                report.components.push((key, None));
            }
        }
    }
}

/// The title without Upptime's sign of the state, which our pages show themselves.
fn title(written: &str) -> String {
    let title = html::to_line(written);
    let bare = title.trim_start_matches(SIGNS).trim_start_matches(['\u{fe0f}', ' ']);
    if bare.is_empty() { title } else { bare.to_owned() }
}
