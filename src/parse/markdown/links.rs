//! Writes links and images.

use pulldown_cmark::{Event, LinkType};

use super::addresses::{is_harmless, is_remote_image};
use super::escape::{push_address, push_attribute};
use super::options::RawHtml;
use super::piece::{Piece, Role};
use super::tags::Tag;
use super::writer::{Anchor, Image, Writer};
use crate::parse::draft::LinkKind;

struct Picture<'a> {
    target: &'a str,
    description: &'a str,
    title: &'a str,
    /// Width and height in pixels.
    size: [Option<&'a str>; 2],
}

impl Writer<'_> {
    /// Collects an image's description; `false` when no image is open.
    pub(super) fn image_piece(&mut self, piece: &Piece<'_>) -> bool {
        let Some(image) = &mut self.image else { return false };
        match piece {
            Piece::Markdown(Event::Start(_)) => image.depth += 1,
            Piece::Markdown(Event::End(_)) if image.depth == 0 => self.end_image(),
            Piece::Markdown(Event::End(_)) => image.depth -= 1,
            Piece::Markdown(Event::Text(text) | Event::Code(text)) => image.description.push_str(text),
            Piece::Markdown(Event::SoftBreak | Event::HardBreak) => image.description.push(' '),
            Piece::Html(html) if html.role == Role::Words && self.options.raw_html == RawHtml::Text => {
                image.description.push_str(html.words());
            }
            _ => {}
        }
        true
    }

    pub(super) fn start_link(&mut self, link_type: LinkType, target: &str, title: &str) {
        let address = match link_type {
            LinkType::Email => Some(format!("mailto:{target}")),
            _ => (self.options.links)(target, LinkKind::Link),
        };
        // An autolink may stand in a link's text, but HTML links cannot be nested.
        let Some(address) = address.filter(|_| !self.is_in_link()) else {
            self.links.push(Anchor::Words);
            return;
        };
        self.links.push(Anchor::Element);
        self.out.push_str("<a");
        if is_harmless(&address) {
            self.out.push_str(" href=\"");
            push_address(&mut self.out, &address);
            self.out.push('"');
        }
        self.title(title);
        self.out.push('>');
    }

    pub(super) fn end_link(&mut self) {
        if self.links.pop() == Some(Anchor::Element) {
            self.out.push_str("</a>");
        }
    }

    /// Whether a link is open, in Markdown or raw HTML.
    pub(super) fn is_in_link(&self) -> bool {
        self.kept_links > 0 || self.links.contains(&Anchor::Element)
    }

    pub(super) fn start_image(&mut self, target: &str, title: &str) {
        let (target, title) = (target.to_owned(), title.to_owned());
        self.image = Some(Image { target, title, description: String::new(), depth: 0 });
    }

    fn end_image(&mut self) {
        let Some(Image { target, title, description, .. }) = self.image.take() else { return };
        self.picture(&Picture { target: &target, description: &description, title: &title, size: [None; 2] });
    }

    pub(super) fn image_tag(&mut self, tag: &Tag) {
        let size = ["width", "height"].map(|name| tag.value(name).filter(|value| is_size(value)));
        let target = tag.value("src").unwrap_or_default().trim();
        self.picture(&Picture { target, description: tag.value("alt").unwrap_or_default(), title: "", size });
    }

    /// Writes an image; one on another host becomes a link, one without a target its description.
    fn picture(&mut self, picture: &Picture<'_>) {
        let address = (self.options.links)(picture.target, LinkKind::Image);
        match address.filter(|address| is_harmless(address)) {
            None => self.text(picture.description),
            Some(address) if is_remote_image(picture.target) => self.remote_picture(picture, &address),
            Some(address) => self.local_picture(picture, &address),
        }
    }

    fn remote_picture(&mut self, picture: &Picture<'_>, address: &str) {
        let description = picture.description.trim();
        let words = if description.is_empty() { picture.target } else { description };
        if self.is_in_link() {
            return self.text(words);
        }
        self.out.push_str("<a href=\"");
        push_address(&mut self.out, address);
        self.out.push('"');
        self.title(picture.title);
        self.out.push('>');
        self.text(words);
        self.out.push_str("</a>");
    }

    fn local_picture(&mut self, picture: &Picture<'_>, address: &str) {
        if let Some(heading) = &mut self.heading {
            heading.text.push_str(picture.description);
        }
        self.out.push_str("<img src=\"");
        push_address(&mut self.out, address);
        self.out.push_str("\" alt=\"");
        push_attribute(&mut self.out, picture.description);
        self.out.push('"');
        for (name, value) in ["width", "height"].into_iter().zip(picture.size) {
            if let Some(value) = value {
                self.out.push_str(&format!(" {name}=\"{value}\""));
            }
        }
        self.out.push_str(" loading=\"lazy\"");
        self.title(picture.title);
        self.out.push_str("/>");
    }

    fn title(&mut self, title: &str) {
        if !title.is_empty() {
            self.out.push_str(" title=\"");
            push_attribute(&mut self.out, title);
            self.out.push('"');
        }
    }
}

/// Whether a `width` or `height` is a number of pixels.
pub(super) fn is_size(value: &str) -> bool {
    (1..=5).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_digit())
}
