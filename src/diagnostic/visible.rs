//! Text without what controls a terminal or forges a line of a log.
//!
//! Control characters, C1 included, and bidi overrides are written as `\u{1b}`; in JSON as `\u001b`. Of escape sequences
//! only those that set the weight and colour of letters pass, and only where colours are wanted. Passwords in addresses are
//! masked, and what others say is cut.

use std::fmt::Write as _;
use std::ops::Range;

/// A text in which nothing controls a terminal; colours pass where they are wanted.
pub fn visible(text: &str, wants_colours: bool) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(char) = rest.chars().next() {
        let colour = if wants_colours { colour_len(rest) } else { 0 };
        let len = colour.max(char.len_utf8());
        match is_dangerous(char) && colour == 0 {
            true => drop(write!(shown, "{}", char.escape_unicode())),
            false => shown.push_str(&rest[..len]),
        }
        rest = &rest[len..];
    }
    shown
}

/// JSON in which the same characters are escaped as JSON has it: they stand in its strings alone.
pub fn json(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match is_dangerous(char) && char != '\r' {
            true => drop(write!(escaped, "\\u{:04x}", u32::from(char))),
            false => escaped.push(char),
        }
    }
    escaped
}

/// A text on one line.
pub fn visible_line(text: &str) -> String {
    visible(text, false).replace('\n', "\\n").replace('\t', "\\t")
}

/// The most lines that are shown of what others say.
const LINES: usize = 20;

/// The most characters that are shown of a line of theirs.
const LINE_CHARS: usize = 1000;

/// What another program or host says, for a message: its lines without blank ones, those after the first indented. So
/// none reads as a line of ours.
pub fn quoted(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).filter(|line| !line.trim().is_empty()).collect();
    let shown: Vec<String> = lines.iter().take(LINES).map(|line| visible(&cut(line), false)).collect();
    let more = match lines.len().saturating_sub(LINES) {
        0 => String::new(),
        more => format!("\n  … and {more} more lines"),
    };
    format!("{}{more}", shown.join("\n  "))
}

/// A line as long as one looks at it.
fn cut(line: &str) -> String {
    match line.char_indices().nth(LINE_CHARS) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

/// A text with `***` for secrets: user names, passwords and secret parameters in addresses, and values of secret keys.
pub fn masked(text: &str) -> String {
    replace_secrets(text, |_| "***".to_owned())
}

/// The same without a change of length in bytes, so that places in it stay as they are.
pub fn masked_in_place(text: &str) -> String {
    replace_secrets(text, |secret| "*".repeat(secret.len()))
}

fn replace_secrets(text: &str, mask: impl Fn(&str) -> String) -> String {
    // What is masked already stays.
    let mask = |secret: &str| match secret.bytes().all(|byte| byte == b'*') {
        true => secret.to_owned(),
        false => mask(secret),
    };
    let ends = |c: char| c.is_whitespace() || matches!(c, '\'' | '"' | '`' | '<' | '>');
    let mut parts = text.split("://");
    let mut shown = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (address, after) = part.split_at(part.find(ends).unwrap_or(part.len()));
        let authority = &address[..address.find('/').unwrap_or(address.len())];
        let user = &authority[..authority.rfind('@').unwrap_or(0)];
        let rest = with_query(&address[user.len()..], mask);
        shown.extend(["://", &mask(user), &rest, after]);
    }
    with_values(&with_passwords(&shown, mask), mask)
}

/// A text with the passwords masked of what has no scheme: `user:password@host`.
fn with_passwords(text: &str, mask: impl Fn(&str) -> String) -> String {
    let mut parts: Vec<String> = text.split('@').map(str::to_owned).collect();
    let last = parts.len() - 1;
    for part in &mut parts[..last] {
        let ends = |c: char| matches!(c, '\'' | '"' | '`' | '<' | '>' | '/' | '\n');
        let start = part.rfind(ends).map_or(0, |at| at + 1);
        let Some(colon) = part[start..].find(':').map(|at| start + at) else { continue };
        let user = part[start..colon].rsplit(char::is_whitespace).next().unwrap_or_default();
        let password = &part[colon + 1..];
        if !user.is_empty()
            && !user.ends_with("mailto")
            && !password.is_empty()
            && !password.contains(char::is_whitespace)
        {
            *part = format!("{}:{}", &part[..colon], mask(password));
        }
    }
    parts.join("@")
}

/// Parts of the names of keys whose values are secret. A report's `key` is none.
const SECRET_KEYS: [&str; 5] = ["access_key", "credential", "password", "secret", "token"];

/// A text with the values of secret keys masked: `secret_key = "value"`.
fn with_values(text: &str, mask: impl Fn(&str) -> String) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(['=', ':']) {
        let key = before.trim_end().trim_end_matches(['"', '\'']);
        let key = key.rsplit(|c: char| !c.is_alphanumeric() && !"_-".contains(c)).next().unwrap_or_default();
        let plain = key.to_ascii_lowercase().replace('-', "_");
        let value = after.trim_start_matches([' ', '\t']);
        shown.push_str(&rest[..rest.len() - value.len()]);
        rest = value;
        if SECRET_KEYS.iter().any(|part| plain.contains(part)) {
            let begins_line = before.rsplit('\n').next().is_some_and(|line| line.trim() == key);
            let secret = value_in(value, begins_line);
            shown.push_str(&value[..secret.start]);
            shown.push_str(&mask(&value[secret.clone()]));
            rest = &value[secret.end..];
        }
    }
    shown.push_str(rest);
    shown
}

/// A text in quotation marks, or what fills a line; empty for tables and lists.
fn value_in(value: &str, fills_line: bool) -> Range<usize> {
    let line = value.find('\n').unwrap_or(value.len());
    match value.chars().next() {
        Some(quote @ ('"' | '\'')) => 1..value[1..line].find(quote).map_or(line, |end| 1 + end),
        Some('{' | '[') | None => 0..0,
        Some(_) if fills_line => 0..line,
        Some(_) => 0..0,
    }
}

/// Parts of the names of parameters whose values are secret.
const SECRET: [&str; 8] = ["auth", "cred", "jwt", "key", "pass", "secret", "sig", "token"];

/// An address's end with its secret parameters masked.
fn with_query(address: &str, mask: impl Fn(&str) -> String) -> String {
    let Some((path, query)) = address.split_once('?') else { return address.to_owned() };
    let is_secret = |name: &str| SECRET.iter().any(|part| name.to_ascii_lowercase().contains(part));
    let pair = |pair: &str| match pair.split_once('=') {
        Some((name, value)) if is_secret(name) => format!("{name}={}", mask(value)),
        _ => pair.to_owned(),
    };
    format!("{path}?{}", query.split('&').map(pair).collect::<Vec<_>>().join("&"))
}

fn is_dangerous(char: char) -> bool {
    let is_bidi = matches!(char, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let is_line_end = matches!(char, '\u{2028}' | '\u{2029}');
    (char.is_control() && char != '\n' && char != '\t') || is_bidi || is_line_end
}

/// The length of the sequence at the beginning that sets the weight or the colour of letters; 0 without one.
fn colour_len(text: &str) -> usize {
    let Some((codes, _)) = text.strip_prefix("\u{1b}[").and_then(|rest| rest.split_once('m')) else {
        return 0;
    };
    let is_fine = |code: &str| {
        matches!(code, "" | "0" | "1" | "2" | "3" | "4" | "22" | "39") || is_letters_colour(code.parse().ok())
    };
    let parts: Vec<&str> = codes.split(';').collect();
    let is_known = match parts[..] {
        ["38", "5", colour] => colour.parse::<u8>().is_ok(),
        _ => parts.iter().all(|code| is_fine(code)),
    };
    if is_known { codes.len() + "\u{1b}[m".len() } else { 0 }
}

fn is_letters_colour(code: Option<u8>) -> bool {
    code.is_some_and(|code| (30..=37).contains(&code) || (90..=97).contains(&code))
}

#[cfg(test)]
mod tests {
    use super::{json, masked, masked_in_place, quoted, visible, visible_line};

    #[test]
    fn what_controls_a_terminal_is_written_out() {
        let check = |text, expected| assert_eq!(visible(text, false), expected);
        check("plain\tü\n", "plain\tü\n");
        check("a\u{1b}[31mb", "a\\u{1b}[31mb");
        check("a\u{9b}31mb\u{7f}\r", "a\\u{9b}31mb\\u{7f}\\u{d}");
        check("\u{202e}x\u{2066}\u{2028}", "\\u{202e}x\\u{2066}\\u{2028}");
    }

    #[test]
    fn colours_of_letters_alone_pass_where_they_are_wanted() {
        let check = |text, expected| assert_eq!(visible(text, true), expected);
        check("\u{1b}[1m\u{1b}[38;5;12mx\u{1b}[0m", "\u{1b}[1m\u{1b}[38;5;12mx\u{1b}[0m");
        check("\u{1b}[8mx\u{1b}[2Jm", "\\u{1b}[8mx\\u{1b}[2Jm");
        check("\u{1b}]0;title\u{7}", "\\u{1b}]0;title\\u{7}");
    }

    #[test]
    fn json_keeps_its_meaning() {
        let shown = json("{\n\"a\": \"\u{9b}\u{202e}\u{7f}\"\n}");
        assert_eq!(shown, "{\n\"a\": \"\\u009b\\u202e\\u007f\"\n}");
    }

    #[test]
    fn what_others_say_is_indented_and_cut() {
        assert_eq!(quoted("one\r\n\n \t\nerror: two\x1b[2J\n"), "one\n  error: two\\u{1b}[2J");
        assert_eq!(quoted(&"x".repeat(1_000_000)), format!("{}…", "x".repeat(1000)));
        let many = quoted(&"line\n".repeat(100_000));
        assert!(many.ends_with("  line\n  … and 99980 more lines"), "{many}");
        assert_eq!(quoted(" \n"), "");
    }

    #[test]
    fn no_password_is_shown() {
        let check = |text: &str, expected: &str| {
            assert_eq!(masked(text), expected);
            assert_eq!(masked(expected), expected);
        };
        check("https://x-token:s3cr3t@host/a.git", "https://***@host/a.git");
        check("unable to access 'https://u:p@h@ost/a/': no", "unable to access 'https://***@ost/a/': no");
        check("ssh://git@host:22/a and https://t@b", "ssh://***@host:22/a and https://***@b");
        check("git@host:a/b.git", "git@host:a/b.git");
        check("https://host/a@b", "https://host/a@b");
        check("'https://h/x.git?Access_Token=s/3' and more", "'https://h/x.git?Access_Token=***' and more");
        check("https://u:p@h?b=1&sig=2&c", "https://***@h?b=1&sig=***&c");
        check("https://h/a?page=2#key=x", "https://h/a?page=2#key=x");
        assert_eq!(masked_in_place("url = 'https://u:pä@host/' #"), "url = 'https://*****@host/' #");
        let check = |text, expected| assert_eq!(masked_in_place(text), expected);
        check("secret_access_key = \"ab\u{e9}\" # x", "secret_access_key = \"****\" # x");
        check(
            "s3 = { \"api-token\" = 'ab', region = \"x\" }",
            "s3 = { \"api-token\" = '**', region = \"x\" }",
        );
        check("{\"password\": \"a=b: c\", \"a\": \"b\"}", "{\"password\": \"******\", \"a\": \"b\"}");
        check("token = \"not closed\nkey = \"a\"", "token = \"**********\nkey = \"a\"");
        check("the token: expired", "the token: expired");
        check("note: the token = expired", "note: the token = expired");
        check("api_token = ab # x\na = b", "api_token = ******\na = b");
        check("secret = { a = \"b\" }", "secret = { a = \"b\" }");
        check("endpoint = \"user:ab@host\"", "endpoint = \"user:**@host\"");
        check("http://us er:ab@host/", "http://us er:**@host/");
        check(
            "[mail](mailto:a@b), at 10:30 by ops@b; a: b@c",
            "[mail](mailto:a@b), at 10:30 by ops@b; a: b@c",
        );
    }

    #[test]
    fn a_line_stays_one_line() {
        assert_eq!(visible_line("a\nerror: b"), "a\\nerror: b");
    }
}
