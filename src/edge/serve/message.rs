//! Requests and responses, independent of the HTTP library.
//!
//! Invariant: header values are built from typed parts; no text of a request is copied into one.

use std::fmt;
use std::fs::File;
use std::ops::Range;
use std::sync::Arc;

use crate::digest::Digest;
use crate::percent::encode_path;

/// A request without its body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) method: Method,
    /// The path as sent, percent-encoded, with its query: `/incidents/x/?y`.
    pub(super) target: String,
    /// Hosts with ports, from the request line and the `Host` header.
    pub(super) hosts: Vec<String>,
    pub(super) if_none_match: Option<String>,
    pub(super) range: Option<String>,
    pub(super) if_range: Option<String>,
    /// Whether our script sent it: by a header that pages of other origins cannot set.
    pub(super) is_from_script: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Method {
    #[default]
    Get,
    Head,
    Other,
}

impl Request {
    /// The path without the query.
    pub(super) fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// A query parameter as sent, percent-encoded.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        let (_, query) = self.target.split_once('?')?;
        query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Ok = 200,
    PartialContent = 206,
    MovedPermanently = 301,
    NotModified = 304,
    BadRequest = 400,
    /// The `Host` is not allowed.
    Forbidden = 403,
    NotFound = 404,
    /// Neither GET nor HEAD.
    MethodNotAllowed = 405,
    RangeNotSatisfiable = 416,
    /// The page cannot be rendered.
    InternalServerError = 500,
    /// There is no site to show yet, or too many clients.
    ServiceUnavailable = 503,
}

/// A response header. `Content-Length` and `Cache-Control: no-cache` are always sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Header {
    ContentType(&'static str),
    Tag(Tag),
    Location(Location),
    AcceptRanges,
    /// The range sent and the total length; `None` for an unsatisfiable range.
    ContentRange(Option<Range<u64>>, u64),
    Allow,
    NoSniff,
    AnyOrigin,
    Policy(&'static str),
}

impl Header {
    /// Name and value.
    pub(super) fn field(&self) -> (&'static str, String) {
        match self {
            Self::ContentType(kind) => ("Content-Type", (*kind).to_owned()),
            Self::Tag(tag) => ("ETag", tag.to_string()),
            Self::Location(location) => ("Location", location.0.clone()),
            Self::AcceptRanges => ("Accept-Ranges", "bytes".to_owned()),
            Self::ContentRange(Some(range), all) => {
                ("Content-Range", format!("bytes {}-{}/{all}", range.start, range.end - 1))
            }
            Self::ContentRange(None, all) => ("Content-Range", format!("bytes */{all}")),
            Self::Allow => ("Allow", "GET, HEAD".to_owned()),
            Self::NoSniff => ("X-Content-Type-Options", "nosniff".to_owned()),
            Self::AnyOrigin => ("Access-Control-Allow-Origin", "*".to_owned()),
            Self::Policy(policy) => ("Content-Security-Policy", (*policy).to_owned()),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tag(String);

impl Tag {
    pub(super) fn of(bytes: &[u8]) -> Self {
        Self(format!("\"{}\"", Digest::of(bytes).short(32)))
    }

    /// The tag of a file by length and modification time.
    pub(super) fn of_file(len: u64, stamp: i128) -> Self {
        Self(format!("\"{len:x}-{stamp:x}\""))
    }

    /// Whether an `If-None-Match` list holds this tag or is `*`; weak tags match (RFC 9110 §13.1.2).
    pub(super) fn is_in(&self, list: &str) -> bool {
        let bare = |tag: &str| tag.trim().trim_start_matches("W/") == self.0;
        list.trim() == "*" || list.split(',').any(bare)
    }

    /// Whether the text is this tag; weak tags never match (RFC 9110 §13.1.5).
    pub(super) fn is(&self, text: &str) -> bool {
        text.trim() == self.0
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A URL path on this host: ASCII without spaces or controls, never the beginning of another host's URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Location(String);

impl Location {
    /// The URL path of `path`, which is not yet encoded; a slash is added in front.
    pub(super) fn new(path: &str) -> Self {
        Self(format!("/{}", encode_path(path.trim_start_matches('/'))))
    }
}

#[derive(Debug)]
pub(super) struct Response {
    pub(super) status: Status,
    pub(super) headers: Vec<Header>,
    /// The same for HEAD as for GET.
    pub(super) body: Body,
}

#[derive(Debug)]
pub(super) enum Body {
    Bytes(Arc<[u8]>, Range<u64>),
    /// A range of a file that is positioned at the range's start.
    File(File, Range<u64>),
    Events,
}

impl Body {
    pub(super) fn of(bytes: impl Into<Arc<[u8]>>) -> Self {
        let bytes = bytes.into();
        let len = bytes.len() as u64;
        Self::Bytes(bytes, 0..len)
    }

    /// In bytes; `None` for events, which have no end.
    pub(super) fn len(&self) -> Option<u64> {
        match self {
            Self::Bytes(_, range) | Self::File(_, range) => Some(range.end - range.start),
            Self::Events => None,
        }
    }
}

impl Response {
    pub(super) fn text(status: Status, text: &str) -> Self {
        let headers = vec![Header::ContentType("text/plain; charset=utf-8"), Header::NoSniff];
        Self { status, headers, body: Body::of(format!("{text}\n").into_bytes()) }
    }

    #[must_use]
    pub(super) fn with(mut self, header: Header) -> Self {
        self.headers.push(header);
        self
    }

    #[cfg(test)]
    pub(super) fn header(&self, name: &str) -> Option<String> {
        self.headers.iter().map(Header::field).find(|field| field.0 == name).map(|field| field.1)
    }
}

#[cfg(test)]
mod tests {
    use super::{Location, Request, Tag};

    #[test]
    fn a_location_stays_on_this_host_and_on_its_line() {
        let check = |path: &str, expected: &str| assert_eq!(Location::new(path).0, expected, "{path:?}");
        check("incidents/x/", "/incidents/x/");
        check("//evil.example/", "/evil.example/");
        check("a b/é\r\nX: y", "/a%20b/%C3%A9%0D%0AX%3A%20y");
    }

    #[test]
    fn tags_are_found_in_lists() {
        let tag = Tag::of(b"abc");
        assert_eq!(tag.to_string(), "\"ba7816bf8f01cfea414140de5dae2223\"");
        for list in [tag.to_string(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".to_owned()] {
            assert!(tag.is_in(&list), "{list}");
        }
        for list in ["", "\"x\"", "ba7816bf8f01cfea414140de5dae2223"] {
            assert!(!tag.is_in(list), "{list}");
        }
        assert!(tag.is(&tag.to_string()) && !tag.is(&format!("W/{tag}")));
    }

    #[test]
    fn a_query_is_no_part_of_the_path() {
        let request = Request { target: "/a?by=3600&to=x".to_owned(), ..Request::default() };
        assert_eq!(request.path(), "/a");
        assert_eq!(
            (request.parameter("by"), request.parameter("to"), request.parameter("b")),
            (Some("3600"), Some("x"), None)
        );
    }
}
