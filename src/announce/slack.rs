//! Slack's incoming webhooks, in Block Kit: an attachment gives the colour.

use serde_json::{Value, json};

use crate::announce::colour;
use crate::announce::fit::{cut, pieces};
use crate::render::Said;

/// Block Kit reference: a message has at most 50 blocks.
const MOST_BLOCKS: usize = 50;

/// A section's text.
const SECTION: usize = 3_000;

/// A header's text.
const HEADER: usize = 150;

/// Blocks besides those of the text: header, status, link.
const OTHER_BLOCKS: usize = 3;

pub(super) fn body(said: &Said, site: &str) -> Value {
    // Texts as they are: no markup and no mention is read in them.
    let plain = |text: &str| json!({ "type": "plain_text", "text": text, "emoji": false });
    let section = |text: &str| json!({ "type": "section", "text": plain(text) });
    let mut blocks = vec![json!({ "type": "header", "text": plain(&cut(&said.title, HEADER)) })];
    let lines = [vec![said.status.clone()], said.components.clone()].concat();
    blocks.push(section(&cut(&lines.join("\n"), SECTION)));
    let texts = pieces(&said.text, SECTION, MOST_BLOCKS - OTHER_BLOCKS);
    blocks.extend(texts.iter().map(|text| section(text)));
    let link = format!("<{}|{}>", escaped(&said.link), escaped(&cut(site, HEADER)).replace('|', "¦"));
    blocks.push(json!({ "type": "context", "elements": [{ "type": "mrkdwn", "text": link }] }));
    json!({
        "text": escaped(&cut(&said.subject, SECTION)),
        "attachments": [{ "color": colour::hex(said.tone), "blocks": blocks }],
    })
}

/// Slack, "Formatting text for app surfaces": the three characters that are escaped.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
