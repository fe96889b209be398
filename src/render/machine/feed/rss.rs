//! Feeds as RSS 2.0, with Atom's `link rel="self"` as the RSS Advisory Board recommends.

use crate::render::machine::feed::entry::{Entry, Feed};
use crate::render::machine::xml::Xml;
use crate::time::{Instant, Zone};

/// RFC 822 §5, as used by RSS; Monday first.
const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// RFC 822 §5.
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

pub(super) fn bytes(feed: &Feed, zone: Zone) -> Vec<u8> {
    let mut xml = Xml::new();
    feed.style.iter().for_each(|style| xml.stylesheet(style));
    xml.open("rss", &[("version", "2.0"), ("xmlns:atom", "http://www.w3.org/2005/Atom")]);
    xml.open("channel", &[]);
    xml.text("title", &feed.title);
    xml.text("link", &feed.page);
    // The element is required.
    xml.text("description", if feed.description.is_empty() { &feed.title } else { &feed.description });
    xml.text("language", &feed.language);
    xml.text("lastBuildDate", &rfc822(feed.updated, zone));
    xml.text("generator", "allclear");
    xml.empty("atom:link", &[("rel", "self"), ("type", "application/rss+xml"), ("href", &feed.own)]);
    feed.hubs.iter().for_each(|hub| xml.empty("atom:link", &[("rel", "hub"), ("href", hub)]));
    for entry in &feed.entries {
        write_item(&mut xml, entry, zone);
    }
    xml.close();
    xml.close();
    xml.finish()
}

fn write_item(xml: &mut Xml, entry: &Entry, zone: Zone) {
    xml.open("item", &[]);
    xml.text("title", &entry.title);
    xml.text("link", &entry.page);
    xml.text_with("guid", &[("isPermaLink", "false")], &entry.id);
    xml.text("pubDate", &rfc822(entry.published, zone));
    for (_, name) in &entry.components {
        xml.text("category", name);
    }
    xml.text("description", &entry.html);
    xml.close();
}

/// `Tue, 16 Apr 2024 09:20:00 -0600`: RFC 822 with a four-digit year. Offsets with seconds cannot be written, so such
/// times are given in UTC.
fn rfc822(instant: Instant, zone: Zone) -> String {
    let zone = if zone.offset_secs(instant) % 60 == 0 { zone } else { Zone::UTC };
    let local = zone.local(instant);
    let (day, offset) = (local.day(), zone.offset_secs(instant));
    let (sign, minutes) = (if offset < 0 { '-' } else { '+' }, offset.abs() / 60);
    let name = |names: &[&'static str], number: u32| names[number as usize];
    format!(
        "{}, {:02} {} {:04} {:02}:{:02}:{:02} {sign}{:02}{:02}",
        name(&WEEKDAYS, day.weekday()),
        day.day_of_month(),
        name(&MONTHS, day.month() - 1),
        day.year(),
        local.hour(),
        local.minute(),
        local.second(),
        minutes / 60,
        minutes % 60,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_rfc_822() {
        let check = |at: &str, zone: &str, expected: &str| {
            let (at, zone) = (Instant::parse_rfc3339(at).unwrap(), Zone::parse(zone).unwrap());
            assert_eq!(rfc822(at, zone), expected);
        };
        check("2024-04-16T15:20:05Z", "America/Edmonton", "Tue, 16 Apr 2024 09:20:05 -0600");
        check("2024-03-10T00:00:00Z", "Etc/UTC", "Sun, 10 Mar 2024 00:00:00 +0000");
        check("2023-12-31T20:00:00Z", "Asia/Kolkata", "Mon, 01 Jan 2024 01:30:00 +0530");
        // Amsterdam was 19 minutes and 32 seconds ahead.
        check("1930-01-01T12:00:00Z", "Europe/Amsterdam", "Wed, 01 Jan 1930 12:00:00 +0000");
    }
}
