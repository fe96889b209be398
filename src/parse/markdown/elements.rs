//! Writes HTML in Markdown: supported elements, text, or raw HTML.

use super::addresses::{is_remote_image, resolved};
use super::escape::push_raw;
use super::options::RawHtml;
use super::piece::{Element, Extent, Html, Role};
use super::tags::{Tag, Token};
use super::writer::Writer;

impl Writer<'_> {
    pub(super) fn start_html(&mut self) {
        self.place.block = Some(self.out.len());
    }

    pub(super) fn end_html(&mut self) {
        self.end_html_paragraph();
        let Some(start) = self.place.block.take() else { return };
        // Nothing but white space remains, as after a comment.
        if self.out[start..].trim().is_empty() {
            self.out.truncate(start);
        }
    }

    pub(super) fn start_paragraph(&mut self) {
        self.out.push_str("<p>");
        self.place.paragraph = Some(self.out.len());
    }

    /// Ends a paragraph, or removes an empty one.
    pub(super) fn end_paragraph(&mut self) {
        match self.place.paragraph.take() {
            // The paragraph ended at `<details>`, which is still open.
            Some(_) if std::mem::take(&mut self.place.details) > 0 => self.out.push('\n'),
            Some(start) if start == self.out.len() => self.out.truncate(start - "<p>".len()),
            _ => self.out.push_str("</p>\n"),
        }
    }

    pub(super) fn html(&mut self, html: &Html) {
        match (self.options.raw_html, html.role, &html.token) {
            (RawHtml::Keep, _, _) => self.keep(html),
            (RawHtml::Text, Role::Words, _) => self.words(html.words()),
            (RawHtml::Text, Role::Start(element, extent), _) => self.start_element(element, extent),
            (RawHtml::Text, Role::End(element, extent), _) => self.end_element(element, extent),
            (RawHtml::Text, Role::Break, _) => {
                self.need_paragraph();
                self.out.push_str("<br/>");
            }
            (RawHtml::Text, Role::Image, Token::Start(tag)) => {
                self.need_paragraph();
                self.image_tag(tag);
            }
            (RawHtml::Text, Role::Image, _) => {}
        }
    }

    fn keep(&mut self, html: &Html) {
        match &html.token {
            Token::Start(tag) if is_remote(tag) => self.image_tag(tag),
            Token::Start(tag) => {
                self.kept_links += usize::from(tag.name == "a");
                push_raw(&mut self.out, &resolved(&html.source, tag, self.options));
            }
            Token::End(name) => {
                self.kept_links = self.kept_links.saturating_sub(usize::from(name == "a"));
                push_raw(&mut self.out, &html.source);
            }
            Token::Text(_) | Token::Other => push_raw(&mut self.out, &html.source),
        }
    }

    fn words(&mut self, words: &str) {
        if self.place.block.is_none() || self.place.has_paragraph || self.place.summaries > 0 {
            return self.text(words);
        }
        let words = words.trim_start();
        if !words.is_empty() {
            self.need_paragraph();
            self.text(words);
        }
    }

    fn start_element(&mut self, element: Element, extent: Extent) {
        match (element, extent) {
            (Element::DETAILS, _) => self.start_details(),
            (Element::SUMMARY, _) => {
                self.end_html_paragraph();
                self.place.summaries += 1;
                self.out.push_str("<summary>");
            }
            (element, extent) => {
                self.around(extent);
                self.out.push_str(&format!("<{}>", element.name()));
            }
        }
    }

    fn end_element(&mut self, element: Element, extent: Extent) {
        match (element, extent) {
            (Element::DETAILS, _) => self.end_details(),
            (Element::SUMMARY, _) => {
                self.place.summaries = self.place.summaries.saturating_sub(1);
                self.out.push_str("</summary>\n");
            }
            (element, extent) => {
                self.around(extent);
                self.out.push_str(&format!("</{}>", element.name()));
            }
        }
    }

    /// `<details>` cannot stand in a paragraph, so it ends the open one.
    fn start_details(&mut self) {
        self.end_html_paragraph();
        if self.place.paragraph.is_some() {
            if self.place.details == 0 {
                self.end_paragraph();
                self.place.paragraph = Some(self.out.len());
            }
            self.place.details += 1;
        }
        self.out.push_str("<details>\n");
    }

    fn end_details(&mut self) {
        self.end_html_paragraph();
        self.out.push_str("</details>\n");
        if self.place.paragraph.is_some() {
            self.place.details = self.place.details.saturating_sub(1);
            if self.place.details == 0 {
                self.start_paragraph();
            }
        }
    }

    /// An inline tag needs a paragraph in a block of HTML; a block tag ends it.
    fn around(&mut self, extent: Extent) {
        match extent {
            Extent::Inline => self.need_paragraph(),
            Extent::Blocks => self.end_html_paragraph(),
        }
    }

    fn need_paragraph(&mut self) {
        let place = &mut self.place;
        if place.block.is_some() && !place.has_paragraph && place.summaries == 0 {
            place.has_paragraph = true;
            self.out.push_str("<p>");
        }
    }

    fn end_html_paragraph(&mut self) {
        if std::mem::take(&mut self.place.has_paragraph) {
            self.out.truncate(self.out.trim_end().len());
            self.out.push_str("</p>\n");
        }
    }
}

fn is_remote(tag: &Tag) -> bool {
    tag.name == "img" && tag.value("src").is_some_and(|target| is_remote_image(target.trim()))
}
