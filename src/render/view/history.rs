//! The history: an index of months (`history.html`) and a page for each month (`month.html`).

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::edition::IncidentIx;
use crate::plan::page::Page;
use crate::render::press::Press;
use crate::render::view::Link;
use crate::render::view::list::{self, ReportRow};
use crate::time::{Day, Month};

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
    let mut counts: BTreeMap<i32, BTreeMap<Month, [usize; 2]>> = BTreeMap::new();
    for (month, ix) in begun(press) {
        let count = counts.entry(month.year()).or_default().entry(month).or_default();
        count[usize::from(press.edition.incident(ix).is_maintenance())] += 1;
    }
    let month = |(month, [incidents, maintenances]): (Month, [usize; 2])| MonthLink {
        name: press.words().month_name(month.number()),
        path: press.link(&Page::HistoryMonth(month)),
        incidents,
        maintenances,
    };
    let year = |(year, months): (i32, BTreeMap<Month, [usize; 2]>)| YearView {
        year,
        months: months.into_iter().rev().map(month).collect(),
    };
    let newest = begun(press).take(NEWEST).map(|(_, ix)| ix);
    HistoryView { newest: list::rows(press, newest), years: counts.into_iter().rev().map(year).collect() }
}

/// A month's view.
pub(in crate::render) fn month(press: &Press<'_>, month: Month) -> MonthView {
    let zone = press.site().config.zone;
    let day_of = |ix: IncidentIx| zone.day_of(press.edition.incident(ix).began);
    let own: Vec<(Day, IncidentIx)> =
        begun(press).filter(|(began, _)| *began == month).map(|(_, ix)| (day_of(ix), ix)).collect();
    let days = own.chunk_by(|(a, _), (b, _)| a == b).map(|reports| DayReports {
        text: press.words().day_of_year(reports[0].0),
        date: reports[0].0.to_string(),
        reports: list::rows(press, reports.iter().map(|&(_, ix)| ix)),
    });
    let days = days.collect();
    let link = |month: Month| Link {
        title: press.words().month(month),
        path: press.link(&Page::HistoryMonth(month)),
    };
    let previous = begun(press).map(|(began, _)| began).find(|began| *began < month);
    let next = begun(press).map(|(began, _)| began).take_while(|began| *began > month).last();
    MonthView { title: press.words().month(month), days, previous: previous.map(link), next: next.map(link) }
}

/// Everything that has begun, newest first, with its month.
fn begun<'a>(press: &'a Press<'_>) -> impl Iterator<Item = (Month, IncidentIx)> + 'a {
    let zone = press.site().config.zone;
    let begun = press.edition.indexed().filter(|(_, incident)| incident.began <= press.edition.now);
    begun.map(move |(ix, incident)| (zone.day_of(incident.began).month_of(), ix))
}
