//! The history: an index of months (`history.html`) and a page for each month (`month.html`).

use serde::Serialize;

use crate::model::edition::IncidentIx;
use crate::plan::page::Page;
use crate::render::press::Press;
use crate::render::view::Link;
use crate::render::view::list::{self, ReportRow};
use crate::time::Month;

/// How many of the newest reports the index shows itself.
const NEWEST: usize = 10;

/// What the history's index shows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HistoryView {
    /// The newest reports that have begun.
    pub newest: Vec<ReportRow>,
    /// Years, newest first.
    pub years: Vec<YearView>,
}

/// A year in the index.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct YearView {
    /// The year.
    pub year: i32,
    /// Its months with reports, newest first.
    pub months: Vec<MonthLink>,
}

/// A month in the index.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MonthLink {
    /// `March`.
    pub name: String,
    /// Its page's path.
    pub path: String,
    /// How many incidents began in it.
    pub incidents: usize,
    /// How many maintenances began in it.
    pub maintenances: usize,
}

/// What a month's page shows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MonthView {
    /// `March 2024`.
    pub title: String,
    /// Its days with reports, newest first.
    pub days: Vec<DayReports>,
    /// The month with reports before it.
    pub previous: Option<Link>,
    /// The month with reports after it.
    pub next: Option<Link>,
}

/// A day and what began on it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DayReports {
    /// `21 March`.
    pub text: String,
    /// `2024-03-21`.
    pub date: String,
    /// What began on it, newest first.
    pub reports: Vec<ReportRow>,
}

/// The index's view.
pub(in crate::render) fn index(press: &Press<'_>) -> HistoryView {
    let newest = press.months().values().rev().flatten().copied().take(NEWEST);
    let months: Vec<(&Month, &Vec<IncidentIx>)> = press.months().iter().rev().collect();
    let years = months.chunk_by(|(a, _), (b, _)| a.year() == b.year());
    let year = |months: &[(&Month, &Vec<IncidentIx>)]| YearView {
        year: months[0].0.year(),
        months: months.iter().map(|(month, begun)| month_link(press, **month, begun)).collect(),
    };
    HistoryView { newest: list::rows(press, newest), years: years.map(year).collect() }
}

fn month_link(press: &Press<'_>, month: Month, begun: &[IncidentIx]) -> MonthLink {
    let maintenances = begun.iter().filter(|ix| press.edition.incident(**ix).is_maintenance()).count();
    MonthLink {
        name: press.words().month_name(month.number()),
        path: press.link(&Page::HistoryMonth(month)),
        incidents: begun.len() - maintenances,
        maintenances,
    }
}

/// A month's view.
pub(in crate::render) fn month(press: &Press<'_>, month: Month) -> MonthView {
    let begun = press.months().get(&month).map_or(&[][..], Vec::as_slice);
    let day_of = |ix: IncidentIx| press.edition.incident(ix).began_on;
    let days = begun.chunk_by(|a, b| day_of(*a) == day_of(*b)).map(|reports| {
        let day = day_of(reports[0]);
        DayReports {
            text: press.words().day_of_year(day),
            date: day.to_string(),
            reports: list::rows(press, reports.iter().copied()),
        }
    });
    let link = |(month, _): (&Month, &Vec<IncidentIx>)| Link {
        title: press.words().month(*month),
        path: press.link(&Page::HistoryMonth(*month)),
    };
    MonthView {
        title: press.words().month(month),
        days: days.collect(),
        previous: press.months().range(..month).next_back().map(link),
        next: press.months().range(month.next()..).next().map(link),
    }
}
