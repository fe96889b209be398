//! Which incident an alert belongs to: one incident for each group and episode.

use std::collections::{BTreeMap, BTreeSet};

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
    pub(super) new: Vec<NewEpisode>,
    /// The alerts that belong nowhere because their component or state is not known: what was said.
    pub(super) unknown: Vec<(String, String)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NewEpisode {
    /// By beginning.
    pub(super) fired: Vec<Fired>,
    /// The place of the incident that the alerts had joined before its end was known.
    pub(super) split_from: Option<usize>,
}

/// Sorts a delivery's alerts into the group's episodes, which stand by their beginning.
pub(super) fn sorted(episodes: &[Episode], delivery: &Delivery, now: Instant) -> Sorted {
    let known = episodes.iter().map(|it| it.fired.clone()).collect();
    let mut sorter = Sorter { episodes, now, known, new: Vec::new(), unknown: Vec::new() };
    let latest = sorter.known.iter().flatten().flat_map(Fired::times).max();
    let made = made_after(delivery);
    for alert in &delivery.alerts {
        match alert.since {
            Since::Fired(from) => sorter.fired(alert, from, made),
            Since::Now(began) => sorter.condition(alert, began),
        }
    }
    // An older body says nothing about what is there now.
    if let Some(made) = made.filter(|made| delivery.is_whole && latest.is_none_or(|latest| *made >= latest)) {
        sorter.end_absent(delivery, made);
    }
    sorter.end_repeated();
    sorter.sorted()
}

/// The latest time in a body: it was made then or later.
fn made_after(delivery: &Delivery) -> Option<Instant> {
    let times = delivery.alerts.iter().flat_map(|alert| match (alert.since, alert.end) {
        (Since::Fired(from), End::Over(to)) => [Some(from), to],
        (Since::Fired(from), End::Fires) => [Some(from), None],
        (Since::Now(_), _) => [None, None],
    });
    times.flatten().max()
}

struct Sorter<'a> {
    episodes: &'a [Episode],
    now: Instant,
    /// The alerts of each episode.
    known: Vec<Vec<Fired>>,
    /// Those of none.
    new: Vec<Fired>,
    unknown: Vec<(String, String)>,
}

impl Sorter<'_> {
    /// An alert with a beginning of its own, in a body that was made at `made` or later.
    fn fired(&mut self, alert: &Alert, from: Instant, made: Option<Instant>) {
        let to = match alert.end {
            End::Fires => None,
            End::Over(to) => Some(to.unwrap_or(self.now).max(from.plus_secs(1))),
        };
        let is_meant = |it: &&mut Fired| it.id == alert.id && it.from == from;
        if let Some(known) = self.all().find(is_meant) {
            known.to = known.to.into_iter().chain(to).min();
            // It was missing from a body for another reason than its end.
            known.gone = known.gone.filter(|gone| known.to.is_none() && Some(*gone) >= made);
        } else if let Some((component, state)) = self.meaning(alert) {
            self.add(Fired { from, id: alert.id.clone(), component, state, to, gone: None });
        }
    }

    /// The state that a component is in now.
    fn condition(&mut self, alert: &Alert, began: Option<Instant>) {
        let open = self.episodes.last().filter(|it| it.ended.is_none()).map(|_| self.episodes.len() - 1);
        if let (End::Over(to), Some(place), Some(component)) = (alert.end, open, &alert.component) {
            let to = to.unwrap_or(self.now);
            // Without a beginning it is not known to be late: an alert began when its message arrived, maybe after its end.
            let is_late = |it: &Fired| began.is_some() && it.from > to;
            end(&mut self.known[place], |it| it.component == *component && !is_late(it), to);
        }
        let is_known = |it: &Fired| it.id == alert.id && it.end().is_none();
        if alert.end != End::Fires || open.is_some_and(|place| self.known[place].iter().any(is_known)) {
            return;
        }
        let Some((component, state)) = self.meaning(alert) else { return };
        let from = began.filter(|_| open.is_none()).unwrap_or(self.now);
        if let Some(place) = open {
            end(&mut self.known[place], |it| it.component == component && it.from <= from, from);
        }
        self.add(Fired { from, id: alert.id.clone(), component, state, to: None, gone: None });
    }

    /// The component and state of an alert; without them it is noted as unknown while it fires.
    fn meaning(&mut self, alert: &Alert) -> Option<(String, State)> {
        let meaning = alert.component.clone().zip(alert.state);
        if meaning.is_none() && alert.end == End::Fires {
            self.unknown.push(alert.said.clone());
        }
        meaning
    }

    /// Adds an alert that was not known to the incident that it belongs to.
    fn add(&mut self, fired: Fired) {
        let Some(newest) = self.episodes.len().checked_sub(1) else { return self.new.push(fired) };
        let place = self.episodes.iter().rposition(|it| it.began <= fired.from).unwrap_or(0);
        let is_newest_open = self.episodes[newest].ended.is_none();
        match self.episodes[place].ended {
            None => self.known[place].push(fired),
            Some(ended) if fired.from > ended && place == newest => self.new.push(fired),
            // The open one began earlier than was known.
            Some(ended) if fired.from > ended && is_newest_open => self.known[newest].push(fired),
            // A late word of what is over: nothing fires any more.
            Some(_) if fired.to.is_none() => {}
            Some(_) => self.known[place].push(fired),
        }
    }

    /// Ends the alerts that a whole body does not have any more.
    fn end_absent(&mut self, delivery: &Delivery, made: Instant) {
        let is_there = |it: &Fired| {
            delivery.alerts.iter().any(|alert| alert.id == it.id && alert.since == Since::Fired(it.from))
        };
        for it in self.all().filter(|it| it.end().is_none() && it.from < made && !is_there(it)) {
            it.gone = Some(made);
        }
    }

    /// Ends the alerts that began again, of which monitoring says no end any more.
    fn end_repeated(&mut self) {
        let begun: BTreeSet<(String, Instant)> = self.all().map(|it| (it.id.clone(), it.from)).collect();
        for it in self.all().filter(|it| it.to.is_none()) {
            let next = begun.range((it.id.clone(), it.from.plus_secs(1))..).next();
            let next = next.filter(|(id, _)| *id == it.id).map(|(_, from)| *from);
            it.gone = it.gone.into_iter().chain(next).min();
        }
    }

    /// All alerts, those of the newest episodes first.
    fn all(&mut self) -> impl Iterator<Item = &mut Fired> {
        self.new.iter_mut().chain(self.known.iter_mut().rev().flatten())
    }

    fn sorted(self) -> Sorted {
        let mut sorted = Sorted { unknown: self.unknown, ..Sorted::default() };
        let new = |split_from| move |fired| NewEpisode { fired, split_from };
        sorted.new.extend(parts(self.new).into_iter().map(new(None)));
        let mut taken = BTreeSet::new();
        for (place, fired) in self.known.into_iter().enumerate().rev() {
            // An alert of a new incident may still stand in the one that it was split from.
            let fired = fired.into_iter().filter(|it| taken.insert((it.id.clone(), it.from))).collect();
            let mut parts = parts(fired);
            let first = self.episodes[place].fired.first();
            let is_own = |part: &Vec<Fired>| first.is_some_and(|first| part.iter().any(|it| it.is(first)));
            let own = parts.iter().position(is_own).unwrap_or(0);
            if parts.is_empty() {
                continue;
            }
            let own = parts.remove(own);
            if own != self.episodes[place].fired {
                sorted.changed.insert(place, own);
            }
            sorted.new.extend(parts.into_iter().map(new(Some(place))));
        }
        sorted
    }
}

/// Alerts by their beginning, in a list for each time in which one of them fires.
fn parts(mut fired: Vec<Fired>) -> Vec<Vec<Fired>> {
    fired.sort();
    let mut parts: Vec<Vec<Fired>> = Vec::new();
    for it in fired {
        match parts
            .last_mut()
            .filter(|part| part.iter().any(|before| before.end().is_none_or(|end| it.from <= end)))
        {
            Some(part) => part.push(it),
            None => parts.push(vec![it]),
        }
    }
    parts
}

/// Ends the alerts that fire, if they are meant; each lasts a second at least.
fn end(fired: &mut [Fired], is_meant: impl Fn(&Fired) -> bool, at: Instant) {
    let open = fired.iter_mut().filter(|it| it.end().is_none() && is_meant(it));
    open.for_each(|it| it.to = Some(at.max(it.from.plus_secs(1))));
}
