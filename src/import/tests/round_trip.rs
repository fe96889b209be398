//! An export that is imported into an empty site gives the same content.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, proptest};
use proptest::sample::select;

use crate::check::{Clock, Options, Variant};
use crate::edit::front;
use crate::import::existing::ExistingSite;
use crate::import::fate::{Destination, Mode};
use crate::import::log::Finding;
use crate::import::record::Record;
use crate::import::statuspage::body::SourceBody;
use crate::import::statuspage::{self, SavedFile, convert};
use crate::import::write;
use crate::model::out_path::OutPath;
use crate::model::report::Kind;
use crate::pipeline::{self, Body, Prepared};
use crate::source::{Entry, Snapshot, SourcePath};
use crate::time::{Instant, Zone};

/// The files of a site.
type Texts = BTreeMap<String, String>;

const HEAD: &str =
    "title = \"Lumen\"\nbase_url = \"https://status.lumen.example/\"\ntime_zone = \"America/Edmonton\"\n";

const NAMES: [&str; 4] = ["API", "Web & app", "Mail <beta>", "Störung"];

/// 2025-03-01T00:00:00Z.
const FIRST_SECS: i64 = 1_740_787_200;

const NOW_SECS: i64 = FIRST_SECS + 200 * 86_400;

/// Texts as authors write them.
const WORDS: [&str; 14] = [
    "Some donors see an error.",
    "Two\nlines of one paragraph.",
    "Two lines\\\nwith a break.",
    "One paragraph.\n\nAnother, with **bold**, *slanted* and `code_of(x)` words.",
    "The fix:\n\n- roll back the release\n- drain the *queue*\n  and wait",
    "1. one\n2. two\n\n   and more of it",
    "See [the status of mail](https://mail.example/status?a=1&b=2) or <https://a.example/x_y>.",
    "5 * 3 < 16 & 2 > 1, a_b_c and &amp; as written: \\<b>, \\# no heading",
    "```\n# code\n  indented & <kept>\n```",
    "> quoted\n> on two lines\n\nand then ~~not~~ so",
    "### A heading\n\nBelow it.",
    "| a | b |\n|---|---|\n| 1 | two *words* |",
    "Ünïcödé — “quotes” … ✓",
    "Nested:\n\n- a\n  - b\n    - c\n- d",
];

#[derive(Clone, Debug)]
struct Component {
    name: &'static str,
    group: Option<usize>,
    description: &'static str,
    show_uptime: bool,
    api_id: Option<&'static str>,
}

#[derive(Clone, Debug)]
struct Written {
    kind: Kind,
    title: &'static str,
    /// Minutes after [`FIRST_SECS`].
    began: i64,
    /// Minutes from its beginning to its first update.
    silent: i64,
    /// States from the beginning, by component.
    held: Vec<(usize, &'static str)>,
    is_listed: bool,
    updates: Vec<Said>,
    is_over: bool,
    impact: Option<&'static str>,
    id: Option<u32>,
    postmortem: Option<(i64, &'static str)>,
}

#[derive(Clone, Debug)]
struct Said {
    later: i64,
    status: usize,
    state: Option<(usize, &'static str)>,
    id: bool,
    words: &'static str,
}

fn words() -> impl Strategy<Value = &'static str> {
    select(WORDS.to_vec())
}

fn component(at: usize) -> impl Strategy<Value = Component> {
    let description = select(vec!["", "What apps talk to, & more."]);
    let api_id = option::of(Just(["k1", "k2", "k3", "k4"][at]));
    (option::of(0_usize..2), description, any::<bool>(), api_id).prop_map(
        move |(group, description, show_uptime, api_id)| Component {
            name: NAMES[at],
            group,
            description,
            show_uptime,
            api_id,
        },
    )
}

fn written() -> impl Strategy<Value = Written> {
    let states = || select(vec!["degraded_performance", "partial_outage", "major_outage", "operational"]);
    let bad = select(vec!["degraded_performance", "partial_outage", "major_outage"]);
    let state = option::of((0_usize..4, states()));
    let said = (1_i64..500, 0_usize..4, state, any::<bool>(), words());
    let said = said.prop_map(|(later, status, state, id, words)| Said { later, status, state, id, words });
    let title = select(vec!["Logins fail", "A & B <c> \"d\"", "Störung: Zahlungen", "Logins fail", "1. API"]);
    let kind = select(vec![Kind::Incident, Kind::Incident, Kind::Maintenance]);
    let when = (0_i64..200_000, select(vec![0_i64, 0, 17, 120]));
    let held = (vec((0_usize..4, bad), 0..3), any::<bool>());
    let rest = (
        option::of(select(vec!["none", "minor", "major", "critical"])),
        option::of(0_u32..99),
        option::of((1_i64..999, words())),
    );
    (kind, title, when, held, vec(said, 1..6), any::<bool>(), rest).prop_map(
        |(kind, title, (began, silent), (held, is_listed), updates, is_over, (impact, id, postmortem))| {
            Written { kind, title, began, silent, held, is_listed, updates, is_over, impact, id, postmortem }
        },
    )
}

fn at(minutes: i64) -> Instant {
    Instant::from_epoch_secs(FIRST_SECS + minutes * 60)
}

fn ids() -> Vec<String> {
    crate::edit::site::component_ids(&NAMES.map(str::to_owned))
}

fn site_toml(components: &[Component]) -> String {
    let mut text = HEAD.to_owned();
    for group in (0..2).filter(|group| components.iter().any(|it| it.group == Some(*group))) {
        write!(text, "[[groups]]\nid = \"group-{group}\"\nname = \"Group {group}\"\napi_id = \"g{group}\"\n")
            .unwrap();
    }
    let mut ordered: Vec<_> = components.iter().zip(ids()).collect();
    ordered.sort_by_key(|(component, _)| component.group.map_or(0, |group| group + 1));
    for (component, id) in ordered {
        let Component { name, group, description, show_uptime, api_id } = component;
        let (name, description) = (front::text(name), front::text(description));
        write!(text, "[[components]]\nid = \"{id}\"\nname = {name}\nsince = 2025-01-01\n").unwrap();
        write!(text, "description = {description}\nshow_uptime = {show_uptime}\n").unwrap();
        group.iter().for_each(|group| writeln!(text, "group = \"group-{group}\"").unwrap());
        api_id.iter().for_each(|api_id| writeln!(text, "api_id = \"{api_id}\"").unwrap());
    }
    text
}

impl Written {
    fn statuses(&self) -> [&'static str; 4] {
        match self.kind {
            Kind::Incident => ["Investigating", "Identified", "Monitoring", "Update"],
            Kind::Maintenance => ["In progress", "Verifying", "Update", "In progress"],
        }
    }

    fn text(&self, number: usize, is_linked: bool) -> String {
        let ids = ids();
        let mut held = self.held.clone();
        held.sort();
        held.dedup_by_key(|(ix, _)| *ix);
        let mut text = format!("+++\ntitle = {}\n", front::text(self.title));
        let names: Vec<String> = held.iter().map(|(ix, _)| format!("\"{}\"", ids[*ix])).collect();
        let table = held.iter().map(|(ix, state)| format!("{} = \"{state}\"", ids[*ix]));
        match self.is_listed || self.kind == Kind::Maintenance {
            true => writeln!(text, "components = [{}]", names.join(", ")).unwrap(),
            false => writeln!(text, "components = {{ {} }}", table.collect::<Vec<_>>().join(", ")).unwrap(),
        }
        self.id.iter().for_each(|id| writeln!(text, "id = \"Inc-{number}-{id}\"").unwrap());
        let link = self.id.filter(|_| is_linked);
        link.iter().for_each(|id| writeln!(text, "shortlink = \"https://stspg.io/{id}\"").unwrap());
        let impact = self.impact.filter(|_| self.kind == Kind::Incident);
        impact.iter().for_each(|impact| writeln!(text, "impact = \"{impact}\"").unwrap());
        let length: i64 = self.updates.iter().map(|said| said.later).sum::<i64>() + 10;
        let first = self.began + self.silent;
        match self.kind {
            Kind::Incident if self.silent > 0 => writeln!(text, "started = {}", at(self.began)).unwrap(),
            Kind::Incident => {}
            Kind::Maintenance => writeln!(text, "from = {}\nto = {}", at(first), at(first + length)).unwrap(),
        }
        text.push_str("+++\n");
        if self.kind == Kind::Maintenance {
            write!(text, "\n## Scheduled, {}\n\nPlanned.\n", at(self.began - 60)).unwrap();
        }
        let mut down: BTreeSet<usize> = held.iter().map(|(ix, _)| *ix).filter(|_| !self.is_listed).collect();
        let mut minutes = first;
        for (place, said) in self.updates.iter().enumerate() {
            write!(text, "\n## {}, {}\n", self.statuses()[said.status], at(minutes)).unwrap();
            if let Some((ix, state)) = said.state.filter(|_| self.kind == Kind::Incident) {
                // Statuspage lists a component whose state nobody knows as operational, and no state that held for no time.
                let is_better = state == "operational";
                let is_told = down.contains(&ix) && minutes > self.began;
                if !is_better || is_told {
                    writeln!(text, "{}: {state}", ids[ix]).unwrap();
                    down.insert(ix);
                }
            }
            if said.id {
                writeln!(text, "id: u{number}-{place}").unwrap();
            }
            write!(text, "\n{}\n", said.words).unwrap();
            minutes += said.later;
        }
        if self.is_over {
            let word = if self.kind == Kind::Incident { "Resolved" } else { "Completed" };
            write!(text, "\n## {word}, {}\n\nOver.\n", at(minutes)).unwrap();
            if let Some((later, words)) = self.postmortem.filter(|_| self.kind == Kind::Incident) {
                write!(text, "\n# Postmortem, {}\n\n{words}\n", at(minutes + later)).unwrap();
            }
        }
        text
    }
}

/// The files, each report under the name that tools give it.
fn site(components: &[Component], reports: &[Written]) -> Texts {
    let zone = Zone::parse("America/Edmonton").unwrap();
    let mut files = Texts::from([("site.toml".to_owned(), site_toml(components))]);
    let mut slugs = BTreeSet::new();
    let mut ordered: Vec<&Written> = reports.iter().collect();
    ordered.sort_by_key(|report| report.began);
    for (number, report) in ordered.into_iter().enumerate() {
        let began =
            if report.kind == Kind::Maintenance { report.began + report.silent } else { report.began };
        let day = zone.day_of(at(began));
        let slug = crate::edit::slug::slug(day, report.title, report.kind, |slug| slugs.contains(slug));
        // A short link from elsewhere stands in place of the page's address, by which an import tells two of one day and title.
        let is_linked = number % 2 == 0 && reports.iter().filter(|it| it.title == report.title).count() == 1;
        files.insert(crate::edit::slug::path(report.kind, day, &slug), report.text(number, is_linked));
        slugs.insert(slug);
    }
    files
}

fn prepared(files: &Texts) -> Prepared {
    let entry =
        |(path, text): (&String, &String)| (SourcePath::new(path), Entry::Bytes(Arc::from(text.as_bytes())));
    let snapshot = Snapshot { files: files.iter().map(entry).collect() };
    let now = Instant::from_epoch_secs(NOW_SECS);
    let outcome =
        pipeline::run(&snapshot, &Options { now, clock: Clock::Fixed, variant: Variant::default() });
    outcome.prepared.unwrap_or_else(|| panic!("{:#?}\n{files:#?}", outcome.problems))
}

fn output(prepared: &Prepared, path: &OutPath) -> String {
    match prepared.render(path).unwrap() {
        Body::Bytes(bytes) => String::from_utf8(bytes).unwrap(),
        Body::File(handle) => panic!("{handle:?}"),
    }
}

fn export(prepared: &Prepared) -> Texts {
    let exported = prepared.plan.exported();
    exported.iter().map(|(inside, path)| (inside.to_string(), output(prepared, path))).collect()
}

fn import(exported: &Texts) -> Texts {
    let source = |(name, text): (&String, &String)| match statuspage::read(text.as_bytes()) {
        Ok(SavedFile::Body(body)) => Some(SourceBody { name: name.clone(), body: *body }),
        _ => None,
    };
    let zone = Zone::parse("America/Edmonton").unwrap();
    let history = convert::history(exported.iter().filter_map(source).collect(), &[], zone);
    let (existing, record) = (ExistingSite::default(), Record::default());
    let destination =
        Destination { existing: &existing, record: &record, kind: "statuspage", mode: Mode::Add, zone };
    let written = write::files(&history, &destination);
    let wrong: Vec<_> = written.log.entries.iter().filter(|entry| entry.finding != Finding::Made).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let mut files: Texts =
        written.files.iter().map(|(path, text)| (path.to_string(), text.clone())).collect();
    files.insert("site.toml".to_owned(), write::site_toml(HEAD, &history, &written.tables));
    files
}

/// What a site knows: its API, its figures and the windows that made them.
fn known(prepared: &Prepared) -> Texts {
    let is_known = |path: &str| {
        path.starts_with("api/")
            || path.ends_with("/days.json")
            || path.starts_with("uptime/") && path.ends_with(".csv")
    };
    let paths = prepared.plan.outputs.keys().filter(|path| is_known(path.as_str()));
    paths.map(|path| (path.to_string(), output(prepared, path))).collect()
}

/// Where two texts differ first.
fn difference(first: &str, second: &str) -> String {
    let same = first.chars().zip(second.chars()).take_while(|(first, second)| first == second).count();
    let part = |text: &str| text.chars().skip(same.saturating_sub(150)).take(400).collect::<String>();
    format!("{}\n---\n{}", part(first), part(second))
}

fn shown(files: &Texts) -> String {
    files.iter().map(|(path, text)| format!("=== {path}\n{text}\n")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 30, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_export_that_is_imported_gives_the_same_content(
        components in [component(0), component(1), component(2), component(3)],
        reports in vec(written(), 0..5),
    ) {
        let files = site(&components, &reports);
        let prepared_first = prepared(&files);
        let exported = export(&prepared_first);
        let imported = import(&exported);
        let prepared_second = prepared(&imported);
        let (first, second) = (known(&prepared_first), known(&prepared_second));
        let other = |path: &String| second.get(path).map_or("", |text| text);
        let differs = first.iter().filter(|(path, text)| *text != other(path));
        let differs: Vec<String> =
            differs.map(|(path, text)| format!("{path}: {}", difference(text, other(path)))).collect();
        assert!(differs.is_empty(), "{}\n{}\n{}", differs.join("\n"), shown(&files), shown(&imported));
        assert_eq!(first.len(), second.len());
    }
}
