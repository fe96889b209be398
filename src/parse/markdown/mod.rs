//! Markdown: CommonMark with tables, task lists, strikethrough and footnotes.
//!
//! Invariant: `pulldown-cmark` is named only below this module, and everything here reads a text with the same options,
//! so what was checked is what is shown.

use pulldown_cmark::{Options, Parser};

mod comments;
mod escape;
mod html;
mod notes;
mod options;
mod plain;
mod scan;
mod slugs;
#[cfg(test)]
mod tests;

pub(crate) use comments::without_comments;
pub use html::{heading_ids, html, html_with_contents};
pub use options::{Contents, HtmlOptions, Labels, RawHtml};
pub use plain::plain_text;
pub(super) use scan::{Block, BlockKind, scan};
pub use slugs::place_of;

/// A parser of this text.
fn parser(markdown: &str) -> Parser<'_> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES;
    Parser::new_ext(markdown, options)
}
