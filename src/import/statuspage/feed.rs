//! `history.atom`: entry ids, and the updates of incidents that no API response has.
//!
//! Times in the text have no year: `Feb 26, 21:40 UTC`. The newest update is as old as `published`; every other one is
//! no newer than the one above it.

use quick_xml::DeError;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::import::html;
use crate::import::statuspage::body::{Body, Incident, Page, Update};
use crate::import::statuspage::feed_parts::{self, Part};
use crate::import::text::line_at;
use crate::time::{Day, Instant, LocalTime, Zone};

#[derive(Clone, Debug, Default)]
pub struct Feed {
    head: Head,
    /// Newest first.
    pub entries: Vec<Entry>,
    /// Which of its parts are left out, and why.
    wrong: Vec<String>,
}

/// What stands beside the entries.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Head {
    title: String,
    #[serde(rename = "link")]
    links: Vec<Link>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Entry {
    pub id: String,
    title: String,
    published: String,
    #[serde(rename = "link")]
    links: Vec<Link>,
    content: Content,
    /// Its line, from 1.
    #[serde(skip)]
    line: usize,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Link {
    #[serde(rename = "@rel")]
    rel: String,
    #[serde(rename = "@href")]
    href: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Content {
    #[serde(rename = "$text")]
    html: String,
}

/// Reads an Atom feed entry by entry; the error is one line, and says why it is none.
pub fn parse(text: &str) -> Result<Feed, String> {
    let parts = feed_parts::cut(text)?;
    let mut feed = Feed::default();
    match read(&parts.head) {
        Ok(head) => feed.head = head,
        Err(why) if parts.entries.is_empty() => return Err(why),
        Err(why) => feed.wrong.push(format!("line 1: the feed's title and address are left out: {why}")),
    }
    let is_cut = !parts.is_whole;
    for Part { line, text } in parts.entries {
        let entry = text.and_then(read::<Entry>).and_then(|entry| match entry.code() {
            "" => Err("no link leads to its incident".to_owned()),
            _ => Ok(Entry { line, ..entry }),
        });
        match entry {
            Ok(entry) => feed.entries.push(entry),
            Err(why) => feed.wrong.push(format!("line {line}: this entry is left out: {why}")),
        }
    }
    if is_cut {
        let line = line_at(text, text.trim_end().len());
        feed.wrong.push(format!("line {line}: the feed breaks off here: entries may be missing"));
    }
    Ok(feed)
}

fn read<T: DeserializeOwned>(xml: &str) -> Result<T, String> {
    let first_line = |error: DeError| error.to_string().lines().next().unwrap_or_default().to_owned();
    quick_xml::de::from_str(xml).map_err(first_line)
}

impl Entry {
    /// The incident's id: the last part of its URL.
    pub fn code(&self) -> &str {
        alternate(&self.links).trim_end_matches('/').rsplit('/').next().unwrap_or_default()
    }
}

fn alternate(links: &[Link]) -> &str {
    links.iter().find(|link| link.rel == "alternate").map_or("", |link| &link.href)
}

/// The feed as an API response without components; times are read in `zone`.
pub fn body(feed: &Feed, zone: Zone) -> Body {
    let Feed { head: Head { title, links }, entries, wrong } = feed;
    let name = title.rsplit_once(" Status - ").map_or(title.as_str(), |(name, _)| name);
    let page = Page { name: name.to_owned(), url: alternate(links).to_owned(), ..Page::default() };
    let incidents = entries.iter().map(|entry| incident(entry, zone)).collect();
    Body { page: Some(page), incidents, wrong: wrong.clone(), ..Body::default() }
}

fn incident(entry: &Entry, zone: Zone) -> Incident {
    let mut latest = Instant::parse_rfc3339(&entry.published);
    let mut updates: Vec<Update> = Vec::new();
    for part in entry.content.html.split("<small>").skip(1) {
        let Some((time, rest)) = part.split_once("</small>") else { continue };
        let at = latest.and_then(|latest| dated(&html::to_line(time), latest, zone));
        latest = at.or(latest);
        let (label, body) = labelled(rest);
        let status = label.to_ascii_lowercase().replace(' ', "_");
        updates.push(Update {
            status,
            body: Some(body),
            display_at: at.map(|at| at.to_string()),
            line: entry.line,
            ..Update::default()
        });
    }
    keep_statuses(&mut updates);
    let is_planned = updates
        .iter()
        .any(|update| matches!(update.status.as_str(), "scheduled" | "in_progress" | "completed"));
    Incident {
        id: entry.code().to_owned(),
        name: entry.title.clone(),
        impact: if is_planned { "maintenance".to_owned() } else { String::new() },
        incident_updates: updates,
        line: entry.line,
        ..Incident::default()
    }
}

/// The label in `<strong>`, and the rest of the paragraph.
fn labelled(rest: &str) -> (String, String) {
    let rest = rest.trim_start().trim_start_matches("<br>").trim_start_matches("<br />");
    let rest = rest.trim_start().strip_prefix("<strong>").unwrap_or(rest);
    let (label, body) = rest.split_once("</strong>").unwrap_or(("", rest));
    let body = body.trim_start().strip_prefix('-').unwrap_or(body).trim();
    let body = body.strip_suffix("<p>").unwrap_or(body).trim_end();
    (label.trim().to_owned(), body.strip_suffix("</p>").unwrap_or(body).trim().to_owned())
}

/// Gives each `Update` the previous status; updates are listed newest first.
fn keep_statuses(updates: &mut [Update]) {
    let mut before = "investigating".to_owned();
    for update in updates.iter_mut().rev() {
        if update.status == "update" || update.status.is_empty() {
            update.status.clone_from(&before);
        }
        before.clone_from(&update.status);
    }
}

/// The latest instant with this text (`Feb 26, 21:40 UTC`), at most a minute after `latest` since seconds are missing.
fn dated(text: &str, latest: Instant, zone: Zone) -> Option<Instant> {
    let mut words = text.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty());
    let month = month(words.next()?)?;
    let day: u32 = words.next()?.parse().ok()?;
    let (hour, minute) = words.next()?.split_once(':')?;
    let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
    let abbreviation = words.next().unwrap_or("UTC");
    let year = zone.day_of(latest).year();
    let reading = |year: i32| {
        let local = LocalTime::new(Day::from_ymd(year, month, day)?, hour, minute, 0)?;
        if abbreviation == "UTC" {
            Some(local.at_offset(0))
        } else {
            zone.by_abbreviation(local, abbreviation)
        }
    };
    let candidates = [year + 1, year, year - 1, year - 2, year - 3, year - 4];
    candidates.into_iter().filter_map(reading).find(|at| *at <= latest.plus_secs(60))
}

fn month(word: &str) -> Option<u32> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let at = MONTHS.iter().position(|month| word.starts_with(month))?;
    u32::try_from(at + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::{body, parse};
    use crate::time::Zone;

    const FEED: &str = "<?xml version=\"1.0\"?>
<feed xmlns=\"http://www.w3.org/2005/Atom\">
 <title>Lumen Status - Incident History</title>
 <link rel=\"alternate\" href=\"https://status.lumen.example\"/>
 <entry>
  <id>tag:status.lumen.example,2005:Incident/42</id>
  <published>2024-01-01T00:10:20Z</published>
  <link rel=\"alternate\" type=\"text/html\" href=\"https://status.lumen.example/incidents/abc1\"/>
  <title>Logins &amp;amp; more</title>
  <content type=\"html\">&lt;p&gt;&lt;small&gt;Jan &lt;var data-var='date'&gt; 1&lt;/var&gt;, &lt;var data-var='time'&gt;00:10&lt;/var&gt; UTC&lt;/small&gt;&lt;br&gt;&lt;strong&gt;Resolved&lt;/strong&gt; - Back.&lt;/p&gt;&lt;p&gt; &lt;small&gt;Dec &lt;var data-var='date'&gt;31&lt;/var&gt;, &lt;var data-var='time'&gt;23:50&lt;/var&gt; UTC&lt;/small&gt; &lt;br&gt; &lt;strong&gt;Update&lt;/strong&gt; - Looking.&lt;br /&gt;Soon more.&lt;/p&gt;&lt;p&gt;&lt;small&gt;Dec 31, 23:40 UTC&lt;/small&gt;&lt;br&gt;&lt;strong&gt;Identified&lt;/strong&gt; - Found.&lt;/p&gt;</content>
 </entry>
</feed>";

    #[test]
    fn an_entry_tells_its_updates_across_the_year() {
        let feed = parse(FEED).unwrap();
        assert_eq!(feed.entries[0].id, "tag:status.lumen.example,2005:Incident/42");
        let body = body(&feed, Zone::UTC);
        let page = body.page.unwrap();
        assert_eq!((page.name.as_str(), page.url.as_str()), ("Lumen", "https://status.lumen.example"));
        let incident = &body.incidents[0];
        assert_eq!(incident.id, "abc1");
        let updates: Vec<_> = incident
            .incident_updates
            .iter()
            .map(|update| {
                (
                    update.status.as_str(),
                    update.display_at.as_deref().unwrap(),
                    update.body.as_deref().unwrap(),
                )
            })
            .collect();
        assert_eq!(
            updates,
            [
                ("resolved", "2024-01-01T00:10:00Z", "Back."),
                ("identified", "2023-12-31T23:50:00Z", "Looking.<br />Soon more."),
                ("identified", "2023-12-31T23:40:00Z", "Found."),
            ]
        );
    }

    #[test]
    fn what_is_no_feed_is_an_error() {
        for text in ["<feed>", "<html><body></body></html>", "<", "<!-- x -->", "<feed></fed>"] {
            assert!(parse(text).is_err(), "{text}");
        }
        assert!(parse("<feed/>").unwrap().entries.is_empty());
    }

    #[test]
    fn one_bad_entry_loses_no_other() {
        let entry = |code: &str, rest: &str| {
            format!(
                "<entry>\n<link rel=\"alternate\" href=\"https://a.example/incidents/{code}\"/>{rest}</entry>\n"
            )
        };
        let bad = [
            entry("b", "<title>&nosuch;</title>"),
            "<entry><title>c</title></entry>\n".to_owned(),
            entry("d", "<title>x</b>"),
            entry("e", "<title <"),
        ];
        let good = [
            entry("a", ""),
            entry("f", "<title><![CDATA[ </entry><entry> ]]></title><!-- </entry> -->"),
            entry("g", ""),
        ];
        let head = "<?xml version=\"1.0\"?>\n<feed><title>Lumen Status - x</title>\n";
        let (first, rest) = good.split_at(1);
        let feed =
            parse(&format!("{head}{}{}{}</feed>", first.concat(), bad.concat(), rest.concat())).unwrap();
        assert_eq!(feed.entries.iter().map(super::Entry::code).collect::<Vec<_>>(), ["a", "f", "g"]);
        assert_eq!(feed.entries[1].title.trim(), "</entry><entry>");
        let lines: Vec<_> =
            feed.wrong.iter().map(|why| why.split(": ").take(2).collect::<Vec<_>>().join(": ")).collect();
        assert_eq!(lines, [5, 7, 8, 10].map(|line| format!("line {line}: this entry is left out")));
        assert_eq!(body(&feed, Zone::UTC).page.unwrap().name, "Lumen");
        let cut = format!("{head}{}{}", good[0], &good[1][..8]);
        let feed = parse(&cut).unwrap();
        let said = [
            "line 5: this entry is left out: it does not end",
            "line 5: the feed breaks off here: entries may be missing",
        ];
        assert_eq!((feed.entries.len(), feed.wrong), (1, said.map(str::to_owned).to_vec()));
        assert_eq!(feed.head.title, "Lumen Status - x");
    }
}
