//! Sources of other systems never become anything but what they say, whatever they hold, and always a site that passes the
//! check.

use std::collections::BTreeMap;

use proptest::prelude::{ProptestConfig, proptest};

use crate::import::cstate;
use crate::import::existing::ExistingSite;
use crate::import::fate::{Destination, Mode};
use crate::import::guard;
use crate::import::history::History;
use crate::import::postmortems;
use crate::import::record::Record;
use crate::import::statuspage_text;
use crate::import::upptime;
use crate::import::write;
use crate::parse::draft::Drafts;
use crate::parse::testing::joined;
use crate::source::Snapshot;
use crate::time::{Instant, Zone};

/// What has a meaning in the sources of other kinds.
const HABITS: &str = "word ·\n·\n\n·---\n·title: x\n·date: 2024-05-01 10:00\n·resolved: ·true\n·affected: [a\u{301}, b]\n·severity: down\n·*Resolved* - ·\
    [Update 2]\n·**Update at ·10:33·9 a\u{e9}·11:20 UTC**·{{< track \"·\" >}}·{{%·# ·===\n·Incident Report for X\n·Postmortem\n·Resolved\n·\
    Posted Apr 16, 2024 - 10:33 UTC\n·This incident affected: A, B (C, D) and E.\n·  \u{2022} one\n·  1. ·  2. ·\ta\tb\n·May 5th, 2024·from ·\
    ![a](b.png)·[x]: /y\n·[x]·<b>·</b>·<x>·<!--·-->·| Date | 2024-05-05 |\n·```\n·> ·- ·\u{e010}·\u{1f6d1}·:·(·)·*·_·`·\\·+++\n";

/// The files read back as they are meant, and the check finds no error in them.
#[track_caller]
fn holds(history: &History) {
    let existing = ExistingSite::default();
    let record = Record::default();
    let (kind, mode, zone) = ("x", Mode::Add, Zone::UTC);
    let destination = Destination { existing: &existing, record: &record, kind, mode, zone };
    let files = write::files(history, &destination);
    let wrong = files.log.entries.iter().find(|entry| entry.text.contains("does not read back"));
    assert!(wrong.is_none(), "{wrong:?}\n{:?}", files.files);
    let empty = (Snapshot::default(), Drafts::default());
    let site = "title = \"x\"\nbase_url = \"https://a.test\"\n";
    let site_toml = write::site_toml(site, history, &files.tables);
    let now = Instant::parse_rfc3339("2026-06-01T00:00:00Z").unwrap();
    let refused = guard::check((&empty.0, &empty.1), &files, &site_toml, now);
    assert_eq!(refused.log.entries, [], "{:?}\n{site_toml}", files.files);
}

/// The text as a source of every kind.
fn holds_everywhere(text: &str) {
    let file =
        |name: &str| -> BTreeMap<String, Vec<u8>> { [(name.to_owned(), text.as_bytes().to_vec())].into() };
    let existing = ExistingSite::default();
    holds(&statuspage_text::history(&file("x.txt"), Zone::UTC, &existing));
    holds(&cstate::history(&file("content/issues/2024-05-01-x.md"), None, &existing));
    holds(&postmortems::history(&file("2024-05-01-x.md"), Zone::UTC, &existing));
    let issue = serde_json::json!([{ "number": 1, "title": &text, "body": &text, "labels": ["status"], "state": "closed",
        "created_at": "2024-05-01T10:00:00Z", "comments": [{ "created_at": "2024-05-01T11:00:00Z", "body": &text }] }]);
    let issues = [("i.json".to_owned(), issue.to_string().into_bytes())].into();
    holds(&upptime::history(&BTreeMap::new(), &issues, Zone::UTC, &existing));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_habit_of_another_system_is_read_as_anything_else(text in joined(HABITS)) {
        holds_everywhere(&text);
    }
}

#[test]
fn a_line_below_a_label_is_no_definition() {
    holds_everywhere("[x]===\n[Update 2]\n[x]: /y\n");
}

#[test]
fn no_update_closes_the_comment_of_another() {
    holds_everywhere("word -->word <!--<!---->");
}
