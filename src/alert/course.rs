//! The course of an incident, as its alerts tell it: what is wrong from when on.

use std::collections::{BTreeMap, BTreeSet};

use crate::alert::fired::Fired;
use crate::model::state::State;
use crate::time::Instant;

/// A change of the components' states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) at: Instant,
    /// The components whose state changes, by id.
    pub(super) states: Vec<(String, State)>,
    /// Whether all alerts are over from here on.
    pub(super) is_over: bool,
}

/// All changes, oldest first; the first one is the beginning.
pub(super) fn events(fired: &[Fired]) -> Vec<Event> {
    let times: BTreeSet<Instant> = fired.iter().flat_map(Fired::times).collect();
    let last = times.last().copied();
    let is_over = fired.iter().all(|it| it.end().is_some());
    let mut known: BTreeMap<&str, State> = BTreeMap::new();
    let mut events = Vec::new();
    for at in times {
        let now = states(fired, at);
        let is_changed =
            |(id, state): &(&&str, &State)| known.get(**id).unwrap_or(&State::Operational) != *state;
        let changed: Vec<(String, State)> =
            now.iter().filter(is_changed).map(|(id, state)| ((*id).to_owned(), *state)).collect();
        let is_over = is_over && Some(at) == last;
        if !changed.is_empty() || is_over {
            events.push(Event { at, states: changed, is_over });
        }
        known = now;
    }
    events
}

/// The worst state of each component at an instant; operational once its alerts are over.
fn states(fired: &[Fired], at: Instant) -> BTreeMap<&str, State> {
    let mut all = BTreeMap::new();
    for it in fired.iter().filter(|it| it.from <= at) {
        let holds = it.end().is_none_or(|end| at < end);
        let state = if holds { it.state } else { State::Operational };
        let worst = all.entry(it.component.as_str()).or_insert(state);
        *worst = (*worst).max(state);
    }
    all
}

/// The components that change from what one list of alerts says in the end to what another says, and their states then.
pub(super) fn difference(before: &[Fired], after: &[Fired]) -> Vec<(String, State)> {
    let end =
        |fired: &[Fired]| fired.iter().flat_map(Fired::times).max().unwrap_or(Instant::from_epoch_secs(0));
    let (old, new) = (states(before, end(before)), states(after, end(after)));
    let is_changed = |(id, state): &(&&str, &State)| old.get(**id).unwrap_or(&State::Operational) != *state;
    new.iter().filter(is_changed).map(|(id, state)| ((*id).to_owned(), *state)).collect()
}
