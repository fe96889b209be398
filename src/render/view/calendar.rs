//! Calendars: the days of a month in weeks, each with its level.

use serde::Serialize;

use crate::model::days::DayRow;
use crate::render::context::RenderContext;
use crate::render::view::bars::{is_trouble, level};
use crate::time::Month;

/// A month of a component or group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CalendarView {
    /// `2024-03`.
    pub month: String,
    /// `March 2024`.
    pub name: String,
    /// `99.98`; none without a day of data.
    pub percent: Option<String>,
    /// Weeks from Monday to Sunday; days outside of the month are none.
    pub weeks: Vec<Vec<Option<CalendarDay>>>,
}

/// A day in a calendar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CalendarDay {
    /// 1 to 31.
    pub number: u32,
    /// `2024-03-21`.
    pub date: String,
    /// `n` without data or still to come, else as in [`BarPath`](crate::render::view::bars::BarPath).
    pub level: char,
    /// Whether anything but maintenance is listed for it.
    pub trouble: bool,
}

/// A month's calendar with its figure; `rows` may hold other days, and need not hold all of the month.
pub(super) fn calendar(
    context: &RenderContext<'_>,
    month: Month,
    rows: &[DayRow],
    percent: Option<String>,
) -> CalendarView {
    let edition = context.edition;
    let of_month = |row: &&DayRow| row.day.month_of() == month && row.day <= edition.today;
    let own: Vec<&DayRow> = rows.iter().filter(of_month).collect();
    let mut cells: Vec<Option<CalendarDay>> = Vec::new();
    let lead = month.first_day().weekday();
    cells.extend((0..lead).map(|_| None));
    cells.extend(month.days().map(|day| {
        // A day that the zone skipped at the date line has an empty cell.
        if edition.day_starts.bounds(day).secs() == 0 {
            return None;
        }
        let row = own.iter().find(|row| row.day == day);
        let seconds = row.and_then(|row| row.seconds);
        Some(CalendarDay {
            number: day.day_of_month(),
            date: day.to_string(),
            level: level(edition, seconds.as_ref()),
            trouble: seconds.is_some_and(is_trouble),
        })
    }));
    cells.resize(cells.len().next_multiple_of(7), None);
    CalendarView {
        month: month.to_string(),
        name: context.formatter().month(month),
        percent,
        weeks: cells.chunks(7).map(<[_]>::to_vec).collect(),
    }
}
