//! What is wrong with a plan, said at the words that caused it.

use std::cell::LazyCell;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use crate::check::links::{self, Target};
use crate::check::rules::DEAD_LINK;
use crate::diagnostic::Diagnostic;
use crate::model::edition::Edition;
use crate::parse::draft::{Drafts, LinkDraft, LinkKind, ReportDraft};
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
    let links = links.chain(drafts.pages.iter().map(|draft| (&draft.path, &draft.links)));
    let links = links.flat_map(|(path, links)| links.iter().map(move |link| (path, link)));
    let is_slug = |slug: &str| slugs.contains(slug);
    links.filter_map(|(path, link)| dead_link(path, link, &planned.plan, edition, &is_slug)).collect()
}

/// Whether a report's links are of concern: those of a draft only when drafts were asked for.
fn is_shown(draft: &ReportDraft, edition: &Edition) -> bool {
    let is_draft = draft.front.draft.as_ref().is_some_and(|draft| draft.value);
    !is_draft || edition.site.reports.iter().any(|report| report.source == draft.path)
}

fn dead_link(
    path: &SourcePath,
    link: &LinkDraft,
    plan: &Plan,
    edition: &Edition,
    is_slug: &dyn Fn(&str) -> bool,
) -> Option<Diagnostic> {
    let Target::Root(inside, _) = links::resolve(path, &link.target) else { return None };
    if plan.find(&inside).is_some() || report_slug(&inside).is_some_and(is_slug) {
        return None;
    }
    let what = if link.kind == LinkKind::Image { "image" } else { "link" };
    let message = format!("{what} to `{}`, where the site has nothing", link.target);
    let problem = Diagnostic::new(DEAD_LINK, path, link.span.clone(), message);
    let addresses: Vec<String> = plan.documents(edition).map(|(link, _)| format!("/{link}")).collect();
    Some(match near(&format!("/{inside}"), addresses.iter().map(String::as_str)) {
        Some(address) => problem.help(format!("did you mean `{address}`?")),
        None => problem.help("name a page as its address begins from the site's root, as in `/incidents/x/`"),
    })
}

fn collision_problem(collision: &Collision, drafts: &Drafts) -> Diagnostic {
    let (file, span) = place(&collision.second, drafts);
    let message = format!("{} would be written to `{}` too", words(&collision.second), collision.path);
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
    // The site holds addresses in one form, with a slash at the end.
    let is_same = |written: &str| written.trim_end_matches('/') == alias.trim_end_matches('/');
    reports.chain(pages).find(|written| is_same(&written.value)).map(|written| written.span.clone())
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
