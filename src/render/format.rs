//! Formats times, days and durations with the theme's messages, in the site's zone.

use serde::Serialize;

use crate::render::messages::{Arg, LENGTHS, Messages};
use crate::time::{Day, Instant, Month, Zone};

/// An instant as pages show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TimeView {
    /// RFC 3339 with the site's offset, for `<time datetime>`: `2024-03-21T14:57:00-04:00`.
    pub datetime: String,
    /// Date, year, clock and zone: `21 March 2024, 14:57 EDT`.
    pub text: String,
    /// The date alone: `21 March 2024`.
    pub day: String,
    /// The clock alone, with the zone: `14:57 EDT`.
    pub clock: String,
}

/// A civil day of the site as pages show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DayView {
    /// `2024-03-21`.
    pub date: String,
    /// `21 March 2024`.
    pub text: String,
}

/// A length of time as pages show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LengthView {
    /// For `<time datetime>`: `PT70M10S`.
    pub datetime: String,
    /// Whole seconds, 0 or more.
    pub secs: i64,
    /// In words, with seconds under an hour only: `10 minutes 10 seconds`, `1 day 3 hours 5 minutes`.
    pub text: String,
}

/// A stretch of time as pages show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SpanView {
    /// Its first second.
    pub from: TimeView,
    /// The first second after it; none while it is open.
    pub to: Option<TimeView>,
    /// Both ends in words, the day said once where they share it: `21 March 2024, 14:04 – 14:57 EDT`.
    pub text: String,
    /// The text in two parts that may stand on lines of their own: both ends, or the day and its clocks; empty while it is open.
    pub lines: Vec<String>,
    /// How long it lasted; none while it is open.
    pub length: Option<LengthView>,
}

/// Formats times in a site's zone and a theme's language.
#[derive(Clone, Copy, Debug)]
pub struct Formatter<'a> {
    messages: &'a Messages,
    zone: Zone,
    /// Whether days are said with their weekday.
    is_planned: bool,
}

impl<'a> Formatter<'a> {
    pub fn new(messages: &'a Messages, zone: Zone) -> Self {
        Self { messages, zone, is_planned: false }
    }

    /// The same for what is planned: `Saturday, 28 November 2026`.
    #[must_use]
    pub fn planned(self) -> Self {
        Self { is_planned: true, ..self }
    }

    /// Formats a message of the built-in theme.
    pub fn say(&self, id: &str, args: &[(&str, Arg<'_>)]) -> String {
        self.messages.say(id, args)
    }

    /// The end of a shortened list: `and 7 more`; `None` when it is complete.
    pub fn and_more(&self, more: usize) -> Option<String> {
        let count = Arg::Number(i64::try_from(more).unwrap_or(i64::MAX));
        (more > 0).then(|| self.say("and-more", &[("count", count)]))
    }

    /// An instant with date, time, zone and year.
    pub fn time(&self, instant: Instant) -> TimeView {
        let (day, clock, zone) =
            (self.day_of_time(self.civil_day(instant)), self.clock(instant), self.zone(instant));
        TimeView {
            datetime: self.zone.rfc3339(instant),
            text: self.moment("time", &[("day", &day), ("clock", &clock), ("zone", &zone)]),
            clock: self.moment("time-clock", &[("clock", &clock), ("zone", &zone)]),
            day,
        }
    }

    pub fn day(&self, day: Day) -> DayView {
        DayView { date: day.to_string(), text: self.day_text(day) }
    }

    /// A month with its year: `March 2024`.
    pub fn month(&self, month: Month) -> String {
        let name = self.month_name(month.number());
        self.moment("month", &[("month", &name), ("year", &month.year().to_string())])
    }

    /// A month's name, 1 to 12: `March`.
    pub fn month_name(&self, number: u32) -> String {
        self.say(&format!("month-{number}"), &[])
    }

    /// A day without its year: `21 March`.
    pub fn day_of_year(&self, day: Day) -> String {
        let month = self.month_name(day.month());
        self.moment("day-of-year", &[("day", &day.day_of_month().to_string()), ("month", &month)])
    }

    /// A duration without units that are 0; one of an hour or more is cut to whole minutes.
    pub fn length(&self, secs: i64) -> LengthView {
        let secs = secs.max(0);
        let rest = if secs < 3_600 { secs % 60 } else { 0 };
        let counts = [secs / 86_400, secs / 3_600 % 24, secs / 60 % 60, rest];
        let parts = LENGTHS.into_iter().zip(counts).filter(|(_, count)| *count > 0);
        let said = parts.map(|(id, count)| self.messages.length(id, count));
        let join =
            |long: String, next: String| self.moment("length-join", &[("long", &long), ("short", &next)]);
        let text = said.reduce(join).unwrap_or_else(|| self.say("moment", &[]));
        LengthView { datetime: iso_length(secs), secs, text }
    }

    /// From an instant to another, or still open.
    pub fn span(&self, from: Instant, to: Option<Instant>) -> SpanView {
        let (first, last) = (self.time(from), to.map(|to| self.time(to)));
        let text = match (to, &last) {
            (Some(to), Some(last)) => self.span_text(from, to, [&first, last]),
            _ => self.moment("span-open", &[("from", &first.text)]),
        };
        let length = to.map(|to| self.length(to.secs_since(from)));
        let lines = last.as_ref().map_or_else(Vec::new, |last| lines(&text, &first, last));
        SpanView { text, from: first, to: last, lines, length }
    }

    fn span_text(&self, from: Instant, to: Instant, [first, last]: [&TimeView; 2]) -> String {
        let same_zone = self.zone(from) == self.zone(to);
        if first.day != last.day || !same_zone {
            return self.moment("span", &[("from", &first.text), ("to", &last.text)]);
        }
        let (begin, end) = (self.clock(from), self.clock(to));
        let zone = self.zone(to);
        self.moment("span-one-day", &[("day", &first.day), ("from", &begin), ("to", &end), ("zone", &zone)])
    }

    fn moment(&self, id: &str, args: &[(&str, &str)]) -> String {
        let args: Vec<_> = args.iter().map(|&(name, text)| (name, Arg::Text(text))).collect();
        self.say(id, &args)
    }

    fn civil_day(&self, instant: Instant) -> Day {
        self.zone.local(instant).day()
    }

    /// A day as a time names it.
    fn day_of_time(&self, day: Day) -> String {
        let text = self.day_text(day);
        if !self.is_planned {
            return text;
        }
        let weekday = self.say(&format!("weekday-{}", day.weekday() + 1), &[]);
        self.moment("planned-day", &[("weekday", &weekday), ("day", &text)])
    }

    fn day_text(&self, day: Day) -> String {
        let (number, month, year) =
            (day.day_of_month().to_string(), self.month_name(day.month()), day.year().to_string());
        self.moment("day", &[("day", &number), ("month", &month), ("year", &year)])
    }

    /// `14:57`, with seconds unless they are 0.
    fn clock(&self, instant: Instant) -> String {
        let local = self.zone.local(instant);
        let (hour, minute) = (format!("{:02}", local.hour()), format!("{:02}", local.minute()));
        match local.second() {
            0 => self.moment("clock", &[("hour", &hour), ("minute", &minute)]),
            second => {
                let second = format!("{second:02}");
                self.moment("clock-seconds", &[("hour", &hour), ("minute", &minute), ("second", &second)])
            }
        }
    }

    /// `EDT`; zones without letters show their offset: `UTC-03:00`.
    fn zone(&self, instant: Instant) -> String {
        let name = self.zone.abbreviation(instant);
        if name.starts_with(['+', '-']) { format!("UTC{}", self.zone.offset(instant)) } else { name }
    }
}

/// The text of a span split before its end, or after the day that both ends share; empty where neither is found.
fn lines(text: &str, first: &TimeView, last: &TimeView) -> Vec<String> {
    let after_day = || Some(text.find(&first.day)? + first.day.len());
    let gap = |at: usize| Some(at + text[at..].find(' ')? + 1);
    let place = text.rfind(&last.text).or_else(|| after_day().and_then(gap)).filter(|&at| at > 0);
    let split = place.map(|at| text.split_at(at));
    split.map_or_else(Vec::new, |(first, last)| vec![first.trim_end().to_owned(), last.to_owned()])
}

/// A duration in HTML's format (ISO 8601 without months): `P1DT2H3M4S`.
fn iso_length(secs: i64) -> String {
    let (days, rest) = (secs / 86_400, secs % 86_400);
    let mut text = String::from("P");
    if days > 0 {
        text.push_str(&format!("{days}D"));
    }
    if rest > 0 || days == 0 {
        text.push('T');
        for (unit, count) in [('H', rest / 3_600), ('M', rest / 60 % 60), ('S', rest % 60)] {
            if count > 0 || (unit == 'S' && secs == 0) {
                text.push_str(&format!("{count}{unit}"));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::Formatter;
    use crate::render::messages::Messages;
    use crate::time::{Day, Instant, Zone};

    fn with_formatter(zone: &str, check: impl FnOnce(Formatter<'_>)) {
        let messages = Messages::new("en", &[include_str!("../../themes/default/i18n/en.ftl")]).unwrap();
        check(Formatter::new(&messages, Zone::parse(zone).unwrap()));
    }

    fn at(text: &str) -> Instant {
        Instant::parse_rfc3339(text).unwrap()
    }

    #[test]
    fn lengths_say_seconds_under_an_hour_only() {
        with_formatter("Etc/UTC", |formatter| {
            let check = |secs: i64, text: &str, datetime: &str| {
                let length = formatter.length(secs);
                assert_eq!((length.text.as_str(), length.datetime.as_str()), (text, datetime));
            };
            check(0, "less than a minute", "PT0S");
            check(1, "1 second", "PT1S");
            check(3_599, "59 minutes 59 seconds", "PT59M59S");
            check(3_601, "1 hour", "PT1H1S");
            check(4_200, "1 hour 10 minutes", "PT1H10M");
            check(64_800, "18 hours", "PT18H");
            check(86_400, "1 day", "P1D");
            check(93_784, "1 day 2 hours 3 minutes", "P1DT2H3M4S");
        });
    }

    #[test]
    fn times_carry_year_and_zone() {
        with_formatter("America/New_York", |formatter| {
            let time = formatter.time(at("2024-03-21T18:57:00Z"));
            assert_eq!(time.text, "21 March 2024, 14:57 EDT");
            assert_eq!(time.clock, "14:57 EDT");
            assert_eq!(time.datetime, "2024-03-21T14:57:00-04:00");
            assert_eq!(formatter.time(at("2024-03-21T18:57:09Z")).clock, "14:57:09 EDT");
        });
        with_formatter("America/Sao_Paulo", |formatter| {
            assert_eq!(formatter.time(at("2024-03-21T18:57:00Z")).clock, "15:57 UTC-03:00");
        });
    }

    #[test]
    fn spans_say_a_shared_day_once() {
        with_formatter("America/New_York", |formatter| {
            let check = |from: &str, to: Option<&str>, text: &str| {
                assert_eq!(formatter.span(at(from), to.map(at)).text, text);
            };
            check("2024-03-21T18:04:00Z", Some("2024-03-21T18:57:00Z"), "21 March 2024, 14:04 – 14:57 EDT");
            check(
                "2024-05-05T15:00:00Z",
                Some("2024-05-06T09:00:00Z"),
                "5 May 2024, 11:00 EDT – 6 May 2024, 05:00 EDT",
            );
            check(
                "2024-11-03T05:30:00Z",
                Some("2024-11-03T06:30:00Z"),
                "3 November 2024, 01:30 EDT – 3 November 2024, 01:30 EST",
            );
            check("2024-03-21T18:04:00Z", None, "Since 21 March 2024, 14:04 EDT");
        });
    }

    #[test]
    fn what_is_planned_has_weekdays() {
        with_formatter("America/New_York", |formatter| {
            let check = |from: &str, to: &str, text: &str, lines: &[&str]| {
                let span = formatter.planned().span(at(from), Some(at(to)));
                assert_eq!(
                    (span.text.as_str(), span.lines.as_slice()),
                    (text, lines.iter().map(|&line| line.to_owned()).collect::<Vec<_>>().as_slice())
                );
            };
            check(
                "2024-03-21T18:04:00Z",
                "2024-03-21T18:57:00Z",
                "Thursday, 21 March 2024, 14:04 – 14:57 EDT",
                &["Thursday, 21 March 2024,", "14:04 – 14:57 EDT"],
            );
            check(
                "2024-05-05T15:00:00Z",
                "2024-05-06T09:00:00Z",
                "Sunday, 5 May 2024, 11:00 EDT – Monday, 6 May 2024, 05:00 EDT",
                &["Sunday, 5 May 2024, 11:00 EDT –", "Monday, 6 May 2024, 05:00 EDT"],
            );
        });
    }

    #[test]
    fn days_and_months_are_words() {
        with_formatter("Etc/UTC", |formatter| {
            let day = Day::parse("2024-02-29").unwrap();
            assert_eq!(formatter.day(day).text, "29 February 2024");
            assert_eq!(formatter.day_of_year(day), "29 February");
            assert_eq!(formatter.month(day.month_of()), "February 2024");
        });
    }
}
