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

mod clients;
mod edits;
mod gallery;
mod times;

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
fn a_preview_that_fails_ends() {
    let (over, is_over) = mpsc::channel();
    in_background(over.clone(), || panic!("as it should in this test"));
    assert!(is_over.recv_timeout(LONG).unwrap().is_err());
    in_background(over, || Err(Failure::World("no".to_owned())));
    assert!(matches!(is_over.recv_timeout(LONG), Ok(Ok(Err(Failure::World(_))))));
}
