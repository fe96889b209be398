//! Where problems of site.toml are reported.

use std::ops::Range;
use std::sync::LazyLock;

use crate::diagnostic::{Diagnostic, Rule};
use crate::source::{SourcePath, Spanned};

pub(super) static SITE_TOML: LazyLock<SourcePath> = LazyLock::new(|| SourcePath::new("site.toml"));

pub(super) fn problem(rule: Rule, span: &Range<usize>, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(rule, &SITE_TOML, span.clone(), message)
}

/// The text of a key; `None` when it is left out or blank.
pub(super) fn given(written: &Option<Spanned<String>>) -> Option<String> {
    written.as_ref().map(|text| text.value.clone()).filter(|text| !text.trim().is_empty())
}
