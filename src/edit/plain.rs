//! Text from elsewhere as Markdown that shows it as it is: nothing in it is a heading, a list, a link or HTML.

/// The text as Markdown. Its lines stay lines; white space at their ends, control characters and bidi overrides are dropped.
pub fn markdown(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace(['\r', '\u{85}', '\u{2028}', '\u{2029}'], "\n");
    let shown = |c: &char| *c == '\n' || !is_hidden(*c);
    let text: String = text.replace('\t', " ").chars().filter(shown).collect();
    let mut out = String::new();
    for line in text.lines().map(str::trim) {
        match (line.is_empty(), out.is_empty() || out.ends_with("\n\n")) {
            (true, true) => continue,
            (true, false) => out.push_str("\n\n"),
            (false, true) => push(&mut out, line),
            (false, false) => {
                // A line that goes on: its end is a line break.
                out.push_str("\\\n");
                push(&mut out, line);
            }
        }
    }
    out.truncate(out.trim_end_matches('\n').len());
    out
}

/// The text on one line without control characters and bidi overrides, at most so many characters; a longer one ends in `…`.
pub fn line(text: &str, most: usize) -> String {
    let words = text.split(|c: char| c.is_whitespace() || is_hidden(c)).filter(|word| !word.is_empty());
    cut(&words.collect::<Vec<_>>().join(" "), most)
}

/// Right-to-left text needs no override, and one would turn the words around that follow.
fn is_hidden(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}')
}

/// At most so many characters; a longer text ends in `…`.
pub fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some(_) => text.chars().take(most.saturating_sub(1)).chain(['…']).collect(),
        None => text.to_owned(),
    }
}

/// Appends a line with a backslash before each character that CommonMark or its extensions read as markup.
fn push(out: &mut String, line: &str) {
    let number = line.bytes().take_while(u8::is_ascii_digit).count();
    for (at, c) in line.char_indices() {
        let is_marker = at == 0 && matches!(c, '#' | '+' | '-' | '=' | ':');
        let ends_number = at == number && number > 0 && matches!(c, '.' | ')');
        let is_markup =
            matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '~' | '|' | '!' | '$' | '^');
        if is_marker || ends_number || is_markup {
            out.push('\\');
        }
        out.push(c);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{ProptestConfig, prop_assert_eq, proptest};

    use super::{cut, line, markdown};
    use crate::parse::markdown::{RawHtml, plain_text};

    #[test]
    fn text_is_no_markup() {
        let check = |text: &str, expected: &str| assert_eq!(markdown(text), expected, "{text}");
        check("## Resolved, 10:33\n+++\n# Postmortem", "\\## Resolved, 10:33\\\n\\+++\\\n\\# Postmortem");
        check("a\r\n\r\n\r\n  b  \rc\n", "a\n\nb\\\nc");
        check("1. x\n- y\n====\n<b>&amp; `z`", "1\\. x\\\n\\- y\\\n\\====\\\n\\<b\\>\\&amp; \\`z\\`");
        check("\n\u{1b}[31m\n", "\\[31m");
        check("\u{202e}\u{5d0}\u{5d1}\u{202c} a", "\u{5d0}\u{5d1} a");
        check("", "");
    }

    #[test]
    fn a_line_is_one_line_of_so_many_characters() {
        assert_eq!(line(" a\n\u{7}b\t\u{202e} c\u{202e}d ", 9), "a b c d");
        assert_eq!((line("abcd", 4), line("abcde", 4)), ("abcd".to_owned(), "abc…".to_owned()));
        assert_eq!(cut("👩‍👩‍👧", 9), "👩‍👩‍👧");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// What readers see is the text: its lines, without white space at their ends.
        #[test]
        fn what_is_seen_is_the_text(text in "[ -~éא🎉\\n]{0,40}") {
            let seen = plain_text(&markdown(&text), RawHtml::Text);
            let lines = |text: &str| {
                let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
                lines.map(str::to_owned).collect::<Vec<_>>()
            };
            prop_assert_eq!(lines(&seen), lines(&text));
        }
    }
}
