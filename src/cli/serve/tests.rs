//! The preview over real sockets.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant as Stopwatch};

use tempfile::TempDir;

use super::in_background;
use super::live_environment::{LiveEnvironment, Trigger};
use super::rebuilder::{Rebuilder, RebuilderIo};
use crate::cli::clock::real_now;
use crate::cli::failure::Failure;
use crate::cli::load::ContentArgs;
use crate::diagnostic::text::{self, Style};
use crate::edge::disk;
use crate::edge::serve::{AllowedHosts, Port, Preview, TimeStep, listen, start};
use crate::edge::watch::Change;
use crate::pipeline::{self, Body, Options, Outcome};
use crate::source::Snapshot;
use crate::time::Zone;

mod edits;

/// A timeout longer than anything here takes on the slowest machine.
const LONG: Duration = Duration::from_secs(60);

const NOW: &str = "2026-03-10T12:00:00Z";

const SITE: &str = "title = \"Test status\"\nbase_url = \"https://status.test/repo/\"\n\n[[components]]\nid = \"api\"\nname \
                    = \"API\"\nsince = 2026-01-01\n";

const REPORT: &str = "+++\ntitle = \"First title\"\ncomponents = { api = \"major_outage\" }\n+++\n\n## Investigating, \
                      2026-03-09 10:00\n\nLook: ![a picture](picture.svg)\n\n## Resolved, 11:00\n\nDone.\n";

/// A previewed site without a watcher: tests trigger reads themselves.
struct Previewed {
    site: TempDir,
    rebuilder: Rebuilder,
    wakes: Receiver<Trigger>,
    address: SocketAddr,
}

fn content(now: Option<&str>) -> ContentArgs {
    ContentArgs { now: now.map(str::to_owned), drafts: false, base_url: None }
}

fn site() -> TempDir {
    let site = tempfile::tempdir().unwrap();
    put(site.path(), "site.toml", SITE);
    put(site.path(), "content/incidents/first/index.md", REPORT);
    put(site.path(), "content/incidents/first/picture.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    put(site.path(), "static/large.bin", &"0123456789".repeat(800_000));
    site
}

fn put(site: &Path, path: &str, text: &str) {
    let path = site.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn previewed(site: TempDir, now: Option<&str>) -> Previewed {
    previewed_by(site, now, real_now)
}

/// A preview with a clock of its own.
fn previewed_by(
    site: TempDir,
    now: Option<&str>,
    clock: impl Fn() -> crate::time::Instant + Send + 'static,
) -> Previewed {
    let (sender, wakes): (Sender<Trigger>, _) = mpsc::channel();
    let outside = LiveEnvironment { site: site.path().to_owned(), rebuilder: sender };
    let preview = Arc::new(Preview::new(outside, AllowedHosts::Loopback));
    let place = RebuilderIo { clock: Box::new(clock), terminal: |_| () };
    let mut rebuilder = Rebuilder::new(site.path(), &content(now), Arc::clone(&preview), place).unwrap();
    rebuilder.make();
    let listener = listen(IpAddr::V4(Ipv4Addr::LOCALHOST), Port::Exactly(0)).unwrap();
    let address = start(listener, &preview).unwrap();
    Previewed { site, rebuilder, wakes, address }
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Got {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Got {
    fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    fn header(&self, name: &str) -> Option<&str> {
        let start = format!("{name}: ");
        self.head.lines().find_map(|line| line.strip_prefix(&start))
    }
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(LONG)).unwrap();
    stream
}

fn send(stream: &mut BufReader<TcpStream>, request: &[u8]) -> Got {
    stream.get_mut().write_all(request).unwrap();
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert_ne!(stream.read_line(&mut head).unwrap(), 0, "the connection ended: {head}");
    }
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let mut got = Got { status, head, body: Vec::new() };
    let len = got.header("Content-Length").unwrap().parse().unwrap();
    let has_body = !request.starts_with(b"HEAD") && status != 304;
    got.body = vec![0; if has_body { len } else { 0 }];
    stream.read_exact(&mut got.body).unwrap();
    got
}

fn request(method: &str, target: &str, headers: &str) -> Vec<u8> {
    format!("{method} {target} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n").into_bytes()
}

impl Previewed {
    fn get_with(&self, target: &str, headers: &str) -> Got {
        send(&mut BufReader::new(connect(self.address)), &request("GET", target, headers))
    }

    fn get(&self, target: &str) -> Got {
        self.get_with(target, "")
    }

    /// The preview's state as the page at this path gets it.
    fn state(&self, page: &str) -> serde_json::Value {
        serde_json::from_slice(&self.get(&format!("/__allclear/state?page={page}")).body).unwrap()
    }

    fn put(&self, path: &str, text: &str) {
        put(self.site.path(), path, text);
    }

    /// Writes a file and has the change noticed.
    fn edit(&mut self, path: &str, text: &str) {
        self.put(path, text);
        self.rebuilder.look();
    }

    /// Opens an event stream; returns its first generation.
    fn listen(&self) -> (BufReader<TcpStream>, u64) {
        let mut stream = BufReader::new(connect(self.address));
        stream.get_mut().write_all(&request("GET", "/__allclear/events", "")).unwrap();
        let generation = next_event(&mut stream);
        (stream, generation)
    }
}

fn next_event(stream: &mut BufReader<TcpStream>) -> u64 {
    let begun = Stopwatch::now();
    loop {
        let mut line = String::new();
        // A stream without events sends heartbeats.
        assert!(begun.elapsed() < LONG, "nothing happens");
        assert_ne!(stream.read_line(&mut line).unwrap(), 0, "the stream ended");
        if let Some(generation) = line.strip_prefix("data: ") {
            return generation.trim().parse().unwrap();
        }
    }
}

fn without_script(html: &[u8]) -> Vec<u8> {
    let html = String::from_utf8(html.to_vec()).unwrap();
    let start = html.find("<script src=\"/__allclear/live.js\"").expect("the script is in every page");
    let end = start + html[start..].find("</script>").unwrap() + "</script>".len();
    [&html.as_bytes()[..start], &html.as_bytes()[end..]].concat()
}

/// All outputs of a fresh build.
fn built(site: &Path, now: &str) -> (Outcome, Snapshot) {
    let snapshot = disk::read(site).unwrap();
    let now = crate::time::Instant::parse_rfc3339(now).unwrap();
    let options =
        Options { now, clock: crate::check::Clock::Fixed, variant: crate::check::Variant::default() };
    (pipeline::run(&snapshot, &options), snapshot)
}

fn outputs(outcome: &Outcome, site: &Path) -> Option<BTreeMap<String, Vec<u8>>> {
    let prepared = outcome.prepared.as_ref()?;
    let output = |path| match prepared.render(path).unwrap() {
        Body::Bytes(bytes) => bytes,
        Body::File(handle) => fs::read(site.join(handle.path.as_str())).unwrap(),
    };
    Some(prepared.plan.outputs.keys().map(|path| (path.as_str().to_owned(), output(path))).collect())
}

/// Asserts that every output is served with these bytes.
fn assert_served(previewed: &Previewed, outputs: &BTreeMap<String, Vec<u8>>) {
    let mut stream = BufReader::new(connect(previewed.address));
    for (path, bytes) in outputs {
        let got = send(&mut stream, &request("GET", &format!("/repo/{path}"), ""));
        assert_eq!(got.status, 200, "{path}");
        let body = if path.ends_with(".html") { without_script(&got.body) } else { got.body };
        assert!(body == *bytes, "{path} is served as it is built");
    }
}

#[test]
fn served_bytes_minus_the_script_are_the_built_ones() {
    let previewed = previewed(site(), Some(NOW));
    let (outcome, _) = built(previewed.site.path(), NOW);
    let outputs = outputs(&outcome, previewed.site.path()).unwrap();
    assert!(outputs.len() > 20 && outputs.contains_key("large.bin"));
    assert_served(&previewed, &outputs);
    assert!(!previewed.site.path().join("public").exists(), "nothing is written");
}

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
fn a_warning_is_told_beside_the_newest_site() {
    let mut previewed = previewed(site(), Some(NOW));
    previewed.edit("content/stray.xyz", "");
    let state = previewed.state("/repo/");
    assert!(state["errors"].is_null());
    assert_eq!(state["warnings"]["count"], "1 warning");
    let (outcome, snapshot) = built(previewed.site.path(), NOW);
    let shown = text::render(&outcome.problems, &snapshot, Style::Plain);
    assert_eq!(state["warnings"]["text"], shown.trim_end());
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
fn with_errors_the_last_good_site_stays_and_says_what_is_wrong() {
    let mut previewed = previewed(site(), Some(NOW));
    let page = "/repo/incidents/first/";
    let before = previewed.get(page);
    previewed.edit("content/incidents/first/index.md", &REPORT.replace("title = ", "titel = <x> "));
    let after = previewed.get(page);
    assert_eq!((after.status, &after.body), (before.status, &before.body));
    let state = previewed.state(page);
    let (outcome, snapshot) = built(previewed.site.path(), NOW);
    let shown = text::render(&outcome.problems, &snapshot, Style::Plain);
    assert_eq!(state["errors"]["text"], shown.trim_end());
    assert!(shown.contains("content/incidents/first/index.md:2"), "{shown}");
    previewed.edit("content/incidents/first/index.md", &REPORT.replace("First", "Second"));
    assert!(previewed.state(page)["errors"].is_null());
    assert!(previewed.get(page).text().contains("Second title"));
    fs::remove_dir_all(previewed.site.path().join("content/incidents/first")).unwrap();
    previewed.rebuilder.look();
    assert_eq!(previewed.get(page).status, 404);
}

/// Some mistakes of a template show only when a page is rendered.
#[test]
fn a_page_that_cannot_be_rendered_brings_the_last_good_site_back() {
    let template = "themes/default/templates/not-found.html";
    let mut previewed = previewed(site(), Some(NOW));
    let before = previewed.get("/repo/none/");
    previewed.put(template, "<head></head>{{ nope.nope }}");
    previewed.edit("content/incidents/first/index.md", &REPORT.replace("First", "Second"));
    assert!(previewed.get("/repo/incidents/first/").text().contains("Second title"), "nobody has found out");
    let (mut stream, generation) = previewed.listen();
    for _ in 0..3 {
        let after = previewed.get("/repo/none/");
        assert_eq!((after.status, &after.body), (404, &before.body));
    }
    assert_eq!(next_event(&mut stream), generation + 1, "it is told of once");
    let state = previewed.state("/repo/incidents/first/");
    assert_eq!(state["generation"], generation + 1);
    let said = state["errors"]["text"].as_str().unwrap();
    assert!(said.contains(template) && said.contains("`nope` is not defined"), "{said}");
    assert!(previewed.get("/repo/incidents/first/").text().contains("First title"), "as every page says");
    previewed.edit(template, "<head></head>Mended");
    assert!(previewed.get("/repo/none/").text().contains("Mended"));
    assert!(previewed.state("/repo/")["errors"].is_null());
    assert!(previewed.get("/repo/incidents/first/").text().contains("Second title"));
}

#[test]
fn a_page_that_never_could_be_rendered_says_why_and_the_others_are_shown() {
    let site = site();
    put(site.path(), "themes/default/templates/not-found.html", "<head></head>{{ nope.nope }}");
    let previewed = previewed(site, Some(NOW));
    for _ in 0..3 {
        let got = previewed.get("/repo/none/");
        assert_eq!(got.status, 500);
        assert!(got.text().contains("`nope` is not defined"), "{}", got.text());
        assert_eq!(previewed.get("/repo/").status, 200);
    }
    let state = previewed.state("/repo/");
    assert!(state["errors"]["text"].as_str().unwrap().contains("`nope` is not defined"));
    assert_eq!(state["generation"], 2, "it is told of once");
}

#[test]
fn errors_at_the_first_start_are_shown_on_every_page() {
    let site = site();
    put(site.path(), "site.toml", "title = <b>\n");
    let mut previewed = previewed(site, Some(NOW));
    for page in ["/", "/repo/", "/anything/"] {
        let got = previewed.get(page);
        assert_eq!(got.status, 503);
        let text = got.text();
        assert!(text.contains("site.toml:1") && text.contains("title = &lt;b&gt;"), "{text}");
        assert!(text.contains("<script src=\"/__allclear/live.js\""));
    }
    let digest = previewed.state("/repo/")["page"]["digest"].clone();
    assert!(previewed.get("/repo/").text().contains(digest.as_str().unwrap()));
    previewed.edit("site.toml", SITE);
    assert_eq!(previewed.get("/repo/").status, 200);
    assert_ne!(previewed.state("/repo/")["page"]["digest"], digest);
}

#[test]
fn a_page_knows_whether_it_is_another_now() {
    let mut previewed = previewed(site(), Some(NOW));
    let first = "/repo/incidents/first/";
    let faces = |previewed: &Previewed| {
        let fingerprint = |page| previewed.state(page)["page"].clone();
        (fingerprint(first), fingerprint("/repo/uptime/"))
    };
    let before = faces(&previewed);
    previewed
        .edit("content/incidents/first/picture.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><g/></svg>");
    let pictured = faces(&previewed);
    assert_ne!(pictured.0["digest"], before.0["digest"], "its picture changed");
    assert_eq!(pictured.1, before.1);
    previewed.edit("themes/default/static/style.css", "body { color: red }");
    let styled = faces(&previewed);
    assert_eq!(styled.0["digest"], pictured.0["digest"], "its style alone changed");
    assert_ne!(styled.0["styles"], pictured.0["styles"]);
    let generation = previewed.state(first)["generation"].clone();
    previewed.edit("content/incidents/first/index.md", REPORT);
    assert_eq!(previewed.state(first)["generation"], generation, "the same bytes are no news");
}

#[test]
fn time_is_travelled_by_the_bar_alone() {
    let mut previewed = previewed(site(), Some("2026-03-09T10:30:00Z"));
    let script = "Allclear-Preview: 1\r\n";
    assert_eq!(previewed.get("/__allclear/travel?by=3600").status, 403, "another page cannot");
    assert_eq!(previewed.get_with("/__allclear/travel?by=x", script).status, 400);
    assert!(previewed.wakes.try_recv().is_err());
    let page = previewed.get("/repo/").text();
    assert!(page.contains("data-now=\"1773052200000\""), "2026-03-09T10:30:00Z: {page}");
    let mut check = |query: &str, now: &str| {
        assert_eq!(previewed.get_with(&format!("/__allclear/travel?{query}"), script).status, 200);
        let Ok(Trigger::TimeStep(travel)) = previewed.wakes.recv_timeout(LONG) else { panic!("{query}") };
        previewed.rebuilder.travel(travel);
        assert_eq!(previewed.state("/repo/")["time"]["now"], now);
        assert_served(
            &previewed,
            &outputs(&built(previewed.site.path(), now).0, previewed.site.path()).unwrap(),
        );
    };
    check("to=next", "2026-03-09T11:00:00Z");
    check("by=-3600", "2026-03-09T10:00:00Z");
    check("by=-86400", "2026-03-08T10:00:00Z");
    // Stepping stops at the limits of the zone rules.
    for far in [i64::MIN, i64::MIN + 1, i64::MAX] {
        check(&format!("by={far}"), "2026-03-08T10:00:00Z");
    }
    previewed.edit("site.toml", "title = ");
    for _ in 0..3 {
        previewed.rebuilder.travel(TimeStep::By(3600));
    }
    assert_eq!(
        previewed.state("/repo/")["time"]["now"],
        "2026-03-08T10:00:00Z",
        "the last good site's moment"
    );
    previewed.edit("site.toml", SITE);
    assert_eq!(previewed.state("/repo/")["time"]["now"], "2026-03-08T10:00:00Z", "no step was taken unseen");
}

#[test]
fn what_begins_by_itself_shows_by_itself() {
    let site = site();
    // A time on the preview's clock, whole seconds ahead, as reports write it.
    let begins = real_now().plus_secs(3);
    let written = Zone::UTC.rfc3339(begins);
    let ends = Zone::UTC.rfc3339(begins.plus_secs(3600));
    let announced = Zone::UTC.rfc3339(begins.plus_secs(-3600));
    let report = format!(
        "+++\ntitle = \"Works\"\ncomponents = [\"api\"]\nfrom = {written}\nto = {ends}\nannounced = {announced}\n+++\n"
    );
    put(site.path(), "content/maintenance/works.md", &report);
    let Previewed { site, rebuilder, wakes, address } = previewed(site, None);
    thread::spawn(move || rebuilder.run(&wakes));
    let mut stream = BufReader::new(connect(address));
    stream.get_mut().write_all(&request("GET", "/__allclear/events", "")).unwrap();
    let has_begun = || {
        let mut stream = BufReader::new(connect(address));
        let status = send(&mut stream, &request("GET", "/repo/api/v2/status.json", ""));
        status.text().contains("Service Under Maintenance")
    };
    while !has_begun() {
        assert!(real_now() <= begins.plus_secs(30), "it began at {written}");
        next_event(&mut stream);
    }
    assert!(real_now() >= begins);
    drop(site);
}

/// A clock that starts at `from`.
fn clock_from(from: &str) -> impl Fn() -> crate::time::Instant + Clone + Send + 'static {
    let from = crate::time::Instant::parse_rfc3339(from).unwrap();
    let begun = Stopwatch::now();
    move || from.plus_secs(i64::try_from(begun.elapsed().as_secs()).unwrap())
}

/// Previews a site in Kathmandu, where the day begins at 18:15 UTC, from two seconds before; `wake` triggers the
/// rebuilder. Checks what an open page must do at that midnight.
fn check_midnight(wake: impl FnOnce(Sender<Trigger>)) {
    let site = site();
    put(site.path(), "site.toml", &SITE.replace("\n\n[[", "\ntime_zone = \"Asia/Kathmandu\"\n\n[["));
    let clock = clock_from("2026-03-09T18:14:58Z");
    let midnight = crate::time::Instant::parse_rfc3339("2026-03-09T18:15:00Z").unwrap();
    let previewed = previewed_by(site, None, clock.clone());
    let (mut stream, _) = previewed.listen();
    let digest = |previewed: &Previewed| previewed.state("/repo/")["page"]["digest"].clone();
    let (before, page) = (digest(&previewed), previewed.get("/repo/").text());
    assert!(
        page.contains("data-first=\"2025-12-10\"") && clock() < midnight,
        "the last of 90 days is the 9th: {page}"
    );
    assert!(!page.contains("data-now"), "the page's own clock goes on");
    let Previewed { site, rebuilder, wakes, address } = previewed;
    let (sender, woken) = mpsc::channel();
    wake(sender.clone());
    thread::spawn(move || rebuilder.run(&woken));
    let at = |target: &str| send(&mut BufReader::new(connect(address)), &request("GET", target, ""));
    let state =
        || serde_json::from_slice::<serde_json::Value>(&at("/__allclear/state?page=/repo/").body).unwrap();
    // As the script of an open page does: it asks after each event, and reloads when the page changed.
    while state()["page"]["digest"] == before {
        next_event(&mut stream);
        assert!(clock() < midnight.plus_secs(15), "the day that has begun is not shown");
    }
    assert!(clock() >= midnight);
    assert!(at("/repo/").text().contains("data-first=\"2025-12-11\""), "the last of 90 days is the 10th");
    drop((site, wakes, sender));
}

#[test]
fn midnight_shows_by_itself() {
    check_midnight(|_| ());
}

#[test]
fn midnight_shows_though_the_folder_is_looked_at_all_the_time() {
    check_midnight(|sender| {
        let look = move || sender.send(Trigger::Files(Change::Anywhere)).is_ok();
        thread::spawn(move || {
            while look() {
                thread::sleep(Duration::from_millis(200));
            }
        });
    });
}

#[test]
fn a_preview_that_fails_ends() {
    let (over, is_over) = mpsc::channel();
    in_background(over.clone(), || panic!("as it should in this test"));
    assert!(is_over.recv_timeout(LONG).unwrap().is_err());
    in_background(over, || Err(Failure::World("no".to_owned())));
    assert!(matches!(is_over.recv_timeout(LONG), Ok(Ok(Err(Failure::World(_))))));
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

#[test]
fn the_gallery_takes_every_option_of_the_theme() {
    let options = r##"
[theme_options]
logo = { light = "/logo.svg", dark = "/dark/logo.svg" }
accent = "#0b57d0"
support = "/about/"
nav = [{ title = "Home", url = "https://example.org" }, { title = "About", url = "/about/" }]
footer = [{ title = "Imprint", url = "/about/#imprint" }, { title = "Terms", url = "/terms.pdf" }]
subscribe = [{ title = "Mail", url = "/incidents/first/" }]
stylesheet = "/more.css"
fonts = [{ family = "Own", file = "/own.woff2" }]
policy = { img-src = ["https://cdn.example.org"] }
"##;
    let theme = crate::parse::theme_toml(
        &crate::source::SourcePath::new("theme.toml"),
        include_bytes!("../../../themes/default/theme.toml"),
    );
    for (name, _) in theme.unwrap() {
        assert!(options.contains(&format!("\n{} = ", name.value)), "{}", name.value);
    }
    let site = site();
    put(site.path(), "site.toml", &format!("{SITE}{options}"));
    put(site.path(), "content/pages/about.md", "+++\ntitle = \"About\"\n+++\n\nUs.\n\n## Imprint\n");
    for file in ["logo.svg", "dark/logo.svg", "terms.pdf", "more.css", "own.woff2"] {
        put(site.path(), &format!("static/{file}"), "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    }
    let previewed = previewed(site, None);
    for page in ["calm/", "later/incidents/major/", "later/text/", "later/subscribe/", "major/embed/"] {
        let got = previewed.get(&format!("/__allclear/gallery/{page}"));
        assert_eq!(got.status, 200, "{page}: {}", got.text());
    }
    let front = previewed.get("/__allclear/gallery/calm/").text();
    assert!(
        front.contains("logo.svg") && front.contains("terms.pdf") && front.contains("Imprint"),
        "{front}"
    );
    for file in ["logo.svg", "dark/logo.svg", "terms.pdf", "more.css", "own.woff2"] {
        assert_eq!(previewed.get(&format!("/__allclear/gallery/calm/{file}")).status, 200, "{file}");
    }
}

#[test]
fn the_gallery_shows_what_the_theme_makes() {
    let mut previewed = previewed(site(), None);
    let index = previewed.get("/__allclear/gallery/").text();
    let frames: Vec<&str> =
        index.split(" src=\"").skip(2).map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(frames.len() >= 40, "{frames:?}");
    for frame in frames.iter().filter(|frame| frame.ends_with("=dark")) {
        let got = previewed.get(&format!("/__allclear/gallery/{frame}"));
        let is_missing = frame.contains("/no/such/page/");
        assert_eq!(got.status, if is_missing { 404 } else { 200 }, "{frame}");
        assert!(got.text().contains(" data-now=\""), "{frame}");
    }
    let page = "/__allclear/gallery/later/incidents/major/";
    let fingerprint = previewed.state(page)["page"].clone();
    assert!(previewed.get(page).text().contains(fingerprint["digest"].as_str().unwrap()));
    previewed.edit("themes/default/i18n/en.ftl", "postmortem = What we learned\n");
    assert_ne!(previewed.state(page)["page"]["digest"], fingerprint["digest"]);
    assert!(previewed.get(page).text().contains("What we learned"));
}
