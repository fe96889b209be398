//! `allclear import markdown`: a folder of postmortems.

use std::path::PathBuf;

use clap::Args;

use crate::cli::failure::Failure;
use crate::cli::import::folder;
use crate::cli::import::sources::{WHOLE, Wanted};
use crate::cli::import::time_zone::TimeZone;
use crate::import::existing::ExistingSite;
use crate::import::history::History;
use crate::import::log::ImportLog;
use crate::import::postmortems;

/// The largest image that is copied, in bytes.
const MOST_BYTES_OF_IMAGE: u64 = 10 << 20;

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
    log: &mut ImportLog,
) -> Result<History, Failure> {
    let wanted = |name: &str| match name.to_ascii_lowercase() {
        text if text.ends_with(".md") || text.ends_with(".markdown") => WHOLE,
        image if postmortems::is_image(&image) => Wanted::Bytes(MOST_BYTES_OF_IMAGE),
        _ => Wanted::Name,
    };
    let files = folder::files(&args.folder, wanted, log)?;
    Ok(postmortems::history(&files, args.zone.given().unwrap_or(existing.zone), existing))
}
