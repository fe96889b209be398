//! `/maintenance.ics`, `/maintenance/SLUG.ics`: planned maintenance as a calendar (RFC 5545).
//!
//! Times are in UTC, which calendars convert. An event keeps its `UID` when it moves; its `SEQUENCE` rises with every
//! update and dated edit. Nothing depends on the clock.

use std::cmp::Reverse;

use crate::model::edition::{IncidentIx, Scope};
use crate::model::incident::Incident;
use crate::model::report::{Schedule, Status};
use crate::parse::markdown;
use crate::plan::page::Page;
use crate::render::machine::context::Context;
use crate::render::machine::latest::latest;
use crate::render::machine::xml;
use crate::time::{Instant, Zone};

/// RFC 5545 §3.1: the most bytes of a line without its line end.
const MOST_BYTES: usize = 75;

/// The placeholder event of an empty calendar, which would be invalid (RFC 5545 §3.4, §3.6.5).
const NOTHING_PLANNED: [(&str, &str); 9] = [
    ("BEGIN", "VTIMEZONE"),
    ("TZID", "Etc/UTC"),
    ("BEGIN", "STANDARD"),
    ("DTSTART", "19700101T000000"),
    ("TZOFFSETFROM", "+0000"),
    ("TZOFFSETTO", "+0000"),
    ("TZNAME", "UTC"),
    ("END", "STANDARD"),
    ("END", "VTIMEZONE"),
];

/// The calendar of a part of the service: open plans and the last changed ones, up to the number of feed entries.
pub(in crate::render) fn bytes(context: &Context<'_>, scope: Scope) -> Vec<u8> {
    let config = &context.edition.site.config;
    let mut lines = begun();
    let name = name(context, scope);
    lines.text("NAME", &name);
    lines.text("X-WR-CALNAME", &name);
    lines.push("X-WR-TIMEZONE", config.zone.name());
    lines.push("REFRESH-INTERVAL;VALUE=DURATION", "PT1H");
    lines.push("X-PUBLISHED-TTL", "PT1H");
    if let Some(address) = context.url_of(&Page::Calendar(scope)) {
        lines.push("SOURCE;VALUE=URI", &address);
    }
    let plans = plans(context, scope);
    if plans.is_empty() {
        NOTHING_PLANNED.iter().for_each(|(name, value)| lines.push(name, value));
    }
    for (incident, plan) in plans {
        event(context, &mut lines, incident, plan);
    }
    lines.push("END", "VCALENDAR");
    lines.out.into_bytes()
}

/// The calendar of one maintenance, for a reader who adds it to their own.
pub(in crate::render) fn event_bytes(context: &Context<'_>, ix: IncidentIx) -> Vec<u8> {
    let incident = context.edition.incident(ix);
    let mut lines = begun();
    if let Some(plan) = &incident.report.schedule {
        event(context, &mut lines, incident, plan);
    }
    lines.push("END", "VCALENDAR");
    lines.out.into_bytes()
}

/// The first lines of a calendar.
fn begun() -> ContentLines {
    let mut lines = ContentLines::default();
    lines.push("BEGIN", "VCALENDAR");
    lines.push("VERSION", "2.0");
    lines.push("PRODID", "-//allclear//maintenance//EN");
    lines.push("CALSCALE", "GREGORIAN");
    lines.push("METHOD", "PUBLISH");
    lines
}

fn name(context: &Context<'_>, scope: Scope) -> String {
    let site = &context.edition.site;
    match scope {
        Scope::Site => site.config.title.clone(),
        Scope::Component(ix) => format!("{} – {}", site.component(ix).name, site.config.title),
        Scope::Group(ix) => format!("{} – {}", site.groups[ix.0].name, site.config.title),
    }
}

/// Maintenances with their plans, latest beginning first, ties by identity.
fn plans<'a>(context: &Context<'a>, scope: Scope) -> Vec<(&'a Incident, &'a Schedule)> {
    let mut all = context.edition.incidents_in(scope);
    all.retain(|incident| incident.is_maintenance());
    let all = latest(all, context.edition.site.config.feeds.entries);
    let mut plans: Vec<(&Incident, &Schedule)> =
        all.into_iter().filter_map(|incident| Some((incident, incident.report.schedule.as_ref()?))).collect();
    plans.sort_by_key(|(incident, plan)| (Reverse(plan.from), &incident.report.id));
    plans
}

fn event(context: &Context<'_>, lines: &mut ContentLines, incident: &Incident, plan: &Schedule) {
    let site = &context.edition.site;
    let report = &incident.report;
    lines.push("BEGIN", "VEVENT");
    lines.push("UID", &format!("{}@{}", report.id, site.config.tag_host()));
    lines.push("SEQUENCE", &sequence(context, incident).to_string());
    lines.push("DTSTAMP", &utc(incident.updated));
    lines.push("CREATED", &utc(incident.published));
    lines.push("LAST-MODIFIED", &utc(incident.updated));
    lines.push("DTSTART", &utc(plan.from));
    lines.push("DTEND", &utc(plan.to));
    lines.text("SUMMARY", &report.title);
    lines.text("DESCRIPTION", &description(context, incident));
    lines.push("STATUS", if incident.status == Status::Cancelled { "CANCELLED" } else { "CONFIRMED" });
    lines.push("TRANSP", "TRANSPARENT");
    let names = incident.named_components().0.iter().map(|&ix| escape(&site.component(ix).name));
    let names: Vec<String> = names.collect();
    if !names.is_empty() {
        lines.push("CATEGORIES", &names.join(","));
    }
    lines.push("URL", &context.incident_url(incident));
    lines.push("END", "VEVENT");
}

/// The number of updates plus the seconds from `tag_date` to the last edit, so it rises with both.
fn sequence(context: &Context<'_>, incident: &Incident) -> i64 {
    let updates = i64::try_from(incident.updates().len()).expect("a report's updates fit");
    let edited = incident.report.edited.filter(|&at| at <= context.edition.now);
    updates + edited.map_or(0, |at| at.secs_since(context.edition.site.config.tag_instant()).max(0))
}

/// All updates, newest first, and the page's URL.
fn description(context: &Context<'_>, incident: &Incident) -> String {
    let mut paragraphs: Vec<String> = incident
        .updates()
        .iter()
        .rev()
        .map(|update| {
            let label = context.label(update);
            let text = markdown::plain_text(update.body.as_str(), context.raw_html());
            format!("{label}, {}\n{text}", context.formatter.time(update.at).text)
        })
        .collect();
    paragraphs.push(context.incident_url(incident));
    paragraphs.join("\n\n")
}

/// `20261115T080000Z`.
fn utc(at: Instant) -> String {
    let local = Zone::UTC.local(at);
    let day = local.day();
    let (hour, minute, second) = (local.hour(), local.minute(), local.second());
    format!("{:04}{:02}{:02}T{hour:02}{minute:02}{second:02}Z", day.year(), day.month(), day.day_of_month())
}

/// Content lines, folded and ended by CR LF.
#[derive(Default)]
struct ContentLines {
    out: String,
}

impl ContentLines {
    /// Adds a line whose value needs no escaping.
    fn push(&mut self, name: &str, value: &str) {
        let line = format!("{name}:{value}");
        let mut rest = line.as_str();
        let mut room = MOST_BYTES;
        while rest.len() > room {
            let cut = (0..=room).rev().find(|&at| rest.is_char_boundary(at)).unwrap_or(room);
            let (head, tail) = rest.split_at(cut);
            self.out.push_str(head);
            self.out.push_str("\r\n ");
            rest = tail;
            // The space at the start of a folded line counts too.
            room = MOST_BYTES - 1;
        }
        self.out.push_str(rest);
        self.out.push_str("\r\n");
    }

    /// Adds a line with escaped text.
    fn text(&mut self, name: &str, text: &str) {
        self.push(name, &escape(text));
    }
}

/// RFC 5545 §3.3.11: escapes backslashes, commas, semicolons and line ends; drops control characters.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in xml::clean(text).chars() {
        match c {
            '\\' | ',' | ';' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\u{7f}' => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Site;
    use crate::model::report::{Report, Slug, Update};
    use crate::model::testing::{at, maintenance, site_of, update};
    use crate::render::machine::testing::read;

    fn plan() -> Report {
        maintenance("08:00", "11:00", true, &[update("01:00", Some(Status::Scheduled), &[])])
    }

    fn calendar(site: Site, now: &str) -> String {
        String::from_utf8(read(site, now, &Page::Calendar(Scope::Site))).unwrap()
    }

    /// The unfolded values of all lines of this name.
    fn values(calendar: &str, name: &str) -> Vec<String> {
        let lines = calendar.replace("\r\n ", "");
        let value = |line: &str| line.strip_prefix(name)?.strip_prefix(':').map(str::to_owned);
        lines.split("\r\n").filter_map(value).collect()
    }

    #[test]
    fn the_next_plans_are_never_left_out() {
        let mut plans = vec![plan(), named("y", plan())];
        plans[1].schedule.as_mut().unwrap().from = at("09:00");
        let mut site = site_of(plans);
        std::sync::Arc::make_mut(&mut site.config).feeds.entries = 1;
        let hosts = |site: Site| values(&calendar(site, "02:00"), "UID");
        assert_eq!(hosts(site.clone()), ["y@status.example.org", "x@status.example.org"]);
        std::sync::Arc::make_mut(&mut site.config).feeds.tag_host = Some("old.example".to_owned());
        assert_eq!(hosts(site), ["y@old.example", "x@old.example"]);
    }

    fn named(slug: &str, report: Report) -> Report {
        Report { slug: Slug::new(slug).unwrap(), id: slug.to_owned(), ..report }
    }

    #[test]
    fn a_maintenance_is_an_event_of_its_own_at_an_address_that_stays() {
        let site = site_of(vec![plan()]);
        let mut cancelled = plan();
        cancelled.updates.push(update("02:00", Some(Status::Cancelled), &[]));
        let events = |site: &Site, now: &str| {
            let edition = crate::model::edition::Edition::new(site.clone().into(), at(now));
            let outputs = crate::plan::outputs(&edition, []).plan.outputs.clone();
            outputs.into_keys().filter(|path| path.as_str() == "maintenance/x.ics").count()
        };
        assert_eq!(["02:00", "09:00", "11:00", "23:00"].map(|now| events(&site, now)), [1; 4]);
        assert_eq!(events(&site_of(vec![cancelled.clone()]), "03:00"), 1);
        let ix = IncidentIx(0);
        let told = String::from_utf8(read(site_of(vec![cancelled]), "03:00", &Page::Event(ix))).unwrap();
        assert_eq!(values(&told, "STATUS"), ["CANCELLED"]);
        let own = String::from_utf8(read(site.clone(), "02:00", &Page::Event(ix))).unwrap();
        let all = calendar(site.clone(), "02:00");
        for name in ["UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION"] {
            assert_eq!((values(&own, name).len(), values(&own, name)), (1, values(&all, name)), "{name}");
        }
    }

    #[test]
    fn beginning_and_ending_by_itself_changes_nothing() {
        let at = |now| calendar(site_of(vec![plan()]), now);
        assert_eq!(at("02:00"), at("09:00"));
        assert_eq!(at("02:00"), at("23:00"));
    }

    #[test]
    fn what_was_cancelled_or_moved_keeps_its_identity() {
        let mut moved = plan();
        moved.schedule.as_mut().unwrap().from = at("09:00");
        moved.edited = Some(at("03:00"));
        moved.updates.push(update("02:00", Some(Status::Cancelled), &[]));
        let (before, after) =
            (calendar(site_of(vec![plan()]), "04:00"), calendar(site_of(vec![moved]), "04:00"));
        assert_eq!(values(&before, "UID"), values(&after, "UID"));
        assert_eq!(values(&after, "STATUS"), ["CANCELLED"]);
        assert_eq!(values(&after, "DTSTART"), ["20261120T090000Z"]);
        // Two updates, and the seconds from the beginning of 2024 to the edit: 1,054 days and 3 hours.
        assert_eq!(values(&after, "SEQUENCE"), [(2 + 1_054 * 86_400 + 3 * 3_600).to_string()]);
    }

    #[test]
    fn any_text_comes_through() {
        let torture = "\"q\" 'q' ]]> a,b;c\\d:e <b>&amp;</b> 🎉 \u{202e}עברית\u{202c}";
        let long = format!("{torture} {}{}", "é".repeat(5_000), "x".repeat(5_000));
        let mut report = plan();
        report.title = format!("{long}\u{1}\u{b}\0");
        let body: std::sync::Arc<str> = std::sync::Arc::from(format!("{long}\n\nTwo."));
        let text = crate::source::Text::new(&body, 0..body.len());
        report.updates = vec![Update { body: text, ..report.updates[0].clone() }];
        let calendar = calendar(site_of(vec![report]), "02:00");
        assert!(calendar.split("\r\n").all(|line| line.len() <= 75));
        let unescape = |text: &str| {
            text.replace("\\n", "\n").replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\")
        };
        assert_eq!(unescape(&values(&calendar, "SUMMARY")[0]), long);
        assert!(unescape(&values(&calendar, "DESCRIPTION")[0]).contains("\nTwo.\n\nhttps://"));
    }
}
