//! Pages of the documentation, run from top to bottom: their files are written into a fresh folder and their commands run
//! there, each a minute after the one before.
//!
//! A `console` block holds commands behind `$ ` and what they print, recorded from the run. An `sh` block is a script that
//! must succeed. The folder begins as `tests/fixtures/book/PAGE/`, where that exists; its `setup.sh` runs first. Programs that
//! are not ours, and the preview, are played by `tests/fixtures/book/bin/`, which also has what several setups need.

pub(crate) mod apart;
mod block;
mod host;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use allclear::time::Instant;
use tempfile::TempDir;

use crate::support::{copy_folder, write_files};

pub(crate) use block::{Block, blocks};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// When transcripts are recorded.
pub(crate) const NOON: &str = "2026-11-21T12:00:00Z";

/// A folder in which commands are typed, the clock they read, and the host of the published site: the folder `deployed`.
struct Session {
    scratch: TempDir,
    folder: PathBuf,
    clock: Instant,
    host: String,
}

impl Session {
    /// A session for a page, `docs/serve.md`.
    fn new(page: &str, start: &str) -> Self {
        let scratch = tempfile::tempdir().unwrap();
        let folder = scratch.path().join("work");
        fs::create_dir(&folder).unwrap();
        let stem = Path::new(page).file_stem().unwrap();
        copy_folder(&Path::new(ROOT).join("tests/fixtures/book").join(stem), &folder);
        let host = host::start(scratch.path().join("deployed"));
        let clock = Instant::parse_rfc3339(start).unwrap();
        let session = Self { scratch, folder, clock, host };
        if session.folder.join("setup.sh").exists() {
            session.run("sh -eu setup.sh && rm setup.sh");
        }
        session
    }

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
                None => shown.push_str(&self.typed(&command)),
            }
        }
        shown
    }

    /// What a command prints that is typed now.
    #[track_caller]
    fn typed(&mut self, command: &str) -> String {
        let text = self.run(command);
        self.clock = self.clock.plus_secs(60);
        text
    }

    #[track_caller]
    fn run(&self, command: &str) -> String {
        let programs = Path::new(env!("CARGO_BIN_EXE_allclear")).parent().unwrap();
        let stand_ins = Path::new(ROOT).join("tests/fixtures/book/bin");
        let others = std::env::var("PATH").unwrap();
        let command = command.replace(host::PUBLIC, &self.host);
        let mut sh = Command::new("sh");
        sh.args(["-euc", &format!("exec 2>&1 < /dev/null; {command}")]).current_dir(&self.folder);
        sh.env("PATH", format!("{}:{}:{others}", stand_ins.display(), programs.display()));
        sh.env("PROGRAM", env!("CARGO_BIN_EXE_allclear")).env("REPOSITORY", ROOT);
        sh.env("HOME", self.scratch.path()).env("SLACK_WEBHOOK", format!("{}/hook", self.host));
        sh.env("NO_COLOR", "1").env("ALLCLEAR_TEST_CLOCK", self.clock.to_string());
        sh.env_remove("SOURCE_DATE_EPOCH")
            .env_remove("XDG_CONFIG_HOME")
            .env("GIT_CONFIG_GLOBAL", "/dev/null");
        for who in ["AUTHOR", "COMMITTER"] {
            sh.env(format!("GIT_{who}_NAME"), "A").env(format!("GIT_{who}_EMAIL"), "a@example.org");
        }
        let output = sh.output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap().replace(&self.host, host::PUBLIC);
        assert!(output.status.success(), "{command}: {text}");
        text
    }
}

/// A page with what its commands print, from `start` on.
pub(crate) fn replayed(name: &str, page: &str, start: &str) -> String {
    let mut session = Session::new(name, start);
    let mut shown = String::new();
    let mut end = 0;
    for block in blocks(page) {
        if let Some(path) = block.file() {
            write_files(&session.folder, &[(path, &block.text)]);
        }
        shown.push_str(&page[end..block.place.start]);
        end = block.place.end;
        match block.language.as_str() {
            "console" => shown.push_str(&session.replay(&block.text)),
            "sh" if apart::is_run(name, &block) => {
                session.typed(&block.text);
                shown.push_str(&page[block.place]);
            }
            _ => shown.push_str(&page[block.place]),
        }
    }
    shown + &page[end..]
}
