//! The plan: every output path and the page it holds.
//!
//! Invariant: no byte of any page is known here. Two outputs at one path and links that lead nowhere are found here,
//! before anything is rendered.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::model::config::UrlStyle;
use crate::model::edition::{Edition, Scope};
use crate::model::target::Host;
use crate::model::{ComponentIx, GroupIx};
use crate::source::SourcePath;
use crate::time::Month;

pub mod address;
pub mod api;
mod claims;
mod conflict;
pub mod fingerprint;
pub mod headers;
pub mod links;
pub mod lists;
pub mod media;
mod outputs;
mod owner;
pub mod page;
mod problems;
pub mod relations;
mod source_map;

use api::Api;
use claims::{Claim, Claims};
pub use outputs::{Plan, Planned};
use owner::Owner;
use page::{Badge, BadgeForm, Csv, FeedForm, Html, Page, Schema};
pub use problems::{dead_links, misplaced};
use source_map::SourceMap;

/// The most addresses that a sitemap may hold (sitemaps.org, "Sitemap file size").
pub const MOST_IN_SITEMAP: usize = 50_000;

/// The most extra pages that the navigation names. It stands on every page, so naming all on each would let a site's size
/// grow with the square of them.
pub const MOST_IN_NAVIGATION: usize = 8;

/// The last plan and its inputs, reused while the inputs stay the same.
#[derive(Debug, Default)]
pub struct PlanCache(Option<(PlanKey, Planned)>);

/// All inputs that determine a plan.
#[derive(Debug, PartialEq)]
struct PlanKey {
    /// Of pages that are made.
    pages: Vec<Claim>,
    /// Of the theme's files, old addresses and copied files.
    files: Vec<Claim>,
    host: Host,
}

/// Plans an edition's outputs. `assets` are the output paths of the theme's files.
pub fn outputs<'a>(edition: &Edition, assets: impl IntoIterator<Item = &'a str>) -> Planned {
    outputs_reusing(edition, assets, &Host::default(), &mut PlanCache::default())
}

/// As `outputs`, for a host. Reuses the last plan when its inputs are the same: most edits change no address.
pub fn outputs_reusing<'a>(
    edition: &Edition,
    assets: impl IntoIterator<Item = &'a str>,
    host: &Host,
    memory: &mut PlanCache,
) -> Planned {
    let key = PlanKey::new(edition, assets, host);
    match &memory.0 {
        Some((known, planned)) if *known == key => planned.clone(),
        _ => {
            let (claims, sources) =
                rayon::join(|| Claims::of(&key.pages, &key.files), || SourceMap::new(edition));
            let planned = claims.finish(edition.site.config.url_style, sources, host);
            memory.0 = Some((key, planned.clone()));
            planned
        }
    }
}

impl PlanKey {
    fn new<'a>(edition: &Edition, assets: impl IntoIterator<Item = &'a str>, host: &Host) -> Self {
        let page = |page: Page| {
            let file = address::file(&address::link(&page, edition)?);
            let owner = Owner::of(&page, edition);
            Some((file, page, owner))
        };
        let asset = |path: &str| (path.to_owned(), Page::Asset(path.to_owned()), Owner::Theme);
        let mut files: Vec<Claim> = assets.into_iter().map(asset).collect();
        files.extend(aliases(edition));
        files.extend(edition.copies.iter().map(|(path, handle)| {
            (path.to_string(), Page::Copy(handle.clone()), Owner::File(handle.path.clone()))
        }));
        let pages = pages(edition).into_par_iter().filter_map(page).collect();
        Self { pages, files, host: host.clone() }
    }
}

/// The pages that are made, in the order in which they claim their paths.
fn pages(edition: &Edition) -> Vec<Page> {
    let mut pages = documents(edition);
    pages.extend(sitemap_parts(&pages));
    pages.extend(machine_files(edition));
    pages
}

fn documents(edition: &Edition) -> Vec<Page> {
    let site = &edition.site;
    let mut pages = vec![
        Page::Html(Html::Front),
        Page::Html(Html::NotFound),
        Page::Html(Html::History),
        Page::Html(Html::Uptime),
        Page::Html(Html::Subscribe),
        Page::Html(Html::Embed),
    ];
    pages.extend(edition.indexed().map(|(ix, _)| Page::Html(Html::Incident(ix))));
    pages.extend(history_months(edition).into_iter().map(Html::HistoryMonth).map(Page::Html));
    for ix in site.component_ixs() {
        pages.push(Page::Html(Html::Component(ix)));
        pages.extend(component_years(edition, ix).map(|year| Page::Html(Html::ComponentYear(ix, year))));
    }
    pages.extend((0..site.groups.len()).map(|ix| Page::Html(Html::Group(GroupIx(ix)))));
    pages.extend(years(edition).flat_map(|year| {
        let tables = [Csv::Windows, Csv::Totals].map(|csv| Page::UptimeCsv(csv, year));
        tables.into_iter().chain([Page::Html(Html::UptimeYear(year))])
    }));
    pages.extend((!edition.tags.is_empty()).then_some(Page::Html(Html::Tags)));
    for list in lists::all(edition) {
        pages.push(Page::Html(Html::List(list)));
        let years = lists::years(edition, list).into_iter();
        pages.extend(years.map(|year| Page::Html(Html::ListYear(list, year))));
    }
    pages.extend((0..site.pages.len()).map(Html::Content).map(Page::Html));
    pages.extend((site.in_navigation().count() > MOST_IN_NAVIGATION).then_some(Page::Html(Html::Pages)));
    pages
}

fn sitemap_parts(documents: &[Page]) -> impl Iterator<Item = Page> + use<> {
    let listed = documents.iter().filter(|page| page.is_document()).count();
    let parts = if listed > MOST_IN_SITEMAP { listed.div_ceil(MOST_IN_SITEMAP) } else { 0 };
    (0..parts).map(Page::SitemapPart)
}

fn machine_files(edition: &Edition) -> Vec<Page> {
    let mut pages = vec![Page::UptimeJson, Page::BuildJson, Page::Sitemap, Page::Robots, Page::NoJekyll];
    pages.extend([Page::EmbedScript, Page::StatusText, Page::Metrics, Page::Llms, Page::Headers]);
    pages.extend(Api::all(edition).into_iter().map(Page::Api));
    pages.extend(Schema::ALL.map(Page::Schema));
    pages.push(Page::Calendar(Scope::Site));
    pages.extend(edition.site.component_ixs().map(|ix| Page::Calendar(Scope::Component(ix))));
    pages.extend(edition.maintenance().map(Page::Event));
    pages.extend(with_days(edition).map(Page::Days));
    pages.extend(lists::begun_years(edition).into_iter().map(Page::HistoryIndex));
    pages.extend(FeedForm::OF_UPDATES.map(Page::Updates));
    let components = edition.site.component_ixs().map(Scope::Component);
    let groups = (0..edition.site.groups.len()).map(|ix| Scope::Group(GroupIx(ix)));
    for scope in [Scope::Site].into_iter().chain(components).chain(groups) {
        for form in [BadgeForm::Svg, BadgeForm::Json] {
            pages.extend([Badge::State, Badge::Uptime].map(|badge| Page::Badge(badge, form, scope)));
        }
        pages.extend(FeedForm::ALL.map(|form| Page::Feed(form, scope)));
    }
    pages
}

/// The components that show their uptime, and the groups with such members.
fn with_days(edition: &Edition) -> impl Iterator<Item = Scope> + '_ {
    let site = &edition.site;
    let components = site.component_ixs().filter(|&ix| site.component(ix).show_uptime).map(Scope::Component);
    let groups = (0..site.groups.len()).map(GroupIx);
    components.chain(groups.filter(|&ix| edition.counted_members(ix).next().is_some()).map(Scope::Group))
}

/// The months that something touched, oldest first; what is only announced belongs to none yet.
fn history_months(edition: &Edition) -> BTreeSet<Month> {
    edition.incidents.iter().flat_map(|incident| edition.months_of(incident)).collect()
}

/// The years a component has pages for: from the first that counts to this year, or to that of its retirement.
pub fn component_years(edition: &Edition, ix: ComponentIx) -> std::ops::RangeInclusive<i32> {
    let component = edition.site.component(ix);
    let this_year = edition.today.year();
    let last = component.retired.map_or(this_year, |retired| retired.prev().year().min(this_year));
    edition.counted_from(ix).map_or(last, |first| first.year()).min(last)..=last
}

/// The years of the uptime pages, oldest first.
pub fn years(edition: &Edition) -> std::ops::RangeInclusive<i32> {
    let this_year = edition.today.year();
    let firsts = edition.site.component_ixs().map(|ix| *component_years(edition, ix).start());
    firsts.min().unwrap_or(this_year).min(this_year)..=this_year
}

/// Outputs at old addresses: redirects for `aliases` of reports and pages, copies for feeds (`also_at`).
fn aliases(edition: &Edition) -> Vec<Claim> {
    let site = &edition.site;
    let style = site.config.url_style;
    let mut claims = Vec::new();
    let mut redirect = |(source, aliases): (&SourcePath, &[String]), to: &dyn Fn() -> String| {
        let files = old_files(source, aliases, style).into_iter();
        claims.extend(files.map(|(file, owner)| (file, Page::Html(Html::Redirect(to())), owner)));
    };
    for incident in &edition.incidents {
        let report = &incident.report;
        redirect((&report.source, &report.aliases), &|| address::incident(incident, style));
    }
    for page in &site.pages {
        redirect((&page.source, &page.aliases), &|| address::document(&page.name, style));
    }
    let also_at = &site.config.feeds.also_at;
    let files = if also_at.is_empty() { Vec::new() } else { machine_files(edition) };
    let files: BTreeMap<String, Page> =
        files.into_iter().rev().filter_map(|page| Some((address::link(&page, edition)?, page))).collect();
    claims.extend(also_at.iter().filter_map(|(path, feed)| {
        Some((path.to_string(), files.get(feed)?.clone(), Owner::FeedCopy(path.to_string())))
    }));
    claims
}

/// The outputs of a file's old addresses, each once: `/a` and `/a/` may be one.
fn old_files(source: &SourcePath, aliases: &[String], style: UrlStyle) -> BTreeMap<String, Owner> {
    let owner = |alias: &String| Owner::Alias { file: source.clone(), alias: alias.clone() };
    aliases.iter().map(|alias| (alias_file(alias, style), owner(alias))).collect()
}

/// The output path of an alias: `a/index.html` for `/a/`, `a.html` for `/a.html`; for `/a` it depends on the URL style.
fn alias_file(alias: &str, style: UrlStyle) -> String {
    let bare = alias.trim_matches('/');
    if alias.ends_with('/') {
        address::file(&format!("{bare}/"))
    } else if bare.ends_with(".html") || bare.ends_with(".htm") {
        bare.to_owned()
    } else {
        address::file(&address::document(bare, style))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Html, Page, PlanCache, alias_file, outputs, outputs_reusing};
    use crate::model::Site;
    use crate::model::config::{Config, UrlStyle};
    use crate::model::edition::Edition;
    use crate::model::out_path::OutPath;
    use crate::model::report::{Kind, Report, Slug, Status};
    use crate::model::target::Host;
    use crate::model::testing::{at, incident, site_of, update};
    use crate::source::{Handle, SourcePath};

    /// Two incidents, the first edited.
    fn edited(edit: impl FnOnce(&mut Report)) -> Site {
        let mut reports =
            ["01:00", "02:00"].map(|hour| incident(&[update(hour, Some(Status::Identified), &[])]));
        for (report, name) in reports.iter_mut().zip(["r0", "r1"]) {
            report.slug = Slug::new(name).unwrap();
            name.clone_into(&mut report.id);
        }
        edit(&mut reports[0]);
        site_of(reports.into())
    }

    /// Whether the outputs of a site after an edit are taken over. They are always what planning anew gives.
    fn is_taken_over(after: Site) -> bool {
        let host = Host::default();
        let [before, after] = [edited(|_| {}), after].map(|site| Edition::new(Arc::new(site), at("13:00")));
        let mut memory = PlanCache::default();
        let old = outputs_reusing(&before, ["assets/x.css"], &host, &mut memory);
        let new = outputs_reusing(&after, ["assets/x.css"], &host, &mut memory);
        assert_eq!(new.plan.outputs, outputs(&after, ["assets/x.css"]).plan.outputs);
        Arc::ptr_eq(&old.plan, &new.plan)
    }

    #[test]
    fn only_what_changes_an_address_is_planned_again() {
        assert!(is_taken_over(edited(|report| report.title = "Another".to_owned())));
        assert!(is_taken_over(edited(|report| report.components.clear())));
        assert!(!is_taken_over(edited(|report| report.slug = Slug::new("other").unwrap())));
        assert!(!is_taken_over(edited(|report| report.id = "other".to_owned())));
        assert!(!is_taken_over(edited(|report| report.kind = Kind::Maintenance)));
        assert!(!is_taken_over(edited(|report| report.aliases = vec!["/old/".to_owned()])));
        assert!(!is_taken_over(edited(|it| it.source = SourcePath::new("content/incidents/other.md"))));
        assert!(!is_taken_over(edited(|it| it.started = Some(at("00:00").plus_secs(-86_400 * 40)))));
        assert!(!is_taken_over(edited(|it| it.started = Some(at("03:00")))), "another order");
        let mut site = edited(|_| {});
        site.components[0].id = "other".to_owned();
        assert!(!is_taken_over(site));
        let mut site = edited(|_| {});
        let handle = Handle::new(SourcePath::new("static/x.txt"), 1, 1);
        site.copies.insert(OutPath::new("x.txt").unwrap(), handle);
        assert!(!is_taken_over(site));
    }

    #[test]
    fn a_host_gets_the_files_that_it_asks_for() {
        let mut site = edited(|report| report.aliases = vec!["/old.html".to_owned(), "/a/".to_owned()]);
        let config = Config { url_style: UrlStyle::File, ..Config::clone(&site.config) };
        site.config = Arc::new(config);
        let handle = Handle::new(SourcePath::new("static/CNAME"), 1, 1);
        site.copies.insert(OutPath::new("CNAME").unwrap(), handle);
        let edition = Edition::new(Arc::new(site), at("13:00"));
        let planned = |host| outputs_reusing(&edition, [], &host, &mut PlanCache::default()).plan;
        let bucket = planned(Host { needs_exact_names: true, ..Host::default() });
        let pages = planned(Host { cname: Some("status.example.org".to_owned()), ..Host::default() });
        for path in ["old", "a"] {
            assert!(matches!(bucket.outputs.get(path), Some(Page::Html(Html::Redirect(_)))), "{path}");
            assert!(!pages.outputs.contains_key(path), "{path}");
        }
        let cname = OutPath::new("CNAME").unwrap();
        assert!(matches!(bucket.outputs[&cname], Page::Copy(_)));
        assert_eq!(pages.outputs[&cname], Page::Cname("status.example.org".to_owned()));
    }

    #[test]
    fn an_alias_is_written_where_its_host_looks_for_it() {
        let check = |alias: &str, expected: [&str; 2]| {
            let files = [UrlStyle::Directory, UrlStyle::File].map(|style| alias_file(alias, style));
            assert_eq!(files, expected, "{alias}");
        };
        check("/a", ["a/index.html", "a.html"]);
        check("/a/", ["a/index.html", "a/index.html"]);
        check("/a/b.html", ["a/b.html", "a/b.html"]);
        check("/a.html/", ["a.html/index.html", "a.html/index.html"]);
        check("/v1.2", ["v1.2/index.html", "v1.2.html"]);
        check("/old name", ["old name/index.html", "old name.html"]);
    }
}
