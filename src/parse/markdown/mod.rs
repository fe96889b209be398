//! Markdown: CommonMark with tables, task lists, strikethrough, footnotes, alerts, bare URLs and some HTML.
//!
//! Invariant: `pulldown-cmark` is named only in this module, and everything reads a text with the same options, so
//! checks and output agree.

mod addresses;
mod balance;
mod bare;
mod comments;
mod elements;
mod escape;
mod footnotes;
mod foreign;
mod html;
mod links;
mod nesting;
mod options;
mod parser;
mod piece;
mod pieces;
mod plain;
mod problems;
mod scan;
mod slugs;
mod tags;
#[cfg(test)]
mod tests;
mod visible;
#[cfg(test)]
mod well_formed;
mod writer;

pub(crate) use addresses::{has_scheme, is_harmless, is_remote_image};
pub(crate) use balance::TagProblem;
pub(crate) use comments::{outside_comments, without_comments};
pub(crate) use foreign::{Address, Construct, constructs, foreign_html};
pub use html::{heading_ids, html, html_with_contents};
pub(crate) use nesting::{DEEPEST, too_deep};
pub use options::{Alerts, HtmlOptions, Labels, RawHtml, TocEntry};
pub use plain::{plain_text, plain_words};
pub(super) use problems::{HtmlProblem, problems};
pub(super) use scan::{Block, BlockKind, Scan, scan};
pub(super) use slugs::Slugs;
pub use slugs::place_of;
pub(crate) use visible::{VisibleText, shows};
