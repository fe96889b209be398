//! What machines read: feeds, figures, the API, calendars, badges and the files that search engines and hosts ask for.
//!
//! Invariant: every output is a function of the edition; what an output shows moves only as [`Page::as_of`] says, so a
//! build an hour later writes the same bytes.

use crate::model::edition::Edition;
use crate::plan::links::SourceMap;
use crate::plan::page::Page;
use crate::plan::{Plan, address};

mod build;
mod rows;
mod sitemap;
#[cfg(test)]
mod testing;
mod uptime;
mod xml;

/// What every output is made from.
#[derive(Clone, Copy)]
struct Context<'a> {
    edition: &'a Edition,
    plan: &'a Plan,
    sources: &'a SourceMap,
}

impl Context<'_> {
    /// The absolute address of a link path that counts from the site's root.
    fn url(&self, link: &str) -> String {
        self.edition.site.config.base_url.join(&percent_encode(link))
    }

    /// The absolute address of an output.
    fn url_of(&self, page: &Page) -> Option<String> {
        address::link(page, self.edition).map(|link| self.url(&link))
    }
}

/// The bytes of an output for machines; `None` for HTML pages, the theme's files and copies.
pub fn bytes(edition: &Edition, plan: &Plan, sources: &SourceMap, page: &Page) -> Option<Vec<u8>> {
    let context = &Context { edition, plan, sources };
    let bytes = match page {
        Page::UptimeJson => uptime::json(context),
        Page::BuildJson => build::json(context),
        Page::Sitemap => sitemap::sitemap(context),
        Page::Robots => sitemap::robots(context),
        Page::NoJekyll => Vec::new(),
        _ => return None,
    };
    Some(bytes)
}

/// A value as JSON, a line's end last.
fn json<T: serde::Serialize>(value: &T) -> Vec<u8> {
    let mut bytes = serde_json::to_vec(value).expect("plain values with text keys become JSON");
    bytes.push(b'\n');
    bytes
}

/// What may not stand in an address, percent-encoded: white space, control characters, quotes, angles and all beyond
/// ASCII. What is encoded already stays.
fn percent_encode(link: &str) -> String {
    let mut out = String::with_capacity(link.len());
    for byte in link.bytes() {
        match byte {
            b'!' | b'#'..=b';' | b'=' | b'?'..=b'[' | b']' | b'_' | b'a'..=b'z' | b'~' => {
                out.push(byte.into())
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_hold_only_what_they_may() {
        let check = |link: &str, expected: &str| assert_eq!(percent_encode(link), expected);
        check("incidents/x-1_2.3/?a=b&c=d#e", "incidents/x-1_2.3/?a=b&c=d#e");
        check("a b/é\"<>\\^`{|}", "a%20b/%C3%A9%22%3C%3E%5C%5E%60%7B%7C%7D");
        check("a%20b", "a%20b");
    }
}
