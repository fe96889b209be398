//! `allclear import upptime`: the folder of an Upptime repository, and its issues.

use std::path::PathBuf;

use clap::Args;

use crate::cli::failure::Failure;
use crate::cli::import::folder;
use crate::cli::import::sources::{WHOLE, Wanted, read_all};
use crate::import::existing::ExistingSite;
use crate::import::history::History;
use crate::import::log::ImportLog;
use crate::import::upptime;

#[derive(Debug, Args)]
pub(super) struct Upptime {
    /// The folder with `.upptimerc.yml` and `history/`
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Issues and comments as GitHub's API serves them; repeatable
    #[arg(long, value_name = "FILE")]
    issues: Vec<PathBuf>,
}

pub(super) fn history(
    args: &Upptime,
    existing: &ExistingSite,
    log: &mut ImportLog,
) -> Result<History, Failure> {
    let wanted = |name: &str| {
        let is_history =
            name.starts_with("history/") && name.ends_with(".yml") && name.matches('/').count() == 1;
        let is_wanted = is_history || name == ".upptimerc.yml" || name == "history/summary.json";
        if is_wanted { WHOLE } else { Wanted::Nothing }
    };
    let files = folder::files(&args.folder, wanted, log)?;
    Ok(upptime::history(&files, &read_all(&args.issues, log)?, existing.zone, existing))
}
