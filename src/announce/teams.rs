//! Webhooks of workflows in Microsoft Teams: an Adaptive Card.

use serde_json::{Value, json};

use crate::announce::fit::{cut, length};
use crate::render::{Said, Tone};

/// Microsoft, "Limits and specifications for Teams": a message has at most 28 KB.
const MOST_BYTES: usize = 28_000;

/// What no title or list of names exceeds.
const LINE: usize = 1_000;

pub(super) fn body(said: &Said, site: &str) -> Value {
    let mut left = length(&said.text).min(MOST_BYTES);
    loop {
        let card = card(said, site, &cut(&said.text, left));
        if card.to_string().len() <= MOST_BYTES || left == 0 {
            return card;
        }
        left = left * 9 / 10;
    }
}

fn card(said: &Said, site: &str, text: &str) -> Value {
    // Rich text blocks show their runs as they are; text blocks would read Markdown in them.
    let block = |runs: Value| json!({ "type": "RichTextBlock", "inlines": [runs] });
    let run = |text: &str| json!({ "type": "TextRun", "text": text });
    let title = json!({
        "type": "TextRun", "text": cut(&said.title, LINE), "weight": "Bolder", "size": "Large",
    });
    let status = json!({ "type": "TextRun", "text": cut(&said.status, LINE), "weight": "Bolder" });
    let mut body = vec![json!({
        "type": "Container", "style": style(said.tone), "bleed": true, "items": [block(title), block(status)],
    })];
    let components = cut(&said.components.join(", "), LINE);
    let texts = [components.as_str()].into_iter().chain(text.lines()).filter(|line| !line.trim().is_empty());
    body.extend(texts.map(|line| block(run(line))));
    json!({
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": null,
            "content": {
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                "type": "AdaptiveCard",
                "version": "1.4",
                "msteams": { "width": "Full" },
                "fallbackText": cut(&said.subject, LINE),
                "body": body,
                "actions": [{ "type": "Action.OpenUrl", "title": cut(site, LINE), "url": said.link }],
            },
        }],
    })
}

fn style(tone: Tone) -> &'static str {
    match tone {
        Tone::Bad => "attention",
        Tone::Warning => "warning",
        Tone::Planned => "accent",
        Tone::Good => "good",
    }
}
