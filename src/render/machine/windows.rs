//! `/uptime/YYYY.csv`: every downtime second of a year by the window or the recorded day it belongs to.

use crate::model::ComponentIx;
use crate::model::edition::{Edition, IncidentIx};
use crate::model::state::State;
use crate::model::uptime::{Seconds, StateWindow};
use crate::plan::page::Page;
use crate::render::machine::Context;
use crate::time::{Day, Instant};

/// RFC 4180 without quotes that are not needed: a heading, then a row a window in the order of components and times.
/// Times are in the site's zone; a window that is cut at the year's edge or still open ends there or at the as-of. A
/// recorded day has its date in place of both times and no incident.
pub(super) fn csv(context: &Context<'_>, year: i32) -> String {
    let edition = context.edition;
    let mut text = String::from("component,state,from,to,seconds,incident,address\n");
    let (Some(first), Some(last)) = (Day::from_ymd(year, 1, 1), Day::from_ymd(year, 12, 31)) else {
        return text;
    };
    let until = Page::UptimeCsv(year).as_of(edition).unwrap_or(edition.as_of);
    for component in edition.site.component_ixs() {
        for window in edition.trace(component, first, last, until) {
            text.push_str(&window_row(context, component, &window));
        }
        for (day, seconds) in edition.recorded_between(component, first, last) {
            text.push_str(&recorded_rows(edition, component, day, seconds));
        }
    }
    text
}

fn window_row(context: &Context<'_>, component: ComponentIx, window: &StateWindow) -> String {
    let edition = context.edition;
    let time = |instant: Instant| edition.site.config.zone.rfc3339(instant);
    let incident = edition.incident(IncidentIx(window.source));
    row(&[
        &edition.site.component(component).id,
        window.state.as_str(),
        &time(window.interval.from),
        &time(window.interval.to),
        &window.interval.secs().to_string(),
        &incident.report.title,
        &context.incident_url(incident),
    ])
}

fn recorded_rows(edition: &Edition, component: ComponentIx, day: Day, seconds: Seconds) -> String {
    let id = &edition.site.component(component).id;
    let day = day.to_string();
    let states = State::ALL.into_iter().filter(|&state| seconds.get(state) > 0);
    states
        .map(|state| row(&[id, state.as_str(), &day, &day, &seconds.get(state).to_string(), "", ""]))
        .collect()
}

fn row(fields: &[&str]) -> String {
    let field = |field: &&str| match field.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", field.replace('"', "\"\"")),
        false => (*field).to_owned(),
    };
    format!("{}\n", fields.iter().map(field).collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use super::row;

    #[test]
    fn fields_with_commas_and_quotes_are_quoted() {
        assert_eq!(row(&["a", "b, c", "say \"d\"", ""]), "a,\"b, c\",\"say \"\"d\"\"\",\n");
    }
}
