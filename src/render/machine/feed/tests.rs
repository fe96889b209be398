use std::sync::Arc;

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::model::config::BaseUrl;
use crate::model::edition::{Edition, Scope};
use crate::model::out_path::OutPath;
use crate::model::report::{Postmortem, Report, Slug, Status, Update};
use crate::model::state::State;
use crate::model::testing::{at, incident, maintenance, site_of, update};
use crate::model::{ComponentIx, Group, GroupIx, Site};
use crate::plan::page::{FeedForm, Page};
use crate::render::machine::testing::{read, read_edition};
use crate::source::Text;
use crate::time::Instant;

const ATOM: Page = Page::Feed(FeedForm::Atom, Scope::Site);
const RSS: Page = Page::Feed(FeedForm::Rss, Scope::Site);

/// The texts of all elements of this name, in order.
fn texts(xml: &[u8], name: &str) -> Vec<String> {
    let mut reader = Reader::from_reader(xml);
    let (mut found, mut inside) = (Vec::new(), None);
    loop {
        match reader.read_event().expect("well-formed XML") {
            Event::Start(start) if start.name().as_ref() == name => inside = Some(String::new()),
            Event::End(end) if end.name().as_ref() == name => found.extend(inside.take()),
            Event::Text(text) => {
                inside.iter_mut().for_each(|inside| inside.push_str(&text));
            }
            Event::GeneralRef(entity) => {
                let entity = format!("&{};", &*entity);
                inside
                    .iter_mut()
                    .for_each(|inside| inside.push_str(&quick_xml::escape::unescape(&entity).unwrap()));
            }
            Event::Eof => return found,
            _ => {}
        }
    }
}

fn text(text: &str) -> Text {
    Text::new(&Arc::from(text), 0..text.len())
}

fn named(slug: &str, report: Report) -> Report {
    Report { slug: Slug::new(slug).unwrap(), id: slug.to_owned(), ..report }
}

fn resolved() -> Report {
    incident(&[
        update("01:00", Some(Status::Investigating), &[(0, State::PartialOutage)]),
        update("01:30", None, &[]),
        update("02:00", Some(Status::Resolved), &[]),
    ])
}

#[test]
fn entries_in_a_language_from_right_to_left_say_so() {
    let mut site = site_of(vec![resolved()]);
    Arc::make_mut(&mut site.config).language = "fa".to_owned();
    let feed = String::from_utf8(read(site.clone(), "13:00", &ATOM)).unwrap();
    assert!(feed.contains("xml:lang=\"fa\""), "{feed}");
    for (page, name) in [(ATOM, "content"), (Page::Updates(FeedForm::Atom), "content"), (RSS, "description")]
    {
        let shown = texts(&read(site.clone(), "13:00", &page), name);
        let entry = shown.last().unwrap();
        assert!(entry.starts_with("<div dir=\"rtl\">\n<p>") && entry.ends_with("</div>\n"), "{entry}");
    }
}

#[test]
fn the_newest_come_first_and_equal_times_by_identity() {
    let report =
        |slug: &str, time: &str| named(slug, incident(&[update(time, Some(Status::Investigating), &[])]));
    let mut early = report("d", "03:00");
    early.started = Some(at("00:30"));
    let reports = vec![report("b", "01:00"), report("a", "01:00"), report("c", "02:00"), early];
    let ids = texts(&read(site_of(reports), "13:00", &RSS), "guid");
    let tag = |slug: &str| format!("tag:status.example.org,2024:incident/{slug}");
    assert_eq!(ids, ["c", "a", "b", "d"].map(tag));
}

#[test]
fn without_entries_a_feed_has_a_time_that_stays() {
    let mut site = site_of(Vec::new());
    let updated = |site: &Site| texts(&read(site.clone(), "13:00", &ATOM), "updated");
    assert_eq!(updated(&site), ["2024-01-01T00:00:00Z"]);
    Arc::make_mut(&mut site.config).feeds.tag_date = "2023-05-06".to_owned();
    assert_eq!(updated(&site), ["2023-05-06T00:00:00Z"]);
    Arc::make_mut(&mut site.config).feeds.tag_date = "2023-05".to_owned();
    assert_eq!(updated(&site), ["2023-05-01T00:00:00Z"]);
}

/// Asserts that no feed of the site changes between two instants.
#[track_caller]
fn check_still(site: &Site, from: Instant, to: Instant) {
    let editions = [from, to].map(|now| Edition::new(Arc::new(site.clone()), now));
    for page in [ATOM, RSS] {
        let [before, after] = editions.each_ref().map(|edition| read_edition(edition, &page));
        assert_eq!(String::from_utf8(before).unwrap(), String::from_utf8(after).unwrap());
    }
}

#[test]
fn a_later_clock_alone_changes_no_byte() {
    let mut open = named("y", incident(&[update("01:00", Some(Status::Investigating), &[])]));
    open.components = vec![(ComponentIx(1), State::MajorOutage)];
    open.updates[0].next_update = Some(at("02:00"));
    let site = site_of(vec![resolved(), open]);
    check_still(&site, at("03:00"), at("03:00").plus_secs(400 * 86_400));
    check_still(&site_of(Vec::new()), at("03:00"), at("03:00").plus_secs(400 * 86_400));
}

#[test]
fn a_maintenance_that_moves_by_itself_changes_no_byte() {
    let site =
        site_of(vec![maintenance("03:00", "04:00", true, &[update("01:00", Some(Status::Scheduled), &[])])]);
    check_still(&site, at("02:00"), at("03:30"));
    check_still(&site, at("03:30"), at("04:30"));
    let html = texts(&read(site, "02:00", &ATOM), "content").remove(0);
    assert!(
        html.starts_with("<p><strong>Planned for 20 November 2026, 03:00 – 04:00 UTC</strong></p>"),
        "{html}"
    );
}

#[test]
fn an_incident_without_updates_is_updated_by_its_end() {
    let mut report = incident(&[]);
    report.started = Some(at("03:00"));
    report.ended = Some(at("04:00"));
    let site = site_of(vec![report]);
    let entry = |now: &str| {
        let xml = read(site.clone(), now, &ATOM);
        (texts(&xml, "updated").remove(1), texts(&xml, "content").remove(0))
    };
    let shown = |text: &str| format!("<p><strong>{text}</strong></p>\n");
    let running = shown("Since 20 November 2026, 03:00 UTC");
    assert_eq!(entry("03:30"), ("2026-11-20T03:00:00Z".to_owned(), running));
    let over = shown("20 November 2026, 03:00 – 04:00 UTC");
    assert_eq!(entry("04:30"), ("2026-11-20T04:00:00Z".to_owned(), over));
}

#[test]
fn an_edit_that_is_dated_is_noticed() {
    let mut report = resolved();
    report.edited = Some(at("06:00"));
    let updated = |now: &str| texts(&read(site_of(vec![report.clone()]), now, &ATOM), "updated");
    assert_eq!(updated("05:00"), ["2026-11-20T02:00:00Z"; 2]);
    assert_eq!(updated("13:00"), ["2026-11-20T06:00:00Z"; 2]);
}

#[test]
fn an_update_feed_has_an_entry_for_each() {
    let mut report = resolved();
    report.title = "Slow".to_owned();
    report.updates[0].id = "first one".to_owned();
    report.postmortem = Some(Postmortem { at: Some(at("05:00")), body: text("Learned.") });
    let plan =
        named("y", maintenance("06:00", "07:00", true, &[update("02:00", Some(Status::Scheduled), &[])]));
    let mut site = site_of(vec![report, plan]);
    let xml = |site: &Site, now| read(site.clone(), now, &Page::Updates(FeedForm::Atom));
    let before = xml(&site, "13:00");
    assert_eq!(
        texts(&before, "title")[1..],
        ["Postmortem: Slow", "Resolved: Slow", "Scheduled: Title", "Update: Slow", "Investigating: Slow"]
    );
    let tags = ["x/postmortem", "x/update/0200", "y/update/0200", "x/update/0130", "x/update/first%20one"];
    let tags = tags.map(|tag| format!("tag:status.example.org,2024:incident/{tag}"));
    assert_eq!(texts(&before, "id")[1..], tags);
    assert_eq!(texts(&before, "id")[0], "tag:status.example.org,2024:updates");
    let shown = String::from_utf8(before.clone()).unwrap();
    assert!(shown.contains("href=\"https://status.example.org/incidents/x/#_first-one\""));
    assert!(shown.contains("href=\"https://status.example.org/incidents/x/#_postmortem\""));
    assert!(
        texts(&before, "content")[2].starts_with("<p><strong>Planned for Friday, 20 November 2026, 06:00")
    );
    assert_eq!(before, xml(&site, "23:00"));
    assert_eq!(texts(&xml(&site, "01:45"), "id").len(), 3);
    Arc::make_mut(&mut site.config).feeds.entries = 1;
    assert_eq!(texts(&xml(&site, "13:00"), "title")[1..], ["Postmortem: Slow"]);
}

#[test]
fn addresses_in_texts_are_absolute() {
    let mut report = resolved();
    report.updates[0].body = text(
        "[a](/history/) [b](y.md#part) [c](#here) [d](//cdn.test/x) [e](mailto:a@b.test) [f](later.md) \
         ![g](pic.svg) note[^1] `<a href=\"#x\">`\n\n[^1]: Text.\n",
    );
    let mut other = named("y", resolved());
    other.source = crate::source::SourcePath::new("content/incidents/y.md");
    let mut site = site_of(vec![report, other]);
    let picture = crate::source::SourcePath::new("content/incidents/pic.svg");
    let picture = crate::source::Handle::new(picture, 1, 0);
    site.copies.insert(OutPath::new("incidents/x/pic.svg").unwrap(), picture);
    let html = texts(&read(site, "13:00", &ATOM), "content").remove(0);
    let base = "https://status.example.org";
    let own = "history/ incidents/y/#part incidents/x/#here incidents/x/pic.svg incidents/x/#_0-fn.1 \
               incidents/x/#_0-fnref.1";
    for address in own.split(' ') {
        assert!(html.contains(&format!("=\"{base}/{address}\"")), "{address}: {html}");
    }
    for address in ["https://cdn.test/x", "mailto:a@b.test"] {
        assert!(html.contains(&format!("href=\"{address}\"")), "{address}: {html}");
    }
    assert!(html.contains("e</a> f <img"), "what is not public yet is text: {html}");
    assert!(html.contains("&lt;a href=\"#x\"&gt;"), "{html}");
}

#[test]
fn old_addresses_hold_the_same_bytes() {
    let mut site = site_of(vec![resolved()]);
    let also_at = [("index.xml", "history.rss"), ("all.json", "feed.json"), ("u", "updates.atom")];
    let also_at = also_at.map(|(path, feed)| (OutPath::new(path).unwrap(), feed.to_owned()));
    Arc::make_mut(&mut site.config).feeds.also_at = also_at.into_iter().collect();
    let edition = Edition::new(Arc::new(site), at("13:00"));
    let plan = crate::plan::outputs(&edition, []).plan;
    let held = |path: &str| plan.outputs[path].clone();
    assert_eq!(held("index.xml"), RSS);
    assert_eq!(held("all.json"), Page::Feed(FeedForm::Json, Scope::Site));
    assert_eq!(held("u"), Page::Updates(FeedForm::Atom));
    let shown = String::from_utf8(read_edition(&edition, &held("index.xml"))).unwrap();
    assert!(shown.contains(
        "rel=\"self\" type=\"application/rss+xml\" href=\"https://status.example.org/history.rss\""
    ));
}

#[test]
fn an_update_changes_exactly_its_entries() {
    let mut report = resolved();
    report.updates.pop();
    let mut ended = resolved();
    ended.updates[2].states = vec![(ComponentIx(1), State::Operational)];
    let other = named("y", incident(&[update("00:30", Some(Status::Investigating), &[])]));
    let before = site_of(vec![report, other.clone()]);
    let after = site_of(vec![ended, other]);
    let entries = |site: &Site, page: &Page| -> Vec<String> {
        let xml = String::from_utf8(read(site.clone(), "13:00", page)).unwrap();
        let entries = xml.trim_end().trim_end_matches("</feed>").split(" <entry>").skip(1);
        entries.map(|entry| format!("<entry>{entry}")).collect()
    };
    let changed = |page: &Page| -> Vec<String> {
        let old = entries(&before, page);
        let new = entries(&after, page).into_iter().filter(|entry| !old.contains(entry));
        new.map(|entry| texts(entry.as_bytes(), "id").remove(0)).collect()
    };
    let tag = "tag:status.example.org,2024:incident/x";
    assert_eq!(changed(&ATOM), [tag]);
    assert_eq!(changed(&Page::Updates(FeedForm::Atom)), [format!("{tag}/update/0200")]);
}

#[test]
fn any_text_comes_through() {
    let torture = "\"quotes\" 'single' ]]> <b>&amp;</b> 🎉👩‍👩‍👧 \u{202e}מימין לשמאל\u{202c} עברית \\ `code`";
    let long = format!("{torture} {}", "x".repeat(10_000));
    let with_controls = format!("{long}\u{1}\u{b}\u{1b}\u{fffe}\0");
    let mut report = resolved();
    report.title = with_controls.clone();
    report.updates = vec![Update { body: text(&with_controls), ..report.updates[0].clone() }];
    let site = site_of(vec![report]);
    for (page, content) in [(ATOM, "content"), (RSS, "description")] {
        let xml = read(site.clone(), "13:00", &page);
        assert_eq!(texts(&xml, "title")[1], long);
        let html = texts(&xml, content).pop().unwrap();
        assert!(html.contains(&"x".repeat(10_000)) && html.contains("🎉👩‍👩‍👧 \u{202e}מימין"), "{page:?}");
    }
}

#[test]
fn what_is_open_and_what_changed_last_stays_in_the_feed() {
    let mut reports: Vec<Report> = (0..5).map(|number| named(&format!("r{number}"), resolved())).collect();
    for (number, report) in (0..).zip(&mut reports) {
        report.updates.iter_mut().for_each(|update| update.at = update.at.plus_secs(number * 3600));
    }
    reports[0].updates.truncate(1);
    reports[1].postmortem = Some(Postmortem { at: Some(at("12:00")), body: text("Why.") });
    let mut site = site_of(reports);
    let ids = |entries: usize, site: &mut Site| {
        Arc::make_mut(&mut site.config).feeds.entries = entries;
        let ids = texts(&read(site.clone(), "13:00", &ATOM), "id");
        ids[1..].iter().map(|id| id.rsplit('/').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(ids(3, &mut site), ["r4", "r1", "r0"]);
    assert_eq!(ids(1, &mut site), ["r0"]);
    site.reports.iter_mut().for_each(|report| Arc::make_mut(report).updates.truncate(1));
    assert_eq!(ids(1, &mut site).len(), 5, "open incidents are never left out");
}

#[test]
fn an_entry_keeps_the_id_it_had_elsewhere() {
    let id = "tag:old.example.com,2005:Incident/99";
    let report = Report { feed_id: Some(id.to_owned()), ..resolved() };
    let mut site = site_of(vec![report]);
    site.groups = vec![Group { id: "core".to_owned(), name: "Core".to_owned(), api_id: None }];
    site.components[0].group = Some(GroupIx(0));
    for scope in [Scope::Site, Scope::Component(ComponentIx(0)), Scope::Group(GroupIx(0))] {
        let read = |form| read(site.clone(), "13:00", &Page::Feed(form, scope));
        assert_eq!(texts(&read(FeedForm::Atom), "id")[1], id);
        assert_eq!(texts(&read(FeedForm::Rss), "guid"), [id]);
        let json: serde_json::Value = serde_json::from_slice(&read(FeedForm::Json)).unwrap();
        assert_eq!(json["items"][0]["id"], id);
    }
    let updates = texts(&read(site, "13:00", &Page::Updates(FeedForm::Atom)), "id");
    assert!(updates[1].starts_with("tag:status.example.org,2024:incident/x/update/"), "{updates:?}");
}

#[test]
fn ids_keep_the_old_host_after_a_move() {
    let mut site = site_of(vec![resolved()]);
    let before = [ATOM, RSS].map(|page| read(site.clone(), "13:00", &page));
    let config = Arc::make_mut(&mut site.config);
    config.base_url = BaseUrl::parse("https://status.example.net/").unwrap();
    config.feeds.tag_host = Some("status.example.org".to_owned());
    let after = [ATOM, RSS].map(|page| read(site.clone(), "13:00", &page));
    assert_eq!(texts(&before[0], "id"), texts(&after[0], "id"));
    assert_eq!(texts(&before[1], "guid"), texts(&after[1], "guid"));
    assert!(String::from_utf8_lossy(&after[0]).contains("https://status.example.net/incidents/x/"));
}
