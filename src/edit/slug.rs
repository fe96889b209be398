//! File names of new reports: date and title words, in ASCII for every script.

use crate::model::report::Kind;
use crate::parse::words::words;
use crate::time::Day;

/// The slug of a new report, `2024-04-16-donations-fail`, with a number at its end when `is_taken`.
pub fn slug(day: Day, title: &str, kind: Kind, is_taken: impl Fn(&str) -> bool) -> String {
    let words = words(title);
    let words = match (words.is_empty(), kind) {
        (false, _) => words.as_str(),
        (true, Kind::Incident) => "incident",
        (true, Kind::Maintenance) => "maintenance",
    };
    free(format!("{day}-{words}"), is_taken)
}

/// `first`, with a number at its end when it is taken.
pub fn free(first: String, is_taken: impl Fn(&str) -> bool) -> String {
    let numbered = (2_u32..).map(|number| format!("{first}-{number}"));
    let mut candidates = std::iter::once(first.clone()).chain(numbered);
    candidates.find(|it| !is_taken(it)).expect("one of all numbers is free")
}

/// The path of a report: `content/incidents/2024/SLUG.md`.
pub fn path(kind: Kind, day: Day, slug: &str) -> String {
    let folder = match kind {
        Kind::Incident => "incidents",
        Kind::Maintenance => "maintenance",
    };
    format!("content/{folder}/{:04}/{slug}.md", day.year())
}

/// A component id from the words of a name (`component` when there are none), with a number at its end when `is_taken`.
pub fn component_id(name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let words = words(name);
    free(if words.is_empty() { "component".to_owned() } else { words }, is_taken)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{ProptestConfig, any, proptest};

    use super::{path, slug, words};
    use crate::model::report::{Kind, Slug};
    use crate::parse::words::MOST_BYTES;
    use crate::time::Day;

    fn day() -> Day {
        Day::parse("2024-04-16").unwrap()
    }

    #[test]
    fn titles_of_any_script_become_words() {
        let check = |title: &str, expected: &str| assert_eq!(words(title), expected, "{title}");
        check("Donations fail for some users", "donations-fail-for-some-users");
        check("  API: 500s (EU & US)!  ", "api-500s-eu-us");
        check("We can't log in", "we-cant-log-in");
        check("Störung bei der Anmeldung", "storung-bei-der-anmeldung");
        check("Сбой оплаты", "sboi-oplaty");
        check("支付失败", "zhi-fu-shi-bai");
        check("../../etc/passwd", "etc-passwd");
        check("???", "");
        check(&"long ".repeat(30), &["long"; 12].join("-"));
    }

    #[test]
    fn a_taken_slug_gets_a_number() {
        let taken = ["2024-04-16-down", "2024-04-16-down-2"];
        let check = |title: &str, kind: Kind, expected: &str| {
            assert_eq!(slug(day(), title, kind, |slug| taken.contains(&slug)), expected);
        };
        check("Down", Kind::Incident, "2024-04-16-down-3");
        check("Up", Kind::Incident, "2024-04-16-up");
        check("!", Kind::Incident, "2024-04-16-incident");
        check("", Kind::Maintenance, "2024-04-16-maintenance");
    }

    #[test]
    fn paths_go_by_kind_and_year() {
        assert_eq!(path(Kind::Incident, day(), "x"), "content/incidents/2024/x.md");
        assert_eq!(path(Kind::Maintenance, day(), "x"), "content/maintenance/2024/x.md");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_title_makes_a_slug(title in any::<String>()) {
            let slug = slug(day(), &title, Kind::Incident, |_| false);
            assert!(Slug::new(&slug).is_some(), "{slug}");
            assert!(slug.len() <= MOST_BYTES + 11);
            assert!(!slug.contains('.'));
        }
    }
}
