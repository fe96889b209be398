//! Requests made of templates.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use crate::announce::outgoing::{Outgoing, PostError};
use crate::model::announcer::{Content, Endpoint, JsonTemplate, RequestTemplate};
use crate::model::template::{Piece, Slot, Template};
use crate::percent::encode_part;
use crate::render::Said;

/// Where values come from.
pub(super) struct Values<'a> {
    pub(super) said: &'a Said,
    pub(super) site: &'a str,
    pub(super) env: &'a dyn Fn(&str) -> Option<String>,
    /// Values of the first answer by their paths.
    pub(super) answer: &'a Map<String, Value>,
}

/// The first request, or the one that follows it.
pub(super) fn outgoing(
    endpoint: &Endpoint,
    request: &RequestTemplate,
    values: &Values<'_>,
) -> Result<Outgoing, PostError> {
    let mut headers = Vec::new();
    for (name, template) in &endpoint.headers {
        headers.push((name.to_ascii_lowercase(), values.text(template)?));
    }
    if let Some(basic) = &endpoint.basic {
        headers.push(("authorization".to_owned(), format!("Basic {}", STANDARD.encode(values.text(basic)?))));
    }
    let (kind, body) = match &request.content {
        Content::Json(json) => ("application/json", values.json(json)?.to_string()),
        Content::Form(fields) => ("application/x-www-form-urlencoded", values.form(fields)?),
    };
    if !headers.iter().any(|(name, _)| name == "content-type") {
        headers.push(("content-type".to_owned(), kind.to_owned()));
    }
    let url = values.text(&request.url)?;
    Outgoing { method: request.method.clone(), url, headers, body: body.into_bytes() }.checked()
}

/// The values of an answer that a template asks for, by their paths.
pub(super) fn answers(request: &RequestTemplate, answer: &[u8]) -> Result<Map<String, Value>, PostError> {
    let body: Value = serde_json::from_slice(answer).unwrap_or(Value::Null);
    let slots = request.templates().into_iter().flat_map(Template::slots);
    let paths = slots.filter_map(|slot| match slot {
        Slot::Answer(path) => Some(path),
        _ => None,
    });
    let value = |path: &String| {
        let found = path.split('.').try_fold(&body, |value, part| match value {
            Value::Array(items) => items.get(part.parse::<usize>().ok()?),
            value => value.get(part),
        });
        let found = found.filter(|value| !value.is_null() && !value.is_object() && !value.is_array());
        found.map(|value| (path.clone(), value.clone())).ok_or_else(|| PostError::Answer(path.clone()))
    };
    paths.map(value).collect()
}

impl Values<'_> {
    fn text(&self, template: &Template) -> Result<String, PostError> {
        template.0.iter().map(|piece| self.piece(piece)).collect()
    }

    fn piece(&self, piece: &Piece) -> Result<String, PostError> {
        let said = self.said;
        Ok(match piece {
            Piece::Text(text) => text.clone(),
            Piece::Value(Slot::Env(name)) => {
                (self.env)(name).ok_or_else(|| PostError::Variable(name.clone()))?
            }
            Piece::Value(Slot::Answer(path)) => match self.answer.get(path) {
                Some(Value::String(text)) => text.clone(),
                Some(value) => value.to_string(),
                None => return Err(PostError::Answer(path.clone())),
            },
            Piece::Value(Slot::Field(name)) => match *name {
                "title" => said.title.clone(),
                "status" => said.status.clone(),
                "subject" => said.subject.clone(),
                "components" => said.components.join(", "),
                "text" => said.text.clone(),
                "html" => said.html.clone(),
                "link" => said.link.clone(),
                "site" => self.site.to_owned(),
                "time" => said.at.to_string(),
                _ => said.id.clone(),
            },
        })
    }

    fn json(&self, template: &JsonTemplate) -> Result<Value, PostError> {
        Ok(match template {
            JsonTemplate::Plain(value) => value.clone(),
            JsonTemplate::List(items) => {
                Value::Array(items.iter().map(|item| self.json(item)).collect::<Result<_, _>>()?)
            }
            JsonTemplate::Object(fields) => {
                let field = |(name, item): &(String, JsonTemplate)| Ok((name.clone(), self.json(item)?));
                Value::Object(fields.iter().map(field).collect::<Result<_, PostError>>()?)
            }
            // A number of the answer stays a number.
            JsonTemplate::Text(Template(pieces)) => match pieces.as_slice() {
                [Piece::Value(Slot::Answer(path))] => {
                    self.answer.get(path).cloned().ok_or_else(|| PostError::Answer(path.clone()))?
                }
                _ => Value::String(pieces.iter().map(|piece| self.piece(piece)).collect::<Result<_, _>>()?),
            },
        })
    }

    fn form(&self, fields: &[(String, Template)]) -> Result<String, PostError> {
        let field = |(name, template): &(String, Template)| {
            Ok(format!("{}={}", encode_part(name), encode_part(&self.text(template)?)))
        };
        Ok(fields.iter().map(field).collect::<Result<Vec<_>, PostError>>()?.join("&"))
    }
}
