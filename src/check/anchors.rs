//! Links to anchors of other pages: `other.md#why`, `/incidents/other/#why`.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::check::addresses::slug;
use crate::check::documents::Visible;
use crate::check::links::{self, Target};
use crate::check::own_anchors;
use crate::diagnostic::Diagnostic;
use crate::parse::draft::{LinkDraft, PageDraft, ReportDraft};
use crate::parse::near::{did_you_mean, near};
use crate::percent;
use crate::rules;
use crate::source::SourcePath;

#[derive(Clone, Copy)]
enum Document<'a> {
    Report(&'a ReportDraft),
    Page(&'a PageDraft),
}

struct Named<'a> {
    file: &'a SourcePath,
    link: &'a LinkDraft,
    document: &'a SourcePath,
    anchor: String,
}

pub(super) fn problems(visible: &Visible<'_>, raw_html: bool) -> Vec<Diagnostic> {
    if !visible.links().flat_map(|(_, links)| links).any(names_anchor) {
        return Vec::new();
    }
    let reports = visible.reports.iter().map(|draft| (&draft.path, Document::Report(draft)));
    let pages = visible.pages.iter().map(|page| (&page.path, Document::Page(page)));
    let documents: BTreeMap<&SourcePath, Document<'_>> = reports.chain(pages).collect();
    let named = named(visible, &documents);
    let wanted: BTreeSet<&SourcePath> = named.iter().map(|named| named.document).collect();
    // Each document is read once, however many links name its anchors.
    let anchors: BTreeMap<&SourcePath, BTreeSet<String>> =
        wanted.into_par_iter().map(|path| (path, documents[path].anchors())).collect();
    let is_dead = |named: &&Named<'_>| {
        // Raw HTML may have anchors of its own.
        let quoted = format!("\"{}\"", named.anchor);
        !anchors[named.document].contains(&named.anchor)
            && !documents[named.document].text().contains(&quoted)
    };
    named
        .iter()
        .filter(|named| raw_html || !named.link.needs_raw_html)
        .filter(is_dead)
        .map(|named| problem(named, &anchors[named.document]))
        .collect()
}

fn names_anchor(link: &LinkDraft) -> bool {
    link.target.find('#').is_some_and(|at| at > 0)
}

/// The links to anchors of other documents. Anchors that begin with `_` are the theme's.
fn named<'a>(visible: &Visible<'a>, documents: &BTreeMap<&'a SourcePath, Document<'a>>) -> Vec<Named<'a>> {
    let mut addresses: Option<BTreeMap<String, &'a SourcePath>> = None;
    let links = visible.links().flat_map(|(file, links)| links.iter().map(move |link| (file, link)));
    let mut found = Vec::new();
    for (file, link) in links.filter(|(_, link)| names_anchor(link)) {
        let (document, rest) = match links::resolve(file, &link.target) {
            Target::File(path, rest) => (documents.get_key_value(&path).map(|(path, _)| *path), rest),
            Target::Root(inside, rest) => {
                let all = addresses.get_or_insert_with(|| all_addresses(documents));
                let bare = inside.trim_matches('/').trim_end_matches("index.html").trim_end_matches('/');
                (all.get(bare.trim_end_matches(".html")).copied(), rest)
            }
            _ => continue,
        };
        let anchor = rest.split_once('#').and_then(|(_, anchor)| percent::decode(anchor));
        if let (Some(document), Some(anchor)) =
            (document, anchor.filter(|anchor| !anchor.is_empty() && !anchor.starts_with('_')))
        {
            found.push(Named { file, link, document, anchor });
        }
    }
    found
}

/// The documents by their addresses, without slashes at the ends.
fn all_addresses<'a>(documents: &BTreeMap<&'a SourcePath, Document<'a>>) -> BTreeMap<String, &'a SourcePath> {
    let address = |(path, document): (&&'a SourcePath, &Document<'a>)| {
        let folder = match document {
            Document::Report(draft) => draft.kind.folder(),
            Document::Page(_) => "",
        };
        Some((format!("{folder}{}", slug(path)?), *path))
    };
    documents.iter().filter_map(address).collect()
}

impl Document<'_> {
    fn text(&self) -> &str {
        match self {
            Document::Report(draft) => &draft.text,
            Document::Page(page) => &page.text,
        }
    }

    fn anchors(&self) -> BTreeSet<String> {
        match self {
            Document::Report(draft) => own_anchors::ids_of_report(draft),
            Document::Page(page) => own_anchors::ids_of_page(page),
        }
    }
}

fn problem(named: &Named<'_>, known: &BTreeSet<String>) -> Diagnostic {
    let Named { file, link, document, anchor } = named;
    let message = format!("the link leads nowhere: no heading of `{document}` is called `#{anchor}`");
    let problem = Diagnostic::new(rules::DEAD_LINK, file, link.span.clone(), message);
    let near = near(anchor, known.iter().map(String::as_str)).map(|id| format!("#{id}"));
    let help = "write the heading in lower case, with `-` for its spaces: `#root-cause`";
    problem.help(did_you_mean(near.as_deref(), help))
}
