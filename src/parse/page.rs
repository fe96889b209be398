//! An extra page: front matter and Markdown.

use crate::diagnostic::Diagnostic;
use crate::parse::draft::PageDraft;
use crate::parse::markdown::scan;
use crate::parse::{files, front, markup, text};
use crate::source::{SourcePath, Text};

/// Parses an extra page. Errors: not a text, or nested too deep to parse; other problems are in the draft.
pub fn page(path: &SourcePath, bytes: &[u8]) -> Result<PageDraft, Diagnostic> {
    let text = text::decode(path, bytes)?;
    let language = files::language(path);
    let (parts, split_problem) = front::split(path, &text);
    if let Some(problem) = markup::nested_too_deep(path, &text, parts.body.clone()) {
        return Err(problem);
    }
    let (front, front_problems) = front::page(path, &text, &parts);
    let scan = scan(&text, parts.body.clone());
    let mut problems: Vec<Diagnostic> = files::name_problem(path, language.as_deref()).into_iter().collect();
    problems.extend(split_problem);
    problems.extend(front_problems);
    problems.extend(markup::comments(path, &scan));
    problems.extend(scan.undescribed_images.iter().map(|span| markup::without_alt_text(path, span)));
    let section = markup::Section { body: parts.body.clone(), next: None };
    problems.extend(markup::problems(path, &text, &[section]));
    problems.sort_by_key(|problem| problem.labels[0].span.start);
    Ok(PageDraft {
        path: path.clone(),
        language,
        front,
        body: Text::new(&text, parts.body),
        links: scan.links,
        problems,
        text,
    })
}

#[cfg(test)]
mod tests {
    use super::page;
    use crate::parse::testing::marked;
    use crate::source::SourcePath;

    #[test]
    fn a_page_is_front_matter_and_markdown() {
        let text =
            "\u{feff}+++\r\ntitle = \"About\"\r\naliases = [\"/a/\"]\r\n+++\r\n# About\r\n\r\n[us](/us/)\r\n";
        let draft = page(&SourcePath::new("content/pages/about.pt-BR.md"), text.as_bytes()).unwrap();
        assert_eq!(marked(&draft.text, &draft.problems), "");
        assert_eq!(draft.front.title.unwrap().value, "About");
        assert_eq!(draft.language.as_deref(), Some("pt-BR"));
        assert_eq!(draft.body.as_str(), "# About\r\n\r\n[us](/us/)\r\n");
        assert_eq!(&draft.text[draft.links[0].span.clone()], "[us](/us/)");
    }

    #[test]
    fn all_problems_are_found_at_once() {
        let text = "+++\nstarted = 1\n+++\na <!-- b\n";
        let draft = page(&SourcePath::new("content/pages/a b.md"), text.as_bytes()).unwrap();
        let rules: Vec<&str> = draft.problems.iter().map(|problem| problem.rule).collect();
        assert_eq!(rules, ["unusable-slug", "missing-title", "unknown-key", "unclosed-comment"]);
    }
}
