//! Converts Markdown to plain text, for descriptions, `status.txt` and search previews.

use pulldown_cmark::{Event, Tag, TagEnd};

use super::options::RawHtml;
use super::piece::{Element, Html, Piece, Role};
use super::pieces::read;
use super::tags::Token;

/// One line per paragraph, heading, list item and row. Bullets, numbers and check marks are kept, and so is HTML that
/// pages show as text.
pub fn plain_text(markdown: &str, raw_html: RawHtml) -> String {
    write(Writer::default(), markdown, raw_html)
}

/// The words in one line: list items are separated by ` · `; bullets, numbers, check marks and marks of notes are left out.
pub fn plain_words(markdown: &str, raw_html: RawHtml) -> String {
    let text = write(Writer { marks: Marks::Left, ..Writer::default() }, markdown, raw_html);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn write(mut writer: Writer, markdown: &str, raw_html: RawHtml) -> String {
    read(markdown, raw_html, |piece, _| match piece {
        Piece::Markdown(event) => writer.event(event),
        Piece::Html(html) if raw_html == RawHtml::Keep => writer.kept(&html),
        Piece::Html(html) => writer.html(&html),
    });
    writer.out.truncate(writer.out.trim_end().len());
    writer.out
}

/// The deepest indentation of list items; without it, text would grow quadratically with depth.
const MOST_INDENTED: usize = 10;

/// The treatment of list and note marks.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Marks {
    #[default]
    Kept,
    Left,
}

#[derive(Default)]
struct Writer {
    out: String,
    marks: Marks,
    /// The next number of each open list; `None` for bullets.
    lists: Vec<Option<u64>>,
    /// An open raw HTML element whose content readers do not see.
    hidden: Option<String>,
}

impl Writer {
    fn event(&mut self, event: Event<'_>) {
        let is_mark = matches!(event, Event::FootnoteReference(_) | Event::TaskListMarker(_));
        match event {
            _ if is_mark && self.marks == Marks::Left => {}
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Code(text) => self.text(&text),
            // Comments; all other HTML comes in pieces of its own.
            Event::Html(_) | Event::InlineHtml(_) => {}
            Event::InlineMath(text) | Event::DisplayMath(text) => self.text(&text),
            Event::FootnoteReference(name) => self.text(&format!("[{name}]")),
            Event::SoftBreak => self.text(" "),
            Event::HardBreak | Event::Rule => self.end_line(),
            Event::TaskListMarker(true) => self.text("[x] "),
            Event::TaskListMarker(false) => self.text("[ ] "),
        }
    }

    fn html(&mut self, html: &Html) {
        match (html.role, &html.token) {
            (Role::Words, _) => self.lines(html.words()),
            (Role::Image, Token::Start(tag)) => self.text(tag.value("alt").unwrap_or_default()),
            (Role::Break, _) => self.end_line(),
            (Role::Start(element, _) | Role::End(element, _), _) if element.is_block() => self.end_line(),
            _ => {}
        }
    }

    /// Raw HTML: its text, with a new line for each block element.
    fn kept(&mut self, html: &Html) {
        match &html.token {
            Token::End(name) if self.hidden.as_ref() == Some(name) => self.hidden = None,
            _ if self.hidden.is_some() => {}
            Token::Start(tag) if matches!(tag.name.as_str(), "script" | "style" | "template") => {
                self.hidden = Some(tag.name.clone());
            }
            Token::Start(tag) if tag.name == "img" => self.text(tag.value("alt").unwrap_or_default()),
            Token::Start(tag) if begins_line(&tag.name) => self.end_line(),
            Token::End(name) if begins_line(name) => self.end_line(),
            Token::Text(text) => self.lines(text),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::BlockQuote(Some(kind)) => self.text(&format!("{kind:?}: ")),
            Tag::List(start) => {
                self.end_line();
                self.lists.push(start.filter(|_| self.marks == Marks::Kept));
            }
            Tag::Item => self.start_item(),
            Tag::FootnoteDefinition(_) if self.marks == Marks::Left => {}
            Tag::FootnoteDefinition(name) => self.text(&format!("[{name}] ")),
            Tag::HtmlBlock => self.end_line(),
            _ => {}
        }
    }

    fn start_item(&mut self) {
        if self.marks == Marks::Left {
            return self.separate_item();
        }
        self.out.push_str(&"  ".repeat(self.lists.len().saturating_sub(1).min(MOST_INDENTED)));
        match self.lists.last_mut() {
            Some(Some(number)) => {
                self.out.push_str(&format!("{number}. "));
                *number = number.saturating_add(1);
            }
            _ => self.out.push_str("- "),
        }
    }

    /// Separates an item from the one before it. A list without marks holds a number once it has an item.
    fn separate_item(&mut self) {
        let Some(list) = self.lists.last_mut() else { return };
        if list.replace(0).is_some() {
            self.out.push_str("· ");
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::List(_) => {
                self.lists.pop();
            }
            TagEnd::TableCell => self.out.push_str("  "),
            TagEnd::Paragraph
            | TagEnd::Heading(_)
            | TagEnd::Item
            | TagEnd::CodeBlock
            | TagEnd::HtmlBlock
            | TagEnd::TableHead
            | TagEnd::TableRow
            | TagEnd::FootnoteDefinition => self.end_line(),
            _ => {}
        }
    }

    /// Appends text with its line ends.
    fn lines(&mut self, text: &str) {
        for (index, line) in text.split('\n').enumerate() {
            if index > 0 {
                self.end_line();
            }
            self.text(line);
        }
    }

    fn text(&mut self, text: &str) {
        self.out.extend(text.chars().filter(|c| *c == '\n' || !c.is_control()));
    }

    /// Ends the line; there are no empty lines.
    fn end_line(&mut self) {
        self.out.truncate(self.out.trim_end().len());
        if !self.out.is_empty() {
            self.out.push('\n');
        }
    }
}

/// Whether an HTML element begins a new line.
fn begins_line(name: &str) -> bool {
    let is_inline = Element::named(name).is_some_and(|element| !element.is_block())
        || matches!(
            name,
            "a" | "abbr" | "b" | "code" | "em" | "i" | "small" | "span" | "strong" | "td" | "th" | "u"
        );
    !is_inline
}

#[cfg(test)]
mod tests {
    use super::{plain_text, plain_words};
    use crate::parse::markdown::RawHtml;

    #[test]
    fn deep_items_are_indented_only_so_far() {
        let text = plain_text(&format!("{}x", "- ".repeat(20_000)), RawHtml::Text);
        assert!(text.ends_with(&format!("\n{}- x", " ".repeat(20))));
        assert!(text.len() < 20_000 * 24, "{}", text.len());
    }

    #[test]
    fn words_alone_have_no_marks() {
        let check = |markdown: &str, expected: &str| {
            assert_eq!(plain_words(markdown, RawHtml::Text), expected, "{markdown:?}")
        };
        check(
            "The fix:\n\n- roll back\n- drain\n  1. one\n  2. two\n* last\n",
            "The fix: roll back · drain one · two last",
        );
        check("- [ ] a\n- [x] b\n\nc[^1]\n\n[^1]: d\n", "a · b c d");
        check("3. a\n4. b\n\nminus - and * stay", "a · b minus - and * stay");
    }

    #[test]
    fn words_stay() {
        let check = |markdown: &str, expected: &str| {
            assert_eq!(plain_text(markdown, RawHtml::Text), expected, "{markdown:?}")
        };
        check("", "");
        check("Some *donors* see\nan [error](/x/) at `checkout`.\n", "Some donors see an error at checkout.");
        check("# A\n\nb\n\n---\n\nc  \nd", "A\nb\nc\nd");
        check(
            "The fix:\n\n- roll back\n- drain\n  1. one\n  2. two\n",
            "The fix:\n- roll back\n- drain\n  1. one\n  2. two",
        );
        check("- [ ] a\n- [x] b\n\n  c", "- [ ] a\n- [x] b\nc");
        check("a <!-- b --> c <b>d</b>\n\n<!-- e -->\n\n![f](g.png)", "a  c <b>d</b>\nf");
        check("| a | b |\n|---|---|\n| c | d |\n", "a  b\nc  d");
        check("a[^1]\n\n[^1]: b\n", "a[1]\n[1] b");
        check("```\na\n  b\n```\n", "a\n  b");
        check("\u{1b}[31m", "[31m");
    }
}
