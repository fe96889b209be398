//! The context of page rendering: an edition, its plan, a theme, and precomputed lookups.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::model::Site;
use crate::model::edition::{Edition, IncidentIx};
use crate::model::incident::Incident;
use crate::model::report::{Report, Slug};
use crate::plan::page::Page;
use crate::plan::{Plan, address};
use crate::render::format::Formatter;
use crate::render::theme::Theme;
use crate::time::Month;

/// What several outputs of an edition share: lookups, and texts that the first output to need them renders.
#[derive(Clone, Debug, Default)]
pub struct References {
    relapses: BTreeMap<Slug, Vec<IncidentIx>>,
    /// Public reports that have relapses.
    originals: BTreeMap<Slug, IncidentIx>,
    months: BTreeMap<Month, Vec<IncidentIx>>,
    /// By incident.
    feed_html: Vec<OnceLock<String>>,
}

impl References {
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
        let feed_html = vec![OnceLock::new(); edition.incidents.len()];
        Self { relapses, originals, months, feed_html }
    }

    /// The HTML of an incident's entry, the same in each feed and format.
    pub(super) fn feed_html(&self, ix: IncidentIx, render: impl FnOnce() -> String) -> &str {
        self.feed_html[ix.0].get_or_init(render)
    }
}

#[derive(Clone, Copy, Debug)]
pub struct RenderContext<'a> {
    pub edition: &'a Edition,
    /// Gives the URLs.
    pub plan: &'a Plan,
    pub references: &'a References,
    /// With the edition's site, see [`Theme::with_site`].
    pub theme: &'a Theme,
}

/// The previous and next report of the same kind, by beginning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Neighbours {
    pub previous: Option<IncidentIx>,
    pub next: Option<IncidentIx>,
}

impl<'a> RenderContext<'a> {
    pub fn site(&self) -> &'a Site {
        &self.edition.site
    }

    /// Formats times and durations in the site's zone and the theme's language.
    pub fn formatter(&self) -> Formatter<'a> {
        Formatter::new(self.theme.messages(), self.edition.site.config.zone)
    }

    /// The path of a page, or empty for one without a URL of its own.
    pub fn link(&self, page: &Page) -> String {
        address::link(page, self.edition).unwrap_or_default()
    }

    pub fn incident_link(&self, incident: &Incident) -> String {
        address::incident(incident, self.edition.site.config.url_style)
    }

    /// The public report that this one is a relapse of.
    pub fn original_of(&self, relapse: &Report) -> Option<IncidentIx> {
        self.references.originals.get(relapse.after.as_ref()?).copied()
    }

    /// The public relapses of the report with this slug, oldest first.
    pub fn relapses_of(&self, slug: &Slug) -> &'a [IncidentIx] {
        self.references.relapses.get(slug).map_or(&[], Vec::as_slice)
    }

    /// Months with reports, oldest first; reports by beginning, newest first.
    pub fn months(&self) -> &'a BTreeMap<Month, Vec<IncidentIx>> {
        &self.references.months
    }

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
