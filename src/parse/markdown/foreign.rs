//! Constructs of foreign Markdown that an import rewrites, and foreign Markdown as HTML.

use std::ops::Range;

use pulldown_cmark::{CowStr, Event, LinkType, Tag, TagEnd, html};

use super::comments::without_comments;
use super::parser::parser;
use super::tags::{Token, tokens};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Construct {
    /// Its level and the position of its text.
    Heading(u8, Range<usize>),
    /// A link with text, not `<https://…>`.
    Link(Address),
    /// An image; `None` in a link, where it can only be its text.
    Image(Option<Address>),
    /// `<img>`: the target and the alternative text.
    HtmlImage(String, String),
    /// Names of the tags of an HTML block, or of one tag in a text. Comments are left out.
    Html(Vec<String>),
    /// The end of a line that is no line break.
    LineEnd,
    /// `[name]: target`
    Definition,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) target: String,
    pub(crate) title: String,
    /// The position of the text; empty at the end when there is none.
    pub(crate) text: Range<usize>,
    /// Whether the target is written in the link itself.
    pub(crate) is_inline: bool,
}

/// The constructs in the order of their ends, with their positions.
pub(crate) fn constructs(markdown: &str) -> Vec<(Construct, Range<usize>)> {
    let parser = parser(markdown);
    let definitions = parser.reference_definitions().iter();
    let mut found: Vec<_> =
        definitions.map(|(_, definition)| (Construct::Definition, definition.span.clone())).collect();
    found.sort_by_key(|(_, span)| span.start);
    let mut finder = Finder { markdown, found, ..Finder::default() };
    parser.into_offset_iter().for_each(|(event, span)| finder.event(event, span));
    finder.found
}

#[derive(Default)]
struct Finder<'a> {
    markdown: &'a str,
    found: Vec<(Construct, Range<usize>)>,
    /// Open headings, links and images, with the position of their text so far.
    open: Vec<(Tag<'a>, Option<Range<usize>>)>,
    block: Range<usize>,
}

impl<'a> Finder<'a> {
    fn event(&mut self, event: Event<'a>, span: Range<usize>) {
        let is_end = matches!(event, Event::End(TagEnd::Heading(_) | TagEnd::Link | TagEnd::Image));
        for (_, text) in self.open.iter_mut().rev().skip(usize::from(is_end)) {
            let start = text.as_ref().map_or(span.start, |text| text.start.min(span.start));
            let end = text.as_ref().map_or(span.end, |text| text.end.max(span.end));
            *text = Some(start..end);
        }
        match event {
            Event::Start(tag @ (Tag::Heading { .. } | Tag::Link { .. } | Tag::Image { .. })) => {
                self.open.push((tag, None));
            }
            Event::End(TagEnd::Heading(_) | TagEnd::Link | TagEnd::Image) => self.close(span),
            Event::Start(Tag::HtmlBlock) => self.block = span,
            Event::End(TagEnd::HtmlBlock) => self.html(self.block.clone()),
            Event::InlineHtml(_) => self.html(span),
            Event::SoftBreak => self.found.push((Construct::LineEnd, span)),
            _ => {}
        }
    }

    fn close(&mut self, span: Range<usize>) {
        let Some((tag, text)) = self.open.pop() else { return };
        let text = text.unwrap_or(span.end..span.end);
        let address = |link_type: LinkType, target: CowStr<'_>, title: CowStr<'_>| Address {
            target: target.to_string(),
            title: title.to_string(),
            text: text.clone(),
            is_inline: link_type == LinkType::Inline,
        };
        let construct = match tag {
            Tag::Heading { level, .. } => Construct::Heading(level as u8, text),
            Tag::Link { link_type: LinkType::Autolink | LinkType::Email, .. } => return,
            Tag::Link { link_type, dest_url, title, .. } => {
                Construct::Link(address(link_type, dest_url, title))
            }
            Tag::Image { link_type, dest_url, title, .. } => {
                let is_in_link = self.open.iter().any(|(tag, _)| matches!(tag, Tag::Link { .. }));
                Construct::Image((!is_in_link).then(|| address(link_type, dest_url, title)))
            }
            _ => return,
        };
        self.found.push((construct, span));
    }

    fn html(&mut self, span: Range<usize>) {
        let source = &self.markdown[span.clone()];
        let without = without_comments(source);
        if without.trim().is_empty() {
            return;
        }
        let tokens = tokens(&without);
        if let [(Token::Start(tag), _)] = tokens.as_slice()
            && tag.name == "img"
        {
            let value = |name: &str| tag.value(name).unwrap_or_default().trim().to_owned();
            self.found.push((Construct::HtmlImage(value("src"), value("alt")), span));
            return;
        }
        let names = tokens.into_iter().filter_map(|(token, _)| match token {
            Token::Start(tag) => Some(tag.name),
            Token::End(name) => Some(name),
            Token::Text(_) | Token::Other => None,
        });
        self.found.push((Construct::Html(names.collect()), span));
    }
}

/// Markdown as HTML, its own HTML kept; ends of lines become `line_end`. Check boxes and marks of footnotes are text.
pub(crate) fn foreign_html(markdown: &str, line_end: &'static str) -> String {
    let events = parser(markdown).map(|event| match event {
        Event::SoftBreak => Event::InlineHtml(line_end.into()),
        Event::TaskListMarker(is_done) => Event::Text(if is_done { "[x] " } else { "[ ] " }.into()),
        Event::FootnoteReference(name) => Event::Text(format!("[^{name}]").into()),
        Event::Start(Tag::FootnoteDefinition(name)) => Event::Text(format!("[^{name}] ").into()),
        Event::End(TagEnd::FootnoteDefinition) => Event::Text("".into()),
        event => event,
    });
    let mut out = String::with_capacity(markdown.len() * 2);
    html::push_html(&mut out, events);
    out
}
