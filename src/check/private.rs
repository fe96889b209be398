//! Addresses that mean something inside a private network only.

use std::net::Ipv4Addr;
use std::ops::Range;

use crate::diagnostic::Diagnostic;
use crate::parse::markdown::outside_comments;
use crate::rules;
use crate::source::SourcePath;

/// Ends of host names that mean something inside a network only (RFC 6762, ICANN's `.internal`, habits).
const PRIVATE_ENDS: [&str; 5] = [".internal", ".local", ".lan", ".corp", ".intranet"];

/// The private addresses in a stretch of a file, its comments left out.
pub(super) fn problems(file: &SourcePath, text: &str, range: Range<usize>) -> Vec<Diagnostic> {
    let problem = |span: Range<usize>| {
        let message = format!("`{}` is an address inside a private network", &text[span.clone()]);
        let problem = Diagnostic::new(rules::PRIVATE_ADDRESS, file, span, message);
        problem.help("name the machine by its role, as in `the database`")
    };
    let within = |part: Range<usize>| {
        let found = private_addresses(&text[part.clone()]).into_iter();
        found.map(move |span| part.start + span.start..part.start + span.end)
    };
    let pieces = outside_comments(&text[range.clone()]).into_iter();
    pieces
        .map(|piece| range.start + piece.start..range.start + piece.end)
        .flat_map(within)
        .map(problem)
        .collect()
}

/// Where a text names addresses of RFC 1918 or hosts with private ends.
fn private_addresses(text: &str) -> Vec<Range<usize>> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(dot) = text[at..].find('.').map(|offset| at + offset) {
        let start = dot - bytes[at..dot].iter().rev().take_while(|byte| is_part(byte)).count();
        let end = dot + bytes[dot..].iter().take_while(|byte| is_part(byte)).count();
        let word = &text[start..end];
        let word = word.trim_end_matches(['.', '-']);
        if is_private(word) && !(is_number(word) && follows_version(&text[..start])) {
            found.push(start..start + word.len());
        }
        at = end;
    }
    found
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// Whether a text ends in a word that announces a version: `version 10.0.0.1` is no address.
fn follows_version(before: &str) -> bool {
    const WORDS: [&str; 6] = ["version", "versions", "release", "releases", "build", "v"];
    let before = before.trim_end_matches([' ', '\t', '`', '*', '"']);
    let word = before.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    WORDS.iter().any(|version| word.eq_ignore_ascii_case(version))
}

fn is_private(word: &str) -> bool {
    let is_host = |end: &&str| {
        let has_end = word.len() > end.len() && word.is_char_boundary(word.len() - end.len());
        has_end && word[word.len() - end.len()..].eq_ignore_ascii_case(end) && !word.starts_with(['.', '-'])
    };
    word.parse::<Ipv4Addr>().is_ok_and(|address| address.is_private()) || PRIVATE_ENDS.iter().any(is_host)
}

#[cfg(test)]
mod tests {
    use super::private_addresses;

    #[test]
    fn private_addresses_are_told_from_public_ones_and_from_text() {
        let check = |text: &str, expected: &[&str]| {
            let found: Vec<&str> = private_addresses(text).into_iter().map(|span| &text[span]).collect();
            assert_eq!(found, expected, "{text}");
        };
        check("see 10.1.2.3, 192.168.0.1.", &["10.1.2.3", "192.168.0.1"]);
        check("172.16.0.1 172.32.0.1 8.8.8.8", &["172.16.0.1"]);
        check("v10.1.2.3 10.1.2 10.1.2.3.4 10.1.2.300", &[]);
        check("Version 10.1.2.3, release `10.1.2.4`, inversion 10.1.2.5", &["10.1.2.5"]);
        check("http://db-1.prod.internal:8080/x and Printer.LOCAL", &["db-1.prod.internal", "Printer.LOCAL"]);
        check("local. .local internal.example.org", &[]);
        check("é.local über 10.0.0.1é", &["10.0.0.1"]);
        check("", &[]);
    }
}
