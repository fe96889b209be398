//! The rules of rendering: what can be wrong in a theme's files.

use crate::diagnostic::Rule;

/// A template does not parse, names something that does not exist, or fails while it is rendered.
pub const TEMPLATE_ERROR: Rule = Rule::error("template-error");

/// A message file does not parse.
pub const MESSAGE_ERROR: Rule = Rule::error("message-error");

/// A theme's asset names another asset that does not exist, or assets name each other in a circle.
pub const ASSET_ERROR: Rule = Rule::error("asset-error");

/// Every rule of rendering.
pub const ALL: &[Rule] = &[TEMPLATE_ERROR, MESSAGE_ERROR, ASSET_ERROR];
