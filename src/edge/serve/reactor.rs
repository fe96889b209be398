//! One I/O thread for all connections, and a few worker threads for responses.
//!
//! Any number of clients takes this thread, [`WORKERS`] more, and at most [`MAX_CONNECTIONS`] connections; the longest
//! idle one makes room for a new one. The thread compares generation numbers on every wake-up, so no event is lost, and
//! reads the state before it writes, so no lock is held while writing.
//!
//! Invariant: `mio` is named nowhere else.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind};
use std::net::{self, Shutdown};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token, Waker};

use super::connection::{Connection, Need, Socket};
use super::message::{Body, Request, Response, Status};

/// Well below the usual limit of open files per process.
const MAX_CONNECTIONS: usize = 450;
/// The most event streams among the connections.
const MAX_STREAMS: usize = 350;
const WORKERS: usize = 3;

const LISTENER: Token = Token(0);
const WAKER: Token = Token(1);
const FIRST: usize = 2;

/// What the server serves.
pub(super) trait Service: Send + Sync + 'static {
    fn respond(&self, request: &Request) -> Response;

    /// The newest generation, from 1, and its event.
    fn newest(&self) -> (u64, Arc<str>);
}

/// Wakes the I/O thread.
#[derive(Clone, Debug)]
pub(super) struct Wakeup {
    waker: Arc<Waker>,
    is_over: Arc<AtomicBool>,
}

impl Wakeup {
    pub(super) fn wake(&self) {
        // Waking fails only when the thread has ended.
        self.waker.wake().unwrap_or_default();
    }

    pub(super) fn end(&self) {
        self.is_over.store(true, Ordering::SeqCst);
        self.wake();
    }
}

/// The I/O thread's sockets.
#[derive(Debug)]
pub(super) struct Reactor {
    poll: Poll,
    listener: TcpListener,
    wakeup: Wakeup,
    connections: BTreeMap<usize, Connection<TcpStream>>,
    /// Never reused, so that a late response cannot reach another connection.
    next: usize,
}

impl Socket for TcpStream {
    fn finish(&self) {
        // Fails only when the connection is closed already.
        self.shutdown(Shutdown::Write).unwrap_or_default();
    }
}

/// A request for a worker.
type Job = (usize, Request);
/// Responses from workers.
type Answers = Arc<Mutex<Vec<(usize, Response)>>>;

impl Reactor {
    /// Takes over a listening socket.
    pub(super) fn new(listener: net::TcpListener) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let mut listener = TcpListener::from_std(listener);
        let poll = Poll::new()?;
        poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
        let waker = Arc::new(Waker::new(poll.registry(), WAKER)?);
        let wakeup = Wakeup { waker, is_over: Arc::default() };
        Ok(Self { poll, listener, wakeup, connections: BTreeMap::new(), next: FIRST })
    }

    pub(super) fn wakeup(&self) -> Wakeup {
        self.wakeup.clone()
    }

    /// Serves until [`Wakeup::end`]. Fails when the system's poll fails.
    pub(super) fn run(mut self, service: &Arc<impl Service>) -> io::Result<()> {
        let answers = Answers::default();
        let jobs = workers(service, &answers, &self.wakeup);
        let mut events = Events::with_capacity(256);
        while !self.wakeup.is_over.load(Ordering::SeqCst) {
            match self.poll.poll(&mut events, self.timeout()) {
                Err(error) if error.kind() != ErrorKind::Interrupted => return Err(error),
                _ => {}
            }
            let newest = service.newest();
            let now = Instant::now();
            let mut ready: Vec<usize> = events.iter().map(|event| event.token().0).collect();
            ready.sort_unstable();
            ready.dedup();
            // Connections that could not be accepted (no file descriptors) are retried on every wake-up.
            self.accept(now, &mut ready);
            for (place, response) in std::mem::take(&mut *locked(&answers)) {
                self.answer(place, response, now);
                ready.push(place);
            }
            for place in ready.into_iter().filter(|&place| place >= FIRST) {
                self.step(place, &newest, &jobs, now, Connection::advance);
            }
            self.broadcast(&newest, &jobs, now);
            self.expire(&newest, &jobs, now);
        }
        Ok(())
    }

    fn timeout(&self) -> Option<std::time::Duration> {
        let next = self.connections.values().filter_map(Connection::deadline).min();
        next.map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }

    /// Accepts all waiting connections.
    fn accept(&mut self, now: Instant, ready: &mut Vec<usize>) {
        loop {
            match self.listener.accept() {
                Ok((socket, _)) => ready.extend(self.add(socket, now)),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(error)
                    if matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::ConnectionAborted) => {}
                // Out of file descriptors: close an idle connection, or wait until one closes.
                Err(_) if self.make_room() => {}
                Err(_) => return,
            }
        }
    }

    /// Adds a connection; `None` when there is no room or it was closed.
    fn add(&mut self, mut socket: TcpStream, now: Instant) -> Option<usize> {
        if self.connections.len() >= MAX_CONNECTIONS && !self.make_room() {
            return None;
        }
        let place = self.next;
        let interest = Interest::READABLE | Interest::WRITABLE;
        self.poll.registry().register(&mut socket, Token(place), interest).ok()?;
        // Avoids delays of 40 ms (Nagle) for responses written in two pieces.
        socket.set_nodelay(true).ok()?;
        self.next += 1;
        self.connections.insert(place, Connection::new(socket, now));
        Some(place)
    }

    /// Closes the longest idle connection; returns whether there was one.
    fn make_room(&mut self) -> bool {
        let idle = self.connections.iter().filter(|(_, connection)| connection.is_idle());
        let longest = idle.min_by_key(|(_, connection)| connection.deadline()).map(|(&place, _)| place);
        longest.is_some_and(|place| {
            self.remove(place);
            true
        })
    }

    fn remove(&mut self, place: usize) {
        if let Some(mut connection) = self.connections.remove(&place) {
            // Closing the socket also deregisters it.
            self.poll.registry().deregister(connection.socket_mut()).unwrap_or_default();
        }
    }

    fn answer(&mut self, place: usize, response: Response, now: Instant) {
        let streams = self.connections.values().filter(|connection| connection.is_stream()).count();
        let is_stream = matches!(response.body, Body::Events);
        let response = match is_stream && streams >= MAX_STREAMS {
            true => Response::text(Status::ServiceUnavailable, "too many pages are open"),
            false => response,
        };
        if let Some(connection) = self.connections.get_mut(&place) {
            connection.answer(response, now);
        }
    }

    /// Advances one connection and gives it what it needs.
    fn step(
        &mut self,
        place: usize,
        newest: &(u64, Arc<str>),
        jobs: &Sender<Job>,
        now: Instant,
        go: impl Fn(&mut Connection<TcpStream>, Instant) -> Need,
    ) {
        let Some(connection) = self.connections.get_mut(&place) else { return };
        let mut need = go(connection, now);
        while matches!(need, Need::Event) && connection.tell(newest.0, &newest.1, now) {
            need = connection.advance(now);
        }
        match need {
            Need::Socket | Need::Event => {}
            Need::Answer(request) => jobs.send((place, request)).expect("workers live as long as the loop"),
            Need::End => self.remove(place),
        }
    }

    /// Sends the newest event on every stream.
    fn broadcast(&mut self, newest: &(u64, Arc<str>), jobs: &Sender<Job>, now: Instant) {
        let places: Vec<usize> = self.connections.keys().copied().collect();
        for place in places {
            let connection = self.connections.get_mut(&place).expect("nobody has left since");
            if connection.tell(newest.0, &newest.1, now) {
                self.step(place, newest, jobs, now, Connection::advance);
            }
        }
    }

    fn expire(&mut self, newest: &(u64, Arc<str>), jobs: &Sender<Job>, now: Instant) {
        let is_due =
            |connection: &Connection<_>| connection.deadline().is_some_and(|deadline| deadline <= now);
        let due = self.connections.iter().filter(|(_, connection)| is_due(connection));
        let due: Vec<usize> = due.map(|(&place, _)| place).collect();
        for place in due {
            self.step(place, newest, jobs, now, Connection::expire);
        }
    }
}

/// Starts the worker threads; they end with the loop.
fn workers(service: &Arc<impl Service>, answers: &Answers, wakeup: &Wakeup) -> Sender<Job> {
    let (sender, receiver) = mpsc::channel();
    let receiver = Arc::new(Mutex::new(receiver));
    for _ in 0..WORKERS {
        let (service, receiver, answers, wakeup) =
            (Arc::clone(service), Arc::clone(&receiver), Arc::clone(answers), wakeup.clone());
        thread::spawn(move || {
            while let Some((place, request)) = next_job(&receiver) {
                let response = catch_unwind(AssertUnwindSafe(|| service.respond(&request)));
                let failed = |_| {
                    Response::text(Status::InternalServerError, "the preview failed; the terminal says more")
                };
                locked(&answers).push((place, response.unwrap_or_else(failed)));
                wakeup.wake();
            }
        });
    }
    sender
}

fn next_job(receiver: &Mutex<Receiver<Job>>) -> Option<Job> {
    locked(receiver).recv().ok()
}

/// Poisoned locks are usable: protected data is never changed in steps.
fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
