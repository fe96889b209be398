//! A report's course as known at an instant: beginning, end, status, and the windows of its components.
//!
//! Rules: an incident begins at `started`, else at the earlier of its first update and first window; it ends at
//! `ended`, else at the later of `resolved` and its last window's end. A state line holds from its update on, and at
//! the end all is operational. Nothing after the instant is known, except a maintenance's plan.

use crate::model::ComponentIx;
use crate::model::report::{Kind, Outage, Report, Schedule, Status, Update};
use crate::model::state::State;
use crate::model::uptime::StateWindow;
use crate::time::{Instant, Interval};

/// A component's state during a part of an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Window {
    pub component: ComponentIx,
    /// Never operational.
    pub state: State,
    pub from: Instant,
    /// The first second after it; `None` while it is open.
    pub to: Option<Instant>,
}

/// The end of open windows for sorting; later than any date in a report.
const FAR_AHEAD: Instant = Instant::from_epoch_secs(253_402_300_800);

impl Window {
    /// The window for [`flatten`], an open one cut far ahead; `None` for an empty one.
    pub fn sourced(&self, source: usize) -> Option<StateWindow> {
        let interval = Interval::new(self.from, self.to.unwrap_or(FAR_AHEAD))?;
        Some(StateWindow { state: self.state, interval, source })
    }
}

pub(super) struct Course {
    /// As readers see it.
    pub(super) status: Status,
    /// May lie ahead: a maintenance's plan.
    pub(super) began: Instant,
    pub(super) ended: Option<Instant>,
    /// The time of the resolving update.
    pub(super) resolved: Option<Instant>,
    /// The earlier of its beginning and its first update; for a maintenance, its announcement.
    pub(super) published: Instant,
    /// Whether its components are ever not operational.
    counts: bool,
}

impl Course {
    pub(super) fn at(report: &Report, visible_updates: usize, now: Instant) -> Option<Self> {
        match &report.schedule {
            None => incident_course(report, visible_updates, now),
            Some(schedule) => maintenance_course(report, schedule, visible_updates, now),
        }
    }
}

/// The times that decide when an incident began and ended.
#[derive(Clone, Copy, Debug, Default)]
pub struct IncidentTimes {
    pub started: Option<Instant>,
    pub ended: Option<Instant>,
    pub first_update: Option<Instant>,
    /// The time of the `resolved` update.
    pub resolved: Option<Instant>,
    pub first_window: Option<Instant>,
    /// `None` without windows, and while one is open.
    pub last_window: Option<Instant>,
}

impl IncidentTimes {
    fn of(report: &Report) -> Self {
        Self { started: report.started, ended: report.ended, ..Self::default() }
            .with_windows(&mut report.outages.iter())
            .with_updates(&mut report.updates.iter())
    }

    pub fn with_windows(self, outages: &mut dyn Iterator<Item = &Outage>) -> Self {
        let mut times = self;
        let mut has_open = false;
        for outage in outages {
            times.first_window = Some(times.first_window.map_or(outage.from, |first| first.min(outage.from)));
            has_open |= outage.to.is_none();
            times.last_window = times.last_window.max(outage.to);
        }
        times.last_window = times.last_window.filter(|_| !has_open);
        times
    }

    /// Adds these updates, oldest first.
    pub fn with_updates(self, updates: &mut dyn Iterator<Item = &Update>) -> Self {
        let mut times = self;
        for update in updates {
            times.first_update = times.first_update.or(Some(update.at));
            if update.status == Some(Status::Resolved) {
                times.resolved = Some(update.at);
            }
        }
        times
    }

    /// `started`, else the earlier of the first update and the first window.
    pub fn began(&self) -> Option<Instant> {
        self.started.or_else(|| [self.first_update, self.first_window].into_iter().flatten().min())
    }

    /// `ended`, else the later of `resolved` and the last window's end; without updates, the last window's end.
    pub fn ended(&self) -> Option<Instant> {
        let by_word = self.resolved.map(|at| self.last_window.map_or(at, |end| end.max(at)));
        self.ended.or(if self.first_update.is_none() { self.last_window } else { by_word })
    }
}

pub(super) fn first_status(kind: Kind) -> Status {
    match kind {
        Kind::Incident => Status::Investigating,
        Kind::Maintenance => Status::Scheduled,
    }
}

fn incident_course(report: &Report, visible_updates: usize, now: Instant) -> Option<Course> {
    let updates = &report.updates[..visible_updates];
    let began = IncidentTimes::of(report).began()?;
    let first_seen = report.updates.first().map_or(began, |update| update.at);
    if first_seen > now {
        return None;
    }
    let said = updates.iter().rev().find_map(|update| update.status).unwrap_or(Status::Investigating);
    let resolving = updates.iter().rev().find(|update| update.status == Some(Status::Resolved));
    let resolved = resolving.map(|update| update.at);
    let times = IncidentTimes { resolved, ..IncidentTimes::of(report) };
    let ended = times.ended().filter(|&end| end <= now);
    // An end without a `resolved` update counts as resolved; with a later one, the status waits for it.
    let is_never_said = report.updates.iter().all(|update| update.status != Some(Status::Resolved));
    let status = if is_never_said && ended.is_some() { Status::Resolved } else { said };
    Some(Course { status, began, ended, resolved, published: began.min(first_seen), counts: true })
}

fn maintenance_course(
    report: &Report,
    plan: &Schedule,
    visible_updates: usize,
    now: Instant,
) -> Option<Course> {
    let published = published(report, plan);
    if published > now {
        return None;
    }
    let updates = &report.updates[..visible_updates];
    let first =
        |status: Status| updates.iter().find(|update| update.status == Some(status)).map(|update| update.at);
    let (began, ended) = match plan.automatic {
        true => automatic_window(updates, plan, first(Status::InProgress)),
        false => manual_window(updates, plan, first(Status::InProgress)),
    };
    let said = updates.iter().rev().find_map(|update| update.status).unwrap_or(Status::Scheduled);
    let running = (plan.automatic || first(Status::InProgress).is_some()) && began <= now;
    let over = ended.is_some_and(|end| end <= now);
    let status = match said {
        Status::Cancelled => Status::Cancelled,
        _ if (over && running) || said == Status::Completed => Status::Completed,
        Status::Verifying if running => Status::Verifying,
        _ if running => Status::InProgress,
        _ => Status::Scheduled,
    };
    let counts = said != Status::Cancelled && (plan.automatic || running);
    let ended = ended.filter(|_| counts);
    Some(Course { status, began, ended, resolved: None, published, counts })
}

/// When a maintenance becomes public: at its announcement or first update. An automatic one, and one without any
/// update, is public from its plan's beginning at the latest.
fn published(report: &Report, plan: &Schedule) -> Instant {
    match first_word(report, plan) {
        Some(said) if plan.automatic => said.min(plan.from),
        Some(said) => said,
        None => plan.from,
    }
}

/// A maintenance's announcement, or its first update.
pub fn first_word(report: &Report, plan: &Schedule) -> Option<Instant> {
    [plan.announced, report.updates.first().map(|update| update.at)].into_iter().flatten().min()
}

/// Whether an update extends a maintenance: work goes on at or after its planned end.
pub fn extends(plan: &Schedule, update: &Update) -> bool {
    matches!(update.status, Some(Status::InProgress | Status::Verifying)) && update.at >= plan.to
}

/// Starts at `from` or an earlier `in progress`; ends at an earlier `completed`, else at `to`. An `in progress` or
/// `verifying` at or after `to` extends it until `completed`.
fn automatic_window(
    updates: &[Update],
    plan: &Schedule,
    in_progress: Option<Instant>,
) -> (Instant, Option<Instant>) {
    let began = in_progress.map_or(plan.from, |at| at.min(plan.from));
    let completed = updates.iter().rev().find(|update| update.status == Some(Status::Completed));
    let completed = completed.map(|update| update.at);
    let extended = updates.iter().any(|update| extends(plan, update));
    let ended = match completed {
        Some(at) if at < plan.to || extended => Some(at),
        Some(_) => Some(plan.to),
        None if extended => None,
        None => Some(plan.to),
    };
    (began, ended.map(|end| end.max(began)))
}

/// Starts at `in progress` and ends at `completed`; before that, the plan counts.
fn manual_window(
    updates: &[Update],
    plan: &Schedule,
    in_progress: Option<Instant>,
) -> (Instant, Option<Instant>) {
    let completed = updates.iter().rev().find(|update| update.status == Some(Status::Completed));
    match (in_progress, completed) {
        (Some(began), completed) => (began, completed.map(|update| update.at)),
        (None, Some(completed)) => (completed.at, Some(completed.at)),
        (None, None) => (plan.from, Some(plan.to)),
    }
}

/// All windows, by component, then by time.
pub(super) fn windows(report: &Report, course: &Course, visible_updates: usize, now: Instant) -> Vec<Window> {
    if !course.counts {
        return Vec::new();
    }
    let mut windows = said_windows(report, course, visible_updates);
    let exact =
        report.outages.iter().filter(|outage| outage.from <= now && outage.state != State::Operational);
    windows.extend(exact.map(|outage| Window {
        component: outage.component,
        state: outage.state,
        from: outage.from,
        to: outage.to.or(course.ended).filter(|&to| to <= now),
    }));
    windows.sort_by_key(|window| (window.component, window.from));
    windows
}

/// The windows from `components` and state lines: a state holds until the component's next one.
fn said_windows(report: &Report, course: &Course, visible_updates: usize) -> Vec<Window> {
    let claimed = report.components.iter().map(|&(ix, state)| (ix, course.began, state));
    let lines = report.updates[..visible_updates]
        .iter()
        .flat_map(|update| update.states.iter().map(|&(ix, state)| (ix, update.at.max(course.began), state)));
    let mut changes: Vec<_> = claimed.chain(lines).collect();
    changes.sort_by_key(|&(ix, at, _)| (ix, at));
    let mut windows = Vec::new();
    for (place, &(component, from, state)) in changes.iter().enumerate() {
        let next = changes.get(place + 1).filter(|&&(ix, ..)| ix == component).map(|&(_, at, _)| at);
        let to = [next, course.ended].into_iter().flatten().min();
        if state != State::Operational && to.is_none_or(|to| from < to) {
            extend_or_push(&mut windows, Window { component, state, from, to });
        }
    }
    windows
}

/// Repeating a state continues its window.
fn extend_or_push(windows: &mut Vec<Window>, window: Window) {
    match windows.last_mut() {
        Some(last)
            if last.component == window.component
                && last.state == window.state
                && last.to == Some(window.from) =>
        {
            last.to = window.to;
        }
        _ => windows.push(window),
    }
}

#[cfg(test)]
mod tests {
    use super::{ComponentIx, Instant, Report, State, Status};
    use crate::model::incident::Incident;
    use crate::model::testing::{T, at, incident, maintenance, outage, site_of, updates};

    /// Checks status, beginning, end, and the windows as `component state from to`.
    #[track_caller]
    fn check(report: Report, now: &str, expected: [&str; 3], windows: &[&str]) {
        let site = site_of(vec![report]);
        let incident = Incident::at(&site.reports[0], &site, at(now)).expect("visible");
        let time = |instant: Option<Instant>| instant.map_or("-".to_owned(), T);
        let shown = [incident.status.as_str().to_owned(), T(incident.began), time(incident.ended)];
        assert_eq!(shown, expected.map(str::to_owned));
        let shown: Vec<String> = incident
            .windows
            .iter()
            .map(|it| format!("{} {} {} {}", it.component.0, it.state.as_str(), T(it.from), time(it.to)))
            .collect();
        assert_eq!(shown, windows);
    }

    #[test]
    fn posted_as_resolved_a_minute_before_it_began() {
        let mut report = incident(&updates("04:30 resolved"));
        report.started = Some(at("04:31"));
        report.ended = Some(at("05:13"));
        report.components = vec![(ComponentIx(0), State::MajorOutage)];
        check(report, "06:00", ["resolved", "04:31", "05:13"], &["0 major_outage 04:31 05:13"]);
    }

    #[test]
    fn without_updates_it_runs_until_its_end() {
        let mut report = incident(&[]);
        report.started = Some(at("01:00"));
        report.ended = Some(at("19:00"));
        report.components = vec![(ComponentIx(1), State::MajorOutage)];
        check(report.clone(), "10:00", ["investigating", "01:00", "-"], &["1 major_outage 01:00 -"]);
        check(report, "19:00", ["resolved", "01:00", "19:00"], &["1 major_outage 01:00 19:00"]);
    }

    #[test]
    fn an_end_that_no_update_says_resolves_it_and_one_that_is_said_later_waits() {
        let mut report = incident(&updates("01:00 investigating"));
        report.ended = Some(at("02:00"));
        check(report.clone(), "01:30", ["investigating", "01:00", "-"], &[]);
        check(report.clone(), "02:00", ["resolved", "01:00", "02:00"], &[]);
        report.updates = updates("01:00 investigating; 02:30 monitoring; 03:00 resolved");
        check(report.clone(), "02:40", ["monitoring", "01:00", "02:00"], &[]);
        check(report, "03:00", ["resolved", "01:00", "02:00"], &[]);
    }

    #[test]
    fn a_last_word_keeps_the_status_and_the_end() {
        let report = incident(&updates("01:00 investigating 0=major; 02:00 resolved; 03:00 update"));
        check(report, "04:00", ["resolved", "01:00", "02:00"], &["0 major_outage 01:00 02:00"]);
    }

    #[test]
    fn a_state_line_replaces_the_state_and_the_end_clears_it() {
        let mut report = incident(&updates(
            "01:00 investigating; 02:00 identified 0=major; 03:00 monitoring 0=ok; 04:00 resolved",
        ));
        report.components =
            vec![(ComponentIx(0), State::PartialOutage), (ComponentIx(1), State::DegradedPerformance)];
        let (partial, degraded) = ("0 partial_outage 01:00 02:00", "1 degraded_performance 01:00");
        let windows = [partial, "0 major_outage 02:00 03:00", &format!("{degraded} 04:00")];
        check(report.clone(), "05:00", ["resolved", "01:00", "04:00"], &windows);
        let windows = [partial, "0 major_outage 02:00 -", &format!("{degraded} -")];
        check(report, "02:30", ["identified", "01:00", "-"], &windows);
    }

    #[test]
    fn a_window_outlives_resolved_and_counts_all_the_same() {
        let mut report = incident(&updates("01:00 investigating; 02:00 resolved"));
        report.outages = vec![outage(0, State::PartialOutage, "00:50", Some("03:00"))];
        check(report.clone(), "02:30", ["resolved", "00:50", "-"], &["0 partial_outage 00:50 -"]);
        check(report, "03:00", ["resolved", "00:50", "03:00"], &["0 partial_outage 00:50 03:00"]);
    }

    #[test]
    fn maintenance_moves_by_itself() {
        let report = maintenance("02:00", "04:00", true, &updates("01:00 scheduled"));
        let plan = "0 under_maintenance 02:00 04:00";
        check(report.clone(), "01:30", ["scheduled", "02:00", "-"], &[plan]);
        check(report.clone(), "02:00", ["in_progress", "02:00", "-"], &[plan]);
        check(report, "04:00", ["completed", "02:00", "04:00"], &[plan]);
    }

    #[test]
    fn maintenance_begun_early_completed_late() {
        let updates = updates("01:50 in_progress; 04:00 in_progress; 05:00 completed");
        let report = maintenance("02:00", "04:00", true, &updates);
        check(report.clone(), "04:30", ["in_progress", "01:50", "-"], &["0 under_maintenance 01:50 -"]);
        check(report, "05:00", ["completed", "01:50", "05:00"], &["0 under_maintenance 01:50 05:00"]);
    }

    #[test]
    fn completed_after_the_end_without_extension_ended_at_its_end() {
        let report = maintenance("02:00", "04:00", true, &updates("05:00 completed"));
        check(report, "06:00", ["completed", "02:00", "04:00"], &["0 under_maintenance 02:00 04:00"]);
    }

    #[test]
    fn manual_maintenance_waits_for_its_updates() {
        let report = maintenance("02:00", "04:00", false, &updates("02:30 in_progress"));
        check(report, "05:00", ["in_progress", "02:30", "-"], &["0 under_maintenance 02:30 -"]);
        let site = site_of(vec![maintenance("02:00", "04:00", false, &updates("01:00 scheduled"))]);
        for now in ["03:00", "05:00"] {
            let incident = Incident::at(&site.reports[0], &site, at(now)).expect("visible");
            assert_eq!((incident.status, incident.windows.len()), (Status::Scheduled, 0), "{now}");
            assert_eq!((incident.has_begun(at(now)), &*T(incident.as_of)), (false, "01:00"), "{now}");
        }
    }

    #[test]
    fn cancelled_never_counts() {
        let updates = updates("01:00 scheduled; 01:30 cancelled");
        check(maintenance("02:00", "04:00", true, &updates), "03:00", ["cancelled", "02:00", "-"], &[]);
    }
}
