//! The fenced blocks of a Markdown page.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// A block of code.
#[derive(Debug)]
pub(crate) struct Block {
    /// The word behind the fence; empty without one, and of a block that is only indented.
    pub(crate) language: String,
    /// The lines inside, without the block's own indentation.
    pub(crate) text: String,
    /// The place of these lines in the page, in bytes.
    pub(crate) place: Range<usize>,
    /// The number of the fence's line, counted from 1.
    pub(crate) line: usize,
    /// The line right above the fence.
    above: String,
}

impl Block {
    /// The file that the block is: the line above is `` `PATH`: ``.
    pub(crate) fn file(&self) -> Option<&str> {
        let path = self.above.strip_prefix('`')?.strip_suffix("`:")?;
        (path.contains('.') && !path.contains('`')).then_some(path)
    }

    /// The name by which a test of its own runs the block: the line above is `<!-- script: NAME -->`.
    pub(crate) fn script(&self) -> Option<&str> {
        self.above.strip_prefix("<!-- script: ")?.strip_suffix(" -->")
    }

    pub(crate) fn first_line(&self) -> &str {
        self.text.lines().next().unwrap_or_default()
    }
}

/// The blocks of a page, in its order.
pub(crate) fn blocks(page: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut is_inside = false;
    for (event, range) in Parser::new_ext(page, Options::ENABLE_TABLES).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                is_inside = true;
                blocks.push(begun(page, &kind, range.start));
            }
            Event::End(TagEnd::CodeBlock) => is_inside = false,
            Event::Text(text) if is_inside => {
                if let Some(block) = blocks.last_mut() {
                    let start = if block.text.is_empty() { range.start } else { block.place.start };
                    block.place = start..range.end;
                    block.text.push_str(&text);
                }
            }
            _ => {}
        }
    }
    blocks
}

fn begun(page: &str, kind: &CodeBlockKind<'_>, fence: usize) -> Block {
    let before = page[..fence].trim_end_matches(' ');
    let above = before.strip_suffix('\n').unwrap_or(before).rsplit('\n').next().unwrap_or_default().trim();
    let language = match kind {
        CodeBlockKind::Fenced(info) => info.split(' ').next().unwrap_or_default().to_owned(),
        CodeBlockKind::Indented => String::new(),
    };
    let line = before.lines().count() + 1;
    Block { language, text: String::new(), place: fence..fence, line, above: above.to_owned() }
}

#[test]
fn blocks_are_found_with_what_stands_above_them() {
    let page = "Text.\n\n`a.toml`:\n```toml\nx = 1\n\ny = 2\n```\n\n- item\n\n  <!-- script: go -->\n  ```sh\n  one\n    two\n  ```\n\n\
                `b.toml`:\n\n```\nz\n```\n";
    let found = blocks(page);
    let told: Vec<_> = found
        .iter()
        .map(|it| (it.language.as_str(), it.text.as_str(), it.line, it.file(), it.script()))
        .collect();
    assert_eq!(
        told,
        [
            ("toml", "x = 1\n\ny = 2\n", 4, Some("a.toml"), None),
            ("sh", "one\n  two\n", 13, None, Some("go")),
            ("", "z\n", 20, None, None),
        ]
    );
    assert_eq!(&page[found[0].place.clone()], found[0].text);
}
