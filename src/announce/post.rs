//! The requests that tell a service of an update.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::announce::endpoint::{Values, answers, outgoing};
use crate::announce::outgoing::{Outgoing, PostError};
use crate::announce::{discord, slack, teams};
use crate::model::announcer::{Announcer, Service};
use crate::percent::encode_part;
use crate::render::Said;

/// What is said, and where.
pub struct Message<'a> {
    pub announcer: &'a Announcer,
    /// The site's title.
    pub site: &'a str,
    /// Reads an environment variable.
    pub env: &'a dyn Fn(&str) -> Option<String>,
}

/// The request that tells of an update.
///
/// # Errors
/// A variable that is not set, and an address or header that cannot be used.
pub fn message(message: &Message<'_>, said: &Said) -> Result<Outgoing, PostError> {
    let json = |url_env: &str, body: Value, query: &str| {
        let url = (message.env)(url_env).ok_or_else(|| PostError::Variable(url_env.to_owned()))?;
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        let url = with_query(url.trim(), query);
        Outgoing { method: "POST".to_owned(), url, headers, body: body.to_string().into_bytes() }.checked()
    };
    match &message.announcer.service {
        Service::Slack { url_env } => json(url_env, slack::body(said, message.site), ""),
        // Else a message that was refused is answered as if it were not.
        Service::Discord { url_env } => json(url_env, discord::body(said, message.site), "wait=true"),
        Service::Teams { url_env } => json(url_env, teams::body(said, message.site), ""),
        Service::Json(endpoint) => {
            let values = Values { said, site: message.site, env: message.env, answer: &Map::new() };
            outgoing(endpoint, &endpoint.first, &values)
        }
        Service::WebSub { hub } => publication(hub, &[said]),
    }
}

/// Whether a second request follows the first.
pub fn has_follow_up(announcer: &Announcer) -> bool {
    matches!(&announcer.service, Service::Json(endpoint) if endpoint.follow_up.is_some())
}

/// The values of the first answer that the second request needs.
///
/// # Errors
/// A value that the answer does not have.
pub fn answer_values(announcer: &Announcer, answer: &[u8]) -> Result<Map<String, Value>, PostError> {
    match &announcer.service {
        Service::Json(endpoint) => {
            endpoint.follow_up.as_ref().map_or(Ok(Map::new()), |it| answers(it, answer))
        }
        _ => Ok(Map::new()),
    }
}

/// The second request; `None` where there is none.
///
/// # Errors
/// As [`message`], and a value that the first answer did not have.
pub fn follow_up(
    message: &Message<'_>,
    said: &Said,
    answer: &Map<String, Value>,
) -> Result<Option<Outgoing>, PostError> {
    let Service::Json(endpoint) = &message.announcer.service else { return Ok(None) };
    let Some(request) = &endpoint.follow_up else { return Ok(None) };
    outgoing(endpoint, request, &Values { said, site: message.site, env: message.env, answer }).map(Some)
}

/// The request that tells a hub which feeds have updates: PubSubHubbub 0.4 §7, which WebSub leaves to publishers and hubs.
///
/// # Errors
/// An address that cannot be used.
pub fn publication(hub: &str, all: &[&Said]) -> Result<Outgoing, PostError> {
    let feeds: BTreeSet<&String> = all.iter().flat_map(|said| &said.feeds).collect();
    let fields = feeds.into_iter().map(|feed| format!("&hub.url={}", encode_part(feed)));
    let body = format!("hub.mode=publish{}", fields.collect::<String>());
    let headers = vec![("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned())];
    Outgoing { method: "POST".to_owned(), url: hub.to_owned(), headers, body: body.into_bytes() }.checked()
}

fn with_query(url: &str, query: &str) -> String {
    match (query.is_empty() || url.contains(query), url.contains('?')) {
        (true, _) => url.to_owned(),
        (false, true) => format!("{url}&{query}"),
        (false, false) => format!("{url}?{query}"),
    }
}
