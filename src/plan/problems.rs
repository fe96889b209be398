//! Problems of a plan, reported at the words that caused them.

use std::cell::LazyCell;
use std::collections::BTreeMap;
use std::ops::Range;

use crate::check::dead_links::{self, Addresses, RootLink};
use crate::check::links;
use crate::diagnostic::Diagnostic;
use crate::model::edition::Edition;
use crate::model::out_path::OutPath;
use crate::parse::draft::Drafts;
use crate::parse::keys::form::old_address;
use crate::plan::conflict::{Collision, Refused, Unportable};
use crate::plan::outputs::Planned;
use crate::plan::owner::Owner;
use crate::plan::page::Page;
use crate::rules::{OUTPUT_COLLISION, UNPORTABLE_NAME, UNUSABLE_PATH};
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

/// Links from the site's root to addresses at which no output stands.
pub fn dead_links(
    planned: &Planned,
    links: &[RootLink],
    drafts: &Drafts,
    edition: &Edition,
) -> Vec<Diagnostic> {
    let (plan, site) = (&planned.plan, &edition.site);
    let stands = |path: &str| site.copies.contains_key(path) || plan.find(path).is_some();
    let dead = links.iter().filter(|link| !stands(&link.path)).collect();
    let copies = || plan.outputs.iter().filter(|(_, page)| matches!(page, Page::Copy(_)));
    dead_links::addresses(dead, site, drafts, || Addresses {
        documents: plan.documents(edition).map(|(link, _)| link).collect(),
        copies: copies().map(|(path, _)| path.to_string()).collect(),
    })
}

fn collision_problem(collision: &Collision, claimants: &Claimants<'_>) -> Diagnostic {
    let (file, span) = claimants.place(&collision.second);
    let (first, second) = (words(&collision.first), words(&collision.second));
    let message = format!("{second} would be written to `{}`, and so would {first}", collision.path);
    let problem = Diagnostic::new(OUTPUT_COLLISION, &file, span, message);
    let help = match &collision.second {
        Owner::Alias { .. } => "remove the alias: its address is in use",
        Owner::File(_) => "rename one of the two",
        Owner::Tag { .. } => "write one of the two otherwise",
        Owner::FeedCopy(_) => "choose another path for the copy",
        Owner::SiteToml(_) | Owner::Theme | Owner::Site => "choose another id",
    };
    let problem = match &collision.first {
        Owner::Theme | Owner::Site => problem.label(format!("{} is there", words(&collision.first))),
        first => {
            let (file, span) = claimants.place(first);
            problem.also(&file, span, format!("{} is there", words(first)))
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
        Owner::Tag { .. } => "write the tag otherwise",
        Owner::File(_) | Owner::Theme => "rename the file",
        Owner::FeedCopy(_) => "choose another path for the copy",
        Owner::SiteToml(_) | Owner::Site => "choose another id",
    }
}

fn words(owner: &Owner) -> String {
    match owner {
        Owner::File(path) => format!("`{path}`"),
        Owner::Alias { alias, .. } => format!("alias `{alias}`"),
        Owner::Tag { tag, .. } => format!("the page of tag `{tag}`"),
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
    tags: BTreeMap<(&'a SourcePath, &'a str), &'a Range<usize>>,
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
        let tags = drafts
            .reports
            .iter()
            .flat_map(|draft| draft.front.tags.iter().map(move |tag| (&draft.path, tag)));
        let site = drafts.site.iter();
        let copies = site.clone().flat_map(|site| &site.toml.feeds.also_at).map(|(at, _)| at);
        let components =
            site.clone().flat_map(|site| &site.toml.components).filter_map(|table| table.id.as_ref());
        let groups = site.flat_map(|site| &site.toml.groups).filter_map(|table| table.id.as_ref());
        let ids = components.chain(groups).map(|id| (id.value.as_str(), &id.span));
        Self {
            aliases: firsts(aliases),
            tags: firsts(tags.map(|(path, tag)| ((path, tag.value.as_str()), &tag.span))),
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
            Owner::Tag { file, tag } => (file.clone(), self.tags.get(&(file, tag.as_str()))),
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
