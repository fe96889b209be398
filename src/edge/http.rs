//! Requests to other hosts.
//!
//! Invariant: `ureq` is named nowhere else, and no error holds an address: addresses may hold secrets.

use std::io::{self, Read as _};
use std::time::Duration;

use ureq::http::Request as Outgoing;
use ureq::{Agent, Body, Timeout};

use crate::percent::encode_part;

/// The most bytes an answer may have, its compression undone: 256 MiB.
const LIMIT: u64 = 256 * 1024 * 1024;

/// Speaks to other hosts, over connections it keeps; shared by threads.
#[derive(Clone, Debug)]
pub struct Client {
    agent: Agent,
    limit: u64,
}

/// Whether redirects are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redirects {
    /// It is followed.
    Follow,
    /// It is the answer.
    Return,
}

#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// `GET`, `PUT` and the like.
    pub method: &'a str,
    /// The whole address.
    pub address: &'a str,
    /// Names in lower case, and values.
    pub headers: &'a [(&'a str, &'a str)],
    /// The bytes to send; `None` sends no body at all.
    pub body: Option<&'a [u8]>,
}

/// An answer, whatever its status.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    pub status: u16,
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The whole body, its compression undone.
    pub body: Vec<u8>,
}

impl Response {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether it is what was asked for.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

impl Client {
    /// A client that waits so long for each step: a connection, the request's end, the answer's beginning and its end.
    pub fn new(redirects: Redirects, patience: Duration) -> Self {
        let limit = if redirects == Redirects::Follow { 5 } else { 0 };
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(limit)
            .max_redirects_will_error(false)
            .user_agent(concat!("allclear/", env!("CARGO_PKG_VERSION")))
            .max_idle_connections(64)
            .max_idle_connections_per_host(32)
            .timeout_connect(Some(patience.min(Duration::from_secs(15))))
            .timeout_send_body(Some(patience))
            .timeout_recv_response(Some(patience))
            .timeout_recv_body(Some(patience));
        Self { agent: config.build().new_agent(), limit: LIMIT }
    }

    /// The same client for answers of at most so many bytes.
    pub fn with_limit(self, limit: u64) -> Self {
        Self { limit, ..self }
    }

    /// Sends a request and reads the whole answer.
    pub fn send(&self, request: &Request<'_>) -> io::Result<Response> {
        let mut builder = Outgoing::builder().method(request.method).uri(request.address);
        for (name, value) in request.headers {
            builder = builder.header(*name, *value);
        }
        let unusable = |_| io::Error::new(io::ErrorKind::InvalidInput, "the address or a header is unusable");
        let answer = match request.body {
            Some(body) => self.agent.run(builder.body(body).map_err(unusable)?),
            None => self.agent.run(builder.body(()).map_err(unusable)?),
        };
        read(answer.map_err(plain)?, self.limit)
    }
}

fn read(answer: ureq::http::Response<Body>, limit: u64) -> io::Result<Response> {
    let (head, body) = answer.into_parts();
    // The library's own limit counts bytes before they are unpacked.
    let mut unpacked = body.into_with_config().limit(limit).reader().take(limit + 1);
    let mut body = Vec::new();
    unpacked.read_to_end(&mut body)?;
    if body.len() as u64 > limit {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("the answer is longer than {limit} bytes"),
        ));
    }
    let text = |value: &ureq::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = head.headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value)));
    Ok(Response { status: head.status.as_u16(), headers: headers.collect(), body })
}

/// A form as it is sent: `application/x-www-form-urlencoded`.
pub fn form_encoded(fields: &[(&str, &str)]) -> String {
    let field = |(name, value): &(&str, &str)| format!("{}={}", encode_part(name), encode_part(value));
    fields.iter().map(field).collect::<Vec<_>>().join("&")
}

/// The failure without the address that it may hold.
fn plain(error: ureq::Error) -> io::Error {
    match error {
        // The system's words for a name without an address have no kind of their own.
        ureq::Error::Io(error) if error.to_string().starts_with("failed to lookup address information") => {
            io::Error::new(io::ErrorKind::NotFound, "the host was not found")
        }
        ureq::Error::Io(error) if is_certificate(&error) => {
            io::Error::new(io::ErrorKind::ConnectionRefused, error.to_string())
        }
        ureq::Error::Io(error) => error,
        ureq::Error::Timeout(Timeout::Connect | Timeout::Resolve) => {
            io::Error::new(io::ErrorKind::ConnectionRefused, "no connection could be made in time")
        }
        ureq::Error::Timeout(_) => io::Error::new(io::ErrorKind::TimedOut, "the host did not answer in time"),
        ureq::Error::HostNotFound => io::Error::new(io::ErrorKind::NotFound, "the host was not found"),
        ureq::Error::ConnectionFailed => {
            io::Error::new(io::ErrorKind::ConnectionRefused, "no connection could be made")
        }
        ureq::Error::BadUri(_) | ureq::Error::RequireHttpsOnly(_) => {
            io::Error::new(io::ErrorKind::InvalidInput, "this is not an address")
        }
        ureq::Error::ConnectProxyFailed(_) => io::Error::other("the proxy refused the connection"),
        other => io::Error::other(other.to_string()),
    }
}

/// Whether the host's certificate was refused, before anything was sent.
fn is_certificate(error: &io::Error) -> bool {
    error.to_string().starts_with("invalid peer certificate")
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;
    use std::thread;
    use std::time::Duration;

    use flate2::write::GzEncoder;

    use super::{Client, Redirects, Request, form_encoded};

    /// Few bytes that become many do not get past the limit.
    #[test]
    fn an_answer_counts_unpacked() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/", listener.local_addr().unwrap());
        let packed = |len: usize| {
            let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::best());
            encoder.write_all(&vec![0; len]).unwrap();
            encoder.finish().unwrap()
        };
        let server = thread::spawn(move || {
            for len in [100_000, 100_001] {
                let (mut stream, _) = listener.accept().unwrap();
                let _ = stream.read(&mut [0; 4096]).unwrap();
                let body = packed(len);
                assert!(body.len() < 1_000);
                let head =
                    "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Encoding: gzip\r\nContent-Length:";
                stream.write_all(format!("{head} {}\r\n\r\n", body.len()).as_bytes()).unwrap();
                stream.write_all(&body).unwrap();
            }
        });
        let client = Client::new(Redirects::Follow, Duration::from_secs(30)).with_limit(100_000);
        let request = Request { method: "GET", address: &address, headers: &[], body: None };
        assert_eq!(client.send(&request).unwrap().body.len(), 100_000);
        let error = client.send(&request).unwrap_err().to_string();
        assert_eq!(error, "the answer is longer than 100000 bytes");
        server.join().unwrap();
    }

    #[test]
    fn a_form_is_encoded_whole() {
        assert_eq!(
            form_encoded(&[("a", "arn:aws:iam::1:role/x"), ("b", "1 2")]),
            "a=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fx&b=1%202"
        );
    }
}
