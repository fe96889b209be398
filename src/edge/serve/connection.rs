//! One connection: reads requests and writes responses, each within its time limit.
//!
//! Memory is bounded: at most one request is buffered, and files are copied in pieces.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::http::{self, AfterResponse, MAX_HEAD, ParseResult};
use super::message::{Body, Method, Response, Status};

#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// From a request's first byte to the end of its headers.
    pub(super) head: Duration,
    /// Without any request.
    pub(super) idle: Duration,
    /// Without reading what is ready to send.
    pub(super) stall: Duration,
    /// How long input is discarded after a refused request, so that the client can read the response.
    pub(super) linger: Duration,
    /// Interval of heartbeats on an idle stream, which also detect clients that have gone.
    pub(super) pulse: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        let secs = Duration::from_secs;
        Self { head: secs(10), idle: secs(60), stall: secs(30), linger: secs(1), pulse: secs(15) }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Activity {
    /// May be closed without cutting off a response.
    Idle {
        since: Instant,
    },
    Responding,
    Stream,
}

#[derive(Debug)]
pub(super) struct Connection {
    pub(super) socket: TcpStream,
    pub(super) activity: Mutex<Activity>,
    limits: Limits,
}

impl Connection {
    pub(super) fn new(socket: TcpStream, limits: Limits) -> Self {
        Self { socket, activity: Mutex::new(Activity::Idle { since: Instant::now() }), limits }
    }

    /// Reads the next request; `None` at the end of input. Its first byte must come within `time`.
    pub(super) fn read(&self, input: &mut Vec<u8>, time: Duration) -> io::Result<Option<ParseResult>> {
        let now = Instant::now();
        *locked(&self.activity) = Activity::Idle { since: now };
        let mut deadline = now + if input.is_empty() { time } else { self.limits.head };
        loop {
            if let Some(parsed) = http::parse(input) {
                *locked(&self.activity) = Activity::Responding;
                return Ok(Some(parsed));
            }
            let mut buffer = [0; MAX_HEAD];
            let count = self.read_until(deadline, &mut buffer)?;
            if count == 0 {
                return Ok(None);
            }
            if input.is_empty() {
                deadline = Instant::now() + self.limits.head;
            }
            input.extend_from_slice(&buffer[..count]);
        }
    }

    fn read_until(&self, deadline: Instant, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(ErrorKind::TimedOut.into());
            }
            self.socket.set_read_timeout(Some(left))?;
            match (&self.socket).read(buffer) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                read => return read,
            }
        }
    }

    /// Writes a response; of events, the head only.
    pub(super) fn write(&self, response: Response, method: Method, after: AfterResponse) -> io::Result<()> {
        // Avoids delays of 40 ms (Nagle) for responses written in two pieces.
        self.socket.set_nodelay(true)?;
        self.socket.set_write_timeout(Some(self.limits.stall))?;
        let mut socket = &self.socket;
        socket.write_all(&http::head(&response, after))?;
        match response.body {
            _ if method == Method::Head || response.status == Status::NotModified => Ok(()),
            Body::Events => Ok(()),
            Body::Bytes(bytes, range) => {
                let place = |at: u64| usize::try_from(at).expect("a range of bytes in memory lies in memory");
                socket.write_all(&bytes[place(range.start)..place(range.end)])
            }
            Body::File(file, range) => {
                let len = range.end - range.start;
                // A file that became shorter than promised ends the connection.
                match io::copy(&mut file.take(len), &mut socket)? {
                    count if count < len => Err(ErrorKind::UnexpectedEof.into()),
                    _ => Ok(()),
                }
            }
        }
    }

    pub(super) fn write_event(&self, event: &str) -> io::Result<()> {
        (&self.socket).write_all(&http::chunk(event))
    }

    /// Whether the client has closed its end. Waits a moment when it has not.
    pub(super) fn is_gone(&self) -> io::Result<bool> {
        self.socket.set_read_timeout(Some(Duration::from_millis(1)))?;
        Ok(matches!(self.socket.peek(&mut [0]), Ok(0)))
    }

    /// Closes the sending side and discards input for a while, so that the client can read the response.
    pub(super) fn linger(&self) -> io::Result<()> {
        self.socket.shutdown(Shutdown::Write)?;
        let now = Instant::now();
        *locked(&self.activity) = Activity::Idle { since: now };
        while self.read_until(now + self.limits.linger, &mut [0; MAX_HEAD])? > 0 {}
        Ok(())
    }
}

/// Poisoned locks are usable: protected data is never changed in steps.
pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
