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
use crate::render::view::uptime_table::{MONTHS, Period, Rows, UptimeTable, current, shown};
use crate::time::{Day, Instant};

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
    let [.., (first, _)] = current(edition.today);
    let begin = first.min(edition.first_shown_day());
    let days = |ix: ComponentIx| (ix, edition.days(ix, begin, edition.today, edition.as_of));
    let days: Vec<_> = shown(context).map(days).collect();
    let years = plan::years(edition).rev().map(|year| year_link(context, year));
    UptimeIndexView { table: Rows { context, days: &days }.table(periods(context)), years: years.collect() }
}

/// The days of the bars, the current month and quarter, all months, then the months before the current one.
fn periods(context: &RenderContext<'_>) -> Vec<Period> {
    let (edition, formatter) = (context.edition, context.formatter());
    let days = i64::from(context.site().config.uptime.days);
    let short = [
        formatter.say("days-head", &[("days", Arg::Number(days))]),
        formatter.say("this-month", &[]),
        formatter.say("this-quarter", &[]),
        formatter.say("months-head", &[("months", Arg::Number(MONTHS.into()))]),
    ];
    let [count, month, quarter, months] = short;
    let [_, quarter_days, months_days] = current(edition.today);
    let this = edition.today.month_of();
    let mut current = Period::month(context, this);
    current.head.short = month;
    let mut all = vec![
        Period::total(edition.first_shown_day(), edition.today, count.clone(), count),
        current,
        Period::total(quarter_days.0, quarter_days.1, months_of(context, quarter_days), quarter),
        Period::total(months_days.0, months_days.1, months_of(context, months_days), months),
    ];
    let before = std::iter::successors(Some(this.prev()), |month| Some(month.prev()));
    all.extend(before.take(MONTHS as usize - 1).map(|month| Period::month(context, month)));
    all
}

/// `October 2026 – December 2026`.
fn months_of(context: &RenderContext<'_>, (first, last): (Day, Day)) -> String {
    let formatter = context.formatter();
    let [from, to] = [first, last].map(|day| formatter.month(day.month_of()));
    formatter.say("span", &[("from", Arg::Text(&from)), ("to", Arg::Text(&to))])
}

pub(in crate::render) fn year(context: &RenderContext<'_>, year: i32) -> UptimeYearView {
    let edition = context.edition;
    let Some((first, last)) = year_days(year, edition.today) else {
        unreachable!("only years that have begun are planned")
    };
    let months = std::iter::successors(Some(first.month_of()), |month| Some(month.next()))
        .take_while(|month| *month <= last.month_of());
    let total = Period::total(first, last, year.to_string(), year.to_string());
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
