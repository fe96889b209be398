//! Turns a body into well-formed HTML: real tags are kept, everything else is text, and visible line ends become tags.

use std::borrow::Cow;
use std::collections::BTreeSet;

use quick_xml::escape::resolve_html5_entity;

use crate::import::address::{NO_WORDS, as_written, beside, file, of_image, site_of};
use crate::import::html::tags::{Tag, Token, tokens, without_dropped};

/// Placeholder for `&` where Markdown would read an entity.
pub(super) const OPEN_AMPERSAND: char = '\u{e001}';

/// Placeholder for `~~`, which Markdown would read as strikethrough.
pub(super) const TILDES: char = '\u{e000}';

/// The body as HTML in which line ends have no meaning.
pub(super) fn normalized(body: &str, base: &str) -> String {
    let (body, _) = without_dropped(&cleaned(body));
    let tokens = tokens(&body);
    let highest = tokens.iter().filter_map(|token| token.tag()?.heading());
    let lowered_by = highest.min().map_or(0, |level| 3_u8.saturating_sub(level));
    let mut html = String::with_capacity(body.len() * 2);
    let (mut is_pre, mut is_link, mut depth) = (false, false, 0_usize);
    let mut open: Vec<&str> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Tag(tag) if is_pre && tag.name != "pre" => {
                html.push_str(if tag.name == "br" { "\n" } else { "" });
            }
            Token::Tag(tag) if tag.nests() && is_too_deep(tag, &mut depth) => {}
            Token::Tag(tag) => {
                note_formatting(&mut html, tag, &mut open);
                is_pre = if tag.name == "pre" { !tag.is_closing } else { is_pre };
                is_link = if tag.name == "a" { !tag.is_closing } else { is_link };
                push_tag(&mut html, tag, lowered_by, base);
            }
            Token::Text(text) if is_pre => push_plain(&mut html, text),
            Token::Text(text) => {
                let is_block = |token: Option<&Token<'_>>| {
                    token.is_none_or(|token| matches!(token, Token::Tag(tag) if tag.is_block()))
                };
                let before = is_block(at.checked_sub(1).and_then(|at| tokens.get(at)));
                let push = if is_link { push_plain } else { push_text };
                push_lines(&mut html, text, (before, is_block(tokens.get(at + 1))), push);
            }
        }
    }
    paragraphs(&html)
}

/// Keeps account of elements such as `<b>`, which HTML opens again in the blocks after them: in code they would be words, so
/// they end before it.
fn note_formatting<'a>(html: &mut String, tag: &'a Tag<'_>, open: &mut Vec<&'a str>) {
    if tag.name == "pre" && !tag.is_closing {
        open.drain(..).rev().for_each(|name| html.push_str(&format!("</{name}>")));
    } else if tag.is_formatting() && !tag.is_closing {
        open.push(&tag.name);
    } else if let Some(place) = open.iter().rposition(|name| *name == tag.name) {
        open.remove(place);
    }
}

/// How deep elements may stand in each other; the words of deeper ones are kept. The converter needs its stack for each.
const MOST_DEPTH: usize = 50;

/// Whether an element begins or ends that is too deep; counts those that are open.
fn is_too_deep(tag: &Tag<'_>, depth: &mut usize) -> bool {
    if tag.is_closing {
        *depth = depth.saturating_sub(1);
        return *depth >= MOST_DEPTH;
    }
    *depth += 1;
    *depth > MOST_DEPTH
}

/// The words of a body without its markup.
pub(super) fn text(text: &str) -> String {
    words(&without_dropped(&cleaned(text)).0, |_| true)
}

/// The words of a title. A tag without its other one is no markup.
pub(super) fn line(text: &str) -> String {
    let text = cleaned(text);
    let tokens = tokens(&text);
    let tags: BTreeSet<(&str, bool)> =
        tokens.iter().filter_map(Token::tag).map(|tag| (tag.name.as_str(), tag.is_closing)).collect();
    words(&text, |tag| tag.name == "br" || tags.contains(&(tag.name.as_str(), !tag.is_closing)))
}

fn words(text: &str, is_markup: impl Fn(&Tag<'_>) -> bool) -> String {
    let words = tokens(text).into_iter().map(|token| match token {
        Token::Text(text) => decoded(text),
        Token::Tag(tag) if is_markup(&tag) => " ".into(),
        Token::Tag(tag) => tag.source.into(),
    });
    words.collect()
}

/// The body with `\n` line ends, four literal characters included, and without invisible characters.
fn cleaned(body: &str) -> String {
    visible(&body.replace(r"\r\n", "\n"))
}

/// The text with `\n` line ends and without invisible characters: zero-width, controls, bidi overrides.
pub(super) fn visible(text: &str) -> String {
    let body = text.replace("\r\n", "\n").replace('\r', "\n");
    let is_shown = |c: &char| match c {
        '\n' | '\t' => true,
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => false,
        '\u{e000}' | '\u{e001}' => false,
        c => !c.is_control(),
    };
    body.chars().filter(is_shown).map(|c| if c == '\u{a0}' { ' ' } else { c }).collect()
}

fn push_tag(html: &mut String, tag: &Tag<'_>, lowered_by: u8, base: &str) {
    let name = match tag.heading() {
        Some(level) => Cow::Owned(format!("h{}", (level + lowered_by).min(6))),
        None => Cow::Borrowed(tag.name.as_str()),
    };
    match (name.as_ref(), tag.is_closing) {
        // Without `<code>`, the converter reads the text of `<pre>` as Markdown.
        ("pre", false) => html.push_str("<pre><code>"),
        ("pre", true) => html.push_str("</code></pre>"),
        ("code", _) if html.ends_with("<code>") || tag.is_closing && html.ends_with("</code>") => {}
        ("a", false) => {
            let href = attribute(tag.attributes, "href").and_then(|href| address(&href, base));
            html.push_str(&format!("<a href=\"{}\">", escaped(&href.unwrap_or_default())));
        }
        ("img", _) => push_image(html, tag, base),
        (name, false) => html.push_str(&format!("<{name}>")),
        (name, true) => html.push_str(&format!("</{name}>")),
    }
}

/// An image as a link with its alternative text, since pages load no images from other hosts.
fn push_image(html: &mut String, tag: &Tag<'_>, base: &str) {
    let words = attribute(tag.attributes, "alt").unwrap_or_default();
    let Some(source) = attribute(tag.attributes, "src").and_then(|source| address(&source, base)) else {
        html.push_str(&escaped(&words));
        return;
    };
    let source = of_image(source);
    let is_file = file(&source).is_some();
    let words = if words.is_empty() && is_file { NO_WORDS.to_owned() } else { words };
    html.push_str(&format!("<a href=\"{}\">{}</a>", escaped(&source), escaped(&words)));
}

/// Text with visible line ends: one is a line break, an empty line ends the paragraph.
fn push_lines(html: &mut String, text: &str, (is_first, is_last): (bool, bool), push: fn(&mut String, &str)) {
    let text = if is_first { text.trim_start() } else { text };
    let text = if is_last { text.trim_end() } else { text };
    for (at, line) in text.split('\n').enumerate() {
        let is_continued = at == 0;
        if !is_continued {
            html.push_str("<br>");
        }
        push(html, if is_continued { line } else { line.trim_start() });
    }
}

/// Escaped text with existing entities kept.
fn push_plain(html: &mut String, text: &str) {
    html.push_str(&escaped(&decoded(text)));
}

/// As [`push_plain`], with bare URLs as links.
fn push_text(html: &mut String, text: &str) {
    let text = decoded(text);
    let mut rest = text.as_ref();
    while let Some((at, length)) = bare_address(rest) {
        html.push_str(&escaped(&rest[..at]));
        let address = escaped(&rest[at..at + length]);
        html.push_str(&format!("<a href=\"{address}\">{address}</a>"));
        rest = &rest[at + length..];
    }
    html.push_str(&escaped(rest));
}

/// The first bare `http` or `https` URL: start and length, without trailing punctuation.
fn bare_address(text: &str) -> Option<(usize, usize)> {
    let start = text.match_indices("http").map(|(at, _)| at).find(|&at| {
        let rest = &text[at..];
        let is_word_start = !text[..at].ends_with(|c: char| c.is_alphanumeric());
        is_word_start && (rest.starts_with("http://") || rest.starts_with("https://"))
    })?;
    let rest = &text[start..];
    let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"')).unwrap_or(rest.len());
    let address = rest[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '\'']);
    Some((start, address.len()))
}

fn attribute(attributes: &str, name: &str) -> Option<String> {
    let lower = attributes.to_ascii_lowercase();
    let at = lower.match_indices(name).map(|(at, _)| at).find(|&at| {
        let is_start = at == 0 || lower.as_bytes()[at - 1].is_ascii_whitespace();
        is_start && lower[at + name.len()..].trim_start().starts_with('=')
    })?;
    let value = attributes[at + name.len()..].trim_start().strip_prefix('=')?.trim_start();
    let value = match value.chars().next()? {
        quote @ ('"' | '\'') => value[1..].split(quote).next()?,
        _ => value.split(|c: char| c.is_ascii_whitespace()).next()?,
    };
    Some(decoded(value).trim().to_owned())
}

/// The resolved target of a link; `None` when it is neither a web nor a mail address.
fn address(href: &str, base: &str) -> Option<String> {
    let lower = href.to_ascii_lowercase();
    let is_absolute =
        ["http://", "https://", "mailto:", "tel:"].iter().any(|scheme| lower.starts_with(scheme));
    let absolute = match (is_absolute, href.strip_prefix("//"), href.strip_prefix('/')) {
        (true, _, _) => href.to_owned(),
        (false, Some(rest), _) => format!("https://{rest}"),
        (false, None, Some(rest)) if !base.is_empty() => format!("{}/{rest}", site_of(base)),
        // Relative to a page, not to a whole site.
        (false, None, None) if site_of(base) != base.trim_end_matches('/') && !has_scheme(href) => {
            beside(base, href)
        }
        _ => return None,
    };
    let encode = |c: char| match c {
        ' ' => "%20".to_owned(),
        '<' => "%3C".to_owned(),
        '>' => "%3E".to_owned(),
        '\\' => "%5C".to_owned(),
        c => c.to_string(),
    };
    let absolute = if is_absolute { absolute } else { as_written(absolute, href) };
    Some(absolute.chars().filter(|c| !c.is_control()).map(encode).collect())
}

/// Whether it is a link of another kind, or leads to a place in the text itself.
fn has_scheme(href: &str) -> bool {
    href.is_empty()
        || href.starts_with('#')
        || href.split(['/', '?', '#']).next().is_some_and(|it| it.contains(':'))
}

/// Escapes text for HTML, with placeholders for what Markdown would misread.
pub(super) fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        match c {
            '&' if starts_entity(&text[at..]) => html.push(OPEN_AMPERSAND),
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            c => html.push(c),
        }
    }
    html.replace("~~", &TILDES.to_string())
}

/// Whether `&` begins a character reference.
fn starts_entity(text: &str) -> bool {
    let name = text.bytes().skip(1).take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'#').count();
    name > 0 && text[1 + name..].starts_with(';')
}

fn decoded(text: &str) -> Cow<'_, str> {
    if text.contains('&') { resolved(text).into() } else { text.into() }
}

/// Resolves character references; unknown ones are kept.
fn resolved(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        words.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = if starts_entity(rest) { rest.find(';').unwrap_or(0) } else { 0 };
        match reference(&rest[..end]) {
            Some(c) => words.push_str(&c),
            None => words.push_str(&rest[..end.max(1)]),
        }
        rest = &rest[if reference(&rest[..end]).is_some() { end + 1 } else { end.max(1) }..];
    }
    words.push_str(rest);
    words
}

/// The character of `&name` or `&#10`.
fn reference(reference: &str) -> Option<String> {
    let name = reference.strip_prefix('&')?;
    let Some(number) = name.strip_prefix('#') else {
        return resolve_html5_entity(name).map(str::to_owned);
    };
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => number.parse().ok()?,
    };
    char::from_u32(code).filter(|c| !c.is_control() || *c == '\n').map(String::from)
}

/// Turns runs of line breaks into paragraph ends.
fn paragraphs(html: &str) -> String {
    let mut parts = html.split("<br>");
    let mut joined = parts.next().unwrap_or_default().to_owned();
    let mut blank = 0;
    for part in parts {
        blank += 1;
        if part.trim().is_empty() {
            continue;
        }
        joined.push_str(if blank > 1 { "<p>" } else { "<br>" });
        joined.push_str(part);
        blank = 0;
    }
    joined
}
