//! The tags of a body. Words in angle brackets that are no element of HTML are text.

use std::collections::BTreeSet;

/// Elements that are dropped with their content.
const DROPPED: [&str; 6] = ["script", "style", "iframe", "object", "template", "noscript"];

/// Block elements: line ends around them are not visible.
const BLOCKS: &str = "p br ul ol li pre div h1 h2 h3 h4 h5 h6 table thead tbody tr th td blockquote hr dl dt dd section article center figure figcaption details summary";

const INLINE: &str = "a b strong i em u s strike del ins code kbd sub sup small span font var img mark time picture source input label";

/// Whether it names an element of HTML, by its name in lower case.
pub(super) fn is_known_tag(name: &str) -> bool {
    [BLOCKS, INLINE].iter().any(|names| is_among(names, name)) || DROPPED.contains(&name)
}

fn is_among(names: &str, name: &str) -> bool {
    names.split(' ').any(|other| other == name)
}

pub(super) enum Token<'a> {
    /// Visible characters, entities included.
    Text(&'a str),
    Tag(Tag<'a>),
}

pub(super) struct Tag<'a> {
    pub(super) name: String,
    pub(super) is_closing: bool,
    /// The text after the name.
    pub(super) attributes: &'a str,
    /// The whole tag.
    pub(super) source: &'a str,
}

impl<'a> Token<'a> {
    pub(super) fn tag(&self) -> Option<&Tag<'a>> {
        match self {
            Token::Tag(tag) => Some(tag),
            Token::Text(_) => None,
        }
    }
}

impl Tag<'_> {
    pub(super) fn is_block(&self) -> bool {
        is_among(BLOCKS, &self.name)
    }

    /// Whether it can stand in itself: HTML ends the others where the next one begins.
    pub(super) fn nests(&self) -> bool {
        const OTHERS: &str = "p br li hr img input source tr th td thead tbody dt dd h1 h2 h3 h4 h5 h6";
        !is_among(OTHERS, &self.name)
    }

    /// Whether HTML opens it again in the blocks that follow until it is closed (HTML standard, "The list of active formatting
    /// elements").
    pub(super) fn is_formatting(&self) -> bool {
        const FORMATTING: &str = "a b code em font i s small strike strong u";
        is_among(FORMATTING, &self.name)
    }

    pub(super) fn is_dropped(&self) -> bool {
        DROPPED.contains(&self.name.as_str())
    }

    pub(super) fn heading(&self) -> Option<u8> {
        let level = self.name.strip_prefix('h')?.parse().ok()?;
        (1..=6).contains(&level).then_some(level)
    }
}

/// The body without elements of [`DROPPED`], and their names. One that nothing closes is words.
pub(super) fn without_dropped(body: &str) -> (String, Vec<String>) {
    let (mut kept, mut names) = (String::with_capacity(body.len()), Vec::new());
    let (mut start, mut from) = (0, 0);
    let mut unclosed = BTreeSet::new();
    let comments_end = comments_end(body);
    while let Some(at) = body[from..].find('<').map(|at| from + at) {
        let Some((tag, end)) = tag(body, at, comments_end) else {
            from = at + 1;
            continue;
        };
        from = end;
        let is_start = |tag: &Tag<'_>| !tag.is_closing && tag.is_dropped() && !unclosed.contains(&tag.name);
        let Some(tag) = tag.filter(is_start) else { continue };
        match end_of_element(body, end, &tag.name, comments_end) {
            Some(end) => {
                kept.push_str(&body[start..at]);
                names.push(tag.name);
                (start, from) = (end, end);
            }
            None => drop(unclosed.insert(tag.name)),
        }
    }
    kept.push_str(&body[start..]);
    (kept, names)
}

/// The position behind the tag that closes an element.
fn end_of_element(body: &str, from: usize, name: &str, comments_end: usize) -> Option<usize> {
    let mut starts = body[from..].match_indices("</").map(|(at, _)| from + at);
    starts.find_map(|at| {
        let (tag, end) = tag(body, at, comments_end)?;
        tag.filter(|tag| tag.name == name).map(|_| end)
    })
}

pub(super) fn tokens(body: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let (mut start, mut from) = (0, 0);
    let comments_end = comments_end(body);
    while let Some(at) = body[from..].find('<').map(|at| from + at) {
        let Some((tag, end)) = tag(body, at, comments_end) else {
            from = at + 1;
            continue;
        };
        if tag.as_ref().is_some_and(Tag::is_dropped) {
            from = end;
            continue;
        }
        if start < at {
            tokens.push(Token::Text(&body[start..at]));
        }
        tokens.extend(tag.map(Token::Tag));
        (start, from) = (end, end);
    }
    if start < body.len() {
        tokens.push(Token::Text(&body[start..]));
    }
    tokens
}

/// The position of the last end of a comment; no comment begins behind it.
fn comments_end(body: &str) -> usize {
    body.rfind("-->").unwrap_or(0)
}

/// The tag that begins at a `<`, and its end. The tag is `None` for a comment; the result is `None` for text.
fn tag(body: &str, at: usize, comments_end: usize) -> Option<(Option<Tag<'_>>, usize)> {
    let rest = &body[at + 1..];
    if let Some(comment) = rest.strip_prefix("!--").filter(|_| at < comments_end) {
        let end = comment.find("-->")?;
        return Some((None, at + 4 + end + 3));
    }
    let (is_closing, rest_name) = rest.strip_prefix('/').map_or((false, rest), |rest| (true, rest));
    let length = rest_name.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let name = rest_name[..length].to_ascii_lowercase();
    let is_known = is_known_tag(&name);
    let attributes = &rest_name[length..];
    let ends_name = attributes.starts_with(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>'));
    if !is_known || !ends_name {
        return None;
    }
    let length = end_of_tag(attributes)?;
    let end = body.len() - attributes.len() + length + 1;
    Some((Some(Tag { name, is_closing, attributes: &attributes[..length], source: &body[at..end] }), end))
}

/// How far a tag may go on behind a `<` in its quotes, so that a text full of `<` is read in a time of its length.
const MOST_BEHIND_ANGLE: usize = 1_000;

/// The position of a tag's `>`, quotes skipped; `None` where another tag begins first.
fn end_of_tag(attributes: &str) -> Option<usize> {
    let (mut quote, mut most) = (None, usize::MAX);
    for (at, byte) in attributes.bytes().enumerate() {
        match (quote, byte) {
            _ if at > most => return None,
            (None, b'>') => return Some(at),
            (None, b'<') => return None,
            (Some(_), b'<') => most = most.min(at + MOST_BEHIND_ANGLE),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}
