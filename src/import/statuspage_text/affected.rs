//! `A, B (C, D) and E.`: the components of a page, and their groups.

use crate::import::existing::ExistingSite;
use crate::import::history::{Component, Group, Site};

/// Between group and name in a component's key.
const GROUP_END: &str = " / ";

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) group: Option<String>,
    pub(super) name: String,
    /// Whether `and` in it may have joined two names.
    pub(super) is_guessed: bool,
}

/// The names; one that the site has is never split.
pub(super) fn names(text: &str, existing: &ExistingSite) -> Vec<Name> {
    let text = text.trim().trim_end_matches('.');
    let mut names = Vec::new();
    for (part, is_guessed) in items(text, &|name| is_known(name, existing)) {
        match part.strip_suffix(')').and_then(|part| part.split_once(" (")) {
            Some((group, inside)) => names.extend(
                items(inside, &|name| is_component(name, existing))
                    .into_iter()
                    .map(|(name, is_guessed)| Name { group: Some(group.to_owned()), name, is_guessed }),
            ),
            None => names.push(Name { group: None, name: part, is_guessed }),
        }
    }
    names
}

fn is_known(name: &str, existing: &ExistingSite) -> bool {
    let group = name.strip_suffix(')').and_then(|name| name.split_once(" (")).map(|(group, _)| group);
    is_component(name, existing)
        || group.is_some_and(|group| existing.groups.iter().any(|it| it.name == group))
}

fn is_component(name: &str, existing: &ExistingSite) -> bool {
    let is_it = |key: &String| key.rsplit_once(GROUP_END).map_or(key.as_str(), |(_, name)| name) == name;
    existing.components.iter().any(|it| it.name == name) || existing.keys.iter().any(is_it)
}

/// The items of a list in words, and whether each was cut at an `and`.
fn items(text: &str, is_known: &dyn Fn(&str) -> bool) -> Vec<(String, bool)> {
    let mut parts = split(text, ", ");
    // The longest known name wins: `A, B` may be one.
    parts = joined(parts, is_known);
    let last = parts.pop().unwrap_or_default();
    let mut items: Vec<(String, bool)> = parts.into_iter().map(|part| (part, false)).collect();
    let is_list = !items.is_empty();
    match last.strip_prefix("and ") {
        Some(rest) if is_list => items.push((rest.to_owned(), false)),
        _ if is_known(&last) => items.push((last, false)),
        _ => {
            let ends = split(&last, " and ");
            let cut = (1..ends.len()).rev().map(|at| (ends[..at].join(" and "), ends[at..].join(" and ")));
            let cuts: Vec<(String, String)> = cut.collect();
            let known = cuts.iter().find(|(one, other)| is_known(one) || is_known(other)).cloned();
            match (known, cuts.first().cloned()) {
                (Some((one, other)), _) => items.extend([(one, false), (other, false)]),
                (None, Some((one, other))) => {
                    let is_guessed = !is_list || ends.len() > 2;
                    items.extend([(one, is_guessed), (other, is_guessed)]);
                }
                (None, None) => items.push((last, false)),
            }
        }
    }
    items.retain(|(name, _)| !name.is_empty());
    items
}

fn joined(parts: Vec<String>, is_known: &dyn Fn(&str) -> bool) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut at = 0;
    while at < parts.len() {
        let end =
            (at + 1..=parts.len()).rev().find(|end| *end == at + 1 || is_known(&parts[at..*end].join(", ")));
        let end = end.unwrap_or(at + 1);
        out.push(parts[at..end].join(", "));
        at = end;
    }
    out
}

/// Splits outside of parentheses.
fn split(text: &str, separator: &str) -> Vec<String> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 && at >= start && text[at..].starts_with(separator) => {
                parts.push(text[start..at].trim().to_owned());
                start = at + separator.len();
            }
            _ => {}
        }
    }
    parts.push(text[start.min(text.len())..].trim().to_owned());
    parts
}

/// The key of a component.
pub(super) fn key(name: &Name) -> String {
    match &name.group {
        Some(group) => format!("{group}{GROUP_END}{}", name.name),
        None => name.name.clone(),
    }
}

/// Adds a component and its group to the site, unless they are there.
pub(super) fn add(name: &Name, site: &mut Site) {
    let key = key(name);
    if let Some(group) = name.group.as_ref().filter(|group| !site.groups.iter().any(|it| it.name == **group))
    {
        site.groups.push(Group { key: group.clone(), api_id: None, name: group.clone() });
    }
    if !site.components.iter().any(|component| component.key == key) {
        site.components.push(Component { group: name.group.clone(), ..Component::new(&key, &name.name) });
    }
}

#[cfg(test)]
mod tests {
    use super::names;
    use crate::import::existing::{ExistingPart, ExistingSite};

    #[test]
    fn lists_in_words_are_split_outside_of_parentheses() {
        let part = |name: &&str| ExistingPart { id: "x".to_owned(), api_id: None, name: (*name).to_owned() };
        let check = |text: &str, known: &[&str], expected: &str| {
            let existing =
                ExistingSite { components: known.iter().map(part).collect(), ..ExistingSite::default() };
            let found: Vec<String> = names(text, &existing)
                .into_iter()
                .map(|it| {
                    let group = it.group.map_or(String::new(), |group| format!("{group}:"));
                    format!("{group}{}{}", it.name, if it.is_guessed { "?" } else { "" })
                })
                .collect();
            assert_eq!(found.join("|"), expected, "{text}");
        };
        check("CRM.", &[], "CRM");
        check("A (B) and C.", &["B"], "A:B|C?");
        check("A, B (C, D) and E.", &[], "A|B:C|B:D|E");
        check("A, B, and C.", &[], "A|B|C");
        check("Billing and Payments.", &[], "Billing?|Payments?");
        check("Billing and Payments.", &["Billing and Payments"], "Billing and Payments");
        check("EU (Web and API).", &[], "EU:Web?|EU:API?");
    }
}
