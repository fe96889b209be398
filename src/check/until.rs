//! Until when warnings that depend on the clock stay as they are.

use crate::check::cache::CheckedReport;
use crate::check::options::{Clock, Options};
use crate::check::present::{SILENCE_SECS, TOO_LATE_SECS, said_at};
use crate::model::incident::Incident;
use crate::model::report::{Impact, Report};
use crate::time::Instant;

/// The first instant after `now` at which a warning about a report may come, go or tell another length of time. Midnights
/// and the instants at which pages change are not among them.
pub(super) fn until(
    row: &CheckedReport,
    incident: Option<&Incident>,
    options: &Options,
    now: Instant,
) -> Option<Instant> {
    let report = row.report.as_ref()?;
    let real = options.now;
    let ahead = said_at(report).map(|at| at.secs_since(real));
    let ahead = ahead.filter(|&secs| options.clock == Clock::Real && secs > 0);
    let ahead = ahead.map(|secs| real.plus_secs((secs % unit(secs)).max(1)));
    marks(row, report, incident).into_iter().map(|mark| tick(mark, now)).chain(ahead).min()
}

/// The instants that warnings count from.
fn marks(row: &CheckedReport, report: &Report, incident: Option<&Incident>) -> Vec<Instant> {
    let plan = report.schedule.iter().flat_map(|plan| [plan.from, plan.to]);
    let Some(incident) = incident else { return plan.collect() };
    if incident.is_open() {
        let promised = incident.updates().iter().filter_map(|update| update.next_update);
        let last = incident.updates().last().map(|last| last.at);
        let silent = last.map(|last| last.plus_secs(SILENCE_SECS));
        return plan.chain(promised).chain(last).chain(silent).collect();
    }
    let is_told = row.draft.postmortem.as_ref().is_some_and(|postmortem| !postmortem.draft);
    let ended = incident.ended.filter(|_| incident.impact >= Impact::Major && !is_told);
    ended.into_iter().flat_map(|ended| [ended, ended.plus_secs(TOO_LATE_SECS)]).collect()
}

/// When the time since (or until) a mark is first told in other words after `now`.
fn tick(mark: Instant, now: Instant) -> Instant {
    let secs = now.secs_since(mark);
    match secs {
        ..0 => mark,
        // Some rules count from the mark on, others from the second after it.
        0 => now.plus_secs(1),
        _ => mark.plus_secs((secs / unit(secs) + 1) * unit(secs)),
    }
}

/// The unit in which a length of time is told, in seconds.
fn unit(secs: i64) -> i64 {
    match secs {
        ..3_600 => 60,
        3_600..172_800 => 3_600,
        _ => 86_400,
    }
}
