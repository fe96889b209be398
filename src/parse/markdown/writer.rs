//! The state of writing HTML: the output so far, and what is open in it.

use pulldown_cmark::Alignment;

use super::escape::push_text;
use super::footnotes::Footnotes;
use super::options::{HtmlOptions, TocEntry};
use super::slugs::Slugs;

pub(super) struct Writer<'o> {
    pub(super) options: &'o HtmlOptions<'o>,
    pub(super) out: String,
    /// The output before each open footnote.
    pub(super) outer: Vec<(String, String)>,
    pub(super) contents: Vec<TocEntry>,
    pub(super) slugs: Slugs,
    pub(super) notes: Footnotes,
    pub(super) columns: Columns,
    pub(super) image: Option<Image>,
    pub(super) heading: Option<Heading>,
    pub(super) place: HtmlPosition,
    /// Open links; only the outermost may be an element.
    pub(super) links: Vec<Anchor>,
    /// The number of open links in raw HTML.
    pub(super) kept_links: usize,
}

impl<'o> Writer<'o> {
    pub(super) fn new(options: &'o HtmlOptions<'o>, length: usize) -> Self {
        Self {
            options,
            out: String::with_capacity(length + length / 2),
            outer: Vec::new(),
            contents: Vec::new(),
            slugs: Slugs::default(),
            notes: Footnotes::default(),
            columns: Columns::default(),
            image: None,
            heading: None,
            place: HtmlPosition::default(),
            links: Vec::new(),
            kept_links: 0,
        }
    }

    pub(super) fn text(&mut self, text: &str) {
        if let Some(heading) = &mut self.heading {
            heading.text.push_str(text);
        }
        push_text(&mut self.out, text);
    }
}

pub(super) struct Heading {
    /// Start of its content in the output.
    pub(super) start: usize,
    pub(super) text: String,
}

#[derive(Default)]
pub(super) struct Columns {
    pub(super) alignments: Vec<Alignment>,
    pub(super) column: usize,
    pub(super) cell: &'static str,
}

/// The writer's position in HTML.
#[derive(Default)]
pub(super) struct HtmlPosition {
    /// Start of the open HTML block in the output.
    pub(super) block: Option<usize>,
    /// Whether a paragraph is open in that block.
    pub(super) has_paragraph: bool,
    /// Start of the open Markdown paragraph's text in the output.
    pub(super) paragraph: Option<usize>,
    /// The number of `<details>` open in that paragraph.
    pub(super) details: usize,
    /// The number of open `<summary>`.
    pub(super) summaries: usize,
}

pub(super) struct Image {
    pub(super) target: String,
    pub(super) title: String,
    pub(super) description: String,
    /// The number of elements open in its description.
    pub(super) depth: usize,
}

/// The output form of an open link.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Element,
    /// Only its text, since it has no target.
    Words,
}
