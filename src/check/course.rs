//! What must hold over the whole course of a report: its beginning, its end, its windows and states between
//! them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::check::context::{Context, Lifecycle};
use crate::check::facts::{Facts, Window};
use crate::check::updates::CheckedUpdate;
use crate::diagnostic::Diagnostic;
use crate::model::ComponentIx;
use crate::model::course::IncidentTimes;
use crate::model::report::{Kind, Schedule, Status};
use crate::model::state::State;
use crate::parse::draft::{ReportDraft, SettingLine};
use crate::rules;
use crate::source::Spanned;
use crate::time::Instant;
use crate::time::written::Written;

pub(super) fn check(
    context: &Context,
    draft: &ReportDraft,
    facts: &Facts<'_>,
    problems: &mut Vec<Diagnostic>,
) {
    match (draft.kind, &facts.schedule) {
        (Kind::Incident, _) => incident(draft, facts, problems),
        (Kind::Maintenance, Some(schedule)) => maintenance(draft, schedule, facts, problems),
        (Kind::Maintenance, None) => {}
    }
    problems.extend(facts.outages.iter().filter_map(|window| reversed_window(draft, window)));
    overlaps(draft, facts, problems);
    doubly_said(context, draft, facts, problems);
    outside_life(context, draft, facts, problems);
}

fn incident(draft: &ReportDraft, facts: &Facts<'_>, problems: &mut Vec<Diagnostic>) {
    problems.extend(no_updates(draft));
    problems.extend(no_components(draft, facts));
    problems.extend(reversed_incident(draft, facts));
    let resolved = resolved(facts);
    for window in &facts.outages {
        problems.extend(window_outside(draft, facts, window));
        let is_open = window.outage.to.is_none() && facts.ended.is_none();
        if is_open && resolved.is_some_and(|end| end <= window.outage.from) {
            problems.push(window_after_end(draft, window));
        }
    }
    states_outside(draft, facts, problems);
}

fn written_span(written: &Option<Spanned<Written>>) -> Range<usize> {
    written.as_ref().map_or(0..0, |written| written.span.clone())
}

/// Neither an update, nor `started` and `ended`, nor a window. Not said where something that could be one is
/// wrong already.
fn no_updates(draft: &ReportDraft) -> Option<Diagnostic> {
    let front = &draft.front;
    let is_bounded = front.started.is_some() && front.ended.is_some();
    let says_when = !draft.updates.is_empty() || !front.outages.is_empty() || is_bounded;
    if says_when || is_broken(draft) {
        return None;
    }
    let span = draft.title_span();
    let message = "this report has no updates and does not say when it was";
    let help = "add `## Investigating, TIME`, or both `started` and `ended`";
    Some(draft.problem(rules::NO_UPDATES, span, message).help(help))
}

fn no_components(draft: &ReportDraft, facts: &Facts<'_>) -> Option<Diagnostic> {
    let front = &draft.front;
    let names_some = front.components.iter().any(|all| !all.is_empty())
        || !front.outages.is_empty()
        || has_state_lines(draft, facts);
    let title = front.title.as_ref().filter(|_| {
        !names_some && front.components.as_ref().is_none_or(|all| !all.is_empty()) && !is_broken(draft)
    })?;
    let problem = draft.problem(rules::NO_COMPONENTS, title.span.clone(), "this incident names no component");
    Some(problem.help(
        "add `components = { ID = \"STATE\" }`, so that it counts in their uptime, or `components = {}` for none",
    ))
}

/// Whether a line below a heading names a component, or was meant to.
fn has_state_lines(draft: &ReportDraft, facts: &Facts<'_>) -> bool {
    let is_state = |line: &SettingLine| State::parse(&line.value.value).is_some();
    facts.updates.iter().any(|checked| !checked.states.is_empty())
        || draft.updates.iter().flat_map(|update| &update.lines).any(is_state)
}

/// Whether the file alone is wrong already, so that what is absent may only be hidden.
fn is_broken(draft: &ReportDraft) -> bool {
    draft.problems.iter().any(rules::stops)
}

/// The parts of a report that decide its beginning and end in the model.
fn times(facts: &Facts<'_>) -> IncidentTimes {
    IncidentTimes { started: facts.started, ended: facts.ended, ..IncidentTimes::default() }
        .with_windows(&mut facts.outages.iter().map(|window| &window.outage))
        .with_updates(&mut facts.updates.iter().map(|checked| &checked.update))
}

pub(super) fn beginning(facts: &Facts<'_>) -> Option<Instant> {
    facts.schedule.as_ref().map(|schedule| schedule.from).or_else(|| times(facts).began())
}

/// When an incident that is resolved ends without `ended`.
fn resolved(facts: &Facts<'_>) -> Option<Instant> {
    let times = IncidentTimes { ended: None, ..times(facts) };
    times.resolved.and_then(|resolved| times.ended().map(|end| end.max(resolved)))
}

fn reversed_incident(draft: &ReportDraft, facts: &Facts<'_>) -> Option<Diagnostic> {
    let began = beginning(facts)?;
    let front = &draft.front;
    if let Some(ended) = facts.ended {
        let span = written_span(&front.ended);
        let problem = |help: &str| {
            draft.problem(rules::END_BEFORE_BEGINNING, span, "this incident ends before it begins").help(help)
        };
        return (ended < began).then(|| match &front.started {
            Some(started) => problem("correct `ended` or `started`").also(
                &draft.path,
                started.span.clone(),
                "the beginning",
            ),
            None => problem("add `started`: without it the first update or outage is the beginning"),
        });
    }
    // Without `started` only updates out of order can end before they begin, which is said already.
    resolved(facts).filter(|&resolved| front.started.is_some() && resolved < began)?;
    let end = facts.updates.iter().find(|checked| checked.update.status.is_some_and(Status::is_final))?;
    let message = "this incident is resolved before it begins";
    let problem = draft.problem(rules::END_BEFORE_BEGINNING, end.draft.at.span.clone(), message);
    let problem = problem.also(&draft.path, written_span(&front.started), "the beginning");
    Some(problem.help("add `ended`, when it truly ended"))
}

fn reversed(subject: &str, from: Instant, to: Instant) -> String {
    match to == from {
        true => format!("this {subject} has no duration: `from` and `to` are equal"),
        false => format!("this {subject} ends before it begins"),
    }
}

fn reversed_window(draft: &ReportDraft, window: &Window<'_>) -> Option<Diagnostic> {
    let outage = &window.outage;
    let to = outage.to.filter(|&to| to <= outage.from)?;
    let message = reversed("outage", outage.from, to);
    let problem = draft.problem(rules::END_BEFORE_BEGINNING, written_span(&window.draft.to), message);
    let from = written_span(&window.draft.from);
    Some(problem.also(&draft.path, from, "the beginning").help("correct `to` or `from`"))
}

fn window_outside(draft: &ReportDraft, facts: &Facts<'_>, window: &Window<'_>) -> Option<Diagnostic> {
    let (outage, front) = (&window.outage, &draft.front);
    if facts.started.is_some_and(|started| outage.from < started) {
        let span = written_span(&window.draft.from);
        let problem = draft.problem(rules::OUTSIDE_BOUNDS, span, "this outage begins before the incident");
        let problem = problem.also(&draft.path, written_span(&front.started), "the incident's beginning");
        return Some(problem.help("correct `from`, or move `started` to it"));
    }
    let ended = facts.ended?;
    let ends_late = outage.to.is_some_and(|to| to > ended);
    if !ends_late && outage.from < ended {
        return None;
    }
    let (span, message) = match ends_late {
        true => (written_span(&window.draft.to), "this outage ends after the incident"),
        false => (written_span(&window.draft.from), "this outage begins after the incident's end"),
    };
    let problem = draft.problem(rules::OUTSIDE_BOUNDS, span, message);
    let problem = problem.also(&draft.path, written_span(&front.ended), "the incident's end");
    Some(problem.help("correct the outage, or move `ended`"))
}

/// A window without an end that begins when the incident is over.
fn window_after_end(draft: &ReportDraft, window: &Window<'_>) -> Diagnostic {
    let span = written_span(&window.draft.from);
    let message = "this outage begins after the incident's end and has no end itself";
    draft.problem(rules::END_BEFORE_BEGINNING, span, message).help("add `to`, when it ended")
}

/// State lines outside `started` and `ended`. Operational at or after the end says what holds anyway.
fn states_outside(draft: &ReportDraft, facts: &Facts<'_>, problems: &mut Vec<Diagnostic>) {
    let resolves = |checked: &&CheckedUpdate<'_>| checked.update.status == Some(Status::Resolved);
    let resolving: BTreeSet<Instant> =
        facts.updates.iter().filter(resolves).map(|checked| checked.update.at).collect();
    for checked in &facts.updates {
        let at = checked.update.at;
        let is_settled = facts.ended.is_some_and(|ended| ended <= at) || resolving.contains(&at);
        let counts =
            |state: &&Spanned<(ComponentIx, State)>| !is_settled || state.value.1 != State::Operational;
        let states = checked.states.iter().filter(counts);
        problems.extend(states.filter_map(|state| state_outside(draft, facts, at, state)));
    }
}

fn state_outside(
    draft: &ReportDraft,
    facts: &Facts<'_>,
    at: Instant,
    state: &Spanned<(ComponentIx, State)>,
) -> Option<Diagnostic> {
    let (bound, message, words) = if facts.started.is_some_and(|started| at < started) {
        (&draft.front.started, "this state is said of a time before the incident", "the incident's beginning")
    } else if facts.ended.is_some_and(|ended| ended <= at) {
        (&draft.front.ended, "this state is given for a time after the incident", "the incident's end")
    } else {
        return None;
    };
    let problem = draft.problem(rules::OUTSIDE_BOUNDS, state.span.clone(), message);
    let problem = problem.also(&draft.path, written_span(bound), words);
    Some(problem.help("write the state in `[[outages]]`, or remove the line"))
}

/// Windows of one component that share time; one without an end goes on for ever.
fn overlaps(draft: &ReportDraft, facts: &Facts<'_>, problems: &mut Vec<Diagnostic>) {
    let mut sorted: Vec<&Window<'_>> = facts.outages.iter().collect();
    sorted.sort_by_key(|window| (window.outage.component, window.outage.from));
    for pair in sorted.windows(2) {
        let (first, second) = (pair[0], pair[1]);
        let same = first.outage.component == second.outage.component;
        if same && first.outage.to.is_none_or(|to| second.outage.from < to) {
            let span = second.component_span();
            let problem =
                draft.problem(rules::OVERLAPPING_OUTAGES, span, "two outages of this component overlap");
            let other = first.component_span();
            problems
                .push(problem.also(&draft.path, other, "the earlier one").help("end the earlier one first"));
        }
    }
}

/// A component with exact windows whose state is said in another way too.
fn doubly_said(context: &Context, draft: &ReportDraft, facts: &Facts<'_>, problems: &mut Vec<Diagnostic>) {
    if facts.outages.is_empty() {
        return;
    }
    // Of several the first is shown.
    let windows: BTreeMap<ComponentIx, &Window<'_>> =
        facts.outages.iter().rev().map(|window| (window.outage.component, window)).collect();
    let lines = facts.updates.iter().flat_map(|checked| &checked.states);
    for state in facts.components.iter().chain(lines) {
        let ix = state.value.0;
        let Some(window) = windows.get(&ix) else { continue };
        let id = &context.components[ix.0].id;
        let message = format!("the state of `{id}` is said here and in `[[outages]]`");
        let other = window.component_span();
        let problem = draft.problem(rules::REPEATED_STATE, state.span.clone(), message);
        problems.push(problem.also(&draft.path, other, "the outage").help("keep one of the two"));
    }
}

/// Components named by a report that began outside their life, each once.
fn outside_life(context: &Context, draft: &ReportDraft, facts: &Facts<'_>, problems: &mut Vec<Diagnostic>) {
    let (Some(began), Some(zone)) = (beginning(facts), context.zone) else { return };
    let exact = facts.outages.iter().filter_map(|window| {
        let id = window.draft.component.as_ref()?;
        Some(Spanned::new(window.outage.component, id.span.clone()))
    });
    let states = facts.components.iter().chain(facts.updates.iter().flat_map(|checked| &checked.states));
    let states = states.map(|state| Spanned::new(state.value.0, state.span.clone()));
    let states = states.chain(facts.affected.iter().cloned());
    let mut seen: BTreeSet<ComponentIx> = BTreeSet::new();
    for named in states.chain(exact) {
        let component = &context.components[named.value.0];
        let day = zone.day_of(began);
        let (words, fix) = match context.lifecycle_at(named.value, began) {
            Lifecycle::Active => continue,
            Lifecycle::NotYet => {
                ("did not exist yet", format!("set its `since` in site.toml to {day} or earlier"))
            }
            Lifecycle::Retired => {
                ("was retired already", format!("set its `retired` in site.toml to a day after {day}"))
            }
        };
        if !seen.insert(named.value) {
            continue;
        }
        let message = format!("`{}` {words} on {day}, when this began", component.id);
        let problem = draft.problem(rules::OUTSIDE_LIFE, named.span, message);
        problems.push(problem.help(format!("{fix}, or name another component")));
    }
}

fn maintenance(draft: &ReportDraft, schedule: &Schedule, facts: &Facts<'_>, problems: &mut Vec<Diagnostic>) {
    if schedule.to <= schedule.from {
        let span = written_span(&draft.front.to);
        let message = reversed("maintenance", schedule.from, schedule.to);
        let problem = draft.problem(rules::END_BEFORE_BEGINNING, span, message);
        let from = written_span(&draft.front.from);
        problems.push(problem.also(&draft.path, from, "the beginning").help("correct `to` or `from`"));
    }
    let first = |status: Status| facts.updates.iter().find(|checked| checked.update.status == Some(status));
    let Some(completed) = first(Status::Completed) else { return };
    let has_begun = first(Status::InProgress).is_some_and(|begun| begun.update.at <= completed.update.at);
    if !has_begun && (!schedule.automatic || completed.update.at <= schedule.from) {
        let span = completed.draft.heading.clone();
        let problem =
            draft.problem(rules::NEVER_BEGAN, span, "this maintenance is completed and never began");
        problems.push(problem.help("add an update `In progress`, or write `Cancelled`"));
    }
}
