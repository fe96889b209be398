//! From a request's path to a path of the site.
//!
//! Invariant: a path is only ever looked up among those that are planned; it is never joined to a folder.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::percent;

/// The path that a percent-encoded one says, `/` in front included; `None` when an escape is broken, when the result
/// is not UTF-8, and when it holds a control character, a backslash or a slash that was hidden in an escape.
pub(super) fn decode(path: &str) -> Option<String> {
    let text = percent::decode(path)?;
    let has_hidden_slash = text.matches('/').count() != path.matches('/').count();
    let is_usable = !has_hidden_slash && !text.chars().any(|c| c.is_control() || c == '\\');
    is_usable.then_some(text)
}

/// Whose requests are answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AllowedHosts {
    /// Those sent to a name of this machine alone, so that a page elsewhere cannot read the preview by giving its own
    /// name this machine's address (DNS rebinding).
    Loopback,
    /// All: somebody chose the address to listen on.
    Any,
}

impl AllowedHosts {
    /// Whether a request sent to `hosts`, each with or without a port, is answered: the one that its line names counts
    /// first, but no other may stand beside it.
    pub(super) fn allow(self, hosts: &[String]) -> bool {
        match self {
            Self::Any => true,
            Self::Loopback => hosts.iter().all(|host| is_loopback(host)),
        }
    }
}

/// RFC 6761 §6.3: `localhost` and what ends in `.localhost` is this machine, and so is 127.0.0.0/8 and `::1`.
fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    if let Some(inside) = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return inside.parse().is_ok_and(|address: Ipv6Addr| address.is_loopback());
    }
    let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
    name == "localhost"
        || name.ends_with(".localhost")
        || name.parse().is_ok_and(|address: Ipv4Addr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::{AllowedHosts, decode};

    #[test]
    fn escapes_are_taken_out() {
        let check =
            |path: &str, expected: Option<&str>| assert_eq!(decode(path).as_deref(), expected, "{path}");
        check("/", Some("/"));
        check("/a%20b/%C3%A9.html", Some("/a b/é.html"));
        check("/%e6%97%a5%E6%9C%AC/", Some("/日本/"));
        check("/%252e%252e/", Some("/%2e%2e/"));
        check("/a+b", Some("/a+b"));
        for bad in [
            "/%",
            "/%2",
            "/%zz",
            "/%+1",
            "/%c0%ae",
            "/%ff",
            "/%00",
            "/a%0d%0ab",
            "/%5c",
            "/\\",
            "/%2fetc",
            "/a%2F",
        ] {
            check(bad, None);
        }
    }

    #[test]
    fn only_names_of_this_machine_are_answered() {
        for host in [
            "localhost",
            "localhost:4000",
            "LOCALHOST.",
            "a.localhost:1",
            "127.0.0.1",
            "127.8.8.8:80",
            "[::1]",
            "[::1]:4000",
        ] {
            assert!(AllowedHosts::Loopback.allow(&[host.to_owned()]), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "evil.example:4000",
            "localhost.evil.example",
            "notlocalhost",
            "127.0.0.1.evil.example",
            "192.168.0.1",
            "0.0.0.0:4000",
            "::1",
            "[::2]:4000",
            "[::1",
            "1",
        ] {
            assert!(!AllowedHosts::Loopback.allow(&[host.to_owned()]), "{host}");
            assert!(AllowedHosts::Any.allow(&[host.to_owned()]), "{host}");
        }
    }
}
