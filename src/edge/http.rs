//! Requests to other hosts.
//!
//! Invariant: `ureq` is named nowhere else, and no error holds an address: addresses may hold secrets.

use std::io;
use std::time::Duration;

use ureq::http::Request as Outgoing;
use ureq::{Agent, Body};

use crate::percent::encode_part;

/// The most bytes an answer may have: 256 MiB.
const LIMIT: u64 = 256 * 1024 * 1024;

/// Speaks to other hosts, over connections it keeps; shared by threads.
#[derive(Clone, Debug)]
pub struct Client {
    agent: Agent,
}

/// What becomes of an answer that points elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redirects {
    /// It is followed.
    Follow,
    /// It is the answer.
    Return,
}

/// A request.
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
    /// The status: `200`.
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
        Self { agent: config.build().new_agent() }
    }

    /// Sends a request and reads the whole answer.
    ///
    /// # Errors
    /// What kept the answer from coming.
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
        read(answer.map_err(plain)?)
    }
}

fn read(answer: ureq::http::Response<Body>) -> io::Result<Response> {
    let (head, body) = answer.into_parts();
    let text = |value: &ureq::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = head.headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value)));
    Ok(Response {
        status: head.status.as_u16(),
        headers: headers.collect(),
        body: body.into_with_config().limit(LIMIT).read_to_vec().map_err(plain)?,
    })
}

/// A form as it is sent: `application/x-www-form-urlencoded`.
pub fn form_encoded(fields: &[(&str, &str)]) -> String {
    let field = |(name, value): &(&str, &str)| format!("{}={}", encode_part(name), encode_part(value));
    fields.iter().map(field).collect::<Vec<_>>().join("&")
}

/// The failure without the address that it may hold.
fn plain(error: ureq::Error) -> io::Error {
    match error {
        ureq::Error::Io(error) => error,
        ureq::Error::Timeout(_) => io::Error::new(io::ErrorKind::TimedOut, "the host did not answer in time"),
        ureq::Error::HostNotFound => io::Error::new(io::ErrorKind::NotFound, "the host was not found"),
        ureq::Error::ConnectionFailed => {
            io::Error::new(io::ErrorKind::ConnectionRefused, "no connection could be made")
        }
        ureq::Error::BadUri(_) | ureq::Error::RequireHttpsOnly(_) => {
            io::Error::new(io::ErrorKind::InvalidInput, "this is no address")
        }
        ureq::Error::ConnectProxyFailed(_) => io::Error::other("the proxy refused the connection"),
        other => io::Error::other(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::form_encoded;

    #[test]
    fn a_form_is_encoded_whole() {
        assert_eq!(
            form_encoded(&[("a", "arn:aws:iam::1:role/x"), ("b", "1 2")]),
            "a=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fx&b=1%202"
        );
    }
}
