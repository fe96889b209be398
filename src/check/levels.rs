//! `[checks]`: what its author makes of each rule.

use std::collections::BTreeMap;

use crate::check::site_toml::problem;
use crate::diagnostic::{Diagnostic, Severity};
use crate::parse::draft::SiteDraft;
use crate::parse::near::{did_you_mean, near};
use crate::rules;
use crate::source::Spanned;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    Off,
    Shown(Severity),
}

/// The rules whose level site.toml changes.
#[derive(Clone, Debug, Default)]
pub struct Levels(BTreeMap<&'static str, Level>);

impl Levels {
    pub(super) fn read(draft: &SiteDraft, problems: &mut Vec<Diagnostic>) -> Self {
        let mut levels = BTreeMap::new();
        for (name, level) in &draft.toml.checks.levels {
            match level.as_ref().and_then(|level| read(name, level)) {
                Some(Ok((rule, level))) => drop(levels.insert(rule, level)),
                Some(Err(problem)) => problems.push(problem),
                None => {}
            }
        }
        Self(levels)
    }

    /// The problem at its level; `None` when its rule is off.
    pub fn applied(&self, mut problem: Diagnostic) -> Option<Diagnostic> {
        match self.0.get(problem.rule) {
            Some(Level::Off) => return None,
            Some(Level::Shown(severity)) => problem.severity = *severity,
            None => {}
        }
        Some(problem)
    }
}

/// What one line says; `None` when its level is none, which is a problem of the file already.
fn read(
    name: &Spanned<String>,
    level: &Spanned<String>,
) -> Option<Result<(&'static str, Level), Diagnostic>> {
    let wanted = match level.value.as_str() {
        "off" => Level::Off,
        "warning" => Level::Shown(Severity::Warning),
        "error" => Level::Shown(Severity::Error),
        _ => return None,
    };
    Some(of_rule(name, wanted))
}

fn of_rule(name: &Spanned<String>, wanted: Level) -> Result<(&'static str, Level), Diagnostic> {
    let Some(rule) = rules::named(&name.value) else {
        let problem = problem(rules::INVALID_CHECK, &name.span, format!("unknown rule `{}`", name.value));
        let near = near(&name.value, rules::ALL.iter().map(|rule| rule.name));
        let help = "use a name that stands in the brackets of an error or a warning";
        return Err(problem.help(did_you_mean(near, help)));
    };
    if !rule.overridable && wanted != Level::Shown(Severity::Error) {
        let message = format!("`{}` is always an error: without it the site cannot be built", rule.name);
        return Err(problem(rules::INVALID_CHECK, &name.span, message).help("remove this line"));
    }
    Ok((rule.name, wanted))
}
