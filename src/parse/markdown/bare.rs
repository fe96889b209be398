//! Turns bare URLs into links, as GitHub does.
//!
//! Invariant: `linkify` is named only here.

use std::ops::Range;

use linkify::{LinkFinder, LinkKind};
use pulldown_cmark::{CowStr, Event, LinkType, Tag, TagEnd};

use super::options::RawHtml;
use super::piece::{Piece, SpannedPiece};
use super::tags::Token;

/// Fast check whether the text may contain a bare URL.
pub(super) fn may_stand_in(markdown: &str) -> bool {
    markdown.contains("://") || markdown.contains('@') || has_www(markdown)
}

fn has_www(text: &str) -> bool {
    text.as_bytes().windows(4).any(|bytes| bytes.eq_ignore_ascii_case(b"www."))
}

/// The pieces with links around bare URLs in text; not in links, image descriptions and code.
pub(super) fn linked<'a>(
    markdown: &'a str,
    pieces: Vec<SpannedPiece<'a>>,
    raw_html: RawHtml,
) -> Vec<SpannedPiece<'a>> {
    let mut linked = Vec::with_capacity(pieces.len());
    // Text comes in pieces that end at special characters, so runs are joined first.
    let mut run: Vec<(CowStr<'a>, Range<usize>)> = Vec::new();
    let mut closed = 0_usize;
    for (piece, span) in with_marks_as_text(markdown, pieces) {
        closed = closed.saturating_add_signed(closing(&piece, raw_html));
        match piece {
            Piece::Markdown(Event::Text(text)) if closed == 0 => run.push((text, span)),
            piece => {
                push_run(markdown, &mut run, &mut linked);
                linked.push((piece, span));
            }
        }
    }
    push_run(markdown, &mut run, &mut linked);
    linked
}

/// The pieces with emphasis marks inside URLs as text, like `__init__` in `https://e.example/__init__.py`.
fn with_marks_as_text<'a>(markdown: &'a str, pieces: Vec<SpannedPiece<'a>>) -> Vec<SpannedPiece<'a>> {
    if !pieces.iter().any(|(piece, span)| mark(markdown, piece, span).is_some()) {
        return pieces;
    }
    let web = web_addresses(markdown);
    let is_inside = |at: usize| {
        let next = web.partition_point(|address| address.start <= at);
        web[..next].last().is_some_and(|address| at < address.end)
    };
    let as_text = |(piece, span): SpannedPiece<'a>| {
        let mark = mark(markdown, &piece, &span).filter(|_| is_inside(span.start) || is_inside(span.end - 1));
        match mark {
            Some(mark) => (Piece::Markdown(Event::Text(markdown[mark.clone()].into())), mark),
            None => (piece, span),
        }
    };
    pieces.into_iter().map(as_text).collect()
}

fn mark(markdown: &str, piece: &Piece<'_>, span: &Range<usize>) -> Option<Range<usize>> {
    let Piece::Markdown(event) = piece else { return None };
    let width = match event {
        Event::Start(Tag::Emphasis) | Event::End(TagEnd::Emphasis) => 1,
        Event::Start(Tag::Strong) | Event::End(TagEnd::Strong) => 2,
        Event::Start(Tag::Strikethrough) | Event::End(TagEnd::Strikethrough) => {
            1 + usize::from(markdown[span.clone()].starts_with("~~"))
        }
        _ => return None,
    };
    let is_start = matches!(event, Event::Start(_));
    Some(if is_start { span.start..span.start + width } else { span.end - width..span.end })
}

/// The positions of web URLs in Markdown source. A possible end of surrounding emphasis is excluded.
fn web_addresses(markdown: &str) -> Vec<Range<usize>> {
    let found = addresses(markdown).into_iter().filter(|(_, kind, _)| *kind == LinkType::Autolink);
    found
        .map(|(place, ..)| {
            let address = markdown[place.clone()].trim_end_matches(['*', '_', '~']);
            place.start..place.start + address.len()
        })
        .collect()
}

/// The change in the number of open elements that cannot contain links.
fn closing(piece: &Piece<'_>, raw_html: RawHtml) -> isize {
    let is_kept = raw_html == RawHtml::Keep;
    match piece {
        Piece::Markdown(Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::CodeBlock(_))) => 1,
        Piece::Markdown(Event::End(TagEnd::Link | TagEnd::Image | TagEnd::CodeBlock)) => -1,
        Piece::Html(html) if is_kept && matches!(&html.token, Token::Start(tag) if tag.name == "a") => 1,
        Piece::Html(html) if is_kept && matches!(&html.token, Token::End(name) if name == "a") => -1,
        _ => 0,
    }
}

/// Appends a run of text with its URLs as links, and clears it.
fn push_run<'a>(markdown: &str, run: &mut Vec<(CowStr<'a>, Range<usize>)>, out: &mut Vec<SpannedPiece<'a>>) {
    let text: String = run.iter().map(|(text, _)| &**text).collect();
    let found = if may_stand_in(&text) { addresses(&text) } else { Vec::new() };
    let (Some(first), Some(last), false) = (run.first(), run.last(), found.is_empty()) else {
        out.extend(run.drain(..).map(|(text, span)| (Piece::Markdown(Event::Text(text)), span)));
        return;
    };
    let whole = first.1.start..last.1.end;
    let is_verbatim = markdown.get(whole.clone()) == Some(&text);
    // With escapes in the run, only the position of the whole text is known.
    let place = |part: &Range<usize>| match is_verbatim {
        true => whole.start + part.start..whole.start + part.end,
        false => whole.clone(),
    };
    let push_text = |out: &mut Vec<SpannedPiece<'a>>, part: Range<usize>| {
        if !part.is_empty() {
            let written = CowStr::from(text[part.clone()].to_owned());
            out.push((Piece::Markdown(Event::Text(written)), place(&part)));
        }
    };
    let mut at = 0;
    for (part, link_type, target) in found {
        push_text(out, at..part.start);
        let link = Tag::Link { link_type, dest_url: target.into(), title: "".into(), id: "".into() };
        out.push((Piece::Markdown(Event::Start(link)), place(&part)));
        push_text(out, part.clone());
        out.push((Piece::Markdown(Event::End(TagEnd::Link)), place(&part)));
        at = part.end;
    }
    push_text(out, at..text.len());
    run.clear();
}

/// The URLs in a text with their targets: web and mail.
fn addresses(text: &str) -> Vec<(Range<usize>, LinkType, String)> {
    let mut finder = LinkFinder::new();
    finder.url_must_have_scheme(!has_www(text));
    let starts = |address: &str, start: &str| {
        address.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start))
    };
    let target = |address: &str, kind: &LinkKind| match kind {
        LinkKind::Email => Some((LinkType::Email, address.to_owned())),
        _ if starts(address, "http://") || starts(address, "https://") => {
            Some((LinkType::Autolink, address.to_owned()))
        }
        // As in GitHub's extension, section "Autolinks".
        _ if starts(address, "www.") => Some((LinkType::Autolink, format!("http://{address}"))),
        _ => None,
    };
    let of = |link: linkify::Link<'_>| {
        target(link.as_str(), link.kind()).map(|(kind, target)| (link.start()..link.end(), kind, target))
    };
    finder.links(text).filter_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::addresses;

    #[test]
    fn addresses_end_where_a_reader_would_end_them() {
        let check = |text: &str, expected: &[&str]| {
            let found: Vec<String> = addresses(text).into_iter().map(|(_, _, target)| target).collect();
            assert_eq!(found, expected, "{text}");
        };
        check("see https://e.example/a.", &["https://e.example/a"]);
        check("(https://e.example/a_(b))", &["https://e.example/a_(b)"]);
        check(
            "http://e.example/?a=1&b=2, HTTPS://E.example!",
            &["http://e.example/?a=1&b=2", "HTTPS://E.example"],
        );
        check("www.e.example/x and e.example", &["http://www.e.example/x"]);
        check("write to ops@e.example.", &["ops@e.example"]);
        check("javascript://x.example/%0aalert(1) data://x ftp://e.example", &[]);
        check("root@localhost a@b", &[]);
    }
}
