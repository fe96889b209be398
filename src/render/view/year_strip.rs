//! A year as a strip of its days, a drawing for each month, and how many reports touched each.

use std::fmt::Write as _;

use serde::Serialize;

use crate::model::edition::IncidentIx;
use crate::plan::page::{Html, Page};
use crate::render::context::RenderContext;
use crate::render::view::list;
use crate::time::Month;

/// What a day's bar says, with its height: no report, or the worst report by its icon. A day without a report looks the same
/// before and after it has passed, so that the page changes with reports alone.
const LEVELS: [(&str, usize); 6] =
    [("quiet", 15), ("info", 45), ("maintenance", 45), ("degraded", 60), ("partial", 80), ("major", 100)];

/// The width of a day in the drawing; its height is 100.
const DAY_WIDTH: usize = 10;

/// A year at a glance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StripView {
    /// The year.
    pub year: i32,
    /// How many incidents touched it.
    pub incidents: usize,
    /// How many maintenances touched it.
    pub maintenances: usize,
    /// Its twelve months.
    pub months: Vec<StripMonth>,
}

/// A month of the strip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StripMonth {
    /// `March`.
    pub name: String,
    /// `Mar`.
    pub short: String,
    /// Its page's path; empty without reports.
    pub path: String,
    /// How many incidents touched it.
    pub incidents: usize,
    /// How many maintenances touched it.
    pub maintenances: usize,
    /// The width of the drawing of its days.
    pub width: usize,
    /// The bars of its days, a path for each colour.
    pub paths: Vec<StripPath>,
}

/// The days of one colour.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StripPath {
    /// The worst report's icon; `quiet` without a report.
    pub icon: &'static str,
    /// The path's data.
    pub d: String,
}

/// How many of these reports are incidents, and how many are maintenances.
pub(super) fn counts(
    context: &RenderContext<'_>,
    ixs: impl IntoIterator<Item = IncidentIx>,
) -> (usize, usize) {
    ixs.into_iter().fold((0, 0), |(incidents, plans), ix| {
        match context.edition.incident(ix).is_maintenance() {
            true => (incidents, plans + 1),
            false => (incidents + 1, plans),
        }
    })
}

pub(super) fn strip(context: &RenderContext<'_>, year: i32) -> Option<StripView> {
    let first = Month::parse(&format!("{year:04}-01"))?;
    let months: Vec<Month> =
        std::iter::successors(Some(first), |month| Some(month.next())).take(12).collect();
    let touching = |month: &Month| context.months().get(month).map_or(&[][..], Vec::as_slice);
    let mut all: Vec<IncidentIx> = months.iter().flat_map(touching).copied().collect();
    all.sort_unstable();
    all.dedup();
    let (incidents, maintenances) = counts(context, all);
    let months = months.iter().map(|month| self::month(context, *month, touching(month)));
    Some(StripView { year, incidents, maintenances, months: months.collect() })
}

fn month(context: &RenderContext<'_>, month: Month, touching: &[IncidentIx]) -> StripMonth {
    let (incidents, maintenances) = counts(context, touching.iter().copied());
    let link = || context.link(&Page::Html(Html::HistoryMonth(month)));
    let levels: Vec<usize> = levels(context, month, touching);
    let used = (0..LEVELS.len()).filter(|level| levels.contains(level));
    let formatter = context.formatter();
    StripMonth {
        name: formatter.month_name(month.number()),
        short: formatter.say(&format!("month-short-{}", month.number()), &[]),
        path: if touching.is_empty() { String::new() } else { link() },
        incidents,
        maintenances,
        width: levels.len() * DAY_WIDTH,
        paths: used.map(|level| StripPath { icon: LEVELS[level].0, d: path(&levels, level) }).collect(),
    }
}

/// The level of each day of a month.
fn levels(context: &RenderContext<'_>, month: Month, touching: &[IncidentIx]) -> Vec<usize> {
    let edition = context.edition;
    let (first, last) = (month.first_day(), month.last_day());
    let mut levels: Vec<usize> = month.days().map(|_| 0).collect();
    for incident in touching.iter().map(|&ix| edition.incident(ix)) {
        let Some(days) = edition.days_of(incident) else { continue };
        let icon = list::icon(incident);
        let own = LEVELS.iter().position(|(name, _)| *name == icon).unwrap_or_default();
        let (from, to) = (*days.start().max(&first), *days.end().min(&last));
        for place in from.days_since(first)..=to.days_since(first) {
            let level = usize::try_from(place).ok().and_then(|place| levels.get_mut(place));
            level.into_iter().for_each(|level| *level = (*level).max(own));
        }
    }
    levels
}

/// Bars of the days of a level, successive ones as one.
fn path(levels: &[usize], level: usize) -> String {
    let (mut d, mut place) = (String::new(), 0);
    for same in levels.chunk_by(|one, other| one == other) {
        if same[0] == level {
            let (x, width, height) = (place * DAY_WIDTH, same.len() * DAY_WIDTH, LEVELS[level].1);
            write!(d, "M{x} 100v-{height}h{width}v{height}z").expect("a string takes every text");
        }
        place += same.len();
    }
    d
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn successive_days_of_a_level_are_one_bar() {
        let days = [0, 5, 5, 0, 0, 5];
        assert_eq!(path(&days, 5), "M10 100v-100h20v100zM50 100v-100h10v100z");
        assert_eq!(path(&days, 0), "M0 100v-15h10v15zM30 100v-15h20v15z");
    }
}
