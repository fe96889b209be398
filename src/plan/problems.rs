//! What is wrong with a plan, said at the words that caused it.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use crate::check::links::{self, Target};
use crate::diagnostic::Diagnostic;
use crate::model::edition::Edition;
use crate::model::out_path::OutPath;
use crate::parse::draft::{Drafts, LinkDraft, LinkKind, PageDraft, ReportDraft};
use crate::parse::files;
use crate::parse::keys::form::old_address;
use crate::parse::near::{self, near, respelled};
use crate::percent::encode_path;
use crate::plan::conflict::{Collision, Refused, Unportable};
use crate::plan::links::report_slug;
use crate::plan::outputs::{Plan, Planned};
use crate::plan::owner::Owner;
use crate::plan::page::Page;
use crate::rules::{DEAD_LINK, OUTPUT_COLLISION, UNPORTABLE_NAME, UNUSABLE_PATH};
use crate::source::SourcePath;

/// Outputs where none may stand, two at one path, and names that Windows cannot hold.
pub fn misplaced(planned: &Planned, drafts: &Drafts) -> Vec<Diagnostic> {
    // Most sites have none, and then nobody asks.
    let claimants = LazyCell::new(|| Claimants::of(drafts));
    let collisions = planned.collisions.iter().map(|collision| collision_problem(collision, &claimants));
    let refused = planned.refused.iter().map(|refused| refused_problem(refused, &claimants));
    let unportable = planned.unportable.iter().map(|unportable| unportable_problem(unportable, &claimants));
    collisions.chain(refused).chain(unportable).collect()
}

/// Links from the site's root that lead nowhere.
pub fn dead_links(planned: &Planned, drafts: &Drafts, edition: &Edition) -> Vec<Diagnostic> {
    let site = &edition.site;
    let built: LazyCell<BTreeSet<&SourcePath>, _> = LazyCell::new(|| {
        site.reports.iter().map(|it| &it.source).chain(site.pages.iter().map(|it| &it.source)).collect()
    });
    // The links of drafts are of concern only when drafts were asked for.
    let is_shown = |draft: &&Arc<ReportDraft>| !draft.is_draft() || built.contains(&draft.path);
    let shown: Vec<&Arc<ReportDraft>> = drafts.reports.iter().filter(is_shown).collect();
    let slug = |draft: &Arc<ReportDraft>| files::slug(&draft.path, draft.language.as_deref());
    // Most sites have no such links, and then nobody asks.
    let slugs: LazyCell<BTreeSet<String>, _> =
        LazyCell::new(|| shown.iter().filter_map(|draft| slug(draft)).map(|slug| slug.to_string()).collect());
    let links = shown.iter().map(|draft| (&draft.path, &draft.links));
    let is_public = |draft: &&Arc<PageDraft>| !draft.front.draft() || built.contains(&draft.path);
    let pages = drafts.pages.iter().filter(is_public).map(|draft| (&draft.path, &draft.links));
    let links = links.chain(pages);
    let links = links.flat_map(|(path, links)| links.iter().map(move |link| (path, link)));
    let raw_html = edition.site.config.raw_html;
    let links = links.filter(|(_, link)| raw_html || !link.needs_raw_html);
    let is_slug = |slug: &str| slugs.contains(slug);
    let names = LazyCell::new(|| Names::of(&planned.plan, edition, drafts));
    let ground = Ground { plan: &planned.plan, edition, names, is_slug: &is_slug };
    let mut problems: Vec<Diagnostic> = Vec::new();
    for (path, link) in links {
        problems.extend(dead_link(path, link, &ground, problems.len() < near::MOST));
    }
    problems
}

/// What links from the root are looked up in.
struct Ground<'a, F> {
    plan: &'a Plan,
    edition: &'a Edition,
    names: LazyCell<Names<'a>, F>,
    /// Whether a report that is shown has this slug, though it may be public only later.
    is_slug: &'a dyn Fn(&str) -> bool,
}

/// What a dead link may mean.
struct Names<'a> {
    /// The addresses of documents, then those of copied files.
    documents: Vec<String>,
    copies: Vec<String>,
    /// Drafts by the slugs of reports and by the names of pages.
    reports: BTreeMap<String, &'a SourcePath>,
    pages: BTreeMap<String, &'a SourcePath>,
}

impl<'a> Names<'a> {
    fn of(plan: &Plan, edition: &Edition, drafts: &'a Drafts) -> Self {
        let name = |path: &'a SourcePath, language: &Option<String>| {
            Some((files::slug(path, language.as_deref())?.to_string(), path))
        };
        let reports = drafts.reports.iter().filter(|draft| draft.is_draft());
        let pages = drafts.pages.iter().filter(|page| page.front.draft());
        let copies = plan.outputs.iter().filter(|(_, page)| matches!(page, Page::Copy(_)));
        Self {
            documents: plan.documents(edition).map(|(link, _)| link).collect(),
            copies: copies.map(|(path, _)| path.to_string()).collect(),
            reports: reports.filter_map(|draft| name(&draft.path, &draft.language)).collect(),
            pages: pages.filter_map(|page| name(&page.path, &page.language)).collect(),
        }
    }

    /// The draft whose page would stand at a link path.
    fn draft_at(&self, inside: &str) -> Option<&'a SourcePath> {
        let name = inside.trim_matches('/').trim_end_matches(".html");
        let report = report_slug(inside).and_then(|slug| self.reports.get(slug));
        report.or_else(|| self.pages.get(name)).copied()
    }

    /// What to write instead of a link to `inside`.
    fn better(&self, kind: LinkKind, inside: &str) -> Option<String> {
        let documents = self.documents.iter().filter(|_| kind == LinkKind::Link);
        let all = || documents.clone().chain(&self.copies).map(String::as_str);
        if let Some(path) = inside.strip_prefix("static/").filter(|path| all().any(|known| known == *path)) {
            return Some(format!(
                "write `/{}`: files of `static/` stand at the site's root",
                encode_path(path)
            ));
        }
        if let Some(path) = respelled(inside, all()) {
            return Some(links::spelling(&format!("/{}", links::encoded_name(path))));
        }
        near(inside, all()).map(|path| format!("did you mean `/{}`?", links::encoded_name(path)))
    }
}

fn dead_link<'a, F: FnOnce() -> Names<'a>>(
    path: &SourcePath,
    link: &LinkDraft,
    ground: &Ground<'a, F>,
    names_near: bool,
) -> Option<Diagnostic> {
    let Target::Root(inside, _) = links::resolve(path, &link.target) else { return None };
    let is_copy = ground.edition.site.copies.contains_key(inside.as_str());
    let is_there = is_copy || ground.plan.find(&inside).is_some();
    if is_there || report_slug(&inside).is_some_and(ground.is_slug) {
        return None;
    }
    let what = if link.kind == LinkKind::Image { "image" } else { "link" };
    let problem = |message: String| Diagnostic::new(DEAD_LINK, path, link.span.clone(), message);
    if let Some(draft) = ground.names.draft_at(&inside) {
        let problem = problem(format!("{what} to `{}`, but `{draft}` is a draft", link.target));
        return Some(problem.help(links::DRAFT_HELP));
    }
    let problem = problem(format!("{what} to `{}`, where the site has nothing", link.target));
    let better = names_near.then(|| ground.names.better(link.kind, &inside)).flatten();
    Some(problem.help(better.unwrap_or_else(|| general(link.kind, &inside))))
}

/// What to do about a link from the root when nothing is near: save the file where it is looked for, or name a page.
fn general(kind: LinkKind, inside: &str) -> String {
    let name = inside.rsplit('/').next().unwrap_or_default();
    let is_file = name.rsplit_once('.').is_some_and(|(_, ending)| !matches!(ending, "html" | "htm" | "md"));
    match kind {
        LinkKind::Image => format!("save the image as `static/{inside}`"),
        LinkKind::Link if is_file => format!("save the file as `static/{inside}`"),
        LinkKind::Link => {
            "name a page as its address begins from the site's root, as in `/incidents/x/`".to_owned()
        }
    }
}

fn collision_problem(collision: &Collision, claimants: &Claimants<'_>) -> Diagnostic {
    let (file, span) = claimants.place(&collision.second);
    let (first, second) = (words(&collision.first), words(&collision.second));
    let message = format!("{second} would be written to `{}`, and so would {first}", collision.path);
    let problem = Diagnostic::new(OUTPUT_COLLISION, &file, span, message);
    let help = match &collision.second {
        Owner::Alias { .. } => "take the alias out, its address is in use",
        Owner::File(_) => "rename one of the two",
        Owner::FeedCopy(_) => "choose another path for the copy",
        Owner::SiteToml(_) | Owner::Theme | Owner::Site => "choose another id",
    };
    let problem = match &collision.first {
        Owner::Theme | Owner::Site => problem.label(format!("{} stands there", words(&collision.first))),
        first => {
            let (file, span) = claimants.place(first);
            problem.also(&file, span, format!("{} stands there", words(first)))
        }
    };
    problem.help(help)
}

fn refused_problem(refused: &Refused, claimants: &Claimants<'_>) -> Diagnostic {
    let (file, span) = claimants.place(&refused.owner);
    let message = format!("no file can be written there: {}", refused.why);
    Diagnostic::new(UNUSABLE_PATH, &file, span, message).help(rename(&refused.owner))
}

fn unportable_problem(unportable: &Unportable, claimants: &Claimants<'_>) -> Diagnostic {
    let Unportable { path, name, trouble, owner } = unportable;
    let (file, span) = claimants.place(owner);
    let message = format!("Windows cannot hold `{path}`: `{name}` {trouble}");
    Diagnostic::new(UNPORTABLE_NAME, &file, span, message).help(rename(owner))
}

fn rename(owner: &Owner) -> &'static str {
    match owner {
        Owner::Alias { .. } => "take the alias out, or write another",
        Owner::File(_) | Owner::Theme => "rename the file",
        Owner::FeedCopy(_) => "choose another path for the copy",
        Owner::SiteToml(_) | Owner::Site => "choose another id",
    }
}

fn words(owner: &Owner) -> String {
    match owner {
        Owner::File(path) => format!("`{path}`"),
        Owner::Alias { alias, .. } => format!("alias `{alias}`"),
        Owner::FeedCopy(path) => format!("the feed's copy `{path}`"),
        Owner::SiteToml(id) => format!("the page of `{id}`"),
        Owner::Theme => "a file of the theme".to_owned(),
        Owner::Site => "a page that every site has".to_owned(),
    }
}

/// Where files claim output paths by words, each looked up at once.
struct Claimants<'a> {
    /// By file and by the address that the words make.
    aliases: BTreeMap<(&'a SourcePath, String), &'a Range<usize>>,
    feed_copies: BTreeMap<OutPath, &'a Range<usize>>,
    ids: BTreeMap<&'a str, &'a Range<usize>>,
}

impl<'a> Claimants<'a> {
    fn of(drafts: &'a Drafts) -> Self {
        let reports = drafts.reports.iter().map(|draft| (&draft.path, &draft.front.aliases));
        let pages = drafts.pages.iter().map(|page| (&page.path, &page.front.aliases));
        let aliases = reports.chain(pages).flat_map(|(path, all)| all.iter().map(move |alias| (path, alias)));
        let aliases = aliases
            .filter_map(|(path, alias)| Some(((path, links::alias_address(&alias.value)?), &alias.span)));
        let site = drafts.site.iter();
        let copies = site.clone().flat_map(|site| &site.toml.feeds.also_at).map(|(at, _)| at);
        let components =
            site.clone().flat_map(|site| &site.toml.components).filter_map(|table| table.id.as_ref());
        let groups = site.flat_map(|site| &site.toml.groups).filter_map(|table| table.id.as_ref());
        let ids = components.chain(groups).map(|id| (id.value.as_str(), &id.span));
        Self {
            aliases: firsts(aliases),
            feed_copies: firsts(copies.filter_map(|at| Some((old_address(&at.value)?, &at.span)))),
            ids: firsts(ids),
        }
    }

    /// The words that claim the path; a file's beginning when its very name does.
    fn place(&self, owner: &Owner) -> (SourcePath, Range<usize>) {
        let site_toml = || SourcePath::new("site.toml");
        let (file, span) = match owner {
            Owner::File(path) => (path.clone(), None),
            Owner::Alias { file, alias } => (file.clone(), self.aliases.get(&(file, alias.clone()))),
            Owner::FeedCopy(path) => (site_toml(), self.feed_copies.get(path.as_str())),
            Owner::SiteToml(id) => (site_toml(), self.ids.get(id.as_str())),
            Owner::Theme | Owner::Site => (site_toml(), None),
        };
        (file, span.map_or(0..0, |span| (*span).clone()))
    }
}

/// A map in which the first of equal keys counts.
fn firsts<K: Ord, V>(pairs: impl Iterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    for (key, value) in pairs {
        map.entry(key).or_insert(value);
    }
    map
}
