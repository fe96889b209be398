//! The incidents of a list of limited length.

use std::cmp::Reverse;

use crate::model::incident::Incident;
use crate::time::Instant;

/// The first `most` of these, in their order: all open ones, then the last changed.
pub(super) fn latest(mut all: Vec<&Incident>, most: usize) -> Vec<&Incident> {
    let open = all.iter().filter(|it| it.is_open()).count();
    let mut order: Vec<_> = all.iter().map(|it| key(it)).collect();
    order.sort_unstable();
    if let Some(&last) = order.get(most.max(open).saturating_sub(1)) {
        all.retain(|it| key(it) <= last);
    }
    all
}

fn key(incident: &Incident) -> (Reverse<bool>, Reverse<Instant>, &str) {
    (Reverse(incident.is_open()), Reverse(incident.updated), &incident.report.id)
}
