//! Checks and pages agree on a report's beginning, end, status, impact and visibility, whenever they are asked.

use std::sync::Arc;

use allclear::check::{Clock, Options, Variant};
use allclear::model::out_path::OutPath;
use allclear::pipeline::{self, Body, Prepared};
use allclear::source::{Entry, Snapshot, SourcePath};
use allclear::time::Instant;
use proptest::prelude::{ProptestConfig, Strategy, prop, prop_assert, prop_assert_eq, proptest};
use proptest::test_runner::TestCaseResult;
use serde_json::Value;

const SITE: &str = "title = \"Test\"\nbase_url = \"https://status.example.org/\"\n\n\
                    [[components]]\nid = \"api\"\nname = \"API\"\nsince = 2024-01-01\n\n\
                    [[components]]\nid = \"web\"\nname = \"Web\"\nsince = 2024-01-01\n";

const DAY_SECS: i64 = 86_400;

/// Minutes after the test's beginning.
type Minutes = i64;

/// A report's times as its author may write them.
#[derive(Clone, Debug)]
struct Written {
    /// The plan of a maintenance, and whether it moves by itself.
    plan: Option<(Minutes, Minutes, bool)>,
    announced: Option<Minutes>,
    started: Option<Minutes>,
    ended: Option<Minutes>,
    state: &'static str,
    /// Statuses and the minutes since the update before.
    updates: Vec<(usize, Minutes)>,
    outage: Option<(Minutes, Option<Minutes>)>,
    now: Minutes,
}

const OF_INCIDENTS: [&str; 5] = ["Investigating", "Identified", "Monitoring", "Resolved", "Update"];
const OF_MAINTENANCE: [&str; 5] = ["Scheduled", "In progress", "Completed", "Cancelled", "Update"];

fn at(minutes: Minutes) -> Instant {
    Instant::parse_rfc3339("2024-03-01T00:00:00Z").unwrap().plus_secs(minutes * 60)
}

fn line(key: &str, minutes: Option<Minutes>) -> String {
    minutes.map_or_else(String::new, |minutes| format!("{key} = {}\n", at(minutes)))
}

impl Written {
    fn path(&self) -> &'static str {
        if self.plan.is_some() { "content/maintenance/x.md" } else { "content/incidents/x.md" }
    }

    fn text(&self) -> String {
        let mut text = "+++\ntitle = \"Slow\"\n".to_owned();
        match (self.plan, self.outage) {
            (Some((from, to, automatic)), _) => {
                text += &format!("components = [\"api\"]\nautomatic = {automatic}\n");
                text += &(line("from", Some(from)) + &line("to", Some(to)));
                text += &line("announced", self.announced);
            }
            (None, outage) => {
                text += &(line("started", self.started) + &line("ended", self.ended));
                match outage {
                    None => text += &format!("components = {{ api = \"{}\" }}\n", self.state),
                    Some((from, to)) => {
                        text += &format!("[[outages]]\ncomponent = \"api\"\nstate = \"{}\"\n", self.state);
                        text += &(line("from", Some(from)) + &line("to", to));
                    }
                }
            }
        }
        text += "+++\n";
        let statuses = if self.plan.is_some() { OF_MAINTENANCE } else { OF_INCIDENTS };
        let mut minutes = 0;
        for (status, later) in &self.updates {
            minutes += later;
            text += &format!("\n## {}, {}\n\nWords.\n", statuses[*status], at(minutes));
        }
        text
    }
}

fn written() -> impl Strategy<Value = Written> {
    let time = || prop::option::of(0..4000i64);
    let plan = prop::option::of((0..3000i64, 1..3000i64, prop::bool::ANY));
    let state = prop::sample::select(vec!["major_outage", "degraded_performance"]);
    let updates = prop::collection::vec((0..OF_INCIDENTS.len(), 0..2000i64), 0..5);
    let outage = prop::option::of((0..4000i64, time()));
    let now = prop::strategy::Union::new([(0..8000i64).boxed(), (8000..200_000i64).boxed()]);
    (plan, time(), time(), time(), state, updates, outage, now).prop_map(
        |(plan, announced, started, ended, state, updates, outage, now)| Written {
            plan: plan.map(|(from, length, automatic)| (from, from + length, automatic)),
            announced,
            started,
            ended,
            state,
            updates,
            outage,
            now,
        },
    )
}

/// What readers get of a report.
struct Shown {
    is_open: bool,
    is_major: bool,
    has_begun: bool,
    ended: Option<Instant>,
    says_its_end: bool,
    last_update: Option<Instant>,
}

impl Shown {
    /// From the report's page and its API body; `None` where there are none.
    fn of(prepared: &Prepared, written: &Written) -> Option<Self> {
        let kind = if written.plan.is_some() { "maintenance" } else { "incidents" };
        let page = rendered(prepared, &format!("{kind}/x/index.html"))?;
        let body: Value = serde_json::from_str(&rendered(prepared, "api/v2/incidents/x.json")?).unwrap();
        let incident = &body["incident"];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let status = text(&incident["status"]);
        let is_final = |status: &str| matches!(status, "resolved" | "completed" | "cancelled" | "postmortem");
        // The API makes an update for a report that has none.
        let updates = incident["incident_updates"].as_array().unwrap().iter();
        let updates: Vec<&Value> = updates.filter(|_| !written.updates.is_empty()).collect();
        let time = |update: &&Value| Instant::parse_rfc3339(update["display_at"].as_str()?);
        Some(Self {
            is_open: !is_final(&status),
            is_major: matches!(&*text(&incident["impact"]), "major" | "critical"),
            has_begun: status != "scheduled",
            ended: fact(&page, "Ended"),
            says_its_end: updates.iter().any(|update| is_final(&text(&update["status"]))),
            last_update: updates.iter().filter_map(time).max(),
        })
    }
}

fn rendered(prepared: &Prepared, path: &str) -> Option<String> {
    let path = OutPath::new(path).unwrap();
    let body = prepared.plan.outputs.contains_key(&path).then(|| prepared.render(&path).unwrap())?;
    let Body::Bytes(bytes) = body else { panic!("`{path}` is copied") };
    Some(String::from_utf8(bytes).unwrap())
}

/// The instant that a page states as a fact.
fn fact(page: &str, name: &str) -> Option<Instant> {
    let (_, rest) = page.split_once(&format!("<dt>{name}</dt><dd><time datetime=\""))?;
    Instant::parse_rfc3339(&rest[..rest.find('"')?])
}

fn agree(written: &Written) -> TestCaseResult {
    let entry = |text: &str| Entry::Bytes(Arc::from(text.as_bytes()));
    let files = [("site.toml", SITE.to_owned()), (written.path(), written.text())];
    let files = files.map(|(path, text)| (SourcePath::new(path), entry(&text)));
    let now = at(written.now);
    let options = Options { now, clock: Clock::Fixed, variant: Variant::default() };
    let outcome = pipeline::run(&Snapshot { files: files.into() }, &options);
    let has = |rule: &str| outcome.problems.iter().any(|problem| problem.rule == rule);
    let Some(prepared) = outcome.prepared else {
        // An unannounced maintenance is the only report whose errors come with time.
        prop_assert!(!has("unannounced") || written.plan.is_some_and(|(from, ..)| at(from) > now));
        return Ok(());
    };
    let text = written.text();
    let shown = Shown::of(&prepared, written);
    let is_maintenance = written.plan.is_some();
    let is_incident = |test: &dyn Fn(&Shown) -> bool| !is_maintenance && shown.as_ref().is_some_and(test);

    let since = |at: Instant| now.secs_since(at);
    let is_silent = is_incident(&|it| it.is_open && it.last_update.is_some_and(|at| since(at) >= DAY_SECS));
    prop_assert_eq!(has("silent-incident"), is_silent, "{}", text);
    let is_due = |it: &Shown| {
        let days = it.ended.map(since);
        it.is_major && !it.is_open && days.is_some_and(|secs| (14 * DAY_SECS..=90 * DAY_SECS).contains(&secs))
    };
    prop_assert_eq!(has("missing-postmortem"), is_incident(&is_due), "{}", text);
    let is_unsaid = |it: &Shown| !it.is_open && it.last_update.is_some() && !it.says_its_end;
    if has("ended-unresolved") {
        prop_assert!(is_incident(&is_unsaid), "{}", text);
    }
    if let Some((from, to, automatic)) = written.plan {
        let waits = |it: &Shown| it.is_open && since(at(if it.has_begun { to } else { from })) > 0;
        if has("maintenance-overdue") {
            prop_assert!(shown.as_ref().is_some_and(waits), "{}", text);
        } else if !automatic {
            let is_quiet = |it: &Shown| it.last_update.is_none_or(|at| since(at) > DAY_SECS);
            prop_assert!(!shown.as_ref().is_some_and(|it| waits(it) && is_quiet(it)), "{}", text);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn checks_and_pages_agree(written in written()) {
        agree(&written)?;
    }
}

/// An end that was posted long after it happened, and an outage that outlives `Resolved`.
#[test]
fn a_late_resolved_and_a_late_outage_agree() {
    let day = |days: i64| days * 24 * 60;
    let late_word = Written {
        plan: None,
        announced: None,
        started: None,
        ended: Some(day(1)),
        state: "major_outage",
        updates: vec![(0, 0), (3, day(20))],
        outage: None,
        now: day(32),
    };
    let outage = Some((0, Some(day(25))));
    let late_outage =
        Written { ended: None, updates: vec![(0, 0), (3, day(1))], outage, ..late_word.clone() };
    for now in [2, 10, 16, 20, 24, 25, 26, 32, 39, 61, 91, 92, 120] {
        agree(&Written { now: day(now), ..late_word.clone() }).unwrap();
        agree(&Written { now: day(now), ..late_outage.clone() }).unwrap();
    }
}
