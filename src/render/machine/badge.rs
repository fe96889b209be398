//! Badges: state or uptime of the service, a component or a group, as SVG and as shields.io endpoint JSON.
//!
//! The text says what the colour says, and the picture has an accessible name.

use serde::Serialize;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::model::edition::{Edition, Scope};
use crate::model::state::State;
use crate::model::uptime::Figure;
use crate::plan::page::{Badge, BadgeForm};
use crate::render::machine::context::Context;
use crate::render::machine::encode::json;
use crate::render::machine::xml::Xml;
use crate::render::view::overall::overall_state;

/// Advance widths of Verdana at 11 pixels, the badge's first font, in tenths of a pixel, from the space on.
const ASCII_WIDTHS: [u32; 95] = [
    39, 43, 50, 90, 70, 118, 80, 30, 50, 50, 70, 90, 40, 50, 40, 50, 70, 70, 70, 70, 70, 70, 70, 70, 70, 70,
    50, 50, 90, 90, 90, 60, 110, 75, 75, 77, 85, 70, 63, 85, 83, 46, 50, 76, 61, 93, 82, 87, 66, 87, 76, 75,
    68, 81, 75, 109, 75, 68, 75, 50, 50, 50, 90, 70, 70, 66, 69, 57, 69, 66, 39, 69, 70, 30, 38, 65, 30, 107,
    70, 67, 69, 69, 47, 57, 43, 70, 65, 90, 65, 65, 58, 70, 50, 70, 90,
];

/// Width of a non-ASCII character that takes one terminal column, in tenths of a pixel.
const NARROW: u32 = 70;

/// Width of one that takes two columns (ideographs, emoji), in tenths of a pixel.
const WIDE: u32 = 110;

/// Pixels on both sides of a text.
const PADDING: u32 = 6;

/// Background of the label. White text on this and all colours below has a contrast of at least 4.5 (WCAG 2.2, 1.4.3).
const LABEL_COLOR: &str = "#3c444d";

/// Background of an unknown state.
const NEUTRAL_COLOR: &str = "#5f6872";

/// Cache time for shields.io in seconds; its minimum.
const CACHE_SECS: u32 = 300;

struct BadgeText {
    label: String,
    message: String,
    color: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Endpoint<'a> {
    schema_version: u8,
    label: &'a str,
    message: &'a str,
    color: &'a str,
    cache_seconds: u32,
}

pub(in crate::render) fn bytes(
    context: &Context<'_>,
    badge: Badge,
    form: BadgeForm,
    scope: Scope,
) -> Vec<u8> {
    let words = match badge {
        Badge::State => state(context, scope),
        Badge::Uptime => uptime(context, scope),
    };
    match form {
        BadgeForm::Svg => svg(&words),
        BadgeForm::Json => json(&Endpoint {
            schema_version: 1,
            label: &words.label,
            message: &words.message,
            color: words.color,
            cache_seconds: CACHE_SECS,
        }),
    }
}

/// The figure over the days that pages show; for the whole service the exact mean of all components with `show_uptime`.
/// `None` when no day counts: then there is no such badge.
pub(super) fn figure(edition: &Edition, scope: Scope) -> Option<Figure> {
    let (first, last) = (edition.first_shown_day(), edition.today);
    match scope {
        Scope::Component(ix) => {
            let shown = edition.site.component(ix).show_uptime;
            edition.figure(ix, first, last, edition.component_as_of(ix)).filter(|_| shown)
        }
        Scope::Group(ix) => edition.group_figure(ix, first, last, edition.group_as_of(ix)),
        Scope::Site => {
            let shown = edition.site.component_ixs().filter(|&ix| edition.site.component(ix).show_uptime);
            let figures = shown.filter_map(|ix| edition.figure(ix, first, last, edition.as_of));
            Figure::mean(&figures.collect::<Vec<_>>())
        }
    }
}

fn state(context: &Context<'_>, scope: Scope) -> BadgeText {
    let edition = context.edition;
    let said = |state: State| (context.say(&format!("state-{}", state.as_str()), &[]), state_color(state));
    let neutral = |message: &str| (context.say(message, &[]), NEUTRAL_COLOR);
    let (message, color) = match scope {
        Scope::Site => (context.overall(), state_color(overall_state(edition.overall()))),
        Scope::Component(ix) if edition.is_retired(ix) => neutral("state-retired"),
        Scope::Group(ix) if edition.is_group_retired(ix) => neutral("state-retired"),
        Scope::Component(ix) if edition.begins(ix).is_some() => neutral("state-to-come"),
        Scope::Group(ix) if edition.group_begins(ix).is_some() => neutral("state-to-come"),
        Scope::Component(ix) => said(edition.state(ix)),
        Scope::Group(ix) => said(edition.group_state(ix)),
    };
    BadgeText { label: label(context, scope), message, color }
}

fn uptime(context: &Context<'_>, scope: Scope) -> BadgeText {
    let label = context.say("badge-uptime", &[("name", &label(context, scope))]);
    match figure(context.edition, scope) {
        Some(figure) => {
            let message = context.say("percent", &[("percent", &figure.floor2())]);
            BadgeText { label, message, color: figure_color(&figure) }
        }
        None => BadgeText { label, message: context.say("no-data", &[]), color: LABEL_COLOR },
    }
}

fn label(context: &Context<'_>, scope: Scope) -> String {
    let site = &context.edition.site;
    match scope {
        Scope::Site => site.config.title.clone(),
        Scope::Component(ix) => site.component(ix).name.clone(),
        Scope::Group(ix) => site.groups[ix.0].name.clone(),
    }
}

fn state_color(state: State) -> &'static str {
    match state {
        State::Operational => "#187a41",
        State::UnderMaintenance => "#1f57c3",
        State::DegradedPerformance => "#8a5a00",
        State::PartialOutage => "#b4460a",
        State::MajorOutage => "#b42318",
    }
}

/// Thresholds: 99.9, 99 and 95 percent.
fn figure_color(figure: &Figure) -> &'static str {
    match figure.hundredths() {
        9_990.. => state_color(State::Operational),
        9_900.. => state_color(State::DegradedPerformance),
        9_500.. => state_color(State::PartialOutage),
        _ => state_color(State::MajorOutage),
    }
}

fn svg(words: &BadgeText) -> Vec<u8> {
    let (left, right) = (width(&words.label), width(&words.message));
    let whole = left + right + 4 * PADDING;
    let middle = left + 2 * PADDING;
    let px = |pixels: u32| pixels.to_string();
    let said = format!("{}: {}", words.label, words.message);
    let mut xml = Xml::fragment();
    let namespace = "http://www.w3.org/2000/svg";
    let size = [
        ("xmlns", namespace),
        ("width", &px(whole)),
        ("height", "20"),
        ("role", "img"),
        ("aria-label", &said),
    ];
    xml.open("svg", &size);
    xml.text("title", &said);
    xml.open("clipPath", &[("id", "r")]);
    xml.empty("rect", &[("width", &px(whole)), ("height", "20"), ("rx", "3")]);
    xml.close();
    xml.open("g", &[("clip-path", "url(#r)")]);
    xml.empty("rect", &[("width", &px(middle)), ("height", "20"), ("fill", LABEL_COLOR)]);
    let rest = [("x", &*px(middle)), ("width", &px(whole - middle)), ("height", "20"), ("fill", words.color)];
    xml.empty("rect", &rest);
    xml.close();
    let font = "Verdana,Geneva,'DejaVu Sans',sans-serif";
    xml.open("g", &[("fill", "#fff"), ("font-family", font), ("font-size", "11")]);
    for (x, length, text) in [(PADDING, left, &words.label), (middle + PADDING, right, &words.message)] {
        let (x, length) = (px(x), px(length));
        let place = [
            ("x", &*x),
            ("y", "14"),
            ("textLength", &length),
            ("lengthAdjust", "spacingAndGlyphs"),
            ("unicode-bidi", "plaintext"),
        ];
        xml.text_with("text", &place, text);
    }
    xml.close();
    xml.close();
    xml.finish()
}

/// The width of a text in whole pixels, rounded up. With other fonts, the picture stretches the text to it.
fn width(text: &str) -> u32 {
    let mut tenths = 0;
    let mut rest = text;
    while !rest.is_empty() {
        let is_ascii = rest.starts_with(|c: char| c.is_ascii());
        let end = rest.find(|c: char| c.is_ascii() != is_ascii).unwrap_or(rest.len());
        let (run, tail) = rest.split_at(end);
        tenths += if is_ascii { ascii_tenths(run) } else { other_tenths(run) };
        rest = tail;
    }
    tenths.div_ceil(10)
}

fn ascii_tenths(run: &str) -> u32 {
    let width = |byte: u8| ASCII_WIDTHS.get(usize::from(byte.wrapping_sub(b' '))).copied().unwrap_or(0);
    run.bytes().map(width).sum()
}

/// Characters may combine (an emoji of three people is one picture), so the columns of the whole run count.
fn other_tenths(run: &str) -> u32 {
    let columns = |c: char| u32::try_from(c.width().unwrap_or(0)).unwrap_or(0);
    let apart: u32 = run.chars().map(columns).sum();
    let alone: u32 = run.chars().map(|c| if columns(c) > 1 { WIDE } else { columns(c) * NARROW }).sum();
    let joined = u32::try_from(run.width()).unwrap_or(u32::MAX);
    (alone * joined.min(apart)).checked_div(apart).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::report::Status;
    use crate::model::testing::{incident, site_of, update};
    use crate::model::{ComponentIx, Group, GroupIx, Site};
    use crate::plan::page::Page;
    use crate::render::machine::testing::read;
    use crate::time::Day;

    fn site() -> Site {
        let mut site = site_of(vec![incident(&[update(
            "01:00",
            Some(Status::Investigating),
            &[(0, State::PartialOutage)],
        )])]);
        site.groups = vec![Group { id: "core".to_owned(), name: "Core".to_owned(), api_id: None }];
        site.components[0].group = Some(GroupIx(0));
        site.components[0].since = Day::parse("2026-11-20");
        site
    }

    fn shown(badge: Badge, form: BadgeForm, scope: Scope) -> String {
        String::from_utf8(read(site(), "13:00", &Page::Badge(badge, form, scope))).unwrap()
    }

    #[test]
    fn shields_reads_the_same_words() {
        let check = |badge, scope, label: &str, message: &str, color: &str| {
            let expected = format!(
                "{{\"schemaVersion\":1,\"label\":\"{label}\",\"message\":\"{message}\",\"color\":\"{color}\",\
                 \"cacheSeconds\":300}}\n"
            );
            assert_eq!(shown(badge, BadgeForm::Json, scope), expected);
        };
        let (api, core) = (Scope::Component(ComponentIx(0)), Scope::Group(GroupIx(0)));
        check(Badge::State, Scope::Site, "Status", "Minor service outage", "#b4460a");
        check(Badge::State, core, "Core", "Partial outage", "#b4460a");
        check(Badge::State, Scope::Component(ComponentIx(1)), "WEB", "Operational", "#187a41");
        check(Badge::Uptime, api, "API uptime", "100.00%", "#187a41");
        check(Badge::Uptime, Scope::Site, "Status uptime", "100.00%", "#187a41");
    }

    #[test]
    fn what_is_retired_says_so_in_grey() {
        let mut site = site();
        site.components[0].retired = Day::parse("2026-11-20");
        let said = |scope| {
            let badge = |form| Page::Badge(Badge::State, form, scope);
            let json = read(site.clone(), "13:00", &badge(BadgeForm::Json));
            let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
            let svg = String::from_utf8(read(site.clone(), "13:00", &badge(BadgeForm::Svg))).unwrap();
            assert!(svg.contains(&format!("fill=\"{}\"", json["color"].as_str().unwrap())));
            format!("{} {}", json["message"].as_str().unwrap(), json["color"].as_str().unwrap())
        };
        assert_eq!(said(Scope::Component(ComponentIx(0))), "Retired #5f6872");
        assert_eq!(said(Scope::Group(GroupIx(0))), "Retired #5f6872");
        assert_eq!(said(Scope::Component(ComponentIx(1))), "Operational #187a41");
    }

    #[test]
    fn what_is_to_come_claims_no_state() {
        let mut site = site();
        site.components[0].since = Day::parse("2026-11-21");
        for scope in [Scope::Component(ComponentIx(0)), Scope::Group(GroupIx(0))] {
            let badge = Page::Badge(Badge::State, BadgeForm::Json, scope);
            let json: serde_json::Value =
                serde_json::from_slice(&read(site.clone(), "13:00", &badge)).unwrap();
            assert_eq!((&json["message"], &json["color"]), (&"Not in service yet".into(), &"#5f6872".into()));
        }
    }

    #[test]
    fn colours_of_figures_have_their_bounds() {
        let check = |secs: i64, color: State| {
            let total = crate::model::uptime::Seconds { major_outage: secs, ..Default::default() };
            let figure = Figure::new(total, 100, &crate::model::uptime::Weights::default());
            assert_eq!(figure_color(&figure), state_color(color), "{secs}");
        };
        check(8_640, State::Operational);
        check(8_641, State::DegradedPerformance);
        check(86_400, State::DegradedPerformance);
        check(86_401, State::PartialOutage);
        check(432_001, State::MajorOutage);
    }

    #[test]
    fn widths_fit_any_script() {
        let check = |text: &str, pixels: u32| assert_eq!(width(text), pixels, "{text}");
        check("", 0);
        check("i", 3);
        check("WW", 22);
        check("支払い", 33);
        check("Привет", 42);
        check("é", 7);
        check("e\u{301}", 7);
        check("👩\u{200d}👩\u{200d}👧", 11);
        check("a支a", 25);
        check("\u{1}\u{7f}", 0);
    }
}
