//! `allclear import cstate`: the folder of a cState site.

use std::path::PathBuf;

use clap::Args;

use crate::cli::failure::Failure;
use crate::cli::import::folder;
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
    _log: &mut ImportLog,
) -> Result<History, Failure> {
    let is_wanted = |name: &str| {
        let is_config =
            name.starts_with("config.") || name.starts_with("hugo.") || name.starts_with("config/");
        is_config || name.starts_with("content/")
    };
    Ok(cstate::history(&folder::files(&args.folder, is_wanted)?, args.zone.given(), existing))
}
