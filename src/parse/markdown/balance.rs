//! Matches HTML tags within Markdown: an element must begin and end in the same paragraph, list item or text.

use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::piece::{Element, Extent, Html, Piece, Role, SpannedPiece};
use super::tags::Token;

/// An unmatched tag, which shows as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unbalanced {
    pub(crate) name: &'static str,
    pub(crate) fault: TagProblem,
    pub(crate) span: Range<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TagProblem {
    /// The end tag is missing in the block.
    NotClosed,
    /// The end tag is missing in the whole text.
    LeftOpen,
    /// An end tag without a start tag.
    NotOpened,
    /// The element is not allowed here: `<summary>` outside `<details>`, `<details>` in a link.
    Misplaced,
}

/// Assigns roles to tags; returns the unmatched ones.
pub(super) fn match_tags(pieces: &mut [SpannedPiece<'_>]) -> Vec<Unbalanced> {
    let mut matcher =
        TagMatcher { levels: vec![OpenBlock::new(ContentModel::Blocks)], stretch: 0, found: Vec::new() };
    for at in 0..pieces.len() {
        matcher.piece(pieces, at);
    }
    matcher.end_level(pieces, TagProblem::LeftOpen);
    matcher.found.sort_by_key(|unbalanced| unbalanced.span.start);
    matcher.found
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ContentModel {
    Blocks,
    /// Text that `<details>` may interrupt.
    Paragraph,
    Text,
}

/// An open Markdown construct, or the whole text, with its open elements.
struct OpenBlock {
    holds: ContentModel,
    open: Vec<OpenElement>,
    /// The number of open elements by kind.
    counts: BTreeMap<Element, usize>,
}

struct OpenElement {
    element: Element,
    /// The index of its tag among the pieces.
    at: usize,
    /// The stretch of text in which it begins.
    stretch: usize,
}

impl OpenBlock {
    fn new(holds: ContentModel) -> Self {
        Self { holds, open: Vec::new(), counts: BTreeMap::new() }
    }

    fn count(&self, element: Element) -> usize {
        self.counts.get(&element).copied().unwrap_or_default()
    }

    fn push(&mut self, open: OpenElement) {
        *self.counts.entry(open.element).or_default() += 1;
        self.open.push(open);
    }

    fn pop(&mut self) -> Option<OpenElement> {
        let open = self.open.pop()?;
        *self.counts.entry(open.element).or_default() -= 1;
        Some(open)
    }

    fn takes(&self, element: Element) -> bool {
        match (element, self.holds) {
            (Element::SUMMARY, _) => self.open.last().is_some_and(|last| last.element == Element::DETAILS),
            // `<details>` ends the paragraph, so nothing else may be open in it.
            (Element::DETAILS, ContentModel::Paragraph) => self.open.len() == self.count(Element::DETAILS),
            (Element::DETAILS, holds) => holds == ContentModel::Blocks && self.count(Element::SUMMARY) == 0,
            _ => true,
        }
    }
}

struct TagMatcher {
    /// Innermost last; the first is the whole text.
    levels: Vec<OpenBlock>,
    /// Counts stretches of text without a block boundary.
    stretch: usize,
    found: Vec<Unbalanced>,
}

impl TagMatcher {
    fn piece(&mut self, pieces: &mut [SpannedPiece<'_>], at: usize) {
        match &pieces[at].0 {
            Piece::Markdown(Event::Start(tag)) => {
                self.stretch += 1;
                if *tag != Tag::HtmlBlock {
                    self.levels.push(OpenBlock::new(holds(tag)));
                }
            }
            Piece::Markdown(Event::End(tag)) => {
                self.stretch += 1;
                if *tag == TagEnd::Paragraph {
                    self.keep_details();
                }
                if *tag != TagEnd::HtmlBlock {
                    self.end_level(pieces, TagProblem::NotClosed);
                }
            }
            Piece::Html(Html { token: Token::Start(tag), .. }) => {
                if let Some(element) = Element::named(&tag.name) {
                    self.start(element, pieces, at);
                }
            }
            Piece::Html(Html { token: Token::End(name), .. }) => {
                if let Some(element) = Element::named(name) {
                    self.end(element, pieces, at);
                }
            }
            _ => {}
        }
    }

    fn start(&mut self, element: Element, pieces: &[SpannedPiece<'_>], at: usize) {
        if element.is_block() {
            self.stretch += 1;
        }
        let stretch = self.stretch;
        match self.levels.last_mut().filter(|level| level.takes(element)) {
            Some(level) => level.push(OpenElement { element, at, stretch }),
            None => self.report(element, TagProblem::Misplaced, pieces, at),
        }
    }

    fn end(&mut self, element: Element, pieces: &mut [SpannedPiece<'_>], at: usize) {
        if self.levels.last().is_none_or(|level| level.count(element) == 0) {
            return self.report(element, TagProblem::NotOpened, pieces, at);
        }
        while let Some(open) = self.levels.last_mut().and_then(OpenBlock::pop) {
            if open.element != element {
                self.report(open.element, TagProblem::NotClosed, pieces, open.at);
                continue;
            }
            let is_inline = open.stretch == self.stretch && !element.is_block();
            let extent = if is_inline { Extent::Inline } else { Extent::Blocks };
            set(pieces, open.at, Role::Start(element, extent));
            set(pieces, at, Role::End(element, extent));
            break;
        }
        if element.is_block() {
            self.stretch += 1;
        }
    }

    /// Moves `<details>` that a paragraph opens and leaves open to the parent: browsers end the paragraph at
    /// `<details>`.
    fn keep_details(&mut self) {
        let [.., outer, inner] = &mut self.levels[..] else { return };
        let is_alone = inner.open.iter().all(|open| open.element == Element::DETAILS);
        if is_alone && outer.takes(Element::DETAILS) {
            inner.counts.clear();
            inner.open.drain(..).for_each(|open| outer.push(open));
        }
    }

    /// Ends the innermost construct; its open elements are unmatched.
    fn end_level(&mut self, pieces: &[SpannedPiece<'_>], fault: TagProblem) {
        for open in self.levels.pop().into_iter().flat_map(|level| level.open) {
            self.report(open.element, fault, pieces, open.at);
        }
    }

    fn report(&mut self, element: Element, fault: TagProblem, pieces: &[SpannedPiece<'_>], at: usize) {
        self.found.push(Unbalanced { name: element.name(), fault, span: pieces[at].1.clone() });
    }
}

fn set(pieces: &mut [SpannedPiece<'_>], at: usize, role: Role) {
    if let Piece::Html(html) = &mut pieces[at].0 {
        html.role = role;
    }
}

fn holds(tag: &Tag<'_>) -> ContentModel {
    match tag {
        Tag::Paragraph => ContentModel::Paragraph,
        Tag::Heading { .. }
        | Tag::CodeBlock(_)
        | Tag::Emphasis
        | Tag::Strong
        | Tag::Strikethrough
        | Tag::Link { .. }
        | Tag::Image { .. } => ContentModel::Text,
        _ => ContentModel::Blocks,
    }
}
