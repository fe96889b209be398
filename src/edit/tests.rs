//! Edits of whole reports.

use std::sync::LazyLock;

use proptest::prelude::{
    Just, ProptestConfig, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest,
};

use crate::edit::update::{NewUpdate, append};
use crate::edit::{postmortem, verify};
use crate::model::report::{Kind, Status};
use crate::model::state::State;
use crate::parse;
use crate::parse::draft::ReportDraft;
use crate::source::SourcePath;
use crate::time::{Instant, Zone};

static ZONE: LazyLock<Zone> = LazyLock::new(|| Zone::parse("America/Edmonton").unwrap());

fn read(text: &str) -> ReportDraft {
    parse::report(&SourcePath::new("content/incidents/x.md"), text.as_bytes(), Kind::Incident).unwrap()
}

fn new_update(time: &str, status: Option<Status>, message: &str) -> NewUpdate {
    NewUpdate {
        status,
        at: Instant::parse_rfc3339(time).unwrap(),
        states: Vec::new(),
        next_update: None,
        message: message.to_owned(),
    }
}

/// A report in an unusual notation.
const FOREIGN: &str = "+++\n# keep me\ntitle   = 'x' # me too\n[[outages]]\ncomponent = \"db\"\nstate = \"partial\"\nfrom = 2024-04-16 09:20\n+++\n## investigating | 2024-04-16 10:03\napi: major\nWords.\n\n\n\n## UPDATE at 10:10\n- a\n- b";

#[track_caller]
fn check(old: &str, new_update: &NewUpdate, expected: &str) {
    let draft = read(old);
    let new = append(&draft, new_update, *ZONE);
    assert_eq!(new, expected);
    assert_eq!(verify::one_update_more(&draft, &new, new_update), Ok(()));
}

#[test]
fn an_update_goes_below_the_others() {
    let mut more = new_update("2024-04-16T16:30:00Z", Some(Status::Identified), "It is the database.");
    more.states = vec![("api".to_owned(), State::PartialOutage)];
    more.next_update = Some(Instant::parse_rfc3339("2024-04-16T17:00:00Z").unwrap());
    let section = "## Identified, 2024-04-16 10:30:00-06:00\napi: partial_outage\n\
                   next_update: 2024-04-16 11:00:00-06:00\n\nIt is the database.\n";
    check(FOREIGN, &more, &format!("{FOREIGN}\n\n{section}"));
    let ended = format!("{FOREIGN}\n");
    check(&ended, &more, &format!("{ended}\n{section}"));
    let spaced = format!("{FOREIGN}\n\n");
    check(&spaced, &more, &format!("{spaced}{section}"));
    let with_postmortem = format!("{FOREIGN}\n\n# Postmortem\n\nWords.\n");
    check(&with_postmortem, &more, &format!("{FOREIGN}\n\n{section}\n# Postmortem\n\nWords.\n"));
    let windows = FOREIGN.replace('\n', "\r\n");
    check(&windows, &more, &format!("{FOREIGN}\n\n{section}").replace('\n', "\r\n"));
}

#[test]
fn a_component_with_windows_gets_its_state_there() {
    let mut more = new_update("2024-04-16T16:30:00Z", None, "");
    more.states = vec![("db".to_owned(), State::MajorOutage)];
    let windows = "from = 2024-04-16 09:20\nto = 2024-04-16 10:30:00-06:00\n\n[[outages]]\ncomponent = \"db\"\n\
                   state = \"major_outage\"\nfrom = 2024-04-16 10:30:00-06:00\n";
    let expected = FOREIGN.replacen("from = 2024-04-16 09:20\n", windows, 1);
    check(FOREIGN, &more, &format!("{expected}\n\n## Update, 2024-04-16 10:30:00-06:00\n"));
}

#[test]
fn the_end_ends_open_windows_unless_it_is_given() {
    let end = new_update("2024-04-16T16:30:00Z", Some(Status::Resolved), "Over.");
    let section = "\n\n## Resolved, 2024-04-16 10:30:00-06:00\n\nOver.\n";
    let ended = FOREIGN.replacen("09:20\n", "09:20\nto = 2024-04-16 10:30:00-06:00\n", 1);
    check(FOREIGN, &end, &format!("{ended}{section}"));
    let given = FOREIGN.replacen("# me too\n", "# me too\nended = 2024-04-16 10:20\n", 1);
    check(&given, &end, &format!("{given}{section}"));
}

#[test]
fn what_would_be_read_differently_is_refused() {
    let check = |old: &str, message: &str, expected: verify::EditError| {
        let (draft, new_update) = (read(old), new_update("2024-04-16T16:30:00Z", None, message));
        let found = verify::one_update_more(&draft, &append(&draft, &new_update, *ZONE), &new_update);
        assert_eq!(found, Err(expected), "{message}");
    };
    check(FOREIGN, "# Postmortem\n\nx", verify::EditError::Heading);
    check(FOREIGN, "x\n\n## Resolved, 2024-04-16 11:00\n", verify::EditError::Heading);
    check(FOREIGN, "```\ncode", verify::EditError::OpenMessage);
    let conflict = verify::EditError::Unreadable("this file holds a merge conflict".to_owned());
    check(FOREIGN, "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> c", conflict);
    check(FOREIGN, "x\n\n<!-- y", verify::EditError::OpenMessage);
    check(&format!("{FOREIGN}\n\n```\ncode"), "x", verify::EditError::OpenReport);
    let with_postmortem = format!("{FOREIGN}\n\n# Postmortem\n\nWords.\n");
    check(&with_postmortem, "~~~\ncode", verify::EditError::OpenMessage);
}

#[test]
fn a_postmortem_goes_to_the_end_and_is_published_in_its_place() {
    let old = format!("{FOREIGN}\n\n\n");
    let new = postmortem::insert(&read(&old), "## Summary\n\nTODO");
    assert_eq!(new, format!("{FOREIGN}\n\n# Postmortem, draft\n\n## Summary\n\nTODO\n"));
    let draft = read(&new);
    let at = Instant::parse_rfc3339("2024-04-19T16:00:00Z").unwrap();
    let published = postmortem::publish(&draft, draft.postmortem.as_ref().unwrap(), at, *ZONE);
    assert_eq!(published, new.replacen("Postmortem, draft", "Postmortem, 2024-04-19 10:00:00-06:00", 1));
    let windows = postmortem::insert(&read(&old.replace('\n', "\r\n")), "## Summary\n\nTODO");
    assert_eq!(windows, new.replace('\n', "\r\n"));
}

fn messages() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        Just("api: major".to_owned()),
        Just("# Postmortem".to_owned()),
        Just("## Resolved, 10:33".to_owned()),
        Just("```".to_owned()),
        Just("<!--".to_owned()),
        Just("-->".to_owned()),
        Just("---".to_owned()),
        Just("+++".to_owned()),
        Just("> quoted".to_owned()),
        Just("    indented".to_owned()),
        Just("- [ ] item".to_owned()),
        Just("| a | b |\n|---|---|".to_owned()),
        Just("<div>".to_owned()),
        Just("$(rm -rf /)".to_owned()),
        Just(String::new()),
        any::<String>(),
    ];
    proptest::collection::vec(pieces, 0..6).prop_map(|pieces| pieces.join("\n"))
}

/// Valid reports in many notations.
fn reports() -> impl Strategy<Value = String> {
    let bodies = prop_oneof![
        Just(""),
        Just("\n"),
        Just("\n\n\n"),
        Just("\n<!-- note -->\n"),
        Just("\n\n# Postmortem\nx\n")
    ];
    (bodies, any::<bool>()).prop_map(|(end, windows)| {
        let text = format!("{FOREIGN}{end}");
        if windows { text.replace('\n', "\r\n") } else { text }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_update_adds_lines_and_changes_none(old in reports(), message in messages(), ends in any::<bool>()) {
        let Ok(message) = super::message::message(&message) else { return Ok(()) };
        let status = if ends { Some(Status::Resolved) } else { None };
        let (draft, new_update) = (read(&old), new_update("2024-04-16T16:30:00Z", status, &message));
        let new = append(&draft, &new_update, *ZONE);
        if verify::one_update_more(&draft, &new, &new_update).is_err() {
            return Ok(());
        }
        // Every old line is kept, in order and with its line end.
        let mut lines = new.split_inclusive('\n');
        for line in old.split_inclusive('\n') {
            let found = |other: &str| other == line || other.trim_end() == line && !line.ends_with('\n');
            prop_assert!(lines.any(found), "{line:?} is gone from {new:?}");
        }
        prop_assert_eq!(new.contains("\r\n"), old.contains("\r\n"));
        // The new update is read back.
        let after = read(&new);
        let last = after.updates.last().unwrap();
        prop_assert_eq!(after.updates.len(), draft.updates.len() + 1);
        prop_assert_eq!(last.status.value, status);
        prop_assert!(last.lines.is_empty());
        let body = after.text[last.body.clone()].replace("\r\n", "\n");
        prop_assert_eq!(body.trim(), message.trim());
        prop_assert_eq!(after.postmortem.is_some(), draft.postmortem.is_some());
    }

    #[test]
    fn plain_words_are_never_refused(old in reports(), words in "[a-z ,.]{0,80}(\n\n[a-z ,.]{1,80})?") {
        let Ok(message) = super::message::message(&words) else { return Ok(()) };
        let (draft, new_update) = (read(&old), new_update("2024-04-16T16:30:00Z", None, &message));
        let new = append(&draft, &new_update, *ZONE);
        prop_assert_eq!(verify::one_update_more(&draft, &new, &new_update), Ok(()));
    }
}
