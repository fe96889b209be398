//! A server on loopback that plays Slack, Discord, Teams, endpoints, hubs and the deployed site.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value;

/// What it does instead of taking a request.
#[derive(Clone, Copy, Debug)]
pub(super) enum Answer {
    /// A status, and a header line.
    Status(u16, &'static str),
    /// Takes the request, as without a fault.
    Taken,
    /// Takes the request and closes the connection.
    Nothing,
    /// Takes the request and holds it until the client is gone.
    Hang,
}

#[derive(Clone, Debug)]
pub(super) struct Taken {
    pub(super) method: String,
    pub(super) path: String,
    /// Names in lower case.
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: String,
}

impl Taken {
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

#[derive(Default)]
struct State {
    taken: Vec<Taken>,
    /// Answers to the next requests.
    faults: Vec<Answer>,
    /// Files that are served, by path.
    files: BTreeMap<String, String>,
}

pub(super) struct Service {
    pub(super) url: String,
    state: Arc<Mutex<State>>,
    /// Sent when a request hangs.
    pub(super) hangs: Receiver<()>,
}

impl Service {
    /// Serves until the test ends.
    pub(super) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state: Arc<Mutex<State>> = Arc::default();
        let shared = Arc::clone(&state);
        let (hanging, hangs) = std::sync::mpsc::channel();
        thread::spawn(move || {
            for stream in listener.incoming().take(1_000) {
                let mut stream = stream.unwrap();
                let Some(taken) = request(&stream) else { continue };
                let mut state = shared.lock().unwrap();
                let path = taken.path.split('?').next().unwrap_or_default();
                let file = state.files.get(path).cloned();
                if taken.method == "GET" {
                    drop(state);
                    match file {
                        Some(text) => answer(&mut stream, "200 OK", "", &text),
                        None => answer(&mut stream, "404 No", "", "no"),
                    }
                    continue;
                }
                let fault = if state.faults.is_empty() { None } else { Some(state.faults.remove(0)) };
                // What is refused for its number is not taken.
                if !matches!(fault, Some(Answer::Status(..))) {
                    state.taken.push(taken);
                }
                let number = state.taken.len();
                drop(state);
                match fault {
                    None | Some(Answer::Taken) => {
                        answer(&mut stream, "200 OK", "", &format!("{{\"data\":{{\"id\":{number}}}}}"))
                    }
                    Some(Answer::Status(status, header)) => {
                        answer(&mut stream, &format!("{status} No"), header, "no")
                    }
                    Some(Answer::Nothing) => {}
                    Some(Answer::Hang) => {
                        hanging.send(()).unwrap();
                        let _ = stream.read(&mut [0]);
                    }
                }
            }
        });
        Self { url, state, hangs }
    }

    pub(super) fn serve(&self, path: &str, text: String) {
        self.state.lock().unwrap().files.insert(path.to_owned(), text);
    }

    pub(super) fn fail(&self, faults: &[Answer]) {
        self.state.lock().unwrap().faults.extend(faults);
    }

    /// What was taken since the last time.
    pub(super) fn taken(&self) -> Vec<Taken> {
        std::mem::take(&mut self.state.lock().unwrap().taken)
    }
}

fn answer(stream: &mut TcpStream, status: &str, header: &str, body: &str) {
    let header = if header.is_empty() { String::new() } else { format!("{header}\r\n") };
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status}\r\n{header}Connection: close\r\nContent-Length: {length}\r\n\r\n{body}");
    let _ = stream.write_all(head.as_bytes());
}

fn request(stream: &TcpStream) -> Option<Taken> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let length = headers.get("content-length").and_then(|it| it.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Taken { method, path, headers, body: String::from_utf8(body).unwrap() })
}
