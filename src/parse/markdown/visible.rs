//! The visible text of Markdown and markup, with the source position of each character. It is searched for private
//! content.
//!
//! Formatting inside a word, character references, line ends, invisible characters and full-width letters do not hide
//! anything: text is in Unicode normal form KC, and white space of any kind and length is one space.

use std::ops::Range;
use std::sync::LazyLock;

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag};
use regex::Regex;

use super::comments::{OPENING, end_of_comment, without_comments};
use super::parser::parser;
use crate::parse::line;
use crate::parse::near::as_seen;
use crate::percent;

#[derive(Debug, Default)]
pub(crate) struct VisibleText {
    /// Words, then URLs and attributes; one line per block.
    pub(crate) text: String,
    /// The source range of each byte of `text`.
    places: Vec<Range<usize>>,
}

impl VisibleText {
    /// Of the Markdown at this position of a file.
    pub(crate) fn of_markdown(file: &str, range: Range<usize>) -> Self {
        let (mut seen, mut asides) = (Self::default(), Vec::new());
        for (event, span) in parser(&file[range.clone()]).into_offset_iter() {
            let span = range.start + span.start..range.start + span.end;
            match event {
                Event::Text(text) | Event::Code(text) => seen.push(&text, file, &span),
                Event::Html(_) | Event::InlineHtml(_) => seen.markup(file, span, &mut asides),
                Event::InlineMath(text) | Event::DisplayMath(text) => seen.push(&text, file, &span),
                Event::FootnoteReference(name) => asides.push((name.to_string(), span)),
                Event::SoftBreak | Event::HardBreak => seen.push(" ", file, &span),
                Event::Start(Tag::Link { dest_url, title, .. } | Tag::Image { dest_url, title, .. }) => {
                    asides.extend([dest_url, title].map(|text| (text.to_string(), span.clone())));
                }
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                    seen.end_line(&span);
                    asides.push((info.to_string(), span));
                }
                Event::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough) => {}
                Event::Start(_) | Event::Rule | Event::TaskListMarker(_) => seen.end_line(&span),
                Event::End(_) => {}
            }
        }
        seen.with_asides(asides)
    }

    /// Of text that is or contains markup, such as SVG.
    pub(crate) fn of_markup(file: &str) -> Self {
        let (mut seen, mut asides) = (Self::default(), Vec::new());
        seen.markup(file, 0..file.len(), &mut asides);
        seen.with_asides(asides)
    }

    /// Of program or data text, with string escapes replaced: `\u0048` is `H`.
    pub(crate) fn of_escapes(file: &str) -> Self {
        let mut seen = Self::default();
        let mut at = 0;
        for escapes in ESCAPES.find_iter(file) {
            seen.push(&file[at..escapes.start()], file, &(at..escapes.start()));
            let digits = escapes.as_str().split("\\u").skip(1);
            let units: Vec<u16> = digits.filter_map(|digits| u16::from_str_radix(digits, 16).ok()).collect();
            seen.push(&String::from_utf16_lossy(&units), "", &escapes.range());
            at = escapes.end();
        }
        seen.push(&file[at..], file, &(at..file.len()));
        seen
    }

    pub(crate) fn of_text(text: &str) -> Self {
        let mut seen = Self::default();
        seen.push(text, text, &(0..text.len()));
        seen
    }

    /// The source range of a part of [`VisibleText::text`].
    pub(crate) fn place(&self, piece: Range<usize>) -> Range<usize> {
        let places = self.places.get(piece).unwrap_or_default();
        let start = places.iter().map(|place| place.start).min().unwrap_or_default();
        start..places.iter().map(|place| place.end).max().unwrap_or(start)
    }

    /// Adds text whose source may be written differently.
    fn push(&mut self, text: &str, file: &str, span: &Range<usize>) {
        let is_verbatim = file.get(span.clone()) == Some(text);
        for (at, cluster) in clusters(text) {
            let place =
                if is_verbatim { span.start + at..span.start + at + cluster.len() } else { span.clone() };
            as_seen(cluster).for_each(|c| self.push_char(c, &place));
        }
    }

    fn push_char(&mut self, c: char, place: &Range<usize>) {
        match c {
            _ if is_invisible(c) => {}
            _ if c.is_whitespace() && self.text.ends_with([' ', '\n']) => {}
            _ if c.is_whitespace() => self.add(' ', place.clone()),
            _ => self.add(c, place.clone()),
        }
    }

    fn add(&mut self, c: char, place: Range<usize>) {
        self.text.push(c);
        self.places.resize(self.text.len(), place);
    }

    fn end_line(&mut self, span: &Range<usize>) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.add('\n', span.start..span.start);
        }
    }

    /// Adds the words between tags; tags are collected in `asides`, comments are dropped.
    fn markup(&mut self, file: &str, span: Range<usize>, asides: &mut Vec<(String, Range<usize>)>) {
        let mut at = span.start;
        while at < span.end {
            let rest = &file[at..span.end];
            let end = match rest.strip_prefix('<') {
                Some(_) if rest.starts_with(OPENING) => end_of_comment(rest).unwrap_or(rest.len()),
                Some(tag) => {
                    let end = tag.find('>').map_or(rest.len(), |end| end + 2);
                    match between(tag) {
                        TagGap::Line => self.end_line(&(at..at + end)),
                        TagGap::Space => self.push(" ", file, &(at..at + end)),
                        TagGap::Nothing => {}
                    }
                    asides.push((decoded(&rest[..end]), at..at + end));
                    end
                }
                None => {
                    let end = rest.find('<').unwrap_or(rest.len());
                    let words = decoded(&rest[..end]);
                    self.push(&words, file, &(at..at + end));
                    end
                }
            };
            at += end;
        }
    }

    /// Appends the collected URLs and attributes, one per line.
    fn with_asides(mut self, asides: Vec<(String, Range<usize>)>) -> Self {
        for (text, span) in asides {
            self.end_line(&span);
            self.push(&text, "", &span);
            // Browsers show URLs decoded, so that form is searched too.
            if let Some(plain) = percent::decode(&text).filter(|plain| *plain != text) {
                self.end_line(&span);
                self.push(&plain, "", &span);
            }
        }
        self
    }
}

/// Whether the Markdown shows anything: a character, an image or a rule. Comments, link definitions and invisible
/// characters show nothing.
pub(crate) fn shows(markdown: &str) -> bool {
    // Fast path: most texts begin with a word.
    if markdown.trim_start().starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return true;
    }
    let mut markup = String::new();
    let is_shown = parser(markdown).any(|event| match event {
        Event::Text(text) | Event::Code(text) => line::shows(&text),
        Event::Html(html) | Event::InlineHtml(html) => {
            markup.push_str(&html);
            false
        }
        Event::InlineMath(_) | Event::DisplayMath(_) | Event::FootnoteReference(_) | Event::Rule => true,
        Event::Start(Tag::Image { .. } | Tag::CodeBlock(_)) | Event::TaskListMarker(_) => true,
        Event::Start(_) | Event::End(_) | Event::SoftBreak | Event::HardBreak => false,
    });
    is_shown || line::shows(&without_comments(&markup))
}

/// How a tag, given without its `<`, separates the words beside it.
fn between(tag: &str) -> TagGap {
    const JOINING: [&str; 29] = [
        "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd",
        "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "text", "tspan", "u",
        "wbr",
    ];
    let name = tag.trim_start_matches('/');
    let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
    let name = name[..end].to_ascii_lowercase();
    match name.as_str() {
        "br" => TagGap::Space,
        name if JOINING.contains(&name) => TagGap::Nothing,
        _ => TagGap::Line,
    }
}

enum TagGap {
    /// One word, as around formatting.
    Nothing,
    Space,
    Line,
}

/// Runs of string escapes in JSON and JavaScript (RFC 8259 §7): one character may take two.
static ESCAPES: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?:\\u[0-9a-fA-F]{4})+").expect("the pattern is a regular expression"));

/// Characters with their combining marks, each with its start.
fn clusters(text: &str) -> impl Iterator<Item = (usize, &str)> {
    static CLUSTER: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?s).[\p{M}\u{1160}-\u{11ff}]*").expect("the pattern is a regular expression")
    });
    CLUSTER.find_iter(text).map(|found| (found.start(), found.as_str()))
}

/// Invisible characters: soft hyphens, joiners, direction marks, variation selectors.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Replaces character references (`&eacute;`, `&#72;`) with the Markdown parser.
fn decoded(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let mut escaped = String::with_capacity(text.len() * 2);
    for c in text.chars() {
        match c {
            '&' | ';' | '#' => escaped.push(c),
            '\n' | '\r' | '\t' => escaped.push(' '),
            _ if c.is_ascii_punctuation() => escaped.extend(['\\', c]),
            _ => escaped.push(c),
        }
    }
    // A prefix and suffix keep white space, and keep `#` from becoming a heading.
    let marked = format!("\\.{escaped}\\.");
    let texts = Parser::new(&marked).filter_map(|event| match event {
        Event::Text(text) => Some(text.to_string()),
        _ => None,
    });
    let text: String = texts.collect();
    text[1..text.len() - 1].to_owned()
}

#[cfg(test)]
mod tests {
    use super::{VisibleText, decoded, shows};

    #[test]
    fn a_text_may_show_nothing() {
        for text in [
            "",
            " \n",
            "\u{200b}",
            "&nbsp; &#8203;",
            "\u{3164}",
            "<!-- x -->",
            "<!--\n\nx\n-->\n<!-- y -->",
            "[x]: y",
            "[x]: y 'z'\n\n<!-- -->\u{feff}",
            "**\u{200b}**",
            ">",
            "-",
            "#",
        ] {
            assert!(!shows(text), "{text:?}");
        }
        for text in [
            "x",
            "\u{e9}",
            "![](a.png)",
            "***",
            "<br>",
            "`<!-- -->`",
            "[x]",
            "- [ ] x",
            "[x]: y\n\nz",
            "\u{1f4a5}",
        ] {
            assert!(shows(text), "{text:?}");
        }
    }

    #[test]
    fn markup_hides_nothing() {
        let check = |markdown: &str, expected: &str| {
            assert_eq!(VisibleText::of_markdown(markdown, 0..markdown.len()).text, expected, "{markdown}");
        };
        check("Ho**oli** is down", "Hooli is down");
        check("&#72;oo&shy;li and Hoo\u{200b}li\n", "Hooli and Hooli");
        check("Acme\nCorp,  Acme&nbsp;Corp", "Acme Corp, Acme Corp");
        check("Ho<b>oli</b> Ho<!-- x -->oli", "Hooli Hooli\n<b>\n</b>");
        check("# A\n\nb\n- c\n", "A\nb\nc");
        check("[x](/h%6Foli \"T\")", "x\n/h%6Foli\n/hooli\nT");
        check("<img alt='H&#111;oli'>", "<img alt='Hooli'>");
        check("`<!-- Hooli -->`", "<!-- Hooli -->");
        check(
            "<details><summary>Ho&#111;li</summary></details>",
            "Hooli\n<details>\n<summary>\n</summary>\n</details>",
        );
    }

    #[test]
    fn a_line_s_end_parts_words_and_formatting_does_not() {
        let check = |markdown: &str, expected: &str| {
            let seen = VisibleText::of_markdown(markdown, 0..markdown.len()).text;
            assert_eq!(seen.split('<').next().unwrap().trim_end(), expected, "{markdown}");
        };
        check("hoo<br>li", "hoo li");
        check("hoo<BR/>li", "hoo li");
        check("<div>hoo</div><p>li</p>", "hoo\nli");
        check("hoo<wbr>li Ho<kbd>oli</kbd>", "hooli Hooli");
    }

    #[test]
    fn escapes_are_read() {
        let json = r#"{"a": "\u0048oo\u006ci \ud83d\ude00"}"#;
        let seen = VisibleText::of_escapes(json);
        assert_eq!(seen.text, "{\"a\": \"Hooli \u{1f600}\"}");
        let start = seen.text.find("Hooli").unwrap();
        assert_eq!(&json[seen.place(start..start + 5)], r"\u0048oo\u006ci");
        assert!(VisibleText::of_markdown("[x](/h%6Foli)", 0..13).text.contains("\n/h%6Foli\n/hooli"));
    }

    #[test]
    fn letters_are_compared_as_they_look() {
        let decomposed = "Ame\u{301}lie und \u{1112}\u{1161}\u{11ab}";
        let seen = VisibleText::of_text(decomposed);
        assert_eq!(seen.text, "Am\u{e9}lie und \u{d55c}");
        assert_eq!(&decomposed[seen.place(2..4)], "e\u{301}");
    }

    #[test]
    fn a_piece_knows_its_place() {
        let markdown = "x Ho**oli** &amp; &#72;ooli";
        let seen = VisibleText::of_markdown(markdown, 0..markdown.len());
        let place = |from: usize| {
            let start = seen.text[from..].find("Hooli").unwrap() + from;
            &markdown[seen.place(start..start + 5)]
        };
        assert_eq!((place(0), place(6)), ("Ho**oli", "&#72;ooli"));
        assert_eq!(VisibleText::of_text("").place(0..0), 0..0);
    }

    #[test]
    fn svg_is_markup() {
        let svg = "<svg><!-- no --><text>Ho</text><text a=\"b\">oli</text></svg>";
        assert!(VisibleText::of_markup(svg).text.starts_with("Hooli\n<svg>"));
        assert!(!VisibleText::of_markup(svg).text.contains("no"));
    }

    #[test]
    fn references_to_characters_are_replaced() {
        assert_eq!(decoded("# a*b &#72;&eacute; &unknown; <x> &"), "# a*b Hé &unknown; <x> &");
        assert_eq!(decoded("&#72;"), "H");
        assert_eq!(decoded(" &amp; "), " & ");
    }
}
