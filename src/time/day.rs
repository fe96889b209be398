//! Days and months of the Gregorian calendar, years 0000 to 9999, without a zone.

use std::fmt;

use jiff::SignedDuration;
use jiff::civil::Date;

/// The years of RFC 3339.
const YEARS: std::ops::RangeInclusive<i16> = 0..=9999;

/// A calendar day, shown as `2024-04-16`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Day(Date);

impl Day {
    /// Month and day count from 1; `None` for a day that does not exist.
    pub fn from_ymd(year: i32, month: u32, day_of_month: u32) -> Option<Self> {
        let year = i16::try_from(year).ok().filter(|year| YEARS.contains(year))?;
        let (month, day_of_month) = (month.try_into().ok()?, day_of_month.try_into().ok()?);
        Date::new(year, month, day_of_month).ok().map(Self)
    }

    /// Parses `2024-04-16`: exactly four, two and two digits.
    pub fn parse(text: &str) -> Option<Self> {
        let (month, day) = text.rsplit_once('-')?;
        let month = Month::parse(month)?;
        Self::from_ymd(month.year(), month.number(), digits(day, 2)?)
    }

    /// Days since 1970-01-01, negative before.
    pub fn number(self) -> i64 {
        self.days_since(Self(Date::constant(1970, 1, 1)))
    }

    pub fn year(self) -> i32 {
        self.0.year().into()
    }

    pub fn month(self) -> u32 {
        self.0.month().unsigned_abs().into()
    }

    pub fn day_of_month(self) -> u32 {
        self.0.day().unsigned_abs().into()
    }

    /// 0 for Monday to 6 for Sunday.
    pub fn weekday(self) -> u32 {
        self.0.weekday().to_monday_zero_offset().unsigned_abs().into()
    }

    /// The next day; saturates at 9999-12-31.
    #[must_use]
    pub fn next(self) -> Self {
        self.plus_days(1)
    }

    /// The previous day; saturates at 0000-01-01.
    #[must_use]
    pub fn prev(self) -> Self {
        self.plus_days(-1)
    }

    /// Moved by `days`, backwards when negative; saturates.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        const WHOLE_CALENDAR: i64 = 10_000 * 366;
        let days = days.clamp(-WHOLE_CALENDAR, WHOLE_CALENDAR);
        Self::from_date(self.0.saturating_add(SignedDuration::from_hours(24 * days)))
    }

    /// Days from `earlier`, negative when `earlier` is later.
    pub fn days_since(self, earlier: Self) -> i64 {
        self.0.duration_since(earlier.0).as_hours() / 24
    }

    pub fn month_of(self) -> Month {
        Month { year: self.year(), number: self.month() }
    }

    pub(super) fn from_date(date: Date) -> Self {
        if date.year() < *YEARS.start() {
            Month::FIRST.first_day()
        } else if date.year() > *YEARS.end() {
            Month::LAST.last_day()
        } else {
            Self(date)
        }
    }

    pub(super) fn date(self) -> Date {
        self.0
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:02}", self.month_of(), self.day_of_month())
    }
}

/// A calendar month, shown as `2024-04`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Month {
    year: i32,
    number: u32,
}

impl Month {
    const FIRST: Self = Self { year: 0, number: 1 };
    const LAST: Self = Self { year: 9999, number: 12 };

    pub fn parse(text: &str) -> Option<Self> {
        let (year, number) = text.split_once('-')?;
        let (year, number) = (digits(year, 4)?, digits(number, 2)?);
        Some(Day::from_ymd(i32::try_from(year).ok()?, number, 1)?.month_of())
    }

    pub fn year(self) -> i32 {
        self.year
    }

    pub fn number(self) -> u32 {
        self.number
    }

    pub fn first_day(self) -> Day {
        Day::from_ymd(self.year, self.number, 1).expect("every month has a first day")
    }

    pub fn last_day(self) -> Day {
        (28..=31)
            .rev()
            .find_map(|day| Day::from_ymd(self.year, self.number, day))
            .expect("every month has a 28th day")
    }

    /// The next month; saturates at 9999-12.
    #[must_use]
    pub fn next(self) -> Self {
        self.last_day().next().month_of()
    }

    /// The previous month; saturates at 0000-01.
    #[must_use]
    pub fn prev(self) -> Self {
        self.first_day().prev().month_of()
    }

    pub fn days(self) -> impl DoubleEndedIterator<Item = Day> + use<> {
        (1..=31).filter_map(move |day| Day::from_ymd(self.year, self.number, day))
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.number)
    }
}

/// The number written with exactly `len` ASCII digits.
pub(super) fn digits(text: &str, len: usize) -> Option<u32> {
    let is_number = text.len() == len && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::{Day, Month};

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn month(text: &str) -> Month {
        Month::parse(text).unwrap()
    }

    #[test]
    fn days_are_numbered_from_1970() {
        let numbers = ["1969-12-31", "1970-01-01", "2026-11-20"].map(|text| day(text).number());
        assert_eq!(numbers, [-1, 0, 20_777]);
    }

    #[test]
    fn days_are_read_and_shown_alike() {
        for text in ["2024-04-16", "2024-02-29", "0000-01-01", "9999-12-31"] {
            assert_eq!(day(text).to_string(), text);
        }
        let wrong = "2024-04 2024-4-16 2023-02-29 2024-02-30 2024-13-01 2024-00-01 2024-01-00 12024-01-01 +024-01-01 \
            2024-04-1６";
        for text in wrong.split(' ').chain(["", "2024-04-16 "]) {
            assert_eq!(Day::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_calendar_is_counted_in_days() {
        let monday = day("2024-04-15");
        assert_eq!(monday.weekday(), 0);
        assert_eq!(monday.prev().weekday(), 6);
        assert_eq!(day("2024-02-28").next(), day("2024-02-29"));
        assert_eq!(day("2024-12-31").next(), day("2025-01-01"));
        assert_eq!(day("2024-03-01").plus_days(-366), day("2023-03-01"));
        assert_eq!(day("2025-01-01").days_since(day("2024-01-01")), 366);
        assert_eq!(day("2024-01-01").days_since(day("2025-01-01")), -366);
        assert_eq!(monday.month_of(), month("2024-04"));
    }

    #[test]
    fn the_calendar_has_ends() {
        assert_eq!(day("9999-12-31").next(), day("9999-12-31"));
        assert_eq!(day("0000-01-01").prev(), day("0000-01-01"));
        assert_eq!(day("2024-01-01").plus_days(i64::MAX), day("9999-12-31"));
        assert_eq!(day("2024-01-01").plus_days(i64::MIN), day("0000-01-01"));
        assert_eq!(day("2024-01-01").plus_days(9_000_000), day("9999-12-31"));
        assert_eq!(month("9999-12").next(), month("9999-12"));
        assert_eq!(month("0000-01").prev(), month("0000-01"));
        assert_eq!(Day::from_ymd(10_000, 1, 1), None);
        assert_eq!(Day::from_ymd(-1, 1, 1), None);
    }

    #[test]
    fn months_know_their_days() {
        let cases = [("2023-02", 28), ("2024-02", 29), ("2024-04", 30), ("2024-12", 31)];
        for (text, length) in cases {
            let month = month(text);
            assert_eq!(month.to_string(), text);
            let days: Vec<Day> = month.days().collect();
            assert_eq!(days.len(), length, "{text}");
            assert_eq!(days.first(), Some(&month.first_day()));
            assert_eq!(days.last(), Some(&month.last_day()));
        }
        assert_eq!(month("2024-12").next(), month("2025-01"));
        assert_eq!(month("2024-01").prev(), month("2023-12"));
        for text in ["", "2024", "2024-1", "2024-13", "2024-04-16"] {
            assert_eq!(Month::parse(text), None, "{text}");
        }
    }
}
