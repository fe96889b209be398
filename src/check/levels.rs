//! `[checks]`: what its author makes of each rule.

use std::collections::BTreeMap;

use crate::check::site_toml::problem;
use crate::diagnostic::{Diagnostic, Severity};
use crate::parse::draft::SiteDraft;
use crate::parse::near::{did_you_mean, near};
use crate::rules;
use crate::source::Spanned;

/// The rules whose level site.toml changes; `None`: off.
#[derive(Clone, Debug, Default)]
pub struct Levels(BTreeMap<&'static str, Option<Severity>>);

impl Levels {
    pub(super) fn read(draft: &SiteDraft, problems: &mut Vec<Diagnostic>) -> Self {
        let mut levels = BTreeMap::new();
        for (name, level) in &draft.toml.checks.levels {
            let wanted = match level.as_ref().map(|level| level.value.as_str()) {
                Some("off") => None,
                Some("warning") => Some(Severity::Warning),
                Some("error") => Some(Severity::Error),
                // A problem of the file already.
                _ => continue,
            };
            match rule(name, wanted) {
                Ok(rule) => drop(levels.insert(rule, wanted)),
                Err(problem) => problems.push(problem),
            }
        }
        Self(levels)
    }

    /// The problem at its level; `None` when its rule is off.
    pub fn applied(&self, mut problem: Diagnostic) -> Option<Diagnostic> {
        if let Some(level) = self.0.get(problem.rule) {
            problem.severity = (*level)?;
        }
        Some(problem)
    }
}

/// The rule of this name, which may have this level.
fn rule(name: &Spanned<String>, wanted: Option<Severity>) -> Result<&'static str, Diagnostic> {
    let Some(rule) = rules::named(&name.value) else {
        let problem = problem(rules::INVALID_CHECK, &name.span, format!("unknown rule `{}`", name.value));
        let near = near(&name.value, rules::ALL.iter().map(|rule| rule.name));
        let help = "use a name from the brackets of an error or a warning";
        return Err(problem.help(did_you_mean(near, help)));
    };
    if !rule.overridable && wanted != Some(Severity::Error) {
        let message = format!("`{}` is always an error: without it the site cannot be built", rule.name);
        return Err(problem(rules::INVALID_CHECK, &name.span, message).help("remove this line"));
    }
    Ok(rule.name)
}
