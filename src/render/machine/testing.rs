//! Renders an output of a small site for tests.

use std::sync::{Arc, LazyLock};

use crate::model::Site;
use crate::model::edition::Edition;
use crate::model::out_path::OutPath;
use crate::model::testing::at;
use crate::plan::page::Page;
use crate::plan::{self, Plan};
use crate::render::Body;
use crate::render::context::References;
use crate::render::theme::Theme;
use crate::source::Snapshot;

static THEME: LazyLock<Theme> =
    LazyLock::new(|| Theme::load(&Snapshot::default(), "default", "en").expect("the built-in theme"));

/// An output of a site at `HH:MM` of the test's day.
pub(super) fn read(site: Site, now: &str, page: &Page) -> Vec<u8> {
    read_edition(&Edition::new(Arc::new(site), at(now)), page)
}

pub(super) fn read_edition(edition: &Edition, page: &Page) -> Vec<u8> {
    let planned = plan::outputs(edition, []);
    assert!(planned.collisions.is_empty(), "{:?}", planned.collisions);
    read_planned(edition, &planned.plan, page)
}

pub(super) fn read_planned(edition: &Edition, plan: &Plan, page: &Page) -> Vec<u8> {
    let (theme, references) = (THEME.clone().with_site(&edition.site), References::new(edition));
    let path = OutPath::new("a/file").expect("a plain path");
    match crate::render::page(edition, plan, &references, &theme, &path, page) {
        Ok(Body::Bytes(bytes)) => bytes,
        other => panic!("{page:?} is not an output for machines: {other:?}"),
    }
}

/// A text that reveals wrong escaping: quotes, the end of CDATA, tags, emoji, both directions, 10,000 letters, and
/// characters that XML cannot hold.
pub(super) fn torture() -> String {
    let hard = "\"quotes\" 'single' ]]> <b>&amp;</b> </script> 🎉👩\u{200d}👩\u{200d}👧 \u{202e}עברית\u{202c} a,b;c\\d `code`";
    format!("{hard} {}\u{1}\u{b}\u{1b}\u{fffe}\0", "x".repeat(10_000))
}

mod torture_tests {
    use std::sync::Arc;

    use super::{read, torture};
    use crate::model::ComponentIx;
    use crate::model::Site;
    use crate::model::edition::{IncidentIx, Scope};
    use crate::model::report::Status;
    use crate::model::state::State;
    use crate::model::testing::{incident, site_of, update};
    use crate::plan::api::Api;
    use crate::plan::page::{Badge, BadgeForm, FeedForm, Page};

    fn site() -> Site {
        let mut report = incident(&[update("01:00", Some(Status::Identified), &[(0, State::MajorOutage)])]);
        report.title = torture();
        let mut site = site_of(vec![report]);
        site.components[0].name = torture();
        Arc::make_mut(&mut site.config).title = torture();
        site
    }

    fn parsed(page: &Page) -> serde_json::Value {
        serde_json::from_slice(&read(site(), "13:00", page)).unwrap()
    }

    #[test]
    fn json_holds_any_text_as_it_is() {
        let feed = parsed(&Page::Feed(FeedForm::Json, Scope::Site));
        assert_eq!((&feed["title"], &feed["items"][0]["title"]), (&torture().into(), &torture().into()));
        assert_eq!(feed["items"][0]["tags"][0], torture());
        let body = parsed(&Page::Api(Api::Incident(IncidentIx(0))));
        assert_eq!(
            (&body["page"]["name"], &body["incident"]["name"]),
            (&torture().into(), &torture().into())
        );
        assert_eq!(body["incident"]["components"][0]["name"], torture());
        assert_eq!(parsed(&Page::UptimeJson)["components"][0]["name"], torture());
        let badge = Page::Badge(Badge::State, BadgeForm::Json, Scope::Component(ComponentIx(0)));
        assert_eq!(parsed(&badge)["label"], torture());
    }

    #[test]
    fn a_picture_names_itself_by_any_text() {
        let badge = Page::Badge(Badge::State, BadgeForm::Svg, Scope::Component(ComponentIx(0)));
        let svg = read(site(), "13:00", &badge);
        let mut reader = quick_xml::Reader::from_reader(&*svg);
        let mut title = String::new();
        loop {
            match reader.read_event().expect("well-formed XML") {
                quick_xml::events::Event::Start(start) if &*start == "title" => {
                    title = reader.read_text(start.name()).unwrap().to_string();
                }
                quick_xml::events::Event::Eof => break,
                _ => {}
            }
        }
        let kept: String = torture().chars().filter(|&c| c >= ' ' && c != '\u{fffe}').collect();
        assert_eq!(quick_xml::escape::unescape(&title).unwrap(), format!("{kept}: Major outage"));
    }

    #[test]
    fn text_for_terminals_and_monitors_stays_in_its_lines() {
        let status = String::from_utf8(read(site(), "13:00", &Page::StatusText)).unwrap();
        assert!(!status.contains(|c: char| c.is_control() && c != '\n'));
        assert!(status.contains("👩\u{200d}👩\u{200d}👧") && status.contains(&"x".repeat(70)));
        let metrics = String::from_utf8(read(site(), "13:00", &Page::Metrics)).unwrap();
        let samples = metrics.lines().filter(|line| !line.starts_with('#'));
        assert!(samples.clone().count() > 10);
        assert!(samples.clone().all(|line| line.starts_with("allclear_")));
        assert!(metrics.contains("name=\"\\\"quotes\\\" 'single'") && metrics.contains("a,b;c\\\\d"));
    }
}
