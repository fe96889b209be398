//! Requests of any client: well-behaved, slow, silent and hostile ones.

use super::*;

#[test]
fn addresses_are_those_of_a_host() {
    let previewed = previewed(site(), Some(NOW));
    let check = |target: &str, status: u16, header: (&str, &str)| {
        let got = previewed.get(target);
        assert_eq!((got.status, got.header(header.0)), (status, Some(header.1)), "{target}");
    };
    check("/repo/", 200, ("Content-Type", "text/html; charset=utf-8"));
    check("/repo/incidents/first", 301, ("Location", "/repo/incidents/first/"));
    check("/repo/incidents/first/picture.svg", 200, ("Content-Type", "image/svg+xml; charset=utf-8"));
    check("/repo/history.atom", 200, ("Content-Type", "application/atom+xml; charset=utf-8"));
    check("/", 301, ("Location", "/repo/"));
    check("/repo/none/", 404, ("Cache-Control", "no-cache"));
    check("/repo/../site.toml", 404, ("Cache-Control", "no-cache"));
    let missing = previewed.get("/repo/none/");
    assert_eq!(without_script(&missing.body), without_script(&previewed.get("/repo/404.html").body));
    let range = previewed.get_with("/repo/large.bin", "Range: bytes=7999990-\r\n");
    assert_eq!((range.status, range.text().as_str()), (206, "0123456789"));
    assert_eq!(range.header("Content-Range"), Some("bytes 7999990-7999999/8000000"));
    let page = previewed.get("/repo/");
    let again = previewed.get_with("/repo/", &format!("If-None-Match: {}\r\n", page.header("ETag").unwrap()));
    assert_eq!(again.status, 304);
    let mut stream = BufReader::new(connect(previewed.address));
    let head = send(&mut stream, &request("HEAD", "/repo/", ""));
    assert_eq!(head.header("Content-Length"), page.header("Content-Length"));
    assert_eq!(
        send(&mut stream, &request("GET", "/repo/", "")).body,
        page.body,
        "the connection goes on after HEAD"
    );
}

#[test]
fn what_could_be_smuggled_is_refused_and_cut_off() {
    let previewed = previewed(site(), Some(NOW));
    let smuggled = "GET /repo/ HTTP/1.1\r\nHost: localhost\r\n\r\n";
    for (method, header, status) in [("GET", "Transfer-Encoding: x", 400), ("POST", "Content-Length: 5", 405)]
    {
        let mut stream = BufReader::new(connect(previewed.address));
        let mut bytes = request(method, "/", &format!("{header}\r\n"));
        bytes.extend_from_slice(smuggled.as_bytes());
        let got = send(&mut stream, &bytes);
        assert_eq!((got.status, got.header("Connection")), (status, Some("close")), "{method}");
        assert_eq!(stream.read_to_end(&mut Vec::new()).unwrap(), 0, "nothing after it is answered");
    }
}

#[test]
fn many_streams_slow_readers_and_silent_clients_stop_nobody() {
    let mut previewed = previewed(site(), Some(NOW));
    let address = previewed.address;
    let mut streams: Vec<_> = (0..200).map(|_| previewed.listen().0).collect();
    let silent: Vec<TcpStream> = (0..100)
        .map(|number| {
            let mut stream = connect(address);
            stream.write_all(&b"GET / HTTP/1.1\r\nHost: local"[..number % 28]).unwrap();
            stream
        })
        .collect();
    let slow: Vec<TcpStream> = (0..40)
        .map(|_| {
            let mut stream = connect(address);
            stream.write_all(&request("GET", "/repo/large.bin", "")).unwrap();
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            stream
        })
        .collect();
    for round in 0..5 {
        let begun = Stopwatch::now();
        previewed
            .edit("content/incidents/first/index.md", &REPORT.replace("First", &format!("Round {round}")));
        let generation = previewed.state("/repo/")["generation"].as_u64().unwrap();
        for stream in &mut streams {
            while next_event(stream) < generation {}
        }
        assert!(previewed.get("/repo/incidents/first/").text().contains(&format!("Round {round} title")));
        assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    }
    drop((silent, slow));
}

#[test]
fn more_silent_clients_than_there_is_room_for_make_room() {
    let previewed = previewed(site(), Some(NOW));
    let address = previewed.address;
    let mut silent = Vec::new();
    for _ in 0..600 {
        let mut stream = connect(address);
        stream.write_all(b"GET /").unwrap();
        silent.push(stream);
        if silent.len() > 460 {
            // The process has a limit of open files; closing here also closes the server's end.
            silent.remove(0);
        }
    }
    assert_eq!(previewed.get("/repo/").status, 200);
}

#[test]
fn pages_of_other_origins_may_read_what_hosts_let_them_read() {
    let previewed = previewed(site(), Some(NOW));
    let shared =
        ["api/v2/summary.json", "history.atom", "feed.json", "maintenance.ics", "embed.js", "badge.svg"];
    for path in shared {
        let got = previewed.get(&format!("/repo/{path}"));
        assert_eq!((got.status, got.header("Access-Control-Allow-Origin")), (200, Some("*")), "{path}");
    }
    for path in ["", "incidents/first/", "incidents/first/picture.svg", "no/such/page/"] {
        let got = previewed.get(&format!("/repo/{path}"));
        assert_eq!(got.header("Access-Control-Allow-Origin"), None, "{path}");
        let is_picture = path.ends_with(".svg");
        assert_eq!(got.header("Content-Security-Policy").is_some(), is_picture, "{path}");
    }
}
