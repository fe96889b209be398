//! Runs git, and reads what it says.

use std::io::{self, IsTerminal as _};
use std::path::Path;
use std::process::{Command, Output};

use crate::diagnostic::secrets::masked;
use crate::edge::Error;

/// Git, in English, since its words are read; it asks for passwords only where someone can answer.
pub(super) fn git() -> Command {
    let mut git = Command::new("git");
    git.env("LC_ALL", "C");
    if !io::stdin().is_terminal() {
        git.env("GIT_TERMINAL_PROMPT", "0");
    }
    git
}

/// The output of a git command that succeeded; `place` is named where it fails.
pub(super) fn output(action: &'static str, place: &Path, command: &mut Command) -> Result<Output, Error> {
    let output = command.output().map_err(Error::when("start", Path::new("git")))?;
    if output.status.success() { Ok(output) } else { Err(refused(action, place, &output)) }
}

/// That git refused something, in its own words.
pub(super) fn refused(action: &'static str, place: &Path, output: &Output) -> Error {
    Error::when(action, place)(io::Error::other(words(output)))
}

/// The output of a command; `None` when it fails or prints nothing.
pub(super) fn printed(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    let text = String::from_utf8(output.stdout).ok()?;
    Some(text.trim_end_matches(['\r', '\n']).to_owned()).filter(|text| !text.is_empty())
}

/// Whether a push failed only because others pushed before, or push right now.
pub(super) fn was_overtaken(output: &Output) -> bool {
    let said = String::from_utf8_lossy(&output.stderr);
    let signs = [
        "fetch first",
        "non-fast-forward",
        "stale info",
        "cannot lock ref",
        "failed to update ref",
        "incorrect old value",
        "reference already exists",
    ];
    signs.iter().any(|sign| said.contains(sign))
}

/// The messages of a command without hints and secrets: may have several lines.
pub(super) fn words(output: &Output) -> String {
    let all = [&output.stderr[..], &output.stdout[..]].concat();
    let text = String::from_utf8_lossy(&all);
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("hint:"));
    let text = lines.collect::<Vec<_>>().join("\n");
    if text.is_empty() { format!("git ended with {}", output.status) } else { masked(&text) }
}

/// How often a push is tried when others push at the same time.
pub const ATTEMPTS: u32 = 6;
