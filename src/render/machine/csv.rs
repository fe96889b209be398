//! A year's downtime (RFC 4180, UTF-8, with a header): `/uptime/YYYY.csv`, every window and recorded day, and
//! `/uptime/YYYY-totals.csv`, their sums by component.
//!
//! Components stand in site.toml's order. Everything is cut to the year and the page's as-of.

use crate::model::days::DayRow;
use crate::model::edition::IncidentIx;
use crate::model::state::State;
use crate::model::uptime::{Figure, Seconds};
use crate::model::{ComponentIx, Site};
use crate::plan::page::{Csv, Page};
use crate::render::machine::context::Context;
use crate::time::{Day, Instant};

/// Columns. A recorded day has no report, and a day instead of times, since its time of day is unknown.
const WINDOWS: &str = "component,state,from,to,seconds,report\r\n";

/// Columns. A period is a year or a month; the target is empty where there is none.
const TOTALS: &str = "component,period,days,degraded_performance,partial_outage,major_outage,under_maintenance,uptime,target\r\n";

pub(in crate::render) fn year(context: &Context<'_>, csv: Csv, year: i32) -> Vec<u8> {
    let edition = context.edition;
    let last = Day::from_ymd(year, 12, 31).map(|last| last.min(edition.today));
    let until = Page::UptimeCsv(csv, year).as_of(edition).unwrap_or(edition.as_of);
    let shown = |ix: &ComponentIx| edition.site.component(*ix).show_uptime;
    let rows = |(first, last): (Day, Day)| -> String {
        let all = edition.site.component_ixs().filter(shown);
        match csv {
            Csv::Windows => all.map(|ix| windows(context, ix, (first, last, until))).collect(),
            Csv::Totals => all.map(|ix| totals(context, ix, (first, last, until))).collect(),
        }
    };
    let header = match csv {
        Csv::Windows => WINDOWS,
        Csv::Totals => TOTALS,
    };
    let rows = Day::from_ymd(year, 1, 1).zip(last).map(rows).unwrap_or_default();
    format!("{header}{rows}").into_bytes()
}

fn windows(context: &Context<'_>, ix: ComponentIx, (first, last, until): (Day, Day, Instant)) -> String {
    let edition = context.edition;
    let site: &Site = &edition.site;
    let id = &site.component(ix).id;
    let mut csv = String::new();
    for window in edition.trace(ix, first, last, until) {
        let (from, to) =
            (site.config.zone.rfc3339(window.interval.from), site.config.zone.rfc3339(window.interval.to));
        let slug = &edition.incident(IncidentIx(window.source)).report.slug;
        csv.push_str(&format!("{id},{},{from},{to},{},{slug}\r\n", window.state, window.interval.secs()));
    }
    for (day, recorded) in edition.recorded_between(ix, first, last, until) {
        for state in State::ALL.into_iter().rev().filter(|state| recorded.get(*state) > 0) {
            csv.push_str(&format!("{id},{state},{day},{},{},\r\n", day.next(), recorded.get(state)));
        }
    }
    csv
}

/// The year's row and one for each of its months with data.
fn totals(context: &Context<'_>, ix: ComponentIx, (first, last, until): (Day, Day, Instant)) -> String {
    let rows = context.edition.days(ix, first, last, until);
    let mut csv = total(context, ix, &first.year().to_string(), &rows);
    for month in rows.chunk_by(|one, next| one.day.month_of() == next.day.month_of()) {
        let name = month.first().map(|row| row.day.month_of().to_string());
        csv.push_str(&total(context, ix, &name.unwrap_or_default(), month));
    }
    csv
}

fn total(context: &Context<'_>, ix: ComponentIx, period: &str, rows: &[DayRow]) -> String {
    let component = context.edition.site.component(ix);
    let Some(figure) = context.edition.figure_of(rows).as_ref().map(Figure::floor2) else {
        return String::new();
    };
    let counted: Vec<Seconds> = rows.iter().filter_map(|row| row.seconds).collect();
    let days = counted.len();
    let sum: Seconds = counted.into_iter().sum();
    let Seconds { degraded_performance, partial_outage, major_outage, under_maintenance } = sum;
    let target = component.target.map(|target| target.to_string()).unwrap_or_default();
    format!(
        "{},{period},{days},{degraded_performance},{partial_outage},{major_outage},{under_maintenance},{figure},{target}\r\n",
        component.id
    )
}
