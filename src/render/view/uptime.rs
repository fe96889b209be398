//! Uptime pages: all components by month (`uptime.html`), and one year with every window counted (`uptime-year.html`).

use serde::Serialize;

use crate::model::ComponentIx;
use crate::model::days::DayRow;
use crate::model::edition::IncidentIx;
use crate::model::uptime::{Figure, Seconds, StateWindow};
use crate::plan;
use crate::plan::page::{Csv, Html, Page};
use crate::render::context::RenderContext;
use crate::render::format::{DayView, SpanView};
use crate::render::messages::Arg;
use crate::render::view::component::{StateLength, state_lengths, year_days};
use crate::render::view::site::Link;
use crate::render::view::subject::{component_link, report_link};
use crate::render::view::uptime_table::{Period, Rows, UptimeTable};
use crate::time::{Day, Instant, Month};

/// Months in the table, the current one included.
const MONTHS: usize = 12;

/// What the uptime page shows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UptimeIndexView {
    /// Figures of the days of the bars, of the current month and quarter, of twelve months, then of each month before the
    /// current one, the newest first.
    pub table: UptimeTable,
    /// The years, newest first.
    pub years: Vec<Link>,
}

/// What the page of a year shows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UptimeYearView {
    /// The year.
    pub year: i32,
    /// The first and the last day counted, as words.
    pub first: DayView,
    /// The last day counted: the year's last, or today.
    pub last: DayView,
    /// What a second in each state costs, in percent.
    pub weights: WeightsView,
    /// Figures of the year and of its months.
    pub table: UptimeTable,
    /// Every window, by component.
    pub traces: Vec<TraceView>,
    /// The path of every window as CSV.
    pub csv: String,
    /// The path of the totals by component and period as CSV.
    pub totals_csv: String,
    /// The year before, if it has a page.
    pub previous: Option<Link>,
    /// The year after, if it has a page.
    pub next: Option<Link>,
}

/// What a second in each state costs, in percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct WeightsView {
    /// Of degraded performance.
    pub degraded_performance: u32,
    /// Of a partial outage.
    pub partial_outage: u32,
    /// Of a major outage.
    pub major_outage: u32,
    /// Of maintenance.
    pub under_maintenance: u32,
}

/// The data that a component's figure is computed from.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TraceView {
    /// The component.
    pub component: Link,
    /// Its figure.
    pub percent: Option<String>,
    /// Days that count.
    pub days: usize,
    /// Seconds in each state, the worst first.
    pub totals: Vec<StateLength>,
    /// Its windows, oldest first.
    pub windows: Vec<TraceWindow>,
    /// Its recorded days, oldest first.
    pub recorded: Vec<RecordedDay>,
}

/// A window and the report that it comes from.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TraceWindow {
    /// `partial_outage`.
    pub state: &'static str,
    /// The name of its icon and colour.
    pub icon: &'static str,
    /// When, cut to the year.
    pub span: SpanView,
    /// The report.
    pub report: Link,
}

/// Recorded downtime of a day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RecordedDay {
    /// The day.
    pub day: DayView,
    /// How long in each state, the worst first.
    pub states: Vec<StateLength>,
}

pub(in crate::render) fn index(context: &RenderContext<'_>) -> UptimeIndexView {
    let edition = context.edition;
    let this = edition.today.month_of();
    let months: Vec<Month> =
        std::iter::successors(Some(this), |month| Some(month.prev())).take(MONTHS).collect();
    let first = months.last().map_or(edition.today, |month| month.first_day());
    let begin = first.min(edition.first_shown_day());
    let shown = |ix: &ComponentIx| context.site().component(*ix).show_uptime;
    let days = edition.living().filter(shown);
    let days: Vec<_> = days.map(|ix| (ix, edition.days(ix, begin, edition.today, edition.as_of))).collect();
    let years = plan::years(edition).rev().map(|year| year_link(context, year));
    UptimeIndexView {
        table: Rows { context, days: &days }.table(periods(context, &months)),
        years: years.collect(),
    }
}

/// The days of the bars, the current month and quarter, all months, then the months before the current one.
fn periods(context: &RenderContext<'_>, months: &[Month]) -> Vec<Period> {
    let (edition, formatter) = (context.edition, context.formatter());
    let count = |id: &str, count: u32| formatter.say(id, &[("days", Arg::Number(count.into()))]);
    let this = edition.today.month_of();
    let quarter = std::iter::successors(Some(this), |month| Some(month.prev()));
    let quarter = quarter.take(3).find(|month| month.number() % 3 == 1).unwrap_or(this);
    let first = months.last().map_or(edition.today, |month| month.first_day());
    let (today, begin) = (edition.today, edition.first_shown_day());
    let mut current = Period::month(context, this);
    current.head.short = formatter.say("this-month", &[]);
    let mut all = vec![
        Period::total(begin, today, count("days-head", context.site().config.uptime.days)),
        current,
        Period::total(quarter.first_day(), today, formatter.say("this-quarter", &[])),
        Period::total(
            first,
            today,
            formatter.say("months-head", &[("months", Arg::Number(months.len() as i64))]),
        ),
    ];
    all.extend(months.iter().skip(1).map(|&month| Period::month(context, month)));
    all
}

pub(in crate::render) fn year(context: &RenderContext<'_>, year: i32) -> UptimeYearView {
    let edition = context.edition;
    let Some((first, last)) = year_days(year, edition.today) else {
        unreachable!("only years that have begun are planned")
    };
    let months = std::iter::successors(Some(first.month_of()), |month| Some(month.next()))
        .take_while(|month| *month <= last.month_of());
    let total = Period::total(first, last, year.to_string());
    let periods = std::iter::once(total).chain(months.map(|month| Period::month(context, month))).collect();
    let until = edition.year_as_of(context.site().component_ixs(), year);
    let shown = |ix: &ComponentIx| context.site().component(*ix).show_uptime;
    let all = context.site().component_ixs().filter(shown);
    let days: Vec<(ComponentIx, Vec<DayRow>)> = all
        .map(|ix| (ix, edition.days(ix, first, last, until)))
        .filter(|(_, rows)| rows.iter().any(|row| row.seconds.is_some()))
        .collect();
    let trace = |(ix, rows): &(ComponentIx, Vec<DayRow>)| {
        let windows = edition.trace(*ix, first, last, until);
        trace(context, *ix, rows, &windows, (first, last, until))
    };
    let years = plan::years(edition);
    let beside = |year: i32| years.contains(&year).then(|| year_link(context, year));
    UptimeYearView {
        year,
        first: context.formatter().day(first),
        last: context.formatter().day(last),
        weights: weights(context),
        table: Rows { context, days: &days }.table(periods),
        traces: days.iter().map(trace).collect(),
        csv: context.link(&Page::UptimeCsv(Csv::Windows, year)),
        totals_csv: context.link(&Page::UptimeCsv(Csv::Totals, year)),
        previous: beside(year - 1),
        next: beside(year + 1),
    }
}

fn year_link(context: &RenderContext<'_>, year: i32) -> Link {
    Link { title: year.to_string(), path: context.link(&Page::Html(Html::UptimeYear(year))) }
}

fn weights(context: &RenderContext<'_>) -> WeightsView {
    let weights = &context.site().config.uptime.weights;
    WeightsView {
        degraded_performance: weights.degraded_performance,
        partial_outage: weights.partial_outage,
        major_outage: weights.major_outage,
        under_maintenance: weights.under_maintenance,
    }
}

fn trace(
    context: &RenderContext<'_>,
    ix: ComponentIx,
    rows: &[DayRow],
    windows: &[StateWindow],
    (first, last, until): (Day, Day, Instant),
) -> TraceView {
    let counted: Vec<Seconds> = rows.iter().filter_map(|row| row.seconds).collect();
    let recorded = context.edition.recorded_between(ix, first, last, until);
    TraceView {
        component: component_link(context, ix),
        percent: context.edition.figure_of(rows).as_ref().map(Figure::floor2),
        days: counted.len(),
        totals: state_lengths(context, &counted.into_iter().sum()),
        windows: windows.iter().map(|window| trace_window(context, window)).collect(),
        recorded: recorded
            .iter()
            .map(|(day, seconds)| RecordedDay {
                day: context.formatter().day(*day),
                states: state_lengths(context, seconds),
            })
            .collect(),
    }
}

fn trace_window(context: &RenderContext<'_>, window: &StateWindow) -> TraceWindow {
    let incident = context.edition.incident(IncidentIx(window.source));
    TraceWindow {
        state: window.state.as_str(),
        icon: window.state.short(),
        span: context.formatter().span(window.interval.from, Some(window.interval.to)),
        report: report_link(context, incident),
    }
}
