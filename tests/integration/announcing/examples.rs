//! The examples of docs/announcing.md, sent to a server that plays each service.

use std::fs;
use std::path::Path;

use super::service::Taken;
use super::{Desk, HARD, SECRET, SEEN};

/// The tables `[announce.NAME]` of the guide.
fn examples() -> Vec<String> {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/announcing.md");
    let guide = fs::read_to_string(guide).unwrap();
    let blocks = guide.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap().to_owned());
    blocks.filter(|block| block.starts_with("[announce.")).collect()
}

/// What the services of an example get when there is news.
fn told(example: &str) -> Vec<Taken> {
    let mut settings = example.to_owned();
    for host in ["https://api.buttondown.com", "https://api.mailgun.net", "https://listmonk.example.org"] {
        settings = settings.replace(host, "URL");
    }
    let desk = Desk::new(&settings.replace("https://pubsubhubbub.appspot.com", "URL"));
    desk.deploy();
    desk.incident("new", "2026-11-20 11:00", HARD);
    let mut command = desk.command(&[], super::NOW);
    for name in ["SLACK_WEBHOOK", "DISCORD_WEBHOOK", "TEAMS_WEBHOOK"] {
        command.env(name, &desk.service.url);
    }
    for name in ["BUTTONDOWN_KEY", "MAILGUN_KEY", "LISTMONK_USER", "LISTMONK_TOKEN"] {
        command.env(name, SECRET);
    }
    let ran = crate::support::Ran::of(command.output().unwrap()).ended(0);
    assert!(!ran.stderr.contains(SECRET));
    desk.service.taken()
}

const LINK: &str = "https://status.acme.example/incidents/new/#_20261120T110000Z";

#[test]
fn every_example_of_the_guide_tells_its_service() {
    let examples = examples();
    let of = |name: &str| {
        let is_named = |example: &&String| example.starts_with(&format!("[announce.{name}]\n"));
        told(examples.iter().find(is_named).unwrap_or_else(|| panic!("no example `{name}`")))
    };
    assert_eq!(examples.len(), 7);
    for chat in ["chat", "community", "office"] {
        assert_eq!(of(chat).len(), 1, "{chat}");
    }
    assert!(of("hub")[0].body.starts_with("hub.mode=publish&"));

    // Buttondown: docs.buttondown.com/api-emails-create, and its version of the API of April 2026.
    let [email] = of("newsletter").try_into().unwrap();
    assert_eq!((&*email.method, &*email.path), ("POST", "/v1/emails"));
    assert_eq!(email.headers["authorization"], format!("Token {SECRET}"));
    assert_eq!(email.headers["x-buttondown-live-dangerously"], "true");
    let (body, text) = (email.json(), email.json()["body"].as_str().unwrap().to_owned());
    assert_eq!(
        (&body["subject"], &body["status"]),
        (&"Investigating: About new".into(), &"about_to_send".into())
    );
    assert!(text.starts_with("<!-- buttondown-editor-mode: fancy -->\n<p>") && text.contains(LINK), "{text}");

    // Mailgun: POST /v3/{domain_name}/messages.
    let [message] = of("mail").try_into().unwrap();
    assert_eq!((&*message.method, &*message.path), ("POST", "/v3/mg.example.org/messages"));
    assert_eq!(message.headers["authorization"], "Basic YXBpOnMzY3JldC10MGtlbg==");
    let fields: Vec<&str> = message.body.split('&').map(|field| field.split('=').next().unwrap()).collect();
    assert_eq!(fields, ["from", "to", "subject", "html", "text"]);

    // Listmonk: POST /api/campaigns makes a draft, PUT /api/campaigns/{id}/status starts it.
    let [campaign, start] = of("list").try_into().unwrap();
    assert_eq!((&*campaign.method, &*campaign.path), ("POST", "/api/campaigns"));
    let body = campaign.json();
    assert_eq!(
        (&body["lists"], &body["type"], &body["content_type"]),
        (&[1].into(), &"regular".into(), &"html".into())
    );
    assert!(body["body"].as_str().unwrap().contains(LINK));
    assert_eq!((&*start.method, &*start.path), ("PUT", "/api/campaigns/1/status"));
    assert_eq!(start.json(), serde_json::json!({ "status": "running" }));

    // HTML is HTML, and text is text.
    for html in [text, body["body"].as_str().unwrap().to_owned()] {
        assert!(
            html.contains("## Resolved<br") && html.contains("$(reboot)") && html.contains("&lt;@all&gt;"),
            "{html}"
        );
    }
    let form = percent_encoding::percent_decode_str(&message.body).decode_utf8().unwrap().into_owned();
    assert!(form.contains(&format!("&text={SEEN} {LINK}")), "{form}");
}
