//! Diagnostics as JSON for scripts.

use serde::Serialize;

use super::place::Places;
use crate::diagnostic::Diagnostic;
use crate::source::Snapshot;

/// One problem as scripts read it. Absent values are `null`, so that every row has every key.
#[derive(Serialize)]
struct Row<'a> {
    rule: &'a str,
    severity: &'a str,
    message: &'a str,
    file: &'a str,
    line: Option<usize>,
    column: Option<usize>,
    end_line: Option<usize>,
    end_column: Option<usize>,
    help: Option<&'a str>,
}

/// The problems as one JSON array, a line each, in the order given. Lines and columns count from 1, columns
/// in characters, and are `null` when the file could not be read.
pub fn render(problems: &[Diagnostic], snapshot: &Snapshot) -> String {
    let mut places = Places::new(snapshot);
    let rows: Vec<String> = problems.iter().map(|problem| row(problem, &mut places)).collect();
    match rows.is_empty() {
        true => "[]\n".to_owned(),
        false => format!("[\n{}\n]\n", rows.join(",\n")),
    }
}

fn row(problem: &Diagnostic, places: &mut Places<'_>) -> String {
    let label = &problem.labels[0];
    let place = places.of(label);
    let row = Row {
        rule: problem.rule,
        severity: problem.severity.as_str(),
        message: &problem.message,
        file: label.file.as_str(),
        line: place.map(|place| place.line),
        column: place.map(|place| place.column),
        end_line: place.map(|place| place.end_line),
        end_column: place.map(|place| place.end_column),
        help: problem.help.as_deref(),
    };
    serde_json::to_string(&row).expect("a row of texts and numbers is JSON")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::diagnostic::{Diagnostic, Rule, github, json, sarif};
    use crate::source::{Entry, Snapshot, SourcePath};

    const RULES: [Rule; 2] = [Rule::warning("stray-file"), Rule::error("unknown-key")];

    fn problems() -> (Vec<Diagnostic>, Snapshot) {
        let file = SourcePath::new("content/a b,c.md");
        let mut snapshot = Snapshot::default();
        snapshot.files.insert(file.clone(), Entry::Bytes(Arc::from("x\n\"ü\" = 1\n".as_bytes())));
        let problem = Diagnostic::new(RULES[1], &file, 2..6, "unknown key `\"ü\"`, 100%").help("drop it");
        let absent =
            Diagnostic::new(RULES[0], &SourcePath::new("y"), 0..0, "odd").also(&file, 0..1, "beside");
        (vec![problem, absent], snapshot)
    }

    #[test]
    fn json_has_a_row_a_problem_and_every_key_in_it() {
        let (problems, snapshot) = problems();
        let expected = r#"[
{"rule":"unknown-key","severity":"error","message":"unknown key `\"ü\"`, 100%","file":"content/a b,c.md","line":2,"column":1,"end_line":2,"end_column":4,"help":"drop it"},
{"rule":"stray-file","severity":"warning","message":"odd","file":"y","line":null,"column":null,"end_line":null,"end_column":null,"help":null}
]
"#;
        assert_eq!(json::render(&problems, &snapshot), expected);
        assert_eq!(json::render(&[], &snapshot), "[]\n");
    }

    #[test]
    fn github_commands_escape_what_would_end_them() {
        let (problems, snapshot) = problems();
        let expected = "\
::error file=content/a b%2Cc.md,line=2,endLine=2,col=1,endColumn=4,title=unknown-key::unknown key `\"ü\"`, 100%25%0Ahelp: drop it
::warning file=y,title=stray-file::odd
";
        assert_eq!(github::render(&problems, &snapshot), expected);
    }

    #[test]
    fn sarif_names_rules_and_regions() {
        let (problems, snapshot) = problems();
        let log: serde_json::Value =
            serde_json::from_str(&sarif::render(&problems, &snapshot, &RULES)).unwrap();
        let run = &log["runs"][0];
        assert_eq!(log["version"], "2.1.0");
        assert_eq!(run["tool"]["driver"]["rules"][1]["id"], "unknown-key");
        let first = &run["results"][0];
        assert_eq!(
            (&first["ruleId"], &first["ruleIndex"], &first["level"]),
            (&"unknown-key".into(), &1.into(), &"error".into())
        );
        assert_eq!(first["message"]["text"], "unknown key `\"ü\"`, 100%; help: drop it");
        let place = &first["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "content/a%20b%2Cc.md");
        let region = serde_json::json!({ "startLine": 2, "startColumn": 1, "endLine": 2, "endColumn": 4 });
        assert_eq!(place["region"], region);
        let second = &run["results"][1];
        assert_eq!(
            second["locations"][0]["physicalLocation"],
            serde_json::json!({ "artifactLocation": { "uri": "y" } })
        );
        assert_eq!(second["relatedLocations"][0]["message"]["text"], "beside");
    }
}
