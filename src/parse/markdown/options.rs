//! How Markdown is shown, and what is told about it.

use crate::parse::draft::LinkKind;

/// What becomes of HTML in Markdown; its comments are dropped in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RawHtml {
    /// Readers see it as text.
    Text,
    /// It is passed through. Whether the result is well-formed is up to its author.
    Keep,
}

/// Words that Markdown itself does not hold, in the page's language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Labels<'a> {
    /// Names a ticked box.
    pub done: &'a str,
    /// Names an empty box.
    pub open: &'a str,
    /// Names a table that may have to be scrolled.
    pub table: &'a str,
    /// Names a link to a footnote, before its number.
    pub note: &'a str,
    /// Names a link back from a footnote.
    pub back: &'a str,
}

impl Default for Labels<'static> {
    /// English.
    fn default() -> Self {
        Self { done: "Done", open: "Open", table: "Table", note: "Note", back: "Back to the text" }
    }
}

/// How Markdown is shown.
#[derive(Clone, Copy)]
pub struct HtmlOptions<'a> {
    /// What becomes of HTML.
    pub raw_html: RawHtml,
    /// The address that a target as written becomes (`other.md` to `../other/`); asked for every link and image but mail
    /// addresses. `None` when it leads nowhere: then its words stand there as text.
    pub links: &'a dyn Fn(&str, LinkKind) -> Option<String>,
    /// What ids begin with, so that several texts can stand on one page.
    pub id_prefix: &'a str,
    /// What is added to the level of every heading; the sixth is the last.
    pub heading_shift: u8,
    /// Words in the page's language.
    pub labels: Labels<'a>,
}

/// A heading, for a list of contents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    /// 1 to 6, shifted.
    pub level: u8,
    /// What a link to it names.
    pub id: String,
    /// Plain text.
    pub text: String,
}
