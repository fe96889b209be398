//! `allclear serve` as a process: its ports, its end, and edits that it notices without being told where.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::support::write_files;

/// Longer than anything here takes on the slowest machine.
const LONG: Duration = Duration::from_secs(60);
/// Longer than the second look at the folder after a change takes.
const QUIET: Duration = Duration::from_millis(1500);

const SITE: &str = "title = \"First name\"\nbase_url = \"https://status.test/repo/\"\n\n[[components]]\nid = \"api\"\nname \
                    = \"API\"\nsince = 2026-01-01\n\n[feeds]\nalso_at = { \"/rss\" = \"history.rss\" }\n";

fn report(title: &str) -> String {
    format!(
        "+++\ntitle = \"{title}\"\ncomponents = {{ api = \"major_outage\" }}\n+++\n\n## Investigating, 2026-03-09 \
         10:00\n\nLook: ![a picture](picture.svg)\n\n## Resolved, 11:00\n\nDone.\n"
    )
}

fn site() -> TempDir {
    let site = tempfile::tempdir().unwrap();
    let report = report("First title");
    write_files(
        site.path(),
        &[
            ("site.toml", SITE),
            ("content/incidents/first/index.md", &report),
            ("content/incidents/first/picture.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
        ],
    );
    site
}

fn command(site: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_allclear"));
    command.args(["serve", "--now", "2026-03-10T12:00:00Z", "--site"]).arg(site);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .env_remove("SOURCE_DATE_EPOCH");
    command
}

/// A preview that runs; it ends with the test.
struct Preview {
    site: TempDir,
    process: Child,
    /// Host and port.
    host: String,
}

impl Drop for Preview {
    fn drop(&mut self) {
        // It has ended already when the test ended it.
        self.process.kill().unwrap_or_default();
        self.process.wait().unwrap();
    }
}

impl Preview {
    fn start() -> Self {
        let site = site();
        let mut process = command(site.path()).args(["--port", "0"]).stderr(Stdio::null()).spawn().unwrap();
        let host = host(&mut process);
        Self { site, process, host }
    }

    fn put(&self, path: &str, text: &str) {
        write_files(self.site.path(), &[(path, text)]);
    }

    fn remove(&self, path: &str) {
        let path = self.site.path().join(path);
        if path.is_dir() { fs::remove_dir_all(path).unwrap() } else { fs::remove_file(path).unwrap() }
    }

    fn rename(&self, from: &str, to: &str) {
        fs::rename(self.site.path().join(from), self.site.path().join(to)).unwrap();
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.host).unwrap();
        stream.set_read_timeout(Some(LONG)).unwrap();
        stream
    }

    /// The whole response, head included.
    fn get(&self, path: &str) -> String {
        let mut stream = self.connect();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.host).unwrap();
        let mut response = Vec::new();
        stream.read_to_end(&mut response).unwrap();
        String::from_utf8(response).unwrap()
    }

    /// The generations that are told from now on; the one that is newest now has been taken.
    fn news(&self) -> Receiver<u64> {
        let mut stream = self.connect();
        write!(stream, "GET /__allclear/events HTTP/1.1\r\nHost: {}\r\n\r\n", self.host).unwrap();
        let (sender, news) = mpsc::channel();
        thread::spawn(move || {
            let lines = BufReader::new(stream).lines().map_while(Result::ok);
            let generations = lines.filter_map(|line| line.strip_prefix("data: ")?.parse().ok());
            generations.map(|generation| sender.send(generation)).take_while(Result::is_ok).for_each(drop);
        });
        news.recv_timeout(LONG).unwrap();
        news
    }

    fn interrupt(&self) {
        let pid = self.process.id().to_string();
        assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    }
}

/// Where a preview says that it listens.
fn host(process: &mut Child) -> String {
    let mut line = String::new();
    BufReader::new(process.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let host = line.strip_prefix("http://").and_then(|rest| rest.strip_suffix("/repo/\n"));
    host.unwrap_or_else(|| panic!("no address: {line:?}")).to_owned()
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_it_at_once_and_well() {
    let mut idle = Preview::start();
    idle.interrupt();
    assert_eq!(idle.process.wait().unwrap().code(), Some(0), "in the moment it has begun");
    let mut busy = Preview::start();
    let streams: Vec<_> = (0..200).map(|_| busy.news()).collect();
    let begun = Instant::now();
    busy.interrupt();
    assert_eq!(busy.process.wait().unwrap().code(), Some(0), "while pages listen");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    for stream in streams {
        assert!(stream.recv_timeout(LONG).is_err(), "the stream ends");
    }
}

#[test]
fn the_next_free_port_is_said_and_one_that_was_asked_for_is_not_replaced() {
    // Whether this takes it or somebody has it: it is taken.
    let held = TcpListener::bind("127.0.0.1:4000");
    let site = site();
    let mut process = command(site.path()).spawn().unwrap();
    let taken = host(&mut process);
    let port = taken.rsplit(':').next().unwrap();
    assert_ne!(port, "4000");
    let asked = command(site.path()).args(["--port", port]).output().unwrap();
    process.kill().unwrap();
    let output = process.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains(&format!("port 4000 is in use, so this is port {port}")), "{said}");
    let refused = String::from_utf8(asked.stderr).unwrap();
    assert_eq!(asked.status.code(), Some(2), "{refused}");
    assert!(refused.contains(&format!("cannot listen on `127.0.0.1:{port}`")), "{refused}");
    assert!(refused.contains("help: leave out `--port`"), "{refused}");
    assert!(asked.stdout.is_empty());
    drop(held);
}

#[test]
fn every_kind_of_edit_shows_by_itself() {
    let preview = Preview::start();
    let news = preview.news();
    let first = "/repo/incidents/first/";
    let check = |what: &str, path: &str, expected: &str, act: &dyn Fn()| {
        assert!(!preview.get(path).contains(expected), "{what} is there already");
        act();
        while !preview.get(path).contains(expected) {
            news.recv_timeout(LONG).unwrap_or_else(|_| panic!("{what} does not show"));
        }
    };
    let put = |path: &'static str, text: &'static str| move |preview: &Preview| preview.put(path, text);
    let edit = |what: &str, path: &str, expected: &str, act: &dyn Fn(&Preview)| {
        check(what, path, expected, &|| act(&preview));
    };
    edit("a report", first, "Second title", &|it| {
        it.put("content/incidents/first/index.md", &report("Second title"));
    });
    edit("site.toml", first, "Second name", &|it| it.put("site.toml", &SITE.replace("First", "Second")));
    let template = "<!doctype html><head></head>A template";
    edit(
        "a template",
        "/repo/404.html",
        "A template",
        &put("themes/default/templates/not-found.html", template),
    );
    let styles = put("themes/default/static/style.css", "body { color: tan }");
    let sheet = |preview: &Preview| {
        let page = preview.get(first);
        let (_, rest) = page.split_once("rel=\"stylesheet\" href=\"../../").unwrap();
        format!("/repo/{}", rest.split('"').next().unwrap())
    };
    let before = sheet(&preview);
    styles(&preview);
    while sheet(&preview) == before {
        news.recv_timeout(LONG).expect("a stylesheet shows");
    }
    assert!(preview.get(&sheet(&preview)).ends_with("body { color: tan }"));
    let words = put("themes/default/i18n/en.ftl", "overall-operational = Not a cloud\n");
    edit("a message file", "/repo/", "Not a cloud", &words);
    let picture = "<svg xmlns=\"http://www.w3.org/2000/svg\"><g/></svg>";
    let image = put("content/incidents/first/picture.svg", picture);
    edit("an image", "/repo/incidents/first/picture.svg", "<g/>", &image);
    edit("a file of static/", "/repo/notes/a.txt", "a note", &put("static/notes/a.txt", "a note"));
    edit("a new file", "/repo/incidents/second/", "Third title", &|it| {
        it.put(
            "content/incidents/second.md",
            &report("Third title").replace("![a picture](picture.svg)", "here"),
        );
    });
    edit("a renamed file", "/repo/incidents/third/", "Third title", &|it| {
        it.rename("content/incidents/second.md", "content/incidents/third.md");
    });
    assert!(preview.get("/repo/incidents/second/").starts_with("HTTP/1.1 404"));
    edit("a deleted file", "/repo/incidents/third/", "HTTP/1.1 404", &|it| {
        it.remove("content/incidents/third.md");
    });
    edit("a renamed folder", "/repo/incidents/renamed/", "Second title", &|it| {
        it.rename("content/incidents/first", "content/incidents/renamed");
    });
    assert!(preview.get(first).starts_with("HTTP/1.1 404"));
    edit("a deleted folder", "/repo/incidents/renamed/", "HTTP/1.1 404", &|it| {
        it.remove("content/incidents")
    });
    edit("a new folder", "/repo/incidents/again/", "Again title", &|it| {
        it.put("content/incidents/again/picture.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
        it.put("content/incidents/again/index.md", &report("Again title"));
    });
    assert!(!preview.site.path().join("public").exists(), "nothing is written");
}

#[test]
fn however_files_are_saved_it_is_one_reload() {
    let preview = Preview::start();
    let news = preview.news();
    let path = "content/incidents/first/index.md";
    let check = |how: &str, act: &dyn Fn(&str)| {
        act(&report(how));
        news.recv_timeout(LONG).unwrap_or_else(|_| panic!("{how} does not show"));
        assert!(preview.get("/repo/incidents/first/").contains(how), "{how}");
        assert!(news.recv_timeout(QUIET).is_err(), "{how} is told of twice");
    };
    check("by a rename", &|text| {
        preview.put("content/incidents/first/.index.md.swp", text);
        preview.rename("content/incidents/first/.index.md.swp", path);
    });
    check("beside a backup", &|text| {
        preview.rename(path, "content/incidents/first/index.md~");
        preview.put(path, text);
        preview.remove("content/incidents/first/index.md~");
    });
    check("twice", &|text| {
        preview.put(path, "");
        preview.put(path, text);
    });
    check("as a checkout", &|text| {
        for number in 0..40 {
            let other = report(&format!("Other {number}")).replace("![a picture](picture.svg)", "here");
            preview.put(&format!("content/incidents/2025/other-{number}.md"), &other);
        }
        preview.put(path, text);
    });
    preview.put(path, &report("as a checkout"));
    assert!(news.recv_timeout(QUIET).is_err(), "the same bytes are no news");
}

/// Starts a preview that is to open the browser, with a folder in front of PATH whose opener is this script. Returns what is
/// written to the file `asked` there, once there is something, the address, and what was said until then.
#[cfg(all(unix, not(target_os = "macos")))]
fn opened_by(script: Option<&str>) -> (String, String, String) {
    use std::os::unix::fs::PermissionsExt as _;
    let site = site();
    let tools = tempfile::tempdir().unwrap();
    let said = tools.path().join("said");
    if let Some(script) = script {
        let opener = tools.path().join("xdg-open");
        fs::write(&opener, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&opener, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let mut process = command(site.path())
        .args(["--port", "0", "--open"])
        .env("PATH", tools.path())
        .env("ASKED", tools.path().join("asked"))
        .stderr(fs::File::create(&said).unwrap())
        .spawn()
        .unwrap();
    let host = host(&mut process);
    let read = |path: &Path| fs::read_to_string(path).unwrap_or_default();
    let begun = Instant::now();
    let is_over =
        || read(&tools.path().join("asked")).ends_with('\n') || read(&said).contains("help: open `");
    while !is_over() {
        assert!(begun.elapsed() < LONG, "nothing is opened: {}", read(&said));
        thread::sleep(Duration::from_millis(10));
    }
    let preview = Preview { site, process, host };
    assert!(preview.get("/repo/").contains("First name"), "it goes on");
    (read(&tools.path().join("asked")), format!("http://{}/repo/", preview.host), read(&said))
}

#[cfg(all(unix, not(target_os = "macos")))]
#[test]
fn the_browser_is_opened_at_the_address() {
    let (asked, address, said) = opened_by(Some("echo \"$# $1\" > \"$ASKED\""));
    assert_eq!(asked, format!("1 {address}\n"), "{said}");
    assert!(!said.contains("cannot open"), "{said}");
}

#[cfg(all(unix, not(target_os = "macos")))]
#[test]
fn a_browser_that_does_not_open_is_told_of_and_the_preview_goes_on() {
    let (_, address, said) = opened_by(None);
    let missing = format!(
        "note: cannot open `{address}`: there is no `xdg-open` here\nhelp: open `{address}` yourself"
    );
    assert!(said.contains(&missing), "{said}");
    let (_, address, said) = opened_by(Some("exit 3"));
    let failed = format!("note: cannot open `{address}`: `xdg-open` ended with exit status: 3\n");
    assert!(said.contains(&failed), "{said}");
}

#[test]
fn what_is_saved_right_after_the_start_shows_soon() {
    let site = site();
    // So many folders that they take a while to be watched.
    for number in 0..3000 {
        fs::create_dir_all(site.path().join(format!("content/incidents/{}/{number}", number % 7))).unwrap();
    }
    let mut process = command(site.path()).args(["--port", "0"]).stderr(Stdio::null()).spawn().unwrap();
    let host = host(&mut process);
    let preview = Preview { site, process, host };
    let begun = Instant::now();
    let text = report("Early title").replace("![a picture](picture.svg)", "here");
    for number in [0, 2999] {
        preview.put(&format!("content/incidents/{}/{number}/early-{number}.md", number % 7), &text);
    }
    let news = preview.news();
    for number in [0, 2999] {
        while !preview.get(&format!("/repo/incidents/early-{number}/")).contains("Early title") {
            assert!(begun.elapsed() < Duration::from_secs(10), "it does not show");
            news.recv_timeout(Duration::from_millis(100)).unwrap_or_default();
        }
    }
}

#[test]
fn a_site_that_is_moved_away_and_back_is_previewed_again() {
    let preview = Preview::start();
    let news = preview.news();
    let away = tempfile::tempdir().unwrap();
    let site = preview.site.path();
    let state = || preview.get("/__allclear/state?page=/repo/");
    // One move and another by turns: each must be told of by the watch, long before the look at every twenty seconds.
    let told = |what: &str, is_so: &dyn Fn() -> bool| {
        let begun = Instant::now();
        while !is_so() {
            assert!(begun.elapsed() < Duration::from_secs(10), "{what}");
            news.recv_timeout(Duration::from_millis(100)).unwrap_or_default();
        }
    };
    fs::rename(site, away.path().join("site")).unwrap();
    told("it has gone", &|| state().contains("cannot read"));
    assert!(preview.get("/repo/").contains("First name"), "the last good site stays");
    fs::rename(away.path().join("site"), site).unwrap();
    told("it is back", &|| state().contains("\"errors\":null"));
    preview.put("content/incidents/first/index.md", &report("Title of the returned"));
    told("it is watched", &|| preview.get("/repo/incidents/first/").contains("Title of the returned"));
    fs::remove_file(site.join("site.toml")).unwrap();
    told("there is no site.toml", &|| state().contains("missing-site-toml"));
    assert!(preview.get("/repo/").contains("First name"), "the last good site stays");
    preview.put("site.toml", SITE);
    told("it is back", &|| state().contains("\"errors\":null"));
}
