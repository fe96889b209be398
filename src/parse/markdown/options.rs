//! Options of Markdown output.

use crate::model::config::Config;
use crate::parse::draft::LinkKind;

/// The treatment of HTML in Markdown; comments are always dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RawHtml {
    /// Some elements work; the rest shows as text.
    Text,
    /// Kept, with resolved URLs. Its author is responsible for well-formedness.
    Keep,
}

impl RawHtml {
    pub fn of(config: &Config) -> Self {
        if config.raw_html { Self::Keep } else { Self::Text }
    }
}

/// Translated texts that Markdown does not contain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Labels<'a> {
    /// Name of a checked box.
    pub done: &'a str,
    /// Name of an unchecked box.
    pub open: &'a str,
    /// Name of a scrollable table.
    pub table: &'a str,
    /// What a heading's link to itself is called, before the heading's text; empty: it has none.
    pub heading: &'a str,
    /// Name of a link to a footnote, before its number.
    pub note: &'a str,
    /// Name of a back link from a footnote.
    pub back: &'a str,
    pub alerts: Alerts<'a>,
}

/// Titles of alerts such as `> [!NOTE]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alerts<'a> {
    pub note: &'a str,
    pub tip: &'a str,
    pub important: &'a str,
    pub warning: &'a str,
    pub caution: &'a str,
}

impl Default for Labels<'static> {
    fn default() -> Self {
        let alerts = Alerts {
            note: "Note",
            tip: "Tip",
            important: "Important",
            warning: "Warning",
            caution: "Caution",
        };
        Self {
            done: "Done",
            open: "Open",
            table: "Table",
            heading: "",
            note: "Note",
            back: "Back to the text",
            alerts,
        }
    }
}

#[derive(Clone, Copy)]
pub struct HtmlOptions<'a> {
    pub raw_html: RawHtml,
    /// Resolves a target (`other.md` to `../other/`) of any link or image except mail addresses. `None` when there is
    /// no such target: then only the text is shown.
    pub links: &'a dyn Fn(&str, LinkKind) -> Option<String>,
    /// Prefix of ids, so that several texts can share a page.
    pub id_prefix: &'a str,
    /// Added to every heading's level; 6 is the maximum.
    pub heading_shift: u8,
    pub labels: Labels<'a>,
    /// What stands for the end of a line within a paragraph.
    pub soft_break: &'static str,
}

/// A heading, for a table of contents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TocEntry {
    /// 1 to 6, shifted.
    pub level: u8,
    pub id: String,
    /// Plain text.
    pub text: String,
}
