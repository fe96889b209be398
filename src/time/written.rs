//! Parses handwritten times: `2024-04-16 10:33`, `10:06 MDT`, `2024-04-16T10:33:20+02:00`.
//!
//! Years lie between 1970 and 2100: others are typing errors such as `0026-11-20`, and a site would list every month
//! since then.
//!
//! Only the form is checked here; for its meaning in a zone see [`Zone::resolve`](super::Zone::resolve) and
//! [`Zone::by_abbreviation`](super::Zone::by_abbreviation).

use std::ops::RangeInclusive;

use super::day::digits;
use super::span::signed;
pub use super::span::{parse_duration, parse_relative};
use super::{Day, Instant, LocalTime, Resolved, Zone};

const YEARS: RangeInclusive<i32> = 1970..=2100;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Written {
    /// `None` for a bare time of day.
    pub day: Option<Day>,
    pub hour: u32,
    pub minute: u32,
    /// 0 when left out.
    pub second: u32,
    pub zone: WrittenZone,
}

impl Written {
    /// Without the zone; a bare time of day falls on `default_day`.
    pub fn local(&self, default_day: Day) -> LocalTime {
        let day = self.day.unwrap_or(default_day);
        LocalTime::new(day, self.hour, self.minute, self.second)
            .expect("only possible times of day are ever parsed")
    }

    /// What it means in a zone; a bare time of day falls on `default_day`. The error is an abbreviation that the zone
    /// does not use.
    pub fn resolved(&self, zone: Zone, default_day: Day) -> Result<Resolved, &str> {
        let local = self.local(default_day);
        match &self.zone {
            WrittenZone::Site => Ok(zone.resolve(local)),
            WrittenZone::Offset(secs) => Ok(Resolved::One(local.at_offset(*secs))),
            WrittenZone::Abbreviation(name) => {
                zone.by_abbreviation(local, name).map(Resolved::One).ok_or(name)
            }
        }
    }
}

/// The zone written beside a time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum WrittenZone {
    /// None is written: the site's zone.
    Site,
    /// Seconds ahead of UTC, less than a day; 0 for `Z` and `UTC`.
    Offset(i32),
    /// Two to six letters such as `MDT`, as written.
    Abbreviation(String),
}

/// Parses `2024-04-16 10:33`, or a bare `10:33`.
///
/// `T` may stand between date and time; seconds may follow, with a fraction that is cut; then a zone, with or without a
/// space: `Z`, `UTC`, `+02:00`, `-0600`, `+02` or an abbreviation.
pub fn parse(text: &str) -> Result<Written, String> {
    let written = parse_any_year(text)?;
    written.day.map_or(Ok(()), check_year)?;
    Ok(written)
}

pub fn parse_day(text: &str) -> Result<Day, String> {
    let day = Day::parse(text)
        .ok_or_else(|| if has_date_form(text) { no_day(text) } else { no_date_form(text) })?;
    check_year(day)?;
    Ok(day)
}

pub fn check_year(day: Day) -> Result<(), String> {
    match YEARS.contains(&day.year()) {
        true => Ok(()),
        false => Err(format!("the year of `{day}` is not between 1970 and 2100")),
    }
}

/// Whether the text has the form of a time, in any year.
pub fn is_time(text: &str) -> bool {
    parse_any_year(text).is_ok()
}

/// [`parse`] for the years 0 to 9999.
fn parse_any_year(text: &str) -> Result<Written, String> {
    let text = text.trim();
    let (day, rest) = split_day(text)?;
    let zone_at = rest.find(|c: char| !c.is_ascii_digit() && c != ':').unwrap_or(rest.len());
    let (clock, zone) = rest.split_at(zone_at);
    let (hour, minute, second) = parse_clock(clock, text)?;
    let zone = match clock.matches(':').count() {
        2 => after_fraction(zone),
        _ => zone,
    };
    let zone = parse_zone(zone.trim_start(), text)?;
    Ok(Written { day, hour, minute, second, zone })
}

impl Instant {
    /// Parses RFC 3339 (`2024-04-16T09:20:00-06:00`), cut to whole seconds.
    ///
    /// `None` for other forms, leap seconds, and times outside the years 0000 to 9999 in UTC.
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        let is_full = text.as_bytes().get(10).is_some_and(|byte| matches!(byte, b'T' | b't'))
            && text.as_bytes().get(16) == Some(&b':');
        let written = parse_any_year(text).ok().filter(|_| is_full)?;
        let WrittenZone::Offset(offset_secs) = written.zone else { return None };
        let instant = written.local(written.day?).at_offset(offset_secs);
        instant.is_rfc3339().then_some(instant)
    }
}

fn split_day(text: &str) -> Result<(Option<Day>, &str), String> {
    let date_end =
        text.find(|c: char| !c.is_ascii_digit() && !matches!(c, '-' | '/' | '.')).unwrap_or(text.len());
    let (date, rest) = text.split_at(date_end);
    if rest.starts_with(':') {
        return Ok((None, text));
    }
    if !has_date_form(date) {
        let has_three_parts = date.split(['-', '/', '.']).count() == 3;
        return Err(if has_three_parts { no_date_form(date) } else { no_time(text) });
    }
    let day = Day::parse(date).ok_or_else(|| no_day(date))?;
    if rest.is_empty() {
        return Err(format!("`{text}` is a date without a time of day"));
    }
    Ok((Some(day), rest.strip_prefix(['T', 't']).unwrap_or_else(|| rest.trim_start())))
}

fn no_time(text: &str) -> String {
    format!("`{text}` is not a time")
}

fn no_day(date: &str) -> String {
    format!("there is no day `{date}`")
}

fn no_date_form(date: &str) -> String {
    format!("the date `{date}` is not written as year-month-day")
}

fn has_date_form(text: &str) -> bool {
    let lengths = text.split('-').map(|part| digits(part, part.len()).map(|_| part.len()));
    lengths.eq([Some(4), Some(2), Some(2)])
}

fn parse_clock(clock: &str, text: &str) -> Result<(u32, u32, u32), String> {
    let (hour, rest) = clock.split_once(':').ok_or_else(|| no_time(text))?;
    let (minute, second) = rest.split_once(':').unwrap_or((rest, "00"));
    if digits(hour, 1).is_some() {
        return Err(format!("the hour of `{text}` needs two digits"));
    }
    let two_digits = |part| digits(part, 2).ok_or_else(|| no_time(text));
    match (two_digits(hour)?, two_digits(minute)?, two_digits(second)?) {
        (24.., _, _) => Err(format!("the hour of `{text}` is over 23")),
        (_, 60.., _) => Err(format!("the minute of `{text}` is over 59")),
        // Leap seconds are not supported either.
        (_, _, 60..) => Err(format!("the second of `{text}` is over 59")),
        clock => Ok(clock),
    }
}

fn parse_zone(zone: &str, text: &str) -> Result<WrittenZone, String> {
    if zone.is_empty() {
        return Ok(WrittenZone::Site);
    }
    if zone.eq_ignore_ascii_case("z") || zone.eq_ignore_ascii_case("utc") {
        return Ok(WrittenZone::Offset(0));
    }
    if ["am", "pm", "a.m.", "p.m."].iter().any(|half| zone.eq_ignore_ascii_case(half)) {
        return Err(format!("`{text}` is not a time of the 24-hour clock"));
    }
    if (2..=6).contains(&zone.len()) && zone.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return Ok(WrittenZone::Abbreviation(zone.to_owned()));
    }
    let foreign = || format!("`{zone}` is not an offset from UTC or a zone's abbreviation");
    parse_offset(zone).map(WrittenZone::Offset).ok_or_else(foreign)
}

/// Seconds ahead of UTC of `+02:00`, `-0600` or `+02`; hours to 23, minutes to 59.
fn parse_offset(zone: &str) -> Option<i32> {
    let (sign, rest) = signed(zone)?;
    let (hours, minutes) = rest.split_at_checked(2)?;
    let minutes =
        if minutes.is_empty() { 0 } else { digits(minutes.strip_prefix(':').unwrap_or(minutes), 2)? };
    let hours = digits(hours, 2)?;
    let secs = i32::try_from(hours * 3600 + minutes * 60).ok()?;
    (hours < 24 && minutes < 60).then_some(sign * secs)
}

/// Skips a fraction of a second, such as `.739266876`.
fn after_fraction(rest: &str) -> &str {
    let digits = rest.strip_prefix(['.', ',']).unwrap_or_default();
    let after = digits.trim_start_matches(|c: char| c.is_ascii_digit());
    if after.len() < digits.len() { after } else { rest }
}

#[cfg(test)]
mod tests {
    use super::{WrittenZone, parse, parse_day};
    use crate::time::Day;

    /// `Ok` as "day|hour:minute:second|zone", `Err` as the message.
    #[track_caller]
    fn check(text: &str, expected: Result<&str, &str>) {
        let shown = parse(text).map(|written| {
            let day = written.day.map(|day| day.to_string()).unwrap_or_default();
            let zone = match written.zone {
                WrittenZone::Site => "site".to_owned(),
                WrittenZone::Offset(secs) => secs.to_string(),
                WrittenZone::Abbreviation(letters) => letters,
            };
            let (hour, minute, second) = (written.hour, written.minute, written.second);
            format!("{day}|{hour}:{minute}:{second}|{zone}")
        });
        assert_eq!(shown.as_deref().map_err(String::as_str), expected, "{text}");
    }

    #[test]
    fn every_form_is_read() {
        let cases = [
            ("2024-04-16 10:33", "2024-04-16|10:33:0|site"),
            ("2024-04-16T10:33", "2024-04-16|10:33:0|site"),
            ("2024-04-16t10:33z", "2024-04-16|10:33:0|0"),
            ("2024-04-16  10:33:20", "2024-04-16|10:33:20|site"),
            ("2024-04-16 10:33Z", "2024-04-16|10:33:0|0"),
            ("2024-04-16 10:33 UTC", "2024-04-16|10:33:0|0"),
            ("2024-04-16T10:33:20+02:00", "2024-04-16|10:33:20|7200"),
            ("2024-04-16 10:33 -0600", "2024-04-16|10:33:0|-21600"),
            ("2024-04-16 10:33+02", "2024-04-16|10:33:0|7200"),
            ("2024-04-16 10:33 +05:45", "2024-04-16|10:33:0|20700"),
            ("2024-04-16 10:33 MDT", "2024-04-16|10:33:0|MDT"),
            ("2024-04-16 10:33 GMT", "2024-04-16|10:33:0|GMT"),
            ("10:06", "|10:6:0|site"),
            ("10:06:30", "|10:6:30|site"),
            (" 10:06 utc ", "|10:6:0|0"),
            ("10:06mst", "|10:6:0|mst"),
            ("2024-04-16T10:33:20.739266876Z", "2024-04-16|10:33:20|0"),
            ("2024-04-16 10:33:20,999 MDT", "2024-04-16|10:33:20|MDT"),
            ("10:06:59.9", "|10:6:59|site"),
            ("1970-01-01 00:00", "1970-01-01|0:0:0|site"),
            ("2100-12-31 23:59", "2100-12-31|23:59:0|site"),
            ("00:00", "|0:0:0|site"),
            ("23:59:59", "|23:59:59|site"),
        ];
        for (text, expected) in cases {
            check(text, Ok(expected));
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let check_all = |texts: &str, problem: &str| {
            for text in texts.split('·') {
                check(text, Err(&problem.replace("TEXT", text)));
            }
        };
        check_all("·soon·2024·10·10:·10:3·10:033·10:33:20:00·2024-04-16 noon", "`TEXT` is not a time");
        check_all("2024-04-16·0026-11-20", "`TEXT` is a date without a time of day");
        check("2024-02-30 10:00", Err("there is no day `2024-02-30`"));
        check_all("2024-13-01", "there is no day `TEXT`");
        check("16.04.2024 10:33", Err("the date `16.04.2024` is not written as year-month-day"));
        check("2024-4-16 10:33", Err("the date `2024-4-16` is not written as year-month-day"));
        check("9:05", Err("the hour of `9:05` needs two digits"));
        check("10:33 pm", Err("`10:33 pm` is not a time of the 24-hour clock"));
        check("24:00", Err("the hour of `24:00` is over 23"));
        check("10:60", Err("the minute of `10:60` is over 59"));
        check("23:59:60", Err("the second of `23:59:60` is over 59"));
        let offset = "is not an offset from UTC or a zone's abbreviation";
        check("10:33:20.Z", Err(&format!("`.Z` {offset}")));
        check("10:33.5", Err(&format!("`.5` {offset}")));
        for written in ["+24:00", "+2", "+02:0", "Mountain", "é"] {
            check(&format!("10:33 {written}"), Err(&format!("`{written}` {offset}")));
        }
        for day in ["0026-11-20", "1969-12-31", "2101-01-01"] {
            let problem = format!("the year of `{day}` is not between 1970 and 2100");
            check(&format!("{day} 10:33"), Err(&problem));
        }
    }

    #[test]
    fn days_are_read_and_bounded() {
        let cases = [
            ("2024-02-29", Ok("2024-02-29")),
            ("1970-01-01", Ok("1970-01-01")),
            ("0001-01-01", Err("the year of `0001-01-01` is not between 1970 and 2100")),
            ("2101-01-01", Err("the year of `2101-01-01` is not between 1970 and 2100")),
            ("2023-02-29", Err("there is no day `2023-02-29`")),
            ("16.04.2024", Err("the date `16.04.2024` is not written as year-month-day")),
        ];
        for (text, expected) in cases {
            let day = parse_day(text).map(|day| day.to_string());
            assert_eq!(day.as_deref().map_err(String::as_str), expected, "{text}");
        }
    }

    #[test]
    fn a_bare_time_takes_the_given_day() {
        let day = Day::parse("2024-04-16").unwrap();
        assert_eq!(parse("10:06").unwrap().local(day).to_string(), "2024-04-16 10:06");
        let dated = parse("2024-04-17 10:06:07").unwrap();
        assert_eq!(dated.local(day).to_string(), "2024-04-17 10:06:07");
    }
}
