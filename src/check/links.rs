//! Resolves and checks links between files.

use std::collections::BTreeSet;

use crate::check::addresses;
use crate::diagnostic::Diagnostic;
use crate::parse::draft::{LinkDraft, LinkKind};
use crate::parse::markdown::{has_scheme, is_harmless, is_remote_image};
use crate::parse::near::{self, near, respelled};
use crate::percent::{self, encode_path};
use crate::rules;
use crate::source::SourcePath;

/// What to do about a link to a draft.
pub const DRAFT_HELP: &str = "leave the link out until the draft is published";

/// The target of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Another site, a mail address, or anything with a scheme.
    Elsewhere,
    /// An anchor of the same page, without its `#`.
    Part(String),
    /// A decoded path from the site's root without the leading slash, and what follows it (`?…`, `#…`).
    Root(String, String),
    /// A file of the site's folder, and what follows it.
    File(SourcePath, String),
    /// A path that leaves the site's folder or is invalid.
    Nowhere,
}

/// Resolves `target` as written in `from`.
pub fn resolve(from: &SourcePath, target: &str) -> Target {
    if has_scheme(target) || target.starts_with("//") {
        return Target::Elsewhere;
    }
    if let Some(part) = target.strip_prefix('#') {
        return Target::Part(part.to_owned());
    }
    let path_end = target.find(['?', '#']).unwrap_or(target.len());
    let (path, rest) = target.split_at(path_end);
    let Some(path) = percent::decode(path).filter(|path| !path.contains('\\')) else {
        return Target::Nowhere;
    };
    if let Some(path) = path.strip_prefix('/') {
        return match path.split('/').any(|part| part == "..") {
            true => Target::Nowhere,
            false => Target::Root(path.to_owned(), rest.to_owned()),
        };
    }
    if path.is_empty() {
        return Target::File(from.clone(), rest.to_owned());
    }
    from.sibling(&path).map_or(Target::Nowhere, |file| Target::File(file, rest.to_owned()))
}

/// The URL path of an alias as written.
pub fn alias_address(written: &str) -> Option<String> {
    addresses::address(written).ok()
}

/// The files that links may name, sorted by path.
#[derive(Debug)]
pub(super) struct Files<'a> {
    /// Public reports and pages.
    pub(super) documents: [Vec<&'a SourcePath>; 2],
    /// Drafts.
    pub(super) drafts: &'a BTreeSet<&'a SourcePath>,
    pub(super) others: Vec<&'a SourcePath>,
    /// Whether HTML works in Markdown.
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

/// The problems of one file's links, except links from the root.
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
    let what = match link.kind {
        LinkKind::Link => "link",
        LinkKind::Image => "image",
    };
    if !is_harmless(&link.target) && !link.needs_raw_html {
        let scheme = link.target.split(':').next().unwrap_or_default().trim();
        let problem =
            problem(format!("pages leave out the address of this {what}: `{scheme}:` could run a script"));
        return Some(problem.help("write the address of a page or of a file"));
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
        return Some(format!(
            "write `/{}`: files of `static/` stand at the site's root",
            encode_path(inside)
        ));
    }
    near(path.file_name(), names()).map(|name| format!("did you mean `{folder}{}`?", encoded_name(name)))
}

/// The help for a name in another spelling.
pub fn spelling(written: &str) -> String {
    format!("write `{written}`: the name differs in letter case or Unicode normalisation")
}

/// A name as a link may contain it: unchanged where that is safe.
pub fn encoded_name(name: &str) -> String {
    let is_plain =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '/' | '+' | ',' | '@');
    if name.chars().all(is_plain) { name.to_owned() } else { encode_path(name) }
}

/// The help when no name is similar.
fn general(kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::Image => "save the image beside this file",
        LinkKind::Link => {
            "write the path of a report from this file, or of a page from the root, as in `/history/`"
        }
    }
}

/// An image on another host, which the pages' policy blocks.
fn remote_image(file: &SourcePath, link: &LinkDraft) -> Option<Diagnostic> {
    let is_remote = link.kind == LinkKind::Image && is_remote_image(&link.target);
    is_remote.then(|| {
        let message = "this image is on another host, from which the site's pages load nothing";
        let problem = Diagnostic::new(rules::REMOTE_IMAGE, file, link.span.clone(), message);
        problem.help("save the image beside this file")
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Files, Target, check, resolve};
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

    #[test]
    fn targets_are_read_from_their_file() {
        let from = SourcePath::new("content/incidents/2024/x/index.md");
        let check = |target: &str, expected: Target| assert_eq!(resolve(&from, target), expected, "{target}");
        let file = |path: &str, rest: &str| Target::File(SourcePath::new(path), rest.to_owned());
        let root = |path: &str, rest: &str| Target::Root(path.to_owned(), rest.to_owned());
        check("https://example.org/", Target::Elsewhere);
        check("mailto:a@example.org", Target::Elsewhere);
        check("//example.org/a.png", Target::Elsewhere);
        check("#part", Target::Part("part".to_owned()));
        check("/history/", root("history/", ""));
        check("/", root("", ""));
        check("/a%20b/?x#y", root("a b/", "?x#y"));
        check("/../x", Target::Nowhere);
        check("a.png", file("content/incidents/2024/x/a.png", ""));
        check("./a%20b.png?v=1", file("content/incidents/2024/x/a b.png", "?v=1"));
        check("../y.md#fix", file("content/incidents/2024/y.md", "#fix"));
        check("", file("content/incidents/2024/x/index.md", ""));
        check("../../../../../x.md", Target::Nowhere);
        check("a:b.png", Target::Elsewhere);
        check("10:33.png", file("content/incidents/2024/x/10:33.png", ""));
        check("%zz", Target::Nowhere);
    }
}
