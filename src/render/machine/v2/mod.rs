//! Statuspage's public API v2 for existing clients, and the whole history in the same shapes.
//!
//! Ids are those of reports and components; texts are HTML; times have milliseconds and the site's offset.

use serde::{Serialize, Serializer};

use crate::model::incident::Incident;
use crate::plan::api::{self, Api};
use crate::render::machine::context::Context;
use crate::render::machine::encode::json;
use crate::render::machine::latest::latest;

mod component;
mod ids;
mod incident;
mod shape;

use ids::{page_id, timestamp};
use shape::{ComponentObject, IncidentObject, PageObject, Rollup};

/// The most incidents or maintenances of a list in API v2.
const MOST_LISTED: usize = 50;

#[derive(Serialize)]
struct Summary {
    page: PageObject,
    components: Vec<ComponentObject>,
    incidents: Vec<IncidentObject>,
    scheduled_maintenances: Vec<IncidentObject>,
    status: Rollup,
}

#[derive(Serialize)]
struct StatusDocument {
    page: PageObject,
    status: Rollup,
}

#[derive(Serialize)]
struct ComponentList {
    page: PageObject,
    components: Vec<ComponentObject>,
}

#[derive(Serialize)]
struct IncidentList {
    page: PageObject,
    incidents: Vec<IncidentObject>,
}

#[derive(Serialize)]
struct MaintenanceList {
    page: PageObject,
    scheduled_maintenances: Vec<IncidentObject>,
}

#[derive(Serialize)]
struct IncidentDocument {
    page: PageObject,
    incident: IncidentObject,
}

/// Where the history of each year is, the latest first.
#[derive(Serialize)]
struct Years {
    page: PageObject,
    years: Vec<Year>,
}

#[derive(Serialize)]
struct History<'a> {
    page: PageObject,
    incidents: Objects<'a>,
    scheduled_maintenances: Objects<'a>,
}

/// Incidents serialised one by one: a history may hold many thousands.
struct Objects<'a> {
    context: &'a Context<'a>,
    incidents: Vec<&'a Incident>,
}

impl Serialize for Objects<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.incidents.iter().map(|incident| incident::object(self.context, incident)))
    }
}

/// A year of the history, and where its file is.
#[derive(Serialize)]
struct Year {
    year: i32,
    url: String,
}

pub(in crate::render) fn bytes(context: &Context<'_>, api: Api) -> Vec<u8> {
    let edition = context.edition;
    let page = page(context, api);
    let incidents = || edition.incidents.iter().filter(|incident| !incident.is_maintenance()).collect();
    let plans = || edition.incidents.iter().filter(|it| it.is_maintenance() && api::is_served(it)).collect();
    let open = || edition.open_incidents().map(|(_, incident)| incident);
    let coming = || edition.coming_maintenance().map(|(_, incident)| incident);
    let running = || edition.running_maintenance().map(|(_, incident)| incident);
    match api {
        Api::Summary => json(&Summary {
            page,
            components: component::current(context),
            incidents: objects(context, open()),
            scheduled_maintenances: objects(context, coming().chain(running())),
            status: rollup(context),
        }),
        Api::Status => json(&StatusDocument { page, status: rollup(context) }),
        Api::Components => json(&ComponentList { page, components: component::current(context) }),
        Api::Incidents => incident_list(context, page, latest(incidents(), MOST_LISTED).into_iter()),
        Api::Unresolved => incident_list(context, page, open()),
        Api::Incident(ix) => {
            json(&IncidentDocument { page, incident: incident::object(context, edition.incident(ix)) })
        }
        Api::Maintenances => maintenance_list(context, page, latest(plans(), MOST_LISTED).into_iter()),
        Api::Upcoming => maintenance_list(context, page, coming()),
        Api::Active => maintenance_list(context, page, running()),
        Api::History => {
            let url = |year: i32| Year { year, url: context.url(&Api::HistoryYear(year).link(edition)) };
            json(&Years { page, years: api::years(edition).into_iter().rev().map(url).collect() })
        }
        Api::HistoryYear(year) => history(context, page, year),
    }
}

fn incident_list<'a>(
    context: &Context<'_>,
    page: PageObject,
    incidents: impl Iterator<Item = &'a Incident>,
) -> Vec<u8> {
    json(&IncidentList { page, incidents: objects(context, incidents) })
}

fn maintenance_list<'a>(
    context: &Context<'_>,
    page: PageObject,
    plans: impl Iterator<Item = &'a Incident>,
) -> Vec<u8> {
    json(&MaintenanceList { page, scheduled_maintenances: objects(context, plans) })
}

/// All incidents and maintenances of a year, newest first.
fn history(context: &Context<'_>, page: PageObject, year: i32) -> Vec<u8> {
    let edition = context.edition;
    let own = edition
        .incidents
        .iter()
        .filter(|incident| api::is_served(incident) && api::year_of(incident) == year);
    let (plans, incidents): (Vec<&Incident>, Vec<&Incident>) =
        own.partition(|incident| incident.is_maintenance());
    json(&History {
        page,
        incidents: Objects { context, incidents },
        scheduled_maintenances: Objects { context, incidents: plans },
    })
}

fn objects<'a>(
    context: &Context<'_>,
    incidents: impl IntoIterator<Item = &'a Incident>,
) -> Vec<IncidentObject> {
    incidents.into_iter().map(|incident| incident::object(context, incident)).collect()
}

fn page(context: &Context<'_>, api: Api) -> PageObject {
    let config = &context.edition.site.config;
    let as_of = api.as_of(context.edition).unwrap_or_else(|| context.edition.site.config.tag_instant());
    PageObject {
        id: page_id(context),
        name: config.title.clone(),
        url: config.base_url.as_str().trim_end_matches('/').to_owned(),
        time_zone: config.zone.name(),
        updated_at: timestamp(context, as_of),
    }
}

fn rollup(context: &Context<'_>) -> Rollup {
    let overall = context.edition.overall();
    Rollup { indicator: overall.indicator(), description: overall.description() }
}

#[cfg(test)]
mod tests;
