//! Problems of HTML in a text.

use std::collections::BTreeSet;
use std::ops::Range;

use super::balance::TagProblem;
use super::links::is_size;
use super::options::RawHtml;
use super::piece::{Element, Extent, Html, Piece, Role};
use super::pieces::read;
use super::tags::{Tag, Token};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum HtmlProblem {
    Unbalanced(TagProblem, &'static str, Range<usize>),
    /// An unsupported tag, which shows as text unless HTML is kept; only the first of each name.
    Unsupported(String, Range<usize>),
    /// An unsupported attribute, which is left out unless HTML is kept.
    Attribute(String, Range<usize>),
    /// Text inside `<details>` that is not parsed as Markdown.
    InDetails(Range<usize>),
}

impl HtmlProblem {
    pub(crate) fn span(&self) -> &Range<usize> {
        match self {
            Self::Unbalanced(_, _, span)
            | Self::Unsupported(_, span)
            | Self::Attribute(_, span)
            | Self::InDetails(span) => span,
        }
    }
}

/// The problems of the text at this position of a file, in order.
pub(crate) fn problems(text: &str, range: Range<usize>) -> Vec<HtmlProblem> {
    let markdown = &text[range.clone()];
    if !markdown.contains('<') {
        return Vec::new();
    }
    let mut reading = HtmlChecker::default();
    let unbalanced = read(markdown, RawHtml::Text, |piece, span| {
        if let Piece::Html(html) = piece {
            reading.html(&html, range.start + span.start..range.start + span.end);
        }
    });
    let mut found = reading.found;
    found.extend(unbalanced.into_iter().map(|it| {
        let span = range.start + it.span.start..range.start + it.span.end;
        HtmlProblem::Unbalanced(it.fault, it.name, span)
    }));
    found.sort_by_key(|problem| problem.span().start);
    found
}

#[derive(Default)]
struct HtmlChecker {
    found: Vec<HtmlProblem>,
    details: usize,
    seen: BTreeSet<String>,
}

impl HtmlChecker {
    fn html(&mut self, html: &Html, span: Range<usize>) {
        match (&html.token, html.role) {
            (Token::Start(tag), Role::Words) => self.unsupported(&tag.name, span),
            (Token::Start(tag), role) => {
                self.details += usize::from(role == Role::Start(Element::DETAILS, Extent::Blocks));
                self.attributes(tag, span);
            }
            (Token::End(name), Role::Words) => self.unsupported(name, span),
            (Token::End(_), role) => {
                let ends = usize::from(role == Role::End(Element::DETAILS, Extent::Blocks));
                self.details = self.details.saturating_sub(ends);
            }
            (Token::Text(_), _) if self.details > 0 => self.found.push(HtmlProblem::InDetails(span)),
            (Token::Text(_), _) => {}
            (Token::Other, _) => self.unsupported("", span),
        }
    }

    fn unsupported(&mut self, name: &str, span: Range<usize>) {
        // Unmatched tags of supported elements have an error of their own.
        if Element::named(name).is_none() && self.seen.insert(name.to_owned()) {
            self.found.push(HtmlProblem::Unsupported(name.to_owned(), span));
        }
    }

    fn attributes(&mut self, tag: &Tag, span: Range<usize>) {
        for attribute in &tag.attributes {
            let is_taken = tag.name == "img"
                && match attribute.name.as_str() {
                    "src" | "alt" => true,
                    "width" | "height" => is_size(&attribute.value),
                    _ => false,
                };
            if !is_taken {
                self.found.push(HtmlProblem::Attribute(attribute.name.clone(), span.clone()));
            }
        }
    }
}
