//! A second import: what it makes, updates and leaves as it is.

use super::{BODY, files, history, said, texts, written};
use crate::import::existing::{ExistingDowntime, ExistingFile, ExistingSite};
use crate::import::fate::Mode;
use crate::import::history::{History, Report, Update};
use crate::import::html;
use crate::import::record::{self, Record};
use crate::import::write::Files;
use crate::model::report::{Kind, Status};
use crate::model::uptime::{Recorded, Seconds};
use crate::parse;
use crate::source::SourcePath;
use crate::time::{Day, Instant};

/// The site after an import, each of its files passed through `edit`, which removes those it gives nothing for.
fn after(files: &Files, edit: impl Fn(&str, &str) -> Option<String>) -> ExistingSite {
    let mut site = ExistingSite::default();
    for (path, text) in &files.files {
        let Some(text) = edit(path.as_str(), text) else { continue };
        let digest = record::digest(text.as_bytes());
        let stem = path.file_name().rsplit_once('.').unwrap().0.to_owned();
        if path.as_str().ends_with(".csv") {
            let days = parse::downtime(path, text.as_bytes()).unwrap().days;
            let days = days.into_iter().map(|day| day.value).collect();
            site.downtime.insert(stem, ExistingDowntime { digest, days });
            continue;
        }
        if let Some((_, rest)) = text.split_once("\nid = \"") {
            site.reports.insert(rest[..rest.find('"').unwrap()].to_owned(), stem.clone());
        }
        site.files.insert(stem, ExistingFile { path: path.clone(), digest });
    }
    site
}

/// The history of [`BODY`] with a recorded day.
fn with_downtime(body: &str, day: &str, seconds: u32) -> History {
    let mut history = history(body);
    let seconds = Seconds { major_outage: seconds.into(), ..Seconds::default() };
    let days = [(Day::parse(day).unwrap(), Recorded { seconds, replaces: false })];
    history.downtime.insert("c1".to_owned(), days.into());
    history
}

const LOGINS: &str = "content/incidents/2024/2024-04-16-logins-fail.md";

#[test]
fn a_second_import_makes_nothing() {
    let history = with_downtime(BODY, "2024-02-01", 60);
    let first = files(&history, &ExistingSite::default());
    assert_eq!((first.files.len(), first.record.text().lines().count()), (4, 8));
    let site = after(&first, |_, text| Some(text.to_owned()));
    for record in [&first.record, &Record::default()] {
        for mode in [Mode::Add, Mode::Update] {
            let again = written(&history, &site, record, mode);
            assert_eq!((again.files.len(), said(&again.log)), (0, vec![]));
            assert_eq!(again.record, first.record);
        }
    }
}

#[test]
fn an_update_writes_what_changed_and_leaves_what_a_person_edited() {
    let first = files(&with_downtime(BODY, "2024-02-01", 60), &ExistingSite::default());
    let changed = BODY.replace("We are <b>looking</b>.", "We look.").replace("Planned.", "Planned!");
    let changed = with_downtime(&changed, "2024-02-02", 120);
    let site = after(&first, |path, text| match path {
        LOGINS => Some(text.replace("title = \"Logins fail\"", "title = \"Nobody gets in\"")),
        _ => Some(text.to_owned()),
    });
    let nothing = written(&changed, &site, &first.record, Mode::Add);
    assert_eq!(nothing.files.len(), 0);
    assert_eq!(
        said(&nothing.log),
        ["Kept `content/downtime/api.csv` stays as it is: `--update` adds days to it"]
    );
    let update = written(&changed, &site, &first.record, Mode::Update);
    assert_eq!(
        said(&update.log),
        [
            format!(
                "Kept `{LOGINS}` was edited after its import: left as it is, without what changed in the source"
            ),
            "Updated content/maintenance/2024/2024-04-30-upgrade.md".to_owned(),
            "Updated content/downtime/api.csv".to_owned(),
        ]
    );
    let texts = texts(&update);
    assert!(texts["content/maintenance/2024/2024-04-30-upgrade.md"].contains("Planned!"));
    let days = "2024-02-01,0,0,60,0,add\n2024-02-02,0,0,120,0,add\n";
    assert!(texts["content/downtime/api.csv"].ends_with(days), "{texts:?}");
}

#[test]
fn a_file_that_was_moved_is_known_and_one_that_was_deleted_stays_so() {
    let first = files(&history(BODY), &ExistingSite::default());
    let changed = history(&BODY.replace("We are <b>looking</b>.", "We look."));
    let mut site = after(&first, |path, text| Some(text.to_owned()).filter(|_| path == LOGINS));
    let mut moved = site.files.remove("2024-04-16-logins-fail").unwrap();
    moved.path = SourcePath::new("content/incidents/logins/logins.md");
    site.files.insert("logins".to_owned(), moved);
    site.reports.insert("inc1".to_owned(), "logins".to_owned());
    let update = written(&changed, &site, &first.record, Mode::Update);
    assert_eq!(
        said(&update.log),
        [
            "Updated content/incidents/logins/logins.md",
            "Kept `content/incidents/2024/2024-04-16-logins-fail-2.md` was deleted after its import: not written again",
            "Kept `content/maintenance/2024/2024-04-30-upgrade.md` was deleted after its import: not written again",
        ]
    );
}

#[test]
fn recorded_days_of_a_person_are_never_overwritten() {
    let history = with_downtime(BODY, "2024-02-01", 60);
    let first = files(&history, &ExistingSite::default());
    let own = |_: &str, text: &str| Some(text.replace("60", "90"));
    for (record, why) in [
        (&first.record, "was edited after its import"),
        (&Record::default(), "is no file that an import wrote"),
    ] {
        let update = written(&history, &after(&first, own), record, Mode::Update);
        assert_eq!(said(&update.log), [format!("Kept `content/downtime/api.csv` {why}: left as it is")]);
        let add = written(&history, &after(&first, own), record, Mode::Add);
        assert!(update.files.is_empty() && add.files.is_empty());
    }
}

#[test]
fn a_report_without_an_id_is_known_by_its_source() {
    let mut report = Report::new("notes/a.md", Kind::Incident, "Down");
    report.updates = vec![update("2024-04-16T10:00:00Z", "One.")];
    let history = |report: &Report| History { reports: vec![report.clone()], ..History::default() };
    let first = files(&history(&report), &ExistingSite::default());
    let site = after(&first, |_, text| Some(text.to_owned()));
    assert_eq!(written(&history(&report), &site, &first.record, Mode::Add).files.len(), 0);
    report.updates[0].body = "Two.".to_owned();
    let update = written(&history(&report), &site, &first.record, Mode::Update);
    assert_eq!(update.files.keys().collect::<Vec<_>>(), first.files.keys().collect::<Vec<_>>());
}

fn update(at: &str, body: &str) -> Update {
    Update {
        id: None,
        status: Some(Status::Investigating),
        at: Instant::parse_rfc3339(at).unwrap(),
        states: Vec::new(),
        body: html::to_markdown(body, "https://status.example.com"),
    }
}
