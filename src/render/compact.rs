//! Our own scripts and styles without what their readers alone need: comments, and white space that means nothing.
//!
//! A theme's own files stay as they are written.

/// A script without its comments, each of which has lines of its own, and without indentation.
///
/// Not for scripts whose texts run over several lines.
pub(super) fn script(text: &str) -> String {
    let is_code = |line: &&str| !line.starts_with("//") && !line.starts_with("/**") && !line.is_empty();
    text.lines().map(str::trim).filter(is_code).flat_map(|line| [line, "\n"]).collect()
}

/// A stylesheet without its comments, and without white space beside punctuation.
///
/// Not for selectors in which white space stands after a colon.
pub(super) fn style(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut gap = false;
    while let Some(c) = rest.chars().next() {
        let end = match c {
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |at| at + 2),
            '"' | '\'' => rest[1..].find(c).map_or(rest.len(), |at| at + 2),
            c => c.len_utf8(),
        };
        let (piece, after) = rest.split_at(end);
        rest = after;
        if c.is_whitespace() || piece.starts_with("/*") {
            gap = true;
            continue;
        }
        let is_bound = out.is_empty() || out.ends_with(['{', '}', ';', ',', ':', '>']) || "{};,>".contains(c);
        if gap && !is_bound {
            out.push(' ');
        }
        if c == '}' && out.ends_with(';') {
            out.pop();
        }
        out.push_str(piece);
        gap = false;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{script, style};

    #[test]
    fn scripts_keep_their_code() {
        let text = "// Why.\nlet a = 1; // here\n\n/** What. */\nif (a) {\n  b();\n}\n";
        assert_eq!(script(text), "let a = 1; // here\nif (a) {\nb();\n}\n");
    }

    #[test]
    fn styles_keep_what_means_something() {
        let check = |text: &str, expected: &str| assert_eq!(style(text), expected);
        check("/* Why. */\na b , c { color : red ; }\n", "a b,c{color :red}");
        check("a :is(b) > c { margin: 0 -1px; }", "a :is(b)>c{margin:0 -1px}");
        check("p::after { content: \" ( a, b; \"; }", "p::after{content:\" ( a, b; \"}");
        check(
            "@media (max-width: 5rem) and (hover) { a { x: calc(1px + 2px) } }",
            "@media (max-width:5rem) and (hover){a{x:calc(1px + 2px)}}",
        );
        check("a/* b */c { d: 'é' }", "a c{d:'é'}");
    }
}
