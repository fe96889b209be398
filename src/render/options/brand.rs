//! Applies options: values for templates, stylesheet rules, policy additions.
//!
//! Invalid values are skipped; they have been reported.

use std::fmt::Write as _;

use serde_json::{Map, Value as Json, json};

use crate::model::colour::Colour;
use crate::parse::keys::form::{is_mail, is_source};
use crate::parse::keys::{OptionDraft, SCHEMES};
use crate::percent::tidy;
use crate::source::Spanned;

/// The options that a theme.toml describes, by name.
pub(in crate::render) type Options = [(Spanned<String>, OptionDraft)];

/// The options as templates get them: a single colour stands for both schemes; URLs and local files are distinguished.
pub(in crate::render) fn shown(options: &Options, values: &Json) -> Json {
    let known =
        |name: &str| options.iter().find(|(option, _)| option.value == name).map(|(_, option)| option);
    let entries = values.as_object().into_iter().flatten();
    let entries = entries.map(|(name, value)| {
        let option = known(name);
        let one = |value: &Json| option.map_or(value.clone(), |option| shown_as(option.word(), value));
        let value = match value {
            Json::Object(both) if option.is_some_and(OptionDraft::schemes) => {
                Json::Object(both.iter().map(|(scheme, value)| (scheme.clone(), one(value))).collect())
            }
            value if option.is_some_and(OptionDraft::schemes) => {
                Json::Object(SCHEMES.iter().map(|scheme| ((*scheme).to_owned(), one(value))).collect())
            }
            value => one(value),
        };
        (name.clone(), value)
    });
    Json::Object(entries.collect())
}

fn shown_as(kind: &str, value: &Json) -> Json {
    match (kind, value) {
        ("file", Json::String(path)) => path.trim_start_matches('/').into(),
        ("address", Json::String(address)) => link(address),
        ("form", Json::Object(form)) => shown_form(form),
        ("links", Json::Array(items)) => items.iter().map(shown_link).collect(),
        _ => value.clone(),
    }
}

/// A form with the host that it is sent to, and the name of its field.
fn shown_form(form: &Map<String, Json>) -> Json {
    let text = |key: &str| form.get(key).and_then(Json::as_str);
    let action = tidy(text("action").unwrap_or_default());
    let host = action.split('/').nth(2).unwrap_or_default();
    let hidden = form.get("hidden").and_then(Json::as_object).into_iter().flatten();
    let hidden: Vec<Json> = hidden.map(|(name, value)| json!({"name": name, "value": value})).collect();
    json!({"action": action, "host": host, "email": text("email").unwrap_or("email"), "hidden": hidden})
}

fn shown_link(item: &Json) -> Json {
    let text = |key: &str| item.get(key).and_then(Json::as_str).unwrap_or_default();
    let mut shown = link(text("url"));
    shown["title"] = text("title").into();
    shown
}

/// `url` for other sites, `path` from the site's root for this one, `text` for readers.
fn link(address: &str) -> Json {
    let text = ["https://", "http://", "mailto:"].iter().find_map(|start| address.strip_prefix(start));
    let text = text.unwrap_or(address).trim_end_matches('/');
    match address.strip_prefix('/') {
        Some(path) => json!({"path": tidy(path), "text": text}),
        None if is_mail(address) && !address.contains(':') => {
            json!({"url": format!("mailto:{address}"), "text": text})
        }
        None => json!({"url": tidy(address), "text": text}),
    }
}

/// Hides the logo of the other colour scheme.
const LOGO: &str = "\
.brand img{display:block;width:auto;max-width:14rem}
.brand .on-dark,:root[data-scheme=dark] .on-light{display:none}
:root[data-scheme=dark] .brand .on-dark{display:block}
@media (prefers-color-scheme:dark){
:root:not([data-scheme=light]) .on-light{display:none}
:root:not([data-scheme=light]) .brand .on-dark{display:block}
}
";

/// The added stylesheet rules: link colours, fonts, and the logo's layout. URLs are relative to `assets/`.
pub(in crate::render) fn style(options: &Options, values: &Json) -> String {
    let shown = shown(options, values);
    let mut out = String::new();
    let accent = |scheme: &str| Colour::parse(shown["accent"][scheme].as_str()?).map(Colour::hex);
    let (light, dark) = (accent("light"), accent("dark"));
    if light.is_some() || dark.is_some() {
        let (light, dark) = (light.as_deref().unwrap_or("#1a4fb0"), dark.as_deref().unwrap_or("#8fb8ff"));
        let both =
            format!("@supports (color:light-dark(#fff,#000)){{:root{{--link:light-dark({light},{dark})}}}}");
        let _ = writeln!(out, ":root{{--link:{light}}}{both}");
    }
    if !shown["logo"].is_null() {
        out.push_str(LOGO);
    }
    let fonts: Vec<&Map<String, Json>> =
        shown["fonts"].as_array().into_iter().flatten().filter_map(Json::as_object).collect();
    fonts.iter().filter_map(|font| face(font)).for_each(|face| out.push_str(&face));
    if let Some(family) = fonts.first().and_then(|font| font.get("family")?.as_str()) {
        let _ = writeln!(out, "body{{font-family:{},var(--font)}}", quoted(family));
    }
    out
}

fn face(font: &Map<String, Json>) -> Option<String> {
    let text = |key: &str| font.get(key).and_then(Json::as_str);
    let file = text("file").filter(|file| file.starts_with('/'))?;
    let family = quoted(text("family")?);
    let bare = |key: &str| text(key).unwrap_or("normal").replace(|c: char| !c.is_alphanumeric(), " ");
    let (weight, style) = (bare("weight"), bare("style"));
    Some(format!(
        "@font-face{{font-family:{family};src:url(..{file});font-weight:{weight};font-style:{style};font-display:swap}}\n"
    ))
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace(|c: char| c == '"' || c == '\\' || c.is_control(), ""))
}

/// Additional policy sources by directive.
pub(in crate::render) fn policy(options: &Options, values: &Json) -> Vec<(String, Vec<String>)> {
    let tables = options.iter().filter(|(_, option)| option.word() == "policy");
    let tables = tables.filter_map(|(name, _)| values.get(&name.value)?.as_object());
    let sources = |list: &Json| {
        let texts = list.as_array().into_iter().flatten().filter_map(Json::as_str);
        texts.filter(|text| is_source(text)).map(str::to_owned).collect()
    };
    let forms = options.iter().filter(|(_, option)| option.word() == "form");
    let forms = forms.filter_map(|(name, _)| origin(values.get(&name.value)?["action"].as_str()?));
    let added = tables.flatten().map(|(directive, list)| (directive.clone(), sources(list)));
    added.chain(forms.map(|origin| ("form-action".to_owned(), vec![origin]))).collect()
}

/// The scheme and host of an address.
fn origin(address: &str) -> Option<String> {
    let (scheme, rest) = address.split_once("://")?;
    let origin = format!("{scheme}://{}", rest.split(['/', '?', '#']).next()?);
    is_source(&origin).then_some(origin)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{policy, shown, style};
    use crate::parse::keys::OptionDraft;
    use crate::parse::theme_toml;
    use crate::source::{SourcePath, Spanned};

    fn options() -> Vec<(Spanned<String>, OptionDraft)> {
        let text = include_bytes!("../../../themes/default/theme.toml");
        theme_toml(&SourcePath::new("themes/default/theme.toml"), text).unwrap()
    }

    #[test]
    fn templates_see_one_form() {
        let values = json!({
            "logo": "/logo.svg", "support": "help@a.example", "accent": {"light": "#123"},
            "nav": [{"title": "Terms", "url": "/terms/"}, {"title": "Home", "url": "https://a.example/"}],
        });
        let expected = json!({
            "logo": {"light": "logo.svg", "dark": "logo.svg"},
            "support": {"url": "mailto:help@a.example", "text": "help@a.example"},
            "accent": {"light": "#123"},
            "nav": [
                {"path": "terms/", "text": "/terms", "title": "Terms"},
                {"url": "https://a.example/", "text": "a.example", "title": "Home"},
            ],
        });
        assert_eq!(shown(&options(), &values), expected);
    }

    #[test]
    fn colours_and_fonts_become_rules() {
        let values = json!({
            "accent": "#060", "fonts": [{"family": "In\"ter", "file": "/f/i.woff2", "weight": "100 900;}"}],
        });
        let expected = ":root{--link:#006600}\
            @supports (color:light-dark(#fff,#000)){:root{--link:light-dark(#006600,#006600)}}\n\
            @font-face{font-family:\"Inter\";src:url(../f/i.woff2);font-weight:100 900  ;font-style:normal;\
            font-display:swap}\nbody{font-family:\"Inter\",var(--font)}\n";
        assert_eq!(style(&options(), &values), expected);
        assert_eq!(style(&options(), &json!({})), "");
    }

    #[test]
    fn a_form_says_where_it_is_sent_and_may_be() {
        let form = json!({"action": "https://mail.example/x?y=1", "hidden": {"list": "7"}});
        let values = json!({"subscribe_form": form});
        let expected = json!({
            "action": "https://mail.example/x?y=1", "host": "mail.example", "email": "email",
            "hidden": [{"name": "list", "value": "7"}],
        });
        assert_eq!(shown(&options(), &values)["subscribe_form"], expected);
        let expected = [("form-action".to_owned(), vec!["https://mail.example".to_owned()])];
        assert_eq!(policy(&options(), &values), expected);
    }

    #[test]
    fn only_sources_are_added_to_the_policy() {
        let values = json!({"policy": {"img-src": ["https://cdn.example", "x; script-src *"]}});
        let expected = [("img-src".to_owned(), vec!["https://cdn.example".to_owned()])];
        assert_eq!(policy(&options(), &values), expected);
    }
}
