//! Access to environment variables, files and services, where credentials and regions are looked for.

use std::path::Path;
use std::time::Duration;
use std::{env, fs, io};

use crate::edge::http::{Client, Redirects, Request, Response};

/// The address at which a machine of Amazon's learns of itself, unless told otherwise.
pub(super) const METADATA: &str = "http://169.254.169.254";

/// The address at which a container of Amazon's learns of itself.
pub(super) const CONTAINER: &str = "http://169.254.170.2";

pub(super) struct HostAccess<'a> {
    pub(super) env: &'a dyn Fn(&str) -> Option<String>,
    pub(super) read: &'a dyn Fn(&Path) -> io::Result<String>,
    pub(super) send: &'a dyn Fn(&Request<'_>) -> io::Result<Response>,
}

impl HostAccess<'_> {
    /// The process's own.
    pub(super) fn real() -> HostAccess<'static> {
        HostAccess {
            env: &|name| env::var(name).ok(),
            read: &|path| fs::read_to_string(path),
            send: &|request| {
                // A machine that is none of Amazon's has nobody at those addresses.
                let is_near = [METADATA, CONTAINER].iter().any(|near| request.address.starts_with(near));
                let patience = Duration::from_secs(if is_near { 2 } else { 30 });
                Client::new(Redirects::Return, patience).send(request)
            },
        }
    }

    /// A variable that is set and not empty.
    pub(super) fn var(&self, name: &str) -> Option<String> {
        (self.env)(name).filter(|value| !value.trim().is_empty())
    }
}
