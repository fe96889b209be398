//! The planned window of a maintenance, and whether it begins and ends by itself.

use crate::import::history::{Plan, Report};
use crate::import::log::{Finding, ImportLog};
use crate::import::statuspage::body::Incident;
use crate::import::statuspage::times::{TimedUpdate, time};
use crate::model::report::Kind;
use crate::time::Instant;

/// Sets the plan of a maintenance; what is guessed goes to the log of the source.
pub(super) fn set(
    report: &mut Report,
    incident: &Incident,
    episode: &[TimedUpdate<'_>],
    (source, log): (&str, &mut ImportLog),
) {
    report.plan = planned(report, incident, episode, (source, log))
        .or_else(|| guessed_plan(report, episode, (source, log)));
    end_by_hand(report, episode, (source, log));
}

fn planned(
    report: &Report,
    incident: &Incident,
    episode: &[TimedUpdate<'_>],
    (source, log): (&str, &mut ImportLog),
) -> Option<Plan> {
    let from = time(incident.scheduled_for.as_deref()).filter(|_| report.kind == Kind::Maintenance)?;
    let planned = time(incident.scheduled_until.as_deref()).filter(|to| *to > from);
    let completed = first(episode, "completed").filter(|to| *to > from);
    let to = planned.or(completed).unwrap_or(from.plus_secs(3_600));
    if planned.is_none() {
        let end = if completed.is_some() { "when it was completed" } else { "an hour after its beginning" };
        let text = format!("“{}”: no `scheduled_until` after `scheduled_for`: it ends {end}", report.title);
        log.add(Finding::Guessed, source, text);
    }
    Some(Plan { from, to, announced: None, automatic: is_automatic(incident) })
}

/// How long after the planned end Statuspage may complete a maintenance by itself.
const AUTOMATIC_SECS: i64 = 300;

/// What was completed long after its planned end went on until then: somebody ends it.
fn end_by_hand(report: &mut Report, episode: &[TimedUpdate<'_>], (source, log): (&str, &mut ImportLog)) {
    let Some(plan) = report.plan.as_mut().filter(|plan| plan.automatic) else { return };
    let (Some(_), Some(completed)) = (first(episode, "in_progress"), first(episode, "completed")) else {
        return;
    };
    if completed > plan.to.plus_secs(AUTOMATIC_SECS) {
        plan.automatic = false;
        let text = format!("“{}” was completed after its planned end: it lasted until then", report.title);
        log.add(Finding::Guessed, source, text);
    }
}

/// When an update first gave this status.
fn first(episode: &[TimedUpdate<'_>], status: &str) -> Option<Instant> {
    episode.iter().find(|said| said.update.status == status).map(|said| said.at)
}

fn is_automatic(incident: &Incident) -> bool {
    incident.scheduled_auto_in_progress.unwrap_or(true) && incident.scheduled_auto_completed.unwrap_or(true)
}

/// The window of a maintenance without one: from `in progress` to `completed`, as far as known.
fn guessed_plan(
    report: &Report,
    episode: &[TimedUpdate<'_>],
    (source, log): (&str, &mut ImportLog),
) -> Option<Plan> {
    let first_word = episode.first().filter(|_| report.kind == Kind::Maintenance)?.at;
    let from = first(episode, "in_progress").unwrap_or(first_word);
    let to = first(episode, "completed").filter(|to| *to > from).unwrap_or(from.plus_secs(3_600));
    let text = format!("“{}” does not say when it was planned: taken from its updates", report.title);
    log.add(Finding::Guessed, source, text);
    Some(Plan { from, to, announced: None, automatic: true })
}
