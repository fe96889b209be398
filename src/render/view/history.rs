//! The history: an index of months (`history.html`) and a page for each month (`month.html`).

use serde::Serialize;

use crate::model::edition::IncidentIx;
use crate::plan::page::{Html, Page};
use crate::render::context::RenderContext;
use crate::render::view::list::{self, ReportRow};
use crate::render::view::past::{DayGroupView, past};
use crate::render::view::site::Link;
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
    /// How many incidents touched it.
    pub incidents: usize,
    /// How many maintenances touched it.
    pub maintenances: usize,
}

/// What a month's page shows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MonthView {
    /// `March 2024`.
    pub title: String,
    /// Its days with reports, newest first.
    pub days: Vec<DayGroupView>,
    /// The month with reports before it.
    pub previous: Option<Link>,
    /// The month with reports after it.
    pub next: Option<Link>,
}

pub(in crate::render) fn index(context: &RenderContext<'_>) -> HistoryView {
    let edition = context.edition;
    let begun = edition.indexed().filter(|(_, incident)| incident.has_begun(edition.now));
    let newest = begun.map(|(ix, _)| ix).take(NEWEST);
    let months: Vec<(&Month, &Vec<IncidentIx>)> = context.months().iter().rev().collect();
    let years = months.chunk_by(|(a, _), (b, _)| a.year() == b.year());
    let year = |months: &[(&Month, &Vec<IncidentIx>)]| YearView {
        year: months[0].0.year(),
        months: months.iter().map(|(month, touching)| month_link(context, **month, touching)).collect(),
    };
    HistoryView { newest: list::rows(context, newest), years: years.map(year).collect() }
}

fn month_link(context: &RenderContext<'_>, month: Month, touching: &[IncidentIx]) -> MonthLink {
    let maintenances = touching.iter().filter(|ix| context.edition.incident(**ix).is_maintenance()).count();
    MonthLink {
        name: context.formatter().month_name(month.number()),
        path: context.link(&Page::Html(Html::HistoryMonth(month))),
        incidents: touching.len() - maintenances,
        maintenances,
    }
}

pub(in crate::render) fn month(context: &RenderContext<'_>, month: Month) -> MonthView {
    let days = past(context, month.first_day(), month.last_day()).into_iter();
    let link = |(month, _): (&Month, &Vec<IncidentIx>)| Link {
        title: context.formatter().month(*month),
        path: context.link(&Page::Html(Html::HistoryMonth(*month))),
    };
    MonthView {
        title: context.formatter().month(month),
        days: days.filter(|day| !day.reports.is_empty()).collect(),
        previous: context.months().range(..month).next_back().map(link),
        next: context.months().range(month.next()..).next().map(link),
    }
}
