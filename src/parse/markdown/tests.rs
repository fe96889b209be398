//! What Markdown becomes, and that it is well-formed whatever its author writes.

use std::collections::BTreeSet;

use proptest::prelude::{ProptestConfig, Strategy, any, prop, prop_assert, proptest};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::{HtmlOptions, Labels, RawHtml, html, html_with_contents, plain_text};
use crate::parse::draft::LinkKind;

/// Rewrites `other.md` to `../other/` and leaves the rest; `later.md` is nowhere.
fn links(target: &str, _: LinkKind) -> Option<String> {
    let rewritten =
        target.strip_suffix(".md").map_or_else(|| target.to_owned(), |stem| format!("../{stem}/"));
    (target != "later.md").then_some(rewritten)
}

fn options(raw_html: RawHtml) -> HtmlOptions<'static> {
    HtmlOptions { raw_html, links: &links, id_prefix: "p-", heading_shift: 1, labels: Labels::default() }
}

#[track_caller]
fn check(markdown: &str, expected: &str) {
    assert_eq!(html(markdown, &options(RawHtml::Text)), expected, "{markdown}");
}

#[test]
fn plain_markdown() {
    check(
        "A *b* **c** ~~d~~ `e<`\nf  \ng\n",
        "<p>A <em>b</em> <strong>c</strong> <del>d</del> <code>e&lt;</code>\nf<br/>\ng</p>\n",
    );
    check("> a\n\n---\n", "<blockquote>\n<p>a</p>\n</blockquote>\n<hr/>\n");
    check(
        "3. a\n4. b\n   - c\n",
        "<ol start=\"3\">\n<li>a</li>\n<li>b<ul>\n<li>c</li>\n</ul>\n</li>\n</ol>\n",
    );
    check(
        "```sh x\na && b\n```\n",
        "<pre tabindex=\"0\"><code class=\"language-sh\">a &amp;&amp; b\n</code></pre>\n",
    );
    check("\"a\" -- b...", "<p>\"a\" -- b...</p>\n");
}

#[test]
fn links_are_rewritten_and_never_run() {
    check("[a](b.md \"t\")", "<p><a href=\"../b/\" title=\"t\">a</a></p>\n");
    check(
        "<https://e.example/?a=1&b=2>",
        "<p><a href=\"https://e.example/?a=1&amp;b=2\">https://e.example/?a=1&amp;b=2</a></p>\n",
    );
    check("<a@e.example>", "<p><a href=\"mailto:a@e.example\">a@e.example</a></p>\n");
    check("[a](javascript:alert(1))", "<p><a>a</a></p>\n");
    check("[a](JavaScript&#58;alert(1))", "<p><a>a</a></p>\n");
    check("[a](<java&#9;script:alert(1)>)", "<p><a>a</a></p>\n");
    check("[a](data:text/html;base64,x) [b](vbscript:x)", "<p><a>a</a> <a>b</a></p>\n");
    check("[a](x/data:y)", "<p><a href=\"x/data:y\">a</a></p>\n");
    check("![a](data:image/png;base64,x)", "<p>a</p>\n");
    check("a[<https://e.example> b](c.md)d", "<p>a<a href=\"../c/\">https://e.example b</a>d</p>\n");
}

#[test]
fn what_leads_nowhere_is_text() {
    check("a [*b* c](later.md \"t\") d [e](f.md)", "<p>a <em>b</em> c d <a href=\"../f/\">e</a></p>\n");
    check("![a](later.md)", "<p>a</p>\n");
    check("[![a](b.png)](later.md)", "<p><img src=\"b.png\" alt=\"a\" loading=\"lazy\"/></p>\n");
}

#[test]
fn images_are_described() {
    check(
        "![a *b* [c](d)](e.png \"f\")",
        "<p><img src=\"e.png\" alt=\"a b c\" loading=\"lazy\" title=\"f\"/></p>\n",
    );
    check(
        "[![a](b.png)](c.md)",
        "<p><a href=\"../c/\"><img src=\"b.png\" alt=\"a\" loading=\"lazy\"/></a></p>\n",
    );
}

#[test]
fn tables_scroll_and_align_by_class() {
    check(
        "| a | b | c |\n|---|:-:|--:|\n| 1 | 2 | 3 |\n",
        "<div class=\"table\" role=\"group\" tabindex=\"0\" aria-label=\"Table\"><table>\n\
         <thead><tr><th scope=\"col\">a</th><th scope=\"col\" class=\"align-center\">b</th>\
         <th scope=\"col\" class=\"align-right\">c</th></tr></thead>\n<tbody>\n\
         <tr><td>1</td><td class=\"align-center\">2</td><td class=\"align-right\">3</td></tr>\n\
         </tbody></table></div>\n",
    );
}

#[test]
fn tasks_have_boxes_with_names() {
    check(
        "- [x] a\n- [ ] b\n- c\n",
        "<ul>\n<li class=\"task\"><input type=\"checkbox\" disabled=\"disabled\" checked=\"checked\" aria-label=\"Done\"/> a</li>\n\
         <li class=\"task\"><input type=\"checkbox\" disabled=\"disabled\" aria-label=\"Open\"/> b</li>\n\
         <li>c</li>\n</ul>\n",
    );
}

#[test]
fn footnotes_are_numbered_and_listed() {
    check(
        "[^x]: first\n\na[^y] b[^x] c[^y]\n\n[^y]: second\n\n[^z]: nobody\n",
        "<p>a<sup class=\"footnote-reference\"><a href=\"#p-fn.1\" id=\"p-fnref.1\" role=\"doc-noteref\" aria-label=\"Note 1\">1</a></sup> \
         b<sup class=\"footnote-reference\"><a href=\"#p-fn.2\" id=\"p-fnref.2\" role=\"doc-noteref\" aria-label=\"Note 2\">2</a></sup> \
         c<sup class=\"footnote-reference\"><a href=\"#p-fn.1\" id=\"p-fnref.1.2\" role=\"doc-noteref\" aria-label=\"Note 1\">1</a></sup></p>\n\
         <ol class=\"footnotes\">\n\
         <li id=\"p-fn.1\"><p>second <a href=\"#p-fnref.1\" role=\"doc-backlink\" aria-label=\"Back to the text\">↩</a></p>\n</li>\n\
         <li id=\"p-fn.2\"><p>first <a href=\"#p-fnref.2\" role=\"doc-backlink\" aria-label=\"Back to the text\">↩</a></p>\n</li>\n\
         <li id=\"p-fn.3\"><p>nobody</p>\n</li>\n</ol>\n",
    );
}

#[test]
fn headings_are_shifted_and_listed() {
    let markdown = "# What *went* wrong\n\n### `A` & b\n\n###### F\n\n# What went wrong\n";
    let (html, contents) = html_with_contents(markdown, &options(RawHtml::Text));
    assert_eq!(
        html,
        "<h2 id=\"p-what-went-wrong\">What <em>went</em> wrong</h2>\n<h4 id=\"p-a--b\"><code>A</code> &amp; b</h4>\n\
         <h6 id=\"p-f\">F</h6>\n<h2 id=\"p-what-went-wrong-1\">What went wrong</h2>\n"
    );
    let contents: Vec<_> =
        contents.iter().map(|heading| (heading.level, heading.id.as_str(), heading.text.as_str())).collect();
    assert_eq!(
        contents,
        [
            (2, "p-what-went-wrong", "What went wrong"),
            (4, "p-a--b", "A & b"),
            (6, "p-f", "F"),
            (2, "p-what-went-wrong-1", "What went wrong"),
        ]
    );
}

#[test]
fn html_shows_as_text_or_passes_and_comments_go() {
    let markdown =
        "a <b>c</b> <!-- d --> e\n\n<div onclick=\"x\">\n<!-- f -->\ng\n</div>\n\n<!-- h\n\ni -->\n";
    check(
        markdown,
        "<p>a &lt;b&gt;c&lt;/b&gt;  e</p>\n<p>&lt;div onclick=\"x\"&gt;\n\ng\n&lt;/div&gt;</p>\n",
    );
    assert_eq!(
        html(markdown, &options(RawHtml::Keep)),
        "<p>a <b>c</b>  e</p>\n<div onclick=\"x\">\n\ng\n</div>\n"
    );
    check("<!-- a", "");
    check("<script>\nalert(1)\n</script>\n", "<p>&lt;script&gt;\nalert(1)\n&lt;/script&gt;</p>\n");
}

/// Says why the HTML is not well-formed XML without styles, comments and ids given twice.
fn well_formed(html: &str) -> Result<(), String> {
    if let Some(c) = html.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
        return Err(format!("the character {c:?}"));
    }
    let document = format!("<x>{html}</x>");
    let mut reader = Reader::from_str(&document);
    let mut ids = BTreeSet::new();
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Eof => return Ok(()),
            Event::Start(element) | Event::Empty(element) => check_attributes(&element, &mut ids)?,
            Event::Text(_) | Event::End(_) => {}
            Event::GeneralRef(name) if ["amp", "lt", "gt", "quot"].contains(&&*name) => {}
            other => return Err(format!("{other:?}")),
        }
    }
}

fn check_attributes(element: &BytesStart<'_>, ids: &mut BTreeSet<String>) -> Result<(), String> {
    for attribute in element.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let value = attribute.value.to_string();
        match attribute.key.as_ref() {
            "style" => return Err("an inline style".to_owned()),
            "id" if !ids.insert(value.clone()) => return Err(format!("the id {value} twice")),
            "href" | "src" if value.to_ascii_lowercase().starts_with("javascript:") => {
                return Err("a script address".to_owned());
            }
            _ => {}
        }
    }
    Ok(())
}

/// Texts of the pieces that Markdown is made of, so that constructs meet and nest.
fn markdown() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a",
        "é",
        " ",
        "  ",
        "    ",
        "\n",
        "\n\n",
        "\r\n",
        "# ",
        "## ",
        "- ",
        "1. ",
        "> ",
        "```",
        "~~~",
        "`",
        "*",
        "**",
        "_",
        "~~",
        "[",
        "]",
        "(",
        ")",
        "](",
        "![",
        "<",
        ">",
        "</",
        "<b>",
        "<div>",
        "<!--",
        "-->",
        "|",
        "|-|:-:|",
        "[^1]",
        "[^1]: ",
        "[ ] ",
        "[x] ",
        "---",
        "===",
        "&amp;",
        "&#0;",
        "&#x1b;",
        "&",
        "\"",
        "'",
        "\\",
        "\0",
        "\u{8}",
        "\u{ffff}",
        "javascript:",
        "http://e.example/",
        "<https://e.example>",
        "<?",
        "?>",
        "<![CDATA[",
        "]]>",
        "\t",
        "💸",
        ":",
    ]);
    let pieces = prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat());
    prop::strategy::Union::new([pieces.boxed(), any::<String>().boxed()])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_markdown_becomes_well_formed_html(markdown in markdown()) {
        let html = html(&markdown, &options(RawHtml::Text));
        let verdict = well_formed(&html);
        prop_assert!(verdict.is_ok(), "{verdict:?}\n{markdown:?}\n{html}");
        let _ = plain_text(&markdown);
    }

    #[test]
    fn places_lie_on_character_boundaries(markdown in markdown()) {
        let text = format!("é{markdown}");
        let scan = super::scan(&text, 2..text.len());
        let spans = scan.blocks.iter().map(|block| &block.span);
        let spans = spans.chain(scan.links.iter().map(|link| &link.span)).chain(&scan.unclosed_comments);
        let spans = spans.chain(scan.references.iter().flat_map(|(span, definition)| [span, definition]));
        for span in spans {
            prop_assert!(span.start >= 2 && text.get(span.clone()).is_some(), "{span:?} {text:?}");
        }
    }
}
