//! The preview: serves a site from memory while its folder is edited.
//!
//! ```text
//! http         bytes <-> requests and responses        (tiny_http)
//! connection   input, output and deadlines of one connection
//! reactor      one thread for all connections          (mio)
//! route        request -> response, by planned paths
//! preview      the newest state
//! endpoints, fingerprint   what the live script asks and gets
//! ```
//!
//! Invariant: nothing is written, and no path of a request is joined to a folder.

use std::io::{self, ErrorKind};
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use crate::edge::Error;

mod address;
mod connection;
mod endpoints;
mod error_page;
mod fingerprint;
mod gallery;
mod http;
mod message;
mod preview;
mod reactor;
mod route;
mod service;

pub use address::AllowedHosts;
pub use preview::{DisplayTime, Environment, Preview, TimeStep};
use reactor::{Reactor, Wakeup};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Port {
    /// This port, or the next free one.
    From(u16),
    /// Only this port; 0 takes any free one.
    Exactly(u16),
}

const TRIES: u16 = 100;

/// Listens on a port of an address.
pub fn listen(address: IpAddr, port: Port) -> Result<TcpListener, Error> {
    let (first, tries) = match port {
        Port::From(first) => (first, TRIES),
        Port::Exactly(port) => (port, 1),
    };
    let mut ports = (0..tries).filter_map(|further| first.checked_add(further));
    let refused = |cause| {
        let named = PathBuf::from(SocketAddr::new(address, first).to_string());
        Error::when("listen on", &named)(cause)
    };
    let mut last = io::Error::from(ErrorKind::AddrInUse);
    ports
        .find_map(|port| match TcpListener::bind((address, port)) {
            Err(error) if error.kind() == ErrorKind::AddrInUse => {
                last = error;
                None
            }
            outcome => Some(outcome),
        })
        .unwrap_or(Err(last))
        .map_err(refused)
}

/// A running preview server. Dropping it closes every connection.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    wakeup: Wakeup,
    thread: Option<JoinHandle<io::Result<()>>>,
}

impl Server {
    /// Serves a preview on a thread of its own.
    ///
    /// # Panics
    /// When the preview is served already.
    pub fn start(listener: TcpListener, preview: &Arc<Preview<impl Environment>>) -> Result<Self, Error> {
        let failed = |cause| Error::when("serve on", &PathBuf::from("the listening socket"))(cause);
        let address = listener.local_addr().map_err(failed)?;
        let reactor = Reactor::new(listener).map_err(failed)?;
        let wakeup = reactor.wakeup();
        preview.notify(wakeup.clone());
        let preview = Arc::clone(preview);
        let thread = thread::spawn(move || reactor.run(&preview));
        Ok(Self { address, wakeup, thread: Some(thread) })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.wakeup.end();
        if let Some(thread) = self.thread.take() {
            // After a failed poll the thread has ended already.
            drop(thread.join());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::{Port, listen};

    #[test]
    fn a_taken_port_is_passed_over_or_named() {
        let loopback = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let first = listen(loopback, Port::Exactly(0)).unwrap();
        let taken = first.local_addr().unwrap().port();
        let next = listen(loopback, Port::From(taken)).unwrap();
        assert_ne!(next.local_addr().unwrap().port(), taken);
        let error = listen(loopback, Port::Exactly(taken)).unwrap_err().to_string();
        assert!(error.starts_with(&format!("cannot listen on `127.0.0.1:{taken}`: ")), "{error}");
    }
}
