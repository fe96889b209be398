//! Converts foreign Markdown (Hugo's, GitHub's) to the Markdown of an update or postmortem.
//!
//! Only what our pages cannot show is rewritten: everything else keeps its author's formatting. Where a text uses HTML
//! that our Markdown lacks, the whole text is rendered and converted back.

use std::ops::Range;

use crate::import::address::{self, NO_WORDS, beside, site_of};
use crate::import::html;
use crate::import::verify;
use crate::parse::markdown::{Address, Construct, constructs, foreign_html, is_harmless};

/// Where a text comes from.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Origin<'a> {
    /// The URL of its page, which relative links are resolved against; may be empty.
    pub(super) page: &'a str,
    /// Whether the end of a line is a line break, as in comments on GitHub.
    pub(super) line_ends_break: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Converted {
    pub(super) markdown: String,
    /// What is left out, as sentences for the log.
    pub(super) dropped: Vec<String>,
}

/// Converts a whole text. Its headings begin at level 3; links and images are written in place, so that the result can be
/// cut into parts.
pub(super) fn converted(text: &str, origin: Origin<'_>) -> Converted {
    let text = html::visible(text);
    let text = text.trim_end().trim_start_matches('\n');
    let found = constructs(text);
    let needs_html = found.iter().any(|(construct, _)| match construct {
        Construct::Html(names) => names.iter().any(|name| html::is_known_tag(name) && !is_ours(name)),
        _ => false,
    });
    if needs_html {
        let html = foreign_html(text, line_end(origin));
        return Converted { dropped: html::dropped(&html), markdown: html::to_markdown(&html, origin.page) };
    }
    let mut edits = Edits { origin, text, edits: Vec::new(), dropped: Vec::new() };
    edits.collect(&found);
    let markdown = edits.applied();
    Converted { markdown: tidy(&markdown), dropped: edits.dropped }
}

/// A part of a converted text as the body of an update: through HTML when it would reach beyond its section.
pub(super) fn part(markdown: &str, origin: Origin<'_>) -> String {
    let markdown = tidy(markdown);
    if markdown.is_empty() || verify::stands_alone(&markdown) {
        markdown
    } else {
        through_html(&markdown, origin)
    }
}

/// Without white space at the ends of the text, and without line ends of Windows.
fn tidy(markdown: &str) -> String {
    markdown.trim_end().trim_start_matches('\n').to_owned()
}

fn through_html(markdown: &str, origin: Origin<'_>) -> String {
    html::to_markdown(&foreign_html(markdown, line_end(origin)), origin.page)
}

fn line_end(origin: Origin<'_>) -> &'static str {
    if origin.line_ends_break { "<br>" } else { " " }
}

fn nowhere(target: &str) -> String {
    format!("the target `{target}` of a link or image leads nowhere: its text is kept")
}

/// Whether our Markdown has the element.
fn is_ours(name: &str) -> bool {
    matches!(name, "br" | "details" | "summary" | "sub" | "sup" | "kbd" | "s" | "del" | "strike" | "img")
}

struct Edits<'a> {
    origin: Origin<'a>,
    text: &'a str,
    edits: Vec<(Range<usize>, String)>,
    dropped: Vec<String>,
}

impl Edits<'_> {
    fn collect(&mut self, found: &[(Construct, Range<usize>)]) {
        let levels = found.iter().filter_map(|(construct, _)| match construct {
            Construct::Heading(level, _) => Some(*level),
            _ => None,
        });
        let lowered_by = levels.min().map_or(0, |level| 3_u8.saturating_sub(level));
        for (construct, span) in found {
            match construct {
                Construct::Heading(level, text) => self.heading(*level, lowered_by, text, span),
                Construct::Link(address) => self.link(address, span),
                Construct::Image(Some(address)) => self.link(address, span),
                Construct::Image(None) => self.words_of_image(span),
                Construct::HtmlImage(target, words) => self.html_image(target, words, span),
                Construct::Html(names) => self.html(names, span),
                Construct::LineEnd => self.line_end(span),
                Construct::Definition => self.edit(span.clone(), ""),
            }
        }
    }

    fn edit(&mut self, span: Range<usize>, new: impl Into<String>) {
        self.edits.push((span, new.into()));
    }

    fn heading(&mut self, level: u8, lowered_by: u8, text: &Range<usize>, span: &Range<usize>) {
        let marks = "#".repeat(usize::from((level + lowered_by).min(6)));
        let source = &self.text[span.clone()];
        let old = source.len() - source.trim_start_matches('#').len();
        let is_underlined =
            old != usize::from(level) || source[old..].starts_with(|c: char| !c.is_whitespace());
        if is_underlined {
            self.edit(span.start..span.start, format!("{marks} "));
            let end = if source.ends_with('\n') { "\n" } else { "" };
            self.edit(text.end..span.end, end);
            self.join_lines(text);
        } else {
            self.edit(span.start..span.start + old, marks);
        }
    }

    /// A heading that begins with `#` ends with its line.
    fn join_lines(&mut self, text: &Range<usize>) {
        let words = &self.text[text.clone()];
        for (at, _) in words.match_indices('\n') {
            let before = words[..at].trim_end_matches([' ', '\r']);
            let slashes = before.len() - before.trim_end_matches('\\').len();
            let start = if before.len() == at { at - slashes % 2 } else { before.len() };
            self.edit(text.start + start..text.start + at + 1, " ");
        }
    }

    fn link(&mut self, address: &Address, span: &Range<usize>) {
        let Some(target) = resolved(&address.target, self.origin.page) else {
            self.dropped.push(nowhere(&address.target));
            self.edit(span.start..address.text.start, "");
            self.edit(address.text.end..span.end, "");
            return;
        };
        let is_image = self.text[span.clone()].starts_with('!');
        let target = if is_image { address::of_image(target) } else { target };
        if !is_image && address.is_inline && target == address.target {
            return;
        }
        if address.text.is_empty() {
            self.edit(span.clone(), bare(&target));
            return;
        }
        let title = address.title.replace('\\', "\\\\").replace('"', "\\\"");
        let title = if title.is_empty() { title } else { format!(" \"{title}\"") };
        self.edit(span.start..address.text.start, "[");
        self.edit(address.text.end..span.end, format!("](<{target}>{title})"));
    }

    /// An image in a link is its alternative text.
    fn words_of_image(&mut self, span: &Range<usize>) {
        let source = &self.text[span.clone()];
        let words = source.strip_prefix("![").and_then(|rest| rest.split_once("](")).map(|(words, _)| words);
        self.edit(span.clone(), words.filter(|words| !words.is_empty()).unwrap_or(NO_WORDS));
    }

    fn html_image(&mut self, target: &str, words: &str, span: &Range<usize>) {
        let words: String = words.chars().filter(|c| !matches!(c, '[' | ']' | '<' | '>' | '\\')).collect();
        match (resolved(target, self.origin.page).map(address::of_image), words.is_empty()) {
            (Some(target), true) => self.edit(span.clone(), bare(&target)),
            (Some(target), false) => self.edit(span.clone(), format!("[{words}](<{target}>)")),
            (None, _) => {
                self.dropped.push(nowhere(target));
                self.edit(span.clone(), words);
            }
        }
    }

    /// Words in angle brackets are text.
    fn html(&mut self, names: &[String], span: &Range<usize>) {
        if names.iter().all(|name| is_ours(name)) {
            return;
        }
        let source = &self.text[span.clone()];
        for (at, _) in source.match_indices('<').filter(|(at, _)| !source[*at..].starts_with("<!--")) {
            self.edit(span.start + at..span.start + at, "\\");
        }
    }

    fn line_end(&mut self, span: &Range<usize>) {
        if self.origin.line_ends_break {
            self.edit(span.start..span.start, "\\");
        }
    }

    /// The text with all edits; one inside another is left out.
    fn applied(&mut self) -> String {
        self.edits.sort_by_key(|(span, _)| (span.start, std::cmp::Reverse(span.end)));
        let (mut out, mut at) = (String::with_capacity(self.text.len() + 64), 0);
        for (span, new) in &self.edits {
            if span.start < at {
                continue;
            }
            out.push_str(&self.text[at..span.start]);
            out.push_str(new);
            at = span.end;
        }
        out.push_str(&self.text[at..]);
        out
    }
}

/// A link without words; one to a file of the folder gets some, since it is no address for readers.
fn bare(target: &str) -> String {
    match address::file(target) {
        Some(_) => format!("[{NO_WORDS}](<{target}>)"),
        None => format!("<{target}>"),
    }
}

/// A converted text whose links into the folder are written anew: `place` tells where a file is, seen from the report.
pub(super) fn placed(markdown: &str, mut place: impl FnMut(&str) -> Option<String>) -> Converted {
    let mut edits =
        Edits { origin: Origin::default(), text: markdown, edits: Vec::new(), dropped: Vec::new() };
    for (construct, span) in constructs(markdown) {
        let Construct::Link(address) = construct else { continue };
        let Some(file) = address::file(&address.target) else { continue };
        let sign = if file.is_image { "![" } else { "[" };
        let (before, after) = match place(&file.path) {
            Some(target) => (sign, format!("](<{target}>)")),
            None => {
                edits.dropped.push(nowhere(&file.written));
                ("", String::new())
            }
        };
        edits.edit(span.start..address.text.start, before);
        edits.edit(address.text.end..span.end, after);
    }
    let markdown = edits.applied();
    Converted { markdown, dropped: edits.dropped }
}

/// Where a link leads from our pages: `None` for scripts, places in the text itself, and relative links without a page.
fn resolved(target: &str, page: &str) -> Option<String> {
    let lower = target.to_ascii_lowercase();
    let is_absolute =
        ["http://", "https://", "mailto:", "tel:"].iter().any(|scheme| lower.starts_with(scheme));
    let has_scheme = target.split(['/', '?', '#']).next().is_some_and(|start| start.contains(':'));
    let absolute = match (is_absolute, target.strip_prefix("//"), target.strip_prefix('/')) {
        (true, _, _) => target.to_owned(),
        (false, Some(rest), _) => format!("https://{rest}"),
        (false, None, _) if page.is_empty() || has_scheme || target.is_empty() || target.starts_with('#') => {
            return None;
        }
        (false, None, Some(rest)) => format!("{}/{rest}", site_of(page)),
        (false, None, None) => beside(page, &target.replace(' ', "%20")),
    };
    let absolute = if is_absolute { absolute } else { address::as_written(absolute, target) };
    let is_plain = !absolute.contains(|c: char| c.is_control() || matches!(c, ' ' | '<' | '>' | '\\'));
    (is_plain && is_harmless(&absolute)).then_some(absolute)
}

#[cfg(test)]
mod tests {
    use super::{Origin, converted, part};

    const PAGE: &str = "https://status.example.com/issues/x/";

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let origin = Origin { page: PAGE, line_ends_break: false };
        let markdown = converted(text, origin).markdown;
        assert_eq!(markdown, expected, "{text}");
        assert_eq!(part(&markdown, origin), expected, "{text}");
    }

    #[test]
    fn what_our_pages_show_stays_as_it_is_written() {
        for text in [
            "One line\nand its end.  \nA *break*, `<code>` & [a](https://a.example \"t\").",
            "- [x] done\n- open\n\n    code\n\n```text\n<ID> # x\n```",
            "| a | b |\n|---|---|\n| <br> | H<sub>2</sub> |",
            "<!-- ours -->\n\na<br />b",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn headings_begin_at_level_three() {
        check("# A\n\nx\n\n## B ##\n\n###### C", "### A\n\nx\n\n#### B ##\n\n###### C");
        check("A *b*\n=====\n\nx\n\nB\n---\n", "### A *b*\n\nx\n\n#### B");
        check("### A", "### A");
        check("#x\n===", "### #x");
        check("a\n[b]: /c\\\nd  \ne\n===\nf", "### a [b]: /c d e\nf");
        let markdown = converted("a\nb\n---", Origin { page: "", line_ends_break: true }).markdown;
        assert_eq!(markdown, "### a b");
    }

    #[test]
    fn links_and_images_are_written_in_place_and_lead_somewhere() {
        check(
            "[a] and [b][c]\n\n[a]: /d\n[c]: ../e?f \"g\"\n",
            "[a](<https://status.example.com/d>) and [b](<https://status.example.com/issues/e?f> \"g\")",
        );
        check("![graph](https://a.example/b.png)", "[graph](<https://a.example/b.png>)");
        check("![](/b.png)", "<https://status.example.com/b.png>");
        check("[![badge](/a.svg)](https://a.example)", "[badge](https://a.example)");
        check(
            "<img width=\"2\" src=\"https://a.example/b.png\" alt=\"a graph\">",
            "[a graph](<https://a.example/b.png>)",
        );
        check("[x](javascript:alert) [y](#z)", "x y");
        let origin = Origin { page: "", line_ends_break: false };
        let found = converted("see [the other](other.md) ![i](i.png)", origin);
        assert_eq!(found.markdown, "see the other i");
        let nowhere =
            |target| format!("the target `{target}` of a link or image leads nowhere: its text is kept");
        assert_eq!(found.dropped, ["other.md", "i.png"].map(nowhere));
    }

    #[test]
    fn words_in_angle_brackets_are_text() {
        check("use <your-host> or <ID>", "use \\<your-host> or \\<ID>");
        check("<widget>\nx\n</widget>", "\\<widget>\nx\n\\</widget>");
    }

    #[test]
    fn other_html_becomes_markdown() {
        check(
            "# T\n\n<p align=\"center\">\n<a href=\"/x\"><b>hi</b></a>\n</p>\n\none\ntwo",
            "### T\n\n[**hi**](<https://status.example.com/x>)\n\none two",
        );
    }

    #[test]
    fn line_ends_of_comments_are_breaks() {
        let origin = Origin { page: "", line_ends_break: true };
        let markdown = converted("one\r\ntwo\n\n- a\n  b\n", origin).markdown;
        assert_eq!(markdown, "one\\\ntwo\n\n- a\\\n  b");
    }
}
