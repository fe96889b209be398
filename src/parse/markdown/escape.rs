//! Escapes text for HTML and XML.

use crate::percent;

/// Appends text between tags; characters forbidden in XML or HTML are left out.
pub(super) fn push_text(out: &mut String, text: &str) {
    push(out, text, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        _ => None,
    });
}

pub(super) fn push_attribute(out: &mut String, text: &str) {
    push(out, text, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'"' => Some("&quot;"),
        _ => None,
    });
}

/// Appends a URL in an attribute: characters that RFC 3986 does not allow are percent-encoded, existing escapes are
/// kept.
pub(super) fn push_address(out: &mut String, address: &str) {
    push(out, &percent::tidy(address), |byte| match byte {
        b'&' => Some("&amp;"),
        b'\'' => Some("&#39;"),
        _ => None,
    });
}

/// Appends HTML without characters forbidden in XML or HTML.
pub(super) fn push_raw(out: &mut String, html: &str) {
    push(out, html, |_| None);
}

/// Appends text with replacements for some ASCII characters and without forbidden ones.
fn push(out: &mut String, text: &str, replacement: impl Fn(u8) -> Option<&'static str>) {
    let mut from = 0;
    for (at, &byte) in text.as_bytes().iter().enumerate() {
        // Fast path: no forbidden character begins with these bytes.
        if !matches!(byte, 0..0x20 | b'"' | b'&' | b'\'' | b'<' | b'>' | 0x7f | 0xc2 | 0xef..) {
            continue;
        }
        let forbidden = text[at..].chars().next().filter(|c| is_forbidden(*c));
        let (length, replacement) = match forbidden {
            Some(c) => (c.len_utf8(), ""),
            None => match replacement(byte) {
                Some(replacement) => (1, replacement),
                None => continue,
            },
        };
        out.push_str(&text[from..at]);
        out.push_str(replacement);
        from = at + length;
    }
    out.push_str(&text[from..]);
}

/// Characters that XML 1.0 §2.2 excludes, and the controls and non-characters that HTML (§13.2.3.5) also excludes.
/// Carriage returns are dropped; the line feed of a line end stays.
fn is_forbidden(c: char) -> bool {
    match c {
        '\t' | '\n' => false,
        '\0'..'\u{20}' | '\u{7f}'..='\u{9f}' | '\u{fdd0}'..='\u{fdef}' => true,
        c => u32::from(c) & 0xfffe == 0xfffe,
    }
}

#[cfg(test)]
mod tests {
    use super::{push_address, push_attribute, push_raw, push_text};

    #[test]
    fn text_is_escaped_where_it_stands() {
        let check = |push: fn(&mut String, &str), text: &str, expected: &str| {
            let mut out = String::new();
            push(&mut out, text);
            assert_eq!(out, expected, "{text:?}");
        };
        check(push_text, "a < b & \"c\" > 'd'", "a &lt; b &amp; \"c\" &gt; 'd'");
        check(push_text, "a\0b\u{1b}c\u{ffff}d\u{85}\te\r\nf\u{fdd0}", "abcd\te\nf");
        check(push_attribute, "a\"b'&<", "a&quot;b'&amp;&lt;");
        check(push_address, "/a b?c=d&e='f'#é", "/a%20b?c=d&amp;e=&#39;f&#39;#%C3%A9");
        check(push_address, "a%20b\"<\\\n", "a%20b%22%3C%5C%0A");
        check(push_text, "é\u{2028}\u{80}ﬁ\u{fdef}\u{10fffe}💸\u{7f}", "é\u{2028}ﬁ💸");
        check(push_raw, "<b>\u{8}x</b>", "<b>x</b>");
    }
}
