//! Parses the lines right below an update's heading that may be settings: `COMPONENT: STATE`, `next_update: TIME`, `id:
//! TEXT`.

use std::ops::Range;

use crate::diagnostic::Diagnostic;
use crate::model::state::State;
use crate::parse::draft::{SettingForm, SettingLine};
use crate::parse::line::is_invisible;
use crate::parse::text::{line_end, trimmed};
use crate::rules;
use crate::source::{SourcePath, Spanned};
use crate::time::written::{self, Written};

/// The lines between heading and text.
#[derive(Debug, Default)]
pub(super) struct Settings {
    pub(super) id: Option<Spanned<String>>,
    pub(super) next_update: Option<Spanned<Written>>,
    pub(super) lines: Vec<SettingLine>,
    /// Where the text begins.
    pub(super) end: usize,
}

/// Reads lines from `range` as long as each may be a setting; `range` begins with a line.
pub(super) fn read(
    path: &SourcePath,
    text: &str,
    range: Range<usize>,
    problems: &mut Vec<Diagnostic>,
) -> Settings {
    let mut settings = Settings { end: range.start, ..Settings::default() };
    let mut start = range.start;
    while start < range.end {
        let (end, next) = line_end(text, start);
        let line = match setting_line(text, start..end) {
            Some(line) if is_respelled(&line.word.value) => almost(text, start..end).or(Some(line)),
            Some(line) => Some(line),
            None => almost(text, start..end).or_else(|| without_sign(text, start..end)),
        };
        let Some(line) = line else { break };
        settings.take(path, line, problems);
        settings.end = end;
        start = next;
    }
    settings
}

impl Settings {
    fn take(&mut self, path: &SourcePath, line: SettingLine, problems: &mut Vec<Diagnostic>) {
        let mut report = |rule, span, message: String, help: &str| {
            problems.push(Diagnostic::new(rule, path, span, message).help(help));
        };
        match line.word.value.as_str() {
            _ if line.form != SettingForm::Plain => self.take_almost(path, line, problems),
            "id" if self.id.is_some() => {
                report(rules::REPEATED_SETTING, line.word.span, "`id` is given twice".to_owned(), REPEATED);
            }
            "id" if line.value.value.is_empty() => {
                report(rules::EMPTY_SETTING, line.span, "`id` has no value".to_owned(), "write `id: TEXT`");
            }
            "id" => self.id = Some(line.value),
            "next_update" if self.next_update.is_some() => {
                let message = "`next_update` is given twice".to_owned();
                report(rules::REPEATED_SETTING, line.word.span, message, REPEATED);
            }
            "next_update" => match written::parse(&line.value.value) {
                Ok(time) => self.next_update = Some(Spanned::new(time, line.value.span)),
                Err(error) => {
                    let span = if line.value.value.is_empty() { line.span } else { line.value.span };
                    report(rules::INVALID_TIME, span, error, NEXT_UPDATE);
                }
            },
            _ => self.lines.push(line),
        }
    }

    /// Records a near miss. Lines about components are judged by the check, which knows their names.
    fn take_almost(&mut self, path: &SourcePath, line: SettingLine, problems: &mut Vec<Diagnostic>) {
        if line.word.value != NEXT_UPDATE_KEY {
            return self.lines.push(line);
        }
        let message = "this line is not read as the setting `next_update`";
        let help =
            format!("write `next_update: {}`, or leave a blank line before the text", line.value.value);
        problems.push(Diagnostic::new(rules::MALFORMED_SETTING, path, line.span, message).help(help));
    }
}

const NEXT_UPDATE_KEY: &str = "next_update";

const REPEATED: &str = "keep one of the two, or leave a blank line before the text";

const NEXT_UPDATE: &str =
    "write `next_update: 2024-04-16 10:30` or `next_update: 10:30`, or leave a blank line before the text";

/// Parses `WORD: VALUE`. A word has letters, digits, `.`, `_` and `-`; times of day and URLs do not count.
fn setting_line(text: &str, line: Range<usize>) -> Option<SettingLine> {
    let span = trimmed(text, line);
    let colon = span.start + text[span.clone()].find(':')?;
    let word = trimmed(text, span.start..colon);
    let value = trimmed(text, colon + 1..span.end);
    let written = &text[word.clone()];
    let is_word = written.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-'))
        && written.chars().any(char::is_alphabetic);
    if !is_word || text[value.clone()].starts_with("//") {
        return None;
    }
    let spanned = |range: Range<usize>| Spanned::new(text[range.clone()].to_owned(), range);
    Some(SettingLine { form: SettingForm::Plain, word: spanned(word), value: spanned(value), span })
}

/// Whether the word is `next_update` except for case and hyphens.
fn is_respelled(word: &str) -> bool {
    word != NEXT_UPDATE_KEY && setting_key(word) == NEXT_UPDATE_KEY
}

/// A word as settings' keys are written.
fn setting_key(word: &str) -> String {
    word.to_ascii_lowercase().replace([' ', '-'], "_")
}

/// Signs that people write instead of the colon. A hyphen or dash needs spaces around it.
const SIGNS: [&str; 19] = [
    ":",
    "\u{ff1a}",
    "\u{fe55}",
    "\u{2236}",
    "\u{a789}",
    "\u{ff1d}",
    "=",
    "->",
    "\u{2192}",
    "\u{21d2}",
    "\u{279c}",
    "\u{27a1}",
    "|",
    "\t",
    " - ",
    " -- ",
    " \u{2013} ",
    " \u{2014} ",
    ">",
];

/// The text without a mark of a list or table.
fn without_list_mark(text: &str) -> &str {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let numbered = (rest.len() < text.len()).then(|| rest.strip_prefix(['.', ')'])).flatten();
    let bulleted = || text.strip_prefix(['-', '*', '+', '\u{2022}', '\u{2013}', '>']);
    let behind = numbered.or_else(bulleted).filter(|rest| rest.starts_with([' ', '\t']));
    let rest = behind.map_or(text, str::trim_start);
    ["[ ] ", "[x] ", "[X] ", "|"].iter().find_map(|tick| rest.strip_prefix(tick)).unwrap_or(rest)
}

/// Parses a state or `next_update` in another notation: in a list, with `=` or an arrow, in other words or with
/// emphasis. The value must be a state or a time, so that no sentence matches.
fn almost(text: &str, line: Range<usize>) -> Option<SettingLine> {
    const MOST_BYTES: usize = 80;
    let span = trimmed(text, line);
    let start = span.end - without_list_mark(&text[span.clone()]).len();
    let sign = start + SIGNS.iter().filter_map(|sign| text[start..span.end].find(sign)).min()?;
    let bare = |range: Range<usize>| {
        let marks = |c: char| {
            c.is_whitespace()
                || is_invisible(c)
                || matches!(c, '*' | '_' | '`' | '"')
                || SIGNS.iter().any(|sign| sign.trim().chars().eq([c]))
        };
        let part = &text[range.clone()];
        let start = range.start + (part.len() - part.trim_start_matches(marks).len());
        start..start.max(range.start + part.trim_end_matches(marks).len())
    };
    let (word, value) = (bare(start..sign), bare(sign..span.end));
    if word.is_empty() || word.len() > MOST_BYTES {
        return None;
    }
    let key = setting_key(&text[word.clone()]);
    let written = &text[value.clone()];
    let word = match key.as_str() {
        NEXT_UPDATE_KEY if written::parse(written).is_ok() => Spanned::new(key, word),
        _ if State::parse(written).is_some() => Spanned::new(text[word.clone()].to_owned(), word),
        _ => return None,
    };
    let value = Spanned::new(written.to_owned(), value);
    Some(SettingLine { form: SettingForm::Almost, word, value, span })
}

/// Parses a state or `next_update` behind white space alone: `web major`, `next_update 10:30`.
fn without_sign(text: &str, line: Range<usize>) -> Option<SettingLine> {
    let span = trimmed(text, line);
    let written = &text[span.clone()];
    let words = || written.match_indices(' ').take(2);
    let (at, key) = words().map(|(at, _)| (at, setting_key(&written[..at]))).find(|(at, key)| {
        let value = &written[*at..];
        let is_word = key.contains(char::is_alphabetic) && !written[..*at].contains(' ');
        key == NEXT_UPDATE_KEY && written::parse(value.trim()).is_ok()
            || is_word && State::parse(value).is_some()
    })?;
    let value = trimmed(text, span.start + at..span.end);
    let word = span.start..span.start + at;
    let key = if key == NEXT_UPDATE_KEY { key } else { text[word.clone()].to_owned() };
    let (word, value) = (Spanned::new(key, word), Spanned::new(text[value.clone()].to_owned(), value));
    Some(SettingLine { form: SettingForm::Spaced, word, value, span })
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::parse::testing::marked;
    use crate::source::SourcePath;

    /// Checks settings, remaining text and problems.
    #[track_caller]
    fn check(text: &str, expected: &str, expected_text: &str, expected_problems: &str) {
        let mut problems = Vec::new();
        let settings = read(&SourcePath::new("x.md"), text, 0..text.len(), &mut problems);
        let mut found: Vec<String> = settings
            .lines
            .iter()
            .map(|line| {
                assert_eq!(text[line.word.span.clone()], line.word.value);
                assert_eq!(text[line.value.span.clone()], line.value.value);
                format!("{}={}", line.word.value, line.value.value)
            })
            .collect();
        found.extend(settings.id.map(|id| format!("id {}", id.value)));
        found.extend(settings.next_update.map(|time| format!("next {}", &text[time.span])));
        assert_eq!(found.join("; "), expected, "{text:?}");
        assert_eq!(&text[settings.end..], expected_text, "{text:?}");
        assert_eq!(marked(text, &problems), expected_problems, "{text:?}");
    }

    #[test]
    fn settings_stand_right_below_the_heading() {
        check(
            "giving: major_outage\nnext_update: 10:30\nid: abc def\napi.v2 :ok\n\nText.\n",
            "giving=major_outage; api.v2=ok; id abc def; next 10:30",
            "\n\nText.\n",
            "",
        );
        check(
            "giving: major\r\nText: of three words\r\nMore text.\r\n",
            "giving=major; Text=of three words",
            "\r\nMore text.\r\n",
            "",
        );
        check("\ngiving: major\n", "", "\ngiving: major\n", "");
        check("Actions:\n- a", "Actions=", "\n- a", "");
        check("", "", "", "");
    }

    #[test]
    fn text_is_no_setting() {
        for text in [
            "https://e.example",
            "10:33 it broke",
            "Some users: b",
            "**Note**: b",
            "- a: b",
            "[a]: /b",
            "a",
            "- api: major trouble",
            "Next update: soon",
            "a = b",
            "= major",
            "next_update = soon",
            "web -> major trouble",
            "well-known and ok",
            "3.5 % of requests",
            "Next update at 10:30",
            "Next update soon",
            "It will be operational",
        ] {
            check(text, "", text, "");
        }
    }

    #[test]
    fn lines_that_set_a_state_in_another_form_are_kept_for_the_check() {
        for text in [
            "Web app: major",
            "Web app = major",
            "- Web app: major",
            "* **Web app**: `major`",
            "+ \"Web app\" = major",
            "Web app -> major",
            "Web app \u{2192} major",
            "Web app => `major`",
            "Web app - major",
            "- Web app \u{2014} major",
            "Web app\tmajor",
            "| Web app | major |",
            "> Web app: major",
            "1. Web app: major",
            "- [x] Web app: major",
            "Web app\u{ff1a} major",
            "Web app\u{ff1a}major",
            "Web app \u{2236} major",
            "Web app \u{ff1d} major",
            "\u{200b}Web app: major",
            "Web app\u{feff}: major",
            "Web app: \u{200b}major",
        ] {
            check(text, "Web app=major", "", "");
        }
        check("web major_outage", "web=major_outage", "", "");
        check("web degraded performance\nText", "web=degraded performance", "\nText", "");
        check("web: ok\n- api: major outage\nText", "web=ok; api=major outage", "\nText", "");
        check("web-app -> major", "web-app=major", "", "");
        for text in [
            "Next update: 10:30",
            "next_update = 10:30",
            "- next-update: 10:30",
            "**next_update:** 10:30",
            "Next-Update: 10:30",
            "NEXT_UPDATE:10:30",
            "Next update \u{2192} 10:30",
            "next_update 10:30",
            "Next update 10:30",
            "next_update\u{ff1a} 10:30",
            "\u{200b}next_update: 10:30",
        ] {
            let help = "malformed-setting <LINE>";
            check(text, "", "", &help.replace("LINE", text));
        }
    }

    #[test]
    fn wrong_settings_are_reported() {
        check(
            "id: a\nid: b\nnext_update: soon\nnext_update:\n",
            "id a",
            "\n",
            "repeated-setting <id>, invalid-time <soon>, invalid-time <next_update:>",
        );
        check("id:\n", "", "\n", "empty-setting <id:>");
    }
}
