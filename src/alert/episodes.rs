//! Which incident an alert belongs to: one incident for each group and episode.

use std::collections::BTreeMap;

use crate::alert::body::{Alert, Delivery, End, Since};
use crate::alert::fired::Fired;
use crate::model::state::State;
use crate::time::Instant;

/// An incident of the group.
#[derive(Clone, Debug)]
pub(super) struct Episode {
    /// By beginning.
    pub(super) fired: Vec<Fired>,
    pub(super) began: Instant,
    /// When its alerts, or a person, ended it.
    pub(super) ended: Option<Instant>,
}

/// The alerts of each incident that a delivery changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sorted {
    /// By the incident's place among the episodes.
    pub(super) changed: BTreeMap<usize, Vec<Fired>>,
    /// The alerts of a new incident.
    pub(super) new: Vec<Fired>,
    /// The alerts that belong nowhere because their component or state is not known: what was said.
    pub(super) unknown: Vec<(String, String)>,
}

/// Sorts a delivery's alerts into the group's episodes, which stand by their beginning.
pub(super) fn sorted(episodes: &[Episode], delivery: &Delivery, now: Instant) -> Sorted {
    let mut sorter = Sorter { episodes, now, sorted: Sorted::default() };
    for alert in &delivery.alerts {
        match alert.since {
            Since::Fired(from) => sorter.fired(alert, from),
            Since::Now(began) => sorter.condition(alert, began),
        }
    }
    if delivery.is_over {
        sorter.close(delivery);
    }
    let mut sorted = sorter.sorted;
    sorted.changed.values_mut().chain([&mut sorted.new]).for_each(|fired| fired.sort());
    sorted.changed.retain(|place, fired| *fired != episodes[*place].fired);
    sorted
}

struct Sorter<'a> {
    episodes: &'a [Episode],
    now: Instant,
    sorted: Sorted,
}

impl Sorter<'_> {
    /// An alert with a beginning of its own.
    fn fired(&mut self, alert: &Alert, from: Instant) {
        let to = match alert.end {
            End::Fires => None,
            End::Over(to) => Some(to.unwrap_or(self.now).max(from.plus_secs(1))),
        };
        for place in (0..self.episodes.len()).rev() {
            let is_meant = |it: &&mut Fired| it.id == alert.id && it.from == from;
            if let Some(known) = self.of(place).iter_mut().find(is_meant) {
                // An end that was concluded may be later than the one that is said.
                known.to = known.to.into_iter().chain(to).min();
                return;
            }
        }
        if let Some((component, state)) = self.known(alert) {
            self.add(Fired { from, id: alert.id.clone(), component, state, to });
        }
    }

    /// The state that a component is in now.
    fn condition(&mut self, alert: &Alert, began: Option<Instant>) {
        let open = self.episodes.last().is_some_and(|it| it.ended.is_none());
        let open = open.then(|| self.episodes.len() - 1);
        if let (End::Over(to), Some(place), Some(component)) = (alert.end, open, &alert.component) {
            let to = to.unwrap_or(self.now);
            end(self.of(place), |it| it.component == *component, to);
        }
        let is_known = |it: &Fired| it.id == alert.id && it.to.is_none();
        if alert.end != End::Fires || open.is_some_and(|place| self.of(place).iter().any(is_known)) {
            return;
        }
        let Some((component, state)) = self.known(alert) else { return };
        let from = began.filter(|_| open.is_none()).unwrap_or(self.now);
        if let Some(place) = open {
            end(self.of(place), |it| it.component == component, from);
        }
        self.add(Fired { from, id: alert.id.clone(), component, state, to: None });
    }

    /// The component and state of an alert; without them it is noted as unknown while it fires.
    fn known(&mut self, alert: &Alert) -> Option<(String, State)> {
        let known = alert.component.clone().zip(alert.state);
        if known.is_none() && alert.end == End::Fires {
            self.sorted.unknown.push(alert.said.clone());
        }
        known
    }

    /// Adds an alert that was not known to the incident that it belongs to.
    fn add(&mut self, fired: Fired) {
        let Some(newest) = self.episodes.last() else { return self.sorted.new.push(fired) };
        match newest.ended {
            None => self.of(self.episodes.len() - 1).push(fired),
            Some(ended) if fired.from > ended => self.sorted.new.push(fired),
            // A late word of what is over: nothing fires any more.
            Some(_) if fired.to.is_none() => {}
            Some(_) => {
                let place = self.episodes.iter().rposition(|it| it.began <= fired.from).unwrap_or(0);
                self.of(place).push(fired);
            }
        }
    }

    /// Ends all alerts that began before the last end which the delivery names.
    fn close(&mut self, delivery: &Delivery) {
        let ends = delivery.alerts.iter().filter_map(|it| match it.end {
            End::Fires => None,
            End::Over(to) => Some(to.unwrap_or(self.now)),
        });
        let Some(last) = ends.max() else { return };
        if let Some(newest) = self.episodes.len().checked_sub(1) {
            end(self.of(newest), |_| true, last);
        }
        end(&mut self.sorted.new, |_| true, last);
    }

    fn of(&mut self, place: usize) -> &mut Vec<Fired> {
        self.sorted.changed.entry(place).or_insert_with(|| self.episodes[place].fired.clone())
    }
}

/// Ends the alerts that fire and began by then, if they are meant.
fn end(fired: &mut [Fired], is_meant: impl Fn(&Fired) -> bool, at: Instant) {
    let open = fired.iter_mut().filter(|it| it.to.is_none() && it.from <= at && is_meant(it));
    open.for_each(|it| it.to = Some(at.max(it.from.plus_secs(1))));
}
