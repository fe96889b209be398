//! `[theme_options]` of site.toml: what a theme's theme.toml says they may be, and what becomes of them.

use crate::diagnostic::{Diagnostic, Rule};
use crate::model::colour::{Colour, LEAST};
use crate::parse::draft::SiteDraft;
use crate::parse::keys::{Form, SCHEMES};
use crate::parse::{FormText, theme_options};
use crate::percent;
use crate::plan::Plan;
use crate::rules::{INVALID_THEME_OPTION, LOW_CONTRAST, UNKNOWN_KEY, UNKNOWN_THEME_OPTION};
use crate::source::{Snapshot, SourcePath};

mod brand;

pub(super) use brand::{Options, policy, shown, style};

/// What is wrong with a site's `[theme_options]`: unknown keys, values of a wrong kind, files and pages that are not there
/// (pages where there is a plan), and colours that are hard to tell from what they stand on.
pub(super) fn problems(
    options: &Options,
    draft: &SiteDraft,
    snapshot: &Snapshot,
    plan: Option<&Plan>,
) -> Vec<Diagnostic> {
    let path = SourcePath::new("site.toml");
    let (texts, mut problems) = theme_options(&path, &draft.text, options);
    for problem in &mut problems {
        let rule = if problem.rule == UNKNOWN_KEY.name { UNKNOWN_THEME_OPTION } else { INVALID_THEME_OPTION };
        problem.rule = rule.name;
    }
    for formed in &texts {
        let said = match formed.form {
            Form::File => missing_file(formed, snapshot).into_iter().collect(),
            Form::Address => missing_page(formed, plan).into_iter().collect(),
            Form::Colour => low_contrast(formed, options),
            _ => Vec::new(),
        };
        problems.extend(said.into_iter().map(|(rule, message, help)| {
            Diagnostic::new(rule, &path, formed.text.span.clone(), message).help(help)
        }));
    }
    problems
}

/// A rule, what is wrong, and what to do about it.
type Finding = (Rule, String, String);

fn missing_file(file: &FormText, snapshot: &Snapshot) -> Option<Finding> {
    let inside = SourcePath::new(format!("static{}", file.text.value));
    let is_there = snapshot.files.contains_key(&inside);
    let help = format!("save it as `{inside}`, or correct the path");
    (!is_there).then(|| (INVALID_THEME_OPTION, format!("there is no file `{inside}`"), help))
}

/// An address of this site leads to one of its pages.
fn missing_page(address: &FormText, plan: Option<&Plan>) -> Option<Finding> {
    let text = &address.text.value;
    let bare = text.split(['#', '?']).next().unwrap_or_default();
    let (inside, plan) = bare.strip_prefix('/').zip(plan)?;
    let is_there = percent::decode(inside).is_some_and(|inside| plan.find(&inside).is_some());
    let help = "correct the address, or add the page".to_owned();
    (!is_there).then(|| (INVALID_THEME_OPTION, format!("there is no page `{text}`"), help))
}

/// Warns of a colour that does not pass on the theme's grounds of its schemes.
fn low_contrast(formed: &FormText, options: &Options) -> Vec<Finding> {
    let option = options.iter().find(|(name, _)| name.value == formed.option).map(|(_, option)| option);
    let (Some(option), Some(colour)) = (option, Colour::parse(&formed.text.value)) else { return Vec::new() };
    let schemes = SCHEMES.into_iter().filter(|scheme| formed.scheme.is_none_or(|only| only == *scheme));
    let said = |scheme: &str| {
        let grounds = if scheme == "light" { &option.on_light } else { &option.on_dark };
        let grounds: Vec<Colour> = grounds.iter().filter_map(|ground| Colour::parse(&ground.value)).collect();
        let ratio = colour.least_contrast(&grounds);
        if ratio >= LEAST {
            return None;
        }
        let hundredths = (ratio * 100.0).floor() / 100.0;
        let hex = colour.hex();
        let message =
            format!("`{hex}` has a contrast of {hundredths:.2} on the {scheme} pages, less than {LEAST}");
        let help = colour.nearest_passing(&grounds).map_or("use another colour".to_owned(), |nearest| {
            let nearest = nearest.hex();
            let written = match (formed.scheme, scheme) {
                (Some(_), _) => format!("{scheme} = \"{nearest}\""),
                (None, "light") => both(&formed.option, &nearest, &hex),
                (None, _) => both(&formed.option, &hex, &nearest),
            };
            format!("the nearest that passes is `{nearest}`: write `{written}`")
        });
        Some((LOW_CONTRAST, message, help))
    };
    schemes.filter_map(said).collect()
}

/// `accent = { light = "#0b57d0", dark = "#9ec1ff" }`
fn both(name: &str, light: &str, dark: &str) -> String {
    format!("{name} = {{ light = \"{light}\", dark = \"{dark}\" }}")
}
