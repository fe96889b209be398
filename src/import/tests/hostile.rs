//! Made-up reports with hostile texts are read back as they were.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{ProptestConfig, Strategy, any, proptest};

use super::files;
use crate::import::existing::ExistingSite;
use crate::import::history::{self, History, Plan, Postmortem, Report, Update};
use crate::import::html;
use crate::import::log::Finding;
use crate::model::report::{Impact, Kind, Status};
use crate::model::state::State;
use crate::parse::testing::joined;
use crate::time::Instant;

/// What has a meaning in HTML, Markdown or our grammar.
const PIECES: &str = "word ·\n·\n\n·<br />·<p>·</p>·<ul><li>·</li></ul>·<strong>·</strong>·<pre>·</pre>·# Postmortem·\
    ## Resolved, 2024-04-16 10:33·+++\n·api: major\n·id: x\n·===\n·---\n·```\n·~~~\n·<!-- ·-->·\
    <details>·<h1>·</h1>·&lt;br&gt;·&amp;lt;·<script>·</script>·|a|b|\n|-|-|\n·[a](b)·> ·    ·- ·\
    1. ·\\·`·*·_·~~·<https://a.example>·https://a.example/b_c ·\\r\\n·<a href=\"·\">·</a>·\
    <img src=x alt=\"a·\u{200b}·\t·$·[^1]·[^1]: x\n·:·é";

/// What has a meaning in ids, addresses and titles.
const SHORT: &str = "a·b-2·.·/·..·?·#·:· ·\n·\r\n·\"·'·\\·=·+++·[x]·{·}·,·id: x·## Resolved, 10:33·<b>·&amp;·é·\u{202e}·%2e·null·true·\t";

/// A report with every field that a source can fill, hostile wherever it is text.
fn report() -> impl Strategy<Value = Report> {
    let short = || joined(SHORT).prop_filter("a text", |text| text.len() < 80);
    let texts = (joined(PIECES), [joined(PIECES), joined(PIECES), joined(PIECES)], vec(short(), 6));
    let moments = vec(option::of(0_i64..400_000_000), 6);
    let flags = (0_usize..2, vec(0_usize..6, 8), vec(any::<bool>(), 4));
    (texts, moments, flags).prop_map(|((title, bodies, short), moments, (kind, picks, flags))| {
        let at = |place: usize| moments[place].map(|secs| Instant::from_epoch_secs(1_400_000_000 + secs));
        let kind = [Kind::Incident, Kind::Maintenance][kind];
        let title = html::to_line(&title);
        let mut report = Report::new("x", kind, if title.is_empty() { "x" } else { &title });
        let given = |place: usize| Some(short[place].clone()).filter(|text| !text.is_empty());
        (report.id, report.feed_id) = (given(0), given(1));
        report.aliases = given(2).into_iter().map(|text| format!("/{text}")).collect();
        report.tags = given(3).into_iter().collect();
        let state = |place: usize| State::ALL.get(picks[place]).copied();
        report.components = vec![("a".to_owned(), state(0)), ("b".to_owned(), state(0).and(state(1)))];
        report.components.retain(|(_, it)| it.is_some() == state(0).is_some());
        report.components.truncate(picks[2]);
        report.draft = flags[0];
        let said = |place: usize, secs: i64, status: Option<Status>| Update {
            id: given(4 + place),
            status,
            at: Instant::from_epoch_secs(1_400_000_000 + secs),
            states: state(3 + place).map(|state| ("b".to_owned(), state)).into_iter().collect(),
            body: html::to_markdown(&bodies[place], "https://status.example.com"),
        };
        let first = Status::of(kind).next();
        report.updates = vec![said(0, 0, first), said(1, 3_600, first.filter(|_| flags[1]))];
        match kind {
            Kind::Incident => {
                (report.started, report.ended) = (at(0), at(1));
                report.impact = Impact::parse(["none", "minor", "major", "critical", "", "x"][picks[5]]);
            }
            Kind::Maintenance => {
                let from = at(2).unwrap_or(Instant::from_epoch_secs(1_400_000_000));
                let to = from.plus_secs(60);
                report.plan = Some(Plan { from, to, announced: at(3), automatic: flags[2] });
            }
        }
        let body = html::to_markdown(&bodies[2], "");
        report.postmortem = flags[3].then_some(Postmortem { at: at(4), is_draft: false, body });
        report
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// [`write::files`] reads each report back and compares it with the intermediate form.
    #[test]
    fn no_text_is_read_as_anything_else(report in report(), names in vec(joined(SHORT), 2)) {
        let component = |(key, name): (&str, &String)| history::Component::new(key, &html::to_line(name));
        let site = history::Site { components: ["a", "b"].into_iter().zip(&names).map(component).collect(), ..history::Site::default() };
        let files = files(&History { site, reports: vec![report], ..History::default() }, &ExistingSite::default());
        let reported = files.log.entries.iter().filter(|entry| entry.source == "x");
        let wrong = reported.into_iter().find(|entry| entry.finding == Finding::Unsettled);
        assert!(wrong.is_none(), "{wrong:?}\n{:?}", files.files);
        assert_eq!(files.files.len(), 1);
    }
}
