//! Where problems of site.toml are reported.

use std::ops::Range;
use std::sync::LazyLock;

use crate::diagnostic::{Diagnostic, Rule};
use crate::source::SourcePath;

pub(super) static SITE_TOML: LazyLock<SourcePath> = LazyLock::new(|| SourcePath::new("site.toml"));

pub(super) fn problem(rule: Rule, span: &Range<usize>, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(rule, &SITE_TOML, span.clone(), message)
}
