//! `/_headers` and `/llms.txt`: what hosts and agents read to know the rest.

use crate::model::edition::Scope;
use crate::plan::api::Api;
use crate::plan::page::{FeedForm, Page};
use crate::render::machine::{Context, text};

/// Any site may read these from a browser.
const CORS: &str = "Access-Control-Allow-Origin: *";

/// Seconds for which what moves with an incident may be kept.
const FRESH: &str = "Cache-Control: public, max-age=60";

/// Response headers in the form that Netlify and Cloudflare Pages read: who may read what from a browser, what type a
/// file without a telling name has, and how long it may be kept.
///
/// A `*` stands for any rest and `:id` for one part, since a host knows no other patterns.
pub(super) fn headers(context: &Context<'_>) -> Vec<u8> {
    let config = &context.edition.site.config;
    let mut out = String::new();
    let mut rule = |path: &str, headers: &[&str]| {
        out.push_str(&format!("{}{path}\n", config.base_url.path()));
        headers.iter().for_each(|header| out.push_str(&format!("  {header}\n")));
    };
    let nosniff = "X-Content-Type-Options: nosniff";
    if config.noindex {
        rule("*", &[nosniff, "X-Robots-Tag: noindex"]);
    } else {
        rule("*", &[nosniff]);
    }
    rule("assets/*", &["Cache-Control: public, max-age=31536000, immutable"]);
    rule("api/*", &[CORS, FRESH, "Content-Type: application/json; charset=utf-8"]);
    for folder in ["", "components/:id/", "groups/:id/"] {
        let typed = |kind: &str| format!("Content-Type: {kind}; charset=utf-8");
        for (name, kind) in [
            ("history.atom", "application/atom+xml"),
            ("history.rss", "application/rss+xml"),
            ("feed.json", "application/feed+json"),
            ("maintenance.ics", "text/calendar"),
            ("badge.svg", "image/svg+xml"),
            ("badge-uptime.svg", "image/svg+xml"),
            ("badge.json", "application/json"),
            ("badge-uptime.json", "application/json"),
        ] {
            rule(&format!("{folder}{name}"), &[CORS, FRESH, &typed(kind)]);
        }
    }
    rule("updates.atom", &[CORS, FRESH, "Content-Type: application/atom+xml; charset=utf-8"]);
    rule("updates.rss", &[CORS, FRESH, "Content-Type: application/rss+xml; charset=utf-8"]);
    rule("embed.js", &[CORS, FRESH, "Content-Type: text/javascript; charset=utf-8"]);
    rule("build.json", &[CORS, FRESH, "Content-Type: application/json; charset=utf-8"]);
    rule("status.txt", &[CORS, FRESH, "Content-Type: text/plain; charset=utf-8"]);
    rule("metrics", &[CORS, FRESH, "Content-Type: text/plain; version=0.0.4; charset=utf-8"]);
    out.into_bytes()
}

/// A heading, and below it names, what they lead to, and what that is.
type Section<'a> = (&'a str, &'a [(&'a str, Page, &'a str)]);

/// What agents are told about the site, in the form of llmstxt.org. It says where to look and nothing that moves.
pub(super) fn llms(context: &Context<'_>) -> Vec<u8> {
    let config = &context.edition.site.config;
    let mut out = format!("# {}\n\n", one_line(&config.title));
    if !config.description.is_empty() {
        out.push_str(&format!("> {}\n\n", one_line(&config.description)));
    }
    out.push_str(&format!(
        "A status page of static files. Times are those of {}. Every file for machines says as of when it is true; \
         `next_change` in build.json says when it will change by itself.\n",
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
                ("Status", Page::StatusText, "the same as plain text"),
                ("Metrics", Page::Metrics, "the same for Prometheus"),
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
                ("Incidents as pages", Page::History, "by month, with postmortems"),
                ("Uptime as pages", Page::Uptime, "by month and year"),
            ],
        ),
        (
            "To follow",
            &[
                ("Incidents", Page::Feed(FeedForm::Atom, Scope::Site), "Atom, an entry an incident"),
                ("Updates", Page::Updates(FeedForm::Atom), "Atom, an entry an update"),
                ("JSON Feed", Page::Feed(FeedForm::Json, Scope::Site), "an item an incident"),
                ("Maintenance", Page::Calendar(Scope::Site), "iCalendar"),
                ("Build", Page::BuildJson, "whether anything changed since"),
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

/// The text in one line, without what a terminal would obey.
fn one_line(text: &str) -> String {
    text::plain(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::model::Site;
    use crate::model::config::BaseUrl;
    use crate::model::testing::site_of;
    use crate::plan::page::Page;
    use crate::render::machine::testing::read;

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
            "/repo/*\n  X-Content-Type-Options: nosniff\n  X-Robots-Tag: noindex\n/repo/assets/*\n"
        ));
        let feed = "/repo/components/:id/history.atom\n  Access-Control-Allow-Origin: *\n  \
                    Cache-Control: public, max-age=60\n  Content-Type: application/atom+xml; charset=utf-8\n";
        assert!(headers.contains(feed), "{headers}");
        // Cloudflare Pages reads no more.
        assert!(headers.lines().filter(|line| line.starts_with('/')).count() <= 100);
        assert!(!shown(site_of(Vec::new()), &Page::Headers).contains("X-Robots-Tag"));
    }

    #[test]
    fn agents_are_told_where_to_look() {
        let mut site = site_of(Vec::new());
        Arc::make_mut(&mut site.config).description = "How we\nare.".to_owned();
        let llms = shown(site, &Page::Llms);
        assert!(llms.starts_with("# Status\n\n> How we are.\n\n"));
        assert!(llms.contains("\n- [Summary](https://status.example.org/api/v2/summary.json): components"));
        assert!(llms.contains("\n- [Incidents as pages](https://status.example.org/history/): by month"));
    }
}
