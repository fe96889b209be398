//! The fingerprint of a page, by which the live script decides whether to reload the page or only its stylesheets.

use std::fmt::Write as _;

use serde::Serialize;

use super::address::decode;
use crate::digest::{Digest, Hasher};
use crate::plan::Plan;
use crate::plan::page::Page;
use crate::source::Handle;

/// A page as the browser holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct PageFingerprint {
    /// Digest of the page's bytes without stylesheet names, and of the versions of the copied files that page and
    /// stylesheets show.
    pub(super) digest: String,
    /// Stylesheet URLs in page order. A copied one carries its version, since its name does not change.
    pub(super) styles: Vec<String>,
    /// The page's time under time travel, in milliseconds since 1970; `None` for the real time.
    pub(super) now: Option<i64>,
}

impl PageFingerprint {
    /// The fingerprint of a page without stylesheets.
    pub(super) fn bare(html: &str, now: Option<i64>) -> Self {
        Self { digest: Digest::of(html.as_bytes()).short(DIGITS), styles: Vec::new(), now }
    }
}

const DIGITS: usize = 16;

/// The page's location and what its references are resolved with.
pub(super) struct PageLocation<'a> {
    pub(super) path: &'a str,
    /// The site's path on its host.
    pub(super) base: &'a str,
    pub(super) plan: &'a Plan,
    /// Reads the stylesheet at an output path.
    pub(super) sheet: &'a dyn Fn(&str) -> Option<String>,
}

/// The fingerprint of a built page that takes `now` for the time.
pub(super) fn fingerprint(html: &str, place: &PageLocation<'_>, now: Option<i64>) -> PageFingerprint {
    let mut hasher = Hasher::new();
    let mut styles = Vec::new();
    let mut seen = 0;
    for tag in tags(html) {
        if tag.name == "link" && tag.attribute("rel") == Some("stylesheet") {
            let Some(href) = tag.attribute("href") else { continue };
            let at = html.len() - tag.rest.len() + tag.text.find(href).unwrap_or(0);
            hasher.update(&html.as_bytes()[seen..at]);
            seen = at + href.len();
            styles.push(match place.copied(href) {
                Some(handle) => format!("{href}?{:x}-{:x}", handle.len, handle.stamp),
                None => href.to_owned(),
            });
            place.shown_by_sheet(href).iter().for_each(|state| hasher.update(state.as_bytes()));
        } else {
            let shown = [tag.attribute("src"), tag.attribute("poster"), icon(&tag)];
            for handle in shown.into_iter().flatten().filter_map(|url| place.copied(url)) {
                hasher.update(state(handle).as_bytes());
            }
        }
    }
    hasher.update(&html.as_bytes()[seen..]);
    hasher.update(&[u8::try_from(styles.len()).unwrap_or(u8::MAX)]);
    PageFingerprint { digest: hasher.finish().short(DIGITS), styles, now }
}

/// A tag of a page from our templates: attribute values stand in double quotes.
struct Tag<'a> {
    name: &'a str,
    /// From its name to its end.
    text: &'a str,
    /// The page from the tag's name on.
    rest: &'a str,
}

impl<'a> Tag<'a> {
    fn attribute(&self, name: &str) -> Option<&'a str> {
        let mut rest = self.text;
        while let Some((before, after)) = rest.split_once("=\"") {
            let (value, behind) = after.split_once('"')?;
            if before.rsplit(|c: char| c.is_ascii_whitespace() || c == '"').next() == Some(name) {
                return Some(value);
            }
            rest = behind;
        }
        None
    }
}

/// Tags that may refer to another file.
fn tags(html: &str) -> impl Iterator<Item = Tag<'_>> {
    const NAMES: [&str; 8] = ["link", "img", "script", "source", "video", "audio", "iframe", "embed"];
    html.match_indices('<').filter_map(|(at, _)| {
        let rest = &html[at + 1..];
        let name = rest.split(|c: char| !c.is_ascii_alphanumeric()).next()?;
        let name = NAMES.into_iter().find(|known| *known == name)?;
        Some(Tag { name, text: &rest[..rest.find('>')?], rest })
    })
}

fn icon<'a>(tag: &Tag<'a>) -> Option<&'a str> {
    let is_icon = tag.name == "link" && tag.attribute("rel").is_some_and(|rel| rel.contains("icon"));
    if is_icon { tag.attribute("href") } else { None }
}

/// The version of a copied file.
fn state(handle: &Handle) -> String {
    format!("{} {} {}", handle.path, handle.len, handle.stamp)
}

impl<'a> PageLocation<'a> {
    /// The output path of a URL.
    fn target(&self, url: &str) -> Option<String> {
        let url = url.split(['?', '#']).next()?;
        match url.strip_prefix(self.base) {
            Some(below) if url.starts_with('/') => decode(below),
            _ if url.starts_with('/') || url.contains("://") => None,
            _ => joined(self.path, &decode(url)?),
        }
    }

    /// The copied file at a URL.
    fn copied(&self, url: &str) -> Option<&'a Handle> {
        match self.plan.outputs.get(self.target(url)?.as_str())? {
            Page::Copy(handle) => Some(handle),
            _ => None,
        }
    }

    /// The versions of copied images and fonts that a stylesheet uses: browsers do not fetch them again when the
    /// stylesheet is exchanged.
    fn shown_by_sheet(&self, href: &str) -> Vec<String> {
        let Some(path) = self.target(href).filter(|path| self.plan.outputs.contains_key(path.as_str()))
        else {
            return Vec::new();
        };
        let text = (self.sheet)(&path).unwrap_or_default();
        let own = PageLocation { path: &path, ..*self };
        urls(&text).filter_map(|url| own.copied(url)).map(state).collect()
    }
}

/// The URLs in a stylesheet (CSS Values and Units Level 4, "The url() notation").
fn urls(css: &str) -> impl Iterator<Item = &str> {
    css.split("url(")
        .skip(1)
        .filter_map(|rest| Some(rest.split_once(')')?.0.trim().trim_matches(['"', '\''])))
}

/// Resolves a relative path against `path`; `None` when it leaves the site.
fn joined(path: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    for part in relative.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The script element with this fingerprint.
pub(super) fn script(fingerprint: &PageFingerprint) -> String {
    let mut tag = format!("<script src=\"/__allclear/live.js\" data-page=\"{}\"", fingerprint.digest);
    if let Some(now) = fingerprint.now {
        write!(tag, " data-now=\"{now}\"").expect("text is written to memory");
    }
    tag.push_str("></script>");
    tag
}

/// Inserts the script at the start of the head, so that it sets the clock before any other script runs.
pub(super) fn inject(html: &str, script: &str) -> String {
    let head = html.find("<head").and_then(|at| Some(at + html[at..].find('>')? + 1));
    let place =
        head.unwrap_or_else(|| if html.starts_with("<!doctype html>") { "<!doctype html>".len() } else { 0 });
    format!("{}{script}{}", &html[..place], &html[place..])
}

/// Escapes text for HTML.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::out_path::OutPath;
    use crate::source::SourcePath;

    fn plan(stamp: i128) -> Plan {
        let handle = |path: &str| Page::Copy(Handle::new(SourcePath::new(path), 1, stamp));
        let mut plan = Plan::default();
        for path in ["incidents/x/a b.png", "own.css", "favicon.ico", "pictures/b.png"] {
            plan.outputs.insert(OutPath::new(path).unwrap(), handle(path));
        }
        plan
    }

    fn face_of(html: &str, stamp: i128) -> PageFingerprint {
        let sheet = |path: &str| {
            let css = "a { background: url('pictures/b.png') } @font-face { src: url(data:x) } b { src: url(";
            (path == "own.css").then(|| css.to_owned())
        };
        let plan = plan(stamp);
        let place =
            PageLocation { path: "incidents/x/index.html", base: "/repo/", plan: &plan, sheet: &sheet };
        fingerprint(html, &place, None)
    }

    #[track_caller]
    fn check(one: (&str, i128), other: (&str, i128), same: Same) {
        let is_same = face_of(one.0, one.1).digest == face_of(other.0, other.1).digest;
        assert_eq!(is_same, same == Same::Page, "{one:?} {other:?}");
    }

    #[derive(PartialEq)]
    enum Same {
        Page,
        Nothing,
    }

    #[test]
    fn a_page_is_another_when_what_it_says_or_shows_is() {
        check(("<p>a", 1), ("<p>a", 2), Same::Page);
        check(("<p>a", 1), ("<p>b", 1), Same::Nothing);
        for shows in ["<img alt=\"\" src=\"a%20b.png\">", "<link href=\"../../favicon.ico\" rel=\"icon\">"] {
            check((shows, 1), (shows, 2), Same::Nothing);
        }
        for elsewhere in ["<img src=\"b.png\">", "<img src=\"/favicon.ico\">", "<a href=\"a%20b.png\">"] {
            check((elsewhere, 1), (elsewhere, 2), Same::Page);
        }
        check(("<img src=\"/repo/favicon.ico\">", 1), ("<img src=\"/repo/favicon.ico\">", 2), Same::Nothing);
        check(
            ("<script src=\"a.1.js\"></script>", 1),
            ("<script src=\"a.2.js\"></script>", 1),
            Same::Nothing,
        );
    }

    #[test]
    fn the_names_of_stylesheets_are_no_part_of_a_page() {
        let link = |href: &str| format!("<head><link rel=\"stylesheet\" href=\"{href}\"><p>é");
        check((&link("a.1.css"), 1), (&link("a.2.css"), 1), Same::Page);
        check((&link("a.1.css"), 1), (&format!("{}b", link("a.1.css")), 1), Same::Nothing);
        check((&link("a.css"), 1), (&format!("{}{}", link("a.css"), link("b.css")), 1), Same::Nothing);
        check(("<p>é", 1), (&link("a.css"), 1), Same::Nothing);
        check((&link("../../own.css"), 1), (&link("../../own.css"), 2), Same::Nothing);
        assert_eq!(face_of(&link("../../own.css"), 10).styles, ["../../own.css?1-a"]);
        assert_eq!(face_of(&link("../../assets/a.1.css"), 10).styles, ["../../assets/a.1.css"]);
    }

    #[test]
    fn the_script_comes_first_in_the_head() {
        let script = script(&PageFingerprint { digest: "0123".to_owned(), styles: Vec::new(), now: Some(5) });
        assert_eq!(script, "<script src=\"/__allclear/live.js\" data-page=\"0123\" data-now=\"5\"></script>");
        let check = |html: &str, before: &str| {
            let injected = inject(html, &script);
            assert!(injected.starts_with(&format!("{before}{script}")), "{injected}");
            assert_eq!(injected.replace(&script, ""), html);
        };
        check(
            "<!doctype html>\n<html><head lang=\"en\"><title>",
            "<!doctype html>\n<html><head lang=\"en\">",
        );
        check("<!doctype html><p>é", "<!doctype html>");
        check("text", "");
    }
}
