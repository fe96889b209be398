//! HTML comments, which no output holds.

use std::borrow::Cow;

/// What begins one.
pub(super) const OPENING: &str = "<!--";

/// The HTML without its comments; one that is not closed reaches to the end.
pub(crate) fn without_comments(html: &str) -> Cow<'_, str> {
    if !html.contains(OPENING) {
        return Cow::Borrowed(html);
    }
    let mut kept = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find(OPENING) {
        kept.push_str(&rest[..start]);
        rest = end_of_comment(&rest[start..]).map_or("", |end| &rest[start + end..]);
    }
    kept.push_str(rest);
    Cow::Owned(kept)
}

/// Where the comment that this text begins with ends. As browsers read it, `<!-->` and `<!--->` are whole comments.
pub(super) fn end_of_comment(html: &str) -> Option<usize> {
    let after = OPENING.len() - 2;
    html[after..].find("-->").map(|at| after + at + 3)
}

#[cfg(test)]
mod tests {
    use super::without_comments;

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
    }
}
