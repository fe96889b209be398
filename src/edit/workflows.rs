//! The files by which GitHub publishes a site, for a branch and a folder of a repository.

use crate::embedded::WORKFLOWS;

/// Where a site is in a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    /// The site's folder from the repository's root, `/` between its parts; empty for the root itself.
    pub folder: String,
    /// The branch that is published.
    pub branch: String,
}

/// Marks lines that only a site in a folder of its repository needs.
const ONLY_IN_A_FOLDER: &str = " # in a subfolder";

/// The files by their paths from the repository's root.
pub fn workflows(placement: &Placement) -> Vec<(String, String)> {
    let text = |bytes: &[u8]| std::str::from_utf8(bytes).expect("workflows are UTF-8").to_owned();
    let files = WORKFLOWS.files().into_iter();
    files.map(|(path, bytes)| (path, filled(&text(bytes), placement))).collect()
}

fn filled(text: &str, placement: &Placement) -> String {
    let is_root = placement.folder.is_empty();
    let folder = if is_root { "." } else { &placement.folder };
    let lines = text.lines().filter_map(|line| match line.strip_suffix(ONLY_IN_A_FOLDER) {
        Some(_) if is_root => None,
        Some(line) => Some(line),
        None => Some(line),
    });
    let text: String = lines.map(|line| format!("{line}\n")).collect();
    text.replace("{SITE}", &quoted(folder))
        .replace("{PATHS}", &quoted(&pattern(folder)))
        .replace("{BRANCH}", &quoted(&pattern(&placement.branch)))
        .replace("{VERSION}", env!("CARGO_PKG_VERSION"))
}

/// The text inside YAML's single quotes.
fn quoted(text: &str) -> String {
    text.replace('\'', "''")
}

/// A pattern of GitHub's filters that fits this text alone.
fn pattern(text: &str) -> String {
    let escaped = |c: char| if "*?+[]!\\".contains(c) { format!("\\{c}") } else { c.to_string() };
    text.chars().map(escaped).collect()
}

#[cfg(test)]
mod tests {
    use super::{Placement, workflows};

    fn publish(folder: &str, branch: &str) -> String {
        let placement = Placement { folder: folder.to_owned(), branch: branch.to_owned() };
        let files = workflows(&placement);
        assert!(files.iter().all(|(path, text)| path.starts_with(".github/") && !text.contains("{SITE}")));
        files.into_iter().find(|(path, _)| path == ".github/workflows/publish.yml").unwrap().1
    }

    #[test]
    fn a_site_at_the_root_has_no_filter_of_paths() {
        let text = publish("", "main");
        assert!(text.contains("    branches: ['main']\n  workflow_dispatch:\n"), "{text}");
        assert!(
            text.contains("    working-directory: '.'\n") && text.contains("path: './public'\n"),
            "{text}"
        );
    }

    #[test]
    fn a_site_in_a_folder_is_filtered_by_its_path() {
        let text = publish("it's/[a]", "v1+x");
        assert!(
            text.contains("    branches: ['v1\\+x']\n    paths: ['it''s/\\[a\\]/**', .github/workflows"),
            "{text}"
        );
        assert!(text.contains("    working-directory: 'it''s/[a]'\n"), "{text}");
        assert!(!text.contains("in a subfolder"), "{text}");
    }
}
