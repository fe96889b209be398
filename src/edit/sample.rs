//! Sample reports for `init --demo`. Title and text of each say that it is a sample.

use crate::edit::report::{KindFields, NewReport, compose};
use crate::edit::slug;
use crate::edit::update::{self, NewUpdate};
use crate::model::report::{Kind, Status};
use crate::model::state::State;
use crate::time::{Instant, Zone};

const DAY_SECS: i64 = 86_400;

/// Paths and texts of an incident three days ago and a maintenance in five days.
pub fn reports(components: &[String], now: Instant, zone: Zone) -> Vec<(String, String)> {
    vec![incident(components, now.plus_secs(-3 * DAY_SECS), zone), maintenance(components, now, zone)]
}

fn incident(components: &[String], began: Instant, zone: Zone) -> (String, String) {
    let component = components.first().map(|id| (id.clone(), State::PartialOutage));
    let report = NewReport {
        title: "Sample: sign-in fails for some".to_owned(),
        components: component.into_iter().collect(),
        update: new_update(
            Status::Investigating,
            began,
            "This is a sample, nothing happened: some people cannot sign in.",
        ),
        kind_fields: KindFields::Incident { started: None, impact: None },
        after: None,
        keys: Vec::new(),
        draft: false,
    };
    let later = [
        new_update(Status::Identified, began.plus_secs(20 * 60), "A sample still: a certificate ran out."),
        new_update(
            Status::Resolved,
            began.plus_secs(47 * 60),
            "The sample's end: the certificate is renewed.",
        ),
    ];
    let later =
        later.iter().map(|new_update| format!("\n{}", update::section(new_update, zone))).collect::<String>();
    file(&report, &later, zone, began)
}

fn maintenance(components: &[String], now: Instant, zone: Zone) -> (String, String) {
    let from = now.plus_secs(5 * DAY_SECS);
    let component = components.last().map(|id| (id.clone(), State::UnderMaintenance));
    let report = NewReport {
        title: "Sample: the database is moved".to_owned(),
        components: component.into_iter().collect(),
        update: new_update(Status::Scheduled, now, "This is a sample, nothing will be moved."),
        kind_fields: KindFields::Maintenance { from, to: from.plus_secs(2 * 3600), automatic: true },
        after: None,
        keys: Vec::new(),
        draft: false,
    };
    file(&report, "", zone, from)
}

fn new_update(status: Status, at: Instant, message: &str) -> NewUpdate {
    NewUpdate { status: Some(status), at, states: Vec::new(), next_update: None, message: message.to_owned() }
}

fn file(report: &NewReport, later: &str, zone: Zone, begins: Instant) -> (String, String) {
    let (kind, day): (Kind, _) = (report.kind(), zone.day_of(begins));
    let slug = slug::slug(day, &report.title, kind, |_| false);
    (slug::path(kind, day, &slug), format!("{}{later}", compose(report, None, zone)))
}
