//! Markdown to plain text, for descriptions, `status.txt` and what searches show.

use pulldown_cmark::{Event, Tag, TagEnd};

use super::comments::without_comments;

/// The Markdown's words, a line for every paragraph, heading, list item and row. Bullets, numbers and ticks stay; HTML
/// does as well, since pages show it, but not its comments.
pub fn plain_text(markdown: &str) -> String {
    let mut writer = Writer::default();
    for event in super::parser(markdown) {
        writer.event(event);
    }
    writer.out.truncate(writer.out.trim_end().len());
    writer.out
}

#[derive(Default)]
struct Writer {
    out: String,
    /// The next number of each open list; `None` for bullets.
    lists: Vec<Option<u64>>,
}

impl Writer {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Code(text) => self.text(&text),
            Event::Html(html) | Event::InlineHtml(html) => self.text(&without_comments(&html)),
            Event::InlineMath(text) | Event::DisplayMath(text) => self.text(&text),
            Event::FootnoteReference(name) => self.text(&format!("[{name}]")),
            Event::SoftBreak => self.text(" "),
            Event::HardBreak | Event::Rule => self.end_line(),
            Event::TaskListMarker(true) => self.text("[x] "),
            Event::TaskListMarker(false) => self.text("[ ] "),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::List(start) => {
                self.end_line();
                self.lists.push(start);
            }
            Tag::Item => self.start_item(),
            Tag::FootnoteDefinition(name) => self.text(&format!("[{name}] ")),
            Tag::HtmlBlock => self.end_line(),
            _ => {}
        }
    }

    fn start_item(&mut self) {
        self.out.push_str(&"  ".repeat(self.lists.len().saturating_sub(1)));
        match self.lists.last_mut() {
            Some(Some(number)) => {
                self.out.push_str(&format!("{number}. "));
                *number = number.saturating_add(1);
            }
            _ => self.out.push_str("- "),
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

    fn text(&mut self, text: &str) {
        self.out.extend(text.chars().filter(|c| *c == '\n' || !c.is_control()));
    }

    /// Ends the line; there are no empty ones.
    fn end_line(&mut self) {
        self.out.truncate(self.out.trim_end().len());
        if !self.out.is_empty() {
            self.out.push('\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::plain_text;

    #[test]
    fn words_stay() {
        let check =
            |markdown: &str, expected: &str| assert_eq!(plain_text(markdown), expected, "{markdown:?}");
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
