//! Feeds as Atom (RFC 4287).

use crate::render::machine::feed::entry::{Entry, Feed};
use crate::render::machine::xml::Xml;
use crate::time::Zone;

/// RFC 4287 §2.
const NAMESPACE: &str = "http://www.w3.org/2005/Atom";

pub(super) fn bytes(feed: &Feed, zone: Zone) -> Vec<u8> {
    let mut xml = Xml::new();
    feed.style.iter().for_each(|style| xml.stylesheet(style));
    xml.open("feed", &[("xmlns", NAMESPACE), ("xml:lang", &feed.language)]);
    xml.text("id", &feed.id);
    xml.text("title", &feed.title);
    if !feed.description.is_empty() {
        xml.text("subtitle", &feed.description);
    }
    xml.text("updated", &zone.rfc3339(feed.updated));
    xml.open("author", &[]);
    xml.text("name", &feed.author);
    xml.close();
    xml.empty("link", &[("rel", "alternate"), ("type", "text/html"), ("href", &feed.page)]);
    xml.empty("link", &[("rel", "self"), ("type", "application/atom+xml"), ("href", &feed.own)]);
    feed.hubs.iter().for_each(|hub| xml.empty("link", &[("rel", "hub"), ("href", hub)]));
    xml.text("generator", "allclear");
    for entry in &feed.entries {
        write_entry(&mut xml, entry, zone);
    }
    xml.close();
    xml.finish()
}

fn write_entry(xml: &mut Xml, entry: &Entry, zone: Zone) {
    xml.open("entry", &[]);
    xml.text("id", &entry.id);
    xml.text("title", &entry.title);
    xml.text("published", &zone.rfc3339(entry.published));
    xml.text("updated", &zone.rfc3339(entry.updated));
    xml.empty("link", &[("rel", "alternate"), ("type", "text/html"), ("href", &entry.page)]);
    for (id, name) in &entry.components {
        xml.empty("category", &[("term", id), ("label", name)]);
    }
    xml.text_with("content", &[("type", "html")], &entry.html);
    xml.close();
}
