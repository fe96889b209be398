//! `allclear import statuspage`: saved responses of Statuspage's APIs, and its feed.

use std::path::PathBuf;

use clap::Args;

use crate::cli::failure::Failure;
use crate::cli::import::sources::read_all;
use crate::import::existing::ExistingSite;
use crate::import::history::History;
use crate::import::log::{Finding, ImportLog};
use crate::import::statuspage::convert::{self, SourceBody};
use crate::import::statuspage::{SavedFile, read, uptime};

#[derive(Debug, Args)]
pub(super) struct Statuspage {
    /// Saved responses of the API (v1 or v2) and `history.atom`, or the page
    /// as HTML: files or folders
    #[arg(required = true, value_name = "SOURCE")]
    sources: Vec<PathBuf>,
}

pub(super) fn history(
    args: &Statuspage,
    existing: &ExistingSite,
    log: &mut ImportLog,
) -> Result<History, Failure> {
    let (mut bodies, mut feeds, mut timelines) = (Vec::new(), Vec::new(), Vec::new());
    for (name, bytes) in read_all(&args.sources)? {
        match read(&bytes) {
            Ok(SavedFile::Body(body)) => bodies.push(SourceBody { name, body: *body }),
            Ok(SavedFile::Feed(feed)) => feeds.push((name, feed)),
            Ok(SavedFile::Uptime(found)) => timelines.push((name, found)),
            Err(why) => log.add(Finding::Unsettled, &name, why),
        }
    }
    let mut history = convert::history(bodies, &feeds, existing.zone);
    uptime::publish(&timelines, &mut history);
    Ok(history)
}
