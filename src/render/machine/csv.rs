//! `/uptime/YYYY.csv`: every window and recorded day behind a year's figures (RFC 4180, UTF-8, with a header).

use crate::model::edition::IncidentIx;
use crate::model::state::State;
use crate::model::{ComponentIx, Site};
use crate::plan::page::Page;
use crate::render::machine::context::Context;
use crate::time::Day;

/// Columns. A recorded day has no report, and a day instead of times, since its time of day is unknown.
const HEADER: &str = "component,state,from,to,seconds,report\r\n";

/// A year's windows by component in site.toml's order, oldest first, cut to the year and the page's as-of.
pub(in crate::render) fn year(context: &Context<'_>, year: i32) -> Vec<u8> {
    let edition = context.edition;
    let mut csv = HEADER.to_owned();
    let first = Day::from_ymd(year, 1, 1);
    let last = Day::from_ymd(year, 12, 31).map(|last| last.min(edition.today));
    if let (Some(first), Some(last)) = (first, last) {
        let shown = |ix: &ComponentIx| edition.site.component(*ix).show_uptime;
        for ix in edition.site.component_ixs().filter(shown) {
            push_component(&mut csv, context, ix, (first, last));
        }
    }
    csv.into_bytes()
}

fn push_component(csv: &mut String, context: &Context<'_>, ix: ComponentIx, (first, last): (Day, Day)) {
    let edition = context.edition;
    let site: &Site = &edition.site;
    let id = &site.component(ix).id;
    let until = Page::UptimeCsv(first.year()).as_of(edition).unwrap_or(edition.as_of);
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
}
