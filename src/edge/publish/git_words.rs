//! What the command git says, and what of it may be shown.

use std::process::Output;

use crate::diagnostic::visible::masked;

/// Whether a push failed only because others pushed before, or push right now.
pub(super) fn was_overtaken(output: &Output) -> bool {
    let said = String::from_utf8_lossy(&output.stderr);
    let signs =
        ["fetch first", "non-fast-forward", "stale info", "cannot lock ref", "reference already exists"];
    signs.iter().any(|sign| said.contains(sign))
}

/// What a command said, its hints left out and nothing secret in it: it may have several lines.
pub(super) fn words(output: &Output) -> String {
    let all = [&output.stderr[..], &output.stdout[..]].concat();
    let text = String::from_utf8_lossy(&all);
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("hint:"));
    let text = lines.collect::<Vec<_>>().join("\n");
    if text.is_empty() { format!("git ended with {}", output.status) } else { masked(&text) }
}
