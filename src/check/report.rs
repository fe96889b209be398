//! Checks one report's draft and converts it to a [`Report`].
//!
//! Invariant: nothing here looks at another report, so what comes out can be kept until the file or site.toml
//! changes.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::check::context::{ComponentLookup, Context};
use crate::check::facts::{Facts, Window};
use crate::check::options::Drafts;
use crate::check::{addresses, course, links, postmortem, redact, times, updates};
use crate::diagnostic::Diagnostic;
use crate::model::ComponentIx;
use crate::model::report::{Done, FollowUp, Kind, Outage, Postmortem, Report, Schedule, Slug};
use crate::model::state::State;
use crate::parse::anchors::anchors;
use crate::parse::draft::{PostmortemDraft, ReportDraft};
use crate::parse::keys::FollowUpDraft;
use crate::parse::keys::{ComponentDraft, DoneDraft};
use crate::parse::words;
use crate::rules;
use crate::rules::WRONG_FOLDER;
use crate::source::{Spanned, Text};

/// The report of a draft, and the problems found here in addition to the draft's own.
///
/// `None` when any problem, found here or by the parser, makes the report ambiguous, or when site.toml is
/// unclear. Looks at no other report.
pub fn report(draft: &ReportDraft, context: &Context) -> (Option<Report>, Vec<Diagnostic>) {
    // It was parsed as the wrong kind of report, so other problems would mislead.
    if draft.problems.iter().any(|problem| problem.rule == WRONG_FOLDER.name) {
        return (None, Vec::new());
    }
    let mut problems = Vec::new();
    let report = read(draft, context, &mut problems);
    let is_broken = context.is_unsure() || problems.iter().chain(&draft.problems).any(rules::stops);
    problems.extend(postmortem::problems(draft, &context.sections));
    problems.extend(redact::report(draft, &context.redactions, context.drafts));
    (report.filter(|_| !is_broken), problems)
}

fn read(draft: &ReportDraft, context: &Context, problems: &mut Vec<Diagnostic>) -> Option<Report> {
    let front = &draft.front;
    let mut time = |written| times::dated(context, &draft.path, written, problems);
    let (started, detected, ended) =
        (time(front.started.as_ref()), time(front.detected.as_ref()), time(front.ended.as_ref()));
    let (from, to) = (time(front.from.as_ref()), time(front.to.as_ref()));
    let (announced, edited) = (time(front.announced.as_ref()), time(front.edited.as_ref()));
    let automatic = front.automatic();
    let schedule = from.zip(to).map(|(from, to)| Schedule { from, to, automatic, announced });
    let named = components(draft, context, problems);
    let stated = |it: &Spanned<(ComponentIx, Option<State>)>| {
        Some(Spanned::new((it.value.0, it.value.1?), it.span.clone()))
    };
    let unstated = named.iter().filter(|it| it.value.1.is_none());
    let facts = Facts {
        components: named.iter().filter_map(stated).collect(),
        affected: unstated.map(|it| Spanned::new(it.value.0, it.span.clone())).collect(),
        outages: outages(draft, context, problems),
        started,
        ended,
        schedule: schedule.filter(|_| draft.kind == Kind::Maintenance),
        updates: updates::read(context, draft, problems),
    };
    course::check(context, draft, &facts, problems);
    problems.extend(empty_tags(draft));
    let postmortem =
        draft.postmortem.as_ref().and_then(|part| postmortem(draft, part, &facts, context, problems));
    let aliases = addresses::aliases(&draft.path, &front.aliases, problems);
    let slug = addresses::slug(&draft.path);
    let id = id(draft, slug.as_ref());
    let feed_id = front.feed_id.as_ref().map(|id| id.value.clone());
    if draft.kind == Kind::Maintenance && facts.schedule.is_none() {
        return None;
    }
    Some(Report {
        kind: draft.kind,
        id: id?,
        feed_id,
        shortlink: front.shortlink.as_ref().map(|link| link.value.clone()),
        slug: slug?,
        source: draft.path.clone(),
        digest: draft.digest,
        title: front.title.as_ref()?.value.clone(),
        components: facts.components.iter().map(|named| named.value).collect(),
        affected: facts.affected.iter().map(|named| named.value).collect(),
        outages: facts.outages.into_iter().map(|window| window.outage).collect(),
        started,
        detected,
        ended,
        schedule: facts.schedule,
        impact: front.impact.as_ref().map(|impact| impact.value),
        edited,
        after: front.after.as_ref().and_then(|after| Slug::new(&after.value)),
        keys: values(&front.keys),
        tags: front.tags.iter().map(|tag| words::tag(&tag.value)).collect(),
        aliases,
        draft: draft.is_draft(),
        follow_ups: front.follow_ups.iter().filter_map(follow_up).collect(),
        updates: facts.updates.into_iter().map(|checked| checked.update).collect(),
        anchors: anchors(draft),
        postmortem,
        links: links(draft),
    })
}

/// Warns of tags that no page can list.
fn empty_tags(draft: &ReportDraft) -> impl Iterator<Item = Diagnostic> + '_ {
    let empty = draft.front.tags.iter().filter(|tag| words::tag(&tag.value).slug.is_empty());
    empty.map(|tag| {
        let message = match tag.value.trim() {
            "" => "a tag is empty".to_owned(),
            text => format!("the tag `{text}` has no letter or digit, so no page lists it"),
        };
        draft
            .problem(rules::EMPTY_TAG, tag.span.clone(), message)
            .help("write a word, such as `network`, or leave the tag out")
    })
}

fn links(draft: &ReportDraft) -> Vec<String> {
    let is_inside = |target: &str| match links::resolve(&draft.path, target) {
        links::Target::Root(..) | links::Target::File(..) => true,
        links::Target::Elsewhere | links::Target::Part(_) | links::Target::Nowhere => false,
    };
    draft.links.iter().filter(|link| is_inside(&link.target)).map(|link| link.target.clone()).collect()
}

fn values(list: &[Spanned<String>]) -> Vec<String> {
    list.iter().map(|item| item.value.clone()).collect()
}

fn id(draft: &ReportDraft, slug: Option<&Slug>) -> Option<String> {
    draft.front.id.as_ref().map(|id| id.value.clone()).or_else(|| slug.map(Slug::to_string))
}

/// The components of `components` with their states: a maintenance's under maintenance unless it says otherwise, an
/// incident's none in a list.
fn components(
    draft: &ReportDraft,
    context: &Context,
    problems: &mut Vec<Diagnostic>,
) -> Vec<Spanned<(ComponentIx, Option<State>)>> {
    let mut all: Vec<Spanned<(ComponentIx, Option<State>)>> = Vec::new();
    let mut firsts: BTreeMap<ComponentIx, &Range<usize>> = BTreeMap::new();
    for ComponentDraft { id, state } in draft.front.components.iter().flatten() {
        let Some(ix) = component(draft, context, id, problems) else { continue };
        if let Some(&first) = firsts.get(&ix) {
            let message = format!("`{}` is given twice in `components`", id.value);
            let problem = draft.problem(rules::REPEATED_STATE, id.span.clone(), message);
            problems
                .push(problem.also(&draft.path, first.clone(), "the first").help("remove one of the two"));
            continue;
        }
        firsts.insert(ix, &id.span);
        let usual = (draft.kind == Kind::Maintenance).then_some(State::UnderMaintenance);
        let state = state.as_ref().map(|state| state.value).or(usual);
        all.push(Spanned::new((ix, state), id.span.clone()));
    }
    all
}

fn component(
    draft: &ReportDraft,
    context: &Context,
    id: &Spanned<String>,
    problems: &mut Vec<Diagnostic>,
) -> Option<ComponentIx> {
    match context.component(&id.value) {
        ComponentLookup::Known(ix) => Some(ix),
        ComponentLookup::Unsure => None,
        ComponentLookup::Unknown => {
            let message = format!("unknown component `{}`", id.value);
            let problem = draft.problem(rules::UNKNOWN_COMPONENT, id.span.clone(), message);
            let found = problems.len();
            problems.push(problem.help(context.component_help(&id.value, found)));
            None
        }
    }
}

/// The windows of `[[outages]]` of which everything needed could be read.
fn outages<'a>(draft: &'a ReportDraft, context: &Context, problems: &mut Vec<Diagnostic>) -> Vec<Window<'a>> {
    let mut all = Vec::new();
    for outage in &draft.front.outages {
        let component = outage.component.as_ref().and_then(|id| component(draft, context, id, problems));
        let from = times::dated(context, &draft.path, outage.from.as_ref(), problems);
        let to = times::dated(context, &draft.path, outage.to.as_ref(), problems);
        let state = outage.state.as_ref().map(|state| state.value);
        if let (Some(component), Some(state), Some(from)) = (component, state, from) {
            all.push(Window { draft: outage, outage: Outage { component, state, from, to } });
        }
    }
    all
}

/// The postmortem, unless it is a draft and drafts are hidden. A bare time takes the date of the last update.
fn postmortem(
    draft: &ReportDraft,
    part: &PostmortemDraft,
    facts: &Facts<'_>,
    context: &Context,
    problems: &mut Vec<Diagnostic>,
) -> Option<Postmortem> {
    let last = facts.updates.last().map(|checked| checked.update.at);
    let at = part.at.as_ref().and_then(|at| times::following(context, &draft.path, at, last, problems));
    let is_shown = !part.draft || context.drafts == Drafts::Show;
    is_shown.then(|| Postmortem { at, body: Text::new(&draft.text, part.body.clone()) })
}

fn follow_up(draft: &FollowUpDraft) -> Option<FollowUp> {
    let done = draft.done.as_ref().and_then(|done| match done.value {
        DoneDraft::No => None,
        DoneDraft::Sometime => Some(Done::Sometime),
        DoneDraft::On(day) => Some(Done::On(day)),
    });
    Some(FollowUp {
        text: draft.text.as_ref()?.value.clone(),
        owner: draft.owner.as_ref().map(|owner| owner.value.clone()),
        due: draft.due.as_ref().map(|due| due.value),
        done,
    })
}
