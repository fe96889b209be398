//! Text copied from a page, as Markdown: paragraphs, lists by bullets, numbers or indentation, tables by tabs, headings.
//!
//! Invariant: every word of the text is in the result.

use crate::import::html;

/// Which lines are headings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Headings {
    /// Lines with the usual name of a section.
    Named,
    /// Also short lines without punctuation at their end, above a text.
    Short,
}

pub(super) fn to_markdown(text: &str, headings: Headings) -> String {
    let lines: Vec<Line<'_>> = html::visible(text).lines().map(Line::new).map(Line::owned).collect();
    let mut writer = Writer { lines: &lines, headings, html: String::new() };
    let mut at = 0;
    while at < lines.len() {
        at = writer.block(at);
    }
    html::to_markdown(&writer.html, "")
}

/// A line's text without its bullet, or number.
#[derive(Clone, Debug)]
struct Line<'a> {
    indent: usize,
    marker: Marker,
    text: std::borrow::Cow<'a, str>,
    has_tab: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Marker {
    None,
    Bullet,
    Number(usize),
}

impl<'a> Line<'a> {
    fn new(line: &'a str) -> Self {
        let text = line.trim_start();
        let indent = line[..line.len() - text.len()].chars().map(|c| if c == '\t' { 4 } else { 1 }).sum();
        let (marker, text) = marked(text);
        let text = text.trim_end();
        Self { indent, marker, text: text.into(), has_tab: text.contains('\t') }
    }

    fn owned(self) -> Line<'static> {
        Line {
            indent: self.indent,
            marker: self.marker,
            text: self.text.into_owned().into(),
            has_tab: self.has_tab,
        }
    }

    fn is_blank(&self) -> bool {
        self.text.is_empty() && self.marker == Marker::None
    }

    fn is_item(&self) -> bool {
        self.marker != Marker::None
    }

    /// The line as it was written, without white space at its ends.
    fn whole(&self) -> String {
        match self.marker {
            Marker::Number(number) => format!("{number}. {}", self.text),
            _ => self.text.to_string(),
        }
    }
}

/// The marker of a list's item, and the text after it.
fn marked(text: &str) -> (Marker, &str) {
    for bullet in ["•", "◦", "▪", "‣", "·", "*", "-", "–"] {
        if let Some(rest) = text.strip_prefix(bullet).filter(|rest| rest.starts_with([' ', '\t', '\u{a0}'])) {
            return (Marker::Bullet, rest.trim_start());
        }
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = text[digits..].strip_prefix(['.', ')']).filter(|rest| rest.starts_with([' ', '\t', '\u{a0}']));
    match (text[..digits].parse(), rest) {
        (Ok(number), Some(rest)) if digits < 4 => (Marker::Number(number), rest.trim_start()),
        _ => (Marker::None, text),
    }
}

/// Names of sections that stand above a text in an update, too.
const SECTIONS: [&str; 14] = [
    "summary",
    "impact",
    "root cause",
    "root causes",
    "root cause(s)",
    "timeline",
    "timeline of events",
    "future mitigation",
    "what happened",
    "next steps",
    "resolution",
    "background",
    "lessons learned",
    "action items",
];

struct Writer<'a> {
    lines: &'a [Line<'a>],
    headings: Headings,
    html: String,
}

impl Writer<'_> {
    /// Writes the block that begins at a line; the first line after it.
    fn block(&mut self, at: usize) -> usize {
        let line = &self.lines[at];
        if line.is_blank() {
            return at + 1;
        }
        if self.is_list(at) {
            return self.list(at);
        }
        if let Some(end) = self.table_end(at) {
            self.table(at, end);
            return end;
        }
        if self.is_heading(at) {
            self.html.push_str(&format!("<h3>{}</h3>", escaped(&line.whole())));
            return at + 1;
        }
        self.paragraph(at)
    }

    fn paragraph(&mut self, start: usize) -> usize {
        let mut end = start + 1;
        while end < self.lines.len()
            && !self.lines[end].is_blank()
            && !self.is_list(end)
            && !self.is_heading(end)
            && self.table_end(end).is_none()
        {
            end += 1;
        }
        let lines: Vec<String> = self.lines[start..end].iter().map(|line| escaped(&line.whole())).collect();
        self.html.push_str(&format!("<p>{}</p>", lines.join("<br>")));
        end
    }

    /// Whether a list begins here: a bullet, the number 1 followed by 2, or lines indented below a text.
    fn is_list(&self, at: usize) -> bool {
        let line = &self.lines[at];
        match line.marker {
            Marker::Bullet => true,
            Marker::Number(number) => number == 1 && self.has_second(at),
            Marker::None => line.indent >= 2 && !line.is_blank() && at > 0,
        }
    }

    fn has_second(&self, at: usize) -> bool {
        let indent = self.lines[at].indent;
        let next = self.lines[at + 1..].iter().find(|line| line.is_item() && line.indent <= indent);
        next.is_some_and(|line| line.marker == Marker::Number(2))
    }

    /// Writes a list with the lists inside it.
    fn list(&mut self, start: usize) -> usize {
        let is_marked = self.lines[start].is_item();
        let mut open: Vec<(usize, &str)> = Vec::new();
        let (mut at, mut end) = (start, start);
        while at < self.lines.len() {
            let line = &self.lines[at];
            if line.is_blank() {
                at += 1;
                continue;
            }
            let is_item = if is_marked { line.is_item() } else { line.indent >= 2 };
            let is_continued = at == end && line.indent > open.last().map_or(0, |(indent, _)| *indent);
            if !is_item && is_marked && is_continued {
                self.html.push_str(&format!("<br>{}", escaped(&line.whole())));
            } else if is_item && self.continues(&open, line) {
                self.item(&mut open, line);
            } else {
                break;
            }
            at += 1;
            end = at;
        }
        for (_, name) in open.iter().rev() {
            self.html.push_str(&format!("</li></{name}>"));
        }
        end
    }

    /// Whether a numbered item has the number that is due; others are text.
    fn continues(&self, open: &[(usize, &str)], line: &Line<'_>) -> bool {
        let Marker::Number(number) = line.marker else { return true };
        let is_first = open.last().is_none_or(|(indent, _)| *indent < line.indent);
        let is_in_numbers = open.iter().any(|(indent, name)| *indent == line.indent && *name == "ol");
        if is_first { number == 1 } else { number > 1 && is_in_numbers }
    }

    fn item(&mut self, open: &mut Vec<(usize, &'static str)>, line: &Line<'_>) {
        let name = if matches!(line.marker, Marker::Number(_)) { "ol" } else { "ul" };
        while let Some((_, inner)) = open.pop_if(|(indent, _)| *indent > line.indent) {
            self.html.push_str(&format!("</li></{inner}>"));
        }
        match open.last().copied() {
            Some((indent, known)) if indent == line.indent && known == name => self.html.push_str("</li>"),
            Some((indent, known)) if indent == line.indent => {
                open.pop();
                self.html.push_str(&format!("</li></{known}><{name}>"));
                open.push((line.indent, name));
            }
            _ => {
                self.html.push_str(&format!("<{name}>"));
                open.push((line.indent, name));
            }
        }
        self.html.push_str(&format!("<li>{}", escaped(&line.text)));
    }

    /// The end of a table: two lines or more with the same number of tabs.
    fn table_end(&self, at: usize) -> Option<usize> {
        let tabs = |line: &Line<'_>| line.text.matches('\t').count();
        let count = tabs(&self.lines[at]);
        let rows = self.lines[at..].iter().take_while(|line| line.has_tab && tabs(line) == count).count();
        (count > 0 && rows > 1).then_some(at + rows)
    }

    fn table(&mut self, start: usize, end: usize) {
        let row = |line: &Line<'_>, cell: &str| {
            let whole = line.whole();
            let cells = whole.split('\t').map(|text| format!("<{cell}>{}</{cell}>", escaped(text.trim())));
            format!("<tr>{}</tr>", cells.collect::<String>())
        };
        let body: String = self.lines[start + 1..end].iter().map(|line| row(line, "td")).collect();
        let head = row(&self.lines[start], "th");
        self.html.push_str(&format!("<table><thead>{head}</thead><tbody>{body}</tbody></table>"));
    }

    fn is_heading(&self, at: usize) -> bool {
        let line = &self.lines[at];
        let is_above_text = self.lines[at + 1..].iter().any(|line| !line.is_blank());
        let follows_blank = at == 0 || self.lines[at - 1].is_blank();
        if line.is_item() || line.has_tab || line.indent > 1 || !is_above_text || !follows_blank {
            return false;
        }
        let text = line.text.trim_end_matches(':');
        let is_named = SECTIONS.contains(&text.to_lowercase().as_str());
        is_named || (self.headings == Headings::Short && self.is_short(at) && !self.stands_among_others(at))
    }

    fn is_short(&self, at: usize) -> bool {
        is_short_heading(&self.lines[at].text) && self.lines.get(at + 1).is_none_or(Line::is_blank)
    }

    /// Whether the next text is as short, so that both may be anything.
    fn stands_among_others(&self, at: usize) -> bool {
        let next = (at + 1..self.lines.len()).find(|at| !self.lines[*at].is_blank());
        next.is_none_or(|next| {
            !self.lines[next].is_item() && self.lines[next].indent < 2 && self.is_short(next)
        })
    }
}

/// A few words that end in no punctuation; before a colon two or more, all large ones capitalised.
fn is_short_heading(text: &str) -> bool {
    let words: Vec<&str> = text.trim_end_matches(':').split_whitespace().collect();
    let is_capitalised = |word: &&str| word.len() < 4 || word.starts_with(char::is_uppercase);
    let fits = words.len() <= 6
        && text.len() <= 60
        && text.starts_with(char::is_uppercase)
        && !text.contains(". ")
        && text.trim_end_matches(':').ends_with(|c: char| c.is_alphanumeric() || c == ')');
    fits && (!text.ends_with(':') || words.len() > 1 && words.iter().all(is_capitalised))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::{Headings, to_markdown};

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(to_markdown(text, Headings::Short), expected, "{text}");
    }

    #[test]
    fn lists_are_recovered() {
        check("Done:\n\n  • one\n  • two\nBye", "Done:\n\n- one\n- two\n\nBye");
        check("  1. a\n  2. b\n\n  3. c", "1. a\n2. b\n3. c");
        check("  • one\n      ◦ inner\n  • two", "- one\n  - inner\n- two");
        check(
            "Fixes:\n\n    Alerts:\n        disks\n        nodes\n    Runbook",
            "Fixes:\n\n- Alerts:\n  - disks\n  - nodes\n- Runbook",
        );
        check("- a\n  its end\n- b", "- a\\\n  its end\n- b");
    }

    #[test]
    fn numbers_out_of_order_are_text() {
        check("4. May was quiet.", "4\\. May was quiet.");
        check("1. Only one.", "1\\. Only one.");
    }

    #[test]
    fn tables_are_recovered_where_columns_are_certain() {
        check(
            "Task\tDone\nA <b>\tyes\nB\tno",
            "| Task   | Done |\n| ------ | ---- |\n| A \\<b> | yes  |\n| B      | no   |",
        );
        check("Task Done\nA  yes", "Task Done\\\nA yes");
    }

    #[test]
    fn headings_stand_alone_above_a_text() {
        check("Root Cause\n\nA disk was full.", "### Root Cause\n\nA disk was full.");
        check(
            "Tasks\n\nTask Due Date\nCheck all disks again",
            "### Tasks\n\nTask Due Date\\\nCheck all disks again",
        );
        check(
            "Impact\nLogins failed for all of the users we have.",
            "### Impact\n\nLogins failed for all of the users we have.",
        );
        check("All good now.\n\nThanks", "All good now.\n\nThanks");
        assert_eq!(
            to_markdown("We are back\n\nSorry for that.", Headings::Named),
            "We are back\n\nSorry for that."
        );
        assert_eq!(to_markdown("Summary\nA disk.", Headings::Named), "### Summary\n\nA disk.");
    }

    #[test]
    fn text_is_no_markup() {
        check(
            "# x\n## Resolved, 10:33 <br> &amp; *a*\n+++",
            "\\# x\\\n\\## Resolved, 10:33 \\<br> \\&amp; \\*a\\*\\\n+++",
        );
    }
}
