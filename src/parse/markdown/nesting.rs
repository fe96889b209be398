//! Measures the nesting depth of lists and quotes without parsing.
//!
//! The parser checks all open containers on every line, so deep nesting takes quadratic time. This scan is linear and
//! runs first.

use std::ops::Range;

use crate::parse::text::lines;

/// The deepest allowed nesting of lists, quotes and footnotes.
pub(crate) const DEEPEST: usize = 100;

/// The first line that is nested deeper than [`DEEPEST`].
pub(crate) fn too_deep(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    lines(text, range).find(|line| depth(&text[line.clone()]) > DEEPEST)
}

/// An upper bound of the containers open where a line's text begins: its markers, plus one for every two columns of
/// white space, a list's minimum. A line without a marker opens none.
fn depth(line: &str) -> usize {
    let rule = rule_start(line);
    let (mut at, mut markers, mut columns) = (0, 0, 0);
    loop {
        let blank = line[at..].bytes().take_while(|byte| matches!(byte, b' ' | b'\t'));
        let (len, width) =
            blank.fold((0, 0), |(len, width), byte| (len + 1, width + if byte == b'\t' { 4 } else { 1 }));
        at += len;
        columns += width;
        let Some(len) = marker(&line[at..]).filter(|_| at < rule) else { break };
        // A tab's columns are a list item's padding; after `>`, all but one of up to four are white space.
        columns += if line[at..].starts_with(">\t") { 3 } else { 0 };
        at += len;
        at += usize::from(line[at..].starts_with([' ', '\t']));
        markers += 1;
    }
    if markers == 0 { 0 } else { markers + columns / 2 }
}

/// The length of the marker of a quote, list item or footnote at the start, in bytes.
fn marker(rest: &str) -> Option<usize> {
    const MOST_DIGITS: usize = 9;
    let bytes = rest.as_bytes();
    let is_item = |len: usize| bytes.get(len).is_none_or(|byte| matches!(byte, b' ' | b'\t'));
    match bytes.first()? {
        b'>' => Some(1),
        b'-' | b'+' | b'*' => is_item(1).then_some(1),
        b'0'..=b'9' => {
            let digits = bytes.iter().take(MOST_DIGITS + 1).take_while(|byte| byte.is_ascii_digit()).count();
            let ends = matches!(bytes.get(digits), Some(b'.' | b')')) && digits <= MOST_DIGITS;
            (ends && is_item(digits + 1)).then_some(digits + 1)
        }
        b'[' if rest.starts_with("[^") => rest.split_once("]:").map(|(label, _)| label.len() + 2),
        _ => None,
    }
}

/// The start of a rule of `-` or `*` at the end of the line; the line's end without one.
fn rule_start(line: &str) -> usize {
    let written = line.trim_end();
    let Some(mark) = written.chars().next_back().filter(|mark| matches!(mark, '-' | '*')) else {
        return line.len();
    };
    let start = written.trim_end_matches([mark, ' ', '\t']).len();
    if written[start..].matches(mark).count() >= 3 { start } else { line.len() }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::{ProptestConfig, prop_assert, proptest};
    use proptest::sample::select;
    use pulldown_cmark::{Event, Tag, TagEnd};

    use super::{DEEPEST, depth, too_deep};

    #[test]
    fn markers_and_indentation_are_levels() {
        let check = |line: &str, expected: usize| assert_eq!(depth(line), expected, "{line:?}");
        check("a - b > c", 0);
        check("- > 1. 22) + * a", 6);
        check(">>>a", 3);
        check("    - a", 3);
        check("    a", 0);
        check("> - - -", 1);
        check("- - - a", 3);
        check("-a 1.b 1234567890. c", 0);
        check("[^a]: - b", 2);
        check("-", 1);
        check(">\t- ", 3);
    }

    #[test]
    fn a_hundred_levels_are_not_too_deep() {
        for marker in ["- ", "> ", ">", "1. ", "+\t"] {
            let [deep, too] =
                [0, 1].map(|more| format!("é\n\n{}a\n{}", marker.repeat(DEEPEST + more), "x\n".repeat(3)));
            assert_eq!(too_deep(&deep, 0..deep.len()), None, "{marker:?}");
            let line = 4..4 + marker.len() * (DEEPEST + 1) + 1;
            assert_eq!(too_deep(&too, 0..too.len()), Some(line), "{marker:?}");
        }
        let rule = "- ".repeat(1_000);
        assert_eq!(too_deep(&rule, 0..rule.len()), None);
    }

    /// Counting from each marker to the line's end again would take hours.
    #[test]
    fn a_long_line_is_read_once() {
        for (marker, expected) in
            [("- ", false), ("> ", true), ("1. ", true), ("[^a]: ", true), ("[^", false), ("- * ", true)]
        {
            let line = marker.repeat(1_000_000);
            assert_eq!(too_deep(&line, 0..line.len()).is_some(), expected, "{marker:?}");
        }
    }

    /// The depth according to the parser.
    fn parsed(text: &str) -> usize {
        let (mut open, mut most) = (0_usize, 0);
        for event in crate::parse::markdown::parser::parser(text) {
            match event {
                Event::Start(Tag::BlockQuote(_) | Tag::Item | Tag::FootnoteDefinition(_)) => open += 1,
                Event::End(TagEnd::BlockQuote(_) | TagEnd::Item | TagEnd::FootnoteDefinition) => open -= 1,
                _ => {}
            }
            most = most.max(open);
        }
        most
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_parser_opens_no_more(pieces in vec(select(vec![
            "- ", "-", "> ", ">", "1. ", "2)", "* ", "+\t", "\n", "\n", "  ", "   ", "    ", "\t", "a", "[^a]: ", "---",
        ]), 0..25)) {
            let text = pieces.concat();
            let found = text.lines().map(depth).max().unwrap_or(0);
            prop_assert!(parsed(&text) <= found, "{text:?}: {} > {found}", parsed(&text));
        }
    }
}
