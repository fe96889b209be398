//! theme.toml: the options that a theme understands.

use crate::diagnostic::Diagnostic;
use crate::parse::keys::fields::Fields;
use crate::parse::keys::fields::Record as _;
use crate::parse::keys::{OptionDraft, THEME, ThemeToml};
use crate::parse::table::Toml;
use crate::parse::{text, validate};
use crate::source::{SourcePath, Spanned};

/// Reads theme.toml: its options by name, in the order of the file.
pub fn theme_toml(
    path: &SourcePath,
    bytes: &[u8],
) -> Result<Vec<(Spanned<String>, OptionDraft)>, Vec<Diagnostic>> {
    let text = text::decode(path, bytes).map_err(|problem| vec![problem])?;
    let toml = Toml { path, text: &text, offset: 0 };
    let table = toml.parse(text.len()).map_err(|problem| vec![problem])?;
    let problems = validate::problems(toml, &table, THEME, 0..0);
    if problems.is_empty() { Ok(ThemeToml::read(Fields::new(toml, &table)).options) } else { Err(problems) }
}
