//! Reading a public file over HTTP.
//!
//! Invariant: nothing is sent but the address and our name, and no answer can fill the memory or hold us up for ever.

use std::io;
use std::path::Path;
use std::time::Duration;

use ureq::Agent;

use crate::edge::Error;

/// The most bytes of an answer that are read.
const MOST_BYTES: u64 = 32 << 20;

/// How long an answer may take in all.
const PATIENCE: Duration = Duration::from_secs(30);

/// The text at an address.
///
/// # Errors
/// No connection, an answer other than 2xx, one that is too long, too slow or no text.
pub fn text(url: &str) -> Result<String, Error> {
    let agent: Agent = Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .user_agent(concat!("allclear/", env!("CARGO_PKG_VERSION")))
        .build()
        .into();
    let read = || {
        let mut answer = agent.get(url).header("Accept", "application/json").call()?;
        answer.body_mut().with_config().limit(MOST_BYTES).read_to_string()
    };
    read().map_err(|error: ureq::Error| Error::when("read", Path::new(url))(cause(error)))
}

fn cause(error: ureq::Error) -> io::Error {
    match error {
        ureq::Error::Io(cause) => cause,
        ureq::Error::StatusCode(code) => io::Error::other(format!("the server answers {code}")),
        other => io::Error::other(other.to_string()),
    }
}
