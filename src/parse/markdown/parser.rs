//! The one set of options with which Markdown is read.

use pulldown_cmark::{Options, Parser};

pub(super) fn parser(markdown: &str) -> Parser<'_> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES
        // Alerts: `> [!NOTE]`.
        | Options::ENABLE_GFM;
    Parser::new_ext(markdown, options)
}
