//! Cuts the text of an issue into its messages.

use crate::import::cstate::label::{Role, label};
use crate::import::cstate::shortcodes;
use crate::time::Zone;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Message {
    /// `None` for text without a label.
    pub(super) role: Option<Role>,
    /// The label as it was written.
    pub(super) label: String,
    /// The time in the label, else of its `track`.
    pub(super) time: Option<String>,
    /// Markdown with marked times.
    pub(super) body: String,
}

/// The messages, oldest first. A text without a label is one message.
pub(super) fn messages(markdown: &str, zone: Zone) -> Vec<Message> {
    let mut messages = cut(markdown, zone);
    let is_labelled = messages.iter().any(|message| message.role.is_some());
    if !is_labelled {
        let time =
            shortcodes::has_one(markdown).then(|| shortcodes::time(markdown)).flatten().map(str::to_owned);
        return vec![Message { role: None, label: String::new(), time, body: markdown.to_owned() }];
    }
    if is_newest_first(&messages) {
        messages.reverse();
    }
    messages
}

/// The messages as they stand in the text.
fn cut(markdown: &str, zone: Zone) -> Vec<Message> {
    let new = || Message { role: None, label: String::new(), time: None, body: String::new() };
    let (mut messages, mut message) = (Vec::new(), new());
    let (mut fence, mut is_start): (Option<&str>, bool) = (None, true);
    let mut finish = |message: &mut Message| {
        let done = std::mem::replace(message, new());
        if done.role.is_some() || !done.body.trim().is_empty() {
            messages.push(timed(done));
        }
    };
    for line in markdown.lines() {
        let text = line.trim();
        if fence.is_none() && is_start && is_rule(text) {
            finish(&mut message);
            continue;
        }
        let is_bracket = text.starts_with('[') || text.starts_with("\\[");
        let may_be = fence.is_none() && (is_start || is_bracket) && !line.starts_with("    ");
        if let Some(found) = if may_be { label(line, zone) } else { None } {
            finish(&mut message);
            message.role = Some(found.role);
            message.label = found.words;
            message.time = found.time.map(str::to_owned);
            message.body = format!("{}\n", found.rest);
        } else {
            // Below its label it went on with a paragraph, and a definition does not.
            if message.role.is_some() && message.body == "\n" && is_definition(text) {
                message.body.push('\\');
                message.body.push_str(text);
            } else {
                message.body.push_str(line);
            }
            message.body.push('\n');
        }
        fence = match fence {
            Some(open) if text.starts_with(open) => None,
            None => ["```", "~~~"].into_iter().find(|mark| text.starts_with(mark)),
            open => open,
        };
        is_start = text.is_empty() || line.starts_with('#');
    }
    finish(&mut message);
    messages
}

fn is_definition(text: &str) -> bool {
    text.starts_with('[') && text.contains("]:")
}

fn is_rule(text: &str) -> bool {
    let marks = text.replace(' ', "");
    marks.len() >= 3 && ["-", "*", "_"].iter().any(|mark| marks.replace(mark, "").is_empty())
}

/// The message with the time of its only `track`.
fn timed(message: Message) -> Message {
    let body = message.body.trim_end().trim_start_matches('\n').to_owned();
    let tracked = shortcodes::has_one(&body).then(|| shortcodes::time(&body)).flatten().map(str::to_owned);
    match (&message.time, tracked) {
        (None, Some(time)) => {
            Message { time: Some(time), body: shortcodes::without(&body).trim_end().to_owned(), ..message }
        }
        _ => Message { body, ..message },
    }
}

/// By the roles at both ends, else by dates that fall. A postmortem may stand at either end.
fn is_newest_first(messages: &[Message]) -> bool {
    let is_update = |message: &&Message| message.role.is_some_and(|role| role != Role::Postmortem);
    let labelled: Vec<&Message> = messages.iter().filter(is_update).collect();
    let (Some(first), Some(last)) = (labelled.first(), labelled.last()) else { return false };
    let rank = |message: &Message| match message.role {
        Some(Role::Initial | Role::Investigating) => Some(0),
        Some(Role::Identified | Role::InProgress) => Some(1),
        Some(Role::Monitoring) => Some(2),
        Some(Role::Final) => Some(3),
        Some(Role::Update | Role::Postmortem) | None => None,
    };
    let times: Vec<&str> = messages.iter().filter_map(|message| message.time.as_deref()).collect();
    match (rank(first), rank(last)) {
        (Some(first), Some(last)) if first != last => first > last,
        (_, Some(0)) if labelled.len() > 1 => true,
        (Some(3), _) if labelled.len() > 1 => true,
        _ => {
            times.len() > 1 && times.is_sorted_by(|one, other| one >= other) && times.first() != times.last()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::messages;
    use crate::import::cstate::shortcodes;
    use crate::time::Zone;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let (marked, _) = shortcodes::marked(text);
        let found: Vec<String> = messages(&marked, Zone::UTC)
            .into_iter()
            .map(|it| format!("{}|{}|{}", it.label, it.time.unwrap_or_default(), it.body))
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn messages_come_oldest_first() {
        check("Just text.\n\n---\n\nMore.", &["||Just text.\n\n---\n\nMore."]);
        check(
            "*Resolved* - Up. {{< track \"2018-05-25 05:54:00\" >}}\n\n*Investigating* - Down. {{< track \"2018-05-25 04:13:00\" >}}",
            &["Investigating|2018-05-25 04:13:00|Down.", "Resolved|2018-05-25 05:54:00|Up."],
        );
        check(
            "[Final message]\nOver.\n[Update 2]\nB\n\n[Update 1]\nA\n\n[Initial Message]\n\nSoon.",
            &["Initial Message||Soon.", "Update 1||A", "Update 2||B", "Final message||Over."],
        );
        check(
            "*Resolved* - Up.\n\n*Identified* - Found.\n\n*Post-mortem* - Why.",
            &["Post-mortem||Why.", "Identified||Found.", "Resolved||Up."],
        );
        check("It fails.\n\nupdate: It works.", &["||It fails.", "update||It works."]);
        check(
            "---\n\nFixed.\n\n---\n\n*Update* - x\n\n---\n\n*Investigating* - y",
            &["Investigating||y", "Update||x", "||Fixed."],
        );
    }

    #[test]
    fn what_no_definition_was_becomes_none() {
        check("[x]\n[Update 2]\n[x]: /y", &["||[x]", "Update 2||\\[x]: /y"]);
        check("[x]\n[Update 2]\n\n[x]: /y", &["||[x]", "Update 2||[x]: /y"]);
    }

    #[test]
    fn labels_in_code_and_sentences_are_text() {
        let text = "Use this:\n\n```\n[Update]\n\n*Resolved* - x\n```\n\n    Resolved: y\n\n- Update: z";
        check(text, &[&format!("||{text}")]);
    }
}
