//! Compares two versions of `/feed.json`: the entries that subscribers will get as new or changed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The titles of new and changed entries, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct FeedChanges {
    new: Vec<String>,
    changed: Vec<String>,
}

/// JSON Feed 1.1, reduced to what is compared.
#[derive(Debug, Deserialize)]
struct Feed {
    items: Vec<Item>,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
struct Item {
    id: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    date_modified: String,
    #[serde(default)]
    content_html: String,
}

impl FeedChanges {
    pub(super) fn between(old: Option<&[u8]>, new: &[u8]) -> Self {
        let read = |bytes: &[u8]| serde_json::from_slice::<Feed>(bytes).map(|feed| feed.items);
        let old = old.and_then(|bytes| read(bytes).ok()).unwrap_or_default();
        let old: BTreeMap<&str, &Item> = old.iter().map(|item| (item.id.as_str(), item)).collect();
        let mut news = Self::default();
        for item in read(new).unwrap_or_default() {
            match old.get(item.id.as_str()) {
                None => news.new.push(item.title),
                Some(before) if **before != item => news.changed.push(item.title),
                Some(_) => {}
            }
        }
        news
    }

    /// One line per entry.
    pub(super) fn lines(&self) -> Vec<String> {
        let new = self.new.iter().map(|title| format!("new in the feeds: {title}"));
        let changed = self.changed.iter().map(|title| format!("changed in the feeds: {title}"));
        new.chain(changed).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::FeedChanges;

    fn feed(items: &[(&str, &str)]) -> Vec<u8> {
        let item = |(id, text): &(&str, &str)| serde_json::json!({"id": id, "title": format!("T{id}"), "content_html": text});
        serde_json::to_vec(&serde_json::json!({"items": items.iter().map(item).collect::<Vec<_>>()})).unwrap()
    }

    #[test]
    fn new_and_changed_entries_are_told_apart() {
        let old = feed(&[("1", "a"), ("2", "b"), ("9", "gone")]);
        let news = FeedChanges::between(Some(&old), &feed(&[("3", "c"), ("2", "B"), ("1", "a")]));
        assert_eq!(news.lines(), ["new in the feeds: T3", "changed in the feeds: T2"]);
        assert_eq!(FeedChanges::between(Some(&old), &old), FeedChanges::default());
    }

    #[test]
    fn without_a_feed_everything_is_new() {
        assert_eq!(FeedChanges::between(None, &feed(&[("1", "a")])).lines(), ["new in the feeds: T1"]);
        assert_eq!(
            FeedChanges::between(Some(b"<html>"), &feed(&[("1", "a")])).lines(),
            ["new in the feeds: T1"]
        );
    }
}
