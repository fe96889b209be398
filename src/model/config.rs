//! Settings of site.toml, valid and complete.

use std::collections::BTreeMap;

use crate::model::out_path::OutPath;
use crate::model::uptime::{Target, Weights};
use crate::percent;
use crate::time::{Day, Instant, Zone};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UrlStyle {
    /// `incidents/x/index.html`, linked as `incidents/x/`.
    Directory,
    /// `incidents/x.html`, for hosts without a directory index.
    File,
}

/// The site's URL: scheme, host and path, always with a slash at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(String);

impl Default for BaseUrl {
    /// A placeholder for an invalid URL, so that checking can go on.
    fn default() -> Self {
        Self("https://status.example.org/".to_owned())
    }
}

impl BaseUrl {
    /// The URL of a new site until its real one is known. The name is reserved (RFC 2606) and never resolves.
    pub const PLACEHOLDER: &str = "https://status.your-domain.example/";

    /// Parses `http://` or `https://`, a host, perhaps a port, and a path; adds the last slash. The error is the part
    /// of a message after a colon.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let rest = rest.ok_or("it does not begin with `https://` or `http://`")?;
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        if authority.contains('@') {
            return Err("it holds a user name or a password");
        }
        if rest.contains(['?', '#']) {
            return Err("it holds `?` or `#`");
        }
        // RFC 3986 §3.3, without characters that would end an attribute or a user name.
        let plain = |c: char| {
            c.is_ascii_graphic()
                && !matches!(c, '"' | '<' | '>' | '\\' | '\'' | '@' | '^' | '`' | '{' | '|' | '}')
        };
        if !rest.chars().all(plain) {
            return Err("it holds a character that must be encoded");
        }
        check_authority(authority)?;
        check_path(path)?;
        let slash = if text.ends_with('/') { "" } else { "/" };
        Ok(Self(format!("{text}{slash}")))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Host, with the port if given.
    pub fn host(&self) -> &str {
        self.0.split('/').nth(2).unwrap_or_default()
    }

    pub fn path(&self) -> &str {
        let scheme_end = self.0.find("://").map_or(0, |at| at + 3);
        self.0[scheme_end..].find('/').map_or("/", |at| &self.0[scheme_end + at..])
    }

    /// The URL of a path below the site's root, given without a leading slash.
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }
}

/// RFC 3986 §3.2.2 and §3.2.3: a name of letters, digits, `.`, `-` and `_`, or an IP address in brackets, and a port.
fn check_authority(authority: &str) -> Result<(), &'static str> {
    let host_end =
        if authority.starts_with('[') { authority.find(']').map(|at| at + 1) } else { authority.find(':') };
    let (host, port) = authority.split_at(host_end.unwrap_or(authority.len()));
    let is_v6 = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let is_host = match is_v6 {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => {
            let name = host.strip_suffix('.').unwrap_or(host);
            let last = name.rsplit('.').next().unwrap_or_default();
            name.len() <= 253
                && name.split('.').all(is_label)
                && (!is_numeric(last) || name.parse::<std::net::Ipv4Addr>().is_ok())
        }
    };
    if !is_host {
        return Err("it names no host");
    }
    let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    let number =
        port.strip_prefix(':').filter(|digits| is_number(digits)).and_then(|it| it.parse::<u16>().ok());
    match (port, number) {
        ("", _) | (_, Some(1..)) => Ok(()),
        _ => Err("its port is not a number from 1 to 65535"),
    }
}

/// RFC 1035 §2.3.4 and RFC 1123 §2.1, and `_`, which some hosts have.
fn is_label(label: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let is_ended = label.starts_with('-') || label.ends_with('-');
    (1..=63).contains(&label.len()) && !is_ended && label.chars().all(fits)
}

/// Whether browsers read the host as a number because of its last label: WHATWG URL, "ends in a number".
fn is_numeric(label: &str) -> bool {
    let hexadecimal = label.strip_prefix("0x").or_else(|| label.strip_prefix("0X"));
    label.bytes().all(|byte| byte.is_ascii_digit())
        || hexadecimal.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Allows only path segments that hosts and browsers do not resolve, unlike `..`.
fn check_path(path: &str) -> Result<(), &'static str> {
    let decoded = percent::decode(path).ok_or("`%` in its path does not begin an escape such as `%20`")?;
    match () {
        () if decoded.contains(char::is_control) => Err("its path holds a control character"),
        () if decoded.split('/').any(|part| matches!(part, "." | "..")) => Err("its path holds `.` or `..`"),
        () if path.contains(['[', ']']) => Err("it holds a character that must be encoded"),
        () if decoded.contains("//") => Err("its path holds `//`"),
        () => Ok(()),
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feeds {
    pub entries: usize,
    /// The date in `tag:` URIs (RFC 4151): year, month or day; must never change.
    pub tag_date: String,
    /// The host in ids of feeds and calendars; `None`: that of `base_url`.
    pub tag_host: Option<String>,
    /// Copies of feeds at old URLs: output path to the feed's file name.
    pub also_at: BTreeMap<OutPath, String>,
}

impl Config {
    /// The host in ids, with the port if the URL has one.
    pub fn tag_host(&self) -> &str {
        self.feeds.tag_host.as_deref().unwrap_or(self.base_url.host())
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uptime {
    pub days: u32,
    /// The monthly target of components without one of their own.
    pub target: Option<Target>,
    /// The cost of a second in each state, in percent.
    pub weights: Weights,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    pub title: String,
    pub base_url: BaseUrl,
    /// One sentence; may be empty.
    pub description: String,
    /// The zone of days and times that readers see.
    pub zone: Zone,
    pub language: String,
    /// All languages, the main one first.
    pub languages: Vec<String>,
    pub theme: String,
    pub url_style: UrlStyle,
    /// Prefix of "edit this report" links; empty: no links.
    pub edit_url: String,
    pub noindex: bool,
    /// A line above every page; empty: none.
    pub banner: String,
    /// The site's id in the API; `None`: derived from its host and `tag_date`.
    pub page_id: Option<String>,
    /// The age in seconds from which a page shows a notice.
    pub stale_after_secs: i64,
    pub uptime: Uptime,
    /// Whether HTML in Markdown is kept.
    pub raw_html: bool,
    pub feeds: Feeds,
    /// The WebSub hubs that feeds name.
    pub hubs: Vec<String>,
    /// A JSON object; the theme documents its keys.
    pub theme_options: serde_json::Value,
}

impl Config {
    /// The beginning of the day, month or year in `tag_date`: a constant instant.
    pub fn tag_instant(&self) -> Instant {
        let text = format!("{}-01-01", self.feeds.tag_date);
        let day = text.get(..10).and_then(Day::parse);
        day.map_or(Instant::from_epoch_secs(0), |day| self.zone.start_of(day))
    }
}

#[cfg(test)]
mod tests {
    use super::BaseUrl;

    #[test]
    fn an_address_of_a_site_is_scheme_host_port_and_path() {
        let check = |text: &str, expected: Result<&str, &str>| {
            let parsed = BaseUrl::parse(text);
            assert_eq!(parsed.as_ref().map(BaseUrl::as_str).map_err(|why| *why), expected, "{text}");
        };
        for (text, whole) in [
            ("https://a.example", "https://a.example/"),
            ("http://localhost:65535/x", "http://localhost:65535/x/"),
            ("https://[2001:db8::1]:8080/", "https://[2001:db8::1]:8080/"),
            ("http://192.0.2.1/", "http://192.0.2.1/"),
            ("https://a--b.xn--p1ai/~x/;y=(1),$2*!/", "https://a--b.xn--p1ai/~x/;y=(1),$2*!/"),
            ("https://a_b.example./a%20b/c.d/..e/", "https://a_b.example./a%20b/c.d/..e/"),
        ] {
            check(text, Ok(whole));
        }
        let (no_scheme, no_host) = ("it does not begin with `https://` or `http://`", "it names no host");
        let unencoded = "it holds a character that must be encoded";
        for (why, texts) in [
            (no_scheme, "a.example ftp://a.example HTTPS"),
            (
                no_host,
                "https:// https:///x https://:80/ https://.a/ https://a..b https://[::g]/ https://[::1",
            ),
            (no_host, "https://a%20b/ https://-/ https://-a.example/ https://a-.example/ https://256.1.1.1/"),
            (no_host, "https://1.2.3/ https://0x7f.1/ https://a.0x1f/ https://01.2.3.4/"),
            (
                "its port is not a number from 1 to 65535",
                "https://a:0/ https://a:65536 https://a: https://a:+80/ https://a:x/ https://a:1:2/",
            ),
            (
                "its path holds `.` or `..`",
                "https://a/.. https://a/../ https://a/b/./c https://a/%2e%2E/ https://a/b%2F..%2Fc",
            ),
            (
                "`%` in its path does not begin an escape such as `%20`",
                "https://a/% https://a/%zz/ https://a/b%2 https://a/%ff",
            ),
            ("its path holds `//`", "https://a// https://a/b//c/"),
            ("its path holds a control character", "https://a/%00 https://a/%0Ab/"),
            ("it holds a user name or a password", "https://u:p@a/ https://u@a https://@a/?"),
            ("it holds `?` or `#`", "https://a/?x https://a#b"),
            (unencoded, "https://\u{e4}.example https://a/\" https://a/@ https://a/{x} https://a/|"),
            (unencoded, "https://a/` https://a/^ https://a/[x]"),
        ] {
            texts.split(' ').for_each(|text| check(text, Err(why)));
        }
        check("", Err(no_scheme));
        check("https://a/ b", Err(unencoded));
        check(&format!("https://{}.example/", "a".repeat(64)), Err(no_host));
        check(&format!("https://{}example/", "a.".repeat(124)), Err(no_host));
    }
}
