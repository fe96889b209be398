//! The Content-Security-Policy of pages.

use crate::digest::Digest;

/// The policy of a page with one inline script: no other hosts, inline styles, forms or frames, except the site's
/// additions.
///
/// Content Security Policy Level 3; `frame-ancestors` is ignored in a `<meta>` element and left out.
pub(super) fn content_security(inline_script: &str, additions: &[(String, Vec<String>)]) -> String {
    let hash = base64(Digest::of(inline_script.trim_end().as_bytes()).as_bytes());
    let own: [(&str, String); 9] = [
        ("default-src", "'none'".to_owned()),
        ("script-src", format!("'self' 'sha256-{hash}'")),
        ("style-src", "'self'".to_owned()),
        ("img-src", "'self' data:".to_owned()),
        ("font-src", "'self'".to_owned()),
        ("media-src", "'self'".to_owned()),
        ("connect-src", "'self'".to_owned()),
        ("base-uri", "'none'".to_owned()),
        ("form-action", "'none'".to_owned()),
    ];
    let added = |name: &str| -> Vec<String> {
        additions.iter().filter(|(it, _)| it == name).flat_map(|(_, more)| more.clone()).collect()
    };
    let extended = own.iter().map(|(name, sources)| {
        let more = added(name);
        match (sources.as_str(), more.is_empty()) {
            (_, true) => format!("{name} {sources}"),
            ("'none'", false) => format!("{name} {}", more.join(" ")),
            (_, false) => format!("{name} {sources} {}", more.join(" ")),
        }
    });
    let is_new =
        |(name, more): &&(String, Vec<String>)| !more.is_empty() && own.iter().all(|(it, _)| it != name);
    let new = additions.iter().filter(is_new).map(|(name, more)| format!("{name} {}", more.join(" ")));
    extended.chain(new).collect::<Vec<_>>().join("; ")
}

/// RFC 4648 §4, with padding.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group =
            chunk.iter().fold(0_u32, |group, &byte| group << 8 | u32::from(byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = DIGITS[(group >> (18 - 6 * place) & 63) as usize];
            text.push(if place <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{base64, content_security};

    #[test]
    fn base64_as_in_rfc_4648() {
        let cases = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("foobar", "Zm9vYmFy"),
        ];
        for (plain, encoded) in cases {
            assert_eq!(base64(plain.as_bytes()), encoded);
        }
    }

    #[test]
    fn the_script_is_named_by_its_hash() {
        // printf %s 'alert(1)' | openssl dgst -sha256 -binary | base64
        let policy = content_security("alert(1)\n", &[]);
        assert!(policy.contains("'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='"), "{policy}");
    }

    #[test]
    fn a_site_s_sources_stand_behind_ours_and_in_place_of_none() {
        let more = |name: &str| (name.to_owned(), vec!["https://a.example".to_owned()]);
        let policy = content_security("", &[more("img-src"), more("form-action"), more("frame-src")]);
        for part in [
            "img-src 'self' data: https://a.example;",
            "form-action https://a.example;",
            "frame-src https://a.example",
        ] {
            assert!(policy.contains(part), "{policy}");
        }
    }
}
