//! Tables of uptime: a row for each component and group, a column for each period.

use serde::Serialize;

use crate::model::days::DayRow;
use crate::model::edition::Edition;
use crate::model::uptime::{Figure, Target};
use crate::model::{ComponentIx, GroupIx};
use crate::plan::page::{Html, Page};
use crate::render::context::RenderContext;
use crate::render::format::LengthView;
use crate::render::view::bars::worst_level;
use crate::render::view::site::Link;
use crate::render::view::subject::component_link;
use crate::time::{Day, Month};

/// Months in the table of all components, the current one included.
pub(super) const MONTHS: u32 = 12;

/// Figures by component and period.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UptimeTable {
    /// The periods; the first one is that of the total.
    pub periods: Vec<PeriodHead>,
    /// The rows by group; those without a group come first. Components that show their uptime and lived in the period.
    pub groups: Vec<UptimeGroup>,
    /// The site's target in percent: `99.9`.
    pub target: Option<String>,
    /// Whether a component has a target.
    pub has_targets: bool,
    /// Whether a row says what its target leaves of the current month.
    pub has_left: bool,
}

/// A period at the head of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PeriodHead {
    /// In full: `March 2024`, `January 2024 – March 2024`.
    pub title: String,
    /// As short as a column: `Mar`.
    pub short: String,
}

/// A group's rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UptimeGroup {
    /// Its own row: the mean of its members; none for components without a group.
    pub group: Option<UptimeRow>,
    /// Those of its members.
    pub members: Vec<UptimeRow>,
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UptimeRow {
    /// Its id.
    pub id: String,
    /// The component or group.
    pub of: Link,
    /// One figure for each period.
    pub cells: Vec<UptimeCell>,
    /// Its target; none for a group.
    pub target: Option<TargetView>,
}

/// A figure in a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UptimeCell {
    /// `99.98`; none without data.
    pub percent: Option<String>,
    /// Whether a month is below its target, the current one whatever comes.
    pub is_missed: bool,
    /// The level of a month's worst day, as in [`BarPath`](crate::render::view::bars::BarPath); none for other periods.
    pub level: Option<char>,
}

/// A component's target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TargetView {
    /// In percent: `99.95`; in tables none where it is the site's.
    pub percent: Option<String>,
    /// How much downtime the current month has left, in whole minutes, from a day on in hours; none outside of it, and when it is missed.
    pub left: Option<LengthView>,
    /// By how much downtime the current month misses it.
    pub over: Option<LengthView>,
}

/// A column: days from the first to the last, both included.
pub(super) struct Period {
    pub(super) first: Day,
    pub(super) last: Day,
    pub(super) head: PeriodHead,
    /// Whether targets hold for it: months.
    pub(super) is_judged: bool,
}

impl Period {
    pub(super) fn month(context: &RenderContext<'_>, month: Month) -> Self {
        let formatter = context.formatter();
        let short = formatter.say(&format!("month-short-{}", month.number()), &[]);
        let head = PeriodHead { title: formatter.month(month), short };
        Self { first: month.first_day(), last: month.last_day(), head, is_judged: true }
    }

    pub(super) fn total(first: Day, last: Day, title: String, short: String) -> Self {
        Self { first, last, head: PeriodHead { title, short }, is_judged: false }
    }
}

/// The components of the table of all.
pub(super) fn shown<'a>(context: &'a RenderContext<'_>) -> impl Iterator<Item = ComponentIx> + 'a {
    context.edition.living().filter(|&ix| context.site().component(ix).show_uptime)
}

/// The periods of the table of all that hold the current month: the month, its quarter, and twelve months. Their first and last days.
pub(super) fn current(today: Day) -> [(Day, Day); 3] {
    let this = today.month_of();
    let back = |months: u32| (0..months).fold(this, |month, _| month.prev());
    let quarter = back((this.number() - 1) % 3);
    [
        (this.first_day(), this.last_day()),
        (quarter.first_day(), quarter.next().next().last_day()),
        (back(MONTHS - 1).first_day(), this.last_day()),
    ]
}

/// The days of components, from the first to the last of all periods.
pub(super) struct Rows<'a> {
    pub(super) context: &'a RenderContext<'a>,
    pub(super) days: &'a [(ComponentIx, Vec<DayRow>)],
}

impl Rows<'_> {
    pub(super) fn table(&self, periods: Vec<Period>) -> UptimeTable {
        let site = self.context.site();
        let groups = std::iter::once(None).chain((0..site.groups.len()).map(|ix| Some(GroupIx(ix))));
        let groups: Vec<_> = groups.filter_map(|group| self.group(group, &periods)).collect();
        let targets = groups.iter().flat_map(|group| &group.members).filter_map(|row| row.target.as_ref());
        let has_left = targets.clone().any(|target| target.left.is_some() || target.over.is_some());
        UptimeTable {
            has_targets: targets.count() > 0,
            has_left,
            groups,
            periods: periods.into_iter().map(|period| period.head).collect(),
            target: site.config.uptime.target.map(|target| target.to_string()),
        }
    }

    fn group(&self, group: Option<GroupIx>, periods: &[Period]) -> Option<UptimeGroup> {
        let site = self.context.site();
        let own: Vec<_> = self.days.iter().filter(|(ix, _)| site.component(*ix).group == group).collect();
        let row = |group: GroupIx| {
            let of = Link {
                title: site.groups[group.0].name.clone(),
                path: self.context.link(&Page::Html(Html::Group(group))),
            };
            let rows: Vec<&[DayRow]> = own.iter().map(|(_, rows)| rows.as_slice()).collect();
            let days = Edition::mean_days(&rows);
            let mean = |period: &Period| {
                let figures: Vec<Figure> = rows.iter().filter_map(|rows| self.figure(rows, period)).collect();
                self.cell(Figure::mean(&figures), None, period, &days)
            };
            let cells = periods.iter().map(mean).collect();
            UptimeRow { id: site.groups[group.0].id.clone(), of, cells, target: None }
        };
        let members: Vec<UptimeRow> = own.iter().map(|(ix, rows)| self.row(*ix, rows, periods)).collect();
        (!members.is_empty()).then(|| UptimeGroup { group: group.map(row), members })
    }

    fn row(&self, ix: ComponentIx, rows: &[DayRow], periods: &[Period]) -> UptimeRow {
        let target = self.context.site().component(ix).target;
        let left =
            |target, period: &Period| left_secs(self.context, ix, target, period.first.month_of(), rows);
        let of = |period: &Period| {
            let left = target.filter(|_| period.is_judged).map(|target| left(target, period));
            self.cell(self.figure(rows, period), left, period, rows)
        };
        let this = self.context.edition.today.month_of();
        let current = periods.iter().find(|period| period.is_judged && period.first == this.first_day());
        let sites = self.context.site().config.uptime.target;
        let shown = |target: Target| TargetView {
            percent: (Some(target) != sites).then(|| target.to_string()),
            ..TargetView::new(self.context, target, current.map(|month| left(target, month)))
        };
        UptimeRow {
            id: self.context.site().component(ix).id.clone(),
            of: component_link(self.context, ix),
            cells: periods.iter().map(of).collect(),
            target: target.map(shown),
        }
    }

    fn figure(&self, rows: &[DayRow], period: &Period) -> Option<Figure> {
        self.context.edition.figure_of(within(rows, period.first, period.last))
    }

    fn cell(
        &self,
        figure: Option<Figure>,
        left_secs: Option<i64>,
        period: &Period,
        rows: &[DayRow],
    ) -> UptimeCell {
        let level = period
            .is_judged
            .then(|| worst_level(self.context.edition, within(rows, period.first, period.last)));
        UptimeCell::new(figure, left_secs, level)
    }
}

impl UptimeCell {
    /// `left_secs`: the downtime that a target leaves.
    pub(super) fn new(figure: Option<Figure>, left_secs: Option<i64>, level: Option<char>) -> Self {
        let is_missed = figure.is_some() && left_secs.is_some_and(|secs| secs < 0);
        Self { percent: figure.as_ref().map(Figure::floor2), is_missed, level }
    }
}

impl TargetView {
    /// `left_secs`: the downtime that it leaves of the current month.
    pub(super) fn new(context: &RenderContext<'_>, target: Target, left_secs: Option<i64>) -> Self {
        let unit = |secs: i64| if secs < 86_400 { 60 } else { 3_600 };
        let length = |secs: i64| context.formatter().length(secs - secs % unit(secs));
        Self {
            percent: Some(target.to_string()),
            left: left_secs.filter(|&secs| secs >= 0).map(length),
            over: left_secs.filter(|&secs| secs < 0).map(|secs| length(-secs)),
        }
    }
}

/// The downtime that a month has left: the days to come count as long as the component lives on them. `rows` hold the month.
pub(super) fn left_secs(
    context: &RenderContext<'_>,
    ix: ComponentIx,
    target: Target,
    month: Month,
    rows: &[DayRow],
) -> i64 {
    let weights = &context.site().config.uptime.weights;
    let (first, last) = (month.first_day(), month.last_day());
    let seconds = within(rows, first, last).iter().filter_map(|row| row.seconds);
    target.left_secs(
        context.edition.days_that_count(ix, first, last),
        seconds.map(|seconds| seconds.weighted(weights)).sum(),
    )
}

fn within(rows: &[DayRow], first: Day, last: Day) -> &[DayRow] {
    let begin = rows.partition_point(|row| row.day < first);
    let end = rows.partition_point(|row| row.day <= last);
    &rows[begin..end.max(begin)]
}
