//! The history: an index of months (`history.html`) and a page for each month (`month.html`).

use std::collections::BTreeSet;

use serde::Serialize;

use crate::model::edition::IncidentIx;
use crate::plan::lists::{self as planned, List};
use crate::plan::page::{Html, Page};
use crate::render::context::RenderContext;
use crate::render::view::list::{self, ReportRow};
use crate::render::view::lists::{self, TagView};
use crate::render::view::past::{DayGroupView, past};
use crate::render::view::site::Link;
use crate::render::view::year_strip::{StripView, counts, strip};
use crate::time::Month;

/// How many of the newest reports the index shows itself.
const NEWEST: usize = 30;

/// How many tags the index names; a page of their own names all.
const MOST_TAGS: usize = 40;

/// What the history's index shows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HistoryView {
    /// The newest year with reports, at a glance.
    pub strip: Option<StripView>,
    /// The newest reports that have begun, under each month that they touch, newest first.
    pub newest: Vec<MonthReports>,
    /// Years, newest first.
    pub years: Vec<YearView>,
    /// The years in which reports began, newest first, each with a file for the search.
    pub indexes: Vec<i32>,
    /// All components, in site.toml's order.
    pub components: Vec<ComponentLink>,
    /// The tags that most reports have.
    pub tags: Vec<TagView>,
    /// The page of all tags, and how many more it names; none where `tags` are all.
    pub more_tags: Option<MoreTags>,
    /// The path of the list of postmortems; empty without any.
    pub postmortems: String,
}

/// The newest reports of a month.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MonthReports {
    /// `March 2024`.
    pub title: String,
    /// Its page's path.
    pub path: String,
    /// Its reports, newest beginning first.
    pub reports: Vec<ReportRow>,
    /// How many reports it has in all.
    pub all: usize,
}

/// A component in the index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ComponentLink {
    /// Its id.
    pub id: String,
    /// Its name.
    pub title: String,
    /// Its page's path.
    pub path: String,
}

/// The page of all tags.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MoreTags {
    /// Its path.
    pub path: String,
    /// How many tags it names that are not named here.
    pub count: usize,
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
    /// How many incidents touched it.
    pub incidents: usize,
    /// How many maintenances touched it.
    pub maintenances: usize,
    /// Its days with reports, newest first.
    pub days: Vec<DayGroupView>,
    /// The month with reports before it.
    pub previous: Option<Link>,
    /// The month with reports after it.
    pub next: Option<Link>,
}

pub(in crate::render) fn index(context: &RenderContext<'_>) -> HistoryView {
    let months: Vec<(&Month, &Vec<IncidentIx>)> = context.months().iter().rev().collect();
    let years = months.chunk_by(|(a, _), (b, _)| a.year() == b.year());
    let year = |months: &[(&Month, &Vec<IncidentIx>)]| YearView {
        year: months[0].0.year(),
        months: months.iter().map(|(month, touching)| month_link(context, **month, touching)).collect(),
    };
    let (tags, more) = lists::common_tags(context, MOST_TAGS);
    let all_tags = || MoreTags { path: context.link(&Page::Html(Html::Tags)), count: more };
    let has_postmortems = context.edition.incidents.iter().any(|incident| incident.postmortem().is_some());
    let postmortems = has_postmortems.then(|| context.link(&Page::Html(Html::List(List::Postmortems))));
    HistoryView {
        strip: months.first().and_then(|(month, _)| strip(context, month.year())),
        newest: newest(context, &months),
        years: years.map(year).collect(),
        indexes: planned::begun_years(context.edition).into_iter().rev().collect(),
        components: components(context),
        more_tags: (!tags.is_empty()).then(all_tags),
        tags,
        postmortems: postmortems.unwrap_or_default(),
    }
}

/// The newest months, as far as there is room for their reports.
fn newest(context: &RenderContext<'_>, months: &[(&Month, &Vec<IncidentIx>)]) -> Vec<MonthReports> {
    let mut room = NEWEST;
    let month = |(month, touching): &(&Month, &Vec<IncidentIx>)| {
        let shown = touching.len().min(room);
        room -= shown;
        (shown > 0).then(|| MonthReports {
            title: context.formatter().month(**month),
            path: context.link(&Page::Html(Html::HistoryMonth(**month))),
            reports: touching[..shown].iter().map(|&ix| list::told(context, ix)).collect(),
            all: touching.len(),
        })
    };
    months.iter().map_while(month).collect()
}

fn components(context: &RenderContext<'_>) -> Vec<ComponentLink> {
    let site = context.site();
    let link = |ix| ComponentLink {
        id: site.component(ix).id.clone(),
        title: site.component(ix).name.clone(),
        path: context.link(&Page::Html(Html::Component(ix))),
    };
    site.component_ixs().map(link).collect()
}

fn month_link(context: &RenderContext<'_>, month: Month, touching: &[IncidentIx]) -> MonthLink {
    let (incidents, maintenances) = counts(context, touching.iter().copied());
    MonthLink {
        name: context.formatter().month_name(month.number()),
        path: context.link(&Page::Html(Html::HistoryMonth(month))),
        incidents,
        maintenances,
    }
}

pub(in crate::render) fn month(context: &RenderContext<'_>, month: Month) -> MonthView {
    let days = past(context, (month.first_day(), month.last_day()), |ix| list::told(context, ix));
    let mut days: Vec<DayGroupView> = days.into_iter().filter(|day| !day.reports.is_empty()).collect();
    // A report that touches many days says its last words once, on its newest day.
    let mut told = BTreeSet::new();
    for row in days.iter_mut().flat_map(|day| &mut day.reports) {
        if !told.insert(row.path.clone()) {
            row.words.clear();
        }
    }
    let link = |(month, _): (&Month, &Vec<IncidentIx>)| Link {
        title: context.formatter().month(*month),
        path: context.link(&Page::Html(Html::HistoryMonth(*month))),
    };
    let (incidents, maintenances) =
        counts(context, context.months().get(&month).into_iter().flatten().copied());
    MonthView {
        title: context.formatter().month(month),
        incidents,
        maintenances,
        days,
        previous: context.months().range(..month).next_back().map(link),
        next: context.months().range(month.next()..).next().map(link),
    }
}
