//! The pages of a component (`component.html`) and of one of its years (`component-year.html`).

use serde::Serialize;

use crate::model::ComponentIx;
use crate::model::days::DayRow;
use crate::model::edition::IncidentIx;
use crate::model::state::State;
use crate::model::uptime::{Figure, Seconds};
use crate::plan;
use crate::plan::lists::years_of;
use crate::plan::page::{Html, Page};
use crate::render::context::RenderContext;
use crate::render::format::{DayView, LengthView};
use crate::render::view::calendar::{CalendarView, calendar};
use crate::render::view::front::{self, OpenReport, UptimeView, component_uptime};
use crate::render::view::list::{self, ReportRow};
use crate::render::view::record::{self, PaceView, YearOf, YearReports, YearRow};
use crate::render::view::site::Link;
use crate::render::view::subject::{Subject, component_link, report_link};
use crate::render::view::uptime_table::{self, TargetView};
use crate::time::{Day, Instant, Month};

/// Months of calendar on a component's page, this one included: they hold 365 days.
const MONTHS: usize = 13;

/// What a component's page shows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ComponentView {
    /// Its id.
    pub id: String,
    /// Its name, page and state.
    pub subject: Subject,
    /// What it is; may be empty.
    pub description: String,
    /// The group it stands in.
    pub group: Option<Link>,
    /// The first day that counts; none before its first report or recorded day, where site.toml has no `since`.
    pub since: Option<DayView>,
    /// The first day after its life; none while it lives.
    pub retired: Option<DayView>,
    /// Its first day, while that is still to come: then it has no state.
    pub begins: Option<FirstDayView>,
    /// Its days; none when it does not show its uptime, and when it is retired.
    pub uptime: Option<UptimeView>,
    /// What its uptime is to be each month; none without a target, and when it does not show its days.
    pub target: Option<TargetView>,
    /// The days of the bars and the calendars with trouble or maintenance, newest first.
    pub days: Vec<DayEntry>,
    /// The last thirteen months, newest first; empty when it does not show its uptime, and when it is retired.
    pub months: Vec<CalendarView>,
    /// Its years, newest first.
    pub years: Vec<YearRow>,
    /// How often it has incidents, and how long they last.
    pub pace: PaceView,
    /// The open incidents about it, newest first.
    pub open: Vec<OpenReport>,
    /// The newest reports about it.
    pub reports: Vec<YearReports>,
}

/// What the page of a component's year shows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ComponentYearView {
    /// The component.
    pub component: Link,
    /// The year.
    pub year: i32,
    /// `99.98`; none when it does not show its uptime or has no day of data.
    pub percent: Option<String>,
    /// The months of its life in the year, oldest first; empty when it does not show its uptime.
    pub months: Vec<CalendarView>,
    /// The days with trouble or maintenance, newest first.
    pub days: Vec<DayEntry>,
    /// The reports about it that touched the year.
    pub reports: Vec<ReportRow>,
    /// The year before, if it has a page.
    pub previous: Option<Link>,
    /// The year after, if it has a page.
    pub next: Option<Link>,
}

/// A day with trouble or maintenance.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DayEntry {
    /// The day.
    pub day: DayView,
    /// How long it was in each state but the operational one, the worst first.
    pub states: Vec<StateLength>,
    /// The reports that say why; empty for recorded downtime alone.
    pub reports: Vec<Link>,
}

/// How long something was in a state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StateLength {
    /// `partial_outage`.
    pub state: &'static str,
    /// The name of its icon and colour.
    pub icon: &'static str,
    /// How long.
    pub length: LengthView,
}

/// The first day of a component or group that is still to come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FirstDayView {
    /// The day.
    pub day: DayView,
    /// Its first second, in seconds since 1970.
    pub at: i64,
}

impl FirstDayView {
    pub(super) fn new(context: &RenderContext<'_>, day: Day) -> Self {
        let at = context.site().config.zone.start_of(day).epoch_secs();
        Self { day: context.formatter().day(day), at }
    }
}

pub(in crate::render) fn view(context: &RenderContext<'_>, ix: ComponentIx) -> ComponentView {
    let (edition, formatter) = (context.edition, context.formatter());
    let component = context.site().component(ix);
    let first = first_month(edition.today.month_of(), edition.counted_from(ix)).first_day();
    let until = edition.component_as_of(ix);
    let rows = edition.days(ix, first.min(edition.first_shown_day()), edition.today, until);
    let retired = component.retired.filter(|day| *day <= edition.today).map(|day| formatter.day(day));
    let shows_days = component.show_uptime && retired.is_none();
    let months = months(first.month_of(), edition.today.month_of()).rev().filter(|_| shows_days);
    let group = component.group.map(|group| Link {
        title: context.site().groups[group.0].name.clone(),
        path: context.link(&Page::Html(Html::Group(group))),
    });
    ComponentView {
        id: component.id.clone(),
        subject: Subject::component(context, ix, edition.state(ix)),
        description: component.description.clone(),
        group,
        since: edition.counted_from(ix).map(|day| formatter.day(day)),
        retired,
        begins: edition.begins(ix).map(|day| FirstDayView::new(context, day)),
        uptime: shows_days.then(|| component_uptime(context, ix, until)),
        target: component.target.filter(|_| shows_days).map(|target| {
            let left = uptime_table::left_secs(context, ix, target, edition.today.month_of(), &rows);
            TargetView::new(context, target, Some(left))
        }),
        days: day_entries(context, &rows),
        months: months.map(|month| month_of(context, month, &rows)).collect(),
        years: plan::component_years(edition, ix).rev().map(|year| year_row(context, ix, year)).collect(),
        pace: record::pace(context, edition.incidents_of(ix)),
        open: front::open_incidents(context, edition.incidents_of(ix), &Html::Component(ix)),
        reports: record::by_year(
            edition.incidents_of(ix),
            |ix| years_of(edition, ix),
            |ix| list::row(context, ix),
        ),
    }
}

pub(in crate::render) fn year(context: &RenderContext<'_>, ix: ComponentIx, year: i32) -> ComponentYearView {
    let edition = context.edition;
    let component = context.site().component(ix);
    let rows = year_rows(context, ix, year, edition.year_as_of([ix], year));
    let lived = rows.iter().filter(|row| row.seconds.is_some());
    let (begin, end) = (lived.clone().next(), lived.clone().next_back());
    let spans = begin.zip(end).filter(|_| component.show_uptime);
    let months = spans.map(|(begin, end)| months(begin.day.month_of(), end.day.month_of()));
    let years = plan::component_years(edition, ix);
    let link = |year: i32| {
        let page = Page::Html(Html::ComponentYear(ix, year));
        years.contains(&year).then(|| Link { title: year.to_string(), path: context.link(&page) })
    };
    ComponentYearView {
        component: component_link(context, ix),
        year,
        percent: edition.figure_of(&rows).filter(|_| component.show_uptime).as_ref().map(Figure::floor2),
        months: months.into_iter().flatten().map(|it| month_of(context, it, &rows)).collect(),
        days: day_entries(context, &rows),
        reports: list::rows(context, record::in_year(context, edition.incidents_of(ix), year)),
        previous: link(year - 1),
        next: link(year + 1),
    }
}

/// A component's days of the year up to today; open windows count up to `until`, the as-of of the page.
fn year_rows(context: &RenderContext<'_>, ix: ComponentIx, year: i32, until: Instant) -> Vec<DayRow> {
    let edition = context.edition;
    let Some((first, last)) = year_days(year, edition.today) else { return Vec::new() };
    edition.days(ix, first, last, until)
}

/// The first and last day of a year, today at the latest; `None` for a future year.
pub(super) fn year_days(year: i32, today: Day) -> Option<(Day, Day)> {
    let (first, last) = (Day::from_ymd(year, 1, 1)?, Day::from_ymd(year, 12, 31)?.min(today));
    (first <= last).then_some((first, last))
}

fn month_of(context: &RenderContext<'_>, month: Month, rows: &[DayRow]) -> CalendarView {
    let own: Vec<DayRow> = rows.iter().filter(|row| row.day.month_of() == month).cloned().collect();
    let percent = context.edition.figure_of(&own).as_ref().map(Figure::floor2);
    calendar(context, month, rows, percent)
}

fn year_row(context: &RenderContext<'_>, ix: ComponentIx, year: i32) -> YearRow {
    let shows = context.site().component(ix).show_uptime;
    let until = context.edition.component_as_of(ix);
    let members = if shows { vec![year_rows(context, ix, year, until)] } else { Vec::new() };
    let left_secs = |month: Month| {
        let (target, rows) = (context.site().component(ix).target?, members.first()?);
        (month <= context.edition.today.month_of())
            .then(|| uptime_table::left_secs(context, ix, target, month, rows))
    };
    let path = context.link(&Page::Html(Html::ComponentYear(ix, year)));
    record::year_row(
        context,
        YearOf { year, path, members: &members, left_secs: &left_secs },
        context.edition.incidents_of(ix),
    )
}

/// Days with trouble, newest first.
pub(super) fn day_entries(context: &RenderContext<'_>, rows: &[DayRow]) -> Vec<DayEntry> {
    let entry = |row: &DayRow| {
        let seconds = row.seconds.filter(|seconds| seconds.total() > 0)?;
        let link = |&ix: &IncidentIx| report_link(context, context.edition.incident(ix));
        Some(DayEntry {
            day: context.formatter().day(row.day),
            states: state_lengths(context, &seconds),
            reports: row.incidents.iter().map(link).collect(),
        })
    };
    rows.iter().rev().filter_map(entry).collect()
}

/// The duration of each state except operational, worst first.
pub(super) fn state_lengths(context: &RenderContext<'_>, seconds: &Seconds) -> Vec<StateLength> {
    let held = State::ALL.into_iter().rev().filter(|state| seconds.get(*state) > 0);
    held.map(|state| StateLength {
        state: state.as_str(),
        icon: state.short(),
        length: context.formatter().length(seconds.get(state)),
    })
    .collect()
}

/// The first month of a component's calendar: twelve months before `this`, or that of its first day if later.
pub(super) fn first_month(this: Month, since: Option<Day>) -> Month {
    let earliest = (1..MONTHS).fold(this, |month, _| month.prev());
    since.map_or(earliest, |day| day.month_of().clamp(earliest, this))
}

/// The months from `first` to `last`, both included.
pub(super) fn months(first: Month, last: Month) -> impl DoubleEndedIterator<Item = Month> {
    let months = std::iter::successors(Some(first), |month| Some(month.next()));
    months.take_while(move |month| *month <= last).collect::<Vec<_>>().into_iter()
}

#[cfg(test)]
mod tests {
    use super::{first_month, months, year_days};
    use crate::time::{Day, Month};

    #[test]
    fn a_calendar_shows_a_year_or_the_component_s_life() {
        let month = |text: &str| Month::parse(text).unwrap();
        let check = |since: Option<&str>, first: &str, count: usize| {
            let found = first_month(month("2026-11"), since.map(|day| Day::parse(day).unwrap()));
            assert_eq!((found, months(found, month("2026-11")).count()), (month(first), count));
        };
        check(None, "2025-11", 13);
        check(Some("2020-01-05"), "2025-11", 13);
        check(Some("2026-10-31"), "2026-10", 2);
        check(Some("2027-02-01"), "2026-11", 1);
    }

    #[test]
    fn a_year_ends_today() {
        let today = Day::parse("2026-11-20").unwrap();
        let days = |year| year_days(year, today).map(|(first, last)| (first.to_string(), last.to_string()));
        assert_eq!(days(2025), Some(("2025-01-01".to_owned(), "2025-12-31".to_owned())));
        assert_eq!(days(2026), Some(("2026-01-01".to_owned(), "2026-11-20".to_owned())));
        assert_eq!(days(2027), None);
    }
}
