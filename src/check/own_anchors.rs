//! Links to anchors of the page they stand on: `#why`.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::diagnostic::Diagnostic;
use crate::parse::anchors::anchors;
use crate::parse::draft::{LinkDraft, PageDraft, ReportDraft};
use crate::parse::markdown::heading_ids;
use crate::parse::near::{self, did_you_mean, near};
use crate::percent;
use crate::rules;
use crate::source::SourcePath;

/// The texts of one file, all shown on one page. A link may name an anchor of its own section, of `main` and of `headings`.
struct Texts<'a> {
    path: &'a SourcePath,
    text: &'a str,
    /// A report's updates.
    sections: Vec<Range<usize>>,
    /// A page's text, or a report's postmortem.
    main: Option<Range<usize>>,
    /// The anchors that GitHub gives to the headings of a report's updates and postmortem.
    headings: BTreeSet<String>,
}

pub(super) fn of_report(draft: &ReportDraft, raw_html: bool) -> Vec<Diagnostic> {
    let sections = draft.updates.iter().map(|update| update.body.clone()).collect();
    let main = draft.postmortem.as_ref().map(|postmortem| postmortem.body.clone());
    let headings = headings(draft);
    Texts { path: &draft.path, text: &draft.text, sections, main, headings }
        .dead_links(&draft.links, raw_html)
}

pub(super) fn of_page(draft: &PageDraft, raw_html: bool) -> Vec<Diagnostic> {
    let body = draft.body.offset()..draft.body.offset() + draft.body.as_str().len();
    let (sections, headings) = (Vec::new(), BTreeSet::new());
    Texts { path: &draft.path, text: &draft.text, sections, main: Some(body), headings }
        .dead_links(&draft.links, raw_html)
}

fn headings(draft: &ReportDraft) -> BTreeSet<String> {
    anchors(draft).into_iter().map(|(name, _)| name).collect()
}

/// The anchors of a report's page that other pages may name: its updates, its postmortem and the headings in that.
pub(super) fn ids_of_report(draft: &ReportDraft) -> BTreeSet<String> {
    let postmortem = draft.postmortem.iter().map(|postmortem| &draft.text[postmortem.body.clone()]);
    postmortem.flat_map(heading_ids).chain(headings(draft)).collect()
}

pub(super) fn ids_of_page(draft: &PageDraft) -> BTreeSet<String> {
    heading_ids(draft.body.as_str()).into_iter().collect()
}

impl Texts<'_> {
    /// The links to anchors that do not exist. Headings are read only from texts with such links, once each.
    fn dead_links(&self, links: &[LinkDraft], raw_html: bool) -> Vec<Diagnostic> {
        let anchor = |link: &LinkDraft| percent::decode(link.target.strip_prefix('#')?);
        let links = links.iter().filter(|link| raw_html || !link.needs_raw_html);
        let named = links.filter_map(|link| Some((link, anchor(link)?)));
        let named: Vec<_> =
            named.filter(|(_, anchor)| !anchor.is_empty() && !anchor.starts_with('_')).collect();
        if named.is_empty() {
            return Vec::new();
        }
        // Raw HTML may have anchors of its own.
        let quoted: BTreeSet<&str> = self.text.split('"').collect();
        let ids = |section: &Range<usize>| heading_ids(&self.text[section.clone()]);
        let main = self.main.as_ref().map(ids).unwrap_or_default();
        let (mut own, mut problems) = (BTreeMap::new(), Vec::new());
        for (link, anchor) in named.iter().filter(|(_, anchor)| !quoted.contains(anchor.as_str())) {
            let behind = self.sections.partition_point(|section| section.start <= link.span.start);
            let around = self.sections[..behind].last().filter(|section| section.contains(&link.span.start));
            let own = around.map(|section| &*own.entry(section.start).or_insert_with(|| ids(section)));
            let known = [own, Some(&main), Some(&self.headings)].into_iter().flatten();
            if !known.clone().any(|ids| ids.contains(anchor)) {
                let known = known.flatten().map(String::as_str).take_while(|_| problems.len() < near::MOST);
                let near = near(anchor, known).map(|id| format!("#{id}"));
                let message = format!("the link leads nowhere: no heading here is called `#{anchor}`");
                let problem = Diagnostic::new(rules::DEAD_LINK, self.path, link.span.clone(), message);
                let help = "write the heading in lower case without punctuation, with `-` for each space: `#root-cause`";
                problems.push(problem.help(did_you_mean(near.as_deref(), help)));
            }
        }
        problems
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
        let problems = super::of_report(&draft, false);
        problems.into_iter().map(|problem| problem.message).collect()
    }

    #[test]
    fn an_update_may_name_its_own_parts_and_the_postmortems() {
        let report = "## Update, 2024-04-16 10:03\n\n[a](#own) [b](#root-cause) [c](#other) [d](#_updates) [e](#)\n\n\
            ### Own\n\nx\n\n## Update, 10:10\n\n[f](#own)\n\n### Other\n\n# Postmortem\n\n## Root cause\n\n\
            [g](#own) [h](#ROOT-cause) [i](#root%2Dcause)\n\n## Über uns\n\n[j](#über-uns) [k](#%C3%BCber-uns)\n";
        let nowhere = |anchor: &str| format!("the link leads nowhere: no heading here is called `#{anchor}`");
        assert_eq!(messages(report), ["other", "own", "own", "ROOT-cause"].map(nowhere));
    }

    /// The names are what GitHub gives to these headings.
    #[test]
    fn updates_and_the_postmortem_may_be_named_as_on_github() {
        let report = "## Investigating, 2024-04-16 10:03\n\n[a](#resolved-1033) [b](#postmortem) [c](#resolved)\n\n\
            ## Resolved, 10:33\n\nx\n\n## Update, 10:33\n\nx\n\n## Update, 10:33\n\nx\n\n\
            # Postmortem, 2024-04-19 16:13\n\n\
            [d](#investigating-2024-04-16-1003) [e](#postmortem-2024-04-19-1613) [f](#update-1033-1)\n";
        assert_eq!(messages(report), ["the link leads nowhere: no heading here is called `#resolved`"]);
    }

    /// Reading the headings again for each link would take hours.
    #[test]
    fn many_links_to_parts_are_looked_up_at_once() {
        let heading = |at: usize| format!("### H{at}\n\n[a](#h{at}) [b](#nowhere-{at})\n\n");
        let headings: String = (0..10_000).map(heading).collect();
        assert_eq!(messages(&format!("## Update, 2024-04-16 10:03\n\n{headings}")).len(), 10_000);
    }
}
