//! An incident or maintenance at one instant, derived from its report. Checks, pages, feeds and the API all take
//! beginning, end, status, impact and visibility from here.

use std::collections::BTreeSet;
use std::hash::{Hash as _, Hasher};
use std::sync::Arc;

use crate::model::course::{Course, Window, first_status, windows};
use crate::model::report::{Done, Impact, Kind, Postmortem, Report, Status, Update};
use crate::model::state::State;
use crate::model::uptime::{StateWindow, flatten};
use crate::model::{Component, ComponentIx, Site};
use crate::time::{Day, Instant, Interval, Zone};

#[derive(Clone, Debug)]
pub struct Incident {
    /// May hold updates and a postmortem of the future: use [`Incident::updates`] and [`Incident::postmortem`].
    pub report: Arc<Report>,
    pub status: Status,
    /// When it really began; for a maintenance its (planned) beginning.
    pub began: Instant,
    pub began_on: Day,
    /// When it really ended; `None` while it has not, and for a cancelled maintenance.
    pub ended: Option<Instant>,
    /// The earlier of its beginning and its first update; for a maintenance, its announcement.
    pub published: Instant,
    /// As given, else derived from what is public.
    pub impact: Impact,
    /// By component, then by time; includes those of a future maintenance.
    pub windows: Vec<Window>,
    /// The last change up to now: update, postmortem, edit, completed follow-up, beginning, end, or a window's edge.
    pub as_of: Instant,
    /// The last update, postmortem or edit, or the end of an incident without updates: `updated` in feeds.
    pub updated: Instant,
    named: Vec<ComponentIx>,
    /// The components that it reports as operational, in order, each once.
    said_operational: Vec<ComponentIx>,
    visible_updates: usize,
    postmortem_at: Option<Instant>,
}

/// How many components a list names; the rest are counted.
pub const MOST_NAMED: usize = 12;

impl Incident {
    pub fn at(report: &Arc<Report>, site: &Site, now: Instant) -> Option<Self> {
        Self::among(report, &site.components, site.config.zone, now)
    }

    /// [`Incident::at`] for the components and the zone of a site that may have errors elsewhere.
    pub fn among(report: &Arc<Report>, components: &[Component], zone: Zone, now: Instant) -> Option<Self> {
        let visible_updates = report.updates.partition_point(|update| update.at <= now);
        let course = Course::at(report, visible_updates, now)?;
        let windows = windows(report, &course, visible_updates, now);
        let ended = course.ended.filter(|&end| end <= now);
        let postmortem_at = report
            .postmortem
            .as_ref()
            .and_then(|it| it.at.or(ended).or(course.resolved))
            .filter(|&at| at <= now);
        let mut incident = Self {
            status: course.status,
            began: course.began,
            began_on: zone.day_of(course.began),
            ended,
            published: course.published,
            impact: Impact::None,
            windows,
            as_of: course.published,
            updated: course.published,
            named: named(report, visible_updates),
            said_operational: said_operational(report, visible_updates),
            visible_updates,
            postmortem_at,
            report: Arc::clone(report),
        };
        incident.impact = report.impact.unwrap_or_else(|| incident.derived_impact(components));
        incident.updated = incident.last_word(now);
        incident.as_of = incident.last_change(zone, now);
        Some(incident)
    }

    /// The incident at a `later` instant, with only what is public at `now`.
    pub fn foreseen(&self, site: &Site, now: Instant, later: Instant) -> Option<Self> {
        let mut report = Report::clone(&self.report);
        report.updates.truncate(self.visible_updates);
        report.outages.retain(|outage| outage.from <= now);
        report.outages.iter_mut().for_each(|outage| outage.to = outage.to.filter(|&to| to <= now));
        report.postmortem = report.postmortem.filter(|_| self.postmortem_at.is_some());
        report.ended = report.ended.filter(|&ended| ended <= now);
        report.edited = report.edited.filter(|&edited| edited <= now);
        Self::at(&Arc::new(report), site, later)
    }

    /// Hashes its file and everything that is known of it at `now`.
    pub fn hash_at(&self, site: &Site, now: Instant, hasher: &mut impl Hasher) {
        let Self {
            report,
            status,
            began,
            began_on,
            ended,
            published,
            impact,
            windows,
            as_of,
            updated,
            named,
            said_operational,
            visible_updates,
            postmortem_at,
        } = self;
        (report.digest, report.source.as_str(), report.draft, report.postmortem.is_some()).hash(hasher);
        (status, began, began_on, ended, published, impact, windows).hash(hasher);
        (as_of, updated, named, said_operational, visible_updates, postmortem_at).hash(hasher);
        let facts = [report.detected, report.edited].map(|at| at.is_some_and(|at| at <= now));
        (self.has_begun(now), self.edges_ahead(now), facts).hash(hasher);
        let done = report.follow_ups.iter().map(|it| it.done);
        let done = done.map(|done| done.is_some_and(|done| self.done_is_public(done, site, now)));
        done.collect::<Vec<_>>().hash(hasher);
    }

    /// Its beginning; while that lies after `at`, its publication.
    pub fn begun_by(&self, at: Instant) -> Instant {
        if self.began <= at { self.began } else { self.published }
    }

    /// The instants after `now` at which it changes by itself: a maintenance's planned edges.
    pub fn edges_ahead(&self, now: Instant) -> Vec<Instant> {
        let plan = self.report.schedule.as_ref().filter(|plan| plan.automatic && self.is_open());
        let edges = plan.map(|plan| [plan.from, plan.to]).into_iter().flatten();
        edges.filter(|&at| at > now).collect()
    }

    pub fn updates(&self) -> &[Update] {
        &self.report.updates[..self.visible_updates]
    }

    pub fn postmortem(&self) -> Option<(&Postmortem, Instant)> {
        Some((self.report.postmortem.as_ref()?, self.postmortem_at?))
    }

    pub fn is_maintenance(&self) -> bool {
        self.report.kind == Kind::Maintenance
    }

    /// Whether it had begun: a manual maintenance begins at `in progress`, whatever its plan.
    pub fn has_begun(&self, at: Instant) -> bool {
        self.status != Status::Scheduled && self.began <= at
    }

    /// The first day that it shows its components to be there, of those up to `last`; none when it was cancelled.
    pub fn first_day(&self, last: Day) -> Option<Day> {
        (self.began_on <= last && self.status != Status::Cancelled).then_some(self.began_on)
    }

    /// Not resolved, completed or cancelled.
    pub fn is_open(&self) -> bool {
        !self.status.is_final()
    }

    /// The status of each public update, oldest first: `Update` keeps the previous one.
    pub fn update_statuses(&self) -> Vec<Status> {
        let mut status = first_status(self.report.kind);
        let keep = |update: &Update| {
            status = update.status.unwrap_or(status);
            status
        };
        self.updates().iter().map(keep).collect()
    }

    /// The components it names, in order, each once, including operational ones.
    pub fn components(&self) -> &[ComponentIx] {
        &self.named
    }

    /// The components that lists and feeds name, and how many more there are. Only the report's own page, API body and
    /// entry in the site's feeds name all: else a site's size would grow with the square of its components.
    pub fn named_components(&self) -> (&[ComponentIx], usize) {
        let named = &self.named[..self.named.len().min(MOST_NAMED)];
        (named, self.named.len() - named.len())
    }

    pub fn windows_of(&self, component: ComponentIx) -> &[Window] {
        let start = self.windows.partition_point(|window| window.component < component);
        let len = self.windows[start..].partition_point(|window| window.component == component);
        &self.windows[start..start + len]
    }

    /// The disjoint windows of one component in its worst state, sorted, open ones cut far ahead. With
    /// `uptime::stretch_at` they answer many lookups faster than [`Incident::state_of`].
    pub fn stretches_of(&self, component: ComponentIx) -> Vec<StateWindow> {
        flatten(&self.windows_of(component).iter().filter_map(|window| window.sourced(0)).collect::<Vec<_>>())
    }

    /// The worst state that it gives a component at an instant. Takes O(its windows).
    fn state_of(&self, component: ComponentIx, at: Instant) -> State {
        let holds = |window: &&Window| window.from <= at && window.to.is_none_or(|to| at < to);
        let states = self.windows_of(component).iter().filter(holds).map(|window| window.state);
        states.max().unwrap_or(State::Operational)
    }

    /// The worst state that it ever gave a component.
    fn worst_of(&self, component: ComponentIx) -> State {
        let states = self.windows_of(component).iter().map(|window| window.state);
        states.max().unwrap_or(State::Operational)
    }

    /// The worst state that it ever gave a component, or operational if it says so. `None` when unknown: named without
    /// a state, or by a maintenance without a window.
    pub fn known_worst_of(&self, component: ComponentIx) -> Option<State> {
        let worst = self.worst_of(component);
        let is_known = worst != State::Operational || self.said_operational.binary_search(&component).is_ok();
        is_known.then_some(worst)
    }

    /// The state that it gives a component at an instant; `None` when unknown.
    pub fn known_state_of(&self, component: ComponentIx, at: Instant) -> Option<State> {
        self.known_worst_of(component).map(|_| self.state_of(component, at))
    }

    /// From beginning to end, once ended; empty when they coincide.
    pub fn span(&self) -> Option<Interval> {
        Interval::new(self.began, self.ended?)
    }

    /// The time promised by the last public update, while open.
    pub fn next_update(&self) -> Option<Instant> {
        self.updates().last().and_then(|update| update.next_update).filter(|_| self.is_open())
    }

    /// Whether a follow-up's `done` is public at `now`.
    pub fn done_is_public(&self, done: Done, site: &Site, now: Instant) -> bool {
        match done {
            Done::Sometime => self.ended.is_some() || self.status.is_final(),
            Done::On(day) => site.config.zone.start_of(day) <= now,
        }
    }

    /// None without components; minor for degraded or partial; major for a major outage; critical for one of more than
    /// half of the components that existed at its beginning.
    fn derived_impact(&self, components: &[Component]) -> Impact {
        let worst = |&ix: &ComponentIx| self.worst_of(ix);
        let states: Vec<State> = self.components().iter().map(worst).collect();
        let out = states.iter().filter(|&&state| state == State::MajorOutage).count();
        let existed = components.iter().filter(|component| component.lives_on(self.began_on)).count();
        match states.into_iter().max() {
            Some(State::MajorOutage) if out * 2 > existed => Impact::Critical,
            Some(State::MajorOutage) => Impact::Major,
            Some(State::PartialOutage | State::DegradedPerformance) => Impact::Minor,
            _ => Impact::None,
        }
    }

    fn last_word(&self, now: Instant) -> Instant {
        self.said_last(now).map_or(self.published, |said| said.max(self.published))
    }

    fn said_last(&self, now: Instant) -> Option<Instant> {
        let said = self.updates().last().map(|update| update.at);
        let edited = self.report.edited.filter(|&at| at <= now);
        let unsaid = self.ended.filter(|_| !self.is_maintenance() && self.report.updates.is_empty());
        [said, self.postmortem_at, edited, unsaid].into_iter().flatten().max()
    }

    fn last_change(&self, zone: Zone, now: Instant) -> Instant {
        let edges = self.windows.iter().flat_map(|window| [Some(window.from), window.to]);
        let began = [Some(self.began).filter(|&at| self.has_begun(at))];
        let done = self.report.follow_ups.iter().map(|follow_up| match follow_up.done {
            Some(Done::On(day)) => Some(zone.start_of(day)),
            _ => None,
        });
        let said = [self.ended, self.said_last(now)];
        let all = edges.chain(began).chain(done).chain(said).flatten();
        all.filter(|&at| at <= now).fold(self.published, Instant::max)
    }
}

/// The components that a report names, in order, each once.
fn named(report: &Report, visible_updates: usize) -> Vec<ComponentIx> {
    let claimed = report.components.iter().map(|(ix, _)| *ix).chain(report.affected.iter().copied());
    let exact = report.outages.iter().map(|outage| outage.component);
    let updates = report.updates[..visible_updates].iter();
    let said = updates.flat_map(|update| update.states.iter().map(|(ix, _)| *ix));
    let mut all: Vec<_> = claimed.chain(exact).chain(said).collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn said_operational(report: &Report, visible_updates: usize) -> Vec<ComponentIx> {
    let said = report.updates[..visible_updates].iter().flat_map(|update| &update.states);
    let all = report.components.iter().chain(said).filter(|(_, state)| *state == State::Operational);
    let all: BTreeSet<ComponentIx> = all.map(|(ix, _)| *ix).collect();
    all.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::option;
    use proptest::prelude::{ProptestConfig, prop_assert_eq, proptest};

    use super::*;
    use crate::model::report::Outage;
    use crate::model::testing::{T, at, incident, maintenance, site_of, update, updates};
    use crate::model::uptime::stretch_at;

    #[test]
    fn a_maintenance_is_public_from_its_announcement_or_its_beginning() {
        let check = |report: &Report, published: &str| {
            let site = site_of(vec![report.clone()]);
            let at = |secs| Incident::at(&site.reports[0], &site, at(published).plus_secs(secs));
            assert!(at(-1).is_none(), "{report:?}");
            let incident = at(0).expect("visible");
            assert_eq!([T(incident.published), T(incident.as_of)], [published; 2]);
        };
        for automatic in [true, false] {
            let mut report = maintenance("10:00", "12:00", automatic, &[]);
            check(&report, "00:00");
            report.schedule.as_mut().unwrap().announced = None;
            check(&report, "10:00");
        }
        // Announced only after its beginning.
        check(&maintenance("10:00", "12:00", true, &[update("11:00", None, &[])]), "10:00");
        check(&maintenance("10:00", "12:00", false, &[update("11:00", None, &[])]), "11:00");
    }

    #[test]
    fn a_component_named_without_a_state_is_affected_and_counts_no_second() {
        let mut report = incident(&updates("01:00 investigating; 02:00 identified 1=partial 2=ok"));
        report.affected = vec![ComponentIx(0), ComponentIx(1), ComponentIx(2)];
        let site = site_of(vec![report]);
        let at_first = Incident::at(&site.reports[0], &site, at("01:30")).expect("visible");
        assert_eq!(at_first.windows, []);
        let known = |now: &str, ix: usize| {
            let incident = Incident::at(&site.reports[0], &site, at(now)).expect("visible");
            assert_eq!(incident.components(), [0, 1, 2].map(ComponentIx));
            incident.known_worst_of(ComponentIx(ix))
        };
        assert_eq!([0, 1, 2].map(|ix| known("01:30", ix)), [None; 3]);
        let then = [None, Some(State::PartialOutage), Some(State::Operational)];
        assert_eq!([0, 1, 2].map(|ix| known("02:00", ix)), then);
    }

    #[test]
    fn a_cancelled_maintenance_knows_no_state() {
        let updates = updates("01:00 scheduled; 01:30 cancelled");
        let site = site_of(vec![maintenance("02:00", "04:00", true, &updates)]);
        let known = |now: &str| {
            let incident = Incident::at(&site.reports[0], &site, at(now)).expect("visible");
            incident.known_worst_of(ComponentIx(0))
        };
        assert_eq!((known("01:00"), known("03:00")), (Some(State::UnderMaintenance), None));
    }

    #[test]
    fn a_component_is_there_from_a_day_that_has_come() {
        let counts = |said: &str, ahead: i64| {
            let site = site_of(vec![maintenance("02:00", "04:00", true, &updates(said))]);
            let incident = Incident::at(&site.reports[0], &site, at("01:40")).expect("visible");
            incident.first_day(incident.began_on.plus_days(ahead)).is_some()
        };
        assert_eq!([-1, 0, 1].map(|ahead| counts("01:00 scheduled", ahead)), [false, true, true]);
        assert!(!counts("01:00 scheduled; 01:30 cancelled", 1));
    }

    #[test]
    fn what_is_foreseen_knows_no_later_word() {
        let updates = updates("01:00 scheduled; 02:30 cancelled");
        let site = site_of(vec![maintenance("02:00", "04:00", true, &updates)]);
        let now = at("01:30");
        let incident = Incident::at(&site.reports[0], &site, now).expect("visible");
        assert_eq!(incident.edges_ahead(now), [at("02:00"), at("04:00")]);
        let status = |later: &str| incident.foreseen(&site, now, at(later)).expect("visible").status;
        assert_eq!(
            ["01:30", "02:00", "03:00", "04:00"].map(status),
            [Status::Scheduled, Status::InProgress, Status::InProgress, Status::Completed]
        );
        assert_eq!(Incident::at(&site.reports[0], &site, at("03:00")).expect("visible").edges_ahead(now), []);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// The oracle looks at all windows.
        #[test]
        fn stretches_give_the_state_at_every_instant(
            said in vec((0_i64..60, 0_usize..3, 0_usize..5), 1..12),
            exact in vec((0_usize..3, 0_usize..5, 0_i64..60, option::of(0_i64..60)), 0..6),
        ) {
            let minute = |minute: i64| at("01:00").plus_secs(minute * 60);
            let mut updates: Vec<Update> =
                said.iter().map(|&(at, ix, state)| Update { at: minute(at), ..update("01:00", None, &[(ix, State::ALL[state])]) }).collect();
            updates.sort_by_key(|update| update.at);
            let outages = exact.iter().map(|&(ix, state, from, to)| Outage {
                component: ComponentIx(ix), state: State::ALL[state], from: minute(from), to: to.map(minute),
            });
            let site = site_of(vec![Report { outages: outages.collect(), ..incident(&updates) }]);
            if let Some(incident) = Incident::at(&site.reports[0], &site, at("01:45")) {
                for ix in (0..3).map(ComponentIx) {
                    let stretches = incident.stretches_of(ix);
                    for at in (-1..=60).map(minute) {
                        let state = stretch_at(&stretches, at).map_or(State::Operational, |it| it.state);
                        prop_assert_eq!(state, incident.state_of(ix, at));
                    }
                }
            }
        }
    }

    /// Looking at all windows for each update would take hours.
    #[test]
    fn many_updates_are_looked_up_in_stretches() {
        const COUNT: i64 = 500_000;
        let states = [State::MajorOutage, State::PartialOutage];
        let windows = (0..COUNT).map(|place| Window {
            component: ComponentIx(0),
            state: states[place as usize % 2],
            from: at("01:00").plus_secs(place),
            to: Some(at("01:00").plus_secs(place + 1)),
        });
        let site = site_of(vec![incident(&[update("01:00", None, &[])])]);
        let mut incident = Incident::at(&site.reports[0], &site, at("02:00")).expect("visible");
        incident.windows = windows.collect();
        let stretches = incident.stretches_of(ComponentIx(0));
        let found = (0..COUNT).filter_map(|place| stretch_at(&stretches, at("01:00").plus_secs(place)));
        assert_eq!(found.filter(|it| it.state == State::MajorOutage).count() as i64, COUNT / 2);
    }

    #[test]
    fn impact_follows_the_worst_and_the_share() {
        let check = |states: &[(usize, State)], expected: Impact| {
            let mut report = incident(&updates("01:00 investigating"));
            report.components = states.iter().map(|&(ix, state)| (ComponentIx(ix), state)).collect();
            let site = site_of(vec![report]);
            let incident = Incident::at(&site.reports[0], &site, at("02:00")).expect("visible");
            assert_eq!(incident.impact, expected, "{states:?}");
        };
        check(&[], Impact::None);
        check(&[(0, State::DegradedPerformance)], Impact::Minor);
        check(&[(0, State::MajorOutage)], Impact::Major);
        check(&[(0, State::MajorOutage), (1, State::MajorOutage)], Impact::Critical);
    }
}
