//! Where each page stands: its output path, and the path that links to it.
//!
//! Link paths count from the site's root and have no slash in front: `incidents/x/` or `incidents/x.html`; the front
//! page is empty, or `index.html` for hosts without a directory index.

use crate::model::Site;
use crate::model::config::UrlStyle;
use crate::model::edition::{Edition, Scope};
use crate::model::incident::Incident;
use crate::plan::lists::List;
use crate::plan::page::{Badge, BadgeForm, Csv, FeedForm, Html, Page};

/// The link path of a maintenance's file for calendars. It stays when the maintenance is over: calendars may have it.
pub fn event(incident: &Incident) -> Option<String> {
    incident.is_maintenance().then(|| format!("maintenance/{}.ics", incident.report.slug))
}

/// The link path of an incident's or a maintenance's page.
pub fn incident(incident: &Incident, style: UrlStyle) -> String {
    let folder = if incident.is_maintenance() { "maintenance" } else { "incidents" };
    document(&format!("{folder}/{}", incident.report.slug), style)
}

/// The link path of the page that stands at `path` (`components/api`, without slashes at its ends; empty: front page).
pub fn document(path: &str, style: UrlStyle) -> String {
    match (path, style) {
        ("", UrlStyle::Directory) => String::new(),
        ("", UrlStyle::File) => "index.html".to_owned(),
        (path, UrlStyle::Directory) => format!("{path}/"),
        (path, UrlStyle::File) => format!("{path}.html"),
    }
}

/// The file a link path leads to.
pub fn file(link: &str) -> String {
    if link.is_empty() || link.ends_with('/') { format!("{link}index.html") } else { link.to_owned() }
}

/// The id of an update's element on its incident's page: it holds no white space and needs no escaping in an address.
pub fn update_anchor(id: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' };
    format!("_{}", id.chars().map(plain).collect::<String>())
}

/// The id of the postmortem's element on its incident's page.
pub const POSTMORTEM_ANCHOR: &str = "_postmortem";

/// The path of a feed.
pub fn feed(site: &Site, form: FeedForm, scope: Scope) -> String {
    let name = match form {
        FeedForm::Atom => "history.atom",
        FeedForm::Rss => "history.rss",
        FeedForm::Json => "feed.json",
    };
    format!("{}{name}", folder(site, scope))
}

/// The path of the feed of updates. It has no JSON form, since bots that post each update read the other two.
pub fn updates(form: FeedForm) -> Option<String> {
    match form {
        FeedForm::Atom => Some("updates.atom".to_owned()),
        FeedForm::Rss => Some("updates.rss".to_owned()),
        FeedForm::Json => None,
    }
}

/// The folder in which a part's files stand, with a slash at its end; empty for the whole site.
pub fn folder(site: &Site, scope: Scope) -> String {
    match scope {
        Scope::Site => String::new(),
        Scope::Component(ix) => format!("components/{}/", site.component(ix).id),
        Scope::Group(ix) => format!("groups/{}/", site.groups[ix.0].id),
    }
}

/// The link path of an output, from the site's root. Assets, copies and redirects have no other address than the path
/// the plan holds them at: `None`.
pub fn link(page: &Page, edition: &Edition) -> Option<String> {
    let site = &edition.site;
    let document = |path: &str| Some(document(path, site.config.url_style));
    match page {
        Page::Html(Html::Front) => document(""),
        Page::Html(Html::Incident(ix)) => Some(incident(edition.incident(*ix), site.config.url_style)),
        Page::Html(Html::History) => document("history"),
        Page::Html(Html::HistoryMonth(month)) => document(&format!("history/{month}")),
        Page::HistoryIndex(year) => Some(format!("history/{year}.json")),
        Page::Html(Html::Tags) => document("tags"),
        Page::Html(Html::List(list)) => document(&list_path(edition, *list)),
        Page::Html(Html::ListYear(list, year)) => document(&format!("{}/{year}", list_path(edition, *list))),
        Page::Html(Html::Component(ix)) => document(&format!("components/{}", site.component(*ix).id)),
        Page::Html(Html::ComponentYear(ix, year)) => {
            document(&format!("components/{}/{year}", site.component(*ix).id))
        }
        Page::Html(Html::Group(ix)) => document(&format!("groups/{}", site.groups[ix.0].id)),
        Page::Html(Html::Uptime) => document("uptime"),
        Page::Html(Html::UptimeYear(year)) => document(&format!("uptime/{year}")),
        Page::UptimeCsv(Csv::Windows, year) => Some(format!("uptime/{year}.csv")),
        Page::UptimeCsv(Csv::Totals, year) => Some(format!("uptime/{year}-totals.csv")),
        Page::Html(Html::Pages) => document("pages"),
        Page::Html(Html::Content(ix)) => document(&site.pages[*ix].name),
        Page::Html(Html::NotFound) => Some("404.html".to_owned()),
        Page::Feed(form, scope) => Some(feed(site, *form, *scope)),
        Page::Updates(form) => updates(*form),
        Page::Api(api) => Some(api.link(edition)),
        Page::Badge(badge, form, scope) => {
            let name = if *badge == Badge::Uptime { "badge-uptime" } else { "badge" };
            let ending = if *form == BadgeForm::Svg { "svg" } else { "json" };
            Some(format!("{}{name}.{ending}", folder(site, *scope)))
        }
        Page::Calendar(scope) => Some(format!("{}maintenance.ics", folder(site, *scope))),
        Page::Event(ix) => event(edition.incident(*ix)),
        Page::Schema(schema) => Some(format!("api/schemas/{}.schema.json", schema.name())),
        Page::UptimeJson => Some("api/uptime.json".to_owned()),
        Page::Days(scope) => Some(format!("{}days.json", folder(site, *scope))),
        Page::BuildJson => Some("build.json".to_owned()),
        Page::EmbedScript => Some("embed.js".to_owned()),
        Page::Html(Html::Embed) => document("embed"),
        Page::Html(Html::Subscribe) => document("subscribe"),
        Page::StatusText => Some("status.txt".to_owned()),
        Page::Metrics => Some("metrics".to_owned()),
        Page::Llms => Some("llms.txt".to_owned()),
        Page::Headers => Some("_headers".to_owned()),
        Page::Sitemap => Some("sitemap.xml".to_owned()),
        Page::SitemapPart(part) => Some(format!("sitemap-{}.xml", part + 1)),
        Page::Robots => Some("robots.txt".to_owned()),
        Page::NoJekyll => Some(".nojekyll".to_owned()),
        Page::Cname(_) => Some("CNAME".to_owned()),
        Page::Html(Html::Redirect(_)) | Page::Asset(_) | Page::Copy(_) => None,
    }
}

/// The path of a list's page, as for [`document`].
fn list_path(edition: &Edition, list: List) -> String {
    match list {
        List::Tag(ix) => format!("tags/{}", edition.tags[ix.0].tag.slug),
        List::Postmortems => "postmortems".to_owned(),
    }
}

/// The prefix that leads from an output back to the site's root: `../../` for `incidents/x/index.html`, `./` for
/// `index.html`.
pub fn root(output: &str) -> String {
    match output.matches('/').count() {
        0 => "./".to_owned(),
        depth => "../".repeat(depth),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_and_files() {
        let check = |path: &str, style: UrlStyle, expected: [&str; 2]| {
            let link = document(path, style);
            assert_eq!([link.as_str(), &file(&link)], expected);
        };
        check("", UrlStyle::Directory, ["", "index.html"]);
        check("history/2024-04", UrlStyle::Directory, ["history/2024-04/", "history/2024-04/index.html"]);
        check("", UrlStyle::File, ["index.html", "index.html"]);
        check("incidents/x", UrlStyle::File, ["incidents/x.html", "incidents/x.html"]);
        assert_eq!(update_anchor("2024-04-16T16:03:00Z"), "_2024-04-16T16-03-00Z");
        assert_eq!(update_anchor("a b\"<é"), "_a-b---");
        assert_eq!(root("index.html"), "./");
        assert_eq!(root("incidents/x/index.html"), "../../");
    }
}
