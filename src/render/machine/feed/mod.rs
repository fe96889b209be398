//! Feeds with one entry per incident or maintenance, or one per update or postmortem, in all formats.
//!
//! Identity, order and times depend on content only. An entry's `updated` is its last update, postmortem or dated edit;
//! automatic starts and ends change no entry. A feed's `updated` is the latest of its entries'.

use std::cmp::Reverse;
use std::ops::Bound;

use crate::model::config::Config;
use crate::model::edition::Scope;
use crate::model::incident::Incident;
use crate::plan::address;
use crate::plan::page::{FeedForm, Html, Page};
use crate::render::machine::context::Context;
use crate::render::machine::latest::latest;
use crate::render::messages::direction;
use crate::time::Instant;

mod atom;
mod content;
mod entry;
mod json;
mod rss;
mod said;
mod updates;

pub(in crate::render) use said::said;
pub use said::{Said, Tone};

use entry::{Entry, Feed, components, tag};

/// A feed of incidents and maintenances.
pub(in crate::render) fn bytes(context: &Context<'_>, form: FeedForm, scope: Scope) -> Vec<u8> {
    let entries = incidents(context, scope);
    write(context, &feed(context, &Page::Feed(form, scope), scope, entries), form)
}

pub(in crate::render) fn update_bytes(context: &Context<'_>, form: FeedForm) -> Vec<u8> {
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

/// One entry per incident or maintenance, newest first.
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
        hubs: config.hubs.clone(),
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

/// URL of the theme's `static/feed.css`.
fn style(context: &Context<'_>) -> Option<String> {
    let start = "assets/feed.";
    let from = (Bound::Included(start), Bound::Unbounded);
    let assets = context.plan.outputs.range::<str, _>(from);
    let assets = assets.take_while(|(path, _)| path.as_str().starts_with(start));
    let mut styles =
        assets.filter(|(path, page)| path.as_str().ends_with(".css") && matches!(page, Page::Asset(_)));
    styles.next().map(|(path, _)| context.url(path.as_str()))
}

/// The latest of the entries' times. Without entries the beginning of `tag_date`: RFC 4287 requires a time, and the
/// clock's would change with every build.
fn updated(context: &Context<'_>, entries: &[Entry]) -> Instant {
    let latest = entries.iter().map(|entry| entry.updated).max();
    latest.unwrap_or_else(|| context.edition.site.config.tag_instant().min(context.edition.now))
}

fn entry(context: &Context<'_>, incident: &Incident, scope: Scope) -> Entry {
    // The site's feeds contain all reports, so components are only named there.
    let components_named = match scope {
        Scope::Site => incident.components(),
        Scope::Component(_) | Scope::Group(_) => incident.named_components().0,
    };
    let ix = context.edition.ix_of(incident);
    let html = context.references.feed_html(ix, || content::html(context, incident));
    Entry {
        id: incident_id(context, incident),
        title: incident.report.title.clone(),
        page: context.incident_url(incident),
        published: incident.published,
        updated: incident.updated,
        components: components(context, components_named),
        html: html.to_owned(),
    }
}

/// The id of an incident's entry: its original one if imported, else ours.
fn incident_id(context: &Context<'_>, incident: &Incident) -> String {
    let report = &incident.report;
    report.feed_id.clone().unwrap_or_else(|| tag(context, &format!("incident/{}", report.id)))
}

#[cfg(test)]
mod tests;
