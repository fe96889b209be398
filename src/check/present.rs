//! What time brings: warnings that depend on when they are asked for.

use std::cmp::Ordering;
use std::ops::Range;

use crate::diagnostic::Diagnostic;
use crate::model::course::{extends, first_word};
use crate::model::incident::Incident;
use crate::model::report::{Done, Impact, Report, Status, Update};
use crate::model::uptime::Recorded;
use crate::parse::draft::{DowntimeDraft, ReportDraft};
use crate::rules;
use crate::source::Spanned;
use crate::time::written::Written;
use crate::time::{Day, Instant, Zone};

/// How far clocks may differ: content this far ahead counts as now.
pub const CLOCK_SKEW_SECS: i64 = 5 * 60;
/// After how long an open incident without a word is silent.
pub(super) const SILENCE_SECS: i64 = 24 * 3600;
/// After how long a resolved incident should have its postmortem.
const POSTMORTEM_SECS: i64 = 14 * 86_400;
/// After how long no reader expects one any more.
pub(super) const TOO_LATE_SECS: i64 = 90 * 86_400;

/// The instant a site is built for on the real clock: `now`, or the latest dated content at most five minutes
/// ahead of it.
pub fn effective_now<'a>(reports: impl IntoIterator<Item = &'a Report>, now: Instant) -> Instant {
    let limit = now.plus_secs(CLOCK_SKEW_SECS);
    let dated = reports.into_iter().flat_map(said_at);
    dated.filter(|&at| at > now && at <= limit).fold(now, Instant::max)
}

/// The instants at which something was said, or is said to have happened; a maintenance's plan is neither.
pub(super) fn said_at(report: &Report) -> impl Iterator<Item = Instant> + '_ {
    let facts = [report.started, report.detected, report.ended, report.edited];
    let outages = report.outages.iter().flat_map(|outage| [Some(outage.from), outage.to]);
    let postmortem = report.postmortem.as_ref().and_then(|postmortem| postmortem.at);
    let updates = report.updates.iter().map(|update| Some(update.at));
    facts.into_iter().chain(outages).chain([postmortem]).chain(updates).flatten()
}

/// Content that lies further ahead of the real clock than clocks differ.
pub(super) fn ahead(draft: &ReportDraft, report: &Report, now: Instant) -> Vec<Diagnostic> {
    let limit = now.plus_secs(CLOCK_SKEW_SECS);
    if said_at(report).all(|at| at <= limit) {
        return Vec::new();
    }
    let front = &draft.front;
    let keys = [
        (report.started, &front.started),
        (report.detected, &front.detected),
        (report.ended, &front.ended),
        (report.edited, &front.edited),
    ];
    let keys = keys.into_iter().filter_map(|(at, written)| Some((at?, written.as_ref()?.span.clone())));
    let outages = report.outages.iter().zip(&front.outages);
    let outages = outages
        .flat_map(|(outage, table)| [dated(Some(outage.from), &table.from), dated(outage.to, &table.to)]);
    let updates =
        report.updates.iter().zip(&draft.updates).map(|(update, part)| (update.at, part.at.span.clone()));
    let postmortem = report.postmortem.as_ref().zip(draft.postmortem.as_ref());
    let postmortem = postmortem.and_then(|(postmortem, part)| dated(postmortem.at, &part.at));
    let all = keys.chain(outages.flatten()).chain(updates).chain(postmortem);
    let all = all.filter(|&(at, _)| at > limit);
    all.map(|(at, span)| too_far_ahead(draft, span, at.secs_since(now))).collect()
}

fn dated(at: Option<Instant>, written: &Option<Spanned<Written>>) -> Option<(Instant, Range<usize>)> {
    Some((at?, written.as_ref()?.span.clone()))
}

fn too_far_ahead(draft: &ReportDraft, span: Range<usize>, ahead_secs: i64) -> Diagnostic {
    let message = format!("this time is {} ahead: readers do not see it until then", length(ahead_secs));
    let problem = draft.problem(rules::FUTURE_UPDATE, span, message);
    problem.help("correct the time, or build again at that time")
}

/// A length of time in its largest unit, cut: `3 h`, `2 days`.
fn length(secs: i64) -> String {
    match secs {
        ..3600 => format!("{} min", secs / 60),
        3600..172_800 => format!("{} h", secs / 3600),
        _ => format!("{} days", secs / 86_400),
    }
}

/// What an author should see to by `now`. `incident` is the report as its readers see it then; `None` while it is not public.
pub(super) fn due(
    draft: &ReportDraft,
    report: &Report,
    incident: Option<&Incident>,
    today: Day,
    now: Instant,
) -> Vec<Diagnostic> {
    let mut problems = match incident.filter(|_| !hides_headings(draft)) {
        Some(incident) if incident.is_maintenance() => overdue(draft, incident, now).into_iter().collect(),
        Some(incident) if incident.is_open() => neglected(draft, incident, now).into_iter().collect(),
        Some(incident) => {
            let missing = missing_postmortem(draft, incident, now);
            unresolved(draft, incident).into_iter().chain(missing).collect()
        }
        None => Vec::new(),
    };
    problems.extend(unannounced(draft, report, now));
    for (follow_up, part) in report.follow_ups.iter().zip(&draft.front.follow_ups) {
        let is_done = follow_up.done.is_some_and(|done| !matches!(done, Done::On(day) if day > today));
        let Some(due) = part.due.as_ref().filter(|due| !is_done && due.value < today) else { continue };
        let message = format!("this follow-up was due on {}", due.value);
        let problem = draft.problem(rules::FOLLOW_UP_OVERDUE, due.span.clone(), message);
        problems.push(problem.help("add `done`, or set a later `due`"));
    }
    problems
}

fn unannounced(draft: &ReportDraft, report: &Report, now: Instant) -> Option<Diagnostic> {
    let plan =
        report.schedule.as_ref().filter(|plan| first_word(report, plan).is_none() && plan.from > now)?;
    let (_, span) = dated(Some(plan.from), &draft.front.from)?;
    let message = "this maintenance is planned and not announced, so readers do not see it";
    let problem = draft.problem(rules::UNANNOUNCED, span, message);
    (!hides_headings(draft))
        .then(|| problem.help("add `announced = TIME`, or an update `## Scheduled, TIME`"))
}

/// Recorded days that have not come, and days that are not over and would replace what reports say of them.
pub(super) fn recorded_ahead(draft: &DowntimeDraft, zone: Zone, now: Instant) -> Vec<Diagnostic> {
    let today = zone.day_of(now.plus_secs(CLOCK_SKEW_SECS));
    let problem = |row: &Spanned<(Day, Recorded)>| {
        let (day, recorded) = row.value;
        let (words, help) = match day.cmp(&today) {
            Ordering::Greater => ("lies ahead", "correct the date"),
            Ordering::Equal if recorded.replaces => ("is not over", "write `add`, or wait for its end"),
            _ => return None,
        };
        let message = format!("`{day}` {words}, so this cannot be recorded yet");
        Some(Diagnostic::new(rules::INVALID_DOWNTIME, &draft.path, row.span.clone(), message).help(help))
    };
    draft.days.iter().filter_map(problem).collect()
}

/// Whether the file seems to have a heading that was not read as one: what is missing may be there.
fn hides_headings(draft: &ReportDraft) -> bool {
    let hiding = [rules::FORGOTTEN_HEADING, rules::HEADING_LIKE_LINE, rules::UNCLOSED_CODE];
    draft.problems.iter().any(|problem| hiding.iter().any(|rule| rule.name == problem.rule))
}

fn neglected(draft: &ReportDraft, incident: &Incident, now: Instant) -> Option<Diagnostic> {
    let visible = incident.updates().iter().zip(&draft.updates);
    let (last, part) = visible.clone().next_back()?;
    let promise =
        visible.rev().find_map(|(update, part)| Some((update.next_update?, part.next_update.as_ref()?)));
    if let Some((promised, written)) = promise.filter(|&(promised, _)| last.at < promised && promised <= now)
    {
        let late = length(now.secs_since(promised));
        let message = format!("the next update was promised and is {late} late");
        let problem = draft.problem(rules::NEXT_UPDATE_OVERDUE, written.span.clone(), message);
        return Some(problem.help("add an update, or resolve the incident"));
    }
    let silent_secs = now.secs_since(last.at);
    let message = format!("this incident is open and has had no update for {}", length(silent_secs));
    let problem = draft.problem(rules::SILENT_INCIDENT, part.heading.clone(), message);
    (silent_secs >= SILENCE_SECS).then(|| problem.help("add an update, or resolve the incident"))
}

/// A maintenance that waits for its author: one that begins and ends by hand, past its plan, or one that was extended and
/// then forgotten.
fn overdue(draft: &ReportDraft, incident: &Incident, now: Instant) -> Option<Diagnostic> {
    let plan = incident.report.schedule.as_ref().filter(|_| incident.is_open())?;
    let has_begun = incident.has_begun(now);
    let is_extended = has_begun && incident.updates().iter().any(|update| extends(plan, update));
    let (planned, written, what, help) = match has_begun {
        false => (plan.from, &draft.front.from, "begin", BEGIN),
        true => (plan.to, &draft.front.to, "end", END),
    };
    let due = match incident.updates().last() {
        Some(last) if is_extended => last.at.plus_secs(SILENCE_SECS),
        _ => planned,
    };
    let late = length(now.secs_since(planned));
    let message = format!("this maintenance was to {what} {late} ago, and no update says so");
    let span = written.as_ref().map_or(0..0, |written| written.span.clone());
    (due < now).then(|| draft.problem(rules::MAINTENANCE_OVERDUE, span, message).help(help))
}

const BEGIN: &str = "add `## In progress, TIME` or `## Cancelled, TIME`, or correct the plan";
const END: &str = "add `## Completed, TIME`, or set a later `to`";

/// An incident that has ended, while the last that readers were told is that it goes on.
fn unresolved(draft: &ReportDraft, incident: &Incident) -> Option<Diagnostic> {
    let says_its_end = |update: &Update| update.status.is_some_and(Status::is_final);
    let updates = incident.updates();
    let ended = draft.front.ended.as_ref()?;
    let message = "this incident has ended, and no update says so";
    let problem = draft.problem(rules::ENDED_UNRESOLVED, ended.span.clone(), message);
    (!updates.is_empty() && !updates.iter().any(says_its_end))
        .then(|| problem.help("add `## Resolved, TIME` below the updates: feeds and subscribers wait for it"))
}

fn missing_postmortem(draft: &ReportDraft, incident: &Incident, now: Instant) -> Option<Diagnostic> {
    let ended = incident.ended.filter(|_| incident.impact >= Impact::Major)?;
    let is_due = (POSTMORTEM_SECS..=TOO_LATE_SECS).contains(&now.secs_since(ended));
    let is_there = draft.postmortem.as_ref().is_some_and(|postmortem| !postmortem.draft);
    let title = draft.front.title.as_ref().filter(|_| is_due && !is_there)?;
    let message = format!("this incident ended {} ago and has no postmortem", length(now.secs_since(ended)));
    let problem = draft.problem(rules::MISSING_POSTMORTEM, title.span.clone(), message);
    Some(problem.help("add `# Postmortem` below the updates"))
}

#[cfg(test)]
mod tests {
    use super::length;

    #[test]
    fn lengths_are_cut_to_one_unit() {
        let lengths = [360, 3599, 3600, 172_799, 172_800, 900_000].map(length);
        assert_eq!(lengths, ["6 min", "59 min", "1 h", "47 h", "2 days", "10 days"]);
    }
}
