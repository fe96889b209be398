//! What is wrong with a plan, said at the words that caused it.

use std::cell::LazyCell;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use crate::check::links::{self, Target};
use crate::check::rules::DEAD_LINK;
use crate::diagnostic::Diagnostic;
use crate::model::edition::Edition;
use crate::parse::draft::{Drafts, LinkDraft, LinkKind, PageDraft, ReportDraft};
use crate::parse::files;
use crate::parse::near::near;
use crate::plan::links::report_slug;
use crate::plan::rules::OUTPUT_COLLISION;
use crate::plan::{Collision, Owner, Plan, Planned};
use crate::source::SourcePath;

/// Two outputs at one path.
pub fn collisions(planned: &Planned, drafts: &Drafts) -> Vec<Diagnostic> {
    planned.collisions.iter().map(|collision| collision_problem(collision, drafts)).collect()
}

/// Links from the site's root that lead nowhere.
pub fn dead_links(planned: &Planned, drafts: &Drafts, edition: &Edition) -> Vec<Diagnostic> {
    let is_shown = |draft: &&Arc<ReportDraft>| is_shown(draft, edition);
    let shown: Vec<&Arc<ReportDraft>> = drafts.reports.iter().filter(is_shown).collect();
    let slug = |draft: &Arc<ReportDraft>| files::slug(&draft.path, draft.language.as_deref());
    // Most sites have no such links, and then nobody asks.
    let slugs: LazyCell<BTreeSet<String>, _> =
        LazyCell::new(|| shown.iter().filter_map(|draft| slug(draft)).map(|slug| slug.to_string()).collect());
    let links = shown.iter().map(|draft| (&draft.path, &draft.links));
    let is_public = |draft: &&Arc<PageDraft>| {
        !draft.draft || edition.site.pages.iter().any(|page| page.source == draft.path)
    };
    let pages = drafts.pages.iter().filter(is_public).map(|draft| (&draft.path, &draft.links));
    let links = links.chain(pages);
    let links = links.flat_map(|(path, links)| links.iter().map(move |link| (path, link)));
    let raw_html = edition.site.config.raw_html;
    let links = links.filter(|(_, link)| raw_html || !link.needs_raw_html);
    let is_slug = |slug: &str| slugs.contains(slug);
    let ground = Ground { plan: &planned.plan, edition, drafts, is_slug: &is_slug };
    links.filter_map(|(path, link)| dead_link(path, link, &ground)).collect()
}

/// Whether a report's links are of concern: those of a draft only when drafts were asked for.
fn is_shown(draft: &ReportDraft, edition: &Edition) -> bool {
    !is_draft(draft) || edition.site.reports.iter().any(|report| report.source == draft.path)
}

fn is_draft(draft: &ReportDraft) -> bool {
    draft.front.draft.as_ref().is_some_and(|draft| draft.value)
}

/// What links from the root are looked up in.
struct Ground<'a> {
    plan: &'a Plan,
    edition: &'a Edition,
    drafts: &'a Drafts,
    /// Whether a report that is shown has this slug, though it may be public only later.
    is_slug: &'a dyn Fn(&str) -> bool,
}

fn dead_link(path: &SourcePath, link: &LinkDraft, ground: &Ground<'_>) -> Option<Diagnostic> {
    let Target::Root(inside, _) = links::resolve(path, &link.target) else { return None };
    if ground.plan.find(&inside).is_some() || report_slug(&inside).is_some_and(ground.is_slug) {
        return None;
    }
    let what = if link.kind == LinkKind::Image { "image" } else { "link" };
    let problem = |message: String| Diagnostic::new(DEAD_LINK, path, link.span.clone(), message);
    if let Some(draft) = draft_at(&inside, ground.drafts) {
        let problem = problem(format!("{what} to `{}`, but `{draft}` is a draft", link.target));
        return Some(problem.help(links::DRAFT_HELP));
    }
    let problem = problem(format!("{what} to `{}`, where the site has nothing", link.target));
    let addresses: Vec<String> =
        ground.plan.documents(ground.edition).map(|(link, _)| format!("/{link}")).collect();
    Some(match near(&format!("/{inside}"), addresses.iter().map(String::as_str)) {
        Some(address) => problem.help(format!("did you mean `{address}`?")),
        None => problem.help("name a page as its address begins from the site's root, as in `/incidents/x/`"),
    })
}

/// The draft whose page would stand at a link path.
fn draft_at<'a>(inside: &str, drafts: &'a Drafts) -> Option<&'a SourcePath> {
    let is_named = |path: &SourcePath, language: &Option<String>, name: &str| {
        files::slug(path, language.as_deref()).is_some_and(|slug| slug.as_str() == name)
    };
    let name = inside.trim_matches('/').trim_end_matches(".html");
    let reports = drafts.reports.iter().filter(|draft| is_draft(draft));
    let mut reports = reports
        .filter(|draft| report_slug(inside).is_some_and(|slug| is_named(&draft.path, &draft.language, slug)));
    let mut pages =
        drafts.pages.iter().filter(|page| page.draft && is_named(&page.path, &page.language, name));
    reports.next().map(|draft| &draft.path).or_else(|| pages.next().map(|page| &page.path))
}

fn collision_problem(collision: &Collision, drafts: &Drafts) -> Diagnostic {
    let (file, span) = place(&collision.second, drafts);
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
            let (file, span) = place(first, drafts);
            problem.also(&file, span, format!("{} stands there", words(first)))
        }
    };
    problem.help(help)
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

/// The words that claim the path; a file's beginning when its very name does.
fn place(owner: &Owner, drafts: &Drafts) -> (SourcePath, Range<usize>) {
    let site_toml = || SourcePath::new("site.toml");
    match owner {
        Owner::File(path) => (path.clone(), 0..0),
        Owner::Alias { file, alias } => (file.clone(), alias_span(file, alias, drafts).unwrap_or(0..0)),
        Owner::FeedCopy(path) => (site_toml(), feed_copy_span(path, drafts).unwrap_or(0..0)),
        Owner::SiteToml(id) => (site_toml(), id_span(id, drafts).unwrap_or(0..0)),
        Owner::Theme | Owner::Site => (site_toml(), 0..0),
    }
}

fn alias_span(file: &SourcePath, alias: &str, drafts: &Drafts) -> Option<Range<usize>> {
    let reports =
        drafts.reports.iter().filter(|draft| draft.path == *file).flat_map(|draft| &draft.front.aliases);
    let pages = drafts.pages.iter().filter(|draft| draft.path == *file).flat_map(|draft| &draft.aliases);
    reports
        .chain(pages)
        .find(|written| links::is_alias(&written.value, alias))
        .map(|written| written.span.clone())
}

fn feed_copy_span(path: &str, drafts: &Drafts) -> Option<Range<usize>> {
    let copies = &drafts.site.as_ref()?.also_at;
    copies.iter().find(|(at, _)| at.value.trim_start_matches('/') == path).map(|(at, _)| at.span.clone())
}

fn id_span(id: &str, drafts: &Drafts) -> Option<Range<usize>> {
    let site = drafts.site.as_ref()?;
    let components = site.components.iter().filter_map(|table| table.id.as_ref());
    let groups = site.groups.iter().filter_map(|table| table.id.as_ref());
    components.chain(groups).find(|written| written.value == id).map(|written| written.span.clone())
}
