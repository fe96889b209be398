//! The feed of updates as it is deployed: what readers were told.

use serde::Deserialize;

use crate::time::Instant;

/// A feed's entries, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Feed {
    pub entries: Vec<FeedEntry>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedEntry {
    pub id: String,
    pub title: String,
    pub at: Instant,
}

#[derive(Deserialize)]
#[serde(rename = "feed")]
struct Atom {
    #[serde(default)]
    entry: Vec<AtomEntry>,
}

#[derive(Deserialize)]
struct AtomEntry {
    id: String,
    #[serde(default)]
    title: String,
    published: String,
}

impl Feed {
    /// Reads `/updates.atom`; the error says why it is none.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if !text.contains("<feed") {
            return Err("it is no Atom feed".to_owned());
        }
        let atom: Atom = quick_xml::de::from_str(text).map_err(|_| "it is no Atom feed".to_owned())?;
        let entry = |entry: AtomEntry| {
            let at = Instant::parse_rfc3339(entry.published.trim())
                .ok_or_else(|| format!("an entry has no time: `{}`", entry.published))?;
            Ok(FeedEntry { id: entry.id.trim().to_owned(), title: entry.title.trim().to_owned(), at })
        };
        let entries: Result<Vec<FeedEntry>, String> = atom.entry.into_iter().map(entry).collect();
        Ok(Self { entries: entries? })
    }

    /// The time of the oldest entry.
    pub fn oldest(&self) -> Option<Instant> {
        self.entries.iter().map(|entry| entry.at).min()
    }
}
