//! How Markdown is shown, and what is told about it.

use crate::model::config::Config;
use crate::parse::draft::LinkKind;

/// What becomes of HTML in Markdown; its comments are dropped in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RawHtml {
    /// A few elements work; readers see the rest as text.
    Text,
    /// It is passed through, with its addresses resolved. Whether the result is well-formed is up to its author.
    Keep,
}

impl RawHtml {
    /// What the site's settings say.
    pub fn of(config: &Config) -> Self {
        if config.raw_html { Self::Keep } else { Self::Text }
    }
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
    /// Titles of alerts.
    pub alerts: Alerts<'a>,
}

/// Titles of alerts: `> [!NOTE]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alerts<'a> {
    /// `[!NOTE]`
    pub note: &'a str,
    /// `[!TIP]`
    pub tip: &'a str,
    /// `[!IMPORTANT]`
    pub important: &'a str,
    /// `[!WARNING]`
    pub warning: &'a str,
    /// `[!CAUTION]`
    pub caution: &'a str,
}

impl Default for Labels<'static> {
    /// English.
    fn default() -> Self {
        let alerts = Alerts {
            note: "Note",
            tip: "Tip",
            important: "Important",
            warning: "Warning",
            caution: "Caution",
        };
        Self { done: "Done", open: "Open", table: "Table", note: "Note", back: "Back to the text", alerts }
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
pub struct TocEntry {
    /// 1 to 6, shifted.
    pub level: u8,
    /// What a link to it names.
    pub id: String,
    /// Plain text.
    pub text: String,
}
