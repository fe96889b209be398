//! Percent-encoding in addresses (RFC 3986 §2.1).
//!
//! Invariant: nothing else writes or reads `%XX` in an address, and `percent-encoding` is named nowhere else. Paths are
//! plain text inside the program: they are decoded once when read and encoded once when written.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// All but what RFC 3986 §2.3 calls unreserved.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The same without the slash between segments.
const RESERVED_IN_PATH: &AsciiSet = &RESERVED.remove(b'/');

/// What RFC 3986 allows nowhere in an address, beside everything that is not ASCII.
const FORBIDDEN: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// A plain path as it stands in an address: `a b/100%.png` becomes `a%20b/100%25.png`.
pub fn encode_path(path: &str) -> String {
    utf8_percent_encode(path, RESERVED_IN_PATH).to_string()
}

/// A plain text as one part of an address, in which a slash is encoded too: a segment, a field of a form.
pub fn encode_part(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// An address as somebody wrote it, with what may stand in no address encoded. Escapes that it holds stay.
pub fn tidy(address: &str) -> Cow<'_, str> {
    utf8_percent_encode(address, FORBIDDEN).into()
}

/// The plain text of an encoded one; `None` when an escape is malformed or the bytes are not UTF-8.
pub fn decode(text: &str) -> Option<String> {
    let is_digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_hexdigit);
    let mut escapes = text.match_indices('%').map(|(at, _)| &text.as_bytes()[at + 1..]);
    if !escapes.all(|after| is_digit(after.first()) && is_digit(after.get(1))) {
        return None;
    }
    percent_decode_str(text).decode_utf8().ok().map(Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::{decode, encode_part, encode_path, tidy};

    #[test]
    fn a_path_is_encoded_but_for_its_slashes() {
        let check = |path: &str, expected: &str| {
            assert_eq!(encode_path(path), expected);
            assert_eq!(decode(expected).as_deref(), Some(path));
        };
        check("assets/style.01-2_3~4.css", "assets/style.01-2_3~4.css");
        check("a b/é?.html", "a%20b/%C3%A9%3F.html");
        check("a#b", "a%23b");
        check("100%", "100%25");
        check("%41", "%2541");
        check("10:33+1;x=&'@!$*(),[]", "10%3A33%2B1%3Bx%3D%26%27%40%21%24%2A%28%29%2C%5B%5D");
    }

    #[test]
    fn a_part_is_encoded_whole() {
        assert_eq!(encode_part("arn:aws:iam::1:role/x y"), "arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fx%20y");
    }

    #[test]
    fn an_address_keeps_its_escapes() {
        let check = |address: &str, expected: &str| assert_eq!(tidy(address), expected);
        check("incidents/x-1_2.3/?a=b&c=d#e", "incidents/x-1_2.3/?a=b&c=d#e");
        check("a b/é\"<>\\^`{|}\n", "a%20b/%C3%A9%22%3C%3E%5C%5E%60%7B%7C%7D%0A");
        check("a%20b%2Fc", "a%20b%2Fc");
        check("http://[::1]:80/?x[]=1'2", "http://[::1]:80/?x[]=1'2");
    }

    #[test]
    fn only_whole_escapes_are_decoded() {
        let check =
            |text: &str, expected: Option<&str>| assert_eq!(decode(text).as_deref(), expected, "{text}");
        check("a%20b+c", Some("a b+c"));
        check("%e6%97%a5%E6%9C%AC", Some("日本"));
        check("%2541", Some("%41"));
        for wrong in ["%", "a%2", "%zz", "a%+1", "%ff", "%c0%ae", "%é0"] {
            check(wrong, None);
        }
    }
}
