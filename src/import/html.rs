//! Converts foreign HTML or text to the Markdown of an update or postmortem.
//!
//! Statuspage's bodies mix HTML and text: a line end is a line break, an empty line ends a paragraph, `\r\n` may be
//! four literal characters, and words in angle brackets need not be HTML.
//!
//! Invariant: `htmd` is named only here. The result holds no heading of level 1 or 2, no control character, and no HTML but
//! elements that our Markdown has and its own notation lacks, such as `<details>`; they begin and end in one place.

use std::borrow::Cow;
use std::sync::LazyLock;

use htmd::element_handler::{HandlerResult, Handlers};
use htmd::options::{BrStyle, BulletListMarker, HrStyle, Options};
use htmd::{Element, HtmlToMarkdown, HtmlToMarkdownBuilder};

use crate::import::html::normalize::{OPEN_AMPERSAND, TILDES};
use crate::import::verify;
use crate::parse::markdown::{RawHtml, plain_words};

mod normalize;
mod tags;

/// Converts a body to Markdown. Relative links are resolved against `base`, the page's URL; without it only their text
/// is kept.
///
/// Tags that Markdown cannot nest (a code block in a heading) are dropped; their text is kept.
pub fn to_markdown(body: &str, base: &str) -> String {
    let html = normalize::normalized(body, base);
    // An element that stands where ours cannot, such as `<details>` in a link, is its words.
    let ways = [&CONVERTER, &PLAIN_CONVERTER].into_iter().map(|way| converted(way, &html));
    ways.into_iter().find(|markdown| verify::stands_alone(markdown)).unwrap_or_else(|| {
        let words = normalize::escaped(&normalize::text(body));
        converted(&PLAIN_CONVERTER, &normalize::normalized(&words, base))
    })
}

/// What [`to_markdown`] leaves out of a body, as sentences for the log.
pub fn dropped(body: &str) -> Vec<String> {
    let (_, names) = tags::without_dropped(body);
    names.into_iter().map(|name| format!("`<{name}>` is left out with what it holds")).collect()
}

/// The text with `\n` line ends and without invisible characters.
pub(super) fn visible(text: &str) -> String {
    normalize::visible(text)
}

/// Whether it names an element of HTML, by its name in lower case.
pub(super) fn is_known_tag(name: &str) -> bool {
    tags::is_known_tag(name)
}

fn converted(converter: &HtmlToMarkdown, html: &str) -> String {
    settled(&converter.convert(html).expect("a string is always read"))
}

/// Converts a title or name to one line. Elements are markup, and a tag without its other one is words.
pub fn to_line(text: &str) -> String {
    let words = normalize::line(text);
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Keeps the elements of HTML that our Markdown has.
static CONVERTER: LazyLock<HtmlToMarkdown> = LazyLock::new(|| {
    let converter = converter().add_handler(vec!["details"], details).add_handler(vec!["summary"], summary);
    converter.add_handler(vec!["kbd", "sub", "sup"], inline).build()
});

/// Makes Markdown without HTML.
static PLAIN_CONVERTER: LazyLock<HtmlToMarkdown> = LazyLock::new(|| converter().build());

fn converter() -> HtmlToMarkdownBuilder {
    let options = Options {
        br_style: BrStyle::Backslash,
        bullet_list_marker: BulletListMarker::Dash,
        hr_style: HrStyle::Asterisks,
        ul_bullet_spacing: 1,
        ol_number_spacing: 1,
        ..Options::default()
    };
    HtmlToMarkdown::builder()
        .options(options)
        .add_handler(vec!["a"], link)
        .add_handler(vec!["s", "strike", "del"], struck)
        .add_handler(vec!["b", "strong", "i", "em"], emphasised)
        .add_handler(vec!["h1", "h2", "h3", "h4", "h5", "h6"], heading)
        .add_handler(vec!["td", "th"], cell)
}

/// A link whose address [`normalize::normalized`] let through; the text alone where there is none.
fn link(handlers: &dyn Handlers, element: Element<'_>) -> Option<HandlerResult> {
    let content = handlers.walk_children(element.node).content;
    let href = element.attrs.iter().find(|attribute| &*attribute.name.local == "href");
    let Some(href) = href.map(|attribute| attribute.value.trim().to_owned()).filter(|href| !href.is_empty())
    else {
        return Some(content.into());
    };
    let words = content.trim();
    if has_blocks(words) {
        return Some(format!("{content}\n\n<{href}>\n\n").into());
    }
    let is_bare = words.is_empty() || words.replace('\\', "") == href;
    Some(match is_bare {
        true => format!("<{href}>").into(),
        false => format!("[{words}](<{href}>)").into(),
    })
}

fn emphasised(handlers: &dyn Handlers, element: Element<'_>) -> Option<HandlerResult> {
    let mark = if matches!(element.tag, "b" | "strong") { "**" } else { "*" };
    Some(between(mark, mark, handlers.walk_children(element.node).content).into())
}

fn struck(handlers: &dyn Handlers, element: Element<'_>) -> Option<HandlerResult> {
    Some(between("~~", "~~", handlers.walk_children(element.node).content).into())
}

/// An element within a paragraph.
fn inline(handlers: &dyn Handlers, element: Element<'_>) -> Option<HandlerResult> {
    let (open, close) = (format!("<{}>", element.tag), format!("</{}>", element.tag));
    Some(between(&open, &close, handlers.walk_children(element.node).content).into())
}

/// The content's words between two marks, which cannot stand around blocks.
fn between(open: &str, close: &str, content: String) -> String {
    let words = content.trim();
    if words.is_empty() || has_blocks(words) {
        return content;
    }
    let start = content.len() - content.trim_start().len();
    let (before, after) = (&content[..start], &content[start + words.len()..]);
    format!("{before}{open}{words}{close}{after}")
}

/// Whether Markdown is more than a part of a paragraph; the marks of blocks are escaped where they are words.
fn has_blocks(markdown: &str) -> bool {
    markdown.contains("\n\n") || ["- ", "1. ", "> ", "#", "```"].iter().any(|mark| markdown.starts_with(mark))
}

/// A heading of Markdown is one line.
fn heading(handlers: &dyn Handlers, element: Element<'_>) -> Option<HandlerResult> {
    let level = element.tag[1..].parse().unwrap_or(3);
    let words = joined(&handlers.walk_children(element.node).content, " ");
    Some(format!("\n\n{} {words}\n\n", "#".repeat(level)).into())
}

/// A cell is one line, too, and `<br>` breaks it.
fn cell(handlers: &dyn Handlers, element: Element<'_>) -> Option<HandlerResult> {
    let content = handlers.walk_children(element.node).content;
    // Code of several lines is code of one.
    let words = joined(&content, if content.contains("```") { " " } else { "<br>" });
    let words = words.replace("<details><br>", "<details>").replace("<br></details>", "</details>");
    Some(format!("\n\n{words}\n\n").into())
}

/// The lines of Markdown in one, without blank ones, line breaks and marks of headings.
fn joined(markdown: &str, gap: &str) -> String {
    let without_break = |line: &str| {
        let slashes = line.len() - line.trim_end_matches('\\').len();
        line[..line.len() - slashes % 2].trim_start_matches('#').trim().to_owned()
    };
    let lines = markdown.lines().map(|line| without_break(line.trim())).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join(gap)
}

/// The empty lines let what it holds be Markdown.
fn details(handlers: &dyn Handlers, element: Element<'_>) -> Option<HandlerResult> {
    let content = handlers.walk_children(element.node).content;
    let content = content.trim_matches('\n');
    let line_end = if content.starts_with(SUMMARY) { "\n" } else { "\n\n" };
    Some(format!("\n\n<details>{line_end}{content}\n\n</details>\n\n").into())
}

const SUMMARY: &str = "<summary>";

/// In a line of HTML, words are no Markdown.
fn summary(handlers: &dyn Handlers, element: Element<'_>) -> Option<HandlerResult> {
    let content = handlers.walk_children(element.node).content;
    let words = normalize::escaped(&plain_words(&settled(&content), RawHtml::Text));
    Some(format!("\n\n{SUMMARY}{words}</summary>\n\n").into())
}

/// Cleans up the converter's Markdown: placeholders replaced; outside code no trailing spaces, one empty line between blocks,
/// no line break at the beginning or end of a paragraph.
fn settled(markdown: &str) -> String {
    let mut lines: Vec<Cow<'_, str>> = Vec::new();
    let mut fence: Option<&str> = None;
    for written in markdown.lines() {
        let line = written.trim_end();
        if let Some(open) = fence {
            lines.push(written.into());
            fence = Some(open).filter(|open| line.trim_start() != *open);
            continue;
        }
        fence = opened_fence(line);
        let is_blank = line.is_empty();
        if is_blank {
            end_paragraph(&mut lines);
        }
        let is_start = lines.last().is_none_or(|last| last.is_empty());
        let is_lone_break = line.trim_start() == "\\";
        if !(is_start && (is_blank || is_lone_break)) {
            lines.push(as_text(line));
        }
    }
    end_paragraph(&mut lines);
    let text = lines.join("\n").replace(OPEN_AMPERSAND, "\\&").replace(TILDES, "\\~\\~");
    text.trim_matches('\n').to_owned()
}

/// Removes a line break at the end of a paragraph.
fn end_paragraph(lines: &mut [Cow<'_, str>]) {
    let Some(last) = lines.last_mut() else { return };
    let slashes = last.len() - last.trim_end_matches('\\').len();
    if slashes % 2 == 1 {
        *last = as_text(last[..last.len() - 1].trim_end()).into_owned().into();
    }
}

fn as_text(line: &str) -> Cow<'_, str> {
    if is_marks(line) { format!("\\{line}").into() } else { line.into() }
}

/// The fence of a code block that begins in this line.
fn opened_fence(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let length = line.len() - line.trim_start_matches('`').len();
    let is_inline = line[length..].contains('`');
    (length >= 3 && !is_inline).then(|| &line[..length])
}

/// Whether a line of text would underline a heading, or be an empty one.
fn is_marks(line: &str) -> bool {
    let is_all = |mark: u8| line.bytes().all(|byte| byte == mark);
    !line.is_empty() && (is_all(b'-') || is_all(b'=') || is_all(b'#'))
}

#[cfg(test)]
mod tests {
    use super::{dropped, to_line, to_markdown};

    const BASE: &str = "https://status.example.com/";

    #[track_caller]
    fn check(body: &str, expected: &str) {
        assert_eq!(to_markdown(body, BASE), expected, "{body}");
    }

    #[test]
    fn paragraphs_and_breaks_stay() {
        check("one\r\ntwo\r\n\r\nthree", "one\\\ntwo\n\nthree");
        check("<p>one<br />two</p>\n<p>three</p>", "one\\\ntwo\n\nthree");
        check("one<br />\n<br />\ntwo<br />", "one\n\ntwo");
        check(r"one\r\n\r\ntwo", "one\n\ntwo");
        check("one\n\u{200b}\ntwo\u{feff}", "one\n\ntwo");
        check("", "");
    }

    #[test]
    fn lists_and_emphasis_stay() {
        check(
            "Done:<ul>\n<li><strong>14:05 UTC</strong> - back</li>\n<li>two</li>\n</ul>\nBye",
            "Done:\n\n- **14:05 UTC** - back\n- two\n\nBye",
        );
        check("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b");
        check("<em>a</em> <s>b</s> <code>c_d</code>", "*a* ~~b~~ `c_d`");
        check("<pre>a  b\n  # c</pre>", "```\na  b\n  # c\n```");
    }

    #[test]
    fn elements_that_our_markdown_has_stay() {
        check(
            "a<details open><summary>The <b>log</b> &amp; &lt;x&gt; _y_</summary>one<br><br>two<ul><li>three</li></ul></details>b",
            "a\n\n<details>\n<summary>The log &amp; &lt;x&gt; _y_</summary>\n\none\n\ntwo\n\n- three\n\n</details>\n\nb",
        );
        check("<ul><li>a<details>b</details></li></ul>", "- a\n\n  <details>\n\n  b\n\n  </details>");
        check("H<sub>2</sub>O, <kbd>Ctrl</kbd> <sup> </sup>x", "H<sub>2</sub>O, <kbd>Ctrl</kbd> x");
        check("<table><tr><td>a<details>b</details></td></tr></table>", "a<br><details>b</details>");
        check(
            "<summary>a</summary>b <pre>c<sub>2</sub><br>d<a href=\"/x\">e</a></pre>",
            "a\n\nb\n\n```\nc2\nde\n```",
        );
        check("<details>a<pre></details>", "<details>\n\na\n\n```\n\n```\n\n</details>");
    }

    #[test]
    fn text_is_no_markup() {
        check("use <your-host> & <b>bold</b>", "use \\<your-host> & **bold**");
        check("# not a heading\n## Resolved, 10:33", "\\# not a heading\\\n\\## Resolved, 10:33");
        check("a\n#\n## ", "a\\\n#\\\n\\##");
        check("a\n#<br>", "a\\\n\\#");
        check("<pre>===\n#\n\n\nb \\</pre>", "```\n===\n#\n\n\nb \\\n```");
        check("- a\n1. b\n> c\n===", "\\- a\\\n1\\. b\\\n\\> c\\\n\\===");
        check("5 * 3 * 2 = a_b_c ~~x~~ [y](z)", "5 \\* 3 \\* 2 = a\\_b\\_c \\~\\~x\\~\\~ \\[y\\](z)");
        check("a &lt;br&gt; b &amp;lt; c &amp; d", "a \\<br> b \\&lt; c & d");
        check("x<script>alert(1)</script>y<!-- z -->", "xy");
        check("x<Style a='>'>y</STYLE >z <!-- <script> -->b</script>", "xz b\\</script>");
        check("in <script> or </style>, <iframe", "in \\<script> or \\</style>, \\<iframe");
        check("a\u{1b}[31m\u{202e}b", "a\\[31mb");
    }

    #[test]
    fn what_stands_in_one_line_holds_no_blocks() {
        check("<h3>a<br>b<ul><li>c</li></ul></h3>", "### a b - c");
        check("<p><b>a</p><pre>b\n*c*</pre>d", "**a**\n\n```\nb\n*c*\n```\n\nd");
        check("<b>a<ul><li>b</li></ul></b><s>c<br>d</s>", "a\n\n- b\n\n~~c\\\nd~~");
        check(
            "<table><tr><th>a<br>b</th></tr><tr><td><p>c</p><ul><li>d</li></ul></td></tr></table>",
            "| a<br>b   |\n| -------- |\n| c<br>- d |",
        );
        let address = "<https://status.example.com/x>";
        check("<a href=\"/x\"><div>a</div><div>b</div></a>", &format!("a\n\nb\n\n{address}"));
        check("<a href=\"/x\"><h4>a</h4></a>", &format!("#### a\n\n{address}"));
        check("<table><tr><td><pre>a\nb</pre></td></tr></table>", "``` a b ```");
        check("<table><tr><td><h4>a</h4>b</td></tr></table>", "a<br>b");
    }

    #[test]
    fn headings_fit_below_an_update() {
        check("<h1>A</h1><h2>B</h2>c", "### A\n\n#### B\n\nc");
        check("<h3>A</h3>", "### A");
    }

    #[test]
    fn links_lead_where_they_led() {
        check("<a href=\"/incidents/x\">it</a>", "[it](<https://status.example.com/incidents/x>)");
        check("see https://a.example/b_c?d=1.", "see <https://a.example/b_c?d=1>.");
        check("<a href='javascript:x()'>it</a> <a href=\"#y\">part</a>", "it part");
        let address = "https://a.example/b_c";
        check(&format!("<a href=\"{address}\">{address}</a>"), &format!("<{address}>"));
        check(&format!("<pre>{address}</pre>"), &format!("```\n{address}\n```"));
        check("<a href=\"https://a.example/x y\">a</a>", "[a](<https://a.example/x%20y>)");
        assert_eq!(to_markdown("<a href=\"/x\">it</a>", ""), "it");
    }

    #[test]
    fn a_line_has_no_markup() {
        let check = |text: &str, expected: &str| assert_eq!(to_line(text), expected, "{text}");
        check("A &amp; B\n <b>C</b>\u{200b} <x>", "A & B C <x>");
        check("A <script>", "A <script>");
        check("A <script>x</script> <i>y</i><br>z", "A <script>x</script> y z");
        check("an <input> and a <b> c <!-- d -->", "an <input> and a <b> c");
    }

    #[test]
    fn elements_that_stand_too_deep_are_their_words() {
        for (open, close) in
            [("<ul><li>", "</li></ul>"), ("<blockquote>", ""), ("<b>", ""), ("<div><span>", "")]
        {
            let deep = format!("{}words{}", open.repeat(30_000), close.repeat(30_000));
            let markdown = to_markdown(&deep, BASE);
            assert!(markdown.contains("words"), "{open}");
        }
        let flat = "<p><b>a</b>".repeat(200);
        assert_eq!(to_markdown(&flat, BASE).matches("**a**").count(), 200);
    }

    #[test]
    fn what_no_tag_ends_is_text() {
        check("<a href=\"<b>x</b>\">y", "y");
        check("<!-- <b>x</b> --> <!-- y", "\\<!-- y");
        check("<a <b>x</b>", "\\<a **x**");
        let long = "z".repeat(2_000);
        check(&format!("<i title=\"<{long}\">x"), &format!("\\<i title=\"\\<{long}\">x"));
        check("&amp &;; &#x41; &longlonglong", "&amp &;; A &longlonglong");
    }

    #[test]
    fn what_is_left_out_leaves_no_trace_and_is_said() {
        let body = "<ul><li>a</li></ul>\n<script>x</script>\n<br><style>y</style>";
        check(body, "- a");
        check(&format!("{body}\nb"), "- a\n\nb");
        let said = ["script", "style"].map(|name| format!("`<{name}>` is left out with what it holds"));
        assert_eq!(dropped(body), said);
        assert!(dropped("<script> <b>").is_empty());
    }
}
