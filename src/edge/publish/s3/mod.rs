//! Amazon S3 and what speaks like it. Requests are signed with AWS Signature Version 4.
//!
//! Invariant: `rusty_s3` is named here alone. No address of a request is in an error: its signature is a secret while it
//! lasts.

use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant as Stopwatch};

use rusty_s3::actions::{ListObjectsV2, S3Action};
use rusty_s3::{Bucket, Credentials, UrlStyle};

use crate::edge::Error;
use crate::edge::deploy::{DeployError, Refusal};
use crate::edge::http::{Client, Redirects, Request, Response};
use crate::edge::publish::objects::{Headers, Objects};
use crate::edge::publish::store::{Condition, Object, Put, Store, Upload};
use crate::edge::retry::{Pauses, Retry};
use crate::model::target::{self, AddressStyle};

mod credentials;
mod host_access;
mod profile;
mod response;

use credentials::Keys;
use host_access::HostAccess;
use profile::domain;
use response::{age_secs, code, in_words, passes};

/// How long a signature holds.
const SIGNED_FOR: Duration = Duration::from_secs(900);

/// How long the service may take for each step of an answer.
const PATIENCE: Duration = Duration::from_secs(60);

const PAUSES: Pauses = Pauses { first: Duration::from_millis(100), longest: Duration::from_secs(10) };

/// The region of signatures where the service has none of its own.
const ANY_REGION: &str = "us-east-1";

/// A bucket, or a part of it.
pub struct S3 {
    bucket: Bucket,
    prefix: String,
    profile: Option<String>,
    credentials: Mutex<Credentials>,
    client: Client,
    retry: Retry,
}

impl std::fmt::Debug for S3 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("S3").field("place", &self.place()).finish_non_exhaustive()
    }
}

/// A request before it is signed.
#[derive(Default)]
struct Action<'a> {
    /// The action, as a verb.
    verb: &'static str,
    method: &'static str,
    path: &'a str,
    /// Signed and sent.
    conditions: Vec<(&'static str, String)>,
    /// Sent, and not signed.
    headers: Vec<(&'static str, &'a str)>,
    body: Option<&'a [u8]>,
}

impl S3 {
    /// The site in a bucket, with credentials from wherever they are found.
    ///
    /// # Errors
    /// Without credentials or region.
    pub fn open(target: &target::Bucket) -> Result<Objects<S3>, DeployError> {
        let host = HostAccess::real();
        let found = profile::region(&host, target.profile.as_deref());
        let region =
            target.region.clone().or(found).or(target.endpoint.as_ref().map(|_| ANY_REGION.to_owned()));
        let region = region.ok_or_else(|| {
            let help = "write `region` in site.toml, or set AWS_REGION";
            Refusal::new(format!("the region of the bucket `{}` is not known", target.name), help)
        })?;
        let keys = credentials::find(&host, target.profile.as_deref(), &region)?;
        let amazon = || format!("https://s3.{region}.{}", domain(&region));
        let endpoint = target.endpoint.clone().unwrap_or_else(amazon);
        // No certificate covers a host with more dots than the service's own.
        let is_path = target.address_style == AddressStyle::Path || target.name.contains('.');
        let style = if is_path { UrlStyle::Path } else { UrlStyle::VirtualHost };
        let unusable =
            || Refusal::new(format!("`{endpoint}` is not the address of a service"), "correct `endpoint`");
        let address = endpoint.parse().map_err(|_| unusable())?;
        let bucket = Bucket::new(address, style, target.name.clone(), region).map_err(|_| unusable())?;
        let store = Self {
            bucket,
            prefix: target.prefix.clone(),
            profile: target.profile.clone(),
            credentials: Mutex::new(signing(keys)),
            client: Client::new(Redirects::Return, PATIENCE),
            retry: Retry::new(PAUSES, thread::sleep),
        };
        let headers = Headers {
            cache_pages: target.cache_pages.clone(),
            cache_assets: target.cache_assets.clone(),
            compression: target.compression,
        };
        let begin = Stopwatch::now();
        Ok(Objects::new(store, headers, move || begin.elapsed()))
    }

    fn key(&self, path: &str) -> String {
        format!("{}{path}", self.prefix)
    }

    fn failed(&self, verb: &'static str, path: &str) -> impl FnOnce(io::Error) -> Error {
        let place = match path {
            "" => format!("s3://{}/{}", self.bucket.name(), self.prefix),
            path => format!("s3://{}/{}", self.bucket.name(), self.key(path)),
        };
        move |cause| Error::when(verb, &PathBuf::from(place))(cause)
    }

    fn credentials(&self) -> Credentials {
        self.credentials.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Looks for credentials again: those at hand have expired.
    fn renew_credentials(&self) -> io::Result<()> {
        let found = credentials::find(&HostAccess::real(), self.profile.as_deref(), self.bucket.region());
        let keys = found.map_err(|error| io::Error::other(error.to_string()))?;
        *self.credentials.lock().unwrap_or_else(PoisonError::into_inner) = signing(keys);
        Ok(())
    }

    /// Sends a request until it is answered; `sign` yields its address.
    fn send(&self, action: &Action<'_>, sign: &dyn Fn(&Credentials) -> String) -> Result<Response, Error> {
        let mut headers: Vec<(&str, &str)> = action.headers.clone();
        headers.extend(action.conditions.iter().map(|(name, value)| (*name, value.as_str())));
        let mut is_renewed = false;
        let answer = self.retry.run(passes, || {
            let address = sign(&self.credentials());
            let request =
                Request { method: action.method, address: &address, headers: &headers, body: action.body };
            let response = self.client.send(&request)?;
            if code(&response) == "ExpiredToken" && !is_renewed {
                is_renewed = true;
                self.renew_credentials()?;
                let address = sign(&self.credentials());
                return self.client.send(&Request { address: &address, ..request });
            }
            Ok(response)
        });
        answer.map_err(self.failed(action.verb, action.path))
    }

    fn object_address<'a>(
        &'a self,
        action: &Action<'_>,
        key: &'a str,
        credentials: &'a Credentials,
    ) -> String {
        fn signed<'a>(mut request: impl S3Action<'a>, conditions: &[(&'static str, String)]) -> String {
            for (name, value) in conditions {
                request.headers_mut().insert(*name, value.clone());
            }
            request.sign(SIGNED_FOR).to_string()
        }
        let credentials = Some(credentials);
        match action.method {
            "PUT" => signed(self.bucket.put_object(credentials, key), &action.conditions),
            "DELETE" => signed(self.bucket.delete_object(credentials, key), &action.conditions),
            _ => signed(self.bucket.get_object(credentials, key), &action.conditions),
        }
    }

    fn send_for_object(&self, action: &Action<'_>) -> Result<Response, Error> {
        let key = self.key(action.path);
        self.send(action, &|credentials| self.object_address(action, &key, credentials))
    }

    fn refused(&self, verb: &'static str, path: &str, response: &Response) -> Error {
        self.failed(verb, path)(io::Error::other(in_words(response)))
    }

    fn page(&self, token: Option<&str>) -> Result<Response, Error> {
        let action = Action { verb: "list", method: "GET", ..Action::default() };
        let sign = |credentials: &Credentials| {
            let mut list = ListObjectsV2::new(&self.bucket, Some(credentials));
            list.with_prefix(self.prefix.as_str());
            if let Some(token) = token {
                list.with_continuation_token(token);
            }
            list.sign(SIGNED_FOR).to_string()
        };
        self.send(&action, &sign)
    }
}

impl Store for S3 {
    fn place(&self) -> String {
        format!("`s3://{}/{}`", self.bucket.name(), self.prefix.trim_end_matches('/'))
    }

    fn get(&self, path: &str) -> Result<Option<Object>, Error> {
        let action = Action { verb: "read", method: "GET", path, ..Action::default() };
        let response = self.send_for_object(&action)?;
        match response.status {
            200 => Ok(Some(Object {
                tag: response.header("etag").unwrap_or_default().to_owned(),
                age_secs: age_secs(&response),
                bytes: response.body,
            })),
            404 if code(&response) != "NoSuchBucket" => Ok(None),
            _ => Err(self.refused("read", path, &response)),
        }
    }

    fn put(&self, upload: &Upload<'_>, condition: Condition<'_>) -> Result<Put, Error> {
        let mut headers =
            vec![("content-type", upload.content_type), ("cache-control", upload.cache_control)];
        headers.extend(upload.encoding.map(|encoding| ("content-encoding", encoding)));
        let conditions = match condition {
            Condition::None => Vec::new(),
            Condition::Absent => vec![("if-none-match", "*".to_owned())],
            Condition::Unchanged(tag) => vec![("if-match", tag.to_owned())],
        };
        let action = Action {
            verb: "upload",
            method: "PUT",
            path: upload.path,
            conditions,
            headers,
            body: Some(upload.bytes),
        };
        let response = self.send_for_object(&action)?;
        match response.status {
            status if (200..300).contains(&status) => {
                Ok(Put::Done(response.header("etag").unwrap_or_default().to_owned()))
            }
            409 | 412 if condition != Condition::None => Ok(Put::Overtaken),
            // What was to be unchanged is gone.
            404 if matches!(condition, Condition::Unchanged(_)) && code(&response) != "NoSuchBucket" => {
                Ok(Put::Overtaken)
            }
            // The service knows no conditions: a look before is the best there is.
            501 if condition != Condition::None => {
                let found = self.get(upload.path)?;
                let is_expected = match condition {
                    Condition::Unchanged(tag) => found.is_some_and(|found| found.tag == tag),
                    _ => found.is_none(),
                };
                if is_expected { self.put(upload, Condition::None) } else { Ok(Put::Overtaken) }
            }
            _ => Err(self.refused("upload", upload.path, &response)),
        }
    }

    fn delete(&self, path: &str) -> Result<(), Error> {
        let action = Action { verb: "delete", method: "DELETE", path, ..Action::default() };
        let response = self.send_for_object(&action)?;
        match response.status {
            404 if code(&response) != "NoSuchBucket" => Ok(()),
            _ if response.is_success() => Ok(()),
            _ => Err(self.refused("delete", path, &response)),
        }
    }

    fn list(&self) -> Result<BTreeSet<String>, Error> {
        self.list_pages(MOST_PAGES)
    }
}

/// The most pages of a listing that are asked for: ten million objects, 1,000 a page (`ListObjectsV2`, `MaxKeys`). A service
/// that always has one more is at fault.
const MOST_PAGES: usize = 10_000;

impl S3 {
    /// The paths of all objects, from at most this many pages.
    fn list_pages(&self, most: usize) -> Result<BTreeSet<String>, Error> {
        let (mut paths, mut tokens) = (BTreeSet::new(), BTreeSet::new());
        let mut token = None;
        let unusable = |why: &str| self.failed("list", "")(io::Error::other(why.to_owned()));
        for _ in 0..most {
            let response = self.page(token.as_deref())?;
            if !response.is_success() {
                return Err(self.refused("list", "", &response));
            }
            let text = String::from_utf8_lossy(&response.body);
            let page = ListObjectsV2::parse_response(&text)
                .map_err(|_| unusable("the answer is not a list of objects"))?;
            let keys = page.contents.iter().filter_map(|object| object.key.strip_prefix(&self.prefix));
            // A key that ends with a slash stands for a folder in the service's console.
            paths.extend(keys.filter(|path| !path.is_empty() && !path.ends_with('/')).map(str::to_owned));
            match page.next_continuation_token {
                Some(next) if !tokens.insert(next.clone()) => {
                    return Err(unusable("the service answers with the same page again and again"));
                }
                Some(next) => token = Some(next),
                None => return Ok(paths),
            }
        }
        Err(unusable(&format!(
            "the list of objects has more than {most} pages; use a bucket or a `prefix` of its own"
        )))
    }
}

fn signing(keys: Keys) -> Credentials {
    match keys.token {
        Some(token) => Credentials::new_with_token(keys.id, keys.secret, token),
        None => Credentials::new(keys.id, keys.secret),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;
    use std::sync::Mutex;
    use std::thread;

    use super::{Bucket, Client, Credentials, PATIENCE, PAUSES, Redirects, Retry, S3, Store, UrlStyle};
    use crate::edge::Error;

    /// What a listing of a bucket comes to whose service always gives this answer.
    fn list(status: &'static str, body: &str) -> Result<BTreeSet<String>, Error> {
        service(status, body).list()
    }

    /// A bucket whose service always gives this answer, with a number instead of `COUNT`.
    fn service(status: &'static str, body: &str) -> S3 {
        let body = body.to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        thread::spawn(move || {
            for (count, stream) in listener.incoming().take(10).enumerate() {
                let body = body.replace("COUNT", &count.to_string());
                let answer = format!(
                    "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
                    body.len()
                );
                let mut stream = stream.unwrap();
                let _ = stream.read(&mut [0; 8192]);
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        let bucket = Bucket::new(address.parse().unwrap(), UrlStyle::Path, "status", "r").unwrap();
        S3 {
            bucket,
            prefix: String::new(),
            profile: None,
            credentials: Mutex::new(Credentials::new("id", "secret")),
            client: Client::new(Redirects::Return, PATIENCE),
            retry: Retry::new(PAUSES, thread::sleep),
        }
    }

    fn page(token: &str) -> String {
        format!(
            "<?xml version=\"1.0\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>status</Name>\
             <KeyCount>1</KeyCount><MaxKeys>1</MaxKeys><IsTruncated>{}</IsTruncated><Contents><Key>a.html</Key>\
             <LastModified>2024-01-01T00:00:00.000Z</LastModified><ETag>x</ETag><Size>1</Size></Contents>{token}\
             </ListBucketResult>",
            !token.is_empty()
        )
    }

    #[test]
    fn a_listing_that_goes_in_a_circle_ends() {
        let error = list("200 OK", &page("<NextContinuationToken>t</NextContinuationToken>")).unwrap_err();
        let why = "the service answers with the same page again and again";
        assert_eq!(error.to_string(), format!("cannot list `s3://status/`: {why}"));
        assert_eq!(list("200 OK", &page("")).unwrap(), BTreeSet::from(["a.html".to_owned()]));
    }

    #[test]
    fn a_listing_without_end_is_an_error() {
        let endless = page("<NextContinuationToken>tCOUNT</NextContinuationToken>");
        let error = service("200 OK", &endless).list_pages(3).unwrap_err();
        let why = "the list of objects has more than 3 pages; use a bucket or a `prefix` of its own";
        assert_eq!(error.to_string(), format!("cannot list `s3://status/`: {why}"));
    }

    #[test]
    fn what_is_no_listing_is_said_in_our_words() {
        for body in ["<!DOCTYPE html><html><body>Hello</body></html>", "", "<a", "{}"] {
            let said = list("200 OK", body).unwrap_err().to_string();
            assert_eq!(said, "cannot list `s3://status/`: the answer is not a list of objects", "{body}");
        }
    }

    #[test]
    fn what_the_service_says_forges_no_line_and_is_cut() {
        let message = format!("No\nerror: forged\u{1b}[2J\u{9b}1m {}", "x".repeat(100_000));
        let body = format!("<Error><Code>AccessDenied</Code><Message>{message}</Message></Error>");
        let said = list("403 Forbidden", &body).unwrap_err().to_string();
        let start = "cannot list `s3://status/`: the service answers 403 AccessDenied: No error: forged\\u{1b}[2J\\u{9b}1m xx";
        assert!(said.starts_with(start) && said.len() < 1_200 && said.lines().count() == 1, "{said}");
    }
}
