//! Cache keys of outputs. An output's key is the digest of all inputs that determine its bytes.
//!
//! Invariant: `render::page` sees an edition, a plan and a theme, and a key covers all that the page takes from them.
//! Outputs whose number or cost grows with the reports have precise keys; the others cover the whole site. A value that
//! may affect a page must be part of its key.

use std::hash::Hash as _;

use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};

use crate::digest::{Digest, Hasher, Key};
use crate::model::edition::{Edition, IncidentIx, Scope};
use crate::model::out_path::OutPath;
use crate::model::uptime::Recorded;
use crate::model::{ComponentIx, GroupIx};
use crate::plan::api::{self, Api};
use crate::plan::lists::{self, List};
use crate::plan::outputs::Plan;
use crate::plan::page::{Html, Page};
use crate::plan::relations::{self, Relations};
use crate::plan::{MOST_IN_NAVIGATION, address, component_years, links, years};
use crate::time::{Day, Instant, Month};

/// The digests that keys are made of.
#[derive(Clone, Debug)]
pub struct Fingerprints<'a> {
    edition: &'a Edition,
    relations: &'a Relations,
    /// Of what every output may show: program, theme, settings, components, navigation.
    base: Digest,
    /// Of the whole site.
    whole: Digest,
    /// Of each incident: its file, its state at the edition's `now`, and the targets of its links.
    reports: Vec<Digest>,
    /// Of each incident's API body: the digest in `reports`, and the states of its components.
    bodies: Vec<Digest>,
}

impl<'a> Fingerprints<'a> {
    /// `theme` is the digest of the theme's files, `variant` names how the site differs from what site.toml says.
    pub fn new(
        edition: &'a Edition,
        plan: &Plan,
        relations: &'a Relations,
        (theme, variant): (&Digest, &str),
    ) -> Self {
        let base = base(edition, plan, (theme, variant));
        let all = 0..edition.incidents.len();
        let reports: Vec<Digest> =
            all.clone().into_par_iter().map(|ix| report(edition, plan, IncidentIx(ix))).collect();
        let bodies = all.into_par_iter().map(|ix| body(edition, IncidentIx(ix), &reports[ix])).collect();
        let whole = whole(edition, plan, &reports);
        Self { edition, relations, base, whole, reports, bodies }
    }

    /// The key of a planned output; `None` for a copied file, whose bytes are not known.
    pub fn key(&self, path: &OutPath, page: &Page) -> Option<Key> {
        let edition = self.edition;
        let mut hasher = Hasher::new();
        (self.base, path.as_str(), address::link(page, edition), page.as_of(edition)).hash(&mut hasher);
        match page {
            Page::Copy(_) => return None,
            // Its path says what it holds.
            Page::Asset(_) if path.is_hashed_asset() => {}
            Page::Html(html) => {
                html.is_current(edition).hash(&mut hasher);
                self.html(html, &mut hasher);
            }
            Page::Api(Api::Incident(ix)) => self.bodies[ix.0].hash(&mut hasher),
            Page::Api(Api::HistoryYear(year)) => self.history_year(*year, &mut hasher),
            Page::UptimeCsv(_, year) => self.uptime_year(*year, &mut hasher),
            Page::HistoryIndex(year) => {
                let own: Vec<IncidentIx> = lists::begun_in(edition, *year).collect();
                self.reports_of(&own, &mut hasher);
            }
            // These hold only dated content, so midnight does not change them.
            Page::Feed(_, Scope::Component(ix)) | Page::Calendar(Scope::Component(ix)) => {
                self.reports_of(edition.incidents_of(*ix), &mut hasher);
            }
            Page::Feed(_, Scope::Group(ix)) | Page::Calendar(Scope::Group(ix)) => {
                self.reports_of(&edition.incidents_of_group(*ix), &mut hasher);
            }
            Page::Event(ix) => self.reports_of(&[*ix], &mut hasher),
            Page::Badge(_, _, Scope::Component(ix)) | Page::Days(Scope::Component(ix)) => {
                self.component(*ix, &mut hasher);
            }
            Page::Badge(_, _, Scope::Group(ix)) | Page::Days(Scope::Group(ix)) => {
                self.group(*ix, &mut hasher);
            }
            Page::Feed(_, Scope::Site)
            | Page::Calendar(Scope::Site)
            | Page::Badge(_, _, Scope::Site)
            | Page::Days(Scope::Site)
            | Page::Updates(_)
            | Page::Api(
                Api::Summary
                | Api::Status
                | Api::Components
                | Api::Incidents
                | Api::Unresolved
                | Api::Maintenances
                | Api::Upcoming
                | Api::Active
                | Api::History,
            )
            | Page::Schema(_)
            | Page::UptimeJson
            | Page::BuildJson
            | Page::EmbedScript
            | Page::StatusText
            | Page::Metrics
            | Page::Llms
            | Page::Headers
            | Page::Sitemap
            | Page::SitemapPart(_)
            | Page::Robots
            | Page::NoJekyll
            | Page::Cname(_)
            | Page::Asset(_) => self.whole.hash(&mut hasher),
        }
        Some(Key::from(hasher.finish()))
    }

    fn html(&self, html: &Html, hasher: &mut Hasher) {
        match html {
            Html::Incident(ix) => self.report_page(*ix, hasher),
            Html::HistoryMonth(month) => self.month(*month, hasher),
            Html::List(list) => self.list(*list, hasher),
            Html::ListYear(list, year) => self.list_year(*list, *year, hasher),
            Html::Component(ix) => {
                self.component(*ix, hasher);
                (self.edition.listed().any(|it| it == *ix)).hash(hasher);
            }
            Html::ComponentYear(ix, year) => self.component_year(*ix, *year, hasher),
            Html::Group(ix) => self.group(*ix, hasher),
            Html::UptimeYear(year) => self.uptime_year(*year, hasher),
            Html::Redirect(target) => target.hash(hasher),
            Html::Front
            | Html::History
            | Html::Tags
            | Html::Uptime
            | Html::Embed
            | Html::Subscribe
            | Html::Pages
            | Html::Content(_)
            | Html::NotFound => self.whole.hash(hasher),
        }
    }

    /// A report with the titles and addresses of the reports that its page links to.
    fn report_page(&self, ix: IncidentIx, hasher: &mut Hasher) {
        let report = &self.edition.incident(ix).report;
        let near = relations::neighbours(self.edition, ix);
        let linked = [near.previous, near.next, self.relations.original_of(report)];
        let relapses = self.relations.relapses_of(&report.slug);
        self.reports[ix.0].hash(hasher);
        linked.map(|ix| ix.map(|ix| self.title(ix))).hash(hasher);
        relapses.iter().map(|&ix| self.title(ix)).collect::<Vec<_>>().hash(hasher);
    }

    /// The title of a report, and what makes its address.
    fn title(&self, ix: IncidentIx) -> (&'a str, &'a str, bool) {
        let incident = self.edition.incident(ix);
        (&incident.report.title, incident.report.slug.as_str(), incident.is_maintenance())
    }

    /// The reports that touched a month, each with its days there, and the months with reports beside it.
    fn month(&self, month: Month, hasher: &mut Hasher) {
        let (first, last) = (month.first_day(), month.last_day());
        for (ix, incident) in self.edition.touching(first, last) {
            let days = self.edition.days_of(incident);
            let days = days.map(|days| (*days.start().max(&first), *days.end().min(&last)));
            (self.reports[ix.0], days).hash(hasher);
        }
        let months = self.relations.months();
        let before = months.range(..month).next_back().map(|(month, _)| month);
        (before, months.range(month.next()..).next().map(|(month, _)| month)).hash(hasher);
    }

    /// The newest reports of a list, and the years that it has pages for.
    fn list(&self, list: List, hasher: &mut Hasher) {
        let reports = lists::reports(self.edition, list);
        self.listed(list, &reports[..reports.len().min(lists::MOST_LISTED)], hasher);
    }

    fn list_year(&self, list: List, year: i32, hasher: &mut Hasher) {
        self.listed(list, &lists::in_year(self.edition, list, year), hasher);
    }

    /// Reports under the years that they touch: an open one touches each year that begins.
    fn listed(&self, list: List, ixs: &[IncidentIx], hasher: &mut Hasher) {
        self.reports_of(ixs, hasher);
        ixs.iter().for_each(|&ix| lists::years_of(self.edition, ix).hash(hasher));
        (self.list_name(list), lists::years(self.edition, list)).hash(hasher);
    }

    fn list_name(&self, list: List) -> Option<&'a str> {
        match list {
            List::Tag(ix) => Some(&self.edition.tags[ix.0].tag.name),
            List::Postmortems => None,
        }
    }

    fn reports_of(&self, ixs: &[IncidentIx], hasher: &mut Hasher) {
        ixs.len().hash(hasher);
        ixs.iter().for_each(|ix| self.reports[ix.0].hash(hasher));
    }

    /// All of a component: its reports, its recorded days, and how it is now.
    fn component(&self, ix: ComponentIx, hasher: &mut Hasher) {
        self.reports_of(self.edition.incidents_of(ix), hasher);
        now(self.edition, ix, hasher);
        (self.edition.component_as_of(ix), component_years(self.edition, ix)).hash(hasher);
        recorded(&self.edition.site.recorded[ix.0], hasher);
    }

    fn group(&self, group: GroupIx, hasher: &mut Hasher) {
        self.edition.site.members(group).for_each(|ix| self.component(ix, hasher));
        (self.edition.today, self.edition.group_as_of(group)).hash(hasher);
    }

    /// A component's days of a year, the reports that touched it, and the years that have pages.
    fn component_year(&self, ix: ComponentIx, year: i32, hasher: &mut Hasher) {
        let edition = self.edition;
        self.days(ix, year, edition.year_as_of([ix], year), hasher);
        let touches = |ix: &&IncidentIx| {
            let incident = edition.incident(**ix);
            let begun = edition.days_of(incident).filter(|_| incident.has_begun(edition.now));
            begun.is_some_and(|days| (days.start().year()..=days.end().year()).contains(&year))
        };
        let touching: Vec<IncidentIx> = edition.incidents_of(ix).iter().filter(touches).copied().collect();
        self.reports_of(&touching, hasher);
        let years = component_years(edition, ix);
        (years.contains(&(year - 1)), years.contains(&(year + 1))).hash(hasher);
    }

    /// The days of all components in a year, and the years that have pages.
    fn uptime_year(&self, year: i32, hasher: &mut Hasher) {
        let edition = self.edition;
        let until = edition.year_as_of(edition.site.component_ixs(), year);
        edition.site.component_ixs().for_each(|ix| self.days(ix, year, until, hasher));
        let years = years(edition);
        (years.contains(&(year - 1)), years.contains(&(year + 1))).hash(hasher);
    }

    /// What a component's days of a year are computed from: windows with their reports, and recorded days.
    fn days(&self, ix: ComponentIx, year: i32, until: Instant, hasher: &mut Hasher) {
        let edition = self.edition;
        let days = Day::from_ymd(year, 1, 1).zip(Day::from_ymd(year, 12, 31));
        let Some((first, last)) = days.map(|(first, last)| (first, last.min(edition.today))) else { return };
        (first, last, until, edition.counted_from(ix)).hash(hasher);
        let stretches = edition.stretches_between(ix, first, last, until);
        for stretch in stretches.iter().chain(edition.stretch_at(ix, until)) {
            (stretch.state, stretch.interval, self.reports[stretch.source]).hash(hasher);
        }
        stretches.len().hash(hasher);
        recorded(edition.site.recorded[ix.0].range(first.min(last)..=last), hasher);
    }

    /// The API bodies of a year's reports.
    fn history_year(&self, year: i32, hasher: &mut Hasher) {
        let own = |(_, incident): &(usize, &crate::model::incident::Incident)| {
            api::is_served(incident) && api::year_of(incident) == year
        };
        let own = self.edition.incidents.iter().enumerate().filter(own);
        own.for_each(|(ix, _)| self.bodies[ix].hash(hasher));
    }
}

/// What every output may show.
fn base(edition: &Edition, plan: &Plan, (theme, variant): (&Digest, &str)) -> Digest {
    let site = &edition.site;
    let mut hasher = Hasher::new();
    (env!("ALLCLEAR_SOURCES"), theme, variant).hash(&mut hasher);
    format!("{:?}{:?}{:?}", site.config, site.groups, site.components).hash(&mut hasher);
    // The date of an empty feed.
    site.config.tag_instant().min(edition.now).hash(&mut hasher);
    let links = site.in_navigation().take(MOST_IN_NAVIGATION + 1);
    links.for_each(|page| (&page.name, &page.title).hash(&mut hasher));
    let assets = plan.outputs.iter().filter(|(_, page)| matches!(page, Page::Asset(_)));
    assets.for_each(|(path, _)| path.as_str().hash(&mut hasher));
    hasher.finish()
}

/// A report, what is known of it now, and where its links lead.
fn report(edition: &Edition, plan: &Plan, ix: IncidentIx) -> Digest {
    let mut hasher = Hasher::new();
    let incident = edition.incident(ix);
    incident.hash_at(&edition.site, edition.now, &mut hasher);
    for target in &incident.report.links {
        links::resolve(plan, &edition.site, &incident.report.source, target).hash(&mut hasher);
    }
    hasher.finish()
}

/// A report's body in the API, which also holds its components: as they were at its end, or as they are now.
fn body(edition: &Edition, ix: IncidentIx, report: &Digest) -> Digest {
    let mut hasher = Hasher::new();
    let incident = edition.incident(ix);
    report.hash(&mut hasher);
    for &ix in incident.components() {
        let since = edition.site.component(ix).since;
        since.is_some_and(|since| since <= edition.today).hash(&mut hasher);
        match incident.ended.filter(|_| !incident.is_open()) {
            Some(end) => {
                let held = edition.stretch_at(ix, end);
                let said = |source: usize| edition.incident(IncidentIx(source)).updates().first();
                let held = held.map(|it| (it.state, it.interval.from, said(it.source).map(|said| said.at)));
                held.hash(&mut hasher);
            }
            None => now(edition, ix, &mut hasher),
        }
    }
    hasher.finish()
}

fn recorded<'a>(days: impl IntoIterator<Item = (&'a Day, &'a Recorded)>, hasher: &mut Hasher) {
    let days = days.into_iter().map(|(day, it)| (day, it.seconds, it.replaces));
    days.collect::<Vec<_>>().hash(hasher);
}

/// How a component is now, and since when.
fn now(edition: &Edition, ix: ComponentIx, hasher: &mut Hasher) {
    let edges = edition.stretches(ix).iter().flat_map(|it| [it.interval.from, it.interval.to]);
    let last = edges.filter(|&at| at <= edition.now).max();
    (edition.state(ix), last, edition.today).hash(hasher);
}

/// The inputs of outputs that have no precise key: the whole site.
fn whole(edition: &Edition, plan: &Plan, reports: &[Digest]) -> Digest {
    let site = &edition.site;
    let mut hasher = Hasher::new();
    (edition.today, edition.as_of, edition.next_change, reports).hash(&mut hasher);
    site.reports.iter().for_each(|report| report.digest.hash(&mut hasher));
    site.recorded.iter().for_each(|days| recorded(days, &mut hasher));
    site.component_ixs().for_each(|ix| now(edition, ix, &mut hasher));
    for page in &site.pages {
        (format!("{page:?}"), page.edited_by(edition.now)).hash(&mut hasher);
    }
    for (path, handle) in &edition.copies {
        (path.as_str(), handle.path.as_str(), handle.len).hash(&mut hasher);
    }
    for (path, page) in &plan.outputs {
        (path.as_str(), address::link(page, edition)).hash(&mut hasher);
    }
    hasher.finish()
}
