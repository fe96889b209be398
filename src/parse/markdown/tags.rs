//! Tokenises HTML as browsers do.
//!
//! Invariant: `html5gum` is named only here; the tokens cover the text without gaps.

use std::ops::Range;

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{HtmlString, StartTag, Token as Gum, Tokenizer};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// `<a href="x">`
    Start(Tag),
    /// `</a>`, by its name in lower case.
    End(String),
    /// Text with resolved character references.
    Text(String),
    /// A declaration, an instruction, or an incomplete token.
    Other,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tag {
    /// In lower case.
    pub(super) name: String,
    /// As written, in order.
    pub(super) attributes: Vec<Attribute>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Attribute {
    /// In lower case.
    pub(super) name: String,
    /// With resolved character references.
    pub(super) value: String,
    /// Position of name and quoted value in the tag.
    pub(super) place: Range<usize>,
}

impl Tag {
    /// The value of an attribute; the first of duplicates.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|it| it.name == name).map(|it| it.value.as_str())
    }
}

/// The most quoted attributes of a tag. The tokenizer calls itself for each, so that many thousands overflow the stack.
const MOST_QUOTED: usize = 100;

/// The tokens and their positions, without comments. HTML with an overlong tag is one token.
pub(super) fn tokens(html: &str) -> Vec<(Token, Range<usize>)> {
    if most_quoted(html) > MOST_QUOTED {
        return vec![(Token::Other, 0..html.len())];
    }
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    emitter.naively_switch_states(true);
    let mut tokens = Vec::new();
    let mut at = 0;
    for token in Tokenizer::new_with_emitter(html, emitter) {
        let Ok(token) = token;
        let (span, token) = match token {
            Gum::StartTag(tag) => (tag.span.start..tag.span.end, Token::Start(start(html, &tag))),
            Gum::EndTag(tag) => (tag.span.start..tag.span.end, Token::End(text(&tag.name))),
            Gum::String(string) => (string.span.start..string.span.end, Token::Text(text(&string.value))),
            _ => continue,
        };
        if span.start > at {
            tokens.push((Token::Other, at..span.start));
        }
        at = span.end;
        tokens.push((token, span));
    }
    if at < html.len() {
        tokens.push((Token::Other, at..html.len()));
    }
    tokens
}

/// The most quoted values between two `>` that stand outside of them.
fn most_quoted(html: &str) -> usize {
    let (mut most, mut count, mut rest) = (0, 0, html);
    while let Some(at) = rest.find(['"', '\'', '>']) {
        let is_value = rest[..at].trim_ascii_end().ends_with('=');
        let mark = char::from(rest.as_bytes()[at]);
        rest = &rest[at + 1..];
        if mark == '>' {
            count = 0;
        } else if is_value {
            count += 1;
            rest = rest.find(mark).map_or(rest, |end| &rest[end + 1..]);
        }
        most = most.max(count);
    }
    most
}

fn start(html: &str, tag: &StartTag<usize>) -> Tag {
    let attributes = tag.attributes.iter().map(|(name, value)| {
        let from = value.span.start - tag.span.start;
        let written = &html[tag.span.start..tag.span.end];
        Attribute { name: text(name), value: text(value), place: from..attribute_end(written, from) }
    });
    let mut attributes: Vec<Attribute> = attributes.collect();
    attributes.sort_by_key(|attribute| attribute.place.start);
    Tag { name: text(&tag.name), attributes }
}

/// The end of the attribute that begins at this position of a tag.
fn attribute_end(tag: &str, from: usize) -> usize {
    let name_end = |c: char| c.is_ascii_whitespace() || matches!(c, '=' | '/' | '>');
    let behind = |at: usize| at + (tag[at..].len() - tag[at..].trim_ascii_start().len());
    let first = tag[from..].chars().next().map_or(0, char::len_utf8);
    let name = tag[from + first..].find(name_end).map_or(tag.len(), |at| from + first + at);
    let Some(value) = tag[behind(name)..].strip_prefix('=') else { return name };
    let value = behind(tag.len() - value.len());
    let rest = &tag[value..];
    let quoted = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''));
    let length = match quoted {
        Some(quote) => rest[1..].find(quote).map(|at| at + 2),
        None => rest.find(|c: char| c.is_ascii_whitespace() || c == '>'),
    };
    value + length.unwrap_or(rest.len())
}

fn text(bytes: &HtmlString) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::{Token, tokens};

    #[track_caller]
    fn check(html: &str, expected: &[&str]) {
        let shown: Vec<String> = tokens(html)
            .into_iter()
            .map(|(token, place)| match token {
                Token::Start(tag) => {
                    let attributes = tag.attributes.iter();
                    let attributes = attributes
                        .map(|it| format!(" {}={}", it.value, &html[place.clone()][it.place.clone()]));
                    format!("+{}{}", tag.name, attributes.collect::<String>())
                }
                Token::End(name) => format!("-{name}"),
                Token::Text(text) => text,
                Token::Other => format!("?{}", &html[place]),
            })
            .collect();
        assert_eq!(shown, expected, "{html}");
    }

    #[test]
    fn tokens_have_their_places() {
        check("<P a=b>é&amp;x\r\ny</p>", &["+p b=a=b", "é&x\ny", "-p"]);
        check("<a b='c d' e f = g h=\"&lt;i\"/>", &["+a c d=b='c d' =e g=f = g <i=h=\"&lt;i\""]);
        check("<img src=x/><br/>", &["+img x/=src=x/", "+br"]);
        check("<script>a<b></script>c", &["+script", "a<b>", "-script", "c"]);
        check("a<?b?><![CDATA[c]]><!DOCTYPE d>e", &["a", "?<?b?><![CDATA[c]]><!DOCTYPE d>", "e"]);
        check("a <b c='d", &["a ", "?<b c='d"]);
        check("<a\nb=\n\"c\"d=e>", &["+a c=b=\n\"c\" e=d=e"]);
        check("<a b=1 b=2>", &["+a 1=b=1"]);
        check("<a =b=c>", &["+a c==b=c"]);
    }

    #[test]
    fn a_tag_of_too_many_attributes_is_one_piece() {
        for attribute in ["x=\"1\" ", "x = '>' ", "x=\"<\""] {
            let html = format!("<!-- x=' -->é<a {}>b</a>", attribute.repeat(20_000));
            assert_eq!(tokens(&html), [(Token::Other, 0..html.len())]);
        }
        let many = "<a b=\"c\">d</a>".repeat(2_000);
        assert_eq!(tokens(&many).len(), 6_000);
    }
}
