//! What a postmortem says of itself: front matter, and lines such as `| Date | 2024-05-05 |` or `**Started:** 14:05`.

use crate::import::front_matter::Document;
use crate::import::moment;
use crate::import::yaml::Node;
use crate::time::{Day, Zone};

pub(super) const TITLE: [&str; 2] = ["title", "name"];
pub(super) const DAY: [&str; 5] = ["date", "incident date", "date of incident", "day", "incident day"];
pub(super) const BEGIN: [&str; 10] = [
    "started",
    "start",
    "start time",
    "started at",
    "began",
    "beginning",
    "incident start",
    "impact start",
    "outage start",
    "time started",
];
pub(super) const END: [&str; 11] = [
    "ended",
    "end",
    "end time",
    "ended at",
    "resolved",
    "resolved at",
    "incident end",
    "impact end",
    "outage end",
    "time resolved",
    "resolution time",
];
pub(super) const COMPONENTS: [&str; 9] = [
    "components",
    "affected",
    "affected components",
    "services",
    "affected services",
    "services affected",
    "systems",
    "affected systems",
    "service",
];
pub(super) const TAGS: [&str; 1] = ["tags"];

/// Keys with their values; those of the front matter come first.
#[derive(Debug, Default)]
pub(super) struct Facts<'a> {
    front: Vec<(String, &'a Node)>,
    text: Vec<(String, String, usize)>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Fact<'a> {
    /// From 1.
    pub(super) line: usize,
    pub(super) key: &'a str,
    pub(super) text: &'a str,
}

pub(super) fn facts<'a>(document: &'a Document<'_>) -> Facts<'a> {
    let front = document.front.entries().iter().map(|(key, node)| (plain(key), node)).collect();
    let mut is_code = false;
    let mut text = Vec::new();
    for (at, line) in document.body.lines().enumerate() {
        is_code ^= line.trim_start().starts_with("```");
        let pair = pair(line).filter(|_| !is_code);
        text.extend(pair.map(|(key, value)| (key, value, document.body_line + at)));
    }
    Facts { front, text }
}

/// A key in lower case, its words apart by spaces.
fn plain(key: &str) -> String {
    key.trim().to_lowercase().replace(['_', '-'], " ")
}

/// Key and value of a line with a colon, or of a row of two cells.
fn pair(line: &str) -> Option<(String, String)> {
    let line = line.trim().trim_start_matches(['-', '*', '>', ' ']);
    let (key, value) = match line.strip_prefix('|') {
        Some(row) => row.trim_end_matches('|').split_once('|').filter(|(_, value)| !value.contains('|'))?,
        None => line.split_once(':')?,
    };
    let is_mark = |c: char| matches!(c, '*' | '_' | ' ' | ':' | '`');
    let (key, value) = (plain(key.trim_matches(is_mark)), value.trim_matches(is_mark).to_owned());
    (!key.is_empty() && key.len() <= 30 && !value.is_empty()).then_some((key, value))
}

impl Facts<'_> {
    pub(super) fn all(&self, keys: &[&str]) -> Vec<Fact<'_>> {
        let front = self
            .front
            .iter()
            .filter_map(|(key, node)| Some(Fact { line: node.line, key, text: node.text()? }));
        let text = self.text.iter().map(|(key, text, line)| Fact { line: *line, key, text });
        front.chain(text).filter(|fact| keys.contains(&fact.key)).collect()
    }

    pub(super) fn text(&self, keys: &[&str]) -> Option<&str> {
        self.all(keys).first().map(|fact| fact.text)
    }

    pub(super) fn list(&self, keys: &[&str]) -> Vec<String> {
        let front = self.front.iter().find(|(key, _)| keys.contains(&key.as_str()));
        let items: Vec<String> = match front {
            Some((_, node)) => node.items().iter().filter_map(Node::text).map(str::to_owned).collect(),
            None => self.text(keys).map(str::to_owned).into_iter().collect(),
        };
        let split = items.iter().flat_map(|item| item.split([',', ';'])).map(|item| item.trim().to_owned());
        split.filter(|item| !item.is_empty() && item.len() <= 80).collect()
    }

    /// The day of the incident, else of its beginning.
    pub(super) fn day(&self, zone: Zone) -> Option<Day> {
        let facts = self.all(&DAY).into_iter().chain(self.all(&BEGIN));
        facts.into_iter().find_map(|fact| moment::leading(fact.text, zone)?.0.day)
    }

    /// Keys of the front matter that nothing reads, with their lines.
    pub(super) fn others(&self) -> Vec<(&str, usize)> {
        let known = [&TITLE[..], &DAY, &BEGIN, &END, &COMPONENTS, &TAGS, &["draft"]].concat();
        let others = self.front.iter().filter(|(key, _)| !known.contains(&key.as_str()));
        others.map(|(key, node)| (key.as_str(), node.line)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{COMPONENTS, facts};
    use crate::import::front_matter::read;
    use crate::time::Zone;

    #[test]
    fn facts_have_many_forms() {
        let check = |text: &str, day: Option<&str>, components: &[&str]| {
            let document = read(text, &[]).unwrap();
            let facts = facts(&document);
            let found = facts.day(Zone::UTC).map(|day| day.to_string());
            assert_eq!(found.as_deref(), day, "{text}");
            assert_eq!(facts.list(&COMPONENTS), components, "{text}");
        };
        check(
            "---\nincident_date: 2024-05-05\nservices: [API, Web]\n---\n",
            Some("2024-05-05"),
            &["API", "Web"],
        );
        check(
            "| | |\n|--|--|\n| **Date** | May 5, 2024 |\n| Services affected | API; Web |\n",
            Some("2024-05-05"),
            &["API", "Web"],
        );
        check("- **Date:** 2024-05-05\n*Service*: API", Some("2024-05-05"), &["API"]);
        check("```\nDate: 2024-05-05\n```\n", None, &[]);
    }
}
