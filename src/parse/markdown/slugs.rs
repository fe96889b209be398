//! Heading ids as GitHub makes them, so that links written for GitHub work.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

/// Characters that ids leave out: all except letters, marks, digits, `_` and its kin, `-` and spaces, as in GitHub's
/// html-pipeline.
static LEFT_OUT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\- ]").expect("the pattern is a regular expression")
});

/// The ids used in a text, with the last number of each.
#[derive(Default)]
pub(in crate::parse) struct Slugs {
    given: BTreeMap<String, usize>,
}

impl Slugs {
    /// The id of a heading: lower case, without punctuation, hyphens for spaces; with a number from 1 when already
    /// used.
    pub(in crate::parse) fn id(&mut self, text: &str) -> String {
        let slug = slug(text);
        let plain = if slug.is_empty() { "section".to_owned() } else { slug };
        let mut number = self.given.get(&plain).copied();
        let mut id = plain.clone();
        // Continuing from the last number keeps many equal headings linear.
        while let Some(last) = number.filter(|_| self.given.contains_key(&id)) {
            id = format!("{plain}-{}", last + 1);
            number = Some(last + 1);
        }
        if let Some(number) = number {
            self.given.insert(plain, number);
        }
        self.given.insert(id.clone(), 0);
        id
    }
}

/// A heading's id on a page. Ids that begin with `_` belong to the theme, so such a heading's gets a dot in front.
pub fn place_of(prefix: &str, id: &str) -> String {
    let dot = if id.starts_with('_') { "." } else { "" };
    format!("{prefix}{dot}{id}")
}

fn slug(text: &str) -> String {
    let lower = text.trim().to_lowercase();
    LEFT_OUT.replace_all(&lower, "").replace(' ', "-")
}

#[cfg(test)]
mod tests {
    use super::{Slugs, place_of};

    /// Expectations come from GitHub.
    #[test]
    fn ids_are_githubs() {
        let check = |text: &str, expected: &str| assert_eq!(Slugs::default().id(text), expected, "{text}");
        check("What went wrong?", "what-went-wrong");
        check("What — went: wrong", "what--went-wrong");
        check("Root cause & fix", "root-cause--fix");
        check("snake_case and kebab-case", "snake_case-and-kebab-case");
        check("10:33 UTC, v1.2.3", "1033-utc-v123");
        check("原因 Ü é e\u{301}", "原因-ü-é-e\u{301}");
        check("🚀 Launch ", "-launch");
        check("½ ² \u{200d}x", "--x");
        check("a  b", "a--b");
    }

    #[test]
    fn ids_are_unique() {
        let mut slugs = Slugs::default();
        let mut check = |text: &str, expected: &str| assert_eq!(slugs.id(text), expected, "{text}");
        check("Fix", "fix");
        check("Fix!", "fix-1");
        check("Fix 1", "fix-1-1");
        check("Fix 2", "fix-2");
        check("fix", "fix-3");
        check("!", "section");
        check("", "section-1");
        check("Section", "section-2");
    }

    #[test]
    fn many_equal_headings_are_counted_once() {
        let mut slugs = Slugs::default();
        let last = (0..200_000).map(|_| slugs.id("Fix")).last();
        assert_eq!(last.as_deref(), Some("fix-199999"));
    }

    #[test]
    fn ids_of_the_theme_are_left_to_it() {
        assert_eq!(place_of("", "_updates"), "._updates");
        assert_eq!(place_of("_0-", "fix"), "_0-fix");
    }
}
