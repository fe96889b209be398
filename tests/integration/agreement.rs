//! What `check` says of an incident and what its page says are one: open or over, and since when.

use std::sync::Arc;

use allclear::check::{Clock, Drafts, Options};
use allclear::pipeline;
use allclear::source::{Entry, Snapshot, SourcePath};
use allclear::time::Instant;
use proptest::prelude::{ProptestConfig, Strategy, prop, prop_assert, prop_assert_eq, proptest};

const SITE: &str = "title = \"Test\"\nbase_url = \"https://status.example.org/\"\n\n\
                    [[components]]\nid = \"api\"\nname = \"API\"\nsince = 2024-01-01\n";

/// Minutes after the test's beginning.
type Minutes = i64;

/// An incident's times as its author may write them.
#[derive(Clone, Debug)]
struct Written {
    started: Option<Minutes>,
    ended: Option<Minutes>,
    /// Statuses and the minutes since the update before.
    updates: Vec<(&'static str, Minutes)>,
    outage: Option<(Minutes, Option<Minutes>)>,
    now: Minutes,
}

fn at(minutes: Minutes) -> Instant {
    Instant::parse_rfc3339("2024-03-01T00:00:00Z").unwrap().plus_secs(minutes * 60)
}

fn line(key: &str, minutes: Option<Minutes>) -> String {
    minutes.map_or_else(String::new, |minutes| format!("{key} = {}\n", at(minutes)))
}

impl Written {
    fn text(&self) -> String {
        let mut text =
            format!("+++\ntitle = \"Slow\"\n{}{}", line("started", self.started), line("ended", self.ended));
        match self.outage {
            Some((from, to)) => {
                text += "[[outages]]\ncomponent = \"api\"\nstate = \"major_outage\"\n";
                text += &(line("from", Some(from)) + &line("to", to));
            }
            None => text += "components = { api = \"major_outage\" }\n",
        }
        text += "+++\n";
        let mut minutes = 0;
        for (status, later) in &self.updates {
            minutes += later;
            text += &format!("\n## {status}, {}\n\nWords.\n", at(minutes));
        }
        text
    }
}

fn written() -> impl Strategy<Value = Written> {
    let time = || prop::option::of(0..4000i64);
    let status =
        prop::sample::select(vec!["Investigating", "Identified", "Monitoring", "Resolved", "Update"]);
    let updates = prop::collection::vec((status, 0..2000i64), 0..5);
    let outage = prop::option::of((0..4000i64, time()));
    let now = prop::strategy::Union::new([(0..8000i64).boxed(), (8000..200_000i64).boxed()]);
    (time(), time(), updates, outage, now).prop_map(|(started, ended, updates, outage, now)| Written {
        started,
        ended,
        updates,
        outage,
        now,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn check_and_page_agree_on_what_is_over(written in written()) {
        let entry = |text: &str| Entry::Bytes(Arc::from(text.as_bytes()));
        let files = [("site.toml", SITE.to_owned()), ("content/incidents/x.md", written.text())];
        let files = files.map(|(path, text)| (SourcePath::new(path), entry(&text)));
        let options =
            Options { now: at(written.now), clock: Clock::Fixed, drafts: Drafts::Hide, base_url: None };
        let outcome = pipeline::run(&Snapshot { files: files.into() }, &options);
        let Some(prepared) = outcome.prepared else { return Ok(()) };
        let incident = prepared.edition.incidents.first();
        let has = |rule: &str| outcome.problems.iter().any(|problem| problem.rule == rule);
        let is_open = incident.is_some_and(|incident| incident.is_open());

        if has("silent-incident") || has("next-update-overdue") {
            prop_assert!(is_open, "{}", written.text());
        }
        if has("missing-postmortem") || has("ended-unresolved") {
            prop_assert!(incident.is_some() && !is_open, "{}", written.text());
        }
        let Some(incident) = incident else { return Ok(()) };
        let last = incident.updates().last().map(|update| update.at);
        let is_silent = is_open && last.is_some_and(|last| at(written.now).secs_since(last) >= 86_400);
        prop_assert_eq!(has("silent-incident"), is_silent, "{}", written.text());
        if let Some(ended) = incident.ended.filter(|_| !is_open) {
            let days = at(written.now).secs_since(ended) / 86_400;
            if !(14..=90).contains(&days) {
                prop_assert!(!has("missing-postmortem"), "{days} {}", written.text());
            }
        }
    }
}
