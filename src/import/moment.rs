//! Dates and times as people write them: `2021-12-07T9:06`, `Apr 16, 2024 - 10:33 MDT`, `May 5th, 2024, at 3:00 PM (UTC)`.
//!
//! Only certain readings count: `05/04/2024` is none, since it may be a day of April or of May.

use crate::time::written::{self, Written, WrittenZone};
use crate::time::{Day, Instant, Resolved, Zone};

/// A day, a time of day, or both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) day: Option<Day>,
    /// Hour, minute, second.
    pub(super) clock: Option<(u32, u32, u32)>,
    zone: WrittenZone,
}

/// Why a moment is not a certain instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unclear {
    NoDay,
    /// An abbreviation that the zone does not use.
    Foreign(String),
    /// Daylight saving skips or doubles it.
    Shifted,
}

impl Unclear {
    /// What is said after the moment.
    pub(super) fn why(&self, zone: Zone) -> String {
        match self {
            Self::NoDay => "has no day".to_owned(),
            Self::Foreign(name) => format!("has a zone `{name}` that {} does not use", zone.name()),
            Self::Shifted => "is a local time that daylight saving skips or doubles".to_owned(),
        }
    }
}

impl Moment {
    pub(super) fn has_zone(&self) -> bool {
        self.zone != WrittenZone::Site
    }

    /// The same day and time in the zone of another.
    pub(super) fn in_zone_of(&self, other: &Self) -> Self {
        Self { zone: other.zone.clone(), ..self.clone() }
    }

    /// Its instant; a bare time of day falls on `day`, a bare day stands for its first instant.
    pub(super) fn instant(&self, zone: Zone, day: Option<Day>) -> Result<Instant, Unclear> {
        let day = self.day.or(day).ok_or(Unclear::NoDay)?;
        let Some((hour, minute, second)) = self.clock else { return Ok(zone.start_of(day)) };
        let written = Written { day: Some(day), hour, minute, second, zone: self.zone.clone() };
        let written = match &written.zone {
            WrittenZone::Abbreviation(name) if is_generic(name, written.local(day), zone) => {
                Written { zone: WrittenZone::Site, ..written }
            }
            _ => written,
        };
        match written.resolved(zone, day) {
            Ok(Resolved::One(instant)) => Ok(instant),
            Ok(_) => Err(Unclear::Shifted),
            Err(name) => Err(Unclear::Foreign(name.to_owned())),
        }
    }
}

/// Whether `MT` stands for the zone's `MST` and `MDT`.
fn is_generic(name: &str, local: crate::time::LocalTime, zone: Zone) -> bool {
    let Some(region) = name.strip_suffix(['T', 't']).filter(|region| !region.is_empty()) else {
        return false;
    };
    let both = [format!("{region}ST"), format!("{region}DT")];
    both.iter().all(|name| zone.by_abbreviation(local, name).is_some())
}

/// The whole text as a moment.
pub(super) fn whole(text: &str, zone: Zone) -> Option<Moment> {
    let text = text.trim();
    let (moment, length) = leading(text, zone)?;
    (length == text.len()).then_some(moment)
}

/// The moment at the start of a text, and its length.
pub(super) fn leading(text: &str, zone: Zone) -> Option<(Moment, usize)> {
    let mut moment = Moment { day: None, clock: None, zone: WrittenZone::Site };
    let (mut end, mut has_zone) = (0, false);
    loop {
        let at = end + gap(&text[end..], end > 0);
        let rest = &text[at..];
        let is_word_start = at == 0
            || at > end
            || !text[..at].ends_with(|c: char| c.is_alphanumeric())
            || moment.day.is_some();
        let found = if let Some((day, length)) = date(rest).filter(|_| moment.day.is_none() && is_word_start)
        {
            moment.day = Some(day);
            length
        } else if let Some((clock, length)) = clock(rest).filter(|_| moment.clock.is_none() && is_word_start)
        {
            moment.clock = Some(clock);
            length
        } else if let Some((name, length)) =
            zone_name(rest, zone).filter(|_| moment.clock.is_some() && !has_zone)
        {
            moment.zone = name;
            has_zone = true;
            length
        } else {
            break;
        };
        end = at + found;
        if text[end..].starts_with(')') && text[..end].matches('(').count() > text[..end].matches(')').count()
        {
            end += 1;
        }
    }
    let is_whole_word = !text[end..].starts_with(|c: char| c.is_alphanumeric());
    (end > 0 && is_whole_word).then_some((moment, end))
}

/// The length of what may stand between the parts of a moment.
fn gap(text: &str, is_inside: bool) -> usize {
    let mut rest = text;
    loop {
        let before = rest.len();
        rest = rest.trim_start_matches([' ', '\t', '\u{a0}']);
        if is_inside {
            rest = rest
                .strip_prefix(['T', 't'])
                .filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
                .unwrap_or(rest);
            rest = rest.trim_start_matches([',', '(', '@', '\u{2014}', '\u{2013}']);
            rest = rest.strip_prefix("- ").unwrap_or(rest);
            rest = rest.strip_prefix("at ").or_else(|| rest.strip_prefix("around ")).unwrap_or(rest);
        } else if let Some(after) = weekday(rest) {
            rest = after;
        }
        if rest.len() == before {
            return text.len() - rest.len();
        }
    }
}

fn weekday(text: &str) -> Option<&str> {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let length = letters(text);
    let word = &text[..length];
    let is_day =
        length >= 3 && DAYS.iter().any(|day| word.starts_with(day)) && (length == 3 || word.ends_with("day"));
    let rest = text[length..].trim_start_matches('.').trim_start_matches(',');
    (is_day && rest.starts_with(' ')).then_some(rest)
}

fn letters(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_alphabetic).count()
}

/// A number of `1..=most` digits at the start, and its length.
fn number(text: &str, most: usize) -> Option<(u32, usize)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    (1..=most).contains(&length).then(|| Some((text[..length].parse().ok()?, length)))?
}

fn date(text: &str) -> Option<(Day, usize)> {
    let (day, length) = numeric_date(text).or_else(|| month_first(text)).or_else(|| day_first(text))?;
    written::check_year(day).ok()?;
    Some((day, length))
}

/// `2024-04-16`, `2024/4/16` or `16.04.2024`.
fn numeric_date(text: &str) -> Option<(Day, usize)> {
    let (first, length) = number(text, 4)?;
    let separator = text[length..].chars().next().filter(|c| matches!(c, '-' | '/' | '.'))?;
    let rest = &text[length + 1..];
    let (second, second_length) = number(rest, 2)?;
    let rest = rest[second_length..].strip_prefix(separator)?;
    let (third, third_length) = number(rest, 4)?;
    let day = match (length, separator, third_length) {
        (4, _, 1 | 2) => Day::from_ymd(i32::try_from(first).ok()?, second, third)?,
        (1 | 2, '.', 4) => Day::from_ymd(i32::try_from(third).ok()?, second, first)?,
        _ => return None,
    };
    let is_whole = !rest[third_length..].starts_with(|c: char| c.is_ascii_digit());
    is_whole.then_some((day, length + 1 + second_length + 1 + third_length))
}

/// `April 16th`: month, day, and length.
pub(super) fn month_and_day(text: &str) -> Option<(u32, u32, usize)> {
    let (month, at) = month(text)?;
    let at = at + spaces(&text[at..], ".");
    let (day, length) = ordinal(&text[at..])?;
    Some((month, day, at + length))
}

/// `April 16th, 2024`
fn month_first(text: &str) -> Option<(Day, usize)> {
    let (month, day, at) = month_and_day(text)?;
    let at = at + spaces(&text[at..], ",");
    let (year, length) = number(&text[at..], 4).filter(|(_, length)| *length == 4)?;
    Some((Day::from_ymd(i32::try_from(year).ok()?, month, day)?, at + length))
}

/// `16 April 2024`, `16th of April, 2024`
fn day_first(text: &str) -> Option<(Day, usize)> {
    let (day, at) = ordinal(text)?;
    let at = at + spaces(&text[at..], "-");
    let at = if text[at..].starts_with("of ") { at + 3 } else { at };
    let (month, length) = month(&text[at..])?;
    let at = at + length;
    let at = at + spaces(&text[at..], ".,-");
    let (year, length) = number(&text[at..], 4).filter(|(_, length)| *length == 4)?;
    Some((Day::from_ymd(i32::try_from(year).ok()?, month, day)?, at + length))
}

/// The length of spaces and the given marks.
fn spaces(text: &str, marks: &str) -> usize {
    text.len() - text.trim_start_matches(|c: char| c == ' ' || marks.contains(c)).len()
}

/// `16`, `16th`
fn ordinal(text: &str) -> Option<(u32, usize)> {
    let (day, length) = number(text, 2)?;
    let ending = ["st", "nd", "rd", "th"].iter().any(|ending| text[length..].starts_with(ending));
    Some((day, if ending { length + 2 } else { length }))
}

/// A month's name, in full or by its first three letters, and the length of the word.
pub(super) fn month(text: &str) -> Option<(u32, usize)> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let length = letters(text);
    let word = text[..length].to_ascii_lowercase();
    let at = MONTHS.iter().position(|month| {
        *month == word || word == month[..3] || (word == "sept" && *month == "september")
    })?;
    Some((u32::try_from(at + 1).ok()?, length))
}

/// `10:33`, `9:06:14.5`, `015:00`, `10h33`, `3:00 PM`, `9am`
fn clock(text: &str) -> Option<((u32, u32, u32), usize)> {
    let (hour, mut at) = number(text, 3)?;
    let mut parts = [0_u32; 2];
    let mut count = 0;
    while count < 2 && (text[at..].starts_with(':') || (count == 0 && text[at..].starts_with(['h', 'H']))) {
        let Some((value, length)) = number(&text[at + 1..], 2).filter(|(_, length)| *length == 2) else {
            break;
        };
        parts[count] = value;
        at += 1 + length;
        count += 1;
    }
    if count == 2 && text[at..].starts_with(['.', ',']) {
        at += number(&text[at + 1..], 9).map_or(0, |(_, length)| length + 1);
    }
    let (half, length) = half_of_day(&text[at..]);
    let hour = match half {
        None => hour,
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(is_afternoon) => hour % 12 + if is_afternoon { 12 } else { 0 },
    };
    let is_clock = (count > 0 || half.is_some()) && hour < 24 && parts.iter().all(|part| *part < 60);
    is_clock.then_some(((hour, parts[0], parts[1]), at + length))
}

/// `am` or `pm`: whether it is the afternoon, and the length.
fn half_of_day(text: &str) -> (Option<bool>, usize) {
    let rest = text.trim_start_matches(' ');
    for (name, is_afternoon) in [("a.m.", false), ("p.m.", true), ("am", false), ("pm", true)] {
        let is_named = rest.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
        if is_named && !rest[name.len()..].starts_with(|c: char| c.is_alphanumeric()) {
            return (Some(is_afternoon), text.len() - rest.len() + name.len());
        }
    }
    (None, 0)
}

/// `Z`, `UTC`, `+02:00`, `-0600`, or an abbreviation: one that the zone uses, or the last word of a text or clause.
fn zone_name(text: &str, zone: Zone) -> Option<(WrittenZone, usize)> {
    if let Some(sign) = text.chars().next().filter(|c| matches!(c, '+' | '-')) {
        let (hours, length) = number(&text[1..], 4)?;
        let (minutes, more) = match (length, text[1 + length..].strip_prefix(':')) {
            (4, _) => (hours % 100, 0),
            (2, Some(rest)) => number(rest, 2).map(|(minutes, length)| (minutes, length + 1))?,
            (2, None) => (0, 0),
            _ => return None,
        };
        let hours = if length == 4 { hours / 100 } else { hours };
        let secs = i32::try_from(hours * 3_600 + minutes * 60).ok().filter(|_| hours < 24 && minutes < 60)?;
        return Some((WrittenZone::Offset(if sign == '-' { -secs } else { secs }), 1 + length + more));
    }
    let length = letters(text);
    let word = &text[..length];
    let rest = &text[length..];
    if matches!(word, "Z" | "z") || ["UTC", "GMT"].iter().any(|name| word.eq_ignore_ascii_case(name)) {
        return Some((WrittenZone::Offset(0), length));
    }
    let is_name = (2..=5).contains(&length) && word.bytes().all(|byte| byte.is_ascii_uppercase());
    let local = crate::time::LocalTime::new(Day::from_ymd(2020, 1, 1)?, 12, 0, 0)?;
    let is_own = zone.by_abbreviation(local, word).is_some() || is_generic(word, local, zone);
    let is_last = rest.is_empty() || rest.starts_with([')', ':', '\n']);
    (is_name && (is_own || is_last)).then(|| (WrittenZone::Abbreviation(word.to_owned()), length))
}

#[cfg(test)]
mod tests {
    use super::{Unclear, leading, whole};
    use crate::time::{Day, Zone};

    fn zone() -> Zone {
        Zone::parse("America/Edmonton").unwrap()
    }

    #[test]
    fn a_dozen_kinds_of_date_are_certain() {
        let check = |text: &str, expected: &str| {
            let instant = whole(text, zone()).and_then(|moment| moment.instant(zone(), None).ok());
            assert_eq!(instant.map(|at| at.to_string()).as_deref(), Some(expected), "{text}");
        };
        check("2021-06-02 11:16:00", "2021-06-02T17:16:00Z");
        check("2021-12-07T9:06:14+01:00", "2021-12-07T08:06:14Z");
        check("2022-11-02T10:00:00-00:00", "2022-11-02T10:00:00Z");
        check("2022-03-03T015:00:00Z", "2022-03-03T15:00:00Z");
        check("2024-12-27T09:43:40.482Z", "2024-12-27T09:43:40Z");
        check("2024-12-27", "2024-12-27T07:00:00Z");
        check("2024/1/7 08:00 -0700", "2024-01-07T15:00:00Z");
        check("Apr 16, 2024 - 10:33 MDT", "2024-04-16T16:33:00Z");
        check("April 16th, 2024, at 9:20 am MT", "2024-04-16T15:20:00Z");
        check("May 5th, 2024, at 3:00 PM (UTC)", "2024-05-05T15:00:00Z");
        check("16 April 2024 10h33", "2024-04-16T16:33:00Z");
        check("16.04.2024 10:33", "2024-04-16T16:33:00Z");
        check("Mon, 02 Jan 2006 15:04:05 -0700", "2006-01-02T22:04:05Z");
        check("2021-06-08 11:20 UTC", "2021-06-08T11:20:00Z");
        check("Sept. 7, 2020 12 AM UTC", "2020-09-07T00:00:00Z");
    }

    #[test]
    fn what_is_not_certain_is_no_moment() {
        for text in [
            "05/04/2024",
            "2024-13-01",
            "2024-01-01 25:00",
            "10",
            "May",
            "2024-01-01 10:00 or so",
            "0024-01-01",
        ] {
            assert_eq!(whole(text, zone()), None, "{text}");
        }
        let unclear = |text: &str| whole(text, zone()).unwrap().instant(zone(), None).unwrap_err();
        assert_eq!(unclear("Apr 16, 2024 - 10:33 CEST"), Unclear::Foreign("CEST".to_owned()));
        assert_eq!(unclear("2024-11-03 01:30"), Unclear::Shifted);
        assert_eq!(unclear("10:33"), Unclear::NoDay);
    }

    #[test]
    fn a_line_begins_with_its_time() {
        let check = |text: &str, expected: &str, rest: &str| {
            let (moment, length) = leading(text, zone()).unwrap();
            let at = moment.instant(zone(), Day::parse("2024-05-05")).unwrap();
            assert_eq!((at.to_string().as_str(), &text[length..]), (expected, rest), "{text}");
        };
        check("May 5th, 2024, 3:00 PM (UTC): found", "2024-05-05T15:00:00Z", ": found");
        check("21:33 MT - Maintenance", "2024-05-06T03:33:00Z", " - Maintenance");
        check("10:33 API was down", "2024-05-05T16:33:00Z", " API was down");
        check("10:33 - back", "2024-05-05T16:33:00Z", " - back");
        assert_eq!(leading("The 5th", zone()), None);
        assert_eq!(leading("9 a\u{e9}", zone()), None);
    }
}
