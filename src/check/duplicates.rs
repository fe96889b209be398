//! Names that are given twice.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::diagnostic::{Diagnostic, Rule};
use crate::source::SourcePath;

/// A name that must be given once.
pub(super) struct Claim<'a> {
    pub(super) name: String,
    /// The place that gives the name.
    pub(super) file: &'a SourcePath,
    pub(super) span: Range<usize>,
    /// Whether the author wrote it. Two names that were made from other names are reported with those.
    pub(super) is_written: bool,
}

/// A problem for each name that another claim has taken before.
pub(super) fn duplicates<'a>(
    rule: Rule,
    claims: impl IntoIterator<Item = Claim<'a>>,
    message: impl Fn(&str) -> String,
    help: &str,
) -> Vec<Diagnostic> {
    let mut taken: BTreeMap<String, Claim<'_>> = BTreeMap::new();
    let mut problems = Vec::new();
    for claim in claims {
        match taken.get(&claim.name) {
            Some(first) if claim.is_written || first.is_written => {
                let problem = Diagnostic::new(rule, claim.file, claim.span, message(&claim.name));
                problems.push(problem.also(first.file, first.span.clone(), "the first").help(help));
            }
            Some(_) => {}
            None => drop(taken.insert(claim.name.clone(), claim)),
        }
    }
    problems
}
