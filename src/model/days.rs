//! Days and uptime figures of components and groups, from an edition's sorted windows.
//!
//! Day ranges include both ends. Open windows count up to `until`, the as-of of the output.

use std::collections::BTreeMap;

use crate::model::edition::{Edition, IncidentIx};
use crate::model::uptime::{Figure, Seconds, StateWindow, by_day, with_recorded};
use crate::model::{ComponentIx, GroupIx};
use crate::time::{Day, Instant, Interval};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayRow {
    pub day: Day,
    /// Seconds in each state; `None` without data: before the first day that counts, after `retired`, or a day that the zone skipped.
    pub seconds: Option<Seconds>,
    /// Incidents that changed a component's state on the day, in order of time.
    pub incidents: Vec<IncidentIx>,
}

impl Edition {
    /// The first of the `uptime.days` days that end today.
    pub fn first_shown_day(&self) -> Day {
        self.today.plus_days(1 - i64::from(self.site.config.uptime.days))
    }

    pub fn days(&self, component: ComponentIx, first: Day, last: Day, until: Instant) -> Vec<DayRow> {
        let days: Vec<(Day, Interval)> = self.day_starts.between(first, last).collect();
        let stretches = self.stretches_between(component, first, last, until);
        let counted = self.without_replaced(component, stretches.clone());
        let covered = by_day(&counted, days.iter().map(|(_, bounds)| *bounds));
        let row = |(&(day, bounds), seconds): (&(Day, Interval), Seconds)| {
            self.day_row(component, day, bounds.secs(), seconds)
        };
        let mut rows: Vec<DayRow> = days.iter().zip(covered).map(row).collect();
        // Also the incident that is running at `until` when no second of it has passed yet.
        let running = self.stretch_at(component, until).map(|stretch| (until, until.plus_secs(1), stretch));
        let named = stretches.iter().map(|stretch| (stretch.interval.from, stretch.interval.to, stretch));
        for (from, to, stretch) in named.chain(running) {
            let begin = days.partition_point(|(_, bounds)| bounds.to <= from);
            let count = days[begin..].iter().take_while(|(_, bounds)| bounds.from < to).count();
            rows[begin..begin + count].iter_mut().for_each(|row| note(row, IncidentIx(stretch.source)));
        }
        rows
    }

    fn day_row(&self, component: ComponentIx, day: Day, length: i64, covered: Seconds) -> DayRow {
        let counts = self.counts_on(component, day);
        let recorded = self.site.recorded[component.0].get(&day).filter(|_| day <= self.today);
        let seconds = recorded.map_or(covered, |recorded| with_recorded(covered, recorded.seconds, length));
        // A day skipped at the date line counts nowhere.
        DayRow { day, seconds: (counts && length > 0).then_some(seconds), incidents: Vec::new() }
    }

    /// A component's windows in these days, cut to them and to `until`, oldest first.
    pub fn stretches_between(
        &self,
        component: ComponentIx,
        first: Day,
        last: Day,
        until: Instant,
    ) -> Vec<StateWindow> {
        let end = self.day_starts.start_of(last.next()).min(until);
        let Some(period) = Interval::new(self.day_starts.start_of(first), end) else { return Vec::new() };
        let stretches = self.stretches(component);
        let begin = stretches.partition_point(|stretch| stretch.interval.to <= period.from);
        let inside = stretches[begin..].iter().take_while(|stretch| stretch.interval.from < period.to);
        let cut = |stretch: &StateWindow| {
            let interval = stretch.interval.intersect(period)?;
            Some(StateWindow { interval, ..*stretch })
        };
        inside.filter_map(cut).collect()
    }

    /// These windows without the days whose recorded seconds replace them.
    fn without_replaced(&self, component: ComponentIx, stretches: Vec<StateWindow>) -> Vec<StateWindow> {
        let zone = self.site.config.zone;
        let recorded = &self.site.recorded[component.0];
        if !recorded.values().any(|recorded| recorded.replaces) {
            return stretches;
        }
        // Only the days of each window are looked up.
        let pieces = |stretch: StateWindow| {
            let last = zone.day_of(stretch.interval.to.plus_secs(-1)).min(self.today);
            let first = zone.day_of(stretch.interval.from).min(last);
            let replaced = recorded.range(first..=last).filter(|(_, recorded)| recorded.replaces);
            let replaced: Vec<Interval> = replaced.map(|(&day, _)| self.day_starts.bounds(day)).collect();
            let ends = replaced.iter().map(|day| day.from).chain([stretch.interval.to]);
            let begins = [stretch.interval.from].into_iter().chain(replaced.iter().map(|day| day.to));
            let between: Vec<Interval> =
                begins.zip(ends).filter_map(|(from, to)| Interval::new(from, to)).collect();
            between.into_iter().map(move |interval| StateWindow { interval, ..stretch })
        };
        stretches.into_iter().flat_map(pieces).collect()
    }

    /// A component's figure; `None` when no day of the period counts.
    pub fn figure(&self, component: ComponentIx, first: Day, last: Day, until: Instant) -> Option<Figure> {
        self.figure_of(&self.days(component, first, last.min(self.today), until))
    }

    /// The figure of these rows: days without data do not count, today counts as a whole day.
    pub fn figure_of(&self, rows: &[DayRow]) -> Option<Figure> {
        let counted: Vec<Seconds> = rows.iter().filter_map(|row| row.seconds).collect();
        let days = i64::try_from(counted.len()).expect("a period's days fit");
        let weights = &self.site.config.uptime.weights;
        (days > 0).then(|| Figure::new(counted.into_iter().sum(), days, weights))
    }

    /// How many days from `first` to `last` count, those to come included.
    pub fn days_that_count(&self, component: ComponentIx, first: Day, last: Day) -> i64 {
        let days = self.day_starts.between(first, last);
        let counted = days.filter(|&(day, bounds)| self.counts_on(component, day) && !bounds.is_empty());
        i64::try_from(counted.count()).expect("a period's days fit")
    }

    /// A group's figure: the mean of the exact figures of its members that have `show_uptime` and at least one day.
    pub fn group_figure(&self, group: GroupIx, first: Day, last: Day, until: Instant) -> Option<Figure> {
        let figures: Vec<Figure> =
            self.counted_members(group).filter_map(|ix| self.figure(ix, first, last, until)).collect();
        Figure::mean(&figures)
    }

    /// A group's days: the mean seconds of the members that live on the day, rounded down.
    pub fn group_days(&self, group: GroupIx, first: Day, last: Day, until: Instant) -> Vec<DayRow> {
        let members: Vec<Vec<DayRow>> =
            self.counted_members(group).map(|ix| self.days(ix, first, last, until)).collect();
        let count = usize::try_from(last.days_since(first) + 1).unwrap_or(0);
        (0..count).map(|place| mean_row(first.plus_days(place as i64), &members, place)).collect()
    }

    /// As [`Edition::group_days`], of members' days that are known: all of the same days.
    pub fn mean_days(members: &[&[DayRow]]) -> Vec<DayRow> {
        let days = members.first().map_or(&[][..], |rows| *rows);
        days.iter().enumerate().map(|(place, row)| mean_row(row.day, members, place)).collect()
    }

    pub fn counted_members(&self, group: GroupIx) -> impl Iterator<Item = ComponentIx> + '_ {
        self.site.members(group).filter(|&ix| self.site.component(ix).show_uptime)
    }

    /// The windows behind a component's figure, with their incidents, cut to the days that count.
    pub fn trace(&self, component: ComponentIx, first: Day, last: Day, until: Instant) -> Vec<StateWindow> {
        let Some(counted) = self.counted_from(component) else { return Vec::new() };
        let first = counted.max(first);
        let last = self.site.component(component).retired.map_or(last, |retired| retired.prev().min(last));
        self.without_replaced(component, self.stretches_between(component, first, last, until))
    }

    /// What recorded days up to today add to the windows' seconds: the excess over a day is cut. Days that add nothing
    /// are left out.
    pub fn recorded_between(
        &self,
        component: ComponentIx,
        first: Day,
        last: Day,
        until: Instant,
    ) -> BTreeMap<Day, Seconds> {
        let recorded = self.site.recorded[component.0].range(first..=last.min(self.today).max(first));
        let added = recorded.filter_map(|(&day, _)| {
            let covered = self.stretches_between(component, day, day, until);
            let covered = self.without_replaced(component, covered);
            let bounds = self.day_starts.bounds(day);
            let covered = by_day(&covered, [bounds]).into_iter().next()?;
            let all = self.day_row(component, day, bounds.secs(), covered).seconds?;
            let added = Seconds::of(|state| all.get(state) - covered.get(state));
            (added.total() > 0).then_some((day, added))
        });
        added.collect()
    }
}

fn note(row: &mut DayRow, incident: IncidentIx) {
    if row.seconds.is_some() && !row.incidents.contains(&incident) {
        row.incidents.push(incident);
    }
}

fn mean_row(day: Day, members: &[impl AsRef<[DayRow]>], place: usize) -> DayRow {
    let living: Vec<&DayRow> =
        members.iter().map(|rows| &rows.as_ref()[place]).filter(|row| row.seconds.is_some()).collect();
    let mut incidents: Vec<IncidentIx> =
        living.iter().flat_map(|row| row.incidents.iter().copied()).collect();
    incidents.sort_unstable();
    incidents.dedup();
    let total: Seconds = living.iter().filter_map(|row| row.seconds).sum();
    let count = i64::try_from(living.len()).expect("a group's members fit");
    let seconds = Seconds::of(|state| total.get(state) / count.max(1));
    DayRow { day, seconds: (count > 0).then_some(seconds), incidents }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::report::{Outage, Report, Slug};
    use crate::model::state::State;
    use crate::model::testing::{at, incident, maintenance, outage, site_of, updates};
    use crate::model::uptime::Recorded;
    use crate::model::{Group, Site};
    use crate::time::Zone;

    fn day(text: &str) -> Day {
        Day::parse(text).expect("a day")
    }

    fn edition(site: Site, now: &str) -> Edition {
        Edition::new(Arc::new(site), at(now))
    }

    /// An incident with one window; its number makes its name unique.
    fn out(name: usize, component: usize, state: State, from: &str, to: Option<&str>) -> Report {
        let mut report = incident(&[]);
        report.slug = Slug::new(&format!("x{name}")).expect("a slug");
        report.outages = vec![outage(component, state, from, to)];
        report
    }

    /// Today's row of the first component.
    fn today(edition: &Edition) -> DayRow {
        edition.days(ComponentIx(0), edition.today, edition.today, edition.as_of).remove(0)
    }

    /// Checks today's seconds of the first component: degraded, partial, major, maintenance.
    #[track_caller]
    fn check_today(site: Site, now: &str, expected: [i64; 4]) {
        let edition = edition(site, now);
        let row = today(&edition);
        let secs = row.seconds.expect("data");
        let shown =
            [secs.degraded_performance, secs.partial_outage, secs.major_outage, secs.under_maintenance];
        assert_eq!(shown, expected);
    }

    #[test]
    fn overlaps_count_once_and_the_worst_wins() {
        let site = site_of(vec![
            out(1, 0, State::PartialOutage, "01:00", Some("03:00")),
            out(2, 0, State::MajorOutage, "02:00", Some("02:30")),
            out(3, 1, State::MajorOutage, "00:00", Some("12:00")),
        ]);
        check_today(site, "13:00", [0, 5400, 1800, 0]);
    }

    #[test]
    fn what_lies_outside_a_life_is_neither_counted_nor_named() {
        let mut site = site_of(vec![out(1, 0, State::MajorOutage, "01:00", None)]);
        site.components[0].retired = Some(day("2026-11-21"));
        let now = Instant::parse_rfc3339("2026-11-22T12:00:00Z").expect("a time");
        let edition = Edition::new(Arc::new(site), now);
        let (first, last) = (day("2026-11-01"), day("2026-11-30"));
        let named = edition.trace(ComponentIx(0), first, last, now);
        let secs: Vec<i64> = named.iter().map(|stretch| stretch.interval.secs()).collect();
        assert_eq!(secs, [23 * 3600]);
        let counted = edition.days(ComponentIx(0), first, last, now);
        assert_eq!(counted.iter().filter_map(|row| Some(row.seconds?.major_outage)).sum::<i64>(), 23 * 3600);
        let retired_at = Instant::parse_rfc3339("2026-11-21T00:00:00Z").expect("a time");
        assert_eq!(edition.component_as_of(ComponentIx(0)), retired_at);
        assert_eq!(edition.year_as_of([ComponentIx(0)], 2026), retired_at);
    }

    #[test]
    fn maintenance_yields_to_an_outage_beside_it() {
        let site = site_of(vec![
            maintenance("01:00", "03:00", true, &[]),
            out(1, 0, State::PartialOutage, "02:00", Some("04:00")),
        ]);
        check_today(site, "13:00", [0, 7200, 0, 3600]);
    }

    #[test]
    fn an_open_window_counts_up_to_the_as_of() {
        let mut report = incident(&updates("01:00 investigating; 02:00 identified"));
        report.components = vec![(ComponentIx(0), State::MajorOutage)];
        check_today(site_of(vec![report]), "09:00", [0, 0, 3600, 0]);
    }

    #[test]
    fn a_recorded_day_can_replace_what_reports_say_of_it() {
        let mut report = incident(&[]);
        report.started = Some(at("00:00").plus_secs(-2 * 86_400));
        report.ended = Some(at("02:00"));
        report.components = vec![(ComponentIx(0), State::PartialOutage)];
        let mut site = site_of(vec![report]);
        let seconds = Seconds { major_outage: 60, ..Seconds::default() };
        site.recorded[0].insert(day("2026-11-19"), Recorded { seconds, replaces: true });
        let now = Instant::parse_rfc3339("2026-11-22T12:00:00Z").expect("a time");
        let edition = Edition::new(Arc::new(site), now);
        let (first, last) = (day("2026-11-18"), day("2026-11-20"));
        let rows = edition.days(ComponentIx(0), first, last, now);
        let shown = |row: &DayRow| {
            let seconds = row.seconds.unwrap();
            (seconds.partial_outage, seconds.major_outage, row.incidents.len())
        };
        // The report is still named on the day, and each second belongs to a window or to the recorded day.
        assert_eq!(rows.iter().map(shown).collect::<Vec<_>>(), [(86_400, 0, 1), (0, 60, 1), (7_200, 0, 1)]);
        let traced: Vec<i64> =
            edition.trace(ComponentIx(0), first, last, now).iter().map(|it| it.interval.secs()).collect();
        assert_eq!(traced, [86_400, 7_200]);
        let recorded = edition.recorded_between(ComponentIx(0), first, last, now);
        assert_eq!(recorded, BTreeMap::from([(day("2026-11-19"), seconds)]));
    }

    /// Checking each replaced day for each window would take hours.
    #[test]
    fn many_replaced_days_are_looked_up_once() {
        let first = day("1990-01-01");
        let mut report = incident(&[]);
        let start = |ahead: i64| crate::time::Zone::UTC.start_of(first.plus_days(ahead));
        let window = |ahead: i64| Outage {
            component: ComponentIx(0),
            state: State::MajorOutage,
            from: start(ahead),
            to: Some(start(ahead).plus_secs(3_600)),
        };
        report.outages = (0..10_000).map(window).collect();
        let mut site = site_of(vec![report]);
        site.components[0].since = None;
        let recorded = Recorded { seconds: Seconds::default(), replaces: true };
        site.recorded[0] = (0..10_000).step_by(2).map(|ahead| (first.plus_days(ahead), recorded)).collect();
        let edition = edition(site, "13:00");
        let rows = edition.days(ComponentIx(0), first, first.plus_days(9_999), edition.as_of);
        let secs: i64 = rows.iter().filter_map(|row| Some(row.seconds?.major_outage)).sum();
        assert_eq!(secs, 5_000 * 3_600);
    }

    #[test]
    fn a_day_that_a_zone_left_out_counts_nowhere() {
        let mut site = site_of(Vec::new());
        Arc::make_mut(&mut site.config).zone = Zone::parse("Pacific/Apia").unwrap();
        site.components[0].since = Some(day("2011-12-29"));
        let edition = edition(site, "13:00");
        let mut rows = edition.days(ComponentIx(0), day("2011-12-29"), day("2011-12-31"), edition.as_of);
        let has_data: Vec<bool> = rows.iter().map(|row| row.seconds.is_some()).collect();
        assert_eq!(has_data, [true, false, true]);
        rows[0].seconds = Some(Seconds { major_outage: 1_728, ..Seconds::default() });
        // One hundredth of two days, not of three.
        assert_eq!(edition.figure_of(&rows).unwrap().floor2(), "99.00");
    }

    #[test]
    fn recorded_days_add_to_what_windows_cover() {
        let mut site = site_of(vec![out(1, 0, State::PartialOutage, "01:00", Some("02:00"))]);
        let seconds = Seconds { major_outage: 60, ..Seconds::default() };
        let recorded = Recorded { seconds, replaces: false };
        site.recorded[0].insert(day("2026-11-20"), recorded);
        site.recorded[0].insert(day("2026-11-21"), recorded);
        check_today(site, "13:00", [0, 3600, 60, 0]);
    }

    #[test]
    fn a_period_starts_with_the_component_and_ends_with_it() {
        let mut site = site_of(vec![out(1, 0, State::MajorOutage, "01:00", Some("02:00"))]);
        site.components[0].since = Some(day("2026-11-19"));
        site.components[1].since = Some(day("2026-11-21"));
        site.components[2].retired = Some(day("2026-11-20"));
        let edition = edition(site, "13:00");
        let (first, last) = (edition.first_shown_day(), edition.today);
        let figure = |ix| Some(edition.figure(ComponentIx(ix), first, last, edition.as_of)?.floor2());
        // Two days count, 172,800 s, of which 3,600 s were lost: 97.916…
        assert_eq!(figure(0).as_deref(), Some("97.91"));
        assert_eq!(figure(1), None);
        assert_eq!(figure(2).as_deref(), Some("100.00"));
    }

    #[test]
    fn a_group_is_the_mean_of_members_that_began_on_different_days() {
        let mut site = site_of(vec![out(1, 0, State::MajorOutage, "01:00", Some("02:00"))]);
        site.groups = vec![Group { id: "core".to_owned(), name: "Core".to_owned(), api_id: None }];
        site.components.iter_mut().for_each(|component| component.group = Some(GroupIx(0)));
        site.components[0].since = Some(day("2026-11-20"));
        site.components[2].show_uptime = false;
        let edition = edition(site, "13:00");
        let (first, last) = (edition.first_shown_day(), edition.today);
        // 95.8333… of one day and 100 of ninety: their mean is 97.91666…
        let figure = edition.group_figure(GroupIx(0), first, last, edition.as_of).expect("a figure");
        assert_eq!(figure.floor2(), "97.91");
        let today = &edition.group_days(GroupIx(0), last, last, edition.as_of)[0];
        assert_eq!(today.seconds.map(|secs| secs.major_outage), Some(1800));
    }

    #[test]
    fn what_runs_since_the_as_of_is_named_though_no_second_has_passed() {
        let site = site_of(vec![out(1, 0, State::MajorOutage, "01:00", None)]);
        let edition = edition(site, "13:00");
        let row = today(&edition);
        assert_eq!((row.seconds.map(|secs| secs.major_outage), row.incidents.len()), (Some(0), 1));
    }

    #[test]
    fn incidents_of_a_day_are_named_on_it() {
        let site = site_of(vec![
            out(1, 0, State::PartialOutage, "01:00", Some("03:00")),
            out(2, 0, State::MajorOutage, "02:00", Some("02:30")),
        ]);
        let edition = edition(site, "13:00");
        let row = today(&edition);
        let names: Vec<&str> =
            row.incidents.iter().map(|&ix| edition.incident(ix).report.slug.as_str()).collect();
        assert_eq!(names, ["x1", "x2"]);
    }
}
