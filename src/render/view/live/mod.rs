//! The data for a page's script: all known future changes, so that the page is right whenever it is read.
//!
//! The script counts by the rules of [`crate::model`]; `tests/vectors/live.json` tests both. Invariant: nothing here
//! depends on the build's time, only on content and the site's day.

use std::collections::BTreeSet;
use std::iter;

use serde::Serialize;

use crate::model::days::DayRow;
use crate::model::edition::IncidentIx;
use crate::model::state::State;
use crate::model::uptime::{LEVEL_STARTS_SECS, StateWindow};
use crate::model::{Component, ComponentIx, GroupIx};
use crate::plan::page::{Html, Page};
use crate::render::context::RenderContext;
use crate::render::view::bars;
use crate::render::view::group_rows::shows_rows;
use crate::render::view::site::Link;
use crate::render::view::subject::report_link;
use crate::render::view::uptime_table;
use crate::time::{Day, Instant};

#[cfg(test)]
mod vectors;

/// How many future midnights of the site a page knows.
const DAYS_AHEAD: i64 = 400;

/// The levels of days in the order of [`LiveView::rises`].
const LEVELS: &str = "0123456789dmn";

/// Later than any date in a report.
const FAR_AHEAD_SECS: i64 = 253_402_300_800;

/// The first day that counts of a component that has no `since` and no report. Later than any day.
const NEVER: i64 = 1_000_000;

/// The data of a page that shows current state. Instants are seconds since 1970, days count from 1970-01-01, states go
/// from 0 (operational) to 4 (major outage).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::render) struct LiveView {
    /// The last change of what the page shows.
    as_of: i64,
    /// The last day of its bars.
    today: i64,
    /// Days in a bar.
    count: u32,
    /// Seconds ahead of UTC, each from an instant on; the first from today's midnight.
    zone: Vec<(i64, i32)>,
    /// The cost of a second in percent: degraded, partial, major, maintenance.
    weights: [u32; 4],
    /// The downtime at which each level from 1 on begins, in hundredths of a second.
    starts: Vec<i64>,
    /// The length of a day's line by level: by downtime, degraded performance, maintenance, without data.
    rises: Vec<u8>,
    /// The components of the page, in order, including retired and future ones.
    parts: Vec<PartView>,
    groups: Vec<GroupView>,
    /// The reports behind [`PartView::causes`], newest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reports: Vec<Link>,
    /// On the page of all components: the first day after each current period of its table; 0 for the days up to today.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ends: Vec<i64>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct PartView {
    id: Box<str>,
    /// Its name, where the script needs it.
    #[serde(skip_serializing_if = "str::is_empty")]
    name: Box<str>,
    /// Its page's path, where the script needs it.
    #[serde(skip_serializing_if = "str::is_empty")]
    path: Box<str>,
    /// Its windows from today's midnight on: first second, first second after it (0: open), state.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    windows: Vec<(i64, i64, usize)>,
    /// The report behind each window, as an index of [`LiveView::reports`]. On pages with a list of days.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    causes: Vec<usize>,
    /// Its first day, if ahead.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<i64>,
    /// The first day that counts, if ahead; [`NEVER`] while nothing was reported or recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<i64>,
    /// The first day on which it no longer exists.
    #[serde(skip_serializing_if = "Option::is_none")]
    retired: Option<i64>,
    /// Today's recorded seconds: degraded, partial, major, maintenance.
    #[serde(skip_serializing_if = "Option::is_none")]
    recorded: Option<[i64; 4]>,
    /// This month before today: weighted downtime in hundredths of a second, and days that count. On pages with calendars.
    #[serde(skip_serializing_if = "Option::is_none")]
    month: Option<(i64, usize)>,
    /// The same of this year.
    #[serde(skip_serializing_if = "Option::is_none")]
    year: Option<(i64, usize)>,
    /// The same of the periods of [`LiveView::ends`], without the first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sums: Vec<(i64, usize)>,
    /// The downtime that its target allows this month, in hundredths of a second. On its own page, and in the table of all.
    #[serde(skip_serializing_if = "Option::is_none")]
    budget: Option<i64>,
    /// Its days, if the page has no bars that hold them.
    #[serde(skip_serializing_if = "Option::is_none")]
    past: Option<String>,
    /// 1 without `show_uptime`.
    #[serde(skip_serializing_if = "Option::is_none")]
    silent: Option<u8>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct GroupView {
    id: String,
    name: String,
    /// Indexes of its members in [`LiveView::parts`].
    of: Vec<usize>,
}

/// The data as JSON for a `<script>` element; `None` for a page without current state.
pub(in crate::render) fn json(context: &RenderContext<'_>, page: &Html) -> Option<String> {
    let view = view(context, page)?;
    let text = serde_json::to_string(&view).expect("numbers and text are JSON");
    Some(text.replace('<', "\\u003c"))
}

fn view(context: &RenderContext<'_>, page: &Html) -> Option<LiveView> {
    let edition = context.edition;
    let site = context.site();
    let (components, groups) = shown(context, page)?;
    let midnight = site.config.zone.start_of(edition.today);
    let weights = &site.config.uptime.weights;
    let sources = sources(context, page, &components);
    Some(LiveView {
        as_of: page.as_of(edition)?.epoch_secs(),
        today: edition.today.number(),
        count: site.config.uptime.days,
        zone: zone(context, midnight),
        weights: [
            weights.degraded_performance,
            weights.partial_outage,
            weights.major_outage,
            weights.under_maintenance,
        ],
        starts: iter::once(1).chain(LEVEL_STARTS_SECS.map(|secs| secs * 100)).collect(),
        rises: LEVELS.chars().map(bars::rise).collect(),
        groups: groups.into_iter().map(|it| group(context, it, &components)).collect(),
        parts: components.into_iter().map(|ix| part(context, page, ix, &sources)).collect(),
        reports: sources.iter().map(|&ix| report_link(context, edition.incident(IncidentIx(ix)))).collect(),
        ends: if *page == Html::Uptime { ends(edition.today) } else { Vec::new() },
    })
}

/// The states of the front page's components: `0,0,,3`, empty for one that does not exist now.
pub(super) fn front_states(context: &RenderContext<'_>) -> String {
    let edition = context.edition;
    let state = |ix: ComponentIx| match context.site().component(ix).lives_on(edition.today) {
        true => number(edition.state(ix)).to_string(),
        false => String::new(),
    };
    let (components, _) = shown(context, &Html::Front).unwrap_or_default();
    components.into_iter().map(state).collect::<Vec<_>>().join(",")
}

/// The components that have a part in what the page shows, and the groups whose state or days it shows; none when it shows no
/// current state.
fn shown(context: &RenderContext<'_>, page: &Html) -> Option<(Vec<ComponentIx>, Vec<GroupIx>)> {
    let (edition, site) = (context.edition, context.site());
    let first = edition.first_shown_day();
    let is_shown = |ix: &ComponentIx| site.component(*ix).retired.is_none_or(|day| day > first);
    match *page {
        Html::Front => {
            let components: Vec<ComponentIx> = site.component_ixs().filter(is_shown).collect();
            let groups = groups_of(context, &components);
            Some((components, groups))
        }
        Html::Group(group) => Some((site.members(group).filter(is_shown).collect(), vec![group])),
        Html::Component(ix) if edition.listed().any(|it| it == ix) => {
            Some(([ix].into_iter().filter(is_shown).collect(), Vec::new()))
        }
        Html::Uptime => {
            let components: Vec<ComponentIx> = uptime_table::shown(context).collect();
            let groups = groups_of(context, &components);
            Some((components, groups))
        }
        Html::Component(_)
        | Html::Incident(_)
        | Html::History
        | Html::HistoryMonth(_)
        | Html::Tags
        | Html::List(_)
        | Html::ListYear(..)
        | Html::ComponentYear(..)
        | Html::UptimeYear(_)
        | Html::Embed
        | Html::Subscribe
        | Html::Pages
        | Html::Content(_)
        | Html::NotFound
        | Html::Redirect(_) => None,
    }
}

/// The groups that have one of these components.
fn groups_of(context: &RenderContext<'_>, components: &[ComponentIx]) -> Vec<GroupIx> {
    let site = context.site();
    let has_members = |group: &GroupIx| components.iter().any(|&ix| site.component(ix).group == Some(*group));
    (0..site.groups.len()).map(GroupIx).filter(has_members).collect()
}

/// The reports behind the windows of a page that lists days, newest first; none of other pages.
fn sources(context: &RenderContext<'_>, page: &Html, components: &[ComponentIx]) -> Vec<usize> {
    let lists_days = matches!(page, Html::Component(_) | Html::Group(_));
    let own = components.iter().filter(|_| lists_days).flat_map(|&ix| stretches(context, ix));
    let sources: BTreeSet<usize> = own.map(|stretch| stretch.source).collect();
    sources.into_iter().collect()
}

fn ends(today: Day) -> Vec<i64> {
    iter::once(0).chain(uptime_table::current(today).map(|(_, last)| last.next().number())).collect()
}

fn zone(context: &RenderContext<'_>, midnight: Instant) -> Vec<(i64, i32)> {
    let end = midnight.plus_secs(DAYS_AHEAD * 86_400);
    let offsets = context.site().config.zone.offsets(midnight, end);
    offsets.into_iter().map(|(from, secs)| (from.epoch_secs(), secs)).collect()
}

fn group(context: &RenderContext<'_>, group: GroupIx, components: &[ComponentIx]) -> GroupView {
    let site = context.site();
    GroupView {
        id: site.groups[group.0].id.clone(),
        name: site.groups[group.0].name.clone(),
        of: (0..components.len()).filter(|&at| site.component(components[at]).group == Some(group)).collect(),
    }
}

fn part(context: &RenderContext<'_>, page: &Html, ix: ComponentIx, sources: &[usize]) -> PartView {
    let edition = context.edition;
    let component = context.site().component(ix);
    let today = edition.today;
    let windows = windows(context, ix);
    let is_drawn = is_drawn(context, page, ix);
    let linked = !windows.is_empty() && *page == Html::Front;
    let has_calendars = matches!(page, Html::Component(_) | Html::Group(_));
    let in_calendars = |first: Day| has_calendars.then(|| before_today(context, ix, first)).flatten();
    let cause = |stretch: &StateWindow| sources.binary_search(&stretch.source).ok();
    PartView {
        id: component.id.as_str().into(),
        name: if linked || is_drawn { component.name.as_str().into() } else { Box::default() },
        path: if linked { context.link(&Page::Html(Html::Component(ix))).into() } else { Box::default() },
        windows,
        causes: stretches(context, ix).filter_map(cause).collect(),
        since: component.since.filter(|&since| since > today).map(Day::number),
        retired: component.retired.map(Day::number),
        from: counted_ahead(context, ix),
        recorded: recorded(context, ix),
        month: in_calendars(today.month_of().first_day()),
        year: Day::from_ymd(today.year(), 1, 1).and_then(in_calendars),
        sums: sums(context, page, ix),
        budget: budget(context, page, ix),
        past: (component.show_uptime && !is_drawn).then(|| bars::data(&rows(context, ix))),
        silent: silent(component),
    }
}

fn counted_ahead(context: &RenderContext<'_>, ix: ComponentIx) -> Option<i64> {
    let edition = context.edition;
    let own = edition.incidents_of(ix).iter().map(|&ix| edition.incident(ix));
    // A maintenance to come may be the first that is known of the component.
    let first = edition.counted_from(ix).or_else(|| own.filter_map(|it| it.first_day(it.began_on)).min());
    let first = first.map_or(NEVER, Day::number);
    let is_since = context.site().component(ix).since.is_some();
    (first > edition.today.number() && !is_since).then_some(first)
}

fn silent(component: &Component) -> Option<u8> {
    (!component.show_uptime).then_some(1)
}

/// Whether the page draws the component's own bars.
fn is_drawn(context: &RenderContext<'_>, page: &Html, ix: ComponentIx) -> bool {
    let edition = context.edition;
    let component = context.site().component(ix);
    let has_row = match page {
        Html::Front => shows_rows(edition.living().count(), component.group),
        Html::Uptime => false,
        _ => true,
    };
    let is_listed = component.lives_on(edition.today) || component.is_to_come(edition.today);
    component.show_uptime && is_listed && has_row
}

/// A component's shown days, as a build draws them.
fn rows(context: &RenderContext<'_>, ix: ComponentIx) -> Vec<DayRow> {
    let edition = context.edition;
    edition.days(ix, edition.first_shown_day(), edition.today, edition.component_as_of(ix))
}

/// What the current periods of the table of all components cost before today, and how many days count; none on other pages.
fn sums(context: &RenderContext<'_>, page: &Html, ix: ComponentIx) -> Vec<(i64, usize)> {
    let periods = uptime_table::current(context.edition.today).into_iter().filter(|_| *page == Html::Uptime);
    periods.filter_map(|(first, _)| before_today(context, ix, first)).collect()
}

/// What the days from `first` to yesterday cost, and how many count; `None` without `show_uptime`.
fn before_today(context: &RenderContext<'_>, ix: ComponentIx, first: Day) -> Option<(i64, usize)> {
    let edition = context.edition;
    let shows = context.site().component(ix).show_uptime;
    let rows = shows.then(|| edition.days(ix, first, edition.today.prev(), edition.component_as_of(ix)))?;
    let counted: Vec<_> = rows.iter().filter_map(|row| row.seconds).collect();
    let weights = &context.site().config.uptime.weights;
    Some((counted.iter().map(|seconds| seconds.weighted(weights)).sum(), counted.len()))
}

/// The downtime that a target allows this month, on pages that say what it leaves.
fn budget(context: &RenderContext<'_>, page: &Html, ix: ComponentIx) -> Option<i64> {
    let component = context.site().component(ix);
    let says_left = *page == Html::Component(ix) || *page == Html::Uptime;
    let target = component.target.filter(|_| component.show_uptime && says_left)?;
    let month = context.edition.today.month_of();
    Some(target.budget(context.edition.days_that_count(ix, month.first_day(), month.last_day())))
}

/// A component's windows from today's midnight on.
fn stretches<'a>(context: &'a RenderContext<'_>, ix: ComponentIx) -> impl Iterator<Item = &'a StateWindow> {
    let midnight = context.site().config.zone.start_of(context.edition.today);
    context.edition.stretches(ix).iter().filter(move |stretch| stretch.interval.to > midnight)
}

fn windows(context: &RenderContext<'_>, ix: ComponentIx) -> Vec<(i64, i64, usize)> {
    let midnight = context.site().config.zone.start_of(context.edition.today);
    let window = |stretch: &StateWindow| {
        let to = stretch.interval.to.epoch_secs();
        let open = to >= FAR_AHEAD_SECS;
        let from = stretch.interval.from.max(midnight).epoch_secs();
        (from, if open { 0 } else { to }, number(stretch.state))
    };
    stretches(context, ix).map(window).collect()
}

fn number(state: State) -> usize {
    State::ALL.iter().position(|it| *it == state).unwrap_or(0)
}

fn recorded(context: &RenderContext<'_>, ix: ComponentIx) -> Option<[i64; 4]> {
    let seconds = context.site().recorded[ix.0].get(&context.edition.today)?.seconds;
    Some([
        seconds.degraded_performance,
        seconds.partial_outage,
        seconds.major_outage,
        seconds.under_maintenance,
    ])
}
