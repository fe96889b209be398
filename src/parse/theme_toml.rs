//! theme.toml: the options that a theme understands.

use crate::diagnostic::Diagnostic;
use crate::parse::draft::OptionDraft;
use crate::parse::table::{Fields, Toml};
use crate::parse::{keys, text, validate};
use crate::source::{SourcePath, Spanned};

/// Reads theme.toml: its options by name, in the order of the file.
///
/// # Errors
/// Everything that is wrong with the file alone; kinds of options are not looked at.
pub fn theme_toml(path: &SourcePath, bytes: &[u8]) -> Result<Vec<OptionDraft>, Vec<Diagnostic>> {
    let text = text::decode(path, bytes).map_err(|problem| vec![problem])?;
    let toml = Toml { path, text: &text, offset: 0 };
    let table = toml.parse(text.len()).map_err(|problem| vec![problem])?;
    let problems = validate::problems(toml, &table, &keys::THEME, 0..0);
    if !problems.is_empty() {
        return Err(problems);
    }
    let options = Fields::new(toml, &table).table("options");
    let options = options.map(|options| options.named_tables()).unwrap_or_default();
    Ok(options.into_iter().filter_map(|(name, fields)| option(name, &fields)).collect())
}

fn option(name: Spanned<String>, fields: &Fields<'_>) -> Option<OptionDraft> {
    let texts = |key: &str| fields.texts(key).unwrap_or_default().into_iter().map(|it| it.value).collect();
    Some(OptionDraft {
        name,
        kind: fields.text("kind")?,
        schemes: fields.flag("schemes").is_some_and(|schemes| schemes.value),
        on_light: texts("on_light"),
        on_dark: texts("on_dark"),
    })
}
