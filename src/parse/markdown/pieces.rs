//! Markdown as pieces: the parser's events, with HTML split into tags and bare URLs made links.
//!
//! Invariant: all checks and outputs read these pieces.

use std::ops::Range;

use pulldown_cmark::{CowStr, Event, Tag as Block, TagEnd};

use super::balance::{self, Unbalanced};
use super::bare;
use super::comments::{outside_comments, without_comments};
use super::options::RawHtml;
use super::parser::parser;
use super::piece::{Html, Piece, SpannedPiece};
use super::tags::{Token, tokens};

/// Passes each piece to `take`, in order; returns the unmatched tags.
pub(super) fn read<'a>(
    markdown: &'a str,
    raw_html: RawHtml,
    mut take: impl FnMut(Piece<'a>, Range<usize>),
) -> Vec<Unbalanced> {
    let events = parser(markdown).into_offset_iter();
    let has_html = markdown.contains('<');
    let has_addresses = bare::may_stand_in(markdown);
    if !has_html && !has_addresses {
        events.for_each(|(event, span)| take(Piece::Markdown(event), span));
        return Vec::new();
    }
    let mut reader = Reader::default();
    events.for_each(|(event, span)| reader.event(event, span));
    let mut pieces = match raw_html {
        RawHtml::Keep => with_raw_text(markdown, reader.pieces),
        RawHtml::Text => reader.pieces,
    };
    let unbalanced = if has_html { balance::match_tags(&mut pieces) } else { Vec::new() };
    if has_addresses {
        pieces = bare::linked(markdown, pieces, raw_html);
    }
    pieces.into_iter().for_each(|(piece, span)| take(piece, span));
    unbalanced
}

/// The pieces with the content of inline `<script>` or `<style>` as written.
fn with_raw_text<'a>(markdown: &'a str, pieces: Vec<SpannedPiece<'a>>) -> Vec<SpannedPiece<'a>> {
    let is_raw = |name: &str| matches!(name, "script" | "style");
    let mut out: Vec<SpannedPiece<'a>> = Vec::with_capacity(pieces.len());
    // The name and index of such an open element in the current paragraph or heading.
    let mut open: Option<(String, usize)> = None;
    for (piece, span) in pieces {
        match &piece {
            Piece::Html(Html { token: Token::Start(tag), .. }) if open.is_none() && is_raw(&tag.name) => {
                open = Some((tag.name.clone(), out.len()));
            }
            Piece::Html(Html { token: Token::End(name), .. }) => {
                if let Some((_, start)) = open.take_if(|(opened, _)| opened == name) {
                    let inside = out[start].1.end..span.start;
                    // In an HTML block its content is one token already.
                    if inside.start < inside.end
                        && matches!(out.get(start + 1), Some((Piece::Markdown(_), _)))
                    {
                        out.truncate(start + 1);
                        let text = &markdown[inside.clone()];
                        out.push((Piece::Html(Html::new(text, Token::Text(text.to_owned()))), inside));
                    }
                }
            }
            Piece::Markdown(Event::End(
                TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::TableCell | TagEnd::Item,
            )) => {
                open = None;
            }
            _ => {}
        }
        out.push((piece, span));
    }
    out
}

#[derive(Default)]
struct Reader<'a> {
    pieces: Vec<SpannedPiece<'a>>,
    /// The lines of the open HTML block, with their positions.
    lines: Vec<(CowStr<'a>, usize)>,
}

impl<'a> Reader<'a> {
    fn event(&mut self, event: Event<'a>, span: Range<usize>) {
        match event {
            Event::Html(line) => self.lines.push((line, span.start)),
            Event::InlineHtml(html) if without_comments(&html) == *html => {
                let token = |(token, place): (Token, Range<usize>)| Html::new(&html[place], token);
                let pieces = tokens(&html).into_iter().map(token).map(Piece::Html);
                self.pieces.extend(pieces.map(|piece| (piece, span.clone())));
            }
            Event::End(TagEnd::HtmlBlock) => {
                self.block();
                self.pieces.push((Piece::Markdown(event), span));
            }
            Event::Start(Block::HtmlBlock) => {
                self.lines.clear();
                self.pieces.push((Piece::Markdown(event), span));
            }
            event => self.pieces.push((Piece::Markdown(event), span)),
        }
    }

    /// Tokenises the lines of an HTML block.
    fn block(&mut self) {
        let mut raw = String::new();
        let mut in_file = Vec::new();
        for (line, start) in self.lines.drain(..) {
            in_file.push((raw.len(), start));
            raw.push_str(&line);
        }
        let mut html = String::with_capacity(raw.len());
        let mut in_raw = Vec::new();
        for kept in outside_comments(&raw) {
            in_raw.push((html.len(), kept.start));
            html.push_str(&raw[kept]);
        }
        let place = |at: usize| mapped(&in_file, mapped(&in_raw, at));
        for (token, range) in tokens(&html) {
            let span = place(range.start)..place(range.end - 1) + 1;
            self.pieces.push((Piece::Html(Html::new(&html[range], token)), span));
        }
    }
}

/// Maps a position through stretches, each given by its start and the start's new position.
fn mapped(stretches: &[(usize, usize)], at: usize) -> usize {
    let next = stretches.partition_point(|(from, _)| *from <= at);
    stretches[..next].last().map_or(at, |(from, to)| to + (at - from))
}
