//! Removes comments and meaningless white space from our own scripts and styles.
//!
//! A theme's own files stay unchanged.

/// Compacts a script. Not supported: a regular expression right after a word (`return /a/`), which would be read as a
/// division.
pub(super) fn script(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut gap = Gap::None;
    while let Some(c) = rest.chars().next() {
        let is_comment = rest.starts_with("//") || rest.starts_with("/*");
        let end = match c {
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |at| at + 2),
            '/' if is_comment => rest.find('\n').unwrap_or(rest.len()),
            '/' if out.is_empty() || out.ends_with(|last| "(,=:[!&|?{};>".contains(last)) => expression(rest),
            '"' | '\'' => closing(rest, c),
            '`' => template(rest),
            c => c.len_utf8(),
        };
        let (piece, after) = rest.split_at(end);
        rest = after;
        if c.is_whitespace() || is_comment {
            gap = gap.max(if c == '\n' { Gap::Line } else { Gap::Space });
            continue;
        }
        out.push_str(gap.between(out.chars().next_back(), c));
        out.push_str(piece);
        gap = Gap::None;
    }
    out.push('\n');
    out
}

/// The white space before a token of a script.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    None,
    Space,
    Line,
}

impl Gap {
    /// The white space to keep: between two words, or signs that would join, and a line end that ends a statement.
    fn between(self, last: Option<char>, next: char) -> &'static str {
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '#');
        let Some(last) = last else { return "" };
        match self {
            Gap::Line if !"{;,([=:?&|".contains(last) && !"}),].:?;&|=".contains(next) => "\n",
            Gap::Space | Gap::Line if is_word(last) && is_word(next) => " ",
            Gap::Space | Gap::Line if last == next && "+-".contains(next) => " ",
            _ => "",
        }
    }
}

fn closing(text: &str, quote: char) -> usize {
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => drop(chars.next()),
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The end of a template literal, including nested ones in `${…}`.
fn template(text: &str) -> usize {
    let mut at = 1;
    let mut depth = 0_usize;
    while let Some(c) = text[at..].chars().next() {
        at += match c {
            '`' if depth == 0 => return at + 1,
            '`' => template(&text[at..]),
            '"' | '\'' if depth > 0 => closing(&text[at..], c),
            '\\' => 1 + text[at + 1..].chars().next().map_or(0, char::len_utf8),
            '$' if text[at..].starts_with("${") => {
                depth += 1;
                2
            }
            '{' if depth > 0 => {
                depth += 1;
                1
            }
            '}' => {
                depth = depth.saturating_sub(1);
                1
            }
            c => c.len_utf8(),
        };
    }
    text.len()
}

/// The end of a regular expression, before its flags.
fn expression(text: &str) -> usize {
    let mut is_class = false;
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => drop(chars.next()),
            '[' => is_class = true,
            ']' => is_class = false,
            '/' if !is_class => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Compacts a stylesheet. Not supported: selectors with white space after a colon.
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
        let check = |text: &str, expected: &str| assert_eq!(script(text), format!("{expected}\n"));
        check("// Why.\nlet a = 1; // here\n\n/** What. */\nif (a) {\n  b();\n}\n", "let a=1;if(a){b();}");
        check("a()\nb()\n{ c }\n[d]", "a()\nb()\n{c}\n[d]");
        check("a\n  .b()\n  ?.c ?? d\n", "a.b()?.c??d");
        check("x = a + +b - -c + d++ in e", "x=a+ +b- -c+d++in e");
        check("const f = ({ a, b = 2 }) => a ? b : c;", "const f=({a,b=2})=>a?b:c;");
        check("say(\"a  \\\" // b\", 'c  {')", "say(\"a  \\\" // b\",'c  {')");
        check("`a ${b ? `c  ${d}` : { e: \"}`\" }}  \\`` + f", "`a ${b ? `c  ${d}` : { e: \"}`\" }}  \\``+f");
        check("a.split( / [/\"] \\/ /g ) / b / c", "a.split(/ [/\"] \\/ /g)/b/c");
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
