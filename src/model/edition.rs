//! An edition: the public content of a site at one instant, and the resulting state of every component.
//!
//! Invariant: two editions of one site differ only if something dated lies between their instants.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;

use crate::model::incident::Incident;
use crate::model::out_path::OutPath;
use crate::model::overall::Overall;
use crate::model::report::{Done, Kind, Part, Report, Slug, Status, Tag};
use crate::model::state::State;
use crate::model::uptime::{StateWindow, flatten, stretch_at};
use crate::model::{Component, ComponentIx, GroupIx, Reference, Site};
use crate::source::Handle;
use crate::time::{Day, DayStarts, Instant};

/// Index into [`Edition::incidents`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IncidentIx(pub usize);

/// Index into [`Edition::tags`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TagIx(pub usize);

/// The public reports with a tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tagged {
    /// As the newest of them spells it.
    pub tag: Tag,
    /// Newest beginning first.
    pub reports: Vec<IncidentIx>,
}

/// The part of the service that an output covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    Site,
    Component(ComponentIx),
    Group(GroupIx),
}

/// The public content of a site at one instant.
#[derive(Clone, Debug)]
pub struct Edition {
    /// Everything the author wrote.
    pub site: Arc<Site>,
    pub now: Instant,
    pub today: Day,
    /// Incidents and maintenances, newest beginning first, ties by slug.
    pub incidents: Vec<Incident>,
    /// The next instant at which an output changes by itself.
    pub next_change: Instant,
    /// The last instant up to `now` at which anything changed, the site's midnight included.
    pub as_of: Instant,
    /// Public copied files by output path: those of `static/`, and those that public text refers to.
    pub copies: BTreeMap<OutPath, Handle>,
    /// When the days begin that outputs show.
    pub day_starts: DayStarts,
    /// Tags with pages, by their keys.
    pub tags: Vec<Tagged>,
    stretches: Vec<Vec<StateWindow>>,
    by_component: Vec<Vec<IncidentIx>>,
    component_as_of: Vec<Instant>,
    counted_from: Vec<Option<Day>>,
}

impl Edition {
    pub fn new(site: Arc<Site>, now: Instant) -> Self {
        let zone = site.config.zone;
        let today = zone.day_of(now);
        let midnight = zone.start_of(today);
        let mut incidents: Vec<Incident> =
            site.reports.par_iter().filter_map(|report| Incident::at(report, &site, now)).collect();
        incidents.par_sort_by(newest_first);
        let day_starts = day_starts(&site, &incidents, today);
        let by_component = incidents_by_component(&site, &incidents);
        let stretches = by_component.par_iter().enumerate();
        let stretches = stretches.map(|(ix, own)| stretches_of(ComponentIx(ix), own, &incidents)).collect();
        let latest = |(component, own): (&Component, &Vec<IncidentIx>)| {
            let midnight = component.last_midnight(&day_starts, today);
            own.iter().map(|ix| incidents[ix.0].as_of).fold(midnight, Instant::max)
        };
        let component_as_of = site.components.iter().zip(&by_component).map(latest).collect();
        let counted_from = counted_from(&site, &incidents, &by_component, today);
        let as_of = incidents.iter().map(|it| it.as_of).fold(midnight, Instant::max);
        let next_change = next_change(&site, &incidents, today, now);
        let copies = copies(&site, &incidents);
        let tags = tags(&incidents);
        Self {
            site,
            now,
            today,
            incidents,
            next_change,
            as_of,
            copies,
            day_starts,
            tags,
            stretches,
            by_component,
            component_as_of,
            counted_from,
        }
    }

    pub fn incident(&self, ix: IncidentIx) -> &Incident {
        &self.incidents[ix.0]
    }

    /// The index of an incident of this edition.
    pub fn ix_of(&self, incident: &Incident) -> IncidentIx {
        let found = self.incidents.binary_search_by(|other| newest_first(other, incident));
        IncidentIx(found.expect("an incident of this edition"))
    }

    pub fn indexed(&self) -> impl DoubleEndedIterator<Item = (IncidentIx, &Incident)> {
        self.incidents.iter().enumerate().map(|(ix, incident)| (IncidentIx(ix), incident))
    }

    pub fn by_slug(&self, slug: &str) -> Option<IncidentIx> {
        self.incidents.iter().position(|incident| incident.report.slug.as_str() == slug).map(IncidentIx)
    }

    /// The incidents that name a component, newest beginning first.
    pub fn incidents_of(&self, component: ComponentIx) -> &[IncidentIx] {
        &self.by_component[component.0]
    }

    /// The incidents that name a member of a group, newest beginning first, each once.
    pub fn incidents_of_group(&self, group: GroupIx) -> Vec<IncidentIx> {
        let mut all: Vec<_> =
            self.site.members(group).flat_map(|ix| self.incidents_of(ix).iter().copied()).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The windows in which a component was not operational: sorted, disjoint, in its worst state, with the incident
    /// (`source` is an [`IncidentIx`]). Open ones end far ahead: cut them at an as-of.
    pub fn stretches(&self, component: ComponentIx) -> &[StateWindow] {
        &self.stretches[component.0]
    }

    /// The last change of a component's outputs up to `now`, midnights included.
    pub fn component_as_of(&self, component: ComponentIx) -> Instant {
        self.component_as_of[component.0]
    }

    /// The latest as-of of the group's members.
    pub fn group_as_of(&self, group: GroupIx) -> Instant {
        let midnight = self.day_starts.start_of(self.today);
        self.site.members(group).map(|ix| self.component_as_of(ix)).fold(midnight, Instant::max)
    }

    pub fn incidents_in(&self, scope: Scope) -> Vec<&Incident> {
        match scope {
            Scope::Site => self.incidents.iter().collect(),
            Scope::Component(ix) => self.incidents_of(ix).iter().map(|&ix| self.incident(ix)).collect(),
            Scope::Group(ix) => self.incidents_of_group(ix).into_iter().map(|ix| self.incident(ix)).collect(),
        }
    }

    /// The last dated change of these incidents; `None` without any. Midnights do not count.
    pub fn dated_as_of<'a>(&self, incidents: impl IntoIterator<Item = &'a Incident>) -> Option<Instant> {
        incidents.into_iter().map(|incident| incident.as_of).max()
    }

    /// The as-of of an output about these components and a year: for a past year its end and later changes of its
    /// incidents, for the current one also today's midnight.
    pub fn year_as_of(&self, components: impl IntoIterator<Item = ComponentIx>, year: i32) -> Instant {
        let starts = &self.day_starts;
        let new_year = |year| Day::from_ymd(year, 1, 1).map(|day| starts.start_of(day));
        let (this_year, next_year) = (new_year(year), new_year(year + 1));
        let touches = |incident: &&Incident| {
            next_year.is_none_or(|next| incident.began < next)
                && incident.ended.is_none_or(|end| this_year.is_none_or(|first| end >= first))
        };
        let components: Vec<ComponentIx> = components.into_iter().collect();
        let own = components.iter().flat_map(|&ix| self.incidents_of(ix)).map(|&ix| self.incident(ix));
        let said = self.dated_as_of(own.filter(touches));
        let midnight = |&ix: &ComponentIx| self.site.component(ix).last_midnight(starts, self.today);
        let clock = components.iter().map(midnight).max().unwrap_or(starts.start_of(self.today));
        let clock = next_year.map_or(clock, |next| next.min(clock));
        said.map_or(clock, |said| said.max(clock))
    }

    /// The tag of this key; `None` for one without a page.
    pub fn tag(&self, key: &str) -> Option<TagIx> {
        self.tags.binary_search_by(|tagged| tagged.tag.key.as_str().cmp(key)).ok().map(TagIx)
    }

    pub fn state(&self, component: ComponentIx) -> State {
        if !self.site.component(component).lives_on(self.today) {
            return State::Operational;
        }
        self.stretch_at(component, self.now).map_or(State::Operational, |stretch| stretch.state)
    }

    pub fn stretch_at(&self, component: ComponentIx, at: Instant) -> Option<&StateWindow> {
        stretch_at(self.stretches(component), at)
    }

    pub fn is_retired(&self, component: ComponentIx) -> bool {
        self.site.component(component).retired.is_some_and(|day| day <= self.today)
    }

    /// The first day that counts: `since`, else that of the earliest report or recorded day; `None`: no day counts.
    pub fn counted_from(&self, component: ComponentIx) -> Option<Day> {
        self.counted_from[component.0]
    }

    /// Whether the component exists on this day and counting has begun.
    pub fn counts_on(&self, component: ComponentIx, day: Day) -> bool {
        let has_begun = self.counted_from(component).is_some_and(|first| first <= day);
        has_begun && self.site.component(component).lives_on(day)
    }

    /// Whether the group has members and all of them are retired.
    pub fn is_group_retired(&self, group: GroupIx) -> bool {
        let mut members = self.site.members(group).peekable();
        members.peek().is_some() && members.all(|ix| self.is_retired(ix))
    }

    /// The first day of a component, while it lies ahead.
    pub fn begins(&self, component: ComponentIx) -> Option<Day> {
        self.site.component(component).since.filter(|&since| self.today < since)
    }

    /// The earliest first day of the members, while none of them lives yet.
    pub fn group_begins(&self, group: GroupIx) -> Option<Day> {
        let has_begun = self.site.members(group).any(|ix| self.site.component(ix).lives_on(self.today));
        self.site.members(group).filter_map(|ix| self.begins(ix)).min().filter(|_| !has_begun)
    }

    pub fn group_state(&self, group: GroupIx) -> State {
        self.site.members(group).map(|ix| self.state(ix)).max().unwrap_or(State::Operational)
    }

    /// Components that exist today, in site.toml's order.
    pub fn living(&self) -> impl Iterator<Item = ComponentIx> + '_ {
        self.site.component_ixs().filter(|&ix| self.site.component(ix).lives_on(self.today))
    }

    /// Components that exist today or later, in site.toml's order.
    pub fn listed(&self) -> impl Iterator<Item = ComponentIx> + '_ {
        let is_listed =
            |component: &Component| component.lives_on(self.today) || component.is_to_come(self.today);
        self.site.component_ixs().filter(move |&ix| is_listed(self.site.component(ix)))
    }

    pub fn overall(&self) -> Overall {
        Overall::of(&self.living().map(|ix| self.state(ix)).collect::<Vec<_>>())
    }

    /// Unresolved incidents, newest first; without maintenances.
    pub fn open_incidents(&self) -> impl Iterator<Item = (IncidentIx, &Incident)> {
        self.indexed().filter(|(_, incident)| !incident.is_maintenance() && incident.is_open())
    }

    /// Maintenances in progress, newest first.
    pub fn running_maintenance(&self) -> impl Iterator<Item = (IncidentIx, &Incident)> {
        let runs = |incident: &Incident| matches!(incident.status, Status::InProgress | Status::Verifying);
        self.indexed().filter(move |(_, incident)| runs(incident))
    }

    /// Maintenances that are planned or run.
    pub fn maintenance(&self) -> impl Iterator<Item = IncidentIx> {
        self.indexed().filter(|(_, incident)| incident.is_maintenance()).map(|(ix, _)| ix)
    }

    /// Announced maintenances that have not begun, the nearest first.
    pub fn coming_maintenance(&self) -> impl Iterator<Item = (IncidentIx, &Incident)> {
        self.indexed().rev().filter(|(_, incident)| incident.status == Status::Scheduled)
    }
}

fn newest_first(a: &Incident, b: &Incident) -> Ordering {
    b.began.cmp(&a.began).then_with(|| a.report.slug.cmp(&b.report.slug))
}

/// From the first day that counts to a year from today.
fn day_starts(site: &Site, incidents: &[Incident], today: Day) -> DayStarts {
    let since = site.components.iter().filter_map(|component| component.since);
    let began = incidents.last().map(|incident| incident.began_on);
    let shown = today.plus_days(-i64::from(site.config.uptime.days));
    let first = since.chain(began).fold(shown, Day::min);
    DayStarts::new(site.config.zone, first, today.plus_days(366))
}

fn counted_from(
    site: &Site,
    incidents: &[Incident],
    by_component: &[Vec<IncidentIx>],
    today: Day,
) -> Vec<Option<Day>> {
    let first = |component: ComponentIx| {
        let mut oldest_first = by_component[component.0].iter().rev();
        let earliest = oldest_first.find_map(|ix| incidents[ix.0].first_day(today));
        let recorded = site.recorded[component.0].keys().next().copied();
        site.component(component).since.or_else(|| earliest.into_iter().chain(recorded).min())
    };
    site.component_ixs().map(first).collect()
}

fn copies(site: &Site, incidents: &[Incident]) -> BTreeMap<OutPath, Handle> {
    if site.references.is_empty() {
        return site.copies.clone();
    }
    let by_slug: BTreeMap<&Slug, &Incident> = incidents.iter().map(|it| (&it.report.slug, it)).collect();
    let is_shown = |reference: &Reference| {
        by_slug.get(&reference.slug).is_some_and(|incident| match reference.part {
            Part::Update(place) => place < incident.updates().len(),
            Part::Postmortem => incident.postmortem().is_some(),
        })
    };
    let is_public = |path: &OutPath| site.references.get(path).is_none_or(|all| all.iter().any(is_shown));
    let copies = site.copies.iter().filter(|(path, _)| is_public(path));
    copies.map(|(path, handle)| (path.clone(), handle.clone())).collect()
}

fn tags(incidents: &[Incident]) -> Vec<Tagged> {
    let mut tags: BTreeMap<&str, Tagged> = BTreeMap::new();
    for (ix, incident) in incidents.iter().enumerate() {
        for tag in incident.report.tags.iter().filter(|tag| !tag.slug.is_empty()) {
            let new = || Tagged { tag: tag.clone(), reports: Vec::new() };
            let reports = &mut tags.entry(&tag.key).or_insert_with(new).reports;
            if reports.last() != Some(&IncidentIx(ix)) {
                reports.push(IncidentIx(ix));
            }
        }
    }
    tags.into_values().collect()
}

fn incidents_by_component(site: &Site, incidents: &[Incident]) -> Vec<Vec<IncidentIx>> {
    let mut lists = vec![Vec::new(); site.components.len()];
    for (ix, incident) in incidents.iter().enumerate() {
        for &component in incident.components() {
            lists[component.0].push(IncidentIx(ix));
        }
    }
    lists
}

fn stretches_of(component: ComponentIx, own: &[IncidentIx], incidents: &[Incident]) -> Vec<StateWindow> {
    let mut windows = Vec::new();
    for &ix in own {
        windows.extend(incidents[ix.0].windows_of(component).iter().filter_map(|it| it.sourced(ix.0)));
    }
    flatten(&windows)
}

/// The earliest of the site's next midnight and all dated content ahead.
fn next_change(site: &Site, incidents: &[Incident], today: Day, now: Instant) -> Instant {
    let zone = site.config.zone;
    let mut next = zone.start_of(today.next());
    if next <= now {
        next = zone.start_of(today.plus_days(2));
    }
    let ahead = |at: Instant| at > now;
    let dated = site.reports.par_iter().flat_map_iter(|report| dated_instants(report, site));
    let dated = dated.filter(|&at| ahead(at)).min();
    let edited = site.pages.iter().filter_map(|page| page.edited);
    let dated = dated.into_iter().chain(edited.filter(|&at| ahead(at)));
    let plans = incidents.iter().filter(|incident| incident.is_maintenance());
    let edges =
        plans.flat_map(|plan| &plan.windows).flat_map(|window| [Some(window.from), window.to]).flatten();
    dated.chain(edges.filter(|&at| ahead(at))).fold(next, Instant::min)
}

/// All instants at which a report may change what is shown.
fn dated_instants(report: &Report, site: &Site) -> Vec<Instant> {
    let mut all = vec![report.started, report.detected, report.ended, report.edited];
    all.extend(report.updates.iter().map(|update| Some(update.at)));
    all.extend(report.outages.iter().flat_map(|outage| [Some(outage.from), outage.to]));
    all.push(report.postmortem.as_ref().and_then(|postmortem| postmortem.at));
    if let (Kind::Maintenance, Some(plan)) = (report.kind, &report.schedule) {
        all.push(plan.announced);
        let is_silent = plan.announced.is_none() && report.updates.is_empty();
        all.push(Some(plan.from).filter(|_| plan.automatic || is_silent));
        all.push(Some(plan.to).filter(|_| plan.automatic));
    }
    all.extend(report.follow_ups.iter().map(|follow_up| match follow_up.done {
        Some(Done::On(day)) => Some(site.config.zone.start_of(day)),
        _ => None,
    }));
    all.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::testing::{T, at, incident, maintenance, site_of, updates};

    #[test]
    fn a_later_clock_changes_nothing_until_something_dated() {
        let mut report = incident(&updates("01:00 investigating; 06:00 resolved"));
        report.components = vec![(ComponentIx(0), State::MajorOutage)];
        let site = Arc::new(site_of(vec![report, maintenance("08:00", "09:00", true, &[])]));
        let check = |now: &str, as_of: &str, next: &str, state: State| {
            let edition = Edition::new(Arc::clone(&site), at(now));
            let shown = (T(edition.as_of), T(edition.next_change), edition.state(ComponentIx(0)));
            assert_eq!(shown, (as_of.to_owned(), next.to_owned(), state), "{now}");
            assert!(edition.indexed().all(|(ix, incident)| edition.ix_of(incident) == ix), "{now}");
        };
        check("00:30", "00:00", "01:00", State::Operational);
        check("01:00", "01:00", "06:00", State::MajorOutage);
        check("05:59", "01:00", "06:00", State::MajorOutage);
        check("06:00", "06:00", "08:00", State::Operational);
        check("08:30", "08:00", "09:00", State::UnderMaintenance);
        check("23:59", "09:00", "00:00", State::Operational);
    }
}
