//! Maps request paths to paths of the site.
//!
//! Invariant: a path is only looked up among planned outputs; it is never joined to a folder.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::percent;

/// Percent-decodes a path. `None` when an escape is broken, or when the result is not UTF-8 or holds a control
/// character, a backslash or an escaped slash.
pub(super) fn decode(path: &str) -> Option<String> {
    let text = percent::decode(path)?;
    let has_hidden_slash = text.matches('/').count() != path.matches('/').count();
    let is_usable = !has_hidden_slash && !text.chars().any(|c| c.is_control() || c == '\\');
    is_usable.then_some(text)
}

/// Which `Host` headers are accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AllowedHosts {
    /// Only loopback names, so that no other page can read the preview through DNS rebinding.
    Loopback,
    /// All: the user chose a listening address.
    Any,
}

impl AllowedHosts {
    /// Whether a request for `hosts` (with or without ports) is accepted; all of them must be allowed.
    pub(super) fn allow(self, hosts: &[String]) -> bool {
        match self {
            Self::Any => true,
            Self::Loopback => hosts.iter().all(|host| is_loopback(host)),
        }
    }
}

/// RFC 6761 §6.3: `localhost`, names below it, 127.0.0.0/8 and `::1`.
pub fn is_loopback(host: &str) -> bool {
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
        check("/%e6%97%a5%E6%9C%AC%2Ea/", Some("/日本.a/"));
        check("/%252e%252e/", Some("/%2e%2e/"));
        check("/a+b", Some("/a+b"));
        for bad in "/% /%2 /%zz /%+1 /%c0%ae /%ff /%00 /a%0d%0ab /%5c /\\ /%2fetc /a%2F".split(' ') {
            check(bad, None);
        }
    }

    #[test]
    fn only_names_of_this_machine_are_answered() {
        for host in
            "localhost localhost:4000 LOCALHOST. a.localhost:1 127.0.0.1 127.8.8.8:80 [::1] [::1]:4000"
                .split(' ')
        {
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
