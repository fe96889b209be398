//! A blocking server: a thread for each connection, at most [`MAX_CONNECTIONS`] of them.
//!
//! Every read and write has a time limit, so a silent or slow client occupies its own thread only. The longest idle
//! connection makes room for a new one. No lock is held while reading, writing or responding.

use std::io;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, PoisonError, Weak};
use std::thread;
use std::time::Duration;

use super::connection::{Activity, Connection, Limits, locked};
use super::http::AfterResponse;
use super::message::{Body, Method, Request, Response, Status};

/// Well below the usual limit of open files per process.
const MAX_CONNECTIONS: usize = 450;
/// The most event streams among the connections.
const MAX_STREAMS: usize = 350;
/// The most responses made at once: many tabs that reload at once ask for the same page, which is rendered only once if
/// most of them wait.
const MAX_RESPONSES: usize = 3;

pub(super) trait Service: Send + Sync + 'static {
    fn respond(&self, request: &Request) -> Response;

    /// Waits for a generation newer than `told` and returns it with its event; `None` after `time`.
    fn next_event(&self, told: u64, time: Duration) -> Option<(u64, String)>;
}

pub(super) struct Server<S> {
    service: Arc<S>,
    limits: Limits,
    /// Weak, so that a connection closes with its thread; closed ones are removed when the next one comes.
    connections: Mutex<Vec<Weak<Connection>>>,
    free_responses: Mutex<usize>,
    freed: Condvar,
}

impl<S: Service> Server<S> {
    pub(super) fn new(service: Arc<S>, limits: Limits) -> Arc<Self> {
        let (connections, free_responses) = (Mutex::default(), Mutex::new(MAX_RESPONSES));
        Arc::new(Self { service, limits, connections, free_responses, freed: Condvar::new() })
    }

    /// Serves until the process ends.
    pub(super) fn run(self: &Arc<Self>, listener: &TcpListener) {
        for socket in listener.incoming() {
            match socket {
                Ok(socket) => self.admit(socket),
                // Usually out of file descriptors: close an idle connection, and wait until it, or another one, has gone.
                Err(_) => {
                    make_room(&mut locked(&self.connections));
                    thread::sleep(Duration::from_millis(50));
                }
            }
        }
    }

    /// Serves a connection on its own thread; closes it when there is no room.
    fn admit(self: &Arc<Self>, socket: TcpStream) {
        let mut connections = locked(&self.connections);
        connections.retain(|connection| connection.strong_count() > 0);
        if connections.len() >= MAX_CONNECTIONS && !make_room(&mut connections) {
            return;
        }
        let connection = Arc::new(Connection::new(socket, self.limits));
        connections.push(Arc::downgrade(&connection));
        let server = Arc::clone(self);
        // Errors end the connection; without a thread it is closed right away.
        drop(thread::Builder::new().spawn(move || server.serve(&connection)));
    }

    fn serve(&self, connection: &Connection) -> io::Result<()> {
        let mut input = Vec::new();
        let mut first_byte_time = self.limits.head;
        while let Some(parsed) = connection.read(&mut input, first_byte_time)? {
            let (method, mut response, after) = match parsed {
                Ok((request, after)) => (request.method, self.respond(&request), after),
                Err(response) => (Method::Get, response, AfterResponse::Close),
            };
            if matches!(response.body, Body::Events) && method == Method::Get {
                if self.begins_stream(connection) {
                    connection.write(response, method, after)?;
                    return self.stream(connection);
                }
                response = Response::text(Status::ServiceUnavailable, "too many pages are open");
            }
            connection.write(response, method, after)?;
            if after == AfterResponse::Close {
                return connection.linger();
            }
            first_byte_time = self.limits.idle;
        }
        Ok(())
    }

    fn respond(&self, request: &Request) -> Response {
        let free = locked(&self.free_responses);
        *self.freed.wait_while(free, |free| *free == 0).unwrap_or_else(PoisonError::into_inner) -= 1;
        let response = catch_unwind(AssertUnwindSafe(|| self.service.respond(request)));
        *locked(&self.free_responses) += 1;
        self.freed.notify_one();
        let failed =
            |_| Response::text(Status::InternalServerError, "the preview failed; the terminal says more");
        response.unwrap_or_else(failed)
    }

    /// Makes the connection a stream, if there is room for one more.
    fn begins_stream(&self, connection: &Connection) -> bool {
        let connections = locked(&self.connections);
        let activities = connections.iter().filter_map(Weak::upgrade).map(|it| *locked(&it.activity));
        let has_room = activities.filter(|activity| *activity == Activity::Stream).count() < MAX_STREAMS;
        if has_room {
            *locked(&connection.activity) = Activity::Stream;
        }
        has_room
    }

    /// Sends the newest event at once and each later one; a slow client misses those in between.
    fn stream(&self, connection: &Connection) -> io::Result<()> {
        let mut told = 0;
        while !connection.is_gone()? {
            match self.service.next_event(told, self.limits.pulse) {
                Some((generation, event)) => {
                    told = generation;
                    connection.write_event(&event)?;
                }
                None => connection.write_event(": still here\n\n")?,
            }
        }
        Ok(())
    }
}

/// Closes the longest idle connection; returns whether there was one.
fn make_room(connections: &mut Vec<Weak<Connection>>) -> bool {
    let idle = connections.iter().enumerate().filter_map(|(index, connection)| {
        let connection = connection.upgrade()?;
        let Activity::Idle { since } = *locked(&connection.activity) else { return None };
        Some((since, index, connection))
    });
    let Some((_, index, connection)) = idle.min_by_key(|(since, ..)| *since) else { return false };
    connections.swap_remove(index);
    // Ends the read that its thread waits in. Fails only when the client has gone already.
    connection.socket.shutdown(Shutdown::Both).unwrap_or_default();
    true
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::SocketAddr;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::Instant;

    use super::*;

    /// Longer than anything here takes on the slowest machine.
    const LONG: Duration = Duration::from_secs(60);
    const SHORT: Duration = Duration::from_millis(100);
    /// More bytes than the buffers of a connection hold.
    const LARGE: usize = 20 << 20;

    /// Serves `/panic`, `/events`, `/large`, files by length (`/100`), and other paths as text.
    struct Fake {
        generation: AtomicU64,
    }

    impl Service for Fake {
        fn respond(&self, request: &Request) -> Response {
            let body = match request.path() {
                "/panic" => panic!("as it should in this test"),
                "/events" => Body::Events,
                "/large" => Body::of(vec![b'x'; LARGE]),
                path => match path[1..].parse() {
                    Ok(len) => Body::File(file(), 0..len),
                    Err(_) => return Response::text(Status::Ok, path),
                },
            };
            Response { status: Status::Ok, headers: Vec::new(), body }
        }

        fn next_event(&self, told: u64, time: Duration) -> Option<(u64, String)> {
            let generation = self.generation.load(Ordering::SeqCst);
            if told < generation {
                return Some((generation, format!("data: {generation}\n{}\n\n", "x".repeat(LARGE))));
            }
            thread::sleep(time);
            None
        }
    }

    fn file() -> std::fs::File {
        use std::io::Seek as _;
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&[b'x'; 100_000]).unwrap();
        file.rewind().unwrap();
        file
    }

    fn start(limits: Limits) -> (Arc<Server<Fake>>, SocketAddr) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = Server::new(Arc::new(Fake { generation: AtomicU64::new(1) }), limits);
        let running = Arc::clone(&server);
        thread::spawn(move || running.run(&listener));
        (server, address)
    }

    /// Sends requests for these paths at once.
    fn ask(address: SocketAddr, paths: &[&str]) -> TcpStream {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(LONG)).unwrap();
        for path in paths {
            write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        }
        stream
    }

    /// The bodies of the responses until the server closes the connection.
    fn bodies(mut stream: &TcpStream) -> Vec<String> {
        let mut bytes = Vec::new();
        // A connection that is cut off may be reset.
        stream.read_to_end(&mut bytes).unwrap_or_default();
        let text = String::from_utf8(bytes).unwrap();
        text.split("HTTP/1.1").skip(1).map(|it| it.split_once("\r\n\r\n").unwrap().1.to_owned()).collect()
    }

    fn wait_until_closed(server: &Server<Fake>) {
        let begun = Instant::now();
        while locked(&server.connections).iter().any(|it| it.strong_count() > 0) {
            assert!(begun.elapsed() < LONG, "the connection is kept");
            thread::sleep(Duration::from_millis(10));
        }
    }

    #[test]
    fn requests_that_come_at_once_are_answered_in_order_until_the_connection_is_idle() {
        let (_, address) = start(Limits { idle: SHORT, ..Limits::default() });
        assert_eq!(bodies(&ask(address, &["/one", "/two"])), ["/one\n", "/two\n"]);
    }

    #[test]
    fn a_panic_is_a_failed_response_and_nothing_else() {
        let (_, address) = start(Limits { idle: SHORT, ..Limits::default() });
        let paths = ["/panic"; MAX_RESPONSES + 1];
        let failed = "the preview failed; the terminal says more\n";
        assert_eq!(bodies(&ask(address, &paths)), [failed; MAX_RESPONSES + 1]);
        assert_eq!(bodies(&ask(address, &["/one"])), ["/one\n"]);
    }

    #[test]
    fn a_request_in_drops_has_a_fixed_time() {
        let (_, address) = start(Limits { head: SHORT, ..Limits::default() });
        let mut stream = ask(address, &[]);
        stream.set_read_timeout(Some(SHORT / 10)).unwrap();
        let begun = Instant::now();
        let is_open = |stream: &mut TcpStream| {
            stream.write_all(b"G").is_ok()
                && matches!(stream.read(&mut [0]), Err(error) if error.kind() == io::ErrorKind::WouldBlock)
        };
        while is_open(&mut stream) {
            assert!(begun.elapsed() < LONG, "each byte extends the time");
        }
        assert!(begun.elapsed() >= SHORT / 2);
    }

    #[test]
    fn a_reader_that_stops_is_given_up_and_a_slow_one_is_not() {
        let (server, address) = start(Limits { stall: SHORT * 5, idle: SHORT, ..Limits::default() });
        let mut slow = ask(address, &["/large"]);
        let (mut piece, mut count) = (vec![0; LARGE / 20], 0);
        while count < LARGE {
            count += slow.read(&mut piece).unwrap();
            thread::sleep(SHORT / 2);
        }
        wait_until_closed(&server);
        let stopped = ask(address, &["/large"]);
        stopped.peek(&mut [0]).unwrap();
        wait_until_closed(&server);
        assert!(bodies(&stopped)[0].len() < LARGE);
    }

    #[test]
    fn files_are_sent_whole_and_a_cut_one_ends_the_connection() {
        let (_, address) = start(Limits { idle: SHORT, ..Limits::default() });
        let lengths =
            |paths: &[&str]| bodies(&ask(address, paths)).iter().map(String::len).collect::<Vec<_>>();
        assert_eq!(lengths(&["/100000", "/5", "/0", "/one"]), [100_000, 5, 0, 5]);
        assert_eq!(lengths(&["/100001", "/one"]), [100_000]);
    }

    #[test]
    fn a_stream_gets_the_newest_event_alone_and_ends_with_its_client() {
        let (server, address) = start(Limits { pulse: SHORT, ..Limits::default() });
        let mut lines = io::BufRead::lines(io::BufReader::new(ask(address, &["/events"])));
        let mut next =
            |start: &str| lines.find_map(|line| line.unwrap().strip_prefix(start).map(str::to_owned));
        assert_eq!(next("data: ").unwrap(), "1");
        for generation in 2..=1000 {
            server.service.generation.store(generation, Ordering::SeqCst);
        }
        assert_eq!(next("data: ").unwrap(), "1000");
        next(": still here").unwrap();
        drop(lines);
        wait_until_closed(&server);
    }
}
