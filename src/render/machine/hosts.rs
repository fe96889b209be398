//! `/_headers` and `/llms.txt`: files for hosts and agents.

use crate::model::edition::{Edition, Scope};
use crate::model::out_path::OutPath;
use crate::percent::encode_path;
use crate::plan::address;
use crate::plan::api::Api;
use crate::plan::headers::{Caching, ResponseHeaders, SVG_POLICY, Sharing};
use crate::plan::page::{Badge, BadgeForm, FeedForm, Html, Page};
use crate::render::machine::context::Context;
use crate::render::machine::text;

/// Response headers as Netlify and Cloudflare Pages read them: CORS, media types that the name does not tell, and
/// caching.
///
/// `*` matches any rest and `:id` one segment; hosts support no other patterns. Hosts join the values of several
/// matching rules, so no two rules that match a path set the same header.
pub(in crate::render) fn headers(context: &Context<'_>) -> Vec<u8> {
    let config = &context.edition.site.config;
    let robots = config.noindex.then_some("X-Robots-Tag: noindex");
    let nosniff = "X-Content-Type-Options: nosniff";
    let mut rules = vec![
        ("*".to_owned(), [nosniff].into_iter().chain(robots).map(str::to_owned).collect()),
        ("*.svg".to_owned(), vec![format!("Content-Security-Policy: {SVG_POLICY}")]),
        // The extension tells the type.
        ("api/*.json".to_owned(), untyped(&of("api/uptime.json", &Page::UptimeJson))),
    ];
    rules.extend(patterns(context.edition));
    rules.extend(copies(context));
    // Last: a host that stops at its limit then only revalidates these files.
    rules.extend(immutable(context));
    let mut out = String::new();
    for (path, headers) in &rules {
        out.push_str(&format!("{}{path}\n", config.base_url.path()));
        headers.iter().for_each(|header: &String| out.push_str(&format!("  {header}\n")));
    }
    out.into_bytes()
}

/// A path pattern below the site's root, and its header lines.
type HeaderRule = (String, Vec<String>);

/// The rules of files that every site, component or group has.
fn patterns(edition: &Edition) -> Vec<HeaderRule> {
    let scope = Scope::Site;
    let mut parts: Vec<Page> = FeedForm::ALL.map(|form| Page::Feed(form, scope)).into();
    for form in [BadgeForm::Svg, BadgeForm::Json] {
        parts.extend([Badge::State, Badge::Uptime].map(|badge| Page::Badge(badge, form, scope)));
    }
    parts.push(Page::Calendar(scope));
    let mut whole = parts.clone();
    whole.extend([FeedForm::Atom, FeedForm::Rss].map(Page::Updates));
    whole.extend([Page::EmbedScript, Page::BuildJson, Page::StatusText, Page::Metrics]);
    parts.push(Page::Days(scope));
    let rule = |folder: &str, page: &Page| {
        let name = address::link(page, edition).expect("a file for machines has an address");
        let headers = typed(&of(&name, page));
        (format!("{folder}{name}"), headers)
    };
    let mut rules: Vec<HeaderRule> = whole.iter().map(|page| rule("", page)).collect();
    for folder in ["components/:id/", "groups/:id/"] {
        rules.extend(parts.iter().map(|page| rule(folder, page)));
    }
    rules
}

/// The rules of copies at old URLs.
fn copies(context: &Context<'_>) -> impl Iterator<Item = HeaderRule> {
    let is_copy = |path: &OutPath, page: &Page| {
        address::link(page, context.edition).is_some_and(|link| address::file(&link) != path.as_str())
    };
    served(context)
        .filter(move |(path, page, headers)| headers.sharing == Sharing::AnyOrigin && is_copy(path, page))
        .map(|(path, _, headers)| (encode_path(path.as_str()), typed(&headers)))
}

/// The rules of files with a content hash in their names.
fn immutable(context: &Context<'_>) -> impl Iterator<Item = HeaderRule> {
    served(context)
        .filter(|(_, _, headers)| headers.caching == Caching::Immutable)
        .map(|(path, _, headers)| (encode_path(path.as_str()), untyped(&headers)))
}

fn served<'a>(context: &Context<'a>) -> impl Iterator<Item = (&'a OutPath, &'a Page, ResponseHeaders)> {
    context.plan.outputs.iter().map(|(path, page)| (path, page, ResponseHeaders::of(path, page)))
}

fn of(path: &str, page: &Page) -> ResponseHeaders {
    ResponseHeaders::of(&OutPath::new(path).expect("a plain name is an output's path"), page)
}

fn typed(headers: &ResponseHeaders) -> Vec<String> {
    let mut lines = untyped(headers);
    lines.push(format!("Content-Type: {}", headers.content_type));
    lines
}

/// Header lines without media type; the policy has a rule of its own.
fn untyped(headers: &ResponseHeaders) -> Vec<String> {
    let sharing = match headers.sharing {
        Sharing::AnyOrigin => Some("Access-Control-Allow-Origin: *"),
        Sharing::SameOrigin => None,
    };
    let caching = match headers.caching {
        Caching::Default => None,
        Caching::Minute => Some("Cache-Control: public, max-age=60"),
        Caching::Immutable => Some("Cache-Control: public, max-age=31536000, immutable"),
    };
    sharing.into_iter().chain(caching).map(str::to_owned).collect()
}

/// A heading, and entries below it: name, page, description.
type Section<'a> = (&'a str, &'a [(&'a str, Page, &'a str)]);

/// A description of the site for agents, in the format of llmstxt.org. It holds nothing that changes with time.
pub(in crate::render) fn llms(context: &Context<'_>) -> Vec<u8> {
    let config = &context.edition.site.config;
    let mut out = format!("# {}\n\n", one_line(&config.title));
    if !config.description.is_empty() {
        out.push_str(&format!("> {}\n\n", one_line(&config.description)));
    }
    out.push_str(&format!(
        "A status page of static files. Times are in the {} time zone. Every machine-readable file has the time of its last change; \
         `next_change` in build.json is when the status will next change by itself.\n",
        config.zone.name(),
    ));
    let sections: [Section<'_>; 3] = [
        (
            "Now",
            &[
                (
                    "Summary",
                    Page::Api(Api::Summary),
                    "components, open incidents and maintenance, Statuspage's API v2",
                ),
                ("Status", Page::StatusText, "current status as plain text"),
                ("Metrics", Page::Metrics, "current status for Prometheus"),
            ],
        ),
        (
            "Past",
            &[
                (
                    "History",
                    Page::Api(Api::History),
                    "all incidents and maintenances by year, with every update",
                ),
                (
                    "Uptime",
                    Page::UptimeJson,
                    "percent and daily seconds in each state, by component and group",
                ),
                ("Incidents as pages", Page::Html(Html::History), "by month, with postmortems"),
                ("Uptime as pages", Page::Html(Html::Uptime), "by month and year"),
            ],
        ),
        (
            "Feeds",
            &[
                ("Incidents", Page::Feed(FeedForm::Atom, Scope::Site), "Atom, one entry per incident"),
                ("Updates", Page::Updates(FeedForm::Atom), "Atom, one entry per update"),
                ("JSON Feed", Page::Feed(FeedForm::Json, Scope::Site), "one item per incident"),
                ("Maintenance", Page::Calendar(Scope::Site), "iCalendar"),
                ("Build", Page::BuildJson, "times of the last and the next change, content hash"),
            ],
        ),
    ];
    for (heading, links) in sections {
        out.push_str(&format!("\n## {heading}\n\n"));
        for (name, page, about) in links {
            let address = context.url_of(page).unwrap_or_default();
            out.push_str(&format!("- [{name}]({address}): {about}\n"));
        }
    }
    out.into_bytes()
}

/// The text on one line without control characters.
fn one_line(text: &str) -> String {
    text::plain(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use super::{Caching, ResponseHeaders, Sharing, encode_path};
    use crate::model::config::BaseUrl;
    use crate::model::edition::Edition;
    use crate::model::out_path::OutPath;
    use crate::model::report::Status;
    use crate::model::testing::{at, incident, site_of, update};
    use crate::model::{Group, GroupIx, Site};
    use crate::plan::page::Page;
    use crate::plan::{self, media};
    use crate::render::machine::testing::{read, read_planned};
    use crate::source::{Handle, SourcePath};

    fn shown(site: Site, page: &Page) -> String {
        String::from_utf8(read(site, "13:00", page)).unwrap()
    }

    #[test]
    fn headers_stand_below_the_sites_path() {
        let mut site = site_of(Vec::new());
        let config = Arc::make_mut(&mut site.config);
        config.base_url = BaseUrl::parse("https://a.test/repo/").unwrap();
        config.noindex = true;
        let headers = shown(site, &Page::Headers);
        assert!(headers.starts_with(
            "/repo/*\n  X-Content-Type-Options: nosniff\n  X-Robots-Tag: noindex\n/repo/*.svg\n"
        ));
        let feed = "/repo/components/:id/history.atom\n  Access-Control-Allow-Origin: *\n  \
                    Cache-Control: public, max-age=60\n  Content-Type: application/atom+xml; charset=utf-8\n";
        assert!(headers.contains(feed), "{headers}");
        assert!(!shown(site_of(Vec::new()), &Page::Headers).contains("X-Robots-Tag"));
    }

    fn matches(pattern: &str, path: &str) -> bool {
        if let Some(at) = pattern.find(['*', ':']) {
            let (head, rest) = pattern.split_at(at);
            let Some(path) = path.strip_prefix(head) else { return false };
            let is_placeholder = rest.starts_with(':');
            let end = if is_placeholder { rest.find('/').unwrap_or(rest.len()) } else { 1 };
            let most = if is_placeholder { path.find('/').unwrap_or(path.len()) } else { path.len() };
            return (0..=most)
                .any(|taken| path.is_char_boundary(taken) && matches(&rest[end..], &path[taken..]));
        }
        pattern == path
    }

    /// The header lines that a host sends for a path.
    fn sent<'a>(rules: &'a str, path: &str) -> BTreeMap<&'a str, &'a str> {
        let mut sent = BTreeMap::new();
        let mut is_meant = false;
        for line in rules.lines() {
            match line.strip_prefix("  ") {
                Some(header) if is_meant => {
                    let (name, value) = header.split_once(": ").unwrap();
                    assert_eq!(
                        sent.insert(name, value),
                        None,
                        "{path}: {name} would be sent twice in one line"
                    );
                }
                Some(_) => {}
                None => is_meant = matches(line, path),
            }
        }
        sent
    }

    /// A site with a group, every kind of output, and copies of feeds at old URLs.
    fn whole() -> Site {
        let mut site = site_of(vec![incident(&[update("01:00", Some(Status::Investigating), &[])])]);
        site.groups = vec![Group { id: "core".to_owned(), name: "Core".to_owned(), api_id: None }];
        site.components[0].group = Some(GroupIx(0));
        let copy = |(at, of): (&str, &str)| (OutPath::new(at).unwrap(), of.to_owned());
        let copies = [("index.xml", "history.rss"), ("rss", "history.rss"), ("a b/feed", "feed.json")];
        Arc::make_mut(&mut site.config).feeds.also_at = copies.map(copy).into();
        for path in ["logo.svg", "assets/own.css", "assets/own.ba7816bf8f01cfea.css", "api/notes.txt"] {
            let handle = Handle::new(SourcePath::new(format!("static/{path}")), 1, 1);
            site.copies.insert(OutPath::new(path).unwrap(), handle);
        }
        site
    }

    #[test]
    fn hosts_send_what_the_table_says() {
        let edition = Edition::new(Arc::new(whole()), at("13:00"));
        let assets = ["assets/style.ba7816bf8f01cfea.css", "assets/favicon/none.svg"];
        let planned = plan::outputs(&edition, assets);
        let rules = String::from_utf8(read_planned(&edition, &planned.plan, &Page::Headers)).unwrap();
        // The limit of Cloudflare Pages.
        assert!(rules.lines().filter(|line| line.starts_with('/')).count() <= 100);
        for (path, page) in &planned.plan.outputs {
            let expected = ResponseHeaders::of(path, page);
            let sent = sent(&rules, &format!("/{}", encode_path(path.as_str())));
            let caching = match expected.caching {
                Caching::Default => None,
                Caching::Minute => Some("public, max-age=60"),
                Caching::Immutable => Some("public, max-age=31536000, immutable"),
            };
            assert_eq!(sent.get("Cache-Control").copied(), caching, "{path}");
            let sharing = (expected.sharing == Sharing::AnyOrigin).then_some("*");
            assert_eq!(sent.get("Access-Control-Allow-Origin").copied(), sharing, "{path}");
            assert_eq!(sent.get("Content-Security-Policy").copied(), expected.policy, "{path}");
            let by_ending = media::content_type(path.as_str());
            assert_eq!(*sent.get("Content-Type").unwrap_or(&by_ending), expected.content_type, "{path}");
        }
        assert_eq!(sent(&rules, "/rss")["Content-Type"], "application/rss+xml; charset=utf-8");
        assert_eq!(sent(&rules, "/a%20b/feed")["Content-Type"], "application/feed+json; charset=utf-8");
        let policy = sent(&rules, "/logo.svg")["Content-Security-Policy"];
        assert!(policy.contains("default-src 'none'") && !policy.contains("script-src"), "{policy}");
    }
}
