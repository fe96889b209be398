//! Feeds as JSON Feed 1.1.

use serde::Serialize;

use crate::render::machine::encode::json as to_json;
use crate::render::machine::feed::entry::{Entry, Feed};
use crate::time::Zone;

#[derive(Serialize)]
struct Document<'a> {
    version: &'static str,
    title: &'a str,
    home_page_url: &'a str,
    feed_url: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    language: &'a str,
    authors: [Author<'a>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hubs: Vec<Hub<'a>>,
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Author<'a> {
    name: &'a str,
    url: &'a str,
}

#[derive(Serialize)]
struct Hub<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    url: &'a str,
}

#[derive(Serialize)]
struct Item<'a> {
    id: &'a str,
    url: &'a str,
    title: &'a str,
    content_html: &'a str,
    date_published: String,
    date_modified: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<&'a str>,
}

pub(super) fn bytes(feed: &Feed, zone: Zone) -> Vec<u8> {
    to_json(&Document {
        version: "https://jsonfeed.org/version/1.1",
        title: &feed.title,
        home_page_url: &feed.page,
        feed_url: &feed.own,
        description: &feed.description,
        language: &feed.language,
        authors: [Author { name: &feed.author, url: &feed.home }],
        hubs: feed.hubs.iter().map(|url| Hub { kind: "WebSub", url }).collect(),
        items: feed.entries.iter().map(|entry| item(entry, zone)).collect(),
    })
}

fn item(entry: &Entry, zone: Zone) -> Item<'_> {
    Item {
        id: &entry.id,
        url: &entry.page,
        title: &entry.title,
        content_html: &entry.html,
        date_published: zone.rfc3339(entry.published),
        date_modified: zone.rfc3339(entry.updated),
        tags: entry.components.iter().map(|(_, name)| name.as_str()).collect(),
    }
}
