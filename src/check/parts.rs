//! Links to parts of the page they stand on: `#why`.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::check::rules;
use crate::diagnostic::Diagnostic;
use crate::parse::draft::{LinkDraft, PageDraft, ReportDraft};
use crate::parse::markdown::heading_ids;
use crate::parse::near::near;
use crate::percent;
use crate::source::SourcePath;

/// The texts of one file that are shown on one page. Each is shown by itself; of the last, a report's postmortem, the others
/// may name parts too.
struct Texts<'a> {
    path: &'a SourcePath,
    text: &'a str,
    sections: Vec<Range<usize>>,
    main: Option<Range<usize>>,
}

/// Links of a report to parts that its page does not have.
pub(super) fn of_report(draft: &ReportDraft) -> Vec<Diagnostic> {
    let sections = draft.updates.iter().map(|update| update.body.clone()).collect();
    let main = draft.postmortem.as_ref().map(|postmortem| postmortem.body.clone());
    Texts { path: &draft.path, text: &draft.text, sections, main }.dead(&draft.links)
}

/// Links of an extra page to parts that it does not have.
pub(super) fn of_page(draft: &PageDraft) -> Vec<Diagnostic> {
    let body = draft.body.offset()..draft.body.offset() + draft.body.as_str().len();
    Texts { path: &draft.path, text: &draft.text, sections: Vec::new(), main: Some(body) }.dead(&draft.links)
}

impl Texts<'_> {
    fn dead(&self, links: &[LinkDraft]) -> Vec<Diagnostic> {
        links.iter().filter_map(|link| self.problem(link)).collect()
    }

    /// Names that begin with `_` are the theme's, and raw HTML may bring names of its own.
    fn problem(&self, link: &LinkDraft) -> Option<Diagnostic> {
        let part = percent::decode(link.target.strip_prefix('#')?)?;
        if part.is_empty() || part.starts_with('_') || self.text.contains(&format!("\"{part}\"")) {
            return None;
        }
        let around = self.sections.iter().find(|section| section.contains(&link.span.start));
        let known: BTreeSet<String> = [around, self.main.as_ref()]
            .into_iter()
            .flatten()
            .flat_map(|section| heading_ids(&self.text[section.clone()]))
            .collect();
        if known.contains(&part) {
            return None;
        }
        let message = format!("the link leads nowhere: no heading here is called `#{part}`");
        let problem = Diagnostic::new(rules::DEAD_LINK, self.path, link.span.clone(), message);
        Some(match near(&part, known.iter().map(String::as_str)) {
            Some(id) => problem.help(format!("did you mean `#{id}`?")),
            None => problem.help(
                "write the heading in lower case without punctuation, with `-` for each space: `#root-cause`",
            ),
        })
    }
}

#[cfg(test)]
mod tests {

    use crate::model::report::Kind;
    use crate::parse;
    use crate::source::SourcePath;

    fn messages(text: &str) -> Vec<String> {
        let path = SourcePath::new("content/incidents/x.md");
        let text = format!("+++\ntitle = \"x\"\n+++\n\n{text}");
        let draft = parse::report(&path, text.as_bytes(), Kind::Incident).unwrap();
        let problems = super::of_report(&draft);
        problems.into_iter().map(|problem| problem.message).collect()
    }

    #[test]
    fn an_update_may_name_its_own_parts_and_the_postmortems() {
        let report = "## Update, 2024-04-16 10:03\n\n[a](#own) [b](#root-cause) [c](#other) [d](#_updates) [e](#)\n\n\
            ### Own\n\nx\n\n## Update, 10:10\n\n[f](#own)\n\n### Other\n\n# Postmortem\n\n## Root cause\n\n\
            [g](#own) [h](#ROOT-cause) [i](#root%2Dcause)\n\n## Über uns\n\n[j](#über-uns) [k](#%C3%BCber-uns)\n";
        let nowhere = |part: &str| format!("the link leads nowhere: no heading here is called `#{part}`");
        assert_eq!(messages(report), ["other", "own", "own", "ROOT-cause"].map(nowhere));
    }
}
