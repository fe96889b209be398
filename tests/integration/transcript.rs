//! Pages that are recorded from a run. Their files are written into a fresh folder and their commands run there, from top to
//! bottom, each command a minute after the one before.
//!
//! A line that is `` `PATH`: `` right above a block names the file that the block is. Commands stand in `console` blocks, behind `$ `.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Command;

use allclear::time::Instant;

use crate::support::write_files;

/// When transcripts are recorded.
pub(crate) const NOON: &str = "2026-11-21T12:00:00Z";

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
        let programs = PathBuf::from(env!("CARGO_BIN_EXE_allclear"));
        let path = format!("{}:{}", programs.parent().unwrap().display(), std::env::var("PATH").unwrap());
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

/// A page with what its commands print, from `start` on.
pub(crate) fn replayed(page: &str, start: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut session =
        Session { folder: folder.path().to_owned(), clock: Instant::parse_rfc3339(start).unwrap() };
    let mut shown = String::new();
    let mut file = None;
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let _ = writeln!(shown, "{line}");
        if let Some(language) = line.strip_prefix("```") {
            let block: String =
                lines.by_ref().take_while(|line| *line != "```").map(|line| format!("{line}\n")).collect();
            let block = if language == "console" { session.replay(&block) } else { block };
            if let Some(path) = file {
                write_files(&session.folder, &[(path, &block)]);
            }
            let _ = writeln!(shown, "{block}```");
        }
        file = named_file(line);
    }
    shown
}

/// The file that a line above a block names.
pub(crate) fn named_file(line: &str) -> Option<&str> {
    line.strip_prefix('`')?.strip_suffix("`:").filter(|path| path.contains('.') && !path.contains('`'))
}

/// The languages of a page's blocks that are neither a file nor commands.
pub(crate) fn loose_blocks(page: &str) -> Vec<&str> {
    let lines: Vec<&str> = page.lines().collect();
    let mut loose = Vec::new();
    let mut is_inside = false;
    for (number, line) in lines.iter().enumerate() {
        let Some(language) = line.strip_prefix("```") else { continue };
        let is_file = number.checked_sub(1).is_some_and(|above| named_file(lines[above]).is_some());
        if !is_inside && !is_file && language != "console" {
            loose.push(language);
        }
        is_inside = !is_inside;
    }
    loose
}
