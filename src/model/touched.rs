//! The days that a report touches, from its beginning to its last second.

use std::ops::RangeInclusive;

use crate::model::edition::{Edition, IncidentIx};
use crate::model::incident::Incident;
use crate::model::report::Status;
use crate::time::{Day, Instant, Month};

impl Incident {
    /// The first second after it, as planned when cancelled; `None` while it goes on.
    pub fn over(&self) -> Option<Instant> {
        let planned = self.report.schedule.as_ref().filter(|_| self.status == Status::Cancelled);
        self.ended.or(planned.map(|plan| plan.to))
    }
}

impl Edition {
    /// The days that a report touches, up to today; `None` before it has begun.
    pub fn days_of(&self, incident: &Incident) -> Option<RangeInclusive<Day>> {
        let zone = self.site.config.zone;
        let last = incident.over().map_or(self.today, |over| zone.day_of(over.plus_secs(-1)).min(self.today));
        incident.has_begun(self.now).then(|| incident.began_on..=last.max(incident.began_on))
    }

    /// The months that it touches, oldest first.
    pub fn months_of(&self, incident: &Incident) -> impl Iterator<Item = Month> + use<> {
        let days = self.days_of(incident);
        let last = days.as_ref().map(|days| days.end().month_of());
        let months =
            std::iter::successors(days.map(|days| days.start().month_of()), |month| Some(month.next()));
        months.take_while(move |month| Some(*month) <= last)
    }

    /// Reports that touch these days (both ends included, up to today), newest beginning first.
    pub fn touching(&self, first: Day, last: Day) -> impl Iterator<Item = (IncidentIx, &Incident)> {
        let (from, to) = (self.day_starts.start_of(first), self.day_starts.start_of(last.next()));
        self.indexed().filter(move |(_, incident)| {
            let lasts = incident.began >= from || incident.over().is_none_or(|over| over > from);
            first <= self.today && lasts && incident.began < to && incident.has_begun(self.now)
        })
    }

    /// The last change of a list of reports that touch these days: a dated change, or the midnight that added a day to
    /// an open report. `None` for an empty list.
    pub fn list_as_of(&self, first: Day, last: Day) -> Option<Instant> {
        let listed = || self.touching(first, last).map(|(_, incident)| incident);
        let goes_on = listed().any(|incident| incident.over().is_none());
        let midnight = goes_on.then(|| self.day_starts.start_of(last.min(self.today)));
        self.dated_as_of(listed()).max(midnight)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::model::edition::Edition;
    use crate::model::report::Report;
    use crate::model::testing::{at, incident, maintenance, site_of, updates};
    use crate::time::{Day, Instant};

    /// Checks which days of November 2026 a report touches at `now`; `touching` must agree.
    #[track_caller]
    fn check(report: Report, now: &str, expected: &[u32]) {
        let now = Instant::parse_rfc3339(now).unwrap();
        let edition = Edition::new(Arc::new(site_of(vec![report])), now);
        let days: Vec<Day> = (1..=30).map(|day| Day::parse(&format!("2026-11-{day:02}")).unwrap()).collect();
        let number = |day: &Day| day.day_of_month();
        let touched: Vec<u32> =
            days.iter().filter(|day| edition.touching(**day, **day).next().is_some()).map(number).collect();
        assert_eq!(touched, expected);
        let range = edition.incidents.first().and_then(|incident| edition.days_of(incident));
        let inside = |day: &&Day| range.as_ref().is_some_and(|range| range.contains(day));
        assert_eq!(days.iter().filter(inside).map(number).collect::<Vec<_>>(), expected);
    }

    fn lasting(from: &str, to: Option<&str>) -> Report {
        let instant = |text: &str| Instant::parse_rfc3339(text).unwrap();
        let update = if to.is_some() { "12:00 resolved" } else { "12:00 investigating" };
        let mut report = incident(&updates(update));
        report.started = Some(instant(from));
        report.ended = to.map(instant);
        report
    }

    #[test]
    fn a_report_touches_each_day_from_its_first_second_to_its_last() {
        let later = "2026-11-28T12:00:00Z";
        check(lasting("2026-11-18T23:58:40Z", Some("2026-11-20T00:14:19Z")), later, &[18, 19, 20]);
        check(lasting("2026-11-18T23:58:40Z", Some("2026-11-20T00:00:00Z")), later, &[18, 19]);
        check(lasting("2026-11-20T00:00:00Z", Some("2026-11-20T00:00:00Z")), later, &[20]);
        check(lasting("2026-10-20T00:00:00Z", Some("2026-11-02T00:00:01Z")), later, &[1, 2]);
    }

    #[test]
    fn what_goes_on_touches_today() {
        let open = || lasting("2026-11-19T21:30:00Z", None);
        check(open(), "2026-11-20T12:30:00Z", &[19, 20]);
        check(open(), "2026-11-22T00:00:00Z", &[19, 20, 21, 22]);
    }

    #[test]
    fn a_maintenance_touches_days_once_it_has_begun() {
        let plan = |automatic| {
            let mut report = maintenance("08:00", "09:00", automatic, &[]);
            report.schedule.as_mut().unwrap().to = at("09:00").plus_secs(86_400);
            report
        };
        check(plan(true), "2026-11-20T07:00:00Z", &[]);
        check(plan(true), "2026-11-20T08:00:00Z", &[20]);
        check(plan(true), "2026-11-23T08:00:00Z", &[20, 21]);
        check(plan(false), "2026-11-23T08:00:00Z", &[]);
        let mut cancelled = plan(true);
        cancelled.updates.extend(updates("07:00 cancelled"));
        check(cancelled, "2026-11-23T08:00:00Z", &[20, 21]);
    }
}
