//! The first five minutes, short in the README and long in docs/first-five-minutes.md, are recorded from a run: their
//! commands are run in a fresh folder, each a minute after the one before, and print exactly what is shown.
//!
//! In the first ten minutes of the site's day they print the same but for dates and times of day. `UPDATE_GOLDEN=1` rewrites
//! the outputs.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use allclear::time::Instant;
use regex::Regex;

use super::{Desk, binary};

/// When the transcripts were recorded.
const NOON: &str = "2026-11-21T12:00:00Z";

/// The second minute of the day: all commands of a page lie in its first quarter of an hour.
const EARLY: &str = "2026-11-21T00:01:00Z";

/// A folder in which commands are typed, and the clock they read.
struct Session {
    folder: PathBuf,
    clock: Instant,
}

impl Session {
    /// Runs the lines of a block that begin with `$ ` and puts what each prints below it; `cd` holds for later ones.
    fn replay(&mut self, block: &str) -> String {
        let mut shown = String::new();
        let mut lines = block.lines();
        while let Some(line) = lines.next() {
            let Some(first) = line.strip_prefix("$ ") else { continue };
            let mut command = first.to_owned();
            let _ = writeln!(shown, "{line}");
            while command.ends_with('\\') {
                let next = lines.next().unwrap();
                let _ = writeln!(shown, "{next}");
                command = format!("{command}\n{next}");
            }
            match command.strip_prefix("cd ") {
                Some(to) => self.folder = self.folder.join(to),
                None => shown.push_str(&self.run(&command)),
            }
        }
        shown
    }

    fn run(&mut self, command: &str) -> String {
        let path = format!("{}:{}", binary().parent().unwrap().display(), std::env::var("PATH").unwrap());
        let output = Command::new("sh")
            .args(["-c", &format!("exec 2>&1; {command}")])
            .current_dir(&self.folder)
            .env("PATH", path)
            .env("NO_COLOR", "1")
            .env("ALLCLEAR_TEST_CLOCK", self.clock.to_string())
            .env_remove("SOURCE_DATE_EPOCH")
            .output()
            .unwrap();
        self.clock = self.clock.plus_secs(60);
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{command}: {text}");
        text
    }
}

/// A page with what the commands of its `console` blocks print, one after the other, from `start` on.
fn replayed(page: &str, start: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut session =
        Session { folder: folder.path().to_owned(), clock: Instant::parse_rfc3339(start).unwrap() };
    let mut replayed = String::new();
    let mut rest = page;
    while let Some((before, block)) = rest.split_once("```console\n") {
        let (block, behind) = block.split_once("```\n").unwrap();
        let _ = write!(replayed, "{before}```console\n{}```\n", session.replay(block));
        rest = behind;
    }
    replayed + rest
}

/// A text with `DATE` for each date and `TIME` for each time of day. A date before a time is left out: it is written only
/// where it differs from the one before.
fn without_dates(text: &str) -> String {
    let replace = |text: &str, pattern: &str, with: &str| {
        Regex::new(pattern).unwrap().replace_all(text, with).into_owned()
    };
    let text = replace(text, r"\d{4}-\d\d-\d\d[ T](\d\d:\d\d)", "$1");
    let text = replace(&text, r"\b\d\d:\d\d(:\d\d)?", "TIME");
    replace(&text, r"\b\d{4}-\d\d-\d\d", "DATE")
}

/// Checks a page's blocks against what is shown, exactly at noon and but for dates early in the day.
#[track_caller]
fn check(name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    let page = fs::read_to_string(&path).unwrap();
    let at_noon = replayed(&page, NOON);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, &at_noon).unwrap();
        return;
    }
    assert_eq!(at_noon, page, "UPDATE_GOLDEN=1 rewrites {}", path.display());
    assert_eq!(without_dates(&replayed(&page, EARLY)), without_dates(&page), "{name} early in the day");
    for command in ["init", "new", "update", "resolve", "postmortem", "build"] {
        assert!(page.contains(&format!("\n$ allclear {command}")), "{command} is not shown");
    }
}

#[test]
fn the_first_five_minutes_are_golden() {
    check("docs/first-five-minutes.md");
}

#[test]
fn the_readme_is_golden() {
    check("README.md");
}

#[test]
fn the_mistake_in_the_readme_is_shown_as_check_prints_it() {
    let site = "title = \"Lumen\"\nbase_url = \"https://status.lumen.example/\"\n\n\
                [[components]]\nid = \"giving\"\nname = \"Donations\"\nsince = 2024-01-01\n";
    let report = "+++\ntitle = \"Donations fail for some users\"\ncomponents = { givng = \"partial_outage\" }\n+++\n\n\
                  ## Resolved, 2024-04-16 10:33\n\nDonations work again.\n";
    let desk = Desk::with(&[("site.toml", site), ("content/incidents/2024/2024-04-16-donations.md", report)]);
    let said = desk.run(&["check"]).stdout;
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let shown: String = said.trim_end().lines().map(|line| format!("  {line}\n")).collect();
    assert!(readme.contains(&format!("```text\n{shown}  ```\n")), "{said}");
}

#[test]
fn only_dates_and_times_of_day_may_differ() {
    let text = "open for 40 min, 2026-11-20 09:45:31Z to 2026-11-21, content/2026/2026-11-20-x.md, 99.99 %";
    assert_eq!(without_dates(text), "open for 40 min, TIMEZ to DATE, content/2026/DATE-x.md, 99.99 %");
    assert_eq!(without_dates("from 2026-11-20 23:55:31 to 00:05:31"), "from TIME to TIME");
}
