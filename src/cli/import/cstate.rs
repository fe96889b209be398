//! `allclear import cstate`: the folder of a cState site.

use std::path::PathBuf;

use clap::Args;

use crate::cli::failure::Failure;
use crate::cli::import::folder;
use crate::cli::import::sources::{WHOLE, Wanted};
use crate::cli::import::time_zone::TimeZone;
use crate::import::cstate;
use crate::import::existing::ExistingSite;
use crate::import::history::History;
use crate::import::log::ImportLog;

#[derive(Debug, Args)]
pub(super) struct Cstate {
    /// The folder with `config.yml` and `content/`
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    #[command(flatten)]
    zone: TimeZone,
}

pub(super) fn history(
    args: &Cstate,
    existing: &ExistingSite,
    log: &mut ImportLog,
) -> Result<History, Failure> {
    let wanted = |name: &str| {
        let is_config =
            name.starts_with("config.") || name.starts_with("hugo.") || name.starts_with("config/");
        match is_config || name.starts_with("content/") {
            true if is_text(name) => WHOLE,
            true => Wanted::Name,
            false => Wanted::Nothing,
        }
    };
    Ok(cstate::history(&folder::files(&args.folder, wanted, log)?, args.zone.given(), existing))
}

/// Whether the import reads the file, not its name alone.
fn is_text(name: &str) -> bool {
    ["md", "markdown", "yml", "yaml", "toml", "json"]
        .iter()
        .any(|ending| name.ends_with(&format!(".{ending}")))
}
