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

pub(super) fn json(context: &Context<'_>, scope: Scope) -> Vec<u8> {
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

#[cfg(test)]
mod tests {
    use crate::model::edition::Scope;
    use crate::model::report::Status;
    use crate::model::state::State;
    use crate::model::testing::{incident, site_of, update};
    use crate::model::{ComponentIx, Group, GroupIx, Site};
    use crate::plan::page::Page;
    use crate::render::machine::testing::read;

    fn site() -> Site {
        let mut site = site_of(vec![incident(&[
            update("01:00", Some(Status::Investigating), &[(0, State::PartialOutage)]),
            update("02:00", Some(Status::Resolved), &[]),
        ])]);
        site.groups = vec![Group { id: "core".to_owned(), name: "Core".to_owned(), api_id: None }];
        site.components[0].group = Some(GroupIx(0));
        site.components[1].group = Some(GroupIx(0));
        site
    }

    #[track_caller]
    fn check(scope: Scope, now: &str, expected: &str) {
        let shown = String::from_utf8(read(site(), now, &Page::Days(scope))).unwrap();
        assert_eq!(shown.trim_end(), expected);
    }

    #[test]
    fn a_day_that_was_not_fine_names_what_happened() {
        let (component, group) = (Scope::Component(ComponentIx(0)), Scope::Group(GroupIx(0)));
        let day = |secs: u32| {
            format!(
                "[{{\"date\":\"2026-11-20\",\"degraded_performance\":0,\"partial_outage\":{secs},\"major_outage\":0,\
                 \"under_maintenance\":0,\"incidents\":[{{\"name\":\"Title\",\"url\":\"../../incidents/x/\"}}]}}]"
            )
        };
        let document =
            |at: &str, days: &str| format!("{{\"generated_at\":\"2026-11-20T{at}:00Z\",\"days\":{days}}}");
        check(component, "13:00", &document("02:00", &day(3_600)));
        check(component, "01:30", &document("01:00", &day(0)));
        check(component, "00:30", &document("00:00", "[]"));
        check(group, "13:00", &document("02:00", &day(1_800)));
    }

    #[test]
    fn a_component_without_trouble_has_an_empty_list() {
        let fine = "{\"generated_at\":\"2026-11-20T00:00:00Z\",\"days\":[]}";
        check(Scope::Component(ComponentIx(1)), "13:00", fine);
    }
}
