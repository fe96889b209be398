//! Announcers of site.toml, valid and complete.

use crate::model::template::Template;

/// A service that is told of updates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcer {
    pub name: String,
    pub service: Service,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Service {
    /// An incoming webhook; the variable holds its address.
    Slack {
        url_env: String,
    },
    Discord {
        url_env: String,
    },
    /// The webhook of a workflow.
    Teams {
        url_env: String,
    },
    Json(Box<Endpoint>),
    /// The address of a WebSub hub.
    WebSub {
        hub: String,
    },
}

/// Any endpoint that takes JSON or a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    pub first: RequestTemplate,
    /// Names and values.
    pub headers: Vec<(String, Template)>,
    /// `user:password`, for basic authentication.
    pub basic: Option<Template>,
    /// The request after the first answer, with values of it.
    pub follow_up: Option<RequestTemplate>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestTemplate {
    pub method: String,
    pub url: Template,
    pub content: Content,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    Json(JsonTemplate),
    /// `application/x-www-form-urlencoded`
    Form(Vec<(String, Template)>),
}

/// JSON whose texts are templates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JsonTemplate {
    /// Text; one that is a single value of the answer is that value, whatever its type.
    Text(Template),
    List(Vec<JsonTemplate>),
    Object(Vec<(String, JsonTemplate)>),
    /// Numbers, flags, nothing.
    Plain(serde_json::Value),
}

impl RequestTemplate {
    /// Every template in it.
    pub fn templates(&self) -> Vec<&Template> {
        let mut all = vec![&self.url];
        match &self.content {
            Content::Json(json) => json.collect(&mut all),
            Content::Form(fields) => all.extend(fields.iter().map(|(_, template)| template)),
        }
        all
    }
}

impl JsonTemplate {
    /// Reads the texts of a value as templates. The error is what stands in braces and is no value.
    pub fn parse(value: &serde_json::Value) -> Result<Self, String> {
        use serde_json::Value;
        Ok(match value {
            Value::String(text) => Self::Text(Template::parse(text)?),
            Value::Array(items) => Self::List(items.iter().map(Self::parse).collect::<Result<_, _>>()?),
            Value::Object(fields) => {
                let field = |(name, value): (&String, &Value)| Ok((name.clone(), Self::parse(value)?));
                Self::Object(fields.iter().map(field).collect::<Result<_, String>>()?)
            }
            other => Self::Plain(other.clone()),
        })
    }

    fn collect<'t>(&'t self, all: &mut Vec<&'t Template>) {
        match self {
            Self::Text(template) => all.push(template),
            Self::List(items) => items.iter().for_each(|item| item.collect(all)),
            Self::Object(fields) => fields.iter().for_each(|(_, item)| item.collect(all)),
            Self::Plain(_) => {}
        }
    }
}
