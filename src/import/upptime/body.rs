//! Issues and comments as GitHub's REST API serves them, or `gh issue list --json`.
//!
//! Source: <https://docs.github.com/rest/issues>.

use serde::Deserialize;
use serde_json::Value;

use crate::import::json::{ItemReader, Json};
use crate::import::moment;
use crate::import::text;
use crate::time::{Instant, Zone};

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
    /// The comments that stand in the issue itself.
    #[serde(skip)]
    pub(super) comments: Vec<Issue>,
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

    /// What tells a comment from others; `None` where the source does not say.
    pub(super) fn comment_id(&self) -> Option<String> {
        Some(&self.id).filter(|id| !id.is_null()).map(Value::to_string)
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
    let mut reader = ItemReader::default();
    let (lists, broken) = Json::all(text);
    let mut found = Vec::new();
    for list in lists {
        let items = match list.items() {
            Some(_) => reader.list("the list", Some(list)),
            None => vec![("this".to_owned(), list)],
        };
        found.extend(items.into_iter().filter_map(|(name, item)| issue(&name, item, &mut reader)));
    }
    reader.wrong.extend(broken.map(|why| format!("this is not JSON: {why}")));
    (found, reader.wrong)
}

/// An issue, and its comments one by one: a number of them is none of them.
fn issue(name: &str, json: Json<'_>, reader: &mut ItemReader) -> Option<Issue> {
    let mut issue: Issue = reader.item_but(name, json, &["comments"])?;
    issue.line = json.line;
    let own = json.get("comments").filter(|own| !own.value().is_ok_and(|own| own.is_number()));
    let name = format!("`comments` of issue {}", issue.number);
    for (name, json) in reader.list(&name, own) {
        issue.comments.extend(reader.item(&name, json).map(|comment| Issue { line: json.line, ..comment }));
    }
    Some(issue)
}

/// A time as GitHub writes it.
pub(super) fn time(text: Option<&str>) -> Option<Instant> {
    let moment = moment::whole(text?, Zone::UTC)?;
    moment.day?;
    moment.instant(Zone::UTC, None).ok()
}
