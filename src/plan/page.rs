//! The kinds of outputs: pages, feeds, figures, files.

use crate::model::edition::{Edition, IncidentIx, Scope};
use crate::model::{ComponentIx, GroupIx};
use crate::plan::api::Api;
use crate::plan::lists::{self, List};
use crate::source::Handle;
use crate::time::{Day, Instant, Month};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FeedForm {
    /// RFC 4287.
    Atom,
    /// RSS 2.0.
    Rss,
    /// JSON Feed 1.1.
    Json,
}

impl FeedForm {
    /// Every form.
    pub const ALL: [FeedForm; 3] = [FeedForm::Atom, FeedForm::Rss, FeedForm::Json];

    /// The forms of the feed of updates.
    pub const OF_UPDATES: [FeedForm; 2] = [FeedForm::Atom, FeedForm::Rss];
}

/// The tables of a year's downtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Csv {
    /// Every window and recorded day.
    Windows,
    /// The seconds in each state by component, of the year and of its months.
    Totals,
}

/// The value on a badge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Badge {
    /// The state now.
    State,
    /// The uptime over the days that pages show.
    Uptime,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BadgeForm {
    /// A picture.
    Svg,
    /// JSON for shields.io.
    Json,
}

/// A JSON Schema of our own API, published with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Schema {
    /// Of `/build.json`.
    Build,
    /// Of `/api/history.json` and `/api/history/YYYY.json`; its definitions serve the API v2 too.
    History,
    /// Of `/api/uptime.json`.
    Uptime,
}

impl Schema {
    /// Every schema.
    pub const ALL: [Schema; 3] = [Schema::Build, Schema::History, Schema::Uptime];

    /// Its name: `uptime`.
    pub fn name(self) -> &'static str {
        match self {
            Schema::Build => "build",
            Schema::History => "history",
            Schema::Uptime => "uptime",
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum Html {
    /// `/`
    Front,
    /// `/incidents/SLUG/` or `/maintenance/SLUG/`
    Incident(IncidentIx),
    /// `/history/`
    History,
    /// `/history/YYYY-MM/`
    HistoryMonth(Month),
    /// `/tags/`: all tags
    Tags,
    /// `/tags/TAG/` or `/postmortems/`
    List(List),
    /// `/tags/TAG/YYYY/` or `/postmortems/YYYY/`
    ListYear(List, i32),
    /// `/components/ID/`
    Component(ComponentIx),
    /// `/components/ID/YYYY/`
    ComponentYear(ComponentIx, i32),
    /// `/groups/ID/`
    Group(GroupIx),
    /// `/uptime/`
    Uptime,
    /// `/uptime/YYYY/`
    UptimeYear(i32),
    /// `/embed/`: the state now, for a frame in someone's own site
    Embed,
    /// `/subscribe/`
    Subscribe,
    /// `/pages/`: all extra pages, where they are more than the navigation names
    Pages,
    /// `/NAME/`: an index into the site's pages
    Content(usize),
    /// `/404.html`
    NotFound,
    /// An old address; holds the new one's path from the root, as [`super::address`] gives it.
    Redirect(String),
}

/// One output.
#[derive(Clone, Debug, PartialEq)]
pub enum Page {
    Html(Html),
    /// `/history/YYYY.json`: what the history's page searches
    HistoryIndex(i32),
    /// `/uptime/YYYY.csv`, `/uptime/YYYY-totals.csv`: a year's downtime
    UptimeCsv(Csv, i32),
    /// `/history.atom`, `/history.rss`, `/feed.json`: an entry an incident or maintenance
    Feed(FeedForm, Scope),
    /// `/updates.atom`, `/updates.rss`: an entry an update or postmortem
    Updates(FeedForm),
    /// `/badge.svg`, `/components/ID/badge-uptime.json` and the like
    Badge(Badge, BadgeForm, Scope),
    /// `/maintenance.ics`, `/components/ID/maintenance.ics`
    Calendar(Scope),
    /// `/maintenance/SLUG.ics`: a maintenance, also one that is over
    Event(IncidentIx),
    /// `/api/v2/…`, `/api/history.json`, `/api/history/YYYY.json`
    Api(Api),
    /// `/api/schemas/NAME.schema.json`
    Schema(Schema),
    /// `/api/uptime.json`
    UptimeJson,
    /// `/components/ID/days.json`, `/groups/ID/days.json`: what the days of a bar hold
    Days(Scope),
    /// `/build.json`
    BuildJson,
    /// `/embed.js`
    EmbedScript,
    /// `/status.txt`
    StatusText,
    /// `/metrics`
    Metrics,
    /// `/llms.txt`
    Llms,
    /// `/_headers`
    Headers,
    /// `/sitemap.xml`: all documents, or an index of its parts where they are too many for one file
    Sitemap,
    /// `/sitemap-1.xml` and so on: a part of the documents, counted from 0
    SitemapPart(usize),
    /// `/robots.txt`
    Robots,
    /// `/.nojekyll`: empty
    NoJekyll,
    /// `/CNAME`: tells GitHub Pages the site's own domain
    Cname(String),
    /// A theme's file, by its place in the theme's own list.
    Asset(String),
    /// A file that is only copied.
    Copy(Handle),
}

/// The role of an output for readers and for files of `static/`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// A page with an address of its own.
    Document,
    /// A file in whose place one of `static/` may stand.
    Replaceable,
    /// Any other output.
    Fixed,
}

impl Html {
    /// As [`Page::role`].
    fn role(&self) -> Role {
        match self {
            Html::NotFound | Html::Redirect(_) | Html::Embed => Role::Fixed,
            Html::Front
            | Html::Incident(_)
            | Html::History
            | Html::HistoryMonth(_)
            | Html::Tags
            | Html::List(_)
            | Html::ListYear(..)
            | Html::Component(_)
            | Html::ComponentYear(..)
            | Html::Group(_)
            | Html::Uptime
            | Html::UptimeYear(_)
            | Html::Subscribe
            | Html::Pages
            | Html::Content(_) => Role::Document,
        }
    }

    /// The name of this kind of page in templates and messages: `component-year`.
    pub fn kind(&self) -> &'static str {
        match self {
            Html::Front => "front",
            Html::Incident(_) => "incident",
            Html::History => "history",
            Html::HistoryMonth(_) => "month",
            Html::Tags => "tags",
            Html::List(List::Tag(_)) | Html::ListYear(List::Tag(_), _) => "tag",
            Html::List(List::Postmortems) | Html::ListYear(List::Postmortems, _) => "postmortems",
            Html::Component(_) => "component",
            Html::ComponentYear(..) => "component-year",
            Html::Group(_) => "group",
            Html::Uptime => "uptime",
            Html::UptimeYear(_) => "uptime-year",
            Html::Subscribe => "subscribe",
            Html::Embed => "embed",
            Html::Pages => "pages",
            Html::Content(_) => "content",
            Html::NotFound => "not-found",
            Html::Redirect(_) => "redirect",
        }
    }

    /// As [`Page::as_of`].
    pub fn as_of(&self, edition: &Edition) -> Option<Instant> {
        match *self {
            Html::Front | Html::Embed | Html::Uptime => Some(edition.as_of),
            Html::Incident(ix) => Some(edition.incident(ix).as_of),
            Html::History => {
                let this_month = edition.today.month_of().first_day();
                edition.dated_as_of(edition.incidents.iter()).max(edition.list_as_of(this_month, this_month))
            }
            Html::HistoryMonth(month) => edition.list_as_of(month.first_day(), month.last_day()),
            Html::List(list) => dated_as_of(edition, &lists::reports(edition, list)),
            Html::ListYear(list, year) => dated_as_of(edition, &lists::in_year(edition, list, year)),
            Html::Component(ix) => Some(edition.component_as_of(ix)),
            Html::Group(ix) => Some(edition.group_as_of(ix)),
            Html::ComponentYear(ix, year) => Some(edition.year_as_of([ix], year)),
            Html::UptimeYear(year) => Some(edition.year_as_of(edition.site.component_ixs(), year)),
            Html::Tags
            | Html::Subscribe
            | Html::Pages
            | Html::Content(_)
            | Html::NotFound
            | Html::Redirect(_) => None,
        }
    }

    /// Whether the page shows current state. Closed incidents do not; past months and years do not once all their reports
    /// are closed.
    pub fn is_current(&self, edition: &Edition) -> bool {
        match *self {
            Html::Front | Html::History | Html::Component(_) | Html::Group(_) | Html::Uptime => true,
            Html::HistoryMonth(month) => {
                month == edition.today.month_of() || lists_open(edition, month.first_day(), month.last_day())
            }
            Html::ComponentYear(_, year) => {
                let days = Day::from_ymd(year, 1, 1).zip(Day::from_ymd(year, 12, 31));
                year == edition.today.year()
                    || days.is_some_and(|(first, last)| lists_open(edition, first, last))
            }
            Html::UptimeYear(year) => year == edition.today.year(),
            Html::Incident(ix) => edition.incident(ix).is_open(),
            Html::List(list) => {
                let listed = lists::reports(edition, list);
                listed.iter().take(lists::MOST_LISTED).any(|&ix| edition.incident(ix).is_open())
            }
            Html::ListYear(list, year) => {
                lists::in_year(edition, list, year).into_iter().any(|ix| edition.incident(ix).is_open())
            }
            Html::Tags
            | Html::Embed
            | Html::Subscribe
            | Html::Pages
            | Html::Content(_)
            | Html::NotFound
            | Html::Redirect(_) => false,
        }
    }
}

fn dated_as_of(edition: &Edition, reports: &[IncidentIx]) -> Option<Instant> {
    edition.dated_as_of(reports.iter().map(|&ix| edition.incident(ix)))
}

/// Whether a report that touched one of these days is open.
fn lists_open(edition: &Edition, first: Day, last: Day) -> bool {
    edition.touching(first, last).any(|(_, incident)| incident.is_open())
}

impl Page {
    fn role(&self) -> Role {
        match self {
            Page::Html(html) => html.role(),
            Page::Robots | Page::Sitemap | Page::NoJekyll | Page::Headers | Page::Llms | Page::Asset(_) => {
                Role::Replaceable
            }
            Page::HistoryIndex(_)
            | Page::UptimeCsv(..)
            | Page::Feed(..)
            | Page::Updates(_)
            | Page::Badge(..)
            | Page::Calendar(_)
            | Page::Event(_)
            | Page::Api(_)
            | Page::Schema(_)
            | Page::UptimeJson
            | Page::Days(_)
            | Page::BuildJson
            | Page::EmbedScript
            | Page::StatusText
            | Page::Metrics
            | Page::SitemapPart(_)
            | Page::Cname(_)
            | Page::Copy(_) => Role::Fixed,
        }
    }

    /// Whether it is an HTML page with an address of its own, for readers: neither a redirect, the 404 page nor a frame.
    pub fn is_document(&self) -> bool {
        self.role() == Role::Document
    }

    /// Whether a file of `static/` may stand in its place.
    pub fn is_replaceable(&self) -> bool {
        self.role() == Role::Replaceable
    }

    /// The last instant at or before `now` at which what the output shows changed; `None` when it shows nothing dated.
    ///
    /// The site's midnight counts only where current state or current days are shown, so a finished month, a finished
    /// year, a feed and a resolved incident rest on dated content alone.
    pub fn as_of(&self, edition: &Edition) -> Option<Instant> {
        match *self {
            Page::Html(ref html) => html.as_of(edition),
            Page::UptimeJson | Page::BuildJson | Page::StatusText | Page::Metrics => Some(edition.as_of),
            Page::UptimeCsv(_, year) => Some(edition.year_as_of(edition.site.component_ixs(), year)),
            Page::Api(api) => api.as_of(edition),
            Page::Updates(_) => edition.dated_as_of(edition.incidents.iter()),
            Page::Badge(_, _, scope) | Page::Days(scope) => Some(match scope {
                Scope::Site => edition.as_of,
                Scope::Component(ix) => edition.component_as_of(ix),
                Scope::Group(ix) => edition.group_as_of(ix),
            }),
            Page::Calendar(scope) => {
                edition.dated_as_of(edition.incidents_in(scope).into_iter().filter(|it| it.is_maintenance()))
            }
            Page::Event(ix) => edition.dated_as_of([edition.incident(ix)]),
            Page::Feed(_, scope) => edition.dated_as_of(edition.incidents_in(scope)),
            Page::HistoryIndex(_)
            | Page::Schema(_)
            | Page::EmbedScript
            | Page::Llms
            | Page::Headers
            | Page::Sitemap
            | Page::SitemapPart(_)
            | Page::Robots
            | Page::NoJekyll
            | Page::Cname(_)
            | Page::Asset(_)
            | Page::Copy(_) => None,
        }
    }
}
