//! Day bars: one vertical line per day, drawn as one path per colour, with an equivalent text.

use std::fmt::Write as _;

use serde::Serialize;

use crate::model::days::DayRow;
use crate::model::edition::Edition;
use crate::model::state::State;
use crate::model::uptime::{Figure, Seconds, bar_level};
use crate::render::format::Formatter;
use crate::render::messages::Arg;

/// The width of a day in the drawing; the height is 100.
const DAY_WIDTH: usize = 10;

/// The lower end of bars.
const FLOOR: u8 = 96;

/// The day bars of a component or group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BarsView {
    /// The id of the component or group.
    pub id: String,
    /// The number of days, oldest first; the drawing is `10 * count` wide and 100 high.
    pub count: usize,
    /// The first day: `2026-08-23`.
    pub first: String,
    /// One path a colour, drawn with lines of a day's width.
    pub paths: Vec<BarPath>,
    /// What the days hold, for scripts: the days with trouble or maintenance, as `PLACE:DEGRADED,PARTIAL,MAJOR,MAINTENANCE` in
    /// seconds or `PLACE:-` without data, separated by spaces. Places count from 0; successive days without data are
    /// `FROM-TO:-`.
    pub data: String,
    /// The bars in words.
    pub label: String,
    /// The days named below them: the first that each width of the window has room for, oldest first, and the last.
    pub axis: Vec<AxisDay>,
}

/// A day named below bars.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AxisDay {
    /// How many days there are from this one on; 0 for the last.
    pub back: usize,
    /// `23 August`.
    pub text: String,
}

/// All days of one colour.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BarPath {
    /// `n` without data, `0` without trouble, `m` with maintenance and `d` with degraded performance that cost no uptime, else the
    /// level of downtime from `1` to `9` (an hour or more).
    pub level: char,
    /// The path's data: one line per day, the worse the higher.
    pub d: String,
}

/// The data of a drawing.
pub(super) struct BarsOf<'a> {
    pub(super) id: &'a str,
    pub(super) name: &'a str,
    /// Oldest first.
    pub(super) rows: &'a [DayRow],
    /// `None` without a day of data.
    pub(super) figure: Option<&'a Figure>,
}

pub(super) fn bars(edition: &Edition, formatter: Formatter<'_>, of: &BarsOf<'_>) -> BarsView {
    let level = |row: &DayRow| level(edition, row.seconds.as_ref());
    BarsView {
        id: of.id.to_owned(),
        count: of.rows.len(),
        first: of.rows.first().map(|row| row.day.to_string()).unwrap_or_default(),
        paths: paths(&of.rows.iter().map(level).collect::<Vec<_>>()),
        data: data(of.rows),
        label: label(formatter, of),
        axis: axis(formatter, of.rows),
    }
}

/// Bars of 90 days show 60 of them on a tablet and 30 on a phone.
fn axis(formatter: Formatter<'_>, rows: &[DayRow]) -> Vec<AxisDay> {
    let shown = if rows.len() == 90 { vec![90, 60, 30, 0] } else { vec![rows.len(), 0] };
    let day = |back: usize| {
        let row = rows.get(rows.len() - back).or(rows.last())?;
        Some(AxisDay { back, text: formatter.day_of_year(row.day) })
    };
    shown.into_iter().filter_map(day).collect()
}

/// `n` without data, `0` to `9` by downtime; a day that cost nothing is `d` with degraded performance, else `m` with maintenance.
pub(super) fn level(edition: &Edition, seconds: Option<&Seconds>) -> char {
    let Some(seconds) = seconds else { return 'n' };
    match bar_level(seconds.weighted(&edition.site.config.uptime.weights)) {
        0 if seconds.degraded_performance > 0 => 'd',
        0 if seconds.under_maintenance > 0 => 'm',
        level => char::from(b'0' + level),
    }
}

/// The level of the worst of these days; `n` when none has data.
pub(super) fn worst_level<'a>(edition: &Edition, rows: impl IntoIterator<Item = &'a DayRow>) -> char {
    let levels = rows.into_iter().map(|row| level(edition, row.seconds.as_ref()));
    levels.max_by_key(|&level| rise(level)).unwrap_or('n')
}

fn paths(levels: &[char]) -> Vec<BarPath> {
    let mut used: Vec<char> = levels.to_vec();
    used.sort_unstable();
    used.dedup();
    used.into_iter().map(|level| BarPath { level, d: path(levels, level) }).collect()
}

/// A path: the first line is absolute, each other one relative to the end of the previous.
fn path(levels: &[char], level: char) -> String {
    let rise = rise(level);
    let mut d = String::new();
    let mut last = None;
    for place in (0..levels.len()).filter(|&place| levels[place] == level) {
        let written = match last {
            None => write!(d, "M{} {FLOOR}v-{rise}", place * DAY_WIDTH + DAY_WIDTH / 2),
            Some(last) => write!(d, "m{} {rise}v-{rise}", (place - last) * DAY_WIDTH),
        };
        written.expect("a string takes every text");
        last = Some(place);
    }
    d
}

/// The top of a day's line by level: higher for more downtime; a day without trouble takes less than half.
const TOPS: [u8; 10] = [54, 30, 27, 24, 21, 18, 15, 11, 8, 4];

/// The top of a day without data.
const STUB: u8 = 84;

/// The top of a day with maintenance, or with degraded performance, that cost no uptime.
const MAINTENANCE: u8 = 44;
const DEGRADED: u8 = 37;

/// The length of a day's line by level.
pub(super) fn rise(level: char) -> u8 {
    let top = match level {
        'd' => DEGRADED,
        'm' => MAINTENANCE,
        level => level.to_digit(10).map_or(STUB, |level| TOPS[level as usize]),
    };
    FLOOR - top
}

/// The format of [`BarsView::data`].
pub(super) fn data(rows: &[DayRow]) -> String {
    let mut entries: Vec<String> = Vec::new();
    let mut place = 0;
    while place < rows.len() {
        let Some(seconds) = rows[place].seconds else {
            let without = rows[place..].iter().take_while(|row| row.seconds.is_none()).count();
            entries.push(match without {
                1 => format!("{place}:-"),
                _ => format!("{place}-{}:-", place + without - 1),
            });
            place += without;
            continue;
        };
        if seconds.total() > 0 {
            let Seconds { degraded_performance: d, partial_outage: p, major_outage: m, under_maintenance: u } =
                seconds;
            entries.push(format!("{place}:{d},{p},{m},{u}"));
        }
        place += 1;
    }
    entries.join(" ")
}

/// `Giving API: 99.98 % uptime over 90 days; 2 days with trouble, the last on 6 October 2026.`
fn label(formatter: Formatter<'_>, of: &BarsOf<'_>) -> String {
    let known = of.rows.iter().filter(|row| row.seconds.is_some()).count();
    let Some(figure) = of.figure.filter(|_| known > 0) else {
        return formatter.say("bars-no-data", &[("name", Arg::Text(of.name))]);
    };
    let troubled: Vec<&DayRow> = of.rows.iter().filter(|row| row.seconds.is_some_and(is_trouble)).collect();
    let number = |count: usize| Arg::Number(i64::try_from(count).unwrap_or(i64::MAX));
    let (percent, days) = (figure.floor2(), formatter.say("bars-days", &[("count", number(known))]));
    let mut args =
        vec![("name", Arg::Text(of.name)), ("percent", Arg::Text(&percent)), ("days", Arg::Text(&days))];
    let Some(last) = troubled.last() else { return formatter.say("bars-fine", &args) };
    let last = formatter.day(last.day).text;
    let which = formatter.say("bars-which", &[("count", number(troubled.len())), ("last", Arg::Text(&last))]);
    args.push(("which", Arg::Text(&which)));
    formatter.say("bars-trouble", &args)
}

/// Whether a day had anything but maintenance.
pub(super) fn is_trouble(seconds: Seconds) -> bool {
    seconds.total() > seconds.get(State::UnderMaintenance)
}

#[cfg(test)]
mod tests {
    use super::{data, path, paths, rise};
    use crate::model::days::DayRow;
    use crate::model::uptime::Seconds;
    use crate::time::Day;

    #[test]
    fn a_path_draws_its_days_alone() {
        let levels = ['n', '0', '0', '9', '0'];
        assert_eq!(path(&levels, '0'), "M15 96v-42m10 42v-42m20 42v-42");
        assert_eq!(path(&levels, '9'), "M35 96v-92");
        let order: Vec<char> = paths(&levels).iter().map(|path| path.level).collect();
        assert_eq!(order, ['0', '9', 'n']);
    }

    #[test]
    fn worse_days_reach_higher() {
        let rises: Vec<u8> = "n0md123456789".chars().map(rise).collect();
        assert!(rises.is_sorted_by(|a, b| a < b), "{rises:?}");
    }

    #[test]
    fn data_names_only_days_that_are_not_fine() {
        let row = |seconds| DayRow { day: Day::parse("2026-11-01").unwrap(), seconds, incidents: Vec::new() };
        let bad = Seconds { partial_outage: 60, under_maintenance: 5, ..Seconds::default() };
        let fine = Some(Seconds::default());
        assert_eq!(
            data(&[row(None), row(None), row(fine), row(Some(bad)), row(None)]),
            "0-1:- 3:0,60,0,5 4:-"
        );
        assert_eq!(data(&[row(fine), row(fine)]), "");
    }
}
