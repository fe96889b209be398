//! Which incidents a list of limited length holds.

use std::cmp::Reverse;

use crate::model::incident::Incident;

/// The first `most` of these, in their order: all open ones, then the last changed.
pub(super) fn latest(mut all: Vec<&Incident>, most: usize) -> Vec<&Incident> {
    let key = |it: &&Incident| (Reverse(it.is_open()), Reverse(it.updated), it.report.id.clone());
    let open = all.iter().filter(|it| it.is_open()).count();
    let mut order: Vec<_> = all.iter().map(key).collect();
    order.sort_unstable();
    if let Some(last) = order.get(most.max(open).saturating_sub(1)) {
        all.retain(|it| key(it) <= *last);
    }
    all
}
