//! Where an incident ends, and where it broke out again.

use crate::import::history::{Report, Update};
use crate::import::log::{Finding, ImportLog};
use crate::import::statuspage::body::{Incident, SourceBody};
use crate::import::statuspage::times::{TimedUpdate, time};
use crate::model::report::{Kind, Status};

/// Splits updates into episodes, each from opening to resolution; a maintenance is one episode. What the source calls
/// resolved broke out again only where an update resolves it once more.
pub(super) fn episodes<'s, 'a>(
    incident: &Incident,
    kind: Kind,
    said: &'s [TimedUpdate<'a>],
) -> Vec<&'s [TimedUpdate<'a>]> {
    let mut episodes = Vec::new();
    let resolves = |one: &TimedUpdate<'_>| one.update.status == "resolved";
    let (mut start, mut is_over) = (0, false);
    for (at, one) in said.iter().enumerate() {
        let opens = matches!(one.update.status.as_str(), "investigating" | "identified" | "monitoring");
        let is_relapse = is_over && opens && (!is_resolved(incident) || said[at..].iter().any(resolves));
        if kind == Kind::Incident && is_relapse {
            episodes.push(&said[start..at]);
            (start, is_over) = (at, false);
        }
        is_over |= resolves(one);
    }
    if start < said.len() {
        episodes.push(&said[start..]);
    }
    episodes
}

fn is_resolved(incident: &Incident) -> bool {
    match incident.status.as_str() {
        "" => incident.resolved_at.is_some(),
        status => matches!(status, "resolved" | "postmortem"),
    }
}

/// Ends an incident that the source calls resolved, and none of its updates does.
pub(super) fn close(report: &mut Report, incident: &Incident, source: &SourceBody, log: &mut ImportLog) {
    let is_over = report.updates.iter().any(|update| update.status.is_some_and(Status::is_final));
    let last = report.updates.last().map(|update| update.at);
    let (Some(last), Kind::Incident, false, true) = (last, report.kind, is_over, is_resolved(incident))
    else {
        return;
    };
    let resolved = time(incident.resolved_at.as_deref());
    let (finding, when) = match resolved {
        Some(_) => (Finding::Guessed, "as `resolved_at` says"),
        None => (Finding::Unsettled, "with its last update, since nothing says when: correct the time"),
    };
    let text =
        format!("line {}: “{}” is resolved, and no update says so: over {when}", incident.line, report.title);
    log.add(finding, &source.name, text);
    let at = resolved.map_or(last, |at| at.max(last));
    let resolved = Some(Status::Resolved);
    report.updates.push(Update { id: None, status: resolved, at, states: Vec::new(), body: String::new() });
}
