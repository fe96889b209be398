//! The record of a component or group: its figures by year and month, how often it breaks, and its reports by year.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use serde::Serialize;

use crate::model::days::DayRow;
use crate::model::edition::{Edition, IncidentIx};
use crate::model::pace::Pace;
use crate::model::uptime::Figure;
use crate::plan::lists::{MOST_LISTED, years_of};
use crate::render::context::RenderContext;
use crate::render::format::LengthView;
use crate::render::view::bars::worst_level;
use crate::render::view::list::ReportRow;
use crate::render::view::uptime_table::UptimeCell;
use crate::time::Month;

/// How often something has incidents, and how long they last.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PaceView {
    /// How many incidents have begun; maintenance does not count.
    pub incidents: usize,
    /// The mean time between incidents: from the beginning of the first to that of the last, divided by the number of gaps.
    /// Rounded down, a long one without its small units; none for fewer than two incidents.
    pub between: Option<LengthView>,
    /// The mean time to resolve: from beginning to end, over the incidents that have ended. Rounded down, a long one without
    /// its small units; none when no incident has ended.
    pub resolve: Option<LengthView>,
}

/// A year's figures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct YearRow {
    /// The year.
    pub year: i32,
    /// Its page's path; empty for a group, whose years have none.
    pub path: String,
    /// `99.98`; none when uptime is not shown or no day has data.
    pub percent: Option<String>,
    /// The same of its twelve months; empty when uptime is not shown.
    pub months: Vec<UptimeCell>,
    /// How many incidents touched it.
    pub incidents: usize,
    /// How many maintenances touched it.
    pub maintenances: usize,
}

/// The reports of a year.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct YearReports {
    /// The year.
    pub year: i32,
    /// The reports that touched it, newest beginning first.
    pub reports: Vec<ReportRow>,
}

/// What a year's figures are computed from.
pub(super) struct YearOf<'a> {
    pub(super) year: i32,
    /// Empty without a page.
    pub(super) path: String,
    /// The days of each member that counts; for a component its own, or none without `show_uptime`.
    pub(super) members: &'a [Vec<DayRow>],
    /// The downtime that a target leaves of a month; none without a target.
    pub(super) left_secs: &'a dyn Fn(Month) -> Option<i64>,
}

/// Rates of these reports, as far as they have begun.
pub(super) fn pace(context: &RenderContext<'_>, ixs: &[IncidentIx]) -> PaceView {
    let pace = Pace::of(begun(context, ixs).map(|ix| context.edition.incident(ix)));
    let length = |secs: i64| context.formatter().length(cut(secs));
    PaceView {
        incidents: pace.incidents,
        between: pace.between_secs.map(length),
        resolve: pace.resolve_secs.map(length),
    }
}

/// Rounds a long duration down: to minutes from an hour on, hours from a day on, days from a month on.
fn cut(secs: i64) -> i64 {
    let unit = match secs {
        2_592_000.. => 86_400,
        86_400.. => 3_600,
        3_600.. => 60,
        _ => 1,
    };
    secs - secs % unit
}

/// A year's figures; `reports` are all of the part.
pub(super) fn year_row(context: &RenderContext<'_>, of: YearOf<'_>, reports: &[IncidentIx]) -> YearRow {
    let (year, members) = (of.year, of.members);
    let own = in_year(context, reports, year);
    let (maintenances, incidents): (Vec<_>, Vec<_>) =
        own.partition(|&ix| context.edition.incident(ix).is_maintenance());
    let rows: Vec<&[DayRow]> = members.iter().map(Vec::as_slice).collect();
    let days = Edition::mean_days(&rows);
    let cell = |month: Month| {
        let is_inside = |row: &DayRow| row.day.month_of() == month;
        let level = worst_level(context.edition, days.iter().filter(|row| is_inside(row)));
        UptimeCell::new(figure(context, members, is_inside), (of.left_secs)(month), Some(level))
    };
    let months = Month::parse(&format!("{year:04}-01")).filter(|_| !members.is_empty());
    let months = std::iter::successors(months, |month| Some(month.next())).take(12);
    YearRow {
        year,
        path: of.path,
        percent: percent(context, members, |_| true),
        months: months.map(cell).collect(),
        incidents: incidents.len(),
        maintenances: maintenances.len(),
    }
}

/// The mean figure of members over the days that count.
pub(super) fn percent(
    context: &RenderContext<'_>,
    members: &[Vec<DayRow>],
    counts: impl Fn(&DayRow) -> bool,
) -> Option<String> {
    figure(context, members, counts).as_ref().map(Figure::floor2)
}

fn figure(
    context: &RenderContext<'_>,
    members: &[Vec<DayRow>],
    counts: impl Fn(&DayRow) -> bool,
) -> Option<Figure> {
    let own = |rows: &Vec<DayRow>| {
        let counted: Vec<DayRow> = rows.iter().filter(|row| counts(row)).cloned().collect();
        context.edition.figure_of(&counted)
    };
    let figures: Vec<Figure> = members.iter().filter_map(own).collect();
    Figure::mean(&figures)
}

/// The newest of these reports by year, newest first. `years_of`: the years that a report stands in.
pub(super) fn by_year(
    ixs: &[IncidentIx],
    years_of: impl Fn(IncidentIx) -> RangeInclusive<i32>,
    row: impl Fn(IncidentIx) -> ReportRow,
) -> Vec<YearReports> {
    let newest = &ixs[..ixs.len().min(MOST_LISTED)];
    let mut years: BTreeMap<i32, Vec<IncidentIx>> = BTreeMap::new();
    for &ix in newest {
        for year in years_of(ix) {
            years.entry(year).or_default().push(ix);
        }
    }
    let year = |(year, own): (i32, Vec<IncidentIx>)| YearReports {
        year,
        reports: own.into_iter().map(&row).collect(),
    };
    years.into_iter().rev().map(year).collect()
}

/// The reports that touched a year.
pub(super) fn in_year<'a>(
    context: &'a RenderContext<'_>,
    ixs: &'a [IncidentIx],
    year: i32,
) -> impl Iterator<Item = IncidentIx> + 'a {
    begun(context, ixs).filter(move |&ix| years_of(context.edition, ix).contains(&year))
}

/// The reports that have begun.
pub(super) fn begun<'a>(
    context: &'a RenderContext<'_>,
    ixs: &'a [IncidentIx],
) -> impl Iterator<Item = IncidentIx> + 'a {
    ixs.iter().copied().filter(|&ix| context.edition.incident(ix).has_begun(context.edition.now))
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn long_times_lose_their_small_units() {
        let check = |secs: i64, expected: i64| assert_eq!(cut(secs), expected, "{secs}");
        check(59, 59);
        check(3_599, 3_599);
        check(3_661, 3_660);
        check(90_061, 90_000);
        check(2_592_000 + 90_061, 2_592_000 + 86_400);
    }
}
