//! The first five minutes, short in the README and long in docs/first-five-minutes.md, are recorded at noon, as every page
//! is (`book/blocks.rs`). In the first ten minutes of the site's day they print the same but for dates and times of day.

use std::fs;
use std::path::Path;

use regex::Regex;

use super::Desk;
use crate::transcript::replayed;

/// The second minute of the day: all commands of a page lie in its first quarter of an hour.
const EARLY: &str = "2026-11-21T00:01:00Z";

/// A text with `DATE` for each date and `TIME` for each time of day. A date before a time is left out: it is written only
/// where it differs from the one before.
fn without_dates(text: &str) -> String {
    let replace = |text: &str, pattern: &str, with: &str| {
        Regex::new(pattern).unwrap().replace_all(text, with).into_owned()
    };
    let text = replace(text, r"\d{4}-\d\d-\d\d[ T](\d\d:\d\d)", "$1");
    let text = replace(&text, r"\b\d\d:\d\d(:\d\d)?", "TIME");
    replace(&text, r"\b\d{4}-\d\d-\d\d", "DATE")
}

/// Checks a page's blocks early in the day against what is shown, but for dates.
#[track_caller]
fn check(name: &str) {
    // Another test is writing the page.
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        return;
    }
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap();
    assert_eq!(without_dates(&replayed(name, &page, EARLY)), without_dates(&page), "{name} early in the day");
    for command in ["init", "new", "update", "resolve", "postmortem", "build"] {
        assert!(page.contains(&format!("\n$ allclear {command}")), "{command} is not shown");
    }
}

#[test]
fn the_first_five_minutes_are_the_same_early_in_the_day() {
    check("docs/first-five-minutes.md");
}

#[test]
fn the_readme_is_the_same_early_in_the_day() {
    check("README.md");
}

#[test]
fn the_mistake_in_the_readme_is_shown_as_check_prints_it() {
    let site = "title = \"Lumen\"\nbase_url = \"https://status.lumen.example/\"\n\n\
                [[components]]\nid = \"giving\"\nname = \"Donations\"\nsince = 2024-01-01\n";
    let report = "+++\ntitle = \"Donations fail for some users\"\ncomponents = { givng = \"partial_outage\" }\n+++\n\n\
                  ## Resolved, 2024-04-16 10:33\n\nDonations work again.\n";
    let desk = Desk::with(&[("site.toml", site), ("content/incidents/2024/2024-04-16-donations.md", report)]);
    let said = desk.run(&["check"]).stdout;
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let shown: String = said.trim_end().lines().map(|line| format!("  {line}\n")).collect();
    assert!(readme.contains(&format!("```text\n{shown}  ```\n")), "{said}");
}

#[test]
fn only_dates_and_times_of_day_may_differ() {
    let text = "open for 40 min, 2026-11-20 09:45:31Z to 2026-11-21, content/2026/2026-11-20-x.md, 99.99 %";
    assert_eq!(without_dates(text), "open for 40 min, TIMEZ to DATE, content/2026/DATE-x.md, 99.99 %");
    assert_eq!(without_dates("from 2026-11-20 23:55:31 to 00:05:31"), "from TIME to TIME");
}
