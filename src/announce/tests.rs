//! The forms of services at their limits.

use serde_json::Value;

use crate::announce::fit::length;
use crate::announce::{Message, PostError, message};
use crate::model::announcer::{Announcer, Service};
use crate::render::{Said, Tone};
use crate::time::Instant;

fn said(title: &str, text: &str) -> Said {
    Said {
        id: "tag:status.example.org,2024:incident/x/update/1".to_owned(),
        at: Instant::parse_rfc3339("2026-11-20T10:00:00Z").unwrap(),
        report: "x".to_owned(),
        title: title.to_owned(),
        status: "Investigating".to_owned(),
        subject: format!("Investigating: {title}"),
        components: vec!["API: Major outage".to_owned(), "Web app".to_owned()],
        text: text.to_owned(),
        html: format!("<p>{text}</p>"),
        link: "https://status.example.org/incidents/x/#_1".to_owned(),
        feeds: Vec::new(),
        tone: Tone::Bad,
        is_transition: false,
        is_imported: false,
    }
}

/// The body for a service.
fn body(service: Service, said: &Said) -> Value {
    let announcer = Announcer { name: "chat".to_owned(), service };
    let env = |name: &str| (name == "HOOK").then(|| "https://hooks.example.org/s3cret".to_owned());
    let ready = Message { announcer: &announcer, site: "Acme", env: &env };
    serde_json::from_slice(&message(&ready, said).unwrap_or_else(|why| panic!("{why}")).body).unwrap()
}

fn hook() -> String {
    "HOOK".to_owned()
}

/// Texts that are long in code units, in bytes of JSON, and with what has to be escaped.
fn long_texts() -> [String; 4] {
    ["word ".repeat(60_000), "🎉".repeat(90_000), "*`\\\"".repeat(50_000), "a\n".repeat(90_000)]
}

#[test]
fn slack_gets_fifty_blocks_of_three_thousand_characters() {
    for text in long_texts() {
        let body = body(Service::Slack { url_env: hook() }, &said(&text, &text));
        let blocks = body["attachments"][0]["blocks"].as_array().unwrap();
        assert_eq!(blocks.len(), 50);
        for block in blocks {
            assert!(block["text"]["text"].as_str().is_none_or(|text| length(text) <= 3_000), "{block}");
        }
        assert!(length(body["text"].as_str().unwrap()) <= 5 * 3_000);
        assert!(blocks[48]["text"]["text"].as_str().unwrap().ends_with('…'));
        assert_eq!(blocks[49]["elements"][0]["text"], "<https://status.example.org/incidents/x/#_1|Acme>");
    }
}

#[test]
fn discord_gets_six_thousand_characters_in_all_and_mentions_nobody() {
    for text in long_texts() {
        let body = body(Service::Discord { url_env: hook() }, &said(&text, &text));
        let embed = &body["embeds"][0];
        let long = |value: &Value| length(value.as_str().unwrap_or_default());
        let fields = embed["fields"].as_array().unwrap();
        assert!(long(&embed["title"]) <= 256 && long(&embed["description"]) <= 4_096);
        let all: usize = fields.iter().map(|field| long(&field["name"]) + long(&field["value"])).sum();
        let all = all + long(&embed["title"]) + long(&embed["description"]) + long(&embed["footer"]["text"]);
        assert!(all <= 6_000 && all > 2_000, "{all}");
        assert_eq!(body["allowed_mentions"], serde_json::json!({ "parse": [] }));
    }
}

#[test]
fn teams_gets_twenty_eight_kilobytes() {
    for text in long_texts() {
        let body = body(Service::Teams { url_env: hook() }, &said(&text, &text));
        let size = body.to_string().len();
        assert!(size <= 28_000, "{size}");
        assert_eq!(body["attachments"][0]["content"]["actions"][0]["type"], "Action.OpenUrl");
    }
}

#[test]
fn errors_name_variables_and_no_values() {
    let check = |variable: &str, value: Option<&str>, expected: PostError| {
        let service = Service::Slack { url_env: variable.to_owned() };
        let announcer = Announcer { name: "chat".to_owned(), service };
        let env = |_: &str| value.map(str::to_owned);
        let ready = Message { announcer: &announcer, site: "Acme", env: &env };
        let error = message(&ready, &said("x", "y")).err().unwrap();
        assert!(!error.to_string().contains("s3cret"));
        assert_eq!(error, expected);
    };
    check("HOOK", None, PostError::Variable(hook()));
    check("HOOK", Some("ftp://s3cret"), PostError::Address);
    check("HOOK", Some("https://s3 cret"), PostError::Address);
    assert_eq!(
        PostError::Answer("data.id".to_owned()).to_string(),
        "the first answer has no value at `data.id`"
    );
}
