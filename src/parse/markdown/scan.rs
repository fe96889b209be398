//! Finds top-level blocks, links and unclosed comments with their positions, in one pass over Markdown.

use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, LinkType, Tag, TagEnd};

use super::addresses::targets;
use super::comments::{OPENING, end_of_comment, is_near_comment, without_comments};
use super::options::RawHtml;
use super::parser::parser;
use super::piece::{Html, Piece, Role};
use super::pieces::read;
use super::tags::Token;
use crate::parse::draft::{LinkDraft, LinkKind};

/// The result of a scan; positions refer to the whole file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Scan {
    pub(crate) blocks: Vec<Block>,
    pub(crate) links: Vec<LinkDraft>,
    /// Uses of links and footnotes that are defined elsewhere, with the positions of the definitions.
    pub(crate) references: Vec<(Range<usize>, Range<usize>)>,
    /// Starts of unclosed comments, which would be visible or hide what follows.
    pub(crate) unclosed_comments: Vec<Range<usize>>,
    /// Starts of what reads like a comment and is text.
    pub(crate) visible_comments: Vec<Range<usize>>,
    pub(crate) undescribed_images: Vec<Range<usize>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) kind: BlockKind,
    /// Its position, without surrounding white space.
    pub(crate) span: Range<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BlockKind {
    /// `## text`, level 1 to 6.
    Heading(u8),
    /// Underlined with `===` or `---`.
    Setext,
    Paragraph,
    Comment,
    Fenced,
    /// HTML, not only comments.
    Html,
    /// Lists, quotes, tables, indented code, rules.
    Other,
}

pub(crate) fn scan(text: &str, range: Range<usize>) -> Scan {
    let markdown = &text[range.clone()];
    let mut scanner = Scanner::new(markdown, range.start);
    let definitions = parser(markdown);
    let definitions = definitions.reference_definitions();
    read(markdown, RawHtml::Text, |piece, span| {
        if let Piece::Markdown(Event::Start(
            Tag::Link { link_type, id, .. } | Tag::Image { link_type, id, .. },
        )) = &piece
            && matches!(link_type, LinkType::Reference | LinkType::Collapsed | LinkType::Shortcut)
            && let Some(definition) = definitions.get(id)
        {
            scanner.reference(&span, &definition.span);
        }
        scanner.piece(&piece, span);
    });
    scanner.join_notes();
    if markdown.contains('<') {
        scanner.find_comments();
    }
    scanner.scan
}

struct Scanner<'a> {
    markdown: &'a str,
    offset: usize,
    depth: usize,
    /// Where `<!--` is not text.
    hidden: Vec<(Range<usize>, Hidden)>,
    notes: Vec<(String, Range<usize>)>,
    defined_notes: Vec<(String, Range<usize>)>,
    /// Open images, with the positions of those without alternative text so far.
    images: Vec<Option<Range<usize>>>,
    scan: Scan,
}

/// Why `<!--` is not text here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hidden {
    Code,
    Html,
}

impl<'a> Scanner<'a> {
    fn new(markdown: &'a str, offset: usize) -> Self {
        let (hidden, notes, defined_notes) = (Vec::new(), Vec::new(), Vec::new());
        let images = Vec::new();
        Self { markdown, offset, depth: 0, hidden, notes, defined_notes, images, scan: Scan::default() }
    }

    fn piece(&mut self, piece: &Piece<'_>, span: Range<usize>) {
        match piece {
            Piece::Markdown(event) => self.event(event, span),
            Piece::Html(html) => self.html(html, span),
        }
    }

    fn html(&mut self, html: &Html, span: Range<usize>) {
        if let Token::Start(tag) = &html.token {
            for (target, kind) in targets(tag) {
                let is_image = html.role == Role::Image && tag.value("src").map(str::trim) == Some(&target);
                self.link(&target, kind, &span, !is_image);
            }
            if html.role == Role::Image && tag.value("alt").is_none() {
                self.scan.undescribed_images.push(self.in_file(span.clone()));
            }
        }
        if html.role == Role::Words {
            self.described(html.words());
        }
        self.hidden.push((span, Hidden::Html));
    }

    /// Text inside open images describes them.
    fn described(&mut self, text: &str) {
        if !text.trim().is_empty() {
            self.images.fill(None);
        }
    }

    fn event(&mut self, event: &Event<'_>, span: Range<usize>) {
        match event {
            Event::End(TagEnd::Image) => {
                self.depth -= 1;
                let undescribed = self.images.pop().flatten().map(|span| self.in_file(span));
                self.scan.undescribed_images.extend(undescribed);
            }
            Event::Text(text) => self.described(text),
            Event::Start(tag) => {
                self.start(tag, &span);
                self.depth += 1;
            }
            Event::End(_) => self.depth -= 1,
            Event::Code(text) => {
                self.described(text);
                self.hidden.push((span, Hidden::Code));
            }
            Event::InlineHtml(_) => self.hidden.push((span, Hidden::Html)),
            Event::FootnoteReference(name) => self.notes.push((name.to_lowercase(), span)),
            Event::Rule if self.depth == 0 => self.block(BlockKind::Other, &span),
            _ => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>, span: &Range<usize>) {
        match tag {
            Tag::CodeBlock(kind) => {
                let is_comment = self.markdown[span.clone()].trim_start().starts_with(OPENING);
                if *kind == CodeBlockKind::Indented && is_comment {
                    self.scan.visible_comments.push(self.in_file(span.clone()));
                }
                self.hidden.push((span.clone(), Hidden::Code));
            }
            Tag::Paragraph => self.find_link_comments(span),
            Tag::HtmlBlock => self.hidden.push((span.clone(), Hidden::Html)),
            Tag::FootnoteDefinition(name) => self.defined_notes.push((name.to_lowercase(), span.clone())),
            Tag::Link { link_type, dest_url, .. } if *link_type != LinkType::Email => {
                self.link(dest_url, LinkKind::Link, span, false);
            }
            Tag::Image { dest_url, .. } => {
                self.images.push(Some(span.clone()));
                self.link(dest_url, LinkKind::Image, span, false);
            }
            _ => {}
        }
        if self.depth == 0 {
            self.block(self.block_kind(tag, span), span);
        }
    }

    fn block_kind(&self, tag: &Tag<'_>, span: &Range<usize>) -> BlockKind {
        let written = &self.markdown[span.clone()];
        match tag {
            Tag::Heading { level, .. } if !written.trim().contains('\n') => BlockKind::Heading(*level as u8),
            Tag::Heading { .. } => BlockKind::Setext,
            Tag::Paragraph => BlockKind::Paragraph,
            Tag::HtmlBlock if without_comments(written).trim().is_empty() => BlockKind::Comment,
            Tag::HtmlBlock => BlockKind::Html,
            Tag::CodeBlock(CodeBlockKind::Fenced(_)) => BlockKind::Fenced,
            _ => BlockKind::Other,
        }
    }

    fn block(&mut self, kind: BlockKind, span: &Range<usize>) {
        let written = &self.markdown[span.clone()];
        let start = span.start + (written.len() - written.trim_start().len());
        let end = start.max(span.start + written.trim_end().len());
        self.scan.blocks.push(Block { kind, span: self.in_file(start..end) });
    }

    fn link(&mut self, target: &str, kind: LinkKind, span: &Range<usize>, needs_raw_html: bool) {
        let span = self.in_file(span.clone());
        self.scan.links.push(LinkDraft { target: target.to_owned(), kind, span, needs_raw_html });
    }

    fn reference(&mut self, span: &Range<usize>, definition: &Range<usize>) {
        self.scan.references.push((self.in_file(span.clone()), self.in_file(definition.clone())));
    }

    /// Finds the definition of each referenced footnote.
    fn join_notes(&mut self) {
        // Of two definitions the first counts, so it is inserted last.
        let defined: BTreeMap<_, _> = std::mem::take(&mut self.defined_notes).into_iter().rev().collect();
        for (name, span) in std::mem::take(&mut self.notes) {
            if let Some(definition) = defined.get(&name) {
                self.reference(&span, definition);
            }
        }
    }

    fn in_file(&self, span: Range<usize>) -> Range<usize> {
        self.offset + span.start..self.offset + span.end
    }

    /// Finds the lines of a paragraph that would be comments above it: `[//]: # (words)`.
    fn find_link_comments(&mut self, span: &Range<usize>) {
        let mut start = span.start;
        for line in self.markdown[span.clone()].split_inclusive('\n') {
            let words = line.trim_start();
            if words.starts_with("[//]:") || words.starts_with("[comment]:") {
                let written = start + (line.len() - words.len());
                self.scan.visible_comments.push(self.in_file(written..written + words.trim_end().len()));
            }
            start += line.len();
        }
    }

    /// Finds a comment in a comment. The outer one ends where the inner one does, and what follows up to `-->` is text.
    fn find_nested_comment(&mut self, start: usize, end: usize) {
        let inner = self.markdown[start + OPENING.len()..end].find(OPENING);
        let rest = &self.markdown[end..];
        let until = rest.find(OPENING).unwrap_or(rest.len());
        if let Some(inner) = inner.filter(|_| rest[..until].contains("-->")) {
            let inner = start + OPENING.len() + inner;
            self.scan.visible_comments.push(self.in_file(inner..inner + OPENING.len()));
        }
    }

    /// Finds every unclosed `<!--`, and what only resembles it, outside of code.
    fn find_comments(&mut self) {
        let (mut at, mut hidden) = (0, std::mem::take(&mut self.hidden).into_iter().peekable());
        while let Some(found) = self.markdown[at..].find('<') {
            let start = at + found;
            let (is_near, is_comment) =
                (is_near_comment(&self.markdown[start..]), self.markdown[start..].starts_with(OPENING));
            at = start + if is_comment { OPENING.len() } else { 1 };
            if !is_near && !is_comment {
                continue;
            }
            while hidden.next_if(|(span, _)| span.end <= start).is_some() {}
            let holder = hidden.peek().filter(|(span, _)| span.contains(&start));
            match holder {
                Some((_, Hidden::Code)) => {}
                _ if self.markdown[..start].ends_with('\\') => {}
                _ if is_near => self.scan.visible_comments.push(self.in_file(start..at)),
                Some((span, Hidden::Html)) => match end_of_comment(&self.markdown[start..span.end]) {
                    Some(end) => {
                        self.find_nested_comment(start, start + end);
                        at = start + end;
                    }
                    // It hides the rest of the HTML, including further comments.
                    None => {
                        at = span.end;
                        self.scan.unclosed_comments.push(self.in_file(start..start + OPENING.len()));
                    }
                },
                None => self.scan.unclosed_comments.push(self.in_file(start..start + OPENING.len())),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{BlockKind, scan};
    use crate::parse::draft::LinkKind;

    #[track_caller]
    fn check_blocks(text: &str, expected: &[(BlockKind, &str)]) {
        let scan = scan(text, 0..text.len());
        let found: Vec<_> = scan.blocks.iter().map(|block| (block.kind, &text[block.span.clone()])).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn only_outermost_blocks_count() {
        check_blocks(
            "## A\n\ntext\nmore\n\n- x\n\n  ## B\n\n> ## C\n\n```\n## D\n```\n\n<div>\n## E\n</div>\n\n    ## F\n",
            &[
                (BlockKind::Heading(2), "## A"),
                (BlockKind::Paragraph, "text\nmore"),
                (BlockKind::Other, "- x\n\n  ## B"),
                (BlockKind::Other, "> ## C"),
                (BlockKind::Fenced, "```\n## D\n```"),
                (BlockKind::Html, "<div>\n## E\n</div>"),
                (BlockKind::Other, "## F"),
            ],
        );
    }

    #[test]
    fn headings_are_told_from_underlined_ones() {
        check_blocks(
            "  ### A ###\r\nB\r\n===\r\n# C\r\nlong\nD\n---\n\n---\n#\n",
            &[
                (BlockKind::Heading(3), "### A ###"),
                (BlockKind::Setext, "B\r\n==="),
                (BlockKind::Heading(1), "# C"),
                (BlockKind::Setext, "long\nD\n---"),
                (BlockKind::Other, "---"),
                (BlockKind::Heading(1), "#"),
            ],
        );
    }

    #[test]
    fn comments_are_no_text() {
        check_blocks(
            "<!-- a -->\n\n<!--\n\n## B\n\n-->\n\n<!-- c --> d\n",
            &[
                (BlockKind::Comment, "<!-- a -->"),
                (BlockKind::Comment, "<!--\n\n## B\n\n-->"),
                (BlockKind::Html, "<!-- c --> d"),
            ],
        );
    }

    #[test]
    fn comments_that_do_not_close_are_found() {
        let check = |text: &str, expected: &[usize]| {
            let found: Vec<usize> =
                scan(text, 0..text.len()).unclosed_comments.iter().map(|span| span.start).collect();
            assert_eq!(found, expected, "{text:?}");
        };
        check("a <!-- b --> c\n\n<!-- d -->", &[]);
        check("<!-- a\n\nb", &[0]);
        check("text <!-- a\n\nb --> c", &[5]);
        check("<div>\n<!-- a\n\nb -->\n</div>", &[6]);
        check("`<!--` and\n\n```\n<!--\n```\n", &[]);
        check("\\<!-- a", &[]);
        check("<!-- <!-- -->", &[]);
    }

    #[test]
    fn what_only_reads_like_a_comment_is_found() {
        let check = |text: &str, expected: &[usize]| {
            let found = scan(text, 0..text.len()).visible_comments;
            assert_eq!(found.iter().map(|span| span.start).collect::<Vec<_>>(), expected, "{text:?}");
        };
        check("a <!\u{2014} b \u{2014}>\n\n< !-- c -->", &[2, 16]);
        check("<!--> a -->\n\nb <!- c", &[0, 15]);
        check("a\n\n    <!-- b -->\n", &[7]);
        check("a\n[//]: # (b)\n\n- c\n\n  d\n  [comment]: # (e)\n", &[2, 26]);
        check("<!-- a\n<!-- b -->\nc\n-->\n", &[7]);
        check("<!-- a <!-- b -->\n\n<!-- c --> d", &[]);
        check("[//]: # (a)\n\n<!-- b -->\n\n`<!- c` \\<!- d\n\n```\n<!- e\n[//]: # (f)\n```\n\na < b", &[]);
    }

    /// Comparing each footnote with all others would take hours.
    #[test]
    fn many_notes_and_comments_are_joined_at_once() {
        let notes: String = (0..30_000).map(|at| format!("a[^{at}]\n\n[^{at}]: b\n\n")).collect();
        assert_eq!(scan(&notes, 0..notes.len()).references.len(), 30_000);
        let code = "`<!--` <!-- ".repeat(50_000);
        assert_eq!(scan(&code, 0..code.len()).unclosed_comments.len(), 50_000);
        let html = format!("<div>\n{}", "<!--\n".repeat(500_000));
        assert_eq!(scan(&html, 0..html.len()).unclosed_comments.len(), 1);
    }

    #[test]
    fn references_know_their_definitions() {
        let text = "é[a] [b][c] [d](e)[^F] ![g][g]\n\n[a]: x\n[C]: y\n[g]: z\n\n[^f]: w\n";
        let scan = scan(text, 2..text.len());
        let found: Vec<_> = scan
            .references
            .iter()
            .map(|(span, definition)| (&text[span.clone()], text[definition.clone()].trim()))
            .collect();
        assert_eq!(
            found,
            [("[a]", "[a]: x"), ("[b][c]", "[C]: y"), ("![g][g]", "[g]: z"), ("[^F]", "[^f]: w")]
        );
    }

    #[test]
    fn links_and_images_have_their_places() {
        let text =
            "xx [a](b.md) ![c](d.png \"t\") <https://e.example> <f@g.example>\n\n- [h][i]\n\n[i]: /j/\n";
        let scan = scan(text, 2..text.len());
        let found: Vec<_> = scan
            .links
            .iter()
            .map(|link| (link.kind, link.target.as_str(), &text[link.span.clone()]))
            .collect();
        assert_eq!(
            found,
            [
                (LinkKind::Link, "b.md", "[a](b.md)"),
                (LinkKind::Image, "d.png", "![c](d.png \"t\")"),
                (LinkKind::Link, "https://e.example", "<https://e.example>"),
                (LinkKind::Link, "/j/", "[h][i]"),
            ]
        );
    }
}
