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

#[test]
fn a_copy_of_the_same_time_that_says_something_else_is_told() {
    let copy = |keys: &str, updates: &[(&str, &str)]| {
        body(&format!(r#""status": "resolved", "updated_at": "2024-05-02T00:00:00Z", {keys}"#), updates)
    };
    let updates = [("resolved", "10:00:00"), ("investigating", "09:00:00")];
    let (one, other) =
        (copy(r#""name": "One""#, &updates), copy(r#""name": "Two", "impact": "none""#, &updates[1..]));
    let more = copy(r#""name": "One""#, &[("monitoring", "09:30:00"), ("investigating", "09:00:00")]);
    let history = history(&[&one, &other, &more]);
    assert_eq!(history.reports[0].title, "One");
    let left_out = "line 1: this copy of “One” is left out: that of 0.json, line 1, is taken, which is no newer and has another";
    let expected =
        [format!("{left_out} `name`, `impact`"), format!("{left_out} update `monitoring-09:30:00`")];
    assert_eq!(said(&history, Finding::LeftOut), expected);
}

#[test]
fn a_time_that_no_report_can_have_is_none() {
    let at = |at: &str| format!(r#"{{"id": "{at}", "status": "investigating", "display_at": "{at}"}}"#);
    let times = ["9999-12-31T23:59:59Z", "1969-12-31T00:00:00Z", "2024-05-01T10:00:00Z"].map(at).join(",");
    let components = r#""components": [{"id": "c1", "name": "A", "start_date": "0001-01-01"}]"#;
    let history = history(&[&format!(
        r#"{{{components}, "incident": {{"id": "i", "name": "x", "incident_updates": [{times}]}}}}"#
    )]);
    assert_eq!((history.reports[0].updates.len(), history.site.components[0].since), (1, None));
    // Three values that are not understood, and two updates without a time.
    assert_eq!(said(&history, Finding::Unsettled).len(), 5);
}

#[test]
fn an_update_that_stands_twice_is_taken_once() {
    let update = |body: &str, day: u32| {
        format!(
            r#"{{"id": "u", "status": "resolved", "display_at": "2024-05-01T10:00:00Z", "body": "{body}", "updated_at": "2024-05-0{day}T10:00:00Z"}}"#
        )
    };
    let check = |updates: [String; 3], taken: &str, expected: [&str; 2]| {
        let body = format!(
            r#"{{"incident": {{"id": "i", "name": "x", "incident_updates": [{}]}}}}"#,
            updates.join(",\n")
        );
        let history = history(&[&body]);
        let bodies: Vec<_> = history.reports[0].updates.iter().map(|it| it.body.as_str()).collect();
        assert_eq!(bodies, [taken]);
        let expected = expected.map(|why| why.replace("U", "update `u` of “x” is left out: it says"));
        assert_eq!(said(&history, Finding::LeftOut), expected);
    };
    let same = "line 2: U the same as line 1";
    check(
        [update("a", 1), update("<p>a</p>", 1), update("b", 1)],
        "a",
        [same, "line 3: U something else than line 1"],
    );
    check(
        [update("a", 1), update("a", 1), update("b", 2)],
        "b",
        [same, "line 1: U something else than line 3"],
    );
}

#[test]
fn incidents_without_an_id_are_told_apart() {
    let incident = |name: &str| {
        format!(
            r#"{{"name": "{name}", "incident_updates": [{{"status": "resolved", "display_at": "2024-05-01T10:00:00Z"}}]}}"#
        )
    };
    let body = format!(r#"{{"incidents": [{},{}]}}"#, incident("One"), incident("Two"));
    let history = history(&[&body, &body]);
    let found: Vec<_> = history.reports.iter().map(|it| (it.title.as_str(), it.aliases.len())).collect();
    assert!(found.len() == 2 && found.contains(&("One", 0)) && found.contains(&("Two", 0)), "{found:?}");
    let first = history.reports[0].id.clone().unwrap();
    assert_eq!(first.len(), 12);
    assert!(
        said(&history, Finding::Guessed)[0]
            .ends_with(&format!("has no `id`: `{first}` is made of its name and first update"))
    );
    assert_eq!(said(&history, Finding::LeftOut), [""; 0]);
}

#[test]
fn a_feed_never_takes_the_place_of_a_body() {
    let body = body(r#""name": "x", "impact": "major""#, &[("investigating", "09:00:00")]);
    let paragraph = |time: &str, label: &str| {
        format!(
            "&lt;p&gt;&lt;small&gt;May 1, {time} UTC&lt;/small&gt;&lt;br&gt;&lt;strong&gt;{label}&lt;/strong&gt; - x&lt;/p&gt;"
        )
    };
    let feed = format!(
        "<feed><entry><id>tag:a</id><published>2024-05-01T10:00:00Z</published><title>x</title>\
         <link rel=\"alternate\" href=\"https://a.example/incidents/i1\"/><content>{}{}</content></entry></feed>",
        paragraph("10:00", "Resolved"),
        paragraph("09:00", "Investigating")
    );
    let Ok(SavedFile::Feed(feed)) = statuspage::read(feed.as_bytes()) else { panic!("it is a feed") };
    let Ok(SavedFile::Body(body)) = statuspage::read(body.as_bytes()) else { panic!("it is a body") };
    let source = SourceBody { name: "a.json".to_owned(), body: *body };
    let history = convert::history(vec![source], &[("history.atom".to_owned(), feed)], Zone::UTC);
    let report = &history.reports[0];
    assert_eq!(
        (report.feed_id.as_deref(), report.updates[0].id.as_deref()),
        (Some("tag:a"), Some("investigating-09:00:00"))
    );
    let told = "line 1: this copy of “x” is left out: that of a.json, line 1, is taken, which is no newer and has another number of updates, 2";
    assert_eq!(said(&history, Finding::LeftOut), [told]);
}
