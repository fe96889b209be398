//! The HTTP headers of an output: type, sharing, caching and policy.
//!
//! Invariant: `_headers`, buckets and the preview all take these from here.

use crate::model::out_path::OutPath;
use crate::plan::media;
use crate::plan::page::{BadgeForm, FeedForm, Page};

/// The response headers of an output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResponseHeaders {
    pub content_type: &'static str,
    /// Who may read it from a browser.
    pub sharing: Sharing,
    /// How long it may be kept.
    pub caching: Caching,
    /// `Content-Security-Policy`; a page carries its own in a `<meta>` element.
    pub policy: Option<&'static str>,
}

/// Who may read an output from a browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharing {
    /// Pages of the same origin.
    SameOrigin,
    /// Pages of any origin: `Access-Control-Allow-Origin: *`.
    AnyOrigin,
}

/// How long an output may be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caching {
    /// As the host does by itself.
    Default,
    /// A minute, since it changes with an incident.
    Minute,
    /// For ever: its name carries its content's digest.
    Immutable,
}

/// The policy of a picture that is opened as a page: its own style, and no script.
pub const SVG_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:";

impl ResponseHeaders {
    /// The headers of the output at a path. A copy at another address has those of what it copies.
    pub fn of(path: &OutPath, page: &Page) -> Self {
        let (content_type, is_for_machines) = match page {
            Page::Feed(form, _) | Page::Updates(form) => (form_type(*form), true),
            Page::Badge(_, BadgeForm::Svg, _) => (media::of_extension("svg"), true),
            Page::Badge(_, BadgeForm::Json, _)
            | Page::Api(_)
            | Page::Schema(_)
            | Page::UptimeJson
            | Page::Days(_)
            | Page::BuildJson => (media::of_extension("json"), true),
            Page::Calendar(_) => (media::of_extension("ics"), true),
            Page::EmbedScript => (media::of_extension("js"), true),
            Page::StatusText => (media::of_extension("txt"), true),
            Page::Metrics => (METRICS, true),
            Page::Llms => (media::of_extension("txt"), false),
            Page::Event(_) => (media::of_extension("ics"), false),
            Page::UptimeCsv(..) => (media::of_extension("csv"), false),
            Page::HistoryIndex(_) => (media::of_extension("json"), false),
            // An old address may end in anything.
            Page::Html(_) => (media::of_extension("html"), false),
            Page::Headers
            | Page::Sitemap
            | Page::SitemapPart(_)
            | Page::Robots
            | Page::NoJekyll
            | Page::Cname(_)
            | Page::Asset(_)
            | Page::Copy(_) => (media::content_type(path.as_str()), false),
        };
        let is_immutable = matches!(page, Page::Asset(_)) && path.is_hashed_asset();
        let (sharing, caching) = match is_for_machines {
            true => (Sharing::AnyOrigin, Caching::Minute),
            false if is_immutable => (Sharing::SameOrigin, Caching::Immutable),
            false => (Sharing::SameOrigin, Caching::Default),
        };
        Self { content_type, sharing, caching, policy: policy(content_type) }
    }

    /// The headers of a file that is no output of the plan.
    pub fn of_file(path: &str) -> Self {
        let content_type = media::content_type(path);
        let (sharing, caching) = (Sharing::SameOrigin, Caching::Default);
        Self { content_type, sharing, caching, policy: policy(content_type) }
    }

    /// Whether it is a page that a browser shows.
    pub fn is_html(&self) -> bool {
        self.content_type.starts_with("text/html")
    }
}

fn form_type(form: FeedForm) -> &'static str {
    match form {
        FeedForm::Atom => media::of_extension("atom"),
        FeedForm::Rss => media::of_extension("rss"),
        FeedForm::Json => JSON_FEED,
    }
}

/// JSON Feed 1.1, "MIME type".
const JSON_FEED: &str = "application/feed+json; charset=utf-8";

/// Prometheus, "Text-based format".
const METRICS: &str = "text/plain; version=0.0.4; charset=utf-8";

fn policy(content_type: &str) -> Option<&'static str> {
    content_type.starts_with("image/svg+xml").then_some(SVG_POLICY)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::edition::Scope;
    use crate::plan::page::{Badge, Html};
    use crate::source::{Handle, SourcePath};

    #[track_caller]
    fn check(path: &str, page: &Page, expected: (&str, Sharing, Caching)) {
        let headers = ResponseHeaders::of(&OutPath::new(path).unwrap(), page);
        assert_eq!((headers.content_type, headers.sharing, headers.caching), expected, "{path}");
        assert_eq!(headers.policy.is_some(), expected.0.starts_with("image/svg"), "{path}");
    }

    #[test]
    fn a_copy_is_served_as_what_it_copies() {
        use Caching::Minute;
        use Sharing::AnyOrigin;
        let rss = Page::Feed(FeedForm::Rss, Scope::Site);
        for path in ["history.rss", "index.xml", "rss", "feed.html"] {
            check(path, &rss, ("application/rss+xml; charset=utf-8", AnyOrigin, Minute));
        }
        let json = Page::Feed(FeedForm::Json, Scope::Site);
        check("feed.json", &json, ("application/feed+json; charset=utf-8", AnyOrigin, Minute));
        check(
            "old",
            &Page::Updates(FeedForm::Atom),
            ("application/atom+xml; charset=utf-8", AnyOrigin, Minute),
        );
        check("a.txt", &Page::Calendar(Scope::Site), ("text/calendar; charset=utf-8", AnyOrigin, Minute));
        let badge = Page::Badge(Badge::State, BadgeForm::Svg, Scope::Site);
        check("badge.svg", &badge, ("image/svg+xml; charset=utf-8", AnyOrigin, Minute));
        let page = "text/html; charset=utf-8";
        check(
            "incidents/old",
            &Page::Html(Html::Redirect("x".to_owned())),
            (page, Sharing::SameOrigin, Caching::Default),
        );
    }

    #[test]
    fn only_what_we_name_by_its_content_is_kept_for_ever() {
        let of = |path: &str, page: Page| ResponseHeaders::of(&OutPath::new(path).unwrap(), &page).caching;
        let asset = |path: &str| of(path, Page::Asset(path.to_owned()));
        assert_eq!(asset("assets/style.ba7816bf8f01cfea.css"), Caching::Immutable);
        assert_eq!(asset("assets/favicon/none.svg"), Caching::Default);
        let own = |path: &str| of(path, Page::Copy(Handle::new(SourcePath::new(path), 1, 1)));
        assert_eq!(own("assets/logo.png"), Caching::Default);
        assert_eq!(own("assets/logo.ba7816bf8f01cfea.png"), Caching::Default);
    }
}
