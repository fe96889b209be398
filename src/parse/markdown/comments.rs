//! HTML comments, which no output contains.

use std::borrow::Cow;
use std::ops::Range;

pub(super) const OPENING: &str = "<!--";

/// The HTML without comments; an unclosed one reaches to the end.
pub(crate) fn without_comments(html: &str) -> Cow<'_, str> {
    if !html.contains(OPENING) {
        return Cow::Borrowed(html);
    }
    Cow::Owned(outside_comments(html).into_iter().map(|kept| &html[kept]).collect())
}

/// The stretches between comments; none is empty.
pub(crate) fn outside_comments(html: &str) -> Vec<Range<usize>> {
    let mut kept = Vec::new();
    let mut from = 0;
    while let Some(start) = html[from..].find(OPENING).map(|at| from + at) {
        kept.push(from..start);
        from = end_of_comment(&html[start..]).map_or(html.len(), |end| start + end);
    }
    kept.push(from..html.len());
    kept.retain(|kept| !kept.is_empty());
    kept
}

/// The end of the comment at the start of the text. As in browsers, `<!-->` and `<!--->` are complete comments.
pub(super) fn end_of_comment(html: &str) -> Option<usize> {
    let after = OPENING.len() - 2;
    html[after..].find("-->").map(|at| after + at + 3)
}

/// Whether the text begins as comments do that were not written as such: `<!- x`, `<! -- x`, `< !-- x`, `<!\u{2014} x`, and
/// `<!-->`, which is a whole comment.
pub(super) fn is_near_comment(html: &str) -> bool {
    if html.starts_with(OPENING) {
        return html.starts_with("<!-->") || html.starts_with("<!--->");
    }
    let mut rest = html;
    for sign in ['<', '!'] {
        let Some(found) = rest.trim_start_matches(' ').strip_prefix(sign) else { return false };
        rest = found;
    }
    let dash = rest.trim_start_matches(' ').chars().next();
    dash.is_some_and(|dash| matches!(dash, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ff0d}'))
}

#[cfg(test)]
mod tests {
    use super::{is_near_comment, without_comments};

    #[test]
    fn near_misses_of_comments_are_told_from_comments_and_prose() {
        for near in
            ["<!- x", "<!\u{2014} x", "<!\u{2013}x", "<! -- x", "< !-- x", "< ! - x", "<!--> x -->", "<!--->"]
        {
            assert!(is_near_comment(near), "{near}");
        }
        for other in ["<!-- x -->", "<!---->", "<!DOCTYPE html>", "<!", "< 5 - 3", "<- x", "a <!- x", ""] {
            assert!(!is_near_comment(other), "{other}");
        }
    }

    #[test]
    fn comments_go_and_the_rest_stays() {
        let check = |html: &str, expected: &str| assert_eq!(without_comments(html), expected, "{html}");
        check("<b>x</b>", "<b>x</b>");
        check("a<!-- b -->c<!--d-->e", "ace");
        check("a<!-- b", "a");
        check("<!-->a<!--->b", "ab");
        check("<!-- a -- b\n\n-->c", "c");
        check("<!---->a", "a");
        check("<!-", "<!-");
        assert_eq!(super::outside_comments("a<!-- b -->c<!-- d"), [0..1, 11..12]);
    }
}
