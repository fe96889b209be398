//! Reads `[alerts]` of site.toml as rules for `allclear alert`.

use crate::check::site_toml::{given, problem};
use crate::diagnostic::Diagnostic;
use crate::model::alerts::{AlertRules, Mapping, Opening};
use crate::model::report::Status;
use crate::parse::draft::SiteDraft;
use crate::parse::keys::MappingDraft;
use crate::parse::near::near_early;
use crate::rules;
use crate::source::Spanned;

/// What site.toml says of alerts, and what is wrong with it together. A mapping with a problem may be left out.
pub fn alerts(draft: &SiteDraft) -> (AlertRules, Vec<Diagnostic>) {
    let toml = &draft.toml.alerts;
    let components = toml.components.iter().filter_map(|(value, id)| Some((value, id.as_ref()?)));
    let states = toml.states.iter().filter_map(|(value, state)| Some((value, state.as_ref()?)));
    let rules = AlertRules {
        opening: if toml.opens() == "public" { Opening::Public } else { Opening::Draft },
        recovery: if toml.recovery() == "monitoring" { Status::Monitoring } else { Status::Resolved },
        component_label: toml.component().to_owned(),
        components: components.clone().map(|(value, id)| (value.value.clone(), id.value.clone())).collect(),
        state_label: toml.state().to_owned(),
        states: states.map(|(value, state)| (value.value.clone(), state.value)).collect(),
        title: given(&toml.title),
        message: given(&toml.message),
        mappings: toml.mappings.iter().filter_map(|(name, draft)| mapping(name, draft)).collect(),
    };
    (rules, components.filter_map(|(_, id)| unknown(draft, id)).collect())
}

fn mapping(name: &Spanned<String>, draft: &MappingDraft) -> Option<Mapping> {
    Some(Mapping {
        name: name.value.clone(),
        key: given(&draft.key)?,
        state: given(&draft.state)?,
        component: given(&draft.component)?,
        title: given(&draft.title),
        message: given(&draft.message),
        started: given(&draft.started),
        ended: given(&draft.ended),
    })
}

/// A component that site.toml does not define; said only where all components could be read.
fn unknown(draft: &SiteDraft, id: &Spanned<String>) -> Option<Diagnostic> {
    let ids = || draft.toml.components.iter().filter_map(|it| Some(it.id.as_ref()?.value.as_str()));
    if !draft.has_all_components || ids().any(|known| known == id.value) {
        return None;
    }
    let problem = problem(rules::UNKNOWN_COMPONENT, &id.span, format!("unknown component `{}`", id.value));
    let help = match near_early(&id.value, 0, ids()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "write the `id` of one of `[[components]]`".to_owned(),
    };
    Some(problem.help(help))
}
