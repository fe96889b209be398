//! Chooses the response to a request.
//!
//! Invariant: pure except for files that [`Outputs`] opens; connections are unknown here.

use std::fs::File;
use std::io::{Seek as _, SeekFrom};
use std::ops::Range;
use std::sync::Arc;

use super::address::{AllowedHosts, decode};
use super::http::not_allowed;
use super::message::{Body, Header, Location, Method, Request, Response, Status, Tag};
use crate::plan::headers::{ResponseHeaders, Sharing};

/// The root of the preview's own URLs, independent of the site's path: pages need them even before there is a site.
pub(super) const OWN: &str = "/__allclear/";

/// A request that the preview answers.
pub(super) trait Outputs {
    /// The site's path on its host, with slashes at both ends.
    fn base(&self) -> &str;

    fn has(&self, path: &str) -> bool;

    fn headers(&self, path: &str) -> ResponseHeaders;

    /// The planned output's content, or an error response.
    fn open(&self, path: &str) -> Result<Content, Response>;
}

/// Outputs with the preview's own URLs beside them.
pub(super) trait Endpoints: Outputs {
    /// The response at a URL below [`OWN`]; `None` for an unknown one.
    fn own(&self, path: &str, request: &Request) -> Option<Response>;

    /// The response while there is no site to show.
    fn absent(&self) -> Option<Response>;
}

#[derive(Debug)]
pub(super) enum Content {
    Bytes(Arc<[u8]>),
    /// A file positioned at its start.
    File {
        file: File,
        /// In bytes.
        len: u64,
        /// The modification time as the system gives it.
        stamp: i128,
    },
}

pub(super) fn respond(outputs: &impl Endpoints, hosts: AllowedHosts, request: &Request) -> Response {
    if !hosts.allow(&request.hosts) {
        let problem = "this preview answers to names of this machine alone: ask for http://127.0.0.1, or start it with \
                       --bind";
        return Response::text(Status::Forbidden, problem);
    }
    if request.method == Method::Other {
        return not_allowed();
    }
    let Some(path) = decode(request.path()) else {
        return Response::text(Status::BadRequest, "the address is malformed");
    };
    if let Some(own) = path.strip_prefix(OWN) {
        let unknown = || Response::text(Status::NotFound, "the preview has no such address");
        return outputs.own(own, request).unwrap_or_else(unknown);
    }
    if let Some(response) = outputs.absent() {
        return response;
    }
    let base = outputs.base();
    match path.strip_prefix(base) {
        Some(below) => below_base(outputs, below, request),
        None if path == "/" || format!("{path}/") == base => moved(base),
        None => not_found(outputs, request),
    }
}

pub(super) fn below_base(outputs: &impl Outputs, path: &str, request: &Request) -> Response {
    let is_folder = path.is_empty() || path.ends_with('/');
    let file = if is_folder { format!("{path}index.html") } else { path.to_owned() };
    if outputs.has(&file) {
        return found(outputs, &file, Status::Ok, request);
    }
    if !is_folder && outputs.has(&format!("{path}/index.html")) {
        return moved(&format!("{}{path}/", outputs.base()));
    }
    not_found(outputs, request)
}

/// The target is a planned path, so no text of the request ends up in the header.
fn moved(path: &str) -> Response {
    Response::text(Status::MovedPermanently, "the address ends with a slash")
        .with(Header::Location(Location::new(path)))
}

fn not_found(outputs: &impl Outputs, request: &Request) -> Response {
    const PAGE: &str = "404.html";
    match outputs.has(PAGE) {
        true => found(outputs, PAGE, Status::NotFound, request),
        false => Response::text(Status::NotFound, "there is no such page"),
    }
}

fn found(outputs: &impl Outputs, path: &str, status: Status, request: &Request) -> Response {
    match outputs.open(path) {
        Ok(content) => answer(content, &outputs.headers(path), status, request),
        Err(response) => response,
    }
}

/// The response with this content, a range of it, or 304.
pub(super) fn answer(
    content: Content,
    headers: &ResponseHeaders,
    status: Status,
    request: &Request,
) -> Response {
    let (tag, len) = match &content {
        Content::Bytes(bytes) => (Tag::of(bytes), bytes.len() as u64),
        Content::File { len, stamp, .. } => (Tag::of_file(*len, *stamp), *len),
    };
    let sharing = (headers.sharing == Sharing::AnyOrigin).then_some(Header::AnyOrigin);
    let policy = headers.policy.map(Header::Policy);
    let mut headers = vec![Header::ContentType(headers.content_type), Header::NoSniff];
    headers.push(Header::Tag(tag.clone()));
    headers.extend(sharing.into_iter().chain(policy));
    let response = |status, range| respond_with(content, status, headers, range);
    if status != Status::Ok {
        return response(status, 0..len);
    }
    if request.if_none_match.as_ref().is_some_and(|list| tag.is_in(list)) {
        return response(Status::NotModified, 0..len);
    }
    match wanted(request, &tag, len) {
        RequestedRange::All => response(Status::Ok, 0..len).with(Header::AcceptRanges),
        RequestedRange::Part(range) => {
            response(Status::PartialContent, range.clone()).with(Header::ContentRange(Some(range), len))
        }
        RequestedRange::Nothing => {
            Response::text(Status::RangeNotSatisfiable, "the range is outside the file")
                .with(Header::ContentRange(None, len))
        }
    }
}

fn respond_with(content: Content, status: Status, headers: Vec<Header>, range: Range<u64>) -> Response {
    let body = match content {
        Content::Bytes(bytes) => Body::Bytes(bytes, range),
        Content::File { mut file, .. } => match file.seek(SeekFrom::Start(range.start)) {
            Ok(_) => Body::File(file, range),
            Err(_) => return Response::text(Status::InternalServerError, "the file cannot be read"),
        },
    };
    Response { status, headers, body }
}

#[derive(Debug, PartialEq, Eq)]
enum RequestedRange {
    All,
    /// Half open.
    Part(Range<u64>),
    /// Outside of the content.
    Nothing,
}

/// RFC 9110 §14.2. Unreadable, multiple and outdated ranges are ignored.
fn wanted(request: &Request, tag: &Tag, len: u64) -> RequestedRange {
    let is_current = request.if_range.as_ref().is_none_or(|other| tag.is(other));
    let range = request.range.as_ref().filter(|_| is_current && request.method == Method::Get);
    let bounds = range.and_then(|range| range.strip_prefix("bytes=")?.split_once('-'));
    let Some((first, last)) = bounds else { return RequestedRange::All };
    let number = |text: &str| {
        text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u64>().ok()).flatten()
    };
    let range = match (number(first), number(last)) {
        (Some(first), Some(last)) if first <= last => first..last.saturating_add(1).min(len),
        (Some(first), None) if last.is_empty() => first..len,
        (None, Some(suffix)) if first.is_empty() => len.saturating_sub(suffix)..len,
        _ => return RequestedRange::All,
    };
    if range.start < range.end { RequestedRange::Part(range) } else { RequestedRange::Nothing }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// Outputs by path, below a base path.
    struct Table(&'static str, BTreeMap<&'static str, &'static str>);

    impl Outputs for Table {
        fn base(&self) -> &str {
            self.0
        }

        fn has(&self, path: &str) -> bool {
            self.1.contains_key(path)
        }

        fn headers(&self, path: &str) -> ResponseHeaders {
            ResponseHeaders::of_file(path)
        }

        fn open(&self, path: &str) -> Result<Content, Response> {
            Ok(Content::Bytes(Arc::from(self.1[path].as_bytes())))
        }
    }

    impl Endpoints for Table {
        fn own(&self, path: &str, _: &Request) -> Option<Response> {
            (path == "live.js").then(|| Response::text(Status::Ok, "own"))
        }

        fn absent(&self) -> Option<Response> {
            self.1.is_empty().then(|| Response::text(Status::ServiceUnavailable, "nothing yet"))
        }
    }

    const FILES: [(&str, &str); 8] = [
        ("index.html", "front"),
        ("404.html", "not found"),
        ("history/index.html", "history"),
        ("incidents/a.html", "file style"),
        ("incidents/é/index.html", "accent"),
        ("a b.txt", "space"),
        ("assets/x.css", "0123456789"),
        ("api/v2/status.json", "{}"),
    ];

    fn table(base: &'static str) -> Table {
        Table(base, FILES.into())
    }

    fn get(target: &str) -> Request {
        Request { target: target.to_owned(), hosts: vec!["127.0.0.1:4000".to_owned()], ..Request::default() }
    }

    /// Status, then location or body.
    fn outcome(response: Response) -> String {
        let status = response.status as u16;
        let location = response.header("Location");
        match (location, response.body) {
            (Some(location), _) => format!("{status} {location}"),
            (None, Body::Bytes(bytes, range)) => {
                let range = range.start as usize..range.end as usize;
                format!("{status} {}", std::str::from_utf8(&bytes[range]).unwrap().trim_end())
            }
            (None, body) => panic!("{body:?}"),
        }
    }

    #[track_caller]
    fn check(base: &'static str, target: &str, expected: &str) {
        assert_eq!(
            outcome(respond(&table(base), AllowedHosts::Loopback, &get(target))),
            expected,
            "{target}"
        );
    }

    #[test]
    fn planned_paths_are_found() {
        check("/", "/", "200 front");
        check("/", "/?x=/../y", "200 front");
        check("/", "/index.html", "200 front");
        check("/", "/history/", "200 history");
        check("/", "/history", "301 /history/");
        check("/", "/history?a=%0d%0ab", "301 /history/");
        check("/", "/incidents/a.html", "200 file style");
        check("/", "/incidents/%C3%A9/", "200 accent");
        check("/", "/incidents/%C3%A9", "301 /incidents/%C3%A9/");
        check("/", "/a%20b.txt", "200 space");
        check("/", "/no/such/page/", "404 not found");
        check("/", "/incidents/", "404 not found");
        check("/", "/__allclear/live.js", "200 own");
        check("/", "/__allclear/other", "404 the preview has no such address");
    }

    #[test]
    fn a_sites_path_is_honoured() {
        check("/repo/", "/repo/", "200 front");
        check("/repo/", "/repo/history", "301 /repo/history/");
        check("/repo/", "/repo", "301 /repo/");
        check("/repo/", "/", "301 /repo/");
        check("/repo/", "/history/", "404 not found");
        check("/repo/", "/repository/", "404 not found");
        check("/repo/", "/__allclear/live.js", "200 own");
    }

    #[test]
    fn no_path_leads_out_of_the_site() {
        let targets = r"
            /../etc/passwd /history/../../etc/passwd /%2e%2e/%2e%2e/etc/passwd /%2E%2E%2Fetc%2Fpasswd
            /..%2f..%2fetc%2fpasswd /%252e%252e%252fetc%252fpasswd /..%5c..%5cetc%5cpasswd /..\..\etc\passwd
            /%5c%5cserver%5cshare /%c0%ae%c0%ae/etc/passwd /%e0%80%ae%e0%80%ae/etc/passwd
            /%f0%80%80%ae/etc/passwd /index.html%00.txt /%00 /% /%2 /%zz //etc/passwd ///etc/passwd
            //evil.example/.. //history /./history /history/. /history// /C:/Windows/win.ini /C:%5cWindows
            /.allclear/manifest /site.toml /content/incidents/x.md /__allclear/../site.toml
            /__allclear/%2e%2e/site.toml /history;/../x /....//....//etc/passwd
        ";
        for target in targets.split_whitespace() {
            let response = respond(&table("/"), AllowedHosts::Loopback, &get(target));
            assert!(
                matches!(response.status, Status::NotFound | Status::BadRequest),
                "{target}: {response:?}"
            );
            assert_eq!(response.header("Location"), None, "{target}");
        }
        let overlong = format!("/{}", "../".repeat(5000));
        let response = respond(&table("/"), AllowedHosts::Loopback, &get(&overlong));
        assert_eq!(response.status, Status::NotFound);
    }

    #[test]
    fn other_hosts_and_methods_are_refused() {
        for hosts in [["evil.example", "localhost"], ["localhost", "evil.example"]] {
            let request = Request { hosts: hosts.map(str::to_owned).to_vec(), ..get("/") };
            assert_eq!(respond(&table("/"), AllowedHosts::Loopback, &request).status, Status::Forbidden);
            assert_eq!(respond(&table("/"), AllowedHosts::Any, &request).status, Status::Ok);
        }
        let request = Request { method: Method::Other, is_from_script: true, ..get("/") };
        let response = respond(&table("/"), AllowedHosts::Loopback, &request);
        assert_eq!(
            (response.status, response.header("Allow")),
            (Status::MethodNotAllowed, Some("GET, HEAD".to_owned()))
        );
    }

    #[test]
    fn without_a_site_every_page_says_why_and_the_script_still_comes() {
        let empty = Table("/", BTreeMap::new());
        let status = |target: &str| respond(&empty, AllowedHosts::Loopback, &get(target)).status;
        assert_eq!(status("/"), Status::ServiceUnavailable);
        assert_eq!(status("/history/"), Status::ServiceUnavailable);
        assert_eq!(status("/__allclear/live.js"), Status::Ok);
    }

    #[test]
    fn what_the_client_has_is_not_sent_again() {
        let first = respond(&table("/"), AllowedHosts::Loopback, &get("/assets/x.css"));
        assert_eq!(first.header("Content-Type").unwrap(), "text/css; charset=utf-8");
        let tag = first.header("ETag");
        let again = Request { if_none_match: tag.clone(), ..get("/assets/x.css") };
        let response = respond(&table("/"), AllowedHosts::Loopback, &again);
        assert_eq!((response.status, response.header("ETag")), (Status::NotModified, tag));
        let other = Request { if_none_match: Some("\"x\"".to_owned()), ..get("/assets/x.css") };
        assert_eq!(respond(&table("/"), AllowedHosts::Loopback, &other).status, Status::Ok);
        let missing = Request { if_none_match: Some("*".to_owned()), ..get("/none") };
        assert_eq!(respond(&table("/"), AllowedHosts::Loopback, &missing).status, Status::NotFound);
    }

    #[test]
    fn ranges_are_cut() {
        let check = |range: &str, expected: &str, content_range: Option<&str>| {
            let request = Request { range: Some(range.to_owned()), ..get("/assets/x.css") };
            let response = respond(&table("/"), AllowedHosts::Loopback, &request);
            assert_eq!(response.header("Content-Range").as_deref(), content_range, "{range}");
            assert_eq!(outcome(response), expected, "{range}");
        };
        check("bytes=0-3", "206 0123", Some("bytes 0-3/10"));
        check("bytes=8-", "206 89", Some("bytes 8-9/10"));
        check("bytes=-3", "206 789", Some("bytes 7-9/10"));
        check("bytes=-99", "206 0123456789", Some("bytes 0-9/10"));
        check("bytes=5-99999999999999999999", "200 0123456789", None);
        check("bytes=5-18446744073709551615", "206 56789", Some("bytes 5-9/10"));
        check("bytes=10-", "416 the range is outside the file", Some("bytes */10"));
        check("bytes=-0", "416 the range is outside the file", Some("bytes */10"));
        for ignored in
            ["bytes=3-1", "bytes=0-1,3-4", "bytes=", "bytes=-", "bytes=a-b", "bytes=+1-2", "lines=0-1"]
        {
            check(ignored, "200 0123456789", None);
        }
        let stale = Request {
            range: Some("bytes=0-3".to_owned()),
            if_range: Some("\"stale\"".to_owned()),
            ..get("/assets/x.css")
        };
        assert_eq!(respond(&table("/"), AllowedHosts::Loopback, &stale).status, Status::Ok);
    }
}
