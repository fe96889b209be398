//! `/components/ID/days.json` and `/groups/ID/days.json`: details of all days with trouble, loaded on demand by bars.

use serde::Serialize;

use crate::model::days::DayRow;
use crate::model::edition::{Edition, Scope};
use crate::model::uptime::Seconds;
use crate::plan::address;
use crate::plan::page::Page;
use crate::render::machine::context::Context;
use crate::render::machine::encode::json as to_json;

#[derive(Serialize)]
struct Document {
    generated_at: String,
    days: Vec<Day>,
}

#[derive(Serialize)]
struct Day {
    date: String,
    degraded_performance: i64,
    partial_outage: i64,
    major_outage: i64,
    under_maintenance: i64,
    incidents: Vec<Report>,
}

/// An incident or a maintenance; its URL is relative to the file.
#[derive(Serialize)]
struct Report {
    name: String,
    url: String,
}

pub(in crate::render) fn json(context: &Context<'_>, scope: Scope) -> Vec<u8> {
    let edition = context.edition;
    let as_of = Page::Days(scope).as_of(edition).expect("the days up to today are dated");
    let days = rows(edition, scope).into_iter().filter_map(|row| day(context, scope, &row));
    to_json(&Document { generated_at: edition.site.config.zone.rfc3339(as_of), days: days.collect() })
}

fn rows(edition: &Edition, scope: Scope) -> Vec<DayRow> {
    let (first, last) = (edition.first_shown_day(), edition.today);
    match scope {
        Scope::Site => Vec::new(),
        Scope::Component(ix) => edition.days(ix, first, last, edition.component_as_of(ix)),
        Scope::Group(ix) => edition.group_days(ix, first, last, edition.group_as_of(ix)),
    }
}

/// A day with trouble, or one on which something runs although no second has passed yet.
fn day(context: &Context<'_>, scope: Scope, row: &DayRow) -> Option<Day> {
    let Seconds { degraded_performance, partial_outage, major_outage, under_maintenance } = row.seconds?;
    let is_fine = row.seconds.is_some_and(|seconds| seconds.total() == 0) && row.incidents.is_empty();
    let back = address::root(&address::folder(&context.edition.site, scope));
    let incidents = row.incidents.iter().map(|&ix| {
        let incident = context.edition.incident(ix);
        let link = address::incident(incident, context.edition.site.config.url_style);
        Report { name: incident.report.title.clone(), url: format!("{back}{link}") }
    });
    (!is_fine).then(|| Day {
        date: row.day.to_string(),
        degraded_performance,
        partial_outage,
        major_outage,
        under_maintenance,
        incidents: incidents.collect(),
    })
}
