//! Parses a written report and compares it with the intended one.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::diagnostic::Severity;
use crate::import::history::{Report, Update};
use crate::import::ids::IdMap;
use crate::model::report::Kind;
use crate::parse;
use crate::parse::draft::{PostmortemDraft, ReportDraft, UpdateDraft};
use crate::parse::keys::FrontMatter;
use crate::source::{SourcePath, Spanned};
use crate::time::written::Written;
use crate::time::{Instant, Resolved, Zone};

/// Whether the text stays within one update, whatever follows.
pub(super) fn stands_alone(markdown: &str) -> bool {
    // What opens a comment here must not be closed by the text of another update.
    let next = if markdown.contains("<!--") { format!("\n{markdown}\n\n-->\n") } else { String::new() };
    let text = format!(
        "+++\ntitle = \"x\"\n+++\n\n## Investigating, 2000-01-01 00:00\n\n{markdown}\n\n## Update, 2000-01-01 00:01\n{next}"
    );
    let draft = parse::report(&SourcePath::new("x.md"), text.as_bytes(), Kind::Incident);
    let Ok(draft) = draft else { return false };
    let [update, _] = draft.updates.as_slice() else { return false };
    let is_right = !draft.problems.iter().any(|problem| problem.severity == Severity::Error);
    is_right && draft.postmortem.is_none() && body(&draft, &update.body) == markdown
}

/// The report as our parser reads it, which is as it was meant; the error is the first difference.
pub(super) fn reads_back(
    report: &Report,
    (names, after): (&IdMap, Option<&str>),
    path: &SourcePath,
    text: &str,
) -> Result<ReportDraft, String> {
    let draft = parse::report(path, text.as_bytes(), report.kind).map_err(|problem| problem.message)?;
    if let Some(problem) = draft.problems.iter().find(|problem| problem.severity == Severity::Error) {
        return Err(problem.message.to_string());
    }
    let (read, meant) = (facts(&draft.front), intended(report, names, after));
    if let Some(key) = read.keys().chain(meant.keys()).find(|key| read.get(*key) != meant.get(*key)) {
        return Err(format!("`{key}` differs"));
    }
    let (read, meant) = (draft.updates.len(), report.updates.len());
    if read != meant {
        return Err(format!("{read} updates are read, {meant} were written"));
    }
    let mut updates = draft.updates.iter().zip(&report.updates);
    if let Some((update, _)) = updates.find(|(read, meant)| !is_same(&draft, read, meant, names)) {
        return Err(format!("the update `{}` differs", &draft.text[update.heading.clone()]));
    }
    let postmortem = |postmortem: &PostmortemDraft| {
        (postmortem.draft, postmortem.at.as_ref().map(instant), body(&draft, &postmortem.body).to_owned())
    };
    let meant = report
        .postmortem
        .as_ref()
        .map(|meant| (meant.is_draft, meant.at.filter(|_| !meant.is_draft).map(Some), meant.body.clone()));
    let is_same = draft.postmortem.as_ref().map(postmortem) == meant;
    if is_same { Ok(draft) } else { Err("the postmortem differs".to_owned()) }
}

fn is_same(draft: &ReportDraft, read: &UpdateDraft, meant: &Update, names: &IdMap) -> bool {
    let states = meant.states.iter().map(|(key, state)| (names.component(key).to_owned(), state.to_string()));
    read.status.value == meant.status
        && instant(&read.at) == Some(meant.at)
        && read.id.as_ref().map(|id| id.value.as_str()) == meant.id.as_deref()
        && read.next_update.is_none()
        && lines(read) == states.collect::<Vec<_>>()
        && body(draft, &read.body) == meant.body
}

/// Values by key of front matter, without keys that are absent.
type Facts = BTreeMap<&'static str, String>;

fn facts(front: &FrontMatter) -> Facts {
    let text = |text: &Option<Spanned<String>>| text.as_ref().map(|text| text.value.clone());
    let time = |time: &Option<Spanned<Written>>| time.as_ref().map(|time| format!("{:?}", instant(time)));
    let texts = |all: &[Spanned<String>]| listed(all.iter().map(|text| text.value.clone()));
    let flag = |flag: &Option<Spanned<bool>>| flag.as_ref().map(|flag| flag.value.to_string());
    let count = |count: usize| (count > 0).then(|| count.to_string());
    let components = front.components.as_ref().map(|all| {
        let state = |state: &Option<Spanned<_>>| state.as_ref().map(|state| state.value);
        format!("{:?}", all.iter().map(|it| (it.id.value.clone(), state(&it.state))).collect::<Vec<_>>())
    });
    given([
        ("title", text(&front.title)),
        ("components", components),
        ("impact", front.impact.as_ref().map(|impact| impact.value.as_str().to_owned())),
        ("after", text(&front.after)),
        ("id", text(&front.id)),
        ("feed_id", text(&front.feed_id)),
        ("shortlink", text(&front.shortlink)),
        ("tags", texts(&front.tags)),
        ("aliases", texts(&front.aliases)),
        ("from", time(&front.from)),
        ("to", time(&front.to)),
        ("started", time(&front.started)),
        ("ended", time(&front.ended)),
        ("announced", time(&front.announced)),
        ("detected", time(&front.detected)),
        ("edited", time(&front.edited)),
        ("automatic", flag(&front.automatic)),
        ("draft", flag(&front.draft)),
        ("keys", texts(&front.keys)),
        ("follow_ups", count(front.follow_ups.len())),
        ("outages", count(front.outages.len())),
    ])
}

fn intended(report: &Report, names: &IdMap, after: Option<&str>) -> Facts {
    let time = |at: Instant| format!("{:?}", Some(at));
    let flag = |is_written: bool, value: &str| is_written.then(|| value.to_owned());
    let components = report.components.iter().map(|(key, state)| (names.component(key).to_owned(), *state));
    given([
        ("title", Some(report.title.clone())),
        ("components", report.says_components().then(|| format!("{:?}", components.collect::<Vec<_>>()))),
        ("impact", report.impact.map(|impact| impact.as_str().to_owned())),
        ("after", after.map(str::to_owned)),
        ("id", report.id.clone()),
        ("feed_id", report.feed_id.clone()),
        ("shortlink", report.shortlink.clone()),
        ("tags", listed(report.tags.iter().cloned())),
        ("aliases", listed(report.aliases.iter().cloned())),
        ("from", report.plan.map(|plan| time(plan.from))),
        ("to", report.plan.map(|plan| time(plan.to))),
        ("started", report.started.map(time)),
        ("ended", report.ended.map(time)),
        ("announced", report.plan.and_then(|plan| plan.announced).map(time)),
        ("automatic", flag(report.plan.is_some_and(|plan| !plan.automatic), "false")),
        ("draft", flag(report.draft, "true")),
    ])
}

fn given<const N: usize>(values: [(&'static str, Option<String>); N]) -> Facts {
    values.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
}

fn listed(all: impl Iterator<Item = String>) -> Option<String> {
    let all: Vec<String> = all.collect();
    (!all.is_empty()).then(|| format!("{all:?}"))
}

/// The instant of a time as tools write it, with its offset; `None` for another one.
fn instant(at: &Spanned<Written>) -> Option<Instant> {
    match at.value.resolved(Zone::UTC, at.value.day?) {
        Ok(Resolved::One(instant)) => Some(instant),
        _ => None,
    }
}

fn lines(update: &UpdateDraft) -> Vec<(String, String)> {
    update.lines.iter().map(|line| (line.word.value.clone(), line.value.value.clone())).collect()
}

fn body<'a>(draft: &'a ReportDraft, body: &Range<usize>) -> &'a str {
    draft.text[body.clone()].trim_matches('\n').trim_end()
}
