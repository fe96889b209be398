//! One connection: input, output and deadlines.
//!
//! Reads and writes never block. Memory is bounded: at most one request and one piece of a file are buffered, and a
//! slow event stream keeps only the newest state.
//!
//! Invariant: nothing here knows how sockets are watched, and no lock is held.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::http::{self, AfterResponse, MAX_HEAD, ParseResult};
use super::message::{Body, Method, Request, Response};

/// From a request's first byte to the end of its headers.
const HEAD_TIME: Duration = Duration::from_secs(10);
/// Without any request.
const IDLE_TIME: Duration = Duration::from_secs(60);
/// Without reading what is ready to send.
const STALL_TIME: Duration = Duration::from_secs(30);
/// How long input is discarded after a refused request, so that the client can read the response.
const LINGER_TIME: Duration = Duration::from_secs(1);
/// Interval of heartbeats on an idle stream, which also detect clients that have gone.
const PULSE_TIME: Duration = Duration::from_secs(15);
/// The most pieces of unwanted input discarded at once.
const MOST_DROPPED: usize = 64;
/// Buffer size for files, in bytes.
const PIECE: usize = 64 * 1024;

/// A non-blocking socket.
pub(super) trait Socket: Read + Write {
    /// Closes the sending side.
    fn finish(&self);
}

/// What the reactor must do next.
#[derive(Debug)]
pub(super) enum Need {
    /// Wait for the socket or the deadline.
    Socket,
    /// Answer this request.
    Answer(Request),
    /// Supply the newest event; see [`Connection::tell`].
    Event,
    /// Close the connection.
    End,
}

#[derive(Debug)]
pub(super) struct Connection<S> {
    socket: S,
    input: Vec<u8>,
    state: ConnectionState,
    /// When to give up waiting for the client; `None` while the client waits for us.
    deadline: Option<Instant>,
}

#[derive(Debug)]
enum ConnectionState {
    Reading,
    /// A request is being answered.
    Waiting(Method, AfterResponse),
    Writing(Output, AfterResponse),
    /// Events are being sent; the number is the generation sent last.
    Streaming(Output, u64),
    /// The response to a refused request was sent; further input is discarded.
    Lingering,
}

/// Output in progress.
#[derive(Debug)]
struct Output {
    /// Bytes to send first.
    ready: Vec<u8>,
    /// How many of them were sent.
    gone: usize,
    rest: RemainingBody,
}

#[derive(Debug)]
enum RemainingBody {
    None,
    Bytes(Arc<[u8]>, Range<usize>),
    /// An open file, and how many of its bytes remain.
    File(File, u64),
}

/// The result of a write.
enum WriteProgress {
    Done,
    Blocked,
}

impl<S: Socket> Connection<S> {
    pub(super) fn new(socket: S, now: Instant) -> Self {
        Self { socket, input: Vec::new(), state: ConnectionState::Reading, deadline: Some(now + HEAD_TIME) }
    }

    pub(super) fn socket_mut(&mut self) -> &mut S {
        &mut self.socket
    }

    /// When [`Connection::expire`] is due.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// Whether it can be closed without cutting off a response.
    pub(super) fn is_idle(&self) -> bool {
        matches!(self.state, ConnectionState::Reading | ConnectionState::Lingering)
    }

    pub(super) fn is_stream(&self) -> bool {
        matches!(self.state, ConnectionState::Streaming(..))
    }

    /// Reads and writes as far as possible. Any error ends the connection.
    pub(super) fn advance(&mut self, now: Instant) -> Need {
        self.try_advance(now).unwrap_or(Need::End)
    }

    fn try_advance(&mut self, now: Instant) -> io::Result<Need> {
        loop {
            match &mut self.state {
                ConnectionState::Reading => match http::parse(&self.input) {
                    ParseResult::Whole(request, len, after) => {
                        self.input.drain(..len);
                        self.state = ConnectionState::Waiting(request.method, after);
                        self.deadline = None;
                        return Ok(Need::Answer(request));
                    }
                    ParseResult::Refused(response) => {
                        self.state = ConnectionState::Writing(
                            Output::new(response, Method::Get, AfterResponse::Close),
                            AfterResponse::Close,
                        );
                        self.deadline = Some(now + STALL_TIME);
                    }
                    ParseResult::Partial => match self.read(now)? {
                        Some(0) => return Ok(Need::End),
                        Some(_) => {}
                        None => return Ok(Need::Socket),
                    },
                },
                ConnectionState::Waiting(..) => return Ok(Need::Socket),
                ConnectionState::Writing(output, after) => {
                    match output.write(&mut self.socket, &mut self.deadline, now)? {
                        WriteProgress::Blocked => return Ok(Need::Socket),
                        WriteProgress::Done => {
                            let after = *after;
                            self.written(after, now);
                        }
                    }
                }
                ConnectionState::Streaming(output, _) => {
                    let progress = output.write(&mut self.socket, &mut self.deadline, now)?;
                    return Ok(if self.is_gone()? {
                        Need::End
                    } else if let WriteProgress::Done = progress {
                        self.deadline = Some(now + PULSE_TIME);
                        Need::Event
                    } else {
                        Need::Socket
                    });
                }
                ConnectionState::Lingering => {
                    return Ok(if self.is_gone()? { Need::End } else { Need::Socket });
                }
            }
        }
    }

    fn written(&mut self, after: AfterResponse, now: Instant) {
        match after {
            AfterResponse::KeepAlive => {
                self.state = ConnectionState::Reading;
                let time = if self.input.is_empty() { IDLE_TIME } else { HEAD_TIME };
                self.deadline = Some(now + time);
            }
            AfterResponse::Close => {
                self.socket.finish();
                self.input = Vec::new();
                self.state = ConnectionState::Lingering;
                self.deadline = Some(now + LINGER_TIME);
            }
        }
    }

    /// Reads available input; `None` when there is none, 0 at the end.
    fn read(&mut self, now: Instant) -> io::Result<Option<usize>> {
        let mut buffer = [0; MAX_HEAD];
        let count = match read_some(&mut self.socket, &mut buffer)? {
            Some(count) => count,
            None => return Ok(None),
        };
        if self.input.is_empty() && count > 0 {
            self.deadline = Some(now + HEAD_TIME);
        }
        self.input.extend_from_slice(&buffer[..count]);
        Ok(Some(count))
    }

    /// Discards input on a stream; returns whether the client closed it.
    fn is_gone(&mut self) -> io::Result<bool> {
        let mut buffer = [0; 4096];
        for _ in 0..MOST_DROPPED {
            match read_some(&mut self.socket, &mut buffer)? {
                Some(0) => return Ok(true),
                Some(_) => {}
                None => return Ok(false),
            }
        }
        // Too much input on a stream: close it, since reading on would delay other clients.
        Ok(true)
    }

    /// Sends the response to the pending request.
    pub(super) fn answer(&mut self, response: Response, now: Instant) {
        let ConnectionState::Waiting(method, after) = self.state else { return };
        let is_stream = matches!(response.body, Body::Events) && method == Method::Get;
        let output = Output::new(response, method, after);
        self.deadline = Some(now + STALL_TIME);
        self.state = if is_stream {
            ConnectionState::Streaming(output, 0)
        } else {
            ConnectionState::Writing(output, after)
        };
    }

    /// Sends the newest event on a stream that has sent everything before. Returns whether there is something to write.
    pub(super) fn tell(&mut self, generation: u64, event: &str, now: Instant) -> bool {
        match &mut self.state {
            ConnectionState::Streaming(output, told) if *told < generation && output.is_done() => {
                *told = generation;
                output.ready = http::chunk(event);
                output.gone = 0;
                self.deadline = Some(now + STALL_TIME);
                true
            }
            _ => false,
        }
    }

    /// Handles a passed deadline: an idle stream sends a heartbeat, anything else is closed.
    pub(super) fn expire(&mut self, now: Instant) -> Need {
        match &mut self.state {
            ConnectionState::Streaming(output, _) if output.is_done() => {
                output.ready = http::chunk(": still here\n\n");
                output.gone = 0;
                self.deadline = Some(now + STALL_TIME);
                self.advance(now)
            }
            _ => Need::End,
        }
    }
}

impl Output {
    fn new(response: Response, method: Method, after: AfterResponse) -> Self {
        let ready = http::head(&response, after);
        let rest = match (method, response.body) {
            (Method::Head, _) | (_, Body::Events) => RemainingBody::None,
            _ if has_no_body(response.status as u16) => RemainingBody::None,
            (_, Body::Bytes(bytes, range)) => {
                let place = |at: u64| usize::try_from(at).expect("a range of bytes in memory lies in memory");
                RemainingBody::Bytes(bytes, place(range.start)..place(range.end))
            }
            (_, Body::File(file, range)) => RemainingBody::File(file, range.end - range.start),
        };
        Self { ready, gone: 0, rest }
    }

    fn is_done(&self) -> bool {
        self.gone == self.ready.len() && matches!(self.rest, RemainingBody::None)
    }

    /// Writes as much as possible; progress extends the deadline.
    fn write(
        &mut self,
        socket: &mut impl Write,
        deadline: &mut Option<Instant>,
        now: Instant,
    ) -> io::Result<WriteProgress> {
        while !self.is_done() {
            let piece = match &self.rest {
                _ if self.gone < self.ready.len() => &self.ready[self.gone..],
                RemainingBody::Bytes(bytes, range) => &bytes[range.clone()],
                RemainingBody::None | RemainingBody::File(..) => &[],
            };
            if piece.is_empty() {
                self.next_piece()?;
                continue;
            }
            match socket.write(piece) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(count) => {
                    self.take(count);
                    *deadline = Some(now + STALL_TIME);
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(WriteProgress::Blocked),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(WriteProgress::Done)
    }

    fn take(&mut self, count: usize) {
        match &mut self.rest {
            _ if self.gone < self.ready.len() => self.gone += count,
            RemainingBody::Bytes(_, range) => range.start += count,
            RemainingBody::None | RemainingBody::File(..) => {}
        }
    }

    /// Reads the next piece of a file. A file that became shorter than promised is an error and ends the connection.
    fn next_piece(&mut self) -> io::Result<()> {
        self.ready.clear();
        self.gone = 0;
        if let RemainingBody::File(file, left) = &mut self.rest
            && *left > 0
        {
            let count = file.take((*left).min(PIECE as u64)).read_to_end(&mut self.ready)?;
            *left -= count as u64;
            return if count == 0 { Err(ErrorKind::UnexpectedEof.into()) } else { Ok(()) };
        }
        self.rest = RemainingBody::None;
        Ok(())
    }
}

/// RFC 9110 §15.4.5.
fn has_no_body(status: u16) -> bool {
    status == 304
}

/// Reads available input; `None` when there is none.
fn read_some(socket: &mut impl Read, buffer: &mut [u8]) -> io::Result<Option<usize>> {
    loop {
        match socket.read(buffer) {
            Ok(count) => return Ok(Some(count)),
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use super::*;
    use crate::edge::serve::message::Status;

    /// A scripted socket: pieces to read, and how much may be written.
    #[derive(Debug, Default)]
    struct Script {
        input: VecDeque<Vec<u8>>,
        has_ended: bool,
        room: usize,
        written: Vec<u8>,
    }

    impl Read for Script {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            match self.input.pop_front() {
                Some(piece) => {
                    buffer[..piece.len()].copy_from_slice(&piece);
                    Ok(piece.len())
                }
                None if self.has_ended => Ok(0),
                None => Err(ErrorKind::WouldBlock.into()),
            }
        }
    }

    impl Write for Script {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            match bytes.len().min(self.room) {
                0 => Err(ErrorKind::WouldBlock.into()),
                count => {
                    self.room -= count;
                    self.written.extend_from_slice(&bytes[..count]);
                    Ok(count)
                }
            }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Socket for Script {
        fn finish(&self) {}
    }

    const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n";

    fn connection(pieces: &[&[u8]], room: usize, now: Instant) -> Connection<Script> {
        let input = pieces.iter().map(|piece| piece.to_vec()).collect();
        Connection::new(Script { input, room, ..Script::default() }, now)
    }

    /// The bodies of the written responses.
    fn bodies(connection: &Connection<Script>) -> Vec<String> {
        let text = String::from_utf8(connection.socket.written.clone()).unwrap();
        text.split("HTTP/1.1").skip(1).map(|it| it.split_once("\r\n\r\n").unwrap().1.to_owned()).collect()
    }

    #[test]
    fn requests_that_come_at_once_are_answered_one_after_the_other() {
        let now = Instant::now();
        let mut connection = connection(&[&REQUEST.repeat(2)], usize::MAX, now);
        for text in ["one", "two"] {
            assert!(matches!(connection.advance(now), Need::Answer(_)));
            connection.answer(Response::text(Status::Ok, text), now);
        }
        assert!(matches!(connection.advance(now), Need::Socket));
        assert_eq!(bodies(&connection), ["one\n", "two\n"]);
        assert_eq!(connection.deadline(), Some(now + IDLE_TIME));
    }

    #[test]
    fn a_request_in_drops_has_a_fixed_time() {
        let now = Instant::now();
        let mut connection = connection(&[b"GET / HT"], usize::MAX, now);
        assert!(matches!(connection.advance(now), Need::Socket));
        let deadline = connection.deadline();
        connection.socket.input.push_back(b"TP/1.1\r\n".to_vec());
        assert!(matches!(connection.advance(now + Duration::from_secs(9)), Need::Socket));
        assert_eq!(connection.deadline(), deadline);
        assert!(connection.is_idle());
        assert!(matches!(connection.expire(now + HEAD_TIME), Need::End));
    }

    #[test]
    fn a_slow_reader_blocks_nobody_and_is_given_up_when_it_stops() {
        let now = Instant::now();
        let mut connection = connection(&[REQUEST], 100, now);
        assert!(matches!(connection.advance(now), Need::Answer(_)));
        connection.answer(Response::text(Status::Ok, &"x".repeat(1000)), now);
        assert!(matches!(connection.advance(now), Need::Socket));
        for second in 1..=5 {
            connection.socket.room = 1;
            let later = now + Duration::from_secs(second);
            assert!(matches!(connection.advance(later), Need::Socket));
            assert_eq!(connection.deadline(), Some(later + STALL_TIME));
        }
        assert!(!connection.is_idle());
        assert!(matches!(connection.expire(now + Duration::from_secs(60)), Need::End));
    }

    #[test]
    fn a_refused_request_is_told_why_and_cut_off() {
        let now = Instant::now();
        let request =
            b"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
        let mut connection = connection(&[request, REQUEST], usize::MAX, now);
        assert!(matches!(connection.advance(now), Need::Socket));
        assert_eq!(bodies(&connection), ["a request may have no body here\n"]);
        assert!(connection.socket.input.is_empty(), "what follows is dropped");
        connection.socket.has_ended = true;
        assert!(matches!(connection.advance(now), Need::End));
    }

    #[test]
    fn a_stream_that_does_not_drain_keeps_the_newest_alone() {
        let now = Instant::now();
        let mut connection = connection(&[REQUEST], usize::MAX, now);
        assert!(matches!(connection.advance(now), Need::Answer(_)));
        let events = Response { status: Status::Ok, headers: Vec::new(), body: Body::Events };
        connection.answer(events, now);
        assert!(matches!(connection.advance(now), Need::Event));
        connection.socket.room = 3;
        assert!(connection.tell(1, "data: 1\n\n", now));
        assert!(matches!(connection.advance(now), Need::Socket));
        for generation in 2..1000 {
            assert!(!connection.tell(generation, "data: skipped\n\n", now));
        }
        connection.socket.room = usize::MAX;
        assert!(matches!(connection.advance(now), Need::Event));
        assert!(connection.tell(1000, "data: 1000\n\n", now));
        assert!(matches!(connection.advance(now), Need::Event));
        assert!(!connection.tell(1000, "data: 1000\n\n", now), "it knows");
        assert_eq!(bodies(&connection), ["9\r\ndata: 1\n\n\r\nc\r\ndata: 1000\n\n\r\n"]);
        assert!(matches!(connection.expire(now + PULSE_TIME), Need::Event));
        connection.socket.has_ended = true;
        assert!(matches!(connection.advance(now), Need::End));
    }

    #[test]
    fn a_file_goes_piece_by_piece_and_a_cut_one_ends_the_connection() {
        use std::io::Seek as _;
        let now = Instant::now();
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&vec![b'x'; PIECE * 2 + 10]).unwrap();
        let mut check = |len: u64, expected: usize, is_whole: bool| {
            file.rewind().unwrap();
            let mut connection = connection(&[REQUEST], usize::MAX, now);
            assert!(matches!(connection.advance(now), Need::Answer(_)));
            let body = Body::File(file.try_clone().unwrap(), 0..len);
            connection.answer(Response { status: Status::Ok, headers: Vec::new(), body }, now);
            assert_eq!(matches!(connection.advance(now), Need::Socket), is_whole);
            assert_eq!(bodies(&connection)[0].len(), expected);
        };
        check(PIECE as u64 * 2 + 10, PIECE * 2 + 10, true);
        check(5, 5, true);
        check(0, 0, true);
        check(PIECE as u64 * 3, PIECE * 2 + 10, false);
    }
}
