//! Markdown's output, construct by construct.

use super::{HtmlOptions, Labels, RawHtml, html, html_with_contents, plain_text};
use crate::parse::draft::LinkKind;

/// Rewrites `other.md` to `../other/` and keeps the rest; `later.md` does not exist.
fn links(target: &str, _: LinkKind) -> Option<String> {
    let rewritten =
        target.strip_suffix(".md").map_or_else(|| target.to_owned(), |stem| format!("../{stem}/"));
    (target != "later.md").then_some(rewritten)
}

pub(super) fn options(raw_html: RawHtml) -> HtmlOptions<'static> {
    HtmlOptions {
        raw_html,
        links: &links,
        id_prefix: "p-",
        heading_shift: 1,
        labels: Labels::default(),
        soft_break: "\n",
    }
}

#[track_caller]
fn check(markdown: &str, expected: &str) {
    assert_eq!(html(markdown, &options(RawHtml::Text)), expected, "{markdown}");
}

#[track_caller]
fn keep(markdown: &str, expected: &str) {
    assert_eq!(html(markdown, &options(RawHtml::Keep)), expected, "{markdown}");
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

/// As in browsers: `<details>` ends the paragraph and continues after it.
#[test]
fn details_may_begin_in_a_paragraph_and_hold_blocks() {
    check(
        "<br><details><summary>S</summary>\n\nText *x*\n\n</details>\n\nmore\n",
        "<p><br/></p>\n<details>\n<summary>S</summary>\n\n<p>Text <em>x</em></p>\n</details>\n<p>more</p>\n",
    );
    check(
        "- a <details><summary>S</summary>\n\n  b\n\n  </details>\n",
        "<ul>\n<li><p>a </p>\n<details>\n<summary>S</summary>\n\n<p>b</p>\n</details>\n</li>\n</ul>\n",
    );
}

#[test]
fn text_of_scripts_and_styles_is_kept_as_it_is() {
    let script = "<script>f(\"https://e.example/?a=1&b=2\", a < b && *c* _d_, 'b.md')</script>";
    keep(
        &format!("a {script} https://e.example"),
        &format!("<p>a {script} <a href=\"https://e.example\">https://e.example</a></p>\n"),
    );
    let style = "<style>a { background: url(https://e.example/*) }</style>";
    keep(&format!("a {style} *b*"), &format!("<p>a {style} <em>b</em></p>\n"));
    keep(&format!("{script}\n"), &format!("{script}\n"));
    keep("a <script> *b*", "<p>a <script> <em>b</em></p>\n");
    keep("a <!x> <?y z?> b\n\n<!x>\n", "<p>a <!x> <?y z?> b</p>\n<!x>\n");
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
    keep(markdown, "<p>a <b>c</b>  e</p>\n<div onclick=\"x\">\n\ng\n</div>\n");
    check("<!-- a", "");
    check("<script>\nalert(1)\n</script>\n", "<p>&lt;script&gt;\nalert(1)\n&lt;/script&gt;</p>\n");
}

#[test]
fn html_that_github_pastes_works() {
    check(
        "H<sub>2</sub>O<br>x<sup>2</sup> <kbd>*a*</kbd>",
        "<p>H<sub>2</sub>O<br/>x<sup>2</sup> <kbd><em>a</em></kbd></p>\n",
    );
    check("<s>a</s> <STRIKE>b</STRIKE> <del>c</del>", "<p><s>a</s> <strike>b</strike> <del>c</del></p>\n");
    check(
        "<details><summary>A <b>&amp;</b> B</summary>\nc &lt;\n\n- *d*\n\n</details>\n",
        "<details>\n<summary>A &lt;b&gt;&amp;&lt;/b&gt; B</summary>\n<p>c &lt;</p>\n<ul>\n<li><em>d</em></li>\n</ul>\n</details>\n",
    );
    check(
        "a <details><summary>b</summary>c</details>",
        "<p>a </p>\n<details>\n<summary>b</summary>\nc</details>\n",
    );
    check("- a <details>b</details> c", "<ul>\n<li>a <details>\nb</details>\n c</li>\n</ul>\n");
    check("<sub>\n\na\n\n</sub>", "<sub><p>a</p>\n</sub>");
    check("<kbd>\na\n</kbd>", "<p><kbd>\na\n</kbd></p>\n");
    check(
        "<img width=\"800\" height=\"5%\" onload=\"x\" alt='a \"b\"' src=\"c d.png\">",
        "<p><img src=\"c%20d.png\" alt=\"a &quot;b&quot;\" width=\"800\" loading=\"lazy\"/></p>\n",
    );
    check("# a <sub>b</sub>", "<h2 id=\"p-a-b\">a <sub>b</sub></h2>\n");
}

#[test]
fn html_that_does_not_fit_shows_as_text() {
    check("<sub>a", "<p>&lt;sub&gt;a</p>\n");
    check("*a <sub>b* c</sub>", "<p><em>a &lt;sub&gt;b</em> c&lt;/sub&gt;</p>\n");
    check("<sub><kbd>a</sub></kbd>", "<p><sub>&lt;kbd&gt;a</sub>&lt;/kbd&gt;</p>\n");
    check("<summary>a</summary>", "<p>&lt;summary&gt;a&lt;/summary&gt;</p>\n");
    check(
        "> <details>\n\n</details>",
        "<blockquote>\n<p>&lt;details&gt;</p>\n</blockquote>\n<p>&lt;/details&gt;</p>\n",
    );
}

#[test]
fn images_of_other_hosts_are_links() {
    check(
        "![a *b*](https://e.example/x.png \"t\")",
        "<p><a href=\"https://e.example/x.png\" title=\"t\">a b</a></p>\n",
    );
    check("![](//e.example/x.png)", "<p><a href=\"//e.example/x.png\">//e.example/x.png</a></p>\n");
    check("[![a](https://e.example/x.png)](b.md)", "<p><a href=\"../b/\">a</a></p>\n");
    let image = "<img src=\"https://e.example/x.png\" alt=\"a\">";
    let link = "<p>x <a href=\"https://e.example/x.png\">a</a></p>\n";
    check(&format!("x {image}"), link);
    keep(&format!("x {image}"), link);
    keep(&format!("x <a href=\"b.md\">{image}</a>"), "<p>x <a href=\"../b/\">a</a></p>\n");
}

#[test]
fn addresses_in_kept_html_lead_where_those_of_markdown_do() {
    keep(
        "<div class=\"x\">\n<A CLASS=y HREF='b.md?a=1&amp;b' id=\"z\">c</a>\n</div>\n",
        "<div class=\"x\">\n<A CLASS=y href=\"b.md?a=1&amp;b\" id=\"z\">c</a>\n</div>\n",
    );
    keep("a <a href=b.md>c</a> <a href=\"later.md\">d</a>", "<p>a <a href=\"../b/\">c</a> <a >d</a></p>\n");
    keep(
        "<p><img src=\"a b.png\" srcset=\"c.md 1x, https://e.example/d.png 2x\" alt=\"\"></p>",
        "<p><img src=\"a%20b.png\" srcset=\"../c/ 1x\" alt=\"\"></p>",
    );
    keep(
        "<video poster=\"b.md\" src=c.md controls></video> x",
        "<p><video poster=\"../b/\" src=\"../c/\" controls></video> x</p>\n",
    );
    keep(
        "<script>\nif (a < b) { \"<a href='b.md'>\" }\n</script>\n",
        "<script>\nif (a < b) { \"<a href='b.md'>\" }\n</script>\n",
    );
    keep(
        "<a href=\"#x\">y</a> <a href=\"\">z</a> <b>unclosed",
        "<p><a href=\"#x\">y</a> <a href=\"\">z</a> <b>unclosed</p>\n",
    );
    keep("a <a href=\"x\">https://e.example</a>", "<p>a <a href=\"x\">https://e.example</a></p>\n");
}

#[test]
fn bare_addresses_are_links() {
    check(
        "see https://e.example/?a=1&b=2.",
        "<p>see <a href=\"https://e.example/?a=1&amp;b=2\">https://e.example/?a=1&amp;b=2</a>.</p>\n",
    );
    check(
        "www.e.example/a_b_c, ops@e.example",
        "<p><a href=\"http://www.e.example/a_b_c\">www.e.example/a_b_c</a>, <a href=\"mailto:ops@e.example\">ops@e.example</a></p>\n",
    );
    check(
        "`https://e.example` [https://e.example](b.md)",
        "<p><code>https://e.example</code> <a href=\"../b/\">https://e.example</a></p>\n",
    );
    check("    https://e.example", "<pre tabindex=\"0\"><code>https://e.example</code></pre>\n");
    check(
        "# https://e.example",
        "<h2 id=\"p-httpseexample\"><a href=\"https://e.example\">https://e.example</a></h2>\n",
    );
    check(
        "![https://e.example](a.png)",
        "<p><img src=\"a.png\" alt=\"https://e.example\" loading=\"lazy\"/></p>\n",
    );
    check(
        "**https://e.example**",
        "<p><strong><a href=\"https://e.example\">https://e.example</a></strong></p>\n",
    );
}

#[test]
fn bare_addresses_hold_no_emphasis() {
    check(
        "https://e.example/__tests__/x.js, www.e.example/_a_/~~b~~/c",
        "<p><a href=\"https://e.example/__tests__/x.js\">https://e.example/__tests__/x.js</a>, \
         <a href=\"http://www.e.example/_a_/~~b~~/c\">www.e.example/_a_/~~b~~/c</a></p>\n",
    );
    check(
        "https://e.example/(a)_b and c_, *https://e.example/d*e",
        "<p><a href=\"https://e.example/(a)_b\">https://e.example/(a)_b</a> and c_, \
         *<a href=\"https://e.example/d*e\">https://e.example/d*e</a></p>\n",
    );
    check(
        "_see https://e.example/a_ ~~https://e.example/b~~ *ops@e.example* **a** https://e.example/c",
        "<p><em>see <a href=\"https://e.example/a\">https://e.example/a</a></em> \
         <del><a href=\"https://e.example/b\">https://e.example/b</a></del> \
         <em><a href=\"mailto:ops@e.example\">ops@e.example</a></em> <strong>a</strong> \
         <a href=\"https://e.example/c\">https://e.example/c</a></p>\n",
    );
    check("[_a_](https://e.example/_b_) c", "<p><a href=\"https://e.example/_b_\"><em>a</em></a> c</p>\n");
}

#[test]
fn alerts_are_named() {
    check(
        "> [!WARNING]\n> a\n\n> [!NOPE]\n> b\n",
        "<blockquote class=\"alert degraded\">\n<p><strong>Warning</strong></p>\n<p>a</p>\n</blockquote>\n\
         <blockquote>\n<p>[!NOPE]\nb</p>\n</blockquote>\n",
    );
    assert_eq!(plain_text("> [!WARNING]\n> a", RawHtml::Text), "Warning: a");
}

#[test]
fn plain_text_holds_what_readers_see() {
    let markdown = "a<br>b <sub>c</sub> <b>d</b> <img src=\"e.png\" alt=\"f\">\n\n<details><summary>g</summary>\nh\n</details>\n";
    assert_eq!(plain_text(markdown, RawHtml::Text), "a\nb c <b>d</b> f\ng\nh");
    assert_eq!(plain_text(markdown, RawHtml::Keep), "a\nb c d f\ng\nh");
    assert_eq!(plain_text("<style>\na { }\n</style>\n\n<p>b</p>", RawHtml::Keep), "b");
}
