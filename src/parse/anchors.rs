//! GitHub's anchors of the headings of updates and postmortem, so that links written for GitHub work.

use crate::model::report::Part;
use crate::parse::draft::ReportDraft;
use crate::parse::heading;
use crate::parse::markdown::Slugs;

/// Each anchor and its part: `resolved-1033` for `## Resolved, 10:33`. The postmortem also has the anchor `postmortem`.
pub fn anchors(draft: &ReportDraft) -> Vec<(String, Part)> {
    let mut slugs = Slugs::default();
    let mut id = |heading: &std::ops::Range<usize>| {
        let content = heading::content(&draft.text, heading.clone());
        slugs.id(&draft.text[content])
    };
    let updates = draft.updates.iter().enumerate();
    let mut all: Vec<(String, Part)> =
        updates.map(|(place, update)| (id(&update.heading), Part::Update(place))).collect();
    if let Some(postmortem) = &draft.postmortem {
        let named = id(&postmortem.heading);
        all.extend([named, "postmortem".to_owned()].map(|name| (name, Part::Postmortem)));
    }
    all
}
