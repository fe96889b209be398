//! That the output is well-formed and harmless for any input.

use std::collections::BTreeSet;

use proptest::prelude::{ProptestConfig, prop_assert, proptest};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::tests::options;
use super::{RawHtml, html, plain_text, problems, scan};
use crate::parse::testing::texts;

/// Elements of Markdown, and supported HTML elements.
const ELEMENTS: &str = "a blockquote br code del details div em h1 h2 h3 h4 h5 h6 hr img input kbd li ol p pre s \
    strike strong sub summary sup table tbody td th thead tr ul x";

const ATTRIBUTES: &str = "alt aria-label checked class disabled height href id loading role scope src start \
    tabindex title type width";

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
                if !ELEMENTS.split(' ').any(|name| name == element.name().as_ref()) {
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
            name if !ATTRIBUTES.split(' ').any(|known| known == name) => {
                return Err(format!("the attribute {name}"));
            }
            _ => {}
        }
    }
    Ok(())
}

/// What has a meaning in Markdown, and characters of every width.
const PIECES: &str = "a·é· ·  ·    ·\n·\n\n·\r\n·# ·## ·- ·1. ·> ·```·~~~·`·*·**·_·~~·[·]·(·)·](·![·<·>·</·<b>·<div>·\
    <details>·</details>·<summary>·</summary>·<sub>·</sub>·<kbd>·</kbd>·<br>·<img src=a onload=b>·\
    <img src=https://e.example/>·<details open ontoggle=\"x\">·<script>·</script>·onclick=x·\
    www.e.example·a@e.example·https://·> [!NOTE]\n·<!--·-->·|·|-|:-:|·[^1]·[^1]: ·[ ] ·[x] ·---·\
    ===·&amp;·&#0;·&#x1b;·&·\"·'·\\·\0·\u{8}·\u{ffff}·javascript:·http://e.example/·\
    <https://e.example>·<?·?>·<![CDATA[·]]>·\t·💸·:";

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_markdown_becomes_well_formed_html(markdown in texts(PIECES)) {
        let page = html(&markdown, &options(RawHtml::Text));
        let verdict = well_formed(&page);
        prop_assert!(verdict.is_ok(), "{verdict:?}\n{markdown:?}\n{page}");
        let _ = plain_text(&markdown, RawHtml::Text);
        let _ = plain_text(&markdown, RawHtml::Keep);
        let _ = html(&markdown, &options(RawHtml::Keep));
        let _ = problems(&markdown, 0..markdown.len());
    }

    #[test]
    fn places_lie_on_character_boundaries(markdown in texts(PIECES)) {
        let text = format!("é{markdown}");
        let scan = scan(&text, 2..text.len());
        let spans = scan.blocks.iter().map(|block| &block.span);
        let spans = spans.chain(scan.links.iter().map(|link| &link.span)).chain(&scan.unclosed_comments);
        let spans = spans.chain(&scan.undescribed_images).chain(scan.references.iter().flat_map(|(span, definition)| [span, definition]));
        for span in spans {
            prop_assert!(span.start >= 2 && text.get(span.clone()).is_some(), "{span:?} {text:?}");
        }
    }
}
