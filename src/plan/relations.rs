//! Relations between the reports of an edition: relapses and their originals, the months they touch, neighbours in time.

use std::collections::BTreeMap;

use crate::model::edition::{Edition, IncidentIx};
use crate::model::report::{Report, Slug};
use crate::time::Month;

/// Lookups by report and by month.
#[derive(Clone, Debug, Default)]
pub struct Relations {
    relapses: BTreeMap<Slug, Vec<IncidentIx>>,
    /// Public reports that have relapses.
    originals: BTreeMap<Slug, IncidentIx>,
    months: BTreeMap<Month, Vec<IncidentIx>>,
}

/// The previous and next report of the same kind, by beginning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Neighbours {
    pub previous: Option<IncidentIx>,
    pub next: Option<IncidentIx>,
}

impl Relations {
    /// Takes O(n log n) in the number of reports.
    pub fn new(edition: &Edition) -> Self {
        let mut relapses: BTreeMap<Slug, Vec<IncidentIx>> = BTreeMap::new();
        for (ix, incident) in edition.indexed().rev() {
            if let Some(after) = &incident.report.after {
                relapses.entry(after.clone()).or_default().push(ix);
            }
        }
        let by_slug = edition.indexed().map(|(ix, incident)| (&incident.report.slug, ix));
        let has_relapses = |(slug, _): &(&Slug, IncidentIx)| relapses.contains_key(*slug);
        let originals = by_slug.filter(has_relapses).map(|(slug, ix)| (slug.clone(), ix)).collect();
        let mut months: BTreeMap<Month, Vec<IncidentIx>> = BTreeMap::new();
        for (ix, incident) in edition.indexed() {
            for month in edition.months_of(incident) {
                months.entry(month).or_default().push(ix);
            }
        }
        Self { relapses, originals, months }
    }

    /// The public report that this one is a relapse of.
    pub fn original_of(&self, relapse: &Report) -> Option<IncidentIx> {
        self.originals.get(relapse.after.as_ref()?).copied()
    }

    /// The public relapses of the report with this slug, oldest first.
    pub fn relapses_of(&self, slug: &Slug) -> &[IncidentIx] {
        self.relapses.get(slug).map_or(&[], Vec::as_slice)
    }

    /// Months with reports, oldest first; reports by beginning, newest first.
    pub fn months(&self) -> &BTreeMap<Month, Vec<IncidentIx>> {
        &self.months
    }
}

/// The reports of the same kind that began before and after this one.
pub fn neighbours(edition: &Edition, ix: IncidentIx) -> Neighbours {
    let incidents = &edition.incidents;
    let kind = incidents[ix.0].report.kind;
    let same = |place: &usize| incidents[*place].report.kind == kind;
    Neighbours {
        previous: (ix.0 + 1..incidents.len()).find(same).map(IncidentIx),
        next: (0..ix.0).rev().find(same).map(IncidentIx),
    }
}
