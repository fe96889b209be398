//! One request after another, at a pace, tried again where the failure passes.
//!
//! Invariant: the key is sent to the address that was asked for and nowhere else, and is in no error.

use std::cell::Cell;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant as Stopwatch};

use crate::edge::Error;
use crate::edge::http::{Client, Redirects, Request, Response};
use crate::edge::retry::{Pauses, Retry};

/// How long the service may take for each step of an answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// The most bytes of a response: 32 MiB.
const MOST_BYTES: u64 = 32 << 20;

/// The most bytes of all responses: 512 MiB. They are held in memory at the end.
const MOST_BYTES_IN_ALL: u64 = 512 << 20;

const PAUSES: Pauses = Pauses { first: Duration::from_secs(2), longest: Duration::from_secs(60) };

/// The page to read, and the speed.
#[derive(Clone)]
pub enum Access {
    /// The public page; redirects are followed.
    Public,
    /// The management API. Its terms allow one request a second.
    Key(String),
}

/// Statuspage, or a server that plays it.
pub struct Reader {
    client: Client,
    retry: Retry,
    authorization: Option<String>,
    pace: Duration,
    sleep: fn(Duration),
    last: Cell<Option<Stopwatch>>,
    bytes: Cell<u64>,
}

impl Reader {
    /// Waits by `sleep`.
    pub fn new(access: Access, sleep: fn(Duration)) -> Self {
        let (redirects, authorization, pace) = match access {
            Access::Public => (Redirects::Follow, None, Duration::from_millis(250)),
            Access::Key(key) => (Redirects::Return, Some(format!("OAuth {key}")), Duration::from_secs(1)),
        };
        Self {
            client: Client::new(redirects, PATIENCE).with_limit(MOST_BYTES),
            retry: Retry::new(PAUSES, sleep),
            authorization,
            pace,
            sleep,
            last: Cell::new(None),
            bytes: Cell::new(0),
        }
    }

    /// The body at an address; `None` if there is none (404).
    ///
    /// # Errors
    /// No connection, or an answer other than 2xx and 404, after all tries.
    pub fn get(&self, address: &str) -> Result<Option<Vec<u8>>, Error> {
        let failed = |cause: io::Error| Error::when("read", Path::new(address))(cause);
        let mut headers = vec![("accept", "application/json")];
        headers.extend(self.authorization.as_deref().map(|value| ("authorization", value)));
        let request = Request { method: "GET", address, headers: &headers, body: None };
        let send = || {
            self.keep_pace();
            self.client.send(&request)
        };
        let response = self.retry.run(passes, send).map_err(failed)?;
        match response.status {
            404 => Ok(None),
            _ if response.is_success() => self.counted(response.body).map(Some).map_err(failed),
            status => Err(failed(io::Error::other(self.refusal(status)))),
        }
    }

    fn keep_pace(&self) {
        if let Some(last) = self.last.get() {
            (self.sleep)(self.pace.saturating_sub(last.elapsed()));
        }
        self.last.set(Some(Stopwatch::now()));
    }

    fn counted(&self, body: Vec<u8>) -> io::Result<Vec<u8>> {
        self.bytes.set(self.bytes.get() + body.len() as u64);
        match self.bytes.get() <= MOST_BYTES_IN_ALL {
            true => Ok(body),
            false => {
                Err(io::Error::other("the page has more than 512 MiB: import a part of it with `--since`"))
            }
        }
    }

    fn refusal(&self, status: u16) -> String {
        let has_key = self.authorization.is_some();
        let reason = match status {
            401 | 403 if has_key => ": the key is wrong, or may not read this page",
            300..=399 => ": it leads to another address, which the key is not sent to",
            _ => "",
        };
        format!("the server answers {status}{reason}")
    }
}

/// Whether the server may well answer otherwise later. Statuspage says 420 where others say 429.
fn passes(answer: &io::Result<Response>) -> bool {
    match answer {
        Err(error) => !matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::NotFound),
        Ok(response) => matches!(response.status, 408 | 420 | 429 | 500..600),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;
    use std::sync::Mutex;
    use std::thread::{self, JoinHandle};
    use std::time::Duration;

    use super::{Access, Reader};

    /// Gives these answers, one a connection, and returns the requests.
    fn server(answers: &'static [&'static str]) -> (String, JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/x", listener.local_addr().unwrap());
        let answer = move |head: &&str| {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 4096];
            let length = stream.read(&mut request).unwrap();
            let answer = format!("HTTP/1.1 {head}\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
            stream.write_all(answer.as_bytes()).unwrap();
            String::from_utf8_lossy(&request[..length]).into_owned()
        };
        (address, thread::spawn(move || answers.iter().map(answer).collect()))
    }

    static SLEPT: Mutex<Vec<u64>> = Mutex::new(Vec::new());

    /// Notes the pause in seconds, rounded up.
    fn note(pause: Duration) {
        SLEPT.lock().unwrap().push(pause.as_millis().div_ceil(1000) as u64);
    }

    #[test]
    fn the_api_gets_one_request_a_second_and_the_pause_it_asks_for() {
        let (address, server) = server(&[
            "200 OK",
            "420 Calm\r\nRetry-After: 7",
            "429 Slow\r\nRetry-After: 30",
            "200 OK",
            "404 No",
        ]);
        let reader = Reader::new(Access::Key("k".to_owned()), note);
        assert_eq!(reader.get(&address).unwrap().as_deref(), Some(&b"ok"[..]));
        assert_eq!(reader.get(&address).unwrap().as_deref(), Some(&b"ok"[..]));
        assert_eq!(reader.get(&address).unwrap(), None);
        assert_eq!(*SLEPT.lock().unwrap(), [1, 7, 1, 30, 1, 1]);
        let requests = server.join().unwrap();
        assert!(
            requests.iter().all(|request| request.contains("authorization: OAuth k\r\n")),
            "{requests:?}"
        );
    }

    #[test]
    fn the_key_is_in_no_error_and_follows_no_redirect() {
        let (address, server) = server(&["302 Found\r\nLocation: http://127.0.0.1:9/", "401 Unauthorized"]);
        let reader = Reader::new(Access::Key("s3cret".to_owned()), |_| {});
        let said = [reader.get(&address), reader.get(&address)].map(|it| it.unwrap_err().to_string());
        assert!(said[0].contains("302: it leads to another address"), "{said:?}");
        assert!(said[1].contains("401: the key is wrong"), "{said:?}");
        assert!(!said.concat().contains("s3cret"));
        server.join().unwrap();
        let unusable = Reader::new(Access::Key("s3\ncret".to_owned()), |_| {});
        let said = unusable.get("http://127.0.0.1:9/").unwrap_err();
        assert!(!said.to_string().contains("cret") && !format!("{said:?}").contains("cret"), "{said}");
    }
}
