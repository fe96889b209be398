//! The habits that mark a message: `*Resolved* -`, `**Update at 11:20 UTC**`, `[Final message]`, `Update:`.

use crate::import::moment;
use crate::time::Zone;

/// What a label says of its message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The first message.
    Initial,
    Investigating,
    Identified,
    Monitoring,
    Update,
    InProgress,
    /// The last message: all is over.
    Final,
    Postmortem,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Label<'a> {
    pub(super) role: Role,
    /// As written, without marks.
    pub(super) words: String,
    /// The time that stands in or behind it.
    pub(super) time: Option<&'a str>,
    /// The rest of the line.
    pub(super) rest: &'a str,
}

const ROLES: [(&str, Role); 36] = [
    ("initial message", Role::Initial),
    ("initial report", Role::Initial),
    ("initial", Role::Initial),
    ("scheduled", Role::Initial),
    ("planned", Role::Initial),
    ("investigating", Role::Investigating),
    ("identified", Role::Identified),
    ("issue identified", Role::Identified),
    ("monitoring", Role::Monitoring),
    ("mitigated", Role::Monitoring),
    ("update", Role::Update),
    ("updated", Role::Update),
    ("status update", Role::Update),
    ("edit", Role::Update),
    ("in progress", Role::InProgress),
    ("started", Role::InProgress),
    ("maintenance started", Role::InProgress),
    ("final message", Role::Final),
    ("final update", Role::Final),
    ("final", Role::Final),
    ("resolved", Role::Final),
    ("fixed", Role::Final),
    ("solved", Role::Final),
    ("closed", Role::Final),
    ("completed", Role::Final),
    ("complete", Role::Final),
    ("finished", Role::Final),
    ("done", Role::Final),
    ("recovered", Role::Final),
    ("all clear", Role::Final),
    ("cancelled", Role::Update),
    ("canceled", Role::Update),
    ("postmortem", Role::Postmortem),
    ("post-mortem", Role::Postmortem),
    ("post mortem", Role::Postmortem),
    ("root cause analysis", Role::Postmortem),
];

/// The label at the start of a line, if there is one.
pub(super) fn label(line: &str, zone: Zone) -> Option<Label<'_>> {
    let is_heading = line.starts_with('#');
    let line = line.trim_start_matches('#').trim();
    let (inside, rest) = if is_heading { (line, "") } else { enclosed(line)? };
    let words = inside.trim().trim_end_matches([':', '.', ' ']);
    let (role, length) = role(words)?;
    let after = words[length..].trim_start();
    let after = after.trim_start_matches(|c: char| c.is_ascii_digit() && !after.contains(':')).trim_start();
    let is_marked = inside.trim_end().ends_with(':') || line.starts_with('[');
    let (time, is_whole) = match after.is_empty() {
        true => (None, true),
        false => {
            let found = leading_time(after, zone);
            (found.map(|(time, _)| time), found.is_some_and(|(_, rest)| rest.is_empty()))
        }
    };
    if !is_whole {
        return None;
    }
    let (behind, rest) = separated(rest, is_marked || time.is_some(), zone)?;
    Some(Label { role, words: words.to_owned(), time: time.or(behind), rest })
}

/// The marked words at the start of a line and what follows: emphasis, brackets, or words before a colon.
fn enclosed(line: &str) -> Option<(&str, &str)> {
    for mark in ["***", "**", "__", "*", "_"] {
        if let Some(inside) = line.strip_prefix(mark) {
            let (inside, rest) = inside.split_once(mark)?;
            return Some((inside, rest));
        }
    }
    if let Some(inside) = line.strip_prefix('[').or_else(|| line.strip_prefix("\\[")) {
        let (inside, rest) = inside.split_once(']')?;
        return (!rest.starts_with(['(', ':', '['])).then(|| (inside.trim_end_matches('\\'), rest));
    }
    let at = line.match_indices(':').map(|(at, _)| at).find(|at| {
        let digits = |c: char| c.is_ascii_digit();
        !(line[..*at].ends_with(digits) && line[at + 1..].starts_with(digits))
    })?;
    (at < 60).then(|| (&line[..=at], &line[at + 1..]))
}

/// The longest role at the start, and its length; it ends with its word.
fn role(words: &str) -> Option<(Role, usize)> {
    let lower = words.to_ascii_lowercase();
    let fits = |name: &str| {
        lower.starts_with(name) && !lower[name.len()..].starts_with(|c: char| c.is_alphabetic() || c == '-')
    };
    let found = ROLES.iter().filter(|(name, _)| fits(name)).max_by_key(|(name, _)| name.len());
    found.map(|(name, role)| (*role, name.len()))
}

/// A time after `at`, `on` or punctuation, and the rest behind it.
fn leading_time(text: &str, zone: Zone) -> Option<(&str, &str)> {
    let text = text.trim_start_matches([' ', ',', '-', '\u{2013}', '\u{2014}', '(', '@', '[', '|', ':']);
    let text = ["at ", "on "].iter().find_map(|word| text.strip_prefix(word)).unwrap_or(text);
    let (moment, length) = moment::leading(text, zone)?;
    moment.clock?;
    Some((&text[..length], text[length..].trim_start_matches([')', ']', ':']).trim_start()))
}

/// What stands behind the marked words: an optional time, then the text. `None` when they are the start of a sentence.
fn separated(rest: &str, is_marked: bool, zone: Zone) -> Option<(Option<&str>, &str)> {
    let trimmed = rest.trim_start();
    if trimmed.is_empty() {
        return Some((None, ""));
    }
    let text = [":", "- ", "\u{2013} ", "\u{2014} ", "| "].iter().find_map(|mark| trimmed.strip_prefix(mark));
    let has_mark = is_marked || text.is_some() || trimmed.starts_with('(');
    let text = text.unwrap_or(trimmed).trim_start();
    if !has_mark {
        return None;
    }
    match leading_time(text, zone) {
        Some((time, after)) => {
            let is_alone =
                after.is_empty() || after.starts_with(['-', '\u{2013}', '\u{2014}']) || text.contains("):");
            let is_alone = is_alone || text[..text.len() - after.len()].trim_end().ends_with([':', ')']);
            let after = after.trim_start_matches(['-', '\u{2013}', '\u{2014}']).trim_start();
            Some(if is_alone { (Some(time), after) } else { (None, text) })
        }
        None => Some((None, text)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Role, label};
    use crate::time::Zone;

    #[test]
    fn written_habits_are_labels() {
        let check = |line: &str, role: Role, time: Option<&str>, rest: &str| {
            let found = label(line, Zone::UTC).unwrap_or_else(|| panic!("{line}"));
            assert_eq!((found.role, found.time, found.rest), (role, time, rest), "{line}");
        };
        check("*Resolved* - All is well.", Role::Final, None, "All is well.");
        check("_Resolved_ - 10:33", Role::Final, Some("10:33"), "");
        check("**Update at 2021-06-08 11:20 UTC**", Role::Update, Some("2021-06-08 11:20 UTC"), "");
        check("**Initial Message at 2021-06-08 09:35 UTC**", Role::Initial, Some("2021-06-08 09:35 UTC"), "");
        check("[Final Message]", Role::Final, None, "");
        check("[Update 3] text", Role::Update, None, "text");
        check("update: The queue is empty.", Role::Update, None, "The queue is empty.");
        check("_Update_: It is back.", Role::Update, None, "It is back.");
        check("Update (2023-12-11 17:00 UTC): none", Role::Update, Some("2023-12-11 17:00 UTC"), "none");
        check("#### Monitoring, 10:33", Role::Monitoring, Some("10:33"), "");
        check("*Post-mortem*", Role::Postmortem, None, "");
        check("**Resolved:** 10:33 - back", Role::Final, Some("10:33"), "back");
    }

    #[test]
    fn sentences_are_no_labels() {
        for line in [
            "**API** was down",
            "*Resolved* issues are below",
            "Updated packages: all",
            "[Update](https://a.example)",
            "Cause: unknown",
            "Resolved by a restart at 10:33.",
            "Fixing: soon",
        ] {
            assert_eq!(label(line, Zone::UTC), None, "{line}");
        }
    }
}
