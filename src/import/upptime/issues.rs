//! Issues with the label `status` as incidents, with `maintenance` as maintenance.

use std::collections::{BTreeMap, BTreeSet};

use crate::import::existing::ExistingSite;
use crate::import::history::{Component, History, Plan, Report, Update};
use crate::import::html;
use crate::import::log::{Finding, ImportLog};
use crate::import::markdown::{self, Origin};
use crate::import::moment;
use crate::import::never_began;
use crate::import::upptime::body::{self, Issue};
use crate::model::report::{Kind, Status};
use crate::model::state::State;
use crate::parse::words;
use crate::time::{Instant, Zone};

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
        for issue in found {
            match issue.issue_number() {
                Some(number) => comments.entry(number).or_default().push((name, issue)),
                None => issues.push((name, issue)),
            }
        }
    }
    issues.sort_by_key(|(_, issue)| issue.number);
    let issues = once_each(issues, &mut history.log);
    for (name, issue) in issues {
        let (mut all, wrong) = issue.own_comments();
        let comments = comments.remove(&issue.number).unwrap_or_default();
        all.extend(comments.into_iter().map(|(_, comment)| comment));
        let mut reader = Reader { name, issue: &issue, listed, log: ImportLog::default() };
        wrong.iter().for_each(|why| reader.say(Finding::Unsettled, why));
        let report = reader.report(all, history);
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

/// The comments on an issue, with their files.
type Comments<'a> = Vec<(&'a String, Issue)>;

/// Each number once: pages of GitHub's list overlap when an issue is opened meanwhile. The log names another issue.
fn once_each<'a>(issues: Vec<(&'a String, Issue)>, log: &mut ImportLog) -> Vec<(&'a String, Issue)> {
    let mut kept: Vec<(&String, Issue)> = Vec::new();
    for (name, mut issue) in issues {
        let Some((from, known)) = kept.last_mut().filter(|(_, known)| known.number == issue.number) else {
            kept.push((name, issue));
            continue;
        };
        let told = |issue: &Issue| [&issue.created_at, &issue.closed_at, &issue.body].map(Clone::clone);
        let is_apart = known.created_at != issue.created_at;
        let updated = |issue: &Issue| time(issue.updated_at.as_deref());
        if !is_apart && updated(known) != updated(&issue) {
            let mut out = name;
            if updated(known) < updated(&issue) {
                std::mem::swap(known, &mut issue);
                out = std::mem::replace(from, name);
            }
            let Issue { line, number, .. } = &issue;
            let text =
                format!("line {line}: an older copy of issue {number} is left out: {from} has a newer one");
            log.add(Finding::LeftOut, out, text);
        } else if known.title != issue.title || told(known) != told(&issue) {
            let Issue { line, number, title, .. } = &issue;
            let text = format!(
                "line {line}: “{title}” is left out: it has the number {number} of “{}”",
                known.title
            );
            log.add(Finding::Unsettled, name, text);
        }
    }
    kept
}

struct Reader<'a> {
    name: &'a str,
    issue: &'a Issue,
    listed: &'a BTreeSet<String>,
    log: ImportLog,
}

impl Reader<'_> {
    fn say(&mut self, finding: Finding, text: &str) {
        self.say_at(self.issue.line, finding, text);
    }

    fn say_at(&mut self, line: usize, finding: Finding, text: &str) {
        let Issue { number, title, .. } = self.issue;
        self.log.add(finding, self.name, format!("line {line}: issue {number} “{title}”: {text}"));
    }

    fn report(&mut self, comments: Vec<Issue>, history: &mut History) -> Option<Report> {
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
        self.updates(&mut report, created, comments);
        match kind {
            Kind::Incident => self.incident(&mut report, history),
            Kind::Maintenance => self.maintenance(&mut report, created, history),
        }
        Some(report)
    }

    fn updates(&mut self, report: &mut Report, created: Instant, comments: Vec<Issue>) {
        let first = match report.kind {
            Kind::Incident => Status::Investigating,
            Kind::Maintenance => Status::Scheduled,
        };
        let body = self.markdown(self.issue.body.as_deref().unwrap_or_default());
        report.updates.push(Update { id: None, status: Some(first), at: created, states: Vec::new(), body });
        let mut dated: Vec<(Instant, Issue)> = Vec::new();
        for comment in comments {
            let text = comment.body.clone().unwrap_or_default();
            match time(comment.created_at.as_deref()) {
                Some(_) if comment.is_foreign() => {
                    let text = format!("a comment by somebody outside of the project: “{text}”");
                    self.say(Finding::LeftOut, &text);
                }
                Some(at) => dated.push((at.max(created), comment)),
                None => self.say(Finding::Unsettled, &format!("a comment without a time: “{text}”")),
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

    /// The end of a closed issue, and its site.
    fn incident(&mut self, report: &mut Report, history: &mut History) {
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

    /// `start`, `end` and `expectedDown`, as lines of the text.
    fn maintenance(&mut self, report: &mut Report, created: Instant, history: &mut History) {
        let body = self.issue.body.clone().unwrap_or_default();
        let value = |key: &str| {
            body.lines().find_map(|line| {
                line.trim().strip_prefix(key)?.trim_start().strip_prefix(':').map(|it| it.trim().to_owned())
            })
        };
        let (from, to) = (time(value("start").as_deref()), time(value("end").as_deref()));
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
        let expected = ["expectedDown", "expectedDegraded"].into_iter().filter_map(value);
        let names: Vec<String> = expected
            .flat_map(|names| names.split(',').map(|name| name.trim().to_owned()).collect::<Vec<_>>())
            .collect();
        for name in names.into_iter().filter(|name| !name.is_empty()) {
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

fn time(text: Option<&str>) -> Option<Instant> {
    let moment = moment::whole(text?, Zone::UTC)?;
    moment.day?;
    moment.instant(Zone::UTC, None).ok()
}
