//! Texts cut to what a service takes.

/// The length as services count it: in UTF-16 code units, which is never less than in characters.
pub(super) fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// At most so many code units of a text; a longer one ends in `…`.
pub(super) fn cut(text: &str, most: usize) -> String {
    if length(text) <= most {
        return text.to_owned();
    }
    let mut left = most.saturating_sub(1);
    let fits = |c: &char| {
        let fits = c.len_utf16() <= left;
        left -= if fits { c.len_utf16() } else { left };
        fits
    };
    let kept: String = text.chars().take_while(fits).collect();
    // No half of a joined emoji.
    format!("{}…", kept.trim_end_matches('\u{200d}').trim_end())
}

/// The text in pieces of at most so many code units, at most so many pieces; what is left over is cut.
pub(super) fn pieces(text: &str, most: usize, count: usize) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while !rest.is_empty() && pieces.len() < count {
        if length(rest) <= most || pieces.len() + 1 == count {
            pieces.push(cut(rest, most));
            break;
        }
        let end = fitting(rest, most);
        // At the end of a line, else of a word.
        let head = &rest[..end];
        let end = head.rfind('\n').or(head.rfind(' ')).filter(|at| *at > 0).unwrap_or(end);
        pieces.push(rest[..end].trim_end().to_owned());
        rest = rest[end..].trim_start();
    }
    pieces
}

/// The bytes of the longest beginning with at most so many code units.
fn fitting(text: &str, most: usize) -> usize {
    let mut left = most;
    let fits = |(_, c): &(usize, char)| {
        let fits = c.len_utf16() <= left;
        left -= if fits { c.len_utf16() } else { left };
        fits
    };
    text.char_indices().take_while(fits).last().map_or(0, |(at, c)| at + c.len_utf8())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{ProptestConfig, prop_assert, prop_assert_eq, proptest};

    use super::{cut, length, pieces};

    #[test]
    fn what_is_too_long_ends_in_an_ellipsis() {
        assert_eq!((cut("abcd", 4), cut("abcde", 4)), ("abcd".to_owned(), "abc…".to_owned()));
        assert_eq!(cut("🎉🎉🎉", 5), "🎉🎉…");
        assert_eq!(cut("👩\u{200d}👩\u{200d}👧", 7), "👩\u{200d}👩…");
        assert_eq!(pieces("one two three", 8, 9), ["one two", "three"]);
        assert_eq!(pieces("one two three", 8, 1), ["one two…"]);
        assert_eq!(pieces("abcdefgh", 3, 2), ["abc", "de…"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn pieces_hold_the_words_and_fit(text in "[a🎉 \\n]{0,60}", most in 2_usize..9) {
            let all = pieces(text.trim(), most, 100);
            prop_assert!(all.iter().all(|piece| length(piece) <= most && !piece.is_empty()), "{all:?}");
            let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(letters(&all.concat()), letters(&text));
        }
    }
}
