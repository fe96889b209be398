//! HTTP/1.1 messages as bytes: requests are read, the heads of responses written.
//!
//! `tiny_http` parses header lines and methods and prints heads. Its own server is not used: it has no time
//! limits, takes any number of connections, and ends for good when one `accept` fails. Version 0.12 has two open advisories:
//!
//! - CVE-2026-66752: a malformed `Transfer-Encoding` smuggles a second request. So a request that has a body, or says it
//!   has, is refused here before anything reads it, and its connection is closed.
//! - CVE-2026-66753: a line break in a header value is printed as it is. So header values are typed (see `message`):
//!   nothing of a request can be one.
//!
//! Invariant: `tiny_http` is named nowhere else.

use std::io;
use std::str::FromStr as _;

use tiny_http::HTTPVersion;

use super::message::{Header, Method, Request, Response, Status};

/// The most bytes of a request line and headers together.
pub(super) const MAX_HEAD: usize = 16 * 1024;

/// Marks requests of our script. Pages of other origins would need a CORS preflight to send it, which is refused.
const SCRIPT_HEADER: &str = "Allclear-Preview";

/// The fate of a connection after a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AfterResponse {
    KeepAlive,
    Close,
}

/// A request, or the response to an invalid one, after which the connection must be closed.
pub(super) type ParseResult = Result<(Request, AfterResponse), Response>;

/// Takes the request that `bytes` begin with; `None` while its head is incomplete.
pub(super) fn parse(bytes: &mut Vec<u8>) -> Option<ParseResult> {
    // RFC 9112 §2.2: empty lines before a request are skipped.
    let skipped = bytes.iter().take_while(|&&byte| byte == b'\r' || byte == b'\n').count();
    let rest = &bytes[skipped..];
    let end = rest.windows(4).position(|window| window == b"\r\n\r\n");
    if end.unwrap_or(bytes.len()) > MAX_HEAD {
        return Some(Err(refused("the request is too long")));
    }
    let parsed = whole(&rest[..end?]);
    bytes.drain(..skipped + end? + 4);
    Some(parsed)
}

fn whole(head: &[u8]) -> ParseResult {
    let text = str::from_utf8(head).ok().filter(|text| text.is_ascii());
    let mut lines = text.ok_or_else(|| refused("the request is not ASCII"))?.split("\r\n");
    let line = lines.next().unwrap_or_default();
    let (mut request, version) =
        request_line(line).ok_or_else(|| refused("the request line is malformed"))?;
    let headers: Option<Vec<_>> = lines.map(header).collect();
    let found = Headers(headers.ok_or_else(|| refused("a header line is malformed"))?);
    if found.has_body() {
        return Err(match request.method {
            Method::Other => not_allowed(),
            _ => refused("a request may have no body here"),
        });
    }
    request.if_none_match = found.list("If-None-Match");
    request.range = found.value("Range").map(str::to_owned);
    request.if_range = found.value("If-Range").map(str::to_owned);
    request.is_from_script = found.value(SCRIPT_HEADER).is_some();
    request.hosts.extend(found.host(&request, &version).map_err(refused)?);
    let after = found.after(&version);
    Ok((request, after))
}

pub(super) fn not_allowed() -> Response {
    Response::text(Status::MethodNotAllowed, "only GET and HEAD are answered here").with(Header::Allow)
}

fn refused(problem: &str) -> Response {
    Response::text(Status::BadRequest, problem)
}

/// Parses method, target and version. Absolute URLs are split into host and path (RFC 9112 §3.2.2).
fn request_line(line: &str) -> Option<(Request, HTTPVersion)> {
    let mut parts = line.split(' ');
    let (method, target, version) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || target.bytes().any(|byte| byte.is_ascii_control()) {
        return None;
    }
    let version = match version {
        "HTTP/1.1" => HTTPVersion(1, 1),
        "HTTP/1.0" => HTTPVersion(1, 0),
        _ => return None,
    };
    let method = match tiny_http::Method::from_str(method).ok()? {
        tiny_http::Method::Get => Method::Get,
        tiny_http::Method::Head => Method::Head,
        _ => Method::Other,
    };
    let (host, target) = match target.strip_prefix("http://") {
        Some(rest) => {
            let path = rest.find(['/', '?']).unwrap_or(rest.len());
            (Some(rest[..path].to_owned()), &rest[path..])
        }
        None => (None, target),
    };
    let target = if target.is_empty() { "/" } else { target };
    let is_whole = target.starts_with('/') || method == Method::Other;
    is_whole.then(|| {
        (
            Request {
                method,
                target: target.to_owned(),
                hosts: host.into_iter().collect(),
                ..Request::default()
            },
            version,
        )
    })
}

/// Parses a header line. Refused: continuation lines (RFC 9112 §5.2), a space before the colon, control characters in
/// the value.
fn header(line: &str) -> Option<tiny_http::Header> {
    let is_control = |byte: u8| byte.is_ascii_control() && byte != b'\t';
    let header = tiny_http::Header::from_str(line).ok()?;
    let is_token = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic());
    (is_token(header.field.as_str().as_str()) && !line.bytes().any(is_control)).then_some(header)
}

struct Headers(Vec<tiny_http::Header>);

impl Headers {
    fn values(&self, name: &'static str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |header| header.field.equiv(name)).map(|header| header.value.as_str())
    }

    fn value(&self, name: &'static str) -> Option<&str> {
        self.values(name).next()
    }

    /// The values of a repeatable header, joined (RFC 9110 §5.3).
    fn list(&self, name: &'static str) -> Option<String> {
        let values: Vec<_> = self.values(name).collect();
        (!values.is_empty()).then(|| values.join(", "))
    }

    /// Whether the request has, or claims to have, a body.
    fn has_body(&self) -> bool {
        let says_length = self.values("Content-Length").any(|length| length != "0");
        let lengths = self.values("Content-Length").count();
        says_length
            || lengths > 1
            || self.value("Transfer-Encoding").is_some()
            || self.value("Expect").is_some()
    }

    /// RFC 9112 §3.2: exactly one `Host` from HTTP/1.1 on.
    fn host(&self, request: &Request, version: &HTTPVersion) -> Result<Option<String>, &'static str> {
        let mut hosts = self.values("Host");
        match (hosts.next(), hosts.next()) {
            (_, Some(_)) => Err("there is more than one `Host`"),
            (None, _) if request.hosts.is_empty() && *version == HTTPVersion(1, 1) => {
                Err("`Host` is missing")
            }
            (host, _) => Ok(host.map(str::to_owned)),
        }
    }

    fn after(&self, version: &HTTPVersion) -> AfterResponse {
        let says = |word: &str| {
            let mut words = self.values("Connection").flat_map(|value| value.split(','));
            words.any(|it| it.trim().eq_ignore_ascii_case(word))
        };
        let is_kept = if *version == HTTPVersion(1, 1) { !says("close") } else { says("keep-alive") };
        // HTTP/1.0 would need an explicit keep-alive header.
        if is_kept && *version == HTTPVersion(1, 1) { AfterResponse::KeepAlive } else { AfterResponse::Close }
    }
}

/// The response's head as bytes, final empty line included.
pub(super) fn head(response: &Response, after: AfterResponse) -> Vec<u8> {
    let always = [("Server", "allclear".to_owned()), ("Cache-Control", "no-cache".to_owned())];
    let headers = always.into_iter().chain(response.headers.iter().map(Header::field)).map(field).collect();
    let len = response.body.len().map(|len| usize::try_from(len).unwrap_or(usize::MAX));
    let status = tiny_http::StatusCode(response.status as u16);
    let printed = tiny_http::Response::new(status, headers, io::empty(), len, None);
    let mut bytes = Vec::new();
    // A body without a length is sent in chunks.
    printed
        .with_chunked_threshold(usize::MAX)
        .raw_print(&mut bytes, HTTPVersion(1, 1), &[], true, None)
        .expect("bytes are written to memory");
    if after == AfterResponse::Close {
        // The crate does not print `Connection`.
        bytes.truncate(bytes.len() - 2);
        bytes.extend_from_slice(b"Connection: close\r\n\r\n");
    }
    bytes
}

fn field((name, value): (&str, String)) -> tiny_http::Header {
    let is_plain = value.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    assert!(is_plain, "the value of `{name}` is made of typed parts");
    tiny_http::Header::from_bytes(name, value).expect("names and values of headers are ASCII")
}

/// A chunk of a body without a length (RFC 9112 §7.1).
pub(super) fn chunk(text: &str) -> Vec<u8> {
    format!("{:x}\r\n{text}\r\n", text.len()).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edge::serve::message::Body;

    /// How bytes are parsed: `GET /path host after`, `partial`, or the status and text of a refusal.
    fn outcome(bytes: &[u8]) -> String {
        let mut bytes = bytes.to_vec();
        match parse(&mut bytes) {
            None => "partial".to_owned(),
            Some(Ok((request, after))) => {
                assert!(bytes.is_empty(), "the whole request is taken");
                format!("{:?} {} {:?} {after:?}", request.method, request.target, request.hosts.join(" "))
            }
            Some(Err(response)) => match response.body {
                Body::Bytes(text, _) => {
                    format!("{} {}", response.status as u16, String::from_utf8_lossy(&text).trim_end())
                }
                _ => panic!("an error page is a text"),
            },
        }
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(outcome(text.as_bytes()), expected, "{text:?}");
    }

    #[test]
    fn requests_are_read() {
        check("GET /a?b HTTP/1.1\r\nHost: localhost:4000\r\n\r\n", "Get /a?b \"localhost:4000\" KeepAlive");
        check("\r\nHEAD / HTTP/1.1\r\nhost:x\r\n\r\n", "Head / \"x\" KeepAlive");
        check("GET / HTTP/1.1\r\nHost: x\r\nConnection: foo, Close\r\n\r\n", "Get / \"x\" Close");
        check("GET / HTTP/1.0\r\n\r\n", "Get / \"\" Close");
        check("GET http://y:1/a HTTP/1.1\r\nHost: x\r\n\r\n", "Get /a \"y:1 x\" KeepAlive");
        check("GET http://y HTTP/1.1\r\nHost: x\r\n\r\n", "Get / \"y x\" KeepAlive");
        check("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", "Other * \"x\" KeepAlive");
        check("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", "Other / \"x\" KeepAlive");
        for partial in ["", "GET", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: x\r\n"] {
            check(partial, "partial");
        }
    }

    #[test]
    fn a_list_may_stand_in_several_lines() {
        let bytes = b"GET / HTTP/1.1\r\nHost: x\r\nIf-None-Match: \"a\"\r\nif-none-match: \"b\"\r\n\r\n";
        let (request, _) = parse(&mut bytes.to_vec()).unwrap().unwrap();
        assert_eq!(request.if_none_match.as_deref(), Some("\"a\", \"b\""));
    }

    #[test]
    fn a_body_is_refused_in_whatever_form_it_is_announced() {
        for announced in [
            "Content-Length: 5",
            "Content-Length: +0",
            "content-length: 00",
            "Content-Length: 0, 5",
            "Content-Length: 0\r\nContent-Length: 0",
            "Transfer-Encoding: chunked",
            "transfer-encoding: identity",
            "Transfer-Encoding:",
            "Transfer-Encoding: xchunked",
            "Expect: 100-continue",
        ] {
            let rest = format!("/ HTTP/1.1\r\nHost: x\r\n{announced}\r\n\r\n");
            check(&format!("GET {rest}"), "400 a request may have no body here");
            check(&format!("POST {rest}"), "405 only GET and HEAD are answered here");
        }
    }

    #[test]
    fn what_is_no_request_is_refused() {
        let malformed = "400 the request line is malformed";
        for line in [
            "GET",
            "GET /",
            "GET / HTTP/2.0",
            "GET  / HTTP/1.1",
            "GET / HTTP/1.1 x",
            "GET a HTTP/1.1",
            "GET file:///etc/passwd HTTP/1.1",
            "GET /\0 HTTP/1.1",
            " GET / HTTP/1.1",
        ] {
            check(&format!("{line}\r\nHost: x\r\n\r\n"), malformed);
        }
        for line in ["no colon", " folded: x", "Transfer-Encoding : chunked", ": x", "a: b\nc: d", "a: \0"] {
            check(&format!("GET / HTTP/1.1\r\nHost: x\r\n{line}\r\n\r\n"), "400 a header line is malformed");
        }
        check("GET / HTTP/1.1\r\n\r\n", "400 `Host` is missing");
        check("GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n", "400 there is more than one `Host`");
        check("GET /é HTTP/1.1\r\nHost: x\r\n\r\n", "400 the request is not ASCII");
        check(&"x".repeat(MAX_HEAD + 1), "400 the request is too long");
        check(&format!("GET /{} HTTP/1.1\r\n\r\n", "x".repeat(MAX_HEAD)), "400 the request is too long");
    }

    #[test]
    fn heads_are_written() {
        let response = Response::text(Status::BadRequest, "no").with(Header::Allow);
        let text = String::from_utf8(head(&response, AfterResponse::Close)).unwrap();
        let lines: Vec<&str> = text.split("\r\n").filter(|line| !line.starts_with("Date: ")).collect();
        let expected = [
            "HTTP/1.1 400 Bad Request",
            "Server: allclear",
            "Cache-Control: no-cache",
            "Content-Type: text/plain; charset=utf-8",
            "X-Content-Type-Options: nosniff",
            "Allow: GET, HEAD",
            "Content-Length: 3",
            "Connection: close",
            "",
            "",
        ];
        assert_eq!(lines, expected);
        let events = Response { status: Status::Ok, headers: Vec::new(), body: Body::Events };
        let text = String::from_utf8(head(&events, AfterResponse::KeepAlive)).unwrap();
        assert!(text.ends_with("Transfer-Encoding: chunked\r\n\r\n"), "{text}");
        assert_eq!(chunk(": \n\n"), b"4\r\n: \n\n\r\n");
    }
}
