//! `allclear import markdown`: a folder of postmortems.

use std::path::PathBuf;

use clap::Args;

use crate::cli::failure::Failure;
use crate::cli::import::folder;
use crate::cli::import::time_zone::TimeZone;
use crate::import::existing::ExistingSite;
use crate::import::history::History;
use crate::import::log::ImportLog;
use crate::import::postmortems;

#[derive(Debug, Args)]
pub(super) struct Markdown {
    /// The folder of postmortems
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    #[command(flatten)]
    zone: TimeZone,
}

pub(super) fn history(
    args: &Markdown,
    existing: &ExistingSite,
    _log: &mut ImportLog,
) -> Result<History, Failure> {
    let files = folder::files(&args.folder, |_| true)?;
    Ok(postmortems::history(&files, args.zone.given().unwrap_or(existing.zone), existing))
}
