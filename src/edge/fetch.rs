//! Reading a public file over HTTP.
//!
//! Invariant: nothing is sent but the address and our name, and no answer can fill the memory or hold us up for ever.

use std::io;
use std::path::Path;
use std::time::Duration;

use crate::edge::Error;
use crate::edge::http::{Client, Redirects, Request};

/// How long each step of an answer may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// The text at an address.
///
/// # Errors
/// No connection, an answer other than 2xx, one that is too long, too slow or no text.
pub fn text(url: &str) -> Result<String, Error> {
    let client = Client::new(Redirects::Follow, PATIENCE);
    let headers = [("accept", "application/json")];
    let request = Request { method: "GET", address: url, headers: &headers, body: None };
    let read = || {
        let answer = client.send(&request)?;
        if !answer.is_success() {
            return Err(io::Error::other(format!("the server answers {}", answer.status)));
        }
        String::from_utf8(answer.body).map_err(io::Error::other)
    };
    read().map_err(Error::when("read", Path::new(url)))
}
