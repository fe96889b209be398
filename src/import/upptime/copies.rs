//! Finds copies in GitHub's lists: of an issue, and of its comments.

use std::collections::BTreeMap;

use crate::import::log::{Finding, ImportLog};
use crate::import::upptime::body::{Issue, time};
use crate::time::Instant;

/// An issue, its file, and what was said of it.
pub(super) struct Found<'a> {
    pub(super) name: &'a String,
    pub(super) issue: Issue,
    pub(super) comments: Comments<'a>,
}

/// The comments on an issue, with their files.
pub(super) type Comments<'a> = Vec<(&'a String, Issue)>;

/// Each number once: pages of GitHub's list overlap when an issue is opened meanwhile. The log names another issue.
pub(super) fn once_each<'a>(issues: Vec<Found<'a>>, log: &mut ImportLog) -> Vec<Found<'a>> {
    let mut kept: Vec<Found<'_>> = Vec::new();
    for mut found in issues {
        let Found { name, issue, .. } = &found;
        if issue.number == 0 {
            let text = format!("line {}: “{}” is left out: it has no `number`", issue.line, issue.title);
            log.add(Finding::Unsettled, name, text);
            continue;
        }
        let Some(known) = kept.last_mut().filter(|known| known.issue.number == issue.number) else {
            kept.push(found);
            continue;
        };
        let is_apart = known.issue.created_at != issue.created_at;
        if !is_apart {
            // Each copy has the comments of its time.
            known.comments.append(&mut found.comments);
        }
        let order = updated(&known.issue).cmp(&updated(&found.issue));
        if !is_apart && order.is_ne() {
            if order.is_lt() {
                std::mem::swap(&mut known.name, &mut found.name);
                std::mem::swap(&mut known.issue, &mut found.issue);
            }
            let (line, number, from) = (found.issue.line, found.issue.number, known.name);
            let text =
                format!("line {line}: an older copy of issue {number} is left out: {from} has a newer one");
            log.add(Finding::LeftOut, found.name, text);
        } else if told(&known.issue) != told(&found.issue) {
            let Issue { line, number, title, .. } = &found.issue;
            let (from, first, of) = (known.name, known.issue.line, &known.issue.title);
            let text = format!(
                "line {line}: “{title}” is left out: it has the number {number} of “{of}” ({from}, line {first})"
            );
            log.add(Finding::Unsettled, found.name, text);
        }
    }
    kept
}

/// What an issue says, but for its comments.
fn told(issue: &Issue) -> impl PartialEq + use<> {
    let labels: Vec<String> = issue.labels().into_iter().map(str::to_owned).collect();
    let Issue { title, body, state, created_at, closed_at, .. } = issue.clone();
    (title, body, state.to_lowercase(), created_at, closed_at, labels)
}

fn updated(issue: &Issue) -> Option<Instant> {
    time(issue.updated_at.as_deref())
}

/// The comments, each once: pages of GitHub's list overlap, and an issue may hold its own. The log names the others.
pub(super) fn comments_once<'c>(
    comments: &'c Comments<'_>,
    log: &mut ImportLog,
) -> Vec<(&'c String, &'c Issue)> {
    let (mut kept, mut places, mut twice) =
        (Vec::<(&String, &Issue)>::new(), BTreeMap::new(), BTreeMap::new());
    for (name, comment) in comments {
        let place = comment.comment_id().map(|id| *places.entry(id).or_insert(kept.len()));
        let Some(taken) = place.and_then(|place| kept.get_mut(place)) else {
            kept.push((name, comment));
            continue;
        };
        let mut out = (*name, comment);
        if updated(taken.1) < updated(comment) {
            std::mem::swap(taken, &mut out);
        }
        let ((from, taken), (name, out)) = (*taken, out);
        if out.body == taken.body {
            twice.entry(name).or_insert_with(Vec::new).push((out.line, out.id.to_string()));
            continue;
        }
        let (first, body) = (taken.line, out.body.as_deref().unwrap_or_default());
        let text = format!(
            "comment {} is left out, of which {from}, line {first}, says something else: “{body}”",
            out.id
        );
        log.add(Finding::LeftOut, name, format!("line {}: {text}", out.line));
    }
    for (name, copies) in twice {
        let line = copies.first().map_or(1, |(line, _)| *line);
        let ids: Vec<String> = copies.into_iter().map(|(_, id)| id).collect();
        let text = format!("line {line}: comments that stand twice are taken once: {}", ids.join(", "));
        log.add(Finding::LeftOut, name, text);
    }
    kept
}
