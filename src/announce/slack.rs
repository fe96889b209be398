//! Slack's incoming webhooks: a line of text, and an attachment in Block Kit, which has the colour.

use serde_json::{Value, json};

use crate::announce::colour;
use crate::announce::fit::{cut, pieces};
use crate::render::Said;

/// Block Kit reference: a message has at most 50 blocks.
const MOST_BLOCKS: usize = 50;

/// Block Kit reference: a section's text, in characters.
const SECTION: usize = 3_000;

/// The words of a link.
const LINK: usize = 150;

/// Blocks besides those of the text: components and link.
const OTHER_BLOCKS: usize = 2;

pub(super) fn body(said: &Said, site: &str) -> Value {
    // Texts as they are: no markup and no mention is read in them.
    let section = |text: &str| json!({ "type": "section", "text": { "type": "plain_text", "text": text, "emoji": false } });
    let components = cut(&said.components.join("\n"), SECTION);
    let texts = pieces(&said.text, SECTION, MOST_BLOCKS - OTHER_BLOCKS);
    let texts = [components].into_iter().chain(texts).filter(|text| !text.is_empty());
    let mut blocks: Vec<Value> = texts.map(|text| section(&text)).collect();
    let link = format!("<{}|{}>", escaped(&said.link), escaped(&cut(site, LINK)).replace('|', "¦"));
    blocks.push(json!({ "type": "context", "elements": [{ "type": "mrkdwn", "text": link }] }));
    json!({
        // Status and title; notifications show it, too.
        "text": escaped(&cut(&said.subject, SECTION)),
        "mrkdwn": false,
        "attachments": [{ "color": colour::hex(said.tone), "blocks": blocks }],
    })
}

/// Slack, "Formatting text for app surfaces": the three characters that are escaped.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
