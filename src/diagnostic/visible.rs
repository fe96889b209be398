//! Text without what controls a terminal or forges a line of a log.
//!
//! Control characters, C1 included, and bidi overrides are written as `\u{1b}`; in JSON as `\u001b`. Of escape sequences
//! only those that set the weight and colour of letters pass, and only where colours are wanted. What others say is
//! cut.

use std::fmt::Write as _;

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

fn cut(line: &str) -> String {
    match line.char_indices().nth(LINE_CHARS) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
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
    use super::{json, quoted, visible, visible_line};

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
    fn a_line_stays_one_line() {
        assert_eq!(visible_line("a\nerror: b"), "a\\nerror: b");
    }
}
