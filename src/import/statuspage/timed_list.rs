//! Updates posted afterwards as one list of timed items: `<li><strong>14:05 UTC</strong> - text</li>`.

use crate::import::times;
use crate::time::{Instant, Zone};

/// The first and last time of the list. `None` unless it has two items or more, each begins with an unambiguous time,
/// and times never go back. Bare times fall on the day of `posted`.
pub(super) fn span(body: &str, posted: Instant, zone: Zone) -> Option<(Instant, Instant)> {
    let items: Vec<&str> = body.split("<li>").skip(1).collect();
    let day = zone.day_of(posted);
    let times: Option<Vec<Instant>> =
        items.iter().map(|item| times::unambiguous(leading_time(item)?, zone, Some(day))).collect();
    let times = times.filter(|times| times.len() > 1 && times.is_sorted())?;
    Some((*times.first()?, *times.last()?))
}

fn leading_time(item: &str) -> Option<&str> {
    let words = item.trim_start().strip_prefix("<strong>")?;
    Some(words.split_once("</strong>")?.0.trim())
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
        check(&list(&["22:00"]), None);
        check(&list(&["22:00", "21:00"]), None);
        check(&list(&["22:00", "soon"]), None);
        check("<ul><li>22:00 - text</li><li>23:00</li></ul>", None);
    }
}
