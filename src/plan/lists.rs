//! Lists of reports with pages of their own: of each tag, and of all postmortems. A long list has a page for each year too.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use crate::model::edition::{Edition, IncidentIx, TagIx};

/// The most reports on a list's first page; a longer list has pages of years.
pub const MOST_LISTED: usize = 50;

/// A list of reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// `/tags/TAG/`
    Tag(TagIx),
    /// `/postmortems/`
    Postmortems,
}

/// The lists of an edition that hold something.
pub fn all(edition: &Edition) -> impl Iterator<Item = List> + use<> {
    let has_postmortems = edition.incidents.iter().any(|incident| incident.postmortem().is_some());
    let tags = (0..edition.tags.len()).map(|ix| List::Tag(TagIx(ix)));
    tags.chain(has_postmortems.then_some(List::Postmortems))
}

/// The reports of a list, newest beginning first.
pub fn reports(edition: &Edition, list: List) -> Cow<'_, [IncidentIx]> {
    match list {
        List::Tag(ix) => Cow::Borrowed(&edition.tags[ix.0].reports),
        List::Postmortems => {
            let told = edition.indexed().filter(|(_, incident)| incident.postmortem().is_some());
            told.map(|(ix, _)| ix).collect()
        }
    }
}

/// The years that a list has pages for; none while one page holds all.
pub fn years(edition: &Edition, list: List) -> BTreeSet<i32> {
    let reports = reports(edition, list);
    if reports.len() <= MOST_LISTED {
        return BTreeSet::new();
    }
    reports.iter().flat_map(|&ix| years_of(edition, ix)).collect()
}

/// The reports of a list that touch a year.
pub fn in_year(edition: &Edition, list: List, year: i32) -> Vec<IncidentIx> {
    let touches = |ix: &IncidentIx| years_of(edition, *ix).contains(&year);
    reports(edition, list).iter().copied().filter(touches).collect()
}

/// The years that a report touches; for a future report the year of its beginning.
pub fn years_of(edition: &Edition, ix: IncidentIx) -> RangeInclusive<i32> {
    let incident = edition.incident(ix);
    let days = edition.days_of(incident).unwrap_or(incident.began_on..=incident.began_on);
    days.start().year()..=days.end().year()
}

/// The reports that began in a year, of those that have begun; newest first.
pub fn begun_in(edition: &Edition, year: i32) -> impl Iterator<Item = IncidentIx> + '_ {
    let all = &edition.incidents;
    let from = all.partition_point(|incident| incident.began_on.year() > year);
    let to = all.partition_point(|incident| incident.began_on.year() >= year);
    (from..to).map(IncidentIx).filter(|&ix| edition.incident(ix).has_begun(edition.now))
}

/// The years in which reports began, oldest first.
pub fn begun_years(edition: &Edition) -> BTreeSet<i32> {
    let begun = edition.incidents.iter().filter(|incident| incident.has_begun(edition.now));
    begun.map(|incident| incident.began_on.year()).collect()
}
