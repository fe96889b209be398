//! The lines right below an update's heading that may be settings: `COMPONENT: STATE`, `next_update: TIME`, `id: TEXT`.

use std::ops::Range;

use crate::diagnostic::Diagnostic;
use crate::parse::draft::SettingLine;
use crate::parse::rules;
use crate::parse::text::{line_end, trimmed};
use crate::source::{SourcePath, Spanned};
use crate::time::written::{self, Written};

/// What stands below a heading before the text.
#[derive(Debug, Default)]
pub(super) struct Settings {
    pub(super) id: Option<Spanned<String>>,
    pub(super) next_update: Option<Spanned<Written>>,
    pub(super) lines: Vec<SettingLine>,
    /// Where the text begins: behind the last of the lines.
    pub(super) end: usize,
}

/// Reads lines from `range`, which begins with a line, as long as each may be a setting.
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
        let Some(line) = setting_line(text, start..end) else { break };
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
            "id" if self.id.is_some() => {
                report(rules::REPEATED_SETTING, line.word.span, "`id` stands twice".to_owned(), REPEATED);
            }
            "id" if line.value.value.is_empty() => {
                report(rules::EMPTY_SETTING, line.span, "`id` has no value".to_owned(), "write `id: TEXT`");
            }
            "id" => self.id = Some(line.value),
            "next_update" if self.next_update.is_some() => {
                let message = "`next_update` stands twice".to_owned();
                report(rules::REPEATED_SETTING, line.word.span, message, REPEATED);
            }
            "next_update" => match written::parse(&line.value.value) {
                Ok(time) => self.next_update = Some(Spanned::new(time, line.value.span)),
                Err(error) => {
                    let span = if line.value.value.is_empty() { line.span } else { line.value.span };
                    report(rules::INVALID_TIME, span, error.to_string(), NEXT_UPDATE);
                }
            },
            _ => self.lines.push(line),
        }
    }
}

const REPEATED: &str = "keep one of the two, or leave a blank line before the text";

const NEXT_UPDATE: &str =
    "write `next_update: 2024-04-16 10:30` or `next_update: 10:30`, or leave a blank line before the text";

/// Reads `WORD: VALUE`. A word is letters, digits, `.`, `_` and `-`; a time of day and an address are none.
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
    Some(SettingLine { word: spanned(word), value: spanned(value), span })
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::parse::testing::shown;
    use crate::source::SourcePath;

    /// The settings found, in order of kind, and the text that is left.
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
        assert_eq!(shown(text, &problems), expected_problems, "{text:?}");
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
        for text in
            ["https://e.example", "10:33 it broke", "Some users: b", "**Note**: b", "- a: b", "[a]: /b", "a"]
        {
            check(text, "", text, "");
        }
    }

    #[test]
    fn wrong_settings_are_reported() {
        check(
            "id: a\nid: b\nnext_update: soon\nnext_update:\n",
            "id a",
            "\n",
            "repeated-setting <id> `id` stands twice / keep one of the two, or leave a blank line before the text\n\
             invalid-time <soon> `soon` is not a time / write `next_update: 2024-04-16 10:30` or \
             `next_update: 10:30`, or leave a blank line before the text\n\
             invalid-time <next_update:> `` is not a time / write `next_update: 2024-04-16 10:30` or \
             `next_update: 10:30`, or leave a blank line before the text\n",
        );
        check("id:\n", "", "\n", "empty-setting <id:> `id` has no value / write `id: TEXT`\n");
    }
}
