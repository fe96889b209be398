//! The messages of a theme, in the site's language.

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::embedded::THEME;
use crate::parse::near::near;
use crate::render::messages::{self, Messages};
use crate::render::templates::{Origin, lower_first};
use crate::render::theme::files::{ThemeFile, below, not_utf8};
use crate::rules::{MESSAGE_ERROR, UNKNOWN_MESSAGE};
use crate::source::SourcePath;

/// Messages in order of increasing priority: built-in English, the site's English, the site's language.
pub(super) fn messages(
    files: &BTreeMap<String, ThemeFile>,
    language: &str,
) -> Result<Messages, Vec<Diagnostic>> {
    let built_in = THEME.text("i18n/en.ftl").unwrap_or_default();
    let mut sources = vec![(SourcePath::new("themes/default/i18n/en.ftl"), built_in)];
    let mut wanted = vec!["i18n/en.ftl".to_owned()];
    if language != "en" {
        wanted.push(format!("i18n/{language}.ftl"));
    }
    for file in wanted.iter().filter_map(|name| files.get(name)) {
        let text = std::str::from_utf8(&file.bytes)
            .map_err(|error| vec![not_utf8(MESSAGE_ERROR, file, error, "message file")])?;
        sources.push((file.path.clone(), text));
    }
    let texts: Vec<&str> = sources.iter().map(|(_, text)| *text).collect();
    let own = texts.last().filter(|_| files.contains_key(&format!("i18n/{language}.ftl")));
    let messages =
        Messages::new(language, &texts).map(|messages| match (messages::direction(language), own) {
            ("rtl", Some(own)) => messages.isolating(&texts[..texts.len() - 1], own),
            ("rtl", None) => messages.isolating(&texts, ""),
            _ => messages,
        });
    messages.map_err(|problems| {
        let problems = problems.into_iter().map(|(index, problem)| {
            let help = "a message is `name = text`, and its further lines are indented";
            let message = lower_first(&problem.text);
            Diagnostic::new(MESSAGE_ERROR, &sources[index].0, problem.span, message).help(help)
        });
        problems.collect()
    })
}

/// Messages of the site's own files that neither the built-in theme nor a file of the site's theme uses.
pub(super) fn unknown_messages(files: &BTreeMap<String, ThemeFile>) -> Vec<Diagnostic> {
    let own = || files.values().filter(|file| file.origin == Origin::Site);
    let text = |file: &'_ ThemeFile| std::str::from_utf8(&file.bytes).unwrap_or_default().to_owned();
    let built_in = THEME.text("i18n/en.ftl").unwrap_or_default();
    let known: Vec<&str> = messages::names(built_in).map(|(name, _)| name).collect();
    let texts: Vec<String> = own().map(text).collect();
    let is_said = |name: &str| {
        let forms =
            [format!("\"{name}\""), format!("'{name}'"), format!("{{ {name} }}"), format!("{{{name}}}")];
        texts.iter().any(|text| forms.iter().any(|form| text.contains(form)))
    };
    let mut problems = Vec::new();
    for file in below(files, "i18n/").map(|(_, file)| file).filter(|file| file.origin == Origin::Site) {
        for (name, span) in messages::names(&text(file)) {
            if known.contains(&name) || is_said(name) {
                continue;
            }
            let problem = Diagnostic::new(
                UNKNOWN_MESSAGE,
                &file.path,
                span,
                format!("no template uses the message `{name}`"),
            );
            problems.push(match near(name, known.iter().copied()) {
                Some(known) => problem.help(format!("did you mean `{known}`?")),
                None => problem.help("remove it, or use it in a template of the theme"),
            });
        }
    }
    problems
}
