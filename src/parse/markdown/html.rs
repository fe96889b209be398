//! Converts Markdown to HTML that is also well-formed XML, for pages and feeds.
//!
//! Invariant: no inline style, script URL or comment; without raw HTML, only the elements named here.

use std::collections::BTreeSet;

use pulldown_cmark::{Alignment, BlockQuoteKind, CodeBlockKind, Event, Tag, TagEnd};

use super::escape::{push_attribute, push_text};
use super::options::{HtmlOptions, Labels, RawHtml, TocEntry};
use super::piece::Piece;
use super::pieces::read;
use super::slugs::place_of;
use super::writer::{Columns, Heading, Writer};
use crate::parse::draft::LinkKind;

pub fn html(markdown: &str, options: &HtmlOptions<'_>) -> String {
    html_with_contents(markdown, options).0
}

/// The ids of the Markdown's headings, as its own links name them.
pub fn heading_ids(markdown: &str) -> BTreeSet<String> {
    let links = |target: &str, _: LinkKind| Some(target.to_owned());
    let labels = Labels::default();
    let options = HtmlOptions {
        raw_html: RawHtml::Text,
        links: &links,
        id_prefix: "",
        heading_shift: 0,
        labels,
        soft_break: "\n",
    };
    let (_, contents) = html_with_contents(markdown, &options);
    let written = |heading: TocEntry| heading.id.strip_prefix('.').map(str::to_owned).unwrap_or(heading.id);
    contents.into_iter().map(written).collect()
}

pub fn html_with_contents(markdown: &str, options: &HtmlOptions<'_>) -> (String, Vec<TocEntry>) {
    let mut writer = Writer::new(options, markdown.len());
    read(markdown, options.raw_html, |piece, _| {
        if writer.image_piece(&piece) {
            return;
        }
        match piece {
            Piece::Markdown(event) => writer.event(event),
            Piece::Html(html) => writer.html(&html),
        }
    });
    writer.notes.push_list(&mut writer.out, options);
    (writer.out, writer.contents)
}

impl<'o> Writer<'o> {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.text(&text),
            Event::Code(text) => {
                self.out.push_str("<code>");
                self.text(&text);
                self.out.push_str("</code>");
            }
            // Comments; all other HTML comes in pieces of its own.
            Event::Html(_) | Event::InlineHtml(_) => {}
            Event::FootnoteReference(name) => {
                let is_in_link = self.is_in_link();
                self.notes.push_reference(&mut self.out, &name, is_in_link, self.options);
            }
            Event::SoftBreak => self.text(self.options.soft_break),
            Event::HardBreak => self.out.push_str("<br/>\n"),
            Event::Rule => self.out.push_str("<hr/>\n"),
            Event::TaskListMarker(done) => self.checkbox(done),
            Event::InlineMath(text) | Event::DisplayMath(text) => self.text(&text),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { .. } => {
                self.heading = Some(Heading { start: self.out.len(), text: String::new() });
            }
            Tag::CodeBlock(kind) => self.start_code(&kind),
            Tag::List(Some(start)) if start != 1 => self.out.push_str(&format!("<ol start=\"{start}\">\n")),
            Tag::FootnoteDefinition(name) => {
                let outer = std::mem::take(&mut self.out);
                self.outer.push((outer, name.into_string()));
            }
            Tag::Table(alignments) => self.start_table(alignments),
            Tag::TableHead => {
                self.columns.column = 0;
                self.columns.cell = "th";
                self.out.push_str("<thead><tr>");
            }
            Tag::TableRow => {
                self.columns.column = 0;
                self.out.push_str("<tr>");
            }
            Tag::TableCell => self.start_cell(),
            Tag::Link { link_type, dest_url, title, .. } => self.start_link(link_type, &dest_url, &title),
            Tag::Image { dest_url, title, .. } => self.start_image(&dest_url, &title),
            Tag::HtmlBlock => self.start_html(),
            Tag::Paragraph => self.start_paragraph(),
            Tag::BlockQuote(Some(kind)) => self.start_alert(kind),
            tag => self.out.push_str(opening(&tag)),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(level) => self.end_heading(level as u8),
            TagEnd::HtmlBlock => self.end_html(),
            TagEnd::FootnoteDefinition => {
                if let Some((outer, name)) = self.outer.pop() {
                    let body = std::mem::replace(&mut self.out, outer);
                    self.notes.define(&name, &body);
                }
            }
            TagEnd::TableHead => {
                self.columns.cell = "td";
                self.out.push_str("</tr></thead>\n<tbody>\n");
            }
            TagEnd::TableCell => self.end_cell(),
            TagEnd::Link => self.end_link(),
            TagEnd::Paragraph => self.end_paragraph(),
            tag => self.out.push_str(closing(tag)),
        }
    }

    /// Sets the heading's id, now that its text is known.
    fn end_heading(&mut self, level: u8) {
        let Some(heading) = self.heading.take() else { return };
        let level = level.saturating_add(self.options.heading_shift).min(6);
        let id = place_of(self.options.id_prefix, &self.slugs.id(&heading.text));
        let mut opening = format!("<h{level} id=\"");
        push_attribute(&mut opening, &id);
        opening.push_str("\">");
        self.out.insert_str(heading.start, &opening);
        if !self.options.labels.heading.is_empty() {
            self.out.push_str(" <a class=\"anchor\" href=\"#");
            push_attribute(&mut self.out, &id);
            self.out.push_str("\" aria-label=\"");
            push_attribute(
                &mut self.out,
                &format!("{}: {}", self.options.labels.heading, heading.text.trim()),
            );
            self.out.push_str("\">#</a>");
        }
        self.out.push_str(&format!("</h{level}>\n"));
        let text = heading.text.trim().to_owned();
        self.contents.push(TocEntry { level, id, text });
    }

    fn start_code(&mut self, kind: &CodeBlockKind<'_>) {
        let language = match kind {
            CodeBlockKind::Fenced(info) => info.split_whitespace().next().unwrap_or_default(),
            CodeBlockKind::Indented => "",
        };
        self.out.push_str("<pre tabindex=\"0\"><code");
        if !language.is_empty() {
            self.out.push_str(" class=\"language-");
            push_attribute(&mut self.out, language);
            self.out.push('"');
        }
        self.out.push('>');
    }

    /// Wide tables scroll in a box, which must be focusable and have a name.
    fn start_table(&mut self, alignments: Vec<Alignment>) {
        self.columns = Columns { alignments, column: 0, cell: "th" };
        self.out.push_str("<div class=\"table\" role=\"group\" tabindex=\"0\" aria-label=\"");
        push_attribute(&mut self.out, self.options.labels.table);
        self.out.push_str("\"><table>\n");
    }

    fn start_cell(&mut self) {
        let Columns { alignments, column, cell } = &self.columns;
        self.out.push_str(if *cell == "th" { "<th scope=\"col\"" } else { "<td" });
        self.out.push_str(match alignments.get(*column) {
            Some(Alignment::Left) => " class=\"align-left\">",
            Some(Alignment::Center) => " class=\"align-center\">",
            Some(Alignment::Right) => " class=\"align-right\">",
            _ => ">",
        });
    }

    /// On a page a cell that is a time stays on one line.
    fn end_cell(&mut self) {
        const LONGEST_TIME: usize = 40;
        self.columns.column += 1;
        let is_page = !self.options.labels.heading.is_empty();
        if let Some(start) = self.out.rfind("<td>").filter(|_| is_page) {
            let text = self.out[start + "<td>".len()..].trim();
            let is_short = text.len() <= LONGEST_TIME && !text.contains('<');
            if is_short && text.contains(':') && text.starts_with(|c: char| c.is_ascii_digit()) {
                self.out.insert_str(start + "<td".len(), " class=\"time\"");
            }
        }
        self.out.push_str(if self.columns.cell == "th" { "</th>" } else { "</td>" });
    }

    /// `> [!NOTE]`, with a translated title and the colour of a state.
    fn start_alert(&mut self, kind: BlockQuoteKind) {
        let alerts = &self.options.labels.alerts;
        let (class, label) = match kind {
            BlockQuoteKind::Note => ("info", alerts.note),
            BlockQuoteKind::Tip => ("ok", alerts.tip),
            BlockQuoteKind::Important => ("maintenance", alerts.important),
            BlockQuoteKind::Warning => ("degraded", alerts.warning),
            BlockQuoteKind::Caution => ("major", alerts.caution),
        };
        self.out.push_str(&format!("<blockquote class=\"alert {class}\">\n<p><strong>"));
        push_text(&mut self.out, label);
        self.out.push_str("</strong></p>\n");
    }

    /// A task's check box; its marker comes first in its item.
    fn checkbox(&mut self, done: bool) {
        if let Some(item) = self.out.rfind("<li>") {
            self.out.insert_str(item + "<li".len(), " class=\"task\"");
        }
        let labels = &self.options.labels;
        let (checked, label) = if done { (" checked=\"checked\"", labels.done) } else { ("", labels.open) };
        self.out.push_str("<input type=\"checkbox\" disabled=\"disabled\"");
        self.out.push_str(checked);
        self.out.push_str(" aria-label=\"");
        push_attribute(&mut self.out, label);
        self.out.push_str("\"/> ");
    }
}

/// The start tag of an element without attributes.
fn opening(tag: &Tag<'_>) -> &'static str {
    match tag {
        Tag::BlockQuote(_) => "<blockquote>\n",
        Tag::List(Some(_)) => "<ol>\n",
        Tag::List(None) => "<ul>\n",
        Tag::Item => "<li>",
        Tag::Emphasis => "<em>",
        Tag::Strong => "<strong>",
        Tag::Strikethrough => "<del>",
        _ => "",
    }
}

/// The end tag of an element that needs nothing else at its end.
fn closing(tag: TagEnd) -> &'static str {
    match tag {
        TagEnd::BlockQuote(_) => "</blockquote>\n",
        TagEnd::CodeBlock => "</code></pre>\n",
        TagEnd::List(true) => "</ol>\n",
        TagEnd::List(false) => "</ul>\n",
        TagEnd::Item => "</li>\n",
        TagEnd::Table => "</tbody></table></div>\n",
        TagEnd::TableRow => "</tr>\n",
        TagEnd::Emphasis => "</em>",
        TagEnd::Strong => "</strong>",
        TagEnd::Strikethrough => "</del>",
        _ => "",
    }
}
