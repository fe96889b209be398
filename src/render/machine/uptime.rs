//! `/api/uptime.json`: figures of all components and groups, and the seconds in each state day by day.
//!
//! A row lists the days with data, oldest first: a component's from `since` until it retired. Components without
//! `show_uptime` have no row.

use serde::Serialize;

use crate::model::days::DayRow;
use crate::model::edition::Edition;
use crate::model::uptime::{Seconds, bar_color};
use crate::model::{ComponentIx, GroupIx};
use crate::plan::page::Page;
use crate::render::machine::context::Context;
use crate::render::machine::encode::json as to_json;
use crate::render::machine::rows::{Row, rows};
use crate::time::{Day, Instant};

#[derive(Serialize)]
struct Document<'a> {
    page: PageName<'a>,
    generated_at: String,
    days: u32,
    components: Vec<UptimeRow<'a>>,
}

#[derive(Serialize)]
struct PageName<'a> {
    name: &'a str,
    url: &'a str,
    time_zone: &'a str,
}

#[derive(Serialize)]
struct UptimeRow<'a> {
    id: &'a str,
    name: &'a str,
    group: bool,
    group_id: Option<&'a str>,
    since: Option<String>,
    uptime: String,
    days: Vec<UptimeDay<'a>>,
}

#[derive(Serialize)]
struct UptimeDay<'a> {
    date: String,
    degraded_performance: i64,
    partial_outage: i64,
    major_outage: i64,
    under_maintenance: i64,
    color: String,
    incidents: Vec<&'a str>,
}

pub(in crate::render) fn json(context: &Context<'_>) -> Vec<u8> {
    let edition = context.edition;
    let config = &edition.site.config;
    let as_of = Page::UptimeJson.as_of(edition).expect("uptime shows the days up to today, which are dated");
    let counted = |ix| has_figure(edition, ix);
    let components = rows(&edition.site, counted).into_iter().filter_map(|row| match row {
        Row::Component(ix) => component_row(edition, ix, as_of),
        Row::Group(ix) => group_row(edition, ix, as_of),
    });
    to_json(&Document {
        page: PageName { name: &config.title, url: config.base_url.as_str(), time_zone: config.zone.name() },
        generated_at: config.zone.rfc3339(as_of),
        days: config.uptime.days,
        components: components.collect(),
    })
}

fn has_figure(edition: &Edition, ix: ComponentIx) -> bool {
    let component = edition.site.component(ix);
    let from = edition.counted_from(ix).map(|day| day.max(edition.first_shown_day()));
    component.show_uptime && from.is_some_and(|from| from <= edition.today && component.lives_on(from))
}

fn component_row(edition: &Edition, ix: ComponentIx, as_of: Instant) -> Option<UptimeRow<'_>> {
    let component = edition.site.component(ix);
    let days = edition.days(ix, edition.first_shown_day(), edition.today, as_of);
    Some(UptimeRow {
        id: &component.id,
        name: &component.name,
        group: false,
        group_id: component.group.map(|group| edition.site.groups[group.0].id.as_str()),
        since: edition.counted_from(ix).map(|day| day.to_string()),
        uptime: edition.figure_of(&days)?.floor2(),
        days: shown_days(edition, &days),
    })
}

fn group_row(edition: &Edition, ix: GroupIx, as_of: Instant) -> Option<UptimeRow<'_>> {
    let group = &edition.site.groups[ix.0];
    let (first, last) = (edition.first_shown_day(), edition.today);
    Some(UptimeRow {
        id: &group.id,
        name: &group.name,
        group: true,
        group_id: None,
        since: group_since(edition, ix).map(|day| day.to_string()),
        uptime: edition.group_figure(ix, first, last, as_of)?.floor2(),
        days: shown_days(edition, &edition.group_days(ix, first, last, as_of)),
    })
}

/// The first day that counts of any member.
fn group_since(edition: &Edition, ix: GroupIx) -> Option<Day> {
    edition.counted_members(ix).filter_map(|member| edition.counted_from(member)).min()
}

fn shown_days<'a>(edition: &'a Edition, rows: &[DayRow]) -> Vec<UptimeDay<'a>> {
    let with_data = |row: &DayRow| row.seconds.map(|seconds| shown_day(edition, row, seconds));
    rows.iter().filter_map(with_data).collect()
}

fn shown_day<'a>(edition: &'a Edition, row: &DayRow, seconds: Seconds) -> UptimeDay<'a> {
    let slug = |&ix| edition.incident(ix).report.slug.as_str();
    UptimeDay {
        date: row.day.to_string(),
        degraded_performance: seconds.degraded_performance,
        partial_outage: seconds.partial_outage,
        major_outage: seconds.major_outage,
        under_maintenance: seconds.under_maintenance,
        color: bar_color(seconds.weighted(&edition.site.config.uptime.weights)),
        incidents: row.incidents.iter().map(slug).collect(),
    }
}

#[cfg(test)]
mod tests {
    use crate::model::testing::site_of;
    use crate::plan::page::Page;
    use crate::render::machine::testing::read;
    use crate::time::Day;

    #[test]
    fn what_retired_before_the_days_shown_has_no_row() {
        let mut site = site_of(Vec::new());
        site.components[0].retired = Day::parse("2026-08-23");
        site.components[1].retired = Day::parse("2026-08-24");
        site.components[2].since = Day::parse("2026-11-21");
        let shown: serde_json::Value =
            serde_json::from_slice(&read(site, "13:00", &Page::UptimeJson)).unwrap();
        let rows = shown["components"].as_array().unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!((&rows[0]["id"], rows[0]["days"].as_array().unwrap().len()), (&"web".into(), 1));
    }
}
