//! Markdown output, and that it is well-formed for any input.

use std::collections::BTreeSet;

use proptest::prelude::{ProptestConfig, Strategy, any, prop, prop_assert, proptest};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::{HtmlOptions, Labels, RawHtml, html, html_with_contents, plain_text};
use crate::parse::draft::LinkKind;

/// Rewrites `other.md` to `../other/` and keeps the rest; `later.md` does not exist.
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
    let keep = |markdown: &str, expected: &str| {
        assert_eq!(html(markdown, &options(RawHtml::Keep)), expected, "{markdown}");
    };
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
    assert_eq!(
        html(markdown, &options(RawHtml::Keep)),
        "<p>a <b>c</b>  e</p>\n<div onclick=\"x\">\n\ng\n</div>\n"
    );
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
    assert_eq!(html(&format!("x {image}"), &options(RawHtml::Keep)), link);
    assert_eq!(
        html(&format!("x <a href=\"b.md\">{image}</a>"), &options(RawHtml::Keep)),
        "<p>x <a href=\"../b/\">a</a></p>\n"
    );
}

#[test]
fn addresses_in_kept_html_lead_where_those_of_markdown_do() {
    let check = |markdown: &str, expected: &str| {
        assert_eq!(html(markdown, &options(RawHtml::Keep)), expected, "{markdown}");
    };
    check(
        "<div class=\"x\">\n<A CLASS=y HREF='b.md?a=1&amp;b' id=\"z\">c</a>\n</div>\n",
        "<div class=\"x\">\n<A CLASS=y href=\"../b/?a=1&amp;b\" id=\"z\">c</a>\n</div>\n"
            .replace("../b/?a=1&amp;b", "b.md?a=1&amp;b")
            .as_str(),
    );
    check("a <a href=b.md>c</a> <a href=\"later.md\">d</a>", "<p>a <a href=\"../b/\">c</a> <a >d</a></p>\n");
    check(
        "<p><img src=\"a b.png\" srcset=\"c.md 1x, https://e.example/d.png 2x\" alt=\"\"></p>",
        "<p><img src=\"a%20b.png\" srcset=\"../c/ 1x\" alt=\"\"></p>",
    );
    check(
        "<video poster=\"b.md\" src=c.md controls></video> x",
        "<p><video poster=\"../b/\" src=\"../c/\" controls></video> x</p>\n",
    );
    check(
        "<script>\nif (a < b) { \"<a href='b.md'>\" }\n</script>\n",
        "<script>\nif (a < b) { \"<a href='b.md'>\" }\n</script>\n",
    );
    check(
        "<a href=\"#x\">y</a> <a href=\"\">z</a> <b>unclosed",
        "<p><a href=\"#x\">y</a> <a href=\"\">z</a> <b>unclosed</p>\n",
    );
    check("a <a href=\"x\">https://e.example</a>", "<p>a <a href=\"x\">https://e.example</a></p>\n");
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

/// Elements of Markdown, and supported HTML elements.
const ELEMENTS: [&str; 36] = [
    "a",
    "blockquote",
    "br",
    "code",
    "del",
    "details",
    "div",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "img",
    "input",
    "kbd",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "strike",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
    "x",
];

const ATTRIBUTES: [&str; 17] = [
    "alt",
    "aria-label",
    "checked",
    "class",
    "disabled",
    "height",
    "href",
    "id",
    "loading",
    "role",
    "scope",
    "src",
    "start",
    "tabindex",
    "title",
    "type",
    "width",
];

#[test]
fn nothing_hostile_reaches_a_page() {
    let payloads = [
        "<script>alert(1)</script>",
        "<SCRIPT SRC=//e.example/x.js></SCRIPT>",
        "<svg onload=alert(1)>",
        "<svg><script>alert(1)</script></svg>",
        "<img src=x onerror=alert(1)>",
        "<img src=\"x\" onerror=\"alert(1)\" style=\"x\" srcset=\"y 2x\" id=\"_main\" class=\"x\">",
        "<img src=javascript:alert(1)>",
        "<img src=\"java&#9;script:alert(1)\" alt=x>",
        "<img src=\"&#x6A;avascript:alert(1)\" alt=x>",
        "<img src=\"data:image/svg+xml,<svg onload=alert(1)>\" alt=x>",
        "<img src=' javascript:alert(1)'>",
        "<img src=`x` onerror=`alert(1)`>",
        "<img alt=\"&quot;><script>alert(1)</script>\" src=x>",
        "<img width='1\" onload=\"alert(1)' src=x>",
        "<img/src=x/onerror=alert(1)>",
        "<img\nsrc=x\nonerror=alert(1)\n>",
        "<details ontoggle=alert(1) open>x</details>",
        "<details open\nontoggle\n=\n\"alert(1)\"><summary onclick=alert(1)>a</summary></details>",
        "<details><summary>a",
        "</details></summary></main></body></html>",
        "<sub onmouseover=alert(1)>x</sub>",
        "<kbd style=\"position:fixed\">x</kbd>",
        "<br onclick=alert(1)>",
        "<br/onclick=alert(1)/>",
        "<form action=//e.example><form><input name=x></form></form>",
        "<a href=\"javascript:alert(1)\">x</a>",
        "<a href=\"https://e.example\" onclick=alert(1)>x</a>",
        "[x](javascript:alert(1))",
        "[x](<data:text/html,<script>alert(1)</script>>)",
        "![x](javascript:alert(1))",
        "![\"onload=\"alert(1)](x.png)",
        "[x](https://e.example 'a\" onclick=\"alert(1)')",
        "<https://e.example/\"onclick=alert(1)>",
        "https://e.example/\"onclick=\"alert(1)",
        "javascript://e.example/%0aalert(1)",
        "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
        "<base href=//e.example>",
        "<meta http-equiv=refresh content=0;url=//e.example>",
        "<style>*{display:none}</style>",
        "<link rel=stylesheet href=//e.example>",
        "<object data=x></object><embed src=x>",
        "<template><img src=x onerror=alert(1)></template>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        "<textarea><details></textarea><img src=x onerror=alert(1)>",
        "<title><sub></title><img src=x onerror=alert(1)>",
        "<plaintext><details>",
        "<xmp><img src=x onerror=alert(1)></xmp>",
        "<![CDATA[<img src=x onerror=alert(1)>]]>",
        "<![CDATA[<!--]]><img src=x onerror=alert(1)>-->",
        "<?xml-stylesheet href=\"x\"?><?php echo 1 ?>",
        "<!DOCTYPE html><!ENTITY x \"y\">",
        "<!-- --!><img src=x onerror=alert(1)> -->",
        "<!--><img src=x onerror=alert(1)>-->",
        "<!-- <details> -->",
        "<details <!-- x --> ontoggle=alert(1)>",
        "<sub <sub>>x</sub>",
        "<s</s><s/><s / onclick=alert(1)>x</s>",
        "<details\u{0}ontoggle=alert(1)>x</details>",
        "<\u{0}script>alert(1)</script>",
        "<img src=x alt=\u{0}\u{1b}\"onerror=alert(1)>",
        "&lt;script&gt;alert(1)&lt;/script&gt; &#60;img src=x onerror=alert(1)&#62;",
        "```\"><script>alert(1)</script>\nx\n```",
        "# <img src=x onerror=alert(1)> <script>",
        "[^<script>]\n\n[^<script>]: <img src=x onerror=alert(1)>",
        "> [!NOTE]<script>alert(1)</script>\n> [!NOTE]\n> <script>",
    ];
    let frames: [fn(&str) -> String; 8] = [
        |it| it.to_owned(),
        |it| format!("a {it} b"),
        |it| format!("- a\n  {it}\n- b\n"),
        |it| format!("> {it}\n\nb"),
        |it| format!("| a |\n|---|\n| {it} |\n"),
        |it| format!("<details>\n<summary>{it}</summary>\n\n{it}\n\n</details>\n"),
        |it| format!("*a {it} b* [c {it}](d.md) ![e {it}](f.png)"),
        |it| format!("<div>\n{it}\n<sub>\n</div>\n\n</sub>"),
    ];
    for (payload, frame) in
        payloads.iter().flat_map(|payload| frames.iter().map(move |frame| (payload, frame)))
    {
        let markdown = frame(payload);
        let html = html(&markdown, &options(RawHtml::Text));
        assert_eq!(well_formed(&html), Ok(()), "{markdown}\n{html}");
    }
}

/// Checks for well-formed XML without styles, comments and duplicate ids.
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
            Event::Start(element) | Event::Empty(element) => {
                if !ELEMENTS.contains(&element.name().as_ref()) {
                    return Err(format!("the element {:?}", element.name()));
                }
                check_attributes(&element, &mut ids)?;
            }
            Event::Text(_) | Event::End(_) => {}
            Event::GeneralRef(name) if ["amp", "lt", "gt", "quot"].contains(&&*name) => {}
            other => return Err(format!("{other:?}")),
        }
    }
}

/// Whether browsers would run the URL as a script; they skip leading control characters and white space.
fn is_script(address: &str) -> bool {
    let address: String = address.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect();
    let address = address.to_ascii_lowercase();
    ["javascript:", "data:", "vbscript:"].iter().any(|scheme| address.starts_with(scheme))
}

fn check_attributes(element: &BytesStart<'_>, ids: &mut BTreeSet<String>) -> Result<(), String> {
    for attribute in element.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let value = attribute.value.to_string();
        match attribute.key.as_ref() {
            "style" => return Err("an inline style".to_owned()),
            "id" if !ids.insert(value.clone()) => return Err(format!("the id {value} twice")),
            "href" | "src" if is_script(&value) => {
                return Err("a script address".to_owned());
            }
            name if !ATTRIBUTES.contains(&name) => return Err(format!("the attribute {name}")),
            _ => {}
        }
    }
    Ok(())
}

/// Texts made of Markdown's pieces, so that constructs meet and nest.
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
        "<details>",
        "</details>",
        "<summary>",
        "</summary>",
        "<sub>",
        "</sub>",
        "<kbd>",
        "</kbd>",
        "<br>",
        "<img src=a onload=b>",
        "<img src=https://e.example/>",
        "<details open ontoggle=\"x\">",
        "<script>",
        "</script>",
        "onclick=x",
        "www.e.example",
        "a@e.example",
        "https://",
        "> [!NOTE]\n",
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
        let html = super::html(&markdown, &options(RawHtml::Text));
        let verdict = well_formed(&html);
        prop_assert!(verdict.is_ok(), "{verdict:?}\n{markdown:?}\n{html}");
        let _ = plain_text(&markdown, RawHtml::Text);
        let _ = plain_text(&markdown, RawHtml::Keep);
        let _ = super::html(&markdown, &options(RawHtml::Keep));
        let _ = super::problems(&markdown, 0..markdown.len());
    }

    #[test]
    fn places_lie_on_character_boundaries(markdown in markdown()) {
        let text = format!("é{markdown}");
        let scan = super::scan(&text, 2..text.len());
        let spans = scan.blocks.iter().map(|block| &block.span);
        let spans = spans.chain(scan.links.iter().map(|link| &link.span)).chain(&scan.unclosed_comments);
        let spans = spans.chain(&scan.undescribed_images).chain(scan.references.iter().flat_map(|(span, definition)| [span, definition]));
        for span in spans {
            prop_assert!(span.start >= 2 && text.get(span.clone()).is_some(), "{span:?} {text:?}");
        }
    }
}
