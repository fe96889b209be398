//! Checks a report's updates: times, settings, identity.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::check::context::{ComponentLookup, Context, listed};
use crate::check::times;
use crate::diagnostic::Diagnostic;
use crate::model::ComponentIx;
use crate::model::report::{Kind, Status, Update};
use crate::model::state::State;
use crate::parse::draft::{ReportDraft, SettingForm, SettingLine, UpdateDraft};
use crate::parse::keys::Form;
use crate::parse::markdown::shows;
use crate::parse::near::{near, near_early};
use crate::rules;
use crate::rules::{EMPTY_UPDATE, MALFORMED_SETTING, UNKNOWN_STATE, UNKNOWN_STATUS};
use crate::source::{Spanned, Text};
use crate::time::Instant;

pub(super) struct CheckedUpdate<'a> {
    pub(super) draft: &'a UpdateDraft,
    pub(super) update: Update,
    /// Its state lines, each with the position of the component's name.
    pub(super) states: Vec<Spanned<(ComponentIx, State)>>,
}

/// The updates with a valid time, in the file's order.
pub(super) fn read<'a>(
    context: &Context,
    draft: &'a ReportDraft,
    problems: &mut Vec<Diagnostic>,
) -> Vec<CheckedUpdate<'a>> {
    let mut all: Vec<CheckedUpdate<'a>> = Vec::with_capacity(draft.updates.len());
    let mut previous: Option<Instant> = None;
    for update in &draft.updates {
        let Some(at) = times::following(context, &draft.path, &update.at, previous, problems) else {
            continue;
        };
        if let Some(earlier) = previous.filter(|&earlier| at < earlier) {
            problems.push(back_in_time(context, draft, update, earlier));
        }
        previous = Some(previous.map_or(at, |previous| previous.max(at)));
        all.push(checked_update(context, draft, update, at, problems));
    }
    name(draft, &mut all, problems);
    after_the_end(draft, &all, problems);
    all
}

fn back_in_time(
    context: &Context,
    draft: &ReportDraft,
    update: &UpdateDraft,
    earlier: Instant,
) -> Diagnostic {
    let written = &update.at.value;
    let message = match context.zone {
        Some(zone) => {
            format!("this update is earlier than the one before, of `{}`", zone.local(earlier))
        }
        None => "this update goes back in time".to_owned(),
    };
    let help = match (written.day, context.zone) {
        (None, Some(zone)) => {
            format!("write the date, as in `{}`", written.local(zone.local(earlier).day().next()))
        }
        _ => "put the updates in order, the oldest first".to_owned(),
    };
    draft.problem(rules::BACK_IN_TIME, update.at.span.clone(), message).help(help)
}

fn checked_update<'a>(
    context: &Context,
    draft: &'a ReportDraft,
    update: &'a UpdateDraft,
    at: Instant,
    problems: &mut Vec<Diagnostic>,
) -> CheckedUpdate<'a> {
    problems.extend(misplaced_status(draft, update));
    let before = problems.len();
    let (states, text_start) = settings(context, draft, update, problems);
    let is_faulty = problems.len() > before || has_problem(draft, update);
    // Everything below a line of text is text too.
    let counts = |span: &Range<usize>| text_start.is_none_or(|start| span.start < start);
    let id = update.id.as_ref().filter(|id| counts(&id.span)).map(|id| id.value.clone());
    let next_update = update.next_update.as_ref().filter(|next| counts(&next.span));
    let next_update = next_update.and_then(|next| promised(context, draft, next, at, problems));
    let body = text_start.unwrap_or(update.body.start)..update.body.end;
    // A wrong line may be meant as text: the update is checked when it is fixed.
    let is_last_word = update.status.value.is_some_and(Status::is_final);
    if !update.lines.is_empty() && !is_faulty && !is_last_word && !shows(&draft.text[body.clone()]) {
        let problem = draft.problem(EMPTY_UPDATE, update.heading.clone(), "this update has no text");
        problems.push(problem.help("write a sentence below its settings"));
    }
    let checked = Update {
        id: id.unwrap_or_default(),
        status: update.status.value,
        at,
        states: states.iter().map(|state| state.value).collect(),
        next_update,
        body: Text::new(&draft.text, body),
    };
    CheckedUpdate { draft: update, update: checked, states }
}

fn has_problem(draft: &ReportDraft, update: &UpdateDraft) -> bool {
    let start = |problem: &Diagnostic| problem.labels[0].span.start;
    let first = draft.problems.partition_point(|problem| start(problem) < update.heading.start);
    draft.problems.get(first).is_some_and(|problem| start(problem) < update.body.end)
}

fn promised(
    context: &Context,
    draft: &ReportDraft,
    next: &Spanned<crate::time::written::Written>,
    at: Instant,
    problems: &mut Vec<Diagnostic>,
) -> Option<Instant> {
    let promised = times::next(context, &draft.path, next, at, problems)?;
    if promised <= at {
        let message = "the next update is promised for a time that is not after this update";
        let problem = draft.problem(rules::NEXT_UPDATE_TOO_EARLY, next.span.clone(), message);
        problems.push(problem.help("write a later time, or a bare one for the next such time"));
    }
    Some(promised)
}

/// A status of the other kind of report.
fn misplaced_status(draft: &ReportDraft, update: &UpdateDraft) -> Option<Diagnostic> {
    let status = update.status.value.filter(|status| !status.fits(draft.kind))?;
    let (kind, meant) = match draft.kind {
        Kind::Incident => ("an incident", incident_word(status)),
        Kind::Maintenance => ("a maintenance", maintenance_word(status)),
    };
    let all = listed(Status::of(draft.kind).map(Status::word));
    let message = format!("`{}` is not a status of {kind}", status.word());
    let problem = draft.problem(UNKNOWN_STATUS, update.status.span.clone(), message);
    Some(problem.help(format!("did you mean `{meant}`? the statuses of {kind} are {all}")))
}

fn incident_word(status: Status) -> &'static str {
    match status {
        Status::Scheduled | Status::InProgress => "Investigating",
        Status::Verifying => "Monitoring",
        _ => "Resolved",
    }
}

fn maintenance_word(status: Status) -> &'static str {
    match status {
        Status::Investigating | Status::Identified => "In progress",
        Status::Monitoring => "Verifying",
        _ => "Completed",
    }
}

/// The state lines right below the heading, and the start of the text.
fn settings(
    context: &Context,
    draft: &ReportDraft,
    update: &UpdateDraft,
    problems: &mut Vec<Diagnostic>,
) -> (Vec<Spanned<(ComponentIx, State)>>, Option<usize>) {
    let mut states: Vec<Spanned<(ComponentIx, State)>> = Vec::new();
    let mut firsts: BTreeMap<ComponentIx, &Range<usize>> = BTreeMap::new();
    for line in &update.lines {
        if line.form == SettingForm::Spaced
            && !matches!(context.component(&line.word.value), ComponentLookup::Known(_))
        {
            return (states, Some(line.span.start));
        }
        if line.form != SettingForm::Plain {
            problems.extend(malformed(context, draft, line, problems.len()));
            continue;
        }
        match (context.component(&line.word.value), State::parse(&line.value.value)) {
            (ComponentLookup::Known(ix), Some(state)) => {
                let first = *firsts.entry(ix).or_insert(&line.word.span);
                if *first != line.word.span {
                    let message = format!("`{}` has two states under one heading", line.word.value);
                    let problem = draft.problem(rules::REPEATED_STATE, line.word.span.clone(), message);
                    problems.push(
                        problem
                            .also(&draft.path, first.clone(), "the first")
                            .help("remove one of the two lines"),
                    );
                }
                states.push(Spanned::new((ix, state), line.word.span.clone()));
            }
            (ComponentLookup::Known(_), None) => problems.push(unknown_state(draft, line)),
            (ComponentLookup::Unknown, Some(_)) => {
                problems.push(unknown_component(context, draft, line, problems.len()))
            }
            (ComponentLookup::Unsure, Some(_)) => {}
            (ComponentLookup::Unknown | ComponentLookup::Unsure, None) => {
                problems.extend(unclear(context, draft, line, problems.len()));
                return (states, Some(line.span.start));
            }
        }
    }
    (states, None)
}

/// A state in an unsupported notation. Nothing is reported for a component that site.toml may define.
fn malformed(context: &Context, draft: &ReportDraft, line: &SettingLine, found: usize) -> Option<Diagnostic> {
    let (word, state) = (&line.word.value, &line.value.value);
    let (message, help) = match context.component_called(word, found) {
        Some(id) => ("this line is not read as a setting".to_owned(), format!("write `{id}: {state}`")),
        None if context.is_unsure() => return None,
        None => {
            let message = format!("this line is not read as a setting, and there is no component `{word}`");
            let help = context.component_help(word, found);
            (message, format!("write `ID: {state}`; {help}"))
        }
    };
    let problem = draft.problem(MALFORMED_SETTING, line.span.clone(), message);
    Some(problem.help(format!("{help}, or leave a blank line before the text")))
}

fn unknown_state(draft: &ReportDraft, line: &SettingLine) -> Diagnostic {
    let value = &line.value.value;
    let names = State::ALL.iter().flat_map(|state| [state.as_str(), state.short()]);
    let help = match near(value, names) {
        Some(state) => format!("did you mean `{state}`? or leave a blank line before the text"),
        None => "write a state, or leave a blank line before the text".to_owned(),
    };
    let message = format!("`{value}` is not a state of the component `{}`", line.word.value);
    let span = if value.is_empty() { line.span.clone() } else { line.value.span.clone() };
    draft.problem(UNKNOWN_STATE, span, message).help(help)
}

fn unknown_component(context: &Context, draft: &ReportDraft, line: &SettingLine, found: usize) -> Diagnostic {
    let word = &line.word.value;
    let help = format!("{}; or leave a blank line before the text", context.component_help(word, found));
    let help = help.replace("?;", "?");
    let message = format!("unknown component `{word}`");
    draft.problem(rules::UNKNOWN_COMPONENT, line.word.span.clone(), message).help(help)
}

/// `word: word`: too similar to a setting to be ignored.
fn unclear(context: &Context, draft: &ReportDraft, line: &SettingLine, found: usize) -> Option<Diagnostic> {
    let is_word = |text: &str| !text.is_empty() && !text.contains(char::is_whitespace);
    if !is_word(&line.word.value) || !is_word(&line.value.value) || context.is_unsure() {
        return None;
    }
    let message = format!("`{}` is neither a component nor a setting, so this line is text", line.word.value);
    let problem = draft.problem(rules::UNCLEAR_SETTING, line.span.clone(), message);
    let ids = context.components.iter().map(|component| component.id.as_str());
    Some(match near_early(&line.word.value, found, ids.chain(["id", "next_update"])) {
        Some(word) => problem.help(format!("did you mean `{word}`? or leave a blank line before the text")),
        None => problem.help("write `COMPONENT: STATE`, or leave a blank line before the text"),
    })
}

/// Sets the id of updates without one: their time, with an ordinal for equal times.
fn name(draft: &ReportDraft, all: &mut [CheckedUpdate<'_>], problems: &mut Vec<Diagnostic>) {
    let mut seen: BTreeMap<Instant, usize> = BTreeMap::new();
    for checked in all.iter_mut() {
        let ordinal = seen.entry(checked.update.at).and_modify(|count| *count += 1).or_insert(1);
        if checked.update.id.is_empty() {
            checked.update.id = identity(checked.update.at, *ordinal);
        }
    }
    let mut first: BTreeMap<&str, &UpdateDraft> = BTreeMap::new();
    for checked in all.iter() {
        let id_span = || id_place(checked.draft);
        if checked.draft.id.is_some() {
            problems.extend(Form::ReportId.problem(&draft.path, id_span(), &checked.update.id));
        }
        if let Some(other) = first.insert(&checked.update.id, checked.draft) {
            let message = format!("two updates have the id `{}`", checked.update.id);
            let problem = draft.problem(rules::DUPLICATE_ID, id_span(), message);
            problems.push(problem.also(&draft.path, id_place(other), "the first").help("give it another id"));
        }
    }
}

fn id_place(draft: &UpdateDraft) -> Range<usize> {
    draft.id.as_ref().map_or(draft.heading.clone(), |id| id.span.clone())
}

/// `20240416T163300Z`, and `20240416T163300Z-2` for the second update of that time.
fn identity(at: Instant, ordinal: usize) -> String {
    let time = at.to_string().replace(['-', ':'], "");
    if ordinal == 1 { time } else { format!("{time}-{ordinal}") }
}

/// Updates and states after the resolving update. A single last update without a status is allowed.
fn after_the_end(draft: &ReportDraft, all: &[CheckedUpdate<'_>], problems: &mut Vec<Diagnostic>) {
    let Some(end) = all.iter().position(|checked| checked.update.status.is_some_and(Status::is_final)) else {
        return;
    };
    let status = all[end].update.status.map_or("", Status::word);
    for later in all[end + 1..].iter().filter(|later| later.update.status.is_some()) {
        let message = format!("an update follows `{status}`, which ends the report");
        let help = match draft.kind {
            Kind::Incident => format!(
                "report a relapse of its own with `allclear new TITLE --after {}`, or write a last word as `## Update, TIME`",
                stem(draft)
            ),
            Kind::Maintenance => {
                "write a maintenance of its own, or a last word as `## Update, TIME`".to_owned()
            }
        };
        let problem = draft.problem(rules::UPDATE_AFTER_RESOLVED, later.draft.heading.clone(), message);
        problems.push(problem.also(&draft.path, all[end].draft.heading.clone(), "the end").help(help));
    }
    for checked in &all[end..] {
        for state in checked.states.iter().filter(|state| state.value.1 != State::Operational) {
            let component = &draft.text[state.span.clone()];
            let message = format!("`{component}` is `{}` under `{status}`", state.value.1);
            let problem = draft.problem(rules::STATE_UNDER_RESOLVED, state.span.clone(), message);
            problems.push(problem.help("remove the line: at the end all components are operational"));
        }
    }
}

fn stem(draft: &ReportDraft) -> String {
    crate::parse::files::slug(&draft.path, None).map_or_else(|| "SLUG".to_owned(), |slug| slug.to_string())
}

#[cfg(test)]
mod tests {
    use super::identity;
    use crate::time::Instant;

    #[test]
    fn an_update_is_known_by_its_time_and_ordinal() {
        let at = Instant::parse_rfc3339("2024-04-16T10:33:00-06:00").unwrap();
        assert_eq!(identity(at, 1), "20240416T163300Z");
        assert_eq!(identity(at, 2), "20240416T163300Z-2");
    }
}
