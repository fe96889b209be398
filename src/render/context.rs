//! What pages are rendered from: an edition, its plan, a theme, and what pages look up, made once.

use std::collections::BTreeMap;

use crate::model::Site;
use crate::model::edition::{Edition, IncidentIx};
use crate::model::incident::Incident;
use crate::model::report::{Report, Slug};
use crate::plan::page::Page;
use crate::plan::{Plan, address};
use crate::render::format::Formatter;
use crate::render::theme::Theme;
use crate::time::Month;

/// What pages look up, made once for an edition.
#[derive(Clone, Debug, Default)]
pub struct References {
    relapses: BTreeMap<Slug, Vec<IncidentIx>>,
    /// The public reports that have relapses.
    originals: BTreeMap<Slug, IncidentIx>,
    months: BTreeMap<Month, Vec<IncidentIx>>,
}

impl References {
    /// The references of an edition. Takes O(n log n) in the number of reports.
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
}

/// Everything that rendering a page needs.
#[derive(Clone, Copy, Debug)]
pub struct RenderContext<'a> {
    /// What is public.
    pub edition: &'a Edition,
    /// Where it stands.
    pub plan: &'a Plan,
    /// What it refers to.
    pub references: &'a References,
    /// What it looks like; furnished with the edition's site.
    pub theme: &'a Theme,
}

/// The reports of the same kind beside one, by their beginnings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Neighbours {
    /// The one that began before it.
    pub previous: Option<IncidentIx>,
    /// The one that began after it.
    pub next: Option<IncidentIx>,
}

impl<'a> RenderContext<'a> {
    /// The site.
    pub fn site(&self) -> &'a Site {
        &self.edition.site
    }

    /// Times and lengths in the theme's words and the site's zone.
    pub fn formatter(&self) -> Formatter<'a> {
        Formatter::new(self.theme.messages(), self.edition.site.config.zone)
    }

    /// The link path of a page that has an address of its own; empty for one that has none.
    pub fn link(&self, page: &Page) -> String {
        address::link(page, self.edition).unwrap_or_default()
    }

    /// The link path of an incident's or maintenance's page.
    pub fn incident_link(&self, incident: &Incident) -> String {
        address::incident(incident, self.edition.site.config.url_style)
    }

    /// The public report that one is a relapse of.
    pub fn original_of(&self, relapse: &Report) -> Option<IncidentIx> {
        self.references.originals.get(relapse.after.as_ref()?).copied()
    }

    /// The public reports that are relapses of the one with this slug, oldest first.
    pub fn relapses_of(&self, slug: &Slug) -> &'a [IncidentIx] {
        self.references.relapses.get(slug).map_or(&[], Vec::as_slice)
    }

    /// The months that something touched, oldest first, each with what did, newest beginning first.
    pub fn months(&self) -> &'a BTreeMap<Month, Vec<IncidentIx>> {
        &self.references.months
    }

    /// The reports of the same kind beside this one.
    pub fn neighbours(&self, ix: IncidentIx) -> Neighbours {
        let incidents = &self.edition.incidents;
        let kind = incidents[ix.0].report.kind;
        let same = |place: &usize| incidents[*place].report.kind == kind;
        Neighbours {
            previous: (ix.0 + 1..incidents.len()).find(same).map(IncidentIx),
            next: (0..ix.0).rev().find(same).map(IncidentIx),
        }
    }
}
