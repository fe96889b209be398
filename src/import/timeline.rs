//! Beginning and end of an incident, from the dates and times of a text.

use crate::import::moment::{self, Moment};
use crate::time::{Day, Instant, Zone};

/// A beginning and an end, and the line that says them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bounds {
    pub(super) from: Instant,
    pub(super) to: Instant,
    /// From 1: the line with both, or the first line of the timeline.
    pub(super) line: usize,
}

/// What the text says of its beginning and end: in one line (`from A to B`), else in a timeline whose times never go
/// back. Bare times of day fall on `day`. `None` unless all of it is certain.
pub(super) fn bounds(text: &str, zone: Zone, day: Option<Day>) -> Option<Bounds> {
    let mut spans = text.lines().enumerate().filter_map(|(at, line)| {
        let (from, to) = span(line, zone, day)?;
        Some(Bounds { from, to, line: at + 1 })
    });
    spans.next().or_else(|| timeline(text, zone, day))
}

/// The two times of a line such as `from May 5th, 2024, 3:00 PM (UTC) to 4:00 PM`.
fn span(line: &str, zone: Zone, day: Option<Day>) -> Option<(Instant, Instant)> {
    let found = moments(line, zone);
    let [(first, start, first_end), (second, second_start, _), ..] = found.as_slice() else { return None };
    let before = line[..*start].trim_end().to_ascii_lowercase();
    let between = line[*first_end..*second_start].trim().trim_matches(',').to_ascii_lowercase();
    let opens = ["from", "between", "duration:", "time:", "when:"].iter().any(|word| before.ends_with(word));
    let joins =
        ["to", "until", "till", "and", "-", "\u{2013}", "\u{2014}", "through"].contains(&between.trim());
    let has_clocks = first.clock.is_some() && second.clock.is_some();
    if !opens || !joins || !has_clocks {
        return None;
    }
    // A zone behind the second time alone is meant for both.
    let first = if first.has_zone() { first.clone() } else { first.in_zone_of(second) };
    let from = first.instant(zone, day).ok()?;
    let to = second.instant(zone, first.day.or(day)).ok()?;
    (from < to).then_some((from, to))
}

/// All moments of a line with their positions.
fn moments(line: &str, zone: Zone) -> Vec<(Moment, usize, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < line.len() {
        let is_start = line.is_char_boundary(at)
            && line[at..].starts_with(|c: char| c.is_alphanumeric())
            && !line[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, ':' | '.' | '-' | '/'));
        match if is_start { moment::leading(&line[at..], zone) } else { None } {
            Some((moment, length)) => {
                found.push((moment, at, at + length));
                at += length;
            }
            None => at += 1,
        }
    }
    found
}

/// The first and last time of the lines that begin with a time; two at least, never going back.
fn timeline(text: &str, zone: Zone, day: Option<Day>) -> Option<Bounds> {
    let mut day = day;
    let mut times: Vec<(Instant, usize)> = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let line = line.trim_start_matches(|c: char| c.is_whitespace() || "•◦-*|_[(".contains(c));
        let Some((moment, length)) = moment::leading(line, zone).filter(|(moment, _)| moment.clock.is_some())
        else {
            continue;
        };
        // A sentence that begins with a time is no line of a timeline.
        let rest = line[length..].trim_start_matches(['*', '_', ']', ')', ' ', '\u{a0}']);
        if !rest.is_empty() && !rest.starts_with([':', '-', '\u{2013}', '\u{2014}', '|', '\t']) {
            continue;
        }
        day = moment.day.or(day);
        times.push((moment.instant(zone, day).ok()?, at + 1));
    }
    let (from, line) = *times.first()?;
    let (to, _) = *times.last()?;
    (times.is_sorted_by_key(|(at, _)| *at) && from < to).then_some(Bounds { from, to, line })
}

#[cfg(test)]
mod tests {
    use super::bounds;
    use crate::time::{Day, Zone};

    #[track_caller]
    fn check(text: &str, expected: Option<(&str, &str, usize)>) {
        let zone = Zone::parse("America/Edmonton").unwrap();
        let found = bounds(text, zone, Day::parse("2024-04-16"));
        let found = found.map(|it| (it.from.to_string(), it.to.to_string(), it.line));
        let expected = expected.map(|(from, to, line)| (from.to_owned(), to.to_owned(), line));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_line_can_say_both() {
        check(
            "x\nDuration: down from May 5th, 2024, at 3:00 PM (UTC) to May 6th, 2024, at 9:00 AM (UTC), some 18 hours.",
            Some(("2024-05-05T15:00:00Z", "2024-05-06T09:00:00Z", 2)),
        );
        check(
            "Failed between 21:01 and 21:05 UTC.",
            Some(("2024-04-16T21:01:00Z", "2024-04-16T21:05:00Z", 1)),
        );
        check(
            "out from November 28th 2022 21:31 to 22:13 MT.",
            Some(("2022-11-29T04:31:00Z", "2022-11-29T05:13:00Z", 1)),
        );
        check("from 9:00 we looked, to 10:00 we slept", None);
    }

    #[test]
    fn a_timeline_says_both() {
        check(
            "Timeline\n\n  • 09:20 MT - noticed\n  • 10:30 MT - over",
            Some(("2024-04-16T15:20:00Z", "2024-04-16T16:30:00Z", 3)),
        );
        check(
            "May 5th, 2024, 3:00 PM (UTC): a\n4:15 PM (UTC): b",
            Some(("2024-05-05T15:00:00Z", "2024-05-05T16:15:00Z", 1)),
        );
        check("- 23:50 - a\n- 00:10 - b", None);
        check("- 09:20 - only one", None);
        check("10:00 CEST: a\n11:00 CEST: b", None);
    }
}
