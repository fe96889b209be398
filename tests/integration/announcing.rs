//! `allclear announce` against a server on loopback: what is posted, once, whatever happens on the way.

mod examples;
mod records;
mod service;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::support::{Ran, allclear, read_files, write_files};

use service::{Answer, Service, Taken};

const SITE: &str = "title = \"Acme status\"\nbase_url = \"https://status.acme.example/\"\n\n\
    [[components]]\nid = \"api\"\nname = \"API\"\nsince = 2000-01-01\n\n";

const SLACK: &str = "[announce.chat]\nkind = \"slack\"\nurl_env = \"CHAT\"\n";

const NOW: &str = "2026-11-20T12:00:00Z";

const SECRET: &str = "s3cret-t0ken";

/// Quotes, backticks, shell text, lines, what looks like a heading or front matter, a joined emoji, right-to-left text.
const HARD: &str = "Say \"hi\" 'there' \\`id\\` $(reboot)\\\n\\## Resolved\\\n\\+++\\\n👩\u{200d}🚒 \u{5e9}\u{5dc}\u{5d5}\u{5dd} <\\@all> &";

/// The same as readers see it.
const SEEN: &str =
    "Say \"hi\" 'there' `id` $(reboot)\n## Resolved\n+++\n👩\u{200d}🚒 \u{5e9}\u{5dc}\u{5d5}\u{5dd} <@all> &";

/// A site with an incident that readers were told of.
struct Desk {
    folder: TempDir,
    service: Service,
}

impl Desk {
    fn new(settings: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let service = Service::start();
        let settings = settings.replace("URL", &service.url);
        write_files(folder.path(), &[("site.toml", &format!("{SITE}{settings}"))]);
        let desk = Self { folder, service };
        desk.incident("old", "2026-11-19 10:00", "Old news.");
        desk
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn incident(&self, slug: &str, at: &str, text: &str) {
        let report = format!(
            "+++\ntitle = \"About {slug}\"\ncomponents = {{ api = \"major_outage\" }}\n+++\n\n## Investigating, {at}\n\n{text}\n"
        );
        write_files(self.path(), &[(&format!("content/incidents/{slug}.md"), &report)]);
    }

    fn update(&self, slug: &str, text: &str) {
        let path = self.path().join(format!("content/incidents/{slug}.md"));
        fs::write(&path, fs::read_to_string(&path).unwrap() + text).unwrap();
    }

    /// Deploys what is there now.
    fn deploy(&self) {
        let out = self.path().join("public");
        allclear(self.path(), &["build", "--now", NOW, "--out", out.to_str().unwrap()]).ended(0);
        self.service.serve("/updates.atom", fs::read_to_string(out.join("updates.atom")).unwrap());
        fs::remove_dir_all(out).unwrap();
    }

    fn command(&self, args: &[&str], now: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_allclear"));
        command.arg("announce").args(args).arg("--site").arg(self.path()).env_remove("SOURCE_DATE_EPOCH");
        command.args(["--against", &self.service.url]);
        command.env("NO_COLOR", "1").env("ALLCLEAR_TEST_CLOCK", now).env("ALLCLEAR_TEST_PAUSES", "none");
        command.env("CHAT", format!("{}/{SECRET}", self.service.url)).env("KEY", SECRET);
        command
    }

    /// Announces; no secret is said or kept.
    #[track_caller]
    fn announce_at(&self, args: &[&str], now: &str) -> (Ran, Vec<Taken>) {
        let ran = Ran::of(self.command(args, now).output().unwrap());
        let kept: Vec<u8> = read_files(self.path()).into_values().flatten().collect();
        for said in [&ran.stdout, &ran.stderr, &String::from_utf8_lossy(&kept).into_owned()] {
            assert!(!said.contains(SECRET), "{said}");
        }
        (ran, self.service.taken())
    }

    #[track_caller]
    fn announce(&self, args: &[&str]) -> (Ran, Vec<Taken>) {
        self.announce_at(args, NOW)
    }

    fn record(&self) -> PathBuf {
        self.path().join(".allclear/announced/chat.jsonl")
    }
}

/// The subjects of Slack's messages.
fn subjects(taken: &[Taken]) -> Vec<String> {
    taken.iter().map(|it| it.json()["text"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn each_update_is_posted_once_over_ten_runs() {
    let desk = Desk::new(SLACK);
    desk.deploy();
    desk.incident("new", "2026-11-20 11:00", HARD);
    let (ran, taken) = desk.announce(&[]);
    ran.ended(0).saying("`chat`: 1 update announced");
    assert_eq!(subjects(&taken), ["Investigating: About new"]);
    assert_eq!(taken[0].path, format!("/{SECRET}"));
    desk.deploy();
    for _ in 0..10 {
        let (ran, taken) = desk.announce(&[]);
        ran.ended(0);
        assert!(taken.is_empty());
    }
    desk.update("new", "\n## Resolved, 2026-11-20 11:30\n\nDone.\n");
    desk.incident("late", "2026-11-20 11:20", "Late.");
    let (_, taken) = desk.announce(&[]);
    assert_eq!(subjects(&taken), ["Investigating: About late", "Resolved: About new"], "oldest first");
}

#[test]
fn services_get_their_own_forms() {
    let desk = Desk::new(&format!(
        "{SLACK}[announce.b]\nkind = \"discord\"\nurl_env = \"CHAT\"\n[announce.c]\nkind = \"teams\"\nurl_env = \"CHAT\"\n"
    ));
    desk.deploy();
    desk.incident("new", "2026-11-20 11:00", HARD);
    let (ran, taken) = desk.announce(&[]);
    ran.ended(0);
    let [slack, discord, teams] = taken.as_slice() else { panic!("{taken:#?}") };
    let link = "https://status.acme.example/incidents/new/#_20261120T110000Z";
    let card = &slack.json()["attachments"][0];
    assert_eq!(card["color"], "#c62828");
    let blocks = card["blocks"].as_array().unwrap();
    assert_eq!(
        (&slack.json()["text"], &slack.json()["mrkdwn"]),
        (&"Investigating: About new".into(), &false.into())
    );
    assert_eq!(blocks[0]["text"]["text"], "API: Major outage");
    assert_eq!(blocks[1]["text"], serde_json::json!({ "type": "plain_text", "text": SEEN, "emoji": false }));
    assert_eq!(blocks[2]["elements"][0]["text"], format!("<{link}|Acme status>"));
    assert_eq!(discord.path, format!("/{SECRET}?wait=true"));
    let embed = &discord.json()["embeds"][0];
    assert_eq!(
        (&embed["title"], &embed["url"], &embed["color"]),
        (&"About new".into(), &link.into(), &0xc6_2828.into())
    );
    assert_eq!(embed["description"].as_str().unwrap().replace('\\', ""), SEEN);
    assert_eq!(discord.json()["allowed_mentions"], serde_json::json!({ "parse": [] }));
    let card = &teams.json()["attachments"][0];
    assert_eq!(card["contentType"], "application/vnd.microsoft.card.adaptive");
    let texts = card["content"]["body"].as_array().unwrap()[2..].iter();
    let lines: Vec<&str> = texts.map(|it| it["inlines"][0]["text"].as_str().unwrap()).collect();
    assert_eq!(lines.join("\n"), SEEN);
    assert_eq!(card["content"]["actions"][0]["url"], link);
}

#[test]
fn an_endpoint_gets_what_its_template_says_and_a_second_request() {
    let settings = "[announce.list]\nkind = \"json\"\nurl = \"URL/campaigns\"\nheaders = { x-key = \"Token {{env.KEY}}\" }\n\
        body = { subject = \"{{subject}}\", lists = [1], nested = { text = \"{{site}}: {{text}} {{link}}\" } }\n\
        follow_up = { method = \"PUT\", url = \"URL/campaigns/{{answer.data.id}}/status\", body = { id = \"{{answer.data.id}}\" } }\n\
        [announce.mail]\nkind = \"json\"\nurl = \"URL/messages\"\nbasic = \"api:{{env.KEY}}\"\nform = { html = \"{{html}}\", to = \"a&b\" }\n";
    let desk = Desk::new(settings);
    desk.deploy();
    desk.incident("new", "2026-11-20 11:00", HARD);
    let (ran, taken) = desk.announce(&[]);
    ran.ended(0);
    let [first, second, mail] = taken.as_slice() else { panic!("{taken:#?}") };
    assert_eq!((&*first.path, &*first.method), ("/campaigns", "POST"));
    assert_eq!(first.headers["x-key"], format!("Token {SECRET}"));
    let text = format!("Acme status: {SEEN} https://status.acme.example/incidents/new/#_20261120T110000Z");
    let expected = serde_json::json!({ "subject": "Investigating: About new", "lists": [1], "nested": { "text": text } });
    assert_eq!(first.json(), expected);
    assert_eq!((&*second.path, &*second.method), ("/campaigns/1/status", "PUT"));
    assert_eq!(second.json(), serde_json::json!({ "id": 1 }));
    assert_eq!(mail.headers["authorization"], "Basic YXBpOnMzY3JldC10MGtlbg==");
    assert_eq!(mail.headers["content-type"], "application/x-www-form-urlencoded");
    assert!(mail.body.starts_with("html=%3Cp%3E") && mail.body.ends_with("&to=a%26b"), "{}", mail.body);
    desk.incident("next", "2026-11-20 11:30", "x");
    desk.service.fail(&[Answer::Status(200, "")]);
    let (ran, taken) = desk.announce(&["list"]);
    ran.failed("did not finish").saying("the first answer has no value at `data.id`");
    assert!(taken.is_empty());
    desk.incident("third", "2026-11-20 11:40", "x");
    let (_, taken) = desk.announce(&["list"]);
    assert_eq!(taken.iter().filter(|it| it.path == "/campaigns").count(), 1, "{taken:#?}");
}

#[test]
fn a_second_request_that_is_refused_is_sent_alone() {
    let settings = "[announce.chat]\nkind = \"json\"\nurl = \"URL/first\"\nbody = { a = \"{{title}}\" }\n\
        follow_up = { url = \"URL/second/{{answer.data.id}}\" }\n";
    let desk = Desk::new(settings);
    desk.deploy();
    desk.incident("new", "2026-11-20 11:00", "x");
    // The first request passes; the second one meets a busy server, then a broken one.
    let first = fs::read_to_string(desk.path().join("content/incidents/new.md")).unwrap();
    assert!(first.contains("About new"));
    let (_, taken) = desk.announce(&[]);
    assert_eq!(taken.len(), 2);
    let steps = fs::read_to_string(desk.record()).unwrap();
    let begun = steps.lines().position(|line| line.contains("\"begun\"")).unwrap();
    let head: String = steps.lines().take(begun + 1).map(|line| format!("{line}\n")).collect();
    fs::write(desk.record(), &head).unwrap();
    desk.service.fail(&[Answer::Status(503, "")]);
    let (ran, _) = desk.announce(&[]);
    ran.failed("the server answers 503");
    let (ran, taken) = desk.announce(&[]);
    ran.ended(0);
    let paths: Vec<&str> = taken.iter().map(|it| it.path.as_str()).collect();
    assert_eq!(paths, ["/second/1"]);
    assert!(desk.announce(&[]).1.is_empty());
}

#[test]
fn what_is_refused_is_sent_again_and_what_is_not_answered_is_named() {
    let desk = Desk::new(SLACK);
    desk.deploy();
    desk.incident("one", "2026-11-20 11:00", "x");
    desk.incident("two", "2026-11-20 11:10", "x");
    desk.service.fail(&[Answer::Status(429, "Retry-After: 7"), Answer::Status(503, "")]);
    let (ran, taken) = desk.announce(&[]);
    ran.failed("1 of 1 announcers did not finish").saying("waiting 7 s: the service is busy");
    assert!(taken.is_empty(), "what is newer waits for what is older");
    desk.service.fail(&[Answer::Nothing]);
    let (ran, taken) = desk.announce(&[]);
    ran.failed("announcers did not finish")
        .saying("not known whether it arrived, and not sent again: Investigating: About one");
    assert_eq!(subjects(&taken), ["Investigating: About one", "Investigating: About two"]);
    let (ran, taken) = desk.announce(&[]);
    ran.ended(0);
    assert!(taken.is_empty());
}

#[test]
fn a_service_that_asks_for_a_long_pause_gets_it() {
    for settings in [SLACK, "[announce.chat]\nkind = \"websub\"\nhub = \"URL/hub\"\n"] {
        let desk = Desk::new(settings);
        desk.deploy();
        desk.incident("one", "2026-11-20 11:00", "x");
        desk.incident("two", "2026-11-20 11:10", "x");
        desk.service.fail(&[Answer::Status(429, "Retry-After: 3600")]);
        desk.announce(&[]).0.failed("wait until 2026-11-20T13:00:00Z");
        let (ran, taken) = desk.announce_at(&[], "2026-11-20T12:59:59Z");
        ran.failed("the service asks to wait until 2026-11-20T13:00:00Z");
        assert!(taken.is_empty());
        let (ran, taken) = desk.announce_at(&[], "2026-11-20T13:00:00Z");
        ran.ended(0);
        assert_eq!(taken.len(), if settings == SLACK { 2 } else { 1 });
    }
}

#[test]
fn a_gateway_s_word_is_no_answer() {
    for (status, is_answer) in
        [(500, true), (503, true), (408, true), (502, false), (504, false), (524, false)]
    {
        let desk = Desk::new(SLACK);
        desk.deploy();
        desk.incident("new", "2026-11-20 11:00", "x");
        desk.service.fail(&[Answer::Status(status, "")]);
        desk.announce(&[]).0.failed("did not finish");
        assert_eq!(desk.announce(&[]).1.len(), usize::from(is_answer), "{status}");
    }
}

#[test]
fn a_service_that_cannot_be_reached_is_tried_again() {
    let desk = Desk::new(SLACK);
    desk.deploy();
    desk.incident("new", "2026-11-20 11:00", "x");
    let mut command = desk.command(&[], NOW);
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    Ran::of(command.env("CHAT", format!("http://{closed}/{SECRET}")).output().unwrap())
        .failed("did not finish");
    Ran::of(command.env("CHAT", " ").output().unwrap()).failed("the environment variable `CHAT` is not set");
    let wrong = Ran::of(command.env("CHAT", format!("ftp://{SECRET}")).output().unwrap());
    let wrong = wrong.failed("its address does not begin with `https://` or `http://`");
    assert!(!wrong.stderr.contains(SECRET));
    let (ran, taken) = desk.announce(&[]);
    ran.ended(0);
    assert_eq!(taken.len(), 1);
}

/// Killed while it waits for the answer: the update is named, and the one after it is posted.
#[test]
fn a_run_that_is_killed_before_the_answer_posts_nothing_twice() {
    let desk = Desk::new(SLACK);
    desk.deploy();
    desk.incident("one", "2026-11-20 11:00", "x");
    desk.incident("two", "2026-11-20 11:10", "x");
    desk.service.fail(&[Answer::Hang]);
    let mut command = desk.command(&[], NOW);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    desk.service.hangs.recv().unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(subjects(&desk.service.taken()), ["Investigating: About one"]);
    let (ran, taken) = desk.announce(&[]);
    ran.ended(0).saying("not known whether it arrived, and not sent again: Investigating: About one");
    assert_eq!(subjects(&taken), ["Investigating: About two"]);
}

/// The requests that are left to send by the last step of each update: of those that were about to be sent nobody knows.
fn left(record: &str) -> (usize, usize) {
    let (mut first, mut second) = (2, 2);
    for line in record.split_inclusive('\n').filter(|line| line.ends_with('\n')) {
        let step: serde_json::Value = serde_json::from_str(line).unwrap();
        match step["state"].as_str().unwrap() {
            "sending" => (first, second) = (first - 1, second - 1),
            "begun" => second += 1,
            "finishing" => second -= 1,
            _ => {}
        }
    }
    (first, second)
}

/// The record as a kill leaves it after each step, and in the middle of each line.
#[test]
fn every_beginning_of_a_record_goes_on_without_a_second_post() {
    let endpoint = "[announce.chat]\nkind = \"json\"\nurl = \"URL/first\"\nbody = { a = \"{{title}}\" }\n\
                    follow_up = { url = \"URL/second/{{answer.data.id}}\" }\n";
    for (settings, requests) in [(SLACK, 2), (endpoint, 4)] {
        let desk = Desk::new(settings);
        desk.deploy();
        desk.incident("one", "2026-11-20 11:00", "x");
        desk.incident("two", "2026-11-20 11:10", "x");
        assert_eq!(desk.announce(&[]).1.len(), requests);
        let whole = fs::read_to_string(desk.record()).unwrap();
        assert_eq!(left(&whole), (0, 0));
        let lines: Vec<&str> = whole.split_inclusive('\n').collect();
        for count in 0..=lines.len() {
            for torn in ["", lines.get(count).map_or("", |line| &line[..line.len() / 2])] {
                let record = lines[..count].concat() + torn;
                fs::write(desk.record(), &record).unwrap();
                let (ran, taken) = desk.announce(&[]);
                ran.ended(0);
                let second = taken.iter().filter(|it| it.path.starts_with("/second/")).count();
                let expected = if requests == 2 { (left(&record).0, 0) } else { left(&record) };
                assert_eq!((taken.len() - second, second), expected, "{count} {torn}");
                assert!(desk.announce(&[]).1.is_empty(), "{count} {torn}");
            }
        }
    }
}

#[test]
fn a_first_publish_announces_nothing_unless_one_insists() {
    let desk = Desk::new(SLACK);
    let (ran, taken) = desk.announce(&[]);
    ran.ended(0).saying("`chat`: not announced: Investigating: About old: it is the first publish");
    assert!(taken.is_empty());
    desk.incident("new", "2026-11-20 11:00", "x");
    assert_eq!(subjects(&desk.announce(&[]).1), ["Investigating: About new"]);
    assert_eq!(subjects(&desk.announce(&["--all"]).1), ["Investigating: About old"]);
    assert!(desk.announce(&["--all"]).1.is_empty());
}

#[test]
fn imports_and_changed_ids_announce_nothing() {
    let desk = Desk::new(SLACK);
    desk.deploy();
    let imported = "+++\ntitle = \"Moved\"\nid = \"k4v9\"\ncomponents = {}\n+++\n\n## Investigating, 2026-11-20 11:00\n\nx\n";
    let past = "+++\ntitle = \"Past\"\ncomponents = {}\n+++\n\n## Resolved, 2026-11-19 11:00\n\nx\n";
    write_files(
        desk.path(),
        &[("content/incidents/moved.md", imported), ("content/incidents/past.md", past)],
    );
    let (ran, taken) = desk.announce(&[]);
    ran.ended(0).saying("`chat`: 2 updates are not announced: its report is imported or long over");
    assert!(taken.is_empty());
    desk.update("moved", "\n## Resolved, 2026-11-20 11:30\n\nx\n");
    // Nobody was told of its beginning; one may insist.
    assert!(desk.announce(&[]).1.is_empty());
    let old = desk.path().join("content/incidents/old.md");
    fs::rename(&old, desk.path().join("content/incidents/older.md")).unwrap();
    let (ran, taken) = desk.announce(&[]);
    ran.ended(0).saying(
        "not announced: Investigating: About old: an announced update with the same title or time is gone",
    );
    assert!(taken.is_empty(), "its ids are others, its updates the same");
}

#[test]
fn a_changed_id_stands_for_one_update_and_hides_no_other() {
    let desk = Desk::new(SLACK);
    desk.deploy();
    desk.update("old", "\n## Update, 2026-11-20 11:00\n\nOne.\n");
    assert_eq!(subjects(&desk.announce(&[]).1), ["Update: About old"]);
    let report = desk.path().join("content/incidents/old.md");
    let corrected = fs::read_to_string(&report).unwrap().replace("20 11:00", "20 11:05");
    fs::write(&report, corrected).unwrap();
    assert!(desk.announce(&[]).1.is_empty());
    desk.update("old", "\n## Update, 2026-11-20 11:20\n\nTwo.\n");
    let (ran, taken) = desk.announce(&[]);
    ran.ended(0);
    assert_eq!(subjects(&taken), ["Update: About old"]);
    assert!(taken[0].body.contains("Two."));
    // One may insist.
    assert_eq!(desk.announce(&["--all"]).1.len(), 1);
    assert!(desk.announce(&["--all"]).1.is_empty());
}

#[test]
fn an_update_that_was_refused_is_new_under_another_id() {
    let desk = Desk::new(SLACK);
    desk.deploy();
    desk.incident("new", "2026-11-20 11:00", "x");
    desk.service.fail(&[Answer::Status(500, "")]);
    desk.announce(&[]).0.failed("the server answers 500");
    let incidents = desk.path().join("content/incidents");
    fs::rename(incidents.join("new.md"), incidents.join("newer.md")).unwrap();
    assert_eq!(subjects(&desk.announce(&[]).1), ["Investigating: About new"]);
}

#[test]
fn an_old_entry_that_slides_into_the_feed_is_no_news() {
    let desk = Desk::new(&format!("{SLACK}[feeds]\nentries = 2\n"));
    for (slug, hour) in [("a", "01"), ("b", "02"), ("c", "03")] {
        desk.incident(slug, &format!("2026-11-20 {hour}:00"), "x");
    }
    desk.deploy();
    fs::remove_file(desk.path().join("content/incidents/c.md")).unwrap();
    let (ran, taken) = desk.announce(&[]);
    ran.ended(0);
    assert!(taken.is_empty());
}

#[test]
fn more_than_ten_stop_before_the_first() {
    let desk = Desk::new(SLACK);
    desk.deploy();
    (10..21).for_each(|minute| desk.incident(&format!("n{minute}"), &format!("2026-11-20 11:{minute}"), "x"));
    let (ran, taken) = desk.announce(&[]);
    ran.failed("11 updates are new, which is more than 10 at once: none is announced")
        .saying("`--all` announces them");
    assert!(taken.is_empty());
    // They are still new when they are deployed.
    desk.deploy();
    assert!(desk.announce(&[]).1.is_empty());
    let (_, taken) = desk.announce(&["--all"]);
    assert_eq!(taken.len(), 11);
}

#[test]
fn a_dry_run_prints_what_would_be_sent_and_keeps_nothing() {
    let desk = Desk::new(SLACK);
    desk.deploy();
    desk.incident("new", "2026-11-20 11:00", HARD);
    let (ran, taken) = desk.announce(&["--dry-run"]);
    let shown: serde_json::Value = serde_json::from_str(&ran.ended(0).stdout).unwrap();
    assert_eq!(shown["body"]["attachments"][0]["blocks"][1]["text"]["text"], SEEN);
    assert!(taken.is_empty() && !desk.record().exists());
}

#[test]
fn a_maintenance_that_begins_and_ends_by_itself_is_told_once_and_in_time() {
    let desk = Desk::new(SLACK);
    let plan = "+++\ntitle = \"Move\"\ncomponents = [\"api\"]\nfrom = 2026-11-20 12:10\nto = 2026-11-20 14:00\n+++\n\n\
                ## Scheduled, 2026-11-20 09:00\n\nWe move.\n";
    write_files(desk.path(), &[("content/maintenance/move.md", plan)]);
    desk.deploy();
    assert!(desk.announce(&[]).1.is_empty());
    let at = |now: &str| subjects(&desk.announce_at(&[], &format!("2026-11-20T{now}:00Z")).1);
    assert_eq!(at("12:30"), ["In progress: Move"]);
    assert_eq!(at("12:45"), [""; 0]);
    let (ran, taken) = desk.announce_at(&[], "2026-11-20T15:01:00Z");
    ran.ended(0).saying("not announced: Completed: Move: it began or ended more than an hour ago");
    assert!(taken.is_empty());
    let fresh = Desk::new(SLACK);
    write_files(fresh.path(), &[("content/maintenance/move.md", plan)]);
    fresh.deploy();
    let (_, taken) = fresh.announce_at(&[], "2026-11-20T12:30:00Z");
    assert!(taken.is_empty(), "no record says whether it was told");
    assert_eq!(subjects(&fresh.announce_at(&[], "2026-11-20T14:10:00Z").1), ["Completed: Move"]);
}

#[test]
fn a_hub_is_named_by_the_feeds_and_told_once() {
    let web = "[[components]]\nid = \"web\"\nname = \"Web\"\nsince = 2000-01-01\n";
    let desk = Desk::new(&format!("{web}[announce.hub]\nkind = \"websub\"\nhub = \"URL/hub\"\n"));
    desk.deploy();
    let out = desk.path().join("out");
    allclear(desk.path(), &["build", "--now", NOW, "--out", out.to_str().unwrap()]).ended(0);
    let hub = format!("{}/hub", desk.service.url);
    let built = read_files(&out);
    let is_feed =
        |path: &&String| [".atom", ".rss", "/feed.json"].iter().any(|end| format!("/{path}").ends_with(end));
    let feeds: Vec<&String> = built.keys().filter(is_feed).collect();
    // The site's, its updates', and those of both components.
    assert_eq!(feeds.len(), 3 + 2 + 6, "{feeds:?}");
    for feed in &feeds {
        let text = String::from_utf8_lossy(&built[*feed]);
        let named = match serde_json::from_str::<serde_json::Value>(&text) {
            Ok(json) => json["hubs"] == serde_json::json!([{ "type": "WebSub", "url": hub }]),
            Err(_) => text.contains(&format!("rel=\"hub\" href=\"{hub}\"")),
        };
        assert!(named, "{feed}: {text}");
    }
    fs::remove_dir_all(out).unwrap();
    desk.incident("one", "2026-11-20 11:00", "x");
    desk.incident("two", "2026-11-20 11:10", "x");
    desk.service.fail(&[Answer::Nothing]);
    desk.announce(&[]).0.failed("did not finish");
    let (ran, taken) = desk.announce(&[]);
    ran.ended(0).saying("the hub was told of 2 updates");
    // All feeds that have both updates, each once, and no others.
    let [publication] = taken.as_slice() else { panic!("{taken:#?}") };
    let mut expected: Vec<String> = feeds
        .iter()
        .filter(|feed| !feed.contains("/web/"))
        .map(|feed| format!("hub.url=https%3A%2F%2Fstatus.acme.example%2F{}", feed.replace('/', "%2F")))
        .collect();
    expected.push("hub.mode=publish".to_owned());
    let mut fields: Vec<&str> = publication.body.split('&').collect();
    fields.sort_unstable();
    expected.sort();
    assert_eq!(fields, expected);
    assert!(desk.announce(&[]).1.is_empty());
}

#[test]
fn what_readers_were_told_is_read_from_files_and_targets_too() {
    let desk = Desk::new(&format!("{SLACK}[publish.web]\nkind = \"directory\"\npath = \"web\"\n"));
    allclear(desk.path(), &["publish", "web", "--now", NOW]).ended(0);
    desk.incident("new", "2026-11-20 11:00", "x");
    let feed = desk.path().join("web/updates.atom");
    for against in ["web", feed.to_str().unwrap()] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_allclear"));
        command.args(["announce", "--against", against, "--record"]).arg(desk.path().join("rec"));
        command.arg("--site").arg(desk.path()).env("CHAT", &desk.service.url).env("ALLCLEAR_TEST_CLOCK", NOW);
        Ran::of(command.output().unwrap()).ended(0);
        assert_eq!(subjects(&desk.service.taken()), ["Investigating: About new"], "{against}");
        let record = desk.path().join("rec/chat.jsonl");
        command.args(["--dry-run"]).arg("chat");
        assert_eq!(Ran::of(command.output().unwrap()).ended(0).stdout, "");
        fs::remove_file(record).unwrap();
    }
    let empty = desk.path().join("empty");
    fs::write(&empty, "").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_allclear"));
    command.args(["announce", "--dry-run", "--against"]).arg(&empty).arg("--site").arg(desk.path());
    let ran = Ran::of(command.env("ALLCLEAR_TEST_CLOCK", NOW).output().unwrap()).ended(0);
    ran.saying("2 updates are not announced: it is the first publish");
    let (ran, _) = desk.announce(&["nobody"]);
    ran.failed("there is no announcer `nobody` in site.toml");
}
