//! The plan: every output path and the page it holds.
//!
//! Invariant: no byte of any page is known here. Two outputs at one path and links that lead nowhere are found here,
//! before anything is rendered.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::model::config::UrlStyle;
use crate::model::edition::{Edition, Scope};
use crate::model::{ComponentIx, GroupIx};
use crate::source::SourcePath;
use crate::time::Month;

pub mod address;
pub mod api;
mod claims;
pub mod headers;
pub mod links;
pub mod media;
pub mod page;
pub mod path;
mod problems;
mod roll;

use api::Api;
use claims::Claims;
pub use claims::Owner;
use links::SourceMap;
use page::{Badge, BadgeForm, FeedForm, Page, Schema};
use path::{BadPath, OutPath};
pub use problems::{dead_links, misplaced};
use roll::Roll;

/// Every output path and the page it holds, in order of paths.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The outputs.
    pub outputs: BTreeMap<OutPath, Page>,
    style: Option<UrlStyle>,
    /// What links in Markdown to files lead to.
    sources: SourceMap,
}

/// A plan, and the paths that two things want.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The first claim of each path stands.
    pub plan: Arc<Plan>,
    /// Paths claimed twice, also by names that differ only in case.
    pub collisions: Vec<Collision>,
    /// Paths where no output may stand.
    pub refused: Vec<Refused>,
    /// Names that Windows cannot hold.
    pub unportable: Vec<Unportable>,
}

/// The most addresses that a sitemap may hold (sitemaps.org, "Sitemap file size").
pub const MOST_IN_SITEMAP: usize = 50_000;

/// The most extra pages that the navigation names. It stands on every page, so naming all on each would let a site's size
/// grow with the square of them.
pub const MOST_IN_NAVIGATION: usize = 8;

/// A path that two things want.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collision {
    /// The path.
    pub path: String,
    /// Who has it.
    pub first: Owner,
    /// Who wants it too.
    pub second: Owner,
}

/// A path where no output may stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Why, the path included.
    pub why: BadPath,
    /// Who wants it.
    pub owner: Owner,
}

/// A file or folder of the output that Windows cannot hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unportable {
    /// Its path.
    pub path: String,
    /// Its last part.
    pub name: String,
    /// Why, in words.
    pub trouble: &'static str,
    /// Whose it is.
    pub owner: Owner,
}

impl Plan {
    /// The output that a link path (`incidents/x/`, `badge.svg`, `history`) from the site's root leads to, written as
    /// in either style of addresses.
    pub fn find(&self, link: &str) -> Option<(&OutPath, &Page)> {
        let bare = link.trim_end_matches('/');
        let document = address::document(bare, self.style.unwrap_or(UrlStyle::Directory));
        let candidates = [address::file(&document), link.to_owned()];
        candidates.iter().find_map(|path| self.outputs.get_key_value(path.as_str()))
    }

    /// The documents with their link paths, in order of paths.
    pub fn documents<'a>(&'a self, edition: &'a Edition) -> impl Iterator<Item = (String, &'a Page)> {
        let documents = self.outputs.values().filter(|page| page.is_document());
        documents.filter_map(|page| Some((address::link(page, edition)?, page)))
    }

    /// How many parts the sitemap has; none while one file holds all documents.
    pub fn sitemap_parts(&self) -> usize {
        self.outputs.values().filter(|page| matches!(page, Page::SitemapPart(_))).count()
    }
}

/// The last plan, and what it was made of.
#[derive(Debug, Default)]
pub struct Memory(Option<(Roll, Planned)>);

/// Plans an edition's outputs. `assets` are the output paths of the theme's files.
pub fn outputs<'a>(edition: &Edition, assets: impl IntoIterator<Item = &'a str>) -> Planned {
    outputs_reusing(edition, assets, &mut Memory::default())
}

/// The same, taking over the last plan when it was made of the same: most edits change no address.
pub fn outputs_reusing<'a>(
    edition: &Edition,
    assets: impl IntoIterator<Item = &'a str>,
    memory: &mut Memory,
) -> Planned {
    let roll = Roll::new(edition, assets);
    if let Some((known, planned)) = &memory.0
        && known.is(&roll)
    {
        return planned.clone();
    }
    let planned = planned(edition, &roll);
    memory.0 = Some((roll, planned.clone()));
    planned
}

fn planned(edition: &Edition, roll: &Roll) -> Planned {
    let (claims, sources) = rayon::join(|| claims(edition, roll), || SourceMap::new(edition));
    claims.finish(edition.site.config.url_style, sources)
}

fn claims(edition: &Edition, roll: &Roll) -> Claims {
    let wishes = roll.pages.par_iter().filter_map(|page| {
        let file = address::file(&address::link(page, edition)?);
        Some((file, page.clone(), Owner::of(page, edition)))
    });
    let mut claims = Claims::of(wishes.collect());
    for asset in &roll.assets {
        claims.claim(asset, Page::Asset(asset.clone()), Owner::Theme);
    }
    claim_aliases(edition, &mut claims);
    for (path, handle) in &edition.copies {
        claims.copy(path, handle);
    }
    claims
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
    let mut pages =
        vec![Page::Front, Page::NotFound, Page::History, Page::Uptime, Page::Subscribe, Page::Embed];
    pages.extend(edition.indexed().map(|(ix, _)| Page::Incident(ix)));
    pages.extend(history_months(edition).into_iter().map(Page::HistoryMonth));
    for ix in site.component_ixs() {
        pages.push(Page::Component(ix));
        pages.extend(component_years(edition, ix).map(|year| Page::ComponentYear(ix, year)));
    }
    pages.extend((0..site.groups.len()).map(|ix| Page::Group(GroupIx(ix))));
    pages.extend(years(edition).flat_map(|year| [Page::UptimeYear(year), Page::UptimeCsv(year)]));
    pages.extend((0..site.pages.len()).map(Page::Content));
    pages.extend((site.in_navigation().count() > MOST_IN_NAVIGATION).then_some(Page::Pages));
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
    pages.extend(with_days(edition).map(Page::Days));
    pages.extend([FeedForm::Atom, FeedForm::Rss].map(Page::Updates));
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
pub fn history_months(edition: &Edition) -> BTreeSet<Month> {
    edition.incidents.iter().flat_map(|incident| edition.months_of(incident)).collect()
}

/// The years a component has pages for: from its first day or incident to this year, or to that of its retirement.
pub fn component_years(edition: &Edition, ix: ComponentIx) -> std::ops::RangeInclusive<i32> {
    let component = edition.site.component(ix);
    let this_year = edition.today.year();
    let last = component.retired.map_or(this_year, |retired| retired.prev().year().min(this_year));
    let first_seen = first_year(edition, ix).unwrap_or(last);
    component.since.map_or(first_seen, |since| since.year()).min(last)..=last
}

/// The years of the uptime pages, oldest first.
pub fn years(edition: &Edition) -> std::ops::RangeInclusive<i32> {
    let this_year = edition.today.year();
    let firsts = edition.site.component_ixs().map(|ix| *component_years(edition, ix).start());
    firsts.min().unwrap_or(this_year).min(this_year)..=this_year
}

/// The year of a component's first incident or recorded day.
fn first_year(edition: &Edition, ix: ComponentIx) -> Option<i32> {
    let zone = edition.site.config.zone;
    let stretch = edition.stretches(ix).first().filter(|stretch| stretch.interval.from <= edition.now);
    let incident = stretch.map(|stretch| zone.day_of(stretch.interval.from).year());
    let recorded = edition.site.recorded[ix.0].keys().next().map(|day| day.year());
    [incident, recorded].into_iter().flatten().min()
}

/// Old addresses lead to the new ones: of reports and pages, and of feeds (`also_at`), which are copies.
fn claim_aliases(edition: &Edition, claims: &mut Claims) {
    let site = &edition.site;
    let style = site.config.url_style;
    for incident in &edition.incidents {
        for (file, owner) in old_files(&incident.report.source, &incident.report.aliases, style) {
            claims.claim(&file, Page::Redirect(address::incident(incident, style)), owner);
        }
    }
    for page in &site.pages {
        for (file, owner) in old_files(&page.source, &page.aliases, style) {
            claims.claim(&file, Page::Redirect(address::document(&page.name, style)), owner);
        }
    }
    let also_at = &site.config.feeds.also_at;
    let files = if also_at.is_empty() { Vec::new() } else { machine_files(edition) };
    let files: BTreeMap<String, Page> =
        files.into_iter().rev().filter_map(|page| Some((address::link(&page, edition)?, page))).collect();
    for (path, feed) in also_at {
        if let Some(page) = files.get(feed) {
            claims.claim(path, page.clone(), Owner::FeedCopy(path.clone()));
        }
    }
}

/// The outputs of a file's old addresses, each once: `/a` and `/a/` may be one.
fn old_files(source: &SourcePath, aliases: &[String], style: UrlStyle) -> BTreeMap<String, Owner> {
    let owner = |alias: &String| Owner::Alias { file: source.clone(), alias: alias.clone() };
    aliases.iter().map(|alias| (alias_file(alias, style), owner(alias))).collect()
}

/// The file of an old address: `/a/` stands at `a/index.html`, `/a.html` at itself, and `/a` where the site's own `a` would.
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
    use super::alias_file;
    use crate::model::config::UrlStyle;

    #[test]
    fn an_old_address_stands_where_its_host_looks_for_it() {
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
