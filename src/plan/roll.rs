//! What a plan is made of, so that the same is not planned twice.
//!
//! Invariant: planning reads nothing of an edition but what is compared here.

use std::sync::Arc;

use crate::model::edition::Edition;
use crate::model::report::Report;
use crate::model::{ContentPage, Site};
use crate::plan;
use crate::plan::page::Page;
use crate::source::Handle;

/// The pages that an edition has, and everything that decides where they stand.
#[derive(Debug)]
pub(super) struct Roll {
    pub(super) pages: Vec<Page>,
    /// Output paths of the theme's files.
    pub(super) assets: Vec<String>,
    /// Output paths of the copied files that are public.
    copies: Vec<(String, Handle)>,
    site: Arc<Site>,
    /// The edition's, which the pages name by their places.
    reports: Vec<Arc<Report>>,
}

impl Roll {
    pub(super) fn new<'a>(edition: &Edition, assets: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            pages: plan::pages(edition),
            assets: assets.into_iter().map(str::to_owned).collect(),
            copies: edition.copies.iter().map(|(path, handle)| (path.clone(), handle.clone())).collect(),
            site: Arc::clone(&edition.site),
            reports: edition.incidents.iter().map(|incident| Arc::clone(&incident.report)).collect(),
        }
    }

    /// Whether the same outputs come of both.
    pub(super) fn is(&self, other: &Self) -> bool {
        let (site, others) = (&self.site, &other.site);
        self.pages == other.pages
            && self.assets == other.assets
            && site.config.url_style == others.config.url_style
            && site.config.feeds.also_at == others.config.feeds.also_at
            && self.copies == other.copies
            && same(&site.components, &others.components, |one, other| one.id == other.id)
            && same(&site.groups, &others.groups, |one, other| one.id == other.id)
            && same(&site.pages, &others.pages, is_page_there)
            && same(&self.reports, &other.reports, |one, other| {
                Arc::ptr_eq(one, other) || is_there(one, other)
            })
    }
}

fn same<T>(one: &[T], other: &[T], is: impl Fn(&T, &T) -> bool) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is(one, other))
}

/// Whether two states of a report have the same addresses.
fn is_there(one: &Report, other: &Report) -> bool {
    (one.kind, &one.slug, &one.id, &one.source, &one.aliases)
        == (other.kind, &other.slug, &other.id, &other.source, &other.aliases)
}

fn is_page_there(one: &ContentPage, other: &ContentPage) -> bool {
    (&one.name, &one.source, &one.aliases, one.nav) == (&other.name, &other.source, &other.aliases, other.nav)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::model::Site;
    use crate::model::edition::Edition;
    use crate::model::report::{Kind, Report, Slug, Status};
    use crate::model::state::State;
    use crate::model::testing::{at, incident, site_of, update};
    use crate::plan::{Memory, outputs, outputs_reusing};
    use crate::source::{Handle, SourcePath};

    fn site(reports: Vec<Report>) -> Site {
        let named = |(number, mut report): (usize, Report)| {
            report.slug = Slug::new(&format!("r{number}")).unwrap();
            report.id = format!("r{number}");
            report
        };
        site_of(reports.into_iter().enumerate().map(named).collect())
    }

    /// Two incidents.
    fn before() -> Site {
        let of = |hour: &str| incident(&[update(hour, Some(Status::Identified), &[(0, State::MajorOutage)])]);
        site(vec![of("01:00"), of("02:00")])
    }

    fn edited(edit: impl FnOnce(&mut Report)) -> Site {
        let mut site = before();
        edit(Arc::make_mut(&mut site.reports[0]));
        site
    }

    /// Whether the outputs of a site after an edit are taken over. They are always what planning anew gives.
    fn is_taken_over(after: Site) -> bool {
        let [before, after] = [before(), after].map(|site| Edition::new(Arc::new(site), at("13:00")));
        let mut memory = Memory::default();
        let old = outputs_reusing(&before, ["assets/x.css"], &mut memory);
        let new = outputs_reusing(&after, ["assets/x.css"], &mut memory);
        assert_eq!(new.plan.outputs, outputs(&after, ["assets/x.css"]).plan.outputs);
        Arc::ptr_eq(&old.plan, &new.plan)
    }

    #[test]
    fn what_changes_no_address_is_not_planned_again() {
        assert!(is_taken_over(before()));
        assert!(is_taken_over(edited(|report| report.title = "Another".to_owned())));
        assert!(is_taken_over(edited(|report| report.components.clear())));
    }

    #[test]
    fn what_changes_an_address_is() {
        let is_anew = |after: Site| !is_taken_over(after);
        assert!(is_anew(edited(|report| report.slug = Slug::new("other").unwrap())));
        assert!(is_anew(edited(|report| report.id = "other".to_owned())));
        assert!(is_anew(edited(|report| report.kind = Kind::Maintenance)));
        assert!(is_anew(edited(|report| report.aliases = vec!["/old/".to_owned()])));
        assert!(is_anew(edited(|report| report.source = SourcePath::new("content/incidents/other.md"))));
        assert!(is_anew(edited(|report| report.started = Some(at("00:00").plus_secs(-86_400 * 40)))));
        assert!(is_anew(edited(|report| report.started = Some(at("03:00")))), "another order");
        assert!(is_anew(Site { reports: before().reports.split_off(1), ..before() }));
        let mut site = before();
        site.components[0].id = "other".to_owned();
        assert!(is_anew(site));
        let mut site = before();
        let handle = Handle { path: SourcePath::new("static/x.txt"), len: 1, stamp: 1 };
        site.copies.insert("x.txt".to_owned(), handle);
        assert!(is_anew(site));
    }
}
