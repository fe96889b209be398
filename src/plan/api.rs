//! The outputs of the API: Statuspage's public API v2, and the whole history in its shapes.

use std::collections::BTreeSet;

use crate::model::edition::{Edition, IncidentIx};
use crate::model::incident::Incident;
use crate::model::report::Status;
use crate::time::Instant;

/// One output of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Api {
    /// `summary.json`
    Summary,
    /// `status.json`
    Status,
    /// `components.json`
    Components,
    /// `incidents.json`: the 50 newest
    Incidents,
    /// `incidents/unresolved.json`
    Unresolved,
    /// `incidents/ID.json`
    Incident(IncidentIx),
    /// `scheduled-maintenances.json`: the 50 newest
    Maintenances,
    /// `scheduled-maintenances/upcoming.json`
    Upcoming,
    /// `scheduled-maintenances/active.json`
    Active,
    /// `/api/history.json`: the years
    History,
    /// `/api/history/YYYY.json`: all of a year
    HistoryYear(i32),
}

impl Api {
    /// Every output of an edition's API. Cancelled maintenances have none of their own.
    pub fn all(edition: &Edition) -> Vec<Api> {
        use Api::{Active, Components, Incidents, Maintenances, Status, Summary, Unresolved, Upcoming};
        let mut all =
            vec![Summary, Status, Components, Incidents, Unresolved, Maintenances, Upcoming, Active];
        all.extend(
            edition.indexed().filter(|(_, incident)| is_served(incident)).map(|(ix, _)| Api::Incident(ix)),
        );
        all.push(Api::History);
        all.extend(years(edition).into_iter().map(Api::HistoryYear));
        all
    }

    /// The link path.
    pub fn link(self, edition: &Edition) -> String {
        match self {
            Api::Summary => "api/v2/summary.json".to_owned(),
            Api::Status => "api/v2/status.json".to_owned(),
            Api::Components => "api/v2/components.json".to_owned(),
            Api::Incidents => "api/v2/incidents.json".to_owned(),
            Api::Unresolved => "api/v2/incidents/unresolved.json".to_owned(),
            Api::Incident(ix) => format!("api/v2/incidents/{}.json", edition.incident(ix).report.id),
            Api::Maintenances => "api/v2/scheduled-maintenances.json".to_owned(),
            Api::Upcoming => "api/v2/scheduled-maintenances/upcoming.json".to_owned(),
            Api::Active => "api/v2/scheduled-maintenances/active.json".to_owned(),
            Api::History => "api/history.json".to_owned(),
            Api::HistoryYear(year) => format!("api/history/{year}.json"),
        }
    }

    /// As [`super::page::Page::as_of`]: what holds the current state of all moves at midnight too, the rest rests on dated content.
    pub fn as_of(self, edition: &Edition) -> Option<Instant> {
        match self {
            Api::Summary | Api::Status | Api::Components => Some(edition.as_of),
            Api::Incident(ix) => Some(body_as_of(edition, edition.incident(ix))),
            Api::HistoryYear(year) => {
                let own = edition.incidents.iter().filter(|incident| year_of(incident) == year);
                own.map(|incident| body_as_of(edition, incident)).max()
            }
            Api::Incidents
            | Api::Unresolved
            | Api::Maintenances
            | Api::Upcoming
            | Api::Active
            | Api::History => edition.dated_as_of(&edition.incidents),
        }
    }
}

/// Whether Statuspage's API has a place for it: it knows no cancelled maintenance.
pub fn is_served(incident: &Incident) -> bool {
    incident.status != Status::Cancelled
}

/// The site's year in which an incident or maintenance began or will begin.
pub fn year_of(incident: &Incident) -> i32 {
    incident.began_on.year()
}

/// The years of the history, oldest first.
pub fn years(edition: &Edition) -> BTreeSet<i32> {
    let served = edition.incidents.iter().filter(|incident| is_served(incident));
    served.map(year_of).collect()
}

/// A closed incident's body rests on its own content; an open one's holds its components as they are now, which other
/// incidents change too.
fn body_as_of(edition: &Edition, incident: &Incident) -> Instant {
    if !incident.is_open() {
        return incident.as_of;
    }
    let beside = incident.components().iter().flat_map(|&ix| edition.incidents_of(ix));
    beside.map(|&ix| edition.incident(ix).as_of).fold(incident.as_of, Instant::max)
}
