//! A piece of Markdown: an event of the parser, or a tag of HTML with its role.

use std::ops::Range;

use pulldown_cmark::Event;

use super::tags::Token;

pub(super) type SpannedPiece<'a> = (Piece<'a>, Range<usize>);

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Piece<'a> {
    /// A parser event. For HTML only comments within a line and the limits of HTML blocks.
    Markdown(Event<'a>),
    Html(Html),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Html {
    pub(super) source: String,
    pub(super) token: Token,
    /// Its role unless raw HTML is kept.
    pub(super) role: Role,
}

impl Html {
    pub(super) fn new(source: &str, token: Token) -> Self {
        let role = match &token {
            Token::Start(tag) if tag.name == "br" => Role::Break,
            Token::Start(tag) if tag.name == "img" && tag.value("src").is_some() => Role::Image,
            _ => Role::Words,
        };
        Self { source: source.to_owned(), token, role }
    }

    /// The text that readers see of an unsupported token.
    pub(super) fn words(&self) -> &str {
        match &self.token {
            Token::Text(text) => text,
            _ => &self.source,
        }
    }
}

/// The role of an HTML token unless raw HTML is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Text, including every unsupported tag.
    Words,
    Start(Element, Extent),
    End(Element, Extent),
    Break,
    Image,
}

/// An HTML element that works in Markdown, by its name in lower case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Element(&'static str);

impl Element {
    pub(super) const DETAILS: Self = Self("details");
    pub(super) const SUMMARY: Self = Self("summary");

    pub(super) fn named(name: &str) -> Option<Self> {
        const ALL: [&str; 8] = ["del", "details", "kbd", "s", "strike", "sub", "summary", "sup"];
        ALL.into_iter().find(|known| *known == name).map(Self)
    }

    pub(super) fn name(self) -> &'static str {
        self.0
    }

    /// Whether it is never part of a paragraph.
    pub(super) fn is_block(self) -> bool {
        matches!(self, Self::DETAILS | Self::SUMMARY)
    }
}

/// The content of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// Text inside a paragraph.
    Inline,
    /// Paragraphs.
    Blocks,
}
