//! The parts of a copied page.
//!
//! A status word counts only as the first line after a `Posted` line, so that no sentence is taken for one.

/// A page; lines are counted from 1.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) title: String,
    pub(super) is_maintenance: bool,
    /// As on the page: newest first.
    pub(super) blocks: Vec<Block>,
    /// What follows `This incident affected:`, and its line.
    pub(super) affected: Option<(usize, String)>,
    /// Runs of lines that are not the incident's: navigation, the legend. First line and text.
    pub(super) furniture: Vec<Strays>,
    /// Runs of lines that belong to no update.
    pub(super) strays: Vec<Strays>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Block {
    /// As on the page: `Resolved`, `Postmortem`.
    pub(super) status: String,
    pub(super) body: String,
    /// `Apr 16, 2024 - 10:33 MDT`; `None` when the page ends before it.
    pub(super) posted: Option<String>,
    /// The line of `posted`, else of the status.
    pub(super) line: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Strays {
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) text: String,
}

const STATUSES: [&str; 11] = [
    "investigating",
    "identified",
    "monitoring",
    "resolved",
    "update",
    "postmortem",
    "scheduled",
    "in progress",
    "verifying",
    "completed",
    "canceled",
];

/// What Statuspage writes below every page.
const FURNITURE: [&str; 6] =
    ["\u{2190}", "powered by", "current status", "incident history", "subscribe", "\u{2192}"];

/// The page, or `None` when the text is none: without a line `Incident Report for …` or `Posted …`.
pub(super) fn parse(text: &str) -> Option<Page> {
    let lines: Vec<&str> = text.lines().collect();
    let header = lines.iter().position(|line| report_line(line).is_some())?;
    let title_at = (0..header).rev().find(|at| !lines[*at].trim().is_empty())?;
    lines.iter().position(|line| posted(line).is_some())?;
    let mut page = Page {
        title: lines[title_at].trim().to_owned(),
        is_maintenance: report_line(lines[header]) == Some(true),
        ..Page::default()
    };
    strays(&lines, 0, title_at, &mut page.furniture);
    let mut at = header + 1;
    while at < lines.len() {
        at = page.take(&lines, at);
    }
    Some(page)
}

/// Whether the line says whose report it is, and if so, whether of a maintenance.
fn report_line(line: &str) -> Option<bool> {
    let line = line.trim();
    if line.starts_with("Scheduled Maintenance Report for ") {
        return Some(true);
    }
    line.starts_with("Incident Report for ").then_some(false)
}

/// The date of `Posted Apr 16, 2024 - 10:33 MDT`, which may stand after `3 years ago.`
fn posted(line: &str) -> Option<&str> {
    let rest = line.trim().strip_prefix("Posted ")?;
    let rest = rest.split_once("ago. ").map_or(rest, |(_, rest)| rest);
    (rest.len() < 60 && rest.contains(',') && rest.contains(':')).then_some(rest.trim())
}

fn affected(line: &str) -> Option<&str> {
    let line = line.trim();
    ["This incident affected:", "This scheduled maintenance affected:"]
        .iter()
        .find_map(|start| line.strip_prefix(start))
        .map(str::trim)
}

impl Page {
    /// Takes what begins at a line; the first line after it.
    fn take(&mut self, lines: &[&str], at: usize) -> usize {
        let line = lines[at].trim();
        if line.is_empty() {
            return at + 1;
        }
        if let Some(names) = affected(line) {
            self.affected = Some((at + 1, names.to_owned()));
            return at + 1;
        }
        if STATUSES.contains(&line.to_lowercase().as_str()) {
            return self.block(lines, at);
        }
        let is_start =
            |line: &str| affected(line).is_some() || STATUSES.contains(&line.trim().to_lowercase().as_str());
        let end = (at + 1..lines.len()).find(|at| is_start(lines[*at])).unwrap_or(lines.len());
        let is_furniture = FURNITURE.iter().any(|start| line.to_lowercase().starts_with(start));
        let end = if is_furniture { end } else { self.end_of_stray(lines, at, end) };
        strays(lines, at, end, if is_furniture { &mut self.furniture } else { &mut self.strays });
        end
    }

    fn end_of_stray(&self, lines: &[&str], at: usize, end: usize) -> usize {
        let is_furniture =
            |line: &str| FURNITURE.iter().any(|start| line.trim().to_lowercase().starts_with(start));
        (at + 1..end).find(|at| is_furniture(lines[*at])).unwrap_or(end)
    }

    fn block(&mut self, lines: &[&str], at: usize) -> usize {
        let end = (at + 1..lines.len()).find(|at| posted(lines[*at]).is_some());
        let body_end = end.unwrap_or(lines.len());
        self.blocks.push(Block {
            status: lines[at].trim().to_owned(),
            body: lines[at + 1..body_end].join("\n"),
            posted: end.and_then(|end| posted(lines[end])).map(str::to_owned),
            line: end.unwrap_or(at) + 1,
        });
        body_end + 1
    }
}

/// Adds the lines as one run, unless all are blank.
fn strays(lines: &[&str], from: usize, to: usize, runs: &mut Vec<Strays>) {
    let shown = |at: &usize| !lines[*at].trim().is_empty();
    let (Some(first), Some(last)) = ((from..to).find(shown), (from..to).rev().find(shown)) else { return };
    let words: Vec<&str> = lines[first..=last].iter().flat_map(|line| line.split_whitespace()).collect();
    runs.push(Strays { first: first + 1, last: last + 1, text: words.join(" ") });
}
