//! Tells a maintenance from an incident, since cState has issues alone.

use crate::import::front_matter::Document;
use crate::model::report::Kind;

const TROUBLE: [&str; 9] =
    ["outage", "down", "failure", "failing", "issue", "issues", "error", "errors", "problem"];

const SURE: [&str; 2] = ["maintenance", "maintenances"];

/// Words that count only where the text speaks of a plan.
const LIKELY: [&str; 7] =
    ["scheduled", "planned", "upgrade", "upgrades", "update", "migration", "migrations"];

/// The kind of an issue and, for a maintenance, the word of its title that told.
pub(super) fn kind(title: &str, document: &Document<'_>) -> (Kind, Option<&'static str>) {
    let is_informational = document.front.get("informational").and_then(|node| node.flag()) == Some(true);
    let is_planned =
        || document.front.text_of("severity") == Some("notice") || speaks_of_a_plan(document.body);
    let sure = SURE.into_iter().find(|word| has(title, word));
    let word = sure.or_else(|| LIKELY.into_iter().find(|word| has(title, word) && is_planned()));
    match word.filter(|_| !is_informational && !TROUBLE.iter().any(|word| has(title, word))) {
        Some(word) => (Kind::Maintenance, Some(word)),
        None => (Kind::Incident, None),
    }
}

fn speaks_of_a_plan(body: &str) -> bool {
    let lower = body.to_lowercase();
    ["planned", "scheduled", "maintenance", "ll"].iter().any(|word| has(body, word))
        || lower.contains("will be")
}

fn has(text: &str, word: &str) -> bool {
    text.to_lowercase().split(|c: char| !c.is_alphabetic()).any(|it| it == word)
}

#[cfg(test)]
mod tests {
    use super::kind;
    use crate::import::front_matter::read;

    #[test]
    fn a_maintenance_is_told_by_its_title() {
        let check = |title: &str, body: &str, expected: Option<&str>| {
            let text = format!("---\nseverity: down\n---\n{body}\n");
            assert_eq!(kind(title, &read(&text, &[]).unwrap()).1, expected, "{title}");
        };
        check("Maintenance of the API", "x", Some("maintenance"));
        check("DB maintenance2", "x", Some("maintenance"));
        check("Database upgrade", "We'll upgrade it.", Some("upgrade"));
        check("Database upgrade", "It broke the API.", None);
        check("Outage after maintenance", "Planned.", None);
        check("API down", "It will be back.", None);
    }
}
