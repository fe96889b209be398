//! Ids of headings.

use std::collections::BTreeSet;

/// The ids that a text has given so far.
#[derive(Default)]
pub(super) struct Slugs {
    taken: BTreeSet<String>,
}

impl Slugs {
    /// The id of a heading with this text: its letters and digits in lower case with hyphens between, behind the
    /// prefix; with a number when it was given before.
    pub(super) fn id(&mut self, prefix: &str, text: &str) -> String {
        let slug = slug(text);
        let plain = format!("{prefix}{}", if slug.is_empty() { "section" } else { &slug });
        let numbered = (2..).map(|number| format!("{plain}-{number}"));
        let id = std::iter::once(plain.clone()).chain(numbered).find(|id| !self.taken.contains(id));
        let id = id.expect("one of infinitely many ids is free");
        self.taken.insert(id.clone());
        id
    }
}

fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_alphanumeric() {
            slug.extend(c.to_lowercase().filter(|c| c.is_alphanumeric()));
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

#[cfg(test)]
mod tests {
    use super::Slugs;

    #[test]
    fn ids_are_unique() {
        let mut slugs = Slugs::default();
        let mut check = |text: &str, expected: &str| assert_eq!(slugs.id("pm-", text), expected, "{text}");
        check("What went wrong?", "pm-what-went-wrong");
        check("what — went: wrong", "pm-what-went-wrong-2");
        check("What went wrong 2", "pm-what-went-wrong-2-2");
        check("!", "pm-section");
        check("", "pm-section-2");
        check("原因 Ü", "pm-原因-ü");
    }
}
