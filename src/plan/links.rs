//! Resolves links in Markdown to addresses of outputs.
//!
//! `/x/` counts from the site's root, `other.md` and images from the file that names them; anything with a scheme leads
//! outside. Queries and fragments are kept.

use std::borrow::Cow;

use crate::check::links;
use crate::model::Site;
use crate::model::report::Part;
use crate::model::report::Report;
use crate::percent::{decode, encode_path, tidy};
use crate::plan::address;
use crate::plan::outputs::Plan;
use crate::source::SourcePath;

/// The resolved target of a link.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// Out of the site, or to a place on the same page: as written.
    AsWritten,
    /// Into the site: the address from the root, percent-encoded, with query and fragment.
    Inside(String),
    /// Nowhere: not public yet, or an error that was reported.
    Nowhere,
}

/// Resolves `target`, a link in the file `from`. Its fragment may be GitHub's anchor for a part of a report.
pub fn resolve(plan: &Plan, site: &Site, from: &SourcePath, target: &str) -> Target {
    let (inside, rest) = match links::resolve(from, target) {
        links::Target::Elsewhere | links::Target::Part(_) => return Target::AsWritten,
        links::Target::Root(path, rest) => {
            (plan.find(&path).map(|(out, _)| link_of(out.as_str(), &path)), rest)
        }
        links::Target::File(source, rest) => (plan.sources.link(&source).cloned(), rest),
        links::Target::Nowhere => (None, String::new()),
    };
    let Some(path) = inside else { return Target::Nowhere };
    let report = links::report_slug(&path).filter(|_| rest.contains('#')).and_then(|slug| site.report(slug));
    let rest = match (report, rest.split_once('#')) {
        (Some(report), Some((query, id))) => Cow::from(format!("{query}#{}", part_of(report, id))),
        _ => Cow::from(&*rest),
    };
    Target::Inside(format!("{}{}", encode_path(&path), tidy(&rest)))
}

/// Maps GitHub's anchor for an update or the postmortem to the element id on the report's page. Any other `id` is returned
/// unchanged.
pub fn part_of<'a>(report: &Report, id: &'a str) -> Cow<'a, str> {
    let named = decode(id).and_then(|id| report.anchors.iter().find(|(name, _)| *name == id));
    match named {
        Some((_, Part::Update(place))) => address::update_anchor(&report.updates[*place].id).into(),
        Some((_, Part::Postmortem)) => address::POSTMORTEM_ANCHOR.into(),
        None => id.into(),
    }
}

/// The link path of an output that was found by `written`: a folder's index is linked as its folder.
fn link_of(out: &str, written: &str) -> String {
    match out.strip_suffix("index.html") {
        Some(folder) if !written.ends_with("index.html") && (folder.is_empty() || folder.ends_with('/')) => {
            folder.to_owned()
        }
        _ => out.to_owned(),
    }
}
