//! Where a link leads: to a file, to an address of the site, or elsewhere.

use crate::check::addresses;
use crate::parse::markdown::has_scheme;
use crate::percent;
use crate::source::SourcePath;

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

pub fn alias_address(written: &str) -> Option<String> {
    addresses::address(written).ok()
}

/// The slug in the address of a report's page, `incidents/x/` or `maintenance/x.html`; it may be public only later.
pub fn report_slug(path: &str) -> Option<&str> {
    let bare = path.trim_matches('/').trim_end_matches(".html");
    bare.strip_prefix("incidents/").or_else(|| bare.strip_prefix("maintenance/"))
}

#[cfg(test)]
mod tests {
    use super::{Target, resolve};
    use crate::source::SourcePath;

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
