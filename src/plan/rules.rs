//! The rules that only show when every output is planned.

use crate::diagnostic::Rule;

/// Two outputs at one path, names that differ only in case included.
pub const OUTPUT_COLLISION: Rule = Rule::error("output-collision");

/// An output's path that no disk can hold, or that git or the output's writer keeps for itself.
pub const UNUSABLE_PATH: Rule = Rule::error("unusable-path");

/// Every rule of this layer.
pub const ALL: &[Rule] = &[OUTPUT_COLLISION, UNUSABLE_PATH];
