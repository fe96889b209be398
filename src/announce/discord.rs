//! Discord's webhooks: an embed.

use serde_json::{Value, json};

use crate::announce::colour;
use crate::announce::fit::{cut, length};
use crate::render::Said;

/// Discord, "Embed limits", in characters.
const TITLE: usize = 256;
const DESCRIPTION: usize = 4_096;
const FIELD: usize = 1_024;
const IN_ALL: usize = 6_000;

pub(super) fn body(said: &Said, site: &str) -> Value {
    let title = marked(&said.title, TITLE);
    let status = marked(&said.status, FIELD);
    let components = marked(&said.components.join("\n"), FIELD);
    let site = cut(site, TITLE);
    // Names of fields need a character; a space of no width shows nothing.
    let name = "\u{200b}";
    let used: usize = [&title, &status, &components, &site].map(|it| length(it)).iter().sum::<usize>() + 2;
    let text = marked(&said.text, DESCRIPTION.min(IN_ALL - used));
    let fields = [&status, &components].into_iter().filter(|text| !text.is_empty());
    let fields: Vec<Value> =
        fields.map(|text| json!({ "name": name, "value": text, "inline": true })).collect();
    json!({
        "embeds": [{
            "title": title,
            "url": said.link,
            "description": text,
            "color": colour::number(said.tone),
            "timestamp": said.at.to_string(),
            "fields": fields,
            "footer": { "text": site },
        }],
        "allowed_mentions": { "parse": [] },
    })
}

/// The text with a backslash before what Discord reads as markup, cut so that it fits with them.
fn marked(text: &str, most: usize) -> String {
    let mut left = length(text).min(most);
    loop {
        let escaped = escaped(&cut(text, left));
        match length(&escaped) {
            long if long > most => left -= (long - most).div_ceil(2).min(left),
            _ => return escaped,
        }
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    let mut is_line_start = true;
    for c in text.chars() {
        let is_marker = is_line_start && matches!(c, '#' | '-' | '+' | '>');
        if is_marker || matches!(c, '\\' | '*' | '_' | '`' | '~' | '|' | '[' | ']' | '<' | '>' | ':' | '@') {
            out.push('\\');
        }
        out.push(c);
        is_line_start = c == '\n';
    }
    out
}
