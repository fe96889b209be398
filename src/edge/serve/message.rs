//! What a browser asks and what it gets, free of any HTTP library.
//!
//! Invariant: a header's value is made here from typed parts; no text of a request ever stands in one.

use std::fmt;
use std::fs::File;
use std::ops::Range;
use std::sync::Arc;

use crate::digest::Digest;
use crate::percent::encode_path;

/// What is asked, the body aside: requests have none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Request {
    /// What to do.
    pub(super) method: Method,
    /// The path as it was sent, percent-encoded, with its query: `/incidents/x/?y`.
    pub(super) target: String,
    /// The hosts it was sent to, with their ports: the one in its line and the one in its header, where they are.
    pub(super) hosts: Vec<String>,
    /// The tags of what the client has.
    pub(super) if_none_match: Option<String>,
    /// The bytes that are wanted.
    pub(super) range: Option<String>,
    /// The tag those bytes must belong to.
    pub(super) if_range: Option<String>,
    /// Whether our own script sent it, which a page of another origin cannot pretend.
    pub(super) from: RequestOrigin,
}

/// A request's method.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Method {
    /// The resource.
    #[default]
    Get,
    /// Its headers.
    Head,
    /// Anything else.
    Other,
}

/// Who sent a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum RequestOrigin {
    /// Our script, by a header that pages of other origins may not set.
    Script,
    /// Anyone.
    #[default]
    Anyone,
}

impl Request {
    /// The path without the query.
    pub(super) fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// A parameter of the query as it was sent, percent-encoded.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        let (_, query) = self.target.split_once('?')?;
        query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
    }
}

/// A response's status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    /// All of it.
    Ok = 200,
    /// A range of it.
    PartialContent = 206,
    /// It stands elsewhere.
    MovedPermanently = 301,
    /// The client has it.
    NotModified = 304,
    /// The request makes no sense.
    BadRequest = 400,
    /// Asked through a name that is not ours.
    Forbidden = 403,
    /// There is no such thing.
    NotFound = 404,
    /// Neither GET nor HEAD.
    MethodNotAllowed = 405,
    /// The range lies outside.
    RangeNotSatisfiable = 416,
    /// The page could not be rendered.
    InternalServerError = 500,
    /// There is no site to show yet, or no room for the client.
    ServiceUnavailable = 503,
}

/// A header of a response. The length and `Cache-Control: no-cache` are always there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Header {
    /// What the body is.
    ContentType(&'static str),
    /// Which bytes it is.
    Tag(Tag),
    /// Where it stands.
    Location(Location),
    /// That ranges may be asked for.
    AcceptRanges,
    /// Which bytes of how many these are; `None` when those that were asked for are not there.
    ContentRange(Option<Range<u64>>, u64),
    /// GET and HEAD.
    Allow,
    /// That the browser shall not guess another type.
    NoSniff,
    /// That pages of any origin may read it.
    AnyOrigin,
    /// What it may load when it is opened as a page.
    Policy(&'static str),
}

impl Header {
    /// Its name.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::ContentType(_) => "Content-Type",
            Self::Tag(_) => "ETag",
            Self::Location(_) => "Location",
            Self::AcceptRanges => "Accept-Ranges",
            Self::ContentRange(..) => "Content-Range",
            Self::Allow => "Allow",
            Self::NoSniff => "X-Content-Type-Options",
            Self::AnyOrigin => "Access-Control-Allow-Origin",
            Self::Policy(_) => "Content-Security-Policy",
        }
    }

    /// Its value.
    pub(super) fn value(&self) -> String {
        match self {
            Self::ContentType(kind) => (*kind).to_owned(),
            Self::Tag(tag) => tag.to_string(),
            Self::Location(location) => location.0.clone(),
            Self::AcceptRanges => "bytes".to_owned(),
            Self::ContentRange(Some(range), all) => format!("bytes {}-{}/{all}", range.start, range.end - 1),
            Self::ContentRange(None, all) => format!("bytes */{all}"),
            Self::Allow => "GET, HEAD".to_owned(),
            Self::NoSniff => "nosniff".to_owned(),
            Self::AnyOrigin => "*".to_owned(),
            Self::Policy(policy) => (*policy).to_owned(),
        }
    }
}

/// An entity tag: which bytes a body holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tag(String);

impl Tag {
    /// The tag of these bytes.
    pub(super) fn of(bytes: &[u8]) -> Self {
        Self(format!("\"{}\"", Digest::of(bytes).short(32)))
    }

    /// The tag of a file by its length and the time of its last change.
    pub(super) fn of_file(len: u64, stamp: i128) -> Self {
        Self(format!("\"{len:x}-{stamp:x}\""))
    }

    /// Whether a list of tags as `If-None-Match` has it holds this one, or is `*`; weak ones count.
    ///
    /// RFC 9110 §13.1.2.
    pub(super) fn is_in(&self, list: &str) -> bool {
        let bare = |tag: &str| tag.trim().trim_start_matches("W/") == self.0;
        list.trim() == "*" || list.split(',').any(bare)
    }

    /// Whether it is this one; weak ones never are.
    ///
    /// RFC 9110 §13.1.5.
    pub(super) fn is(&self, text: &str) -> bool {
        text.trim() == self.0
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An address on this host: ASCII without spaces or controls, and never the beginning of another host's address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Location(String);

impl Location {
    /// The address of `path`, which is not encoded yet, from the host's root; `/` is put in front.
    pub(super) fn new(path: &str) -> Self {
        Self(format!("/{}", encode_path(path.trim_start_matches('/'))))
    }
}

/// What is sent back.
#[derive(Debug)]
pub(super) struct Response {
    /// How it went.
    pub(super) status: Status,
    /// Its headers.
    pub(super) headers: Vec<Header>,
    /// Its body; for HEAD as for GET.
    pub(super) body: Body,
}

/// A response's body.
#[derive(Debug)]
pub(super) enum Body {
    /// Bytes, and which of them.
    Bytes(Arc<[u8]>, Range<u64>),
    /// A file that stands at the first byte of the range, and which of its bytes.
    File(File, Range<u64>),
    /// Events, as they come.
    Events,
}

impl Body {
    /// All of these bytes.
    pub(super) fn of(bytes: impl Into<Arc<[u8]>>) -> Self {
        let bytes = bytes.into();
        let len = bytes.len() as u64;
        Self::Bytes(bytes, 0..len)
    }

    /// Its length in bytes; `None` for events, which have no end.
    pub(super) fn len(&self) -> Option<u64> {
        match self {
            Self::Bytes(_, range) | Self::File(_, range) => Some(range.end - range.start),
            Self::Events => None,
        }
    }
}

impl Response {
    /// A short text.
    pub(super) fn text(status: Status, text: &str) -> Self {
        let headers = vec![Header::ContentType("text/plain; charset=utf-8"), Header::NoSniff];
        Self { status, headers, body: Body::of(format!("{text}\n").into_bytes()) }
    }

    /// The same with another header.
    #[must_use]
    pub(super) fn with(mut self, header: Header) -> Self {
        self.headers.push(header);
        self
    }

    /// The value of a header.
    #[cfg(test)]
    pub(super) fn header(&self, name: &str) -> Option<String> {
        self.headers.iter().find(|header| header.name() == name).map(Header::value)
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
