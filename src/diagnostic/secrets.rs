//! Text without secrets: passwords and secret parameters of addresses, and values of secret keys.

use std::ops::Range;

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

#[cfg(test)]
mod tests {
    use super::{masked, masked_in_place};

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
}
