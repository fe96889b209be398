//! Writes well-formed XML for any text.
//!
//! Invariant: `quick_xml`'s writer is named nowhere else in `render`.

use std::borrow::Cow;
use std::io::Write;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesPI, BytesStart, BytesText, Event};

/// An XML document being written, indented by a space per level.
pub(super) struct Xml {
    writer: Writer<Vec<u8>>,
    open: Vec<&'static str>,
}

impl Xml {
    /// A document in XML 1.0 and UTF-8.
    pub(super) fn new() -> Self {
        let mut xml = Self::fragment();
        xml.write(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)));
        xml
    }

    /// A document without an XML declaration, for embedding in pages.
    pub(super) fn fragment() -> Self {
        Self { writer: Writer::new_with_indent(Vec::new(), b' ', 1), open: Vec::new() }
    }

    /// Adds a stylesheet for browsers; must precede the first element.
    pub(super) fn stylesheet(&mut self, href: &str) {
        let href = quick_xml::escape::escape(clean(href).as_ref()).into_owned();
        self.write(Event::PI(BytesPI::new(format!("xml-stylesheet type=\"text/css\" href=\"{href}\""))));
    }

    pub(super) fn open(&mut self, name: &'static str, attributes: &[(&str, &str)]) {
        self.write(Event::Start(start(name, attributes)));
        self.open.push(name);
    }

    pub(super) fn close(&mut self) {
        let name = self.open.pop().expect("every element that is closed was opened");
        self.write(Event::End(BytesEnd::new(name)));
    }

    /// Adds an element with text.
    pub(super) fn text(&mut self, name: &'static str, text: &str) {
        self.text_with(name, &[], text);
    }

    pub(super) fn text_with(&mut self, name: &'static str, attributes: &[(&str, &str)], text: &str) {
        self.write(Event::Start(start(name, attributes)));
        self.write(Event::Text(BytesText::new(&clean(text))));
        self.write(Event::End(BytesEnd::new(name)));
    }

    /// Adds an empty element.
    pub(super) fn empty(&mut self, name: &'static str, attributes: &[(&str, &str)]) {
        self.write(Event::Empty(start(name, attributes)));
    }

    /// The document's bytes, with a final line end.
    pub(super) fn finish(self) -> Vec<u8> {
        assert!(self.open.is_empty(), "every element is closed: {:?}", self.open);
        let mut bytes = self.writer.into_inner();
        bytes.write_all(b"\n").expect("memory takes all bytes");
        bytes
    }

    fn write(&mut self, event: Event<'_>) {
        self.writer.write_event(event).expect("memory takes all bytes");
    }
}

fn start<'a>(name: &'static str, attributes: &[(&'a str, &'a str)]) -> BytesStart<'a> {
    let mut start = BytesStart::new(name);
    for (key, value) in attributes {
        start.push_attribute((*key, clean(value).as_ref()));
    }
    start
}

/// The text without characters that XML 1.0 cannot hold, with `\n` line ends (parsers would read `\r` as one).
pub(super) fn clean(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| fits(c) && c != '\r') {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n").chars().filter(|&c| fits(c)).collect())
}

/// XML 1.0, production `Char`.
fn fits(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// Text as HTML that is XML too.
pub(super) fn escape(text: &str) -> String {
    clean(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_attributes_are_escaped() {
        let mut xml = Xml::new();
        xml.stylesheet("a&b.css");
        xml.open("feed", &[("a", "\"<&>'")]);
        xml.text("title", "]]> & <b>\"x\"</b> 🎉\u{1}\u{ffff}\r\n.");
        xml.empty("link", &[("href", "?a=1&b=2")]);
        xml.close();
        let expected = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
            <?xml-stylesheet type=\"text/css\" href=\"a&amp;b.css\"?>\n\
            <feed a=\"&quot;&lt;&amp;&gt;&apos;\">\n \
            <title>]]&gt; &amp; &lt;b&gt;&quot;x&quot;&lt;/b&gt; 🎉\n.</title>\n \
            <link href=\"?a=1&amp;b=2\"/>\n\
            </feed>\n";
        assert_eq!(String::from_utf8(xml.finish()).unwrap(), expected);
    }
}
