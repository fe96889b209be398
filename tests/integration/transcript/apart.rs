//! Scripts that are not run with their page, and why.

use super::Block;

/// The page, the first line of the script, and the reason.
pub(crate) const APART: [(&str, &str, &str); 4] = [
    ("README.md", "tests/run", "runs all tests, this one too"),
    (
        "CONTRIBUTING.md",
        "UPDATE_GOLDEN=1 cargo test",
        "rewrites files of the repository by running these tests",
    ),
    ("docs/github.md", "curl --fail --request PUT", "changes a repository on GitHub"),
    ("docs/serve.md", "benches/serve", "measures for minutes"),
];

/// Pages whose scripts another test runs, with servers and files of its own.
const ELSEWHERE: [&str; 1] = ["docs/migrating.md"];

/// Whether a script is one of its page's session.
pub(crate) fn is_run(page: &str, block: &Block) -> bool {
    block.script().is_none() && !ELSEWHERE.contains(&page) && reason(page, block).is_none()
}

/// The entry for a script.
pub(crate) fn reason(page: &str, block: &Block) -> Option<usize> {
    APART.iter().position(|(of, begin, _)| *of == page && block.first_line().starts_with(begin))
}
