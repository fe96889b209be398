//! How often incidents happen and how long they last (MTBF and MTTR).
//!
//! Invariant: means depend on dated content only, so they do not change with the clock.

use crate::model::incident::Incident;

/// Means over a list of incidents, without maintenances.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pace {
    pub incidents: usize,
    /// Mean seconds between beginnings, rounded down; `None` for fewer than two incidents.
    pub between_secs: Option<i64>,
    /// Mean seconds from beginning to end, rounded down; `None` while none has ended.
    pub resolve_secs: Option<i64>,
}

impl Pace {
    pub fn of<'a>(incidents: impl IntoIterator<Item = &'a Incident>) -> Self {
        let own: Vec<&Incident> =
            incidents.into_iter().filter(|incident| !incident.is_maintenance()).collect();
        let begun: Vec<i64> = own.iter().map(|incident| incident.began.epoch_secs()).collect();
        let lengths = own.iter().filter_map(|incident| Some(incident.ended?.secs_since(incident.began)));
        let lengths: Vec<i64> = lengths.collect();
        let stretch = begun.iter().max().zip(begun.iter().min()).map_or(0, |(last, first)| last - first);
        Self {
            incidents: own.len(),
            between_secs: mean(stretch, own.len().saturating_sub(1)),
            resolve_secs: mean(lengths.iter().sum(), lengths.len()),
        }
    }
}

fn mean(sum: i64, count: usize) -> Option<i64> {
    i64::try_from(count).ok().filter(|&count| count > 0).map(|count| sum / count)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::Pace;
    use crate::model::ComponentIx;
    use crate::model::edition::Edition;
    use crate::model::report::{Report, Slug, Status};
    use crate::model::state::State;
    use crate::model::testing::{at, incident, maintenance, site_of, update};

    /// An incident between two times of the test's day; open without an end.
    fn out(from: &str, to: Option<&str>) -> Report {
        let mut updates = vec![update(from, Some(Status::Investigating), &[(0, State::MajorOutage)])];
        updates.extend(to.map(|to| update(to, Some(Status::Resolved), &[])));
        Report { slug: Slug::new(&format!("x{}", from.replace(':', ""))).unwrap(), ..incident(&updates) }
    }

    #[track_caller]
    fn check(reports: Vec<Report>, incidents: usize, between: Option<i64>, resolve: Option<i64>) {
        let edition = Edition::new(Arc::new(site_of(reports)), at("23:00"));
        let own = edition.incidents_of(ComponentIx(0)).iter().map(|&ix| edition.incident(ix));
        assert_eq!(Pace::of(own), Pace { incidents, between_secs: between, resolve_secs: resolve });
    }

    #[test]
    fn means_are_of_beginnings_and_of_what_ended() {
        check(Vec::new(), 0, None, None);
        check(vec![out("01:00", None)], 1, None, None);
        check(vec![out("01:00", Some("01:30"))], 1, None, Some(1_800));
        let three = vec![out("01:00", Some("01:10")), out("02:00", Some("02:21")), out("06:00", None)];
        check(three, 3, Some(9_000), Some(930));
    }

    #[test]
    fn maintenance_does_not_count() {
        let planned = maintenance("03:00", "04:00", true, &[]);
        check(vec![out("01:00", Some("01:30")), planned], 1, None, Some(1_800));
    }
}
