//! Issues and comments as GitHub's REST API serves them, or `gh issue list --json`.
//!
//! Source: <https://docs.github.com/rest/issues>.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::import::json::{self, ItemReader};
use crate::import::text;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Issue {
    /// Of a comment, else of an issue.
    pub(super) id: Value,
    pub(super) number: u64,
    pub(super) title: String,
    pub(super) body: Option<String>,
    pub(super) state: String,
    labels: Vec<Value>,
    #[serde(alias = "createdAt")]
    pub(super) created_at: Option<String>,
    #[serde(alias = "updatedAt")]
    pub(super) updated_at: Option<String>,
    #[serde(alias = "closedAt")]
    pub(super) closed_at: Option<String>,
    /// Their number; a list where they were added.
    comments: Value,
    pub(super) html_url: Option<String>,
    pub(super) pull_request: Option<Value>,
    /// Only comments have one.
    pub(super) issue_url: Option<String>,
    #[serde(alias = "authorAssociation")]
    pub(super) author_association: Option<String>,
    /// Its line in the file, from 1.
    #[serde(skip)]
    pub(super) line: usize,
}

impl Issue {
    pub(super) fn labels(&self) -> Vec<&str> {
        self.labels
            .iter()
            .filter_map(|label| label.as_str().or_else(|| label.get("name")?.as_str()))
            .collect()
    }

    /// The comments that stand in the issue itself.
    pub(super) fn own_comments(&self) -> (Vec<Issue>, Vec<String>) {
        let lines = BTreeMap::new();
        let mut reader = ItemReader::new(&lines);
        let list = Some(self.comments.clone()).filter(Value::is_array).unwrap_or_default();
        (reader.items("`comments`", list), reader.wrong)
    }

    /// The number of the issue that a comment belongs to.
    pub(super) fn issue_number(&self) -> Option<u64> {
        self.issue_url.as_deref()?.rsplit('/').next()?.parse().ok()
    }

    pub(super) fn is_closed(&self) -> bool {
        self.state.eq_ignore_ascii_case("closed")
    }

    /// Whether its author does not belong to the project, as far as that is said.
    pub(super) fn is_foreign(&self) -> bool {
        let known = ["OWNER", "MEMBER", "COLLABORATOR"];
        self.author_association.as_deref().is_some_and(|role| !known.contains(&role))
            && !self.body.as_deref().unwrap_or_default().starts_with("**Resolved:**")
    }
}

/// All issues and comments of a file: lists one after another, as `gh api --paginate` prints them. Then what cannot be
/// read; each error names its line.
pub(super) fn parse(bytes: &[u8]) -> (Vec<Issue>, Vec<String>) {
    let text = match text::decoded(bytes) {
        Ok(text) => text,
        Err(why) => return (Vec::new(), vec![why]),
    };
    let (numbers, ids) = (json::lines(text, "number"), json::lines(text, "id"));
    let line_of = |item: &Value| {
        let line =
            |lines: &BTreeMap<String, usize>, key: &str| lines.get(&item.get(key)?.to_string()).copied();
        line(&numbers, "number").or_else(|| line(&ids, "id")).unwrap_or(1)
    };
    let lines = ids.iter().chain(&numbers).map(|(id, line)| (id.clone(), *line)).collect();
    let mut reader = ItemReader::new(&lines);
    let mut found = Vec::new();
    for value in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
        let items = match value {
            Ok(Value::Array(items)) => items,
            Ok(value) => vec![value],
            Err(why) => {
                reader.wrong.push(format!("this is not JSON: {why}"));
                break;
            }
        };
        for (at, item) in items.into_iter().enumerate() {
            let line = line_of(&item);
            let issue: Option<Issue> = reader.item(&format!("item {} of the list", at + 1), item);
            found.extend(issue.map(|issue| Issue { line, ..issue }));
        }
    }
    (found, reader.wrong)
}
