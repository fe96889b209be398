//! Test vectors that compare pages' data with later builds, and so the script with the model.
//!
//! `tests/vectors/live.json` holds the data of front pages as built, and the model's results at later instants without
//! further events. `UPDATE_GOLDEN=1` rewrites it; `tests/browser/rules.test.mjs` runs it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::{LiveView, number, shown, view};
use crate::model::config::{Config, Uptime};
use crate::model::days::DayRow;
use crate::model::edition::Edition;
use crate::model::overall::Overall;
use crate::model::report::{Outage, Report, Schedule, Slug, Status, Update};
use crate::model::state::State;
use crate::model::testing::{incident, maintenance, site_of, update};
use crate::model::uptime::{Figure, Recorded, Seconds, Weights};
use crate::model::{Component, ComponentIx, Group, GroupIx, Site};
use crate::plan;
use crate::plan::page::Html;
use crate::render::context::{References, RenderContext};
use crate::render::format::Formatter;
use crate::render::theme::Theme;
use crate::render::view::bars::{BarPath, BarsOf, BarsView, bars};
use crate::render::view::front::component_uptime;
use crate::source::Snapshot;
use crate::time::{Instant, Interval, Zone};

/// A page as built, and what is true later.
#[derive(Serialize)]
struct Vector {
    name: String,
    data: LiveView,
    /// The days in the page's bars, by component.
    past: BTreeMap<String, String>,
    then: Vec<Truth>,
}

/// The model's results at an instant.
#[derive(Serialize)]
struct Truth {
    at: i64,
    /// The overall state as an index of [`Overall::ALL`].
    overall: usize,
    /// The state of each part.
    parts: Vec<usize>,
    groups: Vec<usize>,
    /// By component and group.
    bars: BTreeMap<String, Bars>,
}

#[derive(Serialize)]
struct Bars {
    first: String,
    days: String,
    percent: Option<String>,
    /// The drawing; once per page, since it is long.
    #[serde(skip_serializing_if = "String::is_empty")]
    paths: String,
}

#[test]
fn vectors_are_as_they_were() {
    let theme = Theme::load(&Snapshot::default(), "default", "en").unwrap();
    let vectors: Vec<Vector> = cases().into_iter().map(|case| vector(&theme, case)).collect();
    let lines: Vec<String> = vectors.iter().map(|it| serde_json::to_string(it).unwrap()).collect();
    let text = format!("[\n{}\n]\n", lines.join(",\n"));
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/live.json");
    if update_is_asked() {
        write(path, &text);
    }
    let golden = read(path);
    let first = text.lines().zip(golden.lines()).find(|(ours, theirs)| ours != theirs);
    assert!(text == golden, "{path} is not as it was (UPDATE_GOLDEN=1 rewrites it), from {first:?}");
}

#[expect(clippy::disallowed_methods, reason = "tests read the environment to update what they expect")]
fn update_is_asked() -> bool {
    std::env::var_os("UPDATE_GOLDEN").is_some()
}

#[expect(clippy::disallowed_methods, reason = "the vectors are shared with another language")]
fn read(path: &str) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

#[expect(clippy::disallowed_methods, reason = "the vectors are shared with another language")]
fn write(path: &str, text: &str) {
    std::fs::write(path, text).unwrap();
}

/// A site, its build time, and reading times.
struct Case {
    name: String,
    site: Site,
    built: Instant,
    read: Vec<Instant>,
}

fn vector(theme: &Theme, case: Case) -> Vector {
    let site = Arc::new(case.site);
    let edition = Edition::new(Arc::clone(&site), case.built);
    let planned = plan::outputs(&edition, theme.asset_paths());
    let references = References::new(&edition);
    let context = RenderContext { edition: &edition, plan: &planned.plan, references: &references, theme };
    let data = view(&context, &Html::Front).unwrap();
    let (parts, _) = shown(&context, &Html::Front).unwrap();
    let drawn = edition.living().filter(|&ix| site.component(ix).show_uptime);
    let past = drawn
        .map(|ix| {
            (
                site.component(ix).id.clone(),
                component_uptime(&context, ix, edition.component_as_of(ix)).bars.data,
            )
        })
        .collect();
    let truth =
        |&at: &Instant| truth(context.formatter(), &Edition::new(Arc::clone(&site), at), &data, &parts);
    let mut then: Vec<Truth> = case.read.iter().map(truth).collect();
    then.iter_mut().skip(1).flat_map(|it| it.bars.values_mut()).for_each(|bars| bars.paths.clear());
    Vector { name: case.name, past, then, data }
}

fn truth(formatter: Formatter<'_>, edition: &Edition, data: &LiveView, parts: &[ComponentIx]) -> Truth {
    let site = &edition.site;
    let group_ix = |id: &str| GroupIx(site.groups.iter().position(|group| group.id == id).unwrap());
    Truth {
        at: edition.now.epoch_secs(),
        overall: Overall::ALL.iter().position(|it| *it == edition.overall()).unwrap(),
        parts: parts.iter().map(|&ix| number(edition.state(ix))).collect(),
        groups: data.groups.iter().map(|it| number(edition.group_state(group_ix(&it.id)))).collect(),
        bars: all_bars(formatter, edition, data),
    }
}

fn all_bars(formatter: Formatter<'_>, edition: &Edition, data: &LiveView) -> BTreeMap<String, Bars> {
    let site = &edition.site;
    let (first, last, until) = (edition.first_shown_day(), edition.today, edition.now);
    let shown = |ix: &ComponentIx| {
        let component = site.component(*ix);
        component.show_uptime && data.parts.iter().any(|part| *part.id == *component.id)
    };
    let mut all = BTreeMap::new();
    for ix in site.component_ixs().filter(shown) {
        let rows = edition.days(ix, first, last, until);
        let component = site.component(ix);
        let drawn =
            drawn(formatter, edition, [&component.id, &component.name], &rows, edition.figure_of(&rows));
        all.insert(component.id.clone(), drawn);
    }
    for (ix, group) in site.groups.iter().enumerate() {
        if edition.counted_members(GroupIx(ix)).next().is_some() {
            let rows = edition.group_days(GroupIx(ix), first, last, until);
            let figure = edition.group_figure(GroupIx(ix), first, last, until);
            all.insert(group.id.clone(), drawn(formatter, edition, [&group.id, &group.name], &rows, figure));
        }
    }
    all
}

fn drawn(
    formatter: Formatter<'_>,
    edition: &Edition,
    of: [&str; 2],
    rows: &[DayRow],
    figure: Option<Figure>,
) -> Bars {
    let [id, name] = of;
    let BarsView { first, data, paths, .. } =
        bars(edition, formatter, &BarsOf { id, name, rows, figure: figure.as_ref() });
    let path = |it: BarPath| format!("<path class=\"b{}\" d=\"{}\"/>", it.level, it.d);
    let paths = paths.into_iter().map(path).collect();
    Bars { first, days: data, paths, percent: figure.as_ref().map(Figure::floor2) }
}

/// Sites in zones whose clocks change at, before and after midnight, read around every automatic change.
fn cases() -> Vec<Case> {
    let zones = [
        ("Etc/UTC", "2026-11-20T13:17:05Z"),
        ("America/Denver", "2026-03-07T12:00:00Z"),
        ("America/Denver", "2026-10-31T23:30:00Z"),
        ("America/Havana", "2026-10-31T18:00:00Z"),
        ("America/Havana", "2026-03-07T20:00:00Z"),
        ("Africa/Cairo", "2026-10-29T09:00:00Z"),
        ("Africa/Cairo", "2026-04-23T09:00:00Z"),
        ("Asia/Beirut", "2026-03-28T06:00:00Z"),
        ("Africa/Casablanca", "2026-02-13T22:00:00Z"),
        ("Australia/Lord_Howe", "2026-04-03T22:00:00Z"),
        ("Asia/Kathmandu", "2026-07-01T18:14:59Z"),
        ("Pacific/Kiritimati", "2026-12-31T09:59:00Z"),
    ];
    let thrown = zones.into_iter().enumerate().map(|(seed, (zone, built))| case(seed as u64, zone, built));
    thrown.chain([edges()]).collect()
}

/// Cases that random sites hardly contain: an outage during a component's whole life of one day of 25 hours, recorded
/// seconds that exceed the day, downtime at the start of a level, and outages of half of the components and of one
/// more.
fn edges() -> Case {
    let built = Instant::parse_rfc3339("2026-11-02T05:00:00Z").unwrap();
    let zone = Zone::parse("America/Denver").unwrap();
    let today = zone.day_of(built);
    let midnight = zone.start_of(today);
    let goes_on = |component: usize, state: State, from: Instant| {
        let states = vec![(ComponentIx(component), state)];
        incident(&[Update { at: from, states, ..update("00:00", Some(Status::Investigating), &[]) }])
    };
    let out = |component: usize, from: i64, to: i64| Report {
        components: vec![(ComponentIx(component), State::MajorOutage)],
        ..planned(component, built.plus_secs(from), built.plus_secs(to), true)
    };
    let short = Interval { from: midnight.plus_secs(600), to: midnight.plus_secs(1_000) };
    let long = Interval { from: midnight.plus_secs(600), to: midnight.plus_secs(20_600) };
    let mut reports = vec![
        goes_on(0, State::MajorOutage, midnight),
        goes_on(1, State::PartialOutage, midnight.plus_secs(5)),
        outage(2, State::MajorOutage, short),
        outage(3, State::DegradedPerformance, long),
        out(2, 600, 1_800),
        out(3, 1_200, 1_800),
    ];
    name(&mut reports);
    let base = site_of(reports);
    let part = |id: &str, since| Component { since, ..part(id, None) };
    let components = vec![part("a", Some(today)), part("b", None), part("c", None), part("d", None)];
    let secs = Seconds {
        degraded_performance: 10_000,
        partial_outage: 30_000,
        major_outage: 50_000,
        under_maintenance: 20_000,
    };
    let mut recorded = vec![BTreeMap::new(); components.len()];
    recorded[3].insert(today, Recorded { seconds: secs, replaces: false });
    let uptime = Uptime { days: 12, target: None, weights: Weights::default() };
    let config = Config { zone, uptime, ..Config::clone(&base.config) };
    let site = Site { config: Arc::new(config), groups: Vec::new(), components, recorded, ..base };
    let read = [1, 599, 600, 1_200, 1_799, 1_800, 7_199, 7_200, 90_000].map(|secs| built.plus_secs(secs));
    Case { name: "edges".to_owned(), site, built, read: read.into() }
}

fn case(seed: u64, zone: &str, built: &str) -> Case {
    let mut dice = Dice(seed * 7_919 + 1);
    let built = Instant::parse_rfc3339(built).unwrap();
    let zone = Zone::parse(zone).unwrap();
    let site = site(&mut dice, zone, built, seed);
    let read = moments(&mut dice, &site, built);
    Case { name: format!("{} {built}", zone.name()), site, built, read }
}

/// The build, everything dated ahead and the seconds before, midnights, and much later.
fn moments(dice: &mut Dice, site: &Site, built: Instant) -> Vec<Instant> {
    let zone = site.config.zone;
    let tomorrow = zone.start_of(zone.day_of(built).next());
    let mut edges = vec![built.plus_secs(1), tomorrow, zone.start_of(zone.day_of(built).plus_days(2))];
    let plans = site.reports.iter().filter_map(|report| report.schedule.as_ref());
    edges.extend(plans.flat_map(|plan| [plan.from, plan.to]).filter(|&at| at > built));
    edges.extend(zone.offsets(built, built.plus_secs(20 * 86_400)).into_iter().skip(1).map(|(from, _)| from));
    let mut all: Vec<Instant> = edges.iter().flat_map(|edge| [edge.plus_secs(-1), *edge]).collect();
    all.extend([5, 33, 200].map(|days| built.plus_secs(days * 86_400 + dice.upto(86_400))));
    all.sort_unstable();
    all.dedup();
    all
}

fn site(dice: &mut Dice, zone: Zone, built: Instant, seed: u64) -> Site {
    let today = zone.day_of(built);
    let group = |id: &str| Group { id: id.to_owned(), name: id.to_uppercase(), api_id: None };
    let mut components = vec![
        part("a", None),
        Component { since: Some(today.plus_days(-9)), ..part("b", Some(0)) },
        Component { retired: Some(today.plus_days(2)), ..part("c", Some(0)) },
        part("d", Some(1)),
        Component { since: Some(today.plus_days(1)), ..part("e", Some(1)) },
        Component { retired: Some(today.plus_days(-3)), ..part("f", Some(1)) },
    ];
    components[3].show_uptime = !seed.is_multiple_of(3);
    let count = components.len();
    let mut recorded = vec![BTreeMap::new(); count];
    for days in [0, 1, 4] {
        let seconds =
            Seconds { partial_outage: dice.upto(9_000), major_outage: dice.upto(90), ..Seconds::default() };
        recorded[dice.place(count)].insert(today.plus_days(-days), Recorded { seconds, replaces: false });
    }
    let uptime =
        Uptime { days: if seed.is_multiple_of(2) { 12 } else { 30 }, target: None, weights: weights(seed) };
    let reports = reports(dice, built, count);
    let base = site_of(reports);
    let config = Config { zone, uptime, ..Config::clone(&base.config) };
    Site { config: Arc::new(config), groups: vec![group("x"), group("y")], components, recorded, ..base }
}

fn part(id: &str, group: Option<usize>) -> Component {
    Component {
        id: id.to_owned(),
        name: id.to_uppercase(),
        description: String::new(),
        group: group.map(GroupIx),
        since: None,
        retired: None,
        show_uptime: true,
        target: None,
        api_id: None,
    }
}

fn weights(seed: u64) -> Weights {
    match seed % 4 {
        3 => Weights { degraded_performance: 10, partial_outage: 50, major_outage: 90, under_maintenance: 1 },
        _ => Weights::default(),
    }
}

/// Closed and open incidents, and maintenances around the build.
fn reports(dice: &mut Dice, built: Instant, components: usize) -> Vec<Report> {
    let mut reports = Vec::new();
    for _ in 0..8 {
        let from = built.plus_secs(-dice.upto(25 * 86_400) - 9_000);
        let to = from.plus_secs(dice.upto(86_400)).min(built.plus_secs(-1));
        reports.push(outage(dice.place(components), dice.state(), Interval { from, to }));
    }
    for _ in 0..2 {
        reports.push(open(dice, built, components));
    }
    for (from, to) in
        [(-3_600, 5_400), (dice.upto(80_000), 7_200), (86_400, dice.upto(200_000)), (40_000, 60)]
    {
        let from = built.plus_secs(from - from % 60);
        reports.push(planned(dice.place(components), from, from.plus_secs(to - to % 60 + 60), true));
    }
    reports.push(planned(dice.place(components), built.plus_secs(7_200), built.plus_secs(9_000), false));
    name(&mut reports);
    reports
}

fn name(reports: &mut [Report]) {
    for (place, report) in reports.iter_mut().enumerate() {
        report.slug = Slug::new(&format!("r{place}")).unwrap();
    }
}

fn outage(component: usize, state: State, window: Interval) -> Report {
    let Interval { from, to } = window;
    let outage = Outage { component: ComponentIx(component), state, from, to: Some(to) };
    Report { started: Some(from), ended: Some(to), outages: vec![outage], ..incident(&[]) }
}

/// An open incident whose component may have changed its state.
fn open(dice: &mut Dice, built: Instant, components: usize) -> Report {
    let component = dice.place(components);
    let said = |at: Instant, state: State, status: Status| Update {
        at,
        states: vec![(ComponentIx(component), state)],
        ..update("00:00", Some(status), &[])
    };
    let began = built.plus_secs(-dice.upto(90_000) - 4_000);
    incident(&[
        said(began, dice.state(), Status::Investigating),
        said(built.plus_secs(-dice.upto(3_000)), dice.state(), Status::Identified),
    ])
}

fn planned(component: usize, from: Instant, to: Instant, automatic: bool) -> Report {
    let components = vec![(ComponentIx(component), State::UnderMaintenance)];
    let announced = Some(from.plus_secs(-30 * 86_400));
    let schedule = Some(Schedule { from, to, automatic, announced });
    Report { schedule, components, ..maintenance("00:00", "01:00", automatic, &[]) }
}

/// Knuth's MMIX generator, for the same sequence on every machine.
struct Dice(u64);

impl Dice {
    fn upto(&mut self, end: i64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from(self.0 >> 33).unwrap() % end
    }

    fn place(&mut self, count: usize) -> usize {
        usize::try_from(self.upto(i64::try_from(count).unwrap())).unwrap()
    }

    fn state(&mut self) -> State {
        State::ALL[1 + self.place(4)]
    }
}
