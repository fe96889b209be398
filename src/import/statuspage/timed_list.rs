//! Updates posted afterwards as one list of timed lines: `<li><strong>14:05 UTC</strong> - text</li>`, also in `<p>` or
//! between `<br>`.

use crate::import::moment;
use crate::import::times;
use crate::time::{Day, Instant, Zone};

/// Elements that begin a line.
const BREAKS: [&str; 6] = ["br", "div", "li", "ol", "p", "ul"];

/// An unambiguous time; a bare one falls on `posted`, and a month and day on the last such day by then.
fn time(words: &str, zone: Zone, posted: Day) -> Option<Instant> {
    times::unambiguous(words, zone, Some(posted)).or_else(|| {
        let (month, day, length) = moment::month_and_day(words)?;
        let years = [posted.year(), posted.year() - 1];
        let day = years
            .into_iter()
            .find_map(|year| Day::from_ymd(year, month, day).filter(|day| *day <= posted))?;
        times::unambiguous(words[length..].trim_start_matches([',', ' ']), zone, Some(day))
    })
}

/// The first and last time of the list. `None` unless two lines or more begin with a time, each such time is unambiguous
/// and set in bold, and times never go back. Bare times fall on the day of `posted`.
pub(super) fn span(body: &str, posted: Instant, zone: Zone) -> Option<(Instant, Instant)> {
    let day = zone.day_of(posted);
    let times: Option<Vec<Instant>> =
        lines(body).into_iter().filter_map(leading_words).map(|words| time(words?, zone, day)).collect();
    let times = times.filter(|times| times.len() > 1 && times.is_sorted())?;
    Some((*times.first()?, *times.last()?))
}

/// The lines of a body, without the tags that begin and end them.
fn lines(body: &str) -> Vec<&str> {
    let (mut lines, mut start) = (Vec::new(), 0);
    for (at, _) in body.match_indices(['<', '\n']) {
        if let Some(length) = break_length(&body[at..]) {
            lines.push(body[start..at].trim());
            start = at + length;
        }
    }
    lines.push(body[start..].trim());
    lines
}

fn break_length(text: &str) -> Option<usize> {
    let Some(tag) = text.strip_prefix('<') else { return Some(1) };
    let (tag, _) = tag.split_at(tag.find(['>', '<', '\n']).filter(|at| tag[*at..].starts_with('>'))?);
    let name = tag.trim_start_matches('/').split(|c: char| !c.is_ascii_alphanumeric()).next()?;
    BREAKS.iter().any(|known| name.eq_ignore_ascii_case(known)).then_some(tag.len() + 2)
}

/// The bold words at the beginning of a line, other than of a heading; `Some(None)` for a time that is not in bold.
fn leading_words(line: &str) -> Option<Option<&str>> {
    let bold = ["strong", "b"].iter().find_map(|name| {
        let (words, rest) = line.strip_prefix(&format!("<{name}>"))?.split_once(&format!("</{name}>"))?;
        Some((words.trim(), rest))
    });
    let has_digit = |words: &str| words.contains(|c: char| c.is_ascii_digit());
    match bold {
        Some((words, rest)) if rest.is_empty() && !has_digit(words) => None,
        Some((words, _)) => Some(Some(words.trim_end_matches([':', '-', '\u{2013}', ' ']))),
        None if moment::leading(line, Zone::UTC).is_some_and(|(moment, _)| moment.clock.is_some()) => {
            Some(None)
        }
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::span;
    use crate::time::{Instant, Zone};

    #[test]
    fn only_a_list_of_certain_times_is_a_span() {
        let at = |text: &str| Instant::parse_rfc3339(text).unwrap();
        let check = |body: &str, expected: Option<(&str, &str)>| {
            let expected = expected.map(|(from, to)| (at(from), at(to)));
            assert_eq!(span(body, at("2012-02-10T22:00:29Z"), Zone::UTC), expected, "{body}");
        };
        let item = |time: &str| format!("<li><strong>{time}</strong> - text</li>");
        let list =
            |times: &[&str]| format!("<ul>{}</ul>", times.iter().map(|time| item(time)).collect::<String>());
        let hour = Some(("2012-02-10T22:00:29Z", "2012-02-10T23:05:00Z"));
        check(&list(&["2012-02-10 22:00:29", "2012-02-10 23:05"]), hour);
        check(&list(&["22:00:29 UTC", "22:30", "23:05"]), hour);
        let both = "<p>All in UTC.</p><p><strong>22:00:29 UTC</strong> a</p>\n<p><b>23:05:</b> b</p>";
        check(both, hour);
        check(
            "<p><strong>Course</strong></p><p><strong>22:00:29</strong> a<br>more</p><p><strong>23:05</strong></p>",
            hour,
        );
        check("<strong>22:00:29 UTC</strong> a.<br />\n<strong>23:05 UTC</strong> b.", hour);
        check("<strong>22:00:29 UTC</strong> a.\n<strong>23:05 UTC</strong> b.", hour);
        check(
            "<p><strong>22:00</strong> a</p><p><strong>Soon</strong> b</p><p><strong>23:00</strong> c</p>",
            None,
        );
        check("<p><strong>22:00</strong> a</p><p>22:30 b</p><p><strong>23:00</strong> c</p>", None);
        check("<p>We <strong>22:00</strong> a</p><p>b <strong>23:00</strong></p>", None);
        let over_midnight = Some(("2012-02-09T22:05:00Z", "2012-02-10T01:30:00Z"));
        check(&list(&["Feb 9, 22:05 UTC", "Feb 10, 01:30 UTC"]), over_midnight);
        let last_year = Some(("2011-12-31T22:05:00Z", "2012-01-01T01:30:00Z"));
        check(&list(&["December 31st, 22:05", "January 1st, 01:30"]), last_year);
        check(&list(&["Feb 30, 22:05", "Feb 10, 01:30"]), None);
        check(&list(&["22:00"]), None);
        check(&list(&["22:00", "21:00"]), None);
        check(&list(&["22:00", "soon"]), None);
        check("<ul><li>22:00 - text</li><li>23:00</li></ul>", None);
    }
}
