//! `allclear import statuspage-text`: text copied from incident pages, and free-form postmortems.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::failure::Failure;
use crate::cli::import::sources::{MOST_BYTES, read_all};
use crate::cli::import::time_zone::TimeZone;
use crate::edge::Error;
use crate::import::existing::ExistingSite;
use crate::import::history::History;
use crate::import::log::ImportLog;
use crate::import::statuspage_text;

#[derive(Debug, Args)]
pub(super) struct StatuspageText {
    /// Files with the text of one page each; `-` for standard input
    #[arg(required = true, value_name = "FILE")]
    sources: Vec<PathBuf>,
    #[command(flatten)]
    zone: TimeZone,
}

pub(super) fn history(
    args: &StatuspageText,
    existing: &ExistingSite,
    log: &mut ImportLog,
) -> Result<History, Failure> {
    let is_input = |path: &Path| path.as_os_str() == "-";
    let (inputs, paths): (Vec<_>, Vec<_>) = args.sources.iter().cloned().partition(|path| is_input(path));
    let mut sources = read_all(&paths, log)?;
    if !inputs.is_empty() {
        sources.extend(standard_input()?);
    }
    Ok(statuspage_text::history(&sources, args.zone.given().unwrap_or(existing.zone), existing))
}

fn standard_input() -> Result<BTreeMap<String, Vec<u8>>, Failure> {
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().take(MOST_BYTES).read_to_end(&mut bytes);
    read.map_err(Error::when("read", Path::new("standard input"))).map_err(Failure::world)?;
    Ok([("standard input".to_owned(), bytes)].into())
}
