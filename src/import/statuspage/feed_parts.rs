//! An Atom feed cut into its entries, so that a broken one spoils no other.

use quick_xml::Reader;
use quick_xml::events::Event;
use quick_xml::name::LocalName;

use crate::import::text::line_at;

#[derive(Debug, Default)]
pub(super) struct FeedParts<'a> {
    /// The feed without its entries.
    pub(super) head: String,
    pub(super) entries: Vec<Part<'a>>,
    /// Whether the feed ends as it should.
    pub(super) is_whole: bool,
}

#[derive(Debug)]
pub(super) struct Part<'a> {
    /// From 1.
    pub(super) line: usize,
    /// The entry, or why it cannot be cut out.
    pub(super) text: Result<&'a str, String>,
}

/// Cuts a feed at its entries; the error is one line, and says why it is none.
pub(super) fn cut(text: &str) -> Result<FeedParts<'_>, String> {
    let root = root(text)?;
    let entry = format!("<{}entry", root.strip_suffix("feed").unwrap_or_default());
    let mut cutter = Cutter { text, open: None, done: 0, counted: (0, 1), parts: FeedParts::default() };
    let mut at = Some(0);
    while let Some(from) = at {
        at = cutter.read(from, &root).and_then(|broken| {
            let after = broken + 1;
            Some(after + text.get(after..)?.find(&entry)?)
        });
        cutter.done = at.unwrap_or(cutter.done);
    }
    let Cutter { mut parts, done, .. } = cutter;
    parts.head.push_str(&text[done..]);
    if !parts.is_whole && !parts.entries.is_empty() {
        parts.head.push_str(&format!("</{root}>"));
    }
    Ok(parts)
}

/// The name of the root element, which must be a feed.
fn root(text: &str) -> Result<String, String> {
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag) | Event::Empty(tag)) if tag.local_name().as_ref() == "feed" => {
                return Ok(tag.name().as_ref().to_owned());
            }
            Ok(Event::Start(tag) | Event::Empty(tag)) => {
                return Err(format!("its root is `{}`", tag.name().as_ref()));
            }
            Ok(Event::Eof) => return Err("it has no root element".to_owned()),
            Ok(_) => {}
            Err(why) => return Err(why.to_string()),
        }
    }
}

struct Cutter<'a> {
    text: &'a str,
    /// Where the entry begins that is being read.
    open: Option<usize>,
    /// Up to here, all is in the parts.
    done: usize,
    /// A position and its line.
    counted: (usize, usize),
    parts: FeedParts<'a>,
}

impl Cutter<'_> {
    /// Reads from a position to the end, or to what is no XML: its position.
    fn read(&mut self, from: usize, root: &str) -> Option<usize> {
        let mut reader = Reader::from_str(&self.text[from..]);
        // An entry tells of its own tags that do not match.
        reader.config_mut().check_end_names = false;
        reader.config_mut().allow_unmatched_ends = true;
        let place =
            |reader: &Reader<&[u8]>| from + usize::try_from(reader.buffer_position()).unwrap_or_default();
        let is_entry = |name: LocalName<'_>| name.as_ref() == "entry";
        loop {
            let start = place(&reader);
            let event = reader.read_event();
            let end = place(&reader);
            match event {
                Ok(Event::Start(tag)) if is_entry(tag.local_name()) => self.begin(start),
                Ok(Event::Empty(tag)) if is_entry(tag.local_name()) => {
                    self.begin(start);
                    self.end(end, Ok(()));
                }
                Ok(Event::End(tag)) if is_entry(tag.local_name()) => self.end(end, Ok(())),
                Ok(Event::End(tag)) if tag.name().as_ref() == root => self.parts.is_whole = true,
                Ok(Event::Empty(tag)) if tag.name().as_ref() == root => self.parts.is_whole = true,
                Ok(Event::Eof) => {
                    self.end(self.text.len(), Err(UNENDED.to_owned()));
                    return None;
                }
                Ok(_) => {}
                Err(why) => {
                    self.end(start, Err(why.to_string()));
                    self.parts.head.push_str(&self.text[self.done..start]);
                    self.done = start;
                    return Some(start);
                }
            }
        }
    }

    fn begin(&mut self, at: usize) {
        self.end(at, Err(UNENDED.to_owned()));
        self.parts.head.push_str(&self.text[self.done..at]);
        (self.open, self.done) = (Some(at), at);
    }

    /// Ends the entry that is being read, if one is.
    fn end(&mut self, at: usize, cut: Result<(), String>) {
        let Some(start) = self.open.take() else { return };
        let text = self.text;
        let line = self.counted.1 + line_at(&text[self.counted.0..], start - self.counted.0) - 1;
        self.counted = (start, line);
        self.parts.entries.push(Part { line, text: cut.map(|()| &text[start..at]) });
        self.done = at;
    }
}

const UNENDED: &str = "it does not end";
