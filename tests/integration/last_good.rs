//! Builds that go on without files that have errors: what stands for each, what stops them, and the commands.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;

use allclear::last_good::{Settled, Version, settle};
use allclear::pipeline;
use allclear::source::{Entry, Handle, Snapshot, SourcePath};
use proptest::prelude::{
    Just, ProptestConfig, Strategy, prop, prop_assert, prop_assert_eq, prop_oneof, proptest,
};

use crate::support::{options, outputs, snapshot};

mod commands;

const NOW: &str = "2026-11-20T12:00:00Z";

const SITE: &str = "title = \"Acme\"\nbase_url = \"https://status.acme.example/\"\n\n[[components]]\nid = \"api\"\nname = \"API\"\n\
                    since = 2026-01-01\n\n[[components]]\nid = \"web\"\nname = \"Web\"\nsince = 2026-01-01\n";

/// A report about a component on a day of November, with an hour of outage.
fn report(component: &str, day: u32) -> String {
    format!(
        "+++\ntitle = \"Trouble on day {day}\"\ncomponents = {{ {component} = \"major\" }}\n+++\n\n\
         ## Investigating, 2026-11-{day:02} 10:00\n\nWe look into what happens on day {day}.\n\n\
         ## Resolved, 11:00\n\nAll is well after day {day}.\n"
    )
}

fn path(day: u32) -> String {
    format!("content/incidents/2026/2026-11-{day:02}-trouble.md")
}

/// The site of these files.
fn site(files: &[(&str, &str)]) -> Snapshot {
    let mut all = vec![("site.toml", SITE)];
    all.extend(files);
    snapshot(&all)
}

/// What comes of a site whose versions were these, newest first.
fn settled(now: &Snapshot, required: &[&str], versions: &[&Snapshot]) -> Settled {
    let required: BTreeSet<SourcePath> = required.iter().map(SourcePath::new).collect();
    let named = |(at, snapshot): (usize, &&Snapshot)| Version {
        name: format!("v{at}"),
        snapshot: (*snapshot).clone(),
    };
    let mut versions = versions.iter().enumerate().map(named);
    settle(now, &required, &options(NOW), |_| Ok::<_, Infallible>(versions.next())).unwrap()
}

/// The rules of all problems, with the files they are about.
fn said(settled: &Settled) -> Vec<String> {
    let line = |it: &allclear::diagnostic::Diagnostic| {
        format!("{}[{}] {}", it.severity.as_str(), it.rule, it.labels[0].file.file_name())
    };
    settled.problems.iter().map(line).collect()
}

const UNTERMINATED: &str = "+++\ntitle = \"x\"\n";

#[test]
fn a_site_without_errors_stays_as_it_is() {
    let text = report("api", 3);
    let now = site(&[("content/incidents/a.md", &text)]);
    let settled = settle(&now, &BTreeSet::new(), &options(NOW), |_| -> Result<_, Infallible> {
        panic!("no earlier version is needed")
    });
    let settled = settled.unwrap();
    assert_eq!((settled.snapshot, settled.problems.len(), settled.broken.len()), (now, 0, 0));
}

#[test]
fn a_published_report_stays_and_a_new_one_is_left_out() {
    let (good, edited) = (report("api", 3), report("web", 4));
    let rev =
        site(&[("content/incidents/a.md", &good), ("content/incidents/b.md", &good.replace("03", "05"))]);
    let now = site(&[
        ("content/incidents/a.md", &good.replace("major", "mayor")),
        ("content/incidents/b.md", &edited),
        ("content/incidents/new.md", UNTERMINATED),
    ]);
    let settled = settled(&now, &[], &[&rev]);
    let expected = site(&[("content/incidents/a.md", &good), ("content/incidents/b.md", &edited)]);
    assert_eq!(settled.snapshot, expected);
    let expected = [
        "warning[last-good] a.md",
        "warning[unknown-state] a.md",
        "warning[left-out] new.md",
        "warning[unterminated-front-matter] new.md",
    ];
    assert_eq!(said(&settled), expected);
    assert!(!settled.stops() && settled.broken.len() == 2);
}

#[test]
fn pages_and_recorded_downtime_are_replaced_as_well() {
    let files = |page: &str, csv: &str| {
        let text = report("api", 3);
        site(&[
            ("content/incidents/a.md", &text),
            ("content/pages/about.md", page),
            ("content/downtime/api.csv", csv),
        ])
    };
    let head = "date,degraded_performance,partial_outage,major_outage,under_maintenance\n";
    let rev = files("+++\ntitle = 'About'\n+++\nHi\n", &format!("{head}2026-02-01,0,0,60,0\n"));
    let now = files("+++\ntitel = 'About'\n+++\nHi\n", &format!("{head}2026-02-01,0,0,x,0\n"));
    let settled = settled(&now, &[], &[&rev]);
    assert_eq!(settled.snapshot, rev, "{:?}", said(&settled));
}

/// A site with files that are only copied, in whose text private content is looked for.
fn with_copies(files: &[(&str, &str)], copies: &[(&str, &str)]) -> Snapshot {
    let mut all = snapshot(files);
    for (path, text) in copies {
        let path = SourcePath::new(*path);
        let handle = Handle::new(path.clone(), text.len() as u64, 0);
        all.files.insert(path, Entry::Text(handle, Arc::from(text.as_bytes())));
    }
    all
}

#[test]
fn copied_files_are_replaced_as_well() {
    let toml = format!("{SITE}\n[checks.redact]\nhost = 'host-\\d'\n");
    let text = format!("{}\n![Graph](graph.svg), [figures](/a/figures.csv)\n", report("api", 3));
    let documents = [("site.toml", toml.as_str()), ("content/incidents/a.md", &text)];
    let (graph, figures) = ("content/incidents/graph.svg", "static/a/figures.csv");
    let rev = with_copies(&documents, &[(graph, "<svg/>"), (figures, "1,2")]);
    for (one, other) in [("<svg>host-7</svg>", "1,2"), ("<svg/>", "host-7"), ("host-7", "host-8")] {
        let settled = settled(&with_copies(&documents, &[(graph, one), (figures, other)]), &[], &[&rev]);
        assert_eq!(settled.snapshot, rev, "{:?}", said(&settled));
        assert!(!settled.stops());
    }
    // What was never published is left out, and with it the report that shows it.
    let new = text.replace("day 3", "day 5").replace("11-03", "11-05").replace("graph.svg", "new.svg");
    let mut now =
        with_copies(&[("content/incidents/b.md", &*new)], &[("content/incidents/new.svg", "host-7")]);
    now.files.extend(rev.files.clone());
    let left_out = settled(&now, &[], &[&rev]);
    assert_eq!(left_out.snapshot, rev, "{:?}", said(&left_out));
    assert!(settled(&now, &["content/incidents/new.svg"], &[&rev]).stops());
    // It was published, and must not be published any more.
    let strict = toml.replace("host-\\d", "1,2");
    let documents = [("site.toml", strict.as_str()), documents[1]];
    let now = with_copies(&documents, &[(graph, "<svg/>"), (figures, "1,2")]);
    assert_eq!(said(&settled(&now, &[], &[&rev])).first().unwrap(), "error[lost-report] figures.csv");
}

#[test]
fn errors_of_other_files_and_of_this_run_s_report_stop_it() {
    let good = report("api", 3);
    let rev = site(&[("content/incidents/a.md", &good)]);
    let broken = site(&[("content/incidents/a.md", &good.replace("major", "mayor"))]);
    let mine = settled(&broken, &["content/incidents/a.md"], &[&rev]);
    assert_eq!(said(&mine), ["error[unknown-state] a.md"]);
    let mut now = rev.clone();
    let text = SITE.replace("title", "titel");
    now.files.insert(SourcePath::new("site.toml"), Entry::Bytes(Arc::from(text.as_bytes())));
    assert!(settled(&now, &[], &[&rev]).stops());
    let mut now = rev.clone();
    let template = SourcePath::new("themes/default/templates/index.html");
    now.files.insert(template, Entry::Bytes(Arc::from(&b"{% if"[..])));
    assert_eq!(said(&settled(&now, &[], &[&rev])), ["error[template-error] index.html"]);
}

#[test]
fn a_published_report_that_site_toml_rules_out_stops_it() {
    let (web, api) = (report("web", 3), report("api", 4));
    let files = [("content/incidents/a.md", web.as_str()), ("content/incidents/b.md", &api)];
    let rev = site(&files);
    let text = &SITE[..SITE.find("\n[[components]]\nid = \"web\"").unwrap()];
    for a in [web.clone(), web.replace("title", "titel")] {
        let mut now = site(&[("content/incidents/a.md", &a), files[1]]);
        now.files.insert(SourcePath::new("site.toml"), Entry::Bytes(Arc::from(text.as_bytes())));
        let settled = settled(&now, &[], &[&rev]);
        assert!(settled.stops());
        assert!(said(&settled).contains(&"error[lost-report] a.md".to_owned()), "{:?}", said(&settled));
    }
}

#[test]
fn a_report_that_was_broken_before_is_found_further_back() {
    let good = report("api", 3);
    let with = |text: &str| site(&[("content/incidents/a.md", text)]);
    let (old, broken) = (with(&good), with(UNTERMINATED));
    let other = with(&good.replace("major", "mayor"));
    let settled = settled(&other, &[], &[&broken, &other, &old]);
    assert_eq!(settled.snapshot, old);
    assert!(settled.problems.iter().any(|it| it.message.contains("`v2`")), "{:?}", settled.problems);
    // A file that was not there, or that its author hid, is not brought back from before that.
    let hidden = with(&good.replace("+++\ntitle", "+++\ndraft = true\ntitel = 1\ntitle"));
    for absent in [site(&[]), hidden] {
        let settled = self::settled(&other, &[], &[&broken, &absent, &old]);
        assert_eq!(settled.snapshot, absent, "{:?}", said(&settled));
        assert!(!settled.stops());
    }
}

#[test]
fn of_two_that_clash_the_new_one_goes() {
    let good = report("api", 3);
    let rev = site(&[("content/incidents/b/slow.md", &good)]);
    for new in ["content/incidents/a/slow.md", "content/incidents/c/slow.md"] {
        let now = site(&[("content/incidents/b/slow.md", &good), (new, &report("web", 4))]);
        assert_eq!(settled(&now, &[], &[&rev]).snapshot, rev, "{new}");
    }
}

#[test]
fn what_a_published_report_refers_to_stays_with_it() {
    let (other, good) = (report("api", 3), report("web", 4));
    let links =
        ["[first](other.md)", "[first](/incidents/other/)"].map(|link| good.replace("All is well", link));
    let relapse = good.replace("\n+++\n\n", "\nafter = \"other\"\n+++\n\n");
    for text in links.iter().chain([&relapse]) {
        let rev = site(&[("content/incidents/other.md", &other), ("content/incidents/x.md", text)]);
        let now = site(&[("content/incidents/x.md", text)]);
        let settled = settled(&now, &[], &[&rev]);
        assert_eq!(settled.snapshot, rev, "{:?}", settled.problems);
    }
}

#[test]
fn uptime_is_as_it_was_when_every_report_breaks() {
    let texts: Vec<String> =
        (1..=6).map(|day| report(if day % 2 == 0 { "api" } else { "web" }, day)).collect();
    let paths: Vec<String> = (1..=6).map(path).collect();
    let files = |text: &dyn Fn(&str) -> String| {
        let texts: Vec<String> = texts.iter().map(|it| text(it)).collect();
        site(&paths.iter().map(String::as_str).zip(texts.iter().map(String::as_str)).collect::<Vec<_>>())
    };
    let rev = files(&str::to_owned);
    let uptime = |site: &Snapshot| outputs(&pipeline::run(site, &options(NOW)))["api/uptime.json"].clone();
    for broken in BREAKS {
        let settled = settled(&files(&|text| broken.0(text)), &[], &[&rev]);
        assert_eq!(uptime(&settled.snapshot), uptime(&rev), "{:?}", settled.problems);
    }
    assert_ne!(uptime(&rev), uptime(&site(&[])));
}

/// A way to break a report; all errors are the report's own.
#[derive(Clone, Copy)]
struct Break(fn(&str) -> String);

impl std::fmt::Debug for Break {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0("TEXT"))
    }
}

const BREAKS: [Break; 6] = [
    Break(|text| text.replacen("+++\n", "+++\nunknown = 1\n", 1)),
    Break(|text| text.replacen("\n+++\n", "\n", 1)),
    Break(|text| format!("<<<<<<< ours\n{text}=======\n{text}>>>>>>> theirs\n")),
    Break(|text| text.replace("## Resolved", "## Resloved")),
    Break(|text| text.replace("11:00", "09:00")),
    Break(|text| format!("{text}\n![](missing.png)\n")),
];

/// What happens to one report between two versions.
#[derive(Clone, Debug)]
enum Edit {
    Keep,
    Better,
    Broken(Break),
    Renamed(Break),
    Moved(Break),
    Deleted,
}

fn edit() -> impl Strategy<Value = Edit> {
    let broken = || prop::sample::select(&BREAKS[..]);
    prop_oneof![
        Just(Edit::Keep),
        Just(Edit::Better),
        Just(Edit::Deleted),
        broken().prop_map(Edit::Broken),
        broken().prop_map(Edit::Renamed),
        broken().prop_map(Edit::Moved),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_published_report_stays_unless_its_author_removed_it(
        edits in prop::collection::vec(edit(), 1..5),
        new in prop::option::of(prop::sample::select(&BREAKS[..])),
    ) {
        let (mut rev, mut now, mut expected) = (Vec::new(), Vec::new(), Vec::new());
        for (day, edit) in (1..).zip(&edits) {
            let (path, text) = (path(day), report("api", day));
            rev.push((path.clone(), text.clone()));
            let better = text.replace("We look", "We looked");
            match edit {
                Edit::Keep => now.push((path.clone(), text.clone())),
                Edit::Better => now.push((path.clone(), better.clone())),
                Edit::Broken(broken) => now.push((path.clone(), broken.0(&better))),
                Edit::Renamed(broken) => now.push((path.replace("trouble", "named-otherwise"), broken.0(&better))),
                Edit::Moved(broken) => now.push((path.replace("2026/", "team/"), broken.0(&better))),
                Edit::Deleted => continue,
            }
            expected.push((path, if matches!(edit, Edit::Better) { better } else { text }));
        }
        if let Some(broken) = new {
            now.push(("content/incidents/new.md".to_owned(), broken.0(&report("web", 19).replace("look", "stare"))));
        }
        let site = |files: &[(String, String)]| {
            site(&files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect::<Vec<_>>())
        };
        let settled = settled(&site(&now), &[], &[&site(&rev)]);
        prop_assert!(!settled.stops(), "{:?}", settled.problems);
        prop_assert_eq!(&settled.snapshot, &site(&expected), "{:?}", settled.problems);
        prop_assert!(pipeline::run(&settled.snapshot, &options(NOW)).prepared.is_some());
    }
}
