//! The rules of rendering: what can be wrong in a theme's files.

use crate::diagnostic::Rule;

/// A template does not parse, names something that does not exist, or fails while it is rendered.
pub const TEMPLATE_ERROR: Rule = Rule::error("template-error");

/// A message file does not parse.
pub const MESSAGE_ERROR: Rule = Rule::error("message-error");

/// A message file has a message that nothing says.
pub const UNKNOWN_MESSAGE: Rule = Rule::warning("unknown-message");

/// A theme's asset names another asset that does not exist, or assets name each other in a circle.
pub const ASSET_ERROR: Rule = Rule::error("asset-error");

/// `[theme_options]` has a key that the theme does not know.
pub const UNKNOWN_THEME_OPTION: Rule = Rule::error("unknown-theme-option");

/// An option has a value of another kind than the theme asks for, or names a file that is not there.
pub const INVALID_THEME_OPTION: Rule = Rule::error("invalid-theme-option");

/// A colour of `[theme_options]` is hard to tell from what it stands on.
pub const LOW_CONTRAST: Rule = Rule::warning("low-contrast");

/// Every rule of rendering.
pub const ALL: &[Rule] = &[
    TEMPLATE_ERROR,
    MESSAGE_ERROR,
    UNKNOWN_MESSAGE,
    ASSET_ERROR,
    UNKNOWN_THEME_OPTION,
    INVALID_THEME_OPTION,
    LOW_CONTRAST,
];
