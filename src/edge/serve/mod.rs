//! The preview: serves a site from memory while its folder is edited.
//!
//! ```text
//! http         bytes <-> requests and responses        (tiny_http)
//! connection   reads and writes of one connection, within time limits
//! server       a thread for each connection
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
use std::thread;

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
mod route;
mod server;
mod service;

pub use address::{AllowedHosts, is_loopback};
use connection::Limits;
pub use preview::{DisplayTime, Environment, Preview, TimeStep};
use server::Server;

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

/// Serves a preview on threads of its own until the process ends; returns the address.
pub fn start(listener: TcpListener, preview: &Arc<Preview<impl Environment>>) -> Result<SocketAddr, Error> {
    let failed = |cause| Error::when("serve on", &PathBuf::from("the listening socket"))(cause);
    let address = listener.local_addr().map_err(failed)?;
    let server = Server::new(Arc::clone(preview), Limits::default());
    thread::spawn(move || server.run(&listener));
    Ok(address)
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
