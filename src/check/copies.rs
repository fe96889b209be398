//! Files that are only copied: which of them a document refers to, and where they stand.

use std::collections::BTreeMap;

use crate::check::addresses;
use crate::check::documents::Visible;
use crate::check::links::{self, Target};
use crate::diagnostic::Diagnostic;
use crate::model::Reference;
use crate::model::out_path::{BadPath, OutPath};
use crate::model::report::Part;
use crate::parse::draft::{self, LinkDraft, ReportDraft, UpdateDraft};
use crate::parse::files;
use crate::rules;
use crate::source::{Handle, SourcePath};

#[derive(Default)]
pub(super) struct Copies {
    /// By output path: `static/` as it is; of other files those that a document refers to, below their document's address
    /// where they stand in its folder, else under their path in `content/`.
    pub(super) files: BTreeMap<OutPath, Handle>,
    /// The parts of reports that refer to a file, which is public only with one of them.
    pub(super) references: BTreeMap<OutPath, Vec<Reference>>,
    /// Files that nothing refers to, which are not published.
    pub(super) strays: Vec<SourcePath>,
    /// Files whose names make no path where an output may stand.
    pub(super) problems: Vec<Diagnostic>,
}

enum Referrer {
    Part(Reference),
    /// A page, which is public at any time.
    Page,
    /// A draft that readers do not see.
    Hidden,
}

/// The files that are copied, and what refers to each. Dot files are copied when they are among `included`.
pub(super) fn copies(
    drafts: &draft::Drafts,
    visible: &Visible<'_>,
    included: &[&Handle],
    raw_html: bool,
) -> Copies {
    let folders = folders(visible);
    let mut copies = Copies::default();
    let mut others: BTreeMap<&SourcePath, (OutPath, &Handle)> = BTreeMap::new();
    for handle in drafts.files.iter().chain(included.iter().copied()) {
        let path = handle.path.as_str();
        let own = || path.strip_prefix("content/").unwrap_or(path).to_owned();
        let of_site = path.strip_prefix("static/").map(str::to_owned);
        let is_of_site = of_site.is_some();
        match OutPath::new(of_site.or_else(|| beside(&folders, &handle.path)).unwrap_or_else(own)) {
            Ok(output) if is_of_site => drop(copies.files.insert(output, handle.clone())),
            Ok(output) => drop(others.insert(&handle.path, (output, handle))),
            Err(why) => copies.problems.push(unusable(&handle.path, &why)),
        }
    }
    // Most sites have no such files: then no link needs to be looked at.
    let mut referrers =
        if others.is_empty() { BTreeMap::new() } else { referrers(drafts, visible, &others, raw_html) };
    for (path, (output, handle)) in others {
        match referrers.remove(path) {
            Some(all) => copies.add(output, handle, all),
            None => copies.strays.push(path.clone()),
        }
    }
    copies
}

impl Copies {
    fn add(&mut self, output: OutPath, handle: &Handle, referrers: Vec<Referrer>) {
        let is_on_page = referrers.iter().any(|referrer| matches!(referrer, Referrer::Page));
        let parts = referrers.into_iter().filter_map(|referrer| match referrer {
            Referrer::Part(reference) => Some(reference),
            Referrer::Page | Referrer::Hidden => None,
        });
        let parts: Vec<Reference> = parts.collect();
        if !is_on_page && parts.is_empty() {
            return;
        }
        self.files.insert(output.clone(), handle.clone());
        if !is_on_page {
            self.references.insert(output, parts);
        }
    }
}

fn unusable(path: &SourcePath, why: &BadPath) -> Diagnostic {
    let problem = Diagnostic::new(rules::UNUSABLE_SLUG, path, 0..0, "the file's name cannot be an address");
    problem.help(addresses::path_help(why))
}

/// Who refers to each of these files by its path, or by the address at which it is to stand.
fn referrers<'f>(
    drafts: &draft::Drafts,
    visible: &Visible<'_>,
    files: &BTreeMap<&'f SourcePath, (OutPath, &Handle)>,
    raw_html: bool,
) -> BTreeMap<&'f SourcePath, Vec<Referrer>> {
    let outputs: BTreeMap<&str, &SourcePath> =
        files.iter().map(|(path, (output, _))| (output.as_str(), *path)).collect();
    let mut all: BTreeMap<&SourcePath, Vec<Referrer>> = BTreeMap::new();
    let mut note = |from: &SourcePath, link: &LinkDraft, referrer: Option<Referrer>| {
        let file = match links::resolve(from, &link.target) {
            Target::File(file, _) => files.get_key_value(&file).map(|(path, _)| *path),
            Target::Root(output, _) => outputs.get(output.as_str()).copied(),
            _ => None,
        };
        if let (Some(file), Some(referrer)) = (file, referrer) {
            all.entry(file).or_default().push(referrer);
        }
    };
    let works = |link: &&LinkDraft| raw_html || !link.needs_raw_html;
    for draft in &drafts.reports {
        let is_hidden = visible.hidden().contains(&draft.path);
        for link in draft.links.iter().filter(works) {
            let referrer =
                if is_hidden { Some(Referrer::Hidden) } else { part_of(draft, link).map(Referrer::Part) };
            note(&draft.path, link, referrer);
        }
    }
    for page in &drafts.pages {
        let is_hidden = visible.hidden().contains(&page.path);
        for link in page.links.iter().filter(works) {
            note(&page.path, link, Some(if is_hidden { Referrer::Hidden } else { Referrer::Page }));
        }
    }
    all
}

fn part_of(draft: &ReportDraft, link: &LinkDraft) -> Option<Reference> {
    let slug = addresses::slug(&draft.path)?;
    let at = link.span.start;
    let is_in = |update: &UpdateDraft| (update.heading.start..update.body.end).contains(&at);
    let update = draft.updates.iter().position(is_in).map(Part::Update);
    let postmortem = draft.postmortem.as_ref().filter(|postmortem| postmortem.body.contains(&at));
    Some(Reference { slug, part: update.or(postmortem.map(|_| Part::Postmortem))? })
}

/// The folders of documents called `index.md`, with the addresses of their documents.
fn folders<'a>(visible: &Visible<'a>) -> BTreeMap<&'a str, String> {
    let is_index = |path: &SourcePath| files::is_index(path);
    let mut folders = BTreeMap::new();
    for draft in visible.reports.iter().filter(|draft| is_index(&draft.path)) {
        if let Some(slug) = addresses::slug(&draft.path) {
            folders.insert(draft.path.folder(), format!("{}{slug}", draft.kind.folder()));
        }
    }
    for page in visible.pages.iter().filter(|page| is_index(&page.path)) {
        if let Some(name) = addresses::slug(&page.path) {
            folders.insert(page.path.folder(), name.to_string());
        }
    }
    folders
}

/// The output path of a file in a document's folder, or in a folder below.
fn beside(folders: &BTreeMap<&str, String>, path: &SourcePath) -> Option<String> {
    let mut folder = path.folder();
    while !folder.is_empty() {
        if let Some(address) = folders.get(folder) {
            return Some(format!("{address}{}", &path.as_str()[folder.len()..]));
        }
        folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
    }
    None
}
