//! Drafts to a site: what comes out when nothing is wrong, and what is read again.

use std::sync::Arc;

use allclear::check::{self, Cache, Checked, Clock, Drafts, Options, Variant};
use allclear::diagnostic::{Diagnostic, Severity};
use allclear::model::config::{BaseUrl, UrlStyle};
use allclear::model::out_path::OutPath;
use allclear::model::report::{Done, Status};
use allclear::model::state::State;
use allclear::parse;
use allclear::source::Snapshot;

use crate::support::{at, options as fixed, snapshot};

const SITE: &str = r#"title = "Lumen status"
base_url = "https://status.example.org/"
time_zone = "America/Denver"

[[groups]]
id = "core"
name = "Core"

[[components]]
id = "api"
name = "API"
group = "core"
since = 2000-01-01

[[components]]
id = "web"
name = "Web site"
since = 2000-01-01
"#;

/// A site of these files.
fn site(files: &[(&str, &str)]) -> Snapshot {
    snapshot(&[&[("site.toml", SITE)], files].concat())
}

fn options(clock: Clock) -> Options {
    Options { clock, ..fixed("2024-06-01T12:00:00Z") }
}

fn checked(files: &[(&str, &str)], options: &Options) -> Checked {
    let snapshot = site(files);
    check::site(&parse::all(&snapshot), &snapshot, options)
}

/// The rules that a site at that fixed time breaks, in order.
fn rules(files: &[(&str, &str)]) -> Vec<&'static str> {
    checked(files, &options(Clock::Fixed)).problems.iter().map(|problem| problem.rule).collect()
}

/// The rules that a site breaks, in order, with the file's name and the span's text.
#[track_caller]
fn check_rules(files: &[(&str, &str)], options: &Options, expected: &[(&str, &str)]) {
    let (snapshot, checked) = (site(files), checked(files, options));
    let found: Vec<(&str, &str)> = checked
        .problems
        .iter()
        .map(|problem| {
            let label = &problem.labels[0];
            (problem.rule, &snapshot.text(&label.file).unwrap_or_default()[label.span.clone()])
        })
        .collect();
    assert_eq!(found, expected, "{:#?}", checked.problems);
}

/// An incident with this front matter beside its title, and this body.
fn incident(front: &str, body: &str) -> String {
    format!("+++\ntitle = \"Slow\"\n{front}\n+++\n{body}")
}

const BODY: &str = "\n## Investigating, 2024-05-20 10:00\n\nSlow.\n\n## Resolved, 10:30\n\nFast.\n";

#[test]
fn a_report_becomes_its_facts() {
    let text = incident(
        "components = { api = \"partial_outage\" }\nstarted = 2024-05-20 09:50\naliases = [\"/old\"]\n\n\
         [[follow_ups]]\ntext = \"Watch\"\ndone = true",
        "\n## Update, 2024-05-20 10:00 MDT\napi: degraded\nnext_update: 09:30\n\nSlow.\n\n## Resolved, 10:30\nnote: fast\n\n\
         # Postmortem, 2024-05-22 12:00\n\nLong queue.\n",
    );
    let checked = checked(&[("content/incidents/2024/Slow.md", &text)], &options(Clock::Fixed));
    let rules: Vec<&str> = checked.problems.iter().map(|problem| problem.rule).collect();
    assert_eq!(rules, ["slug-lowered", "unclear-setting"]);
    let site = checked.site.unwrap();
    assert_eq!(site.config.url_style, UrlStyle::Directory);
    assert_eq!(site.components[0].group.map(|group| group.0), Some(0));
    let report = &site.reports[0];
    assert_eq!((report.slug.as_str(), report.id.as_str()), ("slow", "slow"));
    assert_eq!(report.started, Some(at("2024-05-20T15:50:00Z")));
    assert_eq!(
        report.components.iter().map(|&(ix, state)| (ix.0, state)).collect::<Vec<_>>(),
        [(0, State::PartialOutage)]
    );
    assert_eq!(report.aliases, ["/old"]);
    assert_eq!(report.follow_ups[0].done, Some(Done::Sometime));
    let [first, second] = &report.updates[..] else { panic!("two updates") };
    assert_eq!((first.status, first.at), (None, at("2024-05-20T16:00:00Z")));
    assert_eq!(first.id, "20240520T160000Z");
    assert_eq!(first.next_update, Some(at("2024-05-21T15:30:00Z")), "the next 09:30 after 10:00");
    assert_eq!(first.states[0].1, State::DegradedPerformance);
    assert_eq!(first.body.as_str().trim(), "Slow.");
    assert_eq!((second.status, second.body.as_str().trim()), (Some(Status::Resolved), "note: fast"));
    assert_eq!(report.postmortem.as_ref().unwrap().body.as_str().trim(), "Long queue.");
}

#[test]
fn hidden_drafts_are_invisible_with_their_mistakes() {
    let broken = incident("draft = true\ncomponents = { nothing = \"ok\" }\ntypo = 1", BODY);
    let linking = incident("components = { api = \"ok\" }", &format!("{BODY}\n[x](draft.md)\n"));
    let files = [("content/incidents/draft.md", &*broken)];
    assert!(checked(&files, &options(Clock::Fixed)).site.unwrap().reports.is_empty());
    check_rules(&files, &options(Clock::Fixed), &[]);
    let shown =
        Options { variant: Variant { drafts: Drafts::Show, ..Variant::default() }, ..options(Clock::Fixed) };
    check_rules(&files, &shown, &[("unknown-component", "nothing"), ("unknown-key", "typo")]);
    let files = [files[0], ("content/incidents/x.md", &*linking)];
    check_rules(&files, &options(Clock::Fixed), &[("dead-link", "[x](draft.md)")]);
}

#[test]
fn a_draft_of_a_postmortem_is_shown_on_request() {
    let text = incident("components = { api = \"ok\" }", &format!("{BODY}\n# Postmortem, draft\n\nWords.\n"));
    let files = [("content/incidents/x.md", &*text)];
    let postmortem = |drafts| {
        let options = Options { variant: Variant { drafts, ..Variant::default() }, ..options(Clock::Fixed) };
        checked(&files, &options).site.unwrap().reports[0].postmortem.is_some()
    };
    assert!(!postmortem(Drafts::Hide));
    assert!(postmortem(Drafts::Show));
}

#[test]
fn translations_are_refused_and_other_suffixes_are_reports() {
    let text = incident("components = { api = \"ok\" }", BODY);
    let names = ["x.md", "x.en.md", "x.de.md", "y.en.md", "z/index.md", "z/index.en.md"];
    let paths: Vec<String> = names.iter().map(|name| format!("content/incidents/{name}")).collect();
    let files: Vec<(&str, &str)> = paths.iter().map(|path| (&**path, &*text)).collect();
    let checked = checked(&files, &options(Clock::Fixed));
    let slugs: Vec<String> = checked.site.unwrap().reports.iter().map(|it| it.slug.to_string()).collect();
    assert_eq!(slugs, ["x", "y.en", "z"]);
    let found: Vec<_> = checked.problems.iter().map(|it| (it.rule, it.labels[0].file.as_str())).collect();
    let refused = ["x.de.md", "x.en.md", "z/index.en.md"].map(|name| format!("content/incidents/{name}"));
    assert_eq!(found, refused.each_ref().map(|file| ("unbuilt-translation", file.as_str())));
}

#[test]
fn content_minutes_ahead_moves_the_clock_and_hours_ahead_warns() {
    let body = "\n## Investigating, 2024-06-01 11:00Z\n\nSlow.\n\n## Resolved, 12:04:30Z\n\nFast.\n";
    let text = incident("components = { api = \"ok\" }\nended = 2024-06-01 12:30Z", body);
    let files = [("content/incidents/x.md", &*text)];
    assert_eq!(checked(&files, &options(Clock::Real)).now, at("2024-06-01T12:04:30Z"));
    check_rules(&files, &options(Clock::Real), &[("future-update", "2024-06-01 12:30Z")]);
    assert_eq!(checked(&files, &options(Clock::Fixed)).now, at("2024-06-01T12:00:00Z"));
    check_rules(&files, &options(Clock::Fixed), &[]);
}

#[test]
fn a_maintenance_ahead_moves_nothing() {
    let text = "+++\ntitle = \"Disks\"\ncomponents = [\"api\"]\nfrom = 2024-06-01 12:03Z\nto = 2024-06-01 14:00Z\nannounced = 2024-05-30 12:00Z\n+++\n";
    let files = [("content/maintenance/x.md", text)];
    let checked = checked(&files, &options(Clock::Real));
    assert_eq!(checked.now, at("2024-06-01T12:00:00Z"));
    assert!(checked.problems.is_empty());
    assert_eq!(checked.site.unwrap().reports[0].components[0].1, State::UnderMaintenance);
}

#[test]
fn only_what_changed_is_read_again() {
    let text = incident("components = { api = \"ok\" }", BODY);
    let snapshot = site(&[("content/incidents/a.md", &text), ("content/incidents/b.md", &text)]);
    let mut drafts = parse::all(&snapshot);
    let (options, mut cache) = (options(Clock::Fixed), Cache::default());
    let mut read =
        |drafts: &_| check::site_reusing(drafts, &snapshot, &options, &mut cache).site.unwrap().reports;
    let first = read(&drafts);
    drafts.reports[1] = Arc::new((*drafts.reports[1]).clone());
    let second = read(&drafts);
    assert!(Arc::ptr_eq(&first[0], &second[0]));
    assert!(!Arc::ptr_eq(&first[1], &second[1]));
    drafts.site = drafts.site.map(|site| Arc::new((*site).clone()));
    let third = read(&drafts);
    assert!(!Arc::ptr_eq(&second[0], &third[0]), "another site.toml reads everything again");
}

#[test]
fn an_empty_base_url_is_one_mistake() {
    let files = [("site.toml", "title = \"Test\"\nbase_url = \"\"\n")];
    check_rules(&files, &options(Clock::Fixed), &[("missing-key", "\"\"")]);
}

#[test]
fn a_link_to_a_draft_says_so() {
    let link = "## Resolved, 2024-05-02 10:00\n\nSee [a](b.md), [c](/incidents/b/) and [d](/about/).\n";
    let report = incident("", link);
    let draft = incident("draft = true", "## Investigating, 2024-05-01 10:00\n\nx\n");
    let page = "+++\ntitle = \"About\"\ndraft = true\n+++\n\n[x](/nowhere/)\n";
    let files = [
        ("site.toml", SITE),
        ("content/incidents/a.md", report.as_str()),
        ("content/incidents/b.md", draft.as_str()),
        ("content/pages/about.md", page),
    ];
    let outcome = allclear::pipeline::run(&site(&files), &options(Clock::Fixed));
    let links = outcome.problems.iter().filter(|problem| problem.rule == "dead-link");
    let said: Vec<&str> = links.map(|problem| problem.message.as_str()).collect();
    let expected = [
        "the link leads nowhere: `content/incidents/b.md` is a draft",
        "link to `/incidents/b/`, but `content/incidents/b.md` is a draft",
        "link to `/about/`, but `content/pages/about.md` is a draft",
    ];
    assert_eq!(said, expected);
}

#[test]
fn a_base_url_can_be_given() {
    let base_url = BaseUrl::parse("https://preview.example.org/x").ok();
    let options = Options { variant: Variant { base_url, ..Variant::default() }, ..options(Clock::Fixed) };
    let site = checked(&[], &options).site.unwrap();
    assert_eq!(site.config.base_url.as_str(), "https://preview.example.org/x/");
}

#[test]
fn copied_files_stand_below_their_documents() {
    let linking = incident("components = { api = \"ok\" }", &format!("{BODY}\n![a](../a.png)\n"));
    let plain = incident("components = { api = \"ok\" }", BODY);
    let site = checked(
        &[
            (
                "content/incidents/2024/Big/index.md",
                &plain.replace("Slow.", "![g](graph.svg) [d](raw/days.png)"),
            ),
            ("content/incidents/2024/Big/graph.svg", ""),
            ("content/incidents/2024/Big/raw/days.png", ""),
            ("content/incidents/2024/x.md", &linking),
            ("content/incidents/a.png", ""),
            ("content/incidents/unused.png", ""),
            ("static/logo/a.svg", ""),
        ],
        &options(Clock::Fixed),
    );
    let site = site.site.unwrap();
    let copies: Vec<(&str, &str)> =
        site.copies.iter().map(|(out, handle)| (out.as_str(), handle.path.as_str())).collect();
    let expected = [
        ("incidents/a.png", "content/incidents/a.png"),
        ("incidents/big/graph.svg", "content/incidents/2024/Big/graph.svg"),
        ("incidents/big/raw/days.png", "content/incidents/2024/Big/raw/days.png"),
        ("logo/a.svg", "static/logo/a.svg"),
    ];
    assert_eq!(copies, expected);
}

#[test]
fn recorded_downtime_is_cut_to_its_day() {
    let csv = "date,degraded_performance,partial_outage,major_outage,under_maintenance\n2024-03-10,100,5000,80000,9\n";
    let site = checked(&[("content/downtime/web.csv", csv)], &options(Clock::Fixed)).site.unwrap();
    assert!(site.recorded[0].is_empty());
    let seconds: Vec<i64> = site.recorded[1].values().map(|recorded| recorded.seconds.total()).collect();
    assert_eq!(seconds, [23 * 3600], "the day the clocks go forward has 23 hours");
    let day = site.recorded[1].values().next().unwrap();
    assert_eq!((day.seconds.major_outage, day.seconds.partial_outage), (80_000, 2_800));
}

#[test]
fn ten_mistakes_are_shown_in_one_run_in_order() {
    let front = "components = { apj = \"partial_outage\" }\nimpact = \"medium\"\ntypo = 1\nafter = \"nothing\"\naliases = [\"x\"]";
    let body = "\n## Investigating, 2024-05-20 10:00 EST\n\nSlow.\n\n## Update, 2024-05-20 09:00\nweb: bad\n\n[a](b.md)\n\n## Resolvd, 2024-05-20 11:00\n\nFast.\n";
    let text = incident(front, body);
    let expected = [
        ("unknown-component", "apj"),
        ("unknown-impact", "\"medium\""),
        ("unknown-key", "typo"),
        ("unknown-report", "\"nothing\""),
        ("invalid-alias", "\"x\""),
        ("foreign-zone", "2024-05-20 10:00 EST"),
        ("unknown-state", "bad"),
        ("dead-link", "[a](b.md)"),
        ("unknown-status", "Resolvd"),
    ];
    check_rules(&[("content/incidents/x.md", &text)], &options(Clock::Fixed), &expected);
}

/// The rules that one incident of `api` in the site's zone (UTC-6 in May) breaks on 1 June 2024.
#[track_caller]
fn check_incident(front: &str, body: &str, expected: &[&str]) {
    let text = incident(front, body);
    assert_eq!(rules(&[("content/incidents/x.md", &text)]), expected, "{text}");
}

/// `[[outages]]` tables of `api`, each `FROM/TO` (times of 20 May) or `FROM/`.
fn outages(windows: &[&str]) -> String {
    let table = |window: &&str| {
        let (from, to) = window.split_once('/').unwrap();
        let to = if to.is_empty() { String::new() } else { format!("to = 2024-05-20 {to}\n") };
        format!(
            "\n[[outages]]\ncomponent = \"api\"\nstate = \"partial_outage\"\nfrom = 2024-05-20 {from}\n{to}"
        )
    };
    windows.iter().map(table).collect()
}

/// A table of components in which `api` is degraded.
const API: &str = "components = { api = \"degraded_performance\" }\n";

#[test]
fn bounds_hold_everything_between_them() {
    let bounds = "started = 2024-05-20 10:00\nended = 2024-05-20 11:00\n";
    let check = |windows: &[&str], expected: &[&str]| {
        check_incident(&format!("{bounds}{}", outages(windows)), "", expected);
    };
    check(&["10:00/11:00"], &[]);
    check(&["10:00/10:30", "10:30/11:00"], &[]);
    check(&["10:00/"], &[]);
    check(&["09:59/10:30"], &["outside-bounds"]);
    check(&["10:00/11:01"], &["outside-bounds"]);
    check(&["11:00/"], &["outside-bounds"]);
    check(&["11:00/10:30"], &["outside-bounds", "end-before-beginning"]);
    check(&["10:00/10:30", "10:29/11:00"], &["overlapping-outages"]);
    check(&["10:30/11:00", "10:00/"], &["overlapping-outages"]);
    check(&["10:30/10:30"], &["end-before-beginning"]);
}

#[test]
fn state_lines_stay_between_the_bounds() {
    let check =
        |front: &str, body: &str, expected: &[&str]| check_incident(&format!("{API}{front}"), body, expected);
    let at = |time: &str, state: &str| {
        format!(
            "\n## Update, 2024-05-20 {time}\napi: {state}\n\nWords.\n\n## Resolved, 12:00\napi: ok\n\nWords.\n"
        )
    };
    let bounds = "started = 2024-05-20 10:00\nended = 2024-05-20 11:00\n";
    check(bounds, &at("10:00", "partial"), &[]);
    check(bounds, &at("10:59", "partial"), &[]);
    check(bounds, &at("11:00", "ok"), &[]);
    check(bounds, &at("11:30", "ok"), &[]);
    check(bounds, &at("11:00", "partial"), &["outside-bounds"]);
    check(bounds, &at("09:59", "partial"), &["outside-bounds"]);
    check(bounds, &at("09:59", "ok"), &["outside-bounds"]);
    check(
        "started = 2024-05-20 13:00\nended = 2024-05-20 14:00\n",
        "\n## Resolved, 2024-05-20 12:00\napi: ok\n\nWords.\n",
        &[],
    );
}

#[test]
fn an_end_comes_after_its_beginning() {
    let check =
        |front: &str, body: &str, expected: &[&str]| check_incident(&format!("{API}{front}"), body, expected);
    check("ended = 2024-05-20 10:15\n", BODY, &[]);
    check("ended = 2024-05-20 09:00\n", BODY, &["end-before-beginning"]);
    check("started = 2024-05-20 09:00\nended = 2024-05-20 09:30\n", BODY, &[]);
    check("started = 2024-05-20 10:31\n", BODY, &["end-before-beginning"]);
    check("started = 2024-05-20 10:31\nended = 2024-05-20 10:31\n", BODY, &[]);
    check_incident(&outages(&["10:40/"]), BODY, &["end-before-beginning"]);
    check_incident(&outages(&["10:40/10:50"]), BODY, &[]);
    check_incident(&outages(&["10:10/"]), BODY, &[]);
}

#[test]
fn lines_below_a_heading_are_settings_only_where_both_halves_fit() {
    let check = |lines: &str, expected: &[&str]| {
        check_incident(API, &BODY.replace("10:00\n", &format!("10:00\n{lines}\n")), expected);
    };
    check("api: partial\nweb: ok", &[]);
    check("api: down for some", &["unknown-state"]);
    check("ap: partial", &["unknown-component"]);
    check("API: partial", &["unknown-component"]);
    check("cause: disks", &["unclear-setting"]);
    check("Cause: the disks are slow", &[]);
    check("We are on it: see below", &[]);
    check("Cause: the disks\napi: no state at all", &[]);
    check("\napi: no state at all", &[]);
    check("next_update: 10:00", &[]);
    check("next_update: 2024-05-20 10:00", &["next-update-too-early"]);
    check("id: a b", &["invalid-id"]);
}

#[test]
fn what_readers_wait_for_is_asked_for() {
    let open = |body: &str, expected: &[&str]| check_incident(API, body, expected);
    open("\n## Update, 2024-06-01 11:00Z\nnext_update: 11:59Z\n\nWords.\n", &["next-update-overdue"]);
    open("\n## Update, 2024-06-01 11:00Z\nnext_update: 12:30Z\n\nWords.\n", &[]);
    open(
        "\n## Update, 2024-06-01 11:00Z\nnext_update: 11:30Z\n\nWords.\n\n## Update, 11:40Z\n\nWords.\n",
        &[],
    );
    open(
        "\n## Update, 2024-06-01 11:00Z\nnext_update: 11:30Z\n\nWords.\n\n## Update, 11:10Z\n\nWords.\n",
        &["next-update-overdue"],
    );
    open("\n## Update, 2024-05-31 12:00Z\n\nWords.\n", &["silent-incident"]);
    open("\n## Update, 2024-05-31 12:01Z\n\nWords.\n", &[]);
    check_incident(
        &format!("{API}ended = 2024-05-31 12:00Z\n"),
        "\n## Update, 2024-05-30 12:00Z\n\nWords.\n",
        &["ended-unresolved"],
    );
    check_incident(&outages(&["10:10/10:20"]), "", &[]);
}

#[test]
fn a_postmortem_is_missed_after_two_weeks() {
    let check = |impact: &str, day: &str, expected: &[&str]| {
        let body = BODY.replace("2024-05-20", day);
        check_incident(&format!("{API}{impact}"), &body, expected);
    };
    check("impact = \"major\"\n", "2024-05-17", &["missing-postmortem"]);
    check("impact = \"major\"\n", "2024-05-18", &[]);
    check("impact = \"minor\"\n", "2024-05-01", &[]);
    check("", "2024-05-01", &[]);
    let major = "components = { api = \"major_outage\" }\n";
    let body = BODY.replace("05-20", "05-01");
    check_incident(major, &body, &["missing-postmortem"]);
    check_incident(major, &format!("{body}\n# Postmortem, draft\n\nWords.\n"), &["missing-postmortem"]);
    check_incident(major, &format!("{body}\n# Postmortem\n\nWords.\n"), &[]);
    check_incident(&format!("{major}impact = \"minor\"\n"), &body, &[]);
}

#[test]
fn levels_are_changed_by_name() {
    let check = |checks: &str, expected: &[(&str, bool)]| {
        let text = incident("", &format!("{BODY}\n[a](b.md)\n"));
        let site = format!("{SITE}\n[checks]\n{checks}\n");
        let files = [("content/incidents/x.md", text.as_str()), ("site.toml", &site)];
        let checked = checked(&files, &options(Clock::Fixed));
        let is_error = |problem: &Diagnostic| problem.severity == Severity::Error;
        let found: Vec<_> =
            checked.problems.iter().map(|problem| (problem.rule, is_error(problem))).collect();
        assert_eq!(found, expected, "{checks}");
    };
    check("", &[("no-components", false), ("dead-link", true)]);
    check("dead-link = \"warning\"", &[("no-components", false), ("dead-link", false)]);
    check("dead-link = \"off\"\nno-components = \"error\"", &[("no-components", true)]);
    check("no-components = \"off\"\ndead-link = \"error\"", &[("dead-link", true)]);
}

#[test]
fn what_cannot_be_read_in_site_toml_is_no_fault_of_reports() {
    let text = incident("components = { nothing = \"ok\" }\nstarted = 2024-03-10 02:30", BODY);
    let check = |from: &str, to: &str, expected: &[&str]| {
        let site = SITE.replace(from, to);
        assert_eq!(rules(&[("content/incidents/x.md", &text), ("site.toml", &site)]), expected, "{to}");
    };
    check("", "", &["unknown-component", "skipped-time"]);
    check("America/Denver", "America/Nowhere", &["unknown-component", "unknown-time-zone"]);
    check("[[components]]", "[[component]]", &["skipped-time", "unknown-key"]);
    check("title =", "title", &["invalid-toml"]);
}

#[test]
fn errors_in_site_toml_hide_nothing_of_other_files() {
    let text = incident(
        "components = { apj = \"ok\" }\naliases = [\"/history/\"]",
        "\n## Resolved, 2024-05-20 10:00\n\n[a](/nowhere/) [b](no.md) [c](/components/api/)\n",
    );
    let other = incident("components = { api = \"ok\" }\naliases = [\"/history/\"]", BODY);
    let check = |from: &str, to: &str, own: &str| {
        let toml = SITE.replacen(from, to, 1);
        let files = [
            ("site.toml", toml.as_str()),
            ("content/incidents/x.md", &text),
            ("content/incidents/y.md", &other),
        ];
        let problems = allclear::pipeline::run(&site(&files), &options(Clock::Fixed)).problems;
        let found: Vec<&str> = problems.iter().map(|problem| problem.rule).collect();
        let expected = ["unknown-component", "dead-link", "dead-link", "output-collision", own];
        assert_eq!(found, expected, "{problems:#?}");
    };
    check("title =", "titel =", "unknown-key");
    check("\"https://status.example.org/\"", "\"status.example.org\"", "invalid-base-url");
    check("time_zone", "url_style = \"flat\"\ntime_zone", "unknown-url-style");
    check("time_zone", "languages = [\"en\", \"fr\"]\ntime_zone", "invalid-language");
    check("time_zone", "announcement = { x = 1 }\ntime_zone", "unknown-key");
    check("name = \"Core\"", "nam = \"Core\"\nname = \"Core\"", "unknown-key");
}

#[test]
fn a_part_of_another_page_is_looked_for() {
    let links = "[a](b.md#root-cause) [b](b.md#nope) [c](/incidents/b/#nope) [d](/about/#terms) \
                 [e](../pages/about.md#terms) [f](../pages/about.md#tems) [g](b.md#_updates) [h](b.md#)";
    let text = incident("components = {}", &format!("\n## Resolved, 2024-05-20 10:00\n\n{links}\n"));
    let other = incident("", &format!("{BODY}\n# Postmortem\n\n## Root cause\n\nA queue.\n"));
    let page = "+++\ntitle = \"About\"\n+++\n\n## Terms\n\nx\n";
    let files = [
        ("content/incidents/a.md", text.as_str()),
        ("content/incidents/b.md", &other),
        ("content/pages/about.md", page),
    ];
    let problems = checked(&files, &options(Clock::Fixed)).problems;
    let dead = problems.iter().filter(|problem| problem.rule == "dead-link");
    let said: Vec<(&str, &str)> =
        dead.map(|it| (it.message.as_str(), it.help.as_deref().unwrap_or_default())).collect();
    let nope = "the link leads nowhere: no heading of `content/incidents/b.md` is called `#nope`";
    let help = "write the heading in lower case, with `-` for its spaces: `#root-cause`";
    let tems = "the link leads nowhere: no heading of `content/pages/about.md` is called `#tems`";
    assert_eq!(said, [(nope, help), (nope, help), (tems, "did you mean `#terms`?")]);
}

#[test]
fn a_copied_file_needs_a_name_that_can_be_an_address() {
    let checked = checked(&[("static/a\\b.png", ""), ("static/ü b.png", "")], &options(Clock::Fixed));
    let found: Vec<&str> = checked.problems.iter().map(|problem| problem.rule).collect();
    assert_eq!(found, ["unusable-slug"]);
    assert_eq!(checked.site.unwrap().copies.keys().map(OutPath::as_str).collect::<Vec<_>>(), ["ü b.png"]);
}

#[test]
fn ids_from_elsewhere_are_checked() {
    let report = |id: &str| {
        format!(
            "+++\ntitle = 'x'\ncomponents = {{}}\nfeed_id = '{id}'\n+++\n\n## Investigating, 2024-05-31 10:00\n\nx\n"
        )
    };
    let (good, bad) = (report("tag:a.example,2005:Incident/1"), report("no iri"));
    let files = [
        ("content/incidents/a.md", good.as_str()),
        ("content/incidents/b.md", good.as_str()),
        ("content/incidents/c.md", bad.as_str()),
    ];
    let options = options(Clock::Fixed);
    let rules = |files: &[(&str, &str)]| -> Vec<String> {
        let problems = checked(files, &options).problems;
        let is_id = |rule: &str| rule.ends_with("-id") || rule == "invalid-setting";
        let all = problems.iter().filter(|it| is_id(it.rule));
        all.map(|it| format!("{} {}: {}", it.rule, it.labels[0].file, it.message)).collect()
    };
    assert_eq!(
        rules(&files),
        [
            "duplicate-id content/incidents/b.md: two reports have the feed id `tag:a.example,2005:Incident/1`",
            "invalid-id content/incidents/c.md: `no iri` is not an id of a feed's entry",
        ]
    );
    let site = |more: &str, api: &str, web: &str| {
        let site = SITE.replace("name = \"API\"", &format!("name = \"API\"\napi_id = \"{api}\""));
        let site = site.replace("name = \"Web site\"", &format!("name = \"Web site\"\napi_id = \"{web}\""));
        format!("{more}\n{site}")
    };
    assert!(rules(&[("site.toml", &site("page_id = \"\"", "p31z", ""))]).is_empty());
    assert_eq!(
        rules(&[("site.toml", &site("page_id = \"a b\"\nfeeds.tag_host = \"https://a\"", "web", ""))]),
        [
            "invalid-id site.toml: `a b` is not an id of the API",
            "invalid-setting site.toml: `https://a` is not a host",
            "duplicate-id site.toml: the id `web` of the API is taken",
        ]
    );
    assert_eq!(rules(&[("site.toml", &site("", "core", ""))]).len(), 1);
}

#[test]
fn dot_files_are_published_when_they_are_named() {
    let files = [
        "static/.well-known/a",
        "static/.well-known/b/c",
        "static/.htaccess",
        "static/x/.DS_Store",
        "static/y",
    ];
    let files: Vec<(&str, &str)> = files.iter().map(|path| (*path, "x")).collect();
    let options = options(Clock::Fixed);
    let outcome = |include: &str| {
        let site = format!("static_include = [{include}]\n{SITE}");
        let checked = checked(&[&[("site.toml", site.as_str())], &files[..]].concat(), &options);
        let said =
            checked.problems.iter().filter(|it| it.rule == "stray-file" || it.rule == "invalid-setting");
        let said: Vec<String> =
            said.map(|it| format!("{} / {}", it.message, it.help.as_deref().unwrap_or_default())).collect();
        let copies = checked.site.map(|site| site.copies.keys().map(OutPath::to_string).collect::<Vec<_>>());
        (copies.unwrap_or_default(), said)
    };
    let (copies, said) = outcome("");
    assert_eq!(copies, ["y"]);
    let left_out = |name: &str| {
        format!(
            "`static/{name}` is not published: its name begins with a dot / \
             add `\"{name}\"` to `static_include` in site.toml, or remove it"
        )
    };
    assert_eq!(said, [left_out(".htaccess"), left_out(".well-known")]);
    let (copies, said) = outcome("'.well-known'");
    assert_eq!(copies, [".well-known/a", ".well-known/b/c", "y"]);
    assert_eq!(said, [left_out(".htaccess")]);
    assert_eq!(outcome("'.well-known/', '.htaccess'").1, [""; 0]);
    assert_eq!(
        outcome("'.wellknown', '.well-known', '.htaccess'").1,
        ["`static/` holds no dot file `.wellknown` that can be published / did you mean `.well-known`?"]
    );
}

#[test]
fn sections_go_by_other_names_and_other_forms_are_left_in_peace() {
    let missing = |headings: &[&str]| {
        let sections: String = headings.iter().map(|heading| format!("## {heading}\n\nWords.\n\n")).collect();
        let text = incident("components = { api = \"ok\" }", &format!("{BODY}\n# Postmortem\n\n{sections}"));
        let problems = checked(&[("content/incidents/x.md", &text)], &options(Clock::Fixed)).problems;
        let missing = problems.into_iter().filter(|problem| problem.rule == "missing-section");
        missing.map(|problem| problem.message).collect::<Vec<_>>()
    };
    let none: [&str; 0] = [];
    assert_eq!(missing(&["Summary", "Impact", "Root Cause(s)", "Timeline"]), none);
    assert_eq!(missing(&["Summary", "Customer impact", "Root cause", "Timeline"]), none);
    assert_eq!(missing(&["What happened", "Causes", "Timeline", "What we do"]), none);
    assert_eq!(missing(&["Summary", "Impact", "Timeline"]), ["the postmortem has no section `Root cause`"]);
}
