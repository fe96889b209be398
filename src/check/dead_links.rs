//! Links that lead nowhere: to a file that is not there, or to an address at which nothing stands.
//!
//! Files are known when the content is checked. Addresses are known to a plan, which is asked about every [`RootLink`].

use std::collections::{BTreeMap, BTreeSet};

use crate::check::links::{Target, report_slug, resolve};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::Site;
use crate::parse::draft::{Drafts, LinkDraft, LinkKind};
use crate::parse::files;
use crate::parse::markdown::{is_harmless, is_remote_image};
use crate::parse::near::{self, near, respelled};
use crate::percent::{self, encode_path};
use crate::rules;
use crate::source::SourcePath;

const DRAFT_HELP: &str = "leave the link out until the draft is published";

/// The files that links may name, sorted by path.
#[derive(Debug)]
pub(super) struct Files<'a> {
    pub(super) documents: [Vec<&'a SourcePath>; 2],
    pub(super) drafts: &'a BTreeSet<&'a SourcePath>,
    pub(super) others: Vec<&'a SourcePath>,
    pub(super) raw_html: bool,
}

impl Files<'_> {
    fn has_document(&self, path: &SourcePath) -> bool {
        self.documents.iter().any(|paths| paths.binary_search(&path).is_ok())
    }

    fn has_other(&self, path: &SourcePath) -> bool {
        self.others.binary_search(&path).is_ok()
    }

    fn all(&self) -> impl Iterator<Item = &SourcePath> {
        self.others.iter().chain(self.documents.iter().flatten()).copied()
    }
}

pub(super) fn check(file: &SourcePath, links: &[LinkDraft], files: &Files<'_>) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    for link in links.iter().filter(|link| files.raw_html || !link.needs_raw_html) {
        problems.extend(dead(file, link, files, problems.len() < near::MOST));
    }
    problems
}

/// A dead link; `names_near` says whether to suggest similar names.
fn dead(file: &SourcePath, link: &LinkDraft, files: &Files<'_>, names_near: bool) -> Option<Diagnostic> {
    let problem = |message: String| Diagnostic::new(rules::DEAD_LINK, file, link.span.clone(), message);
    let what = noun(link.kind);
    if !is_harmless(&link.target) && !link.needs_raw_html {
        let scheme = link.target.split(':').next().unwrap_or_default().trim();
        let problem =
            problem(format!("pages leave out the address of this {what}: `{scheme}:` could run a script"));
        let problem = problem.help("write the address of a page or of a file");
        return Some(Diagnostic { severity: Severity::Warning, ..problem });
    }
    match resolve(file, &link.target) {
        Target::Elsewhere => remote_image(file, link),
        Target::Part(_) | Target::Root(..) => None,
        Target::Nowhere => {
            let problem = problem(format!("the {what} `{}` leads out of the site", link.target));
            Some(problem.help("write a path inside the site's folder, or a whole address"))
        }
        Target::File(path, _) => {
            let is_document = link.kind == LinkKind::Link && files.has_document(&path);
            if is_document || files.has_other(&path) {
                return None;
            }
            if link.kind == LinkKind::Link && files.drafts.contains(&path) {
                let problem = problem(format!("the link leads nowhere: `{path}` is a draft"));
                return Some(problem.help(DRAFT_HELP));
            }
            let problem = problem(format!("the {what} leads nowhere: there is no `{path}`"));
            let better = names_near.then(|| better(file, link, &path, files)).flatten();
            Some(problem.help(better.unwrap_or_else(|| general(link.kind).to_owned())))
        }
    }
}

/// The suggested target of a dead link: the file's actual spelling, a file of `static/` with that name, or the nearest
/// name in the folder.
fn better(file: &SourcePath, link: &LinkDraft, path: &SourcePath, files: &Files<'_>) -> Option<String> {
    let beside = || files.all().filter(|other| other.folder() == path.folder() && *other != file);
    let names = || beside().map(SourcePath::file_name);
    let folder = link.target.rsplit_once('/').map_or("", |(folder, _)| &link.target[..=folder.len()]);
    if let Some(name) = respelled(path.file_name(), names()) {
        return Some(spelling(&format!("{folder}{}", encoded_name(name))));
    }
    let plain = percent::decode(link.target.trim_start_matches("./")).unwrap_or_default();
    let inside = plain.trim_start_matches("../");
    let inside = inside.strip_prefix("static/").unwrap_or(inside);
    if files.has_other(&SourcePath::new(format!("static/{inside}"))) {
        return Some(at_the_root(inside));
    }
    near(path.file_name(), names()).map(|name| format!("did you mean `{folder}{}`?", encoded_name(name)))
}

fn spelling(written: &str) -> String {
    format!("write `{written}`: the name differs in letter case or Unicode normalisation")
}

/// A name as a link may contain it: unchanged where that is safe.
fn encoded_name(name: &str) -> String {
    let is_plain =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '/' | '+' | ',' | '@');
    if name.chars().all(is_plain) { name.to_owned() } else { encode_path(name) }
}

fn general(kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::Image => "save the image beside this file",
        LinkKind::Link => {
            "write the path of a report from this file, or of a page from the root, as in `/history/`"
        }
    }
}

fn remote_image(file: &SourcePath, link: &LinkDraft) -> Option<Diagnostic> {
    let is_remote = link.kind == LinkKind::Image && is_remote_image(&link.target);
    is_remote.then(|| {
        let message = "this image is on another host: pages load images only from the site itself";
        let problem = Diagnostic::new(rules::REMOTE_IMAGE, file, link.span.clone(), message);
        problem.help("save the image beside this file")
    })
}

fn noun(kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::Link => "link",
        LinkKind::Image => "image",
    }
}

fn at_the_root(path: &str) -> String {
    format!("write `/{}`: files of `static/` are published at the root of the site", encode_path(path))
}

#[derive(Clone, Debug)]
pub struct RootLink {
    file: SourcePath,
    link: LinkDraft,
    /// The decoded path without the leading slash.
    pub path: String,
}

pub(super) fn from_root<'a>(
    file: &'a SourcePath,
    links: &'a [LinkDraft],
    raw_html: bool,
) -> impl Iterator<Item = RootLink> + 'a {
    let links = links.iter().filter(move |link| raw_html || !link.needs_raw_html);
    links.filter_map(|link| match resolve(file, &link.target) {
        Target::Root(path, _) => Some(RootLink { file: file.clone(), link: link.clone(), path }),
        Target::Elsewhere | Target::Part(_) | Target::File(..) | Target::Nowhere => None,
    })
}

pub struct Addresses {
    pub documents: Vec<String>,
    pub copies: Vec<String>,
}

/// The problems of links from the root to addresses at which nothing stands. A report that will be public later is no
/// problem. `known` is asked only when there is one.
pub fn addresses(
    mut dead: Vec<&RootLink>,
    site: &Site,
    drafts: &Drafts,
    known: impl FnOnce() -> Addresses,
) -> Vec<Diagnostic> {
    if dead.iter().any(|link| report_slug(&link.path).is_some()) {
        let slugs = shown_slugs(site, drafts);
        dead.retain(|link| !report_slug(&link.path).is_some_and(|slug| slugs.contains(slug)));
    }
    if dead.is_empty() {
        return Vec::new();
    }
    let (known, hidden) = (known(), DraftNames::of(drafts));
    let mut problems = Vec::new();
    for link in dead {
        problems.push(dead_address(link, &known, &hidden, problems.len() < near::MOST));
    }
    problems
}

fn shown_slugs(site: &Site, drafts: &Drafts) -> BTreeSet<String> {
    let built: BTreeSet<&SourcePath> = site.reports.iter().map(|report| &report.source).collect();
    let shown = drafts.reports.iter().filter(|draft| !draft.is_draft() || built.contains(&draft.path));
    let slugs = shown.filter_map(|draft| files::slug(&draft.path, draft.language.as_deref()));
    slugs.map(|slug| slug.to_string()).collect()
}

/// Drafts by the slugs of reports and by the names of pages.
struct DraftNames<'a> {
    reports: BTreeMap<String, &'a SourcePath>,
    pages: BTreeMap<String, &'a SourcePath>,
}

impl<'a> DraftNames<'a> {
    fn of(drafts: &'a Drafts) -> Self {
        let name = |path: &'a SourcePath, language: &Option<String>| {
            Some((files::slug(path, language.as_deref())?.to_string(), path))
        };
        let reports = drafts.reports.iter().filter(|draft| draft.is_draft());
        let pages = drafts.pages.iter().filter(|page| page.front.draft());
        Self {
            reports: reports.filter_map(|draft| name(&draft.path, &draft.language)).collect(),
            pages: pages.filter_map(|page| name(&page.path, &page.language)).collect(),
        }
    }

    fn at(&self, path: &str) -> Option<&'a SourcePath> {
        let name = path.trim_matches('/').trim_end_matches(".html");
        let report = report_slug(path).and_then(|slug| self.reports.get(slug));
        report.or_else(|| self.pages.get(name)).copied()
    }
}

fn dead_address(dead: &RootLink, known: &Addresses, hidden: &DraftNames<'_>, names_near: bool) -> Diagnostic {
    let RootLink { file, link, path } = dead;
    let what = noun(link.kind);
    let problem = |message: String| Diagnostic::new(rules::DEAD_LINK, file, link.span.clone(), message);
    if let Some(draft) = hidden.at(path) {
        let problem = problem(format!("{what} to `{}`, but `{draft}` is a draft", link.target));
        return problem.help(DRAFT_HELP);
    }
    let problem = problem(format!("{what} to `{}`, where the site has nothing", link.target));
    let better = names_near.then(|| better_address(link.kind, path, known)).flatten();
    problem.help(better.unwrap_or_else(|| general_address(link.kind, path)))
}

fn better_address(kind: LinkKind, path: &str, known: &Addresses) -> Option<String> {
    let documents = known.documents.iter().filter(|_| kind == LinkKind::Link);
    let all = || documents.clone().chain(&known.copies).map(String::as_str);
    if let Some(inside) = path.strip_prefix("static/").filter(|inside| all().any(|known| known == *inside)) {
        return Some(at_the_root(inside));
    }
    if let Some(path) = respelled(path, all()) {
        return Some(spelling(&format!("/{}", encoded_name(path))));
    }
    near(path, all()).map(|path| format!("did you mean `/{}`?", encoded_name(path)))
}

/// The help when no address is similar: save the file where it is looked for, or name a page.
fn general_address(kind: LinkKind, path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or_default();
    let is_file = name.rsplit_once('.').is_some_and(|(_, ending)| !matches!(ending, "html" | "htm" | "md"));
    match kind {
        LinkKind::Image => format!("save the image as `static/{path}`"),
        LinkKind::Link if is_file => format!("save the file as `static/{path}`"),
        LinkKind::Link => {
            "name a page as its address begins from the site's root, as in `/incidents/x/`".to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Files, check};
    use crate::diagnostic::Severity;
    use crate::model::report::Kind;
    use crate::parse;
    use crate::source::SourcePath;

    /// Pages show such a link without its address, and such an image not at all.
    #[test]
    fn an_address_that_could_run_a_script_is_named() {
        let said = |markdown: &str, raw_html: bool| {
            let path = SourcePath::new("content/incidents/x.md");
            let text = format!("## Resolved, 2024-05-20 10:00\n\n{markdown}\n");
            let draft = parse::report(&path, text.as_bytes(), Kind::Incident).unwrap();
            let (documents, drafts) = (Default::default(), BTreeSet::new());
            let files = Files { documents, drafts: &drafts, others: Vec::new(), raw_html };
            let problems = check(&path, &draft.links, &files);
            problems.iter().for_each(|it| assert_eq!(it.severity, Severity::Warning));
            problems.iter().map(|it| format!("{} {}", it.rule, it.message)).collect::<Vec<_>>().join("\n")
        };
        for (markdown, what, scheme) in [
            ("[a](javascript:alert(1))", "link", "javascript"),
            ("[a](JavaScript:alert(1))", "link", "JavaScript"),
            ("[a](vbscript:x)", "link", "vbscript"),
            ("[a](data:text/html,x)", "link", "data"),
            ("[a][b]\n\n[b]: javascript:x", "link", "javascript"),
            ("<javascript:alert(1)>", "link", "javascript"),
            ("![a](data:image/png;base64,x)", "image", "data"),
            ("<img src=\"data:image/png,x\" alt=\"a\">", "image", "data"),
        ] {
            let message = format!(
                "dead-link pages leave out the address of this {what}: `{scheme}:` could run a script"
            );
            assert_eq!(said(markdown, false), message, "{markdown}");
        }
        for markdown in [
            "[a](https://e.example/javascript:x)",
            "[a](mailto:a@e.example)",
            "`javascript:x`",
            "javascript:x",
        ] {
            assert_eq!(said(markdown, false), "", "{markdown}");
        }
        // HTML that is kept as it is; the pages' policy allows such images.
        assert_eq!(said("<picture><source srcset=\"data:image/png,x\"></picture>", true), "");
    }
}
