//! What a source says of ends, windows and copies.

use crate::import::existing::ExistingSite;
use crate::import::history::History;
use crate::import::log::Finding;
use crate::import::statuspage::body::SourceBody;
use crate::import::statuspage::{self, SavedFile, convert};
use crate::import::tests::files;
use crate::model::report::Status;
use crate::time::Zone;

/// A response with one incident, with these keys and updates, on 1 May 2024.
fn body(keys: &str, updates: &[(&str, &str)]) -> String {
    let update = |(status, at): &(&str, &str)| {
        format!(r#"{{"id": "{status}-{at}", "status": "{status}", "display_at": "2024-05-01T{at}Z"}}"#)
    };
    let updates: Vec<String> = updates.iter().map(update).collect();
    format!(r#"{{"incident": {{"id": "i1", {keys}, "incident_updates": [{}]}}}}"#, updates.join(", "))
}

fn history(bodies: &[&str]) -> History {
    let source = |(number, body): (usize, &&str)| {
        let Ok(SavedFile::Body(body)) = statuspage::read(body.as_bytes()) else { panic!("it is a body") };
        SourceBody { name: format!("{number}.json"), body: *body }
    };
    convert::history(bodies.iter().enumerate().map(source).collect(), &[], Zone::UTC)
}

fn statuses(history: &History) -> Vec<Vec<Option<Status>>> {
    let of = |report: &crate::import::history::Report| report.updates.iter().map(|it| it.status).collect();
    history.reports.iter().map(of).collect()
}

fn said(history: &History, finding: Finding) -> Vec<&str> {
    let entries = history.log.entries.iter().filter(|entry| entry.finding == finding);
    entries.map(|entry| entry.text.as_str()).collect()
}

#[test]
fn what_the_source_calls_resolved_did_not_break_out_again() {
    let (resolved, open) = (Some(Status::Resolved), Some(Status::Investigating));
    let check = |status: &str, updates: &[(&str, &str)], expected: &[&[Option<Status>]]| {
        let body = body(&format!(r#""status": "{status}", "name": "x""#), updates);
        assert_eq!(statuses(&history(&[&body])), expected, "{status}");
    };
    let backdated = [("investigating", "09:00:20"), ("resolved", "09:00:00")];
    check("resolved", &backdated, &[&[resolved, None]]);
    check("postmortem", &backdated, &[&[resolved, None]]);
    check("investigating", &backdated, &[&[resolved], &[open]]);
    let again = [("resolved", "11:00:00"), ("investigating", "10:00:00"), ("resolved", "09:00:00")];
    check("resolved", &again, &[&[resolved], &[open, resolved]]);
    let unsaid = [("investigating", "09:00:00")];
    check("resolved", &unsaid, &[&[open, resolved]]);
    check("investigating", &unsaid, &[&[open]]);
}

#[test]
fn an_end_that_no_update_says_is_the_source_s() {
    let updates = [("investigating", "09:00:00")];
    let known = history(&[&body(
        r#""name": "x", "status": "resolved", "resolved_at": "2024-05-01T09:40:00Z""#,
        &updates,
    )]);
    assert_eq!(known.reports[0].updates[1].at.to_string(), "2024-05-01T09:40:00Z");
    assert!(said(&known, Finding::Guessed)[0].contains("over as `resolved_at` says"), "{:?}", known.log);
    let unknown = history(&[&body(r#""name": "x", "status": "resolved""#, &updates)]);
    assert!(
        said(&unknown, Finding::Unsettled)[0].starts_with("line 1: “x” is resolved"),
        "{:?}",
        unknown.log
    );
}

#[test]
fn a_maintenance_has_the_window_that_it_had() {
    let check = |until: &str, updates: &[(&str, &str)], expected: &[&str], finding: Finding, text: &str| {
        let keys = format!(
            r#""name": "x", "status": "completed", "scheduled_for": "2024-05-01T12:00:00Z", "scheduled_until": {until}"#
        );
        let history = history(&[&body(&keys, updates)]);
        let plan = history.reports[0].plan.unwrap();
        let last = history.reports[0].updates.last().unwrap().status.unwrap();
        assert_eq!([plan.from.to_string(), plan.to.to_string(), last.as_str().to_owned()], expected);
        let said = said(&history, finding);
        assert!(said.iter().any(|it| it.contains(text)) != text.is_empty(), "{:?}", history.log);
    };
    let [noon, one, two] = ["2024-05-01T12:00:00Z", "2024-05-01T13:00:00Z", "2024-05-01T14:00:00Z"];
    let (quoted, scheduled) = (format!("\"{two}\""), ("scheduled", "08:00:00"));
    let cancelled = "line 1: “x”: it was completed before it should begin: taken as cancelled";
    for at in ["09:00:00", "12:00:00"] {
        let updates = [("completed", at), scheduled];
        check(&quoted, &updates, &[noon, two, "cancelled"], Finding::Unsettled, cancelled);
    }
    let hour = "“x”: no `scheduled_until` after `scheduled_for`: it ends an hour after its beginning";
    let at_once = [("completed", "12:00:00"), ("in_progress", "12:00:00"), scheduled];
    check(&format!("\"{noon}\""), &at_once, &[noon, one, "completed"], Finding::Guessed, hour);
    let done = [("completed", "14:00:00"), scheduled];
    check("null", &done, &[noon, two, "completed"], Finding::Guessed, "it ends when it was completed");
    check(
        &quoted,
        &[("completed", "13:00:00"), scheduled],
        &[noon, two, "completed"],
        Finding::Unsettled,
        "",
    );
}

#[test]
fn the_newer_copy_of_an_incident_is_taken() {
    let updates = [("resolved", "10:00:00"), ("investigating", "09:00:00")];
    let copy = |name: &str, day: u32, updates: &[(&str, &str)]| {
        body(
            &format!(r#""status": "resolved", "name": "{name}", "updated_at": "2024-05-0{day}T00:00:00Z""#),
            updates,
        )
    };
    let (old, new) = (copy("Old", 2, &updates), copy("New", 3, &updates[..1]));
    for (bodies, taken) in [([&*old, &*new], 1), ([&*new, &*old], 0)] {
        let history = history(&bodies);
        assert_eq!(history.reports[0].title, "New");
        let text = format!("line 1: this copy of “New” is left out: {taken}.json has a newer one");
        assert_eq!(said(&history, Finding::LeftOut), [text]);
    }
    // Bodies of one time: the fuller one, and nothing to say.
    let (same, fuller) = (copy("Same", 2, &updates[..1]), copy("Same", 2, &updates));
    let history = history(&[&same, &fuller]);
    assert_eq!((history.reports[0].updates.len(), said(&history, Finding::LeftOut).len()), (2, 0));
    assert_eq!(files(&history, &ExistingSite::default()).files.len(), 1);
}
