//! Diagnostics as SARIF 2.1.0, which code hosts and editors read.
//!
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

use serde_json::{Value, json};

use super::place::Places;
use crate::diagnostic::{Diagnostic, Label, Rule, Severity};
use crate::percent::encode_path;
use crate::source::Snapshot;

/// One run of this program with all `rules` it knows and the problems in the order given.
pub fn render(problems: &[Diagnostic], snapshot: &Snapshot, rules: &[Rule]) -> String {
    let mut places = Places::new(snapshot);
    let results: Vec<Value> = problems.iter().map(|problem| result(problem, &mut places, rules)).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": env!("CARGO_PKG_NAME"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.iter().map(|rule| json!({
                    "id": rule.name,
                    "defaultConfiguration": { "level": level(rule.severity) },
                })).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    let text = serde_json::to_string_pretty(&log).expect("a tree of texts and numbers is JSON");
    format!("{text}\n")
}

fn result(problem: &Diagnostic, places: &mut Places<'_>, rules: &[Rule]) -> Value {
    let rule_index = rules.iter().position(|rule| rule.name == problem.rule);
    let rule_index = rule_index.expect("a problem's rule is in the table of rules");
    let help = problem.help.as_ref().map(|help| format!("; help: {help}")).unwrap_or_default();
    let mut result = json!({
        "ruleId": problem.rule,
        "ruleIndex": rule_index,
        "level": level(problem.severity),
        "message": { "text": format!("{}{help}", problem.message) },
        "locations": [location(&problem.labels[0], places)],
    });
    if problem.labels.len() > 1 {
        let others = problem.labels[1..].iter().map(|label| location(label, places));
        result["relatedLocations"] = others.collect();
    }
    result
}

/// SARIF 2.1.0 §3.27.10.
fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Hint => "note",
    }
}

fn location(label: &Label, places: &mut Places<'_>) -> Value {
    let mut physical = json!({ "artifactLocation": { "uri": encode_path(label.file.as_str()) } });
    if let Some(place) = places.of(label) {
        physical["region"] = json!({
            "startLine": place.line,
            "startColumn": place.column,
            "endLine": place.end_line,
            "endColumn": place.end_column,
        });
    }
    let mut location = json!({ "physicalLocation": physical });
    if !label.text.is_empty() {
        location["message"] = json!({ "text": label.text });
    }
    location
}
