//! Where a link in Markdown leads.
//!
//! `/x/` counts from the site's root, `other.md` and images from the file that names them; anything with a scheme leads
//! outside. Queries and fragments are kept.

use std::collections::BTreeMap;

use crate::model::edition::Edition;
use crate::plan::{Plan, address};
use crate::source::SourcePath;

/// The pages that source files become: file to link path from the root.
#[derive(Clone, Debug, Default)]
pub struct SourceMap(BTreeMap<SourcePath, String>);

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Out of the site, or to a place on the same page: as written.
    AsWritten,
    /// Into the site: the link path from the root, with query and fragment.
    Inside(String),
    /// Nowhere: not public yet, or an error that was reported.
    Nowhere,
}

impl SourceMap {
    /// The map of what is public in an edition.
    pub fn new(edition: &Edition) -> Self {
        let site = &edition.site;
        let style = site.config.url_style;
        let reports =
            edition.incidents.iter().map(|it| (it.report.source.clone(), address::incident(it, style)));
        let pages = site.pages.iter().map(|it| (it.source.clone(), address::document(&it.name, style)));
        let copies = site.copies.iter().map(|(out, handle)| (handle.path.clone(), out.clone()));
        Self(reports.chain(pages).chain(copies).collect())
    }
}

/// Where `target`, written in the file `from`, leads.
pub fn resolve(plan: &Plan, sources: &SourceMap, from: &SourcePath, target: &str) -> Target {
    if target.starts_with('#') || leads_outside(target) {
        return Target::AsWritten;
    }
    let (path, tail) = split_tail(target);
    let path = percent_decode(path);
    let inside = match path.strip_prefix('/') {
        Some(path) => plan.find(path).map(|(out, _)| link_of(out.as_str(), path)),
        None => from.sibling(&path).and_then(|source| sources.0.get(&source).cloned()),
    };
    inside.map_or(Target::Nowhere, |path| Target::Inside(format!("{path}{tail}")))
}

/// Whether a target has a scheme or a host: `https://…`, `mailto:…`, `//host/`.
pub fn leads_outside(target: &str) -> bool {
    let scheme = target.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    });
    scheme || target.starts_with("//")
}

/// The slug in the address of a report's page, `incidents/x/` or `maintenance/x.html`; it may be public only later.
pub fn report_slug(path: &str) -> Option<&str> {
    let bare = path.trim_matches('/').trim_end_matches(".html");
    bare.strip_prefix("incidents/").or_else(|| bare.strip_prefix("maintenance/"))
}

/// The link path of an output that was found by `written`: a folder's index is linked as its folder.
fn link_of(out: &str, written: &str) -> String {
    match out.strip_suffix("index.html") {
        Some(folder) if !written.ends_with("index.html") && (folder.is_empty() || folder.ends_with('/')) => {
            folder.to_owned()
        }
        _ => out.to_owned(),
    }
}

/// Path and tail: the tail begins at the first `?` or `#`.
pub fn split_tail(target: &str) -> (&str, &str) {
    target.split_at(target.find(['?', '#']).unwrap_or(target.len()))
}

/// The text that `%41` and the like stand for; what is no such sequence, or no UTF-8, stays as it is.
pub fn percent_decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = (bytes[at] == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        match hex.filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit())) {
            Some(hex) => {
                out.push(u8::from_str_radix(hex, 16).expect("two hexadecimal digits"));
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outside_or_inside() {
        for outside in ["https://example.org", "mailto:a@b", "//cdn.example.org/x", "tel:+1"] {
            assert!(leads_outside(outside), "{outside}");
        }
        for inside in ["/x/", "a.md", "a/b:c.md", "?q", "10:30.md"] {
            assert!(!leads_outside(inside), "{inside}");
        }
    }

    #[test]
    fn decodes_only_what_is_encoded() {
        let check = |text: &str, expected: &str| assert_eq!(percent_decode(text), expected);
        check("a%20b%C3%A9", "a bé");
        check("100%", "100%");
        check("%zz%", "%zz%");
        check("%ff", "%ff");
    }
}
