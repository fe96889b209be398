//! The preview: a site served from memory while its folder is edited.
//!
//! ```text
//! http       bytes <-> requests and responses          (tiny_http)
//! connection one connection: what comes, what goes
//! reactor    one thread for all connections            (mio)
//! route      request -> response, by planned paths
//! preview    the newest state, as the routes see it
//! own, face  what the script in a page asks and gets
//! ```
//!
//! Invariant: nothing is written, and no path of a request is ever joined to a folder.

use std::io::{self, ErrorKind};
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use crate::edge::Error;

mod address;
mod connection;
mod endpoints;
mod fingerprint;
mod gallery;
mod http;
mod message;
mod preview;
mod reactor;
mod route;

pub use address::AllowedHosts;
pub use preview::{DisplayTime, Environment, Preview, TimeStep};
use reactor::{Reactor, Wakeup};

/// Which port to listen on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Port {
    /// This one, or the next one that is free.
    From(u16),
    /// This one alone; 0 takes any that is free.
    Exactly(u16),
}

/// How many ports are tried.
const TRIES: u16 = 100;

/// Listens on a port of an address.
///
/// # Errors
/// When the port, or all that were tried, are taken, and what else the system says.
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

/// A preview that is being served. Dropped, it ends and closes every connection.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    wakeup: Wakeup,
    thread: Option<JoinHandle<io::Result<()>>>,
}

impl Server {
    /// Serves a preview on a thread of its own.
    ///
    /// # Errors
    /// When the system gives no means to watch sockets.
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

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.wakeup.end();
        if let Some(thread) = self.thread.take() {
            // A poll that failed has ended it already.
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
