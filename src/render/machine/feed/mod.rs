//! Feeds: one entry an incident or maintenance, or one an update or postmortem; the same in every form.
//!
//! Identity, order and times rest on the content alone. An entry's `updated` is its last update, postmortem or dated edit;
//! a maintenance that starts or ends by itself changes no entry. A feed's `updated` is the latest of its entries'.

use std::cmp::Reverse;
use std::ops::Bound;

use crate::model::ComponentIx;
use crate::model::config::Config;
use crate::model::edition::Scope;
use crate::model::incident::Incident;
use crate::percent;
use crate::plan::address;
use crate::plan::page::{FeedForm, Html, Page};
use crate::render::machine::{Context, latest};
use crate::render::messages::direction;
use crate::time::{Day, Instant};

mod atom;
mod content;
mod json;
mod rss;
mod updates;

/// A feed before it takes a form.
struct Feed {
    /// A `tag:` URI.
    id: String,
    /// The site's title, and the part's name.
    title: String,
    /// One sentence; may be empty.
    description: String,
    /// The site's title.
    author: String,
    /// BCP 47.
    language: String,
    /// The absolute address of the page it is about.
    page: String,
    /// The absolute address of the front page.
    home: String,
    /// Its own absolute address. Copies at other addresses name it too.
    own: String,
    /// The absolute address of the theme's style for feeds, if it has one.
    style: Option<String>,
    updated: Instant,
    /// Newest first.
    entries: Vec<Entry>,
}

/// An incident or maintenance, or an update of one, in a feed.
struct Entry {
    /// A `tag:` URI, the same in every feed and for ever.
    id: String,
    title: String,
    /// Its page's absolute address.
    page: String,
    published: Instant,
    updated: Instant,
    /// The ids and names of the components it is about.
    components: Vec<(String, String)>,
    /// HTML whose tags are balanced as in XML, all addresses absolute.
    html: String,
}

/// The bytes of a feed of incidents and maintenances.
pub(super) fn bytes(context: &Context<'_>, form: FeedForm, scope: Scope) -> Vec<u8> {
    let entries = incidents(context, scope);
    write(context, &feed(context, &Page::Feed(form, scope), scope, entries), form)
}

/// The bytes of the feed of updates and postmortems.
pub(super) fn update_bytes(context: &Context<'_>, form: FeedForm) -> Vec<u8> {
    let entries = updates::entries(context);
    write(context, &feed(context, &Page::Updates(form), Scope::Site, entries), form)
}

fn write(context: &Context<'_>, feed: &Feed, form: FeedForm) -> Vec<u8> {
    let zone = context.edition.site.config.zone;
    match form {
        FeedForm::Atom => atom::bytes(feed, zone),
        FeedForm::Rss => rss::bytes(feed, zone),
        FeedForm::Json => json::bytes(feed, zone),
    }
}

/// One entry an incident or maintenance, newest first.
fn incidents(context: &Context<'_>, scope: Scope) -> Vec<Entry> {
    let most = context.edition.site.config.feeds.entries;
    let mut incidents = latest(context.edition.incidents_in(scope), most);
    incidents.sort_by(|a, b| (Reverse(a.published), &a.report.id).cmp(&(Reverse(b.published), &b.report.id)));
    incidents.into_iter().map(|incident| entry(context, incident, scope)).collect()
}

fn feed(context: &Context<'_>, own: &Page, scope: Scope, entries: Vec<Entry>) -> Feed {
    let site = &context.edition.site;
    let config = &site.config;
    let (part, page) = match scope {
        Scope::Site => (None, Page::Html(Html::Front)),
        Scope::Component(ix) => (Some(&site.component(ix).name), Page::Html(Html::Component(ix))),
        Scope::Group(ix) => (Some(&site.groups[ix.0].name), Page::Html(Html::Group(ix))),
    };
    let address = |page: &Page| context.url_of(page).expect("pages and feeds have addresses");
    let name = if matches!(own, Page::Updates(_)) { "updates" } else { "history" };
    Feed {
        id: tag(context, &format!("{}{name}", address::folder(site, scope))),
        title: part.map_or_else(|| config.title.clone(), |part| format!("{part} – {}", config.title)),
        description: config.description.clone(),
        author: config.title.clone(),
        language: config.language.clone(),
        page: address(&page),
        home: address(&Page::Html(Html::Front)),
        own: address(own),
        style: style(context),
        updated: updated(context, &entries),
        entries: entries.into_iter().map(|entry| directed(config, entry)).collect(),
    }
}

/// The entry with the direction of its HTML, which a feed has no place for; left to right needs none.
fn directed(config: &Config, entry: Entry) -> Entry {
    let html = match direction(&config.language) {
        "rtl" => format!("<div dir=\"rtl\">\n{}</div>\n", entry.html),
        _ => entry.html,
    };
    Entry { html, ..entry }
}

/// The theme's `static/feed.css`, under the name that carries its content's hash.
fn style(context: &Context<'_>) -> Option<String> {
    let start = "assets/feed.";
    let from = (Bound::Included(start), Bound::Unbounded);
    let assets = context.plan.outputs.range::<str, _>(from);
    let assets = assets.take_while(|(path, _)| path.as_str().starts_with(start));
    let mut styles =
        assets.filter(|(path, page)| path.as_str().ends_with(".css") && matches!(page, Page::Asset(_)));
    styles.next().map(|(path, _)| context.url(path.as_str()))
}

/// The latest of the entries' times. Without entries it is the beginning of `tag_date`, since RFC 4287 wants a time and
/// the clock's would change the file with every build.
fn updated(context: &Context<'_>, entries: &[Entry]) -> Instant {
    let latest = entries.iter().map(|entry| entry.updated).max();
    latest.unwrap_or_else(|| context.tag_date().min(context.edition.now))
}

fn entry(context: &Context<'_>, incident: &Incident, scope: Scope) -> Entry {
    // All stand in the site's feeds, once.
    let components_named = match scope {
        Scope::Site => incident.components(),
        Scope::Component(_) | Scope::Group(_) => incident.named_components().0,
    };
    Entry {
        id: incident_id(context, incident),
        title: incident.report.title.clone(),
        page: context.incident_url(incident),
        published: incident.published,
        updated: incident.updated,
        components: components(context, components_named),
        html: content::html(context, incident),
    }
}

/// The id of an incident's entry: as the feed had it where the report comes from, else our own.
fn incident_id(context: &Context<'_>, incident: &Incident) -> String {
    let report = &incident.report;
    report.feed_id.clone().unwrap_or_else(|| tag(context, &format!("incident/{}", report.id)))
}

/// The ids and names of components.
fn components(context: &Context<'_>, ixs: &[ComponentIx]) -> Vec<(String, String)> {
    let component = |&ix| {
        let component = context.edition.site.component(ix);
        (component.id.clone(), component.name.clone())
    };
    ixs.iter().map(component).collect()
}

/// A `tag:` URI (RFC 4151) of this site: it stays when pages move.
fn tag(context: &Context<'_>, specific: &str) -> String {
    let config = &context.edition.site.config;
    let host = config.tag_host();
    let authority = host.split_once(':').map_or(host, |(name, _port)| name);
    let specific = percent::tidy(specific);
    format!("tag:{authority},{}:{specific}", config.feeds.tag_date)
}

impl Context<'_> {
    /// The beginning of the day, month or year in site.toml's `tag_date`: an instant that never moves.
    pub(super) fn tag_date(&self) -> Instant {
        let config = &self.edition.site.config;
        let text = format!("{}-01-01", config.feeds.tag_date);
        let day = text.get(..10).and_then(Day::parse);
        day.map_or(Instant::from_epoch_secs(0), |day| config.zone.start_of(day))
    }
}

#[cfg(test)]
mod tests;
