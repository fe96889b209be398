//! A server on loopback that plays the host of a published site, and the chat that is told of updates.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::thread;

/// Where the examples of the pages stand.
pub(super) const PUBLIC: &str = "https://status.example.org";

/// Serves the files of a folder until the test ends, and takes every message; returns its address.
pub(super) fn start(folder: PathBuf) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming().take(1_000) {
            let mut stream = stream.unwrap();
            let Some((method, path)) = request(&stream) else { continue };
            let file = if path.ends_with('/') { format!("{path}index.html") } else { path };
            let (status, body) = match fs::read(folder.join(file.trim_start_matches('/'))) {
                _ if method == "POST" => ("200 OK", b"ok".to_vec()),
                Ok(bytes) => ("200 OK", bytes),
                Err(_) => ("404 Not Found", Vec::new()),
            };
            answer(&mut stream, status, &body);
        }
    });
    address
}

/// The method and the path of a request, after all of it was read.
fn request(stream: &TcpStream) -> Option<(String, String)> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let (method, rest) = line.split_once(' ')?;
    let path = rest.split_once(' ')?.0;
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim_end().split_once(": ") else { break };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.parse().ok()?;
        }
    }
    reader.read_exact(&mut vec![0; length]).ok()?;
    Some((method.to_owned(), path.to_owned()))
}

fn answer(stream: &mut TcpStream, status: &str, body: &[u8]) {
    let head = format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
}
