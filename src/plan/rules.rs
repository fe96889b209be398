//! The rules that only show when every output is planned.

use crate::diagnostic::Rule;

/// Two outputs at one path, names that differ only in case included.
pub const OUTPUT_COLLISION: Rule = Rule::error("output-collision");

/// Every rule of this layer.
pub const ALL: &[Rule] = &[OUTPUT_COLLISION];
