//! What the command git says, and what of it may be shown.

use std::process::Output;

/// Whether a push failed only because others pushed before, or push right now.
pub(super) fn was_overtaken(output: &Output) -> bool {
    let said = String::from_utf8_lossy(&output.stderr);
    let signs =
        ["fetch first", "non-fast-forward", "stale info", "cannot lock ref", "reference already exists"];
    signs.iter().any(|sign| said.contains(sign))
}

/// What a command said, its hints left out and nothing secret in it.
pub(super) fn words(output: &Output) -> String {
    let all = [&output.stderr[..], &output.stdout[..]].concat();
    let text = String::from_utf8_lossy(&all);
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("hint:"));
    let text = lines.collect::<Vec<_>>().join("; ");
    if text.is_empty() { format!("git ended with {}", output.status) } else { redacted(&text) }
}

/// The text without user names and passwords in addresses.
pub(super) fn redacted(text: &str) -> String {
    let mut parts = text.split("://");
    let mut shown = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| c == '/' || c.is_whitespace() || matches!(c, '\'' | '"' | '`'));
        let authority = &part[..end.unwrap_or(part.len())];
        let user_end = authority.rfind('@').map_or(0, |at| at + 1);
        shown.push_str("://");
        shown.push_str(&part[user_end..]);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::redacted;

    #[test]
    fn no_secret_is_shown() {
        let check = |text: &str, expected: &str| assert_eq!(redacted(text), expected);
        check("https://x-token:s3cr3t@host/a.git", "https://host/a.git");
        check("unable to access 'https://u:p@h@ost/a/': no", "unable to access 'https://ost/a/': no");
        check("ssh://git@host:22/a and https://t@b", "ssh://host:22/a and https://b");
        check("git@host:a/b.git", "git@host:a/b.git");
        check("https://host/a@b", "https://host/a@b");
    }
}
