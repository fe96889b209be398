//! Renders pages to bytes: pure, on demand, one output at a time.
//!
//! A page's [`view`] is made from the edition, and a template of the [`theme`] shows it; [`machine`] writes files for
//! machines. Invariant: no disk, no clock, no source positions.

use crate::diagnostic::Diagnostic;
use crate::model::edition::Edition;
use crate::model::out_path::OutPath;
use crate::plan::Plan;
use crate::plan::page::Page;

mod assets;
mod compact;
pub mod context;
pub mod format;
mod linked_data;
pub mod machine;
mod markdown;
pub mod messages;
mod options;
pub mod originals;
mod pages;
mod policy;
mod script_words;
mod templates;
pub mod theme;
pub mod view;

use context::{References, RenderContext};
use format::Formatter;
use theme::Theme;

/// The bytes of the output at `path`. The theme must be one of [`Theme::with_site`]. A template error is reported at
/// its position in the theme's file.
///
/// # Panics
/// For a copied file, whose bytes are on the disk.
pub fn page(
    edition: &Edition,
    plan: &Plan,
    references: &References,
    theme: &Theme,
    path: &OutPath,
    page: &Page,
) -> Result<Vec<u8>, Diagnostic> {
    match page {
        Page::Html(html) => {
            let context = RenderContext { edition, plan, references, theme };
            pages::html(&context, path, html).map(String::into_bytes)
        }
        Page::Asset(asset) => {
            let bytes = theme.asset(asset, edition.overall().indicator());
            Ok(bytes.map(|bytes| bytes.to_vec()).unwrap_or_default())
        }
        page => {
            let formatter = Formatter::new(theme.messages(), edition.site.config.zone);
            let context = machine::Context { edition, plan, references, formatter, theme: theme.digest() };
            Ok(machine::bytes(&context, page).expect("copied files are not rendered"))
        }
    }
}
