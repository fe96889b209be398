//! The page of a group (`group.html`).

use serde::Serialize;

use crate::model::GroupIx;
use crate::model::days::DayRow;
use crate::plan;
use crate::plan::lists::years_of;
use crate::plan::page::{Html, Page};
use crate::render::context::RenderContext;
use crate::render::view::calendar::{CalendarView, calendar};
use crate::render::view::component::{DayEntry, FirstDayView, day_entries, first_month, months, year_days};
use crate::render::view::front::{self, ComponentRow, OpenReport, UptimeView, component_row, group_uptime};
use crate::render::view::list;
use crate::render::view::record::{self, PaceView, YearOf, YearReports, YearRow};
use crate::render::view::site::Link;
use crate::render::view::subject::{Subject, component_link};

/// What a group's page shows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupPageView {
    /// Its id.
    pub id: String,
    /// Its name, page and state: the worst of its members.
    pub subject: Subject,
    /// The mean of its members; none when all of them are retired.
    pub uptime: Option<UptimeView>,
    /// Its members that live today, and those that are still to come.
    pub members: Vec<ComponentRow>,
    /// Its members that were retired.
    pub retired: Vec<Link>,
    /// Whether it has members and all of them are retired: then it has no state.
    pub is_retired: bool,
    /// Its first day, while none of its members has begun: then it has no state.
    pub begins: Option<FirstDayView>,
    /// The days of the bars and the calendars with trouble or maintenance, newest first: means of its members.
    pub days: Vec<DayEntry>,
    /// The last thirteen months, newest first; empty when no member shows its uptime, and when all are retired.
    pub months: Vec<CalendarView>,
    /// Its years, newest first.
    pub years: Vec<YearRow>,
    /// How often its members have incidents, and how long they last.
    pub pace: PaceView,
    /// The open incidents about its members, newest first.
    pub open: Vec<OpenReport>,
    /// The newest reports about its members.
    pub reports: Vec<YearReports>,
}

pub(in crate::render) fn view(context: &RenderContext<'_>, group: GroupIx) -> GroupPageView {
    let edition = context.edition;
    let is_gone = |ix: &crate::model::ComponentIx| edition.is_retired(*ix);
    let (gone, listed): (Vec<_>, Vec<_>) = context.site().members(group).partition(is_gone);
    let state = edition.group_state(group);
    let retired = gone.into_iter().map(|ix| component_link(context, ix));
    let reports = edition.incidents_of_group(group);
    let (months, days) = calendars(context, group);
    let until = edition.group_as_of(group);
    let is_retired = edition.is_group_retired(group);
    GroupPageView {
        id: context.site().groups[group.0].id.clone(),
        subject: Subject {
            name: context.site().groups[group.0].name.clone(),
            path: context.link(&Page::Html(Html::Group(group))),
            state: state.as_str(),
            icon: state.short(),
        },
        uptime: group_uptime(context, group, until).filter(|_| !is_retired),
        members: listed.iter().map(|&ix| component_row(context, ix, until)).collect(),
        retired: retired.collect(),
        is_retired,
        begins: edition.group_begins(group).map(|day| FirstDayView::new(context, day)),
        days,
        months: if is_retired { Vec::new() } else { months },
        years: years(context, group, &reports),
        pace: record::pace(context, &reports),
        open: front::open_incidents(context, &reports, &Html::Group(group)),
        reports: record::by_year(&reports, |ix| years_of(edition, ix), |ix| list::row(context, ix)),
    }
}

/// The last thirteen months, and the days with trouble of these and of the bars.
fn calendars(context: &RenderContext<'_>, group: GroupIx) -> (Vec<CalendarView>, Vec<DayEntry>) {
    let edition = context.edition;
    let (this, until) = (edition.today.month_of(), edition.group_as_of(group));
    let firsts = edition.counted_members(group).map(|ix| first_month(this, edition.counted_from(ix)));
    let Some(first) = firsts.min() else { return (Vec::new(), Vec::new()) };
    let start = first.first_day().min(edition.first_shown_day());
    let rows = edition.group_days(group, start, edition.today, until);
    let members: Vec<Vec<DayRow>> = edition
        .counted_members(group)
        .map(|ix| edition.days(ix, first.first_day(), edition.today, until))
        .collect();
    let month = |month| {
        let percent = record::percent(context, &members, |row| row.day.month_of() == month);
        calendar(context, month, &rows, percent)
    };
    (months(first, this).rev().map(month).collect(), day_entries(context, &rows))
}

/// The years of its members, newest first.
fn years(
    context: &RenderContext<'_>,
    group: GroupIx,
    reports: &[crate::model::edition::IncidentIx],
) -> Vec<YearRow> {
    let edition = context.edition;
    let spans: Vec<_> = context.site().members(group).map(|ix| plan::component_years(edition, ix)).collect();
    let first = spans.iter().map(|years| *years.start()).min();
    let last = spans.iter().map(|years| *years.end()).max();
    let Some((first, last)) = first.zip(last) else { return Vec::new() };
    let row = |year: i32| {
        let until = edition.group_as_of(group);
        let days = year_days(year, edition.today);
        let of_member = |ix| days.map_or(Vec::new(), |(from, to)| edition.days(ix, from, to, until));
        let members: Vec<Vec<DayRow>> = edition.counted_members(group).map(of_member).collect();
        record::year_row(
            context,
            YearOf { year, path: String::new(), members: &members, left_secs: &|_| None },
            reports,
        )
    };
    (first..=last).rev().map(row).collect()
}
