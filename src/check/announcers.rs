//! Reads `[announce.NAME]` of site.toml as announcers.

use crate::check::site_toml::{given, problem};
use crate::diagnostic::Diagnostic;
use crate::model::announcer::{Announcer, Content, Endpoint, JsonTemplate, RequestTemplate, Service};
use crate::model::template::{FIELDS, Slot, Template};
use crate::parse::draft::SiteDraft;
use crate::parse::keys::{AnnouncerDraft, FollowUpRequestDraft, PlainTexts};
use crate::rules;

/// The announcers that site.toml names, in its order, and what is wrong with them together. One with a problem may be left
/// out.
pub fn announcers(draft: &SiteDraft) -> (Vec<Announcer>, Vec<Diagnostic>) {
    let (mut all, mut problems) = (Vec::new(), Vec::new());
    for (name, draft) in &draft.toml.announce {
        match service(draft) {
            Ok(Some(service)) => all.push(Announcer { name: name.value.clone(), service }),
            // A missing or wrong key is reported where it is read.
            Ok(None) => {}
            Err(Wrong { message, help }) => {
                problems.push(problem(rules::INVALID_SETTING, &name.span, message).help(help));
            }
        }
    }
    (all, problems)
}

/// The mistake of an announcer.
struct Wrong {
    message: String,
    help: String,
}

fn service(draft: &AnnouncerDraft) -> Result<Option<Service>, Wrong> {
    let kind = draft.kind.as_ref().map_or("", |kind| kind.value.as_str());
    let url_env = || given(&draft.url_env);
    Ok(match kind {
        "slack" => url_env().map(|url_env| Service::Slack { url_env }),
        "discord" => url_env().map(|url_env| Service::Discord { url_env }),
        "teams" => url_env().map(|url_env| Service::Teams { url_env }),
        "websub" => given(&draft.hub).map(|hub| Service::WebSub { hub }),
        "json" => endpoint(draft)?.map(|endpoint| Service::Json(Box::new(endpoint))),
        _ => None,
    })
}

fn endpoint(draft: &AnnouncerDraft) -> Result<Option<Endpoint>, Wrong> {
    let Some(url) = given(&draft.url) else { return Ok(None) };
    let content = content(&draft.body, &draft.form)?;
    let first = RequestTemplate { method: draft.method().to_owned(), url: template(&url)?, content };
    let basic = given(&draft.basic).map(|text| template(&text)).transpose()?;
    let endpoint = Endpoint {
        headers: templates(&draft.headers)?,
        basic,
        follow_up: follow_up(&draft.follow_up)?,
        first,
    };
    match asks_for_answer(&endpoint) {
        true => Err(Wrong {
            message: "the first request has no answer yet".to_owned(),
            help: "use `{{answer.…}}` in `follow_up` alone".to_owned(),
        }),
        false => Ok(Some(endpoint)),
    }
}

/// Whether the first request, or what both have in common, needs a value of its own answer.
fn asks_for_answer(endpoint: &Endpoint) -> bool {
    let headers = endpoint.headers.iter().map(|(_, template)| template);
    let asked = endpoint.first.templates().into_iter().chain(headers).chain(&endpoint.basic);
    asked.flat_map(Template::slots).any(|slot| matches!(slot, Slot::Answer(_)))
}

fn follow_up(draft: &FollowUpRequestDraft) -> Result<Option<RequestTemplate>, Wrong> {
    let Some(url) = given(&draft.url) else { return Ok(None) };
    let content = match draft.body.is_null() && draft.form.is_empty() {
        true => Content::Form(Vec::new()),
        false => content(&draft.body, &draft.form)?,
    };
    Ok(Some(RequestTemplate { method: draft.method().to_owned(), url: template(&url)?, content }))
}

fn content(body: &serde_json::Value, form: &PlainTexts) -> Result<Content, Wrong> {
    match (body.is_null(), form.is_empty()) {
        (false, true) => JsonTemplate::parse(body).map(Content::Json).map_err(unknown),
        (true, false) => templates(form).map(Content::Form),
        _ => Err(Wrong {
            message: "a request needs one content: `body` or `form`".to_owned(),
            help: "write `body` for JSON, `form` for the fields of a form".to_owned(),
        }),
    }
}

fn templates(written: &PlainTexts) -> Result<Vec<(String, Template)>, Wrong> {
    let texts = written.iter().filter_map(|(name, text)| Some((&name.value, &text.as_ref()?.value)));
    texts.map(|(name, text)| Ok((name.clone(), template(text)?))).collect()
}

fn template(text: &str) -> Result<Template, Wrong> {
    Template::parse(text).map_err(unknown)
}

fn unknown(name: String) -> Wrong {
    let fields: Vec<String> = FIELDS.iter().map(|field| format!("`{field}`")).collect();
    Wrong {
        message: format!("there is no value `{{{{{name}}}}}`"),
        help: format!("use one of {}, `env.NAME` or, in `follow_up`, `answer.PATH`", fields.join(", ")),
    }
}
